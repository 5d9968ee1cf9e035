"""Every step of a convolution is the sum it claims to be, and costs its own window alone."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings

from cnnviz_tui import ops
from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.walkthroughs.base import text_of
from cnnviz_tui.walkthroughs.convolution import ConvolutionStep, ConvolutionWalkthrough
from tests.walkthroughs.convolutions import Case, case, cases, slow_output


def values(
    walkthrough: ConvolutionWalkthrough,
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """All steps' values, laid out as the output."""
    shape = (walkthrough.filters, *walkthrough.map_size)
    return np.array([step.value for step in walkthrough]).reshape(shape)


@settings(max_examples=120)
@given(cases())
def test_the_steps_are_the_output_one_number_after_the_other(of: Case) -> None:
    walkthrough = of.walkthrough()
    if walkthrough.problem:
        assert len(walkthrough) == 0
        return
    expected = slow_output(of, walkthrough.pads)
    assert np.array_equal(values(walkthrough), expected)
    assert np.array_equal(walkthrough.output, expected)
    assert walkthrough.output.dtype == np.float32


@given(cases())
def test_the_operation_with_the_same_arguments_gives_the_same_maps(of: Case) -> None:
    walkthrough = of.walkthrough()
    if walkthrough.problem or (of.padding == "same" and of.stride != (1, 1)):
        return
    maps = ops.conv2d(
        of.input, of.weight, of.bias, of.stride, of.padding, of.dilation, of.groups
    )[0]  # fmt: skip
    assert np.array_equal(values(walkthrough), maps)


