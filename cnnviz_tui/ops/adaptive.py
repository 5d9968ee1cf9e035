"""Adaptive pooling: the output size is fixed, the regions take whatever size that needs.

Output cell j of m looks at the cells from ⌊j·n/m⌋ to before ⌈(j+1)·n/m⌉ of the n input cells.
Regions cover everything, overlap where n is no multiple of m, and may be larger or smaller by one.
"""

# ruff: noqa: A002 - the first argument is called `input`, as in PyTorch.
from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias, overload

import numpy as np
import numpy.typing as npt

from cnnviz_tui.ops._arguments import (
    FloatArray,
    IntArray,
    Pair,
    as_batch,
    as_gradient,
    common_dtype,
    flag,
    is_sequence,
    pair,
)
from cnnviz_tui.ops._places import add_at_places
from cnnviz_tui.ops._windows import shape_of

OutputSize: TypeAlias = int | Sequence[int | None] | None


def adaptive_avg_pool2d(input: npt.ArrayLike, output_size: OutputSize) -> FloatArray:
    """Average regions to an output of fixed size, as `torch.nn.functional` does.

    Args:
        input: feature maps (N, C, H, W), or (C, H, W).
        output_size: rows and columns of the output, an int or a pair; None keeps the input's.

    Returns:
        Averages (N, C, OH, OW) or (C, OH, OW).

    Raises:
        TypeError: An argument has none of these forms, or an array holds no real numbers.
        ValueError: A size below 1, or an input of the wrong shape.
    """
    x, size = _prepare(input, output_size)
    with np.errstate(invalid="ignore", over="ignore"):
        sums = _region_sums(_region_sums(x, size[0], -2), size[1], -1)
        return np.asarray(sums / _areas(shape_of(x), size), x.dtype)


def adaptive_avg_pool2d_backward(
    grad_output: npt.ArrayLike, input: npt.ArrayLike, output_size: OutputSize
) -> FloatArray:
    """Return the gradient of `adaptive_avg_pool2d` for its input.

    Each cell gathers G / area from all regions that contain it. Region j contains cell i when
    j·n/m < i + 1 and i < (j+1)·n/m, that is, from j = ⌊i·m/n⌋ to before ⌈(i+1)·m/n⌉: the regions
    around a cell are adaptive regions again, with n and m exchanged, and so the same sum serves.

    Args:
        grad_output: gradient of the averages, in their shape.
        input, output_size: as in `adaptive_avg_pool2d`.

    Returns:
        Gradient in the input's shape.

    Raises:
        TypeError, ValueError: as `adaptive_avg_pool2d`, or grad_output has not the output's shape.
    """
    x, size = _prepare(input, output_size)
    g = as_gradient(grad_output, x.dtype, (*x.shape[:-2], *size))
    height, width = shape_of(x)
    with np.errstate(invalid="ignore", over="ignore"):
        shares = g / _areas((height, width), size)
        return np.asarray(_region_sums(_region_sums(shares, height, -2), width, -1), x.dtype)


@overload
def adaptive_max_pool2d(
    input: npt.ArrayLike, output_size: OutputSize, return_indices: Literal[False] = False
) -> FloatArray: ...


@overload
def adaptive_max_pool2d(
    input: npt.ArrayLike, output_size: OutputSize, return_indices: Literal[True]
) -> tuple[FloatArray, IntArray]: ...


@overload
def adaptive_max_pool2d(
    input: npt.ArrayLike, output_size: OutputSize, return_indices: bool = False
) -> FloatArray | tuple[FloatArray, IntArray]: ...


def adaptive_max_pool2d(
    input: npt.ArrayLike, output_size: OutputSize, return_indices: bool = False
) -> FloatArray | tuple[FloatArray, IntArray]:
    """Keep the largest number of each region, as `torch.nn.functional` does.

    NaN counts as larger than everything; of equal numbers the first counts, row by row.

    Args:
        input: feature maps (N, C, H, W), or (C, H, W).
        output_size: rows and columns of the output, an int or a pair; None keeps the input's.
        return_indices: also return where each maximum stood.

    Returns:
        Maxima (N, C, OH, OW) or (C, OH, OW); with `return_indices` also int64 indices of the same
        shape, counted row by row within the map (y·W + x).

    Raises:
        TypeError: An argument has none of these forms, or an array holds no real numbers.
        ValueError: A size below 1, or an input of the wrong shape.
    """
    x, size = _prepare(input, output_size)
    places = _places_of_maxima(x, size)
    flat = (*x.shape[:-2], size[0] * size[1])
    cells = x.reshape(*x.shape[:-2], x.shape[-2] * x.shape[-1])
    maxima = np.take_along_axis(cells, places.reshape(flat), axis=-1).reshape(places.shape)
    return (maxima, places) if flag(return_indices, "return_indices") else maxima


