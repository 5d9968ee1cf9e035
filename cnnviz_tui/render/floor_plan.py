"""A network's layers drawn in proportion, from left to right, branches above each other.

Height stands for the picture's size and width for the channels, both logarithmic, as in the
volumes of a trace; what a layer is shows in its texture too, not in its colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cnnviz_tui.networks.operations.windows import AdaptivePool, Pool
from cnnviz_tui.networks.sizes import shape_text, without_batch
from cnnviz_tui.render.canvas import BOLD, Canvas, Whole
from cnnviz_tui.render.palette import Colour
from cnnviz_tui.render.volumes import Extent, VolumeScale, extent_of
from cnnviz_tui.walkthroughs.floor_plan import Block, FloorPlan, Unit

LABELS = 2
"""Lines below the drawing: sizes, and what the chosen layer is."""

_WIDTHS = (8, 6, 5, 4, 3, 2, 1)
_TEXTURES = {"convolutions": "█", "dense layers": "▓", "pooling": "░", "joins": "▒"}


@dataclass(frozen=True, slots=True)
class UnitTarget:
    """A unit of a plan, by its index."""

    index: int


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands in one place of the drawing: one layer, or branches above each other.

    Attributes:
        rows: the units of each branch.
        extent: of what comes out.
        width: in columns, brackets included.
        join: the unit where branches meet, if there are any.
    """

    rows: tuple[tuple[int, ...], ...]
    extent: Extent
    width: int
    join: int | None = None

    def holds(self, unit: int | None) -> bool:
        """Whether a unit is drawn here."""
        return unit is not None and (unit == self.join or any(unit in row for row in self.rows))


def texture_of(unit: Unit) -> str:
    """The sign that fills a layer's box."""
    if isinstance(unit.main.node.operation, (Pool, AdaptivePool)):
        return _TEXTURES["pooling"]
    return _TEXTURES.get(unit.family, _TEXTURES["joins"])


def colour_of(canvas: Canvas, unit: Unit) -> Colour:
    """The colour of a layer's box."""
    palette = canvas.palette
    return {
        "█": palette.filter,
        "▓": palette.output,
        "░": palette.input,
    }.get(texture_of(unit), palette.gradient)


def paint_legend_of_plan(canvas: Canvas, x: int, y: int) -> None:
    """What height, width and textures mean, in a line."""
    palette = canvas.palette
    for sign, word, colour in (
        ("█", "convolution", palette.filter),
        ("▓", "dense", palette.output),
        ("░", "pooling", palette.input),
    ):
        x = canvas.write(x, y, sign * 2, colour)
        x = canvas.write(x + 1, y, f"{word}  ", palette.dim)
    text = "height: size, width: channels (log)"
    canvas.write(x, y, text[: max(canvas.width - x - 1, 0)], palette.dim)


def scale_of(*plans: FloorPlan) -> VolumeScale:
    """The scale on which all volumes of some networks find room."""
    return VolumeScale.of(
        extent_of(unit.output, channels_last=False) for plan in plans for unit in plan.units
    )


def paint_plan(
    canvas: Canvas,
    x: int,
    y: int,
    width: int,
    height: int,
    plan: FloorPlan,
    chosen: int | None = None,
    scale: VolumeScale | None = None,
) -> None:
    """Paint a network into `height` lines, its labels included.

    Where it is too long, the blocks around the chosen unit are shown.

    Args:
        canvas: where to.
        x: the left column.
        y: the top line.
        width: the room in columns.
        height: the room in lines, at least 4.
        plan: the network.
        chosen: the unit that keys act on.
        scale: one that is shared with another drawing.
    """
    scale = scale or scale_of(plan)
    most = height - LABELS
    widest = next((w for w in _WIDTHS if _length(_parts(plan, scale, w)) <= width), _WIDTHS[-2])
    parts = _parts(plan, scale, widest)
    at = next((i for i, p in enumerate(parts) if p.holds(chosen)), 0)
    start, end = _window([part.width + 1 for part in parts], at, width - 8)
    palette = canvas.palette
    if start:
        x = canvas.write(x, y + most - 1, "‹ ", palette.dim)
    side = ""
    labelled = x
    for part in parts[start:end]:
        _paint_part(canvas, x, y, most, part, plan, scale, chosen, widest)
        text = f"{part.extent.side:.0f}"
        if text != side and x >= labelled:
            labelled = canvas.write(x, y + most, text, palette.dim) + 1
            side = text
        x += part.width + 1
    if end < len(parts):
        canvas.write(x, y + most - 1, f"› {len(parts) - end} more"[: canvas.width - x - 1],
                     palette.dim)  # fmt: skip


