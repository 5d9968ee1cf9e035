"""Pooling step by step: the lecture's numbers, slow loops, gradients, and what is said of them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnviz_tui import ops
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.layers import Pooling
from cnnviz_tui.walkthroughs.base import text_of
from cnnviz_tui.walkthroughs.pooling import PoolingWalkthrough
from cnnviz_tui.walkthroughs.pooling_setup import POOLING, PoolingSetup, presets
from cnnviz_tui.walkthroughs.pooling_text import (
    gathered_sums,
    lost_sentence,
    seen_caption,
    seen_sums,
)

SETUPS = {preset.name: preset.setup for preset in presets()}


def setup_of(name: str, **choices: object) -> PoolingSetup:
    """A preset with other choices."""
    return SETUPS[name].changed(**choices)


@st.composite
def setups(draw: st.DrawFn) -> PoolingSetup:
    """Any small pooling, sliding or adaptive, also those that do not fit."""
    pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))
    adaptive = draw(st.none() | pairs)
    choices = {} if adaptive else {"padding": draw(st.integers(0, 1))}
    return PoolingSetup.of(
        "mixed",
        kind=draw(st.sampled_from(["max", "average"])),
        size=draw(st.tuples(st.integers(2, 7), st.integers(2, 7))),
        channels=draw(st.integers(1, 2)),
        kernel_size=draw(pairs),
        stride=draw(pairs),
        rounding=draw(st.sampled_from(["floor", "ceil"])),
        output_size=adaptive,
        **choices,
    )


def played(walkthrough: PoolingWalkthrough) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The output and the input's gradient, put together from the steps alone."""
    output = np.full((walkthrough.channels, *walkthrough.map_size), np.nan)
    gradient = np.zeros(walkthrough.input.shape)
    for step in walkthrough:
        c = step.output[0]
        if step.backward:
            cells = np.ix_(*step.inside)
            assert step.before == pytest.approx(gradient[c][cells]), "what was gathered so far"
            gradient[c][cells] += step.shares
        else:
            output[step.output] = step.value
    return output, gradient


# -- the lecture's numbers ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "expected"),
    [("max", [[6, 8], [3, 4]]), ("average", [[4.25, 4.25], [4.25, 3.5]])],
)
def test_the_lectures_grids_are_stepped_through_to_their_result(
    preset: str, expected: list[list[float]]
) -> None:
    output, _ = played(SETUPS[preset].build())
    assert output[0].tolist() == expected


def test_the_maximum_sends_the_gradient_to_the_winner_alone() -> None:
    _, gradient = played(SETUPS["max"].build())
    assert gradient[0].tolist() == [[0, 0, 0, 0], [0, 1, 0, -2], [3, 0, 0, 0], [0, 0, 0, -4]]


def test_the_average_shares_the_gradient_equally() -> None:
    _, gradient = played(SETUPS["average"].build())
    expected = np.kron([[1, -2], [3, -4]], np.full((2, 2), 0.25))
    assert gradient[0] == pytest.approx(expected)


def test_adaptive_pooling_gives_the_size_asked_for_with_overlapping_regions() -> None:
    walkthrough = SETUPS["adaptive"].build()
    assert walkthrough.map_size == (3, 3)
    assert [list(r) for r in walkthrough.bands[0]] == [[0, 1], [1, 2, 3], [3, 4]]
    assert [list(r) for r in walkthrough.bands[1]] == [[0, 1, 2], [2, 3, 4], [4, 5, 6]]
    numbers = np.arange(1, 36).reshape(5, 7)
    assert walkthrough.step(4).value == numbers[1:4, 2:5].mean()


def test_global_pooling_leaves_one_number_a_channel() -> None:
    walkthrough = SETUPS["global"].build()
    output, _ = played(walkthrough)
    assert output.shape == (3, 1, 1)
    assert output.ravel() == pytest.approx(walkthrough.input.mean(axis=(1, 2)))


# -- against ops and slow loops -------------------------------------------------------------------


@given(setups())
def test_steps_put_together_are_the_operation_and_its_gradient(setup: PoolingSetup) -> None:
    walkthrough = setup.build()
    if walkthrough.problem:
        assert len(walkthrough) == 0
        return
    output, gradient = played(walkthrough)
    assert output == pytest.approx(walkthrough.output, rel=1e-5)
    last = len(walkthrough) - 1
    for c in range(walkthrough.channels):
        assert gradient[c] == pytest.approx(walkthrough.gradient_at(last, c), rel=1e-5, abs=1e-5)


