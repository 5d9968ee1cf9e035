"""Receptive fields: what a unit sees, by formula, by tracing, and by what changes when it moves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnviz_tui import ops
from cnnviz_tui.samples import input_named
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.walkthroughs.base import text_of
from cnnviz_tui.walkthroughs.field import FieldWalkthrough
from cnnviz_tui.walkthroughs.field_setup import FIELD, FieldSetup, presets
from cnnviz_tui.walkthroughs.field_stack import StackLayer, parse_stack, typed_stack

LAYERS = st.builds(
    StackLayer, st.integers(1, 5), st.integers(1, 3), st.integers(1, 2), st.just(False)
) | st.builds(StackLayer, st.just(2), st.just(2), st.just(1), st.just(True))


def walk(name: str) -> FieldWalkthrough:
    return FIELD.preset(name).setup.build()


def influences(walkthrough: FieldWalkthrough, layers: int, row: int) -> list[int]:
    """The rows of the picture that a unit depends on, found by running the layers.

    Every window adds up what it sees, so a pixel counts if its gradient is not 0.
    """
    size = walkthrough.picture.shape[1]
    signal: NDArray[np.floating[Any]] = np.eye(size).reshape(size, 1, size, 1)
    for axis in walkthrough.axes[0][:layers]:
        signal = ops.conv2d(
            signal,
            np.ones((1, 1, axis.window, 1)),
            None,
            (axis.stride, 1),
            ((axis.before, axis.after), (0, 0)),
            (axis.dilation, 1),
        )
    return [pixel for pixel in range(size) if signal[pixel, 0, row, 0] > 0]


@given(st.lists(LAYERS, min_size=1, max_size=4), st.integers(0, 30), st.booleans())
def test_a_field_is_what_the_unit_really_depends_on(
    stack: list[StackLayer], row: int, same: bool
) -> None:
    picture = np.zeros((1, 24, 24), dtype=np.float32)
    walkthrough = FieldWalkthrough(picture, tuple(stack), same=same, unit=(row, 0))
    assume(not walkthrough.problem)
    for step in walkthrough:
        found = influences(walkthrough, step.layers, step.unit[0])
        inside = [pixel for pixel in step.rows if 0 <= pixel < 24]
        feeding = [p for p in walkthrough.feeding(step.layers, 0, axis=0) if 0 <= p < 24]
        assert feeding == found
        assert set(found) <= set(inside)
        if found and inside and step.seen.size == len(step.rows) == len(found):
            assert found == inside
        for pixel in (0, 11, 23):
            seen_by = sum(
                pixel in step.seen.positions(unit)
                for unit in range(walkthrough.map_size(step.layers)[0])
            )
            assert walkthrough.seen_by(pixel, 0, step.layers) == seen_by


def test_two_3x3_see_what_one_5x5_sees_with_fewer_parameters() -> None:
    walkthrough = walk("two-3x3")
    assert [step.seen.size for step in walkthrough] == [1, 3, 5, 5]
    assert walkthrough.rival_field.size == 5
    last = walkthrough[-1]
    assert last.compares
    assert "73,856" in text_of(last.sums[0])
    assert "102,464" in text_of(last.sums[0])
    assert "one nonlinearity more" in last.caption
    assert text_of(walkthrough.formulas[0]).endswith("1 + (3 − 1)·1 + (3 − 1)·1 = 5")


def test_three_3x3_see_what_one_7x7_sees() -> None:
    walkthrough = walk("three-3x3")
    assert walkthrough[-1].seen.size == walkthrough.rival_field.size == 7
    own, other = (
        sum(layer.parameters(64) for layer in stack)
        for stack in (walkthrough.stack, walkthrough.rival)
    )
    assert (own, other) == (3 * (9 * 64 + 1) * 64, (49 * 64 + 1) * 64)
    assert "two nonlinearities more" in walkthrough[-1].caption


@pytest.mark.parametrize(
    ("name", "sizes", "jumps"),
    [
        ("stride", [1, 3, 7, 15], [1, 2, 4, 8]),
        ("dilation", [1, 3, 7, 15, 15], [1, 1, 1, 1, 1]),
        ("lenet", [1, 5, 6, 14, 16], [1, 1, 2, 2, 4]),
    ],
)
def test_sizes_and_jumps_grow_as_on_paper(name: str, sizes: list[int], jumps: list[int]) -> None:
    walkthrough = walk(name)
    assert [step.seen.size for step in walkthrough] == sizes
    assert [step.seen.jump for step in walkthrough] == jumps


def test_a_sum_writes_size_jump_and_start() -> None:
    assert text_of(walk("stride")[2].sums[0]) == (
        "size 3 + (3 − 1)·2 = 7   jump 2·2 = 4   start −1 − 1·2 = −3"
    )


@pytest.mark.parametrize("name", [preset.name for preset in presets()])
def test_captions_are_short_sentences(name: str) -> None:
    for step in walk(name):
        assert step.caption.endswith(".")
        assert len(step.caption) <= 156
        assert "!" not in step.caption


def test_a_field_that_hangs_over_the_border_says_so() -> None:
    setup = FIELD.preset("two-3x3").setup.changed(unit=(0, 0))
    assert "padding" in setup.build()[2].caption
    assert setup.build()[2].rows[0] == -2


def test_the_unit_stays_in_its_map_and_near_what_was_pressed() -> None:
    walkthrough = walk("lenet")
    assert walkthrough.unit_near(0, 31) == (0, 4)
    assert FIELD.preset("lenet").setup.changed(unit=(99, 99)).build().unit == (4, 4)


def test_a_stack_that_does_not_fit_names_the_layer() -> None:
    setup = FIELD.preset("lenet").setup.changed(size=(8, 8))
    walkthrough = setup.build()
    assert len(walkthrough) == 0
    assert walkthrough.problem.startswith("Layer 3, 5x5 conv:")


@given(st.lists(LAYERS, min_size=1, max_size=8).map(tuple))
def test_what_is_typed_is_read_back(stack: tuple[StackLayer, ...]) -> None:
    assert parse_stack(typed_stack(stack), "stack") == stack


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is no layer"),
        ("3, x", "“x” is no layer"),
        ("3,3,3,3,3,3,3,3,3", "at most 8"),
        ("16", "1 to 15 wide, not 16"),
        ("0", "1 to 15 wide"),
        ("3s9", "Strides and dilations"),
        ("3s0", "Strides and dilations"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(text: str, complaint: str) -> None:
    with pytest.raises(ShapeError, match=complaint):
        parse_stack(text, "stack")


def test_everything_can_be_typed_on_the_command_line() -> None:
    setup = FIELD.set_up(
        "", {"stack": "5s2, pool2", "rival": "none", "N": "20x30", "C": "8", "unit": "1x2"}
    )
    walkthrough = setup.build()
    assert walkthrough.picture.shape == (1, 20, 30)
    assert walkthrough.unit == (1, 2)
    assert not setup.rival
    assert FIELD.set_up("", {"L": "4"}).stack == (StackLayer(3),) * 4
    assert FIELD.set_up("", {"unit": "middle", "padding": "valid"}).unit is None


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"L": "9"}, "1 to 8"),
        ({"N": "65"}, "1 to 64"),
        ({"C": "5000"}, "1 to 4,096"),
        ({"unit": "1x2x3"}, "not in a map"),
        ({"padding": "much"}, "no padding “much”"),
    ],
)
def test_choices_that_cannot_be_are_sentences(typed: dict[str, str], complaint: str) -> None:
    with pytest.raises(ShapeError, match=complaint):
        FIELD.set_up("", typed)


def test_layers_are_added_and_taken_away_one_by_one() -> None:
    setup = FieldSetup(input_named("digit-3"), parse_stack("5, 3", "stack"))
    depth = next(field for field in FIELD.fields if field.symbol == "L")
    assert typed_stack(depth.nudged(setup, 1).stack) == "5, 3, 3"
    assert typed_stack(depth.nudged(setup, -1).stack) == "5"
    one = setup.changed(stack=setup.stack[:1])
    assert depth.nudged(one, -1) == one


def test_a_step_as_json() -> None:
    data = walk("two-3x3")[2].data
    assert data["size"] == 5
    assert data["unit"] == [14, 14]
    assert data["rows"] == [12, 13, 14, 15, 16]
    assert data["parameters"] == 73856
