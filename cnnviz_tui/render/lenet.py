"""The stage of the digit lab: the sheet, the layers as a ladder, the ten probabilities."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.render.canvas import BOLD, UNDERLINE, Canvas
from cnnviz_tui.render.explorer import (
    Frame,
    paint_keys,
    paint_timeline,
    paint_title,
)
from cnnviz_tui.render.grid import DIGITS, HALF, CellMode, Cells, Grid, Marks, paint_grid
from cnnviz_tui.render.palette import Palette, Scale, shades, text_on
from cnnviz_tui.render.plot import paint_bar
from cnnviz_tui.walkthroughs.lenet import ForwardStep, ForwardWalkthrough
from cnnviz_tui.walkthroughs.numbers import NumberFormat, percent, short

Array = NDArray[np.float32]

SIDE = 28
_GUTTER = 9
_NARROW_GUTTER = 7
_FORMAT = NumberFormat(2, 4)
_SHADES = Cells(CellMode.SHADES)

_GLYPHS = (
    ".###. #...# #..## #.#.# ##..# #...# .###.",
    "..#.. .##.. ..#.. ..#.. ..#.. ..#.. .###.",
    ".###. #...# ....# ...#. ..#.. .#... #####",
    ".###. #...# ....# ..##. ....# #...# .###.",
    "...#. ..##. .#.#. #..#. ##### ...#. ...#.",
    "##### #.... ####. ....# ....# #...# .###.",
    ".###. #...# #.... ####. #...# #...# .###.",
    "##### ....# ...#. ..#.. .#... .#... .#...",
    ".###. #...# #...# .###. #...# #...# .###.",
    ".###. #...# #...# .#### ....# #...# .###.",
)
"""The ten digits of the large answer, 5 wide, seven rows each."""


@dataclass(frozen=True, slots=True)
class SheetTarget:
    """A place on the sheet, in its own units: 0 to 28 to the right and down."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class UnitTarget:
    """A unit of a layer: stage, map (or 0), row and column, or for vectors the unit's number."""

    stage: str
    k: int
    row: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class LenetView:
    """How a person looks at the lab.

    Attributes:
        pen: where the keyboard's pen stands on the sheet, None while it is not in use.
        pen_down: whether the keyboard's pen draws.
        unit: the unit that the cursor stands on, if any.
        numbers: the stages that are written as numbers, around the cursor.
        shown: up to which step the layers are there; None for all.
    """

    pen: tuple[float, float] | None = None
    pen_down: bool = False
    unit: UnitTarget | None = None
    numbers: frozenset[str] = frozenset()
    shown: int | None = None


@dataclass(frozen=True, slots=True)
class _SheetSpot:
    cells: Cells

    def at(self, x: int, y: int) -> SheetTarget:
        """The middle of the character (x, y), in units of the sheet."""
        if self.cells.mode is CellMode.HALF:
            return SheetTarget(x + 0.5, 2 * y + 1)
        return SheetTarget((x + 0.5) / 2, y + 0.5)


@dataclass(frozen=True, slots=True)
class _MapSpot:
    stage: str
    k: int
    rows: int
    columns: int
    shrink: int

    def at(self, x: int, y: int) -> UnitTarget:
        """The unit in the middle of what character (x, y) of the small map shows."""
        half = self.shrink // 2
        row = min(2 * y * self.shrink + half, self.rows - 1)
        return UnitTarget(self.stage, self.k, row, min(x * self.shrink + half, self.columns - 1))


@dataclass(frozen=True, slots=True)
class _VectorSpot:
    stage: str
    columns: int
    units: int

    def at(self, x: int, y: int) -> UnitTarget | None:
        """The unit that character (x, y) shows; the upper one of two."""
        unit = 2 * y * self.columns + x
        return UnitTarget(self.stage, unit) if unit < self.units else None


