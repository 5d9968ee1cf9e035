"""The classic filters of image processing, at any size, and what their answers mean.

Each kernel is built from its definition for whatever size is asked for, so that a person who
changes F sees the same idea larger, not another filter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a filter's answer tells about the picture under it, by the sign of the answer."""

    negative: str
    zero: str
    positive: str


@dataclass(frozen=True, slots=True)
class Kernel:
    """A filter that one can choose by name.

    Attributes:
        name: what one types and what files refer to.
        title: what people read.
        about: one sentence on what it does.
        meaning: how to read its answers; None where there is nothing to say in general.
        make: builds the (height, width) weights; the generator is only used by random kernels.
    """

    name: str
    title: str
    about: str
    meaning: Meaning | None
    make: Callable[[int, int, np.random.Generator], Array]


def binomial(size: int) -> Array:
    """Row `size - 1` of Pascal's triangle: (1), (1, 1), (1, 2, 1), ...: whole-number smoothing."""
    return np.array([comb(size - 1, i) for i in range(size)], dtype=np.float32)


def slope(size: int) -> Array:
    """Whole-number derivative weights, right minus left: (−1, 1), (−1, 0, 1), (−1, −2, 0, 2, 1).

    The binomial row two shorter, convolved with (−1, 0, 1); that is Sobel's rule for any size.
    """
    if size == 1:
        return np.zeros(1, dtype=np.float32)
    if size == 2:
        return np.array([-1, 1], dtype=np.float32)
    return np.convolve(binomial(size - 2), [-1, 0, 1]).astype(np.float32)


