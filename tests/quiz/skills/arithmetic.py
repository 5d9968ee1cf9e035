"""Arithmetic as solutions print it, worked out again: `(7 − 3)/2 + 1`, `0.881·(1 − 0.881)`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import pairwise

_TOKEN = re.compile(r"\s*(\d[\d,]*(?:\.\d+)?(?:e-\d+)?|[-+−·/()²^⌊⌋⌈⌉]|log|max|e(?=\^)|,)")
_CLOSING = {"(": ")", "⌊": "⌋", "⌈": "⌉"}


class NotArithmeticError(ValueError):
    """A text with more in it than numbers and what combines them."""


def worked_out(text: str) -> float:
    """What a printed calculation makes.

    Raises:
        NotArithmeticError: there are words or letters in it.
    """
    reader = _Reader(text)
    value = reader.sum()
    if reader.part:
        raise NotArithmeticError(text)
    return value


def equations(text: str) -> Iterator[tuple[str, float, str]]:
    """Every calculation of a text with its value, and the result printed behind it."""
    sides = [side.strip() for side in text.split(" = ")]
    for left, right in pairwise(sides):
        result = re.match(r"−?\d[\d,]*(?:\.\d+)?(?:e-\d+)?(?![\d.]*[·/^²x])", right)
        # What stands before a colon or behind a sentence is no part of a calculation.
        calculation = re.split(r"[:;] |\. |, |(?:height|width) ", left)[-1]
        try:
            value = worked_out(calculation)
        except NotArithmeticError:
            continue
        if result and right[result.end() :][:2] not in (" +", " −", " /"):
            yield calculation, value, result[0]


def is_shown(value: float, result: str) -> bool:
    """Whether a printed result is a value, rounded to its digits."""
    plain = result.replace("−", "-").replace(",", "")
    mantissa, _, exponent = plain.partition("e")
    decimals = len(mantissa.partition(".")[2]) - int(exponent or 0)
    # A half may be rounded to both sides; whole numbers are never rounded.
    return abs(value - float(plain)) <= (0.5001 * 10.0**-decimals if decimals else 1e-9)


class _Reader:
    """Reads sums of products of powers."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self.part = ""
        self._next()

    def _next(self) -> str:
        before = self.part
        rest = self._text[self._at :]
        found = _TOKEN.match(rest)
        if found is None:
            if rest.strip():
                raise NotArithmeticError(self._text)
            self.part = ""
            return before
        self._at += found.end()
        self.part = found[1]
        return before

    def sum(self) -> float:
        value = -self.product_after_sign() if self.part == "−" else self.product()
        while self.part in ("+", "−"):
            sign = self._next()
            term = self.product()
            value += term if sign == "+" else -term
        return value

    def product_after_sign(self) -> float:
        self._next()
        return self.product()

    def product(self) -> float:
        value = self.power()
        while self.part in ("·", "/"):
            if self._next() == "·":
                value *= self.power()
            else:
                value /= self.power()
        return value

    def power(self) -> float:
        value = self.one()
        if self.part == "²":
            self._next()
            return value * value
        if self.part == "^":
            self._next()
            sign = -1 if self.part == "−" else 1
            if sign < 0:
                self._next()
            return float(value ** (sign * self.one()))
        return value

    def one(self) -> float:
        part = self._next()
        if part == "e":
            return math.e
        if part == "−":
            return -self.one()
        if part == "log":
            return math.log(self.one())
        if part == "max":
            return self._largest()
        if part in _CLOSING:
            value = self.sum()
            if self._next() != _CLOSING[part]:
                raise NotArithmeticError(self._text)
            rounded = {"⌊": math.floor, "⌈": math.ceil}
            return rounded[part](value) if part in rounded else value
        if not part or not part[0].isdigit():
            raise NotArithmeticError(self._text)
        return float(part.replace(",", ""))

    def _largest(self) -> float:
        self._next()
        found = [self.sum()]
        while self.part == ",":
            self._next()
            found.append(self.sum())
        self._next()
        return max(found)
