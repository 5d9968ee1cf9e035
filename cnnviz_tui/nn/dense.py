"""Layers without geometry: Flatten, Linear, Dropout and LeNet's radial basis output."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

import numpy as np

from cnnviz_tui.nn.layer import Array, Bound, Layer, Shape, glorot


class Flatten(Layer):
    """All maps as one long vector: channel by channel, row by row."""

    kind = "Flatten"

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return `(units,)`."""
        return (prod(input_shape),)

    def bind(self, x: Array, gradients: Mapping[str, Array], *, input_gradient: bool) -> Bound:
        """Bind to an input buffer of any shape; the output is a view of it."""
        return _BoundFlatten(x)


class Linear(Layer):
    """Every unit is a weighted sum of all inputs and a bias, y = W·x + b.

    Args:
        inputs: units below.
        units: units of this layer.
    """

    kind = "Linear"

    def __init__(self, inputs: int, units: int) -> None:
        super().__init__()
        self.inputs, self.units = inputs, units
        self.parameters["weight"] = np.zeros((units, inputs), np.float32)
        self.parameters["bias"] = np.zeros(units, np.float32)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return `(units,)`."""
        _check_flat(self.kind, self.inputs, input_shape)
        return (self.units,)

    def connections(self, input_shape: Shape) -> int:
        """Count the weights and biases: each is used once."""
        return self.parameter_count

    def initialise(self, rng: np.random.Generator) -> None:
        """Draw Glorot-uniform weights and zero biases."""
        weight = self.parameters["weight"]
        weight[...] = glorot(rng, weight.shape, self.inputs, self.units)
        self.parameters["bias"][...] = 0

    def bind(self, x: Array, gradients: Mapping[str, Array], *, input_gradient: bool) -> Bound:
        """Bind to an input buffer `(inputs, batch)`."""
        return _BoundLinear(self, x, gradients)


class Dropout(Layer):
    """While training, silence each input with probability `rate` and scale up the others.

    Srivastava et al. (2014); scaled in training, so that inference needs no change.

    Args:
        rate: the probability, 0 <= rate < 1.

    Raises:
        ValueError: the rate is outside that range.
    """

    kind = "Dropout"

    def __init__(self, rate: float) -> None:
        super().__init__()
        if not 0 <= rate < 1:
            raise ValueError(f"Dropout got rate={rate}; it must be at least 0 and below 1")
        self.rate = rate

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return `input_shape`."""
        return input_shape

    def bind(self, x: Array, gradients: Mapping[str, Array], *, input_gradient: bool) -> Bound:
        """Bind to an input buffer of any shape."""
        return _BoundDropout(self, x)


class RadialBasis(Layer):
    """LeNet's output layer: the squared distance of F6 to a fixed code for each class.

    yᵢ = Σⱼ (xⱼ − wᵢⱼ)², LeCun et al. (1998), equation 7. Small means likely. The codes are not
    trained, so they are no parameters.

    Args:
        codes: `(classes, inputs)`, entries ±1.
    """

    kind = "RadialBasis"

    def __init__(self, codes: Array) -> None:
        super().__init__()
        self.codes = np.ascontiguousarray(codes, np.float32)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return `(classes,)`."""
        classes, inputs = self.codes.shape
        _check_flat(self.kind, inputs, input_shape)
        return (classes,)

    def connections(self, input_shape: Shape) -> int:
        """Count one connection per code entry."""
        return self.codes.size

    def bind(self, x: Array, gradients: Mapping[str, Array], *, input_gradient: bool) -> Bound:
        """Bind to an input buffer `(inputs, batch)`."""
        return _BoundRadialBasis(self, x)


def _check_flat(kind: str, inputs: int, input_shape: Shape) -> None:
    if input_shape != (inputs,):
        raise ValueError(
            f"{kind} expects ({inputs},) as input, but the layer below gives {input_shape}"
        )


class _BoundFlatten(Bound):
    def __init__(self, x: Array) -> None:
        self.x = x
        self.y = x.reshape(-1, x.shape[-1])

    def forward(self, rng: np.random.Generator | None = None) -> None:
        """Do nothing: `y` is a view of `x`."""

    def backward(self, dy: Array) -> Array:
        """Give the gradient the shape of the input."""
        return dy.reshape(self.x.shape)


class _BoundLinear(Bound):
    def __init__(self, layer: Linear, x: Array, gradients: Mapping[str, Array]) -> None:
        self.layer, self.x, self.gradients = layer, x, gradients
        self.y = np.empty((layer.units, x.shape[-1]), x.dtype)
        self.dx = np.empty_like(x)
        self.weight, self.bias = layer.parameters["weight"], layer.parameters["bias"][:, None]
        self.dweight = np.empty((layer.units, layer.inputs), x.dtype)

    def forward(self, rng: np.random.Generator | None = None) -> None:
        np.matmul(self.weight, self.x, out=self.y)
        np.add(self.y, self.bias, out=self.y)

    def backward(self, dy: Array) -> Array:
        """From y = W·x + b: dW = dy·xᵀ, db = Σ dy, dx = Wᵀ·dy."""
        np.matmul(dy, self.x.T, out=self.dweight)
        self.gradients["weight"] += self.dweight
        self.gradients["bias"] += dy.sum(axis=1)
        return np.matmul(self.weight.T, dy, out=self.dx)


class _BoundDropout(Bound):
    def __init__(self, layer: Dropout, x: Array) -> None:
        self.layer, self.x = layer, x
        self.y = np.empty_like(x)
        self.mask = np.ones_like(x)

    def forward(self, rng: np.random.Generator | None = None) -> None:
        if rng is None:
            np.copyto(self.y, self.x)
            self.mask.fill(1)
            return
        kept = rng.random(self.x.shape, np.float32) >= self.layer.rate
        np.multiply(kept, 1 / (1 - self.layer.rate), out=self.mask, casting="unsafe")
        np.multiply(self.x, self.mask, out=self.y)

    def backward(self, dy: Array) -> Array:
        """Let the gradient through where the forward let the signal through."""
        return np.multiply(dy, self.mask, out=dy)


class _BoundRadialBasis(Bound):
    def __init__(self, layer: RadialBasis, x: Array) -> None:
        self.layer, self.x = layer, x
        self.y = np.empty((len(layer.codes), x.shape[-1]), x.dtype)

    def forward(self, rng: np.random.Generator | None = None) -> None:
        # Differences before squares: |x|² − 2·x·w + |w|² would cancel near a code.
        difference = self.x[None] - self.layer.codes[:, :, None]  # (classes, inputs, batch)
        np.einsum("kin,kin->kn", difference, difference, out=self.y)

    def backward(self, dy: Array) -> Array:
        """From yᵢ = Σⱼ (xⱼ − wᵢⱼ)²: dxⱼ = Σᵢ 2·(xⱼ − wᵢⱼ)·dyᵢ."""
        dx: Array = 2 * (self.x * dy.sum(axis=0) - self.layer.codes.T @ dy)
        return dx
