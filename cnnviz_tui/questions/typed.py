"""Answers as people type them: `760`, `61 706`, `7/3`, `2,33`, `28x28x6`, `does not fit`."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import product

from cnnviz_tui.foreign_text import one_cell_each
from cnnviz_tui.frozen import Frozen
from cnnviz_tui.questions.written import DOES_NOT_FIT, Value
from cnnviz_tui.shapes.errors import ShapeError

LONGEST = 200
"""No answer is longer, but for a grid; more is a slip."""

_SHOWN = 40
"""So much of an answer is repeated to the learner."""


class UnclearAnswerError(ShapeError):
    """What was typed cannot be read as an answer; the sentence asks back. It does not count."""


class Typed(Frozen):
    """One reading of what was typed.

    Attributes:
        value: what it means.
        decimals: how many digits stand behind the point; None where the value is exact.
    """

    value: Value
    decimals: int | None = None

    def rounds(self, exact: Fraction) -> bool:
        """Whether it is a number rounded to the digits it has; what is exact rounds nothing."""
        if self.decimals is None or not isinstance(self.value, Fraction):
            return False
        return bool(abs(self.value - exact) * 2 * 10**self.decimals <= 1)


_SIGNS = str.maketrans(
    {
        "−": "-",
        "–": "-",
        "×": "x",
        "·": "x",
        "*": "x",
        "’": "'",
        "⁄": "/",
        "∕": "/",
        "÷": "/",
    }
)
_NO_FIT = re.compile(
    r"(?:(?:it|this|that|they|the layer) )?(?:"
    r"(?:does|do|will|can|did) ?n[o']?t(?: (?:fit|work|divide|go|match|exist))?(?: (?:in|at all))?"
    r"|won't fit|can't fit|(?:is )?not (?:possible|valid|whole|fit|fitting|an integer)"
    r"|no(?:t|ne|pe)?|no ?fit|no (?:size|output|solution|whole number)|never"
    r"|(?:is )?impossible|(?:is )?invalid|misfit|error|fails|n/a|✗"
    r")"
)
_FRACTION = re.compile(
    r"(?P<sign>-?)(?:(?P<whole>\d{1,9}) )?(?P<top>\d{1,12}) ?/ ?(?P<bottom>\d{1,12})"
)
_GROUPED = re.compile(
    r"-?[1-9]\d{0,2}(?P<mark>[ ,.'_])\d{3}(?:(?P=mark)\d{3})*(?:(?!(?P=mark))[.,](?P<rest>\d+))?"
)
_PLAIN = re.compile(r"-?(?:\d+[.,]?\d*|[.,]\d+)(?:e[+-]?\d{1,3})?")
_POWER = re.compile(
    r"(?P<sign>-?)(?:(?P<mantissa>\d+(?:[.,]\d+)?) ?x ?)?10 ?(?:\^|xx) ?(?P<power>-?\d{1,3})"
)
_SHAPE = re.compile(r"\d{1,7}(?: ?(?:[x,;@]|\bby\b| ) ?\d{1,7}){1,5}")
_BRACKETS = (("(", ")"), ("[", "]"))


def readings(text: str) -> tuple[Typed, ...]:
    """Every way to read what was typed, the likeliest first.

    `61,706` is a number with thousands or one with a decimal comma; `50 %` is a half or so many
    percent. Whoever marks it knows which of the two is meant.

    Raises:
        UnclearAnswerError: there is no way to read it.
    """
    refuse_long(text, LONGEST)
    shown = plainly_typed(text)
    if not shown:
        raise UnclearAnswerError("Nothing was typed: give a number such as 28, 2.33 or 7/3.")
    if _NO_FIT.fullmatch(re.sub(r"[-_]", " ", shown).rstrip(" .")):
        return (Typed(DOES_NOT_FIT),)
    found = _number_or_equation(shown)
    for opening, closing in _BRACKETS:
        if shown.startswith(opening) and shown.endswith(closing):
            shown = shown[1:-1].strip()
    if _SHAPE.fullmatch(shown):
        found.append(Typed(tuple(int(part) for part in re.findall(r"\d+", shown))))
    if not found:
        raise UnclearAnswerError(
            f"“{quoted(text)}” cannot be read: type a number such as 28, 2.33 or 7/3, a size such "
            "as 28x28x6, or: does not fit."
        )
    return tuple(found)


def number_readings(text: str) -> tuple[Typed, ...]:
    """Every way to read a number, the likeliest first.

    Raises:
        UnclearAnswerError: it is not a number.
    """
    refuse_long(text, LONGEST)
    found = _number_or_equation(plainly_typed(text))
    if not found:
        raise UnclearAnswerError(f"“{quoted(text)}” is not a number: type one such as 6 or −4.25.")
    return tuple(found)


def refuse_long(text: str, most: int) -> None:
    """Refuse what is too long for an answer.

    Raises:
        UnclearAnswerError: there are more than `most` characters.
    """
    if len(text) > most:
        raise UnclearAnswerError(
            f"An answer has at most {most} characters, this one has {len(text)}: shorten it."
        )


def quoted(text: str) -> str:
    """The beginning of what was typed, fit to be repeated in a sentence on a terminal."""
    text = one_cell_each(" ".join(text.split()))
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def plainly_typed(text: str) -> str:
    """A text in small letters, with ASCII's signs and digits and single spaces."""
    shown = " ".join(text.translate(_SIGNS).lower().split())
    shown = "".join(str(int(mark)) if mark.isdecimal() else mark for mark in shown)
    return re.sub(r"^([-+]) ", r"\1", shown)


