"""The stage of a convolution by its definition: the kernel, flipped, slides along the signal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.render.canvas import BOLD, Canvas
from cnnviz_tui.render.grid import DIGITS, CellMode, Cells, Grid, Marks, paint_grid
from cnnviz_tui.render.palette import Scale
from cnnviz_tui.render.panels import (
    NEAR,
    Along,
    GridPanel,
    Look,
    Panel,
    Room,
    cells_by_richness,
)
from cnnviz_tui.walkthroughs.base import Role
from cnnviz_tui.walkthroughs.numbers import NumberFormat
from cnnviz_tui.walkthroughs.signal import SignalStep, SignalWalkthrough

_LABEL = 17


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of numbers of a signal with one axis.

    Attributes:
        label: what it is, at its left.
        role: the colour of the label.
        grid: the numbers, one row.
        start: the place, in the signal's counting, of its first number.
    """

    label: str
    role: Role
    grid: Grid
    start: int


class SignalScene(Frozen):
    """Paints one step of a convolution by its definition.

    Attributes:
        walkthrough: what is walked through.
        step: the step to show.
        look: how it is looked at.
    """

    walkthrough: SignalWalkthrough
    step: SignalStep
    look: Look

    def paint(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> None:
        """Rows below each other for one axis, grids side by side for two."""
        room = Room(x, y, width, height)
        if self.walkthrough.flat:
            self._paint_rows(canvas, room)
        else:
            self._paint_grids(canvas, room)

    # -- the grids --------------------------------------------------------------------------------

    @cached_property
    def _results(self) -> Scale:
        """Of the numbers that either operation makes, 0 among them."""
        both = self.walkthrough.convolution, self.walkthrough.correlation
        return Scale.of(np.concatenate([*map(np.ravel, both), [0]]).astype(np.float32))

    def _signal(self, *, padded: bool = True) -> Grid:
        step, walkthrough = self.step, self.walkthrough
        return Grid(
            "signal",
            0,
            walkthrough.signal,
            Scale.of(walkthrough.signal),
            walkthrough.formats[0],
            walkthrough.pads if padded else ((0, 0), (0, 0)),
            marks=Marks((step.rows, step.columns), cursor=self.look.cell_of("signal")),
        )

    def _kernel(self, key: str, values: NDArray[np.float64]) -> Grid:
        cursor = self.look.cell_of("kernel")
        if cursor is not None and key != "kernel":
            height, width = self.walkthrough.kernel.shape
            flipped = height - 1 - cursor[0], width - 1 - cursor[1]
            cursor = flipped if self.step.position is not None else None
        return Grid(
            key,
            0,
            values.astype(np.float32),
            Scale.of(self.walkthrough.kernel, signed=True),
            self.walkthrough.formats[1],
            marks=Marks(cursor=cursor),
        )

    def _products(self) -> Grid:
        shape = self.walkthrough.kernel.shape
        known = self.step.position is not None
        values = self.step.products if known else np.zeros(shape)
        return Grid(
            "products",
            0,
            values.astype(np.float32),
            self._results,
            self.walkthrough.formats[2],
            revealed=None if known else 0,
        )

    def _result(self, key: str, values: NDArray[np.float32]) -> Grid:
        walkthrough = self.walkthrough
        first = 1 + walkthrough.flips
        reached = self.look.reached_at(self.step)
        newest = None
        if self.step.position is not None:
            rows, columns = walkthrough.positions
            newest = self.step.position[0] - rows.start, self.step.position[1] - columns.start
        return Grid(
            key,
            0,
            values,
            self._results,
            walkthrough.formats[2],
            revealed=min(max(reached + 1 - first, 0), values.size),
            marks=Marks(fed=self._fed(), newest=newest),
        )

    def _fed(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The outputs that a pointed-at number of the signal goes into."""
        cell = self.look.cell_of("signal")
        if cell is None:
            return (), ()
        rows, columns = (
            tuple(
                range(
                    max(place - positions.start, 0),
                    max(min(place + size - positions.start, len(positions)), 0),
                )
            )
            for place, size, positions in zip(
                cell, self.walkthrough.kernel.shape, self.walkthrough.positions, strict=True
            )
        )
        return rows, columns

    # -- one axis ---------------------------------------------------------------------------------

    def _rows(self) -> list[_Row]:
        """Everything below each other, each number below the place of the signal it belongs to."""
        step, walkthrough = self.step, self.walkthrough
        home = step.columns[0] if step.position is not None else 0
        if step.position is not None:
            moving = f"g[{step.position[1]} − m]"
        else:
            moving = "g flipped" if step.index else "g as it is"
        first = walkthrough.positions[1].start
        before = walkthrough.pads[1][0]
        return [
            _Row("f", Role.INPUT, self._signal(), -before),
            _Row(moving, Role.FILTER, self._kernel("moving", step.kernel), home),
            _Row("products", Role.PLAIN, self._products(), home),
            _Row("f ∗ g", Role.OUTPUT, self._result("convolution", walkthrough.convolution), first),
            _Row(
                "f ⋆ g, no flip",
                Role.OUTPUT,
                self._result("correlation", walkthrough.correlation),
                first,
            ),
            _Row(
                "g", Role.FILTER, self._kernel("kernel", walkthrough.kernel.astype(np.float64)), 0
            ),
        ]

    def _paint_rows(self, canvas: Canvas, room: Room) -> None:
        rows = self._rows()
        width = max(row.grid.format.width for row in rows)
        shared = NumberFormat(max(row.grid.format.decimals for row in rows), width)
        first = min(-self.walkthrough.pads[1][0], 0)
        last = max(
            self.walkthrough.positions[1].stop,
            self.walkthrough.signal.shape[1] + self.walkthrough.pads[1][1],
            self.walkthrough.kernel.shape[1],
        )
        places = room.width - _LABEL
        cells = next(
            (
                cells
                for cells in cells_by_richness(self.look.mode)
                if cells.extent(1, last - first, width)[0] <= places
                and len(rows) * (cells.extent(2, 1, width)[1] // 2 + 1) + 1 <= room.height
            ),
            Cells(self.look.mode or CellMode.SHADES),
        )
        fit = max(cells.capacity(places, 1, width)[1], 1)
        middle = self.step.columns[len(self.step.columns) // 2] if self.step.columns else 0
        left = min(max(middle - fit // 2, first), max(last - fit, first))
        pitch = cells.extent(1, 2, width)[0] - cells.extent(1, 1, width)[0]
        tall = cells.extent(2, 1, width)[1] // 2 if cells.mode is CellMode.DIGITS else 1
        gap = 1 if len(rows) * (tall + 1) + 1 <= room.height else 0
        if gap and len(rows) * (tall + 2) <= room.height:
            gap = 2 if tall == 1 else 1
        y = self._paint_places(canvas, room, cells, left, min(left + fit, last), pitch)
        for row in rows:
            if y >= room.y + room.height:
                break
            label = canvas.palette.of_role(row.role)
            canvas.write(room.x, y + (tall - 1) // 2, row.label[: _LABEL - 1], label, None, BOLD)
            grid, start = _cut(replace(row.grid, format=shared), row.start, left, left + fit)
            paint_grid(canvas, room.x + _LABEL + (start - left) * pitch, y, grid, cells)
            y += tall + gap

    def _paint_places(
        self, canvas: Canvas, room: Room, cells: Cells, left: int, stop: int, pitch: int
    ) -> int:
        """The places of the signal as a line of small numbers; returns the line below it."""
        if cells.mode is CellMode.HALF:
            return room.y
        canvas.write(room.x, room.y, "place", canvas.palette.dim)
        for place in range(left, stop):
            text = f"{place}".replace("-", "−")
            x = room.x + _LABEL + (place - left) * pitch
            if len(text) <= pitch:
                own = x + pitch - len(text) - cells.zoom
                canvas.write(min(own, x + pitch - len(text)), room.y, text, canvas.palette.dim)
        return room.y + 1

    # -- two axes ---------------------------------------------------------------------------------

    def _paint_grids(self, canvas: Canvas, room: Room) -> None:
        walkthrough, step = self.walkthrough, self.step
        height, width = walkthrough.signal.shape
        kernel = walkthrough.kernel.astype(np.float64)
        turned = ("g to be flipped", "g half flipped", "g flipped")[min(step.index, 2)]
        turned = f"{turned:<15}"  # the same width in all steps, so that nothing jumps

        def middle(cells: Cells, gap: int) -> Along:
            written = cells if cells.mode is CellMode.DIGITS else DIGITS
            panels = (
                GridPanel("g", Role.FILTER, self._kernel("kernel", kernel), cells=written),
                GridPanel(turned, Role.FILTER, self._kernel("moving", step.kernel), cells=written),
                GridPanel("products", Role.PLAIN, self._products(), cells=written),
            )
            return Along(panels, down=True, gap=gap)

        signal = GridPanel(f"f {height}x{width}", Role.INPUT, self._signal())
        outputs = (
            GridPanel("f ∗ g", Role.OUTPUT, self._result("convolution", walkthrough.convolution)),
            GridPanel(
                "f ⋆ g, no flip",
                Role.OUTPUT,
                self._result("correlation", walkthrough.correlation),
            ),
        )
        for cells in cells_by_richness(self.look.mode):
            for gap in (1, 0):
                whole = Along((signal, middle(cells, gap), *outputs))
                size = whole.size(cells)
                if size[0] <= room.width and size[1] <= room.height:
                    whole.paint(canvas, room, cells)
                    return
        # The pictures are panned, the kernel stays whole.
        cells = Cells(self.look.mode or CellMode.HALF)
        between = middle(cells, 0)
        kept = min(between.size(cells)[0], room.width // 3)
        part = (room.width - kept - 3 * NEAR) // 3
        x = room.x
        panels: tuple[Panel, ...] = (signal, between, *outputs)
        for panel, taken in zip(panels, (part, kept, part, part), strict=True):
            panel.paint(canvas, Room(x, room.y, taken, room.height), cells)
            x += taken + NEAR


def _cut(grid: Grid, start: int, left: int, stop: int) -> tuple[Grid, int]:
    """The part of a row between two places, and the place at which it begins.

    Padding is made of numbers, so that a cut may go through it.
    """
    before, after = grid.pads[1]
    count = grid.columns
    first, last = max(left - start, 0), max(min(stop - start, count), 0)
    if first == 0 and last == count:
        return grid, start
    values = np.pad(grid.values, ((0, 0), (before, after)))
    empty = np.pad(np.zeros(grid.values.shape, dtype=np.bool_), ((0, 0), (before, after)),
                   constant_values=True)  # fmt: skip

    def shifted(lines: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(line + before - first for line in lines)

    marks = grid.marks
    moved = replace(
        marks,
        window=(marks.window[0], shifted(marks.window[1])),
        fed=(marks.fed[0], shifted(marks.fed[1])),
        newest=None if marks.newest is None else (marks.newest[0], marks.newest[1] - first),
        cursor=None if marks.cursor is None else (0, marks.cursor[1] + before - first),
    )
    part = replace(
        grid,
        values=values[:, first:last],
        empty=empty[:, first:last],
        pads=((0, 0), (0, 0)),
        revealed=None if grid.revealed is None else max(grid.revealed - first, 0),
        origin=(0, first - before),
        marks=moved,
    )
    return part, start + first
