"""A traced network on a canvas: the table of layers, the volumes, the totals, and the lesson."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from unicodedata import combining, east_asian_width

from cnnviz_tui.networks.result import Trace, TraceError
from cnnviz_tui.networks.sizes import Shape, shape_text
from cnnviz_tui.networks.tracing import LayerTrace
from cnnviz_tui.render.canvas import BOLD, Canvas, Whole
from cnnviz_tui.render.network_cells import (
    amount,
    count_cell,
    field_cell,
    memory_cell,
    parameters_cell,
    shortened,
)
from cnnviz_tui.render.palette import Colour, text_on
from cnnviz_tui.render.volumes import Box, Extent, VolumeScale, extent_of, paint_volumes

ROOMY = 30
"""From this height on table, volumes and lesson are there at once; below it they take turns."""

_GAP = 2
_LEFT = 3
_BAR = 10
_LONGEST_NAME = 20
_SHORTEST_NAME = 8
_LEAST_ROWS = 4
_MOST_MESSAGE = 3
_LOWEST_PICTURE = 8
_HIGHEST_PICTURE = 16


@dataclass(frozen=True, slots=True)
class RowTarget:
    """A row of the table; the one behind the last layer is the layer that does not fit."""

    index: int


@dataclass(frozen=True, slots=True)
class FixTarget:
    """One of the corrections that were traced."""

    index: int


@dataclass(frozen=True, slots=True)
class TraceLook:
    """How a trace is shown.

    Attributes:
        part: what keys act on: "text", "table" or "fixes".
        row: the row under the cursor.
        fix: the correction under the cursor.
        volumes: whether the volumes stand in place of the table where there is no room for both.
        busy: whether a newer text is being traced.
        failure: why the present text cannot be traced; what is shown is older then.
    """

    part: str = "table"
    row: int = 0
    fix: int = 0
    volumes: bool = False
    busy: bool = False
    failure: str = ""


def row_count(trace: Trace | None) -> int:
    """The rows of the table: one a layer, and one for the layer that does not fit."""
    return 0 if trace is None else len(trace.layers) + (not trace.ok)


def paint_trace(canvas: Canvas, trace: Trace | None, look: TraceLook) -> None:
    """Paint all that is known of a network, whatever the size of the canvas.

    Args:
        canvas: it is painted as a whole.
        trace: what is known; None before the first text that could be read.
        look: how.
    """
    y = _paint_status(canvas, trace, look)
    if trace is None:
        return
    if canvas.height >= ROOMY:
        _paint_all(canvas, y + 1, trace, look)
    else:
        _paint_part(canvas, y, trace, look)


def _paint_all(canvas: Canvas, y: int, trace: Trace, look: TraceLook) -> None:
    """Volumes, table, totals and lesson below each other."""
    width, height = canvas.width - 2, canvas.height
    lesson = _lesson(trace.error, width, look)
    totals = [_row_line(trace, look.row), _totals(trace, width)]
    left = height - y - 1 - len(totals) - 1 - (len(lesson) + 1 if lesson else 0)
    wanted = row_count(trace) + 1
    picture = min(max(left - wanted, _LOWEST_PICTURE), _HIGHEST_PICTURE)
    rows = min(max(left - picture, _LEAST_ROWS), wanted)
    paint_volumes(canvas, 1, y, width, picture, _boxes(canvas, trace, look))
    y += picture + 1
    _paint_table(canvas, y, rows, trace, look)
    y += rows
    _paint_texts(canvas, y, totals)
    y += len(totals) + 1
    _paint_lesson(canvas, y, lesson[: max(height - y, 0)])
    if not lesson:
        _paint_notes(canvas, y, trace)


def _paint_part(canvas: Canvas, y: int, trace: Trace, look: TraceLook) -> None:
    """What the part that keys act on is about; the rest waits for its turn."""
    width, height = canvas.width - 2, canvas.height
    if trace.error is not None and look.part == "fixes":
        _paint_lesson(canvas, y, _fitted(_lesson(trace.error, width, look), height - y))
        return
    lesson = _lesson(trace.error, width, look, brief=True)
    room = height - y - 2
    if look.part == "text":
        lesson = lesson[: max(room - _LEAST_ROWS, 1)]
        _paint_lesson(canvas, y, lesson)
        y, room = y + len(lesson), room - len(lesson)
    if look.volumes:
        used = min(room, _HIGHEST_PICTURE)
        paint_volumes(canvas, 1, y, width, used, _boxes(canvas, trace, look))
    else:
        used = min(room, row_count(trace) + 1)
        _paint_table(canvas, y, used, trace, look)
    if look.part != "text" and lesson and used + len(lesson) <= room:
        _paint_lesson(canvas, y + used, lesson)
    _paint_texts(canvas, height - 2, [_row_line(trace, look.row), _totals(trace, width)])


# -- status, totals, notes ------------------------------------------------------------------------


def _paint_status(canvas: Canvas, trace: Trace | None, look: TraceLook) -> int:
    """Whether it fits, and what is wrong if it cannot be read; returns the next free line."""
    palette = canvas.palette
    busy = "tracing …" if look.busy else ""
    width = canvas.width - 2
    colour: Colour
    if look.failure:
        text, colour = f"✗ {look.failure}", palette.wrong
        if trace is not None:
            text += " What stands below is the last version that could be read."
    elif trace is None:
        text = (
            "Paste a model on the left, or type one: a line like conv 6 5 | relu | maxpool 2, "
            "PyTorch or Keras. p shows examples, ctrl+o opens a file."
        )
        colour = palette.text
    elif trace.error is not None:
        text, colour = f"✗ {_misfit(trace.error)}", palette.wrong
    else:
        into, out = (", ".join(map(shape_text, some)) for some in (trace.inputs, trace.outputs))
        text, colour = f"✓ fits: {into} → {out}", palette.right
    lines = wrap(_shown(text), width - len(busy) - 1)[:_MOST_MESSAGE] or [""]
    for row, line in enumerate(lines):
        canvas.write(1, row, line, colour, None, BOLD)
    canvas.write(canvas.width - 1 - len(busy), 0, busy, palette.dim)
    return len(lines)


def _misfit(error: TraceError) -> str:
    where = _place(error.line, error.call_line)
    return f"{error.layer} ({error.type}){where} does not fit"


def _place(line: int | None, call_line: int | None) -> str:
    """Where a layer is made, and used if that is elsewhere, to be written behind its name."""
    made = "" if line is None else f", made in line {line}"
    used = "" if call_line is None or call_line == line else f", used in line {call_line}"
    return f"{made}{used}{',' if made or used else ''}"


def _totals(trace: Trace, width: int) -> str:
    """Parameters, MACs and memory; where something does not fit, of what comes before it."""
    memory, macs = trace.memory(), trace.total_macs
    so_far = "" if trace.ok else "so far "
    counts = f"{so_far}{amount(trace.total_parameters)} parameters · {amount(macs)} MACs"
    needs = f"{memory_cell(memory.inference)} to infer · {memory_cell(memory.training)} to train"
    flops = "" if macs is None else f" = {2 * macs:,} FLOPs"
    long = f"{counts}{flops} · {needs}, one picture"
    return long if len(long) <= width else f"{counts} · {needs}"


def _row_line(trace: Trace, index: int) -> str:
    """Where the layer under the cursor is made and used, and the arithmetic of its size."""
    rows = row_count(trace)
    if index >= len(trace.layers):
        return f"▸ {rows} of {rows}" if rows else ""
    row = trace.layers[index]
    where = _place(row.node.line, row.node.call_line).rstrip(",")
    words = ": ".join(filter(None, (f"{row.name}{where}", row.formula)))
    return _shown(f"▸ {index + 1} of {rows}   {words}")


def _paint_notes(canvas: Canvas, y: int, trace: Trace) -> None:
    """What was assumed or not followed, as far as there is room."""
    lines: list[str] = []
    for note in trace.notes:
        place = "" if note.line is None else f"line {note.line}: "
        lines += wrap(_shown(f"· {place}{note.text}"), canvas.width - 2, subsequent_indent="  ")
    room = canvas.height - y
    if len(lines) > room:
        lines = [*lines[: room - 1], f"n lists all {len(trace.notes)} notes"]
    _paint_texts(canvas, y, lines)


def _paint_texts(canvas: Canvas, y: int, lines: Sequence[str]) -> None:
    for row, line in enumerate(lines):
        canvas.write(1, y + row, line[: canvas.width - 2], canvas.palette.dim)


# -- the table ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the table: what stands above it, and a text a row."""

    title: str
    cells: Sequence[str]
    right: bool = False

    @property
    def width(self) -> int:
        return max(len(self.title), *map(len, self.cells), 0)


