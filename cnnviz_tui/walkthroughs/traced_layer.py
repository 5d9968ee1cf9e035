"""From a layer of a traced network to the explorer that shows this very layer.

The sizes are the layer's own. Where an explorer shows less (fewer channels, a smaller picture), the
nearest that it does show is taken, and a sentence says what was left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isqrt
from typing import Any

from cnnviz_tui.networks.operations.dense import Linear
from cnnviz_tui.networks.operations.windows import (
    AdaptivePool,
    Conv,
    DepthwiseConv,
    Pool,
    known_sizes,
    read_volume,
)
from cnnviz_tui.networks.result import Trace
from cnnviz_tui.networks.sizes import has_batch, without_batch
from cnnviz_tui.networks.tracing import LayerTrace
from cnnviz_tui.samples import input_named
from cnnviz_tui.shapes.axis import per_axis
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.layers import (
    AdaptivePooling,
    Convolution,
    Layer,
    Pooling,
    TransposedConvolution,
)
from cnnviz_tui.shapes.padding import Padding, resolve_padding
from cnnviz_tui.walkthroughs import (
    convolution_setup,
    dense_setup,
    pooling_setup,
    transposed_setup,
)
from cnnviz_tui.walkthroughs.convolution_setup import ConvolutionSetup
from cnnviz_tui.walkthroughs.dense_setup import DenseSetup
from cnnviz_tui.walkthroughs.pooling_setup import PoolingSetup
from cnnviz_tui.walkthroughs.transposed_setup import TransposedSetup

Pair = tuple[int, int]
Windows = Conv | DepthwiseConv | Pool | AdaptivePool


_COMPARED = 5
"""The filter size of the convolution that stands beside a dense layer, where it fits."""


@dataclass(frozen=True, slots=True)
class LayerSetup:
    """What to open for a layer.

    Attributes:
        mechanism: the name of the explorer's mechanism.
        setup: the layer's numbers.
        less: what the explorer leaves out, one sentence; empty if nothing.
    """

    mechanism: str
    setup: Any
    less: str = ""


@dataclass(frozen=True, slots=True)
class _Numbers:
    """A layer on a picture, all lengths as (height, width).

    Attributes:
        size: N.
        channels: C.
        filters: K; 1 for pooling, which has none.
        groups: G.
    """

    size: Pair
    channels: int
    filters: int
    groups: int = 1

    @property
    def per_group(self) -> Pair:
        """The channels and the filters of each group."""
        return self.channels // self.groups, self.filters // self.groups

    def capped(self, side: int, channels: int, filters: int) -> _Numbers:
        """The same layer with no more than so much; groups stay whole."""
        size = min(self.size[0], side), min(self.size[1], side)
        inner, outer = self.per_group
        inner, outer = min(inner, channels), min(outer, filters)
        groups = max(min(self.groups, channels // inner, filters // outer), 1)
        return _Numbers(size, inner * groups, outer * groups, groups)

    def smaller(self) -> Iterator[_Numbers]:
        """The layer itself, then with fewer and fewer filters, channels, rows and columns."""
        now = self
        yield now
        while now.filters > now.groups or now.channels > now.groups or max(now.size) > 1:
            inner, outer = now.per_group
            if outer > 1:
                outer = -(-outer // 2)
            elif inner > 1:
                inner = -(-inner // 2)
            else:
                now = _Numbers(
                    (-(-now.size[0] // 2), -(-now.size[1] // 2)), now.channels, now.filters,
                    now.groups,
                )  # fmt: skip
                yield now
                continue
            now = _Numbers(now.size, inner * now.groups, outer * now.groups, now.groups)
            yield now

    def less_than(self, whole: _Numbers, outputs: str) -> str:
        """Say what of the whole is left out here; empty if nothing is."""
        parts = [
            f"{mine:,} of {all_:,} {what}"
            for mine, all_, what in (
                (self.size[0], whole.size[0], "rows"),
                (self.size[1], whole.size[1], "columns"),
                (self.channels, whole.channels, "channels"),
                (self.filters, whole.filters, outputs),
                (self.groups, whole.groups, "groups"),
            )
            if mine < all_
        ]
        return f"Shown with {', '.join(parts)}, as much as fits here." if parts else ""


def layer_setup(trace: Trace, index: int) -> LayerSetup | None:
    """Return what to open for a layer of a trace; None if no explorer shows such a layer.

    Sequences are shown as pictures of one row, vectors as the volume that they were before they
    were flattened.

    Args:
        trace: the network.
        index: which of its layers.
    """
    row = trace.layers[index]
    operation = row.node.operation
    try:
        if isinstance(operation, Linear):
            return _dense(row.name, operation, _spread(trace, index))
        if isinstance(operation, (Conv, DepthwiseConv, Pool, AdaptivePool)):
            return _windows(row, operation)
    except ShapeError:
        # What no explorer can take at any size is told in words instead.
        return None
    return None


def _windows(row: LayerTrace, operation: Windows) -> LayerSetup | None:
    if operation.rank > 2:
        return None
    _, channels, shape = read_volume(row.input, operation.rank, operation.channels_last)
    sizes = known_sizes(shape)
    if channels is None or sizes is None:
        return None
    return _opened(row.name, operation.layer(channels, sizes), channels, sizes)


def _opened(name: str, layer: Layer, channels: int, sizes: tuple[int, ...]) -> LayerSetup | None:
    size = _pair(sizes)
    if isinstance(layer, TransposedConvolution):
        return _transposed(name, layer, _Numbers(size, channels, layer.out_channels))
    if isinstance(layer, Convolution):
        whole = _Numbers(size, channels, layer.out_channels, layer.groups)
        return _convolution(name, layer, whole)
    if isinstance(layer, Pooling):
        return _pooling(name, layer, _Numbers(size, channels, 1))
    if isinstance(layer, AdaptivePooling):
        return _adaptive(name, layer, _Numbers(size, channels, 1))
    return None


def _convolution(name: str, layer: Convolution, whole: _Numbers) -> LayerSetup | None:
    def make(numbers: _Numbers) -> ConvolutionSetup:
        kernel = "random" if numbers.channels > 1 or numbers.filters > 1 else "sobel-x"
        return ConvolutionSetup.of(
            _source(numbers.channels),
            size=numbers.size,
            channels=numbers.channels,
            filters=numbers.filters,
            groups=numbers.groups,
            kernel=kernel,
            kernel_size=_pair(layer.window),
            stride=_lengths(layer.stride, layer.rank),
            padding=_padding(layer, whole.size),
            dilation=_lengths(layer.dilation, layer.rank),
            bias=0.0 if layer.bias else None,
            title=name,
        )

    most = convolution_setup
    start = whole.capped(most.MOST_SIDE, most.MOST_CHANNELS, most.MOST_FILTERS)
    return _first(most.CONVOLUTION.name, whole, start, make)


def _pooling(name: str, layer: Pooling, whole: _Numbers) -> LayerSetup | None:
    if any(d != 1 for d in per_axis(layer.dilation, layer.rank, "dilation")):
        return None
    window = _pair(layer.window)
    stride = window if layer.stride is None else _lengths(layer.stride, layer.rank)

    def make(numbers: _Numbers) -> PoolingSetup:
        return _pooling_setup(
            name,
            layer.kind,
            numbers,
            kernel_size=window,
            stride=stride,
            padding=_padding(layer, whole.size),
            rounding="ceil" if layer.ceil_mode else "floor",
        )

    return _first(pooling_setup.POOLING.name, whole, _capped_for_pooling(whole), make)


def _adaptive(name: str, layer: AdaptivePooling, whole: _Numbers) -> LayerSetup | None:
    wanted = _lengths(layer.output_size, layer.rank)

    def make(numbers: _Numbers) -> PoolingSetup:
        return _pooling_setup(name, layer.kind, numbers, output_size=wanted)

    return _first(pooling_setup.POOLING.name, whole, _capped_for_pooling(whole), make)


def _capped_for_pooling(whole: _Numbers) -> _Numbers:
    most = pooling_setup.MOST_CHANNELS
    return whole.capped(pooling_setup.MOST_SIDE, most, 1)


def _pooling_setup(name: str, kind: str, numbers: _Numbers, **choices: Any) -> PoolingSetup:
    return PoolingSetup.of(
        _source(numbers.channels),
        kind="max" if kind == "max" else "average",
        size=numbers.size,
        channels=numbers.channels,
        title=name,
        **choices,
    )


def _transposed(name: str, layer: TransposedConvolution, whole: _Numbers) -> LayerSetup | None:
    def make(numbers: _Numbers) -> TransposedSetup:
        return TransposedSetup.of(
            "numbers",
            size=numbers.size,
            kernel_size=_pair(layer.window),
            stride=_lengths(layer.stride, layer.rank),
            padding=_padding(layer, whole.size),
            dilation=_lengths(layer.dilation, layer.rank),
            output_padding=_lengths(layer.output_padding, layer.rank, 0),
            title=name,
        )

    # That explorer shows one channel through one filter.
    start = whole.capped(transposed_setup.MOST_SIDE, 1, 1)
    return _first(transposed_setup.TRANSPOSED.name, whole, start, make)


def _dense(name: str, layer: Linear, volume: tuple[int, Pair] | None) -> LayerSetup | None:
    if volume is None:
        return None
    channels, size = volume

    def make(numbers: _Numbers) -> DenseSetup:
        height, width = numbers.size
        return DenseSetup(
            input_named(_source(numbers.channels)),
            size=numbers.size,
            channels=numbers.channels,
            units=numbers.filters,
            bias=0.0 if layer.bias else None,
            kernel_size=(min(height, _COMPARED), min(width, _COMPARED)),
            title=name,
        )

    whole = _Numbers(size, channels, layer.out_features)
    start = whole.capped(dense_setup.MOST_SIDE, dense_setup.MOST_CHANNELS, dense_setup.MOST_UNITS)
    return _first(dense_setup.DENSE.name, whole, start, make, "units")


def _spread(trace: Trace, index: int) -> tuple[int, Pair] | None:
    """The channels and sizes of a dense layer's input before it was flattened.

    A vector that never was a volume is spread out over rows that are as long as they can be.
    """
    row = trace.layers[index]
    vector = without_batch(row.input or ())
    if len(vector) != 1 or vector[0] is None or not has_batch(row.input):
        return None
    source = row.node.inputs[0] if row.node.inputs else -1
    while source >= 0:
        before = trace.layers[source]
        volume = without_batch(before.input or ())
        if len(volume) == 3 and before.view:
            channels_last = trace.framework == "keras"
            _, channels, sizes = read_volume(before.input, 2, channels_last)
            known = known_sizes(sizes)
            return None if channels is None or known is None else (channels, _pair(known))
        if before.input != before.output:
            break
        source = before.node.inputs[0] if before.node.inputs else -1
    length = vector[0]
    rows = next(
        (rows for rows in range(1, isqrt(length) + 1)
         if length % rows == 0 and length // rows <= dense_setup.MOST_SIDE),
        1,
    )  # fmt: skip
    return 1, (rows, length // rows)


def _first(
    mechanism: str,
    whole: _Numbers,
    start: _Numbers,
    make: Callable[[_Numbers], Any],
    outputs: str = "filters",
) -> LayerSetup | None:
    """The largest layer of this kind that the explorer takes."""
    for numbers in start.smaller():
        try:
            return LayerSetup(mechanism, make(numbers), numbers.less_than(whole, outputs))
        except ShapeError:
            continue
    return None


def _source(channels: int) -> str:
    """A picture with something to see: a digit, or in colour where there are three channels."""
    return "digit-7" if channels == 1 else "picture" if channels == 3 else "numbers"


def _pair(lengths: tuple[int, ...], missing: int = 1) -> Pair:
    """Lengths as height and width; a sequence is one row."""
    height, width = lengths if len(lengths) == 2 else (missing, *lengths)
    return height, width


def _lengths(given: int | tuple[int, ...], rank: int, missing: int = 1) -> Pair:
    return _pair(per_axis(given, rank, "length"), missing)


def _padding(layer: Convolution | TransposedConvolution | Pooling, size: Pair) -> Padding:
    """The layer's padding for a picture, as short as it can be said."""
    if layer.rank == 2:
        return layer.padding
    sides = resolve_padding(
        layer.padding,
        layer.window,
        per_axis(layer.window if layer.stride is None else layer.stride, 1, "stride"),
        per_axis(layer.dilation, 1, "dilation"),
        size[1:],
    )
    return ((0, 0), *sides)
