"""The stage of the receptive field: the picture with the field, the layers, and a cut through them.

The cut shows one row of every layer: all positions that one unit depends on, down to the pixels.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.render.canvas import BOLD, Canvas, Whole
from cnnviz_tui.render.grid import CellMode, Cells, CellTarget, Grid, Marks, paint_grid
from cnnviz_tui.render.palette import Scale, true_colours
from cnnviz_tui.render.panels import GAP, Look, Room
from cnnviz_tui.walkthroughs.field import FieldStep, FieldWalkthrough
from cnnviz_tui.walkthroughs.field_stack import StackLayer
from cnnviz_tui.walkthroughs.field_text import nonlinearities
from cnnviz_tui.walkthroughs.numbers import MINUS, NumberFormat

PICTURE, LAYER = "picture", "layer"
"""The grid of the pixels; that of the layers, whose row is the layer."""

_TABLE = (16, 7, 7, 5, 6)
_TABLE_WIDTH = sum(_TABLE)
_COMPARED = 4


class FieldScene(Frozen):
    """Paints one step of a growing receptive field.

    Attributes:
        walkthrough: what is walked through.
        step: the step to show; None where there is none.
        look: how it is looked at.
    """

    walkthrough: FieldWalkthrough
    step: FieldStep | None
    look: Look

    def paint(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> None:
        """Paint the step into a rectangle."""
        grid = self._picture()
        cells = self._cells(grid, width - _TABLE_WIDTH - GAP, height - 1)
        rows, columns = grid.values.shape
        palette = canvas.palette
        canvas.write(x, y, f"picture {rows}x{columns}", palette.input, None, BOLD)
        room = min(grid.size(cells)[0], width - _TABLE_WIDTH - GAP)
        used = paint_grid(canvas, x, y + 1, grid, cells, room, height - 1)
        left = x + max(used[0], 14) + GAP
        right = Room(left, y, x + width - left, height)
        if self.step is None:
            self._paint_layers(canvas, right)
            return
        self._paint_right(canvas, right)

    def _cells(self, grid: Grid, width: int, height: int) -> Cells:
        """The largest way to draw the picture; numbers would say nothing here unless asked for."""
        modes = [self.look.mode] if self.look.mode else [CellMode.SHADES, CellMode.HALF]
        for mode in modes:
            needed = grid.size(Cells(mode))
            if needed[0] <= width and needed[1] <= height:
                return Cells(mode)
        return Cells(modes[-1])

    def _picture(self) -> Grid:
        picture = self.walkthrough.picture
        step = self.step
        window = (step.rows, step.columns) if step is not None else ((), ())
        return Grid(
            PICTURE,
            0,
            picture[0],
            Scale.of(picture),
            NumberFormat.of(picture),
            marks=Marks(window=window, cursor=self.look.cell_of(PICTURE)),
            colours=true_colours(picture) if len(picture) == 3 else None,
        )

    # -- the right side ---------------------------------------------------------------------------

    def _paint_right(self, canvas: Canvas, room: Room) -> None:
        """The table of layers, the cut, the comparison: as many of them as there is room for."""
        layers = len(self.walkthrough.stack)
        table, cut = layers + 2, layers + 2
        compared = _COMPARED + 1 if self.walkthrough.rival else 0
        with_cut = table + cut + compared <= room.height and self._cut_pitch(room.width) > 0
        spare = room.height - table - compared - (cut if with_cut else 0)
        gap = 1 if spare >= 2 else 0
        y = self._paint_layers(canvas, room) + gap
        if with_cut:
            y = self._paint_cut(canvas, Room(room.x, y, room.width, cut)) + gap
        if self.walkthrough.rival and y + _COMPARED <= room.y + room.height:
            self._paint_comparison(canvas, Room(room.x, y, room.width, _COMPARED))

    def _paint_layers(self, canvas: Canvas, room: Room) -> int:
        """One line a layer: its map, its field, its jump, its start; returns the line below."""
        palette = canvas.palette
        walkthrough = self.walkthrough
        titles = ("layer", "map", "field", "jump", "start")
        self._write_row(canvas, room.x, room.y, titles, [palette.dim] * 5)
        stack = walkthrough.stack
        reached = self.step.layers if self.step is not None else -1
        for k in range(min(len(stack) + 1, room.height - 1)):
            name = stack[k - 1].title if k else "picture"
            texts = [f"{k} {name}", "", "", "", ""]
            if self.step is not None:
                height, width = walkthrough.map_size(k)
                texts[1] = f"{height}x{width}"
            if k <= reached:
                found = walkthrough.fields[k]
                start = f"{MINUS}{-found.start}" if found.start < 0 else str(found.start)
                texts[2:] = [f"{found.size}x{found.size}", str(found.jump), start]
            colours = [palette.text, palette.dim, palette.output, palette.text, palette.dim]
            here = k == reached
            y = room.y + 1 + k
            self._write_row(canvas, room.x, y, texts, colours, bold=here)
            if here:
                canvas.write(room.x - 1, y, "▶", palette.output, None, BOLD)
            canvas.spot(room.x, y, _TABLE_WIDTH, 1, Whole(CellTarget(LAYER, 0, k, 0)))
        return room.y + 2 + len(stack)

    @staticmethod
    def _write_row(
        canvas: Canvas,
        x: int,
        y: int,
        texts: tuple[str, ...] | list[str],
        colours: list[int],
        *,
        bold: bool = False,
    ) -> None:
        for i, (text, width, colour) in enumerate(zip(texts, _TABLE, colours, strict=True)):
            shown = text[:width].ljust(width) if i == 0 else text.rjust(width)
            canvas.write(x, y, shown, colour, None, BOLD if bold else 0)
            x += width

    def _cut_pitch(self, width: int) -> int:
        """Characters a pixel in the cut; 0 where it does not fit."""
        size = self.walkthrough.fields[-1].size
        return next((pitch for pitch in (4, 3, 2, 1) if size * pitch <= width - 8), 0)

    def _cut_rows(self) -> Iterator[tuple[int, list[tuple[float, bool]]]]:
        """From the top layer down: (layer, [(pixels from the left end, whether it is padding)])."""
        walkthrough, step = self.walkthrough, self.step
        if step is None:
            return
        last = walkthrough.fields[-1]
        left = last.positions(walkthrough.unit[1])[0]
        for k in range(len(walkthrough.stack), -1, -1):
            places: list[tuple[float, bool]] = []
            if k <= step.layers:
                found = walkthrough.fields[k]
                size = walkthrough.map_size(k)[1]
                for place in walkthrough.feeding(step.layers, k):
                    middle = found.start + place * found.jump + (found.size - 1) / 2
                    places.append((middle - left, not 0 <= place < size))
            yield k, places

    def _paint_cut(self, canvas: Canvas, room: Room) -> int:
        """A cut through all layers along one row; returns the line below."""
        palette = canvas.palette
        pitch = self._cut_pitch(room.width)
        canvas.write(room.x, room.y, "what one unit reads, layer by layer", palette.dim)
        y = room.y + 1
        for k, places in self._cut_rows():
            canvas.write(room.x, y, f"{k:>2} ", palette.dim)
            top = self.step is not None and k == self.step.layers
            colour = palette.output if top else palette.input
            for place, padding in places:
                sign = "·" if padding else "■"
                column = room.x + 4 + int(np.floor(place * pitch))
                canvas.write(column, y, sign, palette.dim if padding else colour, None, BOLD)
            y += 1
        return y

    def _paint_comparison(self, canvas: Canvas, room: Room) -> None:
        """Both stacks side by side: what they see, what they learn."""
        palette = canvas.palette
        walkthrough = self.walkthrough
        shown = self.step is not None and self.step.compares
        sizes = walkthrough.fields[-1].size, walkthrough.rival_field.size
        stacks = walkthrough.stack, walkthrough.rival
        rows: list[tuple[str, list[str]]] = [
            ("", [_brief(stack) for stack in stacks]),
            ("sees", [f"{size}x{size}" for size in sizes]),
            ("parameters", [
                f"{sum(layer.parameters(walkthrough.channels) for layer in stack):,}"
                for stack in stacks]),
            ("nonlinearities", [str(nonlinearities(stack)) for stack in stacks]),
        ]  # fmt: skip
        for i, (name, texts) in enumerate(rows):
            canvas.write(room.x, room.y + i, name, palette.dim)
            for column, (text, colour) in enumerate(
                zip(texts, (palette.output, palette.filter), strict=True)
            ):
                unknown = not shown and i > 0
                value = "·" if unknown else text[:14]
                ink = palette.dim if unknown else colour
                at = room.x + 15 + column * 15
                canvas.write(at, room.y + i, value.rjust(14), ink, None, 0 if unknown else BOLD)


def _brief(stack: tuple[StackLayer, ...]) -> str:
    """The stack in at most 14 characters."""
    text = " ".join(f"{layer.window}x{layer.window}" for layer in stack)
    same = len(set(stack)) == 1
    if same and len(stack) > 1:
        return f"{len(stack)} times {stack[0].window}x{stack[0].window}"
    return text if len(text) <= 14 else f"{len(stack)} layers"
