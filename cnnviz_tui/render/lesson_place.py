"""The line above a lesson: its title, its steps as dots, and the step's number."""

from __future__ import annotations

from collections.abc import Iterator

from cnnviz_tui.course.library import Course
from cnnviz_tui.course.session import LessonSession
from cnnviz_tui.render.canvas import BOLD, Canvas


def paint_place(canvas: Canvas, session: LessonSession, course: Course) -> None:
    """The lesson's title, its steps as dots, and the step's number."""
    palette = canvas.palette
    canvas.fill(0, 0, canvas.width, 1, palette.surface)
    number = course.number(session.lesson.id)
    head = f"lesson {number} › " if number else "lesson › "
    x = canvas.write(1, 0, head, palette.dim)
    dots = " ".join(_dots(session))
    place = "end" if session.at_end else f"{session.step_index + 1}/{session.length}"
    right = f"{dots}  {place}"
    title = session.lesson.heading.title
    canvas.write(x, 0, title[: canvas.width - x - len(right) - 3], palette.strong, None, BOLD)
    canvas.write(canvas.width - len(right) - 1, 0, right, palette.output)


def _dots(session: LessonSession) -> Iterator[str]:
    for index in range(session.length):
        if index == session.step_index:
            yield "◐"
        elif index in session.seen:
            yield "●"
        else:
            yield "○"
