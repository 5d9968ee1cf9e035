"""The layers of a trace as a table and as volumes; everything about a trace is worked out once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import overload

from cnnviz_tui.foreign_text import one_cell_each
from cnnviz_tui.networks.result import Trace, TraceError
from cnnviz_tui.networks.sizes import Shape, shape_text
from cnnviz_tui.render.canvas import BOLD, Canvas, Whole
from cnnviz_tui.render.network_cells import (
    amount,
    count_cell,
    field_cell,
    memory_cell,
    parameters_cell,
    shortened,
)
from cnnviz_tui.render.palette import Colour, Palette, text_on
from cnnviz_tui.render.volumes import Box, VolumeScale, extent_of, paint_volumes

_GAP = 2
_LEFT = 3
_BAR = 10
_LONGEST_NAME = 20
_SHORTEST_NAME = 8
_DROPPED = ("arithmetic", "memory", "input", "sees", "kind", "MACs")
"""Columns that go where the room ends, the first ones first."""


@dataclass(frozen=True, slots=True)
class RowTarget:
    """A row of the table; the one behind the last layer is the layer that does not fit."""

    index: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table.

    Attributes:
        title: what stands above it.
        cells: a text a row.
        width: that of the widest text.
        right: whether numbers are aligned to the right.
    """

    title: str
    cells: Sequence[str]
    width: int
    right: bool = False


