"""Padding: put cells around an array, or cut some off.

Each axis is read at a list of positions; where the list says −1, the constant is put. The gradient
adds up, for each cell, what came from all the positions that read it.
"""

# ruff: noqa: A002 - the first argument is called `input`, as in PyTorch.
from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from cnnviz_tui.ops._arguments import (
    LARGEST,
    FloatArray,
    IntArray,
    as_gradient,
    common_dtype,
    is_sequence,
    number,
    whole,
)

Mode: TypeAlias = Literal["constant", "reflect", "replicate", "circular"]


def pad(
    input: npt.ArrayLike,
    pad: Sequence[int],
    mode: Mode = "constant",
    value: float | None = None,
) -> FloatArray:
    """Put cells around an array, as `torch.nn.functional.pad` does; a negative number cuts off.

    Args:
        input: array of any shape; PyTorch limits how many axes the modes other than "constant"
            pad, this does not.
        pad: (before, after) for the last axis, then for the one before it, and so on: for
            pictures (left, right, top, bottom).
        mode: "constant" puts `value`; "reflect" mirrors without repeating the edge; "replicate"
            repeats the edge; "circular" goes on at the other end.
        value: what "constant" puts, None means 0; other modes take none.

    Returns:
        The padded array.

    Raises:
        TypeError: An argument has none of these forms.
        ValueError: More axes than the input has, more cut off than there is, more mirrored or
            wrapped than there is, an unknown mode, or a value for a mode that takes none.
    """
    x = np.asarray(input, common_dtype(input=input))
    places, constant = _prepare(x.shape, pad, mode, value)
    padded = x.copy()
    for axis, read in places.items():
        padded = _read(padded, axis, read, constant)
    return padded


def pad_backward(
    grad_output: npt.ArrayLike,
    input: npt.ArrayLike,
    pad: Sequence[int],
    mode: Mode = "constant",
    value: float | None = None,
) -> FloatArray:
    """Return the gradient of `pad` for its input.

    y[i] = x[m(i)], so each x gathers the gradients of all the places where it was put; a constant
    has none, and what was cut off gets 0.

    Args:
        grad_output: upstream gradient, in the output's shape.
        input, pad, mode, value: as in `pad`.

    Returns:
        Gradient in the input's shape.

    Raises:
        TypeError, ValueError: as `pad`, or grad_output has not the output's shape.
    """
    x = np.asarray(input, common_dtype(input=input))
    places, _ = _prepare(x.shape, pad, mode, value)
    shape = tuple(len(places[axis]) if axis in places else n for axis, n in enumerate(x.shape))
    grad_input = as_gradient(grad_output, x.dtype, shape).copy()
    for axis, read in places.items():
        grad_input = _add_back(grad_input, axis, read, x.shape[axis])
    return grad_input


def _read(x: FloatArray, axis: int, places: IntArray, constant: float) -> FloatArray:
    """Return x read at places along an axis; the constant where a place is −1."""
    result = np.full((*x.shape[:axis], len(places), *x.shape[axis + 1 :]), constant, x.dtype)
    inside = places >= 0
    np.moveaxis(result, axis, 0)[inside] = np.moveaxis(x, axis, 0)[places[inside]]
    return result


def _add_back(g: FloatArray, axis: int, places: IntArray, size: int) -> FloatArray:
    """Add g up at its places along an axis of `size` cells: the transpose of `_read`."""
    result = np.zeros((*g.shape[:axis], size, *g.shape[axis + 1 :]), g.dtype)
    inside = np.flatnonzero(places >= 0)
    if inside.size:
        # Sorted by place, everything that belongs to one cell stands together.
        order = inside[np.argsort(places[inside], kind="stable")]
        cells, starts = np.unique(places[order], return_index=True)
        sums = np.add.reduceat(np.take(g, order, axis), starts, axis=axis, dtype=np.float64)
        np.moveaxis(result, axis, 0)[cells] = np.moveaxis(sums, axis, 0)
    return result


def _prepare(
    shape: tuple[int, ...], pad: Sequence[int], mode: str, value: float | None
) -> tuple[dict[int, IntArray], float]:
    """Return for each axis to be padded the places that it is read at, and the constant."""
    if not is_sequence(pad) or len(pad) % 2:
        raise TypeError(
            f"pad must be an even number of whole numbers, before and after for each axis from the "
            f"last one on, got {pad!r}; write it like pad=(1, 1, 2, 2)."
        )
    if len(pad) > 2 * len(shape):
        raise ValueError(
            f"pad has {len(pad)} numbers, but an input of shape {shape} takes at most "
            f"{2 * len(shape)}; give two for each axis."
        )
    if mode not in ("constant", "reflect", "replicate", "circular"):
        raise ValueError(
            f"mode must be 'constant', 'reflect', 'replicate' or 'circular', got {mode!r}; write "
            "mode='constant'."
        )
    constant = 0.0 if value is None else number(value, "value")
    if mode != "constant" and constant != 0:
        raise ValueError(f"mode={mode!r} takes no value, got value={constant}; leave it out.")
    amounts = [whole(amount, "pad", -LARGEST) for amount in pad]
    places = {}
    for step, (before, after) in enumerate(zip(amounts[::2], amounts[1::2], strict=True)):
        axis = len(shape) - 1 - step
        if before or after:
            places[axis] = _places(shape[axis], before, after, mode, axis)
    return places, constant


def _places(size: int, before: int, after: int, mode: str, axis: int) -> IntArray:
    """Return where a padded axis is read, −1 standing for the constant."""
    first, kept = max(-before, 0), size - max(-before, 0) - max(-after, 0)
    if kept < 0:
        raise ValueError(
            f"pad ({before}, {after}) cuts {size - kept} cells off axis {axis}, which has {size}; "
            "cut off less."
        )
    # Reflecting starts beyond the edge, which it leaves out; wrapping goes round the kept part.
    available = {"reflect": size - 1, "circular": kept, "replicate": LARGEST if size else 0}
    if max(before, after, 0) > available.get(mode, LARGEST):
        raise ValueError(
            f"pad ({before}, {after}) with mode={mode!r} needs more cells than axis {axis} has to "
            f"repeat, {max(available[mode], 0)}; pad less, or use mode='replicate' or 'constant'."
        )
    raw = np.arange(-before, size + after, dtype=np.int64)
    if mode == "reflect":
        return np.asarray(size - 1 - np.abs(size - 1 - np.abs(raw)))
    if mode == "replicate":
        return np.clip(raw, 0, max(size - 1, 0))
    if mode == "circular":
        return (raw - first) % max(kept, 1) + first
    return np.where((raw >= 0) & (raw < size), raw, -1)
