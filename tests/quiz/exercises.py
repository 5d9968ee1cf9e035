"""What the quiz's tests share: many exercises of a skill, and how a learner meets them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from cnnviz_tui.networks.result import Trace
from cnnviz_tui.networks.trace import trace
from cnnviz_tui.questions import NumberQuestion, Value, value_text
from cnnviz_tui.quiz.skill import LEVELS, Exercise, Skill
from cnnviz_tui.quiz.topics import skill
from cnnviz_tui.walkthroughs.demonstration import Demonstration

SEEDS = 150


def exercises(name: str, seeds: int = SEEDS, levels: tuple[int, ...] = LEVELS) -> list[Exercise]:
    """The first exercises of a skill, at every level."""
    return list(drawn(skill(name), seeds, levels))


def drawn(one: Skill, seeds: int, levels: tuple[int, ...] = LEVELS) -> Iterator[Exercise]:
    """The first exercises of a skill, one at a time."""
    for level in levels:
        for seed in range(seeds):
            yield one.exercise(seed, level)


def number_asked(exercise: Exercise) -> NumberQuestion:
    """The question of an exercise that asks for a number or a size."""
    assert isinstance(exercise.question, NumberQuestion)
    return exercise.question


def answer_of(exercise: Exercise) -> Value:
    """The right value of an exercise that asks for a number or a size."""
    return number_asked(exercise).answer


def whole_answer(exercise: Exercise) -> int:
    """The right value of an exercise that asks for a whole number."""
    answer = answer_of(exercise)
    assert isinstance(answer, Fraction)
    assert answer.denominator == 1
    return int(answer)


def typed(value: Value) -> str:
    """A value as people type it: a whole number, a fraction, or many decimals."""
    if not isinstance(value, Fraction):
        return value_text(value)
    return str(value) if value.denominator < 10**6 else f"{float(value):.9f}"


def roads_by_name(exercise: Exercise) -> dict[str, list[Value]]:
    """The values to which each misconception leads."""
    found: dict[str, list[Value]] = {}
    for road in number_asked(exercise).roads:
        found.setdefault(road.name, []).append(road.value)
    return found


def traced(shown: Demonstration) -> Trace:
    """The trace that a demonstration opens; it must fit."""
    found = trace(shown.model, [tuple(int(part) for part in shown.input.split("x"))])
    assert found.ok
    return found
