"""Every way to say a padding comes to the same zeros on each side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.padding import Padding, Sides, resolve_padding


@pytest.mark.parametrize(
    ("padding", "sides"),
    [
        (0, ((0, 0), (0, 0))),
        (2, ((2, 2), (2, 2))),
        ((1, 2), ((1, 1), (2, 2))),
        ([3], ((3, 3), (3, 3))),
        (((1, 2), (0, 3)), ((1, 2), (0, 3))),
        ("valid", ((0, 0), (0, 0))),
        ("same", ((1, 1), (2, 2))),
    ],
)
def test_paddings_of_a_picture(padding: Padding, sides: Sides) -> None:
    assert resolve_padding(padding, (3, 5), (1, 1), (1, 1), (32, 32)) == sides


@pytest.mark.parametrize(
    ("padding", "sides"), [(1, ((1, 1),)), ((1,), ((1, 1),)), (((1, 2),), ((1, 2),))]
)
def test_paddings_of_a_sequence(padding: Padding, sides: Sides) -> None:
    assert resolve_padding(padding, (3,), (1,), (1,), (32,)) == sides


sizes = st.integers(1, 12)


@given(sizes, st.integers(1, 5), st.integers(1, 4), st.integers(1, 3))
def test_same_gives_one_output_a_stride(size: int, window: int, stride: int, dilation: int) -> None:
    ((before, after),) = resolve_padding("same", (window,), (stride,), (dilation,), (size,))
    assert Axis(size, window, stride, before, after, dilation).output == -(-size // stride)
    # The odd zero stands at the end.
    assert after - before in (0, 1)
    if stride == 1:
        assert before + after == dilation * (window - 1)


def test_same_with_a_stride_is_not_half_the_filter() -> None:
    assert resolve_padding("same", (3,), (2,), (1,), (32,)) == ((0, 1),)
    assert resolve_padding("same", (3,), (2,), (1,), (33,)) == ((1, 1),)


@pytest.mark.parametrize(
    ("padding", "sentence"),
    [
        (-1, "The padding must be at least 0, not −1."),
        (((0, 0), (0, -3)), "The padding must be at least 0, not −3."),
        ("full", "The padding “full” is neither a number, “same” nor “valid”."),
        ((1, 2, 3), "The padding 1x2x3 has 3 numbers"),
        (((1, 2),), "needs 4 numbers for this input: top,bottom,left,right."),
        (((1, 2, 3), (1, 2, 3)), "needs 4 numbers for this input: top,bottom,left,right."),
    ],
)
def test_what_is_no_padding(padding: Padding, sentence: str) -> None:
    with pytest.raises(ShapeError) as error:
        resolve_padding(padding, (3, 3), (1, 1), (1, 1), (8, 8))
    assert sentence in str(error.value)
