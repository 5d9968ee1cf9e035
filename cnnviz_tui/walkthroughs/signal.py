"""Convolution as the definition says: flip, shift, multiply, sum; beside it cross-correlation.

Signals have one axis or two; one axis is a picture one row high. Positions are those of the
definition: output n of a signal f and a kernel g of F numbers is the sum over m of f[m]·g[n − m],
so it reads f[n − F + 1] to f[n], zeros outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui import ops
from cnnviz_tui.walkthroughs.base import Line, Step, Walkthrough
from cnnviz_tui.walkthroughs.numbers import NumberFormat
from cnnviz_tui.walkthroughs.signal_text import caption_of, formulas_of, sums_of

Array = NDArray[np.float32]
Mode = Literal["full", "same", "valid"]
Pair = tuple[int, int]

MODES: dict[Mode, str] = {
    "full": "every position where kernel and signal touch",
    "same": "as many positions as the signal has",
    "valid": "only positions where the kernel lies within the signal",
}
"""The names of numpy.convolve, and what they mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalStep(Step):
    """The kernel as it is, a flip of it, or one output number.

    Attributes:
        kernel: g as it stands in this step, float64 (rows, columns); flipped from some step on.
        position: (row, column) of the output in the definition's counting; None before the first.
        rows, columns: what of the signal lies below the kernel; outside of it are zeros.
        patch: the signal's numbers there, float64 like the kernel; empty before the first.
        walkthrough: what the step belongs to.
    """

    kernel: NDArray[np.float64]
    position: Pair | None
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    patch: NDArray[np.float64]
    walkthrough: SignalWalkthrough = field(repr=False)

    @property
    def products(self) -> NDArray[np.float64]:
        """Signal times flipped kernel, number by number."""
        return self.patch * self.kernel if self.position is not None else self.patch

    @property
    def convolved(self) -> float:
        """The convolution here: the sum of the products; 0 before the first position."""
        return float(self.products.sum())

    @property
    def correlated(self) -> float:
        """The cross-correlation here: the same with the kernel as it was before the flip."""
        if self.position is None:
            return 0.0
        return float((self.patch * self.walkthrough.kernel).sum())

    @property
    def agree(self) -> bool:
        """Whether both are the same number here."""
        return bool(np.isclose(self.convolved, self.correlated, rtol=1e-6, atol=1e-6))

    @property
    def sums(self) -> tuple[Line, ...]:
        """Both sums with the numbers filled in."""
        return sums_of(self)

    @property
    def data(self) -> Mapping[str, object]:
        """The step as plain values, for `--json`."""
        return {
            "step": self.index,
            "position": None if self.position is None else list(self.position),
            "kernel": self.kernel.tolist(),
            "signal": self.patch.tolist(),
            "products": self.products.tolist(),
            "convolution": None if self.position is None else self.convolved,
            "cross_correlation": None if self.position is None else self.correlated,
            "caption": self.caption,
        }


