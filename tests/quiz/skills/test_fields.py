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


def test_layers_are_stacked_until_they_see_enough() -> None:
    for exercise in exercises("layers-for-field", 80):
        found = re.search(r"layers of (\d+)x.* of (\d+)x", exercise.question.prompt)
        assert found
        window, wanted = int(found[1]), int(found[2])
        needed = whole_answer(exercise)
        assert 1 + needed * (window - 1) >= wanted > 1 + (needed - 1) * (window - 1)
        assert sees([(window, 1, 1)] * min(needed, 20)) == 1 + min(needed, 20) * (window - 1)
        for value in roads_by_name(exercise).get("one-pixel-a-layer", []):
            assert value == wanted - 1


def test_three_3x3_see_as_much_as_one_7x7() -> None:
    asked = [e for e in exercises("layers-for-field", 60, (1,)) if " 7x7?" in e.question.prompt or
        "of 7x7" in e.question.prompt]  # fmt: skip
    assert asked
    for exercise in asked:
        assert whole_answer(exercise) == 3
        assert exercise.question.mark("6").roads == ("compared-areas", "one-pixel-a-layer")


def test_stacks_of_small_filters_are_counted_weight_by_weight() -> None:
    for exercise in exercises("stacking-saves"):
        prompt = exercise.question.prompt
        found = re.search(r"(\d+) layers of 3x3 .*; (\d+) channels .* one layer of (\d+)x", prompt)
        assert found
        layers, channels, side = (int(each) for each in found.groups())
        assert side == sees([(3, 1, 1)] * layers)
        stack = layers * 9 * channels * channels
        large = side * side * channels * channels
        assert whole_answer(exercise) == (large - stack if "fewer" in prompt else stack)
        other = roads_by_name(exercise).get("took-other-stack", [])
        assert other == [Fraction(stack if "fewer" in prompt else large)]


def test_the_explorer_compares_the_two_stacks() -> None:
    for exercise in exercises("stacking-saves", 6):
        assert exercise.demonstration is not None
        setup = exercise.demonstration.setup()
        walkthrough = setup.build()
        assert walkthrough.rival_field.size == walkthrough.fields[-1].size
        assert f"{setup.channels} channels" in exercise.question.prompt
