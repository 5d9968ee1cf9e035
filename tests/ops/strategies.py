"""Random settings for windowed operations: sizes, kernels, strides, paddings, dilations, groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from tests.ops.reference import Array, Pair, Sides, pooled_length


@dataclass(frozen=True)
class Windows:
    """One draw; `padding` is how the operation is told, `sides` what it means."""

    images: Array
    kernel: Pair
    stride: Pair
    dilation: Pair
    padding: Any
    sides: Sides

    @property
    def size(self) -> Pair:
        """Rows and columns of the images."""
        return self.images.shape[2], self.images.shape[3]


def pairs(smallest: int, largest: int) -> st.SearchStrategy[Pair]:
    numbers = st.integers(smallest, largest)
    return st.tuples(numbers, numbers)


def arrays(*shape: int) -> st.SearchStrategy[Array]:
    """Normal numbers; only the seed is drawn, because single values do not matter here."""
    return st.integers(0, 2**16).map(lambda seed: np.random.default_rng(seed).normal(size=shape))


@st.composite
def paddings(draw: st.DrawFn, largest: Pair) -> tuple[Any, Sides]:
    """Draw an int, a pair or four sides, none above `largest`, and what it means."""
    form = draw(st.sampled_from(["int", "pair", "sides"]))
    if form == "int":
        same = draw(st.integers(0, min(largest)))
        return same, ((same, same), (same, same))
    vertical, horizontal = (draw(pairs(0, most)) for most in largest)
    if form == "sides":
        return (vertical, horizontal), (vertical, horizontal)
    above, left = vertical[0], horizontal[0]
    return (above, left), ((above, above), (left, left))


@st.composite
def convolutions(draw: st.DrawFn, channels: int) -> Windows:
    """Draw a convolution whose kernel fits."""
    kernel, dilation, stride = draw(pairs(1, 3)), draw(pairs(1, 2)), draw(pairs(1, 3))
    images = draw(arrays(draw(st.integers(1, 2)), channels, *draw(pairs(1, 7))))
    words = ["valid"] + ["same"] * (stride == (1, 1))
    padding: Any = draw(st.sampled_from(words) | paddings((2, 2)))
    if padding == "valid":
        sides: Sides = ((0, 0), (0, 0))
    elif padding == "same":
        totals = [d * (f - 1) for f, d in zip(kernel, dilation, strict=True)]
        (top, left) = (total // 2 for total in totals)
        sides = ((top, totals[0] - top), (left, totals[1] - left))
    else:
        padding, sides = padding
    reach = [d * (f - 1) + 1 for f, d in zip(kernel, dilation, strict=True)]
    assume(
        all(n + sum(side) >= r for n, side, r in zip(images.shape[2:], sides, reach, strict=True))
    )
    return Windows(images, kernel, stride, dilation, padding, sides)


@st.composite
def poolings(draw: st.DrawFn, ceil_mode: bool, dilated: bool) -> Windows:
    """Draw a pooling with at least one window, and a cell of the picture in every window."""
    kernel, stride = draw(pairs(1, 4)), draw(pairs(1, 4))
    dilation = draw(pairs(1, 2)) if dilated else (1, 1)
    images = draw(arrays(draw(st.integers(1, 2)), draw(st.integers(1, 2)), *draw(pairs(1, 8))))
    # Rounding makes ties.
    images = np.round(images, draw(st.sampled_from([0, 8])))
    padding, sides = draw(paddings((kernel[0] // 2, kernel[1] // 2)))
    for axis in zip(images.shape[2:], kernel, stride, sides, dilation, strict=True):
        assume(pooled_length(*axis, ceil_mode) >= 1)
    return Windows(images, kernel, stride, dilation, padding, sides)
