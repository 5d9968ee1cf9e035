"""Answers as people type them: `760`, `61 706`, `7/3`, `2,33`, `28x28x6`, `does not fit`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from cnnviz_tui.shapes.errors import ShapeError

LONGEST = 200
"""No answer is longer; more is a slip."""


class UnclearAnswerError(ShapeError):
    """What was typed cannot be read as an answer; the sentence asks back. It does not count."""


@dataclass(frozen=True, slots=True)
class NoFit:
    """The answer that a layer does not fit its input."""

    def __str__(self) -> str:
        return "does not fit"


DOES_NOT_FIT: Final = NoFit()

Shape = tuple[int, ...]
"""A size: height x width x channels."""

Value = Fraction | Shape | NoFit
"""What a question can have as its answer."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One reading of what was typed.

    Attributes:
        value: what it means.
        decimals: how many digits stand behind the point; None where the value is exact.
    """

    value: Value
    decimals: int | None = None


_NO_FIT_WORDS = frozenset(
    ("does not fit", "doesn't fit", "doesnt fit", "does not", "no fit", "not", "no", "never")
)
_SIGNS = str.maketrans(
    {"−": "-", "–": "-", "×": "x", "·": "x", "*": "x", "’": "'", "\u00a0": " ", "\u2009": " ",
     "\u202f": " "}
)  # fmt: skip
_FRACTION = re.compile(r"(?:(?P<whole>-?\d{1,9}) )?(?P<top>-?\d{1,12}) ?/ ?(?P<bottom>\d{1,12})")
_GROUPED = re.compile(r"-?\d{1,3}(?P<sign>[ ,.'_])\d{3}(?:(?P=sign)\d{3})*")
_GROUPED_DECIMAL = re.compile(
    r"(?P<whole>-?\d{1,3}(?P<sign>[ ,.'_])\d{3}(?:(?P=sign)\d{3})*)(?P<point>[.,])(?P<rest>\d+)"
)
_PLAIN = re.compile(r"-?(?:\d+[.,]?\d*|[.,]\d+)(?:e-?\d{1,3})?")
_SHAPE = re.compile(r"\(?(\d{1,7}(?: ?(?:[x,;]|\bby\b| ) ?\d{1,7}){1,5})\)?")


def readings(text: str) -> tuple[Typed, ...]:
    """Every way to read what was typed, the likeliest first.

    `61,706` is a number with thousands or one with a decimal comma; whoever marks it knows which
    of the two is meant.

    Raises:
        UnclearAnswerError: there is no way to read it.
    """
    if len(text) > LONGEST:
        raise UnclearAnswerError(
            f"An answer has at most {LONGEST} characters, this one has {len(text)}: give a number."
        )
    shown = " ".join(text.translate(_SIGNS).lower().split()).removeprefix("=").strip()
    if shown.removesuffix(".") in _NO_FIT_WORDS:
        return (Typed(DOES_NOT_FIT),)
    found = [*_numbers(shown.removeprefix("+"))]
    if shape := _SHAPE.fullmatch(shown):
        found.append(Typed(tuple(int(part) for part in re.findall(r"\d+", shape[1]))))
    if not found:
        raise UnclearAnswerError(
            f"“{_short(text)}” cannot be read: type a number such as 28, 2.33 or 7/3, a size such "
            "as 28x28x6, or: does not fit."
        )
    return tuple(found)


def read_number(text: str) -> Fraction:
    """One number, in its likeliest reading.

    Raises:
        UnclearAnswerError: it is not a number.
    """
    for typed in readings(text):
        if isinstance(typed.value, Fraction):
            return typed.value
    raise UnclearAnswerError(f"“{_short(text)}” is not a number: type one such as 6, −2 or 4.25.")


def value_text(value: Value) -> str:
    """An answer as people write it: `61,706`, `28x28x6`, `7/3 ≈ 2.33`, `does not fit`."""
    if isinstance(value, NoFit):
        return str(value)
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    return number_text(value)


def number_text(value: Fraction) -> str:
    """A number as people write it; what has no short decimal form is rounded to three figures."""
    sign = "−" if value < 0 else ""
    value = abs(value)
    if value.denominator == 1:
        return f"{sign}{value.numerator:,}"
    for decimals in range(1, 5):
        if (value * 10**decimals).denominator == 1:
            return f"{sign}{float(value):,.{decimals}f}"
    if value.denominator < 100 and value.numerator < 1000:
        return f"{sign}{value.numerator}/{value.denominator} ≈ {sign}{rounded_text(value)}"
    return sign + rounded_text(value)


def rounded_text(value: Fraction, figures: int = 3) -> str:
    """A positive number to so many figures, and at least two decimals where it is small."""
    number = float(value)
    if number == 0:
        return "0"
    if number < 1e-4:
        return f"{number:.{figures - 1}e}".replace("e-0", "e-")
    before = len(str(int(number))) if number >= 1 else 0
    leading = 0
    while number < 1 and number * 10 ** (leading + 1) < 1:
        leading += 1
    return f"{number:,.{max(figures - before, 2) if number >= 1 else figures + leading}f}"


def _numbers(text: str) -> list[Typed]:
    found: list[Typed] = []
    if fraction := _FRACTION.fullmatch(text):
        bottom = int(fraction["bottom"])
        if bottom == 0:
            raise UnclearAnswerError(f"“{_short(text)}” divides by 0: give another number.")
        part = Fraction(int(fraction["top"]), bottom)
        whole = int(fraction["whole"] or 0)
        return [Typed(whole - part if (fraction["whole"] or "").startswith("-") else whole + part)]
    if grouped := _GROUPED.fullmatch(text):
        if not text.lstrip("-").startswith("0"):
            found.append(Typed(Fraction(re.sub(r"[^\d-]", "", text)), 0))
        if grouped["sign"] == ".":
            # A point is a decimal point first of all, a comma or a space never alone.
            found = [*_plain(text), *found]
        elif grouped["sign"] == ",":
            found += _plain(text)
        return found
    if grouped := _GROUPED_DECIMAL.fullmatch(text):
        if grouped["point"] != grouped["sign"]:
            whole_digits = re.sub(r"[^\d-]", "", grouped["whole"])
            found.append(Typed(Fraction(f"{whole_digits}.{grouped['rest']}"), len(grouped["rest"])))
        return found
    return _plain(text)


def _plain(text: str) -> list[Typed]:
    if not _PLAIN.fullmatch(text) or not any(mark.isdecimal() for mark in text):
        return []
    text = text.replace(",", ".")
    mantissa, _, exponent = text.partition("e")
    decimals = len(mantissa.partition(".")[2]) - int(exponent or 0)
    return [Typed(Fraction(text), max(decimals, 0))]


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:37] + "…"
