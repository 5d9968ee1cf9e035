"""The flip between a convolution and what networks compute, a cross-correlation."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, cast

from cnnviz_tui.questions import Grid, Option
from cnnviz_tui.quiz.skill import Exercise, Skill
from cnnviz_tui.quiz.skills.asking import choice_exercise, number_exercise, road
from cnnviz_tui.quiz.skills.grids import (
    at_step,
    flipped,
    grid_exercise,
    grid_of,
    in_a_line,
    products_text,
    prompt,
    side_by_side,
    some_numbers,
    sum_text,
    typed,
    whole,
)
from cnnviz_tui.walkthroughs.demonstration import Demonstration

if TYPE_CHECKING:
    from cnnviz_tui.walkthroughs.signal import SignalWalkthrough

_MOST_DRAWS = 200


def _longer(chance: Random, kernel: Grid) -> Grid:
    """A signal for a kernel, of one axis for one of one axis."""
    height = len(kernel) + 1 if len(kernel) > 1 else 1
    return some_numbers(chance, height, len(kernel[0]) + 2, 0, 3)


def _signal(signal: Grid, kernel: Grid, mode: str) -> tuple[Demonstration, SignalWalkthrough]:
    shown = Demonstration(
        "signal",
        typed={"signal-numbers": typed(signal), "kernel-numbers": typed(kernel), "mode": mode},
    )
    return shown, cast("SignalWalkthrough", shown.walkthrough())


def _flip_value(chance: Random, level: int) -> Exercise:
    """Ask for one number of a convolution, or of the cross-correlation that networks compute."""
    for _ in range(_MOST_DRAWS):
        if level == 1:
            signal, kernel = (some_numbers(chance, 1, n, 0, 5) for n in (chance.randint(4, 6), 3))
        elif level == 2:
            signal = some_numbers(chance, 1, chance.randint(5, 7), -2, 4)
            kernel = some_numbers(chance, 1, chance.choice((3, 4)), -2, 3)
        else:
            signal = some_numbers(chance, chance.randint(3, 4), chance.randint(3, 4), 0, 4)
            kernel = some_numbers(chance, *chance.choice(((2, 2), (2, 3), (3, 2))), -2, 3)
        shown, walk = _signal(signal, kernel, "valid")
        rows, columns = walk.positions
        at = chance.randrange(len(rows)), chance.randrange(len(columns))
        step = walk.step(walk.index_of(*at))
        if not step.agree:
            break
    flip = chance.random() < 0.5
    patch = grid_of(step.patch)
    used, other = (flipped(kernel), kernel) if flip else (kernel, flipped(kernel))
    answer = whole(step.convolved if flip else step.correlated)
    asked, way = ("true convolution", "the kernel is flipped") if flip else (
        "cross-correlation, as convolutional layers compute it", "the kernel stays as it is"
    )  # fmt: skip
    lines = [products_text(*pair) for pair in zip(patch, used, strict=True)]
    right = f"Here {way}: {_total(patch, used)}."
    roads = [
        road(
            "forgot-to-flip" if flip else "flipped",
            whole(step.correlated if flip else step.convolved),
            f"{'You left the kernel as it is' if flip else 'You flipped the kernel'}: "
            f"{_total(patch, other)}. {right}",
        )
    ]
    if level == 3 and flip:
        half = tuple(row[::-1] for row in kernel)
        roads.append(
            road(
                "flipped-one-axis",
                _sum(patch, half),
                f"You flipped along one axis only: {_total(patch, half)}. {right}",
            )
        )
    absolute = tuple(tuple(abs(value) for value in row) for row in used)
    roads.append(
        road(
            "forgot-negative-weights",
            _sum(patch, absolute),
            f"You left minus signs out: {_total(patch, absolute)}. {right}",
        )
    )
    where = f"position {at[1]}" if level < 3 else f"position ({at[0]}, {at[1]})"
    return number_exercise(
        prompt(
            f"What is the {asked}, at {where}? Positions are those where the kernel lies wholly "
            "within the input, counted from 0.",
            side_by_side(("input", signal), ("kernel", kernel)),
        ),
        answer,
        roads=roads,
        hints=(
            "A convolution flips the kernel first; a cross-correlation does not.",
            f"The window has {in_a_line(patch)}.",
        ),
        solution=(
            f"The window there has {in_a_line(patch)}.",
            f"{way[0].upper()}{way[1:]}: {in_a_line(used)}.",
            *lines,
            right,
        ),
        demonstration=at_step(shown, walk.index_of(*at)),
    )


def _products(patch: Grid, kernel: Grid) -> list[Fraction]:
    pairs = zip(patch, kernel, strict=True)
    return [a * b for one, two in pairs for a, b in zip(one, two, strict=True)]


def _sum(patch: Grid, kernel: Grid) -> Fraction:
    return sum(_products(patch, kernel), Fraction())


def _total(patch: Grid, kernel: Grid) -> str:
    return sum_text(_products(patch, kernel))


def _flip_grid(chance: Random, level: int) -> Exercise:
    """Ask for the kernel as a convolution uses it."""
    size = chance.choice((((1, 3), (1, 4)), ((2, 2), (2, 3), (3, 2)), ((3, 3),))[level - 1])
    for _ in range(_MOST_DRAWS):
        kernel = some_numbers(chance, *size, -3, 4)
        if flipped(kernel) != kernel:
            break
    right = flipped(kernel)
    rule = "The last number comes first."
    if len(kernel) > 1:
        rule = "Both axes are flipped: the last row comes first, and each row runs backwards."
    shown, _ = _signal(_longer(chance, kernel), kernel, "valid")
    so = f"Half a turn: the last number comes first. {in_a_line(kernel)} becomes {in_a_line(right)}"
    upside_down = (kernel[::-1], f"You flipped from top to bottom only. {so}.", "flipped-one-axis")
    return grid_exercise(
        prompt(
            "A true convolution flips its kernel before it multiplies. What does this one look "
            "like then?",
            side_by_side(("kernel", kernel)),
        ),
        right,
        roads=[
            (kernel, f"That is the kernel as it was. {so}.", "forgot-to-flip"),
            (
                tuple(row[::-1] for row in kernel),
                f"You flipped from left to right only. {so}.",
                "flipped-one-axis",
            ),
            *([upside_down] if len(kernel) > 1 else []),
            (
                tuple(zip(*kernel, strict=True)),
                f"You swapped rows and columns. {so}.",
                "row-for-column",
            ),
            (
                tuple(zip(*right, strict=True)),
                f"You swapped rows and columns as well. {so}.",
                "row-for-column",
            ),
        ],
        solution=(rule, f"{so}."),
        feedback=rule,
        hints=("It is half a turn.",),
        # The explorer's last step before the sums shows the kernel flipped.
        demonstration=at_step(shown, 2 if size[0] > 1 else 1),
    )


def _symmetric(chance: Random, level: int) -> Exercise:
    """Ask for the kernel that its flip leaves as it is."""

    def kernel() -> Grid:
        size = ((1, 3), (1, 5) if chance.random() < 0.5 else (2, 2), (3, 3))[level - 1]
        return some_numbers(chance, *size, -2, 3)

    def turned_twice() -> Grid:
        """A kernel that half a turn leaves as it is, without being its mirror image."""
        while True:
            grid = kernel()
            numbers = [value for row in grid for value in row]
            half = len(numbers) // 2
            numbers[len(numbers) - half :] = numbers[:half][::-1]
            width = len(grid[0])
            made = tuple(tuple(numbers[i : i + width]) for i in range(0, len(numbers), width))
            mirrored = tuple(row[::-1] for row in made)
            if len({*numbers}) > 1 and (level < 3 or mirrored != made):
                return made

    right = turned_twice()
    wrong: list[Grid] = []
    if level == 3:
        # Mirror images of themselves from left to right, but not from top to bottom.
        wrong = [g for g in _mirrored_only(chance) if g != right][:1]
    while len(wrong) < 3:
        grid = kernel()
        if flipped(grid) != grid and grid not in wrong:
            wrong.append(grid)
    so = f"{in_a_line(right)} reads the same from behind."
    options = [Option(in_a_line(right), right=True)]
    for grid in wrong:
        why = f"Flipped it is {in_a_line(flipped(grid))}, another kernel. {so}"
        negative = tuple(tuple(-value for value in row) for row in grid) == flipped(grid)
        sign = " Its results differ in their sign." if negative else ""
        name = "flipped-one-axis" if grid == tuple(row[::-1] for row in grid) else ""
        options.append(Option(in_a_line(grid), feedback=why + sign, name=name))
    shown, _ = _signal(_longer(chance, right), right, "valid")
    rows = " Semicolons stand between rows." if level > 1 else ""
    return choice_exercise(
        chance,
        "For which of these kernels do convolution and cross-correlation always give the same?"
        + rows,
        options,
        solution=("They differ by the flip alone, half a turn of the kernel.", so),
        hints=("Read each kernel backwards, from its last number to its first.",),
        demonstration=shown,
    )


def _mirrored_only(chance: Random) -> Sequence[Grid]:
    """A 3x3 kernel that equals its mirror image and not its half turn."""
    for _ in range(_MOST_DRAWS):
        half = some_numbers(chance, 3, 2, -2, 3)
        grid = tuple((row[0], row[1], row[0]) for row in half)
        if flipped(grid) != grid:
            return (grid,)
    return ()


SKILLS: tuple[Skill, ...] = (
    Skill(
        "flip-value",
        "Flip or no flip",
        "Compute a number of a convolution, or of the cross-correlation of networks.",
        _flip_value,
    ),
    Skill(
        "flip-kernel",
        "Flip a kernel",
        "Turn a kernel around as the definition of convolution does.",
        _flip_grid,
    ),
    Skill(
        "symmetric-kernel",
        "When the flip does not matter",
        "Find the kernel that reads the same both ways.",
        _symmetric,
    ),
)
"""Part of the topic of kernels."""
