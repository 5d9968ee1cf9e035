"""A convolution, one output number a step: the window, its products, their sum.

The order is the one in which the lecture tells it: a filter slides over all positions, row by row,
and leaves one map; then the next filter does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui import ops
from cnnviz_tui.samples import Meaning
from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.layers import Convolution
from cnnviz_tui.shapes.padding import Padding, resolve_padding
from cnnviz_tui.shapes.snippets import keras_line, numpy_lines, torch_line
from cnnviz_tui.walkthroughs.base import Line, Step, Walkthrough
from cnnviz_tui.walkthroughs.convolution_text import (
    caption_of,
    formulas_of,
    lost_sentence,
    sums_of,
)
from cnnviz_tui.walkthroughs.numbers import NumberFormat

Array = NDArray[np.float32]

_SHORT = 100
_LEAD = 3
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvolutionStep(Step):
    """One output number and everything that goes into it.

    Attributes:
        output: (map, row, column) of the number, from 0.
        rows, columns: where the filter's cells lie on the input; outside of it is padding.
        channels: the input channels that this filter reads (all of them unless grouped).
        patch: the numbers below the filter, 0 in the padding, float64 (channels, F, F).
        weights: the filter, float64 (channels, F, F).
        bias: what is added to the sum, None where the layer has no bias.
        channel_names: what the channels that the filter reads are called.
        walkthrough: what the step belongs to.
    """

    output: tuple[int, int, int]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    channels: range
    patch: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: float | None
    channel_names: tuple[str, ...]
    walkthrough: ConvolutionWalkthrough = field(repr=False)

    @property
    def formats(self) -> Formats:
        """How inputs, weights and results are written.

        It takes all outputs to know how wide they get, so this is left until a sum is written out:
        a step's numbers alone cost no more than its window.
        """
        return self.walkthrough.formats

    @property
    def products(self) -> NDArray[np.float64]:
        """Input times weight, cell by cell: (channels, F, F)."""
        return self.patch * self.weights

    @property
    def partial_sums(self) -> NDArray[np.float64]:
        """The sum of the products of each channel: (channels,)."""
        return np.asarray(self.products.sum(axis=(1, 2)), dtype=np.float64)

    @property
    def running(self) -> NDArray[np.float64]:
        """The sum after each product in reading order; the bias comes after the last."""
        return np.cumsum(self.products.ravel())

    @property
    def value(self) -> float:
        """The output number: all products and the bias."""
        return float(self.products.sum()) + (self.bias or 0.0)

    @property
    def sums(self) -> tuple[Line, ...]:
        """All products one by one; one partial sum a channel; the mere count of products."""
        return sums_of(self)

    @property
    def data(self) -> Mapping[str, object]:
        """The step as plain values, for `--json`."""
        return {
            "step": self.index,
            "output": list(self.output),
            "rows": list(self.rows),
            "columns": list(self.columns),
            "channels": list(self.channels),
            "inputs": self.patch.tolist(),
            "weights": self.weights.tolist(),
            "products": (self.products + 0.0).tolist(),
            "partial_sums": self.partial_sums.tolist(),
            "bias": self.bias,
            "value": self.value,
            "caption": self.caption,
        }


@dataclass(frozen=True, slots=True)
class Formats:
    """How the numbers of one walkthrough are written, so that nothing jumps while it plays.

    Attributes:
        inputs: of the input's numbers.
        weights: of each filter's weights, all of one width.
        biases: of the filters' biases.
        results: of output numbers and partial sums.
    """

    inputs: NumberFormat
    weights: tuple[NumberFormat, ...]
    biases: NumberFormat
    results: NumberFormat


class ConvolutionWalkthrough(Walkthrough[ConvolutionStep]):
    """A convolution over a picture of C channels with K filters.

    Args:
        input: float32 (1, C, H, W), one picture.
        weight: float32 (K, C / groups, F, F).
        bias: float32 (K,), or None.
        stride, padding, dilation, groups: as in `ops.conv2d`; `"same"` with a stride above 1 pads
            as Keras does.
        meanings: how to read each filter's answers, where that is known.
        channel_names: what the channels are called, for example red, green, blue.

    Sizes that leave no position for the filter make a walkthrough of no steps, whose `problem`
    says why.

    Raises:
        ValueError: the arrays do not belong together (number of axes, channels, groups).
    """

    def __init__(
        self,
        input: Array,  # noqa: A002 - the name in torch.nn.functional, which `ops` follows
        weight: Array,
        bias: Array | None = None,
        *,
        stride: int | Pair = 1,
        padding: Padding = 0,
        dilation: int | Pair = 1,
        groups: int = 1,
        meanings: Sequence[Meaning | None] = (),
        channel_names: Sequence[str] = (),
    ) -> None:
        _check_arrays(input, weight, bias, groups)
        self.input: Array = input[0]
        self.weight = weight
        self.bias = bias
        self.stride = _pair(stride)
        self.dilation = _pair(dilation)
        self.padding = padding
        self.groups = groups
        self.meanings = tuple(meanings) or (None,) * self.filters
        self.channel_names = tuple(channel_names) or tuple(str(c + 1) for c in range(self.channels))
        self._problem = ""
        self._axes: tuple[Axis, Axis] | None = None
        try:
            self._axes = self._lay_axes()
        except ShapeError as error:
            self._problem = str(error)

    def _lay_axes(self) -> tuple[Axis, Axis]:
        sizes, window = self.input.shape[1:], self.weight.shape[2:]
        pads = resolve_padding(self.padding, window, self.stride, self.dilation, sizes)
        rows, columns = (
            Axis(n, f, s, before, after, d)
            for n, f, s, (before, after), d in zip(
                sizes, window, self.stride, pads, self.dilation, strict=True
            )
        )
        return rows, columns

    @property
    def layer(self) -> Convolution:
        """The layer as a specification, for parameters, costs and code."""
        return Convolution(
            self.channels,
            self.filters,
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            self.groups,
            self.bias is not None,
        )

    @property
    def code(self) -> dict[str, str]:
        """The layer as one line of PyTorch, one of Keras, and a few lines of numpy.

        Raises:
            ShapeError: the filter has no position; `problem` says why.
        """
        layer, sizes = self.layer, self.input.shape[1:]
        return {
            "PyTorch": torch_line(layer, sizes),
            "Keras": keras_line(layer, sizes),
            "numpy": numpy_lines(layer, sizes),
        }

    @property
    def channels(self) -> int:
        """C, the number of input channels."""
        return int(self.input.shape[0])

    @property
    def filters(self) -> int:
        """K, the number of filters and so of output maps."""
        return int(self.weight.shape[0])

    @property
    def kernel_size(self) -> Pair:
        """F as (height, width)."""
        return int(self.weight.shape[2]), int(self.weight.shape[3])

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
        """Why the filter has no position at all; empty when it has."""
        return self._problem

    @property
    def pads(self) -> tuple[Pair, Pair]:
        """((top, bottom), (left, right)) of padding; zeros when there is no position."""
        if self._axes is None:
            return (0, 0), (0, 0)
        down, across = self._axes
        return (down.before, down.after), (across.before, across.after)

    @property
    def map_size(self) -> Pair:
        """(height, width) of an output map; (0, 0) when the filter has no position."""
        if self._axes is None:
            return 0, 0
        return self._axes[0].output, self._axes[1].output

    @property
    def title(self) -> str:
        """What is being walked through."""
        return "convolution"

    @property
    def formulas(self) -> tuple[Line, ...]:
        """Output size (once for squares, else down and across) and number of parameters."""
        return formulas_of(self)

    def __len__(self) -> int:
        height, width = self.map_size
        return self.filters * height * width

    def position_of(self, index: int) -> tuple[int, int, int]:
        """(map, row, column) of the output number that step `index` computes."""
        height, width = self.map_size
        k, rest = divmod(index, height * width)
        return (k, *divmod(rest, width))

    def index_of(self, k: int, row: int, column: int) -> int:
        """The step that computes output (k, row, column)."""
        height, width = self.map_size
        return (k * height + row) * width + column

    def channels_of(self, k: int) -> range:
        """The input channels that filter `k` reads."""
        size = self.weight.shape[1]
        first = k // (self.filters // self.groups) * size
        return range(first, first + size)

    def step(self, index: int) -> ConvolutionStep:
        """Compute output number `index` from its window alone."""
        k, i, j = self.position_of(index)
        down, across = self.axes
        rows, columns = down.taps(i), across.taps(j)
        channels = self.channels_of(k)
        step = ConvolutionStep(
            index=index,
            caption="",
            output=(k, i, j),
            rows=rows,
            columns=columns,
            channels=channels,
            patch=self._patch(channels, rows, columns),
            weights=self.weight[k].astype(np.float64),
            bias=None if self.bias is None else float(self.bias[k]),
            channel_names=self.channel_names[channels.start : channels.stop],
            walkthrough=self,
        )
        object.__setattr__(step, "caption", caption_of(self, step))
        return step

    def _patch(
        self, channels: range, rows: tuple[int, ...], columns: tuple[int, ...]
    ) -> NDArray[np.float64]:
        """The numbers at `rows` x `columns`, 0 outside of the picture."""
        height, width = self.input.shape[1:]
        down, across = np.array(rows), np.array(columns)
        inside = np.outer((down >= 0) & (down < height), (across >= 0) & (across < width))
        picked = self.input[channels.start : channels.stop][
            :, down.clip(0, height - 1)[:, None], across.clip(0, width - 1)[None, :]
        ]
        return np.where(inside, picked.astype(np.float64), 0.0)

    @cached_property
    def output(self) -> Array:
        """All output maps at once, float32 (K, height, width)."""
        if self._axes is None:
            return np.zeros((self.filters, 0, 0), dtype=np.float32)
        maps: Array = ops.conv2d(
            self.input[None], self.weight, self.bias, self.stride, self.pads, self.dilation,
            self.groups,
        )[0]  # fmt: skip
        return maps

    def telling_step(self) -> int:
        """A step shortly before the first clear answer, for long walkthroughs that begin blank.

        Short walkthroughs are told from their beginning.
        """
        height, width = self.map_size
        if height * width <= _SHORT:
            return 0
        answers = np.abs(self.output[0]).ravel()
        clear = np.flatnonzero(answers > 0.25 * answers.max())
        return max(int(clear[0]) - _LEAD, 0) if clear.size else 0

    @cached_property
    def formats(self) -> Formats:
        """How inputs, weights and results are written in this walkthrough."""
        inputs = NumberFormat.of(self.input, 0)
        weights = [NumberFormat.of(filter_) for filter_ in self.weight]
        width = max(each.width for each in weights)
        return Formats(
            inputs,
            tuple(replace(each, width=width) for each in weights),
            NumberFormat.of(np.zeros(1) if self.bias is None else self.bias),
            NumberFormat.of(self.output, 0),
        )

    @cached_property
    def lost(self) -> str:
        """Which rows and columns no window reaches and what would help; empty when all are."""
        return "" if self._axes is None else lost_sentence(self)

    def fed_by(self, row: int, column: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The output rows and columns whose windows touch input cell (row, column)."""
        down, across = self.axes
        return tuple(down.feeds(row)), tuple(across.feeds(column))

    @cached_property
    def unvisited(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The input rows and columns that no window touches."""
        if self._axes is None:
            return (), ()
        return self._axes[0].unvisited, self._axes[1].unvisited


def _pair(value: int | Pair) -> Pair:
    return (value, value) if isinstance(value, int) else (value[0], value[1])


def _check_arrays(input_: Array, weight: Array, bias: Array | None, groups: int) -> None:
    if input_.ndim != 4 or input_.shape[0] != 1:
        raise ValueError(
            f"input has shape {input_.shape}: give one picture as (1, channels, height, width)"
        )
    if weight.ndim != 4:
        raise ValueError(
            f"weight has shape {weight.shape}: give (filters, channels / groups, height, width)"
        )
    channels, filters = input_.shape[1], weight.shape[0]
    if groups < 1 or channels % groups or filters % groups:
        raise ValueError(
            f"groups {groups} must divide both the {channels} input channels and the {filters} "
            "filters"
        )
    if weight.shape[1] != channels // groups:
        raise ValueError(
            f"each filter has {weight.shape[1]} channels, but the input gives it "
            f"{channels // groups} ({channels} / {groups} groups)"
        )
    if bias is not None and bias.shape != (filters,):
        raise ValueError(f"bias has shape {bias.shape}: give one number a filter, ({filters},)")
