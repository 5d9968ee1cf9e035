"""Curves in character cells: eight braille dots a cell, axes, zones, points and a line to move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.render.canvas import BOLD, Canvas
from cnnviz_tui.render.palette import Colour, mix
from cnnviz_tui.walkthroughs.numbers import short

Values = NDArray[np.floating[Any]]

_BRAILLE = 0x2800
# The bit of each dot of a braille character, by row and column (Unicode, block U+2800).
_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], dtype=np.uint32)
_DOTTED = 3
_ZONE_TINT = 0.18
_EIGHTHS = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Span:
    """A range of numbers, low < high, as an axis shows it."""

    low: float
    high: float

    def share(self, value: float) -> float:
        """Where a value lies, from 0 (low) to 1 (high); outside of that beyond the ends."""
        return (value - self.low) / (self.high - self.low)

    def ticks(self, most: int) -> list[float]:
        """Round numbers within the range, evenly apart, at most `most` of them but at least one."""
        least = (self.high - self.low) / max(most, 1)
        unit = 10.0 ** floor(log10(least))
        apart = next(unit * n for n in (1, 2, 5, 10, 20) if unit * n >= least)
        first, last = ceil(self.low / apart - 1e-9), floor(self.high / apart + 1e-9)
        return [n * apart for n in range(first, last + 1)] or [self.low]

    @classmethod
    def around(cls, *values: Values) -> Span:
        """The smallest range that holds 0 and all finite values, a little larger at its ends."""
        low = min(0.0, *(float(np.nanmin(each)) for each in values))
        high = max(0.0, *(float(np.nanmax(each)) for each in values))
        room = (high - low) * 0.04 or 1.0
        return cls(low - room if low < 0 else low, high + room)


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through points.

    Attributes:
        xs: where it is known, rising.
        ys: its values there, of the same length.
        colour: of its dots.
        dotted: drawn with gaps, so that it is told apart without colour; jumps are not joined.
    """

    xs: Values
    ys: Values
    colour: Colour
    dotted: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """A sign at one place of a plot."""

    x: float
    y: float
    sign: str
    colour: Colour


@dataclass(frozen=True, slots=True)
class Plot:
    """What a plot shows.

    Attributes:
        across: the range of x.
        up: the range of y.
        curves: later ones lie on top.
        points: signs above the curves.
        zones: ranges of x that are tinted and hatched.
        at: where an upright line stands.
        target: what a place means to a pointer, by its x; None where it means nothing.
    """

    across: Span
    up: Span
    curves: tuple[Curve, ...]
    points: tuple[Point, ...] = ()
    zones: tuple[Span, ...] = ()
    at: float | None = None
    target: Callable[[float], object] | None = None


@dataclass(frozen=True, slots=True)
class _PlotSpot:
    plot: Plot
    width: int

    def at(self, x: int, y: int) -> object | None:
        """The meaning of the x under column `x`."""
        if self.plot.target is None:
            return None
        span = self.plot.across
        return self.plot.target(span.low + (span.high - span.low) * x / max(self.width - 1, 1))


