"""The stage of the gallery: all filters in a row, below them the chosen one at work."""

from __future__ import annotations

from dataclasses import replace

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.render.canvas import BOLD, Canvas, Whole
from cnnviz_tui.render.grid import (
    DIGITS,
    HALF,
    CellMode,
    Cells,
    CellTarget,
    Grid,
    Marks,
    paint_grid,
)
from cnnviz_tui.render.palette import Scale, text_on
from cnnviz_tui.render.panels import Look, Room, paint_legend
from cnnviz_tui.walkthroughs.gallery import Array, GalleryStep, GalleryWalkthrough, Pair
from cnnviz_tui.walkthroughs.gallery_filters import (
    EVEN,
    ODD,
    gabor,
    lenet_filters,
    lenet_likeness,
)
from cnnviz_tui.walkthroughs.numbers import NumberFormat

TILE, INPUT, FILTER, ANSWERS = "tile", "input", "filter", "answers"
"""The grids: the row of filters, the picture, the chosen filter, its answers."""

_GAP = 2
_MIDDLE, _WIDE_MIDDLE, _RIGHT = 15, 24, 17
_TALLEST_TILE = 5
_FILTER_CELLS = (Cells(CellMode.DIGITS, 2), Cells(CellMode.DIGITS, 1), DIGITS,
                 Cells(CellMode.SHADES), HALF)  # fmt: skip
_NEARLY = 12.0
"""Degrees between directions that count as one; half of what lies between eight of them."""


