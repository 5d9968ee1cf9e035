"""Whether a step's text has room on the smallest terminal."""

from __future__ import annotations

import pytest

from cnnviz_tui.course.lesson import Lesson
from cnnviz_tui.render.lesson_length import (
    MOST_ASKING,
    MOST_ASKING_BELOW,
    MOST_LINES,
    MOST_SAID,
    MOST_SCROLLED,
    WIDTH,
    question_lines,
    step_lines,
    too_long,
)
from tests.course.small import SMALL, lesson


def with_text(text: str) -> Lesson:
    """The small lesson with another text in its second step."""
    return lesson(SMALL.replace("Nothing to do here.", text))


def test_a_step_of_as_many_lines_as_there_is_room_for_is_whole() -> None:
    items = "\n".join(f"- line {i}" for i in range(MOST_LINES))
    assert step_lines(with_text(items).steps[1]) == MOST_LINES
    assert list(too_long(with_text(items))) == []


def test_one_line_more_is_a_problem_at_the_steps_heading() -> None:
    items = "\n".join(f"- line {i}" for i in range(MOST_LINES + 1))
    long = with_text(items)
    (problem,) = too_long(long)
    assert problem.line == long.steps[1].line
    assert SMALL.split("\n")[problem.line - 1] == "## Only text"
    assert "has 19 lines of text, and 80x24 has room for 18" in problem.message


def test_lines_are_counted_as_they_wrap_and_blocks_have_a_line_between_them() -> None:
    assert step_lines(with_text("word " * (3 * WIDTH // 5)).steps[1]) == 3
    assert step_lines(with_text("One.\n\nTwo.").steps[1]) == 3


def test_questions_and_demonstrations_do_not_count_but_part_the_text() -> None:
    # Two lines of text, and one between them.
    assert step_lines(lesson().steps[0]) == 3


# -- questions ------------------------------------------------------------------------------------

BEFORE = "A 3x3 filter, a 7x7 picture, and [padding](term:padding) of none."
PREDICTION = "How many places are there side by side?"
BELOW = "What makes the output smaller?"


def lines_of(count: int) -> str:
    """A text in TOML of so many lines that are not wrapped."""
    return r"  \n".join(["line"] * count)


def complaints(old: str, new: str) -> list[str]:
    """What is too long in the small lesson with one text replaced; each stands at its question."""
    text = SMALL.replace(old, new)
    found = list(too_long(lesson(text)))
    assert {text.split("\n")[problem.line - 1] for problem in found} <= {"```quiz"}
    return [problem.message for problem in found]


def test_a_question_is_as_high_as_its_frame_its_text_and_its_field() -> None:
    number, choice = lesson().steps[0].questions
    # Two lines of frame, one of text, an empty one, and the field: a line, or two options.
    assert question_lines(number) == 5
    assert question_lines(choice) == 6


def test_below_a_demonstration_a_question_has_less_room() -> None:
    assert complaints(BELOW, lines_of(MOST_ASKING_BELOW - 5)) == []
    (said,) = complaints(BELOW, lines_of(MOST_ASKING_BELOW - 4))
    assert said.startswith("The question has 16 lines with its frame, and 80x24 has room for 15")


def test_a_prediction_has_the_room_of_the_demonstration_that_it_hides() -> None:
    assert complaints(PREDICTION, lines_of(MOST_ASKING - 4)) == []
    (said,) = complaints(PREDICTION, lines_of(MOST_ASKING - 3))
    assert said.startswith("The question has 23 lines with its frame, and 80x24 has room for 22")


def test_of_the_text_that_leads_to_a_question_a_few_lines_may_scroll_away() -> None:
    # A question of five lines, above it the text with an empty line below.
    most = MOST_ASKING + MOST_SCROLLED - 6
    long = PREDICTION, lines_of(5)
    text = SMALL.replace(*long)
    leading = [f"- line {i}" for i in range(most - 4)]
    assert list(too_long(lesson(text.replace(BEFORE, "\n".join(leading))))) == []
    more = "\n".join([*leading, "- one more"])
    (problem,) = too_long(lesson(text.replace(BEFORE, more)))
    assert "have 26 lines, and 80x24 has room for 22 here, with 3 more to scroll" in problem.message


@pytest.mark.parametrize(
    ("old", "name"),
    [
        ("A longer stride has fewer places.", "explanation"),
        ("They make it deeper.", "feedback"),
        ("That is how often it moves.", "feedback"),
        ("Count the columns in which a window of 3 can begin.", "feedback"),
    ],
)
def test_what_is_said_to_answers_fits_too(old: str, name: str) -> None:
    assert complaints(old, lines_of(MOST_SAID)) == []
    (said,) = complaints(old, lines_of(MOST_SAID + 1))
    assert said.startswith(f"The question has {name} of 8 lines, and 80x24 has room for 7")


def test_three_hundred_words_are_too_many_wherever_they_stand() -> None:
    for old in (PREDICTION, BELOW, "They make it deeper.", "A longer stride has fewer places."):
        assert len(complaints(old, "word " * 300)) == 1
