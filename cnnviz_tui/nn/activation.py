"""Activation functions: each output depends on one input, and the slope follows from the output."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping

import numpy as np

from cnnviz_tui.nn.layer import Array, Bound, Layer, Shape

_ZERO = np.zeros((), np.float32)  # a ready array: converting a number costs as much as a small map


class Activation(Layer):
    """A function applied to every number on its own."""

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return `input_shape`: an activation changes no shape."""
        return input_shape

    @abstractmethod
    def apply(self, x: Array, out: Array) -> None:
        """Write f(x) to `out`."""

    @abstractmethod
    def slope(self, y: Array, out: Array) -> None:
        """Write f′(x) to `out`, given only y = f(x)."""

    def bind(self, x: Array, gradients: Mapping[str, Array], *, input_gradient: bool) -> Bound:
        """Bind to an input buffer of any shape."""
        return _BoundActivation(self, x)


class ReLU(Activation):
    """max(x, 0)."""

    kind = "ReLU"

    def apply(self, x: Array, out: Array) -> None:
        """Write max(x, 0) to `out`."""
        np.maximum(x, _ZERO, out=out)

    def slope(self, y: Array, out: Array) -> None:
        """Write 1 where y > 0, else 0 (0 also at the kink, as PyTorch has it)."""
        np.greater(y, 0, out=out, casting="unsafe")


class Tanh(Activation):
    """tanh(x)."""

    kind = "Tanh"

    def apply(self, x: Array, out: Array) -> None:
        """Write tanh(x) to `out`."""
        np.tanh(x, out=out)

    def slope(self, y: Array, out: Array) -> None:
        """Write 1 − y² to `out`."""
        np.multiply(y, y, out=out)
        np.subtract(1, out, out=out)


class ScaledTanh(Activation):
    """1.7159·tanh(2x/3): f(±1) = ±1, and the curvature is largest there.

    LeCun et al. (1998), appendix A.
    """

    kind = "ScaledTanh"
    AMPLITUDE = 1.7159
    SLOPE = 2 / 3

    def apply(self, x: Array, out: Array) -> None:
        """Write 1.7159·tanh(2x/3) to `out`."""
        np.multiply(x, self.SLOPE, out=out)
        np.tanh(out, out=out)
        np.multiply(out, self.AMPLITUDE, out=out)

    def slope(self, y: Array, out: Array) -> None:
        """Write (2/3)·(A − y²/A) with A = 1.7159 to `out`."""
        np.multiply(y, y, out=out)
        np.multiply(out, -self.SLOPE / self.AMPLITUDE, out=out)
        np.add(out, self.SLOPE * self.AMPLITUDE, out=out)


class Sigmoid(Activation):
    """1 / (1 + e^−x)."""

    kind = "Sigmoid"

    def apply(self, x: Array, out: Array) -> None:
        """Write the sigmoid of x to `out`, as (1 + tanh(x/2)) / 2, which cannot overflow."""
        np.multiply(x, 0.5, out=out)
        np.tanh(out, out=out)
        np.multiply(out, 0.5, out=out)
        np.add(out, 0.5, out=out)

    def slope(self, y: Array, out: Array) -> None:
        """Write y·(1 − y) to `out`."""
        np.subtract(1, y, out=out)
        np.multiply(y, out, out=out)


class _BoundActivation(Bound):
    def __init__(self, layer: Activation, x: Array) -> None:
        self.layer, self.x = layer, x
        self.y = np.empty_like(x)
        self.dx = np.empty_like(x)

    def forward(self, rng: np.random.Generator | None = None) -> None:
        self.layer.apply(self.x, self.y)

    def backward(self, dy: Array) -> Array:
        """Multiply by the slope: dx = dy·f′(x)."""
        self.layer.slope(self.y, self.dx)
        return np.multiply(self.dx, dy, out=self.dx)
