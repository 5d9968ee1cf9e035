"""Whether the text of a lesson's steps has room on the smallest terminal."""

from __future__ import annotations

from collections.abc import Iterator

from cnnviz_tui.course.lesson import Lesson, LessonStep, Prose
from cnnviz_tui.course.problem import Problem
from cnnviz_tui.render.prose import prose_lines

MOST_LINES = 18
"""Lines of prose that a step may have: the smallest terminal without title, keys and borders."""

WIDTH = 74


def too_long(lesson: Lesson) -> Iterator[Problem]:
    """A problem for every step whose text does not fit 80x24."""
    for step in lesson.steps:
        lines = step_lines(step)
        if lines > MOST_LINES:
            yield Problem(
                lesson.heading.path,
                step.line,
                1,
                f"The step “{step.title}” has {lines} lines of text, and 80x24 has room for "
                f"{MOST_LINES}: shorten it or make it two steps.",
            )


def step_lines(step: LessonStep) -> int:
    """How many lines the prose of a step takes."""
    blocks = [
        len(prose_lines(part.markdown, WIDTH)) for part in step.parts if isinstance(part, Prose)
    ]
    return sum(blocks) + max(len(blocks) - 1, 0)
