"""Volumes: the lecture's chain of shapes, and every number a sum over the full depth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui import ops
from cnnviz_tui.samples import input_named
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.walkthroughs.base import text_of
from cnnviz_tui.walkthroughs.volume import Scope, VolumeWalkthrough
from cnnviz_tui.walkthroughs.volume_setup import (
    VOLUME,
    VolumeLayer,
    VolumeSetup,
    parse_layers,
    presets,
)

NAMES = [preset.name for preset in presets()]


def walk(name: str) -> VolumeWalkthrough:
    return VOLUME.preset(name).setup.build()


@st.composite
def setups(draw: st.DrawFn) -> VolumeSetup:
    layers = draw(
        st.lists(
            st.builds(VolumeLayer, st.integers(1, 3), st.integers(1, 3)), min_size=1, max_size=3
        )
    )
    size = draw(st.integers(7, 9)), draw(st.integers(7, 9))
    channels = draw(st.integers(1, 3))
    padding = draw(st.integers(0, 1))
    return VolumeSetup(input_named("numbers"), tuple(layers), size, channels, padding, seed=4)


def test_the_lectures_chain_of_volumes() -> None:
    walkthrough = walk("chain")
    assert walkthrough.shapes == ((3, 32, 32), (6, 28, 28), (10, 24, 24))
    assert text_of(walkthrough.formulas[0]) == (
        "32x32x3 → 6 filters 5x5x3 → 28x28x6 → 10 filters 5x5x6 → 24x24x10"
    )
    assert "(5·5·3 + 1)·6 = 456" in text_of(walkthrough.formulas[1])
    first = walkthrough[walkthrough.index_of(0, Scope.NUMBER)]
    assert first.number.products.size == 75
    assert "75 products and the bias" in first.caption
    assert "a new image of 28x28x6" in walkthrough[walkthrough.index_of(0, Scope.STACK)].caption
    assert "24x24x10" in walkthrough[-1].caption


def test_ten_padded_filters_keep_the_size_and_have_760_parameters() -> None:
    walkthrough = walk("padded")
    assert walkthrough.shapes[-1] == (10, 32, 32)
    assert "(5·5·3 + 1)·10 = 760" in text_of(walkthrough.formulas[1])


def test_75_products_are_grouped_by_channel() -> None:
    walkthrough = walk("chain")
    partial = []
    for channel in range(3):
        step = walkthrough[walkthrough.index_of(0, Scope.SLICE, channel)]
        assert step.channel == channel
        written = text_of(step.sums[0])
        assert written.startswith(("red", "green", "blue")[channel])
        assert written.count("·") == 25
        partial.append(float(step.number.partial_sums[channel]))
    total = walkthrough[walkthrough.index_of(0, Scope.NUMBER)].number
    assert total.value == pytest.approx(sum(partial) + 0.5)
    assert "3 slices, 25 products each: red" in text_of(total.sums[0])


@given(setups())
def test_every_layer_sees_what_relu_leaves_of_the_one_below(setup: VolumeSetup) -> None:
    walkthrough = setup.build()
    below = walkthrough.picture[None]
    for layer, (weight, bias) in enumerate(
        zip(walkthrough.weights, walkthrough.biases, strict=True)
    ):
        output = ops.conv2d(below, weight, bias, 1, setup.padding)
        assert walkthrough.shapes[layer + 1] == output.shape[1:]
        maps, height, width = output.shape[1:]
        for k, row, column in ((0, 0, 0), (maps - 1, height - 1, width - 1)):
            number = walkthrough.number(layer, k, row, column)
            assert number.value == pytest.approx(float(output[0, k, row, column]), abs=1e-3)
        below = np.maximum(output, 0)


@given(setups(), st.data())
def test_steps_tell_slices_number_rows_maps_and_stack(
    setup: VolumeSetup, data: st.DataObject
) -> None:
    walkthrough = setup.build()
    index = data.draw(st.integers(0, len(walkthrough) - 1))
    layer, scope, place = walkthrough.place_of(index)
    assert walkthrough.index_of(layer, scope, place) == index
    step = walkthrough[index]
    k, row, column = step.number.output
    height, width = walkthrough.shapes[layer + 1][1:]
    last = (k * height + row) * width + column + 1
    assert step.revealed == (0 if scope is Scope.SLICE else last)
    if index + 1 < len(walkthrough) and walkthrough.place_of(index + 1)[0] == layer:
        assert walkthrough[index + 1].revealed >= step.revealed


@given(setups(), st.data())
def test_the_step_of_a_number_is_the_first_that_shows_it(
    setup: VolumeSetup, data: st.DataObject
) -> None:
    walkthrough = setup.build()
    layer = data.draw(st.integers(0, len(walkthrough.weights) - 1))
    maps, height, width = walkthrough.shapes[layer + 1]
    k, row = data.draw(st.integers(0, maps - 1)), data.draw(st.integers(0, height - 1))
    index = walkthrough.index_of_number(layer, k, row)
    place = (k * height + row) * width + width - 1
    assert walkthrough[index].revealed > place
    before = walkthrough[index - 1]
    if before.layer == layer and before.scope is not Scope.NUMBER:
        assert before.revealed <= place


@pytest.mark.parametrize("name", NAMES)
def test_captions_are_short_sentences(name: str) -> None:
    for step in walk(name):
        assert step.caption.endswith(".")
        assert len(step.caption) <= 156
        assert "!" not in step.caption


def test_a_chain_that_does_not_fit_names_the_layer() -> None:
    walkthrough = VOLUME.preset("chain").setup.changed(size=(8, 8)).build()
    assert len(walkthrough) == 0
    assert walkthrough.problem.startswith("Layer 2:")
    assert walkthrough.problem in text_of(walkthrough.formulas[0])


def test_everything_can_be_typed_on_the_command_line() -> None:
    typed = {"layers": "4@3, 2@1", "N": "9x11", "C": "2", "P": "1", "bias": "2", "input": "numbers"}
    walkthrough = VOLUME.set_up("", typed).build()
    assert walkthrough.shapes == ((2, 9, 11), (4, 9, 11), (2, 11, 13))
    assert all((bias == 2).all() for bias in walkthrough.biases)


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"layers": "six"}, "“six” is no layer"),
        ({"layers": "17@5"}, "number of filters K must be 1 to 16"),
        ({"layers": "6@10"}, "filter size F must be 1 to 9"),
        ({"layers": "1@1, 1@1, 1@1, 1@1, 1@1"}, "number of layers must be 1 to 4"),
        ({"N": "65"}, "input size N must be 1 to 64"),
        ({"C": "17"}, "number of channels C"),
        ({"P": "5"}, "padding P must be 0 to 4"),
    ],
)
def test_choices_that_cannot_be_are_sentences(typed: dict[str, str], complaint: str) -> None:
    with pytest.raises(ShapeError, match=complaint):
        VOLUME.set_up("", typed)


def test_typed_numbers_stay_until_their_place_is_gone() -> None:
    setup = VOLUME.preset("small").setup.with_input_cell((1, 4, 4), 9.0)
    setup = setup.with_weight((1, 0, 1, 0, 0), 7.0)
    walkthrough = setup.build()
    assert walkthrough.picture[1, 4, 4] == 9
    assert walkthrough.weights[1][0, 1, 0, 0] == 7
    assert not setup.changed(size=(4, 4)).input_edits
    assert not setup.changed(layers=parse_layers("2@3")).weight_edits
    assert setup.changed(bias=1.0).weight_edits


def test_a_step_as_json() -> None:
    data = walk("chain")[3].data
    assert data["scope"] == "number"
    assert data["products"] == 75
    assert data["shape"] == [6, 28, 28]
    assert data["revealed"] == 1