def adaptive_max_pool2d_backward(
    grad_output: npt.ArrayLike,
    input: npt.ArrayLike,
    output_size: OutputSize,
    return_indices: bool = False,
) -> FloatArray:
    """Return the gradient of `adaptive_max_pool2d` for its input.

    As in max pooling, each upstream number goes back to the cell that won.

    Args:
        grad_output: gradient of the maxima, in their shape.
        input, output_size: as in `adaptive_max_pool2d`.
        return_indices: allowed, so that the forward's keywords fit; the indices have no gradient.

    Returns:
        Gradient in the input's shape.

    Raises:
        TypeError, ValueError: as `adaptive_max_pool2d`, or grad_output has not the output's shape.
    """
    flag(return_indices, "return_indices")
    x, size = _prepare(input, output_size)
    g = as_gradient(grad_output, x.dtype, (*x.shape[:-2], *size))
    return add_at_places(g, _places_of_maxima(x, size), shape_of(x))


def _regions(cells: int, regions: int) -> tuple[IntArray, IntArray]:
    """Return where each region starts and where it has ended, two arrays (regions,)."""
    number = np.arange(regions, dtype=np.int64)
    return number * cells // regions, -((-(number + 1) * cells) // regions)


def _areas(size: Pair, output: Pair) -> npt.NDArray[np.float64]:
    """Return the number of cells of each region, (OH, OW)."""
    rows, columns = (
        end - start for start, end in (_regions(n, m) for n, m in zip(size, output, strict=True))
    )
    return np.asarray(rows[:, np.newaxis] * columns, np.float64)


def _region_sums(x: FloatArray, regions: int, axis: int) -> npt.NDArray[np.float64]:
    """Sum each of the regions along an axis, in float64."""
    starts, ends = _regions(x.shape[axis], regions)
    # reduceat sums from each index to the next: every other sum is a region's. It takes no index
    # past the end, hence one more cell.
    border = [(0, 0)] * x.ndim
    border[axis] = (0, 1)
    bounds = np.stack([starts, ends], axis=1).reshape(2 * regions)
    sums = np.add.reduceat(np.pad(x, border), bounds, axis=axis, dtype=np.float64)
    chosen: list[slice] = [slice(None)] * x.ndim
    chosen[axis] = slice(None, None, 2)
    return np.asarray(sums[tuple(chosen)])


def _places_of_maxima(x: FloatArray, size: Pair) -> IntArray:
    """Return where the maximum of each region stands first, as y·W + x, in the output's shape.

    All regions are read with the size of the largest; the shorter ones repeat their last cell,
    which changes neither the maximum nor which cell is the first to have it.
    """
    height, width = shape_of(x)
    rows, columns = (
        np.minimum(start[:, np.newaxis] + np.arange((end - start).max()), end[:, np.newaxis] - 1)
        for start, end in (_regions(height, size[0]), _regions(width, size[1]))
    )
    cells = rows[:, np.newaxis, :, np.newaxis] * width + columns[:, np.newaxis, :]
    cells = cells.reshape(*size, rows.shape[1] * columns.shape[1])  # (OH, OW, cells of a region)
    seen = x.reshape(*x.shape[:-2], height * width)[..., cells]
    winners = seen.argmax(axis=-1)  # NaN counts as the largest
    row, column = np.ogrid[: size[0], : size[1]]
    return np.asarray(cells[row, column, winners], np.int64)


def _prepare(input: npt.ArrayLike, output_size: OutputSize) -> tuple[FloatArray, Pair]:
    x = np.asarray(input, common_dtype(input=input))
    as_batch(x)
    wanted = list(output_size) if is_sequence(output_size) else [output_size, output_size]
    if len(wanted) == 2:
        wanted = [n if m is None else m for n, m in zip(shape_of(x), wanted, strict=True)]
    return x, pair(wanted, "output_size", 1)
