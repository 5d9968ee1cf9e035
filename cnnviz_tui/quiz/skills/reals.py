"""Numbers that are computed with floats: what they stand for, and which of them look alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from cnnviz_tui.questions import Road, Value, number_text
from cnnviz_tui.questions.written import leading_zeros

_NEARLY = 1e-12
_LARGEST_DENOMINATOR = 10**9
_MOST_DECIMALS = 9
_COUNTS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def exact(value: float, decimals: int = 0) -> Fraction:
    """The number that a float stands for: 3/10 for 0.30000000000000004.

    What is no short decimal number becomes the nearest fraction that one could still type; it
    agrees with the float in all of its digits.

    Args:
        value: a finite float.
        decimals: round to so many digits behind the point; 0 rounds nothing.
    """
    if decimals:
        return Fraction(f"{value:.{decimals}f}")
    near = Fraction(f"{value:.6f}")
    if abs(float(near) - value) < _NEARLY:
        return near
    return Fraction(value).limit_denominator(_LARGEST_DENOMINATOR)


def roughly_apart(answer: Value, roads: Iterable[Road]) -> list[Road]:
    """The roads that nobody takes for the answer where both are rounded.

    They differ by more than a fiftieth of it; from 0 by more than a hundredth. Products of such
    numbers become ones that can be typed.
    """
    return [_typeable(one) for one in roads if not _alike(one.value, answer)]


def _typeable(one: Road) -> Road:
    if isinstance(one.value, Fraction) and one.value.denominator > _LARGEST_DENOMINATOR:
        return one.changed(value=exact(float(one.value)))
    return one


def _alike(value: Value, answer: Value) -> bool:
    if not isinstance(value, Fraction) or not isinstance(answer, Fraction):
        return value == answer
    return abs(value - answer) <= (abs(answer) / 50 if answer else Fraction(1, 100))


def shown_parts(
    parts: Sequence[Fraction], *checks: tuple[Fraction, Callable[..., Fraction | float]]
) -> list[str]:
    """The numbers of a calculation, with as few digits as lead to what is shown and accepted.

    A factor of 0.000577 written as 0.001 would make a wrong product.

    Args:
        parts: the numbers, in the order in which the calculations take them.
        checks: what comes out, and how it is calculated from the parts as they are written.
    """
    texts: list[str] = []
    for decimals in range(2, _MOST_DECIMALS):
        texts = [number_text(part, decimals) for part in parts]
        read = [_read(text) for text in texts]
        if all(_rounds_to(calculate(*read), result) for result, calculate in checks):
            break
    return texts


def _read(text: str) -> Fraction:
    """A number as it is written, exactly."""
    return Fraction(text.partition(" ")[0].replace("−", "-").replace(",", ""))


def _rounds_to(value: Fraction | float, result: Fraction) -> bool:
    """Whether a number is another one in the digits that are shown, and in those asked for."""
    written = number_text(result).rpartition(" ")[2].replace("−", "-").replace(",", "")
    decimals = -int(Decimal(written).as_tuple().exponent)
    close = abs(Fraction(value) - Fraction(written)) <= Fraction(10) ** -decimals / 2
    # A half goes up, as at school.
    scale = 10 ** _decimals(result)
    asked, given = (int(abs(Fraction(n)) * scale + Fraction(1, 2)) for n in (result, value))
    return close and asked == given


def rounding(answer: Fraction) -> str:
    """How many decimals will do, as a sentence to put behind a question; empty for few digits."""
    if 1000 % answer.denominator == 0:
        return ""
    return f" {_COUNTS[_decimals(answer)]} decimals will do."


def _decimals(answer: Fraction) -> int:
    """How many digits behind the point a rounded answer needs."""
    return min(2 + leading_zeros(answer), len(_COUNTS) - 1)
