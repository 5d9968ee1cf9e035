"""Whether lines of a lesson stay in one piece beside a demonstration and on the smallest screen."""

from __future__ import annotations

import pytest

from cnnviz_tui.course.problem import Problem
from cnnviz_tui.render.lesson_length import ALONE
from cnnviz_tui.render.lesson_width import BESIDE, too_wide
from cnnviz_tui.render.prose import plain_prose
from tests.course.small import SMALL, lesson

TEXT_ALONE = "Nothing to do here."
TEXT_BESIDE = "After the picture."


def said(text: str, instead_of: str = TEXT_ALONE) -> tuple[list[Problem], list[str]]:
    """What is too wide in the small lesson with another text in it, and the file's lines."""
    written = SMALL.replace(instead_of, text)
    return list(too_wide(lesson(written))), written.split("\n")


@pytest.mark.parametrize(("place", "width"), [(TEXT_ALONE, ALONE), (TEXT_BESIDE, BESIDE)])
def test_code_may_be_as_wide_as_it_is_shown_in_one_piece(place: str, width: int) -> None:
    room = width - 2
    fits = f"```text\nshort\n{'x' * room}\n```"
    assert plain_prose(fits, width)[1:] == [f"  {'x' * room}"]
    assert said(fits, place)[0] == []
    (problem,), lines = said(fits.replace("xx", "xxx", 1), place)
    assert lines[problem.line - 1] == "x" * (room + 1)
    assert problem.column == room + 1
    assert f"has {room + 1} characters" in problem.message
    assert problem.message.endswith(f"there is room for {room}: write it on several lines.")


def test_code_in_a_list_has_less_room_and_its_column_is_that_of_the_file() -> None:
    (problem,), lines = said(f"- so:\n\n  ```text\n  {'x' * 75}\n  ```")
    assert lines[problem.line - 1][problem.column - 1 :] == "x" * 2


def test_a_cell_of_a_table_is_found_in_its_row() -> None:
    (problem,), lines = said(f"| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | {'y' * 120} |")
    assert lines[problem.line - 1][problem.column - 1 :] == f"{'y' * 120} |"
    assert "would be broken" in problem.message
    assert "shorten the row or take fewer columns" in problem.message


def test_cells_of_several_words_are_wrapped_between_them_and_are_whole() -> None:
    assert said(f"| a | b |\n|---|---|\n| 1 | {'word ' * 40} |")[0] == []


def test_a_word_wider_than_the_text_is_found_and_a_long_paragraph_is_not() -> None:
    assert said("word " * 100)[0] == []
    (problem,), lines = said(f"It stands at\nthe end: {'z' * (ALONE + 1)}")
    assert lines[problem.line - 1][problem.column - 1 :] == "z" * (ALONE + 1)
    assert f"room for {ALONE} columns" in problem.message


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("How many places are there side by side?", "text"),
        ("Where does the first window begin?", "hints"),
        ("A longer stride has fewer places.", "explanation"),
        ("That is the width of the picture.", "feedback"),
        ("more filters", "options"),
    ],
)
def test_texts_of_questions_are_looked_at_too(written: str, name: str) -> None:
    (problem,), lines = said("w" * (BESIDE + 1), written)
    assert lines[problem.line - 1] == "```quiz"
    assert problem.message.startswith(f"In the question's {name}: “www")
