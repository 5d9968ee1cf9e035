"""Picking a cell of a grid, filling a grid in."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.questions import (
    Cell,
    CellQuestion,
    Grid,
    GridQuestion,
    UnclearAnswerError,
    Verdict,
    grid_lines,
)

from .typing_people import ANY_TEXT, NUMBERS, assert_marked_or_asked_back


def _grid(text: str) -> Grid:
    return tuple(tuple(Fraction(number) for number in row.split()) for row in text.split(";"))


PICTURE = _grid("1 2 3 4; 5 6 7 8; 9 10 11 12")
CELL = CellQuestion(
    id="q",
    prompt="Where?",
    explanation="because",
    grid=PICTURE,
    cells=frozenset({(0, 2), (2, 1)}),
    wrong=(((2, 0), "You took the row for the column."),),
    feedback="Look again.",
)
POOLED = GridQuestion(
    id="q",
    prompt="Pool it.",
    explanation="because",
    answer=_grid("6 8; 3 4"),
    roads=((_grid("3 5; 2 2"), "You took the mean.", "average-for-max"),),
    feedback="Take the largest of each window.",
)
MEANS = GridQuestion(
    id="q",
    prompt="Average it.",
    answer=_grid("7/3 -1/2; 17/4 2000"),
    roads=((_grid("8/3 -1/2; 17/4 2000"), "You divided by another number.", ""),),
    feedback="Divide by the number of cells.",
)
GRIDS = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(NUMBERS, min_size=width, max_size=width).map(tuple), min_size=1, max_size=4
    ).map(tuple)
)


@pytest.mark.parametrize(
    "text",
    ["0 2", "0,2", "(0, 2)", "[0, 2]", " 0 ; 2 ", "0/2", "row 0, column 2", "row 0 column 2",
     "r0 c2", "Row: 0 Col: 2", "column 2, row 0", "c2r0", "0 and 2"],
)  # fmt: skip
def test_a_cell_is_typed_in_many_ways(text: str) -> None:
    assert CELL.mark(text) == Verdict(True, "because", "(0, 2)")


def test_any_of_the_right_cells_will_do() -> None:
    right = [(r, c) for r in range(3) for c in range(4) if CELL.mark(f"{r} {c}").right]
    assert right == [(0, 2), (2, 1)]


def test_a_wrong_cell_says_why() -> None:
    assert CELL.mark("2 0") == Verdict(False, "You took the row for the column.", "(2, 0)")
    assert CELL.mark("1 1") == Verdict(False, "Look again.", "(1, 1)")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not a cell: give row and column, counted from 0"),
        ("0", "is not a cell"),
        ("0 1 2", "is not a cell"),
        ("-1 2", "is not a cell"),
        ("0 −2", "is not a cell"),
        ("0.5 2", "is not a cell"),
        ("row 0 row 2", "is not a cell"),
        ("0 99999", "is not a cell"),
        ("3 0", "lies outside: rows go from 0 to 2, columns from 0 to 3"),
        ("0 4", "lies outside"),
        ("0 2" + " " * 200, "at most 200 characters"),
    ],
)
def test_an_unclear_cell_is_asked_back(text: str, said: str) -> None:
    with pytest.raises(UnclearAnswerError, match=said):
        CELL.mark(text)


@pytest.mark.parametrize(
    "text",
    ["6 8; 3 4", "6 8;3 4", "6, 8; 3, 4", "6,8; 3,4", "6 8 | 3 4", "6 8\n3 4", "6 8 / 3 4",
     "[[6, 8], [3, 4]]", "[6 8] [3 4]", "(6, 8), (3, 4)", "6 8 3 4", "6.0 8; 12/4 4;"],
)  # fmt: skip
def test_a_grid_is_typed_in_many_ways(text: str) -> None:
    assert POOLED.mark(text) == Verdict(True, "because", "6 8; 3 4")


def test_the_right_cells_of_a_wrong_grid_are_counted_first() -> None:
    assert POOLED.mark("6 8; 2 4") == Verdict(
        False, "3 of 4 are right; (1, 0) is not. Take the largest of each window.", "6 8; 2 4"
    )
    assert POOLED.mark("6 1; 1 1").feedback.startswith("1 of 4 is right; (0, 1) is not. ")
    assert POOLED.mark("1 1; 1 1").feedback.startswith("(0, 0) is not. ")


def test_a_wrong_grid_on_a_road_hears_about_it() -> None:
    assert POOLED.mark("3 5; 2 2") == Verdict(
        False, "You took the mean.", "3 5; 2 2", ("average-for-max",)
    )
    assert MEANS.mark("2.67 -0.5; 4.25 2000").feedback == "You divided by another number."
    # Too few digits to tell that it is this road.
    assert MEANS.mark("2.7 -0.5; 4.25 2000").feedback.startswith("3 of 4 are right; (0, 0)")


@pytest.mark.parametrize(
    "text",
    ["7/3 -1/2; 17/4 2000", "2.33 −.5; 4.25 2,000", "2,333 -0,5; 4,25 2000",
     "2.33, -0.5; 4.25, 2'000"],
)  # fmt: skip
def test_numbers_of_a_grid_may_be_rounded_like_any_number(text: str) -> None:
    assert MEANS.mark(text).right


def test_numbers_rounded_too_much_are_asked_back_when_all_else_is_right() -> None:
    with pytest.raises(UnclearAnswerError, match="is near: give 2 digits behind the point"):
        MEANS.mark("2.3 -0.5; 4.25 2000")
    verdict = MEANS.mark("2.3 0.5; 4.25 2000")
    assert verdict.feedback.startswith("3 of 4 are right; (0, 1) is not.")


def test_more_digits_can_be_asked_for() -> None:
    question = GridQuestion(id="q", prompt="?", answer=_grid("7/3"), decimals=4)
    assert question.mark("2.3333").right
    with pytest.raises(UnclearAnswerError, match="give 4 digits"):
        question.mark("2.33")


def test_cells_that_are_given_need_not_be_typed() -> None:
    question = GridQuestion(
        id="q", prompt="?", answer=_grid("6 8; 3 4"), given=frozenset({(0, 0), (1, 1)})
    )
    assert question.lines == ("6 ?", "? 4")
    assert question.mark("8; 3").right
    assert question.mark("8 3").right
    assert question.mark("6 8; 3 4").right
    assert question.mark("3 8").feedback == "2 of 4 are right; (0, 1) is not."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not a 2x2 grid: give 2 rows of 2 numbers, rows with a semicolon"),
        ("6", "is not a 2x2 grid"),
        ("6 8 3", "is not a 2x2 grid"),
        ("6; 8; 3; 4; 5", "is not a 2x2 grid"),
        ("6 8; 3 x", "“x” is not a number: type one such as 6"),
        ("6 8; 3 never", "“never” is not a number"),
        ("6 8; 3 1/0", "divides by 0"),
        ("6 8; 3 1e999999999", "is not a number"),
        ("1 " * 3000, "at most 4000 characters"),
    ],
)
def test_an_unclear_grid_is_asked_back(text: str, said: str) -> None:
    with pytest.raises(UnclearAnswerError, match=said):
        POOLED.mark(text)


@given(grid=GRIDS, decimals=st.integers(0, 5))
def test_the_answer_as_it_is_written_is_right(grid: Grid, decimals: int) -> None:
    question = GridQuestion(id="q", prompt="?", answer=grid, decimals=decimals)
    assert question.mark(question.answer_text).right


@given(grid=GRIDS, data=st.data())
def test_one_other_number_makes_a_grid_wrong(grid: Grid, data: st.DataObject) -> None:
    question = GridQuestion(id="q", prompt="?", answer=grid)
    row = data.draw(st.integers(0, len(grid) - 1))
    column = data.draw(st.integers(0, len(grid[0]) - 1))
    rows = [[str(value) for value in line] for line in grid]
    rows[row][column] = str(grid[row][column] + 1)
    verdict = question.mark("; ".join(" ".join(line) for line in rows))
    assert not verdict.right
    assert f"({row}, {column}) is not." in verdict.feedback


@pytest.mark.parametrize("question", [CELL, POOLED, MEANS])
@given(text=ANY_TEXT)
def test_any_text_is_marked_or_asked_back(question: CellQuestion | GridQuestion, text: str) -> None:
    assert_marked_or_asked_back(question, text)


def test_a_grid_shows_its_numbers_right_aligned() -> None:
    assert grid_lines(_grid("1 -12; 7/3 1234")) == ("   1  −12", " 7/3 1234")


def test_rows_and_columns_are_numbered_on_demand() -> None:
    assert grid_lines(_grid("1 12; -3 4"), numbered=True) == (
        "     0  1",
        "   ┌─────",
        "0  │ 1 12",
        "1  │−3  4",
    )


def test_numbers_of_wide_and_high_grids_stand_above_their_columns() -> None:
    lines = grid_lines(((Fraction(7),) * 11,) * 11, numbered=True)
    assert {len(line) for line in lines} == {len(lines[0])}
    assert lines[0].split() == [str(column) for column in range(11)]
    assert [line.split()[0] for line in lines[2:]] == [str(row) for row in range(11)]


@pytest.mark.parametrize("cell", [(3, 0), (0, 4), (-1, 0)])
def test_cells_lie_in_the_grid(cell: Cell) -> None:
    with pytest.raises(ValueError, match="is not in its 3x4 grid"):
        CellQuestion(id="q", prompt="?", grid=PICTURE, cells=frozenset({cell}))
    with pytest.raises(ValueError, match="not in its grid"):
        GridQuestion(id="q", prompt="?", answer=PICTURE, given=frozenset({cell}))


def test_a_cell_is_told_as_cells_are_written() -> None:
    assert CELL.answer_words == "(0, 2)"
    assert CELL.mark(CELL.answer_text).right


def test_a_cell_is_right_or_wrong_but_not_both() -> None:
    for cells in (frozenset[Cell](), frozenset({(0, 0)})):
        with pytest.raises(ValueError, match="right cells that are not wrong as well"):
            CellQuestion(id="q", prompt="?", grid=PICTURE, cells=cells, wrong=(((0, 0), "no"),))


@pytest.mark.parametrize("text", ["6 8; 3 4", "6 8 3 4", "6 8"])
def test_a_wrong_grid_differs_and_has_the_size_of_the_answer(text: str) -> None:
    with pytest.raises(ValueError, match="its answer or has another size"):
        GridQuestion(id="q", prompt="?", answer=_grid("6 8; 3 4"), roads=((_grid(text), "no", ""),))


@pytest.mark.parametrize("grid", [(), ((),), _grid("1 2; 3")])
def test_a_grid_is_rectangular(grid: Grid) -> None:
    with pytest.raises(ValueError, match="rows are empty or not equally long"):
        GridQuestion(id="q", prompt="?", answer=grid)
    with pytest.raises(ValueError, match="rows are empty or not equally long"):
        CellQuestion(id="q", prompt="?", grid=grid, cells=frozenset({(0, 0)}))