def _identity(height: int, width: int, _: np.random.Generator) -> Array:
    weights = np.zeros((height, width), dtype=np.float32)
    weights[height // 2, width // 2] = 1
    return weights


def _sobel_x(height: int, width: int, _: np.random.Generator) -> Array:
    weights: Array = np.outer(binomial(height), slope(width)).astype(np.float32)
    return weights


def _sobel_y(height: int, width: int, _: np.random.Generator) -> Array:
    weights: Array = np.outer(slope(height), binomial(width)).astype(np.float32)
    return weights


def _edges(height: int, width: int, _: np.random.Generator) -> Array:
    weights = np.full((height, width), -1, dtype=np.float32)
    weights[height // 2, width // 2] = height * width - 1
    return weights


def _sharpen(height: int, width: int, _: np.random.Generator) -> Array:
    """A plus of −1 around a centre that makes the weights add up to 1."""
    weights = np.zeros((height, width), dtype=np.float32)
    weights[height // 2, :] = -1
    weights[:, width // 2] = -1
    weights[height // 2, width // 2] = 0
    weights[height // 2, width // 2] = 1 - weights.sum()
    return weights


def _box(height: int, width: int, _: np.random.Generator) -> Array:
    return np.full((height, width), 1 / (height * width), dtype=np.float32)


def _gaussian(height: int, width: int, _: np.random.Generator) -> Array:
    weights = np.outer(binomial(height), binomial(width))
    shares: Array = (weights / weights.sum()).astype(np.float32)
    return shares


def _emboss(height: int, width: int, _: np.random.Generator) -> Array:
    """Light from the top left: −2 to 2 along the falling diagonal, 1 in the centre."""
    rows = np.arange(height)[:, None] - height // 2
    columns = np.arange(width)[None, :] - width // 2
    weights: Array = np.clip(rows + columns, -2, 2).astype(np.float32)
    weights[height // 2, width // 2] = 1
    return weights


def _random(height: int, width: int, generator: np.random.Generator) -> Array:
    """Small whole numbers that one can check in one's head."""
    return generator.integers(-1, 2, size=(height, width)).astype(np.float32)


_BLURRED = Meaning(
    "The average below the window is negative.",
    "Everything below the window is dark.",
    "A blurred picture: how bright it is below the window.",
)

KERNELS: tuple[Kernel, ...] = (
    Kernel(
        "sobel-x",
        "Sobel x",
        "Right minus left: it answers to vertical edges.",
        Meaning(
            "Negative: brighter on the left, an edge from light to dark.",
            "Zero: left and right weigh the same, no vertical edge here.",
            "Positive: brighter on the right, an edge from dark to light.",
        ),
        _sobel_x,
    ),
    Kernel(
        "sobel-y",
        "Sobel y",
        "Below minus above: it answers to horizontal edges.",
        Meaning(
            "Negative: brighter above than below.",
            "Zero: above and below weigh the same, no horizontal edge here.",
            "Positive: brighter below than above.",
        ),
        _sobel_y,
    ),
    Kernel(
        "edges",
        "edges",
        "The centre against all its neighbours: it answers to edges of any direction.",
        Meaning(
            "Negative: the centre is darker than its neighbours.",
            "Zero: the centre is as bright as its neighbours on average.",
            "Positive: the centre is brighter than its neighbours.",
        ),
        _edges,
    ),
    Kernel(
        "sharpen",
        "sharpen",
        "The picture plus its own edges: contrasts grow.",
        Meaning(
            "Negative: much darker than its neighbours, now darker than black.",
            "Zero: dark, and stays dark.",
            "Positive: bright; more so the more it differs from its neighbours.",
        ),
        _sharpen,
    ),
    Kernel("box", "box blur", "The plain average of the window.", _BLURRED, _box),
    Kernel(
        "gaussian",
        "Gaussian blur",
        "An average in which the centre counts most.",
        _BLURRED,
        _gaussian,
    ),
    Kernel(
        "emboss",
        "emboss",
        "Light from the top left: the picture as a relief.",
        Meaning(
            "Negative: it falls off towards the bottom right.",
            "Zero: flat and dark.",
            "Positive: it rises towards the bottom right.",
        ),
        _emboss,
    ),
    Kernel(
        "identity",
        "identity",
        "1 in the centre, 0 elsewhere: the picture stays as it is.",
        Meaning(
            "It copies the number below its centre.",
            "It copies the number below its centre, a 0.",
            "It copies the number below its centre.",
        ),
        _identity,
    ),
    Kernel(
        "random", "random", "Weights −1, 0 and 1 by chance: before any training.", None, _random
    ),
)

_BY_NAME = {kernel.name: kernel for kernel in KERNELS}


def kernel_named(name: str) -> Kernel:
    """The kernel called `name`.

    Raises:
        ValueError: there is none; the sentence lists those there are.
    """
    try:
        return _BY_NAME[name]
    except KeyError:
        raise ValueError(f"no kernel called '{name}': take one of {', '.join(_BY_NAME)}") from None


def bank(name: str, filters: int) -> tuple[Kernel, ...]:
    """`filters` kernels that begin with the one called `name` and go on through the list.

    A random kernel is followed by random ones, as in a layer before training.
    """
    first = kernel_named(name)
    if first.name == "random":
        return (first,) * filters
    ordered = [kernel for kernel in KERNELS if kernel.name != "random"]
    start = ordered.index(first)
    return tuple(ordered[(start + i) % len(ordered)] for i in range(filters))


def weights_of(
    kernels: tuple[Kernel, ...], channels: int, height: int, width: int, seed: int
) -> Array:
    """The (filters, channels, height, width) weights of a layer made of these kernels.

    A classic kernel is the same in every channel, so that it treats a colour picture like a grey
    one; random kernels differ from slice to slice.
    """
    generator = np.random.default_rng(seed)
    weights = np.empty((len(kernels), channels, height, width), dtype=np.float32)
    for k, kernel in enumerate(kernels):
        if kernel.name == "random":
            for c in range(channels):
                weights[k, c] = kernel.make(height, width, generator)
        else:
            weights[k] = kernel.make(height, width, generator)
    return weights
