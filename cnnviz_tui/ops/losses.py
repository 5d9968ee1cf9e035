"""Cross-entropy: how surprised the predicted probabilities are by the right answer."""

# ruff: noqa: A002 - the first argument is called `input`, as in PyTorch.
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from cnnviz_tui.ops._arguments import (
    LARGEST,
    FloatArray,
    FloatDType,
    as_gradient,
    as_numbers,
    common_dtype,
    number,
    whole,
)
from cnnviz_tui.ops.softmax import log_softmax


def cross_entropy(
    input: npt.ArrayLike,
    target: npt.ArrayLike,
    weight: npt.ArrayLike | None = None,
    size_average: None = None,
    ignore_index: int = -100,
    reduce: None = None,
    reduction: Literal["mean", "sum", "none"] = "mean",
    label_smoothing: float = 0.0,
) -> FloatArray:
    """Return −log of the probability that softmax gives to the right class, as PyTorch does.

    In general −Σ q·log softmax(x), where q is the wanted distribution over the classes: 1 at the
    right class, or the probabilities given as target, smoothed and weighted.

    Args:
        input: logits (N, C), (C,), or (N, C, d1, d2, ...).
        target: class indices in the shape of input without the class axis, or probabilities
            (floats) in the shape of input.
        weight: one factor for each class (C,), or None.
        size_average: deprecated in PyTorch; kept in its position, only None is accepted.
        ignore_index: samples with this class index count for nothing.
        reduce: deprecated in PyTorch; kept in its position, only None is accepted.
        reduction: "none" for one loss a sample, "sum", or "mean": divided by the sum of the
            samples' weights for class indices, and by the number of samples for probabilities.
        label_smoothing: this share of the wanted distribution goes to all classes equally.

    Returns:
        The loss, an array without axes; with "none", the losses in the shape of the samples.
        The mean over no samples is NaN.

    Raises:
        TypeError: An argument has none of these forms.
        ValueError: Shapes that do not belong together, a class that does not exist, a deprecated
            argument, or an unknown reduction.
    """
    task = _prepare(
        input, target, weight, size_average, ignore_index, reduce, reduction, label_smoothing
    )
    log_p = log_softmax(task.logits, task.class_axis)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        # 0·log 0 = 0: a class that is not wanted may be impossible.
        impossible = (task.wanted == 0) & np.isneginf(log_p)
        terms = np.where(task.counted & ~impossible, -task.wanted * log_p, 0)
        losses = terms.sum(axis=task.class_axis, dtype=np.float64)
        result = losses if reduction == "none" else losses.sum() / task.divisor
    return np.asarray(result, task.logits.dtype)


def cross_entropy_backward(
    grad_output: npt.ArrayLike,
    input: npt.ArrayLike,
    target: npt.ArrayLike,
    weight: npt.ArrayLike | None = None,
    size_average: None = None,
    ignore_index: int = -100,
    reduce: None = None,
    reduction: Literal["mean", "sum", "none"] = "mean",
    label_smoothing: float = 0.0,
) -> FloatArray:
    """Return the gradient of `cross_entropy` for its input.

    L = −Σ q·log p with p = softmax(x) and d(log pᵢ)/dxⱼ = [i = j] − pⱼ, so

        dL/dxⱼ = pⱼ·Σᵢ qᵢ − qⱼ

    which for one right class of weight 1 is the famous p − 1 there and p elsewhere. Target and
    weight are taken as given data and have no gradient here.

    Args:
        grad_output: gradient of the loss: one number, or one for each sample with "none".
        input, target, weight, size_average, ignore_index, reduce, reduction, label_smoothing: as
            in `cross_entropy`.

    Returns:
        Gradient in the input's shape.

    Raises:
        TypeError, ValueError: as `cross_entropy`, or grad_output has not the loss' shape.
    """
    task = _prepare(
        input, target, weight, size_average, ignore_index, reduce, reduction, label_smoothing
    )
    axis, wanted = task.class_axis, task.wanted
    samples = wanted.shape[:axis] + wanted.shape[axis + 1 :]
    g = as_gradient(grad_output, wanted.dtype, samples if reduction == "none" else ())
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        p = np.exp(log_softmax(task.logits, axis))
        upstream = np.expand_dims(g, axis) if reduction == "none" else g
        slope = (p * wanted.sum(axis=axis, keepdims=True) - wanted) / task.divisor
        return np.asarray(np.where(task.counted, slope * upstream, 0), wanted.dtype)


@dataclass(frozen=True, slots=True)
class _Task:
    """What the loss is computed from, whatever form the target had.

    Attributes:
        logits: the input.
        wanted: the distribution q in the input's shape, smoothed and weighted.
        counted: in the input's shape, False for samples that are ignored, whatever they hold.
        class_axis: the axis of the classes.
        divisor: what the summed loss is divided by; a numpy number, so that 0/0 is NaN.
    """

    logits: FloatArray
    wanted: FloatArray
    counted: npt.NDArray[np.bool_]
    class_axis: int
    divisor: np.float64


