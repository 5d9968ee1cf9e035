"""What every layer is: parameters, shapes, and a `Bound` that computes on kept buffers.

A `Layer` is the mathematics and its parameters; it knows nothing of batches. Bound to an input
buffer it becomes a `Bound`, which owns the buffers for one batch size and fills them again and
again, so that a training step allocates next to nothing.

Arrays inside have the batch last, `(channels, height, width, batch)` or `(units, batch)`: a row of
a map is then one long run in memory, and a whole batch goes through one matrix product. The public
boundary, `Network`, speaks NCHW.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.floating[Any]]
Shape: TypeAlias = tuple[int, ...]


class Layer(ABC):
    """One step of a network.

    Attributes:
        kind: the layer's name in the field, for people.
        parameters: trainable arrays by name. A network makes them views of its one weight vector.
    """

    kind: ClassVar[str]

    def __init__(self) -> None:
        self.parameters: dict[str, Array] = {}

    @abstractmethod
    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of one sample's output.

        Args:
            input_shape: one sample's input, `(channels, height, width)` or `(units,)`.

        Raises:
            ValueError: the layer cannot take such an input.
        """

    def connections(self, input_shape: Shape) -> int:
        """Count the connections of one sample, biases included, as LeCun et al. (1998) count them.

        A layer without parameters adds none: its arithmetic belongs to its neighbours' units.
        """
        return 0

    def initialise(self, rng: np.random.Generator) -> None:
        """Draw fresh parameters; a layer without parameters does nothing."""
        return

    @property
    def parameter_count(self) -> int:
        """How many numbers training can change here."""
        return sum(array.size for array in self.parameters.values())

    @abstractmethod
    def bind(self, x: Array, gradients: Mapping[str, Array], *, input_gradient: bool) -> Bound:
        """Return this layer on buffers for the batch size of `x`.

        Args:
            x: the buffer that the layer below fills, batch last. It is read at every forward.
            gradients: one array per parameter; every backward adds to it.
            input_gradient: whether backward must also give the gradient at `x`.
        """


class Bound(ABC):
    """A layer together with its kept buffers.

    Attributes:
        x: input, filled by the layer below.
        y: output, filled by `forward`.
    """

    x: Array
    y: Array

    @abstractmethod
    def forward(self, rng: np.random.Generator | None = None) -> None:
        """Fill `y` from `x`.

        Args:
            rng: given while training, where dropout draws from it; None for inference.
        """

    @abstractmethod
    def backward(self, dy: Array) -> Array:
        """Add the parameters' gradients to their arrays and return the gradient at `x`.

        Args:
            dy: gradient of the loss at `y`. May be overwritten.

        Returns:
            The gradient at `x`, in a kept buffer; of size 0 when bound without `input_gradient`.
        """


def spatial(kind: str, input_shape: Shape) -> tuple[int, int, int]:
    """Return `input_shape` as channels, height and width, or say that it is none.

    Raises:
        ValueError: the input is flat.
    """
    if len(input_shape) != 3:
        raise ValueError(
            f"{kind} needs (channels, height, width), but the layer below gives {input_shape}; "
            "put it before Flatten"
        )
    return input_shape[0], input_shape[1], input_shape[2]


def glorot(rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
    """Draw weights whose variance keeps signals alike forwards and backwards.

    Uniform on ±√(6 / (fan_in + fan_out)), Glorot and Bengio (2010).
    """
    limit = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, shape).astype(np.float32)


def he(rng: np.random.Generator, shape: Shape, fan_in: int) -> Array:
    """Draw weights for rectified units, uniform on ±√(6 / fan_in), He et al. (2015)."""
    limit = np.sqrt(6 / fan_in)
    return rng.uniform(-limit, limit, shape).astype(np.float32)
