"""`cnnviz lessons`: list, show, check, write and preview lesson files."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from cnnviz_tui.cli.course_options import chosen_course, course_options, opened_progress
from cnnviz_tui.cli.terminal import print_json, print_text

if TYPE_CHECKING:
    from cnnviz_tui.course.lesson import Heading
    from cnnviz_tui.course.problem import Problem


@click.group(name="lessons")
def command() -> None:
    """List, show, check, write and preview lessons."""


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a lesson.")
@course_options
def list_lessons(as_json: bool, folders: tuple[Path, ...], with_ours: bool, language: str) -> None:
    """List the lessons in the order of the course, with how far you are."""
    course = chosen_course(folders, with_ours=with_ours, language=language)
    with opened_progress() as progress:
        places = progress.places()
    chapter = None
    for number, heading in enumerate(course.headings, 1):
        place = places.get(heading.id)
        state = "new" if place is None else "begun" if place.finished is None else "finished"
        if as_json:
            print_json({**_heading_data(heading), "number": number, "state": state})
            continue
        if heading.chapter != chapter:
            chapter = heading.chapter
            print_text(f"{chapter or 'Lessons'}")
        mark = {"new": " ", "begun": "◐", "finished": "✓"}[state]
        about = f"{heading.title}, {heading.minutes} min"
        print_text(f" {mark} {number:>2}  {heading.id:<22} {about}")


@command.command(name="show")
@click.argument("name", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@course_options
def show(
    name: str, as_json: bool, folders: tuple[Path, ...], with_ours: bool, language: str
) -> None:
    """Show what a lesson holds: goal, steps, questions."""
    course = chosen_course(folders, with_ours=with_ours, language=language)
    lesson = course.lesson(name)
    heading = lesson.heading
    if as_json:
        steps = [
            {
                "title": step.title,
                "questions": [
                    {"id": q.id, "kind": q.kind, "question": q.prompt} for q in step.questions
                ],
            }
            for step in lesson.steps
        ]
        print_json({**_heading_data(heading), "steps": steps})
        return
    print_text(f"{heading.title} ({heading.id}), about {heading.minutes} minutes")
    print_text(f"Afterwards you can {heading.goal.rstrip('.')}.")
    if heading.needs:
        print_text(f"Builds on: {', '.join(heading.needs)}")
    for index, step in enumerate(lesson.steps, 1):
        count = len(step.questions)
        questions = "" if not count else f", {count} question{'s' if count > 1 else ''}"
        print_text(f"  {index}. {step.title}{questions}")
    words = ["cnnviz", "learn", heading.id, *_given(folders, with_ours, language)]
    print_text(f"Open it: {shlex.join(words)}")


def _given(folders: tuple[Path, ...], with_ours: bool, language: str) -> Iterator[str]:
    """The course options as they were given, for another command to take."""
    for folder in folders:
        yield from ("--lessons", str(folder))
    if with_ours:
        yield "--with-ours"
    source = click.get_current_context().get_parameter_source("language")
    if source is ParameterSource.COMMANDLINE:
        yield from ("--language", language)


def _heading_data(heading: Heading) -> dict[str, object]:
    return {
        "id": heading.id,
        "title": heading.title,
        "goal": heading.goal,
        "minutes": heading.minutes,
        "needs": list(heading.needs),
        "chapter": heading.chapter,
        "file": str(heading.path),
    }


@command.command(name="check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE|DIR]...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a problem.")
@click.option("--language", default="en", show_default=True, help="The lessons' language.")
@click.pass_context
def check(ctx: click.Context, paths: tuple[Path, ...], as_json: bool, language: str) -> None:
    """Say file, line, column and remedy for everything that is wrong with lessons.

    Without a file or folder our own lessons are checked. Exit code 1: something is wrong.
    """
    from cnnviz_tui.cli.lesson_highlights import missing_highlights
    from cnnviz_tui.course.checking import check as find_problems
    from cnnviz_tui.course.library import Course, lesson_folders
    from cnnviz_tui.course.problem import CourseError
    from cnnviz_tui.render.lesson_length import too_long
    from cnnviz_tui.render.lesson_width import too_wide

    if paths:
        folders = [path / language if (path / language).is_dir() else path for path in paths]
    else:
        folders = list(lesson_folders(language=language))
    try:
        known = [heading.id for heading in Course(lesson_folders()).headings]
    except CourseError:
        known = []
    checked = find_problems(folders, known=known)
    found = set(checked.problems)
    # A line whose numbers could not be computed is not as wide as it will be.
    unfilled = {(problem.path, problem.line) for problem in found}
    for lesson in checked.lessons:
        wide = (one for one in too_wide(lesson) if (one.path, one.line) not in unfilled)
        found.update(too_long(lesson), wide, missing_highlights(lesson))
    problems = sorted(found)
    for problem in problems:
        if as_json:
            print_json(_problem_data(problem))
        else:
            print_text(str(problem))
    count = len(checked.lessons)
    files = f"{count} lesson{'' if count == 1 else 's'}"
    if problems:
        number = len(problems)
        wrong = f"{number} problem{'' if number == 1 else 's'}"
        print_text(f"{wrong} in {files}.", error=True)
        ctx.exit(1)
    print_text(f"{files} checked: nothing is wrong.", error=as_json)


def _problem_data(problem: Problem) -> dict[str, object]:
    return {
        "file": str(problem.path),
        "line": problem.line,
        "column": problem.column,
        "message": problem.message,
    }


@command.command(name="new")
@click.argument("name", metavar="ID")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="The folder to write into. [default: the present one]",
)
def new(name: str, out: Path) -> None:
    """Write a small lesson that works, to be changed into yours."""
    from cnnviz_tui.course.template import new_lesson

    path = new_lesson(name, out)
    command = ["cnnviz", "lessons", "preview", str(path)]
    print_text(f"Wrote {path}. See it: {shlex.join(command)}")


@command.command(name="preview")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def preview(file: Path) -> None:
    """Show a lesson file, again whenever it is saved; nothing is recorded."""
    from cnnviz_tui.course.library import Course, lesson_folders
    from cnnviz_tui.course.preview import Preview
    from cnnviz_tui.course.problem import CourseError
    from cnnviz_tui.tui.app import run
    from cnnviz_tui.tui.screens.lesson import Manner, lesson_screen

    watched = Preview(file)
    session = watched.session()
    course = Course((file.parent,), (session.lesson.heading,))
    with suppress(CourseError):
        among_all = Course((file.parent, *lesson_folders()))
        course = among_all if among_all.headings else course
    instead = f"cnnviz lessons check {file} does"
    run(lesson_screen(session, course, Manner(preview=watched)), instead=instead)
