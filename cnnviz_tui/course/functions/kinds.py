"""What a function can ask of an argument; its parameters are annotated with these names."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

from cnnviz_tui.course.functions.value import (
    MOST_CELLS,
    Grid,
    Row,
    Size,
    Value,
    described,
    is_grid,
    is_row,
    is_size,
)
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.notation import parse_lengths

MOST = 10**9
"""No count or size may be larger."""

Whole: TypeAlias = int
"""A whole number."""

Number: TypeAlias = Fraction
"""Any number."""

Text: TypeAlias = str
"""A text in quotes."""

Flag: TypeAlias = bool
"""True or False."""

Lengths: TypeAlias = tuple[int, ...]
"""A number for both axes, a size such as (7, 9), or its text "7x9"."""

Padding: TypeAlias = int | str | tuple[int, ...]
"""As Lengths, or "same" or "valid"."""

Numbers: TypeAlias = Fraction | Row | Grid
"""A number, a row or a grid."""

Anything: TypeAlias = Value
"""Every value."""


def _whole(value: Value) -> Whole | None:
    if isinstance(value, Fraction) and value.denominator == 1 and abs(value) <= MOST:
        return int(value)
    return None


def _number(value: Value) -> Number | None:
    return value if isinstance(value, Fraction) else None


def _text(value: Value) -> Text | None:
    return value if isinstance(value, str) else None


def _flag(value: Value) -> Flag | None:
    return value if isinstance(value, bool) else None


def _size(value: Value) -> Size | None:
    if isinstance(value, str):
        return parse_lengths(value)
    return value if is_size(value) else None


def _lengths(value: Value) -> Lengths | None:
    if isinstance(value, Fraction):
        whole = _whole(value)
        return None if whole is None else (whole,)
    if isinstance(value, str):
        return parse_lengths(value, least=0)
    return value if is_size(value) and len(value) <= 2 else None


def _padding(value: Value) -> Padding | None:
    if value in ("same", "valid"):
        return str(value)
    lengths = _lengths(value)
    return lengths[0] if lengths is not None and len(lengths) == 1 else lengths


def _row(value: Value) -> Row | None:
    if is_size(value):
        return tuple(map(Fraction, value))
    return value if is_row(value) and value else None


def _grid(value: Value) -> Grid | None:
    if not is_grid(value):
        return None
    if len(value) * len(value[0]) > MOST_CELLS:
        raise ShapeError(
            f"A grid has at most {MOST_CELLS:,} numbers, this one has "
            f"{len(value) * len(value[0]):,}: take a smaller one."
        )
    return value


def _numbers(value: Value) -> Numbers | None:
    return value if isinstance(value, Fraction) or (is_row(value) and value) else _grid(value)


def _anything(value: Value) -> Anything | None:
    return value


KINDS: dict[str, tuple[Callable[[Value], object | None], str]] = {
    "Whole": (_whole, "a whole number such as 3"),
    "Number": (_number, "a number such as 0.5"),
    "Text": (_text, "a text in quotes"),
    "Flag": (_flag, "True or False"),
    "Size": (_size, 'a size such as (28, 28, 6) or "28x28x6"'),
    "Lengths": (_lengths, 'a whole number such as 3 or a size such as (3, 5) or "3x5"'),
    "Padding": (_padding, 'a whole number, a size such as (0, 1), "same" or "valid"'),
    "Row": (_row, "a row of numbers such as [1, 2, 3]"),
    "Grid": (_grid, "a grid such as [[1, 2], [3, 4]], all rows equally long"),
    "Numbers": (_numbers, "a number, a row or a grid"),
    "Anything": (_anything, "a value"),
}
"""From an annotation to what turns a value into it (None for a wrong one) and what it wants."""


def converted(value: Value, kind: str, name: str) -> object:
    """The value as the argument `name` needs it.

    Raises:
        ShapeError: it is something else.
    """
    convert, wanted = KINDS[kind]
    found = convert(value)
    if found is None:
        raise ShapeError(f"{name} must be {wanted}, not {described(value)}.")
    return found
