"""Multiplications counted output number by output number; comparisons by both counts."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise

import pytest

from cnnviz_tui.questions import ChoiceQuestion
from cnnviz_tui.quiz.skill import Exercise
from cnnviz_tui.quiz.topics import skill
from tests.quiz.counting import Told, layers, volume
from tests.quiz.exercises import exercises, roads_by_name, traced, whole_answer


def test_a_convolution_s_products_are_counted_output_by_output() -> None:
    for exercise in exercises("conv-macs", 25):
        prompt = exercise.question.prompt
        (layer,) = layers(prompt)
        assert whole_answer(exercise) == layer.products(volume(prompt))


def test_roads_to_macs_leave_one_thing_out() -> None:
    for exercise in exercises("conv-macs", 60):
        prompt, answer = exercise.question.prompt, whole_answer(exercise)
        (layer,) = layers(prompt)
        before = volume(prompt)
        after = layer.on(before)
        weights = layer.weights(before[2])
        roads = roads_by_name(exercise)
        assert roads["flops-for-macs"] == [Fraction(2 * answer)]
        assert answer == weights * after[0] * after[1]
        if "forgot-positions" in roads:
            assert roads["forgot-positions"] == [Fraction(weights)]
        if "parameters-for-macs" in roads:
            assert roads["parameters-for-macs"] == [Fraction(weights + layer.filters)]
        if "forgot-depth" in roads:
            depth = before[2] // layer.groups
            assert roads["forgot-depth"] == [Fraction(answer, depth)]
        if "forgot-groups" in roads:
            assert roads["forgot-groups"] == [Fraction(answer * layer.groups)]


def test_a_dense_layer_s_products_are_its_connections() -> None:
    for exercise in exercises("dense-macs"):
        prompt = exercise.question.prompt
        height, width, maps = volume(prompt)
        units = re.search(r"of (\d+) and (\d+) units", prompt)
        one = re.search(r"through (\d+) dense units", prompt)
        widths = [height * width * maps]
        widths += [int(each) for each in units.groups()] if units else []
        widths += [int(one[1])] if one else []
        assert len(widths) > 1
        assert whole_answer(exercise) == sum(before * after for before, after in pairwise(widths))


def test_explorers_show_the_layer_that_is_counted() -> None:
    for exercise in exercises("conv-macs", 8):
        assert exercise.demonstration is not None
        if exercise.demonstration.name == "trace":
            assert traced(exercise.demonstration).total_macs == whole_answer(exercise)
            continue
        setup = exercise.demonstration.setup()
        layer = setup.build().layer
        assert layer.macs(setup.size) == whole_answer(exercise)
        assert (*setup.size, setup.channels) == volume(exercise.question.prompt)


def compared(exercise: Exercise) -> list[tuple[Told, tuple[int, ...]]]:
    """The two layers of a comparison, each with its input."""
    first, second = exercise.question.prompt.split("The second layer:")
    return [(next(layers(part)), volume(part)) for part in (first, second)]


@pytest.mark.parametrize("name", ["compare-parameters", "compare-macs"])
def test_the_right_option_is_the_larger_count(name: str) -> None:
    for exercise in exercises(name, 40):
        first, second = (
            layer.weights(before[2]) + layer.filters
            if name == "compare-parameters"
            else layer.weights(before[2]) * layer.on(before)[0] * layer.on(before)[1]
            for layer, before in compared(exercise)
        )
        right = "the first" if first > second else "the second"
        right = "both have as many" if first == second else right
        question = exercise.question
        assert isinstance(question, ChoiceQuestion)
        assert [option.text for option in question.options if option.right] == [right]


@pytest.mark.parametrize("name", ["compare-parameters", "compare-macs"])
def test_at_the_third_level_no_layer_has_more_of_everything(name: str) -> None:
    for exercise in exercises(name, 100, (3,)):
        (first, before), (second, other) = compared(exercise)
        looks = (
            (first.window[0], second.window[0]),
            (before[2], other[2]),
            (first.filters, second.filters),
        )
        assert any(a > b for a, b in looks), exercise.question.prompt
        assert any(a < b for a, b in looks), exercise.question.prompt


@pytest.mark.parametrize("name", ["compare-parameters", "compare-macs"])
def test_every_option_is_right_sometimes_at_every_level(name: str) -> None:
    for level in (1, 2, 3):
        answers = [e.question.answer_text[:1] for e in exercises(name, 150, (level,))]
        for letter in "abc":
            assert 15 <= answers.count(letter) <= 90, (level, letter)


def test_a_larger_input_has_no_more_parameters() -> None:
    ties = [e for e in exercises("compare-parameters", 60) if "c)" in e.question.answer_text]
    larger = [e for e in ties if compared(e)[0][1][0] < compared(e)[1][1][0]]
    assert larger
    for exercise in larger:
        verdict = exercise.question.mark("the second")
        assert verdict.roads == ("macs-for-parameters",)
        assert verdict.feedback.startswith("Perhaps you counted multiplications instead")


def test_forgetting_the_depth_is_recognised_where_only_the_depth_differs() -> None:
    found = 0
    for seed in range(200):
        exercise = skill("compare-macs").exercise(seed, 1)
        (first, before), (second, other) = compared(exercise)
        if first == second and before[2] != other[2]:
            assert exercise.question.mark("c").roads == ("forgot-depth",)
            found += 1
    assert found > 20
