"""A learner for tests: the right answer to any question, wrong ones, and what is said to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from cnnviz_tui.course.design import DesignQuestion
from cnnviz_tui.questions import (
    LETTERS,
    CellQuestion,
    ChoiceQuestion,
    Grid,
    GridQuestion,
    NumberQuestion,
    OrderQuestion,
    Question,
    SeveralQuestion,
    cell_text,
    value_text,
)


@dataclass(frozen=True)
class Slip:
    """A wrong answer as one types it, and words that the feedback to it has to have."""

    text: str
    feedback: str


def right_answer(question: Question) -> str:
    """The right answer as one types it."""
    if isinstance(question, ChoiceQuestion):
        return next(
            letter
            for letter, option in zip(LETTERS, question.options, strict=False)
            if option.right
        )
    return question.answer_text


def slips(question: Question) -> Iterator[Slip]:
    """Every wrong answer that the question has words of its own for, and one more.

    What is expected is taken from the lesson's own data, not from what marks answers.
    """
    match question:
        case NumberQuestion():
            for road in question.roads:
                yield Slip(value_text(road.value, question.decimals), road.feedback)
            if isinstance(question.answer, Fraction):
                taken = {road.value for road in question.roads}
                other = question.answer + 1_000_003
                assert other not in taken
                yield Slip(value_text(other), question.otherwise)
        case ChoiceQuestion():
            for letter, option in zip(LETTERS, question.options, strict=False):
                if not option.right:
                    yield Slip(letter, option.feedback)
        case SeveralQuestion():
            yield from _several(question)
        case OrderQuestion():
            yield Slip(" ".join(reversed(question.answer_text.split())), question.feedback)
        case CellQuestion():
            yield from _cells(question)
        case GridQuestion():
            yield from _grids(question)
        case DesignQuestion():
            yield Slip("flatten | linear 3", "Every layer fits, but 3 comes out instead of")
        case _:
            raise NotImplementedError(question.kind)


def _several(question: SeveralQuestion) -> Iterator[Slip]:
    rights = [LETTERS[i] for i, option in enumerate(question.options) if option.right]
    for i, option in enumerate(question.options):
        if option.right:
            without = [letter for letter in rights if letter != LETTERS[i]]
            if without:
                yield Slip(" ".join(without), option.feedback)
        else:
            yield Slip(" ".join(sorted([*rights, LETTERS[i]])), option.feedback)


def _cells(question: CellQuestion) -> Iterator[Slip]:
    named = {cell for cell, _ in question.wrong}
    for (row, column), feedback in question.wrong:
        yield Slip(f"{row} {column}", feedback)
    every = [(r, c) for r, row in enumerate(question.grid) for c in range(len(row))]
    other = next((cell for cell in every if cell not in question.cells | named), None)
    if other is not None:
        yield Slip(f"{other[0]} {other[1]}", question.feedback)


def _grids(question: GridQuestion) -> Iterator[Slip]:
    for grid, feedback, _ in question.roads:
        yield Slip(grid_text(grid, question.decimals), feedback)
    rows = [list(row) for row in question.answer]
    row, column = max(
        (r, c)
        for r in range(len(rows))
        for c in range(len(rows[0]))
        if (r, c) not in question.given
    )
    rows[row][column] += 5003
    changed = tuple(tuple(values) for values in rows)
    yield Slip(grid_text(changed, question.decimals), question.feedback)


def grid_text(grid: Grid, decimals: int = 2) -> str:
    """A grid as one types it: rows with semicolons between them."""
    return "; ".join(" ".join(cell_text(value, decimals) for value in row) for row in grid)
