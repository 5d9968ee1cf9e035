"""Shapes of tensors, with a batch of any size and with sizes that nobody knows.

A shape is a tuple of sizes as frameworks print it, batch first: ``(BATCH, 6, 28, 28)``. ``None``
stands for a size that could not be followed; a shape that is ``None`` altogether has an unknown
number of axes too.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TypeAlias

Shape: TypeAlias = tuple[int | None, ...]
"""The sizes of all axes, the batch included."""

BATCH = 2**61 - 1
"""The size of the batch axis.

It stands for any number of pictures. A prime larger than every other size keeps arithmetic on
sizes exact: a product is a multiple of it if and only if the batch is a factor, so one can tell
``4 · batch`` from every honest size, after any ``view``, ``//`` and ``*``.
"""

LARGEST_SIZE = 2**40
"""No axis may be longer; a longer one is a slip or an attack, and would hide the batch."""


def split_batch(size: int) -> tuple[int, int]:
    """Return how often the batch is a factor of a size, and what is left: ``4·B`` is (1, 4)."""
    power = 0
    while size and size % BATCH == 0:
        size //= BATCH
        power += 1
    return power, size


def has_batch(shape: Shape | None) -> bool:
    """Return whether the first axis is the batch, and nothing but the batch."""
    return bool(shape) and shape is not None and shape[0] == BATCH


def without_batch(shape: Shape) -> Shape:
    """Return the shape of one picture; a first axis that is not the batch alone stays."""
    return shape[1:] if has_batch(shape) else shape


def count(shape: Shape | None) -> int | None:
    """Return how many numbers one picture has in a tensor of this shape, None if unknown."""
    if shape is None:
        return None
    known = [size for size in shape if size is not None]
    if len(known) < len(shape):
        return None
    return split_batch(prod(known))[1]


def size_text(size: int | None) -> str:
    """Return a size for people: ``28``, ``B`` for the batch, ``4·B``, ``?`` if unknown."""
    if size is None:
        return "?"
    power, rest = split_batch(size)
    factors = [str(rest)] * (rest != 1 or not power) + ["B"] * power
    return "·".join(factors).replace("-", "−")


def shape_text(shape: Shape | None) -> str:
    """Return the shape of one picture for people: ``6×28×28``."""
    if shape is None:
        return "?"
    return "×".join(map(size_text, without_batch(shape))) or "one number"


def shape_list(shape: Shape | None) -> list[int | str | None] | None:
    """Return the shape of one picture for JSON; sizes with a batch in them become words."""
    if shape is None:
        return None
    return [
        size if size is None or split_batch(size)[0] == 0 else size_text(size)
        for size in without_batch(shape)
    ]


def batched(sizes: Sequence[int]) -> Shape:
    """Return the shape of a batch of pictures that have these sizes each."""
    return (BATCH, *sizes)
