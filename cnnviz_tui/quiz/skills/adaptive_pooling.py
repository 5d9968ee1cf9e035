"""Pooling to a given size: regions that adapt, and one region for the whole map."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from cnnviz_tui.questions import Cell, Option, number_text
from cnnviz_tui.quiz.skill import Exercise, Skill
from cnnviz_tui.quiz.skills.asking import choice_exercise, number_exercise, numbered, road
from cnnviz_tui.quiz.skills.drawn_pooling import PooledMap, drawn_map
from cnnviz_tui.quiz.skills.grids import (
    place,
    prompt,
    side_by_side,
    sum_text,
)
from cnnviz_tui.shapes.adaptive import AdaptiveAxis
from cnnviz_tui.shapes.layers import Convolution
from cnnviz_tui.walkthroughs.demonstration import Demonstration


def _span(rows: range, noun: str) -> str:
    if len(rows) == 1:
        return f"{noun} {rows.start}"
    return f"{noun}s {rows.start} to {rows.stop - 1}"


def _bounds(axis: AdaptiveAxis, output: int) -> str:
    """Where a region begins and ends, worked out."""
    region = axis.region(output)
    return (
        f"from ⌊{output}·{axis.size}/{axis.output}⌋ = {region.start} up to, not including, "
        f"⌈{output + 1}·{axis.size}/{axis.output}⌉ = {region.stop}"
    )


def _uneven(chance: Random, least: int, most: int) -> AdaptiveAxis:
    """An axis whose regions overlap."""
    size = chance.randint(least, most)
    outputs = [o for o in range(2, min(size, 6)) if size % o]
    return AdaptiveAxis(size, chance.choice(outputs)) if outputs else AdaptiveAxis(7, 3)


def _even(chance: Random) -> AdaptiveAxis:
    output = chance.randint(2, 6)
    return AdaptiveAxis(output * chance.randint(2, 5), output)


def _adaptive_shown(down: AdaptiveAxis, across: AdaptiveAxis, cell: Cell) -> Demonstration:
    pool = PooledMap("average", (down.size, across.size), output=f"{down.output}x{across.output}")
    return pool.shown_at(cell)


def _region(chance: Random, level: int) -> Exercise:
    axis = _even(chance) if level == 1 else _uneven(chance, *((5, 10) if level == 2 else (11, 24)))
    output = chance.randrange(axis.output)
    region = axis.region(output)
    floor, ceil = axis.size // axis.output, -(-axis.size // axis.output)
    starts = output * axis.size // axis.output
    candidates = (
        (range(output * floor, (output + 1) * floor), "equal-regions",
         f"You gave every output {numbered(floor, 'row')}, N/O rounded down"),
        (range(output * ceil, min((output + 1) * ceil, axis.size)), "equal-regions",
         f"You gave every output {numbered(ceil, 'row')}, N/O rounded up"),
        (range(starts, (output + 1) * axis.size // axis.output), "floor-for-ceil",
         "You rounded the end down; it is rounded up, so that regions overlap"),
        (range(region.start + 1, region.stop + 1), "", "You counted rows from 1"),
        (range(region.start, region.stop + 1), "", "You took the end in"),
        (range(max(region.start - 1, 0), region.stop), "", "You began a row too early"),
        (range(region.start, max(region.stop - 1, region.start + 1)), "", "You stopped too early"),
        (range(region.start + 2, region.stop + 2), "", "You began two rows too late"),
    )  # fmt: skip
    options = {region: Option(_span(region, "row"), right=True)}
    for rows, name, done in candidates:
        if len(options) < 4 and rows and rows not in options and rows.stop <= axis.size + 2:
            why = f"{done}. Output {output} pools {_bounds(axis, output)}."
            options[rows] = Option(_span(rows, "row"), feedback=why, name=name)
    return choice_exercise(
        chance,
        f"Adaptive average pooling makes {axis.output} rows out of {axis.size}, as in PyTorch. "
        f"Which input rows does output row {output} pool? Rows count from 0.",
        tuple(options.values()),
        solution=(
            "Output i pools the rows from ⌊i·N/O⌋ up to, not including, ⌈(i + 1)·N/O⌉.",
            f"Output {output} pools {_bounds(axis, output)}.",
            f"So it pools {_span(region, 'row')}.",
        ),
        hints=("The beginning is rounded down, the end is rounded up.",),
        demonstration=_adaptive_shown(axis, axis, (output, output)),
    )  # fmt: skip


def _region_size(chance: Random, level: int) -> Exercise:
    if level == 1:
        down = across = chance.choice((_even(chance), _uneven(chance, 5, 7)))
    else:
        down, across = _uneven(chance, 5, 9), _uneven(chance, 7, 13 if level == 2 else 20)
    if level == 3:
        return _overlap(chance, across)
    cell = chance.randrange(down.output), chance.randrange(across.output)
    rows, columns = down.region(cell[0]), across.region(cell[1])
    asked = (
        f"Adaptive pooling makes {down.output}x{across.output} out of {down.size}x{across.size}, "
        "as in PyTorch. "
    )
    lines = (
        f"The rows go {_bounds(down, cell[0])}.",
        f"The columns go {_bounds(across, cell[1])}.",
    )
    floors = down.size // down.output, across.size // across.output
    ceils = -(-down.size // down.output), -(-across.size // across.output)
    right = (len(rows), len(columns))
    so = f"{_span(rows, 'row')} and {_span(columns, 'column')}: {right[0]}x{right[1]}"
    return number_exercise(
        f"{asked}How many input cells does output {place(cell)} pool, as height x width?",
        right,
        roads=[
            road("equal-regions", floors, f"You rounded N/O down everywhere. Here it is {so}."),
            road("equal-regions", ceils, f"You rounded N/O up everywhere. Here it is {so}."),
            road(
                "output-for-region",
                (down.output, across.output),
                f"That is the output's size. Here it is {so}.",
            ),
            road("swapped-axes", right[::-1], f"You gave width before height. It is {so}."),
        ],
        hints=("Output i pools from ⌊i·N/O⌋ up to, not including, ⌈(i + 1)·N/O⌉.", lines[0]),
        solution=(*lines, f"That is {so}."),
        demonstration=_adaptive_shown(down, across, cell),
    )


def _overlap(chance: Random, axis: AdaptiveAxis) -> Exercise:
    """Ask how many rows belong to two regions."""
    regions = [axis.region(i) for i in range(axis.output)]
    shared = [n for n in range(axis.size) if sum(n in region for region in regions) > 1]
    spans = ", ".join(f"{r.start} to {r.stop - 1}" if len(r) > 1 else str(r.start) for r in regions)
    total = sum(map(len, regions))
    # Where the first two meet; without a shared row at the beginning.
    second = next((i for i, r in enumerate(regions) if r and r[0] in shared and i), 0)
    right = f"The regions are {spans}: {numbered(len(shared), 'row')} in more than one."
    return number_exercise(
        f"Adaptive pooling makes {axis.output} rows out of {axis.size}, as in PyTorch. How many "
        "input rows belong to more than one output row?",
        len(shared),
        roads=[
            road("equal-regions", 0, f"You took regions that do not overlap. {right}"),
            road("", axis.output - 1, f"You let all neighbours share a row. {right}"),
            road("", axis.size % axis.output, f"You took the rest of N/O. {right}"),
        ],
        hints=(
            "Write every region down: from ⌊i·N/O⌋ up to, not including, ⌈(i + 1)·N/O⌉.",
            f"Together the regions have {total} rows, the input has {axis.size}.",
        ),
        solution=("Output i pools from ⌊i·N/O⌋ up to, not including, ⌈(i + 1)·N/O⌉.", right),
        demonstration=_adaptive_shown(axis, axis, (second, second)),
    )


def _global(chance: Random, level: int) -> Exercise:
    sizes = (
        ((2, 2), (1, 4), (4, 1), (1, 5), (5, 1), (1, 2), (2, 1)),
        ((2, 4), (4, 2), (1, 8), (8, 1), (2, 5), (5, 2), (1, 10), (10, 1)),
        ((4, 4), (2, 8), (8, 2), (4, 8), (8, 4), (4, 5), (5, 4), (5, 5), (2, 10), (10, 2)),
    )[level - 1]
    pool = drawn_map(chance, "average", chance.choice(sizes), output="1")
    numbers = [value for row in pool.map for value in row]
    total, count = sum(numbers, Fraction()), len(numbers)
    # Out of whole numbers, as the explorer's float32 has no fifths.
    mean = total / count
    right = f"{number_text(total)}/{count} = {number_text(mean)}"
    side = max(pool.size)
    return number_exercise(
        prompt(
            "Global average pooling of this map: which number comes out?",
            side_by_side(("map", pool.map)),
        ),
        mean,
        roads=[
            road("max-for-average", max(numbers), f"You took the largest. The mean is {right}."),
            road("sum-for-average", total, f"You did not divide by the cells: {right}."),
            road(
                "forgot-to-square-region",
                total / side,
                f"You divided by {side}, a side of the map: {number_text(total)}/{side}. It has "
                f"{count} cells: {right}.",
            ),
        ],
        hints=("All cells of the map are one region.", f"Their sum is {number_text(total)}."),
        solution=(f"The sum is {sum_text(numbers)}.", f"Divided by {count} cells: {right}."),
        demonstration=pool.shown_at(),
    )


def _head(chance: Random, level: int) -> Exercise:
    channels = chance.choice(
        ((4, 6, 8, 10), (32, 64, 96, 128, 192, 256), (320, 384, 512, 768, 1024, 2048))[level - 1]
    )
    side = chance.choice(((2, 3, 4), (4, 5, 6), (6, 7, 8))[level - 1])
    classes = chance.choice(((2, 3, 5), (10, 20, 50), (100, 200, 1000))[level - 1])
    # A dense layer is a convolution as large as what arrives.
    head = Convolution(channels, classes, 1)
    flat = Convolution(channels, classes, side)
    ask = f"{channels} maps of {side}x{side} arrive. "
    lines = (
        f"Global average pooling leaves one number a map, {channels:,} in all.",
        f"The dense layer has ({channels} + 1)·{classes} = {head.parameters:,} parameters.",
    )
    so = f"One number a map arrives: ({channels} + 1)·{classes} = {head.parameters:,}."
    saved = flat.parameters - head.parameters
    flat_text = f"({side}·{side}·{channels} + 1)·{classes} = {flat.parameters:,}"
    layer = f"a dense layer to {classes} classes, with biases, behind global average pooling"
    if level < 3:
        answer, question = head.parameters, f"How many parameters has {layer}?"
        last: tuple[str, ...] = ()
    else:
        answer, so = saved, f"{flat.parameters:,} − {head.parameters:,} = {saved:,}."
        question = f"How many parameters fewer has {layer} than behind flattening?"
        last = (f"Behind flattening it would have {flat_text}.", f"The difference is {so}")
    return number_exercise(
        ask + question,
        answer,
        roads=[
            road(
                "flattened-for-averaged",
                flat.parameters,
                f"You flattened the maps: {flat_text}. {so}",
            ),
            road("", head.parameters, f"That is what is left behind the pooling. {so}"),
            road(
                "forgot-bias",
                head.weights,
                f"You left the biases out: {channels}·{classes} = {head.weights:,}. {so}",
            ),
            road(
                "forgot-flatten",
                channels,
                f"That is how many numbers arrive; each class has a weight for each. {so}",
            ),
        ],
        hints=(lines[0],),
        solution=(*lines, *last),
    )


SKILLS: tuple[Skill, ...] = (
    Skill(
        "adaptive-region",
        "Regions of adaptive pooling",
        "Say which rows belong to an output of adaptive pooling.",
        _region,
    ),
    Skill(
        "adaptive-size",
        "Sizes of adaptive regions",
        "Say how large a region of adaptive pooling is and where regions overlap.",
        _region_size,
    ),
    Skill("global-average", "Global average", "Average a whole map to one number.", _global),
    Skill(
        "global-average-head",
        "Global average in front of the classes",
        "Count the parameters behind global average pooling.",
        _head,
    ),
)
"""Part of the topic of pooling."""
