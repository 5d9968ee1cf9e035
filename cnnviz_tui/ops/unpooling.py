"""Max unpooling: put the maxima of a pooling back where they stood.

Max pooling can tell where its numbers came from; Zeiler and Fergus (2013), who look back through
a network this way, call those places switches.
"""

# ruff: noqa: A002 - the first argument is called `input`, as in PyTorch.
from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cnnviz_tui.ops._arguments import (
    FloatArray,
    IntArray,
    IntOrPair,
    Padding,
    Pair,
    as_batch,
    as_gradient,
    as_numbers,
    common_dtype,
    four_sides,
    is_sequence,
    pair,
    whole,
)
from cnnviz_tui.ops._windows import pooling_stride, shape_of


def max_unpool2d(
    input: npt.ArrayLike,
    indices: npt.ArrayLike,
    kernel_size: IntOrPair,
    stride: IntOrPair | None = None,
    padding: Padding = 0,
    output_size: Sequence[int] | None = None,
) -> FloatArray:
    """Put maxima back where they stood, zeros elsewhere, as `torch.nn.functional.max_unpool2d`.

    Args:
        input: maxima (N, C, H, W) or (C, H, W).
        indices: their places, as `max_pool2d` returns them, in the same shape. Where one place
            is named twice, the later number stays.
        kernel_size, stride, padding: as they were given to `max_pool2d`.
        output_size: (height, width), or all four numbers, where several sizes pool to the same;
            None means (H − 1)·S − 2·P + F.

    Returns:
        Maps (N, C, OH, OW) or (C, OH, OW).

    Raises:
        TypeError: An argument has none of these forms, or an array holds no real numbers.
        ValueError: An index outside the output, another shape of indices, or an output size that
            could not have been pooled to this input.
    """
    x, places, size = _prepare(input, indices, kernel_size, stride, padding, output_size)
    maps = np.zeros((*x.shape[:-2], size[0] * size[1]), x.dtype)
    flat = (*x.shape[:-2], x.shape[-2] * x.shape[-1])
    np.put_along_axis(maps, places.reshape(flat), x.reshape(flat), axis=-1)
    return maps.reshape(*x.shape[:-2], *size)


def max_unpool2d_backward(
    grad_output: npt.ArrayLike,
    input: npt.ArrayLike,
    indices: npt.ArrayLike,
    kernel_size: IntOrPair,
    stride: IntOrPair | None = None,
    padding: Padding = 0,
    output_size: Sequence[int] | None = None,
) -> FloatArray:
    """Return the gradient of `max_unpool2d` for its input; indices are places and have none.

    y[m] = x, so dx is the upstream gradient read at m.

    Args:
        grad_output: gradient of the maps, in their shape.
        input, indices, kernel_size, stride, padding, output_size: as in `max_unpool2d`.

    Returns:
        Gradient in the input's shape.

    Raises:
        TypeError, ValueError: as `max_unpool2d`, or grad_output has not the output's shape.
    """
    x, places, size = _prepare(input, indices, kernel_size, stride, padding, output_size)
    g = as_gradient(grad_output, x.dtype, (*x.shape[:-2], *size))
    flat = places.reshape(*x.shape[:-2], x.shape[-2] * x.shape[-1])
    read = np.take_along_axis(g.reshape(*x.shape[:-2], size[0] * size[1]), flat, axis=-1)
    return read.reshape(x.shape)


def _prepare(
    input: npt.ArrayLike,
    indices: npt.ArrayLike,
    kernel_size: IntOrPair,
    stride: IntOrPair | None,
    padding: Padding,
    output_size: Sequence[int] | None,
) -> tuple[FloatArray, IntArray, Pair]:
    """Return maxima, their places, and rows and columns of the maps to put them in."""
    x = np.asarray(input, common_dtype(input=input))
    as_batch(x)
    numbers = as_numbers(indices, "indices")
    if numbers.dtype.kind not in "iu":
        raise TypeError(
            f"indices must be whole numbers, got dtype {numbers.dtype}; pass what "
            "max_pool2d(..., return_indices=True) returned."
        )
    if numbers.shape != x.shape:
        raise ValueError(
            f"indices has shape {numbers.shape}, but input has shape {x.shape}; give each maximum "
            "its index."
        )
    places = numbers.astype(np.int64)
    size = _output_size(shape_of(x), kernel_size, stride, padding, output_size)
    outside = places[(places < 0) | (places >= size[0] * size[1])]
    if outside.size:
        raise ValueError(
            f"indices contains {outside[0]}, but an output of {size[0]}×{size[1]} has places 0 to "
            f"{size[0] * size[1] - 1}; pass the indices of the same pooling, or its output_size."
        )
    return x, places, size


def _output_size(
    size: Pair,
    kernel_size: IntOrPair,
    stride: IntOrPair | None,
    padding: Padding,
    output_size: Sequence[int] | None,
) -> Pair:
    kernel = pair(kernel_size, "kernel_size", 1)
    strides = pooling_stride(stride, kernel)
    sides = four_sides(padding)
    usual = [
        (n - 1) * s - sum(side) + f
        for n, f, s, side in zip(size, kernel, strides, sides, strict=True)
    ]
    if output_size is None:
        wanted = usual
    elif is_sequence(output_size) and len(output_size) in (2, 4):
        wanted = [whole(n, "output_size", 1) for n in output_size[-2:]]
    else:
        raise TypeError(
            f"output_size must be (height, width) or all four sizes, got {output_size!r}; write it "
            "like output_size=(28, 28)."
        )
    if min(wanted) < 1:
        raise ValueError(
            f"padding {sides} leaves nothing of the output on an axis; pass the arguments of the "
            "pooling that is undone."
        )
    if any(abs(n - m) >= s for n, m, s in zip(wanted, usual, strides, strict=True)):
        raise ValueError(
            f"output_size {tuple(wanted)} cannot have been pooled to {size} with kernel_size "
            f"{kernel} and stride {strides}; choose sizes less than a stride away from "
            f"{tuple(usual)}."
        )
    return wanted[0], wanted[1]
