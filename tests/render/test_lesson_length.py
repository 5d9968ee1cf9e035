"""Whether a step's text has room on the smallest terminal."""

from __future__ import annotations

from cnnviz_tui.course.lesson import Lesson
from cnnviz_tui.render.lesson_length import MOST_LINES, WIDTH, step_lines, too_long
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
