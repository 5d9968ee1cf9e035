"""Pooling, gone through window by window from the printed grids."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import pytest

from cnnviz_tui.questions import CellQuestion
from cnnviz_tui.quiz.skill import Exercise
from tests.quiz.exercises import answer_of, number_asked, roads_by_name, whole_answer
from tests.quiz.skills.arithmetic import equations
from tests.quiz.skills.reading import (
    MANY_SEEDS,
    Numbers,
    all_drawn,
    block,
    cell_asked,
    grid_asked,
    grids,
    number,
    numbers,
    pair,
    right_option,
    setting,
    size,
    step_shown,
    wrong_options,
)


def windows(prompt: str, image: Numbers) -> list[list[list[tuple[int, int]]]]:
    """The cells of every window, those outside of the image included; row by row of the output."""
    named = re.search(r"windows of (\d+x\d+), stride (\d+(?:x\d+)?)", prompt)
    assert named
    (height, width), (down, across) = size(named[1]), size(named[2])
    padding = setting(prompt, "padding")
    ceil = "ceil mode" in prompt
    found = []
    for top in range(-padding, len(image) + padding, down):
        row = []
        for left in range(-padding, len(image[0]) + padding, across):
            cells = [(top + i, left + j) for i in range(height) for j in range(width)]
            last = cells[-1]
            fits = last[0] < len(image) + padding and last[1] < len(image[0]) + padding
            if fits or ceil:
                row.append(cells)
        if row:
            found.append(row)
    return found


def pooled(prompt: str, image: Numbers) -> Numbers:
    """The largest or the mean of each window."""
    found = []
    for row in windows(prompt, image):
        values = []
        for cells in row:
            inside = [
                image[i][j] for i, j in cells if 0 <= i < len(image) and 0 <= j < len(image[0])
            ]
            mean = sum(inside, Fraction()) / len(cells)
            values.append(mean if prompt.startswith("Average") else max(inside))
        found.append(values)
    return found


@pytest.mark.parametrize("name", ["max-pooling", "average-pooling"])
def test_windows_leave_what_the_grid_says(name: str) -> None:
    for exercise in all_drawn("pooling", name):
        question = grid_asked(exercise)
        expected = pooled(question.prompt, grids(question.prompt)["input"])
        assert [list(row) for row in question.answer] == expected
        assert question.mark(question.answer_text).right


@pytest.mark.parametrize(
    ("name", "mistakes"),
    [
        ("max-pooling", {"average-for-max"}),
        ("average-pooling", {"max-for-average", "sum-for-average", "forgot-to-square-region"}),
    ],
)
def test_taking_something_else_from_the_windows_is_recognised(
    name: str, mistakes: set[str]
) -> None:
    for exercise in all_drawn("pooling", name):
        question = grid_asked(exercise)
        found = {name for _, _, name in question.roads}
        assert found & mistakes
        for wrong, _, _ in question.roads:
            verdict = question.mark("; ".join(" ".join(map(str, row)) for row in wrong))
            assert not verdict.right
            assert verdict.feedback in {why for grid, why, _ in question.roads if grid == wrong}


def test_the_explorer_pools_the_same_map() -> None:
    for name in ("max-pooling", "average-pooling"):
        for exercise in all_drawn("pooling", name):
            shown = exercise.demonstration
            assert shown is not None
            walk = shown.walkthrough()
            step = walk[shown.step - 1]
            image = grids(exercise.question.prompt)["input"]
            channel = step.output[0]  # type: ignore[attr-defined]
            drawn = walk.input[channel].tolist()  # type: ignore[attr-defined]
            assert [[Fraction(value) for value in row] for row in drawn] == image


def read(values: Any) -> Numbers:
    """An explorer's map."""
    return [[Fraction(value) for value in row] for row in values.tolist()]


@pytest.mark.parametrize("name", ["max-gradient", "pooling-gradient", "global-average"])
def test_the_explorer_has_the_one_map_that_is_asked_about(name: str) -> None:
    for exercise in all_drawn("pooling", name):
        question = exercise.question
        walk = step_shown(exercise).walkthrough
        assert walk.channels == 1
        asked: Any = question.grid if isinstance(question, CellQuestion) else None
        if asked is None:
            printed = grids(question.prompt)
            asked = printed.get("map") or printed["input"]
            if upstream := printed.get("gradient of the output"):
                assert read(walk.upstream[0]) == upstream
        assert read(walk.input[0]) == [list(row) for row in asked]


def test_the_explorer_opens_where_the_asked_gradient_comes_back() -> None:
    for exercise in all_drawn("pooling", "max-gradient"):
        prompt, step = exercise.question.prompt, step_shown(exercise)
        named = re.search(r"gradient of (−?\d+) comes back", prompt)
        assert named
        assert step.backward
        assert step.output[1:] == pair(prompt)
        assert step.upstream == number(named[1])


def test_the_explorer_opens_at_the_asked_region() -> None:
    for exercise in all_drawn("pooling", "adaptive-region", MANY_SEEDS):
        outputs, total, output = numbers(exercise.question.prompt)[:3]
        step = step_shown(exercise)
        assert step.output == (0, output, output)
        assert list(step.rows) == members(total, outputs, output)


def members(total: int, outputs: int, output: int) -> list[int]:
    """The rows of an adaptive region: those that its stretch of the axis touches."""
    low, high = Fraction(output * total, outputs), Fraction((output + 1) * total, outputs)
    return [row for row in range(total) if row < high and row + 1 > low]


