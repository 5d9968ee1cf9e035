"""Simulated learners: one with a fixed misconception is diagnosed, one who forgets is helped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from cnnviz_tui.questions import NumberQuestion, UnclearAnswerError
from cnnviz_tui.quiz.misconceptions import MISCONCEPTIONS
from cnnviz_tui.quiz.skill import LEVELS, Exercise
from cnnviz_tui.quiz.topics import skills
from tests.quiz.exercises import typed
from tests.quiz.forgetting import CURRICULUM, by_scheduler, in_random_order

SEEDS = 10
DIAGNOSED = 0.95


def number_exercises() -> Iterator[tuple[Exercise, NumberQuestion]]:
    """Exercises of every numeric skill at every level."""
    for one in skills():
        for level in LEVELS:
            for seed in range(SEEDS):
                exercise = one.exercise(seed, level)
                if isinstance(exercise.question, NumberQuestion):
                    yield exercise, exercise.question


@pytest.fixture(scope="module")
def diagnoses() -> dict[str, Counter[str]]:
    """For each misconception, what came of the answers of a learner who always has it."""
    found: dict[str, Counter[str]] = {}
    for _, question in number_exercises():
        for name in {road.name for road in question.roads if road.name}:
            value = next(road.value for road in question.roads if road.name == name)
            counted = found.setdefault(name, Counter())
            counted["answers"] += 1
            try:
                verdict = question.mark(typed(value))
            except UnclearAnswerError:
                continue
            counted["diagnosed"] += not verdict.right and name in verdict.roads
            if len(verdict.roads) > 1:
                counted["several roads"] += 1
                feedbacks = {road.feedback for road in question.roads if road.value == value}
                counted["said"] += all(feedback in verdict.feedback for feedback in feedbacks)
    return found


def test_a_fixed_misconception_is_diagnosed(diagnoses: dict[str, Counter[str]]) -> None:
    assert len(diagnoses) >= 40
    for name, counted in diagnoses.items():
        assert counted["diagnosed"] >= DIAGNOSED * counted["answers"], (name, counted)
    right, total = (sum(one[key] for one in diagnoses.values()) for key in ("diagnosed", "answers"))
    print(f"{right} of {total} answers by {len(diagnoses)} misconceptions diagnosed")


def test_where_several_roads_lead_to_one_number_all_are_said(
    diagnoses: dict[str, Counter[str]],
) -> None:
    several = sum(counted["several roads"] for counted in diagnoses.values())
    total = sum(counted["answers"] for counted in diagnoses.values())
    print(f"{several} of {total} answers lie on several roads ({several / total:.1%})")
    assert several > 0
    assert sum(counted["said"] for counted in diagnoses.values()) == several


def test_what_is_diagnosed_has_a_sentence(diagnoses: dict[str, Counter[str]]) -> None:
    assert set(diagnoses) <= set(MISCONCEPTIONS)


def test_a_learner_who_forgets_remembers_more_under_the_scheduler() -> None:
    chosen = [by_scheduler(CURRICULUM, seed) for seed in range(3)]
    for seed, scheduled in enumerate(chosen):
        random = in_random_order(CURRICULUM, seed)
        assert scheduled.reviews == random.reviews
        assert scheduled.at_end > random.at_end
        assert scheduled.on_average > random.on_average
