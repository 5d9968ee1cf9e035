"""The formula read backwards finds everything that reading it forwards would find."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.inverse import (
    Choice,
    choices_for,
    fitting_neighbours,
    size_keeping_padding,
)
from cnnviz_tui.shapes.transposed import TransposedAxis
from tests.shapes.strategies import axes

small = st.integers(1, 12)


@given(st.integers(1, 9), st.integers(1, 4), st.integers(1, 30))
def test_the_size_keeping_padding_keeps_the_size(window: int, dilation: int, size: int) -> None:
    before, after = size_keeping_padding(window, dilation)
    assert Axis(size, window, 1, before, after, dilation).output == size


@given(small, st.integers(1, 4), st.integers(1, 2), st.integers(1, 8), st.booleans())
def test_choices_are_all_that_trying_everything_finds(
    size: int, window: int, dilation: int, wanted: int, ceil: bool
) -> None:
    try:
        axis = Axis(size, window, dilation=dilation, ceil_mode=ceil)
    except ShapeError:
        return
    tried = set()
    for padding in range(axis.reach):
        for stride in range(1, size + 2 * padding + 2):
            try:
                candidate = Axis(size, window, stride, padding, padding, dilation, ceil)
            except ShapeError:
                continue
            if candidate.output == wanted:
                tried.add((padding, stride))
    found = {(c.padding[0][0], c.stride[0]) for c in choices_for([axis], [wanted])}
    # Every large stride leaves one window; naming the first of them is enough.
    assert tried >= found if wanted == 1 else tried == found
    assert bool(tried) == bool(found)


@given(st.integers(1, 8), st.integers(1, 4), st.integers(1, 16))
def test_choices_of_a_transposed_convolution(size: int, window: int, wanted: int) -> None:
    axis = TransposedAxis(size, window)
    for choice in choices_for([axis, axis], [wanted]):
        chosen = axis.changed(
            before=choice.padding[0][0], after=choice.padding[0][1], stride=choice.stride[0]
        )
        assert chosen.output == wanted
    found = {(c.padding[0][0], c.stride[0]) for c in choices_for([axis], [wanted])}
    for padding in range(window):
        for stride in range(1, 20) if size > 1 else [1]:
            if (size - 1) * stride - 2 * padding + window == wanted:
                assert (padding, stride) in found


def test_choices_that_fit_come_first_and_serve_both_axes() -> None:
    choices = choices_for([Axis(7, 3), Axis(7, 3)], [3])
    assert choices[0] == Choice(((0, 0), (0, 0)), (2, 2), (3, 3), True)
    assert [c.fits for c in choices] == sorted((c.fits for c in choices), reverse=True)
    assert all(c.output == (3, 3) for c in choices)


def test_axes_that_need_different_choices_get_them() -> None:
    choices = choices_for([Axis(7, 3), Axis(14, 3)], [7, 7])
    assert choices
    assert all(c.output == (7, 7) for c in choices)
    assert all(c.stride[0] != c.stride[1] for c in choices)


def test_what_is_given_is_kept() -> None:
    assert {c.stride for c in choices_for([Axis(32, 5)], [16], stride=[2])} == {(2,)}
    kept = choices_for([Axis(32, 5)], [10], padding=((0, 1),))
    assert {c.padding for c in kept} == {((0, 1),)}
    assert all(c.padding[0][0] <= 1 for c in choices_for([Axis(32, 5)], [11], largest_padding=[1]))


def test_sometimes_nothing_helps() -> None:
    assert choices_for([Axis(7, 3)], [100]) == ()
    with pytest.raises(ShapeError, match="wanted output must be at least 1"):
        choices_for([Axis(7, 3)], [0])


def test_a_million_choices_are_cut_short() -> None:
    assert len(choices_for([Axis(10**6, 5)], [2])) == 100


def test_neighbours_of_the_lectures_misfit() -> None:
    found = fitting_neighbours([Axis(7, 3, 3)])
    assert [(c.padding, c.stride, c.output) for c in found] == [
        (((0, 0),), (2,), (3,)),
        (((1, 1),), (3,), (3,)),
    ]


def test_no_stride_is_suggested_that_would_skip_positions() -> None:
    assert all(choice.stride <= (3,) for choice in fitting_neighbours([Axis(10, 3, 3)]))


def test_where_no_symmetric_padding_helps_the_end_is_padded() -> None:
    found = fitting_neighbours([Axis(8, 3, 2), Axis(8, 3, 2)])
    assert found[-1] == Choice(((0, 1), (0, 1)), (2, 2), (4, 4), True)


@given(axes(ceil=False), axes(ceil=False))
def test_all_neighbours_fit_and_are_new(height: Axis, width: Axis) -> None:
    for choice in fitting_neighbours([height, width]):
        assert choice.fits
        changed = [
            axis.changed(before=sides[0], after=sides[1], stride=stride)
            for axis, sides, stride in zip(
                (height, width), choice.padding, choice.stride, strict=True
            )
        ]
        assert all(axis.fits for axis in changed)
        assert tuple(axis.output for axis in changed) == choice.output
        assert changed != [height, width]


def test_neighbours_keep_within_the_largest_padding() -> None:
    found = fitting_neighbours([Axis(100, 3, 7)], largest_padding=[1])
    assert all(choice.padding == ((0, 0),) for choice in found)