_DROPPED = ("arithmetic", "memory", "input", "sees", "kind", "MACs")
"""Columns that go where the room ends, the first ones first."""


def _columns(trace: Trace, width: int) -> list[_Column]:
    """The columns for which there is room."""
    rows, error = trace.layers, trace.error
    last = [] if error is None else [error]
    none = [""] * len(last)
    names = [*(row.name for row in rows), *(one.layer for one in last)]
    bars = _bars(trace)
    columns = [
        _Column("layer", [shortened(_shown(name), _LONGEST_NAME) for name in names]),
        _Column("kind", [_shown(row.type) for row in rows] + [_shown(one.type) for one in last]),
        _Column("input", [shape_text(row.input) for row in rows] + [_got(one) for one in last]),
        _Column("output", [shape_text(row.output) for row in rows] + ["✗" for _ in last]),
        _Column("volume", [*bars, *none]),
        _Column("parameters", [*map(parameters_cell, rows), *none], right=True),
        _Column("MACs", [*(count_cell(row.macs) for row in rows), *none], right=True),
        _Column("memory", [*(memory_cell(row.activation_bytes) for row in rows), *none], True),
        _Column("sees", [*map(field_cell, rows), *none], right=True),
        _Column("arithmetic", [*(row.formula for row in rows), *none]),
    ]
    for title in _DROPPED:
        if _total(columns) <= width:
            return columns
        columns = [column for column in columns if column.title != title]
    over = _total(columns) - width
    if over > 0:
        longest = max(columns[0].width - over, _SHORTEST_NAME)
        columns[0] = _Column("layer", [shortened(cell, longest) for cell in columns[0].cells])
    return columns


