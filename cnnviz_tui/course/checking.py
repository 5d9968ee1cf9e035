"""Checks lesson files alone and together: what `cnnviz lessons check` reports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cnnviz_tui.course.lesson import Lesson
from cnnviz_tui.course.library import GLOSSARY, lesson_files, own_folder, read_glossary
from cnnviz_tui.course.problem import CourseError, Problem, closest, nearest
from cnnviz_tui.course.reading import Reading, read_lesson, read_text
from cnnviz_tui.course.table import Report
from cnnviz_tui.course.terms import links, texts_of

_PLACED = re.compile(r"^(?P<path>.+?):(?P<line>\d+):(?P<column>\d+): (?P<message>.+)$", re.DOTALL)

_MARKDOWN = {".md", ".markdown"}
_NO_LESSONS = {GLOSSARY, "README.md"}


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    Attributes:
        lessons: those that could be read, in the order of their files.
        problems: everything wrong, by file and line.
    """

    lessons: tuple[Lesson, ...]
    problems: tuple[Problem, ...]


def check(paths: Sequence[Path], *, known: Iterable[str] = ()) -> Checked:
    """Check lesson files, and folders of them, with what they say of each other.

    Args:
        paths: files and folders.
        known: ids of lessons that are elsewhere.

    Raises:
        CourseError: there is no such file, or no lesson in a folder.
    """
    lessons: list[Lesson] = []
    problems: list[Problem] = []
    for folder, files in _by_folder(paths):
        terms = _terms(folder, problems)
        if folder in paths:
            problems += _unread(folder, files)
        for path in files:
            reading = _reading(path)
            problems += reading.problems
            if reading.lesson is not None:
                lessons.append(reading.lesson)
                problems += _unknown_terms(reading.lesson, terms)
    problems += _between(lessons, set(known))
    return Checked(tuple(lessons), tuple(sorted(set(problems))))


def _by_folder(paths: Sequence[Path]) -> list[tuple[Path, list[Path]]]:
    found: dict[Path, list[Path]] = {}
    for path in paths:
        if path.is_dir():
            files = lesson_files(path)
            if not files:
                raise CourseError(
                    f"There is no lesson in '{path}': lesson files are called NN-name.md."
                )
            found.setdefault(path, []).extend(files)
        elif path.is_file():
            found.setdefault(path.parent, []).append(path)
        elif path.exists():
            raise CourseError(f"'{path}' is neither a file nor a folder: name one of them.")
        else:
            raise CourseError(f"There is no file or folder '{path}': check its name.")
    return list(found.items())


def _unread(folder: Path, files: Sequence[Path]) -> Iterable[Problem]:
    """What looks like a lesson to whoever wrote it, and is none to us."""
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in _MARKDOWN or path in files or path.name in _NO_LESSONS:
            continue
        if path.is_file():
            message = "This file is not read: lesson files are called NN-name.md. Rename it."
        else:
            message = "This is no file that can be read: put a file in its place, or remove it."
        yield Problem(path, 1, 1, message)


def _reading(path: Path) -> Reading:
    try:
        return read_lesson(read_text(path), path)
    except CourseError as error:
        return Reading(None, (_placed(error, path),))


def _placed(error: CourseError, path: Path) -> Problem:
    found = _PLACED.match(str(error))
    if not found:
        return Problem(path, 1, 1, str(error).removeprefix(f"{path}: "))
    return Problem(path, int(found["line"]), int(found["column"]), found["message"])


def _terms(folder: Path, problems: list[Problem]) -> Mapping[str, tuple[str, str]]:
    path = folder / GLOSSARY
    try:
        terms = read_glossary(path)
        if terms:
            report = Report(path)
            report.clean(read_text(path))
            problems += report.problems
    except CourseError as error:
        problems.append(_placed(error, path))
        return {}
    for title, text in terms.values():
        if not text:
            problems.append(Problem(path, 1, 1, f"The term “{title}” has no definition: add one."))
    return terms


def _unknown_terms(lesson: Lesson, terms: Mapping[str, tuple[str, str]]) -> Iterable[Problem]:
    for step in lesson.steps:
        for line, text in texts_of(step):
            for column, term in links(text):
                if term.lower() not in terms:
                    yield Problem(
                        lesson.heading.path,
                        line,
                        column + 1,
                        f"The glossary has no term “{term}”: {_advice(term, terms)}",
                    )


def _advice(term: str, terms: Mapping[str, tuple[str, str]]) -> str:
    if terms:
        return nearest(term, terms)
    # Where there is no glossary yet, a word of ours may be what was meant.
    meant = ""
    with suppress(CourseError):
        meant = closest(term, read_glossary(own_folder() / "en" / GLOSSARY))
    slip = bool(meant) and meant != term.lower()
    question = f"did you mean “{meant}”? Then " if slip else ""
    title = meant if slip else term
    return f"{question}write {GLOSSARY} beside the lesson, with “## {title}” and what it means."


def _between(lessons: Sequence[Lesson], known: set[str]) -> Iterable[Problem]:
    """Ids used twice, and needs that nobody meets or that come later."""
    first: dict[str, Lesson] = {}
    for lesson in lessons:
        path = lesson.heading.path
        if lesson.id in first:
            other = first[lesson.id].heading.path.name
            yield _at(path, "id", f"The id “{lesson.id}” is that of {other} too: take another.")
        first.setdefault(lesson.id, lesson)
    ids = {lesson.id for lesson in lessons} | known
    order = {lesson.id: lesson.heading.path.name for lesson in lessons}
    for lesson in lessons:
        path = lesson.heading.path
        for need in lesson.heading.needs:
            if need not in ids:
                advice = nearest(need, sorted(ids))
                yield _at(path, "needs", f"There is no lesson “{need}”: {advice}", need)
            elif need == lesson.id or order.get(need, "") > path.name:
                message = (
                    f"“{need}” does not come before this lesson: remove it or give the file a "
                    "later number."
                )
                yield _at(path, "needs", message, need)


def _at(path: Path, key: str, message: str, entry: str = "") -> Problem:
    """A problem with a key of the front matter, or with one text in the list under it."""
    text = read_text(path)
    found = re.search(rf"^[ \t]*{key}[ \t]*=[ \t]*", text, re.MULTILINE)
    if found is None:
        return Problem(path, 1, 1, message)
    quoted = (
        re.compile(rf"([\"']){re.escape(entry)}\1").search(text, found.end()) if entry else None
    )
    place = quoted.start() if quoted else found.end()
    line = text.count("\n", 0, place)
    return Problem(path, line + 1, place - text.rfind("\n", 0, place), message)
