"""The transposed convolution: spread each input number over a window of the output.

It is the gradient of a convolution taken as an operation of its own: where the convolution
gathers a window into one cell, this one spreads one cell over a window, so a stride enlarges.
"""

# ruff: noqa: A002 - the first argument is called `input`, as in PyTorch.
from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cnnviz_tui.ops._arguments import (
    FloatArray,
    IntOrPair,
    Padding,
    Pair,
    as_batch,
    as_gradient,
    common_dtype,
    like_input,
    pair,
)
from cnnviz_tui.ops._correlation import (
    bias_gradient,
    check_bias,
    check_filters,
    correlate,
    correlate_transposed,
    correlate_weight,
)
from cnnviz_tui.ops._windows import (
    WindowGrid,
    check_groups,
    convolution_sides,
    extent,
    shape_of,
)


def conv_transpose2d(
    input: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    stride: IntOrPair = 1,
    padding: Padding | str = 0,
    output_padding: IntOrPair = 0,
    groups: int = 1,
    dilation: IntOrPair = 1,
) -> FloatArray:
    """Spread maps over a larger picture, as `torch.nn.functional.conv_transpose2d` does.

    OH = (H − 1)·S − P + D·(FH − 1) + output_padding + 1, with P the padding of both ends together.

    Args:
        input: maps (N, C, H, W), or (C, H, W).
        weight: (C, K/groups, FH, FW): the weight of the convolution from K to C channels that
            this one transposes.
        bias: (K,), or None.
        stride: distance between the windows in the output, an int or (vertical, horizontal).
        padding: cells cut off the output: an int, (vertical, horizontal), ((top, bottom),
            (left, right)), "valid" for none, or "same" to keep the size at stride 1 (PyTorch has
            no words here; these transpose the convolutions with the same words).
        output_padding: cells added at the bottom and right, less than the stride or dilation.
        groups: into how many parts the channels are split, each part to itself.
        dilation: distance between the cells of a window.

    Returns:
        Pictures (N, K, OH, OW), or (K, OH, OW) for an unbatched input.

    Raises:
        TypeError: An argument has none of these forms, or an array holds no real numbers.
        ValueError: Shapes that do not belong together, or an output without cells.
    """
    x, w, b, grid, count = _prepare(
        input, weight, bias, stride, padding, output_padding, groups, dilation
    )
    with np.errstate(invalid="ignore", over="ignore"):
        pictures = correlate_transposed(as_batch(x), w, grid, count)
        if b is not None:
            pictures += b[:, np.newaxis, np.newaxis]
    return like_input(pictures, x)


def conv_transpose2d_backward(
    grad_output: npt.ArrayLike,
    input: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    stride: IntOrPair = 1,
    padding: Padding | str = 0,
    output_padding: IntOrPair = 0,
    groups: int = 1,
    dilation: IntOrPair = 1,
) -> tuple[FloatArray, FloatArray, FloatArray | None]:
    """Return the gradients of `conv_transpose2d` for input, weight and bias.

    y = Wᵀ·x, where W is a convolution written as one matrix. So with G = dL/dy

        dL/dx = W·G         the convolution itself, applied to the gradient
        dL/dW = x·Gᵀ        as for the convolution, with input and gradient in exchanged roles
        dL/db = Σ G         over pictures and positions

    Args:
        grad_output: dL/dy, in the shape of the output.
        input, weight, bias, stride, padding, output_padding, groups, dilation: as in
            `conv_transpose2d`.

    Returns:
        Gradients in the shapes of input, weight and bias; None for a bias that was not given.

    Raises:
        TypeError, ValueError: as `conv_transpose2d`, or grad_output has not the output's shape.
    """
    x, w, b, grid, count = _prepare(
        input, weight, bias, stride, padding, output_padding, groups, dilation
    )
    g = as_gradient(grad_output, x.dtype, (*x.shape[:-3], w.shape[1] * count, *grid.size))
    maps, pictures = as_batch(x), as_batch(g, "grad_output")
    with np.errstate(invalid="ignore", over="ignore"):
        grad_input = correlate(pictures, w, grid, count)
        grad_weight = correlate_weight(pictures, maps, grid, count)
        grad_bias = None if b is None else bias_gradient(pictures)
    return like_input(grad_input, x), grad_weight, grad_bias


def _prepare(
    input: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike | None,
    stride: IntOrPair,
    padding: Padding | str,
    output_padding: IntOrPair,
    groups: int,
    dilation: IntOrPair,
) -> tuple[FloatArray, FloatArray, FloatArray | None, WindowGrid, int]:
    dtype = common_dtype(input=input, weight=weight, bias=bias)
    x, w = np.asarray(input, dtype), np.asarray(weight, dtype)
    b = None if bias is None else np.asarray(bias, dtype)
    channels = as_batch(x).shape[1]
    check_filters(w)
    if len(w) != channels:
        raise ValueError(
            f"input has {channels} channels, but weight of shape {w.shape} reads {len(w)}; the "
            "first axis of a transposed convolution's weight counts the channels of its input."
        )
    count = check_groups(groups, input=channels)
    check_bias(b, w.shape[1] * count)
    grid = _transposed_grid(shape_of(x), shape_of(w), stride, padding, output_padding, dilation)
    return x, w, b, grid, count


def _transposed_grid(
    size: Pair,
    kernel: Pair,
    stride: IntOrPair,
    padding: Padding | str,
    output_padding: IntOrPair,
    dilation: IntOrPair,
) -> WindowGrid:
    """Return the windows of the convolution whose output has `size`, over the picture before it."""
    strides = pair(stride, "stride", 1)
    dilations = pair(dilation, "dilation", 1)
    sides = convolution_sides(padding, kernel, strides, dilations)
    extra = pair(output_padding, "output_padding")
    if any(e >= max(s, d) for e, s, d in zip(extra, strides, dilations, strict=True)):
        raise ValueError(
            f"output_padding must be smaller than the stride or the dilation, got {extra} for "
            f"stride {strides} and dilation {dilations}; choose less, or a larger stride."
        )
    height, width = (
        (n - 1) * s - sum(side) + extent(f, d) + e
        for n, f, s, d, side, e in zip(size, kernel, strides, dilations, sides, extra, strict=True)
    )
    if min(height, width) < 1:
        raise ValueError(
            f"padding {sides} cuts off all of the {height + sum(sides[0])}×{width + sum(sides[1])} "
            "cells of the output on an axis; use less padding."
        )
    return WindowGrid((height, width), kernel, strides, dilations, sides, size)
