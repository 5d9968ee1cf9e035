"""Where the windows of a convolution or pooling lie: one picture of it for all operations.

A window visits the picture at regular places. Everything that slides is written as a short loop
over the F·F cells of the kernel: for one such cell, the input cells that all windows see through
it form a strided view of the (padded) picture. No loop ever runs over pixels or over the batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from cnnviz_tui.ops._arguments import (
    FloatArray,
    IntOrPair,
    Padding,
    Pair,
    Sides,
    flag,
    four_sides,
    pair,
    whole,
)

Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True, slots=True)
class WindowGrid:
    """The windows of one sliding operation over pictures of one size.

    Output cell (y, x) looks through kernel cell (i, j) at the cell (y·S + i·D, x·S + j·D) of the
    canvas: the picture with its padding around it.

    Attributes:
        size: rows and columns of the picture.
        kernel: rows and columns of the window.
        stride: distance between neighbouring windows.
        dilation: distance between neighbouring cells of one window.
        padding: ((top, bottom), (left, right)), in cells.
        output: how many windows there are from top to bottom and from left to right.
    """

    size: Pair
    kernel: Pair
    stride: Pair
    dilation: Pair
    padding: Sides
    output: Pair

    @property
    def canvas(self) -> Pair:
        """Rows and columns of the padded picture, with room for windows that hang over its end."""
        rows, columns = (
            max(
                before + size + after,
                (output - 1) * stride + extent(kernel, dilation),
            )
            for size, kernel, stride, dilation, (before, after), output in zip(
                self.size,
                self.kernel,
                self.stride,
                self.dilation,
                self.padding,
                self.output,
                strict=True,
            )
        )
        return rows, columns

    def paste(self, pictures: npt.NDArray[Scalar], fill: float = 0) -> npt.NDArray[Scalar]:
        """Lay pictures (..., H, W) on a canvas filled with `fill`; itself if there is no border."""
        if self.canvas == self.size:
            return pictures
        canvas = np.full((*pictures.shape[:-2], *self.canvas), fill, pictures.dtype)
        self.crop(canvas)[...] = pictures
        return canvas

    def crop(self, canvas: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
        """Return the part of a canvas where the picture lies, as a view (..., H, W)."""
        (top, _), (left, _) = self.padding
        height, width = self.size
        return canvas[..., top : top + height, left : left + width]

    def views(self, canvas: npt.NDArray[Scalar]) -> Iterator[npt.NDArray[Scalar]]:
        """Yield, for each kernel cell row by row, what all windows see through it (..., OH, OW)."""
        for rows in self._cells(0):
            for columns in self._cells(1):
                yield canvas[..., rows, columns]

    def sums(self, canvas: FloatArray) -> FloatArray:
        """Add up each window: first along columns, then along rows; (..., OH, OW), fresh.

        A window is a rectangle, so FH + FW additions replace FH·FW, and rounding shrinks likewise.
        """
        strips = np.zeros((*canvas.shape[:-2], self.output[0], canvas.shape[-1]), canvas.dtype)
        for rows in self._cells(0):
            strips += canvas[..., rows, :]
        totals = np.zeros((*canvas.shape[:-2], *self.output), canvas.dtype)
        for columns in self._cells(1):
            totals += strips[..., columns]
        return totals

    def spread(self, values: FloatArray) -> FloatArray:
        """Add each window's value (..., OH, OW) to all its cells: the transpose of `sums`.

        Returns:
            The part where the picture lies, (..., H, W).
        """
        rows_of_canvas, columns_of_canvas = self.canvas
        strips = np.zeros((*values.shape[:-1], columns_of_canvas), values.dtype)
        for columns in self._cells(1):
            strips[..., columns] += values
        canvas = np.zeros((*values.shape[:-2], rows_of_canvas, columns_of_canvas), values.dtype)
        for rows in self._cells(0):
            canvas[..., rows, :] += strips
        return self.crop(canvas)

    def _cells(self, axis: int) -> list[slice]:
        """Return the slice of the canvas' axis that each kernel row (axis 0) or column sees."""
        stride = self.stride[axis]
        length = (self.output[axis] - 1) * stride + 1
        starts = (cell * self.dilation[axis] for cell in range(self.kernel[axis]))
        return [slice(start, start + length, stride) for start in starts]


def extent(kernel: int, dilation: int) -> int:
    """Return how many cells a dilated kernel reaches over, D·(F − 1) + 1."""
    return dilation * (kernel - 1) + 1


