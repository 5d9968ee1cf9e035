"""What the stage of the convolution explorer shows, as grids: numbers, scales, marks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.render.grid import Grid, Marks, shrunk
from cnnviz_tui.render.palette import CHANNEL_TINTS, Scale, true_colours
from cnnviz_tui.render.panels import Look
from cnnviz_tui.walkthroughs.convolution import ConvolutionStep, ConvolutionWalkthrough
from cnnviz_tui.walkthroughs.numbers import NumberFormat


@dataclass(frozen=True, slots=True)
class View(Look):
    """How a person looks at the stage.

    Attributes:
        channel: the slice to show where there is room for one only; as many as there are
            channels means the colour picture.
        input_title: what the input is called.
        kernel_titles: what each filter is called.
    """

    channel: int = 0
    input_title: str = ""
    kernel_titles: tuple[str, ...] = ()


class ConvolutionGrids(Frozen):
    """The grids of one step of a convolution.

    Attributes:
        walkthrough: what is walked through.
        step: the step to show; None where there is none.
        view: how it is looked at.
    """

    walkthrough: ConvolutionWalkthrough
    step: ConvolutionStep | None
    view: View

    @property
    def active_map(self) -> int:
        """The output map that this step belongs to."""
        return self.step.output[0] if self.step else 0

    @property
    def coloured(self) -> bool:
        """Whether the input is a colour picture."""
        return self.walkthrough.channel_names == tuple(CHANNEL_TINTS)

    @cached_property
    def input_scale(self) -> Scale:
        """How the numbers of all slices become shades."""
        return Scale.of(self.walkthrough.input)

    def input_grid(self, channel: int) -> Grid:
        """A slice of the input with the window on it; one beyond the last: the colour picture."""
        walkthrough = self.walkthrough
        composite = channel == walkthrough.channels
        read = composite or channel in walkthrough.channels_of(self.active_map)
        window = (self.step.rows, self.step.columns) if self.step and read else ((), ())
        own = self.cursor("input", 0 if composite else channel)
        cursor = own or self.under_weight(channel)
        name = "" if composite else walkthrough.channel_names[channel]
        if self.view.pointed and self.view.pointed.grid == "input":
            cursor = self.view.pointed.row, self.view.pointed.column
        return Grid(
            "input",
            0 if composite else channel,
            walkthrough.input[0 if composite else channel],
            self.input_scale,
            walkthrough.formats.inputs,
            walkthrough.pads,
            marks=Marks(window, lost=walkthrough.unvisited, cursor=cursor),
            faint=not read,
            colours=true_colours(walkthrough.input) if composite else None,
            tint=CHANNEL_TINTS.get(name) if self.coloured else None,
        )

    def under_weight(self, channel: int) -> tuple[int, int] | None:
        """The input cell that the weight someone points at is multiplied with."""
        pointed = self.view.pointed or self.view.cursor
        if self.step is None or pointed is None or pointed.channel != channel:
            return None
        if pointed.grid not in {"filter", "patch"} or pointed.row >= len(self.step.rows):
            return None
        return self.step.rows[pointed.row], self.step.columns[pointed.column]

    def patch_grid(self, channel: int) -> Grid:
        """The numbers of a slice that lie under the filter."""
        walkthrough = self.walkthrough
        channels = walkthrough.channels_of(self.active_map)
        if self.step is None:
            values = np.zeros(walkthrough.kernel_size, dtype=np.float32)
        else:
            values = self.step.patch[channel - channels.start].astype(np.float32)
        tint = CHANNEL_TINTS.get(walkthrough.channel_names[channel]) if self.coloured else None
        return Grid(
            "patch", channel, values, self.input_scale, walkthrough.formats.inputs, tint=tint
        )

    def filter_grid(self, channel: int) -> Grid:
        """A slice of the filter."""
        walkthrough = self.walkthrough
        k = self.active_map
        weights = walkthrough.weight[k, channel - walkthrough.channels_of(k).start]
        return Grid(
            "filter",
            channel,
            weights,
            Scale.of(walkthrough.weight[k], signed=True),
            walkthrough.formats.weights[k],
            marks=Marks(cursor=self.cursor("filter", channel)),
        )

    def output_grid(self, k: int) -> Grid:
        """An output map, as far as it is computed."""
        walkthrough = self.walkthrough
        rows, columns = walkthrough.map_size
        current = self.step.output if self.step else (0, 0, 0)
        reached = self.view.reached_at(self.step)
        revealed = min(max(reached + 1 - k * rows * columns, 0), rows * columns)
        fed: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
        pointed = self.view.pointed or self.view.cursor
        if pointed and pointed.grid == "input" and pointed.channel in walkthrough.channels_of(k):
            fed = walkthrough.fed_by(pointed.row, pointed.column)
        return Grid(
            "output",
            k,
            walkthrough.output[k],
            Scale.of(walkthrough.output[k]),
            walkthrough.formats.results,
            revealed=revealed,
            marks=Marks(fed=fed, newest=current[1:] if k == current[0] else None),
        )

    def cursor(self, grid: str, channel: int) -> tuple[int, int] | None:
        """The cell of a grid that keys act on, if it is this one."""
        cursor = self.view.cursor
        if cursor and cursor.grid == grid and cursor.channel == channel:
            return cursor.row, cursor.column
        return None


def thumbnail(grid: Grid, shrink: int) -> Grid:
    """A grid whose cells are averages of `shrink` x `shrink` cells; unknown cells count as 0."""
    values = np.array(grid.values, dtype=np.float32)
    values.ravel()[grid.revealed :] = 0
    return replace(
        grid,
        values=shrunk(values, shrink),
        revealed=0 if grid.revealed == 0 else None,
        marks=Marks(),
        format=NumberFormat(0, 1),
    )
