"""What is measured on the way: receptive fields, memory, the batch, unknown sizes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.networks.operations.base import MisfitError
from cnnviz_tui.networks.operations.dense import Linear, Norm
from cnnviz_tui.networks.operations.joins import Combine, Concat
from cnnviz_tui.networks.operations.rearrange import Flatten, Reshape
from cnnviz_tui.networks.operations.windows import AdaptivePool, Conv, Pool
from cnnviz_tui.networks.sizes import BATCH, batched, size_text, split_batch
from cnnviz_tui.networks.trace import trace
from cnnviz_tui.shapes.layers import Convolution
from cnnviz_tui.shapes.receptive import receptive_fields


def fields(text: str, *sizes: int) -> list[tuple[int, ...] | None]:
    return [row.receptive_field for row in trace(text, [sizes]).layers]


def test_receptive_fields_grow_as_those_of_shapes_do() -> None:
    text = "conv 4 5 | relu | maxpool 2 | conv 8 3 dilation=2 | conv 8 3x1"
    layers = [Convolution(1, 1, 5), Convolution(1, 1, 2, 2), Convolution(1, 1, 3, dilation=2)]
    expected = receptive_fields([*layers, Convolution(1, 1, (3, 1))], (32, 32))
    assert fields(text, 1, 32, 32)[-1] == tuple(field.size for field in expected)


def test_a_join_sees_what_its_widest_branch_sees() -> None:
    assert fields("concat(conv 1 1, conv 1 3 pad=1 | conv 1 3 pad=1)", 1, 9, 9)[-1] == (5, 5)


def test_branches_that_move_differently_have_no_common_field() -> None:
    text = "add(conv 1 2 stride=2, upsample 2 | maxpool 4)"
    assert fields(text, 1, 8, 8)[-1] is None


def test_a_dense_layer_sees_the_whole_picture() -> None:
    assert fields("conv 2 3 | flatten | linear 5 | relu", 1, 9, 7)[-2:] == [(9, 7), (9, 7)]


def test_global_pooling_sees_through_all_its_positions() -> None:
    assert fields("conv 2 3 | globalavgpool", 1, 9, 9)[-1] == (9, 9)


def test_training_keeps_every_activation_and_a_gradient_for_each_parameter() -> None:
    result = trace("conv 2 1 bias=no | relu | flatten | linear 3 bias=no", [(1, 4, 4)])
    weights, activations = 2 + 32 * 3, 16 + 32 + 32 + 3
    memory = result.memory(batch=10)
    # Flatten is a view and needs no memory of its own.
    assert memory.training == 4 * (2 * weights + 10 * activations)
    # The largest set that lives at once: conv's output and relu's.
    assert memory.inference == 4 * (weights + 10 * 64)


def test_a_skipped_connection_stays_alive_until_it_is_added() -> None:
    plain = trace("conv 4 1 | conv 1 1 | conv 4 1", [(4, 8, 8)]).memory().inference
    skipped = trace("conv 4 1 | add(identity, conv 1 1 | conv 4 1)", [(4, 8, 8)])
    # While add runs: its output, its two inputs.
    assert skipped.memory().inference == 4 * (20 + 5 + 8 + 3 * 256)
    assert plain == 4 * (20 + 5 + 8 + 2 * 256)


def test_unknown_sizes_stay_unknown_and_known_ones_known() -> None:
    conv = Conv(out_channels=6, kernel_size=3, in_channels=4)
    measure = conv.measure(None)
    assert measure.output == (BATCH, 6, None, None)
    assert (measure.parameters, measure.macs) == (222, None)
    assert Conv(out_channels=6, kernel_size=3).measure(None).parameters is None
    assert Linear(out_features=3, in_features=7).measure((BATCH, None)).parameters == 24
    assert Flatten().measure((BATCH, 3, None)).output == (BATCH, None)
    assert Concat().measure((BATCH, 3, None), (BATCH, None, 5)).output == (BATCH, None, None)
    assert Combine().measure((BATCH, 3, None), (BATCH, 1, 5)).output == (BATCH, 3, 5)
    assert AdaptivePool(kind="avg", output_size=(2, None)).measure((BATCH, 3, None, 9)).output == (
        BATCH,
        3,
        2,
        None,
    )


@given(st.integers(1, 2**30), st.integers(0, 3))
def test_the_batch_can_always_be_told_from_sizes(size: int, power: int) -> None:
    assert split_batch(size * BATCH**power) == (power, size)


def test_sizes_with_a_batch_are_written_as_products() -> None:
    texts = [size_text(size) for size in (28, BATCH, 4 * BATCH, BATCH * BATCH, None)]
    assert texts == ["28", "B", "4·B", "B·B", "?"]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=4), st.integers(1, 60))
def test_a_view_fits_if_and_only_if_no_number_is_lost(sizes: list[int], row: int) -> None:
    numbers = 1
    for size in sizes:
        numbers *= size
    shape = batched(sizes)
    if numbers % row == 0:
        output = Reshape(sizes=(-1, row)).measure(shape).output
        assert output == (BATCH * (numbers // row), row)
    else:
        with pytest.raises(MisfitError):
            Reshape(sizes=(-1, row)).measure(shape)


@pytest.mark.parametrize(
    ("operation", "shapes", "reason"),
    [
        (Conv(out_channels=1, kernel_size=3, in_channels=3), [(BATCH, 8, 8, 3)], "channels last"),
        (Conv(out_channels=1, kernel_size=3, in_channels=3), [(BATCH, 4, 8, 8)], "channels"),
        (Conv(out_channels=4, kernel_size=3, groups=3), [(BATCH, 6, 8, 8)], "groups"),
        (Conv(out_channels=4, kernel_size=3), [(BATCH, 6)], "axes"),
        (Conv(out_channels=4, kernel_size=9), [(BATCH, 1, 8, 8)], "vanishes"),
        (Pool(kind="max", kernel_size=3), [(BATCH, 1, 2, 2)], "vanishes"),
        (Linear(out_features=1, in_features=5), [(BATCH, 6)], "features"),
        (Linear(out_features=1, in_features=6), [(BATCH, 6, 1, 1)], "not flat"),
        (Linear(out_features=1, in_features=6), [(2 * BATCH, 3)], "batch"),
        (Linear(out_features=1), [(BATCH,)], "axes"),
        (Norm(features=4), [(BATCH, 5, 2, 2)], "channels"),
        (Norm(axes=(4,)), [(BATCH, 5)], "axes"),
        (Concat(), [(BATCH, 5, 2), (BATCH, 5, 3)], "join"),
        (Concat(axis=9), [(BATCH, 5, 2)], "axes"),
        (Combine(), [(BATCH, 5), (BATCH, 6)], "join"),
        (Reshape(sizes=(-1, -1)), [(BATCH, 6)], "view"),
    ],
)
def test_every_misfit_has_its_reason(
    operation: Conv, shapes: list[tuple[int, ...]], reason: str
) -> None:
    with pytest.raises(MisfitError) as caught:
        operation.measure(*shapes)
    assert caught.value.reason == reason
    assert str(caught.value).endswith(".")


@given(
    st.integers(1, 4), st.integers(1, 4), st.integers(1, 5), st.integers(0, 2), st.integers(5, 12)
)
def test_a_transposed_convolution_undoes_the_shape_of_a_convolution(
    channels: int, filters: int, window: int, padding: int, size: int
) -> None:
    forth = Conv(out_channels=filters, kernel_size=window, padding=padding)
    shape = batched((channels, size, size))
    there = forth.measure(shape)
    back = Conv(out_channels=channels, kernel_size=window, padding=padding, transposed=True)
    again = back.measure(there.output)
    assert again.output == shape
    # The same weights at the same pairs of positions.
    assert again.macs == there.macs
