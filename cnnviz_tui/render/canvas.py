"""A picture made of character cells, and where in it things can be pointed at.

Two arrays hold it: code points, and colours packed into one number a cell, so that comparing two
pictures and cutting a line into runs of one style are a few numpy calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.render.palette import Colour, Palette

BOLD = 1
UNDERLINE = 2

_FOREGROUND = 0xFFFFFF
_BACKGROUND = 0xFFFFFF << 24


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one line in one style."""

    text: str
    foreground: Colour
    background: Colour
    bold: bool
    underline: bool


class Spot(Protocol):
    """Something on a canvas that can be pointed at."""

    def at(self, x: int, y: int) -> object | None:
        """What lies at column `x`, line `y` of the spot, counted from its top left corner."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A spot that is the same thing everywhere."""

    target: object

    def at(self, x: int, y: int) -> object:
        """The target, wherever one points."""
        return self.target


class Canvas:
    """`width` x `height` character cells, each with a colour of text and of background."""

    def __init__(self, width: int, height: int, palette: Palette) -> None:
        self.width = max(width, 1)
        self.height = max(height, 1)
        self.palette = palette
        self.points: NDArray[np.uint32] = np.full((self.height, self.width), 32, dtype=np.uint32)
        self.ink: NDArray[np.int64] = np.full(
            (self.height, self.width), pack(palette.text, palette.background), dtype=np.int64
        )
        self._spots: list[tuple[int, int, int, int, Spot]] = []

    def write(
        self,
        x: int,
        y: int,
        text: str,
        foreground: Colour | None = None,
        background: Colour | None = None,
        attributes: int = 0,
    ) -> int:
        """Write one line of text, cut off at the edges; returns the column after it.

        Without a background the one that is there stays.
        """
        end = x + len(text)
        if not (0 <= y < self.height) or end <= 0 or x >= self.width or not text:
            return end
        shown = text[max(-x, 0) : self.width - x]
        start = max(x, 0)
        stop = start + len(shown)
        self.points[y, start:stop] = code_points(shown)
        colour = self.palette.text if foreground is None else foreground
        if background is None:
            kept = self.ink[y, start:stop] & _BACKGROUND
            self.ink[y, start:stop] = kept | colour | attributes << 48
        else:
            self.ink[y, start:stop] = pack(colour, background, attributes)
        return end

    def fill(self, x: int, y: int, width: int, height: int, background: Colour) -> None:
        """Blank a rectangle in one background colour."""
        rows, columns = self._clip(x, y, width, height)
        self.points[rows, columns] = 32
        self.ink[rows, columns] = pack(self.palette.text, background)

    def paste(self, x: int, y: int, points: NDArray[np.uint32], ink: NDArray[np.int64]) -> None:
        """Lay a rectangle of finished cells on the canvas, cut off at the edges."""
        rows, columns = self._clip(x, y, points.shape[1], points.shape[0])
        inner = (
            slice(rows.start - y, rows.stop - y),
            slice(columns.start - x, columns.stop - x),
        )
        self.points[rows, columns] = points[inner]
        self.ink[rows, columns] = ink[inner]

    def lay(self, x: int, y: int, other: Canvas) -> None:
        """Lay another canvas on this one, with everything on it that can be pointed at."""
        self.paste(x, y, other.points, other.ink)
        for left, top, width, height, spot in other._spots:
            seen_width, seen_height = (
                min(width, other.width - left),
                min(height, other.height - top),
            )
            self._spots.append((x + left, y + top, seen_width, seen_height, spot))

    def _clip(self, x: int, y: int, width: int, height: int) -> tuple[slice, slice]:
        left, top = min(max(x, 0), self.width), min(max(y, 0), self.height)
        return (
            slice(top, max(top, min(y + height, self.height))),
            slice(left, max(left, min(x + width, self.width))),
        )

    def spot(self, x: int, y: int, width: int, height: int, spot: Spot) -> None:
        """Make a rectangle something that can be pointed at; later ones lie on top."""
        self._spots.append((x, y, width, height, spot))

    def target_at(self, x: int, y: int) -> object | None:
        """What lies at column `x`, line `y`: the topmost spot's answer, or None."""
        for left, top, width, height, spot in reversed(self._spots):
            if left <= x < left + width and top <= y < top + height:
                found = spot.at(x - left, y - top)
                if found is not None:
                    return found
        return None

    def spots_of(self, kind: type[object]) -> list[tuple[int, int, object]]:
        """(x, y, target) of the top left corner of every spot whose target is a `kind`."""
        found = []
        for left, top, _, _, spot in self._spots:
            target = spot.at(0, 0)
            if isinstance(target, kind):
                found.append((left, top, target))
        return found

    def runs(self, y: int) -> Iterator[Run]:
        """Line `y` cut where the style changes."""
        ink = self.ink[y]
        edges = [0, *(np.flatnonzero(np.diff(ink)) + 1).tolist(), self.width]
        text = self.line_text(y)
        for start, stop in pairwise(edges):
            style = int(ink[start])
            yield Run(
                text[start:stop],
                style & _FOREGROUND,
                style >> 24 & 0xFFFFFF,
                bool(style >> 48 & BOLD),
                bool(style >> 48 & UNDERLINE),
            )

    def line_text(self, y: int) -> str:
        """Line `y` as plain text, as wide as the canvas."""
        return str(self.points[y].tobytes(), "utf-32-le")

    @property
    def text(self) -> str:
        """The whole canvas as plain text, spaces at line ends removed."""
        return "\n".join(self.line_text(y).rstrip() for y in range(self.height))

    def changed_lines(self, other: Canvas) -> list[int]:
        """The lines in which this canvas differs from another; all when the sizes differ."""
        if self.points.shape != other.points.shape:
            return list(range(self.height))
        differs = (self.points != other.points) | (self.ink != other.ink)
        return [int(y) for y in np.flatnonzero(differs.any(axis=1))]


def pack(foreground: Colour, background: Colour, attributes: int = 0) -> int:
    """Two colours and attributes as the one number that a canvas stores for a cell."""
    return foreground | background << 24 | attributes << 48


def code_points(text: str) -> NDArray[np.uint32]:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
