"""`cnnviz learn`: a lesson on a screen, as plain text, or for an audience."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnnviz_tui.cli.course_options import (
    chosen_course,
    course_options,
    opened_progress,
    whole_lesson,
)
from cnnviz_tui.cli.starting import importing

if TYPE_CHECKING:
    from cnnviz_tui.course.library import Course


@click.command(name="learn")
@click.argument("name", metavar="[ID]", required=False)
@click.option("--plain", is_flag=True, help="Print the lesson and ask its questions line by line.")
@click.option("--present", is_flag=True, help="For an audience: large, without chrome or record.")
@click.option("--notes", is_flag=True, help="The lecturer's notes, in a second terminal.")
@click.option("--step", type=click.IntRange(min=1), help="Begin with this step, counted from 1.")
@course_options
def command(
    name: str | None,
    plain: bool,
    present: bool,
    notes: bool,
    step: int | None,
    folders: tuple[Path, ...],
    with_ours: bool,
    language: str,
) -> None:
    """Take a lesson, named by its id or its number; without one, choose from all lessons.

    cnnviz lessons list names them.
    """
    if present and (plain or notes):
        other = "--plain" if plain else "--notes"
        raise click.UsageError(f"Choose one of --present and {other}.")
    from cnnviz_tui.course.library import is_ours

    with importing():
        course = chosen_course(folders, with_ours=with_ours, language=language)
    if name is None and (plain or present or notes):
        raise click.UsageError("Name a lesson: cnnviz lessons list shows them.")
    lesson = None
    # Ours are checked before anybody gets them; reading them whole would only take time.
    if name is not None and (plain or notes or step or not is_ours(course.heading(name).path)):
        lesson = whole_lesson(course, name)
        length = len(lesson.steps)
        if step is not None and step > length:
            raise click.UsageError(f"--step {step} is beyond the last step, {length}.")
    if plain and lesson is not None:
        from cnnviz_tui.cli.learn_plain import print_lesson, print_notes

        if notes:
            print_notes(lesson, (step or 1) - 1)
            return
        with opened_progress() as progress:
            print_lesson(lesson, course, progress, (step or 1) - 1)
        return
    _open(name, course, present, notes, step)


def _open(name: str | None, course: Course, present: bool, notes: bool, step: int | None) -> None:
    with importing():
        from cnnviz_tui.course.opening import opened
        from cnnviz_tui.tui.app import run
        from cnnviz_tui.tui.screens.lesson import Manner, lesson_screen

    begin = None if step is None else step - 1
    instead = f"cnnviz learn {name or 'ID'} --plain does"
    if notes:
        from cnnviz_tui.tui.screens.notes import NotesScreen

        run(NotesScreen(course.lesson(str(name))), instead=instead)
    elif present:
        session = opened(course, str(name), None, begin)
        from cnnviz_tui.course.presenting import announce_the_end

        try:
            run(lesson_screen(session, course, Manner(presenting=True)), instead=instead)
        finally:
            announce_the_end()
    else:
        with opened_progress() as progress:
            if name is not None:
                session = opened(course, name, progress, begin)
                run(lesson_screen(session, course), instead=instead)
                return
            from cnnviz_tui.tui.screens.course import CourseScreen

            run(CourseScreen(course, progress), instead=instead)
