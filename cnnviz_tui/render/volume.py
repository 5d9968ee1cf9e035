"""The stage of volumes: slices like cards in a stack, a lens on the window, the maps that stack up.

Cards are small pictures; the one that the step works on lies on top. Where there is room, the whole
chain stands below, volume after volume.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.render.canvas import BOLD, Canvas, Spot
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
from cnnviz_tui.render.palette import CHANNEL_TINTS, Colour, Scale
from cnnviz_tui.render.panels import Look, Room
from cnnviz_tui.walkthroughs.convolution import ConvolutionWalkthrough
from cnnviz_tui.walkthroughs.numbers import NumberFormat
from cnnviz_tui.walkthroughs.volume import Array, Scope, Shape, VolumeStep, VolumeWalkthrough
from cnnviz_tui.walkthroughs.volume_text import shape_text

INPUT, OUTPUT, PATCH, FILTER, CHAIN = "input", "output", "patch", "filter", "chain"
"""The grids: the layer's input and output, the numbers under the window, the weights, the chain."""

_GAP = 2
_TITLE = 2
_ROOMY = 34
_STRIP = 14
_APART = (2, 1)
"""Columns from card to card, the more readable first."""
_WIDE = 110
"""From this width on, the partial sums stand beside the window."""
_LEAST = 18
_NOTHING_WRITTEN = NumberFormat(0, 1)


@dataclass(frozen=True, slots=True)
class _Cards:
    """How a volume is laid out as cards.

    Attributes:
        cells: how a painted cell is drawn.
        shrink: how many cells one painted cell stands for, down and across.
        card: (width, height) of a card in characters.
        spread, rise: how far the last card lies right of and below the first.
    """

    cells: Cells
    shrink: int
    card: tuple[int, int]
    spread: int
    rise: int

    @property
    def width(self) -> int:
        """Of the whole stack."""
        return self.card[0] + self.spread

    @property
    def height(self) -> int:
        """Of the whole stack."""
        return self.card[1] + self.rise


