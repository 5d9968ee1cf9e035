"""The museum's entrance: ImageNet's errors by year, the way from 1989 on, and the exhibit there."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

from cnnviz_tui.render.canvas import BOLD, Canvas, Whole
from cnnviz_tui.render.palette import text_on
from cnnviz_tui.render.plot import paint_bar
from cnnviz_tui.walkthroughs.floor_plan import floor_plan
from cnnviz_tui.walkthroughs.museum import EXHIBITS, HUMAN, RESULTS, Exhibit, Result

_CARD = 9
_WAY = 4
_TICKS = (1989, 1998, 2007, 2012, 2017)
_REMARKS_FROM = 34


@dataclass(frozen=True, slots=True)
class ExhibitTarget:
    """An exhibit, by its place on the way."""

    index: int


def paint_entrance(canvas: Canvas, y: int, height: int, chosen: int) -> None:
    """Paint chart, way and card into the lines from `y` on.

    Args:
        canvas: as wide as the screen.
        y: the first line.
        height: how many lines there are, at least 22.
        chosen: the exhibit one stands at.
    """
    exhibit = EXHIBITS[chosen]
    remarks = _remarks(canvas.width - 2) if height >= _REMARKS_FROM else []
    chart = min(height - _CARD - _WAY - len(remarks), 30)
    _paint_chart(canvas, y, chart, exhibit)
    y += chart
    for row, line in enumerate(remarks):
        canvas.write(1, y + row, line, canvas.palette.dim)
    y += len(remarks)
    _paint_way(canvas, y, chosen)
    _paint_card(canvas, y + _WAY, exhibit)


def _paint_chart(canvas: Canvas, y: int, height: int, exhibit: Exhibit) -> None:
    """A bar for each error; those of the chosen exhibit are marked."""
    palette = canvas.palette
    canvas.write(1, y, "ImageNet: top-5 error in %, by year", palette.strong, None, BOLD)
    slots = [max(len(result.who), len(_year(result))) + 1 for result in RESULTS]
    more = min(max(canvas.width - 2 - sum(slots), 0) // len(RESULTS), 12)
    tall = height - 4
    most = max(result.error for result in RESULTS)
    x = 0
    for result, least in zip(RESULTS, slots, strict=True):
        slot = least + more
        own = result.error == exhibit.error
        colour = palette.strong if own else palette.filter
        if result is HUMAN:
            colour = palette.input
        share = result.error / most
        paint_bar(canvas, x + 1, y + 2, slot - 1 - more // 3, tall, share, colour)
        filled = round(share * tall * 8)
        top = y + 2 + tall - -(-filled // 8)
        mark = "▸" if own else " "
        canvas.write(x, top - 1, f"{mark}{result.error:g}", colour, None, BOLD)
        attributes = BOLD if own else 0
        canvas.write(x + 1, y + 2 + tall, _year(result), palette.dim, None, attributes)
        canvas.write(x + 1, y + 3 + tall, result.who, palette.text, None, attributes)
        found = next((j for j, e in enumerate(EXHIBITS) if e.error == result.error), None)
        if found is not None:
            canvas.spot(x, y + 1, slot, height - 1, Whole(ExhibitTarget(found)))
        x += slot


def _year(result: Result) -> str:
    return "estimate" if result.year is None else str(result.year)


def _remarks(width: int) -> list[str]:
    """What one has to know about the chart."""
    lines = []
    for result in RESULTS:
        if result.remark and result.year != RESULTS[0].year and result.year != RESULTS[1].year:
            text = f"{result.error:g} ({result.who}): {result.remark}"
            lines += wrap(text, width, subsequent_indent="  ")
    return [*lines, ""]


def _paint_way(canvas: Canvas, y: int, chosen: int) -> None:
    """The years as a line with a dot for each exhibit, and the exhibits' names below."""
    palette = canvas.palette
    first, last = EXHIBITS[0].year, EXHIBITS[-1].year
    room = canvas.width - 6

    def column(year: int) -> int:
        return 1 + round((year - first) / (last - first) * room)

    canvas.write(1, y, "─" * (room + 1), palette.dim)
    for index, exhibit in enumerate(EXHIBITS):
        canvas.write(column(exhibit.year), y, "○", palette.text)
        canvas.spot(column(exhibit.year), y, 1, 1, Whole(ExhibitTarget(index)))
    here = EXHIBITS[chosen].year
    for year in _TICKS:
        if abs(column(year) - column(here)) > 5:
            canvas.write(column(year), y + 1, str(year), palette.dim)
    canvas.write(column(here), y, "●", palette.output, None, BOLD)
    canvas.write(column(here), y + 1, str(here), palette.strong, None, BOLD)
    x, line = 1, y + 2
    for index, exhibit in enumerate(EXHIBITS):
        text = f"▸{exhibit.name} " if index == chosen else f" {exhibit.name} "
        if x + len(text) > canvas.width - 1:
            x, line = 1, line + 1
        if index == chosen:
            canvas.write(x, line, text, text_on(palette.cursor), palette.cursor, BOLD)
        else:
            canvas.write(x, line, text, palette.text)
        canvas.spot(x, line, len(text), 1, Whole(ExhibitTarget(index)))
        x += len(text)


def _paint_card(canvas: Canvas, y: int, exhibit: Exhibit) -> None:
    """Name, paper, numbers and what it brought."""
    palette = canvas.palette
    end = canvas.write(1, y, f"{exhibit.name}, {exhibit.year}", palette.output, None, BOLD)
    canvas.write(end + 2, y, numbers_line(exhibit)[: canvas.width - end - 3], palette.text)
    width = canvas.width - 2
    lines = [(line, palette.dim) for line in wrap(exhibit.source, width)]
    lines += [(line, palette.text) for line in wrap(exhibit.brought, width)]
    for result in RESULTS:
        if result.remark and result.who == f"{exhibit.name}+":
            text = f"{result.error:g} %: {result.remark}"
            lines += [(line, palette.dim) for line in wrap(text, width)]
    for row, (line, colour) in enumerate(lines, y + 1):
        canvas.write(1, row, line, colour)


def numbers_line(exhibit: Exhibit) -> str:
    """Parameters, depth and error of an exhibit, as far as it has any."""
    parts = []
    if exhibit.networks:
        plan = floor_plan(exhibit.networks[0])
        parts.append(f"{plan.parameters:,} parameters")
        parts.append(f"{plan.depth} layers deep")
    if exhibit.error is not None:
        parts.append(f"top-5 error {exhibit.error:g} %")
    return " · ".join(parts)
