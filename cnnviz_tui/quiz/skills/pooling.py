"""Pooling: what a window leaves, which cells a region has, and where gradients go."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random

from cnnviz_tui.questions import Cell, Grid, number_text
from cnnviz_tui.quiz.skill import Exercise, Skill
from cnnviz_tui.quiz.skills import adaptive_pooling
from cnnviz_tui.quiz.skills.asking import number_exercise, numbered, road
from cnnviz_tui.quiz.skills.drawn_pooling import PooledMap, drawn_map
from cnnviz_tui.quiz.skills.grids import (
    block,
    cell_exercise,
    grid_exercise,
    place,
    prompt,
    side_by_side,
    sum_text,
    whole,
)
from cnnviz_tui.shapes.formulas import parameter_formula
from cnnviz_tui.shapes.layers import Convolution, Pooling

_MOST_DRAWS = 200
_OUTPUTS = (
    (1, 3), (1, 4), (1, 5), (2, 2), (2, 3), (2, 4), (2, 5), (3, 1), (3, 2), (3, 3), (3, 4),
    (4, 1), (4, 2), (4, 3), (5, 1), (5, 2),
)  # fmt: skip


def _windows(pool: PooledMap, kind: str) -> str:
    """What pools how, without a full stop."""
    window = pool.filter if "x" in pool.filter else f"{pool.filter}x{pool.filter}"
    stride = f"stride {pool.stride}"
    if pool.padding:
        stride += f", padding {pool.padding} (its zeros count as numbers)"
    if pool.rounding == "ceil":
        stride += ", in ceil mode (a last window may hang over the end)"
    return f"{kind.capitalize()} pooling, windows of {window}, {stride}"


def _tiled(chance: Random, kind: str, window: Cell) -> PooledMap:
    """Windows side by side that fill the map."""
    outputs = chance.choice(_OUTPUTS)
    size = window[0] * outputs[0], window[1] * outputs[1]
    step = f"{window[0]}x{window[1]}" if window[0] != window[1] else str(window[0])
    return drawn_map(chance, kind, size, filter=step, stride=step)


def _each(pool: PooledMap, take: Callable[[list[Fraction]], Fraction]) -> Grid:
    """Something else than pooling takes from each window's numbers."""
    height, width = pool.walk.map_size
    return tuple(tuple(take(_numbers(pool, (i, j))) for j in range(width)) for i in range(height))


def _numbers(pool: PooledMap, cell: Cell) -> list[Fraction]:
    """What lies in the window of an output, without padding."""
    return [whole(value) for value in pool.step(cell).patch.ravel()]


def _total(numbers: list[Fraction]) -> Fraction:
    return sum(numbers, Fraction())


def _mean(numbers: list[Fraction]) -> Fraction:
    return _total(numbers) / len(numbers)


def _first_window(pool: PooledMap) -> str:
    """The numbers of the window at the top left."""
    numbers = ", ".join(map(number_text, _numbers(pool, (0, 0))))
    return f"The first window has {numbers}"


def _max(chance: Random, level: int) -> Exercise:
    if level == 1:
        pool = _tiled(chance, "max", (2, 2))
    elif level == 2:
        pool = _tiled(chance, "max", chance.choice(((3, 3), (2, 3), (3, 2), (1, 3), (3, 1))))
    else:
        rows, columns = chance.choice(_OUTPUTS)
        if chance.random() < 0.5:
            size = 2 * rows + 1, 2 * columns + 1
            pool = drawn_map(chance, "max", size, filter="3")
        else:
            size = max(2 * rows - 1, 2), max(2 * columns - 1, 2)
            pool = drawn_map(chance, "max", size, rounding="ceil")
    first = f"{_first_window(pool)}: the largest is {number_text(pool.pooled[0][0])}"
    return grid_exercise(
        prompt(f"{_windows(pool, 'max')}: what comes out?", side_by_side(("input", pool.map))),
        pool.pooled,
        roads=[
            (
                _each(pool, _mean),
                "You took the mean of each window: max pooling takes the largest. " + first + ".",
                "average-for-max",
            ),
            (_each(pool, min), f"You took the smallest of each window. {first}.", ""),
        ],
        solution=(
            "Each window leaves its largest number.",
            *(f"Row {i} of the output: {_row(row)}" for i, row in enumerate(pool.pooled)),
            f"{first}, and so on.",
        ),
        feedback=_advance(pool),
        hints=(_advance(pool), f"{first}."),
        demonstration=pool.shown_at(),
    )


