"""Curves in cells lie where their numbers say, and can be pointed at."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.palette import DARK
from cnnviz_tui.render.plot import Curve, Plot, Point, Span, paint_bar, paint_plot

XS = np.linspace(-2, 2, 401)


def drawn(plot: Plot, width: int = 43, height: int = 12) -> Canvas:
    """A canvas with the plot on it."""
    canvas = Canvas(width, height, DARK)
    paint_plot(canvas, 0, 0, width, height, plot)
    return canvas


def dots_by_column(canvas: Canvas, left: int, height: int) -> dict[int, list[int]]:
    """From each column of dots to the rows, from the top, of its dots: read back slowly."""
    bits = {0: (0, 0), 1: (1, 0), 2: (2, 0), 3: (0, 1), 4: (1, 1), 5: (2, 1), 6: (3, 0), 7: (3, 1)}
    found: dict[int, list[int]] = {}
    for y in range(height):
        for x, sign in enumerate(canvas.line_text(y)[left:]):
            code = ord(sign) - 0x2800
            for bit, (down, right) in bits.items():
                if 0 < code < 256 and code >> bit & 1:
                    found.setdefault(2 * x + right, []).append(4 * y + down)
    return found


def test_a_rising_line_rises_dot_by_dot() -> None:
    plot = Plot(Span(-2, 2), Span(-2, 2), (Curve(XS, XS, 0xFFFFFF),))
    dots = dots_by_column(drawn(plot), 3, 11)
    assert sorted(dots) == list(range(80)), "no column without a dot"
    tops = [min(dots[c]) for c in sorted(dots)]
    assert tops == sorted(tops, reverse=True)
    assert (max(dots[0]), tops[-1]) == (43, 0)


def test_joined_curves_have_no_holes_and_dotted_ones_do() -> None:
    steep = np.tanh(20 * XS)
    plot = Plot(Span(-2, 2), Span(-1, 1), (Curve(XS, steep, 0xFFFFFF),))
    dots = dots_by_column(drawn(plot), 3, 11)
    assert {row for rows in dots.values() for row in rows} == set(range(44))
    plot = Plot(Span(-2, 2), Span(-1, 1), (Curve(XS, steep, 0xFFFFFF, dotted=True),))
    assert len(dots_by_column(drawn(plot), 3, 11)) < 30


def test_unknown_numbers_leave_a_gap_and_far_ones_stay_outside() -> None:
    ys = np.where(XS > 0, np.nan, 0.5)
    dots = dots_by_column(drawn(Plot(Span(-2, 2), Span(0, 1), (Curve(XS, ys, 1),))), 4, 11)
    assert max(dots) < 40
    far = Plot(Span(-2, 2), Span(0, 1), (Curve(XS, XS + 100, 0xFFFFFF),))
    assert dots_by_column(drawn(far), 4, 11) == {}


def test_points_zones_and_the_line_stand_at_their_place() -> None:
    plot = Plot(
        Span(-2, 2),
        Span(-2, 2),
        (),
        (Point(1.0, 0.0, "●", 0xFFFFFF),),
        (Span(-2.0, -1.0),),
        at=1.0,
    )
    canvas = drawn(plot)
    assert canvas.line_text(5)[3:].index("●") == 29
    assert canvas.line_text(2)[3:14] == "░" * 11
    assert canvas.line_text(2)[3 + 29] == "┊"
    assert " 1 " in canvas.line_text(11)


def test_axes_carry_round_numbers() -> None:
    canvas = drawn(Plot(Span(-6, 6), Span(-0.2, 1.04), ()), 60, 14)
    assert canvas.line_text(13).split() == ["−6", "−4", "−2", "0", "2", "4", "6"]
    labels = [canvas.line_text(y)[:3].strip() for y in range(13)]
    assert [label for label in labels if label] == ["1", "0.5", "0"]


@given(low=st.floats(-1e6, 1e6), width=st.floats(1e-3, 1e6), most=st.integers(1, 20))
def test_ticks_are_even_and_within(low: float, width: float, most: int) -> None:
    span = Span(low, low + width)
    ticks = span.ticks(most)
    assert 1 <= len(ticks) <= most + 1
    assert all(span.low - 1e-6 * width <= t <= span.high + 1e-6 * width for t in ticks)
    if len(ticks) > 2:
        assert np.allclose(np.diff(ticks), ticks[1] - ticks[0], rtol=1e-3)


def test_pointing_says_which_x_is_meant() -> None:
    plot = Plot(Span(-2, 2), Span(0, 1), (), target=lambda x: round(x, 6))
    canvas = drawn(plot)
    assert canvas.target_at(4, 3) == -2
    assert canvas.target_at(42, 3) == 2
    assert drawn(Plot(Span(-2, 2), Span(0, 1), ())).target_at(20, 3) is None


def test_a_range_holds_zero_and_all_numbers() -> None:
    span = Span.around(np.array([1.0, np.nan, 4.0]), np.array([-1.0]))
    assert span.low < -1 < 4 < span.high
    assert Span.around(np.array([2.0])).low == 0
    assert Span.around(np.zeros(3)) == Span(0, 1)


@pytest.mark.parametrize(
    ("share", "expected"), [(0, "  "), (0.5, " █"), (0.25, " ▄"), (1, "██"), (7, "██")]
)
def test_bars_fill_from_below_in_eighths(share: float, expected: str) -> None:
    canvas = Canvas(1, 2, DARK)
    paint_bar(canvas, 0, 0, 1, 2, share, 0xFFFFFF)
    assert canvas.line_text(0) + canvas.line_text(1) == expected