def _total(columns: Sequence[_Column]) -> int:
    return sum(column.width for column in columns) + _GAP * (len(columns) - 1)


def _got(error: TraceError) -> str:
    """What arrived at the layer that does not fit, where it is a shape or a number."""
    return "" if error.got is None else _said(error.got)


def _extents(trace: Trace) -> list[Extent | None]:
    last = trace.framework == "keras"
    return [extent_of(row.output, channels_last=last) for row in trace.layers]


def _bars(trace: Trace) -> list[str]:
    """A small picture of each layer's output."""
    extents = _extents(trace)
    last = trace.framework == "keras"
    given = [extent_of(shape, channels_last=last) for shape in trace.inputs]
    scale = VolumeScale.of([*given, *extents])
    return [scale.bar(extent, _BAR) for extent in extents]


def _paint_table(canvas: Canvas, y: int, height: int, trace: Trace, look: TraceLook) -> None:
    """A header and as many rows around the cursor as fit."""
    if height < 2:
        return
    palette = canvas.palette
    columns = _columns(trace, canvas.width - _LEFT - 1)
    titles = [column.title for column in columns]
    _write_cells(canvas, y, columns, titles, palette.dim, palette.dim)
    shown, rows = height - 1, row_count(trace)
    first = min(max(look.row - shown // 2, 0), max(rows - shown, 0))
    for line, index in enumerate(range(first, min(first + shown, rows)), y + 1):
        fails = index == len(trace.layers)
        colour = palette.wrong if fails else palette.dim if look.failure else palette.text
        if index == look.row:
            if look.part == "table":
                canvas.fill(0, line, canvas.width, 1, palette.cursor)
                colour = text_on(palette.cursor)
            canvas.write(0, line, "▸", colour, None, BOLD)
        cells = [column.cells[index] for column in columns]
        plain = colour == palette.text
        _write_cells(canvas, line, columns, cells, colour, palette.output if plain else colour)
        if fails:
            canvas.write(1, line, "✗", colour, None, BOLD)
        canvas.spot(0, line, canvas.width, 1, Whole(RowTarget(index)))


def _write_cells(
    canvas: Canvas,
    y: int,
    columns: Sequence[_Column],
    cells: Sequence[str],
    colour: Colour,
    volume: Colour,
) -> None:
    x = _LEFT
    for column, cell in zip(columns, cells, strict=True):
        shown = f"{cell:>{column.width}}" if column.right else cell
        ink = volume if column.title == "volume" else colour
        canvas.write(x, y, shown, ink)
        x += column.width + _GAP


# -- the volumes ----------------------------------------------------------------------------------


def _boxes(canvas: Canvas, trace: Trace, look: TraceLook) -> list[Box]:
    """The input, every output of another shape than what went in, and what does not fit."""
    palette, last = canvas.palette, trace.framework == "keras"
    boxes = [
        Box("input", shape_text(shape), extent_of(shape, channels_last=last), RowTarget(0),
            palette.input)
        for shape in trace.inputs
    ]  # fmt: skip
    drawn = [i for i, row in enumerate(trace.layers) if row.output != row.input]
    # A row that keeps the shape belongs to the box before it.
    marked = max((i for i in drawn if i <= look.row), default=None)
    extents = _extents(trace)
    for index in drawn:
        row = trace.layers[index]
        chosen = index == marked and (trace.ok or look.row < len(trace.layers))
        boxes.append(
            Box(_shown(row.name), shape_text(row.output), extents[index], RowTarget(index),
                palette.output, marked=chosen)
        )  # fmt: skip
    if trace.error is not None:
        chosen = look.row == len(trace.layers)
        boxes.append(
            Box(_shown(trace.error.layer), f"takes {_wanted(trace.error)}", None,
                RowTarget(len(trace.layers)), palette.wrong, chosen, fails=True)
        )  # fmt: skip
    return boxes


def _wanted(error: TraceError) -> str:
    return "something else" if error.expected is None else _said(error.expected)


def _said(size: int | Shape) -> str:
    return shape_text(size if isinstance(size, tuple) else (size,))


# -- the lesson -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Said:
    """A line of the lesson.

    Attributes:
        text: what it says.
        tone: "message", "why", "title" or "fix".
        fix: the correction that it belongs to, if any.
        chosen: whether keys act on that correction.
    """

    text: str
    tone: str
    fix: int | None = None
    chosen: bool = False


def _lesson(
    error: TraceError | None, width: int, look: TraceLook, *, brief: bool = False
) -> list[_Said]:
    """What arrived, what was wanted, why, and what would fit."""
    if error is None:
        return []
    lines = [_Said(line, "message") for line in wrap(_shown(error.message), width)]
    if not brief:
        for reason in error.why:
            # The columns of the sizes on the way stay aligned where they fit.
            parts = [reason] if len(reason) <= width else wrap(reason, width)
            lines += [_Said(_shown(part), "why") for part in parts]
    if not error.fixes:
        return lines
    lines.append(_Said("what would fit, each was traced (tab, then enter applies it):", "title"))
    for index, fix in enumerate(error.fixes):
        chosen = look.part == "fixes" and look.fix == index
        place = f"line {fix.line}" if fix.line is not None else "or"
        for number, part in enumerate(wrap(_shown(fix.text), width - 12) or [""]):
            mark = "▸" if chosen and not number else " "
            text = f"{mark} {'' if number else place:<9} {part}"
            lines.append(_Said(text, "fix", index, chosen))
    return lines


def failing_line(error: TraceError) -> int | None:
    """The line of the source to look at first: where the layer is made, else where it is used."""
    return error.call_line if error.line is None else error.line


def remark_on(error: TraceError) -> str:
    """The misfit in a few words, to be written behind its line; empty where sizes do not say it."""
    if error.expected is None or error.got is None:
        return ""
    return f"✗ wants {_wanted(error)}, gets {_got(error)}"


def _fitted(lines: list[_Said], height: int) -> list[_Said]:
    """The lesson in so many lines: of the sizes on the way the last ones are kept."""
    over = len(lines) - height
    if over <= 0:
        return lines
    why = [i for i, line in enumerate(lines) if line.tone == "why"]
    gone = set(why[: over + 1])
    kept = [line for i, line in enumerate(lines) if i not in gone]
    if why:
        kept.insert(why[0], _Said("…", "why"))
    return kept[:height]


def _paint_lesson(canvas: Canvas, y: int, lines: Sequence[_Said]) -> None:
    palette = canvas.palette
    colours = {"message": palette.wrong, "why": palette.text, "title": palette.dim}
    for row, line in enumerate(lines, y):
        colour = colours.get(line.tone, palette.right)
        if line.chosen:
            canvas.fill(0, row, canvas.width, 1, palette.cursor)
            colour = text_on(palette.cursor)
        canvas.write(1, row, line.text, colour, None, BOLD if line.chosen else 0)
        if line.fix is not None:
            canvas.spot(0, row, canvas.width, 1, Whole(FixTarget(line.fix)))


def _shown(text: str) -> str:
    """A text of other people's with a ``?`` for what is not exactly one cell of a terminal."""
    return "".join(
        mark
        if mark.isprintable() and not combining(mark) and east_asian_width(mark) not in {"W", "F"}
        else "?"
        for mark in text
    )


def layer_lines(row: LayerTrace) -> list[str]:
    """What is known of one layer, a line each, for layers that have no explorer."""
    lines = [f"{row.type}: {shape_text(row.input)} → {shape_text(row.output)}"]
    if row.formula:
        lines.append(f"arithmetic   {row.formula}")
    shared = ", counted with an earlier layer" if row.shared and row.parameters else ""
    lines.append(f"parameters   {amount(row.parameters)}{shared}")
    if row.fixed:
        lines.append(f"fixed        {row.fixed:,} weights that training does not change")
    lines.append(f"MACs         {amount(row.macs)}")
    memory = memory_cell(row.activation_bytes)
    lines.append(f"memory       {memory or 'none of its own'}")
    if field_cell(row):
        lines.append(f"sees         {field_cell(row)} positions of the input along an axis")
    return [_shown(line) for line in lines]
