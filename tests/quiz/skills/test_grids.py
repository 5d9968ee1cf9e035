"""Grids as text, sums written out, and exercises that ask for a grid or a cell."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cnnviz_tui.quiz.skills.grids import (
    cell_exercise,
    flipped,
    grid_exercise,
    grid_of,
    in_a_line,
    place,
    products_text,
    prompt,
    side_by_side,
    sum_text,
    typed,
)
from cnnviz_tui.walkthroughs.demonstration import Demonstration
from tests.quiz.skills.reading import cell_asked, grid_asked, grids, in_line

SMALL = grid_of([[1.0, 0.0], [-1.0, 2.5]])
TALL = grid_of([[1], [2], [3]])


def test_grids_side_by_side_are_read_back() -> None:
    text = prompt("What comes out?", side_by_side(("input", TALL), ("the filter", SMALL)))
    assert grids(text) == {
        "input": [list(row) for row in TALL],
        "the filter": [list(row) for row in SMALL],
    }
    assert text == text.strip()


def test_a_grid_in_a_line_has_real_minus_signs() -> None:
    assert in_a_line(SMALL) == "1 0; −1 2.5"
    assert in_line(in_a_line(SMALL)) == [list(row) for row in SMALL]


def test_what_is_typed_into_an_explorer_is_read_there() -> None:
    shown = Demonstration("signal", typed={"kernel-numbers": typed(SMALL)})
    kernel = shown.walkthrough().kernel.tolist()  # type: ignore[attr-defined]
    assert grid_of(kernel) == SMALL


def test_half_a_turn_twice_is_no_turn() -> None:
    assert flipped(SMALL) == grid_of([[2.5, -1.0], [0.0, 1.0]])
    assert flipped(flipped(SMALL)) == SMALL


@pytest.mark.parametrize(
    ("terms", "text"),
    [([3, -1, 2], "3 − 1 + 2 = 4"), ([-3, 0], "−3 + 0 = −3"), ([5], "5")],
)
def test_sums_are_written_with_their_signs(terms: list[int], text: str) -> None:
    assert sum_text([Fraction(term) for term in terms]) == text


def test_negative_factors_stand_in_brackets() -> None:
    assert products_text([Fraction(1), Fraction(-2)], [Fraction(-1), Fraction(3)]) == (
        "1·(−1) + (−2)·3 = −7"
    )
    assert place((-1, 2)) == "(−1, 2)"


def test_roads_to_the_right_grid_or_to_another_size_are_dropped() -> None:
    exercise = grid_exercise(
        "Which grid?",
        SMALL,
        roads=[
            (SMALL, "right", ""),
            (TALL, "other size", ""),
            (flipped(SMALL), "turned", "flipped"),
        ],
        solution=("So it is.",),
        feedback="Look again.",
    )
    assert [why for _, why, _ in grid_asked(exercise).roads] == ["turned"]


def test_several_roads_to_one_cell_are_all_told() -> None:
    exercise = cell_exercise(
        "Which cell?",
        SMALL,
        (0, 0),
        wrong=[((0, 1), "One."), ((0, 1), "Two."), ((0, 1), "One."), ((0, 0), "right"),
               ((5, 5), "outside")],
        solution=("So it is.",),
        feedback="Look again.",
    )  # fmt: skip
    question = cell_asked(exercise)
    assert question.mark("0 1").feedback == "One. Or: Two."
    assert question.mark("1 1").feedback == "Look again."
    assert question.mark("0 0").right
