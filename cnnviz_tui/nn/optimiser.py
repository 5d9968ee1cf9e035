"""Optimisers: how a gradient becomes a change of the weights."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from cnnviz_tui.nn.layer import Array


class Optimiser(ABC):
    """Updates one weight vector in place.

    Attributes:
        slots: what the optimiser remembers between steps, one vector each; together with the
            number of steps this is its whole state.
    """

    slots: dict[str, Array]

    @abstractmethod
    def step(self, weights: Array, gradient: Array, learning_rate: float, number: int) -> None:
        """Change `weights` in place.

        Args:
            weights: the network's vector.
            gradient: of the mean loss, same shape; left as it is.
            learning_rate: step size.
            number: how many steps were made, this one included; the first is 1.
        """


class SGD(Optimiser):
    """Stochastic gradient descent with momentum: v ← μ·v + g, w ← w − η·v.

    Args:
        count: number of weights.
        momentum: μ, how much of the last velocity stays.
        weight_decay: λ, adds λ·w to the gradient.
    """

    def __init__(self, count: int, momentum: float = 0.9, weight_decay: float = 0.0) -> None:
        self.momentum, self.weight_decay = momentum, weight_decay
        self.slots = {"velocity": np.zeros(count, np.float32)}

    def step(self, weights: Array, gradient: Array, learning_rate: float, number: int) -> None:
        """Make one step; see `Optimiser.step`."""
        velocity = self.slots["velocity"]
        velocity *= self.momentum
        velocity += gradient
        if self.weight_decay:
            velocity += self.weight_decay * weights
        weights -= learning_rate * velocity


class AdamW(Optimiser):
    """Adam with decoupled weight decay, Loshchilov and Hutter (2019).

    m ← β₁·m + (1 − β₁)·g and s ← β₂·s + (1 − β₂)·g², both corrected for their start at 0; then
    w ← w − η·λ·w − η·m̂ / (√ŝ + ε).

    Args:
        count: number of weights.
        betas: β₁ and β₂.
        epsilon: ε.
        weight_decay: λ.
    """

    def __init__(
        self,
        count: int,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        self.betas, self.epsilon, self.weight_decay = betas, epsilon, weight_decay
        self.slots = {"mean": np.zeros(count, np.float32), "square": np.zeros(count, np.float32)}
        self._buffer = np.empty(count, np.float32)

    def step(self, weights: Array, gradient: Array, learning_rate: float, number: int) -> None:
        """Make one step; see `Optimiser.step`."""
        mean, square, buffer = self.slots["mean"], self.slots["square"], self._buffer
        beta1, beta2 = self.betas
        np.subtract(gradient, mean, out=buffer)
        buffer *= 1 - beta1
        mean += buffer
        np.multiply(gradient, gradient, out=buffer)
        buffer -= square
        buffer *= 1 - beta2
        square += buffer
        np.sqrt(square, out=buffer)
        buffer *= 1 / np.sqrt(1 - beta2**number).astype(np.float32)
        buffer += self.epsilon
        np.divide(mean, buffer, out=buffer)
        buffer *= learning_rate / (1 - beta1**number)
        weights *= 1 - learning_rate * self.weight_decay
        weights -= buffer
