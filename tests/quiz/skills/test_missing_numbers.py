"""The missing number is the only one that counting place by place confirms."""

from __future__ import annotations

import re
from fractions import Fraction

from tests.quiz.counting import places, sliding
from tests.quiz.exercises import exercises, roads_by_name, whole_answer

EVERY = ("padding-that-keeps", "stride-that-was", "filter-that-was", "input-that-was")


def output_of(prompt: str) -> int:
    found = re.search(r"the output is (\d+)x(\d+)", prompt)
    assert found
    assert found[1] == found[2]
    return int(found[1])


def test_the_padding_keeps_the_size_and_no_other_does() -> None:
    for exercise in exercises("padding-that-keeps"):
        asked = sliding(exercise.question.prompt)
        size, window, dilation = asked.size[0], asked.window[0], asked.dilation[0]
        keeping = [p for p in range(40) if places(size, window, 1, p, dilation)[0] == size]
        assert keeping == [whole_answer(exercise)]
        assert roads_by_name(exercise)["both-sides-together"] == [Fraction(2 * keeping[0])]


def test_no_padding_one_too_few_and_half_a_filter_are_explained() -> None:
    for exercise in exercises("padding-that-keeps", 60):
        asked, right = sliding(exercise.question.prompt), whole_answer(exercise)
        none = exercise.question.mark("0")
        assert "forgot-padding" in none.roads
        size, window, dilation = asked.size[0], asked.window[0], asked.dilation[0]
        assert f" = {places(size, window, 1, 0, dilation)[0]} wide" in none.feedback
        if right > 1:
            assert "one too few" in exercise.question.mark(str(right - 1)).feedback
        half = Fraction(dilation * (window - 1) + 1, 2)
        assert "took-half-of-filter" in exercise.question.mark(str(half)).roads


def test_the_stride_fits_and_no_other_does() -> None:
    for exercise in exercises("stride-that-was", 60):
        prompt = exercise.question.prompt
        asked, output = sliding(prompt), output_of(prompt)
        size, window, padding = asked.size[0], asked.window[0], asked.padding[0]
        fitting = [s for s in range(1, 60) if places(size, window, s, padding) == (output, True)]
        assert fitting == [whole_answer(exercise)]


def test_the_filter_fits_and_no_other_does() -> None:
    for exercise in exercises("filter-that-was", 40):
        prompt = exercise.question.prompt
        asked, output = sliding(prompt), output_of(prompt)
        size, stride, padding = asked.size[0], asked.stride[0], asked.padding[0]
        fitting = [
            f
            for f in range(1, size + 2 * padding + 1)
            if places(size, f, stride, padding) == (output, True)
        ]
        assert fitting == [whole_answer(exercise)]


def test_the_input_fits_and_no_other_does() -> None:
    for exercise in exercises("input-that-was", 30):
        prompt = exercise.question.prompt
        asked, output = sliding(prompt), output_of(prompt)
        window, stride, padding = asked.window[0], asked.stride[0], asked.padding[0]
        fitting = [n for n in range(1, 200) if places(n, window, stride, padding) == (output, True)]
        assert fitting == [whole_answer(exercise)]
        for value in roads_by_name(exercise).get("forgot-minus-one", []):
            assert value == fitting[0] + stride


def test_the_explorer_shows_the_numbers_with_the_missing_one() -> None:
    for name in EVERY:
        for exercise in exercises(name, 6):
            assert exercise.demonstration is not None
            asked = sliding(exercise.question.prompt)
            setup = exercise.demonstration.setup()
            shown = {
                "padding-that-keeps": setup.padding,
                "stride-that-was": setup.stride[0],
                "filter-that-was": setup.kernel_size[0],
                "input-that-was": setup.size[0],
            }
            assert shown[name] == whole_answer(exercise)
            if name != "padding-that-keeps":
                output = output_of(exercise.question.prompt)
                assert setup.build().map_size == (output, output)
            else:
                assert setup.build().map_size == asked.size
            assert not setup.build().lost


def test_harder_levels_pad_and_stride() -> None:
    for name in EVERY[1:]:
        padded = [
            sum("no padding" not in e.question.prompt for e in exercises(name, 40, (level,)))
            for level in (1, 2, 3)
        ]
        assert padded[0] == 0
        assert 0 < padded[1] < 40
        assert padded[2] == 40
