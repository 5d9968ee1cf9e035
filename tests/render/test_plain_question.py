"""A question and its verdict, read aloud line by line."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.questions import (
    CellQuestion,
    ChoiceQuestion,
    GridQuestion,
    NumberQuestion,
    Option,
    OrderQuestion,
    Question,
    Verdict,
)
from cnnviz_tui.render.plain_question import ask_lines, verdict_lines

GRID = ((Fraction(1), Fraction(12)), (Fraction(-3), Fraction(4)))

NUMBER = NumberQuestion(
    id="n",
    prompt="How large is the *output* of a `conv2d(x, w)` with **N = 7**, F = 3?",
    answer=Fraction(5),
)
CHOICE = ChoiceQuestion(
    id="c",
    prompt="What does `ceil_mode` do?",
    options=(
        Option("It rounds the size of the output up, with a window that hangs over the edge", True),
        Option("It rounds `down`"),
    ),
)
ORDER = OrderQuestion(id="o", prompt="In which order?", items=("conv", "relu"), shown=(1, 0))
CELL = CellQuestion(id="p", prompt="Which is largest?", grid=GRID, cells=frozenset({(0, 1)}))
FILL = GridQuestion(id="g", prompt="Pool it.", answer=GRID, given=frozenset({(0, 0)}))


def test_a_number_is_asked_for_without_marks_and_with_how_to_answer() -> None:
    assert ask_lines(NUMBER, 40) == [
        "How large is the output of a",
        "conv2d(x, w) with N = 7, F = 3?",
        "Type a number such as 28, 2.33 or 7/3.",
    ]


def test_options_hang_behind_their_letters() -> None:
    assert ask_lines(CHOICE, 40) == [
        "What does ceil_mode do?",
        "a) It rounds the size of the output up,",
        "   with a window that hangs over the",
        "   edge",
        "b) It rounds down",
        "Type the letter of an option.",
    ]


def test_things_to_order_are_shown_in_the_shown_order() -> None:
    assert ask_lines(ORDER)[1:3] == ["a) relu", "b) conv"]


def test_grids_stand_as_they_are() -> None:
    assert ask_lines(CELL)[1:-1] == [
        "     0  1",
        "   ┌─────",
        "0  │ 1 12",
        "1  │−3  4",
    ]
    assert ask_lines(FILL)[1:-1] == ["1 ?", "? ?"]


def test_paragraphs_of_a_prompt_stay_apart() -> None:
    two = NumberQuestion(id="n", prompt="One\nline.\n\nAnother.", answer=Fraction(1))
    assert ask_lines(two)[:3] == ["One line.", "", "Another."]


def test_a_grid_in_a_prompt_keeps_its_rows() -> None:
    grid = NumberQuestion(id="n", prompt="The largest?\n\n    1  2\n    3 −4", answer=Fraction(3))
    assert ask_lines(grid)[:4] == ["The largest?", "", "  1  2", "  3 −4"]


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (
            Verdict(True, "The window *fits* `5` times.", "5"),
            ["✓ Right: 5", "The window fits 5 times."],
        ),
        (Verdict(False, "You left P out.", "5"), ["✗ Not right: 5", "You left P out."]),
        (Verdict(True, "", "`relu`"), ["✓ Right: relu"]),
        (Verdict(False, "", ""), ["✗ Not right."]),
    ],
)
def test_a_verdict_says_right_or_not_in_words_and_sign(
    verdict: Verdict, expected: list[str]
) -> None:
    assert verdict_lines(verdict) == expected


def test_a_long_answer_hangs_behind_the_sign() -> None:
    said = verdict_lines(Verdict(False, "", "one two three four five"), 20)
    assert said == ["✗ Not right: one two", "  three four five"]


@pytest.mark.parametrize("question", [NUMBER, CHOICE, ORDER])
@given(width=st.integers(20, 100))
def test_no_line_is_wider_than_asked(question: Question, width: int) -> None:
    assert all(len(line) <= width for line in ask_lines(question, width))


@given(feedback=st.text(max_size=100), given_=st.text(max_size=60), width=st.integers(10, 80))
def test_any_verdict_fits(feedback: str, given_: str, width: int) -> None:
    lines = verdict_lines(Verdict(False, feedback, given_), width)
    assert lines[0].startswith("✗ ")
    assert all(len(line) <= width and "\n" not in line for line in lines)
