"""Computed values: `{{ output_size(7, 3, S=2) }}` in a lesson's text is worked out by the core.

Whoever reads lessons starts here; what expressions can call stands in `functions`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cnnviz_tui.course.functions import functions
from cnnviz_tui.course.functions.evaluating import NO_NAMES, ExpressionError, evaluate
from cnnviz_tui.course.functions.function import Function
from cnnviz_tui.course.functions.texts import SPECS, value_text
from cnnviz_tui.course.functions.value import Grid, Place, Record, Row, Size, Value
from cnnviz_tui.foreign_text import harmless
from cnnviz_tui.frozen import Frozen
from cnnviz_tui.shapes.errors import ShapeError

__all__ = [
    "SPECS",
    "ExpressionError",
    "Filled",
    "Function",
    "Grid",
    "Place",
    "Record",
    "Row",
    "Size",
    "Value",
    "evaluate",
    "fill",
    "filled",
    "functions",
    "value_text",
]


class Filled(Frozen):
    """A text in which expressions were replaced by their values.

    Attributes:
        text: the text; what has no value stands in it as it was written.
        errors: why, for each expression without a value, in their order.
    """

    text: str
    errors: tuple[ExpressionError, ...] = ()


def filled(text: str, names: Mapping[str, Value] = NO_NAMES) -> Filled:
    """The text with `{{ expression }}` and `{{ expression | spec }}` replaced by their values.

    `{{ "{{" }}` writes the two brackets themselves.
    """
    parts: list[str] = []
    errors: list[ExpressionError] = []
    done = 0
    try:
        for start, bar, stop in _embedded(text):
            parts.append(text[done:start])
            done = stop + 2
            try:
                parts.append(_written(text, start, bar, stop, names))
            except ExpressionError as error:
                errors.append(error)
                parts.append(text[start:done])
    except ExpressionError as error:
        errors.append(error)
    return Filled("".join([*parts, text[done:]]), tuple(errors))


def fill(text: str, names: Mapping[str, Value] = NO_NAMES) -> str:
    """The same for a text in which every expression has to have a value.

    Raises:
        ExpressionError: one has none, or is not closed; of several the first.
    """
    found = filled(text, names)
    if found.errors:
        raise found.errors[0]
    return found.text


def _written(text: str, start: int, bar: int, stop: int, names: Mapping[str, Value]) -> str:
    """What stands in a text for an expression of it.

    Raises:
        ExpressionError: it has no value, or none that can be written so.
    """
    inside = text[start + 2 : bar]
    try:
        value = evaluate(inside, names)
    except ExpressionError as error:
        raise ExpressionError(str(error), start + 2 + error.column) from None
    try:
        return harmless(value_text(value, text[bar + 1 : stop]))
    except ShapeError as error:
        blanks = len(inside) - len(inside.lstrip())
        place = bar + 1 if bar < stop else start + 2 + blanks
        raise ExpressionError(str(error), place + 1) from None


def _embedded(text: str) -> Iterator[tuple[int, int, int]]:
    """Where each `{{ … | … }}` begins, where its last `|` is, and where its `}}` is.

    Without a `|`, its place is that of the `}}`. Brackets and bars in quotes do not count.

    Raises:
        ExpressionError: one is not closed.
    """
    start = text.find("{{")
    while start >= 0:
        quote, bar, place = "", -1, start + 2
        while place < len(text) and (quote or not text.startswith("}}", place)):
            sign = text[place]
            if quote:
                quote = "" if sign == quote else quote
            elif sign in "'\"":
                quote = sign
            elif sign == "|":
                bar = place
            place += 1
        if place >= len(text):
            missing = f"The {quote} that closes a text" if quote else "The }} behind an expression"
            raise ExpressionError(f"{missing} is missing: add it.", start + 1)
        yield start, bar if bar >= 0 else place, place
        start = text.find("{{", place + 2)
