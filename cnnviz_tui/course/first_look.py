"""One step of a lesson without the others, so that it stands on the screen soon.

Reading a whole lesson computes every number in it and tries every demonstration. The step that a
learner sees first needs neither beyond its first question; the rest is read behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cnnviz_tui.course.functions import takes_long
from cnnviz_tui.course.lesson import Heading, Lesson
from cnnviz_tui.course.reading import read_lesson, read_text

_FENCE = "+++"
_STEP = "## "
_BLOCK = re.compile(r"(`{3,})\s*(\w*)")
_PREDICTS = re.compile(r"\s*predict\s*=\s*true\b")
_UNREAD = "…"
_VIZ = re.compile(r"^`{3,}\s*viz", re.MULTILINE)
_WORD = re.compile(r"\w+")
_CALLED = re.compile(r"\b(\w+)\(")
_HIDDEN = "predict = true"
"""In the problem that a prediction has nothing to show: what it shows was left out here."""


def first_look(heading: Heading, step: int) -> Lesson | None:
    """The lesson with one step as far as one sees it at first; its other steps say nothing yet.

    None where that is not enough: the step shows a demonstration at once, or something is wrong
    with it. Then the whole lesson has to be read.

    Args:
        heading: the lesson.
        step: the step that is seen, from 0.

    Raises:
        CourseError: the file cannot be read.
    """
    lines = read_text(heading.path).split("\n")
    front = next((i for i, line in enumerate(lines[1:], 1) if line.strip() == _FENCE), 0) + 1
    body = "\n".join(_seen(lines[front:], step))
    reading = read_lesson("\n".join((*_named(lines[:front], body), body)), heading.path)
    wrong = [problem for problem in reading.problems if _HIDDEN not in problem.message]
    if reading.lesson is None or wrong or step >= len(reading.lesson.steps):
        return None
    shows_at_once = any(True for _ in reading.lesson.shows())
    return None if shows_at_once else reading.lesson


def first_words(heading: Heading, step: int) -> Lesson | None:
    """The lesson with the text that one step begins with, up to the first computed number or block.

    It stands on the screen while numpy is imported and the numbers are computed. None where
    `first_look` takes no time either.

    Args:
        heading: the lesson.
        step: the step that is seen, from 0.

    Raises:
        CourseError: the file cannot be read.
    """
    lines = read_text(heading.path).split("\n")
    front = next((i for i, line in enumerate(lines[1:], 1) if line.strip() == _FENCE), 0) + 1
    seen = list(_seen(lines[front:], step))
    whole = "\n".join((*_named(lines[:front], "\n".join(seen)), *seen))
    if not _VIZ.search(whole) and not any(map(takes_long, _CALLED.findall(whole))):
        return None
    plain = "\n".join((*_named(lines[:front], ""), *_words(seen)))
    reading = read_lesson(plain, heading.path)
    if reading.lesson is None or reading.problems or step >= len(reading.lesson.steps):
        return None
    return reading.lesson


def _words(lines: list[str]) -> Iterator[str]:
    """The headings, and of the step that is seen the paragraphs before its first computed thing."""
    paragraph: list[str] = []
    plain, some = True, True
    for line in (*lines, _STEP):
        ends = not line.strip() or line.startswith(_STEP)
        plain = plain and "{{" not in line and _BLOCK.match(line) is None
        if ends and plain and paragraph:
            yield from (*paragraph, "")
            some = True
        if ends:
            paragraph = []
        if line.startswith(_STEP):
            yield "" if some else _UNREAD
            plain, some = True, line.endswith(_UNREAD)
            yield line.removesuffix(_STEP) if line == _STEP else line
        elif plain and not ends:
            paragraph.append(line)


def _named(front: list[str], body: str) -> Iterator[str]:
    """The front matter without values that nothing names: they need not be computed."""
    begin = next((i for i, line in enumerate(front) if line.strip() == "[values]"), len(front))
    values = [(i, *line.partition("=")[::2]) for i, line in enumerate(front) if i > begin]
    wanted, texts = set[int](), [body]
    while texts:
        words = set(_WORD.findall(texts.pop()))
        for i, name, expression in values:
            if expression and i not in wanted and name.strip() in words:
                wanted.add(i)
                texts.append(expression)
    for i, line in enumerate(front):
        yield line if i <= begin or i in wanted or "=" not in line else ""


def _seen(lines: list[str], wanted: int) -> Iterator[str]:
    """The body with one step up to its first prediction; of the others only the headings."""
    number, inside, predicts, past = -1, "", False, False
    for line in lines:
        shown = line if number == wanted and not past else ""
        block = _BLOCK.match(line)
        if inside:
            predicts = predicts or _PREDICTS.match(line) is not None
            if block is not None and block[1].startswith(inside) and not block[2]:
                inside, past, predicts = "", past or (number == wanted and predicts), False
            yield shown
        elif block is not None:
            inside = block[1]
            yield shown
        elif line.startswith(_STEP):
            number, past = number + 1, False
            yield line if number == wanted else f"{line}\n\n{_UNREAD}"
        else:
            yield shown
