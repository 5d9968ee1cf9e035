"""Answers as people write them: `61,706`, `4.25`, `7/3 ≈ 2.33`, `9.54e-7`, `28x28x6`."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from cnnviz_tui.frozen import Frozen

FIGURES = 3
"""So many digits has a number that is rounded, without the zeros in front."""

_EXACT_DECIMALS = 4
"""A number with so few digits behind the point is written out."""

_SMALL = Fraction(1, 10**4)
"""Smaller numbers are written with a power of ten."""


class NoFit(Frozen):
    """The answer that a layer does not fit its input."""

    def __str__(self) -> str:
        return "does not fit"


DOES_NOT_FIT: Final = NoFit()

Shape = tuple[int, ...]
"""A size: height x width x channels."""

Value = Fraction | Shape | NoFit
"""What a question can have as its answer."""


def value_text(value: Value, decimals: int = 2) -> str:
    """An answer as people write it: `61,706`, `28x28x6`, `7/3 ≈ 2.33`, `does not fit`.

    Args:
        value: the answer.
        decimals: a number that is rounded has at least so many digits.
    """
    if isinstance(value, NoFit):
        return str(value)
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    return number_text(value, decimals)


def number_text(value: Fraction, decimals: int = 2) -> str:
    """A number as people write it; what has no short decimal form is rounded.

    Args:
        value: the number.
        decimals: a number that is rounded has at least so many digits behind the point (a small
            one after its leading zeros), and three figures in any case.
    """
    sign = "−" if value < 0 else ""
    value = abs(value)
    if value.denominator == 1:
        return f"{sign}{value.numerator:,}"
    for places in range(1, _EXACT_DECIMALS + 1):
        if 10**places % value.denominator == 0:
            return sign + _fixed(value, places)
    rounded = sign + _rounded(value, decimals)
    if value.denominator < 100 and value.numerator < 1000:
        return f"{sign}{value.numerator}/{value.denominator} ≈ {rounded}"
    return rounded


def cell_text(value: Fraction, decimals: int = 2) -> str:
    """A number as it stands among others: without spaces and thousands, a fraction as itself."""
    return number_text(value, decimals).replace(",", "").partition(" ")[0]


def leading_zeros(value: Fraction) -> int:
    """How many zeros stand between the point and the first digit: 2 for 0.0035, 0 for 0."""
    top, bottom = abs(value.numerator), value.denominator
    zeros = 0
    while 0 < 10 * top < bottom:
        top *= 10
        zeros += 1
    return zeros


def _rounded(value: Fraction, decimals: int) -> str:
    """A positive number to three figures, and to `decimals` digits at least."""
    digits = max(FIGURES, decimals)
    zeros = leading_zeros(value)
    if value < _SMALL:
        exponent = zeros + 1
        mantissa = _fixed(value * 10**exponent, digits - 1)
        if mantissa.startswith("10"):  # 9.999e-7 is rounded to 1.00e-6
            exponent -= 1
            mantissa = _fixed(Fraction(1), digits - 1)
        return f"{mantissa}e-{exponent}"
    if value < 1:
        return _fixed(value, zeros + digits)
    return _fixed(value, max(FIGURES - len(str(int(value))), decimals))


def _fixed(value: Fraction, places: int) -> str:
    """A positive number with so many digits behind the point, a half rounded up as at school."""
    # Whole numbers all the way: a float would make 2.675 a little less.
    whole, rest = divmod(int(value * 10**places + Fraction(1, 2)), 10**places)
    return f"{whole:,}.{rest:0{places}d}" if places else f"{whole:,}"
