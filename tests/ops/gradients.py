"""Compare gradients with difference quotients.

A gradient is right if it predicts how the output changes when an input moves a little in a random
direction. The upstream gradient is random as well: with one of all ones, a transposed or misplaced
gradient would go unnoticed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

STEP = 1e-6
TOLERANCE = 1e-6
DIRECTIONS = 3

Array = npt.NDArray[np.float64]


def check_gradients(
    name: str,
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    arrays: Mapping[str, Array | None],
    keywords: Mapping[str, Any],
    seed: int = 0,
) -> None:
    """Check one operation's gradient for each of its array arguments.

    Args:
        name: what to call the operation in a failure.
        forward: the operation.
        backward: its gradient.
        arrays: the differentiable arguments in the forward's order, away from kinks and ties.
        keywords: all other arguments.
        seed: decides the directions and the upstream gradient.

    Raises:
        AssertionError: A gradient is wrong; the message names operation and argument.
    """
    rng = np.random.default_rng(seed)
    upstream = rng.normal(size=np.shape(forward(**arrays, **keywords)))
    gradients = backward(upstream, **arrays, **keywords)
    if not isinstance(gradients, tuple):
        gradients = (gradients,)
    assert len(gradients) == len(arrays), f"{name}: {len(gradients)} gradients for {list(arrays)}"
    for (argument, array), gradient in zip(arrays.items(), gradients, strict=True):
        if array is None:
            assert gradient is None, f"{name}: a gradient for {argument}, which was not given"
            continue
        assert gradient.shape == array.shape, f"{name}: the gradient for {argument} has no place"
        for _ in range(DIRECTIONS):
            direction = rng.normal(size=array.shape)
            ahead, behind = (
                forward(**{**arrays, argument: array + sign * STEP * direction}, **keywords)
                for sign in (1, -1)
            )
            measured = float(np.sum(upstream * (ahead - behind))) / (2 * STEP)
            predicted = float(np.sum(gradient * direction))
            scale = 1 + abs(measured) + abs(predicted)
            assert abs(measured - predicted) < TOLERANCE * scale, (
                f"{name}: the gradient for {argument} predicts a change of {predicted}, "
                f"measured is {measured}"
            )


def spaced_numbers(shape: tuple[int, ...], seed: int = 0) -> Array:
    """Return shuffled numbers from −2 to 2, far from each other and from 0 compared to a step."""
    count = int(np.prod(shape))
    numbers = (np.arange(count) + 0.5 - count // 2) * (4 / max(count, 1))
    return np.random.default_rng(seed).permutation(numbers).reshape(shape)