def _row(row: tuple[Fraction, ...]) -> str:
    return "  ".join(map(number_text, row))


def _advance(pool: PooledMap) -> str:
    return f"From one output to the next the window moves by {pool.stride}."


def _average(chance: Random, level: int) -> Exercise:
    if level == 1:
        pool = _tiled(chance, "average", (2, 2))
    elif level == 2:
        pool = _tiled(chance, "average", chance.choice(((2, 4), (4, 2), (1, 4), (4, 1))))
    elif chance.random() < 0.5:
        size = chance.choice(((2, 2), (2, 4), (4, 2), (4, 4), (2, 6), (6, 2), (4, 6)))
        pool = drawn_map(chance, "average", size, padding=1)
    else:
        rows, columns = chance.choice(_OUTPUTS)
        pool = drawn_map(chance, "average", (rows + 1, columns + 1), stride="1")
    step = pool.step((0, 0))
    added = sum_text(_numbers(pool, (0, 0))).partition(" = ")[0]
    first = f"({added})/{step.divisor} = {number_text(pool.pooled[0][0])}"
    side = Fraction(len(step.rows))
    sums = _each(pool, _total)
    return grid_exercise(
        prompt(f"{_windows(pool, 'average')}: what comes out?", side_by_side(("input", pool.map))),
        pool.pooled,
        roads=[
            (
                _each(pool, max),
                f"You took the largest of each window. The first one's mean is {first}.",
                "max-for-average",
            ),
            (
                sums,
                f"You added up and did not divide by {step.divisor}. The first mean is {first}.",
                "sum-for-average",
            ),
            (
                tuple(tuple(value / side for value in row) for row in sums),
                f"You divided by the side {side}; a window has {step.divisor} cells. The first "
                f"mean is {first}.",
                "forgot-to-square-region",
            ),
            (
                _each(pool, _mean),
                f"You left the zeros of the padding out of the mean. The first one is {first}.",
                "forgot-padding",
            ),
        ],
        solution=(
            f"Each window leaves its sum divided by its {step.divisor} cells.",
            *(f"Row {i} of the output: {_row(row)}" for i, row in enumerate(pool.pooled)),
            f"The first mean is {first}, and so on.",
        ),
        feedback=f"{_advance(pool)} The first mean is {first}.",
        hints=(_advance(pool), f"The first mean: {first}."),
        demonstration=pool.shown_at(),
    )


def _max_gradient(chance: Random, level: int) -> Exercise:
    for _ in range(_MOST_DRAWS):
        if level == 1:
            pool = _tiled(chance, "max", (2, 2))
        elif level == 2:
            pool = _tiled(chance, "max", chance.choice(((3, 3), (2, 3), (3, 2))))
        else:
            rows, columns = chance.choice(_OUTPUTS)
            pool = drawn_map(chance, "max", (2 * rows + 1, 2 * columns + 1), filter="3")
        if pool.clear:
            break
    else:
        pool = PooledMap("max", (4, 4), source="lecture-max")
    cell = chance.choice(pool.cells)
    step = pool.step(cell)
    assert step.winner is not None  # noqa: S101 - max pooling has one
    largest = number_text(whole(step.value))
    so = f"The largest number of its window is {largest}, at {place(step.winner)}."
    begin, end = (step.rows[0], step.columns[0]), (step.rows[-1], step.columns[-1])
    best = max(
        ((r, c) for r in range(pool.size[0]) for c in range(pool.size[1])),
        key=lambda at: (pool.map[at[0]][at[1]], -at[0], -at[1]),
    )
    return cell_exercise(
        f"{_windows(pool, 'max')}. A gradient of {number_text(pool.upstream[cell[0]][cell[1]])} "
        f"comes back to output {place(cell)}. Which input cell does it go to?",
        pool.map,
        step.winner,
        wrong=[
            (cell, f"That is the place in the output. {so}"),
            (begin, f"That is where the window begins. {so}"),
            (best, f"That is the largest number of all, in another window. {so}"),
        ],
        solution=(
            f"The window of output {place(cell)} goes from {place(begin)} to {place(end)}.",
            f"{so} Only it made the output, so it takes the whole gradient.",
        ),
        feedback=f"The window goes from {place(begin)} to {place(end)}. {so}",
        hints=("Only the number that got through has had any influence.",),
        demonstration=pool.shown_at(cell, backward=True),
    )


