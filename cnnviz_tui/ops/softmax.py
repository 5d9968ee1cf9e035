"""Softmax: turn scores (logits) into probabilities that add up to 1."""

# ruff: noqa: A002 - the first argument is called `input`, as in PyTorch.
from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cnnviz_tui.ops._arguments import FloatArray, as_gradient, common_dtype, whole


def softmax(
    input: npt.ArrayLike,
    dim: int | None = None,
    _stacklevel: int = 3,
    dtype: npt.DTypeLike | None = None,
) -> FloatArray:
    """Return e^x / Σ e^x along an axis, as `torch.nn.functional.softmax` does.

    Args:
        input: array of any shape.
        dim: the axis whose numbers add up to 1. None means PyTorch's old rule: axis 0 of arrays
            with 0, 1 or 3 axes, otherwise axis 1; better name it.
        _stacklevel: without effect, kept so that `dtype` has PyTorch's position.
        dtype: float32 or float64, to compute in instead of the input's own.

    Returns:
        Array of the same shape; NaN along an axis where all scores are −∞.

    Raises:
        TypeError: `input` holds no real numbers, or `dtype` is another one.
        ValueError: There is no such axis.
    """
    x, axis = _prepare(input, dim, dtype)
    return np.exp(_log_probabilities(x, axis)).reshape(np.shape(input))


def softmax_backward(
    grad_output: npt.ArrayLike,
    input: npt.ArrayLike,
    dim: int | None = None,
    _stacklevel: int = 3,
    dtype: npt.DTypeLike | None = None,
) -> FloatArray:
    """Return the gradient of `softmax` for its input.

    dyᵢ/dxⱼ = yᵢ·([i = j] − yⱼ), so dL/dxⱼ = yⱼ·(Gⱼ − Σᵢ Gᵢ·yᵢ).

    Args:
        grad_output: upstream gradient, in the input's shape.
        input, dim, _stacklevel, dtype: as in `softmax`.

    Returns:
        Gradient in the input's shape.

    Raises:
        TypeError, ValueError: as `softmax`, or grad_output has another shape.
    """
    x, axis = _prepare(input, dim, dtype)
    g = as_gradient(grad_output, x.dtype, np.shape(input)).reshape(x.shape)
    y = np.exp(_log_probabilities(x, axis))
    with np.errstate(invalid="ignore", over="ignore"):
        grad_input = y * (g - (g * y).sum(axis=axis, keepdims=True))
    return np.asarray(grad_input).reshape(np.shape(input))


def log_softmax(
    input: npt.ArrayLike,
    dim: int | None = None,
    _stacklevel: int = 3,
    dtype: npt.DTypeLike | None = None,
) -> FloatArray:
    """Return log(e^x / Σ e^x) along an axis, exact where the softmax itself would be 0.

    Args:
        input, dim, _stacklevel, dtype: as in `softmax`.

    Returns:
        Array of the same shape.

    Raises:
        TypeError, ValueError: as `softmax`.
    """
    x, axis = _prepare(input, dim, dtype)
    return _log_probabilities(x, axis).reshape(np.shape(input))


def log_softmax_backward(
    grad_output: npt.ArrayLike,
    input: npt.ArrayLike,
    dim: int | None = None,
    _stacklevel: int = 3,
    dtype: npt.DTypeLike | None = None,
) -> FloatArray:
    """Return the gradient of `log_softmax` for its input.

    dyᵢ/dxⱼ = [i = j] − softmax(x)ⱼ, so dL/dxⱼ = Gⱼ − softmax(x)ⱼ · Σᵢ Gᵢ.

    Args:
        grad_output: upstream gradient, in the input's shape.
        input, dim, _stacklevel, dtype: as in `softmax`.

    Returns:
        Gradient in the input's shape.

    Raises:
        TypeError, ValueError: as `softmax`, or grad_output has another shape.
    """
    x, axis = _prepare(input, dim, dtype)
    g = as_gradient(grad_output, x.dtype, np.shape(input)).reshape(x.shape)
    with np.errstate(invalid="ignore", over="ignore"):
        grad_input = g - np.exp(_log_probabilities(x, axis)) * g.sum(axis=axis, keepdims=True)
    return np.asarray(grad_input).reshape(np.shape(input))


def _log_probabilities(x: FloatArray, axis: int) -> FloatArray:
    """Return log softmax(x); the largest score is taken off first, so that nothing overflows."""
    with np.errstate(invalid="ignore", divide="ignore"):
        shifted = x - x.max(axis=axis, keepdims=True, initial=-np.inf)
        return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True)))


def _prepare(
    input: npt.ArrayLike, dim: int | None, dtype: npt.DTypeLike | None
) -> tuple[FloatArray, int]:
    """Return the scores, with one axis at least, and the axis meant."""
    own = common_dtype(input=input)
    wanted = own if dtype is None else np.dtype(dtype)
    if wanted not in (np.float32, np.float64):
        raise TypeError(f"dtype must be float32 or float64, got {wanted}; leave it out.")
    x = np.asarray(input, wanted)
    axes = max(x.ndim, 1)
    if dim is None:
        axis = 0 if x.ndim in (0, 1, 3) else 1
    else:
        axis = whole(dim, "dim", -axes)
        if axis >= axes:
            raise ValueError(
                f"dim={axis} is not an axis of an input of shape {x.shape}; choose one from "
                f"{-axes} to {axes - 1}."
            )
    return x.reshape(x.shape or (1,)), axis