@given(setups())
def test_every_window_by_slow_loops(setup: PoolingSetup) -> None:
    walkthrough = setup.build()
    height, width = walkthrough.input.shape[1:]
    for step in walkthrough[: walkthrough.outputs]:
        seen = [
            (float(walkthrough.input[step.output[0], r, c]), (r, c))
            for r, c in product(step.rows, step.columns)
            if 0 <= r < height and 0 <= c < width
        ]
        values = [value for value, _ in seen]
        if setup.kind == "max":
            assert step.value == max(values)
            assert step.winner == next(cell for value, cell in seen if value == max(values))
        else:
            assert step.value == pytest.approx(sum(values) / step.divisor)


@given(setups(), st.data())
def test_what_a_cell_gathers_is_its_gradient(setup: PoolingSetup, data: st.DataObject) -> None:
    walkthrough = setup.build()
    if walkthrough.problem:
        return
    row = data.draw(st.integers(0, setup.size[0] - 1))
    column = data.draw(st.integers(0, setup.size[1] - 1))
    shares = walkthrough.gathered(0, row, column)
    whole = walkthrough.gradient(0, walkthrough.outputs)
    assert sum(share for _, share in shares) == pytest.approx(float(whole[row, column]), abs=1e-5)
    seers = {
        step.output[1:]
        for step in walkthrough[: walkthrough.outputs]
        if step.output[0] == 0 and row in step.rows and column in step.columns
    }
    assert {place for place, _ in shares} == seers


def test_padding_can_never_win_but_counts_as_zero_in_an_average() -> None:
    negative = np.full((1, 1, 2, 2), -3, dtype=np.float32)
    largest = PoolingWalkthrough(negative, Pooling("max", 2, 2, 1))
    average = PoolingWalkthrough(negative, Pooling("avg", 2, 2, 1))
    assert largest[0].value == -3
    assert average[0].value == -0.75
    assert "can never win" in largest[0].caption
    assert "counts as 0" in average[0].caption


def test_of_equal_numbers_the_first_wins() -> None:
    walkthrough = PoolingWalkthrough(np.ones((1, 1, 2, 2), dtype=np.float32), Pooling("max", 2))
    assert walkthrough[0].winner == (0, 0)
    assert "the first one wins" in walkthrough[0].caption


def test_shapes_that_do_not_belong_together_are_refused() -> None:
    maps = np.zeros((1, 1, 4, 4), dtype=np.float32)
    with pytest.raises(ValueError, match="give one picture"):
        PoolingWalkthrough(maps[0], Pooling("max", 2))
    with pytest.raises(ValueError, match="give the output's"):
        PoolingWalkthrough(maps, Pooling("max", 2), maps)


# -- what is said ---------------------------------------------------------------------------------


def test_sums_are_written_as_on_paper() -> None:
    largest, average = SETUPS["max"].build(), SETUPS["average"].build()
    assert text_of(largest[0].sums[0]) == "max(1, 1, 5, 6) = 6"
    assert text_of(average[0].sums[0]) == "(2 + 2 + 9 + 4)/4 = 17/4 = 4.25"
    assert text_of(largest[5].sums[0]) == (
        "∂output (0, 1) = −2 → ∂input (1, 3):  0 + (−2) = −2   all others + 0"
    )
    assert "shared by 4 cells: −2/4 = −0.5 added to each" in text_of(average[5].sums[0])
    assert text_of(largest[0].sums[-1]) == "the largest of 4 numbers = 6"


def test_formulas_say_size_parameters_and_memory() -> None:
    texts = [text_of(formula) for formula in SETUPS["max"].build().formulas]
    assert texts == [
        "(N − F)/S + 1 = (4 − 2)/2 + 1 = 2 ✓",
        "parameters 0  memory 4·4·1 numbers = 64 B → 2·2·1 = 16 B (1/4)",
    ]
    adaptive = [text_of(formula) for formula in SETUPS["adaptive"].build().formulas]
    assert adaptive[0] == "rows from ⌊i·5/3⌋ to before ⌈(i + 1)·5/3⌉: 0–1, 1–3, 3–4"
    overall = text_of(SETUPS["global"].build().formulas[0])
    assert overall == "one region, the whole map: 7·7 = 49 numbers"


@given(setups())
def test_each_formula_fits_into_the_smallest_terminal(setup: PoolingSetup) -> None:
    try:
        walkthrough = setup.changed(size=(64, 63), channels=8).build()
    except ShapeError:
        return
    if not walkthrough.problem:
        assert all(len(text_of(formula)) <= 78 for formula in walkthrough.formulas)


