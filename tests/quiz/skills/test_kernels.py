"""Kernels and flips, computed again from the printed numbers."""

from __future__ import annotations

from fractions import Fraction

from cnnviz_tui.quiz.skill import Exercise
from tests.quiz.exercises import answer_of, number_asked, roads_by_name
from tests.quiz.skills.arithmetic import equations
from tests.quiz.skills.reading import (
    MANY_SEEDS,
    Numbers,
    all_drawn,
    choice_asked,
    correlated,
    grid_asked,
    grids,
    in_line,
    number,
    numbers,
    pair,
    right_option,
    setting,
    step_shown,
    wrong_options,
)

# What each named kernel makes of a 3x3 window, written down by hand.
NAMED: dict[str, Numbers] = {
    "Sobel x": in_line("−1 0 1; −2 0 2; −1 0 1"),
    "Sobel y": in_line("−1 −2 −1; 0 0 0; 1 2 1"),
    "edges": in_line("−1 −1 −1; −1 8 −1; −1 −1 −1"),
    "sharpen": in_line("0 −1 0; −1 5 −1; 0 −1 0"),
    "identity": in_line("0 0 0; 0 1 0; 0 0 0"),
    "emboss": in_line("−2 −1 0; −1 1 1; 0 1 2"),
}


def turned(kernel: Numbers) -> Numbers:
    """A kernel with its numbers in the opposite order."""
    width = len(kernel[0])
    flat = [value for row in kernel for value in row][::-1]
    return [flat[i : i + width] for i in range(0, len(flat), width)]


def made(exercise: Exercise, option: str) -> Numbers:
    """What the kernel of an option makes of the printed input."""
    prompt = exercise.question.prompt
    kernel = NAMED[option.partition(":")[0]] if ":" in option else in_line(option)
    image, output = grids(prompt)["input"], grids(prompt)["output"]
    padding = 1 if "border of zeros" in prompt else 0
    return [
        [correlated(image, kernel, i, j, padding=padding) for j in range(len(output[0]))]
        for i in range(len(output))
    ]


def test_only_the_right_kernel_makes_the_picture() -> None:
    for exercise in all_drawn("kernels", "which-kernel"):
        output = grids(exercise.question.prompt)["output"]
        assert made(exercise, right_option(exercise)) == output
        for option in wrong_options(exercise):
            assert made(exercise, option) != output


def test_wrong_kernels_are_told_a_number_that_they_would_make() -> None:
    for exercise in all_drawn("kernels", "which-kernel"):
        for option in choice_asked(exercise).options:
            if not option.right:
                row, column = numbers(option.feedback.partition("(")[2])[:2]
                told = option.feedback.split()[3].replace("−", "-")
                assert Fraction(told) == made(exercise, option.text)[row][column]


def test_the_solution_looks_where_the_kernels_differ() -> None:
    at_one_place = 0
    for exercise in all_drawn("kernels", "which-kernel"):
        worked = "At (" + " ".join(exercise.solution).partition("At (")[2]
        row, column = pair(worked)
        right = made(exercise, right_option(exercise))[row][column]
        wrong = [made(exercise, option)[row][column] for option in wrong_options(exercise)]
        (_, value, _) = next(equations(worked.partition("makes ")[2]))
        assert value == right
        said = worked.partition("others make ")[2].removesuffix(" there.").replace(" and ", ", ")
        assert sorted(map(number, said.split(", "))) == sorted(wrong)
        assert any(value != right for value in wrong)
        at_one_place += right not in wrong
        step = step_shown(exercise)
        assert step.output[1:] == (row, column)
    # Nearly always one place tells all of them from the right one.
    assert at_one_place > 170


def test_flat_pictures_are_summed_up() -> None:
    for exercise in all_drawn("kernels", "flat-picture", MANY_SEEDS):
        prompt = exercise.question.prompt
        shade = numbers(prompt)[0]
        flat = [[Fraction(shade)] * 5 for _ in range(5)]
        kernel = grids(prompt)["filter"]
        bias = setting(prompt, "bias")
        assert answer_of(exercise) == correlated(flat, kernel, 1, 1) + bias


def test_wrong_ways_over_a_flat_picture_are_calculated_too() -> None:
    met = set()
    for exercise in all_drawn("kernels", "flat-picture", MANY_SEEDS):
        for road in number_asked(exercise).roads:
            wrong = [value for _, value, _ in equations(road.feedback)]
            if road.name in {"forgot-bias", "forgot-input", "forgot-negative-weights"}:
                met.add(road.name)
                assert wrong[0] == road.value
                assert wrong[-1] == answer_of(exercise)
    assert len(met) == 3


def test_convolution_flips_and_networks_do_not() -> None:
    kinds = set()
    for exercise in all_drawn("kernels", "flip-value"):
        prompt = exercise.question.prompt
        image, kernel = grids(prompt)["input"], grids(prompt)["kernel"]
        at = numbers(prompt.partition("position")[2])
        row, column = (at[0], at[1]) if "position (" in prompt else (0, at[0])
        flips = "true convolution" in prompt
        kinds.add(flips)
        both = (
            correlated(image, turned(kernel), row, column),
            correlated(image, kernel, row, column),
        )
        assert answer_of(exercise) == both[0 if flips else 1]
        name = "forgot-to-flip" if flips else "flipped"
        assert roads_by_name(exercise)[name] == [both[1 if flips else 0]]
    assert kinds == {True, False}


def test_a_flipped_kernel_is_read_from_behind() -> None:
    for exercise in all_drawn("kernels", "flip-kernel"):
        question = grid_asked(exercise)
        kernel = grids(question.prompt)["kernel"]
        assert [list(row) for row in question.answer] == turned(kernel)
        typed = "; ".join(" ".join(map(str, row)) for row in kernel)
        assert "forgot-to-flip" in question.mark(typed).roads


def test_one_kernel_alone_survives_its_flip() -> None:
    for exercise in all_drawn("kernels", "symmetric-kernel"):
        kernel = in_line(right_option(exercise))
        assert kernel == turned(kernel)
        for option in wrong_options(exercise):
            assert in_line(option) != turned(in_line(option))


def test_the_explorer_convolves_the_printed_numbers() -> None:
    for exercise in all_drawn("kernels", "flip-value"):
        shown = exercise.demonstration
        assert shown is not None
        walk = shown.walkthrough()
        both = grids(exercise.question.prompt)
        for name, title in (("signal", "input"), ("kernel", "kernel")):
            array = getattr(walk, name).tolist()
            assert [[Fraction(value) for value in row] for row in array] == both[title]
        step = walk[shown.step - 1]
        flips = "true convolution" in exercise.question.prompt
        value = step.convolved if flips else step.correlated  # type: ignore[attr-defined]
        assert Fraction(value) == answer_of(exercise)


def test_levels_grow_from_rows_to_grids() -> None:
    heights: dict[int, set[int]] = {1: set(), 2: set(), 3: set()}
    for exercise in all_drawn("kernels", "flip-kernel"):
        heights[exercise.level].add(len(grids(exercise.question.prompt)["kernel"]))
    assert heights == {1: {1}, 2: {2, 3}, 3: {3}}
