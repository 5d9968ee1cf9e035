"""The side rooms of the museum, and two networks side by side."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from textwrap import wrap

from cnnviz_tui.networks.sizes import shape_text
from cnnviz_tui.render.canvas import BOLD, Canvas, Whole
from cnnviz_tui.render.floor_plan import (
    LABELS,
    UnitTarget,
    channels_of_unit,
    colour_of,
    paint_plan,
    scale_of,
)
from cnnviz_tui.render.museum_exhibit import bar, unit_lines
from cnnviz_tui.render.network_cells import memory_cell
from cnnviz_tui.render.palette import mix, text_on
from cnnviz_tui.walkthroughs.floor_plan import Block, FloorPlan
from cnnviz_tui.walkthroughs.museum_rooms import Chart, Room, per_cent

_LONGEST_BAR = 60
_SHORT = 3
_BRANCH = 24


def value_text(unit: str, value: int) -> str:
    """A value of a chart."""
    return memory_cell(value) if unit == "bytes" else f"{value:,}"


# -- rooms ----------------------------------------------------------------------------------------


def room_height(width: int, room: Room, plan: FloorPlan) -> int:
    """How many lines a room takes on a screen of a width."""
    texts = sum(len(wrap(text, width - 2)) + (width >= 120) for text in room.texts)
    charts = sum(len(line[0].bars) + 1 for line in _beside(room.charts))
    block = 0 if room.block is None else _block_height(plan.blocks[room.block])
    return texts + charts + block + (len(room.drawing) + 2 if room.drawing else 0)


def paint_room(
    canvas: Canvas, y: int, height: int, room: Room, plan: FloorPlan, chosen: int, top: int
) -> None:
    """Paint a room's texts, drawing and charts, from its line `top` on.

    Args:
        canvas: as wide as the screen.
        y: the first line.
        height: how many lines there are.
        room: what to show.
        plan: the network that it belongs to.
        chosen: the unit whose sums are shown, in a room with a drawing.
        top: the first line of the room that is shown; earlier ones were scrolled away.
    """
    whole = Canvas(canvas.width, max(room_height(canvas.width, room, plan), 1), canvas.palette)
    line = 0
    for text in room.texts:
        for part in wrap(text, canvas.width - 2):
            whole.write(1, line, part)
            line += 1
        line += canvas.width >= 120
    if room.drawing:
        for row, part in enumerate(room.drawing, line + 1):
            whole.write(1, row, part, canvas.palette.filter)
        line += len(room.drawing) + 2
    if room.block is not None:
        block = plan.blocks[room.block]
        _paint_block(whole, line, block, plan, chosen)
        line += _block_height(block)
    for charts in _beside(room.charts):
        each = canvas.width // len(charts)
        for number, chart in enumerate(charts):
            _paint_chart(whole, number * each, line, each, chart)
        line += len(charts[0].bars) + 1
    shown = min(height, whole.height - top)
    canvas.paste(0, y, whole.points[top : top + shown], whole.ink[top : top + shown])
    for x, line, target in whole.spots_of(UnitTarget):
        if top <= line < top + shown:
            canvas.spot(x, y + line - top, _box_width(canvas.width), 2, Whole(target))


def _beside(charts: tuple[Chart, ...]) -> list[tuple[Chart, ...]]:
    """The charts line by line: two short ones stand side by side."""
    if len(charts) == 2 and all(len(chart.bars) <= _SHORT for chart in charts):
        return [charts]
    return [(chart,) for chart in charts]


def _paint_chart(canvas: Canvas, x: int, y: int, width: int, chart: Chart) -> None:
    palette = canvas.palette
    canvas.write(x + 1, y, chart.title, palette.strong, None, BOLD)
    labels = max(len(each.label) for each in chart.bars)
    texts = [value_text(chart.unit, each.value) for each in chart.bars]
    numbers = max(map(len, texts))
    notes = max(len(each.note) for each in chart.bars)
    room = width - labels - numbers - notes - 6
    length = min(max(room, 6), _LONGEST_BAR)
    most = max(each.value for each in chart.bars) or 1
    for row, (each, text) in enumerate(zip(chart.bars, texts, strict=True), y + 1):
        canvas.write(x + 1, row, each.label.ljust(labels), palette.text)
        end = canvas.write(x + labels + 3, row, text.rjust(numbers), palette.filter)
        canvas.write(end + 1, row, bar(each.value / most, length), palette.filter)
        canvas.write(end + 2 + length, row, each.note, palette.dim)


# -- a block with branches ------------------------------------------------------------------------


def _block_height(block: Block) -> int:
    longest = max(len(branch) for branch in block.branches)
    return 2 + 3 * longest + 2 + 3


def _box_width(width: int) -> int:
    return min((width - 2) // 4 - 1, _BRANCH)


def _paint_block(canvas: Canvas, y: int, block: Block, plan: FloorPlan, chosen: int) -> None:
    """What goes in, each branch from top to bottom, what comes out; the chosen layer's sums."""
    palette, units = canvas.palette, plan.units
    pitch = _box_width(canvas.width) + 1
    first = units[block.branches[0][0]].main.input
    middle = 1 + pitch * len(block.branches) // 2
    centres = [1 + pitch * i + (pitch - 1) // 2 for i in range(len(block.branches))]
    text = f"in: {shape_text(first)}"
    canvas.write(middle - len(text) // 2, y, text, palette.input, None, BOLD)
    _paint_fork(canvas, y + 1, centres, middle, "┬┌┐┴")
    longest = max(len(branch) for branch in block.branches)
    most = max(channels_of_unit(units[i]) for branch in block.branches for i in branch)
    for number, branch in enumerate(block.branches):
        x, centre = 1 + pitch * number, centres[number]
        for row in range(3 * longest):
            canvas.write(centre, y + 2 + row, "│", palette.dim)
        for depth, index in enumerate(branch):
            unit = units[index]
            share = log(channels_of_unit(unit)) / log(most)
            width = max(round(share * (pitch - 1)), len(unit.kind) + 2)
            width = min(width, pitch - 1)
            left, top = centre - width // 2, y + 2 + 3 * depth
            here = index == chosen
            colour = palette.cursor if here else mix(
                palette.background, colour_of(canvas, unit), 0.45
            )  # fmt: skip
            canvas.fill(left, top, width, 2, colour)
            ink = text_on(colour)
            title = f"▸{unit.kind}" if here else unit.kind
            canvas.write(left + (width - len(title)) // 2, top, title, ink, colour, BOLD)
            size = str(channels_of_unit(unit))
            canvas.write(left + (width - len(size)) // 2, top + 1, size, ink, colour)
            canvas.spot(x, top, pitch - 1, 2, Whole(UnitTarget(index)))
    foot = y + 2 + 3 * longest
    _paint_fork(canvas, foot, centres, middle, "┴└┘┬")
    join = units[block.join or 0]
    text = f"{join.kind}: {join.main.formula}, out: {shape_text(join.output)}"
    canvas.write(max(middle - len(text) // 2, 1), foot + 1, text, palette.output, None, BOLD)
    for row, line in enumerate(unit_lines(plan, chosen)[1:]):
        canvas.write(1, foot + 2 + row, line[: canvas.width - 2], palette.output)


def _paint_fork(canvas: Canvas, y: int, centres: list[int], middle: int, signs: str) -> None:
    """A line that joins all branches with the middle."""
    colour = canvas.palette.dim
    canvas.write(centres[0], y, "─" * (centres[-1] - centres[0] + 1), colour)
    for centre in centres[1:-1]:
        canvas.write(centre, y, signs[0], colour)
    canvas.write(centres[0], y, signs[1], colour)
    canvas.write(centres[-1], y, signs[2], colour)
    canvas.write(middle, y, "┼" if middle in centres else signs[3], colour)


# -- two networks ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing in which networks are compared."""

    title: str
    values: tuple[int, int]
    texts: tuple[str, str]


def measures(left: FloorPlan, right: FloorPlan) -> tuple[Measure, ...]:
    """Totals of two networks."""

    def counted(title: str, one: int, two: int) -> Measure:
        return Measure(title, (one, two), (f"{one:,}", f"{two:,}"))

    def needed(title: str, one: int, two: int) -> Measure:
        return Measure(title, (one, two), (memory_cell(one), memory_cell(two)))

    def dense(plan: FloorPlan) -> int:
        return next(s.parameters for s in plan.shares() if s.family == "dense layers")

    memories = left.trace.memory(), right.trace.memory()
    return (
        counted("parameters", left.parameters, right.parameters),
        Measure(
            "  of them dense",
            (dense(left), dense(right)),
            (
                per_cent(dense(left), left.parameters),
                per_cent(dense(right), right.parameters),
            ),
        ),
        counted("MACs", left.macs, right.macs),
        needed("activations", left.memory, right.memory),
        needed("to infer", memories[0].inference or 0, memories[1].inference or 0),
        needed("to train", memories[0].training or 0, memories[1].training or 0),
        counted("layers deep", left.depth, right.depth),
    )


def paint_comparison(
    canvas: Canvas, y: int, height: int, left: FloorPlan, right: FloorPlan
) -> None:
    """Two networks on one scale, one above the other, and their totals with bars.

    Args:
        canvas: as wide as the screen.
        y: the first line.
        height: how many lines there are, at least 22.
        left: the first network, drawn above.
        right: the other one.
    """
    palette, width = canvas.palette, canvas.width
    found = measures(left, right)
    drawn = min((height - len(found) - 1) // 2 - 1, 18)
    scale = scale_of(left, right)
    for plan, colour in ((left, palette.input), (right, palette.output)):
        canvas.write(1, y, plan.network.title[: width - 2], colour, None, BOLD)
        paint_plan(canvas, 1, y + 1, width - 2, drawn + LABELS - 1, plan, None, scale)
        y += drawn + 1
    names = max(len(measure.title) for measure in found)
    numbers = max(len(text) for measure in found for text in measure.texts)
    length = min((width - names - 2 * numbers - 18) // 2, 40)
    start = names + 3
    second = start + numbers + length + 4
    canvas.write(start, y, left.network.name.rjust(numbers), palette.input, None, BOLD)
    canvas.write(second, y, right.network.name.rjust(numbers), palette.output, None, BOLD)
    canvas.write(second + numbers + length + 3, y, "ratio", palette.dim)
    for row, measure in enumerate(found, y + 1):
        most = max(measure.values) or 1
        canvas.write(1, row, measure.title, palette.text)
        for x, value, text, colour in zip(
            (start, second), measure.values, measure.texts,
            (palette.input, palette.output), strict=True,
        ):  # fmt: skip
            canvas.write(x, row, text.rjust(numbers), palette.text)
            canvas.write(x + numbers + 1, row, bar(value / most, length), colour)
        canvas.write(second + numbers + length + 3, row, ratio(measure), palette.dim)


def ratio(measure: Measure) -> str:
    """How many times as much the first network has as the second one."""
    one, two = measure.values
    return f"{one / two:.2f}" if two else "–"
