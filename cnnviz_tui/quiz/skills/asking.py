"""What the generators share: an exercise out of a question, its roads and its worked solution."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from random import Random

from cnnviz_tui.questions import ChoiceQuestion, NumberQuestion, Option, Road, Value
from cnnviz_tui.quiz.skill import Exercise, apart
from cnnviz_tui.walkthroughs.demonstration import Demonstration


def number_exercise(
    prompt: str,
    answer: Value | int,
    *,
    roads: Iterable[Road],
    solution: Sequence[str],
    hints: Sequence[str] = (),
    demonstration: Demonstration | None = None,
) -> Exercise:
    """An exercise that asks for a number, a size, or whether something fits.

    Args:
        prompt: the question.
        answer: the right value.
        roads: the wrong ways; those that happen to lead to the answer are dropped.
        solution: the worked solution, a paragraph a line; the last is the explanation too.
        hints: from a nudge to half the solution.
        demonstration: the explorer at these numbers.
    """
    value = Fraction(answer) if isinstance(answer, int) else answer
    question = NumberQuestion(
        id="",
        prompt=prompt,
        answer=value,
        roads=tuple(one for one in apart(value, roads) if not _channels_first(one.value, value)),
        hints=tuple(hints),
        explanation=solution[-1],
    )
    return Exercise(question=question, solution=tuple(solution), demonstration=demonstration)


def choice_exercise(
    chance: Random | None,
    prompt: str,
    options: Sequence[Option],
    *,
    solution: Sequence[str],
    hints: Sequence[str] = (),
    demonstration: Demonstration | None = None,
) -> Exercise:
    """An exercise with options.

    Args:
        chance: what shuffles the options; None where they have an order of their own.
        prompt: the question.
        options: one right and some wrong ones.
        solution: the worked solution, a paragraph a line; the last is the explanation too.
        hints: from a nudge to half the solution.
        demonstration: the explorer at these numbers.
    """
    shuffled = list(options)
    if chance is not None:
        chance.shuffle(shuffled)
    question = ChoiceQuestion(
        id="",
        prompt=prompt,
        options=tuple(shuffled),
        hints=tuple(hints),
        explanation=solution[-1],
    )
    return Exercise(question=question, solution=tuple(solution), demonstration=demonstration)


def road(name: str, value: Value | int, feedback: str) -> Road:
    """A wrong way, its value a whole number or any other answer."""
    return Road(Fraction(value) if isinstance(value, int) else value, feedback, name)


def _channels_first(value: Value, answer: Value) -> bool:
    """Whether a wrong volume reads as the right one with its channels first, which counts."""
    return isinstance(value, tuple) and len(value) == 3 and (*value[1:], value[0]) == answer


def numbered(count: int, noun: str) -> str:
    """`1 filter`, `6 filters`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
