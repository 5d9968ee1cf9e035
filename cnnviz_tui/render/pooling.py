"""The stage of the pooling explorer: input and output, and below or beside them their gradients."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import product

import numpy as np

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.grid import DIGITS, CellMode, Cells, Grid, Marks
from cnnviz_tui.render.palette import Scale
from cnnviz_tui.render.panels import (
    GridPanel,
    Look,
    Panel,
    Room,
    Table,
    TextPanel,
    cells_by_richness,
    paint_table,
)
from cnnviz_tui.walkthroughs.base import Role, line
from cnnviz_tui.walkthroughs.numbers import NumberFormat
from cnnviz_tui.walkthroughs.pooling import Array, PoolingStep, PoolingWalkthrough

_MOST_LENS = 12
_NOWHERE: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())


class PoolingScene(Frozen):
    """Paints one step of a pooling.

    Attributes:
        walkthrough: what is walked through.
        step: the step to show; None where there is none.
        look: how it is looked at.
        input_title: what the input is called.
    """

    walkthrough: PoolingWalkthrough
    step: PoolingStep | None
    look: Look
    input_title: str = ""

    def paint(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> None:
        """Paint the step into a rectangle."""
        room = Room(x, y, width, height)
        if self.step is None:
            grid = self._grid("input", 0, self.walkthrough.input[0], Marks())
            panel = GridPanel(self._input_title, Role.INPUT, grid, self.input_title)
            choices = [(cells, [[panel]]) for cells in cells_by_richness(self.look.mode)]
            paint_table(canvas, room, choices)
        else:
            paint_table(canvas, room, list(self._tables(self.step)))

    # -- which tables there are -------------------------------------------------------------------

    def _tables(self, step: PoolingStep) -> Iterator[tuple[Cells, Table]]:
        """All channels before the step's alone; all four grids before two that change places."""
        every = range(self.walkthrough.channels)
        alone = range(step.output[0], step.output[0] + 1)
        every_way = cells_by_richness(self.look.mode)
        digits = [cells for cells in every_way if cells.mode is CellMode.DIGITS]
        shades = [cells for cells in every_way if cells.mode is not CellMode.DIGITS]
        for channels, ways in product(dict.fromkeys((every, alone)), (digits, shades)):
            if self.walkthrough.upstream is None:
                yield from ((cells, self._forward(step, channels, cells)) for cells in ways)
                continue
            for cells in ways:
                yield cells, self._in_a_row(step, channels, cells)
                if len(channels) == 1:
                    yield cells, self._in_a_square(step, channels[0], cells)
            if len(channels) == 1:
                yield from ((cells, self._in_turn(step, channels[0], cells)) for cells in ways)

    def _forward(self, step: PoolingStep, channels: range, cells: Cells) -> Table:
        """Input and output, one row a channel."""
        return [
            [self._input(c), *self._lens(step, cells, c == channels[0]), self._output(c)]
            for c in channels
        ]

    def _in_a_row(self, step: PoolingStep, channels: range, cells: Cells) -> Table:
        """Forth and back again, from left to right."""
        return [
            [
                self._input(c),
                *self._lens(step, cells, c == channels[0]),
                self._output(c),
                self._upstream(c),
                self._gradient(c),
            ]
            for c in channels
        ]

    def _in_a_square(self, step: PoolingStep, c: int, cells: Cells) -> Table:
        """Each gradient below the numbers that it belongs to."""
        lens = self._lens(step, cells, wanted=True)
        empty: list[Panel | None] = [None] * len(lens)
        return [
            [self._input(c), *lens, self._output(c)],
            [self._gradient(c), *empty, self._upstream(c)],
        ]

    def _in_turn(self, step: PoolingStep, c: int, cells: Cells) -> Table:
        """Numbers on the way forth, their gradients in the same places on the way back."""
        lens = self._lens(step, cells, wanted=True)
        if step.backward:
            return [[self._gradient(c), *lens, self._upstream(c)]]
        return [[self._input(c), *lens, self._output(c)]]

    # -- panels -----------------------------------------------------------------------------------

    @property
    def _input_title(self) -> str:
        rows, columns = self.walkthrough.input.shape[1:]
        return f"input {rows}x{columns}"

    def _named(self, what: str, channel: int) -> str:
        """A heading; with several channels it says which one this is."""
        channels = self.walkthrough.channels
        digits = len(str(channels))
        return f"{what} {channel + 1:>{digits}} of {channels}" if channels > 1 else what

    def _input(self, channel: int) -> GridPanel:
        step, walkthrough = self.step, self.walkthrough
        mine = step is not None and step.output[0] == channel
        marks = Marks(
            window=(step.rows, step.columns) if step and mine else _NOWHERE,
            lost=walkthrough.unvisited,
            cursor=self.look.cell_of("input", channel),
            winner=step.winner if step and mine else None,
        )
        return GridPanel(
            self._named(self._input_title, channel),
            Role.INPUT,
            self._grid("input", channel, walkthrough.input[channel], marks),
            self.input_title,
            action="choose_input",
            bands=walkthrough.bands,
        )

    def _output(self, channel: int) -> GridPanel:
        walkthrough = self.walkthrough
        rows, columns = walkthrough.map_size
        reached = self.look.reached_at(self.step)
        fed = _NOWHERE
        seen = self.look.cell_of("input", channel) or self.look.cell_of("gradient", channel)
        if seen is not None:
            down, across = walkthrough.seen_by(*seen)
            fed = tuple(down), tuple(across)
        revealed = min(max(reached + 1 - channel * rows * columns, 0), rows * columns)
        grid = Grid(
            "output",
            channel,
            walkthrough.output[channel],
            self._input_scale,
            walkthrough.formats.results,
            revealed=revealed,
            marks=Marks(fed=fed, newest=self._current(channel)),
        )
        title = self._named(f"output {rows}x{columns}", channel)
        return GridPanel(title, Role.OUTPUT, grid, corners="┌─┐│└┘", action="toggle_kind")

    def _upstream(self, channel: int) -> GridPanel:
        """The gradient as it comes from the layers behind."""
        walkthrough = self.walkthrough
        assert walkthrough.upstream is not None  # noqa: S101 - only painted where there is one
        rows, columns = walkthrough.map_size
        marks = Marks(
            newest=self._current(channel) if self._backward else None,
            cursor=self.look.cell_of("upstream", channel),
            accent=Role.GRADIENT,
        )
        grid = Grid(
            "upstream",
            channel,
            walkthrough.upstream[channel],
            self._gradient_scale,
            walkthrough.formats.gradients,
            marks=marks,
            faint=not self._backward,
        )
        title = self._named(f"∂output {rows}x{columns}", channel)
        return GridPanel(title, Role.GRADIENT, grid, corners="┌─┐│└┘")

    def _gradient(self, channel: int) -> GridPanel:
        """What the input's cells have gathered of it."""
        walkthrough, step = self.walkthrough, self.step
        mine = step is not None and step.backward and step.output[0] == channel
        reached = self.look.reached
        if step is not None and (reached is None or step.index != reached):
            reached = step.index if step.backward else reached
        values = walkthrough.gradient_at(reached or 0, channel)
        marks = Marks(
            window=step.inside if step and mine else _NOWHERE,
            lost=walkthrough.unvisited,
            cursor=self.look.cell_of("gradient", channel),
            winner=step.winner if step and mine else None,
            accent=Role.GRADIENT,
        )
        grid = Grid(
            "gradient",
            channel,
            values,
            self._gradient_scale,
            walkthrough.formats.gradients,
            marks=marks,
            faint=not self._backward,
        )
        rows, columns = walkthrough.input.shape[1:]
        title = self._named(f"∂input {rows}x{columns}", channel)
        return GridPanel(title, Role.GRADIENT, grid, action="toggle_gradient")

    def _lens(self, step: PoolingStep, cells: Cells, wanted: bool) -> list[Panel | None]:
        """The window's own numbers, where the input's are not written out."""
        if cells.mode is CellMode.DIGITS:
            return []
        if not wanted:
            return [None]
        rows, columns = self._window_size
        size = f"{rows}x{columns}"
        if max(rows, columns) > _MOST_LENS:
            return [TextPanel("window", Role.INPUT, (line((f"{size}", Role.DIM)),))]
        inside = [
            [place for place in places if place in within]
            for places, within in zip((step.rows, step.columns), step.inside, strict=True)
        ]
        if not all(inside):
            return [None]
        top, left = step.rows.index(inside[0][0]), step.columns.index(inside[1][0])
        winner = None
        if step.winner is not None:
            winner = inside[0].index(step.winner[0]), inside[1].index(step.winner[1])
        grid = Grid(
            "window",
            0,
            self.walkthrough.input[step.output[0]][np.ix_(*inside)],
            self._input_scale,
            self._lens_format,
            ((top, rows - top - len(inside[0])), (left, columns - left - len(inside[1]))),
            marks=Marks(window=_NOWHERE, winner=winner),
        )
        return [GridPanel(f"window {size}", Role.INPUT, grid, cells=DIGITS)]

    # -- what panels share ------------------------------------------------------------------------

    @property
    def _backward(self) -> bool:
        return self.step is not None and self.step.backward

    @property
    def _window_size(self) -> tuple[int, int]:
        """Rows and columns of the largest window."""
        bands = self.walkthrough.bands
        if bands[0]:
            return max(map(len, bands[0])), max(map(len, bands[1]))
        assert self.step is not None  # noqa: S101 - windows are only asked for with a step
        return len(self.step.rows), len(self.step.columns)

    @property
    def _lens_format(self) -> NumberFormat:
        formats = self.walkthrough.formats.inputs
        return NumberFormat(formats.decimals, max(formats.width, 3), formats.exponent)

    @cached_property
    def _input_scale(self) -> Scale:
        return Scale.of(self.walkthrough.input)

    @cached_property
    def _gradient_scale(self) -> Scale:
        """One scale for both gradients, signed in any case."""
        upstream = self.walkthrough.upstream
        assert upstream is not None  # noqa: S101 - only painted where there is one
        return Scale.of(upstream, signed=True)

    def _current(self, channel: int) -> tuple[int, int] | None:
        if self.step is None or self.step.output[0] != channel:
            return None
        return self.step.output[1:]

    def _grid(self, key: str, channel: int, values: Array, marks: Marks) -> Grid:
        walkthrough = self.walkthrough
        pads = walkthrough.pads if self.step else ((0, 0), (0, 0))
        inputs = walkthrough.formats.inputs
        return Grid(key, channel, values, self._input_scale, inputs, pads, marks=marks)
