"""Normalisation: bring the numbers of a channel, or of neighbouring channels, to a common scale."""

# ruff: noqa: A002 - the first argument is called `input`, as in PyTorch.
from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnviz_tui.ops._arguments import (
    FloatArray,
    as_gradient,
    as_numbers,
    common_dtype,
    flag,
    number,
    whole,
)
from cnnviz_tui.ops._windows import WindowGrid


def batch_norm(
    input: npt.ArrayLike,
    running_mean: npt.NDArray[np.floating[Any]] | None,
    running_var: npt.NDArray[np.floating[Any]] | None,
    weight: npt.ArrayLike | None = None,
    bias: npt.ArrayLike | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> FloatArray:
    """Normalise each channel, as `torch.nn.functional.batch_norm` does (Ioffe, Szegedy 2015).

    y = weight · (x − μ) / √(σ² + eps) + bias, channel by channel. In training, μ and σ² are the
    batch's own mean and (biased) variance, and the running statistics are updated in place:
    r ← (1 − momentum)·r + momentum·batch, with the unbiased variance. Otherwise the running
    statistics take the place of μ and σ².

    Args:
        input: (N, C) or (N, C, ...).
        running_mean, running_var: (C,) each; both may be None in training. They are state, so
            they do not decide the dtype of the result.
        weight, bias: (C,) each, or None for 1 and 0.
        training: whether the batch's own statistics are used.
        momentum: share of the batch in the new running statistics.
        eps: keeps the divisor away from 0.

    Returns:
        Array in the input's shape. An empty batch leaves the running statistics alone.

    Raises:
        TypeError: An argument has none of these forms, or running statistics to be updated are
            no writeable float arrays.
        ValueError: Shapes that do not belong together, a single value per channel in training, or
            missing running statistics.
    """
    speed = number(momentum, "momentum")
    x, w, b, normalised = _prepare_batch(
        input, running_mean, running_var, weight, bias, training, eps
    )
    if training and x.size:
        count = x.size // x.shape[1]
        _update(running_mean, normalised.mean, speed)
        _update(running_var, normalised.variance * (count / (count - 1)), speed)
    y = normalised.values
    with np.errstate(invalid="ignore", over="ignore"):
        if w is not None:
            y *= w
        if b is not None:
            y += b
    return y


def batch_norm_backward(
    grad_output: npt.ArrayLike,
    input: npt.ArrayLike,
    running_mean: npt.NDArray[np.floating[Any]] | None,
    running_var: npt.NDArray[np.floating[Any]] | None,
    weight: npt.ArrayLike | None = None,
    bias: npt.ArrayLike | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[FloatArray, FloatArray | None, FloatArray | None]:
    """Return the gradients of `batch_norm` for input, weight and bias.

    With x̂ = (x − μ)/s, s = √(σ² + eps), y = w·x̂ + b and sums over batch and positions

        dL/db = Σ G     dL/dw = Σ G·x̂     dL/dx̂ = w·G

    Without training, μ and s are constants: dL/dx = w·G/s. In training they depend on each x,
    dμ/dx = 1/m and dσ²/dx = 2·(x − μ)/m, and the chain rule through both gives

        dL/dx = w/s · (G − mean(G) − x̂·mean(G·x̂))

    The running statistics are state: they have no gradient, and this never updates them.

    Args:
        grad_output: G, in the input's shape.
        input, running_mean, running_var, weight, bias, training, momentum, eps: as in
            `batch_norm`.

    Returns:
        Gradients in the shapes of input, weight and bias; None for what was not given.

    Raises:
        TypeError, ValueError: as `batch_norm`, or grad_output has another shape.
    """
    number(momentum, "momentum")
    x, w, b, normalised = _prepare_batch(
        input, running_mean, running_var, weight, bias, training, eps
    )
    g = as_gradient(grad_output, x.dtype, x.shape)
    axes = (0, *range(2, x.ndim))
    with np.errstate(invalid="ignore", over="ignore"):
        sum_g = g.sum(axis=axes, keepdims=True, dtype=np.float64).astype(x.dtype)
        agreement = (g * normalised.values).sum(axis=axes, keepdims=True, dtype=np.float64)
        sum_gx = agreement.astype(x.dtype)
        grad_input = g.copy()
        if training and x.size:
            count = x.size // x.shape[1]
            grad_input -= sum_g / count + normalised.values * (sum_gx / count)
        grad_input *= normalised.inverse
        if w is not None:
            grad_input *= w
    return (
        grad_input,
        None if w is None else sum_gx.reshape(x.shape[1]),
        None if b is None else sum_g.reshape(x.shape[1]),
    )


def local_response_norm(
    input: npt.ArrayLike,
    size: int,
    alpha: float = 1e-4,
    beta: float = 0.75,
    k: float = 1.0,
) -> FloatArray:
    """Divide by the activity of neighbouring channels (Krizhevsky et al. 2012), as PyTorch does.

    y[c] = x[c] / (k + alpha/size · Σ x[j]²)^beta, j running over the `size` channels around c:
    from c − ⌊size/2⌋ to c + ⌊(size − 1)/2⌋, as far as there are any.

    Args:
        input: (N, C, ...) with three axes or more; a single (C, H, W) would be taken for (N, C, L).
        size: number of channels in the neighbourhood.
        alpha, beta, k: as in the formula.

    Returns:
        Array in the input's shape.

    Raises:
        TypeError: An argument has none of these forms.
        ValueError: Too few axes, or a size below 1.
    """
    x = _prepare_response(input)
    grid = _neighbours(x, size)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        return x * _response(x, grid, alpha, k) ** -number(beta, "beta")


def local_response_norm_backward(
    grad_output: npt.ArrayLike,
    input: npt.ArrayLike,
    size: int,
    alpha: float = 1e-4,
    beta: float = 0.75,
    k: float = 1.0,
) -> FloatArray:
    """Return the gradient of `local_response_norm` for its input.

    y[c] = x[c]·D[c]^−β with D[c] = k + α/n·Σ x[j]². Each x[i] acts on its own y through the
    numerator, and on all y[c] of whose neighbourhood it is a part through D[c]:

        dL/dx[i] = G[i]·D[i]^−β − 2·α/n·β·x[i] · Σ over those c of G[c]·x[c]·D[c]^(−β−1)

    Args:
        grad_output: G, in the input's shape.
        input, size, alpha, beta, k: as in `local_response_norm`.

    Returns:
        Gradient in the input's shape.

    Raises:
        TypeError, ValueError: as `local_response_norm`, or grad_output has another shape.
    """
    x = _prepare_response(input)
    g = as_gradient(grad_output, x.dtype, x.shape)
    grid = _neighbours(x, size)
    power, share = number(beta, "beta"), number(alpha, "alpha") / grid.kernel[0]
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        response = _response(x, grid, alpha, k)
        through = g * x * response ** (-power - 1)
        gathered = grid.spread(through.reshape(len(x), *grid.size)).reshape(x.shape)
        return g * response**-power - (2 * share * power) * x * gathered


@dataclass(frozen=True, slots=True)
class _Normalised:
    """A batch on its common scale, and how it came there.

    Attributes:
        values: x̂ = (x − μ) / s, in the input's shape.
        inverse: 1/s, (1, C, 1, ...).
        mean, variance: μ and σ² in float64, (C,).
    """

    values: FloatArray
    inverse: FloatArray
    mean: npt.NDArray[np.float64]
    variance: npt.NDArray[np.float64]


def _normalise(
    x: FloatArray,
    running_mean: npt.NDArray[np.floating[Any]] | None,
    running_var: npt.NDArray[np.floating[Any]] | None,
    training: bool,
    eps: float,
) -> _Normalised:
    """Normalise x with its own statistics in training, and with the running ones otherwise."""
    axes = (0, *range(2, x.ndim))
    spread = (1, x.shape[1], *[1] * (x.ndim - 2))
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        if training and x.size:
            mean = x.mean(axis=axes, dtype=np.float64)
            centred = x - mean.astype(x.dtype).reshape(spread)
            variance = np.square(centred).mean(axis=axes, dtype=np.float64)
        elif training:
            mean, variance = np.zeros(x.shape[1]), np.ones(x.shape[1])
            centred = x.copy()
        else:
            mean = np.asarray(running_mean, np.float64)
            variance = np.asarray(running_var, np.float64)
            centred = x - mean.astype(x.dtype).reshape(spread)
        inverse = (1 / np.sqrt(variance + eps)).astype(x.dtype).reshape(spread)
        return _Normalised(centred * inverse, inverse, mean, variance)


def _prepare_batch(
    input: npt.ArrayLike,
    running_mean: npt.NDArray[np.floating[Any]] | None,
    running_var: npt.NDArray[np.floating[Any]] | None,
    weight: npt.ArrayLike | None,
    bias: npt.ArrayLike | None,
    training: bool,
    eps: float,
) -> tuple[FloatArray, FloatArray | None, FloatArray | None, _Normalised]:
    """Check everything, and only then normalise; weight and bias come shaped (1, C, 1, ...)."""
    x = np.asarray(input, common_dtype(input=input, weight=weight, bias=bias))
    if x.ndim < 2 or x.shape[1] == 0:
        raise ValueError(
            f"input has shape {x.shape}; expected (batch, channels) or (batch, channels, ...) with "
            "at least one channel: reshape it."
        )
    learning = flag(training, "training")
    channels = x.shape[1]
    _check_running(running_mean, running_var, channels, learning)
    if learning and x.size == channels:
        raise ValueError(
            f"input of shape {x.shape} has a single value for each channel, which has no variance "
            "to train with; give it more samples, or training=False."
        )
    smallest = number(eps, "eps")
    if smallest < 0 or (learning and smallest == 0):
        raise ValueError(f"eps must be positive, got {smallest}; choose one like 1e-5.")
    shaped: list[FloatArray | None] = []
    for name, value in (("weight", weight), ("bias", bias)):
        if value is not None and np.shape(value) != (channels,):
            raise ValueError(
                f"{name} has shape {np.shape(value)}, but input has {channels} channels; give it "
                f"the shape ({channels},)."
            )
        spread = (channels, *[1] * (x.ndim - 2))
        shaped.append(None if value is None else np.asarray(value, x.dtype).reshape(spread))
    normalised = _normalise(x, running_mean, running_var, learning, smallest)
    return x, shaped[0], shaped[1], normalised


def _check_running(
    running_mean: npt.ArrayLike | None,
    running_var: npt.ArrayLike | None,
    channels: int,
    training: bool,
) -> None:
    if (running_mean is None) != (running_var is None):
        raise ValueError(
            "running_mean and running_var belong together, got only one of them; give both or none."
        )
    if running_mean is None and not training:
        raise ValueError(
            "running_mean and running_var are needed unless training=True, got None; pass the "
            "statistics collected in training."
        )
    for name, statistics in (("running_mean", running_mean), ("running_var", running_var)):
        if statistics is None:
            continue
        if as_numbers(statistics, name).shape != (channels,):
            raise ValueError(
                f"{name} has shape {np.shape(statistics)}, but input has {channels} channels; give "
                f"it the shape ({channels},)."
            )
        if training and not (
            isinstance(statistics, np.ndarray)
            and statistics.dtype.kind == "f"
            and statistics.flags.writeable
        ):
            raise TypeError(
                f"{name} is updated in place in training and must be a writeable float array; "
                f"pass numpy.array({name}, dtype=float)."
            )


def _update(
    running: npt.NDArray[np.floating[Any]] | None,
    batch: npt.NDArray[np.float64],
    momentum: float,
) -> None:
    """Move running statistics towards the batch's, in place."""
    if running is not None:
        running[...] = (1 - momentum) * running.astype(np.float64) + momentum * batch


def _prepare_response(input: npt.ArrayLike) -> FloatArray:
    x = np.asarray(input, common_dtype(input=input))
    if x.ndim < 3:
        raise ValueError(
            f"input has shape {x.shape}; expected three axes or more, (batch, channels, ...): "
            "add the missing ones."
        )
    return x


def _neighbours(x: FloatArray, size: int) -> WindowGrid:
    """Return windows of `size` channels and one position over maps of (channels, positions)."""
    count = whole(size, "size", 1)
    shape = (x.shape[1], math.prod(x.shape[2:]))
    sides = ((count // 2, (count - 1) // 2), (0, 0))
    return WindowGrid(shape, (count, 1), (1, 1), (1, 1), sides, shape)


def _response(x: FloatArray, grid: WindowGrid, alpha: float, k: float) -> FloatArray:
    """Return D = k + α/n · Σ x² over the neighbourhoods, in the input's shape."""
    squares = np.square(x).reshape(len(x), *grid.size)
    share = number(alpha, "alpha") / grid.kernel[0]
    return np.asarray(number(k, "k") + share * grid.sums(grid.paste(squares))).reshape(x.shape)
