"""A stage made of panels: titled grids and texts in a table, as large as the room allows.

A mechanism lists the tables it could be shown as, the richest first; the first that fits is taken.
What decides is the setup and the room, never the step, so nothing jumps while it plays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from cnnviz_tui.render.canvas import BOLD, Canvas, Whole
from cnnviz_tui.render.explorer import ActionTarget, paint_box, write_line
from cnnviz_tui.render.grid import CellMode, Cells, CellTarget, Grid, paint_grid
from cnnviz_tui.render.palette import shades
from cnnviz_tui.walkthroughs.base import Line, Role, Step, text_of
from cnnviz_tui.walkthroughs.numbers import short

GAP = 3
NEAR = 2
_MOST_LANES = 2


@dataclass(frozen=True, slots=True)
class Look:
    """How a person looks at a stage.

    Attributes:
        mode: how cells are drawn; None to let the room decide.
        cursor: the cell that keys act on, if any.
        pointed: the cell under the mouse, if any.
        reached: the step up to which outputs are there; None for the step that is shown.
    """

    mode: CellMode | None = None
    cursor: CellTarget | None = None
    pointed: CellTarget | None = None
    reached: int | None = None

    def reached_at(self, step: Step | None) -> int:
        """The step up to which outputs are there, where `step` is shown; −1 for none."""
        if self.reached is not None:
            return self.reached
        return -1 if step is None else step.index

    @property
    def target(self) -> CellTarget | None:
        """The cell that is spoken of: under the mouse, else under the cursor."""
        return self.pointed or self.cursor

    def cell_of(self, grid: str, channel: int = 0) -> tuple[int, int] | None:
        """(row, column) of the cell that is spoken of, where it lies in this grid."""
        cell = self.target
        if cell is None or cell.grid != grid or cell.channel != channel:
            return None
        return cell.row, cell.column


@dataclass(frozen=True, slots=True)
class Room:
    """A rectangle of characters."""

    x: int
    y: int
    width: int
    height: int


class Panel(Protocol):
    """Something on the stage that knows how much room it needs."""

    def size(self, cells: Cells) -> tuple[int, int]:
        """(width, height) in characters when cells are drawn so."""

    def paint(self, canvas: Canvas, room: Room, cells: Cells) -> None:
        """Paint into a rectangle; what does not fit is panned or cut off."""


@dataclass(frozen=True, slots=True)
class TextPanel:
    """A heading and some lines of text.

    Attributes:
        title: the heading; empty for none.
        role: what the text is about.
        lines: the text.
    """

    title: str
    role: Role
    lines: tuple[Line, ...]

    def size(self, cells: Cells) -> tuple[int, int]:
        """As wide as the longest line."""
        widths = [len(text_of(each)) for each in self.lines]
        return max([len(self.title), *widths]), bool(self.title) + len(self.lines)

    def paint(self, canvas: Canvas, room: Room, cells: Cells) -> None:
        """Write the lines that fit."""
        colour = canvas.palette.of_role(self.role)
        canvas.write(room.x, room.y, self.title[: room.width], colour, None, BOLD)
        top = bool(self.title)
        for i, each in enumerate(self.lines[: max(room.height - top, 0)]):
            write_line(canvas, room.x, room.y + top + i, each)


@dataclass(frozen=True, slots=True)
class GridPanel:
    """A heading and a grid, with its legend where it is drawn as shades.

    Attributes:
        title: the heading.
        role: what the numbers are.
        grid: the numbers.
        note: what more there is to say where the heading leaves room.
        corners: of the frame around written numbers, as for `paint_box`; empty for none.
        cells: how it is always drawn; None for as the table says.
        action: what a press on the heading does.
        bands: stretches of rows and of columns to mark beside the grid.
        most_lines: how many lines of the grid are shown at most; longer ones are panned.
    """

    title: str
    role: Role
    grid: Grid
    note: str = ""
    corners: str = ""
    cells: Cells | None = None
    action: str = ""
    bands: tuple[tuple[range, ...], tuple[range, ...]] = ((), ())
    most_lines: int | None = None

    def _margins(self) -> tuple[int, int]:
        """Lines above and columns left of the grid that its bands take."""
        left, above = (_lanes(each) for each in self.bands)
        return above, left

    def _border(self, cells: Cells) -> int:
        return 1 if self.corners and cells.mode is CellMode.DIGITS else 0

    def size(self, cells: Cells) -> tuple[int, int]:
        """The grid with its heading, frame, bands and legend."""
        cells = self.cells or cells
        width, height = self.grid.size(cells)
        height = height if self.most_lines is None else min(height, self.most_lines)
        above, left = self._margins()
        border = self._border(cells)
        legend = int(cells.mode is not CellMode.DIGITS)
        return (
            max(width + left + 2 * border, len(self.title)),
            height + above + 2 * border + 1 + legend,
        )

    def paint(self, canvas: Canvas, room: Room, cells: Cells) -> None:
        """Paint the heading and as much of the grid as fits."""
        cells = self.cells or cells
        palette = canvas.palette
        end = canvas.write(
            room.x, room.y, self.title[: room.width], palette.of_role(self.role), None, BOLD
        )
        if self.note and end + 1 + len(self.note) <= room.x + room.width:
            canvas.write(end + 1, room.y, self.note, palette.dim)
        if self.action:
            canvas.spot(room.x, room.y, room.width, 1, Whole(ActionTarget(self.action)))
        above, left = self._margins()
        border = self._border(cells)
        legend = int(cells.mode is not CellMode.DIGITS)
        x, y = room.x + left + border, room.y + 1 + above + border
        full = self.grid.size(cells)
        inner = (
            min(full[0], room.width - left - 2 * border),
            min(full[1], room.height - 1 - above - 2 * border - legend),
        )
        used = paint_grid(canvas, x, y, self.grid, cells, *inner)
        if border:
            colour = palette.of_role(self.role)
            paint_box(
                canvas, x - 1, y - 1, used[0] + 2, used[1] + 2, self.corners, colour
            )  # fmt: skip
        if used == full:
            self._paint_bands(canvas, x, y, cells)
        if legend:
            paint_legend(canvas, x, y + used[1], self.grid, room.width - left)

    def _paint_bands(self, canvas: Canvas, x: int, y: int, cells: Cells) -> None:
        """Brackets along the rows and columns; those of the step are heavy."""
        digits = self.grid.format.width
        window = self.grid.marks.window
        for i, (bands, lit) in enumerate(zip(self.bands, window, strict=True)):
            lanes = _lanes(bands)
            for number, band in enumerate(bands if lanes else ()):
                start, stop = _stretch(band, cells, digits, across=bool(i))
                chosen = tuple(band) == lit
                colour = canvas.palette.strong if chosen else canvas.palette.dim
                marks = _bracket(stop - start, heavy=chosen, across=bool(i))
                away = lanes - number % lanes
                for place, mark in enumerate(marks, start):
                    at = (x + place, y - away) if i else (x - away, y + place)
                    canvas.write(*at, mark, colour)


def _lanes(bands: Sequence[range]) -> int:
    """How many lines bands need so that none lies on another; 0 where they cannot be drawn."""
    if not bands:
        return 0
    for lanes in range(1, _MOST_LANES + 1):
        pairs = zip(bands, bands[lanes:], strict=False)
        if all(one.stop <= other.start for one, other in pairs):
            return lanes
    return 0


def _stretch(band: range, cells: Cells, digits: int, *, across: bool) -> tuple[int, int]:
    """The characters, from and to before, that the cells of a band take."""
    if across:
        if cells.mode is CellMode.DIGITS:
            pitch = cells.pitch(digits)[0]
            return band.start * pitch + 1, band.stop * pitch
        pitch = 2 if cells.mode is CellMode.SHADES else 1
        return band.start * pitch, band.stop * pitch
    if cells.mode is CellMode.HALF:
        return band.start // 2, (band.stop + 1) // 2
    pitch = cells.pitch(digits)[1] if cells.mode is CellMode.DIGITS else 1
    return band.start * pitch, band.stop * pitch


def _bracket(length: int, *, heavy: bool, across: bool) -> str:
    """The characters of a bracket, from its first to its last."""
    ends = {
        (False, True): ("├", "─", "┤"),
        (True, True): ("┣", "━", "┫"),
        (False, False): ("┬", "│", "┴"),
        (True, False): ("┳", "┃", "┻"),
    }
    first, middle, last = ends[heavy, across]
    return middle if length == 1 else first + middle * (length - 2) + last


@dataclass(frozen=True, slots=True)
class Along:
    """Panels one after the other, as one panel.

    Attributes:
        panels: what stands there.
        down: below each other instead of side by side.
        gap: free lines between panels below each other.
    """

    panels: tuple[Panel, ...]
    down: bool = False
    gap: int = 0

    def size(self, cells: Cells) -> tuple[int, int]:
        """The panels and the gaps between them."""
        widths, heights = zip(*(panel.size(cells) for panel in self.panels), strict=True)
        if self.down:
            return max(widths), sum(heights) + self.gap * (len(self.panels) - 1)
        return sum(widths) + NEAR * (len(self.panels) - 1), max(heights)

    def paint(self, canvas: Canvas, room: Room, cells: Cells) -> None:
        """Paint each in its size, the last in what is left."""
        x, y = room.x, room.y
        for panel in self.panels:
            width, height = panel.size(cells)
            width = min(width, room.x + room.width - x)
            height = min(height, room.y + room.height - y)
            panel.paint(canvas, Room(x, y, width, height), cells)
            if self.down:
                y += height + self.gap
            else:
                x += width + NEAR


Table = Sequence[Sequence[Panel | None]]
"""Rows of panels; the panels of a column stand below each other, None leaves a place free."""


def cells_by_richness(mode: CellMode | None) -> tuple[Cells, ...]:
    """All ways to draw cells, or those of one mode: large numbers first, half blocks last."""
    return tuple(
        Cells(each, zoom)
        for each in ([mode] if mode else list(CellMode))
        for zoom in ((3, 2, 1, 0) if each is CellMode.DIGITS else (0,))
    )


def table_size(table: Table, cells: Cells) -> tuple[int, int]:
    """(width, height) in characters of a whole table."""
    widths, heights = _tracks(table, cells)
    return (
        sum(widths) + GAP * (len(widths) - 1),
        sum(heights) + len(heights) - 1,
    )


def paint_table(canvas: Canvas, room: Room, choices: Sequence[tuple[Cells, Table]]) -> int:
    """Paint the first of some tables that fits, or else the last, its grids panned.

    Returns:
        How many lines it takes.
    """
    for cells, table in choices:
        size = table_size(table, cells)
        if size[0] <= room.width and size[1] <= room.height:
            break
    widths, heights = _tracks(table, cells)
    widths = shortened(widths, room.width - GAP * (len(widths) - 1))
    heights = shortened(heights, room.height - (len(heights) - 1))
    y = room.y
    for row, height in zip(table, heights, strict=True):
        x = room.x
        for panel, width in zip(row, widths, strict=False):
            if panel is not None:
                panel.paint(canvas, Room(x, y, width, height), cells)
            x += width + GAP
        y += height + 1
    return y - 1 - room.y


def _tracks(table: Table, cells: Cells) -> tuple[list[int], list[int]]:
    """The widths of a table's columns and the heights of its rows."""
    columns = max((len(row) for row in table), default=0)
    sizes = [[panel.size(cells) if panel else (0, 0) for panel in row] for row in table]
    widths = [max(row[i][0] for row in sizes if i < len(row)) for i in range(columns)]
    return widths, [max(size[1] for size in row) for row in sizes]


def shortened(lengths: Sequence[int], available: int) -> list[int]:
    """The lengths, the largest of them shortened until their sum is available."""
    cap = max(lengths, default=0)
    while cap > 1 and sum(min(length, cap) for length in lengths) > available:
        cap -= 1
    return [min(length, cap) for length in lengths]


def paint_legend(canvas: Canvas, x: int, y: int, grid: Grid, width: int) -> None:
    """The range of a grid's shades: its lowest and highest value around a strip of colours."""
    scale = grid.scale
    low, high = short(scale.low, 2), short(scale.high, 2)
    strip = min(9, width - len(low) - len(high) - 2)
    if strip < 3 or grid.colours is not None:
        return
    values = np.linspace(scale.low, scale.high, strip, dtype=np.float32)[None]
    end = canvas.write(x, y, f"{low} ", canvas.palette.dim)
    for colour in shades(values, scale, canvas.palette, grid.tint)[0]:
        end = canvas.write(end, y, "▀", int(colour), int(colour))
    canvas.write(end + 1, y, high, canvas.palette.dim)
