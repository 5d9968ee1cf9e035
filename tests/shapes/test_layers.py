"""Layers as values: the volume that comes out, the parameters and the cost."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.shapes.adaptive import AdaptiveAxis
from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.layers import (
    AdaptivePooling,
    Convolution,
    Layer,
    Pooling,
    TransposedConvolution,
)
from cnnviz_tui.shapes.transposed import TransposedAxis
from tests.shapes.strategies import convolutions


@given(convolutions())
def test_a_convolution_costs_what_one_counts_by_hand(
    case: tuple[Convolution, tuple[int, ...]],
) -> None:
    layer, sizes = case
    axes = layer.axes(sizes)
    places = list(product(*(range(axis.output) for axis in axes)))
    products = sum(
        len(list(product(*(axis.taps(i) for axis, i in zip(axes, place, strict=True)))))
        * (layer.in_channels // layer.groups)
        for place in places
        for _ in range(layer.out_channels)
    )
    assert layer.macs(sizes) == products
    channels, out = layer.output(layer.in_channels, sizes)
    assert (channels, out) == (layer.out_channels, tuple(axis.output for axis in axes))
    assert layer.activation_bytes(layer.in_channels, sizes) == 4 * channels * len(places)
    assert layer.parameters == layer.weights + layer.biases
    assert layer.biases == (channels if layer.bias else 0)


def test_rectangular_numbers_stand_for_height_and_width() -> None:
    layer = Convolution(2, 4, (3, 5), stride=(2, 1), padding=((1, 0), (2, 2)), dilation=(1, 2))
    assert layer.axes((7, 9)) == (Axis(7, 3, 2, 1, 0), Axis(9, 5, 1, 2, 2, 2))
    assert layer.output(2, (7, 9)) == (4, (3, 5))
    assert layer.weights == 3 * 5 * 2 * 4


def test_groups_share_out_the_channels() -> None:
    assert Convolution(4, 8, 3, groups=4).parameters == (3 * 3 * 1 + 1) * 8
    assert Convolution(4, 8, 3, groups=2, bias=False).parameters == 3 * 3 * 2 * 8


@given(
    st.integers(1, 9),
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(0, 2),
    st.integers(1, 3),
    st.integers(0, 2),
)
def test_a_transposed_convolution_takes_a_convolution_back(
    size: int, window: int, stride: int, padding: int, dilation: int, extra: int
) -> None:
    try:
        axis = TransposedAxis(size, window, stride, padding, padding, dilation, extra)
        forward = Axis(axis.output, window, stride, padding, padding, dilation)
    except ShapeError:
        return
    if extra < stride:
        assert forward.output == size


def test_a_transposed_convolution_counts_its_work_at_its_inputs() -> None:
    layer = TransposedConvolution(2, 3, 4, stride=2, padding=1)
    assert layer.output(2, (7, 7)) == (3, (14, 14))
    assert layer.macs((7, 7)) == 7 * 7 * 2 * 3 * 4 * 4
    assert layer.parameters == 2 * 3 * 4 * 4 + 3
    assert layer.changed(output_padding=(1, 0)).output(2, (7, 7)) == (3, (15, 14))


def test_pooling_learns_nothing_and_moves_by_its_window() -> None:
    layer = Pooling("max", 2)
    assert layer.output(6, (28, 28)) == (6, (14, 14))
    assert (layer.parameters, layer.weights, layer.biases, layer.macs((28, 28))) == (0, 0, 0, 0)
    assert Pooling("avg", 3, stride=2).output(6, (28, 28)) == (6, (13, 13))
    assert Pooling("avg", 3, stride=2, ceil_mode=True).output(6, (28, 28)) == (6, (14, 14))


@given(st.integers(1, 40), st.integers(1, 12))
def test_adaptive_regions_cover_the_input_in_order(size: int, outputs: int) -> None:
    axis = AdaptiveAxis(size, outputs)
    regions = [axis.region(i) for i in range(outputs)]
    assert {position for region in regions for position in region} == set(range(size))
    assert [region.start for region in regions] == sorted(region.start for region in regions)
    assert all(regions)
    lengths = {len(region) for region in regions}
    assert max(lengths) - min(lengths) <= 2
    if axis.even:
        assert lengths == {size // outputs}


def test_adaptive_pooling_gives_its_size_whatever_comes_in() -> None:
    layer = AdaptivePooling("avg", (7, 5))
    assert layer.output(512, (14, 13)) == layer.output(512, (31, 100)) == (512, (7, 5))
    assert layer.macs((14, 13)) == 0
    with pytest.raises(IndexError):
        AdaptiveAxis(7, 2).region(2)


def test_same_and_valid_are_paddings() -> None:
    assert Convolution(1, 1, 4, padding="same").output(1, (9, 9)) == (1, (9, 9))
    assert Convolution(1, 1, 4, padding="valid").output(1, (9, 9)) == (1, (6, 6))
    assert Convolution(1, 1, 4, stride=2, padding="same").output(1, (9, 9)) == (1, (5, 5))


@pytest.mark.parametrize(
    ("layer", "channels", "sizes", "sentence"),
    [
        (Convolution(3, 1, 3), 1, (7, 7), "The layer takes 3 channels, but the input has 1."),
        (Convolution(1, 1, 3), 1, (7,), "works on 2 spatial axes, but the input has 1."),
        (Convolution(1, 1, 9), 1, (7, 7), "A filter of 9 does not fit into an input of 7"),
        (Convolution(1, 1, 3, stride=0, padding="same"), 1, (7, 7), "The stride must be at least"),
        (Pooling("max", 3, padding=2), 1, (7, 7), "at most 1, half of its window of 3."),
        (Pooling("max", 3), 0, (7, 7), "The number of channels must be at least 1, not 0."),
        (TransposedConvolution(1, 1, 3, padding="same"), 1, (7, 7), "give it in numbers."),
        (TransposedConvolution(1, 1, 3, padding=9), 1, (7, 7), "cuts off the whole output of 9"),
        (TransposedConvolution(1, 1, 3, output_padding=1), 1, (7, 7), "must be smaller than the"),
    ],
)
def test_inputs_that_a_layer_cannot_take(
    layer: Layer, channels: int, sizes: tuple[int, ...], sentence: str
) -> None:
    with pytest.raises(ShapeError) as error:
        layer.output(channels, sizes)
    assert sentence in str(error.value)


def test_layers_that_make_no_sense_are_not_made() -> None:
    with pytest.raises(ShapeError, match="3 channels cannot be split into 2 equal groups"):
        Convolution(3, 4, 3, groups=2)
    with pytest.raises(ShapeError, match="1 filter cannot be split into 3 equal groups"):
        Convolution(3, 1, 3, groups=3)
    with pytest.raises(ShapeError, match="number of filters must be at least 1"):
        Convolution(3, 0, 3)
    with pytest.raises(ShapeError, match="filter size must be at least 1"):
        Pooling("max", 0)
    with pytest.raises(ShapeError, match="Average pooling has no dilation"):
        Pooling("avg", 3, dilation=2)
    with pytest.raises(ShapeError, match="output size must be at least 1"):
        AdaptivePooling("avg", 0)