class GalleryScene(Frozen):
    """Paints one filter of the gallery at work.

    Attributes:
        walkthrough: what is walked through.
        step: the step to show.
        look: how it is looked at.
    """

    walkthrough: GalleryWalkthrough
    step: GalleryStep
    look: Look

    @property
    def place(self) -> Pair:
        """The answer whose window is shown: the one pointed at, else the strongest."""
        cell = self.look.pointed
        if cell is not None and cell.grid == ANSWERS:
            return cell.row, cell.column
        return self.step.strongest

    def paint(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> None:
        """Paint the step into a rectangle."""
        filters = self.walkthrough.filters[0].weights.shape
        tile = (filters[0] + 1) // 2
        small = self._smallest_below()
        tile = tile if tile <= _TALLEST_TILE or tile + small + 1 <= height else 0
        spare = height - (1 + tile + small)
        every = self._thinning(width, spare) if tile else 0
        thumbs = self._answers_height(every)
        used = self._paint_tiles(canvas, Room(x, y, width, height), tile, every)
        below = used + (1 if spare - thumbs > 0 else 0)
        self._paint_work(canvas, Room(x, y + below, width, height - below))

    # -- the row of filters -----------------------------------------------------------------------

    def _smallest_below(self) -> int:
        """Lines that picture and answers need at least."""
        rows: int = self.walkthrough.picture.shape[0]
        return 1 + (rows + 1) // 2

    def _answers_height(self, every: int) -> int:
        rows: int = self.walkthrough.picture.shape[0]
        return (-(-rows // every) + 1) // 2 + 1 if every else 0

    def _thinning(self, width: int, spare: int) -> int:
        """Every how many cells of the answers fit below each filter; 0 for none."""
        columns: int = self.walkthrough.picture.shape[1]
        for every in (1, 2, 3):
            across = (-(-columns // every) + _GAP) * len(self.walkthrough)
            if across <= width + _GAP and self._answers_height(every) <= spare - 8:
                return every
        return 0

    def _tile_width(self, every: int) -> int:
        walkthrough = self.walkthrough
        widths = [len(label) for label in walkthrough.labels]
        columns = -(-walkthrough.picture.shape[1] // every) if every else 0
        filter_: int = walkthrough.filters[0].weights.shape[1]
        return max(*widths, filter_, columns) + _GAP

    def _paint_tiles(self, canvas: Canvas, room: Room, tile: int, every: int) -> int:
        """All filters with their names, the chosen one marked; returns the lines used."""
        palette = canvas.palette
        pitch = self._tile_width(every)
        labels = self.walkthrough.labels
        shown = max(min((room.width + _GAP) // pitch, len(labels)), 1)
        first = min(max(self.step.index - shown // 2, 0), len(labels) - shown)
        height = 1 + tile + self._answers_height(every)
        for i, k in enumerate(range(first, first + shown)):
            x = room.x + i * pitch
            here = k == self.step.index
            background = palette.window if here else None
            ink = text_on(palette.window) if here else palette.filter
            canvas.write(x, room.y, labels[k], ink, background, BOLD)
            if here:
                canvas.write(x - 1, room.y, "▸", palette.output, None, BOLD)
            if tile and k < len(self.walkthrough.filters):
                paint_grid(canvas, x, room.y + 1, _silent(self._filter_grid(k), 1), HALF)
            if every:
                answers = _silent(self._answers_grid(k), every)
                paint_grid(canvas, x, room.y + 2 + tile, answers, HALF)
            target = Whole(CellTarget(TILE, 0, k, 0))
            canvas.spot(x, room.y, pitch - _GAP, height, target)
        return height

    # -- the chosen filter at work ----------------------------------------------------------------

    def _paint_work(self, canvas: Canvas, room: Room) -> None:
        """Picture, filter, answers, and what there is to compare with."""
        palette = canvas.palette
        picture, answers = self._picture_grid(), self._answers_grid(self.step.index)
        right = _RIGHT + _GAP if self._has_right() else 0
        middle = _MIDDLE if right else _WIDE_MIDDLE
        each = (room.width - middle - right - 2 * _GAP) // 2
        cells = self._cells(picture, answers, each, room.height - 1)
        rows, columns = picture.values.shape
        x = room.x
        canvas.write(x, room.y, f"picture {rows}x{columns}", palette.input, None, BOLD)
        used, _ = paint_grid(canvas, x, room.y + 1, picture, cells, each, room.height - 1)
        x += max(used, 14) + _GAP
        self._paint_filter(canvas, Room(x, room.y, middle, room.height))
        x += middle + _GAP
        canvas.write(x, room.y, "answers", palette.output, None, BOLD)
        used, lines = paint_grid(canvas, x, room.y + 1, answers, cells, each, room.height - 1)
        if lines + 1 < room.height:
            paint_legend(canvas, x, room.y + 1 + lines, answers, max(used, 18))
        x += max(used, 10) + _GAP
        if right:
            self._paint_right(canvas, Room(x, room.y, _RIGHT, room.height))

    def _cells(self, picture: Grid, answers: Grid, width: int, height: int) -> Cells:
        """The largest cells with which picture and answers fit."""
        modes = [self.look.mode] if self.look.mode else [CellMode.SHADES, CellMode.HALF]
        for mode in modes:
            sizes = [grid.size(Cells(mode)) for grid in (picture, answers)]
            if all(across <= width and down <= height for across, down in sizes):
                return Cells(mode)
        return Cells(modes[-1])

    def _paint_filter(self, canvas: Canvas, room: Room) -> None:
        """The chosen filter as large as its place allows, written out where that is possible."""
        palette = canvas.palette
        step = self.step
        rows, columns = step.weights.shape
        if step.filter is None:
            canvas.write(room.x, room.y, "√(even² + odd²)", palette.filter, None, BOLD)
            for i in range(2):
                grid = _silent(self._filter_grid(i), 1)
                paint_grid(canvas, room.x + i * (columns + 1), room.y + 1, grid, HALF)
            return
        canvas.write(room.x, room.y, f"filter {rows}x{columns}", palette.filter, None, BOLD)
        grid = self._filter_grid(step.filter)
        room_for = (room.width, room.height - 1)
        cells = next(
            (
                each
                for each in _FILTER_CELLS
                if grid.size(each)[0] <= room_for[0] and grid.size(each)[1] <= room_for[1]
            ),
            HALF,
        )
        _, lines = paint_grid(canvas, room.x, room.y + 1, grid, cells, *room_for)
        if lines + 1 < room.height:
            paint_legend(canvas, room.x, room.y + 1 + lines, grid, room.width)

    # -- what there is to compare with ------------------------------------------------------------

    def _has_right(self) -> bool:
        """Whether LeNet's filters or a Gabor filter stand on the right."""
        labels = self.walkthrough.labels
        return any(label.endswith("°") or label.startswith(("c1", "even")) for label in labels)

    def _paint_right(self, canvas: Canvas, room: Room) -> None:
        if self.walkthrough.labels[0].startswith("c1"):
            self._paint_nearest(canvas, room)
        else:
            self._paint_lenet(canvas, room)

    def _paint_lenet(self, canvas: Canvas, room: Room) -> None:
        """The first layer of LeNet, each filter with the direction it is most like."""
        palette = canvas.palette
        canvas.write(room.x, room.y, "LeNet c1, learned", palette.filter, None, BOLD)
        pairs = zip(lenet_filters(), lenet_likeness(), strict=True)
        for i, (each, like) in enumerate(pairs):
            x, y = room.x + i % 3 * 6, room.y + 1 + i // 3 * 4
            if y + 4 > room.y + room.height:
                break
            paint_grid(canvas, x, y, _weights_grid(TILE, i, each.weights), HALF)
            alike = self._is_direction(like.angle)
            mark, colour = ("◂", palette.strong) if alike else ("", palette.dim)
            canvas.write(x, y + 3, f"{like.angle:.0f}°{mark}", colour)
        if room.height > 10:
            canvas.write(room.x, room.y + 9, "nearest Gabor", palette.dim)

    def _is_direction(self, angle: float) -> bool:
        """Whether the chosen Gabor filter has nearly this direction."""
        label = self.walkthrough.labels[self.step.index]
        if not label.endswith("°"):
            return False
        apart = abs(float(label[:-1]) - angle) % 180
        return min(apart, 180 - apart) < _NEARLY

    def _paint_nearest(self, canvas: Canvas, room: Room) -> None:
        """The Gabor filter that the chosen filter is most like, in both phases."""
        palette = canvas.palette
        like = self.walkthrough.likenesses[self.step.filter or 0]
        canvas.write(room.x, room.y, "nearest Gabor", palette.filter, None, BOLD)
        size = self.step.weights.shape[0]
        for i, phase in enumerate((EVEN, ODD)):
            x = room.x + i * (size + 1)
            grid = _weights_grid(TILE, i, gabor(size, like.angle, like.wave, phase))
            paint_grid(canvas, x, room.y + 1, grid, HALF)
        y = room.y + 2 + (size + 1) // 2
        for i, text in enumerate(
            (f"direction {like.angle:.1f}°", f"λ {like.wave:.0f}", f"cosine {like.share:.2f}")
        ):
            if y + i < room.y + room.height:
                canvas.write(room.x, y + i, text, palette.text)

    # -- the grids --------------------------------------------------------------------------------

    def _picture_grid(self) -> Grid:
        picture = self.walkthrough.picture
        return Grid(
            INPUT,
            0,
            picture,
            Scale.of(picture),
            self.walkthrough.formats[0],
            marks=Marks(window=self.step.window(*self.place), cursor=self.look.cell_of(INPUT)),
        )

    def _filter_grid(self, k: int) -> Grid:
        grid = _weights_grid(FILTER, k, self.walkthrough.filters[k].weights)
        return replace(grid, marks=Marks(cursor=self.look.cell_of(FILTER, k)))

    def _answers_grid(self, index: int) -> Grid:
        answers = self.walkthrough.answers[index]
        newest = self.place if index == self.step.index else None
        scale = Scale.of(answers)
        return Grid(
            ANSWERS, index, answers, scale, self.walkthrough.formats[1], marks=Marks(newest=newest)
        )


def _weights_grid(key: str, channel: int, weights: Array) -> Grid:
    """A filter as a grid whose shades have 0 in the middle."""
    scale = Scale.of(weights, signed=True)
    return Grid(key, channel, weights, scale, NumberFormat.of(weights))


def _silent(grid: Grid, every: int) -> Grid:
    """A small picture of a grid: every so many cells, without marks."""
    return replace(
        grid,
        values=grid.values[::every, ::every],
        marks=Marks(),
        format=NumberFormat(0, 1),
    )
