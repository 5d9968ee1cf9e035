"""Cross-correlation as matrix multiplication, and its two transposes.

im2col copies what the windows see into the columns of a matrix; then one matrix product per group
computes every output at once (Chellapilla, Puri, Simard 2006). With X the columns, W the weights as
a matrix of one row per filter and Y = W·X the outputs, the chain rule gives dX = Wᵀ·dY and
dW = dY·Xᵀ. These three products are all that the convolution, the transposed convolution and
their gradients consist of.

Columns take F·F times the room of the picture, so a batch is worked through in blocks of samples.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cnnviz_tui.ops._arguments import FloatArray
from cnnviz_tui.ops._windows import WindowGrid

BLOCK_BYTES = 2**22
"""How large the columns of a block get; LeNet and VGG layers hardly gain from larger ones."""


def correlate(images: FloatArray, weight: FloatArray, grid: WindowGrid, groups: int) -> FloatArray:
    """Slide filters (K, C/G, FH, FW) over images (N, C, H, W): maps (N, K, OH, OW)."""
    filters, rows, positions = len(weight), weight[0].size, grid.output[0] * grid.output[1]
    matrix = weight.reshape(groups, filters // groups, rows)
    maps = np.empty((len(images), filters, *grid.output), images.dtype)
    for block in _blocks(images, grid):
        columns = _columns(images[block], grid, groups)
        count = columns.shape[-1] // positions
        product = matrix @ columns  # (G, K/G, C/G·FH·FW) @ (G, C/G·FH·FW, N·OH·OW)
        maps[block] = product.reshape(filters, count, *grid.output).swapaxes(0, 1)
    return maps


def correlate_transposed(
    maps: FloatArray, weight: FloatArray, grid: WindowGrid, groups: int
) -> FloatArray:
    """Spread maps (N, K, OH, OW) back over the images (N, C, H, W) that they came from: Wᵀ·Y."""
    filters, channels = len(weight), weight.shape[1] * groups
    matrix = weight.reshape(groups, filters // groups, weight[0].size).swapaxes(1, 2)
    images = np.empty((len(maps), channels, *grid.size), maps.dtype)
    for block in _blocks(images, grid):
        count = len(images[block])
        columns = matrix @ _rows(maps[block], groups)
        cells = columns.reshape(channels, -1, count, *grid.output)
        canvas = np.zeros((channels, count, *grid.canvas), maps.dtype)
        for cell, view in enumerate(grid.views(canvas)):
            view += cells[:, cell]
        images[block] = grid.crop(canvas).swapaxes(0, 1)
    return images


def correlate_weight(
    images: FloatArray, maps: FloatArray, grid: WindowGrid, groups: int
) -> FloatArray:
    """Correlate maps (N, K, OH, OW) with images (N, C, H, W): Y·Xᵀ, shaped (K, C/G, FH, FW)."""
    filters, channels = maps.shape[1], images.shape[1] // groups
    rows = channels * grid.kernel[0] * grid.kernel[1]
    matrix = np.zeros((groups, filters // groups, rows), images.dtype)
    for block in _blocks(images, grid):
        columns = _columns(images[block], grid, groups)
        matrix += _rows(maps[block], groups) @ columns.swapaxes(1, 2)
    return matrix.reshape(filters, channels, *grid.kernel)


def bias_gradient(maps: FloatArray) -> FloatArray:
    """Sum gradients (N, K, OH, OW) for each filter, (K,), in float64 for the sake of long sums."""
    return np.asarray(maps.sum(axis=(0, 2, 3), dtype=np.float64), maps.dtype)


def check_filters(weight: FloatArray) -> None:
    """Check that weight has four axes, none of them empty.

    Raises:
        ValueError: It has another shape.
    """
    if weight.ndim != 4 or 0 in weight.shape:
        raise ValueError(
            f"weight has shape {weight.shape}; expected four axes without a zero among them, the "
            "last two being the kernel's height and width: reshape it."
        )


def check_bias(bias: FloatArray | None, channels: int) -> None:
    """Check that bias, if there is one, has one number for each output channel.

    Raises:
        ValueError: It has another shape.
    """
    if bias is not None and bias.shape != (channels,):
        raise ValueError(
            f"bias has shape {bias.shape}, but the output has {channels} channels; "
            f"give it the shape ({channels},)."
        )


def _columns(images: FloatArray, grid: WindowGrid, groups: int) -> FloatArray:
    """Arrange what the windows see as a matrix for each group, (G, C/G·FH·FW, N·OH·OW)."""
    count, channels = images.shape[:2]
    cells = grid.kernel[0] * grid.kernel[1]
    canvas = grid.paste(images.swapaxes(0, 1))
    if cells == 1:
        columns = next(grid.views(canvas))[:, np.newaxis]  # a 1×1 kernel needs no copies
    else:
        columns = np.empty((channels, cells, count, *grid.output), images.dtype)
        for cell, view in enumerate(grid.views(canvas)):
            columns[:, cell] = view
    positions = grid.output[0] * grid.output[1]
    return columns.reshape(groups, channels // groups * cells, count * positions)


def _rows(maps: FloatArray, groups: int) -> FloatArray:
    """Arrange maps (N, K, OH, OW) as a matrix for each group, (G, K/G, N·OH·OW)."""
    count, filters, height, width = maps.shape
    return maps.swapaxes(0, 1).reshape(groups, filters // groups, count * height * width)


def _blocks(images: FloatArray, grid: WindowGrid) -> Iterator[slice]:
    """Cut a batch into blocks whose columns have about `BLOCK_BYTES`, or a sample each."""
    cells = grid.kernel[0] * grid.kernel[1] * grid.output[0] * grid.output[1]
    sample = images.shape[1] * cells * images.itemsize
    step = max(1, BLOCK_BYTES // sample)
    return (slice(start, start + step) for start in range(0, len(images), step))
