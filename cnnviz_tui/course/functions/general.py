"""Arithmetic that every expression needs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from cnnviz_tui.course.functions.kinds import Number, Numbers, Whole
from cnnviz_tui.course.functions.texts import rounded
from cnnviz_tui.course.functions.value import Value, from_float
from cnnviz_tui.shapes.errors import ShapeError

_MOST_DECIMALS = 15


def round_(x: Number, decimals: Whole = 0) -> Value:
    """The number with so many decimals; halves are rounded away from 0, as on paper."""
    if not 0 <= decimals <= _MOST_DECIMALS:
        raise ShapeError(f"decimals must be 0 to {_MOST_DECIMALS}.")
    return rounded(x, decimals)


def floor(x: Number) -> Value:
    """The largest integer that is at most x."""
    return Fraction(math.floor(x))


def ceil(x: Number) -> Value:
    """The smallest integer that is at least x."""
    return Fraction(math.ceil(x))


def abs_(x: Number) -> Value:
    """The number without its sign."""
    return abs(x)


def min_(*numbers: Numbers) -> Value:
    """The smallest of numbers, rows or grids."""
    return min(_all(numbers))


def max_(*numbers: Numbers) -> Value:
    """The largest of numbers, rows or grids."""
    return max(_all(numbers))


def sum_(*numbers: Numbers) -> Value:
    """All numbers of rows or grids added up."""
    return sum(_all(numbers), Fraction(0))


def sqrt(x: Number) -> Value:
    """The square root, exact where it is a fraction."""
    if x < 0:
        raise ShapeError("A negative number has no square root here: take one from 0 on.")
    above, below = math.isqrt(x.numerator), math.isqrt(x.denominator)
    if above**2 == x.numerator and below**2 == x.denominator:
        return Fraction(above, below)
    return from_float(math.sqrt(x))


def exp(x: Number) -> Value:
    """e^x."""
    # Beyond it the result is larger than any number that can be shown.
    return from_float(math.exp(x) if x < 700 else math.inf)


def log(x: Number) -> Value:
    """The natural logarithm."""
    if x <= 0:
        raise ShapeError("Only a positive number has a logarithm: take one above 0.")
    return from_float(math.log(x))


FUNCTIONS = (round_, floor, ceil, abs_, min_, max_, sum_, sqrt, exp, log)
"""In the order of the guide."""


def _all(numbers: tuple[Numbers, ...]) -> list[Fraction]:
    found = [one for value in numbers for one in _flat(value)]
    if not found:
        raise ShapeError("There is no number: give at least one.")
    return found


def _flat(value: Numbers) -> Iterator[Fraction]:
    if isinstance(value, Fraction):
        yield value
    else:
        for one in value:
            yield from _flat(one)
