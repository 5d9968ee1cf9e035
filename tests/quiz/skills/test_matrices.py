"""The Toeplitz matrix and im2col, built number by number."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from tests.quiz.exercises import answer_of, roads_by_name, whole_answer
from tests.quiz.skills.reading import (
    MANY_SEEDS,
    Numbers,
    all_drawn,
    correlated,
    grid_asked,
    grids,
    numbers,
    setting,
)


def unit_answers(height: int, width: int, kernel: Numbers, stride: int, padding: int) -> Numbers:
    """The matrix of a convolution, column by column: what it makes of a single 1."""
    rows = range((height + 2 * padding - len(kernel)) // stride + 1)
    across = range((width + 2 * padding - len(kernel[0])) // stride + 1)
    columns = []
    for place in range(height * width):
        image = [[Fraction(i * width + j == place) for j in range(width)] for i in range(height)]
        columns.append(
            [correlated(image, kernel, i, j, stride, padding) for i in rows for j in across]
        )
    return [list(row) for row in zip(*columns, strict=True)]


def test_a_row_says_what_each_input_does_to_an_output() -> None:
    for exercise in all_drawn("matrices", "toeplitz-row"):
        question = grid_asked(exercise)
        prompt = question.prompt
        found = re.search(r"input of (\d+)x(\d+)", prompt)
        assert found
        matrix = unit_answers(
            int(found[1]),
            int(found[2]),
            grids(prompt)["filter"],
            setting(prompt, "stride", 1),
            setting(prompt, "padding"),
        )
        row = numbers(prompt.partition("in row ")[2])[0]
        assert list(question.answer[0]) == matrix[row]
        assert len(question.answer) == 1


def test_neighbouring_rows_and_flipped_filters_are_recognised() -> None:
    met = set()
    for exercise in all_drawn("matrices", "toeplitz-row"):
        question = grid_asked(exercise)
        for wrong, _, name in question.roads:
            verdict = question.mark(" ".join(map(str, wrong[0])))
            assert not verdict.right
            assert not name or verdict.roads
            met.add(name)
    assert {"wrong-window", "flipped"} <= met


def told(prompt: str) -> tuple[int, int, int, int, int, int, int]:
    """Filters, side of the filter, height, width, channels, stride and padding."""
    found = re.search(
        r"(?:A filter|(\d+) filters) of (\d+)x\d+(?:x\d+)? slides? over an input of "
        r"(\d+)x(\d+)(?:x(\d+))?, stride (\d+), (?:no padding|padding (\d+))",
        prompt,
    )
    assert found, prompt
    filters, side, height, width, channels, stride, padding = found.groups()
    return (int(filters or 1), int(side), int(height), int(width), int(channels or 1),
            int(stride), int(padding or 0))  # fmt: skip


def windows(prompt: str) -> list[tuple[int, int]]:
    """Where every window begins."""
    _, side, height, width, _, stride, padding = told(prompt)
    return [
        (top, left)
        for top in range(-padding, height + padding - side + 1, stride)
        for left in range(-padding, width + padding - side + 1, stride)
    ]


def test_the_matrix_has_a_row_for_each_output_and_a_column_for_each_input() -> None:
    for exercise in all_drawn("matrices", "toeplitz-size", MANY_SEEDS):
        filters, _, height, width, channels, _, _ = told(exercise.question.prompt)
        rows = len(windows(exercise.question.prompt)) * filters
        assert answer_of(exercise) == (rows, height * width * channels)


def test_im2col_has_a_row_for_each_window_whatever_the_filters() -> None:
    for exercise in all_drawn("matrices", "im2col-size", MANY_SEEDS):
        _, side, _, _, channels, _, _ = told(exercise.question.prompt)
        rows = len(windows(exercise.question.prompt))
        assert answer_of(exercise) == (rows, side * side * channels)


def test_weights_are_counted_where_they_meet_the_input() -> None:
    for exercise in all_drawn("matrices", "toeplitz-weights", MANY_SEEDS):
        prompt = exercise.question.prompt
        filters, side, height, width, channels, _, padding = told(prompt)
        inside = sum(
            0 <= top + i < height and 0 <= left + j < width
            for top, left in windows(prompt)
            for i in range(side)
            for j in range(side)
        )
        assert whole_answer(exercise) == inside * channels * filters
        assert ("forgot-padding" in roads_by_name(exercise)) == (padding > 0)


@pytest.mark.parametrize("name", ["toeplitz-size", "im2col-size", "toeplitz-weights"])
def test_the_last_window_ends_where_the_padded_input_ends(name: str) -> None:
    strided = 0
    for exercise in all_drawn("matrices", name, MANY_SEEDS):
        _, side, height, width, _, stride, padding = told(exercise.question.prompt)
        strided += stride > 1
        for length in (height, width):
            assert (length + 2 * padding - side) % stride == 0, exercise.question.prompt
    assert strided > 50 or name == "toeplitz-weights"


def test_a_row_is_short_enough_to_type_and_of_windows_that_fit() -> None:
    for exercise in all_drawn("matrices", "toeplitz-row"):
        prompt = exercise.question.prompt
        filter_, stride = grids(prompt)["filter"], setting(prompt, "stride", 1)
        height, width = numbers(prompt.partition("input of ")[2])[:2]
        assert height * width <= 25
        for length in (height, width):
            assert (length + 2 * setting(prompt, "padding") - len(filter_)) % stride == 0


@pytest.mark.parametrize("name", ["toeplitz-size", "im2col-size"])
def test_swapped_sizes_are_recognised(name: str) -> None:
    for exercise in all_drawn("matrices", name, MANY_SEEDS):
        size = answer_of(exercise)
        assert isinstance(size, tuple)
        if size[0] != size[1]:
            assert "row-for-column" in exercise.question.mark(f"{size[1]}x{size[0]}").roads


def test_levels_grow_from_one_filter_to_several_through_the_depth() -> None:
    for exercise in all_drawn("matrices", "toeplitz-size", MANY_SEEDS):
        filters, _, height, width, channels, _, _ = told(exercise.question.prompt)
        assert (filters > 1 and channels > 1) == (exercise.level == 3)
        assert height == width or exercise.level > 1
