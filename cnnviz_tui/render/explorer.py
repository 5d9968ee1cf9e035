"""The frame that every explorer shares: title, formulas, stage, sum, caption, timeline, keys."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Protocol

from cnnviz_tui.render.canvas import BOLD, UNDERLINE, Canvas, Whole
from cnnviz_tui.render.palette import text_on
from cnnviz_tui.render.window import SMALLEST as SMALLEST
from cnnviz_tui.render.window import KeyHint as KeyHint
from cnnviz_tui.render.window import too_small_sentence
from cnnviz_tui.walkthroughs.base import BREAK, Line, Piece, Role, text_of

_NO_BREAK = "\u00a0"
_NUMBERS = re.compile(r"(\d[\d,]*)")
_BOLD_ROLES = {Role.STRONG, Role.OUTPUT, Role.WRONG, Role.CHANGED}


class Scene(Protocol):
    """What stands on the stage of a frame."""

    def paint(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> None:
        """Paint into a rectangle, whatever its size."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One number that governs the walkthrough, as the title line shows it."""

    symbol: str
    value: str


@dataclass(frozen=True, slots=True)
class SettingTarget:
    """A setting that someone points at; `change` is −1 or 1 on its arrows, else 0."""

    index: int
    change: int = 0


@dataclass(frozen=True, slots=True)
class ActionTarget:
    """Something that does the same as a key."""

    action: str


@dataclass(frozen=True, slots=True)
class TimelineTarget:
    """A place on the timeline, from 0 (first step) to 1 (last)."""

    share: float


@dataclass(frozen=True, slots=True)
class _TimelineSpot:
    width: int

    def at(self, x: int, y: int) -> TimelineTarget:
        return TimelineTarget(x / max(self.width - 1, 1))


