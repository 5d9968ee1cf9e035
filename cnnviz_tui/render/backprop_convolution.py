"""The stage of backpropagation through a convolution: each gradient below what it belongs to.

On top, x, w, y and the goal t in the order of the data; below, the gradients of x, w and y, each of
the shape of what stands above it. Gradients go from right to left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.render.canvas import BOLD, Canvas
from cnnviz_tui.render.grid import DIGITS, CellMode, Cells, CellTarget, Grid, Marks, paint_grid
from cnnviz_tui.render.palette import Colour, Scale
from cnnviz_tui.walkthroughs.backprop_convolution import (
    Array,
    ConvolutionGradientStep,
    ConvolutionGradientWalkthrough,
    Part,
)
from cnnviz_tui.walkthroughs.numbers import NumberFormat

_GAP = 3
PARTS = {"y": Part.FORWARD, "grad_weight": Part.FILTER, "grad_input": Part.INPUT}
"""The grids whose cells steps compute."""


@dataclass(frozen=True, slots=True)
class ConvolutionGradientView:
    """How a person looks at the stage.

    Attributes:
        mode: how cells are drawn; None to let the room decide.
        cursor: the cell that keys act on, if any.
        pointed: the cell under the mouse, if any.
    """

    mode: CellMode | None = None
    cursor: CellTarget | None = None
    pointed: CellTarget | None = None


@dataclass(frozen=True, slots=True)
class _Panel:
    """A grid with its title."""

    title: str
    colour: Colour
    grid: Grid

    def size(self, cells: Cells) -> tuple[int, int]:
        width, height = self.grid.size(cells)
        return max(width, len(self.title)), height + 1


class ConvolutionGradientScene(Frozen):
    """Paints one step of backpropagation through a convolution.

    Attributes:
        walkthrough: what is walked through.
        step: the step to show; None where there is none.
        view: how it is looked at.
    """

    walkthrough: ConvolutionGradientWalkthrough
    step: ConvolutionGradientStep | None
    view: ConvolutionGradientView

    def paint(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> None:
        """Paint the step into a rectangle."""
        columns = self._columns(canvas)
        if self.walkthrough.problem:
            half = width // 2
            _paint_panel(canvas, columns[0][0][0], x, y, DIGITS, half, height)
            _paint_panel(canvas, columns[1][0][0], x + half, y, DIGITS, half, height)
            return
        cells = next(
            (each for each in self._cells() if self._fits(columns, each, width, height)),
            Cells(self.view.mode or CellMode.HALF),
        )
        top = self._top_height(columns, cells, height)
        left = x
        for column in columns:
            middle = column is columns[1]
            line = y
            for i, panels in enumerate(column):
                if i == 1 and not middle:
                    line = y + top
                start = left
                room = y + height - line if i or middle else min(top, height)
                for panel in panels:
                    _paint_panel(canvas, panel, start, line, cells, x + width - start, room)
                    start += panel.size(cells)[0] + _GAP
                line += max(panel.size(cells)[1] for panel in panels) + 1
                if middle and not self._loose(column, cells, height):
                    line -= 1
            left += _width(column, cells) + _GAP

    def _cells(self) -> Iterator[Cells]:
        modes = [self.view.mode] if self.view.mode else list(CellMode)
        for mode in modes:
            for zoom in (2, 1, 0) if mode is CellMode.DIGITS else (0,):
                yield Cells(mode, zoom)

    @staticmethod
    def _top_height(columns: list[list[list[_Panel]]], cells: Cells, height: int) -> int:
        """Lines of the upper row, and one empty line where there is room for it."""
        top = max(p.size(cells)[1] for column in (columns[0], columns[2]) for p in column[0])
        low = max(p.size(cells)[1] for column in (columns[0], columns[2]) for p in column[1])
        return top + (top + low < height)

    @staticmethod
    def _loose(column: list[list[_Panel]], cells: Cells, height: int) -> bool:
        """Whether there is room for empty lines between the panels of the middle."""
        return sum(panels[0].size(cells)[1] + 1 for panels in column) - 1 <= height

    def _fits(
        self, columns: list[list[list[_Panel]]], cells: Cells, width: int, height: int
    ) -> bool:
        across = sum(_width(column, cells) for column in columns) + _GAP * (len(columns) - 1)
        outer = self._top_height(columns, cells, 0) + max(
            panel.size(cells)[1] for column in (columns[0], columns[2]) for panel in column[1]
        )
        middle = sum(panels[0].size(cells)[1] for panels in columns[1])
        return across <= width and max(outer, middle) <= height

    # -- the panels -------------------------------------------------------------------------------

    def _columns(self, canvas: Canvas) -> list[list[list[_Panel]]]:
        """Left, middle and right, each from top to bottom, each line from left to right."""
        palette = canvas.palette
        walkthrough = self.walkthrough
        step = self.step
        rows, columns = walkthrough.picture.shape
        updated = step is not None and step.part in {Part.UPDATE, Part.RESULT}
        weight = walkthrough.new_weight if updated else walkthrough.weight
        marks = self._marks()
        padding = walkthrough.padding
        pads = ((padding[0], padding[0]), (padding[1], padding[1]))
        formats = walkthrough.formats if not walkthrough.problem else {
            "x": NumberFormat.of(walkthrough.picture), "w": NumberFormat.of(walkthrough.weight)
        }  # fmt: skip
        picture = self._grid("input", walkthrough.picture, formats["x"], marks["input"], pads)
        written = "new w" if updated else "w"
        filter_ = self._grid("filter", weight, formats[written], marks["filter"], signed=True)
        shape = f"{weight.shape[0]}x{weight.shape[1]}"
        upper_left = _Panel(f"x {rows}x{columns}", palette.input, picture)
        upper_middle = _Panel(
            f"w {shape} new" if updated else f"w {shape}", palette.filter, filter_
        )
        if walkthrough.problem:
            return [[[upper_left]], [[upper_middle]]]
        gradients = walkthrough.gradient_formats
        output = walkthrough.output
        answer = "y"
        if step is not None and step.part is Part.RESULT:
            output, answer = walkthrough.new_output, "new y"
        height, width = output.shape
        error_there = self._revealed(Part.ERROR) > 0
        turned = self._grid(
            "turned", weight[::-1, ::-1], formats[written], marks["turned"], signed=True
        )
        return [
            [
                [upper_left],
                [_Panel("∂L/∂x", palette.gradient, self._grid(
                    "grad_input", walkthrough.grad_input, gradients["input"], marks["grad_input"],
                    revealed=self._revealed(Part.INPUT), signed=True))],
            ],
            [
                [upper_middle],
                [_Panel("∂L/∂w", palette.gradient, self._grid(
                    "grad_weight", walkthrough.grad_weight, gradients["filter"],
                    marks["grad_weight"], revealed=self._revealed(Part.FILTER), signed=True))],
                [_Panel("w turned", palette.filter, turned)],
            ],
            [
                [
                    _Panel(f"y {height}x{width}", palette.output, self._grid(
                        "y", output, formats[answer], marks["y"],
                        revealed=self._revealed(Part.FORWARD), signed=True)),
                    _Panel("goal t", palette.text, self._grid(
                        "goal", walkthrough.goal, formats["t"], marks["goal"], signed=True)),
                ],
                [_Panel("∂L/∂y = y − t", palette.gradient, self._grid(
                    "spread", walkthrough.spread, gradients["output"], marks["spread"],
                    walkthrough.spread_pads, signed=True,
                    revealed=None if error_there else 0))],
            ],
        ]  # fmt: skip

    def _revealed(self, part: Part) -> int:
        return self.walkthrough.revealed(part, self.step.index) if self.step else 0

    @staticmethod
    def _grid(
        key: str,
        values: Array,
        written: NumberFormat,
        marks: Marks,
        pads: tuple[tuple[int, int], tuple[int, int]] = ((0, 0), (0, 0)),
        *,
        revealed: int | None = None,
        signed: bool = False,
    ) -> Grid:
        scale = Scale.of(values, signed=signed)
        return Grid(key, 0, values, scale, written, pads, revealed=revealed, marks=marks)

    def _marks(self) -> dict[str, Marks]:
        """What the step reads and writes in every grid, and where the cursor is."""
        step = self.step
        window: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {}
        newest: dict[str, tuple[int, int]] = {}
        if step is not None:
            if step.part is Part.INPUT:
                window = {"spread": step.on_output, "turned": step.on_filter}
            else:
                window = {"input": step.on_input, "filter": step.on_filter}
                window["spread"] = step.on_output
            if step.part is Part.FILTER:
                window["filter"] = ((), ())
            for key, part in PARTS.items():
                if step.part is part:
                    newest[key] = step.cell
        keys = ["input", "filter", "turned", "y", "goal", "spread", "grad_input", "grad_weight"]
        return {
            key: Marks(window.get(key, ((), ())), newest=newest.get(key), cursor=self._cursor(key))
            for key in keys
        }

    def _cursor(self, key: str) -> tuple[int, int] | None:
        for cell in (self.view.pointed, self.view.cursor):
            if cell is not None and cell.grid == key and key not in PARTS:
                return cell.row, cell.column
        return None


def _width(column: list[list[_Panel]], cells: Cells) -> int:
    """The characters that a column needs."""
    return max(sum(p.size(cells)[0] for p in line) + _GAP * (len(line) - 1) for line in column)


def _paint_panel(
    canvas: Canvas, panel: _Panel, x: int, y: int, cells: Cells, width: int, height: int
) -> None:
    canvas.write(x, y, panel.title[: max(width, 0)], panel.colour, None, BOLD)
    paint_grid(canvas, x, y + 1, panel.grid, cells, max(width, 0), max(height - 1, 0))
