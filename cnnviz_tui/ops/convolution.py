"""The convolutional layer: slide filters over a picture, at each place a dot product plus a bias.

What networks call convolution is cross-correlation: the kernel is not flipped.
"""

# ruff: noqa: A002 - the first argument is called `input`, as in PyTorch.
from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cnnviz_tui.ops._arguments import (
    FloatArray,
    IntOrPair,
    Padding,
    as_batch,
    as_gradient,
    common_dtype,
    like_input,
)
from cnnviz_tui.ops._correlation import (
    bias_gradient,
    check_bias,
    check_filters,
    correlate,
    correlate_transposed,
    correlate_weight,
)
from cnnviz_tui.ops._windows import WindowGrid, check_groups, convolution_grid, shape_of


def conv2d(
    input: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    stride: IntOrPair = 1,
    padding: Padding | str = 0,
    dilation: IntOrPair = 1,
    groups: int = 1,
) -> FloatArray:
    """Slide K filters over images, as `torch.nn.functional.conv2d` does.

    y[n, k, y, x] = b[k] + Σ over c, i, j of w[k, c, i, j] · x[n, c, y·S + i·D − P, x·S + j·D − P]

    Args:
        input: images (N, C, H, W), or one of them (C, H, W).
        weight: filters (K, C/groups, FH, FW).
        bias: (K,), or None.
        stride: distance between windows, an int or (vertical, horizontal).
        padding: zeros around the input: an int, (vertical, horizontal), ((top, bottom),
            (left, right)), "valid" for none, or "same" to keep the size at stride 1.
        dilation: distance between the cells of a window, an int or (vertical, horizontal).
        groups: into how many parts channels and filters are split, each part to itself.

    Returns:
        Feature maps (N, K, OH, OW), or (K, OH, OW) for an unbatched input.

    Raises:
        TypeError: An argument has none of these forms, or an array holds no real numbers.
        ValueError: Shapes that do not belong together, or windows that do not fit.
    """
    x, w, b, grid, count = _prepare(input, weight, bias, stride, padding, dilation, groups)
    with np.errstate(invalid="ignore", over="ignore"):
        maps = correlate(as_batch(x), w, grid, count)
        if b is not None:
            maps += b[:, np.newaxis, np.newaxis]
    return like_input(maps, x)


def conv2d_backward(
    grad_output: npt.ArrayLike,
    input: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    stride: IntOrPair = 1,
    padding: Padding | str = 0,
    dilation: IntOrPair = 1,
    groups: int = 1,
) -> tuple[FloatArray, FloatArray, FloatArray | None]:
    """Return the gradients of `conv2d` for input, weight and bias, given that of its output.

    With X the columns of im2col, Y = W·X + b, so for an upstream gradient G = dL/dY

        dL/dW = G·Xᵀ    each weight gathers G times what it saw, over all positions and images
        dL/dX = Wᵀ·G    each input cell gathers w·G from all windows that saw it
        dL/db = Σ G     over images and positions

    Args:
        grad_output: dL/dY, in the shape of the output.
        input, weight, bias, stride, padding, dilation, groups: as in `conv2d`.

    Returns:
        Gradients in the shapes of input, weight and bias; None for a bias that was not given.

    Raises:
        TypeError, ValueError: as `conv2d`, or grad_output has not the output's shape.
    """
    x, w, b, grid, count = _prepare(input, weight, bias, stride, padding, dilation, groups)
    g = as_gradient(grad_output, x.dtype, (*x.shape[:-3], len(w), *grid.output))
    images, maps = as_batch(x), as_batch(g, "grad_output")
    with np.errstate(invalid="ignore", over="ignore"):
        grad_input = correlate_transposed(maps, w, grid, count)
        grad_weight = correlate_weight(images, maps, grid, count)
        grad_bias = None if b is None else bias_gradient(maps)
    return like_input(grad_input, x), grad_weight, grad_bias


def _prepare(
    input: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike | None,
    stride: IntOrPair,
    padding: Padding | str,
    dilation: IntOrPair,
    groups: int,
) -> tuple[FloatArray, FloatArray, FloatArray | None, WindowGrid, int]:
    dtype = common_dtype(input=input, weight=weight, bias=bias)
    x, w = np.asarray(input, dtype), np.asarray(weight, dtype)
    b = None if bias is None else np.asarray(bias, dtype)
    channels = as_batch(x).shape[1]
    check_filters(w)
    check_bias(b, len(w))
    count = check_groups(groups, input=channels, output=len(w))
    if w.shape[1] * count != channels:
        raise ValueError(
            f"input has {channels} channels, but weight of shape {w.shape} with groups={count} "
            f"reads {w.shape[1] * count}; give the input {w.shape[1] * count} channels, or weight "
            f"the shape {(len(w), channels // count, *w.shape[2:])}."
        )
    grid = convolution_grid(shape_of(x), shape_of(w), stride, padding, dilation)
    return x, w, b, grid, count
