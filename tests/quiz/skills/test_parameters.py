"""Parameters are the sizes of the arrays that such layers hold."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest

from cnnviz_tui.quiz.topics import skill
from tests.quiz.counting import chain, layers, pair, volume
from tests.quiz.exercises import exercises, number_asked, roads_by_name, traced, whole_answer

CONVOLUTIONS = (
    "conv-parameters",
    "conv-parameters-no-bias",
    "pointwise-parameters",
    "group-parameters",
)


def held(filters: int, depth: int, window: tuple[int, int], *, bias: bool) -> int:
    """The numbers in a layer's arrays."""
    return np.empty((filters, depth, *window)).size + (np.empty(filters).size if bias else 0)


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_convolutions_hold_what_their_arrays_do(name: str) -> None:
    for exercise in exercises(name):
        prompt = exercise.question.prompt
        (layer,) = layers(prompt)
        depth = volume(prompt)[2] // layer.groups
        bias = "each with a bias" in prompt
        assert bias != ("without a bias" in prompt or "no bias" in prompt)
        assert whole_answer(exercise) == held(layer.filters, depth, layer.window, bias=bias)


_WITHOUT_BOTH = ("forgot-depth", "forgot-bias")


def test_two_things_left_out_are_both_named() -> None:
    for exercise in exercises("conv-parameters", 40, (2, 3)):
        prompt = exercise.question.prompt
        (layer,) = layers(prompt)
        flat = layer.window[0] * layer.window[1] * layer.filters
        verdict = exercise.question.mark(str(flat))
        assert {*_WITHOUT_BOTH} <= {*verdict.roads}
        assert verdict.feedback.startswith("You left the depth and the bias out: ")
        assert f"= {flat:,}." in verdict.feedback


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_roads_leave_one_thing_out(name: str) -> None:
    for exercise in exercises(name, 40):
        prompt = exercise.question.prompt
        (layer,) = layers(prompt)
        channels, K, bias = volume(prompt)[2], layer.filters, "each with a bias" in prompt
        depth, area = channels // layer.groups, layer.window[0] * layer.window[1]
        expected = {
            "forgot-bias": area * depth * K,
            "counted-bias": (area * depth + 1) * K,
            "forgot-filters": area * depth + bias,
            "forgot-depth": (area + bias) * K,
            "took-k-for-c": (area * K + bias) * K,
            "forgot-square": (layer.window[0] * depth + bias) * K,
            "forgot-groups": (area * channels + bias) * K,
            "groups-twice": area * depth * K // layer.groups + bias * K,
            "bias-per-weight": (area + 1) * depth * K,
            "macs-for-parameters": layer.products(volume(prompt)),
        }
        roads = roads_by_name(exercise)
        assert set(roads) <= set(expected)
        for road, values in roads.items():
            both = [area * K] if bias and depth > 1 and road in _WITHOUT_BOTH else []
            assert values == [Fraction(expected[road]), *map(Fraction, both)], (road, prompt)


def test_one_filter_is_a_block_of_weights() -> None:
    for exercise in exercises("filter-weights"):
        prompt = exercise.question.prompt
        (layer,) = layers(prompt)
        channels = volume(prompt)[2]
        assert whole_answer(exercise) == np.empty((*layer.window, channels)).size
        roads = roads_by_name(exercise)
        assert roads["counted-bias"] == [Fraction(whole_answer(exercise) + 1)]


def test_explorers_have_as_many_parameters() -> None:
    for name in CONVOLUTIONS:
        for exercise in exercises(name, 8):
            shown = exercise.demonstration
            assert shown is not None
            if shown.name == "conv":
                layer = shown.setup().build().layer
                assert layer.parameters == whole_answer(exercise)
                assert layer.in_channels == volume(exercise.question.prompt)[2]
            else:
                assert traced(shown).total_parameters == whole_answer(exercise)


def test_a_separable_convolution_holds_two_layers() -> None:
    for exercise in exercises("separable-parameters"):
        prompt = exercise.question.prompt
        channels, bias = volume(prompt)[2], "with a bias" in prompt
        window = re.search(r"one filter of (\d+x\d+)", prompt)
        maps = re.search(r"(\d+) filters of 1x1", prompt)
        assert window
        assert maps
        first = held(channels, 1, pair(window[1]), bias=bias)
        second = held(int(maps[1]), channels, (1, 1), bias=bias)
        assert whole_answer(exercise) == first + second
        roads = roads_by_name(exercise)
        assert roads["ordinary-convolution"] == [
            Fraction(held(int(maps[1]), channels, pair(window[1]), bias=bias))
        ]
        assert roads["forgot-pointwise"] == [Fraction(first)]


