"""Activation functions: what happens to each number on its own between two layers.

Each has its derivative beside it. At a kink (ReLU at 0) the derivative is the one PyTorch takes.
"""

# ruff: noqa: A002 - the first argument is called `input`, as in PyTorch.
from __future__ import annotations

import math
from typing import Literal

import numpy as np
import numpy.typing as npt

from cnnviz_tui.ops._arguments import (
    FloatArray,
    as_gradient,
    common_dtype,
    number,
    refuse_inplace,
)
from cnnviz_tui.ops._erf import erf


def relu(input: npt.ArrayLike, inplace: bool = False) -> FloatArray:
    """Return max(0, x) of each number; NaN stays NaN.

    Args:
        input: array of any shape.
        inplace: PyTorch's argument, kept in its place; True is refused.

    Returns:
        Array of the same shape.

    Raises:
        TypeError: `input` holds no real numbers.
        ValueError: `inplace` is True.
    """
    refuse_inplace(inplace)
    x = _floats(input)
    return np.asarray(np.maximum(x, 0), x.dtype)


def relu_backward(
    grad_output: npt.ArrayLike, input: npt.ArrayLike, inplace: bool = False
) -> FloatArray:
    """Return the gradient of `relu`: G where x > 0, nothing elsewhere, 0 at 0 itself.

    Args:
        grad_output: upstream gradient, in the input's shape.
        input, inplace: as in `relu`.

    Returns:
        Gradient in the input's shape.

    Raises:
        TypeError, ValueError: as `relu`, or grad_output has another shape.
    """
    refuse_inplace(inplace)
    x, g = _floats_and_gradient(input, grad_output)
    return np.where(x <= 0, g.dtype.type(0), g)


def leaky_relu(
    input: npt.ArrayLike, negative_slope: float = 0.01, inplace: bool = False
) -> FloatArray:
    """Return x where it is positive, and negative_slope · x elsewhere (Maas et al. 2013).

    Args:
        input: array of any shape.
        negative_slope: slope below 0.
        inplace: PyTorch's argument, kept in its place; True is refused.

    Returns:
        Array of the same shape.

    Raises:
        TypeError: `input` or `negative_slope` are no real numbers.
        ValueError: `inplace` is True.
    """
    refuse_inplace(inplace)
    x = _floats(input)
    return np.where(x > 0, x, x * number(negative_slope, "negative_slope"))


def leaky_relu_backward(
    grad_output: npt.ArrayLike,
    input: npt.ArrayLike,
    negative_slope: float = 0.01,
    inplace: bool = False,
) -> FloatArray:
    """Return the gradient of `leaky_relu`: G where x > 0, negative_slope · G elsewhere.

    Args:
        grad_output: upstream gradient, in the input's shape.
        input, negative_slope, inplace: as in `leaky_relu`.

    Returns:
        Gradient in the input's shape.

    Raises:
        TypeError, ValueError: as `leaky_relu`, or grad_output has another shape.
    """
    refuse_inplace(inplace)
    x, g = _floats_and_gradient(input, grad_output)
    return np.where(x > 0, g, g * number(negative_slope, "negative_slope"))


def elu(input: npt.ArrayLike, alpha: float = 1.0, inplace: bool = False) -> FloatArray:
    """Return x where it is positive, and alpha · (eˣ − 1) elsewhere (Clevert et al. 2015).

    Args:
        input: array of any shape.
        alpha: the output sinks to −alpha for very negative numbers.
        inplace: PyTorch's argument, kept in its place; True is refused.

    Returns:
        Array of the same shape.

    Raises:
        TypeError: `input` or `alpha` are no real numbers.
        ValueError: `inplace` is True.
    """
    refuse_inplace(inplace)
    x = _floats(input)
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)) * number(alpha, "alpha"))