def test_what_no_window_sees_is_said_and_how_to_take_it_in() -> None:
    lost = SETUPS["does-not-fit"].build()
    assert lost_sentence(lost) == (
        "No window sees 1 row and 1 column (░); R ceil would take them in."
    )
    taken_in = SETUPS["ceil"].build()
    assert lost_sentence(taken_in) == ""
    assert "hangs over the end" in taken_in[2].caption


def test_a_window_that_has_no_position_is_explained() -> None:
    walkthrough = setup_of("max", kernel_size=(5, 5)).build()
    assert len(walkthrough) == 0
    assert "does not fit" in walkthrough.problem
    assert walkthrough.problem in text_of(walkthrough.formulas[0])
    padded = setup_of("max", padding=2).build()
    assert "half of its window" in padded.problem


def test_an_input_cell_says_who_sees_it_and_what_it_gathers() -> None:
    walkthrough = SETUPS["overlap"].build()
    assert text_of(seen_sums(walkthrough, 0, 2, 3)[0]) == (
        "input (2, 3) = 7 is seen by 2·1 = 2 of 9 windows and is the largest of 1"
    )
    assert text_of(gathered_sums(walkthrough, 0, 1, 5)[0]) == ("∂input (1, 5) = 3 from (0, 2) = 3")
    assert "not the largest" in seen_caption(walkthrough, 2, 3)
    assert "No window" in seen_caption(SETUPS["does-not-fit"].build(), 4, 4)
    assert "Several windows" in seen_caption(setup_of("overlap", kind="average").build(), 2, 2)


@pytest.mark.parametrize("name", SETUPS)
def test_captions_are_short_and_data_is_plain(name: str) -> None:
    walkthrough = SETUPS[name].build()
    for index in range(0, len(walkthrough), max(len(walkthrough) // 40, 1)):
        step = walkthrough[index]
        assert 0 < len(step.caption) <= 156, "two lines of 78"
        assert "!" not in step.caption
        assert step.data["direction"] == ("backward" if step.backward else "forward")
        assert (step.data["shares"] is None) != step.backward


# -- choosing -------------------------------------------------------------------------------------


def test_the_output_size_switches_adaptive_pooling_on_and_a_window_switches_it_off() -> None:
    adaptive = POOLING.set_up("max", {"O": "3"})
    assert adaptive.build().adaptive
    fields = {field.symbol: field for field in POOLING.fields}
    assert [fields[s].text(adaptive) for s in "FSPRO"] == ["–", "–", "–", "–", "3"]
    assert fields["O"].text(fields["F"].typed(adaptive, "3")) == "off"
    assert fields["O"].typed(adaptive, "off").output_size is None


def test_the_output_field_steps_from_off_to_one_and_back() -> None:
    field = next(field for field in POOLING.fields if field.symbol == "O")
    one = field.nudged(SETUPS["max"], 1)
    assert one.output_size == (1, 1)
    assert field.nudged(one, 1).output_size == (2, 2)
    assert field.nudged(one, -1).output_size is None
    assert field.nudged(SETUPS["max"], -1) == SETUPS["max"]


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"N": "9999"}, "input size N must be 1 to 64"),
        ({"M": "median"}, "max, average"),
        ({"F": "33"}, "window size F must be 1 to 32"),
        ({"input": "nothing"}, "lecture-max"),
        ({"N": "64", "F": "32", "S": "1", "C": "8"}, "make N, F or C smaller"),
    ],
)
def test_choices_that_cannot_be_are_one_sentence(typed: dict[str, str], complaint: str) -> None:
    with pytest.raises(ShapeError, match=complaint):
        POOLING.set_up("max", typed)


def test_typed_numbers_stay_as_long_as_their_cell_exists() -> None:
    typed = SETUPS["max"].with_input_cell((0, 3, 3), 9).with_upstream((0, 0, 0), 5)
    assert typed.build()[3].value == 9
    assert typed.build()[4].upstream == 5
    smaller = typed.changed(size=(3, 3))
    assert smaller.input_edits == {}
    assert smaller.build()[1].upstream == 5


def test_lectures_grids_grow_and_pool_as_ops_do() -> None:
    walkthrough = setup_of("max", size=(6, 9), channels=2).build()
    expected = ops.max_pool2d(walkthrough.input[None], 2)[0]
    assert played(walkthrough)[0] == pytest.approx(expected)
