"""Axes and layers to test with, and the slow, obvious way to count windows."""

from __future__ import annotations

from hypothesis import strategies as st

from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.layers import Convolution

# A window placed by hand: the positions of its taps in the unpadded input.
Window = tuple[int, ...]


def windows_by_hand(
    size: int, window: int, stride: int, before: int, after: int, dilation: int, *, ceil: bool
) -> list[Window]:
    """Push a window along the padded axis until it may not go further."""
    placed: list[Window] = []
    start = -before
    while True:
        taps = tuple(start + dilation * tap for tap in range(window))
        if ceil:
            # It may hang over the end if it starts before the padding there, and if the one
            # before it left something unread.
            goes = start < size and (start == -before or taps[-1] - stride < size + after - 1)
        else:
            goes = taps[-1] < size + after
        if not goes:
            return placed
        placed.append(taps)
        start += stride


@st.composite
def axes(draw: st.DrawFn, *, ceil: bool | None = None) -> Axis:
    """Any small axis on which at least one window fits."""
    while True:
        try:
            return Axis(
                size=draw(st.integers(1, 20)),
                window=draw(st.integers(1, 5)),
                stride=draw(st.integers(1, 7)),
                before=draw(st.integers(0, 3)),
                after=draw(st.integers(0, 3)),
                dilation=draw(st.integers(1, 4)),
                ceil_mode=draw(st.booleans()) if ceil is None else ceil,
            )
        except ShapeError:
            continue


@st.composite
def convolutions(draw: st.DrawFn) -> tuple[Convolution, tuple[int, ...]]:
    """Any small convolution of one or two axes, with the sizes of an input that it takes."""
    rank = draw(st.integers(1, 2))
    lengths = st.tuples(*[st.integers(1, 3)] * rank)
    groups = draw(st.integers(1, 2))
    layer = Convolution(
        in_channels=groups * draw(st.integers(1, 2)),
        out_channels=groups * draw(st.integers(1, 2)),
        kernel_size=draw(lengths),
        stride=draw(lengths),
        padding=draw(
            st.one_of(
                st.integers(0, 2),
                st.just("same"),
                st.tuples(*[st.tuples(st.integers(0, 2), st.integers(0, 2))] * rank),
            )
        ),
        dilation=draw(st.sampled_from([1, 2])),
        groups=groups,
        bias=draw(st.booleans()),
        rank=rank,
    )
    # The dilated filter spans at most five positions.
    return layer, draw(st.tuples(*[st.integers(5, 8)] * rank))