def _gradient(chance: Random, level: int) -> Exercise:
    """Ask what arrives at one input cell; at level 3 from several windows."""
    for _ in range(_MOST_DRAWS):
        if level == 1:
            pool = _tiled(chance, "average", (2, 2))
        elif level == 2:
            pool = _tiled(chance, "max", (2, 2))
        elif chance.random() < 0.5:
            size = chance.choice(((5, 5), (5, 7), (7, 5), (3, 7), (7, 3)))
            pool = drawn_map(chance, "max", size, filter="3")
        else:
            size = (chance.choice((3, 4, 5)), chance.choice((3, 4, 5)))
            pool = drawn_map(chance, "average", size, stride="1")
        cells = [(r, c) for r in range(pool.size[0]) for c in range(pool.size[1])]
        if level == 3:
            cells = [cell for cell in cells if len(_shares(pool, cell)) > 1]
        if cells and (pool.kind == "average" or pool.clear):
            return _gradient_at(pool, chance.choice(cells))
    return _gradient_at(PooledMap("average", (4, 4), stride="1"), (1, 1))


def _shares(pool: PooledMap, cell: Cell) -> list[tuple[Cell, Fraction]]:
    """The outputs that a cell gets a gradient from, and how much."""
    found = pool.walk.gathered(0, *cell)
    return [(output, whole(share)) for output, share in found if share or pool.kind == "average"]


def _divided(gradients: list[Fraction], cells: int) -> str:
    """What a cell gets of some gradients that are shared: `3/4 − 2/4 = 0.25`."""
    text = f"{number_text(gradients[0])}/{cells}"
    for one in gradients[1:]:
        text += f" {'−' if one < 0 else '+'} {number_text(abs(one))}/{cells}"
    return f"{text} = {number_text(_total(gradients) / cells)}"


def _gradient_at(pool: PooledMap, cell: Cell) -> Exercise:
    shares, answer = _shares(pool, cell), pool.gradient[cell[0]][cell[1]]
    seen = [output for output, _ in pool.walk.gathered(0, *cell)]
    arriving = [pool.upstream[i][j] for i, j in seen]
    window = pool.step(seen[0])
    cells = len(window.rows) * len(window.columns)
    average = pool.kind == "average"
    told = "the largest of its window takes all of it"
    if average:
        told = f"each of the {cells} cells gets an equal share"
    right = f"It is not the largest of its window, so nothing arrives: {number_text(answer)}."
    if average:
        right = f"From {numbered(len(shares), 'window')}: {_divided(arriving, cells)}."
    elif shares:
        right = f"From {numbered(len(shares), 'window')}: {sum_text([s for _, s in shares])}."
    total = sum(arriving, Fraction())
    roads = [
        road(
            "unshared-average" if average else "",
            total,
            f"You handed the whole gradient on: {sum_text(arriving)}. Here {told}. {right}",
        ),
        road(
            "" if average else "shared-maximum",
            total / cells,
            f"You shared the gradient among all cells: {_divided(arriving, cells)}. Here {told}. "
            f"{right}",
        ),
    ]
    for output, share in shares:
        alone = number_text(share)
        if average:
            alone = _divided([pool.upstream[output[0]][output[1]]], cells)
        feedback = f"You looked at output {place(output)} only: {alone}. {right}"
        roads.append(road("forgot-overlap", share, feedback))
    output = shares[0][0] if shares else seen[0]
    return number_exercise(
        prompt(
            f"{_windows(pool, pool.kind)}. These gradients come back. What is the gradient of "
            f"input cell {place(cell)}? Rows and columns count from 0.",
            side_by_side(("input", pool.map), ("gradient of the output", pool.upstream)),
        ),
        answer,
        roads=roads,
        hints=(f"Of the gradient of an output, {told}.", "Gradients from several windows add up."),
        solution=(f"Of the gradient of an output, {told}.", right),
        demonstration=pool.shown_at(output, backward=True),
    )