def elu_backward(
    grad_output: npt.ArrayLike, input: npt.ArrayLike, alpha: float = 1.0, inplace: bool = False
) -> FloatArray:
    """Return the gradient of `elu`: G where x > 0, alpha · eˣ · G elsewhere.

    Args:
        grad_output: upstream gradient, in the input's shape.
        input, alpha, inplace: as in `elu`.

    Returns:
        Gradient in the input's shape.

    Raises:
        TypeError, ValueError: as `elu`, or grad_output has another shape.
    """
    refuse_inplace(inplace)
    x, g = _floats_and_gradient(input, grad_output)
    return np.where(x <= 0, g * np.exp(np.minimum(x, 0)) * number(alpha, "alpha"), g)


def gelu(input: npt.ArrayLike, *, approximate: Literal["none", "tanh"] = "none") -> FloatArray:
    """Return x · Φ(x), Φ being the normal distribution's (Hendrycks, Gimpel 2016).

    Args:
        input: array of any shape.
        approximate: "none", or "tanh" for x · (1 + tanh(√(2/π) · (x + 0.044715·x³))) / 2.

    Returns:
        Array of the same shape.

    Raises:
        TypeError: `input` holds no real numbers.
        ValueError: `approximate` is another word.
    """
    x = _floats(input)
    gate, _ = _gelu_gate(x, approximate)
    return _gated(x, gate)


def gelu_backward(
    grad_output: npt.ArrayLike,
    input: npt.ArrayLike,
    *,
    approximate: Literal["none", "tanh"] = "none",
) -> FloatArray:
    """Return the gradient of `gelu`: by the product rule G · (Φ(x) + x · Φ′(x)).

    Φ′(x) = e^(−x²/2) / √(2π); for "tanh", with t = tanh(u), it is (1 − t²) · u′ / 2.

    Args:
        grad_output: upstream gradient, in the input's shape.
        input, approximate: as in `gelu`.

    Returns:
        Gradient in the input's shape.

    Raises:
        TypeError, ValueError: as `gelu`, or grad_output has another shape.
    """
    x, g = _floats_and_gradient(input, grad_output)
    gate, slope = _gelu_gate(x, approximate)
    return np.asarray(g * (gate + _gated(x, slope)), x.dtype)


def sigmoid(input: npt.ArrayLike) -> FloatArray:
    """Return 1 / (1 + e^−x) of each number, without overflow at either end.

    Args:
        input: array of any shape.

    Returns:
        Array of the same shape, between 0 and 1.

    Raises:
        TypeError: `input` holds no real numbers.
    """
    return _sigmoid(_floats(input))


def sigmoid_backward(grad_output: npt.ArrayLike, input: npt.ArrayLike) -> FloatArray:
    """Return the gradient of `sigmoid`: with y = σ(x), dy/dx = σ(x)·σ(−x) = y·(1 − y).

    Args:
        grad_output: upstream gradient, in the input's shape.
        input: as in `sigmoid`.

    Returns:
        Gradient in the input's shape.

    Raises:
        TypeError, ValueError: as `sigmoid`, or grad_output has another shape.
    """
    x, g = _floats_and_gradient(input, grad_output)
    return np.asarray(g * _sigmoid(x) * _sigmoid(-x), x.dtype)


def tanh(input: npt.ArrayLike) -> FloatArray:
    """Return the hyperbolic tangent of each number.

    Args:
        input: array of any shape.

    Returns:
        Array of the same shape, between −1 and 1.

    Raises:
        TypeError: `input` holds no real numbers.
    """
    x = _floats(input)
    return np.asarray(np.tanh(x), x.dtype)


def tanh_backward(grad_output: npt.ArrayLike, input: npt.ArrayLike) -> FloatArray:
    """Return the gradient of `tanh`: with y = tanh(x), dy/dx = 1 − y².

    Args:
        grad_output: upstream gradient, in the input's shape.
        input: as in `tanh`.

    Returns:
        Gradient in the input's shape.

    Raises:
        TypeError, ValueError: as `tanh`, or grad_output has another shape.
    """
    x, g = _floats_and_gradient(input, grad_output)
    y = np.tanh(x)
    return np.asarray(g * (1 - y) * (1 + y), x.dtype)


