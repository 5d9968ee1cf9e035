"""What keeps hostile sources harmless: a budget of steps, and arithmetic that cannot explode."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from cnnviz_tui.networks.errors import SourceError

MOST_STEPS = 100_000
"""So many expressions and statements are looked at; DenseNet-121 needs a fifth."""

DEEPEST_CALL = 50
"""So deep may calls be nested."""

LONGEST_SOURCE = 300_000
"""No source may have more characters."""

_LARGEST_BITS = 256
_LONGEST_SEQUENCE = 12_000


class Budget:
    """Counts steps and ends the reading when there are too many.

    Args:
        steps: how many are left.
    """

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self.given = steps
        self.left = steps

    def spend(self, steps: int, line: int | None) -> None:
        """Take some steps away.

        Raises:
            SourceError: if none are left.
        """
        self.left -= steps
        if self.left < 0:
            raise SourceError(
                f"the trace gave up after {self.given:,} steps; a loop here does not end, or "
                "builds far too much.",
                line,
            )

    @property
    def spent(self) -> int:
        """How many steps were taken."""
        return self.given - self.left


class RefusedError(Exception):
    """An operation that would need far too much; its text says what."""


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mult": operator.mul,
    "Div": operator.truediv,
    "FloorDiv": operator.floordiv,
    "Mod": operator.mod,
    "Pow": operator.pow,
    "LShift": operator.lshift,
    "RShift": operator.rshift,
    "BitAnd": operator.and_,
    "BitOr": operator.or_,
    "BitXor": operator.xor,
}
"""What the binary operators of numbers do, by the names of the syntax tree."""

SIGNS = dict(
    zip(OPERATORS, ["+", "−", "·", "/", "//", "%", "**", "<<", ">>", "&", "|", "^"], strict=True)
)
"""How they are written for people."""


def arithmetic(name: str, left: float, right: float) -> int | float:
    """Return the result of an operator on two numbers.

    Raises:
        RefusedError: if the result would be a huge number.
        ArithmeticError, TypeError, ValueError: as Python would.
    """
    whole = isinstance(left, int) and isinstance(right, int)
    if name in ("Pow", "LShift") and whole:
        bits = abs(int(left)).bit_length() if name == "Pow" else 1
        if right > 0 and bits * right > _LARGEST_BITS and abs(left) > 1:
            raise RefusedError("a number of far too many digits")
        if name == "LShift" and right > _LARGEST_BITS:
            raise RefusedError("a number of far too many digits")
    # Plain numbers: where a result was typed is lost in arithmetic.
    result = OPERATORS[name](_plain(left), _plain(right))
    if isinstance(result, complex):
        raise RefusedError("a complex number")
    if isinstance(result, int):
        require_few_digits(result)
    number: int | float = result
    return number


def require_few_digits(number: int) -> None:
    """Raise a RefusedError for a number that no size is."""
    if number.bit_length() > 16 * _LARGEST_BITS:
        raise RefusedError("a number of far too many digits")


def repeated(sequence: Any, times: int) -> Any:
    """Return a list, tuple or text that is repeated.

    Raises:
        RefusedError: if it would be too long.
    """
    if len(sequence) * max(times, 0) > _LONGEST_SEQUENCE:
        raise RefusedError(f"a sequence of more than {_LONGEST_SEQUENCE:,} elements")
    return sequence * times


def require_short(length: int) -> None:
    """Raise a RefusedError for a sequence that would be too long."""
    if length > _LONGEST_SEQUENCE:
        raise RefusedError(f"a sequence of more than {_LONGEST_SEQUENCE:,} elements")


def _plain(number: float) -> float:
    """Return an int or float that is no subclass."""
    if isinstance(number, bool):
        return number
    return int(number) if isinstance(number, int) else number
