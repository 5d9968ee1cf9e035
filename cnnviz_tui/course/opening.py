"""A lesson as a learner opens it: at the step where one left, and soon."""

from __future__ import annotations

from functools import partial

from cnnviz_tui.course.first_look import first_look, first_words
from cnnviz_tui.course.lesson import Ask
from cnnviz_tui.course.library import Course
from cnnviz_tui.course.session import LessonSession
from cnnviz_tui.progress import Progress


def opened(
    course: Course, name: str, progress: Progress | None = None, step: int | None = None
) -> LessonSession:
    """A session of a lesson, of which only the step that one sees is read yet, or its first words.

    Args:
        course: where the lesson is found.
        name: its id or number.
        progress: where answers and places are kept.
        step: the step to begin with, from 0; where one left without one.

    Raises:
        CourseError: there is no such lesson, or nothing of it can be shown.
    """
    heading = course.heading(name)
    place = progress.place(heading.id) if progress is not None else None
    at = step if step is not None else place.step if place is not None else 0
    words = first_words(heading, at)
    lesson = words or first_look(heading, at)
    if lesson is None:
        session = LessonSession(course.lesson(heading.id), progress)
    else:
        rest = partial(course.lesson, heading.id)
        begun = words is not None
        session = LessonSession(lesson, progress, rest=rest, looked_at=at, only_begun=begun)
    # A lesson that was finished begins anew, and so does one that has become shorter.
    session.go(at if at < session.length else 0)
    if _is_uncovered(session):
        session.complete()
    return session


def _is_uncovered(session: LessonSession) -> bool:
    """Whether the step's prediction was answered before, so that what it hid is to be seen."""
    parts = session.step.parts if session.step is not None else ()
    predicts = any(isinstance(part, Ask) and part.predicts for part in parts)
    return predicts and session.open_question is None
