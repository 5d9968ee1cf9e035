"""What an expression of a lesson can have as its value: exact numbers, sizes, rows, grids, records.

Numbers are fractions, so that 7/3 stays 7/3. What is computed in floating point becomes the
decimal that it stands for: 0.1 in float32 is 1/10 and not 13421773/134217728.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeGuard

from cnnviz_tui.questions import NoFit, number_text
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.notation import format_lengths

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LARGEST = 10**30
"""No number may be larger."""

MOST_CELLS = 10_000
"""No grid has more numbers; nobody reads further."""

FLOAT32_DIGITS = 7
"""What float32 keeps of any decimal; pictures and walkthroughs are float32."""

FLOAT64_DIGITS = 15
"""What float64 keeps of any decimal; functions are computed in it."""

# A fraction with a longer denominator is rounded.
_DENOMINATOR_BITS = 160
_DECIMALS = 40

Size: TypeAlias = tuple[int, ...]
"""Height x width x channels, or the length of any number of axes."""

Row: TypeAlias = tuple[Fraction, ...]
"""Numbers beside each other."""

Grid: TypeAlias = tuple[Row, ...]
"""Rows of equal length."""


class Place(NamedTuple):
    """A cell of a grid, counted from 0."""

    row: int
    column: int


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A result with several parts, such as a network: `.parameters`, `.layer("conv1")`.

    Attributes:
        title: what it is, for error texts.
        fields: from the name of a part to what computes it.
        functions: from the name of a function to what computes it, annotated like every function.
        missing: why parts that one might expect are not there; empty where there is no reason.
    """

    title: str
    fields: Mapping[str, Callable[[], Value]]
    functions: Mapping[str, Callable[..., Value]] = field(default_factory=dict)
    missing: str = ""


Value: TypeAlias = "Fraction | str | bool | NoFit | Record | Size | tuple[Value, ...]"
"""What an expression can be."""


def is_size(value: Value) -> TypeGuard[Size]:
    """Whether it is a size (or a place) and not a row of numbers."""
    return isinstance(value, tuple) and bool(value) and all(type(one) is int for one in value)


def is_row(value: Value) -> TypeGuard[Row]:
    """Whether it is a row of numbers."""
    return isinstance(value, tuple) and all(isinstance(one, Fraction) for one in value)


def is_grid(value: Value) -> TypeGuard[Grid]:
    """Whether it is rows of numbers, all equally long."""
    return (
        isinstance(value, tuple)
        and bool(value)
        and all(isinstance(row, tuple) and is_row(row) and row for row in value)
        and len({len(row) for row in value if isinstance(row, tuple)}) == 1
    )


def described(value: Value) -> str:
    """What a value is, for error texts: `the number 7`, `a grid of 4x4`."""
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, Fraction):
        return f"the number {number_text(value)}"
    if isinstance(value, str):
        return f"the text “{value[:20]}{'…' * (len(value) > 20)}”"
    if isinstance(value, NoFit):
        return f"“{value}”"
    if isinstance(value, Record):
        return value.title
    if is_size(value):
        return f"the size {format_lengths(value)}"
    if is_row(value):
        return f"a row of {len(value)} numbers"
    if is_grid(value):
        return f"a grid of {len(value)}x{len(value[0])}"
    return f"a list of {len(value)}"


def opening(value: Value) -> str:
    """What a value is, as the beginning of a sentence."""
    text = described(value)
    return text[:1].upper() + text[1:]


def tidy(number: Fraction) -> Fraction:
    """The number, if it is small enough to go on with.

    A fraction with a very long denominator, which only decimals of floating point lead to, is
    rounded to 40 decimals.

    Raises:
        ShapeError: it is beyond 10^30.
    """
    if abs(number) > LARGEST:
        raise ShapeError("The result is larger than 10^30: take smaller numbers.")
    if number.denominator.bit_length() > _DENOMINATOR_BITS:
        return round(number, _DECIMALS)
    return number


def from_float(number: float, digits: int = FLOAT64_DIGITS) -> Fraction:
    """The decimal that a floating-point number stands for, with so many significant digits.

    Raises:
        ShapeError: it is infinite or no number.
    """
    if not isfinite(number):
        raise ShapeError("The result is not a finite number: take smaller numbers.")
    return tidy(Fraction(f"{number:.{digits}g}"))


def from_data(data: object) -> Value:
    """Plain data (numbers, texts, lists, mappings) as a value; lists become rows and grids.

    Raises:
        ShapeError: there is something else in it.
    """
    if isinstance(data, (bool, str, Fraction, NoFit)):
        return data
    if isinstance(data, int):
        return tidy(Fraction(data))
    if isinstance(data, float):
        return from_float(data, FLOAT32_DIGITS)
    if isinstance(data, Mapping):
        return record_of("an entry of a list", data)
    if isinstance(data, (list, tuple, range)):
        return tuple(from_data(one) for one in data)
    raise ShapeError(f"{type(data).__name__} cannot stand in a lesson.")


def record_of(title: str, data: Mapping[str, object]) -> Record:
    """Plain data as a record; what is None is left out."""
    return Record(
        title,
        {
            name: lambda part=part: from_data(part)  # type: ignore[misc]
            for name, part in data.items()
            if part is not None
        },
    )


def from_array(array: NDArray[np.floating[Any]]) -> Grid:
    """A (height, width) array as a grid, each number the decimal that it stands for."""
    digits = FLOAT64_DIGITS if array.dtype.itemsize == 8 else FLOAT32_DIGITS
    return tuple(tuple(from_float(number, digits) for number in row) for row in array.tolist())
