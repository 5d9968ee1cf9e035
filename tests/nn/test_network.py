"""A network shows every intermediate, counts itself, and refuses what it cannot read."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz_tui.nn import MODELS, Network, lenet5, lenet5_1998
from cnnviz_tui.nn.activation import ReLU, Tanh
from cnnviz_tui.nn.conv import Conv2d
from cnnviz_tui.nn.dense import Flatten, Linear
from cnnviz_tui.nn.layer import Layer
from cnnviz_tui.nn.lenet import class_codes
from cnnviz_tui.nn.network import MICRO_BATCH
from cnnviz_tui.nn.pool import AvgPool2d, MaxPool2d

STAGES = ["input", "c1", "s2", "c3", "s4", "c5", "f6", "output", "probabilities"]


def fresh(name: str = "lenet5", seed: int = 0) -> Network:
    network = MODELS[name]()
    network.initialise(seed)
    return network


def pictures(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((count, 28, 28), np.float32)


def test_modern_lenet_has_the_parameters_that_every_textbook_counts() -> None:
    summary = {info.name: info for info in lenet5().summary()}
    assert [info.parameters for info in summary.values()] == [156, 0, 2416, 0, 48120, 10164, 850]
    assert lenet5().parameter_count == 61_706
    assert summary["c3"].output_shape == (16, 10, 10)
    assert summary["c1"].kinds == ("Conv2d", "ReLU")


def test_lenet_of_1998_counts_as_the_paper_does() -> None:
    network = lenet5_1998()
    summary = network.summary()
    assert [info.parameters for info in summary] == [156, 12, 1516, 32, 48120, 10164, 0]
    assert [info.connections for info in summary] == [
        122_304, 5_880, 151_600, 2_000, 48_120, 10_164, 840,
    ]  # fmt: skip
    assert network.parameter_count == 60_000
    assert sum(info.connections for info in summary) == 340_908


def test_class_codes_are_pictures_of_the_digits() -> None:
    codes = class_codes()
    assert codes.shape == (10, 84)
    assert set(np.unique(codes)) == {-1, 1}
    distances = (codes[:, None] != codes[None]).sum(axis=2) + 84 * np.eye(10, dtype=int)
    assert distances.min() >= 5


@pytest.mark.parametrize("name", list(MODELS))
def test_activations_name_every_stage_in_order(name: str) -> None:
    network, image = fresh(name), pictures(1)[0]
    activations = network.activations(image)
    assert list(activations) == STAGES
    assert all(array.dtype == np.float32 and len(array) == 1 for array in activations.values())
    assert activations["c1"].shape == (1, 6, 28, 28)
    assert activations["c5"].shape == (1, 120, 1, 1)
    assert activations["output"].shape == (1, 10)
    np.testing.assert_allclose(activations["probabilities"].sum(), 1, rtol=1e-6)
    np.testing.assert_allclose(
        activations["probabilities"], network.predict_proba(image), rtol=1e-6
    )


def test_the_input_of_1998_has_a_border_of_paper() -> None:
    ink = np.ones((28, 28), np.float32)
    seen = fresh("lenet5-1998").activations(ink)["input"]
    assert seen.shape == (1, 1, 32, 32)
    np.testing.assert_allclose(seen[0, 0, 2:30, 2:30], 1.175, rtol=1e-6)
    np.testing.assert_allclose(seen[0, 0, :2], -0.1, rtol=1e-6)


def test_activations_are_ours_to_keep() -> None:
    network = fresh()
    first = network.activations(pictures(1, 1))
    kept = {name: array.copy() for name, array in first.items()}
    network.activations(pictures(1, 2))
    for name, array in first.items():
        np.testing.assert_array_equal(array, kept[name])


def test_intermediates_show_each_layer_before_and_after_its_activation() -> None:
    network, image = fresh(), pictures(1)
    layers = network.intermediates(image)
    before, after = layers["c1.Conv2d"], layers["c1.ReLU"]
    assert before.min() < 0
    np.testing.assert_array_equal(after, np.maximum(before, 0))
    np.testing.assert_array_equal(after, network.activations(image)["c1"])


@pytest.mark.parametrize("count", [0, 1, 2, MICRO_BATCH, MICRO_BATCH + 1, 3 * MICRO_BATCH + 5])
def test_a_picture_reads_the_same_alone_and_in_any_batch(count: int) -> None:
    network, images = fresh(), pictures(count)
    together = network.predict_proba(images)
    assert together.shape == (count, 10)
    for image, row in zip(images, together, strict=True):
        np.testing.assert_allclose(network.predict_proba(image)[0], row, rtol=1e-4, atol=1e-7)
    np.testing.assert_array_equal(network.predict(images), together.argmax(axis=1))


def test_bytes_and_fractions_mean_the_same_picture() -> None:
    network = fresh()
    bytes_ = (pictures(3) * 255).astype(np.uint8)
    expected = network.predict_proba(bytes_)
    for same in (bytes_.astype(np.float64) / 255, bytes_.astype(np.int64), bytes_[:, None]):
        np.testing.assert_allclose(network.predict_proba(same), expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((3, 27, 28)), r"shape \(N, 28, 28\), but have \(3, 27, 28\)"),
        (np.zeros((3, 2, 28, 28)), r"shape \(N, 28, 28\)"),
        (np.full((28, 28), 255.0), r"0\.\.1 for type float64, but range from 255 to 255"),
        (np.full((28, 28), -1), r"0\.\.255 for type int64"),
        (np.full((28, 28), np.nan), "range from nan"),
        (np.full((28, 28), "ink"), "must be numbers"),
    ],
)
def test_what_is_no_picture_is_refused(images: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fresh().predict_proba(images)


def test_parameters_are_views_of_one_vector() -> None:
    network = fresh()
    assert sum(array.size for array in network.parameters()) == network.vector.size
    before = network.predict_proba(pictures(1))
    network.vector *= 0.5
    assert not np.allclose(network.predict_proba(pictures(1)), before)
    names = [name for name, _ in network.named_parameters()]
    assert names[:3] == ["c1.weight", "c1.bias", "c3.weight"]


def test_equal_seeds_give_equal_networks_and_copies_are_independent() -> None:
    network = fresh(seed=3)
    np.testing.assert_array_equal(network.vector, fresh(seed=3).vector)
    assert not np.array_equal(network.vector, fresh(seed=4).vector)
    twin = network.copy()
    twin.vector[:] = 0
    assert network.vector.any()
    np.testing.assert_array_equal(network.vector, fresh(seed=3).vector)


def test_layers_can_be_exchanged_and_weights_stay() -> None:
    network = fresh()

    def smoother(stage: str, layer: Layer) -> Layer:
        if isinstance(layer, ReLU) and stage == "c1":
            return Tanh()
        return AvgPool2d(2) if isinstance(layer, MaxPool2d) else layer

    other = network.replace_layers(smoother)
    np.testing.assert_array_equal(other.vector, network.vector)
    kinds = {info.name: info.kinds for info in other.summary()}
    assert kinds["c1"] == ("Conv2d", "Tanh")
    assert kinds["s2"] == ("AvgPool2d",)
    assert kinds["c3"] == ("Conv2d", "ReLU")
    image = pictures(1)
    c1 = network.intermediates(image)["c1.Conv2d"]
    np.testing.assert_allclose(other.activations(image)["c1"], np.tanh(c1), rtol=1e-5)


def test_layers_that_do_not_fit_are_named_by_stage() -> None:
    with pytest.raises(ValueError, match="stage two: Conv2d expects 3 channels, but gets 4"):
        Network("x", (1, 9, 9), {"one": [Conv2d(1, 4, 3)], "two": [Conv2d(3, 1, 3)]})
    with pytest.raises(ValueError, match="stage one has more than one layer with parameters"):
        Network("x", (1, 9, 9), {"one": [Flatten(), Linear(81, 5), Linear(5, 2)]})
    with pytest.raises(ValueError, match="at least one stage"):
        Network("x", (1, 9, 9), {})
