"""Backpropagation through a convolution: both gradients are convolutions again.

The picture and the filter give y; the loss is half the squared distance from y to a goal t. Its
gradient ∂L/∂y = y − t slides over the picture and gives the filter's gradient; the filter, turned
by 180°, slides over ∂L/∂y with zeros around and gives the picture's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui import ops
from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.walkthroughs.backprop_convolution_text import caption_of, formulas_of, sums_of
from cnnviz_tui.walkthroughs.base import Line, Step, Walkthrough
from cnnviz_tui.walkthroughs.numbers import NumberFormat

Array = NDArray[np.float32]
Pair = tuple[int, int]
Cells = tuple[tuple[int, ...], tuple[int, ...]]
"""Rows and columns that cross."""

NO_CELLS: Cells = ((), ())


class Part(Enum):
    """What a step computes."""

    FORWARD = "forward"
    """One number of y."""

    ERROR = "error"
    """The gradient of the loss with respect to y, all of it."""

    FILTER = "filter"
    """One number of the filter's gradient."""

    INPUT = "input"
    """One number of the picture's gradient."""

    UPDATE = "update"
    """The filter goes a step downhill."""

    RESULT = "result"
    """The loss with the new filter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvolutionGradientStep(Step):
    """One number of y or of a gradient, as a sum of products.

    Attributes:
        part: what is computed.
        cell: (row, column) of the number in what is computed.
        on_input, on_filter, on_output: the cells that take part, of x, of w, and of ∂L/∂y with
            its zeros (`ConvolutionGradientWalkthrough.spread`).
        terms: the products: first factor, second factor.
        value: their sum.
        walkthrough: what the step belongs to.
    """

    part: Part
    cell: Pair
    on_input: Cells = NO_CELLS
    on_filter: Cells = NO_CELLS
    on_output: Cells = NO_CELLS
    terms: tuple[tuple[float, float], ...] = ()
    value: float = 0.0
    walkthrough: ConvolutionGradientWalkthrough = field(repr=False)

    @property
    def sums(self) -> tuple[Line, ...]:
        """The products and their sum."""
        return sums_of(self)

    @property
    def data(self) -> Mapping[str, object]:
        """The step as plain values, for `--json`."""
        return {
            "step": self.index,
            "part": self.part.value,
            "cell": list(self.cell),
            "terms": [list(term) for term in self.terms],
            "value": self.value,
            "caption": self.caption,
        }


class ConvolutionGradientWalkthrough(Walkthrough[ConvolutionGradientStep]):
    """Forward and backward through a convolution of one channel with one filter.

    Args:
        picture: x, float32 (H, W).
        weight: w, float32 (F, F).
        goal: t, float32, of the output's size.
        stride, padding: as in `ops.conv2d`, the padding at most F − 1.
        rate: the learning rate η.

    Sizes that leave no position for the filter make a walkthrough of no steps, whose `problem`
    says why.
    """

    def __init__(
        self, picture: Array, weight: Array, goal: Array, stride: Pair, padding: Pair, rate: float
    ) -> None:
        self.picture = picture
        self.weight = weight
        self.goal = goal
        self.stride = stride
        self.padding = padding
        self.rate = rate
        self._problem = ""
        self._axes: tuple[Axis, Axis] | None = None
        try:
            self._axes = self._lay_axes()
        except ShapeError as error:
            self._problem = str(error)

    def _lay_axes(self) -> tuple[Axis, Axis]:
        down, across = (
            Axis(n, f, s, p, p)
            for n, f, s, p in zip(
                self.picture.shape, self.weight.shape, self.stride, self.padding, strict=True
            )
        )
        return down, across

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """The filter's way down and across.

        Raises:
            ShapeError: the filter has no position; `problem` says why.
        """
        if self._axes is None:
            raise ShapeError(self._problem)
        return self._axes

    @property
    def problem(self) -> str:
        """Why the filter has no position; empty when it has."""
        return self._problem

    @property
    def title(self) -> str:
        """What is being walked through."""
        return "backpropagation through a convolution"

    @property
    def formulas(self) -> tuple[Line, ...]:
        """The loss and both gradients."""
        return formulas_of(self)

    # -- all numbers at once ------------------------------------------------------------------

    def answer(self, weight: Array) -> Array:
        """The output with a filter, float32 (height, width)."""
        output: Array = ops.conv2d(
            self.picture[None, None], weight[None, None], None, self.stride, self.padding
        )[0, 0]
        return output

    @cached_property
    def output(self) -> Array:
        """The output y, float32 (height, width)."""
        return self.answer(self.weight)

    @cached_property
    def grad_output(self) -> Array:
        """∂L/∂y = y − t, of y's shape."""
        return self.output - self.goal

    @cached_property
    def _gradients(self) -> tuple[Array, Array]:
        grad_input, grad_weight, _ = ops.conv2d_backward(
            self.grad_output[None, None],
            self.picture[None, None],
            self.weight[None, None],
            None,
            self.stride,
            self.padding,
        )
        return grad_input[0, 0], grad_weight[0, 0]

    @property
    def grad_input(self) -> Array:
        """∂L/∂x, of the picture's shape."""
        return self._gradients[0]

    @property
    def grad_weight(self) -> Array:
        """∂L/∂w, of the filter's shape."""
        return self._gradients[1]

    @cached_property
    def new_weight(self) -> Array:
        """The filter after one step downhill: w − η·∂L/∂w."""
        return (self.weight - np.float32(self.rate) * self.grad_weight).astype(np.float32)

    def _loss(self, output: Array) -> float:
        return 0.5 * float(np.sum((output.astype(np.float64) - self.goal) ** 2))

    @cached_property
    def loss(self) -> float:
        """L = ½ Σ (y − t)²."""
        return self._loss(self.output)

    @cached_property
    def new_loss(self) -> float:
        """The loss with the new filter."""
        return self._loss(self.new_output)

    @cached_property
    def spread(self) -> Array:
        """∂L/∂y with S − 1 zeros between its rows and columns, as the turned filter meets it."""
        height, width = self.grad_output.shape
        down, across = self.stride
        spread = np.zeros(((height - 1) * down + 1, (width - 1) * across + 1), dtype=np.float32)
        spread[::down, ::across] = self.grad_output
        return spread

    @property
    def spread_pads(self) -> tuple[Pair, Pair]:
        """The zeros around `spread` that let the turned filter reach every input cell."""
        before_after = []
        for n, f, p, length in zip(
            self.picture.shape, self.weight.shape, self.padding, self.spread.shape, strict=True
        ):
            before_after.append((f - 1 - p, max(n + p - length, 0)))
        down, across = before_after
        return down, across

    # -- steps --------------------------------------------------------------------------------

    @cached_property
    def parts(self) -> tuple[tuple[Part, Pair], ...]:
        """The parts in order with the (rows, columns) of what each computes."""
        if self._axes is None:
            return ()
        down, across = self._axes
        height, width = self.picture.shape
        rows, columns = self.weight.shape
        return (
            (Part.FORWARD, (down.output, across.output)),
            (Part.ERROR, (1, 1)),
            (Part.FILTER, (rows, columns)),
            (Part.INPUT, (height, width)),
            (Part.UPDATE, (1, 1)),
            (Part.RESULT, (1, 1)),
        )

    def __len__(self) -> int:
        return sum(rows * columns for _, (rows, columns) in self.parts)

    def place_of(self, index: int) -> tuple[Part, Pair]:
        """The part of step `index`, and (row, column) of the number that it computes."""
        for part, (rows, columns) in self.parts:
            if index < rows * columns:
                return part, divmod(index, columns)
            index -= rows * columns
        raise IndexError("there are fewer steps")

    def index_of(self, part: Part, row: int, column: int) -> int:
        """The step that computes a number of a part."""
        first = 0
        for each, (rows, columns) in self.parts:
            if each is part:
                return first + row * columns + column
            first += rows * columns
        raise ValueError(f"no part {part}")

    def revealed(self, part: Part, index: int) -> int:
        """How many numbers of a part are there at step `index`."""
        first = self.index_of(part, 0, 0)
        rows, columns = dict(self.parts)[part]
        return min(max(index - first + 1, 0), rows * columns)

    def step(self, index: int) -> ConvolutionGradientStep:
        """Compute step `index` from its window alone."""
        part, (row, column) = self.place_of(index)
        compute = {
            Part.FORWARD: self._forward,
            Part.FILTER: self._filter_gradient,
            Part.INPUT: self._input_gradient,
        }.get(part)
        if compute is None:
            step = ConvolutionGradientStep(
                index=index, caption="", part=part, cell=(row, column), walkthrough=self
            )
        else:
            step = compute(index, row, column)
        object.__setattr__(step, "caption", caption_of(step))
        return step

    def _made(
        self, index: int, part: Part, cell: Pair, cells: tuple[Cells, Cells, Cells],
        first: NDArray[np.float64], second: NDArray[np.float64],
    ) -> ConvolutionGradientStep:  # fmt: skip
        pairs = zip(first.ravel().tolist(), second.ravel().tolist(), strict=True)
        return ConvolutionGradientStep(
            index=index,
            caption="",
            part=part,
            cell=cell,
            on_input=cells[0],
            on_filter=cells[1],
            on_output=cells[2],
            terms=tuple(pairs),
            value=float(np.sum(first * second)),
            walkthrough=self,
        )

    def _forward(self, index: int, i: int, j: int) -> ConvolutionGradientStep:
        """y[i, j]: the window of the picture times the filter."""
        down, across = self.axes
        window = down.taps(i), across.taps(j)
        everywhere = _all_of(self.weight)
        return self._made(
            index,
            Part.FORWARD,
            (i, j),
            (window, everywhere, NO_CELLS),
            _picked(self.picture, window),
            self.weight.astype(np.float64),
        )

    def _filter_gradient(self, index: int, a: int, b: int) -> ConvolutionGradientStep:
        """∂L/∂w[a, b]: every ∂L/∂y times the input that this weight met there."""
        down, across = self.axes
        window = (
            tuple(start + a for start in down.starts),
            tuple(start + b for start in across.starts),
        )
        places = (
            tuple(range(0, self.spread.shape[0], self.stride[0])),
            tuple(range(0, self.spread.shape[1], self.stride[1])),
        )
        return self._made(
            index,
            Part.FILTER,
            (a, b),
            (window, ((a,), (b,)), places),
            self.grad_output.astype(np.float64),
            _picked(self.picture, window),
        )

    def _input_gradient(self, index: int, m: int, n: int) -> ConvolutionGradientStep:
        """∂L/∂x[m, n]: the turned filter over ∂L/∂y, whose cells around are 0."""
        rows, columns = self.weight.shape
        window = (
            tuple(range(m + self.padding[0] - rows + 1, m + self.padding[0] + 1)),
            tuple(range(n + self.padding[1] - columns + 1, n + self.padding[1] + 1)),
        )
        return self._made(
            index,
            Part.INPUT,
            (m, n),
            (((m,), (n,)), _all_of(self.weight), window),
            _picked(self.spread, window),
            self.weight[::-1, ::-1].astype(np.float64),
        )

    @cached_property
    def new_output(self) -> Array:
        """The output with the new filter."""
        return self.answer(self.new_weight)

    @cached_property
    def formats(self) -> dict[str, NumberFormat]:
        """How x, w, y and t are written, and w and y after the step downhill, all of one width."""
        weights, new_weights = _formats_of(self.weight, self.new_weight)
        outputs, new_outputs = _formats_of(self.output, self.new_output)
        return {
            "x": NumberFormat.of(self.picture),
            "w": weights,
            "new w": new_weights,
            "y": outputs,
            "new y": new_outputs,
            "t": NumberFormat.of(self.goal),
        }

    @cached_property
    def gradient_formats(self) -> dict[str, NumberFormat]:
        """How each gradient is written, by what it belongs to."""
        return {
            "output": NumberFormat.of(self.grad_output),
            "filter": NumberFormat.of(self.grad_weight),
            "input": NumberFormat.of(self.grad_input),
        }


def _formats_of(before: Array, after: Array) -> tuple[NumberFormat, NumberFormat]:
    """Formats of one width for numbers before and after a step downhill.

    One decimal is enough where whole numbers stop being whole.
    """
    old = NumberFormat.of(before)
    new = NumberFormat.of(after, most_decimals=old.decimals or 1)
    width = max(old.width, new.width)
    return replace(old, width=width), replace(new, width=width)


def _all_of(array: Array) -> Cells:
    return tuple(range(array.shape[0])), tuple(range(array.shape[1]))


def _picked(array: Array, cells: Cells) -> NDArray[np.float64]:
    """The numbers where rows and columns cross, 0 outside of the array."""
    rows, columns = np.array(cells[0]), np.array(cells[1])
    height, width = array.shape
    inside = np.outer((rows >= 0) & (rows < height), (columns >= 0) & (columns < width))
    picked = array[rows.clip(0, height - 1)[:, None], columns.clip(0, width - 1)[None, :]]
    return np.where(inside, picked.astype(np.float64), 0.0)
