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
_STEP = re.compile(r"## ")
_BLOCK = re.compile(r"(`{3,})\s*(\w*)")
_PREDICTS = re.compile(r"\s*predict\s*=\s*true\b")
_UNREAD = "…"


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
    kept = list(_kept(lines, step))
    reading = read_lesson("\n".join(kept), heading.path)
    if reading.lesson is None or reading.problems or step >= len(reading.lesson.steps):
        return None
    if any(True for _ in reading.lesson.shows()):
        return None
    return reading.lesson


def _kept(lines: list[str], wanted: int) -> Iterator[str]:
    """The lines that matter now, the others blank, so that all keep their numbers."""
    front = next((i for i, line in enumerate(lines[1:], 1) if line.strip() == _FENCE), 0)
    body = "\n".join(lines[front:])
    values = False
    for line in lines[: front + 1]:
        if line.strip().startswith("["):
            # Its values are computed only for a text that names one of them.
            values = line.strip() == "[values]"
        name = line.partition("=")[0].strip()
        used = name and re.search(rf"\b{re.escape(name)}\b", body) is not None
        yield "" if values and "=" in line and not used else line
    number, inside, predicts, past = -1, "", False, False
    for line in lines[front + 1 :]:
        block = _BLOCK.match(line)
        if inside:
            closed = block is not None and block[1].startswith(inside) and not block[2]
            predicts = predicts or bool(_PREDICTS.match(line))
            yield line if number == wanted and not past else ""
            if closed:
                inside, past = "", past or predicts
                predicts = False
            continue
        if block is not None:
            inside = block[1]
        elif _STEP.match(line):
            number += 1
            past = False
            yield line if number == wanted else f"{line}\n\n{_UNREAD}"
            continue
        yield line if number == wanted and not past else ""
