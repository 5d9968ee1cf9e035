"""Every number of a network can be opened, and what is inside adds up to it."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz_tui.digits import bundled
from cnnviz_tui.nn import MODELS, Network, Unit, load_lenet, open_unit
from cnnviz_tui.nn.layer import Array, Layer
from cnnviz_tui.nn.pool import AvgPool2d, MaxPool2d

SLOPE, AMPLITUDE = 2 / 3, 1.7159


def activated(unit: Unit) -> float:
    """Apply the unit's activation function by hand."""
    if unit.activation == "ReLU":
        return max(unit.total, 0.0)
    if unit.activation == "ScaledTanh":
        return AMPLITUDE * float(np.tanh(SLOPE * unit.total))
    assert unit.activation is None
    return unit.total


def some_units(values: Array, rng: np.random.Generator) -> list[tuple[int, ...]]:
    """Choose the corners, the largest and a few more."""
    shape = values.shape
    chosen = {tuple(0 for _ in shape), tuple(n - 1 for n in shape)}
    chosen.add(tuple(int(i) for i in np.unravel_index(values.argmax(), shape)))
    chosen |= {tuple(int(rng.integers(n)) for n in shape) for _ in range(12)}
    return sorted(chosen)


@pytest.mark.parametrize("name", list(MODELS))
def test_every_stage_adds_up_to_six_digits(name: str) -> None:
    network, rng = load_lenet(name), np.random.default_rng(0)
    activations = network.activations(bundled().images[7])
    for stage in list(activations)[1:]:
        values = activations[stage][0]
        for index in some_units(values, rng):
            unit = open_unit(network, activations, stage, index)
            assert unit.value == values[index]
            assert activated(unit) == pytest.approx(unit.value, rel=1e-5, abs=3e-6)


def test_an_average_is_opened_too() -> None:
    def averaged(_: str, layer: Layer) -> Layer:
        return AvgPool2d(2) if isinstance(layer, MaxPool2d) else layer

    network = load_lenet().replace_layers(averaged)
    activations = network.activations(bundled().images[0])
    unit = open_unit(network, activations, "s2", (3, 5, 6))
    assert unit.operation == "mean"
    assert unit.total == pytest.approx(unit.value, rel=1e-6)


def lenet_seven() -> tuple[Network, dict[str, Array]]:
    network = load_lenet()
    return network, network.activations(bundled().images[0])


def test_a_unit_of_c3_sees_all_maps_of_s2_through_its_kernel() -> None:
    network, activations = lenet_seven()
    unit = open_unit(network, activations, "c3", (4, 2, 7))
    assert unit.below == "s2"
    assert unit.weights is not None
    assert unit.window.shape == (6, 5, 5)
    np.testing.assert_array_equal(unit.window, activations["s2"][0, :, 2:7, 7:12])
    np.testing.assert_array_equal(unit.weights, dict(network.named_parameters())["c3.weight"][4])
    np.testing.assert_allclose(unit.terms, unit.window * unit.weights)
    assert unit.unit_below((5, 1, 4)) == (5, 3, 11)


def test_padding_is_inside_the_window_but_has_no_unit() -> None:
    network, activations = lenet_seven()
    unit = open_unit(network, activations, "c1", (0, 0, 27))
    assert unit.corner == (0, -2, 25)
    assert unit.inside.sum() == 9
    assert not unit.window[~unit.inside].any()
    assert unit.unit_below((0, 0, 0)) is None
    assert unit.unit_below((0, 2, 2)) == (0, 0, 27)


def test_gaps_of_the_connection_table_are_not_seen() -> None:
    network = load_lenet("lenet5-1998")
    unit = open_unit(network, network.activations(bundled().images[0]), "c3", (0, 0, 0))
    assert unit.seen.any(axis=(1, 2)).tolist() == [True, True, True, False, False, False]


def test_one_can_go_down_from_the_answer_to_the_pixels() -> None:
    network, activations = lenet_seven()
    stage = "probabilities"
    index: tuple[int, ...] = (7,)
    visited = []
    while stage != "input":
        unit = open_unit(network, activations, stage, index)
        cell = np.unravel_index(np.argmax(np.abs(unit.terms) * unit.inside), unit.terms.shape)
        below = unit.unit_below(tuple(int(i) for i in cell))
        assert below is not None
        stage, index = unit.below, below
        visited.append(stage)
        assert activations[stage][0][index] == pytest.approx(unit.window[cell])
    assert visited == ["output", "f6", "c5", "s4", "c3", "s2", "c1", "input"]


@pytest.mark.parametrize(
    ("stage", "index", "message"),
    [
        ("input", (0, 3, 3), "no stage 'input' to open"),
        ("c9", (0,), "no stage 'c9'"),
        ("c1", (6, 0, 0), r"no unit \(6, 0, 0\)"),
        ("f6", (0, 0), r"has the shape \(84,\)"),
        ("f6", (-1,), r"no unit \(-1,\)"),
    ],
)
def test_what_is_not_there_cannot_be_opened(
    stage: str, index: tuple[int, ...], message: str
) -> None:
    network, activations = lenet_seven()
    with pytest.raises(ValueError, match=message):
        open_unit(network, activations, stage, index)
