"""Every windowed operation once more, as slow and as obvious as can be: loops over single numbers.

Nothing here is shared with the package. Images are (N, C, H, W); paddings are
((top, bottom), (left, right)); everything else is a pair (vertical, horizontal).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Pair = tuple[int, int]
Sides = tuple[Pair, Pair]


def padded_size(size: Pair, sides: Sides) -> Pair:
    (top, bottom), (left, right) = sides
    return size[0] + top + bottom, size[1] + left + right


def padded(images: Array, sides: Sides) -> Array:
    """Copy images number by number into a larger array of zeros."""
    count, channels, height, width = images.shape
    (top, _), (left, _) = sides
    result = np.zeros((count, channels, *padded_size((height, width), sides)))
    for n, c, y, x in np.ndindex(*images.shape):
        result[n, c, y + top, x + left] = images[n, c, y, x]
    return result


def conv2d(
    images: Array,
    weight: Array,
    bias: Array | None,
    stride: Pair,
    sides: Sides,
    dilation: Pair,
    groups: int,
) -> Array:
    """Slide each filter over the channels of its group, one product at a time."""
    count, _, height, width = images.shape
    filters, depth, rows, columns = weight.shape
    framed = padded(images, sides)
    tall, wide = padded_size((height, width), sides)
    out_height = (tall - dilation[0] * (rows - 1) - 1) // stride[0] + 1
    out_width = (wide - dilation[1] * (columns - 1) - 1) // stride[1] + 1
    result = np.zeros((count, filters, out_height, out_width))
    for n, k, y, x in np.ndindex(*result.shape):
        group = k // (filters // groups)
        total = 0.0 if bias is None else float(bias[k])
        for c, i, j in np.ndindex(depth, rows, columns):
            row = y * stride[0] + i * dilation[0]
            column = x * stride[1] + j * dilation[1]
            total += weight[k, c, i, j] * framed[n, group * depth + c, row, column]
        result[n, k, y, x] = total
    return result


def conv_transpose2d(
    images: Array,
    weight: Array,
    bias: Array | None,
    stride: Pair,
    sides: Sides,
    output_padding: Pair,
    dilation: Pair,
    groups: int,
) -> Array:
    """Stamp the kernel, times each input number, onto a canvas; then cut the padding off."""
    count, channels, height, width = images.shape
    _, depth, rows, columns = weight.shape
    tall = (height - 1) * stride[0] + dilation[0] * (rows - 1) + 1 + output_padding[0]
    wide = (width - 1) * stride[1] + dilation[1] * (columns - 1) + 1 + output_padding[1]
    canvas = np.zeros((count, depth * groups, tall, wide))
    for n, c, y, x in np.ndindex(*images.shape):
        group = c // (channels // groups)
        for k, i, j in np.ndindex(depth, rows, columns):
            row = y * stride[0] + i * dilation[0]
            column = x * stride[1] + j * dilation[1]
            canvas[n, group * depth + k, row, column] += images[n, c, y, x] * weight[c, k, i, j]
    if bias is not None:
        for k in range(depth * groups):
            canvas[:, k] += bias[k]
    (top, bottom), (left, right) = sides
    return canvas[:, :, top : tall - bottom, left : wide - right]


def pooled_length(
    cells: int, kernel: int, stride: int, sides: Pair, dilation: int, ceil_mode: bool
) -> int:
    """Count windows by walking along the axis."""
    before, after = sides
    reach = dilation * (kernel - 1) + 1
    windows, start = 0, -before
    while (
        # A window may hang over if the one before it left cells out, and if it starts in time.
        start - stride + reach < cells + after and start < cells
        if ceil_mode
        else start + reach <= cells + after
    ):
        windows, start = windows + 1, start + stride
    return windows


def window_cells(
    place: Pair, size: Pair, kernel: Pair, stride: Pair, sides: Sides, dilation: Pair
) -> Iterator[Pair]:
    """Yield the cells of one window that lie in the picture, row by row."""
    for i, j in np.ndindex(*kernel):
        row = place[0] * stride[0] + i * dilation[0] - sides[0][0]
        column = place[1] * stride[1] + j * dilation[1] - sides[1][0]
        if 0 <= row < size[0] and 0 <= column < size[1]:
            yield row, column


def max_pool2d(
    images: Array, kernel: Pair, stride: Pair, sides: Sides, dilation: Pair, ceil_mode: bool
) -> tuple[Array, npt.NDArray[np.int64]]:
    """Look at each window cell by cell, keeping the largest number and the first place of it."""
    size = images.shape[2], images.shape[3]
    output = [
        pooled_length(*axis, ceil_mode)
        for axis in zip(size, kernel, stride, sides, dilation, strict=True)
    ]
    shape = (*images.shape[:2], *output)
    maxima, places = np.full(shape, -math.inf), np.full(shape, -1, np.int64)
    for n, c, y, x in np.ndindex(*shape):
        for row, column in window_cells((y, x), size, kernel, stride, sides, dilation):
            if places[n, c, y, x] < 0 or images[n, c, row, column] > maxima[n, c, y, x]:
                maxima[n, c, y, x] = images[n, c, row, column]
                places[n, c, y, x] = row * size[1] + column
    return maxima, places


def avg_pool2d(
    images: Array,
    kernel: Pair,
    stride: Pair,
    sides: Sides,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Array:
    """Add up each window cell by cell, and count what it is divided by cell by cell."""
    size = images.shape[2], images.shape[3]
    output = [
        pooled_length(*axis, 1, ceil_mode) for axis in zip(size, kernel, stride, sides, strict=True)
    ]
    averages = np.zeros((*images.shape[:2], *output))
    for n, c, y, x in np.ndindex(*averages.shape):
        total, in_picture, with_padding = 0.0, 0, 0
        for i, j in np.ndindex(*kernel):
            row, column = y * stride[0] + i - sides[0][0], x * stride[1] + j - sides[1][0]
            if row < size[0] + sides[0][1] and column < size[1] + sides[1][1]:
                with_padding += 1
        for row, column in window_cells((y, x), size, kernel, stride, sides, (1, 1)):
            total += images[n, c, row, column]
            in_picture += 1
        counted = with_padding if count_include_pad else in_picture
        averages[n, c, y, x] = total / (divisor_override or counted)
    return averages


def adaptive_regions(images: Array, output: Pair) -> Iterator[tuple[int, int, int, int, Array]]:
    """Yield n, c, y, x and the part of the picture that belongs to that output cell."""
    count, channels, height, width = images.shape
    for n, c, y, x in np.ndindex(count, channels, *output):
        rows = slice(math.floor(y * height / output[0]), math.ceil((y + 1) * height / output[0]))
        columns = slice(math.floor(x * width / output[1]), math.ceil((x + 1) * width / output[1]))
        yield n, c, y, x, images[n, c, rows, columns]


def adaptive_avg_pool2d(images: Array, output: Pair) -> Array:
    result = np.zeros((*images.shape[:2], *output))
    for n, c, y, x, region in adaptive_regions(images, output):
        result[n, c, y, x] = region.mean()
    return result


def adaptive_max_pool2d(images: Array, output: Pair) -> Array:
    result = np.zeros((*images.shape[:2], *output))
    for n, c, y, x, region in adaptive_regions(images, output):
        result[n, c, y, x] = region.max()
    return result


def local_response_norm(images: Array, size: int, alpha: float, beta: float, k: float) -> Array:
    result = np.zeros_like(images)
    channels = images.shape[1]
    for n, c, y, x in np.ndindex(*images.shape):
        activity = 0.0
        for neighbour in range(c - size // 2, c + (size - 1) // 2 + 1):
            if 0 <= neighbour < channels:
                activity += images[n, neighbour, y, x] ** 2
        result[n, c, y, x] = images[n, c, y, x] / (k + alpha / size * activity) ** beta
    return result
