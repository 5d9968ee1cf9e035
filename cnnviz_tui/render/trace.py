"""A traced network on a canvas: its status, its layers, its totals, and the lesson."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from cnnviz_tui.foreign_text import one_cell_each
from cnnviz_tui.networks.result import Trace, TraceError
from cnnviz_tui.networks.sizes import shape_text
from cnnviz_tui.networks.tracing import LayerTrace
from cnnviz_tui.render.canvas import BOLD, Canvas, Whole
from cnnviz_tui.render.explorer import Frame, KeyHint, Timeline, paint_title
from cnnviz_tui.render.network_cells import amount, field_cell, memory_cell
from cnnviz_tui.render.palette import Colour, text_on
from cnnviz_tui.render.trace_layers import (
    TracePicture,
    paint_layers_as_volumes,
    paint_table,
    size_words,
    wanted_words,
)

ROOMY = 30
"""From this height on table, volumes and lesson are there at once; below it they take turns."""

_LEAST_ROWS = 4
_MOST_MESSAGE = 3
_LOWEST_PICTURE = 8
_HIGHEST_PICTURE = 16


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


def paint_trace(canvas: Canvas, picture: TracePicture | None, look: TraceLook) -> None:
    """Paint all that is known of a network, whatever the size of the canvas.

    Args:
        canvas: it is painted as a whole.
        picture: what is known; None before the first text that could be read.
        look: how.
    """
    y = _paint_status(canvas, None if picture is None else picture.trace, look)
    if picture is None:
        return
    if canvas.height >= ROOMY:
        _paint_all(canvas, y + 1, picture, look)
    else:
        _paint_part(canvas, y, picture, look)


def _paint_all(canvas: Canvas, y: int, picture: TracePicture, look: TraceLook) -> None:
    """Volumes, table, totals and lesson below each other."""
    width, height = canvas.width - 2, canvas.height
    lesson = _lesson(picture.trace.error, width, look)
    totals = [_row_line(picture, look.row), picture.totals(width)]
    left = height - y - 1 - len(totals) - 1 - (len(lesson) + 1 if lesson else 0)
    wanted = picture.rows + 1
    volumes = min(max(left - wanted, _LOWEST_PICTURE), _HIGHEST_PICTURE)
    rows = min(max(left - volumes, _LEAST_ROWS), wanted)
    paint_layers_as_volumes(canvas, y, volumes, picture, look.row)
    y += volumes + 1
    _paint_rows(canvas, y, rows, picture, look)
    y += rows
    _paint_texts(canvas, y, totals)
    y += len(totals) + 1
    _paint_lesson(canvas, y, lesson[: max(height - y, 0)])
    if not lesson:
        _paint_notes(canvas, y, picture.trace)


def _paint_part(canvas: Canvas, y: int, picture: TracePicture, look: TraceLook) -> None:
    """What the part that keys act on is about; the rest waits for its turn."""
    width, height, error = canvas.width - 2, canvas.height, picture.trace.error
    if error is not None and look.part == "fixes":
        _paint_lesson(canvas, y, _fitted(_lesson(error, width, look), height - y))
        return
    lesson = _lesson(error, width, look, brief=True)
    room = height - y - 2
    if look.part == "text":
        lesson = lesson[: max(room - _LEAST_ROWS, 1)]
        _paint_lesson(canvas, y, lesson)
        y, room = y + len(lesson), room - len(lesson)
    if look.volumes:
        used = min(room, _HIGHEST_PICTURE)
        paint_layers_as_volumes(canvas, y, used, picture, look.row)
    else:
        used = min(room, picture.rows + 1)
        _paint_rows(canvas, y, used, picture, look)
    if look.part != "text" and lesson and used + len(lesson) <= room:
        _paint_lesson(canvas, y + used, lesson)
    _paint_texts(canvas, height - 2, [_row_line(picture, look.row), picture.totals(width)])


def _paint_rows(
    canvas: Canvas, y: int, height: int, picture: TracePicture, look: TraceLook
) -> None:
    """The table; dim where it is older than the text."""
    colour = canvas.palette.dim if look.failure else canvas.palette.text
    active = look.part == "table"
    paint_table(canvas, y, height, picture, look.row, colour, active=active)


def paint_breadcrumb(canvas: Canvas, title: str) -> None:
    """Paint where one is into the first line.

    Args:
        canvas: at least one line high.
        title: what the model is called, if it has a name.
    """
    crumbs = tuple(filter(None, ("cnnviz", "trace", one_cell_each(title))))
    still = Timeline(0, 0, playing=False, speed=0)
    paint_title(canvas, Frame(crumbs, (), None, "", (), (), (), "", still, ()))


def key_hints(picture: TracePicture | None, look: TraceLook, height: int) -> tuple[KeyHint, ...]:
    """The keys of the last line: those that the present part needs most.

    Args:
        picture: what is known.
        look: how it is shown.
        height: the lines there are for it.
    """
    tab, file = KeyHint("tab", "next part", "next_part(1)"), KeyHint("ctrl+o", "file", "ask_file")
    if look.part == "text":
        back = KeyHint("ctrl+z", "take back", "undo")
        return tab, KeyHint("esc", "leave the text", "leave"), file, back
    error = None if picture is None or look.failure else picture.trace.error
    mendable = error is not None and bool(error.fixes)
    opens = "open the layer"
    extra: tuple[KeyHint, ...] = ()
    if look.part == "fixes":
        opens = "apply the fix"
    elif mendable:
        extra = (KeyHint("f", "fixes", "to_fixes"),)
        if picture is not None and look.row == len(picture.trace.layers):
            opens = "mend it"
    elif height < ROOMY:
        extra = (KeyHint("v", "table" if look.volumes else "volumes", "toggle_volumes"),)
    examples, help_ = KeyHint("p", "examples", "choose_example"), KeyHint("?", "help", "show_help")
    return tab, KeyHint("enter", opens, "open"), *extra, examples, file, help_


# -- status and notes ------------------------------------------------------------------------


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
    lines = wrap(one_cell_each(text), width - len(busy) - 1)[:_MOST_MESSAGE] or [""]
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


def _row_line(picture: TracePicture, index: int) -> str:
    """Where the layer under the cursor is made and used, and the arithmetic of its size."""
    layers = picture.trace.layers
    if index >= len(layers):
        return f"▸ {picture.rows} of {picture.rows}"
    row = layers[index]
    where = _place(row.node.line, row.node.call_line).rstrip(",")
    words = ": ".join(filter(None, (f"{row.name}{where}", row.formula)))
    return one_cell_each(f"▸ {index + 1} of {picture.rows}   {words}")


def note_lines(trace: Trace | None) -> list[str]:
    """What was assumed or not followed, one text a note."""
    notes = () if trace is None else trace.notes
    return [
        one_cell_each(note.text if note.line is None else f"line {note.line}: {note.text}")
        for note in notes
    ]


def _paint_notes(canvas: Canvas, y: int, trace: Trace) -> None:
    """The notes, as far as there is room."""
    room = max(canvas.height - y, 0)
    notes = note_lines(trace)
    lines: list[str] = []
    for note in notes[:room]:
        lines += wrap(f"· {note}", canvas.width - 2, subsequent_indent="  ")
    if len(lines) > room > 0:
        lines = [*lines[: room - 1], f"n lists all {len(notes)} notes"]
    _paint_texts(canvas, y, lines[:room])


def _paint_texts(canvas: Canvas, y: int, lines: Sequence[str]) -> None:
    for row, line in enumerate(lines):
        canvas.write(1, y + row, line[: canvas.width - 2], canvas.palette.dim)


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
    lines = [_Said(line, "message") for line in wrap(one_cell_each(error.message), width)]
    if not brief:
        for reason in error.why:
            # The columns of the sizes on the way stay aligned where they fit.
            parts = [reason] if len(reason) <= width else wrap(reason, width)
            lines += [_Said(one_cell_each(part), "why") for part in parts]
    if not error.fixes:
        return lines
    lines.append(_Said("what would fit, each was traced (tab, then enter applies it):", "title"))
    for index, fix in enumerate(error.fixes):
        chosen = look.part == "fixes" and look.fix == index
        place = f"line {fix.line}" if fix.line is not None else "or"
        for number, part in enumerate(wrap(one_cell_each(fix.text), width - 12) or [""]):
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
    return f"✗ wants {wanted_words(error)}, gets {size_words(error.got)}"


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
    return [one_cell_each(line) for line in lines]
