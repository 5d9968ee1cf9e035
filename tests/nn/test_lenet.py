"""The networks in the package read digits, and their card tells the truth about them."""

from __future__ import annotations

import re
from importlib import resources

import numpy as np
import pytest

from cnnviz_tui.digits import bundled
from cnnviz_tui.nn import MODELS, load_lenet
from cnnviz_tui.nn.lenet import C3_TABLE
from cnnviz_tui.nn.training import evaluate

CARD = resources.files("cnnviz_tui.nn").joinpath("weights", "README.md").read_text("utf-8")


@pytest.mark.parametrize(("model", "parameters"), [("lenet5", 61_706), ("lenet5-1998", 60_000)])
def test_the_shipped_network_reads_the_bundled_test_digits(model: str, parameters: int) -> None:
    network = load_lenet(model)
    assert network.parameter_count == parameters
    assert sum(array.size for array in network.parameters()) == parameters
    result = evaluate(network, *bundled())
    assert result.accuracy >= 0.988
    assert result.loss < 0.06


def test_the_contract_of_load_lenet() -> None:
    images, labels = bundled()
    network = load_lenet()
    probabilities = network.predict_proba(images[:40])
    assert probabilities.shape == (40, 10)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(network.predict_proba(images[:40] / 255), probabilities, atol=1e-5)
    assert (probabilities.argmax(axis=1) == labels[:40]).mean() > 0.95
    assert list(network.activations(images[0])) == [
        "input", "c1", "s2", "c3", "s4", "c5", "f6", "output", "probabilities",
    ]  # fmt: skip


def test_every_load_gives_a_network_of_its_own() -> None:
    first, second = load_lenet(), load_lenet()
    first.vector[:] = 0
    assert second.vector.any()


def test_c3_follows_the_papers_table() -> None:
    assert [len(row) for row in C3_TABLE] == [3] * 6 + [4] * 9 + [6]
    assert sorted(C3_TABLE[4]) == [0, 4, 5]
    assert sorted(C3_TABLE[10]) == [0, 1, 4, 5]
    assert sorted(C3_TABLE[13]) == [1, 2, 4, 5]
    assert sorted(C3_TABLE[14]) == [0, 2, 3, 5]
    assert all(sum(c in row for row in C3_TABLE) == 10 for c in range(6))


@pytest.mark.parametrize("model", list(MODELS))
def test_the_card_names_every_model_its_size_and_its_command(model: str) -> None:
    network = MODELS[model]()
    section = CARD.split(f"## {model}\n")[1].split("\n## ")[0]
    assert f"{network.parameter_count:,}" in section
    command = re.search(r"cnnviz train [^\n`]*", section)
    assert command is not None
    assert f"--model {model}" in command[0]
    assert "--seed" in command[0]
    assert re.search(r"\d\d\.\d\d % of MNIST's test digits", section)
