"""The stage of the matrix explorer: sliding window, Toeplitz matrix and im2col in lockstep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from colorsys import hsv_to_rgb
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.render.canvas import BOLD, Canvas
from cnnviz_tui.render.grid import DIGITS, CellMode, Cells, CellTarget, Grid, Marks, paint_grid
from cnnviz_tui.render.palette import Palette, Scale, blend
from cnnviz_tui.render.panels import (
    Along,
    GridPanel,
    Look,
    Panel,
    Room,
    cells_by_richness,
    shortened,
)
from cnnviz_tui.walkthroughs.base import Role
from cnnviz_tui.walkthroughs.matrix import Cut, MatrixStep, MatrixWalkthrough
from cnnviz_tui.walkthroughs.numbers import NumberFormat

_GAP = 2
_BESIDE = 1
_ASIDE = 0.72
_NARROWEST = 6


@lru_cache(maxsize=64)
def weight_colours(count: int, dark: bool) -> tuple[int, ...]:
    """One colour for each of a filter's weights, told apart by hue."""
    saturation, value = (0.75, 0.95) if dark else (0.55, 0.95)
    colours = []
    for i in range(count):
        parts = hsv_to_rgb(i / count, saturation if i % 2 else saturation * 0.7, value)
        red, green, blue = (round(255 * part) for part in parts)
        colours.append(red << 16 | green << 8 | blue)
    return tuple(colours)


