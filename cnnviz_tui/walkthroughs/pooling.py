"""Pooling, one window a step: first each window leaves one number, then gradients flow back.

Sliding windows, adaptive regions and global pooling are the same walkthrough: what differs is only
which rows and columns an output number sees.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui import ops
from cnnviz_tui.shapes.adaptive import AdaptiveAxis
from cnnviz_tui.shapes.axis import Axis, per_axis
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.layers import AdaptivePooling, Pooling
from cnnviz_tui.shapes.padding import resolve_padding
from cnnviz_tui.shapes.snippets import keras_line, torch_line
from cnnviz_tui.walkthroughs.base import Line, Step, Walkthrough
from cnnviz_tui.walkthroughs.numbers import NumberFormat
from cnnviz_tui.walkthroughs.pooling_text import caption_of, formulas_of, sums_of

Array = NDArray[np.float32]
Pair = tuple[int, int]
Kind = Literal["max", "avg"]
PoolAxis = Axis | AdaptiveAxis


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolingStep(Step):
    """One window on its way forth or back.

    Attributes:
        backward: whether a gradient flows back through the window.
        output: (channel, row, column) of the window's output number, from 0.
        rows, columns: what the window covers; outside of the input is padding.
        patch: the numbers of the window that lie in the input, float64 (rows, columns).
        inside: the rows and columns of the window that lie in the input.
        winner: (row, column) of the input cell with the largest number, the first of equal ones;
            None when averaging.
        divisor: what the sum is divided by when averaging; 1 for the maximum.
        value: the output number.
        upstream: the gradient of the output number, as it comes from the layers behind.
        walkthrough: what the step belongs to.
    """

    backward: bool
    output: tuple[int, int, int]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    patch: NDArray[np.float64]
    inside: tuple[tuple[int, ...], tuple[int, ...]]
    winner: Pair | None
    divisor: int
    value: float
    upstream: float
    walkthrough: PoolingWalkthrough = field(repr=False)

    @property
    def formats(self) -> Formats:
        """How numbers are written in this walkthrough."""
        return self.walkthrough.formats

    @property
    def before(self) -> NDArray[np.float64]:
        """The gradient that earlier windows left in the cells of `patch`."""
        c, i, j = self.output
        earlier = i * self.walkthrough.map_size[1] + j if self.backward else 0
        gathered = self.walkthrough.gradient(c, earlier)
        return gathered[np.ix_(*self.inside)].astype(np.float64)

    @property
    def shares(self) -> NDArray[np.float64]:
        """What each cell of `patch` gets of the gradient: all of it, an equal share, or nothing."""
        if self.walkthrough.kind == "avg":
            return np.full(self.patch.shape, self.upstream / self.divisor)
        shares = np.zeros(self.patch.shape)
        rows, columns = self.inside
        if self.winner is not None:
            shares[rows.index(self.winner[0]), columns.index(self.winner[1])] = self.upstream
        return shares

    @property
    def sums(self) -> tuple[Line, ...]:
        """The maximum or the average with its numbers; on the way back where the gradient goes."""
        return sums_of(self)

    @property
    def data(self) -> Mapping[str, object]:
        """The step as plain values, for `--json`."""
        return {
            "step": self.index,
            "direction": "backward" if self.backward else "forward",
            "output": list(self.output),
            "rows": list(self.rows),
            "columns": list(self.columns),
            "inputs": self.patch.tolist(),
            "winner": None if self.winner is None else list(self.winner),
            "divisor": self.divisor,
            "value": self.value,
            "upstream": self.upstream if self.backward else None,
            "shares": self.shares.tolist() if self.backward else None,
            "caption": self.caption,
        }


@dataclass(frozen=True, slots=True)
class Formats:
    """How the numbers of one walkthrough are written.

    Attributes:
        inputs: of the input's numbers.
        results: of output numbers.
        gradients: of gradients, arriving and gathered.
    """

    inputs: NumberFormat
    results: NumberFormat
    gradients: NumberFormat


class PoolingWalkthrough(Walkthrough[PoolingStep]):
    """Max or average pooling of C feature maps, each alone.

    Args:
        input: float32 (1, C, H, W), the feature maps of one picture.
        layer: the pooling, with windows that slide or with regions that adapt.
        upstream: float32, the gradient of the output in its shape (1, C, H', W'), to walk on
            backwards through the layer; None to stop at the output. Where the layer leaves no
            position it is not looked at.

    A window that has no position makes a walkthrough of no steps, whose `problem` says why.

    Raises:
        ValueError: the arrays have not the shapes they should have.
    """

    def __init__(
        self,
        input: Array,  # noqa: A002 - the name in torch.nn.functional, which `ops` follows
        layer: Pooling | AdaptivePooling,
        upstream: Array | None = None,
    ) -> None:
        if input.ndim != 4 or input.shape[0] != 1:
            raise ValueError(
                f"input has shape {input.shape}: give one picture as (1, channels, height, width)"
            )
        self.input: Array = input[0]
        self.layer = layer
        self._problem = ""
        self._axes: tuple[PoolAxis, ...] = ()
        try:
            self._axes = layer.axes(self.input.shape[1:])
        except ShapeError as error:
            self._problem = str(error)
        shape = (1, self.channels, *self.map_size)
        if self._axes and upstream is not None and upstream.shape != shape:
            raise ValueError(f"upstream has shape {upstream.shape}: give the output's, {shape}")
        self.upstream: Array | None = None if upstream is None else upstream[0]

    @property
    def kind(self) -> Kind:
        """Whether a window keeps its largest number or its average."""
        return self.layer.kind

    @property
    def adaptive(self) -> bool:
        """Whether the output's size is given and regions adapt to it."""
        return isinstance(self.layer, AdaptivePooling)

    @property
    def overall(self) -> bool:
        """Whether one region covers the whole map: global pooling."""
        return self.adaptive and self.map_size == (1, 1)

    @property
    def channels(self) -> int:
        """C, the number of feature maps."""
        return int(self.input.shape[0])

    @property
    def problem(self) -> str:
        """Why the window has no position at all; empty when it has."""
        return self._problem

    @property
    def axes(self) -> tuple[PoolAxis, PoolAxis]:
        """The windows' way down and across.

        Raises:
            ShapeError: the window has no position; `problem` says why.
        """
        if not self._axes:
            raise ShapeError(self._problem)
        return self._axes[0], self._axes[1]

    @property
    def map_size(self) -> Pair:
        """(height, width) of an output map; (0, 0) when the window has no position."""
        if not self._axes:
            return 0, 0
        return self._axes[0].output, self._axes[1].output

    @property
    def pads(self) -> tuple[Pair, Pair]:
        """((top, bottom), (left, right)) of padding, and of what windows hang over in ceil mode."""
        down, across = self.axes
        return _pads(down), _pads(across)

    @property
    def code(self) -> dict[str, str]:
        """The layer as one line of PyTorch and one of Keras.

        Raises:
            ShapeError: the window has no position; `problem` says why.
        """
        sizes = self.input.shape[1:]
        return {"PyTorch": torch_line(self.layer, sizes), "Keras": keras_line(self.layer, sizes)}

    @property
    def title(self) -> str:
        """What is being walked through."""
        return f"{'max' if self.kind == 'max' else 'average'} pooling"

    @property
    def formulas(self) -> tuple[Line, ...]:
        """Output size (once for squares, else down and across), parameters and memory."""
        return formulas_of(self)

    @property
    def outputs(self) -> int:
        """How many output numbers there are, and so steps in one direction."""
        height, width = self.map_size
        return self.channels * height * width

    def __len__(self) -> int:
        return self.outputs * (1 if self.upstream is None else 2)

    def index_of(self, channel: int, row: int, column: int, *, backward: bool = False) -> int:
        """The step of output (channel, row, column), on the way forth or back."""
        height, width = self.map_size
        return (channel * height + row) * width + column + backward * self.outputs

    def step(self, index: int) -> PoolingStep:
        """Compute step `index` from its window, and from the windows that overlap it."""
        backward, place = divmod(index, self.outputs)
        height, width = self.map_size
        c, rest = divmod(place, height * width)
        i, j = divmod(rest, width)
        down, across = self.axes
        rows, columns = _taps(down, i), _taps(across, j)
        inside = _inside(rows, down), _inside(columns, across)
        patch = self.input[c][np.ix_(*inside)].astype(np.float64)
        divisor, winner = 1, None
        if self.kind == "max":
            best = np.unravel_index(int(patch.argmax()), patch.shape)
            winner = inside[0][best[0]], inside[1][best[1]]
        else:
            divisor = _counted(down, rows) * _counted(across, columns)
        step = PoolingStep(
            index=index,
            caption="",
            backward=bool(backward),
            output=(c, i, j),
            rows=rows,
            columns=columns,
            patch=patch,
            inside=inside,
            winner=winner,
            divisor=divisor,
            value=float(patch.max() if self.kind == "max" else patch.sum() / divisor),
            upstream=0.0 if self.upstream is None else float(self.upstream[c, i, j]),
            walkthrough=self,
        )
        object.__setattr__(step, "caption", caption_of(self, step))
        return step

    def seen_by(self, row: int, column: int) -> tuple[range, range]:
        """The output rows and columns whose windows see input cell (row, column)."""
        down, across = self.axes
        return _feeds(down, row), _feeds(across, column)

    def gathered(self, channel: int, row: int, column: int) -> tuple[tuple[Pair, float], ...]:
        """(output row and column, share of its gradient) of all windows that see an input cell."""
        found = []
        for i, j in product(*self.seen_by(row, column)):
            step = self.step(self.index_of(channel, i, j))
            rows, columns = step.inside
            share = float(step.shares[rows.index(row), columns.index(column)])
            found.append(((i, j), share))
        return tuple(found)

    def gradient(self, channel: int, windows: int) -> Array:
        """The gradient (H, W) of a channel of the input after its first `windows` windows."""
        if self.upstream is None:
            return np.zeros_like(self.input[channel])
        numbers = np.arange(self.upstream[channel].size).reshape(self.map_size)
        arrived = np.where(numbers < windows, self.upstream[channel], np.float32(0))
        _, backward = _OPS[self.kind, self.adaptive]
        positional, named = self._arguments()
        one = self.input[None, channel : channel + 1]
        found: Array = backward(arrived[None, None], one, *positional, **named)[0, 0]
        return found

    def gradient_at(self, index: int, channel: int) -> Array:
        """The gradient (H, W) that a channel has gathered up to and with step `index`."""
        height, width = self.map_size
        arrived = index + 1 - self.outputs - channel * height * width
        return self.gradient(channel, min(max(arrived, 0), height * width))

    def _arguments(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """What the operation takes besides arrays: by position, and by name."""
        layer = self.layer
        if isinstance(layer, AdaptivePooling):
            return (self.map_size,), {}
        stride = layer.window if layer.stride is None else per_axis(layer.stride, 2, "stride")
        sizes = self.input.shape[1:]
        sides = resolve_padding(layer.padding, layer.window, stride, (1, 1), sizes)
        return (layer.window, stride, sides), {"ceil_mode": layer.ceil_mode}

    @cached_property
    def output(self) -> Array:
        """All output maps at once, float32 (C, H', W')."""
        if not self._axes:
            return np.zeros((self.channels, 0, 0), dtype=np.float32)
        forward, _ = _OPS[self.kind, self.adaptive]
        positional, named = self._arguments()
        maps: Array = forward(self.input[None], *positional, **named)[0]
        return maps

    @cached_property
    def formats(self) -> Formats:
        """How inputs, results and gradients are written, so that nothing jumps while it plays."""
        gradients = np.zeros(1)
        if self.upstream is not None and self._axes:
            whole = [self.gradient(c, self.outputs) for c in range(self.channels)]
            gradients = np.append(self.upstream, np.stack(whole))
        return Formats(
            NumberFormat.of(self.input, 0),
            NumberFormat.of(self.output, 0),
            NumberFormat.of(gradients),
        )

    @cached_property
    def unvisited(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The input rows and columns that no window sees."""
        down, across = (() if isinstance(a, AdaptiveAxis) else a.unvisited for a in self.axes)
        return down, across

    @cached_property
    def bands(self) -> tuple[tuple[range, ...], tuple[range, ...]]:
        """The adaptive regions of rows and of columns; none for windows that slide."""
        down, across = (
            tuple(a.region(i) for i in range(a.output)) if isinstance(a, AdaptiveAxis) else ()
            for a in self.axes
        )
        return down, across


_OPS: dict[tuple[Kind, bool], tuple[Callable[..., Any], Callable[..., Any]]] = {
    ("max", False): (ops.max_pool2d, ops.max_pool2d_backward),
    ("avg", False): (ops.avg_pool2d, ops.avg_pool2d_backward),
    ("max", True): (ops.adaptive_max_pool2d, ops.adaptive_max_pool2d_backward),
    ("avg", True): (ops.adaptive_avg_pool2d, ops.adaptive_avg_pool2d_backward),
}
"""Forward and backward of each kind, with windows that slide and with regions that adapt."""


def _taps(axis: PoolAxis, output: int) -> tuple[int, ...]:
    """The positions that an output sees, padding included."""
    return tuple(axis.region(output)) if isinstance(axis, AdaptiveAxis) else axis.taps(output)


def _inside(taps: tuple[int, ...], axis: PoolAxis) -> tuple[int, ...]:
    return tuple(tap for tap in taps if 0 <= tap < axis.size)


def _counted(axis: PoolAxis, taps: tuple[int, ...]) -> int:
    """How many positions an average counts: padding too, but not what hangs over (PyTorch)."""
    after = 0 if isinstance(axis, AdaptiveAxis) else axis.after
    return sum(tap < axis.size + after for tap in taps)


def _pads(axis: PoolAxis) -> Pair:
    """Positions before and after the input that windows cover."""
    if isinstance(axis, AdaptiveAxis):
        return 0, 0
    return axis.before, max(axis.after, axis.taps(axis.output - 1)[-1] + 1 - axis.size)


def _feeds(axis: PoolAxis, position: int) -> range:
    """The outputs that see a position; around it, adaptive regions are adaptive again."""
    if isinstance(axis, AdaptiveAxis):
        return AdaptiveAxis(axis.output, axis.size).region(position)
    return axis.feeds(position)
