"""The options of every command that reads lessons."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz_tui.cli.terminal import print_text

if TYPE_CHECKING:
    from cnnviz_tui.course.lesson import Lesson
    from cnnviz_tui.course.library import Course
    from cnnviz_tui.progress import Progress

_MOST_WARNINGS = 5


def course_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --lessons, --with-ours and --language."""
    for option in (
        click.option("--language", default="en", show_default=True, help="The lessons' language."),
        click.option("--with-ours", is_flag=True, help="Our own lessons as well."),
        click.option(
            "--lessons",
            "folders",
            multiple=True,
            type=click.Path(path_type=Path),
            metavar="DIR",
            help="A folder of lessons instead of ours; may be given several times.",
        ),
    ):
        command = option(command)
    return command


def chosen_course(folders: tuple[Path, ...], *, with_ours: bool, language: str) -> Course:
    """The course of these options; files that cannot be read are named on stderr."""
    from cnnviz_tui.course.library import Course, is_ours, lesson_folders

    course = Course(lesson_folders(folders, with_ours=with_ours, language=language))
    # Ours are checked before anybody gets them; reading them all would only take time.
    if not all(map(is_ours, course.folders)):
        for sentence in course.unreadable:
            print_text(f"Warning: {sentence}", error=True)
    return course


def whole_lesson(course: Course, name: str) -> Lesson:
    """A lesson, read whole; what is wrong with it is said on stderr.

    Raises:
        CourseError: there is none, or nothing of it can be shown.
    """
    from cnnviz_tui.course.problem import CourseError

    reading = course.reading(name)
    if reading.lesson is None:
        raise CourseError(str(reading.problems[0]))
    for problem in reading.problems[:_MOST_WARNINGS]:
        print_text(f"Warning: {problem}", error=True)
    more = len(reading.problems) - _MOST_WARNINGS
    if more > 0:
        path = reading.lesson.heading.path
        print_text(f"Warning: {more} more: cnnviz lessons check {path}", error=True)
    return reading.lesson


def opened_progress() -> Progress:
    """The learner's record; what is wrong with it is said on stderr."""
    from cnnviz_tui.progress import open_progress

    progress = open_progress()
    if progress.problem:
        print_text(f"Warning: {progress.problem}", error=True)
    return progress