def _parameters(chance: Random, level: int) -> Exercise:
    size, channels = chance.choice((2, 3)), chance.choice((3, 6, 8, 16, 32))
    kind = chance.choice(("Max", "Avg"))
    convolutions = []
    if level > 1:
        convolutions.append(Convolution(channels, chance.choice((4, 8, 10, 16)), 3, padding=1))
    if level > 2:
        convolutions.append(
            Convolution(convolutions[0].out_channels, chance.choice((8, 16, 20)), 5, padding=2)
        )
    pooling = Pooling("max" if kind == "Max" else "avg", size)
    takes = "largest" if kind == "Max" else "mean"
    lines = [f"nn.{kind}Pool2d({size})"]
    for layer in convolutions:
        code = f"{layer.in_channels}, {layer.out_channels}, {layer.kernel_size}"
        lines = [*lines, f"nn.Conv2d({code}, padding={layer.padding})", "nn.ReLU()",
                 f"nn.{kind}Pool2d({size})"]  # fmt: skip
    lines = lines[1:] if convolutions else lines
    total = sum(layer.parameters for layer in convolutions) + pooling.parameters
    formulas = [f"nn.Conv2d: {parameter_formula(layer)}" for layer in convolutions]
    right = f"All together: {' + '.join(f'{c.parameters:,}' for c in convolutions)} = {total:,}."
    if len(convolutions) < 2:
        right = f"All together: {total:,}."
    depths = [layer.out_channels for layer in convolutions] or [channels]
    given = [size * size * depth for depth in depths]
    weights = sum(layer.weights for layer in convolutions)
    return number_exercise(
        prompt(
            f"The input has {channels} channels. How many parameters are there in all?",
            block(lines),
        ),
        total,
        roads=[
            road(
                "pooling-has-weights",
                total + sum(given),
                f"You gave the windows of pooling a weight for each cell and channel, "
                f"{sum(given):,} in all. It only takes the {takes} of what is there. "
                f"{right}",
            ),
            road(
                "pooling-has-weights",
                total + size * size * len(depths),
                f"You gave each pooling {size}·{size} weights; it has none. {right}",
            ),
            road("forgot-bias", weights, f"You left the biases out: {weights:,}. {right}"),
        ],
        hints=("What does pooling have to learn?",),
        solution=("Pooling has nothing to learn: 0 parameters.", *formulas, right),
    )


SKILLS: tuple[Skill, ...] = (
    Skill("max-pooling", "Max pooling", "Fill in what max pooling leaves of a grid.", _max),
    Skill(
        "average-pooling",
        "Average pooling",
        "Fill in what average pooling leaves of a grid.",
        _average,
    ),
    *adaptive_pooling.SKILLS,
    Skill(
        "max-gradient",
        "Where the gradient of max pooling goes",
        "Point at the input cell that takes the gradient.",
        _max_gradient,
    ),
    Skill(
        "pooling-gradient",
        "Gradients through pooling",
        "Compute the gradient of an input number of pooling.",
        _gradient,
    ),
    Skill(
        "pooling-parameters",
        "Parameters of pooling",
        "Count the parameters of layers with pooling among them.",
        _parameters,
    ),
)
"""From what a window leaves to what flows back."""
