"""Dropout: switch units off at random in training, so that none is relied upon alone."""

# ruff: noqa: A002 - the first argument is called `input`, as in PyTorch.
from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cnnviz_tui.ops._arguments import (
    FloatArray,
    as_gradient,
    as_numbers,
    common_dtype,
    flag,
    number,
    refuse_inplace,
    whole,
)


def dropout(
    input: npt.ArrayLike,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    rng: np.random.Generator | int | None = None,
    mask: npt.NDArray[np.bool_] | None = None,
) -> FloatArray:
    """Set numbers to 0 with probability p and divide the others by 1 − p, as PyTorch does.

    Dividing keeps the expected value, so that nothing is left to do outside of training (Srivastava
    et al. 2014). PyTorch draws from a hidden global generator; here the caller can decide:

    - `rng=7`: a seed. The gradient finds the same mask with the same seed.
    - `rng=generator`: draws from it. For a gradient later, draw `dropout_mask` first, and
      pass it to both.
    - `mask=...`: no chance at all: True stays, False goes.
    - neither: a mask that nobody can repeat.

    Args:
        input: array of any shape.
        p: probability to be dropped, 0 to 1.
        training: if not, nothing is dropped.
        inplace: PyTorch's argument, kept in its place; True is refused.
        rng: seed or generator, or None.
        mask: what stays, in the input's shape, or None.

    Returns:
        Array in the input's shape.

    Raises:
        TypeError: An argument has none of these forms.
        ValueError: p outside of 0 to 1, a mask of another shape, rng and mask both, or inplace.
    """
    x = _prepare(input, p, training, inplace, rng, mask)
    if not training:
        return x.copy()
    keep = dropout_mask(x.shape, p, rng) if mask is None else mask
    return _masked(x, keep, p)


def dropout_backward(
    grad_output: npt.ArrayLike,
    input: npt.ArrayLike,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    rng: np.random.Generator | int | None = None,
    mask: npt.NDArray[np.bool_] | None = None,
) -> FloatArray:
    """Return the gradient of `dropout` for its input: G / (1 − p) where x was kept, 0 elsewhere.

    In training it needs the forward's mask: pass the same seed, or the same `mask`. A generator
    has moved on since then and is refused.

    Args:
        grad_output: upstream gradient, in the input's shape.
        input, p, training, inplace, rng, mask: as in `dropout`.

    Returns:
        Gradient in the input's shape.

    Raises:
        TypeError, ValueError: as `dropout`, or grad_output has another shape, or the mask cannot
            be known.
    """
    x = _prepare(input, p, training, inplace, rng, mask)
    g = as_gradient(grad_output, x.dtype, x.shape)
    if not training:
        return g.copy()
    if mask is None and (rng is None or isinstance(rng, np.random.Generator)):
        raise ValueError(
            f"rng is {'None' if rng is None else 'a generator'}, from which the forward's mask "
            "cannot be drawn again; pass the forward's seed as rng, or its mask."
        )
    keep = dropout_mask(x.shape, p, rng) if mask is None else mask
    return _masked(g, keep, p)


def dropout_mask(
    shape: tuple[int, ...], p: float = 0.5, rng: np.random.Generator | int | None = None
) -> npt.NDArray[np.bool_]:
    """Draw which numbers of an array stay: each is True with probability 1 − p.

    Args:
        shape: shape of the array.
        p: probability to be dropped, 0 to 1.
        rng: seed or generator; None for a mask that nobody can repeat.

    Returns:
        Truth values of that shape.

    Raises:
        TypeError: An argument has none of these forms.
        ValueError: p outside of 0 to 1, or a negative seed.
    """
    probability = _probability(p)
    if rng is not None and not isinstance(rng, np.random.Generator):
        rng = np.random.default_rng(whole(rng, "rng"))
    return np.random.default_rng(rng).random(shape) >= probability


def _masked(values: FloatArray, keep: npt.NDArray[np.bool_], p: float) -> FloatArray:
    """Return values · mask / (1 − p); the product, not a choice, so that NaN is never hidden."""
    factor = 0.0 if p == 1 else 1 / (1 - p)
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(values * (keep * values.dtype.type(factor)))


def _prepare(
    input: npt.ArrayLike,
    p: float,
    training: bool,
    inplace: bool,
    rng: np.random.Generator | int | None,
    mask: npt.NDArray[np.bool_] | None,
) -> FloatArray:
    refuse_inplace(inplace)
    _probability(p)
    flag(training, "training")
    x = np.asarray(input, common_dtype(input=input))
    if mask is None:
        return x
    if rng is not None:
        raise ValueError("rng and mask both decide what is dropped; pass only one of them.")
    if as_numbers(mask, "mask").dtype.kind != "b" or np.shape(mask) != x.shape:
        raise ValueError(
            f"mask must be truth values of shape {x.shape}, got {np.asarray(mask).dtype} of shape "
            f"{np.shape(mask)}; draw one with dropout_mask(input.shape, p)."
        )
    return x


def _probability(p: float) -> float:
    probability = number(p, "p")
    if not 0 <= probability <= 1:
        raise ValueError(
            f"p must be between 0 and 1, got {probability}; it is the probability to be dropped."
        )
    return probability