def softplus(input: npt.ArrayLike, beta: float = 1, threshold: float = 20) -> FloatArray:
    """Return log(1 + e^(βx)) / β, a smooth ReLU; x itself where βx exceeds the threshold.

    Args:
        input: array of any shape.
        beta: sharpness β of the bend at 0; not 0.
        threshold: where the curve is taken for a straight line.

    Returns:
        Array of the same shape.

    Raises:
        TypeError: An argument is no real number.
        ValueError: `beta` is 0.
    """
    x = _floats(input)
    scaled, sharpness, linear = _softplus_parts(x, beta, threshold)
    # log(1 + e^a) = max(a, 0) + log(1 + e^−|a|), where nothing overflows
    bent = np.maximum(scaled, 0) + np.log1p(np.exp(-np.abs(scaled)))
    return np.where(linear, x, bent / sharpness)


def softplus_backward(
    grad_output: npt.ArrayLike, input: npt.ArrayLike, beta: float = 1, threshold: float = 20
) -> FloatArray:
    """Return the gradient of `softplus`: dy/dx = e^(βx) / (1 + e^(βx)) = σ(βx); 1 on the line.

    Args:
        grad_output: upstream gradient, in the input's shape.
        input, beta, threshold: as in `softplus`.

    Returns:
        Gradient in the input's shape.

    Raises:
        TypeError, ValueError: as `softplus`, or grad_output has another shape.
    """
    x, g = _floats_and_gradient(input, grad_output)
    scaled, _, linear = _softplus_parts(x, beta, threshold)
    return np.where(linear, g, g * _sigmoid(scaled))


def _softplus_parts(
    x: FloatArray, beta: float, threshold: float
) -> tuple[FloatArray, float, npt.NDArray[np.bool_]]:
    """Return βx, β, and where the curve is taken for a line."""
    sharpness = number(beta, "beta")
    if sharpness == 0:
        raise ValueError("beta must not be 0, because softplus divides by it; choose beta=1.")
    scaled = np.asarray(x * sharpness, x.dtype)
    return scaled, sharpness, scaled > number(threshold, "threshold")


def _sigmoid(x: FloatArray) -> FloatArray:
    """Return σ(x), with e to a negative power only: e^x / (1 + e^x) = 1 / (1 + e^−x)."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + small), small / (1 + small))


def _gated(x: FloatArray, gate: FloatArray) -> FloatArray:
    """Return x · gate, with 0 where the gate is closed: also at −∞, the limit there."""
    with np.errstate(invalid="ignore"):
        return np.where(gate == 0, x.dtype.type(0), x * gate)


def _gelu_gate(x: FloatArray, approximate: str) -> tuple[FloatArray, FloatArray]:
    """Return GELU's gate (Φ or its approximation) and the gate's slope, in the dtype of x."""
    wide = np.clip(x.astype(np.float64), -40, 40)  # Φ is 0 or 1 out there, and nothing overflows
    if approximate == "none":
        gate = 0.5 * (1 + erf(wide / math.sqrt(2)))
        slope = np.exp(-0.5 * wide**2) / math.sqrt(2 * math.pi)
    elif approximate == "tanh":
        scale, cubic = math.sqrt(2 / math.pi), 0.044715
        t = np.tanh(scale * (wide + cubic * wide**3))
        gate = 0.5 * (1 + t)
        slope = 0.5 * (1 - t) * (1 + t) * scale * (1 + 3 * cubic * wide**2)
    else:
        raise ValueError(
            f"approximate must be 'none' or 'tanh', got {approximate!r}; write approximate='none'."
        )
    return np.asarray(gate, x.dtype), np.asarray(slope, x.dtype)


def _floats(input: npt.ArrayLike) -> FloatArray:
    return np.asarray(input, common_dtype(input=input))


def _floats_and_gradient(
    input: npt.ArrayLike, grad_output: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    x = _floats(input)
    return x, as_gradient(grad_output, x.dtype, x.shape)
