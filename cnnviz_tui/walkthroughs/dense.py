"""A dense layer, one unit a step, and what a convolution of the same picture saves.

A dense layer (linear, fully connected) computes y = Wx + b: every unit has a weight of its own for
every input. A convolution with as many outputs looks only near by, and shares its weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui import ops
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.layers import Convolution
from cnnviz_tui.walkthroughs.base import Line, Step, Walkthrough
from cnnviz_tui.walkthroughs.dense_text import caption_of, formulas_of, sums_of
from cnnviz_tui.walkthroughs.numbers import NumberFormat

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseStep(Step):
    """One unit and everything that goes into it.

    Attributes:
        unit: which unit, from 0.
        inputs: float64 (C, H, W), the same for all units.
        weights: float64 (C, H, W), this unit's own.
        bias: what is added, None where the layer has no bias.
        walkthrough: what the step belongs to.
    """

    unit: int
    inputs: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: float | None
    walkthrough: DenseWalkthrough = field(repr=False)

    @property
    def products(self) -> NDArray[np.float64]:
        """Input times weight, number by number: (C, H, W)."""
        return self.inputs * self.weights

    @property
    def value(self) -> float:
        """The unit's output: all products and the bias."""
        return float(self.products.sum()) + (self.bias or 0.0)

    @property
    def sums(self) -> tuple[Line, ...]:
        """The unit's sum, as detailed as its size allows."""
        return sums_of(self)

    @property
    def data(self) -> Mapping[str, object]:
        """The step as plain values, for `--json`."""
        return {
            "step": self.index,
            "unit": self.unit,
            "name": self.walkthrough.unit_names[self.unit],
            "inputs": self.inputs.tolist(),
            "weights": self.weights.tolist(),
            "bias": self.bias,
            "value": self.value,
            "caption": self.caption,
        }


@dataclass(frozen=True, slots=True)
class Cost:
    """What one way to make the same outputs costs.

    Attributes:
        name: the way.
        parameters: weights and biases to learn.
        macs: multiply-accumulates for one picture.
    """

    name: str
    parameters: int
    macs: int


class DenseWalkthrough(Walkthrough[DenseStep]):
    """A dense layer over a picture, unit by unit.

    Args:
        input: float32 (C, H, W).
        weight: float32 (units, C, H, W): each unit's weights in the picture's shape.
        bias: float32 (units,), or None.
        convolution: the convolution to compare with, for the same C.
        digits: the digit that each unit stands for, where they stand for digits.

    Raises:
        ValueError: the arrays do not belong together.
    """

    def __init__(
        self,
        input: Array,  # noqa: A002 - the name in torch.nn.functional, which `ops` follows
        weight: Array,
        bias: Array | None,
        convolution: Convolution,
        digits: Sequence[str] = (),
    ) -> None:
        if weight.shape[1:] != input.shape or weight.ndim != 4:
            raise ValueError(
                f"weight has shape {weight.shape}: give (units, {', '.join(map(str, input.shape))})"
            )
        if bias is not None and bias.shape != weight.shape[:1]:
            raise ValueError(f"bias has shape {bias.shape}: give one number a unit")
        self.input = input
        self.weight = weight
        self.bias = bias
        self.convolution = convolution
        self.named = bool(digits)
        self.unit_names = tuple(digits) or tuple(str(u + 1) for u in range(len(weight)))

    @property
    def title(self) -> str:
        """What is being walked through."""
        return "dense layer"

    @property
    def formulas(self) -> tuple[Line, ...]:
        """The layer's parameters, and those of three ways to make a convolution's outputs."""
        return formulas_of(self)

    @property
    def units(self) -> int:
        """How many units the layer has."""
        return int(self.weight.shape[0])

    @property
    def inputs(self) -> int:
        """How many numbers each unit reads: C·H·W."""
        return int(self.input.size)

    def __len__(self) -> int:
        return self.units

    def step(self, index: int) -> DenseStep:
        """Compute unit `index` from the picture and its own weights."""
        step = DenseStep(
            index=index,
            caption="",
            unit=index,
            inputs=self.input.astype(np.float64),
            weights=self.weight[index].astype(np.float64),
            bias=None if self.bias is None else float(self.bias[index]),
            walkthrough=self,
        )
        object.__setattr__(step, "caption", caption_of(step))
        return step

    @cached_property
    def output(self) -> Array:
        """All units' outputs at once, float32 (units,)."""
        found: Array = ops.linear(
            self.input.ravel(), self.weight.reshape(self.units, -1), self.bias
        ).astype(np.float32)
        return found

    @property
    def parameters(self) -> int:
        """Weights and biases of the layer."""
        return self.units * (self.inputs + (self.bias is not None))

    # -- the comparison ---------------------------------------------------------------------------

    @property
    def convolution_output(self) -> tuple[int, int, int]:
        """(height, width, K) of what the convolution makes of the picture.

        Raises:
            ShapeError: its filter does not fit.
        """
        filters, sizes = self.convolution.output(self.input.shape[0], self.input.shape[1:])
        return sizes[0], sizes[1], filters

    @property
    def misfit(self) -> str:
        """Why there is no convolution to compare with; empty where there is one."""
        try:
            self.convolution.axes(self.input.shape[1:])
        except ShapeError as error:
            return str(error)
        return ""

    @property
    def costs(self) -> tuple[Cost, Cost, Cost]:
        """Three ways to make the convolution's outputs: dense, only near by, and shared.

        "Only near by" is a locally connected layer: each output has a filter of its own.

        Raises:
            ShapeError: the filter does not fit.
        """
        layer = self.convolution
        outputs = prod(self.convolution_output)
        seen = prod(layer.window) * self.input.shape[0]
        bias = int(layer.bias)
        return (
            Cost("dense", (self.inputs + bias) * outputs, self.inputs * outputs),
            Cost("only near by", (seen + bias) * outputs, seen * outputs),
            Cost("near by and shared", layer.parameters, layer.macs(self.input.shape[1:])),
        )

    @cached_property
    def formats(self) -> tuple[NumberFormat, NumberFormat, NumberFormat]:
        """How inputs, weights (biases too) and outputs are written."""
        weights = self.weight.ravel()
        return (
            NumberFormat.of(self.input, 0),
            NumberFormat.of(weights),
            NumberFormat.of(self.output, 0.0 if self.bias is None else self.bias),
        )
