"""A grid of numbers painted into character cells: as digits, as shaded cells, as half blocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.render.canvas import Canvas, code_points
from cnnviz_tui.render.palette import Colour, Palette, Scale, blend, shades, text_on
from cnnviz_tui.walkthroughs.base import Role
from cnnviz_tui.walkthroughs.numbers import NumberFormat

Bools = NDArray[np.bool_]


class CellMode(Enum):
    """How one number of a grid is drawn."""

    DIGITS = "digits"
    """Written out, on a shade of its value."""

    SHADES = "shades"
    """Two characters wide, so about square, with signs for what colour alone would say."""

    HALF = "half"
    """Half a character high, so about square: two rows of the grid a line."""


@dataclass(frozen=True, slots=True)
class CellTarget:
    """A cell of a grid that someone points at.

    Attributes:
        grid: the grid's key, for example "input".
        channel: which slice or map.
        row, column: in coordinates of the values; negative or beyond the end in the padding.
    """

    grid: str
    channel: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Marks:
    """What is special about some cells of a grid; rows and columns cross.

    Attributes:
        window: (rows, columns) that belong to this step.
        fed: (rows, columns) that a pointed-at cell feeds.
        lost: rows and columns that no window reaches.
        newest: the cell that this step computes.
        cursor: the cell that keys act on.
        winner: the cell of the window that decides the step.
        accent: the family of colours of the newest cell, the winner and the cells fed.
        cells: single cells that belong to this step, where they make no window: (rows, columns)
            of the same length.
    """

    window: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
    fed: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
    lost: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
    newest: tuple[int, int] | None = None
    cursor: tuple[int, int] | None = None
    winner: tuple[int, int] | None = None
    accent: Role = Role.OUTPUT
    cells: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())


@dataclass(frozen=True, slots=True)
class Grid:
    """Numbers to draw and what to know about them.

    Attributes:
        key: what a pointer on it reports.
        channel: which slice or map this is.
        values: float (rows, columns).
        scale: how values become shades.
        format: how they are written.
        pads: ((top, bottom), (left, right)) cells of padding around.
        revealed: how many cells, in reading order, are there yet; None for all.
        marks: what is special about some of them.
        faint: whether this grid does not take part in the step.
        colours: the colour of each cell, (rows, columns), where values do not decide it.
        tint: what the scale's white is instead, for the slices of a colour picture.
        empty: which cells are 0 by construction and drawn like padding, bool (rows, columns).
        origin: (row, column) that the first cell has for a pointer, where the values are cut out
            of something larger.
    """

    key: str
    channel: int
    values: NDArray[np.float32]
    scale: Scale
    format: NumberFormat
    pads: tuple[tuple[int, int], tuple[int, int]] = ((0, 0), (0, 0))
    revealed: int | None = None
    marks: Marks = field(default_factory=Marks)
    faint: bool = False
    colours: NDArray[np.int64] | None = None
    tint: Colour | None = None
    empty: Bools | None = None
    origin: tuple[int, int] = (0, 0)

    @property
    def rows(self) -> int:
        """Rows, padding included."""
        return int(self.values.shape[0]) + sum(self.pads[0])

    @property
    def columns(self) -> int:
        """Columns, padding included."""
        return int(self.values.shape[1]) + sum(self.pads[1])

    def size(self, cells: Cells) -> tuple[int, int]:
        """(width, height) in characters when all of it is drawn."""
        return cells.extent(self.rows, self.columns, self.format.width)


@dataclass(frozen=True, slots=True)
class Cells:
    """How large the cells of a grid are drawn.

    Attributes:
        mode: what a cell is made of.
        zoom: 0 for the smallest; written numbers grow by 2 columns and a line with each 1.
    """

    mode: CellMode
    zoom: int = 0

    def pitch(self, digits: int) -> tuple[int, int]:
        """(columns, lines) from one written number to the next."""
        return digits + 1 + 2 * self.zoom, 1 + self.zoom

    def extent(self, rows: int, columns: int, digits: int) -> tuple[int, int]:
        """(width, height) in characters of so many cells, numbers having `digits` characters."""
        if self.mode is CellMode.DIGITS:
            across, down = self.pitch(digits)
            return columns * across + 1, rows * down
        if self.mode is CellMode.SHADES:
            return columns * 2, rows
        return columns, (rows + 1) // 2

    def capacity(self, width: int, height: int, digits: int) -> tuple[int, int]:
        """(rows, columns) of cells that fit into so many characters."""
        if self.mode is CellMode.DIGITS:
            across, down = self.pitch(digits)
            return max(height // down, 0), max((width - 1) // across, 0)
        if self.mode is CellMode.SHADES:
            return max(height, 0), max(width // 2, 0)
        return max(height * 2, 0), max(width, 0)


DIGITS = Cells(CellMode.DIGITS)
HALF = Cells(CellMode.HALF)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Finds the cell of a painted grid under a character."""

    grid: Grid
    cells: Cells
    first_row: int
    first_column: int
    rows: int
    columns: int

    def at(self, x: int, y: int) -> CellTarget | None:
        """The cell at character (x, y) of the painted grid; the upper one of two."""
        if self.cells.mode is CellMode.DIGITS:
            across, down = self.cells.pitch(self.grid.format.width)
            row, column = y // down, min(max((x - 1) // across, 0), self.columns - 1)
        elif self.cells.mode is CellMode.SHADES:
            row, column = y, x // 2
        else:
            row, column = 2 * y, x
        if not (0 <= row < self.rows and 0 <= column < self.columns):
            return None
        return CellTarget(
            self.grid.key,
            self.grid.channel,
            self.grid.origin[0] + self.first_row + row - self.grid.pads[0][0],
            self.grid.origin[1] + self.first_column + column - self.grid.pads[1][0],
        )