def _number_or_equation(text: str) -> list[Typed]:
    """The readings of a number, or of the more exact side of `7/3 ≈ 2.33`."""
    sides = [_numbers(side) for side in re.split(r" ?[=≈] ?", text.lstrip("=≈~ "))]
    if len(sides) == 1:
        return sides[0]
    if len(sides) != 2 or not all(sides):
        return []
    for one, other in product(*sides):
        if other.value == one.value or _rounds(other, one):
            return [one]
        if _rounds(one, other):
            return [other]
    raise UnclearAnswerError(f"“{quoted(text)}” gives two different numbers: give one.")


def _rounds(short: Typed, exact: Typed) -> bool:
    return isinstance(exact.value, Fraction) and short.rounds(exact.value)


def _numbers(text: str) -> list[Typed]:
    text = text.removeprefix("+")
    if text.endswith("%"):
        shares = _numbers(text[:-1].rstrip())
        return [*(_hundredth(share) for share in shares), *shares]
    if fraction := _FRACTION.fullmatch(text):
        return [_fraction(fraction)]
    if power := _POWER.fullmatch(text):
        return _plain(f"{power['sign']}{power['mantissa'] or 1}e{power['power']}")
    plain = _plain(text)
    grouped = _GROUPED.fullmatch(text)
    if not grouped:
        return plain
    rest = grouped["rest"] or ""
    digits = re.sub(r"[^\d-]", "", text[: grouped.start("rest") if rest else None])
    whole = Typed(Fraction(f"{digits}.{rest}" if rest else digits), len(rest))
    # A point is a decimal point first of all, a comma stands between thousands.
    return [*plain, whole] if grouped["mark"] == "." else [whole, *plain]


def _fraction(found: re.Match[str]) -> Typed:
    bottom = int(found["bottom"])
    if bottom == 0:
        raise UnclearAnswerError(f"“{found[0]}” divides by 0: give another number.")
    value = int(found["whole"] or 0) + Fraction(int(found["top"]), bottom)
    return Typed(-value if found["sign"] else value)


def _hundredth(share: Typed) -> Typed:
    assert isinstance(share.value, Fraction)  # noqa: S101 - `_numbers` gives numbers
    return Typed(share.value / 100, None if share.decimals is None else share.decimals + 2)


def _plain(text: str) -> list[Typed]:
    if not _PLAIN.fullmatch(text):
        return []
    text = text.replace(",", ".")
    mantissa, _, exponent = text.partition("e")
    decimals = len(mantissa.partition(".")[2]) - int(exponent or 0)
    return [Typed(Fraction(text), max(decimals, 0))]
