"""The sheet that digits are drawn on: 28x28 cells, antialiased strokes, undo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil, floor, isfinite

import numpy as np
from numpy.typing import NDArray

SIDE = 28
"""Cells on each side of the canvas; also its width and height in canvas units."""
BRUSH = 2.4
"""Default width of a stroke in canvas units: a digit drawn over most of the canvas then has
MNIST's usual stroke width after `prepare`."""


class DigitCanvas:
    """A drawing, white ink on black, that remembers how it came about.

    Canvas units run from 0 to 28 in each direction, x to the right and y downwards; cell (row,
    column) covers x in column..column + 1 and y in row..row + 1. Strokes may leave the canvas;
    what is outside is not drawn. A line repaints only the cells that it can touch.

    Args:
        brush: width of the strokes in canvas units; see `brush`.
    """

    def __init__(self, brush: float = BRUSH) -> None:
        self._pixels = np.zeros((SIDE, SIDE), np.float32)
        self._undo: list[NDArray[np.float32]] = []
        self._redo: list[NDArray[np.float32]] = []
        self._grouped = False
        self.brush = brush
        self.erasing = False
        """Whether strokes take ink away instead of adding it."""

    @property
    def brush(self) -> float:
        """Width of the strokes in canvas units, above 0 and at most 28."""
        return self._brush

    @brush.setter
    def brush(self, width: float) -> None:
        if not 0 < width <= SIDE:
            raise ValueError(f"the brush's width must be above 0 and at most {SIDE}, not {width}")
        self._brush = float(width)

    @property
    def pixels(self) -> NDArray[np.float32]:
        """The drawing, `(28, 28)` float32 in 0..1, a copy."""
        return self._pixels.copy()

    @property
    def empty(self) -> bool:
        """Whether there is no ink at all."""
        return not self._pixels.any()

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back and nothing was drawn since."""
        return bool(self._redo)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draw a straight stroke with round ends; a point when both ends are the same.

        Args:
            x0: start, canvas units to the right.
            y0: start, canvas units down.
            x1: end, canvas units to the right.
            y1: end, canvas units down.

        Raises:
            ValueError: a coordinate is not a finite number.
        """
        if not all(isfinite(value) for value in (x0, y0, x1, y1)):
            raise ValueError(f"a line needs finite coordinates, not {(x0, y0)} to {(x1, y1)}")
        if not self._grouped:
            self._remember()
        reach = self._brush / 2 + 0.5
        top, bottom = _cells(y0, y1, reach)
        left, right = _cells(x0, x1, reach)
        if top >= bottom or left >= right:
            return
        # Distance of each cell's centre from the segment.
        y = np.arange(top, bottom, dtype=np.float32)[:, None] + np.float32(0.5 - y0)
        x = np.arange(left, right, dtype=np.float32)[None, :] + np.float32(0.5 - x0)
        dx, dy = x1 - x0, y1 - y0
        along = (x * dx + y * dy) / max(dx * dx + dy * dy, 1e-12)
        np.clip(along, 0, 1, out=along)
        cover = reach - np.hypot(x - along * dx, y - along * dy)
        np.clip(cover, 0, min(1.0, self._brush), out=cover)
        window = self._pixels[top:bottom, left:right]
        if self.erasing:
            np.minimum(window, 1 - cover, out=window)
        else:
            np.maximum(window, cover, out=window)

    @contextmanager
    def stroke(self) -> Iterator[None]:
        """Make all lines drawn inside one thing for `undo`, as between pen down and pen up."""
        self.begin_stroke()
        try:
            yield
        finally:
            self.end_stroke()

    def begin_stroke(self) -> None:
        """Let the lines up to `end_stroke` be undone together; for a mouse button going down."""
        if not self._grouped:
            self._remember()
        self._grouped = True

    def end_stroke(self) -> None:
        """Let the next line be undone on its own again; for a mouse button going up."""
        self._grouped = False

    def clear(self) -> None:
        """Wipe the canvas; `undo` brings the drawing back."""
        self._remember()
        self._pixels.fill(0)

    def load(self, pixels: NDArray[np.floating]) -> None:
        """Put a picture on the canvas to draw on; `undo` brings the former drawing back.

        Args:
            pixels: `(28, 28)` in 0..1, white ink on black.

        Raises:
            ValueError: another shape, or values outside 0..1.
        """
        array = np.asarray(pixels, np.float32)
        if array.shape != (SIDE, SIDE):
            raise ValueError(f"the canvas holds {SIDE}x{SIDE} pixels, not {array.shape}")
        if not (array.min() >= 0 and array.max() <= 1):
            raise ValueError("the canvas holds values in 0..1; divide pixels of 0..255 by 255")
        self._remember()
        self._pixels[...] = array

    def undo(self) -> bool:
        """Take back the last line, stroke or wipe; return whether there was one."""
        return self._swap(self._undo, self._redo)

    def redo(self) -> bool:
        """Bring back what `undo` took; return whether there was something."""
        return self._swap(self._redo, self._undo)

    def _swap(self, source: list[NDArray[np.float32]], target: list[NDArray[np.float32]]) -> bool:
        self._grouped = False
        if not source:
            return False
        target.append(self._pixels.copy())
        self._pixels[...] = source.pop()
        return True

    def _remember(self) -> None:
        # A snapshot is 3 kB, so a thousand strokes cost less than a photograph.
        self._undo.append(self._pixels.copy())
        self._redo.clear()


def _cells(a: float, b: float, reach: float) -> tuple[int, int]:
    """Return the range of cells whose centres may be within `reach` of a..b."""
    low, high = min(a, b) - reach - 0.5, max(a, b) + reach - 0.5
    return max(0, floor(min(low, SIDE)) + 1), min(SIDE, ceil(max(high, -1)))
