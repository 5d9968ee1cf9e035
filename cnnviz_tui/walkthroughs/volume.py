"""Volumes: filters reach through the full depth, their maps stack up, and layers make a chain.

For each layer the story is the same: the slices under one window, one after the other; their sum,
one number; the rows of the first map; a map for every further filter; and the stack, which is the
next layer's image. The numbers are those of one `ConvolutionWalkthrough` a layer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui import ops
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.walkthroughs.base import Line, Step, Walkthrough
from cnnviz_tui.walkthroughs.convolution import ConvolutionStep, ConvolutionWalkthrough
from cnnviz_tui.walkthroughs.numbers import NumberFormat
from cnnviz_tui.walkthroughs.volume_text import caption_of, formulas_of, sums_of

Array = NDArray[np.float32]
Shape = tuple[int, int, int]
"""(channels, height, width)."""


class Scope(Enum):
    """How much a step computes."""

    SLICE = "slice"
    """The products in one slice under the first window."""

    NUMBER = "number"
    """All slices and the bias: the first number of the first map."""

    ROW = "row"
    """One row of the first map."""

    MAP = "map"
    """One more map."""

    STACK = "stack"
    """All maps, stacked: the image that the next layer sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeStep(Step):
    """A slice, a number, a row, a map or a stack.

    Attributes:
        layer: which layer of the chain, from 0.
        scope: how much is computed.
        number: the last of the numbers that are computed, with its window and weights.
        channel: the slice that is looked at.
        revealed: how many numbers of the layer's output are there, in order.
        walkthrough: what the step belongs to.
    """

    layer: int
    scope: Scope
    number: ConvolutionStep
    channel: int
    revealed: int
    walkthrough: VolumeWalkthrough = field(repr=False)

    @property
    def sums(self) -> tuple[Line, ...]:
        """The products of the slice; the partial sums of all slices and the bias."""
        return sums_of(self)

    @property
    def data(self) -> Mapping[str, object]:
        """The step as plain values, for `--json`."""
        return {
            "step": self.index,
            "layer": self.layer + 1,
            "scope": self.scope.value,
            "output": list(self.number.output),
            "channel": self.channel,
            "products": int(self.number.products.size),
            "partial_sums": self.number.partial_sums.tolist(),
            "bias": self.number.bias,
            "value": self.number.value,
            "revealed": self.revealed,
            "shape": list(self.walkthrough.shapes[self.layer + 1]),
            "caption": self.caption,
        }


