"""Vanishing gradients, measured: how large is the gradient of each layer of a deep network?

A chain of dense layers of equal width, random weights of one size, a batch of random inputs and
labels; nothing is trained. The same weights, inputs and labels serve every variant, so that only
the nonlinearity and the way around each layer differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui import ops

Array = NDArray[np.floating]

WIDTH = 64
"""Units of each layer."""

BATCH = 32
"""Inputs that are looked at together."""

CLASSES = 10

SHALLOWEST, DEEPEST = 2, 60
"""How many layers one can ask for."""

DEPTH = 20
"""How many there are unless one asks."""

LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to build the chain.

    Attributes:
        name: what people call it.
        activation: what follows each layer's weighted sums.
        residual: whether each layer adds to its input instead of replacing it.
        why: what happens to its gradients, to be read after the name and a colon.
    """

    name: str
    activation: Literal["sigmoid", "relu"]
    residual: bool
    why: str


VARIANTS = (
    Variant(
        "sigmoid, plain",
        "sigmoid",
        False,
        "slopes are at most 1/4, and those of all layers multiply.",
    ),
    Variant(
        "ReLU, plain",
        "relu",
        False,
        "the slope is 1 or 0; where a path goes on, nothing is lost.",
    ),
    Variant(
        "sigmoid, residual",
        "sigmoid",
        True,
        "the sum hands the gradient on as it is.",
    ),
    Variant(
        "ReLU, residual",
        "relu",
        True,
        "so does this one; without normalisation the signal grows.",
    ),
)


@dataclass(frozen=True, slots=True)
class Setup:
    """What is measured.

    Attributes:
        depth: layers of the chain.
        seed: of weights, inputs and labels.

    Raises:
        ValueError: a number is out of its range.
    """

    depth: int = DEPTH
    seed: int = 0

    def __post_init__(self) -> None:
        if not SHALLOWEST <= self.depth <= DEEPEST:
            raise ValueError(f"The depth must be {SHALLOWEST} to {DEEPEST} layers.")
        if not 0 <= self.seed <= LARGEST_SEED:
            raise ValueError(f"The seed must be 0 to {LARGEST_SEED:,}.")


@dataclass(frozen=True)
class Measured:
    """The gradients of one variant.

    Attributes:
        variant: how the chain is built.
        sizes: float64 (depth,): the root mean square of the gradient of each layer's weights,
            the layer next to the input first.
    """

    variant: Variant
    sizes: NDArray[np.float64]

    @property
    def ratios(self) -> NDArray[np.float64]:
        """(depth,): each layer's gradient in parts of the last one's."""
        shares: NDArray[np.float64] = self.sizes / self.sizes[-1]
        return shares


def measure(setup: Setup) -> tuple[Measured, ...]:
    """Every variant on the same weights, inputs and labels."""
    rng = np.random.default_rng(setup.seed)
    # Weights with a variance of 1/inputs keep the size of a signal that no nonlinearity changes.
    weights = rng.standard_normal((setup.depth, WIDTH, WIDTH)) / np.sqrt(WIDTH)
    last = rng.standard_normal((CLASSES, WIDTH)) / np.sqrt(WIDTH)
    inputs = rng.standard_normal((BATCH, WIDTH))
    labels = rng.integers(0, CLASSES, BATCH)
    return tuple(
        Measured(variant, _sizes(variant, weights, last, inputs, labels)) for variant in VARIANTS
    )


def _sizes(
    variant: Variant, weights: Array, last: Array, inputs: Array, labels: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Forward through the chain, then backward, with our own operations."""
    gradients = weight_gradients(variant, weights, last, inputs, labels)
    sizes: NDArray[np.float64] = np.sqrt(np.mean(np.square(gradients), axis=(1, 2)))
    return sizes


def weight_gradients(
    variant: Variant, weights: Array, last: Array, inputs: Array, labels: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The gradient of the loss by the weights of each layer.

    Args:
        variant: how the chain is built.
        weights: (depth, width, width).
        last: (classes, width), the layer that gives the logits.
        inputs: (batch, width).
        labels: (batch,).

    Returns:
        float64 (depth, width, width).
    """
    sigmoid = variant.activation == "sigmoid"
    activation = ops.sigmoid if sigmoid else ops.relu
    slope = ops.sigmoid_backward if sigmoid else ops.relu_backward
    x: Array = inputs
    taken, sums = [], []  # what each layer takes, and its weighted sums: (batch, width)
    for weight in weights:
        taken.append(x)
        sums.append(ops.linear(x, weight))
        y = activation(sums[-1])
        x = x + y if variant.residual else y
    logits = ops.linear(x, last)
    grad: Array = ops.linear_backward(ops.cross_entropy_backward(1.0, logits, labels), x, last)[0]
    gradients = np.empty(weights.shape)
    for i in range(len(weights) - 1, -1, -1):
        through, gradients[i], _ = ops.linear_backward(slope(grad, sums[i]), taken[i], weights[i])
        grad = grad + through if variant.residual else through
    return gradients
