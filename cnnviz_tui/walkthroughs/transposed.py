"""A transposed convolution, one output number a step, seen in two ways that agree.

As sliding: zeros are put between the numbers and around them, and the filter, turned by 180
degrees, slides with stride 1. As a matrix: the convolution that it transposes is a matrix C, and
the output is C transposed times the input. See Dumoulin & Visin, A guide to convolution arithmetic
for deep learning (arXiv 1603.07285).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui import ops
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.layers import TransposedConvolution
from cnnviz_tui.shapes.snippets import keras_line, torch_line
from cnnviz_tui.shapes.transposed import TransposedAxis
from cnnviz_tui.walkthroughs.base import Line, Step, Walkthrough
from cnnviz_tui.walkthroughs.numbers import NumberFormat
from cnnviz_tui.walkthroughs.transposed_text import caption_of, formulas_of, sums_of

Array = NDArray[np.float32]
Pair = tuple[int, int]
Way = Literal["slide", "matrix"]


@dataclass(frozen=True, slots=True)
class Term:
    """One product of an output number.

    Attributes:
        input: (row, column) of the input number.
        weight: (row, column) of the weight, in the filter as it is stored, not turned.
        value, factor: the two numbers.
    """

    input: Pair
    weight: Pair
    value: float
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TransposedStep(Step):
    """One output number and the input numbers that reach it.

    Attributes:
        output: (row, column) of the number.
        rows, columns: what the filter covers on the input with its zeros put in, in coordinates in
            which input (r, c) stands at (r·S, c·S).
        terms: the products with numbers of the input; all others are with zeros put in.
        window: how many cells the filter has.
        walkthrough: what the step belongs to.
    """

    output: Pair
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    terms: tuple[Term, ...]
    window: int
    walkthrough: TransposedWalkthrough = field(repr=False)

    @property
    def formats(self) -> Formats:
        """How numbers are written in this walkthrough."""
        return self.walkthrough.formats

    @property
    def value(self) -> float:
        """The output number."""
        return sum(term.value * term.factor for term in self.terms)

    @property
    def sums(self) -> tuple[Line, ...]:
        """The products with numbers of the input, and how many are with zeros put in."""
        return sums_of(self)

    @property
    def data(self) -> Mapping[str, object]:
        """The step as plain values, for `--json`."""
        return {
            "step": self.index,
            "output": list(self.output),
            "terms": [
                {
                    "input": list(term.input),
                    "weight": list(term.weight),
                    "value": term.value,
                    "factor": term.factor,
                }
                for term in self.terms
            ],
            "matrix_row": self.index,
            "value": self.value,
            "caption": self.caption,
        }


@dataclass(frozen=True, slots=True)
class Formats:
    """How the numbers of one walkthrough are written.

    Attributes:
        inputs, weights, results: of each kind.
        before: of the picture that the input was made from.
    """

    inputs: NumberFormat
    weights: NumberFormat
    results: NumberFormat
    before: NumberFormat


class TransposedWalkthrough(Walkthrough[TransposedStep]):
    """A transposed convolution of one map with one filter.

    Args:
        input: float32 (1, 1, H, W).
        weight: float32 (1, 1, F, F).
        layer: its stride, padding, dilation and output padding.
        before: float32 (1, 1, H', W'), the picture that the convolution made the input from, to
            compare the output with; None where the input is just given.
        way: which of the two ways captions explain.

    A padding that leaves nothing makes a walkthrough of no steps, whose `problem` says why.

    Raises:
        ValueError: the arrays are not one map and one filter.
    """

    def __init__(
        self,
        input: Array,  # noqa: A002 - the name in torch.nn.functional, which `ops` follows
        weight: Array,
        layer: TransposedConvolution,
        *,
        before: Array | None = None,
        way: Way = "slide",
    ) -> None:
        if input.shape[:-2] != (1, 1) or weight.shape[:-2] != (1, 1):
            raise ValueError(
                f"input {input.shape} and weight {weight.shape} must be one map and one filter, "
                "(1, 1, height, width) each"
            )
        self.input: Array = input[0, 0]
        self.weight: Array = weight[0, 0]
        self.layer = layer
        self.before = None if before is None else before[0, 0]
        self.way = way
        self._problem = ""
        self._axes: tuple[TransposedAxis, ...] = ()
        try:
            self._axes = layer.axes(self.input.shape)
        except ShapeError as error:
            self._problem = str(error)

    @property
    def problem(self) -> str:
        """Why there is no output at all; empty when there is."""
        return self._problem

    @property
    def axes(self) -> tuple[TransposedAxis, TransposedAxis]:
        """What happens down and across.

        Raises:
            ShapeError: there is no output; `problem` says why.
        """
        if not self._axes:
            raise ShapeError(self._problem)
        return self._axes[0], self._axes[1]

    @property
    def map_size(self) -> Pair:
        """(height, width) of the output; (0, 0) when there is none."""
        if not self._axes:
            return 0, 0
        return self._axes[0].output, self._axes[1].output

    @property
    def code(self) -> dict[str, str]:
        """The layer as one line of PyTorch and one of Keras.

        Raises:
            ShapeError: there is no output; `problem` says why.
        """
        sizes = self.input.shape
        return {"PyTorch": torch_line(self.layer, sizes), "Keras": keras_line(self.layer, sizes)}

    @property
    def title(self) -> str:
        """What is being walked through."""
        return "transposed convolution"

    @property
    def formulas(self) -> tuple[Line, ...]:
        """Output size, the padding p′ of the sliding, the size of the matrix."""
        return formulas_of(self)

    @property
    def stretched(self) -> Array:
        """The input with S − 1 zeros between its numbers, float32 ((H − 1)·S + 1, ...)."""
        down, across = self.axes
        wide = np.zeros(
            tuple((axis.size - 1) * axis.stride + 1 for axis in (down, across)), dtype=np.float32
        )
        wide[:: down.stride, :: across.stride] = self.input
        return wide

    @property
    def put_in(self) -> NDArray[np.bool_]:
        """Which cells of `stretched` are zeros that were put in."""
        down, across = self.axes
        filled = np.ones(self.stretched.shape, dtype=np.bool_)
        filled[:: down.stride, :: across.stride] = False
        return filled

    @property
    def rings(self) -> tuple[Pair, Pair]:
        """((top, bottom), (left, right)) of zeros around `stretched`, below 0 where it is cut.

        p′ = D·(F − 1) − P; output padding adds to the end.
        """
        down, across = (
            (axis.reach - 1 - axis.before, axis.reach - 1 - axis.after + axis.output_padding)
            for axis in self.axes
        )
        return down, across

    def __len__(self) -> int:
        height, width = self.map_size
        return height * width

    def index_of(self, row: int, column: int) -> int:
        """The step that computes output (row, column)."""
        return row * self.map_size[1] + column

    def step(self, index: int) -> TransposedStep:
        """Compute output number `index` from the input numbers that reach it alone."""
        i, j = divmod(index, self.map_size[1])
        down, across = self.axes
        rows, columns = _taps(down, i), _taps(across, j)
        terms = tuple(
            Term((r, c), (a, b), float(self.input[r, c]), float(self.weight[a, b]))
            for r, a in _reaching(down, i)
            for c, b in _reaching(across, j)
        )
        step = TransposedStep(
            index=index,
            caption="",
            output=(i, j),
            rows=rows,
            columns=columns,
            terms=terms,
            window=int(self.weight.size),
            walkthrough=self,
        )
        object.__setattr__(step, "caption", caption_of(self, step))
        return step

    def stamped(self, row: int, column: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The output rows and columns onto which input (row, column) stamps the filter."""
        down, across = (
            tuple(
                place
                for tap in range(axis.window)
                if 0 <= (place := at * axis.stride - axis.before + tap * axis.dilation)
                < axis.output
            )
            for axis, at in zip(self.axes, (row, column), strict=True)
        )  # fmt: skip
        return down, across

    @cached_property
    def output(self) -> Array:
        """All output numbers, float32 (H', W')."""
        if not self._axes:
            return np.zeros((0, 0), dtype=np.float32)
        numbers: Array = self._transposed(self.input[None, None], self.weight)[0, 0]
        return numbers

    @cached_property
    def matrix(self) -> Array:
        """C transposed, float32 (H'·W', H·W): its columns are the answers to a single 1."""
        return self._columns(self.weight)

    @cached_property
    def unconnected(self) -> NDArray[np.bool_]:
        """Which cells of `matrix` hold no weight, not even one that is 0: (H'·W', H·W)."""
        empty: NDArray[np.bool_] = self._columns(np.ones_like(self.weight)) == 0
        return empty

    def _columns(self, weight: Array) -> Array:
        """The matrix of a filter in the place of this one."""
        count = self.input.size
        ones = np.eye(count, dtype=np.float32).reshape(count, 1, *self.input.shape)
        columns: Array = self._transposed(ones, weight).reshape(count, -1)
        return columns.T

    def _transposed(self, maps: Array, weight: Array) -> Array:
        down, across = self.axes
        pictures: Array = ops.conv_transpose2d(
            maps,
            weight[None, None],
            None,
            (down.stride, across.stride),
            ((down.before, down.after), (across.before, across.after)),
            (down.output_padding, across.output_padding),
            1,
            (down.dilation, across.dilation),
        )
        return pictures

    @cached_property
    def formats(self) -> Formats:
        """How numbers are written, so that nothing jumps while it plays."""
        before = np.zeros(1) if self.before is None else self.before
        return Formats(
            NumberFormat.of(self.input, 0),
            NumberFormat.of(self.weight, 0),
            NumberFormat.of(self.output, 0),
            NumberFormat.of(before),
        )

    @cached_property
    def equal(self) -> int:
        """How many output numbers are those of the picture before, up to rounding."""
        if self.before is None:
            return 0
        return int(np.isclose(self.output, self.before, atol=1e-5).sum())

    @cached_property
    def cut(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The rows and columns of `stretched` that no window reaches, as p′ is below 0."""
        down, across = (
            tuple(t for t in range(size) if t < -ring[0] or t >= size + min(ring[1], 0))
            for size, ring in zip(self.stretched.shape, self.rings, strict=True)
        )
        return down, across


def _taps(axis: TransposedAxis, output: int) -> tuple[int, ...]:
    """What the turned filter covers on the stretched input when it computes an output."""
    start = output + axis.before - axis.reach + 1
    return tuple(range(start, start + axis.reach, axis.dilation))


def _reaching(axis: TransposedAxis, output: int) -> list[Pair]:
    """(input, weight) along an axis whose product goes into an output, in the input's order."""
    found = []
    for tap in reversed(range(axis.window)):
        place = output + axis.before - tap * axis.dilation
        at, between = divmod(place, axis.stride)
        if not between and 0 <= at < axis.size:
            found.append((at, tap))
    return found
