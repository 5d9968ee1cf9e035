"""Where lessons are found, and the course that they make: its order, its glossary, one lesson."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import cnnviz_tui
from cnnviz_tui.course.lesson import Heading, Lesson
from cnnviz_tui.course.problem import CourseError, nearest
from cnnviz_tui.course.reading import Reading, read_heading, read_lesson, read_text
from cnnviz_tui.foreign_text import harmless
from cnnviz_tui.frozen import Frozen

VARIABLE = "CNNVIZ_LESSONS"
"""The environment variable that names folders of lessons, separated as in PATH."""

GLOSSARY = "glossary.md"

_PACKAGE = Path(cnnviz_tui.__file__).parent


def own_folder() -> Path:
    """Our lessons: in the checkout beside pyproject.toml, else the copy inside the wheel.

    Raises:
        CourseError: there is neither.
    """
    checkout = _PACKAGE.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "lessons").is_dir():
        return checkout / "lessons"
    if (_PACKAGE / "lessons").is_dir():
        return _PACKAGE / "lessons"
    raise CourseError(
        "The lessons are missing from this installation: install cnnviz-tui anew, or name a folder "
        "with --lessons."
    )


def is_ours(path: Path) -> bool:
    """Whether a lesson file is one of ours, which were checked before anybody got them."""
    try:
        return own_folder() in path.parents
    except CourseError:
        return False


def lesson_folders(
    given: Sequence[Path] = (), *, with_ours: bool = False, language: str = "en"
) -> tuple[Path, ...]:
    """The folders in which lesson files stand, the first with precedence.

    Those given; else those that `CNNVIZ_LESSONS` names; else our own.

    Args:
        given: what `--lessons` names.
        with_ours: whether our lessons come after a lecturer's own.
        language: the folder within, where there is one of that name.

    Raises:
        CourseError: one of them is no folder.
    """
    named = [*given]
    source = "--lessons"
    if not named:
        source = VARIABLE
        named = [Path(one) for one in os.environ.get(VARIABLE, "").split(os.pathsep) if one]
    folders = named or [own_folder()]
    if named and with_ours:
        folders = [*named, own_folder()]
    found = []
    for folder in folders:
        if not folder.is_dir():
            raise CourseError(f"There is no folder of lessons '{folder}': check {source}.")
        found.append(_in_language(folder, language))
    return tuple(found)


def _in_language(folder: Path, language: str) -> Path:
    """The folder of a language within; the folder itself where lessons stand in it."""
    if language and (folder / language).is_dir():
        return folder / language
    languages = sorted(one.name for one in folder.iterdir() if one.is_dir() and lesson_files(one))
    if languages and not lesson_files(folder):
        raise CourseError(
            f"There are no lessons in the language “{language}” in '{folder}': take --language "
            f"{' or '.join(languages)}."
        )
    return folder


class _Found(Frozen):
    headings: tuple[Heading, ...]
    terms: dict[str, tuple[str, str]]
    unreadable: tuple[str, ...]


class Course:
    """Lessons in their order, read when they are asked for.

    A lesson of an earlier folder stands in for one of the same id.

    Args:
        folders: where the lesson files are.
        headings: the lessons, where they are known already.
    """

    def __init__(self, folders: Sequence[Path], headings: Sequence[Heading] | None = None) -> None:
        self.folders = tuple(folders)
        if headings is not None:
            self._found = _Found(tuple(headings), {}, ())
        self._places: dict[str, int] = {}

    @cached_property
    def _found(self) -> _Found:
        return _read(self.folders)

    @property
    def headings(self) -> tuple[Heading, ...]:
        """What stands above each lesson, in the order of the course.

        Raises:
            CourseError: no folder has a lesson.
        """
        return self._found.headings

    @property
    def unreadable(self) -> tuple[str, ...]:
        """For each file that cannot be read, the sentence that says why.

        Raises:
            CourseError: no folder has a lesson.
        """
        return self._found.unreadable

    @property
    def terms(self) -> dict[str, tuple[str, str]]:
        """The glossary: from a term in small letters to (the term, its definition).

        Raises:
            CourseError: no folder has a lesson.
        """
        return self._found.terms

    @property
    def _is_read(self) -> bool:
        return "_found" in self.__dict__

    def heading(self, name: str) -> Heading:
        """The heading of the lesson called `name`: its id, or its place in the course from 1.

        Capitals and blanks around it do not matter: ids have none.

        Raises:
            CourseError: there is none.
        """
        name = name.strip().lower()
        alone = None if self._is_read else self._heading_alone(name)
        if alone is not None:
            return alone
        for heading in self.headings:
            if heading.id == name:
                return heading
        if name.isascii() and name.isdecimal() and 1 <= int(name[:4]) <= len(self.headings):
            return self.headings[int(name[:4]) - 1]
        known = [heading.id for heading in self.headings]
        raise CourseError(f"There is no lesson “{name}”: {nearest(name, known)}")

    def _heading_alone(self, name: str) -> Heading | None:
        """The heading of the lesson whose file is called so, without reading the others'."""
        files = lesson_files(self.folders[0]) if len(self.folders) == 1 else ()
        for place, path in enumerate(files, 1):
            if name == path.stem.partition("-")[2]:
                with suppress(CourseError):
                    heading = read_heading(read_text(path), path)
                    if heading.id == name:
                        self._places[name] = place
                        return heading
        return None

    def lesson(self, name: str) -> Lesson:
        """The lesson called `name`, read now.

        Raises:
            CourseError: there is none, or nothing of it can be shown.
        """
        reading = self.reading(name)
        if reading.lesson is None:
            raise CourseError(str(reading.problems[0]))
        return reading.lesson

    def reading(self, name: str) -> Reading:
        """The lesson called `name`, read now, with everything that is wrong with it.

        Raises:
            CourseError: there is none, or its file cannot be read.
        """
        heading = self.heading(name)
        return read_lesson(read_text(heading.path), heading.path)

    def number(self, name: str) -> int:
        """The place of a lesson in the course, from 1; 0 where it is not in it."""
        if not self._is_read and name in self._places:
            return self._places[name]
        ids = [heading.id for heading in self.headings]
        return ids.index(name) + 1 if name in ids else 0

    def beside(self, name: str, direction: int) -> Heading | None:
        """The lesson after (1) or before (−1) another; None at the ends."""
        place = self.number(name) - 1 + direction
        return self.headings[place] if 0 <= place < len(self.headings) else None

    def definition(self, term: str) -> tuple[str, str] | None:
        """A term of the glossary and its definition."""
        return self.terms.get(term.strip().lower())


