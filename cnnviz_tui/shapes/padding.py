"""What stands around the input: every way to say a padding, resolved to zeros per side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from cnnviz_tui.shapes.axis import per_axis, require_at_least
from cnnviz_tui.shapes.errors import ShapeError

Padding: TypeAlias = int | str | Sequence[int] | Sequence[Sequence[int]]
"""``"same"``, ``"valid"``, one int, one int per axis, or one (before, after) pair per axis."""

Sides: TypeAlias = tuple[tuple[int, int], ...]
"""The zeros (before, after) each spatial axis: ``((top, bottom), (left, right))``."""


def resolve_padding(
    padding: Padding,
    window: Sequence[int],
    stride: Sequence[int],
    dilation: Sequence[int],
    size: Sequence[int],
) -> Sides:
    """Return how many zeros stand before and after each axis.

    ``"same"`` gives ceil(N/S) outputs, with the odd zero at the end: PyTorch's rule where the
    stride is 1, and Keras's and TensorFlow's rule for larger strides, which PyTorch refuses.

    Args:
        padding: see ``Padding``.
        window: F, one number per axis, like ``stride``, ``dilation`` and ``size``.
        stride: S.
        dilation: D.
        size: N, the unpadded input.

    Raises:
        ShapeError: if the padding is negative, unknown, or does not match the number of axes.
    """
    rank = len(size)
    if padding == "valid":
        return ((0, 0),) * rank
    if padding == "same":
        return tuple(map(_same, size, window, stride, dilation))
    if isinstance(padding, str):
        raise ShapeError(f"The padding “{padding}” is neither a number, “same” nor “valid”.")
    sides = _four_sides(padding, rank)
    require_at_least(0, {"padding": min(side for pair in sides for side in pair)})
    return sides


def _same(size: int, window: int, stride: int, dilation: int) -> tuple[int, int]:
    """Return the zeros that give ceil(N/S) outputs; at stride 1 these are D(F − 1) in all."""
    outputs = -(-size // stride)
    total = max((outputs - 1) * stride + dilation * (window - 1) + 1 - size, 0)
    return total // 2, total - total // 2


def _four_sides(padding: int | Sequence[int] | Sequence[Sequence[int]], rank: int) -> Sides:
    """Return the pair (before, after) of each axis for a padding given in numbers."""
    if isinstance(padding, int):
        return ((padding, padding),) * rank
    numbers = [item for item in padding if isinstance(item, int)]
    if len(numbers) == len(padding):
        return tuple((one, one) for one in per_axis(numbers, rank, "padding"))
    pairs = [tuple(item) for item in padding if not isinstance(item, int)]
    if len(pairs) != rank or len(pairs) != len(padding) or any(len(pair) != 2 for pair in pairs):
        wanted = "left,right" if rank == 1 else "top,bottom,left,right"
        raise ShapeError(
            f"The padding of every side needs {2 * rank} numbers for this input: {wanted}."
        )
    return tuple((before, after) for before, after in pairs)
