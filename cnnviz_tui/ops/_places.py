"""Adding numbers up at places that other numbers name: what the gradients of maxima do."""

from __future__ import annotations

import numpy as np

from cnnviz_tui.ops._arguments import FloatArray, IntArray, Pair


def add_at_places(values: FloatArray, places: IntArray, size: Pair) -> FloatArray:
    """Add values (..., OH, OW) up at their places within maps of `size`; a place of −1 is nowhere.

    The transpose of reading maps at places, summed in float64.

    Returns:
        Maps (..., H, W) in the dtype of the values.
    """
    maps = int(np.prod(values.shape[:-2], dtype=np.int64))
    cells = size[0] * size[1]
    flat = places.reshape(maps, places.shape[-2] * places.shape[-1])
    targets = flat + np.arange(maps, dtype=np.int64)[:, np.newaxis] * cells
    somewhere = flat >= 0
    sums = np.bincount(
        targets[somewhere], values.reshape(flat.shape)[somewhere], minlength=maps * cells
    )
    return sums.astype(values.dtype).reshape(*values.shape[:-2], *size)
