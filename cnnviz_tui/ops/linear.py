"""The linear layer (dense, fully connected): each output is a dot product plus a bias."""

# ruff: noqa: A002 - the first argument is called `input`, as in PyTorch.
from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cnnviz_tui.ops._arguments import FloatArray, as_gradient, common_dtype


def linear(
    input: npt.ArrayLike, weight: npt.ArrayLike, bias: npt.ArrayLike | None = None
) -> FloatArray:
    """Return y = x·Wᵀ + b, as `torch.nn.functional.linear` does.

    Args:
        input: (..., in).
        weight: (out, in), or (in,) for a single output without an axis of its own.
        bias: (out,), or a single number for a weight of one axis, or None.

    Returns:
        Array (..., out), or (...) for a weight of one axis.

    Raises:
        TypeError: An array holds no real numbers.
        ValueError: Shapes that do not belong together.
    """
    x, w, b = _prepare(input, weight, bias)
    with np.errstate(invalid="ignore", over="ignore"):
        y = np.asarray(x @ w.T)
        return y if b is None else np.asarray(y + b)


def linear_backward(
    grad_output: npt.ArrayLike,
    input: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
) -> tuple[FloatArray, FloatArray, FloatArray | None]:
    """Return the gradients of `linear` for input, weight and bias.

    y = x·Wᵀ + b, row by row, so with G = dL/dy

        dL/dx = G·W     dL/dW = Gᵀ·x     dL/db = Σ G over all rows

    Args:
        grad_output: G, in the shape of the output.
        input, weight, bias: as in `linear`.

    Returns:
        Gradients in the shapes of input, weight and bias; None for a bias that was not given.

    Raises:
        TypeError, ValueError: as `linear`, or grad_output has not the output's shape.
    """
    x, w, b = _prepare(input, weight, bias)
    g = as_gradient(grad_output, x.dtype, (*x.shape[:-1], *w.shape[:-1]))
    matrix = w.reshape(w.size // w.shape[-1], w.shape[-1])  # (out, in)
    count = int(np.prod(x.shape[:-1], dtype=np.int64))
    rows = x.reshape(count, x.shape[-1])
    upstream = g.reshape(count, len(matrix))
    with np.errstate(invalid="ignore", over="ignore"):
        grad_input = (upstream @ matrix).reshape(x.shape)
        grad_weight = (upstream.T @ rows).reshape(w.shape)
        if b is None:
            return grad_input, grad_weight, None
        grad_bias = np.asarray(upstream.sum(axis=0, dtype=np.float64), x.dtype)
    return grad_input, grad_weight, grad_bias.reshape(b.shape)


def _prepare(
    input: npt.ArrayLike, weight: npt.ArrayLike, bias: npt.ArrayLike | None
) -> tuple[FloatArray, FloatArray, FloatArray | None]:
    dtype = common_dtype(input=input, weight=weight, bias=bias)
    x, w = np.asarray(input, dtype), np.asarray(weight, dtype)
    b = None if bias is None else np.asarray(bias, dtype)
    if w.ndim not in (1, 2) or 0 in w.shape:
        raise ValueError(
            f"weight has shape {w.shape}; expected (out, in) with at least one of each: reshape it."
        )
    if x.ndim == 0 or x.shape[-1] != w.shape[-1]:
        raise ValueError(
            f"input of shape {x.shape} does not end in the {w.shape[-1]} features that weight of "
            f"shape {w.shape} reads; give it the shape (..., {w.shape[-1]})."
        )
    if b is not None and b.shape != w.shape[:-1]:
        raise ValueError(
            f"bias has shape {b.shape}, but weight of shape {w.shape} makes outputs of shape "
            f"{w.shape[:-1]}; give it that shape."
        )
    return x, w, b
