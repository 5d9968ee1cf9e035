"""A convolution as a matrix product, one output number a step, three ways at once.

Sliding: the filter lies on the picture. Toeplitz: one sparse matrix, whose rows are shifted copies
of the filter, times the flattened picture. im2col: one row per window, times the flattened filter.
Neither matrix is ever held as a whole, so large pictures cost no more than small ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.walkthroughs.base import Line
from cnnviz_tui.walkthroughs.convolution import Array, ConvolutionStep, ConvolutionWalkthrough
from cnnviz_tui.walkthroughs.matrix_text import matrix_caption, matrix_formulas, matrix_sums

BYTES = 4
"""Of a float32, and of the 32-bit column number that a sparse matrix keeps with it."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A rectangle cut out of one of the two matrices.

    Attributes:
        values: float32 (rows, columns).
        empty: bool (rows, columns), where the matrix is 0 by construction.
        weights: int64 (rows, columns), which of the filter's numbers stands or meets there, counted
            through the filter; −1 where none does.
    """

    values: Array
    empty: NDArray[np.bool_]
    weights: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixStep(ConvolutionStep):
    """One output number, computed three ways.

    The walkthrough it belongs to is a `MatrixWalkthrough`.
    """

    @property
    def matrices(self) -> MatrixWalkthrough:
        """The walkthrough, with its matrices."""
        assert isinstance(self.walkthrough, MatrixWalkthrough)  # noqa: S101 - for the type checker
        return self.walkthrough

    @property
    def position(self) -> int:
        """The row of the im2col matrix: which window, counted in reading order."""
        height, width = self.walkthrough.map_size
        return self.index % (height * width)

    @property
    def used(self) -> int:
        """How many numbers of the Toeplitz matrix's row are not 0 by construction."""
        return int((~self.matrices.toeplitz(range(self.index, self.index + 1)).empty).sum())

    @property
    def toeplitz_value(self) -> float:
        """Row `index` of the Toeplitz matrix times the flattened picture, plus the bias."""
        row = self.matrices.toeplitz(range(self.index, self.index + 1)).values[0]
        return float(row.astype(np.float64) @ self.matrices.flat_input) + (self.bias or 0.0)

    @property
    def im2col_value(self) -> float:
        """Row `position` of the im2col matrix times the flattened filter, plus the bias."""
        row = self.matrices.im2col(range(self.position, self.position + 1)).values[0]
        return float(row.astype(np.float64) @ self.weights.ravel()) + (self.bias or 0.0)

    @property
    def agree(self) -> bool:
        """Whether the three results are the same, up to rounding."""
        results = (self.value, self.toeplitz_value, self.im2col_value)
        return bool(np.allclose(results, self.value, rtol=1e-6, atol=1e-6, equal_nan=True))

    @property
    def sums(self) -> tuple[Line, ...]:
        """The three calculations of the same number."""
        return matrix_sums(self)

    @property
    def data(self) -> Mapping[str, object]:
        """The step as plain values, for `--json`."""
        return {
            # Without arguments, super() does not find its class in a dataclass with slots.
            **ConvolutionStep.data.fget(self),  # type: ignore[attr-defined]
            "toeplitz_row": self.index,
            "im2col_row": self.position,
            "toeplitz_value": self.toeplitz_value,
            "im2col_value": self.im2col_value,
        }