def convolution_grid(
    size: Pair,
    kernel: Pair,
    stride: IntOrPair,
    padding: Padding | str,
    dilation: IntOrPair,
) -> WindowGrid:
    """Place a convolution's windows: ⌊(N + P − D·(F − 1) − 1) / S⌋ + 1 of them on each axis.

    Raises:
        TypeError: An argument has none of the forms allowed.
        ValueError: A stride or dilation below 1, a negative padding, "same" with a stride, an
            unknown word, or a kernel larger than the padded picture.
    """
    strides = pair(stride, "stride", 1)
    dilations = pair(dilation, "dilation", 1)
    sides = convolution_sides(padding, kernel, strides, dilations)
    output = tuple(
        (n + sum(side) - extent(f, d)) // s + 1
        for n, f, s, d, side in zip(size, kernel, strides, dilations, sides, strict=True)
    )
    if min(output) < 1:
        raise ValueError(_too_large(size, kernel, dilations, sides))
    return WindowGrid(size, kernel, strides, dilations, sides, (output[0], output[1]))


def convolution_sides(padding: Padding | str, kernel: Pair, stride: Pair, dilation: Pair) -> Sides:
    """Return ((top, bottom), (left, right)), with "same" and "valid" turned into numbers.

    "same" adds D·(F − 1) cells in all, so that a stride of 1 keeps the size; if that is odd, the
    extra one goes to the end, as in PyTorch.

    Raises:
        TypeError: `padding` has none of the forms allowed.
        ValueError: An unknown word, "same" with a stride, or a negative side.
    """
    if not isinstance(padding, str):
        return four_sides(padding)
    if padding == "valid":
        return (0, 0), (0, 0)
    if padding != "same":
        raise ValueError(
            f"padding must be 'same', 'valid' or numbers, got {padding!r}; write padding='same'."
        )
    if stride != (1, 1):
        raise ValueError(
            f"padding='same' needs stride 1, got stride {stride}; give the padding in numbers."
        )
    totals = [extent(f, d) - 1 for f, d in zip(kernel, dilation, strict=True)]
    vertical, horizontal = ((total // 2, total - total // 2) for total in totals)
    return vertical, horizontal


def pooling_grid(
    size: Pair,
    kernel_size: IntOrPair,
    stride: IntOrPair | None,
    padding: Padding,
    dilation: IntOrPair,
    ceil_mode: bool,
) -> WindowGrid:
    """Place a pooling's windows; a stride of None (or an empty one) is the kernel's own size.

    With `ceil_mode`, a last window may hang over the end of the padded picture, as long as it
    starts inside the picture or the padding before it.

    Raises:
        TypeError: An argument has none of the forms allowed.
        ValueError: A kernel, stride or dilation below 1, padding of more than half the kernel, or
            a kernel larger than the padded picture.
    """
    kernel = pair(kernel_size, "kernel_size", 1)
    strides = pooling_stride(stride, kernel)
    dilations = pair(dilation, "dilation", 1)
    sides = four_sides(padding)
    if any(max(side) > f // 2 for side, f in zip(sides, kernel, strict=True)):
        raise ValueError(
            f"padding must be at most half of kernel_size on each side, got padding {sides} for "
            f"kernel_size {kernel}; pad less, or use a larger kernel."
        )
    up = flag(ceil_mode, "ceil_mode")
    output = []
    for n, f, s, d, (before, after) in zip(size, kernel, strides, dilations, sides, strict=True):
        room = before + n + after - extent(f, d)
        windows = (room + (s - 1 if up else 0)) // s + 1
        if up and (windows - 1) * s >= n + before:
            windows -= 1
        output.append(windows)
    if min(output) < 1:
        raise ValueError(_too_large(size, kernel, dilations, sides))
    return WindowGrid(size, kernel, strides, dilations, sides, (output[0], output[1]))


def pooling_stride(stride: IntOrPair | None, kernel: Pair) -> Pair:
    """Return a pooling's stride; None or an empty sequence stand for the kernel's own size."""
    if stride is None or (isinstance(stride, (tuple, list)) and not stride):
        return kernel
    return pair(stride, "stride", 1)


def check_groups(groups: object, **channels: int) -> int:
    """Return the number of groups, once it divides each of the numbers of channels.

    Raises:
        TypeError: It is not a whole number.
        ValueError: It is below 1 or leaves a remainder.
    """
    count = whole(groups, "groups", 1)
    for name, amount in channels.items():
        if amount % count:
            raise ValueError(
                f"groups={count} does not divide the {amount} channels of {name}; choose a divisor "
                f"of {amount}."
            )
    return count


def _too_large(size: Pair, kernel: Pair, dilation: Pair, sides: Sides) -> str:
    padded = [n + sum(side) for n, side in zip(size, sides, strict=True)]
    reach = [extent(f, d) for f, d in zip(kernel, dilation, strict=True)]
    dilated = f", dilated to {reach[0]}×{reach[1]}," if dilation != (1, 1) else ""
    return (
        f"the kernel of {kernel[0]}×{kernel[1]}{dilated} is larger than the padded input of "
        f"{padded[0]}×{padded[1]}; use a smaller kernel or more padding."
    )


def shape_of(array: npt.NDArray[Any]) -> Pair:
    """Return the rows and columns of pictures (..., H, W)."""
    return array.shape[-2], array.shape[-1]
