"""Backpropagation through a convolution: every gradient is the sum of products that it says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.samples import input_named
from cnnviz_tui.walkthroughs.backprop_convolution import ConvolutionGradientWalkthrough, Part
from cnnviz_tui.walkthroughs.backprop_setup import BACKPROP, ConvolutionGradientSetup
from cnnviz_tui.walkthroughs.base import text_of

STEP = 1e-2


def numerical_gradient(walkthrough: ConvolutionGradientWalkthrough, part: Part, at: Any) -> float:
    """The difference quotient of the loss; exact for a loss that is quadratic."""
    losses = []
    for sign in (1, -1):
        picture, weight = walkthrough.picture.copy(), walkthrough.weight.copy()
        (weight if part is Part.FILTER else picture)[at] += sign * STEP
        moved = ConvolutionGradientWalkthrough(
            picture, weight, walkthrough.goal, walkthrough.stride, walkthrough.padding, 0.01
        )
        losses.append(moved.loss)
    return (losses[0] - losses[1]) / (2 * STEP)


@st.composite
def setups(draw: st.DrawFn) -> ConvolutionGradientSetup:
    kernel = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    size = draw(st.integers(3, 6)), draw(st.integers(3, 6))
    return ConvolutionGradientSetup(
        input_named("numbers"),
        size=size,
        kernel_size=kernel,
        stride=(draw(st.integers(1, 3)), draw(st.integers(1, 3))),
        padding=draw(st.integers(0, min(kernel) - 1)),
        seed=draw(st.integers(0, 9)),
    )


@given(setups())
def test_steps_give_the_numbers_of_the_operations(setup: ConvolutionGradientSetup) -> None:
    """What is summed window by window is what `ops` computes at once."""
    walkthrough = setup.build()
    found = {
        Part.FORWARD: np.zeros_like(walkthrough.output),
        Part.FILTER: np.zeros_like(walkthrough.weight),
        Part.INPUT: np.zeros_like(walkthrough.picture),
    }
    for step in walkthrough:
        if step.part in found:
            found[step.part][step.cell] = step.value
            assert step.value == pytest.approx(sum(a * b for a, b in step.terms), abs=1e-4)
    np.testing.assert_allclose(found[Part.FORWARD], walkthrough.output, atol=1e-4)
    np.testing.assert_allclose(found[Part.FILTER], walkthrough.grad_weight, atol=1e-3)
    np.testing.assert_allclose(found[Part.INPUT], walkthrough.grad_input, atol=1e-3)


@pytest.mark.parametrize("name", ["convolution", "strided-convolution"])
def test_gradients_are_those_of_difference_quotients(name: str) -> None:
    walkthrough = BACKPROP.preset(name).setup.build()
    for step in walkthrough:
        if step.part in {Part.FILTER, Part.INPUT}:
            measured = numerical_gradient(walkthrough, step.part, step.cell)
            assert step.value == pytest.approx(measured, rel=1e-3, abs=0.05)


@pytest.mark.parametrize("name", ["convolution", "strided-convolution"])
def test_a_step_downhill_makes_the_loss_smaller(name: str) -> None:
    walkthrough = BACKPROP.preset(name).setup.build()
    assert walkthrough.new_loss < walkthrough.loss
    last = walkthrough[-1]
    assert last.part is Part.RESULT
    assert "✓ smaller" in text_of(last.sums[0])


@given(setups())
def test_windows_of_the_turned_filter_lie_inside_the_zeros_around(
    setup: ConvolutionGradientSetup,
) -> None:
    """What the stage lights up exists on it."""
    walkthrough = setup.build()
    (top, bottom), (left, right) = walkthrough.spread_pads
    height, width = walkthrough.spread.shape
    for step in walkthrough:
        rows, columns = step.on_output
        assert all(-top <= row < height + bottom for row in rows)
        assert all(-left <= column < width + right for column in columns)


@given(setups(), st.data())
def test_places_and_steps_are_inverse(setup: ConvolutionGradientSetup, data: st.DataObject) -> None:
    walkthrough = setup.build()
    index = data.draw(st.integers(0, len(walkthrough) - 1))
    part, cell = walkthrough.place_of(index)
    assert walkthrough.index_of(part, *cell) == index


def test_sums_are_written_product_by_product() -> None:
    walkthrough = BACKPROP.preset("convolution").setup.build()
    step = walkthrough[walkthrough.index_of(Part.FILTER, 0, 0)]
    assert text_of(step.sums[0]) == (
        "∂L/∂w[0, 0] = (−2)·0 + (−3)·1 + (−4)·0 + (−7)·0 + (−5)·0 + 3·1 + (−2)·2 + (−7)·1 + 1·2"
        " = −9"
    )


def test_a_filter_that_does_not_fit_is_explained() -> None:
    setup = BACKPROP.preset("convolution").setup.changed(size=(2, 2))
    walkthrough = setup.build()
    assert len(walkthrough) == 0
    assert "does not fit" in walkthrough.problem
    assert walkthrough.problem in text_of(walkthrough.formulas[0])


def test_typed_numbers_stay_where_their_cell_exists() -> None:
    setup = BACKPROP.preset("convolution").setup
    edited = setup.with_cell("input_edits", (4, 4), 9.0).with_cell("goal_edits", (0, 0), 5.0)
    assert edited.build().picture[4, 4] == 9
    assert edited.build().goal[0, 0] == 5
    smaller = edited.changed(size=(4, 4))
    assert not smaller.input_edits
    assert not smaller.goal_edits
