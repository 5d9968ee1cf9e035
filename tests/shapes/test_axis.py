"""One axis: how many windows there are, what each reads, and what none of them reads."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.shapes.axis import Axis, per_axis
from cnnviz_tui.shapes.errors import ShapeError
from tests.shapes.strategies import axes, windows_by_hand


@given(axes())
def test_windows_are_those_that_one_can_place_by_hand(axis: Axis) -> None:
    placed = windows_by_hand(
        axis.size,
        axis.window,
        axis.stride,
        axis.before,
        axis.after,
        axis.dilation,
        ceil=axis.ceil_mode,
    )
    assert [axis.taps(i) for i in range(axis.output)] == placed
    assert list(axis.starts) == [taps[0] for taps in placed]


@given(axes())
def test_unvisited_positions_are_those_in_no_window(axis: Axis) -> None:
    read = {tap for i in range(axis.output) for tap in axis.taps(i)}
    assert axis.unvisited == tuple(p for p in range(axis.size) if p not in read)


@given(axes(), st.integers(-5, 25))
def test_a_position_feeds_the_outputs_whose_windows_hold_it(axis: Axis, position: int) -> None:
    holding = [i for i in range(axis.output) if position in axis.taps(i)]
    assert list(axis.feeds(position)) == holding


@given(axes(ceil=False))
def test_exact_is_the_formula_and_output_its_floor(axis: Axis) -> None:
    reach = axis.dilation * (axis.window - 1) + 1
    exact = Fraction(axis.size - reach + axis.before + axis.after, axis.stride) + 1
    assert axis.exact == exact
    assert axis.output == exact.numerator // exact.denominator
    assert axis.fits == (exact.denominator == 1)


@pytest.mark.parametrize(
    ("axis", "output", "exact", "unvisited"),
    [
        (Axis(7, 3), 5, Fraction(5), ()),
        (Axis(7, 3, stride=2), 3, Fraction(3), ()),
        (Axis(7, 3, stride=3), 2, Fraction(7, 3), (6,)),
        (Axis(7, 3, 1, 1, 1), 7, Fraction(7), ()),
        (Axis(7, 2, stride=3), 2, Fraction(8, 3), (2, 5, 6)),
        (Axis(7, 3, stride=8, dilation=2), 1, Fraction(5, 4), (1, 3, 5, 6)),
        (Axis(7, 3, stride=3, ceil_mode=True), 3, Fraction(7, 3), ()),
        # The fourth window would start in the padding behind the input, so it is dropped.
        (Axis(5, 2, 2, 1, 1, ceil_mode=True), 3, Fraction(7, 2), ()),
    ],
)
def test_worked_examples(
    axis: Axis, output: int, exact: Fraction, unvisited: tuple[int, ...]
) -> None:
    assert (axis.output, axis.exact, axis.unvisited) == (output, exact, unvisited)


def test_rounding_up_lets_a_small_input_have_one_hanging_window() -> None:
    assert Axis(2, 3, stride=2, ceil_mode=True).output == 1
    with pytest.raises(ShapeError):
        Axis(2, 3, stride=2)


def test_a_million_positions_are_counted_without_visiting_them() -> None:
    axis = Axis(10**6, 3, stride=1, before=1, after=1)
    assert axis.output == 10**6
    assert axis.taps(999_999) == (999_998, 999_999, 1_000_000)
    assert list(axis.feeds(500_000)) == [499_999, 500_000, 500_001]
    assert axis.unvisited == ()
    assert len(Axis(10**6, 3, stride=10).unvisited) == 700_000


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ({"size": 0}, "The input size must be at least 1, not 0."),
        ({"window": 0}, "The filter size must be at least 1, not 0."),
        ({"stride": -2}, "The stride must be at least 1, not −2."),
        ({"dilation": 0}, "The dilation must be at least 1, not 0."),
        ({"before": -1}, "The padding must be at least 0, not −1."),
        ({"after": -1}, "The padding must be at least 0, not −1."),
        (
            {"window": 9},
            "A filter of 9 does not fit into an input of 7; a padding of 1 would make it fit.",
        ),
        (
            {"window": 5, "dilation": 3, "before": 1},
            "A filter of 5 with dilation 3 spans 13 positions: it does not fit into an input of "
            "7 padded to 8; a padding of 3 would make it fit.",
        ),
    ],
)
def test_numbers_that_make_no_axis(numbers: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ShapeError) as error:
        Axis(**{"size": 7, "window": 3, **numbers})
    assert str(error.value) == sentence


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 3))
def test_the_padding_that_an_error_names_is_the_smallest_that_helps(
    size: int, window: int, dilation: int
) -> None:
    try:
        Axis(size, window, dilation=dilation)
    except ShapeError as error:
        padding = int(str(error).split("padding of ")[1].split()[0])
        assert Axis(size, window, 1, padding, padding, dilation).output in (1, 2)
        with pytest.raises(ShapeError):
            Axis(size, window, 1, padding - 1, padding - 1, dilation)


def test_there_is_no_output_before_the_first_or_after_the_last() -> None:
    with pytest.raises(IndexError):
        Axis(7, 3).taps(5)
    with pytest.raises(IndexError):
        Axis(7, 3).taps(-1)


def test_one_number_counts_for_all_axes() -> None:
    assert per_axis(3, 2, "filter") == per_axis((3,), 2, "filter") == (3, 3)
    assert per_axis((3, 5), 2, "filter") == (3, 5)
    with pytest.raises(ShapeError, match="filter 3x5 has 2 numbers, but the input has 1 spatial"):
        per_axis((3, 5), 1, "filter")
