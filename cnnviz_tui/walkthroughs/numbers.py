"""How numbers are written: few characters, a real minus, the same decimals in one table."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from cnnviz_tui.shapes.errors import ShapeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

MINUS = "−"
LARGEST_VALUE = 1e6
"""Typed numbers beyond it would only show what float32 loses."""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """One way to write all numbers of a table.

    A number that is too long with all decimals gets fewer: 1.00 among pixels like .35 is 1.0.

    Attributes:
        decimals: digits after the point.
        width: characters of the longest number, its sign included.
        exponent: whether numbers are written as 1e9, because they are too long otherwise.
    """

    decimals: int
    width: int
    exponent: bool = False

    def __call__(self, value: float) -> str:
        """The number as text, not padded."""
        for decimals in range(self.decimals, -1, -1):
            text = format_number(value, decimals, exponent=self.exponent)
            if len(text) <= self.width:
                break
        return text

    def padded(self, value: float) -> str:
        """The number as text, right-aligned in the format's width."""
        return self(value).rjust(self.width)

    @classmethod
    def of(cls, *values: ArrayLike, most_decimals: int = 2) -> NumberFormat:
        """The shortest format in which the finite numbers of arrays (any shape) are told apart.

        Whole numbers get no decimals; others as many as the values need, up to `most_decimals`.
        """
        import numpy as np  # with the first table: a single number needs none

        flat = np.concatenate([np.asarray(each, dtype=np.float64).ravel() for each in values])
        flat = flat[np.isfinite(flat)]
        if flat.size == 0:
            return cls(0, 1)
        largest = float(np.abs(flat).max())
        if largest >= 1e6:
            return cls(0, 5 + bool(flat.min() < 0), exponent=True)
        allowed = most_decimals if largest < 100 else min(most_decimals, 1 if largest < 1000 else 0)
        decimals = 0
        while decimals < allowed and not _settled(flat, decimals):
            decimals += 1
        ends = (float(flat.min()), float(flat.max()))
        longest = max(len(format_number(end, decimals)) for end in ends)
        if decimals == 2 and ends[0] >= 0 and 0.995 < ends[1] <= 1:
            longest -= 1
        return cls(decimals, longest)


def _settled(values: NDArray[np.float64], decimals: int) -> bool:
    """Whether rounding to `decimals` loses nothing that float32 would keep."""
    import numpy as np

    return bool(np.allclose(values, np.round(values, decimals), rtol=0, atol=1e-6))


def format_number(value: float, decimals: int, *, exponent: bool = False) -> str:
    """Write a number with a real minus and without the 0 before the point: −.25, 1.50, 3, nan."""
    number = float(value)
    if not isfinite(number):
        return f"{number}".replace("-", MINUS)
    if exponent:
        text = f"{number:.0e}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
        return text.replace("-", MINUS)
    text = f"{number:.{decimals}f}"
    sign, digits = (MINUS, text[1:]) if text.startswith("-") else ("", text)
    if decimals and digits.startswith("0."):
        digits = digits[1:]
    if not digits.strip("0."):
        sign = ""
    return sign + digits


def short(value: float, decimals: int = 3) -> str:
    """A single number as one would write it by hand: no needless zeros, a real minus."""
    text = f"{float(value):.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in {"-0", ""}:
        text = "0"
    return text.replace("-", MINUS)


_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def scientific(value: float) -> str:
    """A number of any size with two leading digits: 0.25, 512, but 9.5·10⁻⁷ and 1.2·10⁹."""
    number = float(value)
    if not isfinite(number) or number == 0 or 1e-3 <= abs(number) < 1e6:
        digits = 3 if abs(number) < 10 else 0
        return format_number(number, 0) if not isfinite(number) else short(number, digits)
    mantissa, exponent = f"{number:.1e}".split("e")
    return f"{mantissa}·{power_of_ten(int(exponent))}".replace("-", MINUS)


def power_of_ten(exponent: int) -> str:
    """A power of ten as on paper: 10⁻⁷, and 1, 10 and 0.1 as they are."""
    if -1 <= exponent <= 1:
        return short(10.0**exponent)
    return f"10{str(exponent).translate(_SUPERSCRIPTS)}"


def parse_value(text: str, name: str) -> float:
    """Read a number as people type it: `-1`, `−1`, `.5`, `0,5`, `1/3`.

    Raises:
        ShapeError: it is no number, or too large for float32 to work with.
    """
    typed = text.strip().replace(MINUS, "-").replace(",", ".")
    above, slash, below = typed.partition("/")
    try:
        value = float(above) / (float(below) if slash else 1.0)
    except (ValueError, ZeroDivisionError):
        raise ShapeError(
            f"The {name} must be a number such as 2, −0.5 or 1/3, not “{text:.24}”."
        ) from None
    if not abs(value) <= LARGEST_VALUE:
        raise ShapeError(
            f"The {name} must be between −{LARGEST_VALUE:,.0f} and {LARGEST_VALUE:,.0f}."
        )
    return value


def percent(share: float) -> str:
    """A share of 1 in per cent with one decimal; what is not quite 0 or 1 never looks as if."""
    if 0 < share < 0.0005:
        return "<0.1%"
    if 0.9995 <= share < 1:
        return ">99.9%"
    return f"{share:.1%}"
