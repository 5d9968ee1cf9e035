"""A picture's way through a network: layer by layer, and unit by unit down to the pixels.

`ForwardWalkthrough` lets the layers appear one map (or one bundle of units) a step.
`stage_walkthrough` opens one layer: the same walkthrough as in the explorers, on live numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isqrt
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.nn import Network
from cnnviz_tui.nn.conv import Conv2d
from cnnviz_tui.nn.dense import Linear
from cnnviz_tui.nn.pool import AvgPool2d, MaxPool2d
from cnnviz_tui.nn.unit import activation_of, weighing_layer
from cnnviz_tui.shapes.layers import Pooling
from cnnviz_tui.walkthroughs.base import Line, Role, Step, Walkthrough, line
from cnnviz_tui.walkthroughs.convolution import ConvolutionWalkthrough
from cnnviz_tui.walkthroughs.numbers import percent, short
from cnnviz_tui.walkthroughs.pooling import PoolingWalkthrough

Array = NDArray[np.float32]
StageWalkthrough: TypeAlias = ConvolutionWalkthrough | PoolingWalkthrough

_BUNDLE = 20
"""Units of a layer without maps that appear together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardStep(Step):
    """A part of one layer's output that has just been computed.

    Attributes:
        stage: the layer: input, c1, s2, ... output.
        done: how many maps (or units, where there are no maps) of the layer are there by now.
        values: the whole layer's output, (maps, height, width) or (units,).
        summary: the layer's kind, size and parameters, in a line.
    """

    stage: str
    done: int
    values: Array
    summary: Line

    @property
    def sums(self) -> tuple[Line, ...]:
        """The layer's kind, size and parameters."""
        return (self.summary,)

    @property
    def data(self) -> Mapping[str, object]:
        """The layer's name, size and range; the numbers themselves once all are there."""
        complete = self.done == len(self.values)
        return {
            "step": self.index,
            "stage": self.stage,
            "done": self.done,
            "shape": list(self.values.shape),
            "low": float(self.values.min()),
            "high": float(self.values.max()),
            "values": self.values.tolist() if complete else None,
            "caption": self.caption,
        }


