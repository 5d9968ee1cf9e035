"""``cnnviz zoo`` as people and scripts see it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from cnnviz_tui.cli import main
from cnnviz_tui.networks.zoo.catalogue import names


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["zoo", *arguments])


def test_the_list_names_every_network_with_its_size() -> None:
    result = run()
    assert result.exit_code == 0
    for name in names():
        assert f"\n{name} " in result.stdout
    assert "138,357,544" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_the_list_as_json() -> None:
    networks = json.loads(run("--json").stdout)["networks"]
    by_name = {network["name"]: network for network in networks}
    assert set(by_name) == set(names())
    assert by_name["resnet18"]["total_parameters"] == 11_689_512
    assert by_name["resnet18"]["published_gigamacs"] == 1.814
    assert by_name["zfnet"]["published_parameters"] is None


def test_one_network_layer_by_layer() -> None:
    result = run("lenet5-1998")
    assert result.exit_code == 0
    for piece in ("LeNet-5 as published (1998)", "60,000", "and 840 fixed weights", "1,516"):
        assert piece in result.stdout


def test_one_network_as_json() -> None:
    answer = json.loads(run("vgg19", "--json", "--batch", "2").stdout)
    assert answer["ok"] is True
    assert answer["total_parameters"] == answer["published_parameters"] == 143_667_240
    assert answer["layers"][0]["output"] == [64, 224, 224]
    assert answer["memory"]["batch"] == 2


def test_another_input_and_one_that_does_not_fit() -> None:
    assert json.loads(run("resnet18", "--input", "3x64x64", "--json").stdout)["output"] == [1000]
    result = run("alexnet", "--input", "3x64x64")
    assert result.exit_code == 1
    assert "✗ pool5 (maxpool) does not fit" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["vgg-16"], "did you mean “vgg16”"),
        (["--input", "3x3x3"], "goes with the name"),
        (["lenet5", "--input", "x"], "whole number"),
    ],
)
def test_what_makes_no_sense_ends_in_one_sentence_and_2(
    arguments: list[str], sentence: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr
