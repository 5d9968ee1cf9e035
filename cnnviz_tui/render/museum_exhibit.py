"""One network of the museum: its drawing, the table of its layers with bars, one layer's sums."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import wrap

from cnnviz_tui.networks.sizes import shape_text
from cnnviz_tui.render.canvas import BOLD, Canvas, Whole
from cnnviz_tui.render.floor_plan import (
    LABELS,
    UnitTarget,
    colour_of,
    paint_legend_of_plan,
    paint_plan,
    texture_of,
)
from cnnviz_tui.render.network_cells import field_cell, memory_cell, shortened
from cnnviz_tui.render.palette import Colour, text_on
from cnnviz_tui.walkthroughs.floor_plan import FloorPlan, Unit, positions_text, weights_text
from cnnviz_tui.walkthroughs.museum import Exhibit
from cnnviz_tui.walkthroughs.museum_rooms import per_cent

ROOMY = 34
"""From this height on what an exhibit brought stands above its drawing."""

_DETAILS = 4
_TOTALS = 2
_GAP = 2
_LONGEST_NAME = 17
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def bar(share: float, width: int) -> str:
    """A lying bar that fills a `share` (0 to 1) of `width` columns, in eighths of one.

    What is more than nothing is never invisible.
    """
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    if share > 0:
        eighths = max(eighths, 1)
    full, rest = divmod(eighths, 8)
    return ("█" * full + _EIGHTHS[rest] * (rest > 0)).ljust(width)


def paint_exhibit(
    canvas: Canvas, y: int, height: int, exhibit: Exhibit, plan: FloorPlan, chosen: int
) -> None:
    """Paint an exhibit into the lines from `y` on.

    Args:
        canvas: as wide as the screen.
        y: the first line.
        height: how many lines there are, at least 22.
        exhibit: what it is an exhibit of.
        plan: the network.
        chosen: the unit that keys act on.
    """
    palette, bottom = canvas.palette, y + height
    if height >= ROOMY:
        source = wrap(exhibit.source, canvas.width - 2)
        lines = wrap(exhibit.brought, canvas.width - 2)
        for row, line in enumerate([*source, *lines]):
            canvas.write(1, y + row, line, palette.dim if row < len(source) else palette.text)
        y += len(source) + len(lines) + 1
    paint_legend_of_plan(canvas, 1, y)
    drawn = min(max((bottom - y) // 4, 6), 14) + LABELS
    paint_plan(canvas, 1, y + 1, canvas.width - 2, drawn, plan, chosen)
    y += 1 + drawn
    foot = bottom - _DETAILS - _TOTALS
    rows = min(foot - y, len(plan.units) + 1)
    _paint_table(canvas, y, rows, plan, chosen)
    if height >= ROOMY and y + rows + 1 + _DETAILS + _TOTALS <= bottom:
        foot = y + rows + 1
    for row, line in enumerate(unit_lines(plan, chosen)):
        canvas.write(1, foot + row, line[: canvas.width - 2], palette.output)
    for row, line in enumerate(total_lines(plan, canvas.width - 2)):
        canvas.write(1, foot + _DETAILS + row, line[: canvas.width - 2], palette.text)


def unit_lines(plan: FloorPlan, index: int) -> list[str]:
    """What a unit is, and where its sizes, parameters and MACs come from: four lines."""
    unit = plan.units[index]
    row = unit.main
    shapes = f"{plan.label(index)}: {unit.kind}, {shape_text(row.input)} → {shape_text(row.output)}"
    if unit.followers:
        shapes += f", then {unit.followers}"
    sizes = f"size: {row.formula}" if row.formula else "size: it stays as it is"
    if field_cell(row):
        sizes += f"   sees {field_cell(row)} pixels across"
    weights = weights_text(row) or f"{row.parameters or 0:,}"
    if unit.parameters != row.parameters:
        weights += f", with {unit.followers} {unit.parameters:,}"
    positions = positions_text(row) or f"{row.macs or 0:,}"
    return [shapes, sizes, f"parameters: {weights}", f"MACs: {positions}"]


def total_lines(plan: FloorPlan, width: int) -> list[str]:
    """What the whole network has, and which layers have it."""
    memory = plan.trace.memory()
    totals = f"{plan.parameters:,} parameters · {plan.macs:,} MACs · {plan.depth} layers deep"
    needs = f" · {memory_cell(memory.inference)} to infer, {memory_cell(memory.training)} to train"
    shares = {share.family: share for share in plan.shares()}
    dense, convolutions = shares["dense layers"], shares["convolutions"]
    where = (
        f"Convolutions have {per_cent(convolutions.parameters, plan.parameters)} of the "
        f"parameters and {per_cent(convolutions.macs, plan.macs)} of the MACs; dense layers "
        f"{per_cent(dense.parameters, plan.parameters)} and {per_cent(dense.macs, plan.macs)}."
    )
    if len(where) > width:
        where = (
            f"parameters: {per_cent(convolutions.parameters, plan.parameters)} convolutions, "
            f"{per_cent(dense.parameters, plan.parameters)} dense · MACs: "
            f"{per_cent(convolutions.macs, plan.macs)}, {per_cent(dense.macs, plan.macs)}"
        )
    return [totals + needs if len(totals + needs) <= width else totals, where]


@dataclass(frozen=True, slots=True)
class _Amount:
    """A column with a number and a bar."""

    title: str
    value: Callable[[Unit], int]
    text: Callable[[int], str]
    colour: Colour


def _counted(value: int) -> str:
    return f"{value:,}" if value else "–"


def _paint_table(canvas: Canvas, y: int, height: int, plan: FloorPlan, chosen: int) -> None:
    """A header and as many units around the chosen one as fit."""
    if height < 2:
        return
    palette, units = canvas.palette, plan.units
    amounts = (
        _Amount("parameters", lambda unit: unit.parameters, _counted, palette.filter),
        _Amount("MACs", lambda unit: unit.macs, _counted, palette.input),
        _Amount("memory", lambda unit: unit.memory, memory_cell, palette.output),
    )
    wide = canvas.width >= 120
    labels = [plan.label(index) for index in range(len(units))]
    names = (
        max(len(label) for label in labels) if wide else min(max(map(len, labels)), _LONGEST_NAME)
    )
    kinds = max(len(unit.kind) for unit in units) if wide else 0
    sizes = max(len(shape_text(unit.output)) for unit in units)
    numbers = [max(len(a.text(a.value(u))) for u in units) for a in amounts]
    numbers = [max(n, len(a.title)) for n, a in zip(numbers, amounts, strict=True)]
    fixed = 2 + 1 + names + sizes + (kinds + _GAP if wide else 0) + _GAP + sum(numbers)
    length = min(max((canvas.width - 2 - fixed - len(amounts) * (_GAP + 1)) // 3, 2), 24)

    shown = height - 1
    first = min(max(chosen - shown // 2, 0), max(len(units) - shown, 0))
    visible = range(first, min(first + shown, len(units)))
    largest = [max(a.value(unit) for unit in units) or 1 for a in amounts]

    def places() -> Sequence[int]:
        start = 4 + names + (_GAP + kinds if wide else 0) + _GAP + sizes
        found = []
        for number in numbers:
            found.append(start + _GAP)
            start += _GAP + number + 1 + length
        return found

    at = places()
    canvas.write(4, y, "layer", palette.dim)
    if wide:
        canvas.write(4 + names + _GAP, y, "kind", palette.dim)
    canvas.write(at[0] - _GAP - sizes, y, "output".rjust(sizes), palette.dim)
    for amount, number, x in zip(amounts, numbers, at, strict=True):
        canvas.write(x, y, amount.title.rjust(number), palette.dim)
    for line, index in enumerate(visible, y + 1):
        unit = units[index]
        here = index == chosen
        ink = text_on(palette.cursor) if here else palette.text
        if here:
            canvas.fill(0, line, canvas.width, 1, palette.cursor)
            canvas.write(0, line, "▸", ink, None, BOLD)
        canvas.write(2, line, texture_of(unit), ink if here else colour_of(canvas, unit))
        canvas.write(4, line, shortened(labels[index], names), ink)
        if wide:
            canvas.write(4 + names + _GAP, line, unit.kind, ink)
        canvas.write(at[0] - _GAP - sizes, line, shape_text(unit.output).rjust(sizes), ink)
        for amount, number, x, most in zip(amounts, numbers, at, largest, strict=True):
            value = amount.value(unit)
            canvas.write(x, line, amount.text(value).rjust(number), ink)
            drawn = bar(value / most, length)
            canvas.write(x + number + 1, line, drawn, ink if here else amount.colour)
        canvas.spot(0, line, canvas.width, 1, Whole(UnitTarget(index)))