def _read(folders: Sequence[Path]) -> _Found:
    """Read the headings of all lessons, and the glossaries.

    Raises:
        CourseError: no folder has a lesson.
    """
    headings: dict[str, tuple[str, Heading]] = {}
    terms: dict[str, tuple[str, str]] = {}
    unreadable = []
    for folder in folders:
        for path in lesson_files(folder):
            try:
                heading = read_heading(read_text(path), path)
            except CourseError as error:
                unreadable.append(str(error))
            else:
                headings.setdefault(heading.id, (path.name, heading))
        try:
            terms = read_glossary(folder / GLOSSARY) | terms
        except CourseError as error:
            unreadable.append(str(error))
    if not headings:
        places = ", ".join(f"'{folder}'" for folder in folders)
        reason = f" {unreadable[0]}" if unreadable else " Lesson files are called NN-name.md."
        raise CourseError(f"There is no lesson in {places}.{reason}")
    return _Found(_ordered(headings.values()), terms, tuple(unreadable))


def _ordered(named: Iterable[tuple[str, Heading]]) -> tuple[Heading, ...]:
    """Headings in the order of their files' names, chapter by chapter; ours come first."""
    pairs = sorted(named, key=lambda pair: pair[0])
    first: dict[str, tuple[bool, int]] = {}
    for place, (_, heading) in enumerate(pairs):
        rank = (not is_ours(heading.path), place)
        first[heading.chapter] = min(rank, first.get(heading.chapter, rank))
    return tuple(sorted((heading for _, heading in pairs), key=lambda one: first[one.chapter]))


def lesson_files(folder: Path) -> list[Path]:
    """The lesson files of a folder: `NN-name.md`, in order."""
    return sorted(
        path for path in folder.glob("*.md") if path.name[:1].isdigit() and path.is_file()
    )


def read_glossary(path: Path) -> dict[str, tuple[str, str]]:
    """The terms of a glossary file, each a heading `## term` with its definition below.

    Raises:
        CourseError: the file is there but cannot be read.
    """
    if not path.is_file():
        return {}
    terms: dict[str, tuple[str, str]] = {}
    for section in ("\n" + harmless(read_text(path))).split("\n## ")[1:]:
        title, _, text = section.partition("\n")
        terms[title.strip().lower()] = (title.strip(), " ".join(text.split()))
    return terms