@dataclass(frozen=True, slots=True)
class _Row:
    """One layer of the ladder.

    Attributes:
        stage: which.
        values: (maps, height, width), or (units,).
        shrink: so many cells become one.
    """

    stage: str
    values: Array
    shrink: int

    def layout(self, width: int) -> tuple[int, int, int, int]:
        """(maps a line, columns of a map, lines of a map, lines in all) in `width` columns."""
        if self.values.ndim == 1 or self.values.shape[1:] == (1, 1):
            columns = _columns(len(self.values), width)
            lines = ceil(ceil(len(self.values) / columns) / 2)
            return 1, columns, lines, lines
        maps, height, cells = self.values.shape
        columns, rows = -(-cells // self.shrink), -(-height // self.shrink)
        lines = -(-rows // 2)
        across = max((width + 1) // (columns + 1), 1)
        # As many in each line, so that none stands alone in the last.
        across = ceil(maps / ceil(maps / across))
        return across, columns, lines, -(-maps // across) * lines

    def can_shrink(self, width: int) -> bool:
        """Whether this layer has maps and more than the least number of lines for them."""
        return (
            self.values.ndim == 3 and min(self.values.shape[1:]) > 1 and self.layout(width)[3] > 2
        )


def _columns(units: int, width: int) -> int:
    """How many units of a vector stand in one row: a divisor where one is near."""
    for columns in range(min(units, width), max(min(units, width) // 2, 1) - 1, -1):
        if units % columns == 0:
            return columns
    return min(units, width)


class LenetScene:
    """Paints the lab for one picture.

    Args:
        forward: the picture's way through the network.
        step: the moment of the forward pass; None where nothing is drawn.
        sheet: float32 (28, 28), what is drawn, before it is prepared.
        view: how it is looked at.
    """

    def __init__(
        self,
        forward: ForwardWalkthrough,
        step: ForwardStep | None,
        sheet: Array,
        view: LenetView,
    ) -> None:
        self.forward = forward
        self.step = step
        self.sheet = sheet
        self.view = view
        self._gutter = _GUTTER

    def paint(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> None:
        """Paint into a rectangle."""
        large = width >= 130 and height >= 36
        cells = _SHADES if large else HALF
        used = self._paint_sheet(canvas, x, y, cells)
        self._paint_answer(canvas, x, y + used[1] + 1, used[0], height - used[1] - 1)
        left = x + used[0] + 2
        room = x + width - left
        bars = 3 if height < 30 else 7
        self._gutter = _GUTTER if room >= 60 else _NARROW_GUTTER
        self._paint_ladder(canvas, left, y, room, height - bars)
        self._paint_probabilities(canvas, left, y + height - bars, room, bars)

    # -- the sheet --------------------------------------------------------------------------------

    def _paint_sheet(self, canvas: Canvas, x: int, y: int, cells: Cells) -> tuple[int, int]:
        palette = canvas.palette
        canvas.write(x, y, "draw here", palette.input, None, BOLD)
        pen = self.view.pen
        grid = Grid("sheet", 0, self.sheet, Scale(0, 1), _FORMAT)
        width, height = paint_grid(canvas, x, y + 1, grid, cells)
        canvas.spot(x, y + 1, width, height, _SheetSpot(cells))
        if pen is not None:
            at = (int(pen[0]), int(pen[1] / 2)) if cells is HALF else (int(pen[0] * 2), int(pen[1]))
            sign = "✎" if self.view.pen_down else "+"
            canvas.write(x + at[0], y + 1 + at[1], sign, palette.background, palette.window, BOLD)
        return width, height + 1

    def _paint_answer(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> None:
        """The digit that the network reads, large, with the runner-up."""
        palette = canvas.palette
        if self.forward.problem:
            canvas.write(x, y, "Nothing is drawn yet.", palette.dim)
            canvas.write(x, y + 1, "Draw with the mouse, or", palette.dim)
            canvas.write(x, y + 2, "with arrows and space.", palette.dim)
            return
        order = np.argsort(self.forward.probabilities)[::-1]
        best, second = int(order[0]), int(order[1])
        glyph = _glyph(best)
        if height >= 4:
            for line in range(4):
                for column in range(glyph.shape[1]):
                    upper = glyph[2 * line, column]
                    lower = glyph[2 * line + 1, column] if 2 * line + 1 < 7 else False
                    sign = {(True, True): "█", (True, False): "▀", (False, True): "▄"}.get(
                        (bool(upper), bool(lower)), " "
                    )
                    canvas.write(x + column, y + line, sign, palette.output)
        shares = self.forward.probabilities
        left = x + 8
        canvas.write(left, y, f"it reads {best}", palette.output, None, BOLD)
        canvas.write(left, y + 1, percent(float(shares[best]))[: width - 8], palette.text)
        runner = f"then {second} ({percent(float(shares[second]))})"
        canvas.write(left, y + 2, runner[: width - 8], palette.dim)

    # -- the layers -------------------------------------------------------------------------------

    def _rows(self, width: int, height: int) -> list[_Row]:
        """The layers, each as large as the room for all of them allows."""
        stages = [stage for stage in self.forward.stages if stage != "output"]
        rows = [_Row(stage, self.forward.activations[stage], 1) for stage in stages]
        while sum(row.layout(width)[3] for row in rows) > height:
            # Pooled maps repeat what the convolution found, so they give way first.
            sizes = [
                row.layout(width)[3] / (1 if row.stage.startswith("c") else 0.5)
                if row.can_shrink(width)
                else 0
                for row in rows
            ]
            largest = int(np.argmax(sizes))
            if not sizes[largest]:
                break
            rows[largest] = replace(rows[largest], shrink=rows[largest].shrink + 1)
        return rows

    def _paint_ladder(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> None:
        bottom = y + height
        rows = self._rows(width - self._gutter, height)
        used = sum(row.layout(width - self._gutter)[3] for row in rows)
        gap = min((height - used) // max(len(rows) - 1, 1), 1)
        for row in rows:
            lines = row.layout(width - self._gutter)[3]
            if y + lines > bottom:
                return
            self._paint_layer(canvas, x, y, width, row)
            y += lines + gap

    def _paint_layer(self, canvas: Canvas, x: int, y: int, width: int, row: _Row) -> None:
        palette = canvas.palette
        unit = self.view.unit
        chosen = unit is not None and unit.stage == row.stage
        attributes = BOLD | (UNDERLINE if chosen else 0)
        canvas.write(x, y, row.stage, palette.input, None, attributes)
        shape = row.values.shape
        flat = row.values.ndim == 1 or shape[1:] == (1, 1)
        lines = row.layout(width - self._gutter)[3]
        count = f"{shape[0]}" if flat else f"x{shape[0]}"
        if len(row.stage) + len(count) + 1 < self._gutter:
            canvas.write(x + len(row.stage) + 1, y, count, palette.dim)
        if lines > 1 and not flat:
            canvas.write(x, y + 1, f"{shape[1]}x{shape[2]}", palette.dim)
        if lines > 2 or (lines > 1 and flat):
            top = f"≤{short(float(row.values.max()), 2)}"
            canvas.write(x, y + (1 if flat else 2), top[: self._gutter - 1], palette.dim)
        left = x + self._gutter
        done = self._done(row.stage, len(row.values))
        if row.stage in self.view.numbers:
            self._paint_numbers(canvas, left, y, width - self._gutter, row, done)
        elif flat:
            self._paint_vector(canvas, left, y, width - self._gutter, row, done)
        else:
            self._paint_maps(canvas, left, y, width - self._gutter, row, done)

    def _done(self, stage: str, count: int) -> int:
        """How many maps or units of a stage the forward pass has reached."""
        if self.step is None or self.view.shown is None:
            return count if self.step is not None else 0
        stages = self.forward.stages
        place, current = stages.index(stage), stages.index(self.step.stage)
        if place == current:
            return self.step.done
        return count if place < current else 0

    def _paint_maps(self, canvas: Canvas, x: int, y: int, width: int, row: _Row, done: int) -> None:
        across, columns, lines, _ = row.layout(width)
        unit = self.view.unit
        cursor = None
        if unit is not None and unit.stage == row.stage:
            cursor = unit.k, unit.row // row.shrink, unit.column // row.shrink
        tiles = shrunk_maps(row.values, row.shrink)
        paint_mosaic(canvas, x, y, tiles, Scale.of(tiles), across, done, cursor)
        for k, values in enumerate(row.values):
            left, top = x + k % across * (columns + 1), y + k // across * lines
            spot = _MapSpot(row.stage, k, values.shape[0], values.shape[1], row.shrink)
            canvas.spot(left, top, columns, lines, spot)

    def _paint_numbers(
        self, canvas: Canvas, x: int, y: int, width: int, row: _Row, done: int
    ) -> None:
        """The numbers around the cursor (around the largest of the first map without one)."""
        lines = row.layout(width)[3]
        unit = self.view.unit
        if unit is None or unit.stage != row.stage:
            unit = UnitTarget(row.stage, 0, *self.forward.strongest(row.stage, 0))
        if row.values.ndim == 3 and row.values.shape[1:] != (1, 1):
            values, cell = row.values[unit.k], (unit.row, unit.column)
        else:
            units = row.values.reshape(-1)
            columns = row.layout(width)[1]
            padded = np.full(ceil(len(units) / columns) * columns, np.nan, dtype=np.float32)
            padded[: len(units)] = units
            values, cell = padded.reshape(-1, columns), divmod(unit.k, columns)
        revealed = None if unit.k < done else 0
        grid = Grid(
            row.stage,
            unit.k,
            values,
            Scale.of(values),
            NumberFormat.of(row.values),
            revealed=revealed,
            marks=Marks(cursor=cell),
        )
        paint_grid(canvas, x, y, grid, DIGITS, width, lines)

    def _paint_vector(
        self, canvas: Canvas, x: int, y: int, width: int, row: _Row, done: int
    ) -> None:
        columns = row.layout(width)[1]
        units = row.values.reshape(-1)
        rows = -(-len(units) // columns)
        values = np.full(rows * columns, np.nan, dtype=np.float32)
        values[:done] = units[:done]
        unit = self.view.unit
        cursor = None
        if unit is not None and unit.stage == row.stage:
            cursor = (0, *divmod(unit.k, columns))
        tile = values.reshape(1, rows, columns)
        used = paint_mosaic(canvas, x, y, tile, Scale.of(units), 1, 1, cursor)
        canvas.spot(x, y, *used, _VectorSpot(row.stage, columns, len(units)))

    # -- the answer -------------------------------------------------------------------------------

    def _paint_probabilities(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> None:
        """A bar for each digit, its number below and its share above."""
        palette = canvas.palette
        pitch = max(min(width // 10, 8), 4)
        known = self.step is not None and self._done("output", 10) > 0
        shares = self.forward.probabilities if known else np.zeros(10, dtype=np.float32)
        best = int(shares.argmax()) if known else -1
        tall = max(height - 1, 1)
        unit = self.view.unit
        for digit in range(10):
            left = x + digit * pitch
            share = float(shares[digit])
            colour = palette.output if digit == best else palette.input
            canvas.fill(left, y, pitch - 1, tall, palette.surface)
            paint_bar(canvas, left, y, pitch - 1, tall, share, colour)
            number = f"{round(share * 100)}" if known and share >= 0.005 else ""
            solid = share * tall >= 0.9
            canvas.write(
                left, y + tall - 1, number.center(pitch - 1) if number else "",
                text_on(colour) if solid else palette.text, colour if solid else palette.surface,
            )  # fmt: skip
            chosen = unit is not None and (unit.stage, unit.k) == ("output", digit)
            ink = colour if digit == best else palette.text
            attributes = (BOLD if digit == best else 0) | (UNDERLINE if chosen else 0)
            canvas.write(left, y + tall, str(digit).center(pitch - 1), ink, None, attributes)
            canvas.spot(left, y, pitch - 1, height, _OutputSpot(digit))


@dataclass(frozen=True, slots=True)
class _OutputSpot:
    digit: int

    def at(self, x: int, y: int) -> UnitTarget:
        """The output unit of this digit."""
        return UnitTarget("output", self.digit)


def shrunk_maps(maps: Array, factor: int) -> Array:
    """(K, H, W) maps in which each cell is the average of `factor` x `factor` cells."""
    if factor == 1:
        return maps
    _, rows, columns = maps.shape
    down, across = np.arange(0, rows, factor), np.arange(0, columns, factor)
    sums = np.add.reduceat(np.add.reduceat(maps, down, axis=1), across, axis=2)
    areas = np.outer(np.diff([*down, rows]), np.diff([*across, columns]))
    averages: Array = (sums / areas).astype(np.float32)
    return averages


def paint_mosaic(
    canvas: Canvas,
    x: int,
    y: int,
    tiles: Array,
    scale: Scale,
    across: int,
    done: int,
    cursor: tuple[int, int, int] | None,
) -> tuple[int, int]:
    """Paint small maps beside and below each other as half blocks, all in one go.

    Args:
        canvas: where to.
        x: the left column.
        y: the top line.
        tiles: float32 (K, h, w); cells that are NaN stay empty.
        scale: how values become shades.
        across: how many maps stand beside each other, with a column between them.
        done: how many maps are there yet; the others are empty.
        cursor: the cell (map, row, column) to mark, if any.

    Returns:
        The width and height in characters.
    """
    palette = canvas.palette
    count, rows, columns = tiles.shape
    colours = shades(tiles, scale, palette)
    colours[np.isnan(tiles)] = palette.surface
    colours[done:] = palette.surface
    if cursor is not None and cursor[0] < count:
        colours[cursor] = palette.window
    lines = -(-rows // 2)
    down = -(-count // across)
    field = np.full((down * across, 2 * lines, columns + 1), palette.background, dtype=np.int64)
    field[:count, :rows, :columns] = colours
    picture = (
        field.reshape(down, across, 2 * lines, columns + 1)
        .transpose(0, 2, 1, 3)
        .reshape(down * 2 * lines, across * (columns + 1))
    )
    points = np.full((down * lines, picture.shape[1]), ord("▀"), dtype=np.uint32)
    points[:, columns :: columns + 1] = ord(" ")
    canvas.paste(x, y, points[:, :-1], (picture[0::2] | picture[1::2] << 24)[:, :-1])
    return min(count, across) * (columns + 1) - 1, down * lines


def _glyph(digit: int) -> NDArray[np.bool_]:
    """The large digit as ink, (7, 5)."""
    return np.array([[mark == "#" for mark in row] for row in _GLYPHS[digit].split()])


def paint_lab(
    width: int, height: int, palette: Palette, frame: Frame, scene: LenetScene, text: str
) -> Canvas:
    """The whole screen of the lab: one line of title, the stage, a sentence, timeline, keys."""
    canvas = Canvas(width, height, palette)
    foot = height - (2 if frame.keys else 1)
    paint_title(canvas, frame)
    scene.paint(canvas, 1, 1, width - 2, foot - 2)
    canvas.write(1, foot - 1, text[: width - 2], palette.text)
    paint_timeline(canvas, frame.timeline, foot)
    if frame.keys:
        paint_keys(canvas, frame.keys, height - 1)
    return canvas
