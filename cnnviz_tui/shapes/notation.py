"""Sizes and paddings as the command line writes them, height x width, and back."""

from __future__ import annotations

from collections.abc import Sequence

from cnnviz_tui.shapes.axis import signed
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.padding import Padding

LARGEST = 10**6
"""No size, stride or padding may be larger; more is a slip of the finger."""


def parse_number(text: str, name: str, least: int = 1) -> int:
    """Read one whole number from ``least`` to ``LARGEST``.

    Raises:
        ShapeError: with a sentence that begins with the number's ``name``.
    """
    digits = text.strip()
    sign = digits[:1] if digits[:1] in ("-", "−") else ""
    digits = digits[len(sign) :]
    if not (digits.isascii() and digits.isdecimal()):
        raise ShapeError(f"The {name} must be a whole number, not “{_shortened(text)}”.")
    digits = digits.lstrip("0") or "0"
    # Python refuses to convert thousands of digits, so their number is looked at first.
    if len(digits) > len(str(LARGEST)) or int(digits) > LARGEST:
        if not sign:
            raise ShapeError(f"The {name} {_shortened(text)} is larger than {LARGEST}, the limit.")
        raise ShapeError(f"The {name} must be at least {least}, not {_shortened(text)}.")
    number = -int(digits) if sign else int(digits)
    if number < least:
        raise ShapeError(f"The {name} must be at least {least}, not {signed(number)}.")
    return number


def parse_lengths(text: str, name: str = "size", least: int = 1) -> tuple[int, ...]:
    """Read ``3``, ``3x5``, ``3×5`` or ``32x32x3``: whole numbers from ``least`` on.

    Args:
        text: what was typed.
        name: what the numbers are, for the error.
        least: the smallest number that makes sense.

    Raises:
        ShapeError: if something is no number, too small or larger than ``LARGEST``.
    """
    parts = text.lower().replace("×", "x").split("x")
    if not all(part.strip() for part in parts):
        raise ShapeError(
            f"The {name} must be whole numbers such as 3 or 3x5, not “{_shortened(text)}”."
        )
    return tuple(parse_number(part, name, least) for part in parts)


def parse_padding(text: str) -> Padding:
    """Read ``same``, ``valid``, ``1``, ``1x2`` (height x width) or the zeros of every side.

    Every side is ``1,2,0,1`` (top, bottom, left, right), or ``1,2`` (left, right) for an input
    of one axis.

    Raises:
        ShapeError: if the text is none of these.
    """
    word = text.strip().lower()
    if word in ("same", "valid"):
        return word
    if "," in word:
        numbers = [parse_number(part, "padding", 0) for part in word.split(",")]
        if len(numbers) not in (2, 4):
            raise ShapeError(
                f"The padding “{_shortened(text)}” has {len(numbers)} sides; give four, as "
                "top,bottom,left,right, or two, as left,right, for an input of one axis."
            )
        return tuple(zip(numbers[::2], numbers[1::2], strict=True))
    if not word.lstrip("-−")[:1].isdecimal():
        raise ShapeError(
            f"The padding “{_shortened(text)}” is not known; give a number, height x width such "
            "as 1x2, top,bottom,left,right such as 1,2,0,1, same or valid."
        )
    lengths = parse_lengths(word, "padding", 0)
    return lengths[0] if len(lengths) == 1 else lengths


def format_lengths(lengths: Sequence[int], sign: str = "x") -> str:
    """Return ``3x5`` for (3, 5): what ``parse_lengths`` reads. People are shown ``×``."""
    return sign.join(map(str, lengths))


def format_padding(padding: Padding) -> str:
    """Return what ``parse_padding`` reads: ``same``, ``1``, ``1x2`` or ``1,2,0,1``."""
    if isinstance(padding, (str, int)):
        return str(padding)
    sides = [str(side) for pair in padding if not isinstance(pair, int) for side in pair]
    if sides:
        return ",".join(sides)
    return format_lengths([one for one in padding if isinstance(one, int)])


def _shortened(text: str) -> str:
    """Return what was typed, cut where it would fill the screen."""
    text = text.strip()
    return text if len(text) <= 24 else text[:20] + "…"