class _View:
    """The visible part of a grid as arrays: values and what is special, cell by cell."""

    def __init__(self, grid: Grid, top: int, left: int, rows: int, columns: int) -> None:
        height, width = grid.values.shape
        self.rows = np.arange(top, top + rows) - grid.pads[0][0]
        self.columns = np.arange(left, left + columns) - grid.pads[1][0]
        inside = np.outer(
            (self.rows >= 0) & (self.rows < height), (self.columns >= 0) & (self.columns < width)
        )
        self.padding: Bools = ~inside
        if height and width:
            self.values = np.where(
                inside,
                grid.values[
                    self.rows.clip(0, height - 1)[:, None],
                    self.columns.clip(0, width - 1)[None, :],
                ],
                np.float32(0),
            )
        else:
            self.values = np.zeros((rows, columns), dtype=np.float32)
        if grid.empty is not None and height and width:
            self.padding |= (
                inside
                & grid.empty[
                    self.rows.clip(0, height - 1)[:, None], self.columns.clip(0, width - 1)[None, :]
                ]
            )
        marks = grid.marks
        self.window = self._cross(marks.window) | self._listed(marks.cells)
        self.fed = self._cross(marks.fed)
        self.lost: Bools = inside & (
            np.isin(self.rows, marks.lost[0])[:, None]
            | np.isin(self.columns, marks.lost[1])[None, :]
        )
        self.newest = self._single(marks.newest)
        self.cursor = self._single(marks.cursor)
        self.winner = self._single(marks.winner)
        self.accent = marks.accent
        if grid.revealed is None:
            self.hidden: Bools = np.zeros_like(inside)
        else:
            order = self.rows[:, None] * width + self.columns[None, :]
            self.hidden = inside & (order >= grid.revealed) & ~self.newest

    def _cross(self, lines: tuple[tuple[int, ...], tuple[int, ...]]) -> Bools:
        return np.outer(np.isin(self.rows, lines[0]), np.isin(self.columns, lines[1]))

    def _listed(self, cells: tuple[tuple[int, ...], tuple[int, ...]]) -> Bools:
        result = np.zeros((self.rows.size, self.columns.size), dtype=np.bool_)
        rows = np.asarray(cells[0], dtype=np.int64) - self.rows[0]
        columns = np.asarray(cells[1], dtype=np.int64) - self.columns[0]
        seen = (rows >= 0) & (rows < result.shape[0])
        seen &= (columns >= 0) & (columns < result.shape[1])
        result[rows[seen], columns[seen]] = True
        return result

    def _single(self, cell: tuple[int, int] | None) -> Bools:
        if cell is None:
            return np.zeros((self.rows.size, self.columns.size), dtype=np.bool_)
        return np.outer(self.rows == cell[0], self.columns == cell[1])

    def shades(self, grid: Grid, palette: Palette) -> NDArray[np.int64]:
        """The colour of each cell's value and state."""
        if grid.colours is None:
            colours = shades(self.values, grid.scale, palette, grid.tint)
        else:
            height, width = grid.values.shape
            colours = grid.colours[
                self.rows.clip(0, height - 1)[:, None], self.columns.clip(0, width - 1)[None, :]
            ]
        if grid.faint:
            colours = blend(colours, palette.background, 0.6)
        colours[self.padding] = palette.padding
        colours[self.lost] = blend(colours[self.lost], palette.background, 0.6)
        colours[self.hidden] = palette.surface
        return colours


