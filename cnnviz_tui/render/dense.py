"""The stage of the dense explorer: picture, weights, outputs, and the cost of three ways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from math import log10

import numpy as np

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.render.canvas import BOLD, Canvas, Whole
from cnnviz_tui.render.grid import (
    HALF,
    CellMode,
    Cells,
    CellTarget,
    Grid,
    Marks,
    paint_grid,
    shrunk,
)
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
from cnnviz_tui.walkthroughs.dense import DenseStep, DenseWalkthrough
from cnnviz_tui.walkthroughs.dense_text import saving_lines
from cnnviz_tui.walkthroughs.numbers import NumberFormat

_MOST_BAR = 12
_COST_WIDTH = 28
_SHORTEST_LIST = 4


@dataclass(frozen=True, slots=True)
class MatrixPanel:
    """The whole layer as one writes it: x above W, biases and outputs beside it.

    Attributes:
        scene: where the numbers come from.
    """

    scene: DenseScene

    def _parts(self, cells: Cells) -> tuple[tuple[int, int], int, int]:
        """(width, height) of W, height of x, width of b and of y."""
        scene = self.scene
        weights = cells.extent(scene.walkthrough.units, scene.walkthrough.inputs, scene.both.width)
        above = cells.extent(1, scene.walkthrough.inputs, scene.both.width)[1]
        side = cells.extent(1, 1, scene.walkthrough.formats[2].width)[0]
        return weights, above, side

    def size(self, cells: Cells) -> tuple[int, int]:
        """Headings, x, W, b and y."""
        weights, above, side = self._parts(cells)
        sides = (NEAR + side) * (1 + (self.scene.walkthrough.bias is not None))
        return weights[0] + sides, 2 + above + weights[1]

    def paint(self, canvas: Canvas, room: Room, cells: Cells) -> None:
        """Paint x, below it W, and beside W what is added and what comes out."""
        palette, scene = canvas.palette, self.scene
        weights, above, side = self._parts(cells)
        rows, columns = scene.walkthrough.units, scene.walkthrough.inputs
        canvas.write(room.x, room.y, f"x, {columns} inputs", palette.input, None, BOLD)
        paint_grid(canvas, room.x, room.y + 1, scene.flat_input, cells)
        below = room.y + 1 + above
        canvas.write(room.x, below, f"W {rows}x{columns}", palette.filter, None, BOLD)
        paint_grid(canvas, room.x, below + 1, scene.matrix, cells)
        x = room.x + weights[0] + NEAR
        if scene.bias is not None:
            canvas.write(x, below, "+ b", palette.filter, None, BOLD)
            paint_grid(canvas, x, below + 1, scene.bias, cells)
            x += side + NEAR
        canvas.write(x, below, "= y", palette.output, None, BOLD)
        paint_grid(canvas, x, below + 1, scene.outputs, cells)


@dataclass(frozen=True, slots=True)
class OutputsPanel:
    """The units' outputs below each other with a bar each; those around the step's unit.

    Attributes:
        scene: where the numbers come from.
    """

    scene: DenseScene

    @property
    def _names(self) -> int:
        return max(map(len, self.scene.walkthrough.unit_names))

    def size(self, cells: Cells) -> tuple[int, int]:
        """A heading and one line a unit, at least a few."""
        width = self._names + 2 + self.scene.walkthrough.formats[2].width
        return width + 1 + _MOST_BAR // 2, 1 + min(self.scene.walkthrough.units, 10)

    def paint(self, canvas: Canvas, room: Room, cells: Cells) -> None:
        """Paint names, numbers and bars."""
        scene, palette = self.scene, canvas.palette
        walkthrough, step = scene.walkthrough, scene.step
        title = f"y, {walkthrough.units} outputs"
        canvas.write(room.x, room.y, title[: room.width], palette.output, None, BOLD)
        shown = min(room.height - 1, walkthrough.units)
        first = min(max(step.unit - shown // 2, 0), walkthrough.units - shown)
        reached = scene.look.reached_at(step)
        largest = float(np.abs(walkthrough.output).max()) or 1.0
        form = walkthrough.formats[2]
        names = self._names
        most = max(room.width - names - form.width - 3, 1)
        for row, unit in enumerate(range(first, first + shown)):
            y = room.y + 1 + row
            own = unit == step.unit
            canvas.write(room.x, y, "▸" if own else " ", palette.strong, None, BOLD)
            colour = palette.strong if own else palette.dim
            canvas.write(room.x + 1, y, walkthrough.unit_names[unit].rjust(names), colour)
            canvas.spot(room.x, y, room.width, 1, Whole(CellTarget("output", 0, unit, 0)))
            if unit > reached and not own:
                continue
            value = float(walkthrough.output[unit])
            x = room.x + 2 + names
            canvas.write(x, y, form.padded(value), palette.output, None, BOLD if own else 0)
            bar = max(round(abs(value) / largest * most), 1)
            tone = palette.negative if value < 0 else palette.positive
            sign = "▒" if value < 0 else "█"
            canvas.write(x + form.width + 1, y, sign * bar, tone)


@dataclass(frozen=True, slots=True)
class CostPanel:
    """What three ways to make the same outputs need, with bars on a scale of powers of ten.

    Attributes:
        scene: where the numbers come from.
    """

    scene: DenseScene

    def size(self, cells: Cells) -> tuple[int, int]:
        """A heading, three ways of two lines, what is saved, the work, and how to read bars."""
        return _COST_WIDTH, 11

    def paint(self, canvas: Canvas, room: Room, cells: Cells) -> None:
        """Paint the three ways; where the filter does not fit, say so."""
        walkthrough, palette = self.scene.walkthrough, canvas.palette
        if walkthrough.misfit:
            canvas.write(room.x, room.y, "no convolution to compare"[: room.width], palette.wrong)
            return
        rows, columns, filters = walkthrough.convolution_output
        title = f"parameters for {rows}x{columns}x{filters}"
        canvas.write(room.x, room.y, title[: room.width], palette.strong, None, BOLD)
        costs = walkthrough.costs
        digits = max(len(f"{cost.parameters:,}") for cost in costs)
        most = max(room.width - digits - 1, 1)
        top = log10(max(cost.parameters for cost in costs) + 1)
        y = room.y + 1
        colours = palette.wrong, palette.filter, palette.right
        for way, (cost, colour) in enumerate(zip(costs, colours, strict=True)):
            canvas.spot(room.x, y, room.width, 2, Whole(CellTarget("cost", 0, way, 0)))
            canvas.write(room.x, y, cost.name, palette.text)
            bar = max(round(log10(cost.parameters + 1) / top * most), 1)
            canvas.write(room.x, y + 1, "█" * bar, colour)
            number = f"{cost.parameters:,}".rjust(digits)
            canvas.write(room.x + most + 1, y + 1, number, colour, None, BOLD)
            y += 2
        near, sharing = saving_lines(walkthrough)
        work = f"MACs {costs[0].macs:,}"
        less = f"  → {costs[2].macs:,}"
        work += less if len(work + less) <= room.width else ""
        for text in (near, sharing, work, "bars: in powers of ten"):
            if y < room.y + room.height:
                canvas.write(room.x, y, text[: room.width], palette.dim)
            y += 1


class DenseScene(Frozen):
    """Paints one unit of a dense layer.

    Attributes:
        walkthrough: what is walked through.
        step: the step to show.
        look: how it is looked at.
        channel: the slice of picture and weights that is shown.
    """

    walkthrough: DenseWalkthrough
    step: DenseStep
    look: Look
    channel: int = 0

    # -- the grids --------------------------------------------------------------------------------

    @cached_property
    def both(self) -> NumberFormat:
        """Of inputs and weights alike, so that columns stand below each other."""
        return NumberFormat.of(self.walkthrough.input, self.walkthrough.weight)

    @cached_property
    def _weight_scale(self) -> Scale:
        return Scale.of(self.walkthrough.weight, signed=True)

    @property
    def flat_input(self) -> Grid:
        """The inputs as one row, all of them read."""
        columns = tuple(range(self.walkthrough.inputs))
        return Grid(
            "x",
            0,
            self.walkthrough.input.reshape(1, -1),
            Scale.of(self.walkthrough.input),
            self.both,
            marks=Marks(window=((0,), columns), cursor=self.look.cell_of("x")),
        )

    @property
    def matrix(self) -> Grid:
        """All weights, a row a unit."""
        walkthrough = self.walkthrough
        columns = tuple(range(walkthrough.inputs))
        return Grid(
            "W",
            0,
            walkthrough.weight.reshape(walkthrough.units, -1),
            self._weight_scale,
            self.both,
            marks=Marks(window=((self.step.unit,), columns), cursor=self.look.cell_of("W")),
        )

    @property
    def bias(self) -> Grid | None:
        """The biases, one below the other."""
        if self.walkthrough.bias is None:
            return None
        return Grid(
            "bias",
            0,
            self.walkthrough.bias[:, None],
            self._weight_scale,
            self.walkthrough.formats[2],
            marks=Marks(window=((self.step.unit,), (0,)), cursor=self.look.cell_of("bias")),
        )

    @property
    def outputs(self) -> Grid:
        """The outputs, one below the other, as far as they are there."""
        reached = self.look.reached_at(self.step)
        return Grid(
            "output",
            0,
            self.walkthrough.output[:, None],
            Scale.of(self.walkthrough.output),
            self.walkthrough.formats[2],
            revealed=reached + 1,
            marks=Marks(newest=(self.step.unit, 0)),
        )

    def _picture(self) -> GridPanel:
        walkthrough = self.walkthrough
        channels, height, width = walkthrough.input.shape
        grid = Grid(
            "input",
            self.channel,
            walkthrough.input[self.channel],
            Scale.of(walkthrough.input),
            walkthrough.formats[0],
            marks=Marks(cursor=self.look.cell_of("input", self.channel)),
        )
        title = f"x {height}x{width}" + (f"x{channels}" if channels > 1 else "")
        note = f"slice {self.channel + 1}: [ ]" if channels > 1 else ""
        return GridPanel(title, Role.INPUT, grid, note, action="choose_input")

    def _weights(self) -> GridPanel:
        walkthrough, unit = self.walkthrough, self.step.unit
        grid = Grid(
            "weights",
            self.channel,
            walkthrough.weight[unit, self.channel],
            self._weight_scale,
            walkthrough.formats[1],
            marks=Marks(cursor=self.look.cell_of("weights", self.channel)),
        )
        width = max(map(len, walkthrough.unit_names))
        name = "digit" if walkthrough.named else "unit"
        title = f"w of {name} {walkthrough.unit_names[unit]:>{width}}"
        return GridPanel(title, Role.FILTER, grid, action="choose_weights")

    # -- the arrangement --------------------------------------------------------------------------

    @property
    def written(self) -> bool:
        """Whether the layer is small enough to be shown as the matrix that it is."""
        return self.walkthrough.inputs <= 16 and self.walkthrough.units <= 16

    def _arrangements(self) -> Iterator[tuple[Cells, Panel]]:
        """All ways to use the room, the richest first."""
        outputs, costs = OutputsPanel(self), CostPanel(self)
        for cells in cells_by_richness(self.look.mode):
            if self.written and cells.mode is CellMode.DIGITS:
                yield cells, Along((MatrixPanel(self), costs))
        pictures: tuple[Panel, ...] = (self._picture(), self._weights())
        for cells in cells_by_richness(self.look.mode):
            yield cells, Along((*pictures, outputs, costs))
            yield cells, Along((*pictures, Along((outputs, costs), down=True, gap=1)))

    def paint(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> None:
        """Paint the first arrangement that fits; where none does, the pictures shrink."""
        room = Room(x, y, width, height)
        for cells, panel in self._arrangements():
            size = panel.size(cells)
            if size[0] <= width and size[1] <= height:
                panel.paint(canvas, room, cells)
                return
        self._paint_shrunk(canvas, room)

    def _paint_shrunk(self, canvas: Canvas, room: Room) -> None:
        """Pictures whose cells are averages of several numbers; they can be looked at only."""
        outputs, costs = OutputsPanel(self), CostPanel(self)
        aside = outputs.size(HALF)[0] + NEAR + costs.size(HALF)[0]
        part = max((room.width - aside - 2 * NEAR) // 2, 2)
        panels = self._picture(), self._weights()
        rows, columns = panels[0].grid.values.shape
        factor = max(-(-columns // part), -(-rows // max(2 * (room.height - 2), 1)), 1)
        for i, panel in enumerate(panels):
            grid = panel.grid
            if factor > 1:
                grid = replace(grid, key="", values=shrunk(grid.values, factor), marks=Marks())
            left = room.x + i * (part + NEAR)
            shown = replace(panel, grid=grid, cells=HALF)
            shown.paint(canvas, Room(left, room.y, part, room.height), HALF)
        left = room.x + 2 * (part + NEAR)
        list_width = outputs.size(HALF)[0]
        outputs.paint(canvas, Room(left, room.y, list_width, room.height), HALF)
        left += list_width + NEAR
        costs.paint(canvas, Room(left, room.y, room.x + room.width - left, room.height), HALF)
