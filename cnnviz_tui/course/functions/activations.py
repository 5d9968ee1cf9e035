"""Activation functions, softmax and the loss, computed by the core in float64."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui import ops
from cnnviz_tui.course.functions.kinds import Number, Numbers, Text, Whole
from cnnviz_tui.course.functions.value import Row, Value, from_float
from cnnviz_tui.shapes.errors import ShapeError

_LEAK = Fraction(1, 100)


def sigmoid(a: Numbers) -> Value:
    """1/(1 + e^−a)."""
    return _applied("sigmoid", a)


def tanh(a: Numbers) -> Value:
    """(e^a − e^−a)/(e^a + e^−a)."""
    return _applied("tanh", a)


def relu(a: Numbers) -> Value:
    """max(0, a)."""
    return _applied("relu", a)


def softplus(a: Numbers) -> Value:
    """log(1 + e^a)."""
    return _applied("softplus", a)


def leaky_relu(a: Numbers, alpha: Number = _LEAK) -> Value:
    """max(0, a) + alpha·min(0, a)."""
    return _applied("leaky-relu", a, alpha)


def elu(a: Numbers, alpha: Number = Fraction(1)) -> Value:
    """max(0, a) + alpha·(e^min(0, a) − 1)."""
    return _applied("elu", a, alpha)


def gelu(a: Numbers) -> Value:
    """a·Φ(a)."""
    return _applied("gelu", a)


def slope(name: Text, a: Numbers) -> Value:
    """The derivative at a of sigmoid, tanh, relu, softplus, leaky-relu, elu or gelu."""
    return _applied(name.replace("_", "-"), a, derivative=True)


def softmax(logits: Row) -> Row:
    """e^x divided by the sum of all e^x: probabilities out of logits."""
    return tuple(map(from_float, ops.softmax(_floats(logits), -1).tolist()))


def cross_entropy(logits: Row, target: Whole) -> Value:
    """−log of the probability that softmax gives to the class number `target`, from 0."""
    if not 0 <= target < len(logits):
        raise ShapeError(f"target must be 0 to {len(logits) - 1}, the number of a class.")
    return from_float(float(ops.cross_entropy(_floats(logits), np.int64(target))))


FUNCTIONS = (
    sigmoid,
    tanh,
    relu,
    softplus,
    leaky_relu,
    elu,
    gelu,
    slope,
    softmax,
    cross_entropy,
)
"""In the order of the guide."""


def _floats(numbers: Numbers) -> NDArray[np.float64]:
    return np.array(numbers, dtype=np.float64)


def _applied(
    name: str, a: Numbers, alpha: Fraction | None = None, *, derivative: bool = False
) -> Value:
    """An activation function, or its derivative, of every number."""
    from cnnviz_tui.walkthroughs.activation_functions import function_named

    function = function_named(name)
    usual = function.shape.usual if function.shape else 1.0
    inputs = _floats(a)
    shape = usual if alpha is None else float(alpha)
    values = function.slope(inputs, shape) if derivative else function.value(inputs, shape)
    return _beside(a, values.tolist())


def _beside(a: Numbers, values: object) -> Value:
    """The computed values as numbers; one that is just its input stays as exact as that."""
    if isinstance(a, tuple) and isinstance(values, list):
        return tuple(map(_beside, a, values))
    value = float(str(values))
    return a if isinstance(a, Fraction) and value == float(a) else from_float(value)
