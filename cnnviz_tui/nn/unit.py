"""Opening a unit: which numbers below made it, with which weights, and how they add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.nn.activation import Activation
from cnnviz_tui.nn.conv import Conv2d
from cnnviz_tui.nn.dense import Linear, RadialBasis
from cnnviz_tui.nn.layer import Array, Layer
from cnnviz_tui.nn.network import Network
from cnnviz_tui.nn.pool import AvgPool2d, MaxPool2d, Subsampling

Operation: TypeAlias = Literal["sum", "max", "mean", "distance", "exponential"]
"""How the terms become one number: Σ terms + bias; their largest; their mean; Σ of squared
differences; or softmax, where the unit's own term is divided by the sum of all."""

Index: TypeAlias = tuple[int, ...]
"""`(channel, row, column)` in a map, or `(unit,)`."""


@dataclass(frozen=True)
class Unit:
    """One number of a network, taken apart.

    Arrays have the shape of the window in the stage below: `(channels, height, width)` or
    `(units,)`.

    Attributes:
        stage: the stage it belongs to.
        index: where it is in that stage's output.
        below: the stage that it sees, `input` for the first.
        operation: how its terms become one number.
        window: the values that it sees, with the padding's zeros.
        inside: where the window lies in the stage below; False in the padding.
        seen: which cells it is connected to; not all where a connection table has gaps.
        corner: index in the stage below of the window's first cell. Rows and columns are negative
            where the window begins in the padding.
        below_shape: shape of the stage below, which may be flattened on the way to the window.
        weights: one per cell of the window; the codes for distances, None where there are none.
        terms: what is added up (or compared, for `max`): products, squared differences, powers.
        bias: added to the sum of the terms.
        total: the terms put together, with the bias: the unit before its activation function.
        activation: the kind of its activation function, None if it has none.
        value: the unit itself, as `Network.activations` shows it.
    """

    stage: str
    index: Index
    below: str
    operation: Operation
    window: Array
    inside: NDArray[np.bool_]
    seen: NDArray[np.bool_]
    corner: Index
    below_shape: Index
    weights: Array | None
    terms: Array
    bias: float
    total: float
    activation: str | None
    value: float

    def unit_below(self, cell: Index) -> Index | None:
        """Return which unit of the stage below a cell of the window shows, to open it in turn.

        Returns:
            Its index, or None for a cell in the padding, where there is no unit.
        """
        if not self.inside[cell]:
            return None
        place = tuple(corner + offset for corner, offset in zip(self.corner, cell, strict=True))
        if len(place) == len(self.below_shape):
            return place
        return tuple(int(axis) for axis in np.unravel_index(place[0], self.below_shape))


def open_unit(network: Network, activations: Mapping[str, Array], stage: str, index: Index) -> Unit:
    """Take one unit apart.

    Args:
        network: the network.
        activations: `network.activations(image)` for one image; the first is taken of several.
        stage: a stage's name, or `probabilities`.
        index: which unit.

    Raises:
        ValueError: there is no such stage or unit, or it is an input pixel, which nothing made.
    """
    names = list(activations)
    if stage not in names or stage == "input":
        raise ValueError(f"there is no stage {stage!r} to open; choose one of {names[1:]}")
    values = activations[stage][0]
    if len(index) != values.ndim or not all(
        0 <= place < count for place, count in zip(index, values.shape, strict=True)
    ):
        raise ValueError(f"{stage} has the shape {values.shape}, so it has no unit {index}")
    below = names[names.index(stage) - 1]
    source = activations[below][0]
    below_shape = source.shape
    if stage == "probabilities":
        return _probability(network.logit_scale, below, source, index, float(values[index]))
    layer = weighing_layer(network, stage)
    if isinstance(layer, Linear | RadialBasis):
        source = source.reshape(-1)
    window, inside, corner = _window(layer, source, index)
    weights, bias, operation = _weighting(layer, window, index)
    seen = np.ones(window.shape, np.bool_)
    if isinstance(layer, Conv2d) and layer.table is not None:
        seen &= np.isin(np.arange(layer.channels), layer.table[index[0]])[:, None, None]
    if weights is None:
        terms = window
    elif operation == "distance":
        terms = (window - weights) ** 2
    else:
        terms = window * weights
    exact = terms.astype(np.float64)
    total = {
        "sum": lambda: float(exact.sum()) + bias,
        "max": lambda: float(exact.max()),
        "mean": lambda: float(exact.mean()),
        "distance": lambda: float(exact.sum()),
    }[operation]()
    return Unit(
        stage=stage,
        index=index,
        below=below,
        operation=operation,
        window=window,
        inside=inside,
        seen=seen,
        corner=corner,
        below_shape=below_shape,
        weights=weights,
        terms=terms,
        bias=bias,
        total=total,
        activation=activation_of(network, stage),
        value=float(values[index]),
    )


