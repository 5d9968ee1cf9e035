"""Layers written as code: what stands in the line, and what the numpy lines compute."""

from __future__ import annotations

import ast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz_tui import ops
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.layers import (
    AdaptivePooling,
    Convolution,
    Pooling,
    TransposedConvolution,
)
from cnnviz_tui.shapes.snippets import Snippable, keras_line, numpy_lines, torch_line
from tests.shapes.strategies import convolutions

PICTURE = (32, 32)


@pytest.mark.parametrize(
    ("layer", "torch", "keras"),
    [
        (
            Convolution(3, 10, 5, padding=2),
            "nn.Conv2d(3, 10, kernel_size=5, padding=2)",
            'layers.Conv2D(10, 5, padding="same")',
        ),
        (
            Convolution(3, 10, (3, 5), stride=(2, 1), bias=False),
            "nn.Conv2d(3, 10, kernel_size=(3, 5), stride=(2, 1), bias=False)",
            "layers.Conv2D(10, (3, 5), strides=(2, 1), use_bias=False)",
        ),
        (
            Convolution(4, 8, 3, dilation=2, groups=2),
            "nn.Conv2d(4, 8, kernel_size=3, dilation=2, groups=2)",
            "layers.Conv2D(8, 3, dilation_rate=2, groups=2)",
        ),
        (
            Convolution(3, 10, 4, padding="same"),
            'nn.Conv2d(3, 10, kernel_size=4, padding="same")',
            'layers.Conv2D(10, 4, padding="same")',
        ),
        # Keras's "same" would put one zero at the end, not one on each side.
        (
            Convolution(3, 10, 3, stride=2, padding=1),
            "nn.Conv2d(3, 10, kernel_size=3, stride=2, padding=1)",
            "keras.Sequential([layers.ZeroPadding2D(1), layers.Conv2D(10, 3, strides=2)])",
        ),
        (
            Convolution(3, 10, 3, stride=2, padding="same"),
            "nn.Sequential(nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(3, 10, kernel_size=3, stride=2))",
            'layers.Conv2D(10, 3, strides=2, padding="same")',
        ),
        (
            Convolution(3, 10, 5, padding=((1, 2), (0, 3))),
            "nn.Sequential(nn.ZeroPad2d((0, 3, 1, 2)), nn.Conv2d(3, 10, kernel_size=5))",
            "keras.Sequential([layers.ZeroPadding2D(((1, 2), (0, 3))), layers.Conv2D(10, 5)])",
        ),
        (
            Convolution(3, 10, 3, stride=2, dilation=2),
            "nn.Conv2d(3, 10, kernel_size=3, stride=2, dilation=2)",
            "keras.Sequential([layers.Conv2D(10, 3, dilation_rate=2), "
            "layers.MaxPooling2D(1, strides=2)])",
        ),
        (Pooling("max", 2), "nn.MaxPool2d(kernel_size=2)", "layers.MaxPooling2D(2)"),
        (
            Pooling("avg", 3, stride=2),
            "nn.AvgPool2d(kernel_size=3, stride=2)",
            "layers.AveragePooling2D(3, strides=2)",
        ),
        (
            Pooling("max", 3, stride=2, ceil_mode=True),
            "nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)",
            'layers.MaxPooling2D(3, strides=2, padding="same")',
        ),
        (
            Pooling("max", 3, stride=2, padding=1),
            "nn.MaxPool2d(kernel_size=3, stride=2, padding=1)",
            "keras.Sequential([layers.Lambda(lambda x: keras.ops.pad(x, ((0, 0), (1, 1), (1, 1), "
            '(0, 0)), constant_values=float("-inf"))), layers.MaxPooling2D(3, strides=2)])',
        ),
        # A padding of zeros counts in PyTorch's average, and not in that of Keras's "same".
        (
            Pooling("avg", 3, stride=1, padding=1),
            "nn.AvgPool2d(kernel_size=3, stride=1, padding=1)",
            "keras.Sequential([layers.ZeroPadding2D(1), layers.AveragePooling2D(3, strides=1)])",
        ),
        (
            Pooling("max", 3, stride=1, dilation=2),
            "nn.MaxPool2d(kernel_size=3, stride=1, dilation=2)",
            "# Keras has no max pooling with dilation",
        ),
        (
            Pooling("max", 3, padding=((1, 0), (1, 0))),
            'nn.Sequential(nn.ConstantPad2d((1, 0, 1, 0), float("-inf")), '
            "nn.MaxPool2d(kernel_size=3))",
            "keras.Sequential([layers.Lambda(lambda x: keras.ops.pad(x, ((0, 0), (1, 0), (1, 0), "
            '(0, 0)), constant_values=float("-inf"))), layers.MaxPooling2D(3)])',
        ),
        (
            TransposedConvolution(3, 10, 4, stride=2, padding=1),
            "nn.ConvTranspose2d(3, 10, kernel_size=4, stride=2, padding=1)",
            'layers.Conv2DTranspose(10, 4, strides=2, padding="same")',
        ),
        (
            TransposedConvolution(3, 10, 3, stride=2, padding=1, output_padding=1),
            "nn.ConvTranspose2d(3, 10, kernel_size=3, stride=2, padding=1, output_padding=1)",
            "keras.Sequential([layers.Conv2DTranspose(10, 3, strides=2, output_padding=1), "
            "layers.Cropping2D(1)])",
        ),
        (
            TransposedConvolution(3, 10, 3, padding=((1, 0), (0, 0))),
            "nn.Sequential(nn.ConvTranspose2d(3, 10, kernel_size=3), nn.ZeroPad2d((0, 0, -1, 0)))",
            "keras.Sequential([layers.Conv2DTranspose(10, 3), "
            "layers.Cropping2D(((1, 0), (0, 0)))])",
        ),
        (
            TransposedConvolution(4, 8, 3, groups=2),
            "nn.ConvTranspose2d(4, 8, kernel_size=3, groups=2)",
            "# Keras has no groups in Conv2DTranspose; use one layer a group and concatenate",
        ),
        (
            AdaptivePooling("avg", 1),
            "nn.AdaptiveAvgPool2d(1)",
            "layers.GlobalAveragePooling2D(keepdims=True)",
        ),
        (
            AdaptivePooling("max", (8, 4)),
            "nn.AdaptiveMaxPool2d((8, 4))",
            "layers.MaxPooling2D((4, 8))",
        ),
        (
            AdaptivePooling("avg", 7),
            "nn.AdaptiveAvgPool2d(7)",
            "layers.AdaptiveAveragePooling2D(7)  # Keras 3.13 or newer",
        ),
    ],
)
def test_lines_to_paste(layer: Snippable, torch: str, keras: str) -> None:
    assert torch_line(layer, PICTURE) == torch
    assert keras_line(layer, PICTURE) == keras
    # Both are Python.
    ast.parse(torch)
    ast.parse(keras)


