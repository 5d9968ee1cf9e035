"""How a value stands in a text: digits, decimals, per cent, sizes, grids."""

from __future__ import annotations

import re
from fractions import Fraction
from math import floor

from cnnviz_tui.course.functions.value import (
    Place,
    Record,
    Value,
    described,
    is_grid,
    is_row,
    is_size,
    opening,
)
from cnnviz_tui.questions import NoFit, cell_text, number_text
from cnnviz_tui.questions import value_text as answer_text
from cnnviz_tui.shapes.errors import ShapeError

SPECS: dict[str, str] = {
    "": "as people write it: 61,706, 7/3 ≈ 2.33, 28x28x6, 6 8; 3 4",
    ".2f": "with so many decimals",
    "%": "a share in per cent with one decimal; .2% with two",
    "exact": "a fraction such as 7/3",
    "plain": "digits only, as in code: 9216",
    "shape": "a row as a size: 28x28x6",
    "rows": "a grid on one line: 6 8; 3 4",
}
"""What may stand behind the `|`, and how it writes a value."""

_DECIMALS = re.compile(r"\.(\d{1,2})([f%])", re.ASCII)
_MOST_DECIMALS = 15
_PER_CENT_DECIMALS = 1


def value_text(value: Value, spec: str = "") -> str:
    """How a value stands in a text.

    Args:
        value: what `evaluate` gave.
        spec: one of `SPECS`, or decimals such as `.2f` or `.1%`.

    Raises:
        ShapeError: there is no such spec, or it does not suit the value.
    """
    spec = spec.strip()
    if isinstance(value, Record):
        raise ShapeError(f"{opening(value)} has several parts: write one, {_parts(value)}.")
    if found := _DECIMALS.fullmatch(spec):
        decimals = int(found[1])
        if decimals > _MOST_DECIMALS:
            raise ShapeError(f"At most {_MOST_DECIMALS} decimals can be written, not {decimals}.")
        return _each(value, spec, percent=found[2] == "%", decimals=decimals)
    if spec == "%":
        return _each(value, spec, percent=True, decimals=_PER_CENT_DECIMALS)
    if spec not in SPECS:
        raise ShapeError(f"There is no way of writing “{spec[:20]}”: take {', '.join(SPECS)[2:]}.")
    if spec == "shape" and is_row(value) and all(one.denominator == 1 for one in value):
        return answer_text(tuple(map(int, value)))
    if spec in ("shape", "rows"):
        if not (is_size(value) if spec == "shape" else is_grid(value)):
            raise _unsuited(value, spec)
        spec = ""
    if spec in ("exact", "plain"):
        return _each(value, spec)
    return _plain(value)


def rounded(number: Fraction, decimals: int) -> Fraction:
    """The number with so many decimals; halves are rounded away from 0, as on paper."""
    scale = 10**decimals
    size = Fraction(floor(abs(number) * scale + Fraction(1, 2)), scale)
    return -size if number < 0 else size


def _plain(value: Value) -> str:
    """A value as people write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, Place):
        return f"({value.row}, {value.column})"
    if isinstance(value, (Fraction, NoFit)) or is_size(value):
        return answer_text(value)
    if is_row(value):
        return ", ".join(map(cell_text, value))
    if is_grid(value):
        return "; ".join(" ".join(map(cell_text, row)) for row in value)
    raise ShapeError(f"{opening(value)} cannot be written: take one of its entries, such as [0].")


def _each(value: Value, spec: str, *, percent: bool = False, decimals: int | None = None) -> str:
    """A number, or every number of a row or a grid, in the way that a spec asks for."""
    if isinstance(value, bool | str | NoFit | Record) or is_size(value):
        raise _unsuited(value, spec)
    if is_grid(value):
        return "; ".join(
            " ".join(_number(one, spec, percent, decimals) for one in row) for row in value
        )
    if is_row(value):
        return ", ".join(_number(one, spec, percent, decimals) for one in value)
    if isinstance(value, Fraction):
        return _number(value, spec, percent, decimals)
    raise _unsuited(value, spec)


def _number(number: Fraction, spec: str, percent: bool, decimals: int | None) -> str:
    if spec == "exact":
        return _signed(number, f"{abs(number)}")
    if spec == "plain":
        return number_text(number).replace(",", "")
    kept = decimals or 0
    shown = rounded(number * 100 if percent else number, kept)
    # The digits of an integer, so that no float is on the way.
    digits = f"{abs(shown.numerator) * 10**kept // shown.denominator:0{kept + 1}d}"
    whole, rest = digits[: len(digits) - kept], digits[len(digits) - kept :]
    text = f"{int(whole):,}" + (f".{rest}" if kept else "")
    return _signed(shown, text) + (" %" if percent else "")


def _signed(number: Fraction, text: str) -> str:
    return f"−{text}" if number < 0 else text


def _unsuited(value: Value, spec: str) -> ShapeError:
    return ShapeError(f"“{spec}” cannot write {described(value)}: leave it out or take another.")


def _parts(record: Record) -> str:
    return f"such as .{next(iter(record.fields), '')}"