_OPENABLE = (Conv2d, MaxPool2d, AvgPool2d, Subsampling, Linear, RadialBasis)


def weighing_layer(network: Network, stage: str) -> Layer:
    """Return the layer that computes from the stage below: not flatten, not activation.

    Raises:
        ValueError: the stage has none.
    """
    for layer in network.stages[stage]:
        if isinstance(layer, _OPENABLE):
            return layer
    raise ValueError(f"stage {stage} has no convolution, pooling or dense layer")


def activation_of(network: Network, stage: str) -> str | None:
    """Return the kind of a stage's activation function, None if it has none."""
    kinds = (layer.kind for layer in network.stages[stage] if isinstance(layer, Activation))
    return next(kinds, None)


def _window(layer: Layer, source: Array, index: Index) -> tuple[Array, NDArray[np.bool_], Index]:
    """Return what the unit sees, where that is inside, and where it begins."""
    if not isinstance(layer, Conv2d | MaxPool2d | AvgPool2d | Subsampling):
        return source.copy(), np.ones(source.shape, np.bool_), (0,) * source.ndim
    channel, row, column = index
    padding = layer.padding if isinstance(layer, Conv2d) else 0
    top, left = row * layer.stride - padding, column * layer.stride - padding
    if isinstance(layer, Conv2d):
        first, maps = 0, source
    else:
        first, maps = channel, source[channel : channel + 1]
    rows = np.arange(top, top + layer.size)[:, None]
    columns = np.arange(left, left + layer.size)[None, :]
    _, height, width = maps.shape
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    window = maps[:, rows.clip(0, height - 1), columns.clip(0, width - 1)] * inside
    return window, np.broadcast_to(inside, window.shape).copy(), (first, top, left)


def _weighting(layer: Layer, window: Array, index: Index) -> tuple[Array | None, float, Operation]:
    """Return the unit's weights, its bias, and what is done with them."""
    if isinstance(layer, MaxPool2d):
        return None, 0.0, "max"
    if isinstance(layer, AvgPool2d):
        return None, 0.0, "mean"
    if isinstance(layer, RadialBasis):
        return layer.codes[index[0]].copy(), 0.0, "distance"
    unit = index[0]
    bias = float(layer.parameters["bias"][unit])
    if isinstance(layer, Conv2d):
        return layer.kernels()[unit].copy(), bias, "sum"
    weight = layer.parameters["weight"][unit]
    return np.broadcast_to(weight, window.shape).copy(), bias, "sum"


def _probability(scale: float, below: str, source: Array, index: Index, value: float) -> Unit:
    """Softmax: e to the power of each logit; the unit's share of the sum."""
    logits = source.astype(np.float64) * scale
    terms = np.exp(logits - logits.max())
    everything = np.ones(source.shape, np.bool_)
    return Unit(
        stage="probabilities",
        index=index,
        below=below,
        operation="exponential",
        window=source.copy(),
        inside=everything,
        seen=everything,
        corner=(0,),
        below_shape=source.shape,
        weights=None,
        terms=terms,
        bias=0.0,
        total=float(terms[index] / terms.sum()),
        activation=None,
        value=value,
    )