class SignalWalkthrough(Walkthrough[SignalStep]):
    """A signal convolved with a kernel, the flip first, then one position a step.

    Args:
        signal: f, float32 (rows, columns); one row for a signal with one axis.
        kernel: g, float32 (rows, columns).
        mode: which positions to compute, as numpy.convolve names them; "valid" needs a kernel that
            is nowhere larger than the signal.
    """

    def __init__(self, signal: Array, kernel: Array, mode: Mode) -> None:
        self.signal = signal
        self.kernel = kernel
        self.mode: Mode = mode

    @property
    def title(self) -> str:
        """What is being walked through."""
        return "convolution by its definition"

    @property
    def flat(self) -> bool:
        """Whether signal and kernel have one axis."""
        return bool(self.signal.shape[0] == self.kernel.shape[0] == 1)

    @property
    def formulas(self) -> tuple[Line, ...]:
        """The definition, the number of positions, and whether the flip matters."""
        return formulas_of(self)

    @property
    def flipped(self) -> Array:
        """The kernel turned around along every axis: g[−m]."""
        return self.kernel[::-1, ::-1]

    @property
    def symmetric(self) -> bool:
        """Whether the flip changes nothing, so that both operations are one."""
        return bool(np.array_equal(self.flipped, self.kernel))

    @property
    def antisymmetric(self) -> bool:
        """Whether the flip changes just the sign."""
        return bool(np.array_equal(self.flipped, -self.kernel))

    @property
    def flips(self) -> int:
        """How many flips there are to show: one an axis."""
        return 1 if self.flat else 2

    @cached_property
    def positions(self) -> tuple[range, range]:
        """The outputs' (rows, columns) in the definition's counting."""
        rows, columns = (
            _positions(n, f, self.mode)
            for n, f in zip(self.signal.shape, self.kernel.shape, strict=True)
        )
        return rows, columns

    def __len__(self) -> int:
        rows, columns = self.positions
        return 1 + self.flips + len(rows) * len(columns)

    def index_of(self, row: int, column: int) -> int:
        """The step that computes an output, by its place in the output grid, from 0."""
        return 1 + self.flips + row * len(self.positions[1]) + column

    def step(self, index: int) -> SignalStep:
        """Compute the flip or the output number of step `index` from its window alone."""
        number = index - 1 - self.flips
        kernel = self.kernel.astype(np.float64)
        position: Pair | None = None
        rows: tuple[int, ...] = ()
        columns: tuple[int, ...] = ()
        patch = np.zeros((0, 0))
        if number < 0:
            kernel = kernel[:, ::-1] if index >= 1 else kernel
            kernel = kernel[::-1] if index >= 2 else kernel
        else:
            kernel = self.flipped.astype(np.float64)
            i, j = divmod(number, len(self.positions[1]))
            position = self.positions[0][i], self.positions[1][j]
            height, width = self.kernel.shape
            rows = tuple(range(position[0] - height + 1, position[0] + 1))
            columns = tuple(range(position[1] - width + 1, position[1] + 1))
            patch = self._patch(rows, columns)
        step = SignalStep(
            index=index,
            caption="",
            kernel=kernel,
            position=position,
            rows=rows,
            columns=columns,
            patch=patch,
            walkthrough=self,
        )
        object.__setattr__(step, "caption", caption_of(step))
        return step

    def _patch(self, rows: tuple[int, ...], columns: tuple[int, ...]) -> NDArray[np.float64]:
        """The signal's numbers at `rows` x `columns`, 0 outside of it."""
        height, width = self.signal.shape
        down, across = np.array(rows), np.array(columns)
        inside = np.outer((down >= 0) & (down < height), (across >= 0) & (across < width))
        picked = self.signal[down.clip(0, height - 1)[:, None], across.clip(0, width - 1)[None, :]]
        return np.where(inside, picked.astype(np.float64), 0.0)

    @property
    def pads(self) -> tuple[Pair, Pair]:
        """((top, bottom), (left, right)) zeros around the signal that any position reads."""
        found = []
        for positions, n, f in zip(
            self.positions, self.signal.shape, self.kernel.shape, strict=True
        ):
            found.append((max(f - 1 - positions[0], 0), max(positions[-1] - n + 1, 0)))
        return found[0], found[1]

    @cached_property
    def convolution(self) -> Array:
        """All outputs of the convolution, float32 (rows, columns)."""
        return self._slide(self.flipped)

    @cached_property
    def correlation(self) -> Array:
        """All outputs of the cross-correlation at the same positions."""
        return self._slide(self.kernel)

    def _slide(self, kernel: Array) -> Array:
        height, width = kernel.shape
        everywhere = ops.conv2d(
            self.signal[None, None], kernel[None, None].copy(), padding=(height - 1, width - 1)
        )[0, 0]
        rows, columns = self.positions
        found: Array = everywhere[rows.start : rows.stop, columns.start : columns.stop]
        return found

    @cached_property
    def differing(self) -> int:
        """At how many positions the two operations give different numbers."""
        same = np.isclose(self.convolution, self.correlation, rtol=1e-5, atol=1e-5)
        return int((~same).sum())

    @cached_property
    def formats(self) -> tuple[NumberFormat, NumberFormat, NumberFormat]:
        """How the signal, the kernel, and products and results are written."""
        extremes = np.outer(
            [self.signal.min(), self.signal.max()], [self.kernel.min(), self.kernel.max()]
        )
        return (
            NumberFormat.of(self.signal, 0),
            NumberFormat.of(self.kernel),
            NumberFormat.of(self.convolution, self.correlation, extremes, 0),
        )


def _positions(size: int, window: int, mode: Mode) -> range:
    """The outputs along one axis: all N + F − 1, the middle N, or those without zeros."""
    if mode == "full":
        return range(size + window - 1)
    if mode == "same":
        # An even kernel has no middle: like numpy, the output begins at (F − 1)/2 rounded down.
        start = (window - 1) // 2
        return range(start, start + size)
    return range(window - 1, size)
