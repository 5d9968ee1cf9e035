"""Receptive fields by following one unit back to the input, position by position."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from tests.quiz.counting import sees
from tests.quiz.exercises import exercises, roads_by_name, whole_answer

_TOLD = re.compile(r"(?:convolution|pooling) (\d+)x\d+(?:, stride (\d+))?(?:, dilation (\d+))?")


def windows(prompt: str) -> list[tuple[int, int, int]]:
    """Window, stride and dilation of each layer that a prompt tells."""
    return [
        (int(window), int(stride or 1), int(dilation or 1))
        for window, stride, dilation in _TOLD.findall(prompt)
    ]


@pytest.mark.parametrize("name", ["receptive-field", "receptive-field-strides"])
def test_fields_are_followed_back_to_the_input(name: str) -> None:
    for exercise in exercises(name):
        assert whole_answer(exercise) == sees(windows(exercise.question.prompt))


@pytest.mark.parametrize("name", ["receptive-field", "receptive-field-strides"])
def test_roads_to_a_field(name: str) -> None:
    for exercise in exercises(name, 60):
        chain = windows(exercise.question.prompt)
        roads = roads_by_name(exercise)
        assert roads["forgot-centre"] == [Fraction(whole_answer(exercise) - 1)]
        if "added-fields" in roads:
            assert roads["added-fields"] == [Fraction(sum(window for window, _, _ in chain))]
        if "forgot-jump" in roads:
            assert roads["forgot-jump"] == [Fraction(sees([(f, 1, d) for f, _, d in chain]))]
        if "forgot-dilation" in roads:
            assert roads["forgot-dilation"] == [Fraction(sees([(f, s, 1) for f, s, _ in chain]))]
        if "own-stride" in roads:
            # Each window steps by its own stride as well.
            jump, size = 1, 1
            for window, stride, _ in chain:
                jump *= stride
                size += (window - 1) * jump
            assert roads["own-stride"] == [Fraction(size)]


@pytest.mark.parametrize("name", ["receptive-field", "receptive-field-strides"])
def test_the_explorer_shows_the_field(name: str) -> None:
    shown = [e for e in exercises(name, 15) if e.demonstration is not None]
    assert len(shown) > 30
    for exercise in shown:
        assert exercise.demonstration is not None
        walkthrough = exercise.demonstration.setup().build()
        assert not walkthrough.problem
        assert walkthrough.fields[-1].size == whole_answer(exercise)
        assert len(walkthrough.stack) == len(windows(exercise.question.prompt))