def paint_plot(canvas: Canvas, x: int, y: int, width: int, height: int, plot: Plot) -> None:
    """Paint a plot with its labels into a rectangle of at least 12 x 4 characters."""
    gutter = max(len(short(value)) for value in plot.up.ticks((height - 1) // 3)) + 1
    area = _Area(canvas, x + gutter, y, width - gutter, height - 1, plot)
    area.paint_zones()
    area.paint_axes()
    for curve in plot.curves:
        area.paint_curve(curve)
    area.paint_points()
    canvas.spot(area.x, area.y, area.width, area.height + 1, _PlotSpot(plot, area.width))


class _Area:
    """The part of the canvas where curves run, and how numbers become places in it."""

    def __init__(self, canvas: Canvas, x: int, y: int, width: int, height: int, plot: Plot) -> None:
        self.canvas = canvas
        self.x, self.y, self.width, self.height = x, y, max(width, 2), max(height, 2)
        self.plot = plot

    def column(self, value: float) -> int:
        """The column, from 0, of an x."""
        return round(self.plot.across.share(value) * (self.width - 1))

    def row(self, value: float) -> int:
        """The line, from 0 at the top, of a y."""
        return round((1 - self.plot.up.share(value)) * (self.height - 1))

    def paint_zones(self) -> None:
        palette = self.canvas.palette
        tint = mix(palette.background, palette.wrong, _ZONE_TINT)
        for zone in self.plot.zones:
            first, last = self.column(zone.low), self.column(zone.high)
            hatching = mix(palette.background, palette.wrong, 2 * _ZONE_TINT)
            for row in range(self.height):
                signs = "░" * (last - first + 1)
                self.canvas.write(self.x + first, self.y + row, signs, hatching, tint)

    def paint_axes(self) -> None:
        """The lines x = 0 and y = 0 where they are in sight, and the ends' numbers."""
        canvas, palette, plot = self.canvas, self.canvas.palette, self.plot
        zero_row = min(max(self.row(0.0), 0), self.height - 1)
        canvas.write(self.x, self.y + zero_row, "─" * self.width, palette.dim)
        if plot.across.low < 0 < plot.across.high:
            self._upright(self.column(0.0), "│", palette.dim)
            canvas.write(self.x + self.column(0.0), self.y + zero_row, "┼", palette.dim)
        if plot.at is not None:
            self._upright(self.column(plot.at), "┊", palette.strong)
        for value in plot.up.ticks(self.height // 3):
            text = short(value)
            canvas.write(self.x - 1 - len(text), self.y + self.row(value), text, palette.dim)
        bottom = self.y + self.height
        for value in plot.across.ticks(self.width // 6):
            text = short(value)
            at = min(max(self.column(value) - len(text) // 2, 0), self.width - len(text))
            canvas.write(self.x + at, bottom, text, palette.dim)
        if plot.at is not None:
            text = short(plot.at, 3)
            at = min(max(self.column(plot.at) - len(text) // 2, 0), self.width - len(text))
            canvas.write(self.x + max(at - 1, 0), bottom, f" {text} ", palette.strong, None, BOLD)

    def _upright(self, column: int, sign: str, colour: Colour) -> None:
        if 0 <= column < self.width:
            for row in range(self.height):
                self.canvas.write(self.x + column, self.y + row, sign, colour)

    def paint_curve(self, curve: Curve) -> None:
        """Set the curve's dots; where it has any in a cell, nothing else is drawn there."""
        columns, rows = self.width * 2, self.height * 4
        span = self.plot.across
        xs = span.low + (span.high - span.low) * (np.arange(columns) + 0.5) / columns
        ys = np.interp(xs, curve.xs, curve.ys)
        known = np.isfinite(ys) & (xs >= curve.xs[0]) & (xs <= curve.xs[-1])
        share = (ys - self.plot.up.low) / (self.plot.up.high - self.plot.up.low)
        places = np.where(known, (1 - share) * (rows - 1), 0)
        at = np.rint(np.clip(places, -1, rows)).astype(np.int64)
        marked = np.zeros((rows, columns), dtype=np.bool_)
        for c in np.flatnonzero(known):
            if curve.dotted:
                if c % _DOTTED == 0 and 0 <= at[c] < rows:
                    marked[at[c], c] = True
                continue
            before = int(at[c - 1]) if c and known[c - 1] else int(at[c])
            reach = (before + int(at[c])) // 2
            top, bottom = sorted((int(at[c]), reach))
            marked[max(top, 0) : min(bottom, rows - 1) + 1, c] = True
            if c and known[c - 1]:
                top, bottom = sorted((before, reach))
                marked[max(top, 0) : min(bottom, rows - 1) + 1, c - 1] = True
        cells = marked.reshape(self.height, 4, self.width, 2).transpose(0, 2, 1, 3)
        codes = (cells * _DOTS).sum(axis=(2, 3))
        for row, column in zip(*np.nonzero(codes), strict=True):
            self.canvas.write(
                self.x + int(column),
                self.y + int(row),
                chr(_BRAILLE + int(codes[row, column])),
                curve.colour,
            )

    def paint_points(self) -> None:
        for point in self.plot.points:
            row, column = self.row(point.y), self.column(point.x)
            if 0 <= row < self.height and 0 <= column < self.width:
                self.canvas.write(
                    self.x + column, self.y + row, point.sign, point.colour, None, BOLD
                )


def paint_bar(
    canvas: Canvas, x: int, y: int, width: int, height: int, share: float, colour: Colour
) -> None:
    """Paint an upright bar that fills a `share` (0 to 1) of a rectangle, from below, in eighths."""
    eighths = round(min(max(share, 0.0), 1.0) * height * 8)
    for row in range(height):
        part = min(max(eighths - 8 * row, 0), 8)
        canvas.write(x, y + height - 1 - row, _EIGHTHS[part] * width, colour)
