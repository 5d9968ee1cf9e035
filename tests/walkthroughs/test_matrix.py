"""A convolution as a matrix: the whole matrices, built slowly, give what ops gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui import ops
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.padding import Padding
from cnnviz_tui.walkthroughs.base import text_of
from cnnviz_tui.walkthroughs.matrix import MatrixWalkthrough
from cnnviz_tui.walkthroughs.matrix_setup import MATRIX, MatrixSetup, presets
from cnnviz_tui.walkthroughs.matrix_text import (
    copied_caption,
    memory_listing,
    share_text,
    shared_caption,
    size_text,
    toeplitz_caption,
    window_caption,
)

SETUPS = {preset.name: preset.setup for preset in presets()}


@st.composite
def walkthroughs(draw: st.DrawFn) -> MatrixWalkthrough:
    """Small convolutions of all kinds, with a position for the filter at least."""
    channels, filters = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    kernel = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    stride = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    dilation = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    paddings: list[Padding] = [0, 1, ((1, 0), (0, 2))]
    padding = draw(st.sampled_from(paddings))
    size = draw(st.integers(5, 7)), draw(st.integers(5, 7))
    generator = np.random.default_rng(draw(st.integers(0, 99)))
    picture = generator.integers(-4, 5, (1, channels, *size)).astype(np.float32)
    weight = generator.integers(-4, 5, (filters, channels, *kernel)).astype(np.float32)
    bias = draw(st.sampled_from([None, np.arange(filters, dtype=np.float32)]))
    return MatrixWalkthrough(
        picture, weight, bias, stride=stride, padding=padding, dilation=dilation
    )


def slow_toeplitz(walkthrough: MatrixWalkthrough) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The whole matrix, one column at a time: what a picture with a single 1 makes."""
    count = walkthrough.input.size
    columns = []
    for place in range(count):
        unit = np.zeros(count)
        unit[place] = 1
        picture = unit.reshape(1, *walkthrough.input.shape)
        made = ops.conv2d(
            picture, walkthrough.weight, None, walkthrough.stride, walkthrough.pads,
            walkthrough.dilation,
        )  # fmt: skip
        columns.append(made.ravel())
    return np.stack(columns, axis=1).astype(np.float64)


