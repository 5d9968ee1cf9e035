"""Reads a lesson file: front matter, steps, blocks; notes everything that is wrong with it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from cnnviz_tui.course.lesson import (
    FORMAT_VERSION,
    Ask,
    Heading,
    Lesson,
    LessonStep,
    Part,
    Prose,
)
from cnnviz_tui.course.problem import CourseError, Problem, nearest
from cnnviz_tui.course.question_block import read_question
from cnnviz_tui.course.show_block import read_show
from cnnviz_tui.course.table import Report, Table, inside, read_table
from cnnviz_tui.course.terms import bracketed, links, texts_of
from cnnviz_tui.course.unshown import unshown, unshown_in
from cnnviz_tui.course.values import ExpressionError, evaluate, filled
from cnnviz_tui.foreign_text import harmless
from cnnviz_tui.frozen import Frozen

LARGEST = 200_000
"""The largest lesson file, in bytes."""

_FENCE = "+++"
_QUOTED = re.compile(r"""^\s*["']*(.*?)["']*\s*(?:\#.*)?$""")
_BLOCKS = ("viz", "quiz", "notes")
_CODE = ("", "text", "python", "toml", "console", "markdown")


class Reading(Frozen):
    """What came of a file.

    Attributes:
        lesson: the lesson; None where problems leave nothing to show.
        problems: what is wrong with it, in the order of the file.
    """

    lesson: Lesson | None
    problems: tuple[Problem, ...]


def read_text(path: Path) -> str:
    """The text of a lesson file, as it is: whoever shows any of it takes `harmless` first.

    Raises:
        CourseError: it cannot be read, is too large or is not UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise CourseError(f"{path}: cannot be read: {error.strerror}.") from None
    if len(content) > LARGEST:
        raise CourseError(f"{path}:1:1: The file has over {LARGEST:,} bytes: split the lesson.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = content[: error.start]
        line = good.count(b"\n") + 1
        column = error.start - (good.rfind(b"\n") + 1) + 1
        raise CourseError(
            f"{path}:{line}:{column}: The file is not UTF-8: save it in that encoding."
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_heading(text: str, path: Path) -> Heading:
    """The front matter of a lesson, without its steps.

    Raises:
        CourseError: there is none that can be used.
    """
    report = Report(path)
    end = text.find(f"\n{_FENCE}", len(_FENCE))
    front = text if end < 0 else text[: end + 1 + len(_FENCE)]
    heading, _, _ = _front(harmless(front), report, compute=False)
    if heading is None:
        raise CourseError(str(report.problems[0]))
    return heading


def read_values(text: str, path: Path) -> dict[str, Any]:
    """The values that a lesson's front matter names; what is wrong there is left out."""
    return _front(harmless(text), Report(path))[1]


def read_lesson(text: str, path: Path) -> Reading:
    """A lesson and everything that is wrong with its text.

    Args:
        text: the file's text, as `read_text` gives it.
        path: the file, for messages.
    """
    report = Report(path)
    text = report.clean(text)
    heading, names, first_line = _front(text, report)
    body = "\n".join(text.split("\n")[first_line - 1 :])
    cut = _Steps(body, first_line, names, report)
    steps = cut.read()
    _check_ids(cut.ids, report)
    if not steps and not report.problems:
        report.add((first_line, 1), "The lesson has no step: begin each with a line “## Title”.")
    lesson = None
    if heading is not None and steps:
        found = (term for step in steps for _, text in texts_of(step) for _, term in links(text))
        terms = tuple(dict.fromkeys(term.lower() for term in found))
        lesson = Lesson(heading, tuple(steps), terms)
    return Reading(lesson, tuple(sorted(report.problems)))


def _front(
    text: str, report: Report, *, compute: bool = True
) -> tuple[Heading | None, dict[str, Any], int]:
    """The front matter, the lesson's values, and the line on which the steps begin."""
    lines = text.split("\n")
    if lines[0].strip() != _FENCE:
        report.add((1, 1), "The file does not begin with “+++”: the front matter goes there.")
        return None, {}, 1
    end = next((i for i, shown in enumerate(lines[1:], 1) if shown.strip() == _FENCE), 0)
    if not end:
        report.add((1, 1), "The front matter has no end: close it with a line “+++”.")
        return None, {}, len(lines)
    table = read_table("\n".join(lines[1:end]), 2, "front matter", report)
    if table is None:
        return None, (_rescued(lines[1:end]) if compute else {}), end + 2
    version = table.whole("format_version", 0, required=True)
    if version not in (0, FORMAT_VERSION):
        table.complain(
            "format_version",
            f"This cnnviz reads format {FORMAT_VERSION}, not {version}: get a newer one.",
        )
    heading = Heading(
        id=table.identity("id", example='"stride"'),
        title=table.text("title", required=True),
        goal=table.text("goal", required=True, example='"compute a layer\'s output size"'),
        minutes=table.whole("minutes", 10, least=1, required=True),
        needs=table.texts("needs"),
        path=report.path,
        chapter=table.text("chapter"),
    )
    # A list of lessons needs no numbers, and to compute them takes a second.
    names = _values(table) if compute else {}
    table.taken.add("values")
    table.done()
    known = bool(heading.id and heading.title)
    return (heading if known else None), names, end + 2


def _values(table: Table) -> dict[str, Any]:
    """The lesson's own names, each computed with those above it."""
    inner = table.table("values")
    names: dict[str, Any] = {}
    for key, written in (inner.values if inner else {}).items():
        if not isinstance(written, str):
            table.report.add(
                inner.where(key) if inner else (1, 1),
                f"The value “{key}” must be an expression in quotes.",
            )
            continue
        try:
            names[key] = evaluate(written, names)
        except ExpressionError as error:
            place = inner.where(key) if inner else (1, 1)
            table.report.add(inside(place, error.column), str(error))
            names[key] = written
    return names


def _rescued(lines: list[str]) -> dict[str, Any]:
    """The values of front matter that is no TOML, so that the text is not blamed for using them."""
    names: dict[str, Any] = {}
    among_values = False
    for line in lines:
        key, equals, written = line.partition("=")
        if line.lstrip().startswith("["):
            among_values = line.strip(" \t[]") == "values"
        elif among_values and equals:
            expression = _QUOTED.sub(r"\1", written)
            try:
                names[key.strip()] = evaluate(expression, names)
            except ExpressionError:
                names[key.strip()] = expression
    return names


class _Steps:
    """Cuts the body of a lesson into steps.

    Attributes:
        ids: the ids of all quiz blocks and their lines, of those too that are no question.
    """

    def __init__(self, body: str, first_line: int, names: dict[str, Any], report: Report) -> None:
        self._lines = body.split("\n")
        self._first = first_line
        self._names = names
        self._report = report
        self._tokens = [
            token
            for token in MarkdownIt("commonmark").enable("table").parse(body)
            if token.level == 0 and token.map
        ]
        self._steps: list[LessonStep] = []
        self._title: str | None = None
        self._title_line = first_line
        self._parts: list[Part] = []
        self._notes: list[str] = []
        self._prose_from: int | None = None
        self._asked = False
        self._tried = False
        self.ids: list[tuple[str, int]] = []

    def read(self) -> list[LessonStep]:
        """The steps."""
        for token in self._tokens:
            start, stop = token.map or (0, 0)
            if token.type == "heading_open" and token.tag in {"h1", "h2"}:
                self._end_prose(start)
                self._heading(token, start)
            elif token.type == "fence" and token.info.strip() not in _CODE:
                self._end_prose(start)
                self._block(token, start, stop)
            elif self._prose_from is None:
                self._prose_from = start
        self._end_prose(len(self._lines))
        self._end_step()
        return self._steps

    def _place(self, row: int, column: int = 1) -> tuple[int, int]:
        return self._first + row, column

    def _heading(self, token: Token, row: int) -> None:
        if token.tag == "h1":
            self._report.add(
                self._place(row), "The title stands in the front matter: begin steps with “##”."
            )
            return
        self._end_step()
        title = self._lines[row].strip().strip("#").strip()
        if not title:
            self._report.add(self._place(row), "The step has no title: write one after “##”.")
        self._title = title
        self._title_line = self._first + row

    def _end_prose(self, stop: int) -> None:
        start, self._prose_from = self._prose_from, None
        if start is None:
            return
        written = "\n".join(self._lines[start:stop]).strip("\n")
        if not written.strip():
            return
        if self._title is None:
            self._report.add(
                self._place(start), "There is text before the first step: put “## Title” above it."
            )
            return
        text = bracketed(self._filled(written, start))
        self._parts.append(Prose(text, self._first + start))

    def _filled(self, written: str, row: int) -> str:
        for i, column, message in unshown(written):
            self._report.add(self._place(row + i, column), message)
        shown = []
        for i, one in enumerate(written.split("\n")):
            line = filled(one, self._names)
            for error in line.errors:
                self._report.add(self._place(row + i, error.column), str(error))
            shown.append(line.text)
        return "\n".join(shown)

    def _block(self, token: Token, start: int, stop: int) -> None:
        name = token.info.strip()
        self._tried = True
        if name not in _BLOCKS:
            self._report.add(
                self._place(start, 4), f"There is no block “{name}”: {nearest(name, _BLOCKS)}"
            )
            return
        if self._title is None:
            self._report.add(
                self._place(start), "There is a block before the first step: put “## Title” above."
            )
            return
        if self._lines[stop - 1].strip().strip("`~") or stop - start < 2:
            self._report.add(self._place(start), f"The {name} block has no end: close it with ```.")
        if name == "notes":
            self._notes.append(self._filled(token.content.strip("\n"), start + 1))
            return
        table = read_table(token.content, self._first + start + 1, f"{name} block", self._report)
        if name == "viz":
            self._asked = False
            show = read_show(table, self._first + start) if table else None
            if show is not None:
                self._parts.append(show)
            return
        if table is None:
            return
        if self._asked:
            self._report.add(
                self._place(start), "Two questions predict one viz block: put it after the first."
            )
        if isinstance(identity := table.values.get("id"), str):
            self.ids.append((identity.strip(), self._first + start))
        for place, message in unshown_in(table):
            self._report.add(place, message)
        block = read_question(table, self._names)
        self._asked = block.predicts
        if block.question is not None:
            line = self._first + start
            self._parts.append(Ask(block.question, block.predicts, line, block.in_quiz))

    def _end_step(self) -> None:
        if self._asked:
            self._report.add(
                (self._title_line, 1),
                "A question with predict = true has no viz block after it in this step: add one.",
            )
        if self._title is not None:
            if not self._parts and not self._tried:
                self._report.add((self._title_line, 1), "The step is empty: write something in it.")
            self._steps.append(
                LessonStep(
                    self._title, tuple(self._parts), "\n\n".join(self._notes), self._title_line
                )
            )
        self._title, self._parts, self._notes = None, [], []
        self._asked = self._tried = False


def _check_ids(ids: list[tuple[str, int]], report: Report) -> None:
    """Every question of a lesson has an id of its own."""
    seen: dict[str, int] = {}
    for name, line in ids:
        if name in seen:
            report.add(
                (line, 1),
                f"The id “{name}” is used in line {seen[name]} already: take another, answers "
                "are kept under it.",
            )
        seen.setdefault(name, line)
