"""Questions for a number, a size or whether it fits, and the roads to wrong answers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import ClassVar

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.questions.question import Question, Verdict
from cnnviz_tui.questions.rounding import (
    Closeness,
    channels_last,
    closeness,
    more_digits,
    same_value,
)
from cnnviz_tui.questions.typed import Typed, UnclearAnswerError, quoted, readings
from cnnviz_tui.questions.written import NoFit, Shape, Value, value_text

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


class Road(Frozen):
    """A way that leads to a wrong answer.

    Attributes:
        value: where it leads.
        feedback: what was done, with the calculation, and what to do instead.
        name: the misconception's name, such as `forgot-padding`; empty for one without a name.
    """

    value: Value
    feedback: str
    name: str = ""


_WHOLES = ("28", "17", "41", "53", "86", "97")
_SIGNS = (
    ("28", "28", "6", "8", "8", "8"),
    ("40", "40", "7", "9", "9", "9"),
    ("21", "21", "5", "3", "3", "3"),
    ("50", "50", "9", "7", "7", "7"),
)
"""Examples of answers; one that is no answer to the question is shown."""


class NumberQuestion(Question, kw_only=True):
    """A number, a size or that it does not fit.

    Attributes:
        answer: the right value.
        roads: ways to wrong answers; several may lead to one.
        otherwise: what to say to any other wrong answer.
        decimals: a rounded answer needs at least so many digits behind the point.
    """

    kind: ClassVar[str] = "number"
    how: ClassVar[str] = "a number such as 28, 2.33 or 7/3"

    answer: Value
    roads: tuple[Road, ...] = ()
    otherwise: str = ""
    decimals: int = 2

    def __post_init__(self) -> None:
        """Refuse a wrong answer that is right."""
        for road in self.roads:
            if road.value == self.answer:
                raise ValueError(
                    f"Question “{self.id}” calls {value_text(road.value)} wrong, but that is its "
                    "answer: take the wrong answer out or change its value."
                )

    @property
    def answer_text(self) -> str:
        """The value as people write it."""
        exact = self.answer
        if isinstance(exact, Fraction) and not self.decimals and abs(exact) >= 1:
            # A half would be rounded to either side.
            return value_text(exact if exact.denominator == 2 else Fraction(round(exact)))
        return value_text(self.answer, self.decimals)

    @property
    def instruction(self) -> str:
        """How to type a number, or a size where that is asked for."""
        kinds = []
        if self._lengths:
            sizes = [_size_like(sign, max(self._lengths)) for sign in _SIGNS]
            kinds.append(f"a size such as {self._other_than_the_answer(sizes)}")
        if not kinds or any(isinstance(value, Fraction) for value in self._values):
            numbers = [f"{whole}, 2.33 or 7/3" for whole in _WHOLES]
            kinds.append(f"a number such as {self._other_than_the_answer(numbers)}")
        return f"Type {', or '.join(kinds)}."

    def _other_than_the_answer(self, examples: Sequence[str]) -> str:
        """The first example that does not give the answer, or a wrong one, away."""
        taken = {value_text(value).replace(",", "") for value in self._values}
        return next(
            (example for example in examples if taken.isdisjoint(example.split(", "))), examples[0]
        )

    def mark(self, text: str) -> Verdict:
        """Right in one of its readings, or on a road in one, or just wrong."""
        typed = self._expected(readings(text), text)
        if any(same_value(one, self.answer, self.decimals) for one in typed):
            return Verdict(True, self.explanation, quoted(self.answer_text))
        for one in typed:
            if met := [r for r in self.roads if same_value(one, r.value, self.decimals)]:
                feedback = " Or: ".join(dict.fromkeys(road.feedback for road in met))
                names = tuple(dict.fromkeys(road.name for road in met if road.name))
                return Verdict(False, feedback, quoted(value_text(one.value)), names)
        self._ask_for_more_digits(typed, text)
        given = typed[0].value
        return Verdict(False, self._wrong(given), quoted(value_text(given)))

    @property
    def _values(self) -> tuple[Value, ...]:
        return (self.answer, *(road.value for road in self.roads))

    @property
    def _lengths(self) -> frozenset[int]:
        """How many numbers the sizes have that are right or on a road."""
        return frozenset(len(value) for value in self._values if isinstance(value, tuple))

    def _expected(self, typed: tuple[Typed, ...], text: str) -> tuple[Typed, ...]:
        """The readings that are of the asked kind."""
        if all(isinstance(value, NoFit) for value in self._values):
            return typed
        numbered = any(isinstance(value, Fraction) for value in self._values)
        kept = tuple(
            one
            for one in typed
            if isinstance(one.value, NoFit)
            or (isinstance(one.value, tuple) and len(one.value) in self._lengths)
            or (isinstance(one.value, Fraction) and numbered)
        )
        if kept:
            return kept
        wanted = "one number such as 28"
        if self._lengths:
            most = max(self._lengths)
            sizes = [_size_like(sign, most) for sign in _SIGNS]
            example = self._other_than_the_answer(sizes)
            wanted = f"a size of {most} numbers such as {example}"
        raise UnclearAnswerError(f"“{quoted(text)}” is not what is asked for: give {wanted}.")

    def _ask_for_more_digits(self, typed: tuple[Typed, ...], text: str) -> None:
        if isinstance(self.answer, Fraction):
            for one in typed:
                if closeness(one, self.answer, self.decimals) is Closeness.NEAR:
                    raise more_digits(text, self.answer, self.decimals)

    def _wrong(self, given: Value) -> str:
        """What was right of it first, then the reason."""
        if isinstance(given, tuple) and isinstance(self.answer, tuple):
            return f"{_right_part(given, self.answer)}{self.otherwise or 'That is not it.'}"
        return self.otherwise or self._direction(given)

    def _direction(self, given: Value) -> str:
        if isinstance(given, Fraction) and isinstance(self.answer, Fraction):
            return "That is too much." if given > self.answer else "That is too little."
        if isinstance(given, NoFit):
            return "It does fit: work it out."
        if isinstance(self.answer, NoFit):
            return "It does not fit: try the formula."
        return "That is not it."


def _size_like(sign: tuple[str, ...], length: int) -> str:
    return "x".join(sign[:length])


def _right_part(given: Shape, answer: Shape) -> str:
    """Which numbers of a size are right, as a sentence; empty for none."""
    if len(given) != len(answer):
        return ""
    orders = [given, channels_last(given)] if len(given) == 3 else [given]
    likeliest = max(orders, key=lambda size: sum(a == b for a, b in zip(size, answer, strict=True)))
    right = [a == b for a, b in zip(likeliest, answer, strict=True)]
    if likeliest is not given:
        right = [right[-1], *right[:-1]]
    names = [name for name, one in zip(_ORDINALS, right, strict=False) if one]
    if not names:
        return ""
    return f"The {' and the '.join(names)} number {'is' if len(names) == 1 else 'are'} right. "