def paint_grid(
    canvas: Canvas,
    x: int,
    y: int,
    grid: Grid,
    cells: Cells,
    width: int | None = None,
    height: int | None = None,
) -> tuple[int, int]:
    """Paint a grid with its top left corner at (x, y) and make its cells pointable.

    What does not fit into `width` x `height` characters is panned so that the step's cells are
    in the middle. Returns the (width, height) that was used.
    """
    full_width, full_height = grid.size(cells)
    rows, columns = cells.capacity(
        full_width if width is None else min(width, full_width),
        full_height if height is None else min(height, full_height),
        grid.format.width,
    )
    rows, columns = min(rows, grid.rows), min(columns, grid.columns)
    if rows < 1 or columns < 1:
        return 0, 0
    top = _first_visible(_focus(grid, 0), grid.pads[0][0], rows, grid.rows)
    left = _first_visible(_focus(grid, 1), grid.pads[1][0], columns, grid.columns)
    if cells.mode is CellMode.HALF:
        # Rows stay in pairs while panning; rounding up keeps the last row of all in reach.
        top += top % 2
        rows = min(rows, grid.rows - top)
    view = _View(grid, top, left, rows, columns)
    if cells.mode is CellMode.DIGITS:
        points, ink = _paint_digits(grid, view, canvas.palette, cells)
    elif cells.mode is CellMode.SHADES:
        points, ink = _paint_shades(grid, view, canvas.palette)
    else:
        points, ink = _paint_half(grid, view, canvas.palette)
    canvas.paste(x, y, points, ink)
    canvas.spot(
        x, y, points.shape[1], points.shape[0], _Spot(grid, cells, top, left, rows, columns)
    )
    return points.shape[1], points.shape[0]


def _focus(grid: Grid, axis: int) -> int | None:
    """The row (axis 0) or column (axis 1) that must stay in sight."""
    for cell in (grid.marks.cursor, grid.marks.newest):
        if cell is not None:
            return cell[axis]
    lines = grid.marks.window[axis] or grid.marks.fed[axis]
    return (lines[0] + lines[-1]) // 2 if lines else None


