"""Convolution by its definition: against the sum itself, written as loops, and numpy.convolve."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.walkthroughs.base import text_of
from cnnviz_tui.walkthroughs.signal import Mode, SignalWalkthrough
from cnnviz_tui.walkthroughs.signal_setup import (
    SIGNAL,
    SignalSetup,
    kernel_names,
    kernel_rows,
    presets,
    signal_names,
    signal_rows,
)
from cnnviz_tui.walkthroughs.signal_text import kernel_caption, listing_of, signal_caption

SETUPS = {preset.name: preset.setup for preset in presets()}
MODES = ("full", "same", "valid")


@st.composite
def walkthroughs(draw: st.DrawFn) -> SignalWalkthrough:
    """Small signals and kernels with one or two axes."""
    kernel = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    signal = draw(st.integers(kernel[0], 5)), draw(st.integers(kernel[1], 6))
    generator = np.random.default_rng(draw(st.integers(0, 999)))
    return SignalWalkthrough(
        generator.integers(-4, 5, signal).astype(np.float32),
        generator.integers(-4, 5, kernel).astype(np.float32),
        cast(Mode, draw(st.sampled_from(MODES))),
    )


def by_definition(walkthrough: SignalWalkthrough, x: int, y: int) -> float:
    """(f ∗ g)[x, y], summed over all m, n as the lecture writes it."""
    total = 0.0
    height, width = walkthrough.signal.shape
    for m in range(height):
        for n in range(width):
            row, column = x - m, y - n
            if 0 <= row < walkthrough.kernel.shape[0] and 0 <= column < walkthrough.kernel.shape[1]:
                total += float(walkthrough.signal[m, n] * walkthrough.kernel[row, column])
    return total


@given(walkthroughs())
def test_every_step_is_the_sum_of_the_definition(walkthrough: SignalWalkthrough) -> None:
    outputs = [step for step in walkthrough if step.position is not None]
    assert len(outputs) == walkthrough.convolution.size
    for step, shown, other in zip(
        outputs, walkthrough.convolution.ravel(), walkthrough.correlation.ravel(), strict=True
    ):
        assert step.position is not None
        assert step.convolved == by_definition(walkthrough, *step.position) == shown
        assert step.correlated == other
        i, j = (
            place - positions.start
            for place, positions in zip(step.position, walkthrough.positions, strict=True)
        )
        assert walkthrough.index_of(i, j) == step.index


@given(walkthroughs())
def test_cross_correlation_is_the_convolution_with_the_flipped_kernel(
    walkthrough: SignalWalkthrough,
) -> None:
    turned = SignalWalkthrough(walkthrough.signal, walkthrough.flipped.copy(), walkthrough.mode)
    assert np.array_equal(turned.convolution, walkthrough.correlation)
    if walkthrough.symmetric:
        assert walkthrough.differing == 0
    if walkthrough.antisymmetric:
        assert np.array_equal(walkthrough.convolution, -walkthrough.correlation)


@given(
    signal=st.lists(st.integers(-9, 9), min_size=4, max_size=9),
    kernel=st.lists(st.integers(-9, 9), min_size=1, max_size=4),
    mode=st.sampled_from(MODES),
)
def test_with_one_axis_it_is_what_numpy_computes(
    signal: list[int], kernel: list[int], mode: Any
) -> None:
    walkthrough = SignalWalkthrough(
        np.array([signal], dtype=np.float32), np.array([kernel], dtype=np.float32), mode
    )
    assert walkthrough.convolution[0].tolist() == np.convolve(signal, kernel, mode).tolist()


def test_a_single_1_writes_the_kernel_and_cross_correlation_writes_it_backwards() -> None:
    walkthrough = SETUPS["impulse"].build()
    assert walkthrough.convolution[0].tolist() == [0, 0, 0, 3, 2, 1, 0, 0, 0]
    assert walkthrough.correlation[0].tolist() == [0, 0, 0, 1, 2, 3, 0, 0, 0]
    dot = SETUPS["dot"].build()
    assert np.array_equal(dot.convolution[1:4, 1:4], dot.kernel)
    assert np.array_equal(dot.correlation[1:4, 1:4], dot.flipped)


def test_the_half_echo_is_the_known_example() -> None:
    assert SETUPS["half-echo"].build().convolution[0].tolist() == [0, 1, 2.5, 4, 1.5]


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("impulse", "✗ g is not symmetric: the two differ at 2 of 9 positions"),
        ("smooth", "✓ g is symmetric: convolution and cross-correlation agree"),
        ("gaussian", "✓ g is symmetric: convolution and cross-correlation agree"),
        ("slope", "✗ g is antisymmetric: flipped, it has the opposite sign"),
        ("sobel", "✗ g is antisymmetric: flipped, it has the opposite sign"),
    ],
)
def test_it_says_when_the_two_agree(name: str, verdict: str) -> None:
    assert text_of(SETUPS[name].build().formulas[2]) == verdict


def test_agreement_by_chance_is_told_from_agreement_by_symmetry() -> None:
    chance = SignalSetup(((0.0, 0.0, 0.0),), ((3.0, 2.0, 1.0),)).build()
    assert "for this f both agree everywhere" in text_of(chance.formulas[2])


def test_the_kernel_is_flipped_before_it_slides() -> None:
    one = SETUPS["impulse"].build()
    assert [one[i].kernel.ravel().tolist() for i in range(3)] == [[3, 2, 1], [1, 2, 3], [1, 2, 3]]
    two = SETUPS["dot"].build()
    assert np.array_equal(two[1].kernel, two.kernel[:, ::-1])
    assert np.array_equal(two[2].kernel, two.kernel[::-1, ::-1])
    assert two[2].position is None
    assert two[3].position == (1, 1)


def test_sums_are_written_with_names_and_numbers() -> None:
    step = SETUPS["impulse"].build()[5]
    assert text_of(step.sums[0]).split("\n") == [
        "(f ∗ g)[3] = f[1]·g[2] + f[2]·g[1] + f[3]·g[0] = 0·1 + 0·2 + 1·3 = 3",
        "f ⋆ g: 0·3 + 0·2 + 1·1 = 1  ✗",
    ]
    assert text_of(SETUPS["impulse"].build()[1].sums[0]) == "3 2 1 flipped is 1 2 3"
    assert "f[−2]·g[2]" in text_of(SETUPS["impulse"].build()[2].sums[0])
    assert text_of(SETUPS["sobel"].build()[20].sums[-1]).startswith("9 products  f ∗ g: ")


@pytest.mark.parametrize("name", SETUPS)
def test_captions_are_short(name: str) -> None:
    walkthrough = SETUPS[name].build()
    for step in walkthrough[:: max(len(walkthrough) // 50, 1)]:
        assert 20 < len(step.caption) <= 156
        assert "!" not in step.caption
    assert "Networks leave out the flip" in walkthrough[-1].caption


def test_pointed_at_numbers_are_explained() -> None:
    walkthrough = SETUPS["smooth"].build()
    assert "f[1] = 3 goes into every output" in signal_caption(walkthrough, 0, 1)
    assert "only zeros" in signal_caption(walkthrough, 0, -1)
    assert "g[2] = 1 is multiplied with f[n − 2]" in kernel_caption(walkthrough, 0, 2)
    assert "f[x − 1, y − 2]" in kernel_caption(SETUPS["sobel"].build(), 1, 2)


def test_the_number_of_outputs_is_the_formula() -> None:
    base = SETUPS["impulse"]
    said = {
        "full": "full: N + F − 1 = 7 + 3 − 1 = 9 numbers",
        "same": "same: N = 7 numbers",
        "valid": "valid: N − F + 1 = 7 − 3 + 1 = 5 numbers",
    }
    for mode, text in said.items():
        walkthrough = base.changed(mode=mode).build()
        assert text_of(walkthrough.formulas[1]) == text
        assert f" {walkthrough.convolution.size} numbers" in text or mode == "same"


def test_numbers_can_be_typed_all_at_once_and_one_by_one() -> None:
    setup = SIGNAL.set_up("impulse", {"signal-numbers": "1 2 3", "kernel-numbers": "0 1 0.5"})
    assert setup.build().convolution[0].tolist() == [0, 1, 2.5, 4, 1.5]
    assert setup.with_number("kernel", 0, 2, -1.0).kernel == ((0, 1, -1),)
    field = {f.option: f for f in SIGNAL.fields}["signal-numbers"]
    square = field.typed(setup, "1 2; 3 −4")
    assert square.signal == ((1, 2), (3, -4))
    assert field.text(square) == "1 2; 3 −4"


def test_lengths_cut_or_fill_up_with_zeros() -> None:
    setup = SIGNAL.set_up("impulse", {"N": "9", "F": "2"})
    assert setup.signal == ((0, 0, 0, 1, 0, 0, 0, 0, 0),)
    assert setup.kernel == ((3, 2),)
    size = {f.option: f for f in SIGNAL.fields}["size"]
    assert size.nudged(setup, 1).size == (1, 10)
    assert size.nudged(SETUPS["dot"], 1).size == (6, 6)
    assert size.text(setup) == "9"
    assert size.typed(setup, "2x3").size == (2, 3)


def test_named_signals_and_kernels_keep_their_names_until_changed() -> None:
    signal = SIGNAL.fields[0]
    for name in signal_names():
        assert signal.text(signal.typed(SETUPS["impulse"], name)) == name
    kernel = SIGNAL.fields[2]
    for name in kernel_names():
        assert np.array(kernel_rows(name)).size > 1
        assert kernel.typed(SETUPS["dot"], name).kernel == kernel_rows(name)
    assert signal.text(SETUPS["impulse"].with_number("signal", 0, 0, 5.0)) == "own"
    assert signal_rows("numbers") == ((1, 2, 3),)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"signal-numbers": "1 2; 3"}, "rows of the same length"),
        ({"signal-numbers": ""}, "rows of the same length"),
        ({"signal-numbers": "1 two"}, "must be a number"),
        ({"N": "999"}, "must have 1 to 128"),
        ({"F": "40"}, "must have 1 to 31"),
        ({"mode": "circular"}, "no mode"),
        ({"F": "9", "mode": "valid"}, "never lies within a signal"),
        ({"kernel": "magic"}, "no kernel"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(typed: dict[str, str], said: str) -> None:
    with pytest.raises(ShapeError, match=said):
        SIGNAL.set_up("impulse", typed)


def test_plain_values_hold_both_results() -> None:
    data = SETUPS["impulse"].build()[5].data
    assert (data["convolution"], data["cross_correlation"]) == (3, 1)
    assert data["position"] == [0, 3]
    assert SETUPS["impulse"].build()[0].data["position"] is None


def test_the_listing_ends_with_both_results() -> None:
    walkthrough = SETUPS["dot"].build()
    step = walkthrough[15]
    last = [float(word.replace("−", "-")) for word in listing_of(step)[-1].split("·")[1].split()]
    assert last[-1] == step.convolved
    assert float(listing_of(step)[-1].split()[-1].replace("−", "-")) == step.correlated
    assert "no products" in listing_of(walkthrough[0])[0]