class ForwardWalkthrough(Walkthrough[ForwardStep]):
    """All layers of a network for one picture, a map or a bundle of units a step.

    Args:
        network: what looks at the picture.
        image: float32 (28, 28) in 0..1, white ink on black; None where nothing is drawn.
    """

    def __init__(self, network: Network, image: Array | None) -> None:
        self.network = network
        self.image = image

    @cached_property
    def activations(self) -> dict[str, Array]:
        """Every layer's output for the picture, without the batch axis; zeros without a picture."""
        image = np.zeros((28, 28), dtype=np.float32) if self.image is None else self.image
        return {
            name: values[0].astype(np.float32)
            for name, values in self.network.activations(image).items()
        }

    @cached_property
    def intermediates(self) -> dict[str, Array]:
        """Every single operation's output, by names such as `c1.Conv2d`."""
        image = np.zeros((28, 28), dtype=np.float32) if self.image is None else self.image
        return {
            name: values[0].astype(np.float32)
            for name, values in self.network.intermediates(image).items()
        }

    @property
    def probabilities(self) -> Array:
        """How likely each digit is, (10,)."""
        return self.activations["probabilities"]

    @property
    def stages(self) -> tuple[str, ...]:
        """The layers from the input to the output."""
        return tuple(name for name in self.activations if name != "probabilities")

    @cached_property
    def _parts(self) -> tuple[tuple[str, int], ...]:
        """(stage, how much of it is there after the step), in the order of the steps."""
        parts = []
        for stage in self.stages:
            count = len(self.activations[stage])
            pace = 1 if self.activations[stage].ndim == 3 and count < 100 else _BUNDLE
            parts += [(stage, min(done + pace, count)) for done in range(0, count, pace)]
        return tuple(parts)

    @property
    def title(self) -> str:
        """What is being walked through."""
        return "LeNet"

    @property
    def formulas(self) -> tuple[Line, ...]:
        """What the network is in numbers."""
        parameters = self.network.parameter_count
        connections = sum(info.connections for info in self.network.summary())
        return (
            line(
                (f"{self.network.name}  ", Role.DIM),
                f"{parameters:,} parameters",
                ("   connections ", Role.DIM),
                f"{connections:,}",
            ),
        )

    @property
    def problem(self) -> str:
        """Nothing to walk through as long as nothing is drawn."""
        return "Nothing is drawn yet." if self.image is None else ""

    def __len__(self) -> int:
        return 0 if self.image is None else len(self._parts)

    def step(self, index: int) -> ForwardStep:
        """The part of a layer that step `index` shows."""
        stage, done = self._parts[index]
        return ForwardStep(
            index=index,
            caption=self._caption(stage, done),
            stage=stage,
            done=done,
            values=self.activations[stage],
            summary=self.summary_of(stage),
        )

    def index_of(self, stage: str) -> int:
        """The step at which all of a stage is there."""
        return max(i for i, (name, _) in enumerate(self._parts) if name == stage)

    def summary_of(self, stage: str) -> Line:
        """A layer in a line: kind, size, parameters, connections, range of its values."""
        values = self.activations[stage]
        size = "x".join(map(str, (*values.shape[1:], values.shape[0])))
        extent = _extent(values)
        if stage == "input":
            return line(("input ", Role.INPUT), f"{size}  ", ("values ", Role.DIM), extent)
        info = next(info for info in self.network.summary() if info.name == stage)
        return line(
            (f"{stage} ", Role.INPUT),
            f"{' + '.join(info.kinds)}  {size}  ",
            ("parameters ", Role.DIM),
            f"{info.parameters:,}  ",
            ("values ", Role.DIM),
            extent,
        )

    def strongest(self, stage: str, k: int) -> tuple[int, int]:
        """(row, column) of the largest value of a map; (0, 0) for a unit without a map."""
        values = self.activations[stage]
        if values.ndim == 1:
            return 0, 0
        row, column = divmod(int(values[k].argmax()), values.shape[2])
        return row, column

    def value_of(self, stage: str, k: int, row: int = 0, column: int = 0) -> float:
        """The number of a unit."""
        values = self.activations[stage]
        return float(values[k] if values.ndim == 1 else values[k, row, column])

    def sentence_of(self, stage: str, k: int, row: int, column: int) -> str:
        """What a unit is and what it holds, in a line."""
        value = short(self.value_of(stage, k, row, column))
        if stage == "input":
            return f"pixel ({row}, {column}) = {value}"
        if stage == "output":
            share = float(self.probabilities[k])
            return f"output {k}: {value}, probability {percent(share)}. Enter opens it."
        values = self.activations[stage]
        size = values.shape[1:]
        place = f" ({row}, {column})" if values.ndim == 3 and size != (1, 1) else ""
        kind = "map" if place else "unit"
        info = next(info for info in self.network.summary() if info.name == stage)
        layer = f"{info.parameters:,} parameters, {_extent(values)}"
        return f"{stage} {kind} {k + 1}{place} = {value}   ({layer})   enter opens it"

    def _caption(self, stage: str, done: int) -> str:
        if stage == "input":
            return "The picture as the network gets it: 28x28 pixels, 0 black to 1 white."
        below = self.stages[self.stages.index(stage) - 1]
        count = len(self.activations[stage])
        layer = weighing_layer(self.network, stage)
        if isinstance(layer, Conv2d):
            size = f"{layer.size}x{layer.size}x{layer.channels}"
            then = activation_of(self.network, stage) or "nothing more"
            return f"{stage} map {done} of {count}: one {size} filter over {below}, then {then}."
        if isinstance(layer, MaxPool2d | AvgPool2d):
            what = "largest value" if isinstance(layer, MaxPool2d) else "mean"
            cells = f"{layer.size}x{layer.size} cells of {below}"
            return f"{stage} map {done} of {count}: the {what} of every {cells}."
        if stage == "output":
            best = int(self.probabilities.argmax())
            share = float(self.probabilities[best])
            answer = f"{best} ({percent(share)})"
            return f"Ten sums; softmax makes them probabilities. The answer: {answer}."
        then = activation_of(self.network, stage) or "nothing more"
        return f"{stage} unit {done} of {count}: each weighs all of {below}, then {then}."


def _extent(values: Array) -> str:
    """From the smallest to the largest value of a layer."""
    return f"{float(values.min()):.2f} to {float(values.max()):.2f}".replace("-", "−")


def as_picture(vector: Array) -> Array:
    """A layer without maps as a picture (1, height, width), as square as its size allows."""
    units = len(vector)
    height = next(h for h in range(isqrt(units), 0, -1) if units % h == 0)
    return vector.reshape(1, height, units // height)


def stage_walkthrough(forward: ForwardWalkthrough, stage: str) -> StageWalkthrough:
    """One layer opened: every unit a step, on the numbers of the present picture.

    A dense layer is shown as what it is: a convolution whose filter is as large as its input, so
    that it has a single position. A single number of any network is taken apart by
    `nn.open_unit`.

    Raises:
        ValueError: the stage is the input, none of the network's, or of a kind without an explorer.
    """
    stages = forward.stages
    if stage not in stages[1:]:
        raise ValueError(
            f"{stage} is no layer above the input: take one of {', '.join(stages[1:])}"
        )
    below = forward.activations[stages[stages.index(stage) - 1]]
    layer = weighing_layer(forward.network, stage)
    if isinstance(layer, Conv2d):
        return ConvolutionWalkthrough(
            below[None],
            layer.kernels().astype(np.float32),
            layer.parameters["bias"].astype(np.float32),
            stride=layer.stride,
            padding=layer.padding,
        )
    if isinstance(layer, Linear):
        picture = as_picture(below.reshape(-1))
        weight = layer.parameters["weight"].astype(np.float32)
        return ConvolutionWalkthrough(
            picture[None],
            weight.reshape(layer.units, *picture.shape),
            layer.parameters["bias"].astype(np.float32),
        )
    if not isinstance(layer, MaxPool2d | AvgPool2d):
        raise ValueError(f"{stage} is a {layer.kind} layer, which no explorer shows")
    kind: Literal["max", "avg"] = "max" if isinstance(layer, MaxPool2d) else "avg"
    return PoolingWalkthrough(below[None], Pooling(kind, layer.size, layer.stride))