@given(cases())
def test_padding_same_keeps_the_size_and_with_strides_divides_it(of: Case) -> None:
    same = Case(of.input, of.weight, of.bias, of.stride, "same", of.dilation, of.groups)
    sizes = zip(of.input.shape[2:], of.stride, strict=True)
    assert same.walkthrough().map_size == tuple(-(-n // s) for n, s in sizes)


@given(cases())
def test_a_step_s_parts_agree_with_each_other(of: Case) -> None:
    for step in of.walkthrough():
        assert np.array_equal(step.products, step.patch * step.weights)
        assert step.products.shape == (len(step.channels), len(step.rows), len(step.columns))
        assert np.array_equal(step.partial_sums, [slice_.sum() for slice_ in step.products])
        assert step.running.shape == (step.products.size,)
        assert step.running[0] == step.products[0, 0, 0]
        assert np.array_equal(np.diff(step.running), step.products.ravel()[1:])
        bias = 0.0 if step.bias is None else step.bias
        assert step.value == step.running[-1] + bias == step.partial_sums.sum() + bias


@given(cases())
def test_a_step_names_where_its_numbers_lie(of: Case) -> None:
    height, width = of.input.shape[2:]
    for step in of.walkthrough():
        k = step.output[0]
        assert np.array_equal(step.weights, of.weight[k])
        assert step.bias == (None if of.bias is None else of.bias[k])
        for c, channel in enumerate(step.channels):
            for a, row in enumerate(step.rows):
                for b, column in enumerate(step.columns):
                    inside = 0 <= row < height and 0 <= column < width
                    expected = of.input[0, channel, row, column] if inside else 0
                    assert step.patch[c, a, b] == expected


def test_positions_run_row_by_row_and_map_by_map() -> None:
    walkthrough = case((4, 5), filters=2, kernel=(2, 3)).walkthrough()
    order = [step.output for step in walkthrough]
    assert order == [(k, i, j) for k in range(2) for i in range(3) for j in range(3)]
    assert [step.index for step in walkthrough] == list(range(18))
    for index, position in enumerate(order):
        assert walkthrough.position_of(index) == position
        assert walkthrough.index_of(*position) == index


def test_groups_read_their_own_channels_only() -> None:
    walkthrough = case((3, 3), channels=4, filters=6, groups=2).walkthrough()
    assert [walkthrough.channels_of(k) for k in range(6)] == [range(2)] * 3 + [range(2, 4)] * 3
    assert [step.channel_names for step in walkthrough[::3]] == [("1", "2"), ("3", "4")]


def test_negative_indices_count_from_the_end_and_slices_are_steps() -> None:
    walkthrough = case().walkthrough()
    assert walkthrough[-1].output == (0, 2, 3)
    assert walkthrough[-len(walkthrough)].output == (0, 0, 0)
    assert [step.index for step in walkthrough[8:2:-3]] == [8, 5]
    assert list(walkthrough[99:]) == []


@pytest.mark.parametrize("index", [12, -13, 10**9])
def test_an_index_out_of_range_is_one_sentence(index: int) -> None:
    walkthrough = case().walkthrough()
    with pytest.raises(IndexError) as caught:
        walkthrough[index]
    assert str(caught.value) == f"step {index} of a walkthrough of 12 steps: take 0 to 11"


def test_a_step_of_an_empty_walkthrough_says_that_there_are_none() -> None:
    walkthrough = case((2, 2)).walkthrough()
    with pytest.raises(IndexError, match="has no steps"):
        walkthrough[0]


@pytest.fixture
def nothing_computed_at_once(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Make whole outputs impossible, and list the outputs whose window is looked up."""
    looked_up: list[int] = []
    taps = Axis.taps

    def counted(axis: Axis, output: int) -> tuple[int, ...]:
        looked_up.append(output)
        return taps(axis, output)

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("the whole output was computed")

    monkeypatch.setattr(ops, "conv2d", refuse)
    monkeypatch.setattr(Axis, "taps", counted)
    return looked_up


def test_a_late_step_of_a_large_picture_touches_its_own_window_only(
    nothing_computed_at_once: list[int],
) -> None:
    generator = np.random.default_rng(0)
    picture = generator.random((1, 1, 1000, 1000), dtype=np.float32)
    weight = generator.random((1, 1, 3, 3), dtype=np.float32)
    walkthrough = ConvolutionWalkthrough(picture, weight, padding=1)
    assert len(walkthrough) == 1_000_000
    step = walkthrough[700_123]
    assert step.output == (0, 700, 123)
    window = picture[0, 0, 699:702, 122:125].astype(np.float64)
    assert np.array_equal(step.patch[0], window)
    assert step.value == pytest.approx(float((window * weight[0, 0]).sum()), rel=1e-12)
    assert step.data["value"] == step.value
    assert step.caption
    assert nothing_computed_at_once == [700, 123]


def test_the_first_and_the_last_step_take_as_many_operations(
    nothing_computed_at_once: list[int],
) -> None:
    walkthrough = case((40, 40), channels=2, filters=3).walkthrough()
    for index in (0, len(walkthrough) - 1, len(walkthrough) // 2):
        nothing_computed_at_once.clear()
        assert walkthrough[index].products.size == 18
        assert len(nothing_computed_at_once) == 2


@given(cases())
def test_an_input_cell_feeds_the_outputs_whose_windows_hold_it(of: Case) -> None:
    walkthrough = of.walkthrough()
    if walkthrough.problem:
        return
    (top, bottom), (left, right) = walkthrough.pads
    height, width = of.input.shape[2:]
    maps, channel = walkthrough.filters, walkthrough.channels_of(0).start
    first_map = walkthrough[: len(walkthrough) // maps]
    for row in range(-top, height + bottom):
        for column in range(-left, width + right):
            rows, columns = walkthrough.fed_by(row, column)
            told = {(i, j) for i in rows for j in columns}
            found = {
                step.output[1:]
                for step in first_map
                if channel in step.channels and row in step.rows and column in step.columns
            }
            assert told == found


@given(cases())
def test_unvisited_rows_and_columns_are_those_of_no_window(of: Case) -> None:
    walkthrough = of.walkthrough()
    if walkthrough.problem:
        assert walkthrough.unvisited == ((), ())
        return
    for axis, size in enumerate(of.input.shape[2:]):
        seen: set[int] = set()
        for step in walkthrough:
            seen |= set((step.rows, step.columns)[axis])
        assert walkthrough.unvisited[axis] == tuple(n for n in range(size) if n not in seen)


def test_every_field_of_the_data_survives_json() -> None:
    walkthrough = case(channels=2, filters=2, padding=1, seed=3).walkthrough()
    for step in walkthrough:
        data = json.loads(json.dumps(dict(step.data)))
        assert set(data) == {
            "step", "output", "rows", "columns", "channels", "inputs", "weights", "products",
            "partial_sums", "bias", "value", "caption",
        }  # fmt: skip
        assert data["step"] == step.index
        assert data["output"] == list(step.output)
        again = np.array(data["inputs"]) * np.array(data["weights"])
        assert again.tolist() == data["products"]
        assert again.sum(axis=(1, 2)).tolist() == data["partial_sums"]
        assert again.sum() + data["bias"] == data["value"]
        assert data["caption"] == step.caption
        assert (len(data["rows"]), len(data["columns"])) == again.shape[1:]
        assert len(data["channels"]) == again.shape[0]


def test_a_layer_without_bias_says_null() -> None:
    step = case(bias=False).walkthrough()[0]
    assert json.loads(json.dumps(dict(step.data)))["bias"] is None
    assert step.value == step.products.sum()


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (case((2, 5)), "A filter of 3 does not fit into an input of 2"),
        (case((5, 3), dilation=(1, 2)), "spans 5 positions"),
        (case((1, 1), kernel=(4, 4), padding=1), "padded to 3"),
    ],
)
def test_a_filter_larger_than_the_picture_leaves_no_steps_and_a_sentence(
    of: Case, words: str
) -> None:
    walkthrough = of.walkthrough()
    assert len(walkthrough) == 0
    assert list(walkthrough) == []
    assert words in walkthrough.problem
    assert walkthrough.problem.endswith(".")
    assert walkthrough.map_size == (0, 0)
    assert walkthrough.output.shape == (1, 0, 0)
    assert walkthrough.pads == ((0, 0), (0, 0))
    assert walkthrough.problem in text_of(walkthrough.formulas[0])
    with pytest.raises(ShapeError, match="does not fit"):
        _ = walkthrough.axes


def test_the_padding_that_the_sentence_recommends_makes_it_fit() -> None:
    for size in (1, 2, 3):
        problem = case((size, size), kernel=(6, 6)).walkthrough().problem
        needed = int(problem.split("a padding of ")[1].split()[0])
        fitting = case((size, size), kernel=(6, 6), padding=needed).walkthrough()
        assert not fitting.problem
        assert case((size, size), kernel=(6, 6), padding=needed - 1).walkthrough().problem


def array(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Zeros."""
    return np.zeros(shape, dtype=np.float32)


@pytest.mark.parametrize(
    ("arrays", "groups", "words"),
    [
        ((array(4, 4), array(1, 1, 3, 3), None), 1, r"input has shape \(4, 4\)"),
        ((array(2, 1, 4, 4), array(1, 1, 3, 3), None), 1, "give one picture"),
        ((array(1, 1, 4, 4), array(3, 3), None), 1, r"weight has shape \(3, 3\)"),
        ((array(1, 3, 4, 4), array(4, 1, 3, 3), None), 2, "groups 2 must divide both the 3"),
        ((array(1, 2, 4, 4), array(2, 2, 3, 3), None), 0, "groups 0 must divide"),
        ((array(1, 3, 4, 4), array(2, 1, 3, 3), None), 1, "each filter has 1 channels"),
        ((array(1, 1, 4, 4), array(2, 1, 3, 3), array(3)), 1, r"bias has shape \(3,\)"),
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(
    arrays: tuple[np.ndarray, np.ndarray, np.ndarray | None],
    groups: int,
    words: str,
) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        ConvolutionWalkthrough(*arrays, groups=groups)
    assert "\n" not in str(caught.value)


def test_integer_and_read_only_pictures_are_fine() -> None:
    picture = np.arange(16).reshape(1, 1, 4, 4)
    picture.flags.writeable = False
    weight = np.ones((1, 1, 2, 2), dtype=np.float32)
    walkthrough = ConvolutionWalkthrough(picture.astype(np.float32), weight)
    assert walkthrough[0].value == 0 + 1 + 4 + 5


def test_a_hole_in_the_picture_spoils_only_the_windows_that_hold_it() -> None:
    picture = np.ones((1, 1, 4, 4), dtype=np.float32)
    picture[0, 0, 0, 0] = np.nan
    walkthrough = ConvolutionWalkthrough(picture, np.ones((1, 1, 2, 2), dtype=np.float32))
    spoiled = [step.output[1:] for step in walkthrough if np.isnan(step.value)]
    assert spoiled == [(0, 0)]
    assert "nan" in text_of(walkthrough[0].sums[0])


def test_a_step_shows_itself_without_the_whole_picture() -> None:
    step = case().walkthrough()[0]
    assert isinstance(step, ConvolutionStep)
    assert "walkthrough" not in repr(step)


def test_title_and_sizes_can_be_asked_for() -> None:
    walkthrough = case((7, 9), channels=3, filters=2, kernel=(3, 5), padding=(1, 2)).walkthrough()
    assert walkthrough.title == "convolution"
    assert (walkthrough.channels, walkthrough.filters) == (3, 2)
    assert walkthrough.kernel_size == (3, 5)
    assert walkthrough.pads == ((1, 1), (2, 2))
    assert walkthrough.map_size == (7, 9)
    assert walkthrough.layer.parameters == (3 * 5 * 3 + 1) * 2
