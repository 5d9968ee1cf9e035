"""Volumes: each map counted place by place, and what numpy's convolution really puts out."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest

from cnnviz_tui import ops
from cnnviz_tui.quiz.skill import Exercise
from tests.quiz.counting import chain, layers, volume
from tests.quiz.exercises import answer_of, exercises, roads_by_name, traced, whole_answer


def put_out(exercise: Exercise) -> tuple[int, ...]:
    """What the trace of an exercise's demonstration puts out, channels first."""
    assert exercise.demonstration is not None
    (output,) = traced(exercise.demonstration).outputs
    assert output is not None
    return tuple(size for size in output[1:] if size is not None)


def test_the_output_volume_is_counted_place_by_place() -> None:
    for exercise in exercises("output-volume"):
        assert answer_of(exercise) == chain(exercise.question.prompt)[-1]


def test_numpy_puts_out_the_same_volume() -> None:
    for exercise in exercises("output-volume", 4):
        height, width, channels = volume(exercise.question.prompt)
        (layer,) = layers(exercise.question.prompt)
        picture = np.zeros((1, channels, height, width), dtype=np.float32)
        weight = np.zeros((layer.filters, channels, *layer.window), dtype=np.float32)
        maps = ops.conv2d(picture, weight, None, layer.stride, layer.padding)
        answer = answer_of(exercise)
        assert isinstance(answer, tuple)
        assert maps.shape[1:] == (answer[2], answer[0], answer[1])


def test_a_volume_counts_with_its_channels_first_too() -> None:
    for exercise in exercises("output-volume", 20):
        height, width, maps = chain(exercise.question.prompt)[-1]
        assert exercise.question.mark(f"{maps}x{height}x{width}").right
        assert exercise.question.mark(f"{height} {width} {maps}").right


def test_roads_to_a_volume_leave_one_thing_out() -> None:
    for exercise in exercises("output-volume", 40):
        before = volume(exercise.question.prompt)
        answer = chain(exercise.question.prompt)[-1]
        roads = roads_by_name(exercise)
        if answer[2] != before[2]:
            assert roads["kept-channels"] == [(*answer[:2], before[2])]
        if answer[:2] != before[:2]:
            assert roads["kept-size"] == [(*before[:2], answer[2])]
        if before[2] > 1:
            assert roads["map-per-channel"] == [(*answer[:2], before[2] * answer[2])]


@pytest.mark.parametrize("name", ["number-of-maps", "volume-after-layers"])
def test_chains_are_followed_layer_by_layer(name: str) -> None:
    for exercise in exercises(name):
        end = chain(exercise.question.prompt)[-1]
        if name == "number-of-maps":
            assert whole_answer(exercise) == end[2]
        else:
            assert answer_of(exercise) == end
            (took,) = roads_by_name(exercise)["took-wrong-layer"]
            assert took == chain(exercise.question.prompt)[-2]


@pytest.mark.parametrize("name", ["number-of-maps", "volume-after-layers"])
def test_the_trace_shows_the_same_chain(name: str) -> None:
    for exercise in exercises(name, 6):
        height, width, maps = chain(exercise.question.prompt)[-1]
        assert put_out(exercise) == (maps, height, width)


def test_a_filter_is_as_deep_as_what_it_reads() -> None:
    for exercise in exercises("filter-depth"):
        prompt = exercise.question.prompt
        if "second layer" in prompt:
            depth = next(iter(layers(prompt))).filters
        else:
            groups = re.search(r"in (\d+) groups", prompt)
            depth = volume(prompt)[2] // (int(groups[1]) if groups else 1)
        assert whole_answer(exercise) == depth
        for value in roads_by_name(exercise).get("forgot-depth", []):
            assert value == 1


def test_the_trace_holds_the_layer_of_that_depth() -> None:
    for exercise in exercises("filter-depth", 6):
        shown = exercise.demonstration
        assert shown is not None
        last = traced(shown).layers[-1]
        depth, asked = whole_answer(exercise), list(layers(exercise.question.prompt))[-1]
        each = depth * asked.window[0] * asked.window[1] + 1
        assert last.parameters == each * asked.filters


def test_numbers_in_a_volume_are_counted_one_by_one() -> None:
    for exercise in exercises("numbers-in-volume"):
        height, width, maps = chain(exercise.question.prompt)[-1]
        counted = sum(1 for _ in range(height) for _ in range(width) for _ in range(maps))
        assert whole_answer(exercise) == counted
        for value in roads_by_name(exercise).get("forgot-filters", []):
            assert value == Fraction(height * width)


def test_harder_levels_stack_more() -> None:
    for name, expected in (("number-of-maps", [1, 2, 4]), ("volume-after-layers", [2, 3, 4])):
        for level, count in zip((1, 2, 3), expected, strict=True):
            for exercise in exercises(name, 30, (level,)):
                assert len(list(layers(exercise.question.prompt))) == count
