"""Output sizes are what one gets by moving the window step by step."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cnnviz_tui.questions import DOES_NOT_FIT
from cnnviz_tui.quiz.skill import Exercise
from cnnviz_tui.quiz.topics import skill
from tests.quiz.counting import sliding
from tests.quiz.exercises import answer_of, exercises, number_asked, roads_by_name, whole_answer

SQUARE = ("output-size", "output-size-stride", "output-size-padding", "output-size-dilation")


@pytest.mark.parametrize("name", SQUARE)
def test_the_answer_is_counted_place_by_place(name: str) -> None:
    for exercise in exercises(name):
        (count, fits), _ = sliding(exercise.question.prompt).counted()
        assert whole_answer(exercise) == count
        assert fits == ("left out" not in exercise.question.prompt)


def test_height_and_width_are_counted_apart() -> None:
    for exercise in exercises("output-size-rectangular"):
        (height, _), (width, _) = sliding(exercise.question.prompt).counted()
        assert answer_of(exercise) == (height, width)
        assert height != width
        assert roads_by_name(exercise)["swapped-axes"] == [(width, height)]


def test_what_does_not_fit_is_said_so() -> None:
    answers = []
    for exercise in exercises("does-it-fit"):
        (count, fits), _ = sliding(exercise.question.prompt).counted()
        assert answer_of(exercise) == (Fraction(count) if fits else DOES_NOT_FIT)
        answers.append(fits)
        if not fits:
            rounded = roads_by_name(exercise)["rounded-misfit"]
            assert rounded == [Fraction(count), Fraction(count + 1)]
    assert 0.35 < sum(answers) / len(answers) < 0.65


@pytest.mark.parametrize("name", [*SQUARE, "output-size-rectangular", "does-it-fit"])
def test_the_explorer_shows_the_asked_numbers(name: str) -> None:
    for exercise in exercises(name, 6):
        assert exercise.demonstration is not None
        asked = sliding(exercise.question.prompt)
        setup = exercise.demonstration.setup()
        assert (setup.size, setup.kernel_size, setup.stride, setup.dilation) == (
            asked.size,
            asked.window,
            asked.stride,
            asked.dilation,
        )
        (height, _), (width, _) = asked.counted()
        assert setup.build().map_size == (height, width)
        assert setup.build().pads == tuple((p, p) for p in asked.padding)


@pytest.mark.parametrize("name", [*SQUARE, "output-size-rectangular", "does-it-fit"])
def test_no_stride_skips_positions(name: str) -> None:
    for exercise in exercises(name):
        asked = sliding(exercise.question.prompt)
        assert asked.stride[0] <= asked.window[0]
        assert asked.stride[1] <= asked.window[1]


def wrong(exercise: Exercise, name: str) -> list[int]:
    """Where a misconception leads."""
    return [int(value) for value in roads_by_name(exercise)[name] if isinstance(value, Fraction)]


def test_roads_are_the_calculation_with_one_thing_left_out() -> None:
    for exercise in exercises("output-size-padding", 40):
        asked = sliding(exercise.question.prompt)
        size, window = asked.size[0], asked.window[0]
        stride, padding = asked.stride[0], asked.padding[0]
        roads = roads_by_name(exercise)
        if "forgot-padding" in roads:
            assert wrong(exercise, "forgot-padding") == [(size - window) // stride + 1]
        if "padded-one-side" in roads:
            assert wrong(exercise, "padded-one-side") == [(size - window + padding) // stride + 1]
        if "forgot-stride" in roads:
            assert wrong(exercise, "forgot-stride") == [size - window + 2 * padding + 1]
        if "forgot-plus-one" in roads:
            assert wrong(exercise, "forgot-plus-one") == [whole_answer(exercise) - 1]


def test_several_roads_to_one_number_are_all_named() -> None:
    # 5x5, filter 5x5, padding 1: forgetting + 1 or padding one side only both give 2.
    exercise = skill("output-size-padding").exercise(0, 1)
    assert exercise.question.prompt.startswith("Input 5x5, filter 5x5, stride 1, padding 1.")
    verdict = exercise.question.mark("2")
    assert set(verdict.roads) == {"padded-one-side", "forgot-plus-one"}
    assert " Or: " in verdict.feedback


def test_harder_levels_have_larger_inputs_and_misfits() -> None:
    for name in SQUARE:
        mean = [
            sum(sliding(e.question.prompt).size[0] for e in exercises(name, 60, (level,))) / 60
            for level in (1, 2, 3)
        ]
        assert mean[0] < mean[1]
        assert mean[0] < mean[2]
    left_out = [
        sum("left out" in e.question.prompt for e in exercises("output-size-stride", 60, (level,)))
        for level in (1, 2, 3)
    ]
    assert left_out == [0, 0, 60]


def test_feedback_shows_both_calculations() -> None:
    exercise = skill("output-size-padding").exercise(0, 1)
    assert exercise.question.mark("1").feedback == (
        "You left the padding out: (5 − 5)/1 + 1 = 1. With the zeros on both sides: "
        "(5 − 5 + 2·1)/1 + 1 = 3."
    )
    assert number_asked(exercise).mark("3").feedback == "(5 − 5 + 2·1)/1 + 1 = 3"
