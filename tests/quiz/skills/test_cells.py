"""Output numbers of convolutions, computed again from the printed grids."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.quiz.exercises import answer_of, roads_by_name, whole_answer
from tests.quiz.skills.reading import (
    MANY_SEEDS,
    Numbers,
    all_drawn,
    cell_asked,
    correlated,
    grids,
    numbers,
    pair,
    setting,
    step_shown,
)

values = pytest.mark.parametrize("name", ["cell-value", "cell-padding", "cell-channels"])


def slices(prompt: str, what: str) -> list[Numbers]:
    """The channels of the input or of the filter."""
    return [grid for title, grid in grids(prompt).items() if title.startswith(what)]


def total(prompt: str, cell: tuple[int, int], **changed: int) -> Fraction:
    """Every product and the bias, read from the prompt; settings can be changed."""
    given = {
        "stride": setting(prompt, "stride", 1),
        "padding": setting(prompt, "padding"),
        "dilation": setting(prompt, "dilation", 1),
        "bias": setting(prompt, "with bias"),
        **changed,
    }
    bias = given.pop("bias")
    pairs = zip(slices(prompt, "input"), slices(prompt, "filter"), strict=True)
    return sum((correlated(a, b, *cell, **given) for a, b in pairs), Fraction(bias))


@values
def test_the_value_is_the_sum_of_all_products(name: str) -> None:
    for exercise in all_drawn("cells", name):
        prompt = exercise.question.prompt
        assert answer_of(exercise) == total(prompt, pair(prompt))


@values
def test_the_explorer_opens_at_the_asked_number(name: str) -> None:
    for exercise in all_drawn("cells", name):
        prompt, step = exercise.question.prompt, step_shown(exercise)
        assert step.output[1:] == pair(prompt)
        assert Fraction(step.value) == answer_of(exercise)
        shown = [[[Fraction(v) for v in row] for row in c] for c in step.walkthrough.input.tolist()]
        assert shown == slices(prompt, "input")


@values
def test_wrong_roads_lead_where_they_say(name: str) -> None:
    met = set()
    for exercise in all_drawn("cells", name):
        prompt = exercise.question.prompt
        cell, found = pair(prompt), roads_by_name(exercise)
        met |= set(found)
        for road, changed in (
            ("forgot-stride", {"stride": 1}),
            ("forgot-padding", {"padding": 0}),
            ("forgot-dilation", {"dilation": 1}),
            ("forgot-bias", {"bias": 0}),
        ):
            if road in found:
                assert found[road] == [total(prompt, cell, **changed)]
    assert {"flipped", "swapped-axes", "wrong-window", "forgot-negative-weights"} <= met
    expected = {
        "cell-value": {"forgot-stride", "forgot-bias"},
        "cell-padding": {"forgot-stride", "forgot-padding", "forgot-dilation"},
        "cell-channels": {"forgot-depth", "forgot-bias"},
    }
    assert expected[name] <= met


def test_flipping_is_told_from_other_mistakes() -> None:
    for exercise in all_drawn("cells", "cell-value"):
        prompt = exercise.question.prompt
        image, kernel = slices(prompt, "input")[0], slices(prompt, "filter")[0]
        turned = [row[::-1] for row in kernel[::-1]]
        stride, bias = setting(prompt, "stride", 1), setting(prompt, "with bias")
        value = correlated(image, turned, *pair(prompt), stride) + bias
        if value != answer_of(exercise):
            assert "flipped" in exercise.question.mark(str(value)).roads


def test_a_border_cell_has_a_window_that_hangs_over() -> None:
    for exercise in all_drawn("cells", "cell-padding"):
        step = step_shown(exercise)
        height, width = step.walkthrough.input.shape[1:]
        outside = {*step.rows} - {*range(height)} or {*step.columns} - {*range(width)}
        assert outside


def window_cell(prompt: str) -> tuple[int, int]:
    """The asked cell of a window, found by walking the window through the padded input."""
    window = numbers(prompt.partition("it is ")[2])[0]
    padding, dilation = setting(prompt, "padding"), setting(prompt, "dilation", 1)
    where = [-padding, -padding]
    for axis, moves in enumerate(pair(prompt)):
        for _ in range(moves):
            where[axis] += setting(prompt, "stride", 1)
    tap = 0 if "top left" in prompt else window // 2 if "middle" in prompt else window - 1
    return where[0] + tap * dilation, where[1] + tap * dilation


def test_windows_are_found_step_by_step() -> None:
    for exercise in all_drawn("cells", "cell-window"):
        question = cell_asked(exercise)
        assert question.cells == {window_cell(question.prompt)}
        assert pair(question.prompt) == step_shown(exercise).output[1:]


def test_mistaken_windows_are_explained() -> None:
    for exercise in all_drawn("cells", "cell-window"):
        question = cell_asked(exercise)
        assert question.wrong
        for (row, column), why in question.wrong:
            verdict = question.mark(f"{row} {column}")
            assert not verdict.right
            assert verdict.feedback == why


def readers(prompt: str) -> int:
    """How many windows lie over a cell, each window looked at."""
    window, height, width = numbers(prompt)[0], *numbers(prompt)[2:4]
    stride, padding = setting(prompt, "stride", 1), setting(prompt, "padding")
    row, column = pair(prompt)
    found = 0
    for top in range(-padding, height + padding - window + 1, stride):
        for left in range(-padding, width + padding - window + 1, stride):
            found += top <= row < top + window and left <= column < left + window
    return found


def test_readers_of_a_cell_are_counted_window_by_window() -> None:
    for exercise in all_drawn("cells", "cell-fan-out", MANY_SEEDS):
        prompt = exercise.question.prompt
        assert whole_answer(exercise) == readers(prompt)
        step = step_shown(exercise)
        assert pair(prompt)[0] in step.rows
        assert pair(prompt)[1] in step.columns


def test_levels_grow_from_small_windows_to_strides_and_depth() -> None:
    def prompts(name: str, level: int) -> list[str]:
        found = all_drawn("cells", name)
        return [one.question.prompt for one in found if one.level == level]

    assert all("stride 1" in prompt for prompt in prompts("cell-value", 1))
    assert all("stride 2" in prompt for prompt in prompts("cell-value", 3))
    assert all("dilation 2" in prompt for prompt in prompts("cell-padding", 3))
    assert {len(slices(prompt, "input")) for prompt in prompts("cell-channels", 1)} == {2}
    assert {len(slices(prompt, "input")) for prompt in prompts("cell-channels", 2)} == {3}


def test_every_window_of_a_stride_fits() -> None:
    strides = set()
    for exercise in all_drawn("cells", "cell-fan-out", MANY_SEEDS):
        prompt = exercise.question.prompt
        window, height, width = numbers(prompt)[0], *numbers(prompt)[2:4]
        stride, padding = setting(prompt, "stride", 1), setting(prompt, "padding")
        strides.add(stride)
        assert (height + 2 * padding - window) % stride == 0, prompt
        assert (width + 2 * padding - window) % stride == 0, prompt
    assert strides == {1, 2}


@pytest.mark.parametrize("name", ["cell-value", "cell-padding", "cell-channels", "cell-window"])
def test_every_window_of_a_shown_layer_fits(name: str) -> None:
    for exercise in all_drawn("cells", name):
        step = step_shown(exercise)
        assert all(axis.fits for axis in step.walkthrough.axes), exercise.question.prompt
