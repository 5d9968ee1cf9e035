"""Kernels: which one made a picture, and what becomes of one that is flipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING

from cnnviz_tui.questions import Cell, Grid, Option, number_text
from cnnviz_tui.quiz.skill import Exercise, QuizError, Skill
from cnnviz_tui.quiz.skills import flips
from cnnviz_tui.quiz.skills.asking import choice_exercise, number_exercise, road
from cnnviz_tui.quiz.skills.drawn_layer import Layer
from cnnviz_tui.quiz.skills.grids import (
    at_step,
    flipped,
    grid_of,
    in_a_line,
    place,
    products_text,
    prompt,
    side_by_side,
    some_numbers,
    sum_text,
    whole,
)

if TYPE_CHECKING:
    pass

_MOST_DRAWS = 200
_NAMED = ("sobel-x", "sobel-y", "edges", "sharpen", "identity", "emboss")
_SHAPES = (
    "letter-A", "letter-C", "letter-E", "letter-H", "letter-N", "letter-T", "letter-X",
    "shape-square", "shape-ring", "shape-diagonal", "shape-dot", "numbers",
)  # fmt: skip


def _reading(name: str) -> str:
    from cnnviz_tui.samples import kernel_named

    return kernel_named(name).about


def _answer(picture: Grid, kernel: Grid, padding: int) -> Grid:
    """What a kernel makes of a picture."""
    import numpy as np

    from cnnviz_tui import ops

    image = np.array(picture, dtype=np.float64)[None, None]
    weight = np.array(kernel, dtype=np.float64)[None, None]
    return grid_of(ops.conv2d(image, weight, padding=padding)[0, 0])


def _told_apart(chance: Random, level: int) -> tuple[Layer, dict[str, Grid], list[Grid]]:
    """A layer, its kernel and others by name, and what each makes: no two make the same.

    Raises:
        QuizError: chance found none, which many draws make all but impossible.
    """
    for _ in range(_MOST_DRAWS):
        side = chance.randint(5, 6) if level < 3 else chance.randint(4, 5)
        names = chance.sample(_NAMED, 3 if level == 1 else 4)
        size = (side, side + chance.choice((0, 1)))
        padding = 1 if level == 2 else 0
        layer = Layer(chance.choice(_SHAPES), names[0], size, 3, padding=padding)
        kernels = {name: grid_of(replace(layer, kernel=name).walk.weight[0, 0]) for name in names}
        if level == 3:
            kernels = _relatives(kernels[names[0]])
        picture = grid_of(layer.walk.input[0])
        answers = [_answer(picture, kernel, padding) for kernel in kernels.values()]
        if len({*answers}) == len(answers) > 2 and any(map(any, answers[0])):
            return layer, kernels, answers
    raise QuizError("No picture was found that tells these kernels apart: take another seed.")


def _which(chance: Random, level: int) -> Exercise:
    """Show input and output, ask for the kernel: by name, by numbers, or turned and negated."""
    layer, choices, answers = _told_apart(chance, level)
    picture, kernel = grid_of(layer.walk.input[0]), next(iter(choices.values()))
    right, others = answers[0], answers[1:]
    row, column = _telling(right, others)
    texts = [_title(name) if level == 1 else in_a_line(grid) for name, grid in choices.items()]
    options = [Option(texts[0], right=True)]
    for text, grid, made in list(zip(texts, choices.values(), answers, strict=True))[1:]:
        at = (row, column) if made[row][column] != right[row][column] else _difference(made, right)
        why = (
            f"It would make {number_text(made[at[0]][at[1]])} at {place(at)}, where the output has "
            f"{number_text(right[at[0]][at[1]])}."
        )
        name = "flipped" if grid == flipped(kernel) else ""
        options.append(Option(text, feedback=why, name=name))
    window = layer.at((row, column))
    assert window is not None  # noqa: S101 - it is one of the output
    weights = [weight for line in kernel for weight in line]
    below = map(whole, window.patch.ravel())
    met = [(number, weight) for number, weight in zip(below, weights, strict=True) if weight]
    border = " and a border of zeros" if layer.padding else ""
    rows = "" if level == 1 else " Semicolons stand between rows."
    return choice_exercise(
        chance,
        prompt(
            f"A 3x3 kernel slid over the input{border}, stride 1, as networks do it. Which one "
            f"made this output?{rows}",
            side_by_side(("input", picture), ("output", right)),
        ),
        options,
        solution=(
            _reading(layer.kernel),
            f"Its numbers are {in_a_line(kernel)}.",
            f"At {place((row, column))} it makes {products_text(*zip(*met, strict=True))}.",
            _elsewhere([made[row][column] for made in others]),
        ),
        hints=("Take a window with few numbers that are not 0 and try each kernel there.",),
        demonstration=at_step(layer.shown(), layer.index((row, column))),
    )


def _telling(right: Grid, others: Sequence[Grid]) -> Cell:
    """The place where most other kernels make something else; of several the most inside."""

    def told(at: Cell) -> tuple[int, int]:
        made = [other[at[0]][at[1]] for other in others]
        return sum(value != right[at[0]][at[1]] for value in made), len({*made})

    cells = [(i, j) for i, row in enumerate(right) for j in range(len(row))]
    return max(cells, key=told)


def _elsewhere(made: Sequence[Fraction]) -> str:
    """What the other kernels make at a place, as a sentence."""
    *first, last = map(number_text, made)
    return f"The others make {', '.join(first)} and {last} there."


def _title(name: str) -> str:
    from cnnviz_tui.samples import kernel_named

    kernel = kernel_named(name)
    return f"{kernel.title}: {kernel.about.rpartition(': ')[2].removesuffix('.')}"


def _relatives(kernel: Grid) -> dict[str, Grid]:
    """The kernel, and those that one takes for it; each only once."""
    candidates = {
        "itself": kernel,
        "half a turn": flipped(kernel),
        "transposed": tuple(zip(*kernel, strict=True)),
        "mirrored": tuple(row[::-1] for row in kernel),
        "negative": tuple(tuple(-value for value in row) for row in kernel),
        "without a centre": tuple(
            tuple(Fraction() if (i, j) == (1, 1) else v for j, v in enumerate(row))
            for i, row in enumerate(kernel)
        ),
        "twice": tuple(tuple(2 * value for value in row) for row in kernel),
    }
    found: dict[str, Grid] = {}
    for name, grid in candidates.items():
        if grid not in found.values() and len(found) < 4:
            found[name] = grid
    return found


def _difference(made: Grid, right: Grid) -> Cell:
    """The first place where two grids that are not the same differ."""
    return next(
        (i, j) for i, row in enumerate(made) for j, value in enumerate(row) if value != right[i][j]
    )


def _flat(chance: Random, level: int) -> Exercise:
    """Ask what a kernel makes of a picture without any change in it."""
    shade = chance.randint(2, 6) if level == 1 else chance.randint(2, 9)
    bias = 0
    if level == 1:
        name = chance.choice(_NAMED)
        kernel = grid_of(Layer("numbers", name, (4, 4), 3).walk.weight[0, 0])
    else:
        kernel = some_numbers(chance, 3, 3, -2, 3)
        bias = chance.choice((-3, -2, 2, 3, 5)) if level == 3 else 0
    weights = [value for row in kernel for value in row]
    total = sum(weights, Fraction())
    made = _answer(((Fraction(shade),) * 3,) * 3, kernel, 0)[0][0] + bias
    end = f" {'+' if bias > 0 else '−'} {abs(bias)}" if bias else ""
    right = (
        f"The weights add up to {number_text(total)}: {number_text(total)}·{shade}{end} = "
        f"{number_text(made)}."
    )
    positive = sum((abs(value) for value in weights), Fraction())
    with_bias = f" and bias {number_text(Fraction(bias))}" if bias else ""
    return number_exercise(
        prompt(
            f"Every number of a picture is {shade}. What does a filter with these weights"
            f"{with_bias} make of it, away from the border?",
            side_by_side(("filter", kernel)),
        ),
        made,
        roads=[
            road(
                "forgot-input",
                total + bias,
                f"You took the picture's numbers for 1: {number_text(total)}·1{end} = "
                f"{number_text(total + bias)}. {right}",
            ),
            road(
                "forgot-negative-weights",
                positive * shade + bias,
                f"You left the minus signs out: {number_text(positive)}·{shade}{end} = "
                f"{number_text(positive * shade + bias)}. {right}",
            ),
            road(
                "forgot-filter-sum",
                Fraction(shade),
                f"You took the picture as it is: {shade}. {right}",
            ),
            road(
                "forgot-bias",
                total * shade,
                f"You left the bias out: {number_text(total)}·{shade} = "
                f"{number_text(total * shade)}. {right}",
            ),
        ],
        hints=("Every product has the same first factor: what is left is the sum of the weights.",),
        solution=(f"The weights: {sum_text(weights)}.", right),
    )


SKILLS: tuple[Skill, ...] = (
    Skill(
        "which-kernel",
        "Which kernel made this",
        "Tell from input and output which kernel was at work.",
        _which,
    ),
    Skill(
        "flat-picture",
        "A kernel on a flat picture",
        "Say what a kernel makes of a picture that is the same everywhere.",
        _flat,
    ),
    *flips.SKILLS,
)
"""From what a kernel does to what its flip changes."""