class MatrixWalkthrough(ConvolutionWalkthrough):
    """A convolution whose steps are also rows of two matrices; arguments as of a convolution."""

    @property
    def title(self) -> str:
        """What is being walked through."""
        return "convolution as a matrix"

    @property
    def formulas(self) -> tuple[Line, ...]:
        """The sizes of both matrices, the share of zeros, the memory of each way."""
        return matrix_formulas(self)

    def step(self, index: int) -> MatrixStep:
        """Compute output number `index` three ways."""
        plain = ConvolutionWalkthrough.step(self, index)
        fields = {name: getattr(plain, name) for name in plain.__dataclass_fields__}
        step = MatrixStep(**fields)
        object.__setattr__(step, "caption", matrix_caption(step))
        return step

    # -- sizes and memory -------------------------------------------------------------------------

    @property
    def positions(self) -> int:
        """How many windows there are: the rows of im2col."""
        return prod(self.map_size)

    @property
    def toeplitz_size(self) -> tuple[int, int]:
        """(rows, columns) of the Toeplitz matrix: all outputs x all inputs."""
        return len(self), int(self.input.size)

    @property
    def im2col_size(self) -> tuple[int, int]:
        """(rows, columns) of the im2col matrix: all windows x one filter's weights."""
        return self.positions, int(self.weight[0].size)

    @cached_property
    def not_zero(self) -> int:
        """How many numbers of the Toeplitz matrix are not 0 by construction."""
        if self._axes is None:
            return 0
        inside = [
            sum(sum(0 <= tap < axis.size for tap in axis.taps(i)) for i in range(axis.output))
            for axis in self._axes
        ]
        return prod(inside) * self.channels * self.filters

    @property
    def zero_share(self) -> float:
        """The share of zeros in the Toeplitz matrix, 0 to 1."""
        rows, columns = self.toeplitz_size
        return 1 - self.not_zero / (rows * columns) if rows else 0.0

    @property
    def memory(self) -> dict[str, int]:
        """Bytes that each way needs beside picture and result, float32.

        Sliding needs the weights; im2col its matrix and the weights; Toeplitz all of its matrix,
        or as a sparse one (CSR) its numbers, a column number each, and where each row begins.
        """
        weights = BYTES * int(self.weight.size)
        rows, columns = self.toeplitz_size
        return {
            "sliding": weights,
            "im2col": BYTES * prod(self.im2col_size) + weights,
            "T": BYTES * rows * columns,
            "sparse T": 2 * BYTES * self.not_zero + BYTES * (rows + 1),
        }

    # -- the matrices -----------------------------------------------------------------------------

    @cached_property
    def flat_input(self) -> NDArray[np.float64]:
        """The picture as one vector, channel by channel, row by row: (C·H·W,)."""
        return self.input.ravel().astype(np.float64)

    def _taps(self, position: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Where window `position` lies: places in the flattened picture, and whether inside.

        Both (C·F·F,), in the order of the flattened filter; outside, places mean nothing.
        """
        down, across = self.axes
        i, j = divmod(position, across.output)
        rows, columns = np.array(down.taps(i)), np.array(across.taps(j))
        height, width = self.input.shape[1:]
        inside = np.outer((rows >= 0) & (rows < height), (columns >= 0) & (columns < width))
        places = rows[:, None] * width + columns[None, :]
        slices = np.arange(self.channels) * height * width
        return (
            (slices[:, None] + places.ravel()[None, :]).ravel(),
            np.tile(inside.ravel(), self.channels),
        )

    def toeplitz(self, rows: range, columns: range | None = None) -> Cut:
        """Some rows and columns (all by default) of the Toeplitz matrix."""
        if columns is None:
            columns = range(self.toeplitz_size[1])
        shape = len(rows), len(columns)
        values = np.zeros(shape, dtype=np.float32)
        weights = np.full(shape, -1, dtype=np.int64)
        for r, row in enumerate(rows):
            k, position = divmod(row, self.positions)
            places, inside = self._taps(position)
            seen = inside & (places >= columns.start) & (places < columns.stop)
            at = places[seen] - columns.start
            values[r, at] = self.weight[k].ravel()[seen]
            weights[r, at] = np.flatnonzero(seen)
        return Cut(values, weights < 0, weights)

    def im2col(self, rows: range, columns: range | None = None) -> Cut:
        """Some rows and columns (all by default) of the im2col matrix."""
        if columns is None:
            columns = range(self.im2col_size[1])
        shape = len(rows), len(columns)
        values = np.zeros(shape, dtype=np.float32)
        empty = np.ones(shape, dtype=np.bool_)
        flat = self.input.ravel()
        for r, row in enumerate(rows):
            places, inside = self._taps(row)
            chosen = slice(columns.start, columns.stop)
            places, inside = places[chosen], inside[chosen]
            values[r, inside] = flat[places[inside]]
            empty[r] = ~inside
        which = np.broadcast_to(np.arange(columns.start, columns.stop), shape)
        return Cut(values, empty, np.array(which, dtype=np.int64))

    def places(self, position: int) -> NDArray[np.int64]:
        """Where in the flattened picture each number of window `position` is; −1 in the padding."""
        places, inside = self._taps(position)
        return np.where(inside, places, -1)

    def focus_column(self, index: int) -> int:
        """The column of the Toeplitz matrix in the middle of what step `index` reads."""
        places, inside = self._taps(index % self.positions)
        per_slice = int(np.prod(self.weight.shape[2:]))
        first = places[:per_slice][inside[:per_slice]]
        return int(first.mean()) if first.size else 0

    def cell_of_column(self, column: int) -> tuple[int, int, int]:
        """(channel, row, column) of the picture's number that stands in a place of the vector."""
        height, width = self.input.shape[1:]
        channel, rest = divmod(column, height * width)
        return (channel, *divmod(rest, width))