def _first_visible(focus: int | None, before: int, shown: int, available: int) -> int:
    if focus is None or shown >= available:
        return 0
    return min(max(focus + before - shown // 2, 0), available - shown)


def _packed(foreground: NDArray[np.int64], background: NDArray[np.int64]) -> NDArray[np.int64]:
    return foreground | background << 24


def _text_colours(backgrounds: NDArray[np.int64]) -> NDArray[np.int64]:
    unique, inverse = np.unique(backgrounds, return_inverse=True)
    chosen = np.array([text_on(int(colour)) for colour in unique], dtype=np.int64)
    return chosen[inverse].reshape(backgrounds.shape)


def _state_backgrounds(
    colours: NDArray[np.int64], view: _View, palette: Palette, strength: float
) -> NDArray[np.int64]:
    """Cell colours with the step's marks on top; `strength` is how much a window covers."""
    result = colours.copy()
    result[view.window] = blend(colours[view.window], palette.window, strength)
    accent = palette.of_role(view.accent)
    result[view.fed] = blend(colours[view.fed], accent, strength)
    result[view.newest | view.winner] = accent
    result[view.cursor] = palette.cursor
    return result


def _paint_digits(
    grid: Grid, view: _View, palette: Palette, cells: Cells
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    across, down = cells.pitch(grid.format.width)
    rows, columns = view.values.shape
    shade = blend(view.shades(grid, palette), palette.background, 0.55)
    shade[view.padding] = palette.background
    backgrounds = _state_backgrounds(shade, view, palette, 0.8)
    texts = _text_colours(backgrounds)
    faded = view.padding | view.lost
    texts[faded & ~view.window & ~view.cursor] = palette.dim
    backgrounds[view.lost & ~view.window & ~view.cursor] = palette.background

    boxed = view.window | view.fed | view.newest | view.winner
    side = " " * cells.zoom
    points = np.full((rows * down, columns * across + 1), 32, dtype=np.uint32)
    ink = np.full(points.shape, palette.text | palette.background << 24, dtype=np.int64)
    packed = _packed(texts, backgrounds)
    for r in range(rows):
        pieces = []
        for c in range(columns):
            pieces.append(_separator(view, boxed, r, c))
            pieces.append(f"{side}{_cell_text(grid, view, r, c)}{side}")
        pieces.append(_separator(view, boxed, r, columns))
        points[r * down + cells.zoom // 2] = code_points("".join(pieces))
        line = np.append(packed[r, :1], np.repeat(packed[r], across))
        _ink_separators(line, view, boxed, packed[r], r, across, palette)
        ink[r * down : (r + 1) * down] = line
    return points, ink


def _ink_separators(
    ink: NDArray[np.int64],
    view: _View,
    boxed: Bools,
    cells: NDArray[np.int64],
    row: int,
    across: int,
    palette: Palette,
) -> None:
    """Colour the characters between cells: inside a box like the box, elsewhere like nothing."""
    plain = palette.dim | palette.background << 24
    special = boxed[row] | view.cursor[row]
    positions = np.arange(special.size + 1) * across
    left = np.append(False, special)
    right = np.append(special, False)
    own = np.append(cells, plain)
    previous = np.append(plain, cells)
    ink[positions] = np.where(right, own, np.where(left, previous, plain))


def _separator(view: _View, boxed: Bools, row: int, column: int) -> str:
    """The character before cell (row, column): a bracket where a box begins or ends."""
    columns = boxed.shape[1]
    here = column < columns
    before = column > 0
    if here and view.cursor[row, column]:
        return "›"
    if before and view.cursor[row, column - 1]:
        return "‹"
    if here and view.winner[row, column]:
        return "("
    if before and view.winner[row, column - 1]:
        return ")"
    left = before and bool(boxed[row, column - 1])
    right = here and bool(boxed[row, column])
    if right and not left:
        return "["
    if left and not right:
        return "]"
    if here and view.lost[row, column]:
        return "░"
    return " "


def _cell_text(grid: Grid, view: _View, row: int, column: int) -> str:
    width = grid.format.width
    if view.padding[row, column]:
        return "·".rjust(width)
    if view.hidden[row, column]:
        return " " * width
    return grid.format.padded(float(view.values[row, column]))[:width]


def _paint_shades(
    grid: Grid, view: _View, palette: Palette
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    rows, columns = view.values.shape
    backgrounds = _state_backgrounds(view.shades(grid, palette), view, palette, 0.55)
    texts = _text_colours(backgrounds)
    texts[view.padding & ~view.window] = palette.dim
    points = np.full((rows, columns, 2), 32, dtype=np.uint32)
    negative = (view.values < 0) & ~view.hidden & ~view.padding
    points[..., 1][negative] = ord("−")
    points[..., 1][view.padding] = ord("·")
    points[view.lost] = ord("░")
    boxed = view.window | view.fed | view.newest | view.winner | view.cursor
    starts = boxed.copy()
    starts[:, 1:] &= ~boxed[:, :-1]
    ends = boxed.copy()
    ends[:, :-1] &= ~boxed[:, 1:]
    points[..., 0][starts] = ord("[")
    points[..., 1][ends] = ord("]")
    points[view.winner & ~view.cursor] = ord("("), ord(")")
    ink = np.repeat(_packed(texts, backgrounds), 2, axis=1)
    return points.reshape(rows, columns * 2), ink


def _paint_half(
    grid: Grid, view: _View, palette: Palette
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    colours = _state_backgrounds(view.shades(grid, palette), view, palette, 0.6)
    quiet = view.padding & ~view.window & ~view.fed
    rows, columns = colours.shape
    if rows % 2:
        colours = np.vstack([colours, np.full((1, columns), palette.background, dtype=np.int64)])
        quiet = np.vstack([quiet, np.zeros((1, columns), dtype=np.bool_)])
        lost = np.vstack([view.lost, np.zeros((1, columns), dtype=np.bool_)])
    else:
        lost = view.lost
    upper, lower = colours[0::2], colours[1::2]
    points = np.full(upper.shape, ord("▀"), dtype=np.uint32)
    ink = _packed(upper, lower)
    both = quiet[0::2] & quiet[1::2]
    points[both] = ord("·")
    ink[both] = palette.dim | palette.padding << 24
    hatched = lost[0::2] & lost[1::2]
    points[hatched] = ord("░")
    ink[hatched] = (palette.dim | lower << 24)[hatched]
    return points, ink


def shrunk(values: NDArray[np.float32], factor: int) -> NDArray[np.float32]:
    """A map in which each cell is the average of `factor` x `factor` cells of another."""
    if factor == 1:
        return values
    rows, columns = values.shape
    padded = np.pad(values, ((0, -rows % factor), (0, -columns % factor)), mode="edge")
    blocks = padded.reshape(padded.shape[0] // factor, factor, -1, factor)
    averages: NDArray[np.float32] = blocks.mean(axis=(1, 3)).astype(np.float32)
    return averages
