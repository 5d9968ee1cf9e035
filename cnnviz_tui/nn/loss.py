"""Softmax and its cross-entropy: how surprised the network is by the right answer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.nn.layer import Array


def softmax(logits: Array) -> Array:
    """Turn logits `(classes, batch)` into probabilities of the same shape, column by column.

    The largest logit is taken off first, which changes nothing but keeps exp from overflowing.
    """
    powers: Array = np.exp(logits - logits.max(axis=0))
    powers /= powers.sum(axis=0)
    return powers


def cross_entropy(
    logits: Array, labels: NDArray[np.int64], smoothing: float = 0.0
) -> tuple[Array, Array]:
    """Return each sample's loss and the gradient of their sum at the logits.

    With probabilities p and targets t the loss is −Σ t·log p, and its gradient is simply p − t.

    Args:
        logits: `(classes, batch)`.
        labels: `(batch,)`, the right classes. A sample labelled −1 is ignored: it costs nothing
            and has no gradient.
        smoothing: how much of the target is spread evenly over all classes (label smoothing,
            Szegedy et al. 2016).

    Returns:
        Losses `(batch,)` and gradient `(classes, batch)`.
    """
    classes, batch = logits.shape
    shifted = logits - logits.max(axis=0)
    powers = np.exp(shifted)
    total = powers.sum(axis=0)
    log_p = shifted - np.log(total)
    target = np.full_like(logits, smoothing / classes)
    target[labels, np.arange(batch)] += 1 - smoothing
    used = labels >= 0
    losses = np.where(used, -(target * log_p).sum(axis=0), 0)
    gradient = (powers / total - target) * used
    return losses.astype(logits.dtype), gradient