@dataclass(frozen=True, slots=True)
class Timeline:
    """Where the walkthrough stands."""

    position: int
    length: int
    playing: bool
    speed: float


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything that a frame shows besides its stage.

    Attributes:
        breadcrumb: where one is, from the outside in.
        settings: the numbers that govern the walkthrough.
        selected: the index of the setting that keys act on, if any.
        changed: the symbol of the setting that was changed last, to be highlighted.
        formulas: the formulas with their numbers.
        before: the texts of the formulas before the last change, to highlight what it did.
        sums: the step's calculation, in falling detail.
        caption: a sentence or two for a student.
        timeline: position, play state, speed.
        keys: at most six; with none there is no line for them.
    """

    breadcrumb: tuple[str, ...]
    settings: tuple[Setting, ...]
    selected: int | None
    changed: str
    formulas: tuple[Line, ...]
    before: tuple[str, ...]
    sums: tuple[Line, ...]
    caption: str
    timeline: Timeline
    keys: tuple[KeyHint, ...]


def paint_frame(canvas: Canvas, frame: Frame, scene: Scene) -> None:
    """Paint a whole frame; each part keeps its place and height while a walkthrough plays."""
    width, height = canvas.width, canvas.height
    roomy = height >= 34
    paint_title(canvas, frame)
    formulas = [
        mark_changes(formula, before)
        for formula, before in zip(
            frame.formulas, (*frame.before, *[""] * len(frame.formulas)), strict=False
        )
    ]
    formula_lines = _formula_lines(formulas, width - 2)
    for i, pieces in enumerate(formula_lines):
        write_line(canvas, 1, 1 + i, pieces)
    gap = 1 if roomy else 0
    top = 1 + len(formula_lines) + gap
    sum_height, caption_height = (3, 2) if roomy else (2, 2)
    foot = height - (2 if frame.keys else 1)
    bottom = foot - caption_height - sum_height - 2 * gap
    if height < SMALLEST[1]:
        # In less room than scenes are made for, what does not fit is cut off, not painted over.
        stage = Canvas(width - 2, max(bottom - top, 1), canvas.palette)
        scene.paint(stage, 0, 0, stage.width, stage.height)
        canvas.lay(1, top, stage)
    else:
        scene.paint(canvas, 1, top, width - 2, max(bottom - top, 1))
    _paint_sums(canvas, frame.sums, bottom + gap, sum_height)
    for i, text in enumerate(wrap(frame.caption, width - 2)[:caption_height]):
        canvas.write(1, foot - gap - caption_height + i, text, canvas.palette.text)
    paint_timeline(canvas, frame.timeline, foot)
    if frame.keys:
        paint_keys(canvas, frame.keys, height - 1)


def write_line(canvas: Canvas, x: int, y: int, pieces: Sequence[Piece]) -> int:
    """Write a line in the colours of its roles; returns the column after it."""
    for piece in pieces:
        attributes = BOLD if piece.role in _BOLD_ROLES else 0
        attributes |= UNDERLINE if piece.role is Role.CHANGED else 0
        x = canvas.write(
            x, y, piece.text, canvas.palette.of_role(piece.role), attributes=attributes
        )
    return x


def paint_title(canvas: Canvas, frame: Frame) -> None:
    """Where one is on the left, what is set on the right, both always visible."""
    palette = canvas.palette
    canvas.fill(0, 0, canvas.width, 1, palette.surface)
    widths = [len(s.symbol) + len(s.value) + 3 for s in frame.settings]
    left = canvas.width - sum(widths) - 1
    crumbs = _fitting(frame.breadcrumb, left - 2)
    x = 1
    for i, crumb in enumerate(crumbs):
        if i:
            x = canvas.write(x, 0, " › ", palette.dim)
        last = i == len(crumbs) - 1
        shown = crumb if not last else crumb[: max(left - x - 1, 4)]
        x = canvas.write(
            x, 0, shown, palette.strong if last else palette.dim, None, BOLD if last else 0
        )
    x = max(left, 0)
    for i, (setting, width) in enumerate(zip(frame.settings, widths, strict=True)):
        _paint_setting(canvas, frame, i, setting, x, width)
        x += width


def _fitting(crumbs: Sequence[str], width: int) -> Sequence[str]:
    """As much of the end of a breadcrumb as fits; where the last does not, the one before it."""
    for start in range(len(crumbs)):
        if len(" › ".join(crumbs[start:])) <= width:
            return crumbs[start:]
    return next(([c] for c in reversed(crumbs) if len(c) <= width), crumbs[-1:])


def _paint_setting(
    canvas: Canvas, frame: Frame, index: int, setting: Setting, x: int, width: int
) -> None:
    palette = canvas.palette
    chosen = frame.selected == index
    canvas.spot(x, 0, width, 1, Whole(SettingTarget(index)))
    if chosen:
        canvas.write(x, 0, "◂", palette.text)
        canvas.write(x + width - 1, 0, "▸", palette.text)
        canvas.spot(x, 0, 1, 1, Whole(SettingTarget(index, -1)))
        canvas.spot(x + width - 1, 0, 1, 1, Whole(SettingTarget(index, 1)))
        background = palette.cursor
        canvas.write(
            x + 1, 0, f"{setting.symbol} {setting.value}", text_on(background), background, BOLD
        )
        return
    canvas.write(x + 1, 0, setting.symbol, palette.dim)
    fresh = setting.symbol == frame.changed
    colour = palette.window if fresh and palette.dark else palette.strong
    canvas.write(
        x + 2 + len(setting.symbol), 0, setting.value, colour, None,
        BOLD | UNDERLINE if fresh else BOLD,
    )  # fmt: skip


def mark_changes(pieces: Line, before: str) -> Line:
    """The line with every number that differs from the one in the same place `before` marked.

    Lines that are built differently are left as they are.
    """
    if _NUMBERS.sub("#", text_of(pieces)) != _NUMBERS.sub("#", before):
        return pieces
    old = iter(_NUMBERS.findall(before))
    marked = []
    for piece in pieces:
        for text in filter(None, _NUMBERS.split(piece.text)):
            changed = text[0].isdecimal() and text != next(old)
            marked.append(Piece(text, Role.CHANGED if changed else piece.role))
    return tuple(marked)


def _formula_lines(formulas: Sequence[Line], width: int) -> list[list[Piece]]:
    """Formulas side by side as far as they fit, on at most two lines."""
    lines: list[list[Piece]] = []
    for formula in formulas:
        if lines and len(text_of(lines[-1])) + 4 + len(text_of(formula)) <= width:
            lines[-1] += [Piece("    "), *formula]
        else:
            lines.append(list(formula))
    wrapped: list[list[Piece]] = []
    for pieces in lines:
        wrapped += wrap_pieces(pieces, width)
    return wrapped[:3]


def wrap_pieces(pieces: Sequence[Piece], width: int) -> list[list[Piece]]:
    """Break a line where its pieces have spaces, so that no broken line exceeds `width`.

    Pieces without a space between them stay together where a line has room for them. A piece
    that is `BREAK` always begins a new line.
    """
    width = max(width, 1)
    lines: list[list[Piece]] = [[]]
    used = 0
    spaced = True
    for i, piece in enumerate(pieces):
        if piece is BREAK:
            lines.append([])
            used = 0
            continue
        rest = piece.text
        if spaced and used and used + (word := _together(pieces[i:])) > width >= word:
            lines.append([])
            used = 0
        spaced = rest.endswith(" ")
        while used + len(rest.rstrip()) > width:
            cut = rest.rfind(" ", 0, max(width - used, 0) + 1)
            if cut <= 0 and used:
                lines.append([])
                used, rest = 0, rest.lstrip()
                continue
            cut = cut if cut > 0 else width
            lines[-1].append(Piece(rest[:cut], piece.role))
            lines.append([])
            used, rest = 0, rest[cut:].lstrip()
        if used == 0:
            rest = rest.lstrip() if len(lines) > 1 else rest
        if rest:
            lines[-1].append(Piece(rest, piece.role))
            used += len(rest)
    return [each for each in lines if each]


def _together(pieces: Sequence[Piece]) -> int:
    """How many characters at the beginning of the pieces have no space between them."""
    length = 0
    for piece in pieces:
        head, space, _ = piece.text.partition(" ")
        if piece is BREAK:
            break
        length += len(head)
        if space:
            break
    return length


def _paint_sums(canvas: Canvas, sums: Sequence[Line], y: int, height: int) -> None:
    for i, written in enumerate(sums):
        lines = wrap_pieces(_glued(written), canvas.width - 2)
        if len(lines) <= height or i == len(sums) - 1:
            for row, line in enumerate(lines[:height]):
                shown = [Piece(p.text.replace(_NO_BREAK, " "), p.role) for p in line]
                write_line(canvas, 1, y + row, shown)
            return


def _glued(pieces: Sequence[Piece]) -> list[Piece]:
    """Keep spaces only around operators, so that a product is never torn apart by a line end."""
    return [
        Piece(piece.text.replace(" ", _NO_BREAK), piece.role)
        if piece.role in {Role.INPUT, Role.FILTER, Role.OUTPUT}
        else piece
        for piece in pieces
    ]


def paint_timeline(canvas: Canvas, timeline: Timeline, y: int) -> None:
    """Position, play state and speed; the bar can be clicked and dragged."""
    palette = canvas.palette
    if timeline.length == 0:
        canvas.write(1, y, "no step to show", palette.wrong)
        return
    digits = len(str(timeline.length))
    sign = "▶" if timeline.playing else "‖"
    canvas.spot(1, y, 2, 1, Whole(ActionTarget("toggle_play")))
    x = canvas.write(1, y, sign, palette.right if timeline.playing else palette.window
                     if palette.dark else palette.filter, None, BOLD)  # fmt: skip
    place = f" step {timeline.position + 1:>{digits}} of {timeline.length}  "
    x = canvas.write(x, y, place, palette.text)
    speed = f"{timeline.speed:g}/s"
    right = canvas.width - 8
    width = max(right - x - 1, 3)
    share = timeline.position / max(timeline.length - 1, 1)
    knob = round(share * (width - 3))
    canvas.write(x, y, "├" + "─" * (width - 2) + "┤", palette.dim)
    canvas.write(x + 1, y, "━" * knob, palette.output)
    canvas.write(x + 1 + knob, y, "●", palette.output, None, BOLD)
    canvas.spot(x + 1, y, width - 2, 1, _TimelineSpot(width - 2))
    canvas.write(canvas.width - 1 - len(speed), y, speed, palette.text)
    canvas.spot(canvas.width - 8, y, 7, 1, Whole(ActionTarget("faster")))


def paint_keys(canvas: Canvas, keys: Sequence[KeyHint], y: int) -> None:
    """The last line: keys and what they do; a click does the same."""
    palette = canvas.palette
    canvas.fill(0, y, canvas.width, 1, palette.surface)
    x = 1
    for hint in keys:
        start = x
        x = canvas.write(x, y, hint.key, palette.filter, None, BOLD)
        x = canvas.write(x + 1, y, hint.label, palette.text)
        canvas.spot(start, y, x - start, 1, Whole(ActionTarget(hint.action)))
        x += 2


def paint_box(
    canvas: Canvas, x: int, y: int, width: int, height: int, corners: str, colour: int
) -> None:
    """A frame out of `corners`: top left, edge, top right, side, bottom left, bottom right."""
    if width < 2 or height < 2:
        return
    canvas.write(x, y, corners[0] + corners[1] * (width - 2) + corners[2], colour)
    for row in range(y + 1, y + height - 1):
        canvas.write(x, row, corners[3], colour)
        canvas.write(x + width - 1, row, corners[3], colour)
    canvas.write(x, y + height - 1, corners[4] + corners[1] * (width - 2) + corners[5], colour)


def too_small(canvas: Canvas, width: int | None = None, height: int | None = None) -> bool:
    """Whether the terminal is smaller than `SMALLEST`; if so, a sentence on the canvas says that.

    The terminal is as large as the canvas unless `width` and `height` say otherwise.
    """
    text = too_small_sentence(width or canvas.width, height or canvas.height)
    for y, part in enumerate(wrap(text, max(canvas.width - 1, 1))[: canvas.height]):
        canvas.write(0, y, part)
    return bool(text)
