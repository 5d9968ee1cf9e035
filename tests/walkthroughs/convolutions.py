"""Convolutions to test with, and the slow, obvious way to compute them."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnviz_tui.shapes.padding import Padding
from cnnviz_tui.walkthroughs.convolution import ConvolutionWalkthrough
from cnnviz_tui.walkthroughs.convolution_fields import FIELDS
from cnnviz_tui.walkthroughs.convolution_setup import ConvolutionSetup, presets
from cnnviz_tui.walkthroughs.mechanism import Field

Pair = tuple[int, int]

SETUPS = {preset.name: preset.setup for preset in presets()}
"""The setup of every preset by its name."""

PRESETS = tuple(SETUPS)


def field_of(symbol: str) -> Field[ConvolutionSetup]:
    """The field with a letter, or with a word where it has no letter."""
    return next(field for field in FIELDS if symbol in {field.symbol, field.option})


@dataclass(frozen=True)
class Case:
    """The arguments of a convolution."""

    input: NDArray[np.float32]
    weight: NDArray[np.float32]
    bias: NDArray[np.float32] | None
    stride: Pair
    padding: Padding
    dilation: Pair
    groups: int

    def walkthrough(self) -> ConvolutionWalkthrough:
        """The walkthrough of these arguments."""
        return ConvolutionWalkthrough(
            self.input,
            self.weight,
            self.bias,
            stride=self.stride,
            padding=self.padding,
            dilation=self.dilation,
            groups=self.groups,
        )


def case(
    size: Pair = (5, 6),
    channels: int = 1,
    filters: int = 1,
    kernel: Pair = (3, 3),
    *,
    bias: bool = True,
    seed: int = 0,
    **choices: Any,
) -> Case:
    """A convolution of whole numbers, so that sums are exact."""
    generator = np.random.default_rng(seed)
    groups = choices.get("groups", 1)

    def numbers(*shape: int) -> NDArray[np.float32]:
        return generator.integers(-4, 5, size=shape).astype(np.float32)

    return Case(
        numbers(1, channels, *size),
        numbers(filters, channels // groups, *kernel),
        numbers(filters) if bias else None,
        choices.get("stride", (1, 1)),
        choices.get("padding", 0),
        choices.get("dilation", (1, 1)),
        groups,
    )


def pairs(least: int, most: int) -> st.SearchStrategy[Pair]:
    """Two numbers, often different."""
    return st.tuples(st.integers(least, most), st.integers(least, most))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any small convolution, also those whose filter does not fit."""
    channels, filters = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    common = gcd(channels, filters)
    sides = st.integers(0, 3)
    paddings: st.SearchStrategy[Padding] = st.one_of(
        sides,
        pairs(0, 3),
        st.tuples(pairs(0, 3), pairs(0, 3)),
        st.sampled_from(["same", "valid"]),
    )
    return case(
        draw(pairs(1, 7)),
        channels,
        filters,
        draw(pairs(1, 4)),
        bias=draw(st.booleans()),
        seed=draw(st.integers(0, 2**16)),
        stride=draw(pairs(1, 3)),
        padding=draw(paddings),
        dilation=draw(pairs(1, 2)),
        groups=draw(st.sampled_from([g for g in range(1, common + 1) if common % g == 0])),
    )


def slow_output(of: Case, sides: tuple[Pair, Pair]) -> NDArray[np.float64]:
    """All outputs by loops over maps, positions, channels and filter cells."""
    _, per_filter, rows, columns = of.weight.shape
    filters = of.weight.shape[0]
    padded = np.pad(of.input[0].astype(np.float64), ((0, 0), *sides))
    reach = [d * (f - 1) + 1 for d, f in zip(of.dilation, (rows, columns), strict=True)]
    size = [
        max((n - r) // s + 1, 0) for n, r, s in zip(padded.shape[1:], reach, of.stride, strict=True)
    ]
    output = np.zeros((filters, *size))
    for k, i, j in np.ndindex(*output.shape):
        first = k // (filters // of.groups) * per_filter
        for c, a, b in np.ndindex(per_filter, rows, columns):
            row, column = (
                i * of.stride[0] + a * of.dilation[0],
                j * of.stride[1] + b * of.dilation[1],
            )
            output[k, i, j] += padded[first + c, row, column] * of.weight[k, c, a, b]
        if of.bias is not None:
            output[k, i, j] += of.bias[k]
    return output