class VolumeWalkthrough(Walkthrough[VolumeStep]):
    """A chain of convolutions with ReLU between them, all of stride 1.

    Args:
        picture: float32 (channels, height, width).
        weights: of each layer, float32 (filters, channels below, F, F).
        biases: of each layer, float32 (filters,).
        padding: zeros around every layer's input.
        channel_names: what the picture's slices are called.

    A chain that does not fit makes a walkthrough of no steps, whose `problem` says why.
    """

    def __init__(
        self,
        picture: Array,
        weights: Sequence[Array],
        biases: Sequence[Array],
        *,
        padding: int = 0,
        channel_names: Sequence[str] = (),
    ) -> None:
        self.picture = picture
        self.weights = tuple(weights)
        self.biases = tuple(biases)
        self.padding = padding
        self.channel_names = tuple(channel_names)
        self._problem = ""
        self.shapes: tuple[Shape, ...] = (_shape(picture),)
        """The picture's (channels, height, width), then those of every layer's output."""
        try:
            self._measure()
        except ShapeError as error:
            self._problem = f"Layer {len(self.shapes)}: {error}"

    def _measure(self) -> None:
        """Find all shapes without computing a number."""
        for weight in self.weights:
            channels, height, width = self.shapes[-1]
            layer = ConvolutionWalkthrough(
                np.zeros((1, channels, height, width), dtype=np.float32),
                weight,
                padding=self.padding,
            )
            if layer.problem:
                raise ShapeError(layer.problem)
            self.shapes = (*self.shapes, (layer.filters, *layer.map_size))

    @property
    def title(self) -> str:
        """What is being walked through."""
        return "volumes"

    @property
    def problem(self) -> str:
        """Why the chain does not fit; empty when it does."""
        return self._problem

    @property
    def formulas(self) -> tuple[Line, ...]:
        """The chain of shapes, and the parameters of each layer."""
        return formulas_of(self)

    @cached_property
    def layers(self) -> tuple[ConvolutionWalkthrough, ...]:
        """Every layer on what the layer below gives it."""
        layers: list[ConvolutionWalkthrough] = []
        below = self.picture
        for weight, bias in zip(self.weights, self.biases, strict=True):
            names = self.channel_names if not layers else ()
            layers.append(
                ConvolutionWalkthrough(
                    below[None], weight, bias, padding=self.padding, channel_names=names
                )
            )
            below = ops.relu(layers[-1].output)
        return tuple(layers)

    @cached_property
    def input_formats(self) -> tuple[NumberFormat, ...]:
        """How each layer's input is written: one decimal is enough where it has large numbers."""
        return tuple(
            NumberFormat.of(layer.input, 0, most_decimals=1 if layer.input.max() > 1 else 2)
            for layer in self.layers
        )

    def _lengths(self, layer: int) -> tuple[tuple[Scope, int], ...]:
        """The parts of a layer's story and how many steps each has."""
        maps, height, _ = self.shapes[layer + 1]
        return (
            (Scope.SLICE, self.shapes[layer][0]),
            (Scope.NUMBER, 1),
            (Scope.ROW, height),
            (Scope.MAP, maps - 1),
            (Scope.STACK, 1),
        )

    def layer_length(self, layer: int) -> int:
        """How many steps a layer's story has."""
        return sum(length for _, length in self._lengths(layer))

    def __len__(self) -> int:
        if self._problem:
            return 0
        return sum(self.layer_length(layer) for layer in range(len(self.weights)))

    def place_of(self, index: int) -> tuple[int, Scope, int]:
        """The layer and the part of its story that step `index` tells, and its place in it."""
        for layer in range(len(self.weights)):
            for scope, length in self._lengths(layer):
                if index < length:
                    return layer, scope, index
                index -= length
        raise IndexError("there are fewer steps")

    def index_of(self, layer: int, scope: Scope, place: int = 0) -> int:
        """The step that tells a part of a layer's story."""
        index = sum(self.layer_length(below) for below in range(layer))
        for each, length in self._lengths(layer):
            if each is scope:
                return index + place
            index += length
        raise ValueError(f"no {scope}")

    def index_of_number(self, layer: int, k: int, row: int) -> int:
        """The step after which a number of map `k` is there."""
        if k == 0:
            return self.index_of(layer, Scope.ROW, row)
        return self.index_of(layer, Scope.MAP, k - 1)

    def number(self, layer: int, k: int, row: int, column: int) -> ConvolutionStep:
        """One output number of a layer with everything that goes into it."""
        chosen = self.layers[layer]
        return chosen[chosen.index_of(k, row, column)]

    def step(self, index: int) -> VolumeStep:
        """Tell step `index` from its layer alone."""
        layer, scope, place = self.place_of(index)
        maps, height, width = self.shapes[layer + 1]
        last = height - 1, width - 1
        at, revealed = {
            Scope.SLICE: ((0, 0, 0), 0),
            Scope.NUMBER: ((0, 0, 0), 1),
            Scope.ROW: ((0, place, width - 1), (place + 1) * width),
            Scope.MAP: ((place + 1, *last), (place + 2) * height * width),
            Scope.STACK: ((maps - 1, *last), maps * height * width),
        }[scope]
        step = VolumeStep(
            index=index,
            caption="",
            layer=layer,
            scope=scope,
            number=self.number(layer, *at),
            channel=place if scope is Scope.SLICE else 0,
            revealed=revealed,
            walkthrough=self,
        )
        object.__setattr__(step, "caption", caption_of(step))
        return step


def _shape(picture: Array) -> Shape:
    channels, height, width = picture.shape
    return int(channels), int(height), int(width)
