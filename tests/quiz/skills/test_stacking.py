"""Small filters are stacked until they see enough, and their weights counted."""

from __future__ import annotations

import re
from fractions import Fraction

from tests.quiz.counting import sees
from tests.quiz.exercises import exercises, roads_by_name, whole_answer


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
    asked = [
        exercise
        for exercise in exercises("layers-for-field", levels=(1,))
        if "layers of 3x3" in exercise.question.prompt and "of 7x7?" in exercise.question.prompt
    ]
    assert asked
    for exercise in asked:
        assert whole_answer(exercise) == 3
        assert exercise.question.mark("6").roads == ("compared-areas", "one-pixel-a-layer")


def test_stacks_of_small_filters_are_counted_weight_by_weight() -> None:
    for exercise in exercises("stacking-saves"):
        prompt = exercise.question.prompt
        found = re.search(r"(\d+) layers of 3x3 .*; (\d+) channels? .* one layer of (\d+)x", prompt)
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
        assert f"{setup.channels} channel" in exercise.question.prompt
