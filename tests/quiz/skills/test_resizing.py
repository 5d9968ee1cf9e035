"""Pooling's sizes by moving the window; the transposed convolution's by stamping."""

from __future__ import annotations

import re
from fractions import Fraction

from tests.quiz.counting import sliding, stamped
from tests.quiz.exercises import exercises, number_asked, roads_by_name, whole_answer


def test_pooling_is_counted_window_by_window() -> None:
    for exercise in exercises("output-size-pooling"):
        (count, fits), _ = sliding(exercise.question.prompt).counted()
        assert whole_answer(exercise) == count
        assert fits == ("left out" not in exercise.question.prompt)


def test_ceil_mode_lets_a_last_window_hang_over_that_begins_inside() -> None:
    empty = 0
    for exercise in exercises("output-size-ceil"):
        asked = sliding(exercise.question.prompt)
        (count, fits), _ = asked.counted(ceil=True)
        assert whole_answer(exercise) == count
        assert not fits
        floor = asked.counted()[0][0]
        roads = roads_by_name(exercise)
        if floor == count:
            # The window that rounding up would add begins behind the input.
            assert roads["kept-empty-window"] == [Fraction(floor + 1)]
            empty += 1
        else:
            assert roads["floor-for-ceil"] == [Fraction(floor)]
            assert "kept-empty-window" not in roads
    assert empty > 10


def told(prompt: str, word: str, default: int = 0) -> int:
    found = re.search(rf"(?<!output ){word} (\d+)", prompt)
    return int(found[1]) if found else default


def test_transposed_sizes_are_stamped_one_by_one() -> None:
    for exercise in exercises("output-size-transposed"):
        prompt = exercise.question.prompt
        asked = sliding(prompt)
        extra = told(prompt, "output padding")
        size, window, stride = asked.size[0], asked.window[0], asked.stride[0]
        padding, dilation = asked.padding[0], asked.dilation[0]
        expected = stamped(size, window, stride, padding, extra, dilation)
        assert whole_answer(exercise) == expected
        roads = roads_by_name(exercise)
        for value in roads.get("forgot-padding", []):
            assert value == stamped(size, window, stride, 0, extra, dilation)
        for value in roads.get("added-padding", []):
            assert value == stamped(size, window, stride, -padding, extra, dilation)
        for value in roads.get("forgot-minus-one", []):
            assert value == expected + stride


def test_explorers_show_the_asked_numbers() -> None:
    for name in ("output-size-pooling", "output-size-ceil", "output-size-transposed"):
        for exercise in exercises(name, 8):
            assert exercise.demonstration is not None
            walkthrough = exercise.demonstration.walkthrough()
            answer = whole_answer(exercise)
            assert getattr(walkthrough, "map_size") == (answer, answer)  # noqa: B009 - of each kind
            asked = sliding(exercise.question.prompt)
            setup = exercise.demonstration.setup()
            assert (setup.size, setup.kernel_size) == (asked.size, asked.window)
            assert (setup.stride, setup.padding) == (asked.stride, asked.padding[0])


def test_the_explorer_opens_at_the_last_window_where_it_decides() -> None:
    for name in ("output-size-pooling", "output-size-ceil"):
        for exercise in exercises(name, 12):
            shown, last = exercise.demonstration, whole_answer(exercise) - 1
            assert shown is not None
            if sliding(exercise.question.prompt).counted()[0][1]:
                assert shown.step == 0
            else:
                step = shown.walkthrough()[shown.step - 1]
                assert getattr(step, "output") == (0, last, last)  # noqa: B009 - of its own kind
                assert not getattr(step, "backward")  # noqa: B009 - of its own kind


def test_one_of_a_thing_is_no_plural() -> None:
    said = [
        road.feedback
        for exercise in exercises("output-size-transposed")
        for road in number_asked(exercise).roads
        if road.name == "forgot-minus-one"
    ]
    assert any("2 stamps have 1 distance between" in text for text in said)
    assert not any("have 1 distances" in text for text in said)


def test_only_the_third_level_has_output_padding() -> None:
    for level, expected in ((1, 0), (2, 0), (3, 50)):
        prompts = [e.question.prompt for e in exercises("output-size-transposed", 50, (level,))]
        assert sum("output padding" in prompt for prompt in prompts) == expected
        assert all(("no padding" in prompt) == (level == 1) for prompt in prompts)
