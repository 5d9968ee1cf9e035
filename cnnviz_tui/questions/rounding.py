"""When a rounded answer counts as the number: with enough digits, rounded correctly.

`2.33` is 7/3 where two digits are asked for, `2.3` is near and asked back, `2.34` is wrong; 4.25
has no more than two digits and wants both.
"""

from __future__ import annotations

from enum import Enum
from fractions import Fraction

from cnnviz_tui.questions.typed import Typed, UnclearAnswerError, quoted
from cnnviz_tui.questions.written import Value, leading_zeros

_NEAR = Fraction(1, 20)
"""A whole number is near if it is rounded by so little of the exact one: 334 is, 2 for 7/3 not."""


class Closeness(Enum):
    """How near a typed number is to the exact one."""

    SAME = "same"
    NEAR = "near"
    """Rounded correctly, but to too few digits."""
    OTHER = "other"


def closeness(typed: Typed, exact: Fraction, decimals: int) -> Closeness:
    """How near one reading is to a number.

    Args:
        typed: the reading.
        exact: the number.
        decimals: a rounded one needs at least so many digits behind the point; of a small number
            the zeros after the point do not count.
    """
    if typed.value == exact:
        return Closeness.SAME
    if typed.decimals is None or not typed.rounds(exact):
        return Closeness.OTHER
    if typed.decimals >= decimals + leading_zeros(exact):
        return Closeness.SAME
    assert isinstance(typed.value, Fraction)  # noqa: S101 - only numbers are rounded
    off = abs(typed.value - exact)
    near = typed.value != 0 and (typed.decimals > 0 or off <= _NEAR * abs(exact))
    return Closeness.NEAR if near else Closeness.OTHER


def more_digits(text: str, exact: Fraction, decimals: int) -> UnclearAnswerError:
    """What is said to an answer that is near."""
    digits = "1 digit" if decimals == 1 else f"{decimals} digits"
    where = "after the leading zeros" if leading_zeros(exact) else "behind the point"
    return UnclearAnswerError(f"“{quoted(text)}” is near: give {digits} {where}, or a fraction.")


def same_value(typed: Typed, value: Value, decimals: int) -> bool:
    """Whether a reading is a value; a size may have its channels first, as PyTorch writes it."""
    if isinstance(value, Fraction):
        return closeness(typed, value, decimals) is Closeness.SAME
    if typed.value == value:
        return True
    return (
        isinstance(typed.value, tuple)
        and isinstance(value, tuple)
        and len(typed.value) == len(value) == 3
        and channels_last(typed.value) == value
    )


def channels_last(size: tuple[int, ...]) -> tuple[int, ...]:
    """A size whose first number is moved to the end."""
    return (*size[1:], size[0])
