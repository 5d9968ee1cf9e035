"""The stage of the groups explorer: slices, who reads whom, maps, and what it all costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.render.canvas import BOLD, Canvas, Whole
from cnnviz_tui.render.explorer import ActionTarget
from cnnviz_tui.render.grid import DIGITS, Cells, CellTarget, Grid, Marks, paint_grid
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
    table_size,
)
from cnnviz_tui.walkthroughs.base import Role
from cnnviz_tui.walkthroughs.groups import Array, GroupsStep, GroupsWalkthrough
from cnnviz_tui.walkthroughs.groups_text import cost_lines
from cnnviz_tui.walkthroughs.numbers import NumberFormat

Lines = tuple[tuple[int, ...], tuple[int, ...]]
_NOWHERE: Lines = ((), ())
_TILE_GAP = 2


@dataclass(frozen=True, slots=True)
class Strip:
    """Several small maps with their numbers, in rows of `across`.

    Attributes:
        title: the heading.
        role: what the maps are.
        grids: the maps.
        read: those that the step reads or makes, written in brackets.
        across: how many stand side by side.
        action: what a press on the heading does.
    """

    title: str
    role: Role
    grids: tuple[Grid, ...]
    read: frozenset[int]
    across: int = 1
    action: str = ""

    def _tile(self, cells: Cells) -> tuple[int, int]:
        width, height = self.grids[0].size(cells)
        return max(width, 4), height + 1

    def size(self, cells: Cells) -> tuple[int, int]:
        """All maps in their rows below the heading."""
        width, height = self._tile(cells)
        rows = -(-len(self.grids) // self.across)
        return (
            max(self.across * (width + _TILE_GAP) - _TILE_GAP, len(self.title)),
            rows * height + 1,
        )

    def paint(self, canvas: Canvas, room: Room, cells: Cells) -> None:
        """Paint the rows that fit, those of the step among them."""
        palette = canvas.palette
        colour = palette.of_role(self.role)
        end = canvas.write(room.x, room.y, self.title[: room.width], colour, None, BOLD)
        if self.action:
            canvas.spot(room.x, room.y, room.width, 1, Whole(ActionTarget(self.action)))
        width, height = self._tile(cells)
        across = max(min(self.across, (room.width + _TILE_GAP) // (width + _TILE_GAP)), 1)
        shown = max((room.height - 1) // height, 1)
        focus = min(self.read, default=0) // across
        first = max(min(focus, -(-len(self.grids) // across) - shown), 0)
        if shown * across < len(self.grids):
            canvas.write(end + 1, room.y, "…", palette.dim)
        for i in range(first * across, min((first + shown) * across, len(self.grids))):
            x = room.x + i % across * (width + _TILE_GAP)
            y = room.y + 1 + (i // across - first) * height
            taken = i in self.read
            label = f"[{i + 1}]" if taken else f" {i + 1}"
            canvas.write(
                x, y, label, colour if taken else palette.dim, None, BOLD if taken else 0
            )  # fmt: skip
            paint_grid(
                canvas, x, y + 1, self.grids[i], cells,
                min(width, room.x + room.width - x), room.y + room.height - y - 1,
            )  # fmt: skip


def _fitted(strip: Strip, cells: Cells, height: int) -> Strip:
    """The strip with as many maps side by side as it takes for all of them to fit."""
    count = len(strip.grids)
    rows = max((height - 1) // (strip.grids[0].size(cells)[1] + 1), 1)
    return replace(strip, across=max(-(-count // rows), int(count**0.5)))


class GroupsScene(Frozen):
    """Paints one map and what it is made of.

    Attributes:
        walkthrough: what is walked through.
        step: the step to show.
        look: how it is looked at.
    """

    walkthrough: GroupsWalkthrough
    step: GroupsStep
    look: Look

    def paint(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> None:
        """Paint the step into a rectangle: maps above, a filter and the costs below."""
        below = self._costs(width)
        _, lines = table_size(below, DIGITS)
        top = height - lines - 1
        used = paint_table(canvas, Room(x, y, width, top), list(self._tables(top)))
        paint_table(canvas, Room(x, y + used + 1, width, lines), [(DIGITS, below)])

    # -- the maps ---------------------------------------------------------------------------------

    def _tables(self, height: int) -> Iterator[tuple[Cells, Table]]:
        """All panels before those without connections."""
        every = cells_by_richness(self.look.mode)
        for connected in (True, False):
            for cells in every:
                panels: list[Panel | None] = [_fitted(self._slices, cells, height)]
                if connected:
                    panels.append(self._connections(height))
                panels.append(_fitted(self._maps, cells, height))
                if self.walkthrough.mixing is not None:
                    panels += [self._weights(height)] if connected else []
                    panels.append(_fitted(self._mixed, cells, height))
                yield cells, [panels]

    @cached_property
    def _slices(self) -> Strip:
        """The input's slices; those that the step reads in brackets."""
        grouped, step = self.walkthrough.grouped, self.step
        reads = frozenset() if step.pointwise else frozenset(step.reads)
        spoken = self.look.target
        if spoken is not None and spoken.grid == "input":
            reads = frozenset({spoken.channel})
        grids = []
        for c in range(grouped.channels):
            window = _NOWHERE
            if not step.pointwise and c in step.reads:
                window = (step.number.rows, step.number.columns)
            grids.append(
                Grid(
                    "input",
                    c,
                    grouped.input[c],
                    self._input_scale,
                    grouped.formats.inputs,
                    marks=Marks(window, cursor=self.look.cell_of("input", c)),
                    faint=not step.pointwise and c not in step.reads,
                )
            )
        rows, columns = grouped.input.shape[1:]
        title = f"slices {rows}x{columns}x{len(grids)}"
        return Strip(title, Role.INPUT, tuple(grids), reads, action="choose_input")

    @cached_property
    def _maps(self) -> Strip:
        """The maps of the grouped layer."""
        step, grouped = self.step, self.walkthrough.grouped
        read = frozenset(step.reads) if step.pointwise else frozenset({step.map})
        spoken = self.look.target
        if spoken is not None and spoken.grid == "input":
            read = frozenset(self.walkthrough.readers_of(spoken.channel))
        done = self.look.reached_at(self.step) + 1
        marks = Marks(newest=None if step.pointwise else step.number.output[1:])
        if step.pointwise:
            marks = Marks((step.number.rows, step.number.columns))
        return self._strip("maps", grouped.output, read, done, marks)

    @cached_property
    def _mixed(self) -> Strip:
        """The maps of the pointwise layer."""
        step, mixing = self.step, self.walkthrough.mixing
        assert mixing is not None  # noqa: S101 - only painted where there is one
        read = frozenset({step.map}) if step.pointwise else frozenset()
        done = self.look.reached_at(self.step) + 1 - self.walkthrough.filters
        marks = Marks(newest=step.number.output[1:])
        return self._strip("mixed", mixing.output, read, done, marks)

    def _strip(
        self,
        name: str,
        maps: Array,
        read: frozenset[int],
        done: int,
        marks: Marks,
    ) -> Strip:
        count, rows, columns = maps.shape
        """The maps of a layer; those that are not made yet are blank."""
        layer = self.walkthrough.mixing if name == "mixed" else self.walkthrough.grouped
        assert layer is not None  # noqa: S101 - mixed maps come from the pointwise layer
        scale = Scale.of(maps)
        grids = tuple(
            Grid(
                name,
                k,
                maps[k],
                scale,
                layer.formats.results,
                revealed=None if k < done else 0,
                marks=marks if k in read and k < done else Marks(),
                faint=bool(read) and k not in read,
            )
            for k in range(count)
        )
        return Strip(f"{name} {rows}x{columns}x{count}", Role.OUTPUT, grids, read)

    # -- who reads whom ---------------------------------------------------------------------------

    def _connections(self, height: int) -> GridPanel:
        """Filters down, slices across; the number of their group where they belong together."""
        walkthrough, step = self.walkthrough, self.step
        table = walkthrough.connections
        marks = Marks()
        if not step.pointwise:
            marks = Marks(((step.map,), tuple(step.reads)))
        spoken = self.look.target
        if spoken is not None and spoken.grid == "input":
            marks = replace(marks, fed=(tuple(range(walkthrough.filters)), (spoken.channel,)))
        grid = Grid(
            "connections",
            0,
            table,
            Scale(0.0, 2.0 * walkthrough.groups),
            NumberFormat.of(table),
            marks=marks,
            empty=table == 0,
        )
        title = f"reads {table.shape[0]}x{table.shape[1]}"
        return GridPanel(
            title, Role.FILTER, grid, cells=DIGITS, action="next_groups", most_lines=height - 1
        )

    def _weights(self, height: int) -> GridPanel:
        """The 1x1 filters, one a row: a weight for each map."""
        mixing = self.walkthrough.mixing
        assert mixing is not None  # noqa: S101 - only painted where there is one
        weights = mixing.weight[:, :, 0, 0]
        window = _NOWHERE
        if self.step.pointwise:
            window = (self.step.map,), tuple(self.step.reads)
        grid = Grid(
            "mixing",
            0,
            weights,
            Scale.of(weights, signed=True),
            mixing.formats.weights[0],
            marks=Marks(window, cursor=self.look.cell_of("mixing")),
        )
        title = f"1x1 {weights.shape[0]}x{weights.shape[1]}"
        return GridPanel(title, Role.FILTER, grid, cells=DIGITS, most_lines=height - 1)

    # -- filter and costs -------------------------------------------------------------------------

    def _costs(self, width: int) -> Table:
        """As many slices of the filter as fit beside the costs."""
        lines = cost_lines(self.walkthrough)
        text = TextPanel("", Role.STRONG, lines)
        panels = [self._filter(c) for c in self._filter_slices()]
        for count in range(len(panels), 0, -1):
            table: Table = [[*panels[:count], text]]
            if table_size(table, DIGITS)[0] <= width:
                return table
        return [[text]]

    @property
    def filter_shown(self) -> int:
        """The filter whose weights are shown: the step's, the last one in the pointwise layer."""
        return self.walkthrough.filters - 1 if self.step.pointwise else self.step.map

    def _filter_slices(self) -> list[int]:
        """The slices that the filter reads, beginning with the one spoken of."""
        reads = self.walkthrough.grouped.channels_of(self.filter_shown)
        spoken = self.look.target
        first = reads.start
        if spoken is not None and spoken.grid in {"input", "filter"} and spoken.channel in reads:
            first = spoken.channel
        return [*range(first, reads.stop), *range(reads.start, first)]

    def _filter(self, channel: int) -> GridPanel:
        grouped, k = self.walkthrough.grouped, self.filter_shown
        weights = grouped.weight[k, channel - grouped.channels_of(k).start]
        grid = Grid(
            "filter",
            channel,
            weights,
            Scale.of(grouped.weight[k], signed=True),
            grouped.formats.weights[k],
            marks=Marks(cursor=self.look.cell_of("filter", channel)),
        )
        digits = len(str(self.walkthrough.filters))
        title = f"filter {k + 1:>{digits}} slice {channel + 1:>{len(str(grouped.channels))}}"
        return GridPanel(
            title, Role.FILTER, grid, corners="╔═╗║╚╝", cells=DIGITS, action="choose_kernel"
        )

    # -- what panels share ------------------------------------------------------------------------

    @cached_property
    def _input_scale(self) -> Scale:
        return Scale.of(self.walkthrough.grouped.input)


def target_step(walkthrough: GroupsWalkthrough, target: CellTarget) -> int | None:
    """The step that a cell of a map or of a table of filters shows."""
    if target.grid == "maps":
        return target.channel
    if target.grid == "mixed":
        return walkthrough.filters + target.channel
    return target.row if target.grid == "connections" else None
