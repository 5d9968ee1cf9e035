"""One step of a lesson without the others, so that it stands on the screen soon.

Reading a whole lesson computes every number in it and tries every demonstration. The step that a
learner sees first needs neither beyond its first question; the rest is read behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cnnviz_tui.course.lesson import Heading, Lesson
from cnnviz_tui.course.reading import read_lesson, read_text

_FENCE = "+++"
_STEP = "## "
_BLOCK = re.compile(r"(`{3,})\s*(\w*)")
_PREDICTS = re.compile(r"\s*predict\s*=\s*true\b")
_UNREAD = "…"
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


def _named(front: list[str], body: str) -> Iterator[str]:
    """The front matter without values that the body does not name: they need not be computed."""
    values = False
    for line in front:
        if line.strip().startswith("["):
            values = line.strip() == "[values]"
        name = line.partition("=")[0].strip()
        used = "=" in line and re.search(rf"\b{re.escape(name)}\b", body) is not None
        yield "" if values and "=" in line and not used else line


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