def _prepare(
    input: npt.ArrayLike,
    target: npt.ArrayLike,
    weight: npt.ArrayLike | None,
    size_average: None,
    ignore_index: int,
    reduce: None,
    reduction: str,
    label_smoothing: float,
) -> _Task:
    _check_reduction(size_average, reduce, reduction)
    smoothing = number(label_smoothing, "label_smoothing")
    if not 0 <= smoothing <= 1:
        raise ValueError(
            f"label_smoothing must be between 0 and 1, got {smoothing}; choose 0 for none."
        )
    goal = as_numbers(target, "target")
    soft = goal.dtype.kind == "f"
    logits = np.asarray(
        input, common_dtype(input=input, weight=weight, target=goal if soft else None)
    )
    axis = min(logits.ndim, 2) - 1
    if axis < 0 or logits.shape[axis] == 0:
        raise ValueError(
            f"input has shape {logits.shape}; expected (classes,), (batch, classes) or (batch, "
            "classes, ...) with at least one class: reshape it."
        )
    classes = logits.shape[axis]
    ignored = whole(ignore_index, "ignore_index", -LARGEST)
    weights = _class_weights(weight, classes, logits.dtype)
    weights = weights.reshape(classes, *[1] * (logits.ndim - 1 - axis))
    if soft:
        shares = _wanted_probabilities(goal, logits, ignored)
        counted = np.ones(shares.shape, np.bool_)
        divisor = np.float64(logits.size // classes)
    else:
        shares, counted = _wanted_classes(goal, logits, axis, ignored)
        divisor = np.float64((shares * weights).sum(dtype=np.float64))
    if reduction != "mean":
        divisor = np.float64(1)
    smoothed = shares * (1 - smoothing) + smoothing / classes
    return _Task(logits, np.asarray(smoothed * weights), counted, axis, divisor)


def _check_reduction(size_average: object, reduce: object, reduction: str) -> None:
    for name, value in (("size_average", size_average), ("reduce", reduce)):
        if value is not None:
            raise ValueError(
                f"{name} is deprecated in PyTorch and not supported, got {value!r}; pass "
                "reduction= by name."
            )
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(
            f"reduction must be 'mean', 'sum' or 'none', got {reduction!r}; write reduction='mean'."
        )


def _class_weights(weight: npt.ArrayLike | None, classes: int, dtype: FloatDType) -> FloatArray:
    """Return one factor for each class, (C,)."""
    weights = np.ones(classes, dtype) if weight is None else np.asarray(weight, dtype)
    if weights.shape != (classes,):
        raise ValueError(
            f"weight has shape {weights.shape}, but there are {classes} classes; give it the shape "
            f"({classes},)."
        )
    return weights


def _wanted_probabilities(
    target: npt.NDArray[Any], logits: FloatArray, ignore_index: int
) -> FloatArray:
    """Return a target of probabilities, in the shape of the logits."""
    if target.shape != logits.shape:
        raise ValueError(
            f"target holds floats of shape {target.shape} and so counts as probabilities, but "
            f"input has shape {logits.shape}; give it that shape, or whole numbers as classes."
        )
    if ignore_index >= 0:
        raise ValueError(
            f"ignore_index={ignore_index} makes no sense for a target of probabilities; leave it "
            "out, or give the classes as whole numbers."
        )
    return np.asarray(target, logits.dtype)


def _wanted_classes(
    target: npt.NDArray[Any], logits: FloatArray, axis: int, ignore_index: int
) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Return 1 at the right classes, and True for samples that count, both in logits' shape."""
    classes = logits.shape[axis]
    samples = logits.shape[:axis] + logits.shape[axis + 1 :]
    if target.dtype.kind == "b":
        raise TypeError("target must hold class numbers, got truth values; use 0 and 1.")
    if target.shape != samples:
        raise ValueError(
            f"target has shape {target.shape}, but input of shape {logits.shape} needs one class "
            f"for each sample, shape {samples}; probabilities must be floats."
        )
    counted = target != ignore_index
    strangers = target[counted & ((target < 0) | (target >= classes))]
    if strangers.size:
        raise ValueError(
            f"target contains class {strangers[0]}, but there are {classes} classes; use numbers "
            f"from 0 to {classes - 1}, or ignore_index={ignore_index} for samples without one."
        )
    numbers = np.expand_dims(np.where(counted, target, -1), axis)
    order = np.arange(classes).reshape(classes, *[1] * (logits.ndim - 1 - axis))
    mask = np.broadcast_to(np.expand_dims(counted, axis), logits.shape)
    return (numbers == order).astype(logits.dtype), mask
