"""Numbers out of the very steps that a lesson shows."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from cnnviz_tui.course.functions.kinds import Anything, Text, Whole
from cnnviz_tui.course.functions.value import Record, Value, described, is_size, record_of
from cnnviz_tui.questions import number_text
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.notation import format_lengths
from cnnviz_tui.walkthroughs.base import Step, Walkthrough
from cnnviz_tui.walkthroughs.demonstration import Demonstration

# The field that takes a path: a lesson's numbers do not depend on the reader's own files.
_FILE_FIELDS = frozenset({"image"})


def step(explorer: Text, number: Whole, preset: Text = "", **fields: Anything) -> Record:
    """What `cnnviz play EXPLORER --step NUMBER --json` tells, such as .value; fields as N=7."""
    walkthrough = _built(explorer, preset, fields)
    if not 1 <= number <= len(walkthrough):
        raise ShapeError(
            f"{explorer} has {len(walkthrough)} steps here: take 1 to {len(walkthrough)}."
        )
    return record_of(f"step {number} of {explorer}", walkthrough[number - 1].data)


def steps(explorer: Text, preset: Text = "", **fields: Anything) -> Value:
    """How many steps an explorer has with these settings."""
    return Fraction(len(_built(explorer, preset, fields)))


FUNCTIONS = (step, steps)
"""In the order of the guide."""


def _built(explorer: str, preset: str, fields: dict[str, Value]) -> Walkthrough[Step]:
    typed = tuple((name, _typed(name, value)) for name, value in fields.items())
    return _walkthrough(explorer, preset, typed)


@lru_cache(maxsize=16)
def _walkthrough(
    explorer: str, preset: str, typed: tuple[tuple[str, str], ...]
) -> Walkthrough[Step]:
    shown = Demonstration(explorer, preset, dict(typed))
    walkthrough = shown.walkthrough()
    if walkthrough.problem:
        raise ShapeError(walkthrough.problem)
    return walkthrough


def _typed(name: str, value: Value) -> str:
    """A value as one would type it into the explorer's field."""
    if name in _FILE_FIELDS:
        raise ShapeError(f"{name} reads a file, which no expression does: take input=… instead.")
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, Fraction):
        return number_text(value).replace(",", "") if _short(value) else str(value)
    if isinstance(value, str):
        return value
    if is_size(value):
        return format_lengths(value)
    raise ShapeError(f"{name} must be a number, a size or a text, not {described(value)}.")


def _short(value: Fraction) -> bool:
    """Whether the number has an exact decimal form."""
    return "≈" not in number_text(value)
