"""Finding words in all lessons."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cnnviz_tui.course.lesson import Heading
from cnnviz_tui.course.library import Course
from cnnviz_tui.course.problem import CourseError
from cnnviz_tui.course.reading import read_text, read_values
from cnnviz_tui.course.values import ExpressionError, fill
from cnnviz_tui.foreign_text import harmless

_MOST = 60
_STEP = re.compile(r"^## +(.*)$")
_MARKS = re.compile(r"[*`]|\]\([^)]*\)|\[")


@dataclass(frozen=True, slots=True)
class Found:
    """A step in which all words stand.

    Attributes:
        heading: the lesson.
        step: the step, from 0.
        title: its title.
        line: the first line with one of the words.
    """

    heading: Heading
    step: int
    title: str
    line: str


def search(course: Course, words: str) -> list[Found]:
    """The steps that say all the words, small or capital, those with the words in the title first.

    What is hidden in blocks (answers, notes) is not searched.
    """
    wanted = words.casefold().split()
    if not wanted:
        return []
    found: list[tuple[bool, Found]] = []
    for heading in course.headings:
        try:
            text = harmless(read_text(heading.path))
        except CourseError:
            continue
        for index, (title, lines) in enumerate(_steps(text)):
            whole = f"{heading.title} {title} {' '.join(map(_bare, lines))}".casefold()
            if all(word in whole for word in wanted):
                line = next((one for one in lines if wanted[0] in _bare(one).casefold()), title)
                named = all(word in f"{heading.title} {title}".casefold() for word in wanted)
                shown = _bare(_computed(line, text, heading))
                found.append((not named, Found(heading, index, title, shown)))
    return [hit for _, hit in sorted(found, key=lambda pair: pair[0])][:_MOST]


def _computed(line: str, text: str, heading: Heading) -> str:
    """A line with its computed numbers; only lines that are shown are worth the time."""
    if "{{" not in line:
        return line
    try:
        return fill(line, read_values(text, heading.path))
    except ExpressionError:
        return line


def _bare(line: str) -> str:
    """A line of Markdown without its marks."""
    return _MARKS.sub("", line).strip()


def _steps(text: str) -> list[tuple[str, list[str]]]:
    """Each step's title and the lines of its prose."""
    steps: list[tuple[str, list[str]]] = []
    fence = ""
    for line in text.split("\n"):
        if fence:
            fence = "" if line.startswith(fence) else fence
        elif line.startswith("```"):
            fence = "```"
        elif heading := _STEP.match(line):
            steps.append((heading[1].strip(), []))
        elif steps and line.strip():
            steps[-1][1].append(line)
    return steps
