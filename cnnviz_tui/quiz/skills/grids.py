"""What the generators with grids share: numbers out of arrays, grids as text, sums written out.

In a prompt, lines that are indented by four spaces stay as they are (grids, code); all other
text may be wrapped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING

from cnnviz_tui.questions import Cell, CellQuestion, Grid, GridQuestion, grid_lines, number_text
from cnnviz_tui.quiz.skill import Exercise
from cnnviz_tui.shapes.axis import signed
from cnnviz_tui.walkthroughs.demonstration import Demonstration

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

INDENT = "    "
_GAP = "     "


def prompt(*parts: str) -> str:
    """Sentences and blocks of lines, a blank line between them."""
    return "\n\n".join(parts)


def block(lines: Iterable[str]) -> str:
    """Lines that stay as they are."""
    return "\n".join(INDENT + line for line in lines)


def grid_of(values: ArrayLike) -> Grid:
    """An array (rows, columns) as a grid of exact numbers."""
    import numpy as np

    rows: list[list[float]] = np.asarray(values, dtype=np.float64).tolist()
    return tuple(tuple(Fraction(value) for value in row) for row in rows)


def whole(value: float) -> Fraction:
    """A number of an array exactly, a fraction of whole numbers."""
    return Fraction(float(value))


def some_numbers(chance: Random, height: int, width: int, least: int, most: int) -> Grid:
    """A grid of whole numbers by chance."""
    return tuple(
        tuple(Fraction(chance.randint(least, most)) for _ in range(width)) for _ in range(height)
    )


def side_by_side(*titled: tuple[str, Grid]) -> str:
    """Grids beside each other, each below its title, as lines that stay as they are."""
    columns = [(title, *grid_lines(grid)) for title, grid in titled]
    height = max(len(column) for column in columns)
    widths = [max(len(line) for line in column) for column in columns]
    padded = [[*column, *[""] * (height - len(column))] for column in columns]
    return block(
        _GAP.join(line.ljust(width) for line, width in zip(row, widths, strict=True)).rstrip()
        for row in zip(*padded, strict=True)
    )


def in_a_line(grid: Grid) -> str:
    """A grid in one line, as one would type it but with real minus signs: `1 0; −1 2`."""
    return "; ".join(" ".join(number_text(value) for value in row) for row in grid)


def typed(grid: Grid) -> str:
    """A grid of whole numbers as one types it into an explorer: `1 0; -1 2`."""
    return in_a_line(grid).replace("−", "-")


def factor(value: Fraction) -> str:
    """A number as a factor: a negative one in brackets."""
    text = number_text(value)
    return f"({text})" if value < 0 else text


def products_text(inputs: Iterable[Fraction], weights: Iterable[Fraction]) -> str:
    """The products of two rows and their sum: `1·2 + 0·(−1) = 2`."""
    pairs = list(zip(inputs, weights, strict=True))
    terms = " + ".join(f"{factor(a)}·{factor(b)}" for a, b in pairs)
    return f"{terms} = {number_text(sum((a * b for a, b in pairs), Fraction()))}"


def sum_text(terms: Sequence[Fraction]) -> str:
    """Terms and their sum: `3 − 1 + 2 = 4`; a single term is its own sum."""
    text = number_text(terms[0])
    for term in terms[1:]:
        text += f" {'−' if term < 0 else '+'} {number_text(abs(term))}"
    return f"{text} = {number_text(sum(terms, Fraction()))}" if len(terms) > 1 else text


def flipped(grid: Grid) -> Grid:
    """A grid turned around along both axes, by half a turn."""
    return tuple(row[::-1] for row in grid[::-1])


def place(cell: Cell) -> str:
    """A cell as people write it: `(1, 0)`."""
    return f"({signed(cell[0])}, {signed(cell[1])})"


def grid_exercise(
    asked: str,
    answer: Grid,
    *,
    roads: Iterable[tuple[Grid, str, str]],
    solution: Sequence[str],
    feedback: str,
    hints: Sequence[str] = (),
    demonstration: Demonstration | None = None,
) -> Exercise:
    """An exercise that asks for a grid.

    Args:
        asked: the question.
        answer: the right grid.
        roads: wrong grids, what leads to them, and the misconception's name; those that are right
            or of another size are dropped.
        solution: the worked solution, a paragraph a line; the last is the explanation too.
        feedback: what to say to any other wrong grid.
        hints: from a nudge to half the solution.
        demonstration: the explorer at these numbers.
    """
    size = len(answer), len(answer[0])
    question = GridQuestion(
        id="",
        prompt=asked,
        answer=answer,
        roads=tuple(
            one for one in roads if one[0] != answer and (len(one[0]), len(one[0][0])) == size
        ),
        feedback=feedback,
        hints=tuple(hints),
        explanation=solution[-1],
    )
    return Exercise(question=question, solution=tuple(solution), demonstration=demonstration)


def cell_exercise(
    asked: str,
    grid: Grid,
    right: Cell,
    *,
    wrong: Iterable[tuple[Cell, str]],
    solution: Sequence[str],
    feedback: str,
    hints: Sequence[str] = (),
    demonstration: Demonstration | None = None,
) -> Exercise:
    """An exercise that asks for one cell of a grid.

    Args:
        asked: the question.
        grid: what is shown.
        right: the right cell.
        wrong: cells on wrong roads and what to say to each; the right one and cells outside of
            the grid are dropped, and several roads to one cell all stay.
        solution: the worked solution, a paragraph a line; the last is the explanation too.
        feedback: what to say to any other cell.
        hints: from a nudge to half the solution.
        demonstration: the explorer at these numbers.
    """
    said: dict[Cell, list[str]] = {}
    for cell, why in wrong:
        inside = 0 <= cell[0] < len(grid) and 0 <= cell[1] < len(grid[0])
        if inside and cell != right and why not in said.setdefault(cell, []):
            said[cell].append(why)
    question = CellQuestion(
        id="",
        prompt=asked,
        grid=grid,
        cells=frozenset({right}),
        wrong=tuple((cell, " Or: ".join(reasons)) for cell, reasons in said.items()),
        feedback=feedback,
        hints=tuple(hints),
        explanation=solution[-1],
    )
    return Exercise(question=question, solution=tuple(solution), demonstration=demonstration)


def at_step(shown: Demonstration, index: int) -> Demonstration:
    """The same explorer at the step `index`, counted from 0."""
    return shown.changed(step=index + 1)
