"""Pooling: shrink each feature map on its own by keeping one number for each window.

Nothing here has parameters to learn.
"""

# ruff: noqa: A002 - the first argument is called `input`, as in PyTorch.
from __future__ import annotations

from typing import Literal, overload

import numpy as np
import numpy.typing as npt

from cnnviz_tui.ops._arguments import (
    FloatArray,
    IntArray,
    IntOrPair,
    Padding,
    as_batch,
    as_gradient,
    common_dtype,
    flag,
    like_input,
    whole,
)
from cnnviz_tui.ops._places import add_at_places
from cnnviz_tui.ops._windows import WindowGrid, pooling_grid, shape_of


@overload
def max_pool2d(
    input: npt.ArrayLike,
    kernel_size: IntOrPair,
    stride: IntOrPair | None = None,
    padding: Padding = 0,
    dilation: IntOrPair = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
) -> FloatArray: ...


@overload
def max_pool2d(
    input: npt.ArrayLike,
    kernel_size: IntOrPair,
    stride: IntOrPair | None = None,
    padding: Padding = 0,
    dilation: IntOrPair = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
) -> tuple[FloatArray, IntArray]: ...


@overload
def max_pool2d(
    input: npt.ArrayLike,
    kernel_size: IntOrPair,
    stride: IntOrPair | None = None,
    padding: Padding = 0,
    dilation: IntOrPair = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> FloatArray | tuple[FloatArray, IntArray]: ...


def max_pool2d(
    input: npt.ArrayLike,
    kernel_size: IntOrPair,
    stride: IntOrPair | None = None,
    padding: Padding = 0,
    dilation: IntOrPair = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> FloatArray | tuple[FloatArray, IntArray]:
    """Keep the largest number of each window, as `torch.nn.functional.max_pool2d` does.

    Padding counts as −∞ and NaN as larger than everything. Of equal numbers the first counts, row
    by row.

    Args:
        input: feature maps (N, C, H, W), or (C, H, W).
        kernel_size: rows and columns of the window, an int or a pair.
        stride: distance between windows; None means kernel_size, so that windows tile the map.
        padding: an int, a pair or ((top, bottom), (left, right)), at most half the kernel.
        dilation: distance between the cells of a window.
        ceil_mode: let a last window hang over the end instead of leaving cells unvisited.
        return_indices: also return where each maximum stood.

    Returns:
        Maxima (N, C, OH, OW) or (C, OH, OW); with `return_indices` also int64 indices of the same
        shape, counted row by row within the map (y·W + x), −1 for a window that saw only padding.

    Raises:
        TypeError: An argument has none of these forms, or an array holds no real numbers.
        ValueError: Windows that do not fit, or too much padding.
    """
    x, grid = _prepare(input, kernel_size, stride, padding, dilation, ceil_mode)
    canvas = grid.paste(as_batch(x), -np.inf)
    maxima = _maxima(canvas, grid)
    if not flag(return_indices, "return_indices"):
        return like_input(maxima, x)
    indices = _first_places(maxima, canvas, grid)
    return like_input(maxima, x), indices if x.ndim == 4 else indices[0]


def max_pool2d_backward(
    grad_output: npt.ArrayLike,
    input: npt.ArrayLike,
    kernel_size: IntOrPair,
    stride: IntOrPair | None = None,
    padding: Padding = 0,
    dilation: IntOrPair = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> FloatArray:
    """Return the gradient of `max_pool2d` for its input.

    y = x[m] with m the place of the maximum, so dy/dx is 1 there and 0 elsewhere: each upstream
    number goes back to the cell that won, and a cell that won several windows gathers them all.

    Args:
        grad_output: gradient of the maxima, in their shape.
        input, kernel_size, stride, padding, dilation, ceil_mode: as in `max_pool2d`.
        return_indices: allowed, so that the forward's keywords fit; the indices have no gradient.

    Returns:
        Gradient in the input's shape.

    Raises:
        TypeError, ValueError: as `max_pool2d`, or grad_output has not the output's shape.
    """
    flag(return_indices, "return_indices")
    x, grid = _prepare(input, kernel_size, stride, padding, dilation, ceil_mode)
    g = as_gradient(grad_output, x.dtype, (*x.shape[:-2], *grid.output))
    canvas = grid.paste(as_batch(x), -np.inf)
    indices = _first_places(_maxima(canvas, grid), canvas, grid)
    return add_at_places(g, indices.reshape(g.shape), shape_of(x))


def avg_pool2d(
    input: npt.ArrayLike,
    kernel_size: IntOrPair,
    stride: IntOrPair | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> FloatArray:
    """Average each window, as `torch.nn.functional.avg_pool2d` does; padding adds zeros.

    Args:
        input: feature maps (N, C, H, W), or (C, H, W).
        kernel_size: rows and columns of the window, an int or a pair.
        stride: distance between windows; None means kernel_size.
        padding: an int, a pair or ((top, bottom), (left, right)), at most half the kernel.
        ceil_mode: let a last window hang over the end; what hangs over is never counted.
        count_include_pad: divide by all cells including padding, or by those of the map alone.
        divisor_override: divide by this whole number instead.

    Returns:
        Averages (N, C, OH, OW) or (C, OH, OW).

    Raises:
        TypeError: An argument has none of these forms, or an array holds no real numbers.
        ValueError: Windows that do not fit, too much padding, or a divisor of zero.
    """
    x, grid = _prepare(input, kernel_size, stride, padding, 1, ceil_mode)
    divisors = _divisors(grid, count_include_pad, divisor_override)
    with np.errstate(invalid="ignore", over="ignore"):
        averages = grid.sums(grid.paste(as_batch(x)))
        averages /= divisors
    return like_input(averages, x)


def avg_pool2d_backward(
    grad_output: npt.ArrayLike,
    input: npt.ArrayLike,
    kernel_size: IntOrPair,
    stride: IntOrPair | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> FloatArray:
    """Return the gradient of `avg_pool2d` for its input.

    y = Σ x / d, so dy/dx = 1/d for each cell of the window: every cell gathers G/d from all the
    windows that saw it.

    Args:
        grad_output: gradient of the averages, in their shape.
        input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override: as in
            `avg_pool2d`.

    Returns:
        Gradient in the input's shape.

    Raises:
        TypeError, ValueError: as `avg_pool2d`, or grad_output has not the output's shape.
    """
    x, grid = _prepare(input, kernel_size, stride, padding, 1, ceil_mode)
    divisors = _divisors(grid, count_include_pad, divisor_override)
    g = as_gradient(grad_output, x.dtype, (*x.shape[:-2], *grid.output))
    with np.errstate(invalid="ignore", over="ignore"):
        return grid.spread(g / divisors.astype(g.dtype)).copy()


def _maxima(canvas: FloatArray, grid: WindowGrid) -> FloatArray:
    """Return the maximum of each window, (N, C, OH, OW), as the maximum of strided views."""
    views = grid.views(canvas)
    maxima = next(views).copy()
    for view in views:
        np.maximum(maxima, view, out=maxima)
    return maxima


def _first_places(maxima: FloatArray, canvas: FloatArray, grid: WindowGrid) -> IntArray:
    """Return where each window's maximum stands first, as y·W + x; −1 if it saw only padding."""
    height, width = grid.size
    numbering = grid.paste(np.arange(height * width).reshape(height, width), -1)
    places = np.full(maxima.shape, -1, np.int64)
    views = zip(grid.views(canvas), grid.views(numbering), strict=True)
    # From the last cell of the window to the first, so that the first one is written last.
    for view, numbers in reversed(list(views)):
        wins = ((view == maxima) | np.isnan(view)) & (numbers >= 0)
        np.copyto(places, numbers, where=wins)
    return places


def _divisors(
    grid: WindowGrid, count_include_pad: bool, divisor_override: int | None
) -> FloatArray:
    """Return what each window's sum is divided by, (OH, OW) or one number for all.

    With `count_include_pad` that counts the cells of picture and padding, but not those that
    hang over in ceil mode (PyTorch's rule).
    """
    including_padding = flag(count_include_pad, "count_include_pad")
    if divisor_override is not None:
        divisor = whole(divisor_override, "divisor_override", -(2**31))
        if divisor == 0:
            raise ValueError(
                "divisor_override must not be 0; leave it out to divide by the number of cells."
            )
        return np.asarray(divisor, np.float64)
    counts = []
    for n, f, s, (before, after), windows in zip(
        grid.size, grid.kernel, grid.stride, grid.padding, grid.output, strict=True
    ):
        first, last = (-before, n + after) if including_padding else (0, n)
        starts = np.arange(windows) * s - before
        counts.append(np.minimum(starts + f, last) - np.maximum(starts, first))
    rows, columns = counts
    return np.asarray(rows[:, np.newaxis] * columns, np.float64)


def _prepare(
    input: npt.ArrayLike,
    kernel_size: IntOrPair,
    stride: IntOrPair | None,
    padding: Padding,
    dilation: IntOrPair,
    ceil_mode: bool,
) -> tuple[FloatArray, WindowGrid]:
    x = np.asarray(input, common_dtype(input=input))
    as_batch(x)
    return x, pooling_grid(shape_of(x), kernel_size, stride, padding, dilation, ceil_mode)