def _cards(shape: Shape, cells: Cells, shrink: int, height: int, apart: int) -> _Cards:
    """A volume's cards, `apart` columns from one to the next, as many lines as the height allows.

    Many cards move closer together, so that a stack is never wider than two cards.
    """
    count, rows, columns = shape
    card = cells.extent(-(-rows // shrink), -(-columns // shrink), 1)
    rise = min(count - 1, max(height - card[1], 0))
    return _Cards(cells, shrink, card, min((count - 1) * apart, max(card[0], 4)), rise)


def _written(shape: Shape, digits: int, height: int) -> _Cards:
    """A volume's slices written out, below each other where that fits, else side by side."""
    count, rows, columns = shape
    card = DIGITS.extent(rows, columns, digits)
    rise = (count - 1) * (card[1] + 1)
    if card[1] + rise <= height:
        return _Cards(DIGITS, 1, card, 0, rise)
    return _Cards(DIGITS, 1, card, (count - 1) * (card[0] + 1), 0)


@dataclass(frozen=True, slots=True)
class _CardSpot:
    """Turns a place on a small picture into a cell of the volume."""

    key: str
    channel: int
    cards: _Cards
    shape: Shape

    def at(self, x: int, y: int) -> CellTarget:
        if self.cards.cells.mode is CellMode.SHADES:
            row, column = y, x // 2
        else:
            row, column = 2 * y, x
        return CellTarget(
            self.key,
            self.channel,
            min(row * self.cards.shrink, self.shape[1] - 1),
            min(column * self.cards.shrink, self.shape[2] - 1),
        )


class VolumeScene(Frozen):
    """Paints one step through volumes.

    Attributes:
        walkthrough: what is walked through.
        step: the step to show; None where the chain does not fit.
        look: how it is looked at.
        channel: the slice in the lens.
    """

    walkthrough: VolumeWalkthrough
    step: VolumeStep | None
    look: Look
    channel: int

    def paint(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> None:
        """Paint the step into a rectangle."""
        if self.step is None:
            self._paint_problem(canvas, Room(x, y, width, height))
            return
        strip = _STRIP if height >= _ROOMY else 0
        if strip:
            self._paint_chain(canvas, Room(x, y + height - strip, width, strip))
        self._paint_layer(canvas, Room(x, y, width, height - strip - bool(strip)), self.step)

    def _paint_problem(self, canvas: Canvas, room: Room) -> None:
        """The picture alone, where the chain does not fit."""
        shape = self.walkthrough.shapes[0]
        canvas.write(room.x, room.y, f"input {shape_text(shape)}", canvas.palette.input, None, BOLD)
        picture = self.walkthrough.picture[0]
        grid = Grid(INPUT, 0, picture, Scale.of(picture), NumberFormat(0, 1))
        paint_grid(canvas, room.x, room.y + 1, grid, HALF, room.width, room.height - 1)

    # -- one layer --------------------------------------------------------------------------------

    def _paint_layer(self, canvas: Canvas, room: Room, step: VolumeStep) -> None:
        """Its input, the lens, its output; places are the same for all layers of the chain."""
        wide = room.width >= _WIDE
        lens = min(self._lens_width(wide=wide), room.width - 2 * (_LEAST + _GAP))
        left, right = self._sides(room, room.width - lens - 2 * _GAP)
        width = max(_LEAST, *(each.width for each in left))
        number = step.number
        k = number.output[0]
        self._paint_volume(
            canvas, Room(room.x, room.y, width, room.height), step, left[step.layer], self._top
        )
        middle = room.x + width + _GAP
        self._paint_lens(canvas, Room(middle, room.y, lens, room.height), step, wide=wide)
        start = middle + lens + _GAP
        space = room.x + room.width - start
        self._paint_output(
            canvas, Room(start, room.y, space, room.height), step, right[step.layer], k
        )

    def _sides(self, room: Room, width: int) -> tuple[list[_Cards], list[_Cards]]:
        """The largest cards with which every layer's input and output fit side by side."""
        shapes = self.walkthrough.shapes
        height = room.height - _TITLE
        written = self._written_sides(height)
        if all(each.height <= height for side in written for each in side) and width >= sum(
            max(_LEAST, *(each.width for each in side)) for side in written
        ):
            return written
        most = max(max(shape[1:]) for shape in shapes)
        sizes = [(Cells(CellMode.SHADES), 1), *((HALF, shrink) for shrink in range(1, most + 1))]
        for cells, shrink in sizes:
            for apart in _APART:
                left, right = (
                    [_cards(shape, cells, shrink, height, apart) for shape in chosen]
                    for chosen in (shapes[:-1], shapes[1:])
                )
                widths = [max(_LEAST, *(each.width for each in side)) for side in (left, right)]
                lowest = max(each.card[1] + min(each.rise, 2) for each in (*left, *right))
                if sum(widths) <= width and lowest <= height:
                    return left, right
        return left, right

    def _written_sides(self, height: int) -> tuple[list[_Cards], list[_Cards]]:
        """Every layer's input and output written out, whether or not that fits."""
        walkthrough = self.walkthrough
        inputs = zip(walkthrough.shapes[:-1], walkthrough.input_formats, strict=True)
        outputs = zip(walkthrough.shapes[1:], walkthrough.layers, strict=True)
        return (
            [_written(shape, written.width, height) for shape, written in inputs],
            [_written(shape, layer.formats.results.width, height) for shape, layer in outputs],
        )

    @property
    def _top(self) -> int:
        """The slice that lies on top."""
        count = self.walkthrough.shapes[self.step.layer if self.step else 0][0]
        return min(self.channel, count - 1)

    def _paint_volume(
        self, canvas: Canvas, room: Room, step: VolumeStep, cards: _Cards, top: int
    ) -> None:
        palette = canvas.palette
        layer = self.walkthrough.layers[step.layer]
        shape = self.walkthrough.shapes[step.layer]
        canvas.write(room.x, room.y, f"input {shape_text(shape)}", palette.input, None, BOLD)
        name = layer.channel_names[top]
        label = name if not name.isdigit() else f"slice {name} of {shape[0]}"
        label = f"ReLU, {label}" if step.layer else label
        canvas.write(room.x, room.y + 1, label[: room.width], palette.dim)
        window = step.number.rows, step.number.columns
        self._paint_cards(
            canvas, room.x, room.y + _TITLE, INPUT, layer.input, cards, top, window=window,
            names=layer.channel_names, written=self.walkthrough.input_formats[step.layer],
        )  # fmt: skip

    def _paint_output(
        self, canvas: Canvas, room: Room, step: VolumeStep, cards: _Cards, k: int
    ) -> None:
        palette = canvas.palette
        output = self.walkthrough.layers[step.layer].output
        shape = self.walkthrough.shapes[step.layer + 1]
        text = f"output {shape_text(shape)}"
        canvas.write(room.x, room.y, text[: room.width], palette.output, None, BOLD)
        label = f"map {k + 1} of {shape[0]}" if step.scope is not Scope.STACK else "all maps"
        canvas.write(room.x, room.y + 1, label[: room.width], palette.dim)
        self._paint_cards(
            canvas, room.x, room.y + _TITLE, OUTPUT, output, cards, k,
            revealed=step.revealed, newest=step.number.output,
            written=self.walkthrough.layers[step.layer].formats.results,
        )  # fmt: skip

    def _paint_cards(
        self,
        canvas: Canvas,
        x: int,
        y: int,
        key: str,
        volume: Array,
        cards: _Cards,
        top: int,
        *,
        window: tuple[tuple[int, ...], tuple[int, ...]] = ((), ()),
        revealed: int | None = None,
        newest: tuple[int, int, int] | None = None,
        names: tuple[str, ...] = (),
        written: NumberFormat = _NOTHING_WRITTEN,
    ) -> None:
        """All slices of a volume, each a card a little right of and below the one before it."""
        count, rows, columns = volume.shape
        shrink = cards.shrink
        order = [c for c in range(count) if c != top] + [top]
        for c in order:
            left = x + (c * cards.spread // (count - 1) if count > 1 else 0)
            line = y + (c * cards.rise // (count - 1) if count > 1 else 0)
            there = rows * columns if revealed is None else revealed - c * rows * columns
            there = min(max(there, 0), rows * columns)
            small = _shrunk(volume[c], shrink, there)
            shown_rows = -(-(there // columns) // shrink) if there else 0
            marks = Marks(
                window=_smaller(window, shrink),
                newest=(newest[1] // shrink, newest[2] // shrink)
                if newest is not None and newest[0] == c and there
                else None,
            )
            grid = Grid(
                key, c, small, Scale.of(volume[c], signed=revealed is not None),
                written if cards.cells.mode is CellMode.DIGITS else _NOTHING_WRITTEN,
                revealed=None if there == rows * columns else shown_rows * small.shape[1],
                marks=marks, tint=CHANNEL_TINTS.get(names[c]) if names else None,
            )  # fmt: skip
            paint_grid(canvas, left, line, grid, cards.cells)
            if cards.cells.mode is CellMode.DIGITS:
                continue
            _edge(canvas, left, line, cards.card, canvas.palette.dim)
            spot: Spot = _CardSpot(key, c, cards, (count, rows, columns))
            canvas.spot(left, line, *cards.card, spot)

    # -- the lens ---------------------------------------------------------------------------------

    def _lens_width(self, *, wide: bool) -> int:
        """Room for the numbers of a window, with `wide` for the partial sums beside them."""
        sums = max(_sums_width(layer) for layer in self.walkthrough.layers)
        return self._numbers_width() + (_GAP + sums if wide else 0)

    def _numbers_width(self) -> int:
        """Room for the numbers of the widest window or filter of the chain."""
        widths = [
            DIGITS.extent(*layer.kernel_size, max(written.width, layer.formats.weights[0].width))[0]
            for layer, written in zip(
                self.walkthrough.layers, self.walkthrough.input_formats, strict=True
            )
        ]
        return max(15, *widths)

    def _paint_lens(self, canvas: Canvas, room: Room, step: VolumeStep, *, wide: bool) -> None:
        """The window of one slice over the filter's slice, and what each slice adds."""
        palette = canvas.palette
        layer = self.walkthrough.layers[step.layer]
        number, c = step.number, self._top
        k = number.output[0]
        written = self.walkthrough.input_formats[step.layer]
        patch = self._lens_grid(PATCH, c, number.patch[c], written, Scale.of(layer.input))
        weights = number.weights.astype(np.float32)
        scale = Scale.of(weights, signed=True)
        filter_ = self._lens_grid(FILTER, c, number.weights[c], layer.formats.weights[k], scale)
        rows, columns = layer.kernel_size
        size = f"{rows}x{columns}x{len(number.channels)}"
        across = min(self._numbers_width(), room.width)
        canvas.write(room.x, room.y, "window", palette.input, None, BOLD)
        high = (room.height - 3) // 2
        _, used = paint_grid(canvas, room.x, room.y + 1, patch, DIGITS, across, high)
        below = room.y + used + (2 if room.height >= 2 * used + 3 else 1)
        canvas.write(room.x, below, f"filter {k + 1} {size}"[:across], palette.filter, None, BOLD)
        paint_grid(canvas, room.x, below + 1, filter_, DIGITS, across, high)
        if wide:
            left = room.x + across + _GAP
            sums = _sums_width(layer)
            self._paint_partial_sums(canvas, Room(left, room.y, sums, room.height), step)

    def _lens_grid(
        self, key: str, c: int, values: NDArray[np.float64], written: NumberFormat, scale: Scale
    ) -> Grid:
        marks = Marks(cursor=self.look.cell_of(key, c))
        return Grid(key, c, values.astype(np.float32), scale, written, marks=marks)

    def _paint_partial_sums(self, canvas: Canvas, room: Room, step: VolumeStep) -> None:
        """What each slice adds, the bias, the sum; slices that are still to come are dots."""
        palette = canvas.palette
        number = step.number
        results = number.formats.results
        only = step.channel + 1 if step.scope is Scope.SLICE else len(number.channels)
        rows: list[tuple[str, float | None, Colour]] = [
            (name, float(part) if c < only else None, palette.input)
            for c, (name, part) in enumerate(
                zip(number.channel_names, number.partial_sums, strict=True)
            )
        ]
        done = step.scope is not Scope.SLICE
        if number.bias is not None:
            rows.append(("bias", number.bias if done else None, palette.filter))
        rows.append(("sum", number.value if done else None, palette.output))
        canvas.write(room.x, room.y, "slice  adds"[: room.width], palette.dim)
        for i, (name, value, colour) in enumerate(rows[: room.height - 1]):
            text = "·" if value is None else results(value)
            y = room.y + 1 + i
            here = i == self._top and i < len(number.channels)
            canvas.write(room.x, y, name, colour, None, BOLD if here else 0)
            if here:
                canvas.write(room.x - 1, y, "▸", palette.output, None, BOLD)
            at = room.x + max(room.width - len(text), len(name) + 1)
            canvas.write(at, y, text, colour, None, BOLD)

    # -- the chain --------------------------------------------------------------------------------

    def _paint_chain(self, canvas: Canvas, room: Room) -> None:
        """All volumes one after the other, as far as they have been computed."""
        palette = canvas.palette
        walkthrough, step = self.walkthrough, self.step
        if step is None:
            return
        shapes = walkthrough.shapes
        for shrink in range(2, max(shapes[0][1:]) + 2):
            cards = [_cards(shape, HALF, shrink, room.height - 1, 1) for shape in shapes]
            if sum(each.width for each in cards) + 5 * (len(cards) - 1) <= room.width:
                break
        x = room.x
        for i, (shape, each) in enumerate(zip(shapes, cards, strict=True)):
            here = i in {step.layer, step.layer + 1}
            colour = palette.input if i == 0 else palette.output
            canvas.write(x, room.y, shape_text(shape), colour, None, BOLD if here else 0)
            if i:
                canvas.write(x - 4, room.y, "──▶", palette.filter)
            volume = walkthrough.picture if i == 0 else walkthrough.layers[i - 1].output
            revealed = None if i == 0 else volume.size
            if i == step.layer + 1:
                revealed = step.revealed
            elif i > step.layer + 1:
                revealed = 0
            top = step.number.output[0] if i == step.layer + 1 else shape[0] - 1
            self._paint_cards(
                canvas, x, room.y + 1, CHAIN, volume, each, top, revealed=revealed,
                names=walkthrough.layers[0].channel_names if i == 0 else (),
            )  # fmt: skip
            x += max(each.width, len(shape_text(shape))) + 5


def _sums_width(layer: ConvolutionWalkthrough) -> int:
    """Characters of the longest line of partial sums."""
    names = max(len(name) for name in (*layer.channel_names, "bias"))
    return max(names + 1 + layer.formats.results.width, len("slice  adds"))


def _smaller(
    lines: tuple[tuple[int, ...], tuple[int, ...]], shrink: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Rows and columns of a picture in a smaller one."""
    rows, columns = (tuple(sorted({place // shrink for place in axis})) for axis in lines)
    return rows, columns


def _shrunk(picture: Array, shrink: int, there: int) -> Array:
    """A picture whose cells are averages of `shrink` x `shrink`; what is not there counts as 0."""
    if shrink == 1 and there == picture.size:
        return picture
    values = picture.copy()
    values.ravel()[there:] = 0
    rows, columns = values.shape
    padded = np.pad(values, ((0, -rows % shrink), (0, -columns % shrink)), mode="edge")
    blocks = padded.reshape(padded.shape[0] // shrink, shrink, -1, shrink)
    small: Array = blocks.mean(axis=(1, 3)).astype(np.float32)
    return small


def _edge(canvas: Canvas, x: int, y: int, card: tuple[int, int], colour: Colour) -> None:
    """A line on the left of a card, so that cards of one shade are told apart."""
    for line in range(y, y + card[1]):
        canvas.write(x, line, "▏", colour)
