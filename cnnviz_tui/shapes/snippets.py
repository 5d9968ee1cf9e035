"""The same layer as code to paste: one line of PyTorch, one of Keras, a few of plain numpy.

Only what differs from the framework's defaults is written. Where a framework has no such layer,
layers that together compute the same numbers are chained; where it has none at all, the line is a
comment that says so.

PyTorch's names are ``from torch import nn``, Keras's ``import keras`` and
``from keras import layers``, with channels last.
"""

# Imports stand inside the functions: a one-off writes one kind of layer, and must be quick.

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from cnnviz_tui.shapes.layers import (
    AdaptivePooling,
    Convolution,
    Pooling,
    TransposedConvolution,
)

Snippable = Convolution | TransposedConvolution | Pooling | AdaptivePooling
"""The layers that can be written as code."""


def torch_line(layer: Snippable, sizes: Sequence[int]) -> str:
    """Return the layer as one line of PyTorch, ``nn.Conv2d(3, 10, kernel_size=5, padding=2)``.

    Args:
        layer: what to write.
        sizes: the spatial sizes of its input, on which the padding "same" depends.

    Raises:
        ShapeError: if the layer cannot take an input of these sizes.
    """
    match layer:
        case Convolution():
            from cnnviz_tui.shapes.code_convolution import torch_convolution

            return torch_convolution(layer, sizes)
        case TransposedConvolution():
            from cnnviz_tui.shapes.code_transposed import torch_transposed

            return torch_transposed(layer, sizes)
        case Pooling():
            from cnnviz_tui.shapes.code_pooling import torch_pooling

            return torch_pooling(layer, sizes)
        case AdaptivePooling():
            from cnnviz_tui.shapes.code_pooling import torch_adaptive

            return torch_adaptive(layer, sizes)
        case _:
            assert_never(layer)


def keras_line(layer: Snippable, sizes: Sequence[int]) -> str:
    """Return the layer as one line of Keras, ``layers.Conv2D(10, 5, padding="same")``.

    Keras's "same" is written only where it computes the same numbers as the layer.

    Args:
        layer: what to write.
        sizes: the spatial sizes of its input.

    Raises:
        ShapeError: if the layer cannot take an input of these sizes.
    """
    match layer:
        case Convolution():
            from cnnviz_tui.shapes.code_convolution import keras_convolution

            return keras_convolution(layer, sizes)
        case TransposedConvolution():
            from cnnviz_tui.shapes.code_transposed import keras_transposed

            return keras_transposed(layer, sizes)
        case Pooling():
            from cnnviz_tui.shapes.code_pooling import keras_pooling

            return keras_pooling(layer, sizes)
        case AdaptivePooling():
            from cnnviz_tui.shapes.code_pooling import keras_adaptive

            return keras_adaptive(layer, sizes)
        case _:
            assert_never(layer)


def numpy_lines(layer: Convolution, sizes: Sequence[int]) -> str:
    """Return a few lines of numpy that compute the convolution ``y`` of an input ``x``.

    They expect ``x`` of shape (C, H, W), weights ``w`` of shape (K, C/G, F, F) and, with a bias,
    ``b`` of shape (K,), all without one axis for a sequence, and leave (K, H', W') in ``y``.

    Raises:
        ShapeError: if the layer cannot take an input of these sizes.
    """
    from cnnviz_tui.shapes.code_numpy import numpy_convolution

    return numpy_convolution(layer, sizes)