def test_lines_for_a_sequence() -> None:
    layer = Convolution(1, 2, (3,), padding=((1, 0),), rank=1)
    assert torch_line(layer, (9,)) == (
        "nn.Sequential(nn.ZeroPad1d((1, 0)), nn.Conv1d(1, 2, kernel_size=3))"
    )
    assert keras_line(layer, (9,)) == (
        "keras.Sequential([layers.ZeroPadding1D((1, 0)), layers.Conv1D(2, 3)])"
    )
    assert torch_line(Pooling("max", 2, rank=1), (9,)) == "nn.MaxPool1d(kernel_size=2)"
    transposed = TransposedConvolution(1, 2, 3, stride=2, rank=1)
    assert keras_line(transposed, (9,)) == "layers.Conv1DTranspose(2, 3, strides=2)"


def test_a_layer_that_does_not_fit_has_no_code() -> None:
    for write in (torch_line, keras_line, numpy_lines):
        with pytest.raises(ShapeError, match="does not fit"):
            write(Convolution(1, 1, 9), (7, 7))


@settings(max_examples=40)
@given(convolutions(), st.integers(0, 2**32 - 1))
def test_the_numpy_lines_compute_the_convolution(
    case: tuple[Convolution, tuple[int, ...]], seed: int
) -> None:
    layer, sizes = case
    random = np.random.default_rng(seed)
    x = random.integers(-9, 9, (layer.in_channels, *sizes)).astype(np.float32)
    w = random.integers(
        -9, 9, (layer.out_channels, layer.in_channels // layer.groups, *layer.window)
    ).astype(np.float32)
    b = random.integers(-9, 9, layer.out_channels).astype(np.float32)
    names: dict[str, object] = {"x": x, "w": w, "b": b}
    exec(numpy_lines(layer, sizes), names)  # noqa: S102

    # A sequence is a picture of one row.
    flat = (1,) * (2 - layer.rank)
    axes = layer.axes(sizes)
    sides = ((0, 0),) * (2 - layer.rank) + tuple((a.before, a.after) for a in axes)
    expected = ops.conv2d(
        x.reshape(1, layer.in_channels, *flat, *sizes),
        w.reshape(*w.shape[:2], *flat, *layer.window),
        b if layer.bias else None,
        stride=(*flat, *(a.stride for a in axes)),
        padding=sides,
        dilation=(*flat, *(a.dilation for a in axes)),
        groups=layer.groups,
    )
    y = names["y"]
    assert isinstance(y, np.ndarray)
    channels, out = layer.output(layer.in_channels, sizes)
    assert y.shape == (channels, *out)
    np.testing.assert_array_equal(y.ravel(), expected.ravel())