def _window(widths: Sequence[int], at: int, width: int) -> tuple[int, int]:
    """The stretch of parts around one that fits."""
    if sum(widths) <= width + 8:
        return 0, len(widths)
    start, end, used = at, at + 1, widths[at]
    while True:
        right = end < len(widths) and used + widths[end] <= width
        left = start > 0 and used + widths[start - 1] <= width
        if not (left or right):
            return start, end
        if left and (not right or end - at > at - start):
            start -= 1
            used += widths[start]
        else:
            used += widths[end]
            end += 1


def _length(parts: Sequence[_Part]) -> int:
    return sum(part.width + 1 for part in parts)


def _parts(plan: FloorPlan, scale: VolumeScale, widest: int) -> list[_Part]:
    return [part for block in plan.blocks for part in _parts_of(block, plan, scale, widest)]


def _parts_of(block: Block, plan: FloorPlan, scale: VolumeScale, widest: int) -> list[_Part]:
    def single(index: int) -> _Part:
        extent = _extent(plan, index)
        return _Part(((index,),), extent, scale.columns(extent, widest))

    if block.join is None:
        return [single(index) for index in block.units]
    inner = max(
        sum(scale.columns(_extent(plan, i), widest) + 1 for i in branch) - 1
        for branch in block.branches
    )
    joined = _Part(block.branches, _extent(plan, block.join), inner + 2, block.join)
    return [*(single(index) for index in block.stem), joined]


def _extent(plan: FloorPlan, index: int) -> Extent:
    found = extent_of(plan.units[index].output, channels_last=False)
    return found or Extent(1, 1)


def _paint_part(
    canvas: Canvas,
    x: int,
    y: int,
    most: int,
    part: _Part,
    plan: FloorPlan,
    scale: VolumeScale,
    chosen: int | None,
    widest: int,
) -> None:
    palette = canvas.palette
    rows = min(max(scale.rows(part.extent, most), len(part.rows)), most)
    top = y + most - rows
    for branch, line, thick in _lines_of(part, top, rows):
        left = x + (part.join is not None)
        if not branch:
            canvas.write(left, line, "─" * (part.width - 2), palette.dim)
        for index in branch:
            unit = plan.units[index]
            columns = scale.columns(_extent(plan, index), widest)
            here = index == chosen
            colour = palette.strong if here else colour_of(canvas, unit)
            for row in range(thick):
                canvas.write(left, line + row, texture_of(unit) * columns, colour)
            canvas.spot(left, line, columns, thick, Whole(UnitTarget(index)))
            if here:
                _paint_label(canvas, left, y + most + 1, plan, index)
            left += columns + 1
    if part.join is not None:
        _paint_bracket(canvas, x, top, rows, part.width, part.holds(chosen))
        canvas.spot(x + part.width - 1, top, 1, rows, Whole(UnitTarget(part.join)))
        if part.join == chosen:
            _paint_label(canvas, x + part.width - 1, y + most + 1, plan, part.join)


def _lines_of(part: _Part, top: int, rows: int) -> list[tuple[tuple[int, ...], int, int]]:
    """Each branch with its first line and its thickness; the input itself takes one line."""
    full = sum(bool(branch) for branch in part.rows)
    left = rows - (len(part.rows) - full)
    found, number = [], 0
    for branch in part.rows:
        taken = 1
        if branch:
            taken = max((number + 1) * left // full - number * left // full, 1)
            number += 1
        # A free line tells branches apart where there is room for one.
        spaced = taken > 1 and 1 < full != number
        found.append((branch, top, taken - spaced))
        top += taken
    return found


def _paint_bracket(canvas: Canvas, x: int, top: int, rows: int, width: int, lit: bool) -> None:
    """Where branches part and meet."""
    colour = canvas.palette.strong if lit else canvas.palette.dim
    for row in range(rows):
        ends = "┌┐" if row == 0 else "└┘" if row == rows - 1 else "││"
        canvas.write(x, top + row, ends[0], colour)
        canvas.write(x + width - 1, top + row, ends[1], colour)


def _paint_label(canvas: Canvas, x: int, y: int, plan: FloorPlan, index: int) -> None:
    """A pointer below a layer, and beside it what it is, as far as there is room."""
    unit, palette = plan.units[index], canvas.palette
    canvas.write(x, y, "▲", palette.strong, None, BOLD)
    name = plan.label(index)
    for text in (f"{name}: {unit.kind}, {shape_text(unit.output)}", f"{name}: {unit.kind}", name):
        if x + 2 + len(text) < canvas.width:
            canvas.write(x + 2, y, text, palette.text)
            return
        if x - 1 - len(text) > 0:
            canvas.write(x - 1 - len(text), y, text, palette.text)
            return


def channels_of_unit(unit: Unit) -> int:
    """How many channels, or numbers of a vector, a unit puts out."""
    return without_batch(unit.output)[0] or 0