class TracePicture:
    """A trace and all that painting it needs, so that moving a cursor costs no more than a frame.

    Args:
        trace: a network of any number of layers.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        rows, last = trace.layers, trace.framework == "keras"
        self.rows = len(rows) + (not trace.ok)
        """The rows of the table: one a layer, and one for the layer that does not fit."""
        self.inputs = [extent_of(shape, channels_last=last) for shape in trace.inputs]
        self.extents = [extent_of(row.output, channels_last=last) for row in rows]
        self.drawn = [i for i, row in enumerate(rows) if row.output != row.input]
        """The layers that have a volume of their own, since they change the size."""
        self.scale = VolumeScale.of([*self.inputs, *self.extents])
        self.columns = self._columns()
        memory, macs = trace.memory(), trace.total_macs
        so_far = "" if trace.ok else "so far "
        counts = f"{so_far}{amount(trace.total_parameters)} parameters · {amount(macs)} MACs"
        needs = (
            f"{memory_cell(memory.inference)} to infer · {memory_cell(memory.training)} to train"
        )
        flops = "" if macs is None else f" = {2 * macs:,} FLOPs"
        self._totals = f"{counts}{flops} · {needs}, one picture", f"{counts} · {needs}"

    def totals(self, width: int) -> str:
        """Parameters, MACs and memory; where something does not fit, of what comes before it."""
        long, short = self._totals
        return long if len(long) <= width else short

    def _columns(self) -> list[Column]:
        rows, error = self.trace.layers, self.trace.error
        last = [] if error is None else [error]
        none = [""] * len(last)
        names = [*(row.name for row in rows), *(one.layer for one in last)]
        kinds = [*(row.type for row in rows), *(one.type for one in last)]
        bars = [self.scale.bar(extent, _BAR) for extent in self.extents]
        return [
            _column("layer", [shortened(one_cell_each(name), _LONGEST_NAME) for name in names]),
            _column("kind", list(map(one_cell_each, kinds))),
            _column("input", [shape_text(row.input) for row in rows] + list(map(_got, last))),
            _column("output", [shape_text(row.output) for row in rows] + ["✗" for _ in last]),
            _column("volume", [*bars, *none]),
            _column("parameters", [*map(parameters_cell, rows), *none], right=True),
            _column("MACs", [*(count_cell(row.macs) for row in rows), *none], right=True),
            _column(
                "memory", [*(memory_cell(row.activation_bytes) for row in rows), *none], right=True
            ),
            _column("sees", [*map(field_cell, rows), *none], right=True),
            _column("arithmetic", [*(row.formula for row in rows), *none]),
        ]

    def columns_within(self, width: int) -> list[Column]:
        """The columns for which there is room."""
        columns = self.columns
        for title in _DROPPED:
            if _total(columns) <= width:
                return columns
            columns = [column for column in columns if column.title != title]
        over = _total(columns) - width
        if over > 0:
            names = columns[0]
            columns = [replace(names, width=max(names.width - over, _SHORTEST_NAME)), *columns[1:]]
        return columns


def _column(title: str, cells: Sequence[str], *, right: bool = False) -> Column:
    return Column(title, cells, max(len(title), *map(len, cells), 0), right)


def _total(columns: Sequence[Column]) -> int:
    return sum(column.width for column in columns) + _GAP * (len(columns) - 1)


def _got(error: TraceError) -> str:
    """What arrived at the layer that does not fit, where it is a shape or a number."""
    return "" if error.got is None else size_words(error.got)


def wanted_words(error: TraceError) -> str:
    """What the layer that does not fit takes."""
    return "something else" if error.expected is None else size_words(error.expected)


def size_words(size: int | Shape) -> str:
    """A number or a shape for people."""
    return shape_text(size if isinstance(size, tuple) else (size,))


def paint_table(
    canvas: Canvas,
    y: int,
    height: int,
    picture: TracePicture,
    cursor: int,
    colour: Colour,
    *,
    active: bool,
) -> None:
    """Paint a header and as many rows around the cursor as fit.

    Args:
        canvas: what is painted on, from its left edge to its right one.
        y: the line of the header.
        height: of all.
        picture: the trace.
        cursor: a row.
        colour: of the layers that fit.
        active: whether keys act on the table.
    """
    if height < 2:
        return
    palette = canvas.palette
    columns = picture.columns_within(canvas.width - _LEFT - 1)
    x = _LEFT
    for column in columns:
        title = f"{column.title:>{column.width}}" if column.right else column.title
        canvas.write(x, y, title, palette.dim)
        x += column.width + _GAP
    room, rows = height - 1, picture.rows
    first = min(max(cursor - room // 2, 0), max(rows - room, 0))
    for line, index in enumerate(range(first, min(first + room, rows)), y + 1):
        fails = index == len(picture.trace.layers)
        ink = palette.wrong if fails else colour
        volume = ink if fails or colour != palette.text else palette.output
        if index == cursor:
            if active:
                canvas.fill(0, line, canvas.width, 1, palette.cursor)
                ink = volume = text_on(palette.cursor)
            canvas.write(0, line, "▸", ink, None, BOLD)
        if fails:
            canvas.write(1, line, "✗", ink, None, BOLD)
        x = _LEFT
        for column in columns:
            cell = shortened(column.cells[index], column.width)
            cell = f"{cell:>{column.width}}" if column.right else cell
            canvas.write(x, line, cell, volume if column.title == "volume" else ink)
            x += column.width + _GAP
        canvas.spot(0, line, canvas.width, 1, Whole(RowTarget(index)))


class _Boxes(Sequence[Box]):
    """The inputs, every output of another shape than what went in, and what does not fit."""

    def __init__(self, picture: TracePicture, palette: Palette, cursor: int) -> None:
        self._picture = picture
        self._palette = palette
        self.marked = self._marked(cursor)
        """Which box the row under the cursor belongs to: its own, or the one before it."""

    def _marked(self, cursor: int) -> int:
        if cursor == len(self._picture.trace.layers):
            return len(self) - 1
        return len(self._picture.inputs) + bisect_right(self._picture.drawn, cursor) - 1

    def __len__(self) -> int:
        picture = self._picture
        return len(picture.inputs) + len(picture.drawn) + (not picture.trace.ok)

    @overload
    def __getitem__(self, index: int) -> Box: ...

    @overload
    def __getitem__(self, index: slice) -> list[Box]: ...

    def __getitem__(self, index: int | slice) -> Box | list[Box]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not 0 <= index < len(self):
            raise IndexError(index)
        picture, palette, marked = self._picture, self._palette, index == self.marked
        trace, given = picture.trace, len(picture.inputs)
        if index < given:
            size = shape_text(trace.inputs[index])
            extent = picture.inputs[index]
            return Box("input", size, extent, RowTarget(0), palette.input, marked)
        if index - given == len(picture.drawn):
            assert trace.error is not None  # noqa: S101 - for the type checker
            name, size = one_cell_each(trace.error.layer), f"takes {wanted_words(trace.error)}"
            target = RowTarget(len(trace.layers))
            return Box(name, size, None, target, palette.wrong, marked, fails=True)
        layer = picture.drawn[index - given]
        row = trace.layers[layer]
        extent = picture.extents[layer]
        return Box(
            one_cell_each(row.name),
            shape_text(row.output),
            extent,
            RowTarget(layer),
            palette.output,
            marked,
        )


def paint_layers_as_volumes(
    canvas: Canvas, y: int, height: int, picture: TracePicture, cursor: int
) -> None:
    """Paint the volumes around the layer under the cursor, from edge to edge of the canvas."""
    boxes = _Boxes(picture, canvas.palette, cursor)
    paint_volumes(canvas, (1, y, canvas.width - 2, height), boxes, boxes.marked, picture.scale)