def test_depthwise_filters_are_counted_one_deep() -> None:
    for exercise in exercises("separable-parameters", 20):
        window = re.search(r"one filter of (\d+)x(\d+)", exercise.question.prompt)
        assert window
        said = " ".join(exercise.solution)
        assert f"{window[1]}·{window[2]}·1" in said
        assert "/" not in said


def test_the_explorer_of_groups_or_the_trace_counts_the_same() -> None:
    kinds = set()
    for exercise in exercises("separable-parameters", 8):
        shown = exercise.demonstration
        assert shown is not None
        kinds.add(shown.name)
        if shown.name == "groups":
            setup = shown.setup()
            assert (*setup.size, setup.channels) == volume(exercise.question.prompt)
            assert setup.build().costs[-1].parameters == whole_answer(exercise)
        else:
            assert traced(shown).total_parameters == whole_answer(exercise)
    assert kinds == {"groups", "trace"}


def test_dense_layers_hold_a_matrix_and_biases() -> None:
    for exercise in exercises("dense-parameters"):
        prompt = exercise.question.prompt
        units = re.search(r"dense layer of (\d+) units", prompt)
        assert units
        inputs = np.empty(chain(prompt)[-1]).size
        assert whole_answer(exercise) == np.empty((int(units[1]), inputs)).size + int(units[1])
        roads = roads_by_name(exercise)
        assert roads["forgot-bias"] == [Fraction(inputs * int(units[1]))]


def test_the_dense_layer_is_shown_in_its_explorer_or_in_the_trace() -> None:
    for exercise in exercises("dense-parameters", 6):
        shown = exercise.demonstration
        assert shown is not None
        if shown.name == "dense":
            assert shown.setup().build().parameters == whole_answer(exercise)
            assert not shown.setup().build().misfit
        else:
            assert traced(shown).layers[-1].parameters == whole_answer(exercise)


def test_flattening_keeps_every_number() -> None:
    for exercise in exercises("flattened-size"):
        end = chain(exercise.question.prompt)[-1]
        assert whole_answer(exercise) == np.zeros(end).reshape(-1).size
        shown = exercise.demonstration
        assert shown is not None
    for exercise in exercises("flattened-size", 5):
        shown = exercise.demonstration
        assert shown is not None
        found = traced(shown)
        assert found.ok
        assert found.layers[-1].input is not None
        assert found.layers[-1].input[1:] == (whole_answer(exercise),)


def test_stacks_are_added_layer_by_layer() -> None:
    for exercise in exercises("stack-parameters"):
        prompt = exercise.question.prompt
        volumes = chain(prompt)
        total = 0
        for layer, before in zip(layers(prompt), volumes, strict=False):
            if layer.filters:
                total += held(layer.filters, before[2], layer.window, bias=True)
        if units := re.search(r"dense layer of (\d+) units", prompt):
            total += np.empty((int(units[1]), np.empty(volumes[-1]).size + 1)).size
        assert whole_answer(exercise) == total


def test_the_trace_of_a_stack_counts_the_same() -> None:
    for exercise in exercises("stack-parameters", 6):
        shown = exercise.demonstration
        assert shown is not None
        found = traced(shown)
        assert found.total_parameters == whole_answer(exercise)
        if values := roads_by_name(exercise).get("macs-for-parameters"):
            assert values == [Fraction(found.total_macs or 0)]


def test_the_lecture_s_layer_has_760_parameters_and_its_mistakes() -> None:
    asked = (
        exercise
        for seed in range(3_000)
        if "3; 10 filters of 5x5" in (exercise := skill("conv-parameters").exercise(seed, 2))
        .question.prompt
    )  # fmt: skip
    exercise = next(asked)
    assert number_asked(exercise).answer == 760
    assert exercise.question.mark("750").roads == ("forgot-bias",)
    assert exercise.question.mark("260").roads == ("forgot-depth",)