@dataclass(frozen=True, slots=True)
class ProductPanel:
    """A matrix with the vectors that its rows are multiplied with above it and the results beside.

    Attributes:
        title: the heading.
        key: of the matrix for a pointer; `KEY-above` and `KEY-result` are the others'.
        scene: where the numbers come from.
        cells: how it is drawn; None for as the arrangement says.
    """

    title: str
    key: str
    scene: MatrixScene
    cells: Cells | None = None

    @property
    def _shape(self) -> tuple[int, int]:
        walkthrough = self.scene.walkthrough
        return walkthrough.toeplitz_size if self.key == "toeplitz" else walkthrough.im2col_size

    @property
    def _vectors(self) -> int:
        """How many vectors stand above and so how many results a row has."""
        return 1 if self.key == "toeplitz" else self.scene.walkthrough.filters

    def size(self, cells: Cells) -> tuple[int, int]:
        """Heading, vectors, the whole matrix and the results."""
        cells = self.cells or cells
        rows, columns = self._shape
        digits = self.scene.format.width
        width, height = cells.extent(rows, columns, digits)
        above = cells.extent(self._vectors, columns, digits)[1]
        result = cells.extent(rows, self._vectors, self.scene.walkthrough.formats.results.width)[0]
        return max(width + _BESIDE + result, len(self.title)), 1 + above + height

    def paint(self, canvas: Canvas, room: Room, cells: Cells) -> None:
        """Paint as much as fits, around the row of the step."""
        cells = self.cells or cells
        palette, scene = canvas.palette, self.scene
        digits = scene.format.width
        results = scene.walkthrough.formats.results
        rows, columns = self._shape
        result_width = cells.extent(1, self._vectors, results.width)[0]
        above_height = min(cells.extent(self._vectors, 1, digits)[1], room.height // 3)
        body_height = room.height - 1 - above_height
        fit = cells.capacity(room.width - result_width - _BESIDE, body_height, digits)
        shown = min(fit[0], rows), min(fit[1], columns)
        if min(shown) < 1:
            return
        top = _start(self._row, shown[0], rows, even=cells.mode is CellMode.HALF)
        left = _start(self._column, shown[1], columns)
        down, across = range(top, min(top + shown[0], rows)), range(left, left + shown[1])
        self._paint_title(canvas, room, shown)
        above, matrix, result = self._grids(palette, down, across, cells)
        body = room.y + 1 + above_height
        paint_grid(canvas, room.x, room.y + 1, above, cells, None, above_height)
        used = paint_grid(canvas, room.x, body, matrix, cells)
        paint_grid(canvas, room.x + used[0] + _BESIDE, body, result, cells)
        pitch = cells.pitch(digits)[1] if cells.mode is CellMode.DIGITS else 1
        line = (self._row - top) // 2 if cells.mode is CellMode.HALF else self._row - top
        at = body + line * pitch + (cells.zoom // 2 if cells.mode is CellMode.DIGITS else 0)
        canvas.write(room.x + used[0], at, "▸", palette.strong, None, BOLD)

    @property
    def _row(self) -> int:
        step = self.scene.step
        return step.index if self.key == "toeplitz" else step.position

    @property
    def _column(self) -> int:
        look = self.scene.look.target
        if look is not None and look.grid == self.key:
            return look.column
        if self.key == "toeplitz":
            return self.scene.walkthrough.focus_column(self.scene.step.index)
        return 0

    def _paint_title(self, canvas: Canvas, room: Room, shown: tuple[int, int]) -> None:
        palette = canvas.palette
        end = canvas.write(room.x, room.y, self.title[: room.width], palette.strong, None, BOLD)
        note = f"{shown[0]}x{shown[1]} of them shown" if shown != self._shape else ""
        if note and end + 2 + len(note) <= room.x + room.width:
            canvas.write(end + 2, room.y, note, palette.dim)

    def _grids(
        self, palette: Palette, down: range, across: range, cells: Cells
    ) -> tuple[Grid, Grid, Grid]:
        """The vectors above, the matrix, the results: cut to some rows and columns."""
        scene = self.scene
        walkthrough, step = scene.walkthrough, scene.step
        toeplitz = self.key == "toeplitz"
        cut = (walkthrough.toeplitz if toeplitz else walkthrough.im2col)(down, across)
        k, row = step.output[0], self._row - down.start
        if toeplitz:
            above = walkthrough.input.ravel()[None, across.start : across.stop]
            result = walkthrough.output.ravel()[down.start : down.stop, None]
            read = tuple(np.flatnonzero(~cut.empty[row]).tolist())
            scale = scene.input_scale
            vector = Grid(
                f"{self.key}-above", 0, above, scale, scene.format, origin=(0, across.start),
                marks=Marks(window=((0,), read)),
            )  # fmt: skip
        else:
            above = walkthrough.weight.reshape(walkthrough.filters, -1)
            above = above[:, across.start : across.stop]
            result = walkthrough.output.reshape(walkthrough.filters, -1).T
            result = result[down.start : down.stop]
            numbers = np.broadcast_to(np.arange(across.start, across.stop), above.shape)
            colours = scene.colours(palette, numbers)
            aside = np.arange(len(above)) != k
            colours[aside] = blend(colours[aside], palette.background, _ASIDE)
            vector = Grid(
                f"{self.key}-above", 0, above, scene.weight_scale, scene.format,
                origin=(0, across.start), colours=colours, marks=Marks(cells=self._lit(cut, True)),
            )  # fmt: skip
        colours = scene.colours(palette, cut.weights)
        if not toeplitz and cells.mode is not CellMode.DIGITS:
            colours = _dimmed(colours, cut.values, scene.input_scale)
        matrix = self._matrix(palette, cut, colours, row, down, across)
        return vector, matrix, self._result(result, down)

    def _matrix(
        self,
        palette: Palette,
        cut: Cut,
        colours: NDArray[np.int64],
        row: int,
        down: range,
        across: range,
    ) -> Grid:
        """The cut in the colours of the weights that stand or meet there; other rows dim."""
        scene = self.scene
        aside = np.arange(len(cut.values)) != row
        colours[aside] = blend(colours[aside], palette.background, _ASIDE)
        spoken = scene.look.target
        cursor = None
        if spoken is not None and spoken.grid == self.key:
            cursor = spoken.row - down.start, spoken.column - across.start
        return Grid(
            self.key,
            0,
            cut.values,
            scene.input_scale,
            scene.format,
            empty=cut.empty,
            colours=colours,
            marks=Marks(cells=self._lit(cut, False, down, across), cursor=cursor),
            origin=(down.start, across.start),
        )

    def _lit(
        self, cut: Cut, above: bool, down: range = range(0), across: range = range(0)
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Where the weight or input that someone points at stands."""
        spoken, walkthrough = self.scene.look.target, self.scene.walkthrough
        if spoken is None:
            return (), ()
        weight = self.scene.weight_under(spoken)
        if weight is not None and self.key == "toeplitz":
            lit = cut.weights == weight
            of_filter = np.arange(down.start, down.stop) // max(walkthrough.positions, 1)
            lit &= (of_filter == self.scene.step.output[0])[:, None]
        elif spoken.grid in {"input", "toeplitz-above"} and not above:
            column = self.scene.column_under(spoken)
            if self.key == "toeplitz":
                lit = ~cut.empty & (np.arange(across.start, across.stop) == column)[None, :]
            else:
                lit = self.scene.copies_of(column, down, across) & ~cut.empty
        else:
            return (), ()
        rows, columns = np.nonzero(lit)
        return tuple(rows.tolist()), tuple(columns.tolist())

    def _result(self, result: NDArray[np.float32], down: range) -> Grid:
        scene = self.scene
        reached = scene.look.reached_at(scene.step)
        values = np.array(result, dtype=np.float32)
        if self.key == "toeplitz":
            revealed = max(reached + 1 - down.start, 0)
            empty = None
        else:
            # Filter by filter: the first columns are full, the filter's own grows.
            done = np.arange(values.shape[1]) * scene.walkthrough.positions
            order = done[None, :] + np.arange(down.start, down.stop)[:, None]
            revealed, empty = values.size, order > reached
        column = 0 if self.key == "toeplitz" else scene.step.output[0]
        return Grid(
            f"{self.key}-result",
            0,
            values,
            scene.output_scale,
            scene.walkthrough.formats.results,
            revealed=revealed,
            empty=empty,
            marks=Marks(newest=(self._row - down.start, column)),
            origin=(down.start, 0),
        )


def _dimmed(
    colours: NDArray[np.int64], values: NDArray[np.float32], scale: Scale
) -> NDArray[np.int64]:
    """Each colour as bright as its value is large, so that a shade tells both."""
    reach = max(abs(scale.low), abs(scale.high)) or 1.0
    share = np.clip(np.abs(values.astype(np.float64)) / reach, 0, 1)
    result = np.zeros(colours.shape, dtype=np.int64)
    for shift in (16, 8, 0):
        result |= np.rint((colours >> shift & 255) * share).astype(np.int64) << shift
    return result


def _start(focus: int, shown: int, available: int, *, even: bool = False) -> int:
    """The first of `shown` places, so that `focus` is in the middle.

    An even start keeps pairs of half blocks together; the last place stays in sight.
    """
    if shown >= available:
        return 0
    start = min(max(focus - shown // 2, 0), available - shown)
    if not even or start % 2 == 0 or shown < 2:
        return start
    earlier_loses = focus >= start - 1 + shown
    return start + 1 if start == available - shown or earlier_loses else start - 1


class MatrixScene(Frozen):
    """Paints one step of a convolution as a sliding window and as two matrices.

    Attributes:
        walkthrough: what is walked through.
        step: the step to show.
        look: how it is looked at.
        channel: the slice of input and filter that is shown.
    """

    walkthrough: MatrixWalkthrough
    step: MatrixStep
    look: Look
    channel: int = 0

    @cached_property
    def input_scale(self) -> Scale:
        """Of the picture's numbers."""
        return Scale.of(self.walkthrough.input)

    @cached_property
    def weight_scale(self) -> Scale:
        """Of the weights of all filters."""
        return Scale.of(self.walkthrough.weight, signed=True)

    @cached_property
    def output_scale(self) -> Scale:
        """Of all results."""
        return Scale.of(self.walkthrough.output)

    @cached_property
    def format(self) -> NumberFormat:
        """Of inputs and weights alike, so that columns stand below each other."""
        return NumberFormat.of(self.walkthrough.input, self.walkthrough.weight)

    def colours(self, palette: Palette, weights: NDArray[np.int64]) -> NDArray[np.int64]:
        """The colour of each weight by its number; the background where there is none."""
        count = int(self.walkthrough.weight[0].size)
        known = np.array([*weight_colours(count, palette.dark), palette.background])
        return known[weights].astype(np.int64)

    def weight_under(self, cell: CellTarget) -> int | None:
        """The number of the weight that a pointed-at cell of a filter is."""
        rows, columns = self.walkthrough.kernel_size
        if cell.grid == "filter" and cell.row < rows:
            return (cell.channel * rows + cell.row) * columns + cell.column
        return cell.column if cell.grid == "im2col-above" else None

    def column_under(self, cell: CellTarget) -> int:
        """The place in the flattened picture of a pointed-at input; −1 in the padding."""
        if cell.grid == "toeplitz-above":
            return cell.column
        height, width = (int(size) for size in self.walkthrough.input.shape[1:])
        if not (0 <= cell.row < height and 0 <= cell.column < width):
            return -1
        return (cell.channel * height + cell.row) * width + cell.column

    def copies_of(self, column: int, down: range, across: range) -> NDArray[np.bool_]:
        """Where, in some rows and columns of im2col, the input at a place of the picture stands."""
        lit = np.zeros((len(down), len(across)), dtype=np.bool_)
        for r, row in enumerate(down):
            places = self.walkthrough.places(row)[across.start : across.stop]
            lit[r] = places == column
        return lit

    # -- the arrangement --------------------------------------------------------------------------

    def _input(self) -> GridPanel:
        walkthrough = self.walkthrough
        rows, columns = walkthrough.input.shape[1:]
        name = walkthrough.channel_names[self.channel]
        name = f" slice {name}" if name.isdigit() else f" {name}"
        name = name if walkthrough.channels > 1 else ""
        grid = Grid(
            "input",
            self.channel,
            walkthrough.input[self.channel],
            self.input_scale,
            walkthrough.formats.inputs,
            walkthrough.pads,
            marks=Marks(
                (self.step.rows, self.step.columns),
                lost=walkthrough.unvisited,
                cursor=self.look.cell_of("input", self.channel),
            ),
        )
        return GridPanel(f"x {rows}x{columns}{name}", Role.INPUT, grid, action="choose_input")

    def _filter(self, palette: Palette) -> GridPanel:
        walkthrough, k = self.walkthrough, self.step.output[0]
        rows, columns = walkthrough.kernel_size
        first = self.channel * rows * columns
        numbers = np.arange(first, first + rows * columns).reshape(rows, columns)
        grid = Grid(
            "filter",
            self.channel,
            walkthrough.weight[k, self.channel],
            self.weight_scale,
            walkthrough.formats.weights[k],
            colours=self.colours(palette, numbers),
            marks=Marks(cursor=self.look.cell_of("filter", self.channel)),
        )
        name = f" {k + 1} of {walkthrough.filters}" if walkthrough.filters > 1 else ""
        return GridPanel(f"filter w{name}", Role.FILTER, grid, cells=DIGITS, action="choose_kernel")

    def _output(self) -> GridPanel:
        walkthrough = self.walkthrough
        k, i, j = self.step.output
        rows, columns = walkthrough.map_size
        reached = self.look.reached_at(self.step)
        grid = Grid(
            "output",
            k,
            walkthrough.output[k],
            Scale.of(walkthrough.output[k]),
            walkthrough.formats.results,
            revealed=min(max(reached + 1 - k * rows * columns, 0), rows * columns),
            marks=Marks(newest=(i, j)),
        )
        return GridPanel(f"y {rows}x{columns}", Role.OUTPUT, grid)

    def _products(self, cells: Cells | None = None) -> tuple[ProductPanel, ProductPanel]:
        rows, columns = self.walkthrough.toeplitz_size
        windows, weights = self.walkthrough.im2col_size
        return (
            ProductPanel(f"Toeplitz T {rows}x{columns}·x = y", "toeplitz", self, cells),
            ProductPanel(f"im2col {windows}x{weights}·w", "im2col", self, cells),
        )

    def _arrangements(self, palette: Palette) -> Iterator[tuple[Cells, Panel]]:
        """All ways to use the room, the richest first."""
        sliding = (self._input(), self._filter(palette), self._output())
        every = cells_by_richness(self.look.mode)
        written = [cells for cells in every if cells.mode is CellMode.DIGITS]
        pairs = [(cells, cells) for cells in written]
        for cells in every:
            if cells.mode is not CellMode.DIGITS:
                # The pictures keep their numbers where only the matrices are too large for them.
                pairs += [(small, cells) for small in (*written, cells)]
        for small, large in pairs:
            toeplitz, im2col = self._products(large)
            yield small, Along((Along((*sliding, im2col)), toeplitz), down=True, gap=1)
            yield small, Along((Along(sliding, down=True), toeplitz, im2col))

    def paint(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> None:
        """Paint the first arrangement that fits; where none does, everything is panned."""
        for cells, panel in self._arrangements(canvas.palette):
            size = panel.size(cells)
            if size[0] <= width and size[1] <= height:
                panel.paint(canvas, Room(x, y, width, height), cells)
                return
        self._paint_panned(canvas, Room(x, y, width, height))

    def _paint_panned(self, canvas: Canvas, room: Room) -> None:
        """A narrow column for the pictures; the matrices share the rest."""
        cells = Cells(self.look.mode or CellMode.HALF)
        toeplitz, im2col = self._products(cells)
        input_, filter_, output = self._input(), self._filter(canvas.palette), self._output()
        left = min(max(input_.size(cells)[0], filter_.size(cells)[0]), room.width // 4)
        if filter_.size(cells)[0] > left or filter_.size(cells)[1] > room.height // 3:
            filter_ = replace(filter_, cells=cells)
        pictures: Sequence[GridPanel] = (input_, filter_, output)
        heights = shortened([panel.size(cells)[1] for panel in pictures], room.height)
        y = room.y
        for panel, height in zip(pictures, heights, strict=True):
            shown = replace(panel, cells=panel.cells if panel.cells else cells)
            shown.paint(canvas, Room(room.x, y, left, height), cells)
            y += height
        rest = room.width - left - 2 * _GAP
        right = max(min(im2col.size(cells)[0], rest // 3), _NARROWEST)
        x = room.x + left + _GAP
        toeplitz.paint(canvas, Room(x, room.y, rest - right, room.height), cells)
        x += rest - right + _GAP
        im2col.paint(canvas, Room(x, room.y, right, room.height), cells)
