"""Something that is wrong with a lesson file: where, what, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from cnnviz_tui.foreign_text import harmless
from cnnviz_tui.frozen import Frozen
from cnnviz_tui.shapes.errors import ShapeError

_MOST_NAMES = 20


class CourseError(ShapeError):
    """A lesson or a folder of lessons that cannot be used; the sentence says why."""


class Problem(Frozen):
    """Something wrong in a file.

    Attributes:
        path: the file.
        line: from 1.
        column: from 1.
        message: what is wrong and how to mend it.
    """

    path: Path
    line: int
    column: int
    message: str

    def __lt__(self, other: Problem) -> bool:
        mine = self.path, self.line, self.column, self.message
        return mine < (other.path, other.line, other.column, other.message)

    def __str__(self) -> str:
        return f"{harmless(str(self.path))}:{self.line}:{self.column}: {self.message}"


def nearest(word: str, known: Iterable[str]) -> str:
    """“did you mean “x”?” for a slip of the finger, else the names there are."""
    names = list(known)
    if not names:
        return "there are none at all."
    if found := closest(word, names):
        return f"did you mean “{found}”?"
    return f"known are {', '.join(names[:_MOST_NAMES])}{', …' * (len(names) > _MOST_NAMES)}."


def closest(word: str, known: Iterable[str]) -> str:
    """The name that a slip of the finger may have made this word of; empty where there is none."""
    names = list(known)
    # Letters such as N are names too, and no slip is about their case alone.
    same = [name for name in names if name.lower() == word.lower()]
    return next(iter(same or get_close_matches(word, names, n=1, cutoff=0.6)), "")
