"""A transposed convolution step by step: both ways agree, p and p′, and nothing is undone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnviz_tui import ops
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.layers import TransposedConvolution
from cnnviz_tui.walkthroughs.base import text_of
from cnnviz_tui.walkthroughs.transposed import TransposedWalkthrough
from cnnviz_tui.walkthroughs.transposed_setup import TRANSPOSED, TransposedSetup, presets
from cnnviz_tui.walkthroughs.transposed_text import matrix_caption, stamped_sums, weight_sums

SETUPS = {preset.name: preset.setup for preset in presets()}


@st.composite
def setups(draw: st.DrawFn) -> TransposedSetup:
    """Any small transposed convolution, also those of which nothing is left."""

    def pairs(least: int, most: int) -> tuple[int, int]:
        return draw(st.tuples(st.integers(least, most), st.integers(least, most)))

    stride, dilation = pairs(1, 3), pairs(1, 2)
    extra = tuple(draw(st.integers(0, s - 1)) for s in stride)
    return TransposedSetup.of(
        "numbers",
        kernel=draw(st.sampled_from(["emboss", "random", "sobel-x"])),
        size=pairs(1, 4),
        kernel_size=pairs(1, 3),
        stride=stride,
        dilation=dilation,
        padding=draw(st.integers(0, 3)),
        output_padding=(extra[0], extra[1]),
        undo=draw(st.sampled_from(["on", "off"])),
    )


def played(walkthrough: TransposedWalkthrough) -> NDArray[np.float64]:
    """The output, put together from the steps alone."""
    values = [step.value for step in walkthrough]
    return np.array(values).reshape(walkthrough.map_size)


def slid(walkthrough: TransposedWalkthrough) -> NDArray[np.float64]:
    """The output by sliding the turned filter over the stretched input, with slow loops."""
    stretched = walkthrough.stretched
    turned = walkthrough.weight[::-1, ::-1]
    output = np.zeros(walkthrough.map_size)
    for step in walkthrough:
        for a, row in enumerate(step.rows):
            for b, column in enumerate(step.columns):
                if 0 <= row < stretched.shape[0] and 0 <= column < stretched.shape[1]:
                    output[step.output] += float(turned[a, b]) * float(stretched[row, column])
    return output


# -- the numbers ----------------------------------------------------------------------------------


@given(setups())
def test_steps_sliding_matrix_and_operation_agree(setup: TransposedSetup) -> None:
    walkthrough = setup.build()
    if walkthrough.problem:
        assert len(walkthrough) == 0
        return
    found = played(walkthrough)
    assert found == pytest.approx(walkthrough.output, abs=1e-4)
    assert found == pytest.approx(slid(walkthrough), abs=1e-4)
    product = walkthrough.matrix @ walkthrough.input.ravel()
    assert found.ravel() == pytest.approx(product, abs=1e-4)


@given(setups())
def test_the_matrix_is_the_convolutions_turned_on_its_side(setup: TransposedSetup) -> None:
    """C's columns are the convolution's answers to single ones, computed by `ops.conv2d`."""
    walkthrough = setup.build()
    if walkthrough.problem:
        return
    count = walkthrough.output.size
    ones = np.eye(count, dtype=np.float32).reshape(count, 1, *walkthrough.map_size)
    down, across = walkthrough.axes
    answers = ops.conv2d(
        ones,
        walkthrough.weight[None, None],
        None,
        setup.stride,
        ((down.before, down.after), (across.before, across.after)),
        setup.dilation,
    )
    assert walkthrough.matrix == pytest.approx(answers.reshape(count, -1))


@given(setups())
def test_the_shape_comes_back(setup: TransposedSetup) -> None:
    walkthrough = setup.changed(undo="on").build()
    if walkthrough.problem:
        return
    assert walkthrough.before is not None
    assert walkthrough.output.shape == walkthrough.before.shape


@given(setups(), st.data())
def test_stamps_are_where_a_number_counts(setup: TransposedSetup, data: st.DataObject) -> None:
    walkthrough = setup.build()
    if walkthrough.problem:
        return
    row = data.draw(st.integers(0, setup.size[0] - 1))
    column = data.draw(st.integers(0, setup.size[1] - 1))
    rows, columns = walkthrough.stamped(row, column)
    reached = {
        step.output for step in walkthrough if (row, column) in [term.input for term in step.terms]
    }
    assert {(r, c) for r in rows for c in columns} == reached


@pytest.mark.parametrize(
    ("choices", "rings", "size"),
    [
        ({"padding": 0, "stride": (1, 1)}, 2, 5),
        ({"padding": 1, "stride": (1, 1)}, 1, 3),
        ({"padding": 2, "stride": (1, 1)}, 0, 1),
        ({"padding": 1, "stride": (2, 2)}, 1, 5),
        ({"padding": 1, "stride": (2, 2), "dilation": (2, 2)}, 3, 7),
    ],
)
def test_more_padding_means_fewer_zeros_around_and_a_smaller_output(
    choices: dict[str, object], rings: int, size: int
) -> None:
    walkthrough = SETUPS["stride"].changed(**choices).build()
    assert walkthrough.rings == ((rings, rings), (rings, rings))
    assert walkthrough.map_size == (size, size)


def test_padding_beyond_the_filter_cuts_the_input() -> None:
    walkthrough = SETUPS["stride"].changed(padding=3, stride=(1, 1), size=(5, 5)).build()
    assert walkthrough.rings == ((-1, -1), (-1, -1))
    assert walkthrough.cut == ((0, 4), (0, 4))
    assert played(walkthrough) == pytest.approx(walkthrough.output)


def test_output_padding_chooses_among_sizes_that_shrink_to_the_same() -> None:
    for extra, size in ((0, 5), (1, 6)):
        walkthrough = SETUPS["stride"].changed(output_padding=(extra, extra), undo="on").build()
        assert walkthrough.map_size == (size, size)
        assert walkthrough.input.shape == (3, 3)


def test_a_checkerboard_comes_out_of_ones() -> None:
    output = SETUPS["checkerboard"].build().output
    assert output[2, 1:7].tolist() == [2, 4, 2, 4, 2, 4]


# -- what is said ---------------------------------------------------------------------------------


def test_formulas_put_p_beside_p_prime() -> None:
    texts = [text_of(formula) for formula in SETUPS["stride"].build().formulas]
    assert texts == [
        "(N − 1)·S − 2P + F = (3 − 1)·2 − 2·1 + 3 = 5 ✓",
        "as sliding: p′ = F − 1 − P = 3 − 1 − 1 = 1 around, S − 1 = 1 between",
        "as matrix: Cᵀ is 5·5 x 3·3 = 25x9   parameters 3·3 = 9",
    ]
    uneven = SETUPS["stride"].changed(stride=(2, 1), dilation=(2, 2)).build()
    assert text_of(uneven.formulas[2]) == (
        "as sliding: p′ = 3, 3, 3, 3 (top, bottom, left, right) around, 1x0 between"
    )
    longer = text_of(SETUPS["output-padding"].build().formulas[1])
    assert longer == "as sliding: p′ = F − 1 − P = 1 around, A = 1 more after, S − 1 = 1 between"


@given(setups())
def test_each_formula_fits_into_the_smallest_terminal(setup: TransposedSetup) -> None:
    walkthrough = setup.build()
    if not walkthrough.problem:
        assert len(walkthrough.formulas) <= 3
        assert all(len(text_of(formula)) <= 78 for formula in walkthrough.formulas)


def test_captions_explain_zeros_padding_and_the_matrix() -> None:
    stride = SETUPS["stride"].build()
    assert "S − 1 = 1 between its numbers and p′ = 1 around" in stride[0].caption
    assert "a larger P means fewer zeros" in stride[1].caption
    assert "No zeros are put in" in SETUPS["padding"].build()[0].caption
    assert "cuts nothing off" in SETUPS["no-padding"].build()[1].caption
    cut = SETUPS["stride"].changed(padding=3, size=(6, 6)).build()
    assert "1 of the input's rim is cut" in cut[1].caption
    matrix = SETUPS["matrix"].build()
    assert "from 5x5 to 3x3 is a matrix C" in matrix[0].caption
    assert "Row 3 of Cᵀ" in matrix[3].caption
    undone = SETUPS["undo"].build()
    assert undone[-1].caption == (
        "The shape is back, 5x5; the values are not: 1 of 25 numbers is as before."
    )


def test_sums_hold_the_products_with_real_numbers() -> None:
    step = SETUPS["stride"].build()[3]
    assert text_of(step.sums[0]) == "1·1 + 0·−1 =  1   (7 of 9 cells lie on zeros)"
    assert text_of(step.sums[-1]).startswith("2 products =  1")
    sparse = SETUPS["stride"].changed(stride=(4, 4), size=(2, 2)).build()
    empty = next(step for step in sparse if not step.terms)
    assert "no number reaches it: = 0" in " ".join(text_of(empty.sums[0]).split())
    assert "Only zeros" in empty.caption or empty.index < 2


def test_cells_of_input_and_matrix_say_what_they_do() -> None:
    walkthrough = SETUPS["stride"].build()
    assert text_of(stamped_sums(walkthrough, 1, 1)[0]) == (
        "input (1, 1) = 1 stamps 1 times the filter onto 3·3 = 9 of 25 output numbers"
    )
    assert text_of(weight_sums(walkthrough, 3, 1)[0]) == (
        "Cᵀ (3, 1) = 1: so much does input (0, 1) count in output (0, 3)"
    )
    products = sum(len(step.terms) for step in walkthrough)
    assert matrix_caption(walkthrough).startswith(f"{225 - products} of its 225 cells are always 0")


@given(setups())
def test_only_cells_that_no_product_uses_are_called_empty(setup: TransposedSetup) -> None:
    walkthrough = setup.build()
    if walkthrough.problem:
        return
    for step in walkthrough:
        used = {row * setup.size[1] + column for row, column in (t.input for t in step.terms)}
        assert set(np.flatnonzero(~walkthrough.unconnected[step.index])) == used


@pytest.mark.parametrize("name", SETUPS)
def test_captions_are_short_and_data_is_plain(name: str) -> None:
    for step in SETUPS[name].build():
        assert 0 < len(step.caption) <= 156, "two lines of 78"
        assert "!" not in step.caption
        assert step.data["value"] == step.value


# -- choosing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"A": "2"}, "output padding A = 2 must be smaller than the stride 2"),
        ({"N": "17"}, "input size N must be 1 to 16"),
        ({"N": "16", "S": "8"}, "output size must be 1 to 64"),
        ({"W": "stamp"}, "slide, matrix"),
        ({"kernel": "nothing"}, "sobel-x"),
    ],
)
def test_choices_that_cannot_be_are_one_sentence(typed: dict[str, str], complaint: str) -> None:
    with pytest.raises(ShapeError, match=complaint):
        TRANSPOSED.set_up("stride", typed)


def test_a_padding_that_leaves_nothing_is_explained() -> None:
    walkthrough = TRANSPOSED.set_up("stride", {"P": "4"}).build()
    assert "cuts off the whole output" in walkthrough.problem
    assert walkthrough.problem in text_of(walkthrough.formulas[0])


def test_typed_numbers_stay_as_long_as_their_cell_exists() -> None:
    typed = SETUPS["stride"].with_input_cell((2, 2), 9).with_weight((2, 2), 5)
    assert typed.build().input[2, 2] == 9
    assert typed.build().weight[2, 2] == 5
    smaller = typed.changed(size=(2, 2), kernel_size=(2, 2))
    assert smaller.input_edits == smaller.weight_edits == {}


def test_arrays_that_are_not_one_map_and_one_filter_are_refused() -> None:
    two = np.zeros((1, 2, 3, 3), dtype=np.float32)
    with pytest.raises(ValueError, match="one map and one filter"):
        TransposedWalkthrough(two, two[:, :1], TransposedConvolution(1, 1, 3))