def slow_im2col(walkthrough: MatrixWalkthrough) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Every window as a row, picked cell by cell."""
    down, across = walkthrough.axes
    height, width = walkthrough.input.shape[1:]
    rows = []
    for i in range(down.output):
        for j in range(across.output):
            row = []
            for c in range(walkthrough.channels):
                for y in down.taps(i):
                    for x in across.taps(j):
                        inside = 0 <= y < height and 0 <= x < width
                        row.append(float(walkthrough.input[c, y, x]) if inside else 0.0)
            rows.append(row)
    return np.array(rows, dtype=np.float32)


@given(walkthroughs())
def test_the_toeplitz_matrix_times_the_picture_is_the_convolution(
    walkthrough: MatrixWalkthrough,
) -> None:
    rows, _ = walkthrough.toeplitz_size
    matrix = walkthrough.toeplitz(range(rows))
    assert np.array_equal(matrix.values, slow_toeplitz(walkthrough))
    bias = np.zeros(walkthrough.filters) if walkthrough.bias is None else walkthrough.bias
    product = matrix.values @ walkthrough.flat_input + np.repeat(bias, walkthrough.positions)
    assert np.allclose(product, walkthrough.output.ravel())
    assert int((~matrix.empty).sum()) == walkthrough.not_zero
    assert not matrix.values[matrix.empty].any()


@given(walkthroughs())
def test_im2col_times_the_filters_is_the_convolution(walkthrough: MatrixWalkthrough) -> None:
    matrix = walkthrough.im2col(range(walkthrough.positions))
    assert np.array_equal(matrix.values, slow_im2col(walkthrough))
    product = matrix.values @ walkthrough.weight.reshape(walkthrough.filters, -1).T
    if walkthrough.bias is not None:
        product = product + walkthrough.bias
    assert np.allclose(product.T.ravel(), walkthrough.output.ravel())


@given(walkthroughs(), st.data())
def test_every_step_agrees_three_ways(walkthrough: MatrixWalkthrough, data: st.DataObject) -> None:
    step = walkthrough.step(data.draw(st.integers(0, len(walkthrough) - 1)))
    expected = float(walkthrough.output[step.output])
    assert step.value == pytest.approx(expected, abs=1e-4)
    assert step.toeplitz_value == pytest.approx(expected, abs=1e-4)
    assert step.im2col_value == pytest.approx(expected, abs=1e-4)
    assert step.agree
    assert "✓" in text_of(step.sums[-1])


@given(walkthroughs(), st.data())
def test_a_cut_is_a_part_of_the_whole(walkthrough: MatrixWalkthrough, data: st.DataObject) -> None:
    for make, (rows, columns) in (
        (walkthrough.toeplitz, walkthrough.toeplitz_size),
        (walkthrough.im2col, walkthrough.im2col_size),
    ):
        top, left = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
        whole = make(range(rows))
        cut = make(range(top, rows), range(left, columns))
        assert np.array_equal(cut.values, whole.values[top:, left:])
        assert np.array_equal(cut.empty, whole.empty[top:, left:])
        assert np.array_equal(cut.weights, whole.weights[top:, left:])


def test_results_that_differ_would_be_marked() -> None:
    step = SETUPS["small"].build().step(0)
    step.matrices.input[0, 0, 0] = 77
    assert not step.agree
    assert "✗" in text_of(step.sums[-1])


def test_the_small_matrix_is_the_one_of_the_lecture() -> None:
    walkthrough = SETUPS["small"].build()
    values = walkthrough.toeplitz(range(4)).values
    assert values[0].tolist() == [-1, 0, 1, 0, -2, 0, 2, 0, -1, 0, 1, 0, 0, 0, 0, 0]
    assert values[3].tolist() == [0, 0, 0, 0, 0, -1, 0, 1, 0, -2, 0, 2, 0, -1, 0, 1]
    assert walkthrough.zero_share == 28 / 64
    assert walkthrough.memory == {"sliding": 36, "im2col": 180, "T": 256, "sparse T": 308}


def test_the_lecture_layer_needs_much_memory_as_a_matrix() -> None:
    walkthrough = SETUPS["layer"].build()
    assert walkthrough.toeplitz_size == (10240, 3072)
    assert walkthrough.im2col_size == (1024, 75)
    assert walkthrough.memory["T"] == 4 * 10240 * 3072
    together = " ".join(text_of(formula) for formula in walkthrough.formulas)
    assert "T 10240x3072 = 31,457,280 numbers, 98 % zeros" in together
    assert "T 126 MB" in together
    step = walkthrough.step(5000)
    assert step.agree


def test_steps_of_a_large_picture_cost_no_more_than_their_row() -> None:
    """Nothing holds the matrix: 691,200 rows of 65,536 numbers would be 181 GB."""
    large = MatrixSetup.of("picture", size=(256, 256), channels=1, kernel_size=(3, 3)).build()
    assert large.toeplitz_size == (254 * 254, 256 * 256)
    assert large.step(60_000).agree
    assert large.not_zero == 9 * 254 * 254


def test_sums_are_written_where_they_are_few() -> None:
    step = SETUPS["small"].build().step(2)
    assert text_of(step.sums[0]).split("\n") == [
        "1·−1 + 0·0  + 0·1  + 0·−2 + 1·0  + 2·2  + 2·−1 + 1·0  + 2·1  + b 0 = 3",
        "sliding 3  T row 3·x + b 3  im2col row 3·w + b 3  ✓",
    ]
    assert len(SETUPS["layer"].build().step(0).sums) == 1


def test_pointed_at_cells_are_explained() -> None:
    walkthrough = SETUPS["small"].build()
    assert "weight −2, which stands 4 times in T" in toeplitz_caption(walkthrough, 0, 4)
    assert "does not see that input, so T holds 0" in toeplitz_caption(walkthrough, 0, 3)
    assert "stands 4 times in T" in shared_caption(walkthrough, 0, 3)
    assert "lies in 4 of 4 windows" in copied_caption(walkthrough, 0, 1, 1)
    assert "writes it once" in copied_caption(walkthrough, 0, 0, 0)
    assert "the picture has a 2 there" in window_caption(walkthrough, 0, 8)
    padded = SETUPS["padding"].build()
    assert "lies in the padding, so it is 0" in window_caption(padded, 0, 0)
    assert "stands 4 times in T" in shared_caption(padded, 0, 0), "it meets 2·2 of the 9 windows"
    lost = MatrixSetup.of("numbers", size=(4, 4), stride=(2, 2)).build()
    assert "No window sees this input" in copied_caption(lost, 0, 3, 3)


@pytest.mark.parametrize("name", SETUPS)
def test_captions_are_short(name: str) -> None:
    walkthrough = SETUPS[name].build()
    for index in range(0, len(walkthrough), max(len(walkthrough) // 40, 1)):
        caption = walkthrough.step(index).caption
        assert 20 < len(caption) <= 156
        assert "!" not in caption
    assert "learned" in walkthrough.step(len(walkthrough) - 1).caption


def test_a_filter_without_a_position_is_explained() -> None:
    walkthrough = MatrixSetup.of("numbers", size=(2, 2)).build()
    assert len(walkthrough) == 0
    assert "does not fit" in text_of(walkthrough.formulas[0])


def test_groups_are_no_field_here() -> None:
    assert "groups" not in {field.option for field in MATRIX.fields}
    with pytest.raises(ShapeError, match="has no “groups”"):
        MATRIX.set_up("small", {"groups": "2"})


def test_amounts_are_readable_and_never_round_up_to_all() -> None:
    assert [size_text(n) for n in (64, 1500, 2_119_936, 5 * 10**9)] == [
        "64 B", "1.5 kB", "2.1 MB", "5.0 GB",
    ]  # fmt: skip
    assert share_text(0.4375) == "44 %"
    assert share_text(0.9985) == "99.9 %"
    assert share_text(0.9999999) == "almost 100 %"


def test_plain_values_hold_all_three_results() -> None:
    data = SETUPS["padding"].build().step(4).data
    assert data["value"] == data["toeplitz_value"] == data["im2col_value"]
    assert (data["toeplitz_row"], data["im2col_row"]) == (4, 4)


def test_memory_is_counted_in_the_open() -> None:
    listed = "\n".join(memory_listing(SETUPS["small"].build()))
    assert "9 weights = 36 bytes" in listed
    assert "4·9 copies + 9 weights = 180 bytes" in listed
    assert "4·16 = 256 bytes" in listed
    assert "36 numbers and as many column numbers, and 5 places" in listed