def rows_text(rows: list[int]) -> str:
    return f"row {rows[0]}" if len(rows) == 1 else f"rows {rows[0]} to {rows[-1]}"


def test_adaptive_regions_are_what_a_stretch_touches() -> None:
    for exercise in all_drawn("pooling", "adaptive-region", MANY_SEEDS):
        outputs, total, output = numbers(exercise.question.prompt)[:3]
        right = rows_text(members(total, outputs, output))
        assert right_option(exercise) == right
        assert right not in wrong_options(exercise)
        assert len(wrong_options(exercise)) == 3


def test_adaptive_sizes_are_counted() -> None:
    for exercise in all_drawn("pooling", "adaptive-size", MANY_SEEDS):
        prompt = exercise.question.prompt
        found = re.search(r"makes (\d+)x(\d+) out of (\d+)x(\d+)", prompt)
        if found is None:
            outputs, total = numbers(prompt)[:2]
            regions = [members(total, outputs, i) for i in range(outputs)]
            shared = [row for row in range(total) if sum(row in region for region in regions) > 1]
            assert whole_answer(exercise) == len(shared)
            continue
        down, across, height, width = map(int, found.groups())
        row, column = pair(prompt)
        expected = len(members(height, down, row)), len(members(width, across, column))
        assert answer_of(exercise) == expected


def test_a_global_average_is_the_mean_of_all() -> None:
    for exercise in all_drawn("pooling", "global-average"):
        cells = [value for row in grids(exercise.question.prompt)["map"] for value in row]
        assert answer_of(exercise) == sum(cells) / len(cells)
        assert roads_by_name(exercise)["sum-for-average"] == [sum(cells)]


def test_the_head_behind_global_pooling_has_a_weight_a_map() -> None:
    for exercise in all_drawn("pooling", "global-average-head", MANY_SEEDS):
        prompt = exercise.question.prompt
        maps, height, width, classes = numbers(prompt)[:4]
        behind = sum(maps + 1 for _ in range(classes))
        flat = classes * (maps * height * width + 1)
        assert whole_answer(exercise) == (flat - behind if "fewer" in prompt else behind)
        assert roads_by_name(exercise)["flattened-for-averaged"] == [flat]


def test_the_gradient_goes_to_the_only_largest_number() -> None:
    for exercise in all_drawn("pooling", "max-gradient"):
        question = cell_asked(exercise)
        image = [list(row) for row in question.grid]
        row, column = pair(question.prompt)
        cells = windows(question.prompt, image)[row][column]
        largest = max(image[i][j] for i, j in cells)
        assert question.cells == {(i, j) for i, j in cells if image[i][j] == largest}
        assert len(question.cells) == 1


def gradient(prompt: str, cell: tuple[int, int]) -> Fraction:
    """What all windows hand to a cell."""
    both = grids(prompt)
    image, upstream = both["input"], both["gradient of the output"]
    total = Fraction()
    for i, row in enumerate(windows(prompt, image)):
        for j, cells in enumerate(row):
            if cell not in cells:
                continue
            if prompt.startswith("Average"):
                total += upstream[i][j] / len(cells)
            elif image[cell[0]][cell[1]] == max(image[a][b] for a, b in cells):
                total += upstream[i][j]
    return total


def test_gradients_of_windows_add_up() -> None:
    overlapping = 0
    for exercise in all_drawn("pooling", "pooling-gradient"):
        prompt = exercise.question.prompt
        assert answer_of(exercise) == gradient(prompt, pair(prompt))
        overlapping += "forgot-overlap" in roads_by_name(exercise)
    assert overlapping > 20


def test_shares_of_a_gradient_are_calculated_the_right_way_and_the_wrong_one() -> None:
    met = 0
    for exercise in all_drawn("pooling", "pooling-gradient"):
        if not exercise.question.prompt.startswith("Average"):
            continue
        assert [value for _, value, _ in equations(exercise.solution[-1])][-1] == answer_of(
            exercise
        )
        for road in number_asked(exercise).roads:
            if road.name == "forgot-overlap":
                met += 1
                assert next(equations(road.feedback))[1] == road.value
    assert met > 10


def counted_parameters(exercise: Exercise) -> int:
    """A number for each weight and bias of the convolutions; pooling has none."""
    total = 0
    for line in block(exercise.question.prompt):
        if line.startswith("nn.Conv2d"):
            channels, filters, side = numbers(line.partition("(")[2])[:3]
            total += sum(side * side * channels + 1 for _ in range(filters))
    return total


def test_pooling_adds_no_parameters() -> None:
    for exercise in all_drawn("pooling", "pooling-parameters", MANY_SEEDS):
        assert whole_answer(exercise) == counted_parameters(exercise)
        assert len(roads_by_name(exercise)["pooling-has-weights"]) == 2


def test_levels_grow_from_windows_side_by_side_to_windows_that_overlap() -> None:
    by_level: dict[int, list[str]] = {1: [], 2: [], 3: []}
    for exercise in all_drawn("pooling", "max-pooling"):
        by_level[exercise.level].append(exercise.question.prompt)
    assert all("windows of 2x2, stride 2:" in prompt for prompt in by_level[1])
    assert not any("windows of 2x2" in prompt for prompt in by_level[2])
    assert all("windows of 3x3, stride 2" in p or "ceil mode" in p for p in by_level[3])
