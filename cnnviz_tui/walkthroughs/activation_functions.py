"""The activation functions that can be explored: their formulas, names, code and what they do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import erf, exp, pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui import ops
from cnnviz_tui.walkthroughs.mechanism import SetupError
from cnnviz_tui.walkthroughs.numbers import MINUS, short

Values = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Shape:
    """The number that bends a function: a slope, a depth, a sharpness.

    Attributes:
        symbol: its letter.
        name: what it is.
        usual: PyTorch's default.
        low, high: what can be chosen.
    """

    symbol: str
    name: str
    usual: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Activation:
    """One activation function.

    Attributes:
        name: what one types.
        title: what people read.
        about: one sentence.
        letter: how a sum writes it, as in `σ(1.25)`.
        formula: in letters, of the input a.
        slope_formula: its derivative in letters.
        written: the formula with a number in it, out of the number's text, the number and α.
        slope_written: the derivative in the same way.
        forward: from inputs of any shape and α to outputs.
        backward: from upstream gradient, inputs and α to the gradient of the inputs.
        torch, keras, numpy: as code; `{shape}` is where α goes.
        shape: what α is, where there is one.
    """

    name: str
    title: str
    about: str
    letter: str
    formula: str
    slope_formula: str
    written: Callable[[str, float, float], str]
    slope_written: Callable[[str, float, float], str]
    forward: Callable[[Values, float], Values]
    backward: Callable[[Values, Values, float], Values]
    torch: str
    keras: str
    numpy: str
    shape: Shape | None = None

    def value(self, inputs: Values, shape: float) -> Values:
        """The outputs, float64, in the shape of the inputs."""
        return self.forward(np.asarray(inputs, dtype=np.float64), shape)

    def slope(self, inputs: Values, shape: float) -> Values:
        """The derivatives, float64, in the shape of the inputs."""
        known = np.asarray(inputs, dtype=np.float64)
        return self.backward(np.ones_like(known), known, shape)


def _in_brackets(text: str) -> str:
    """A number as a factor: a negative one in brackets."""
    return f"({text})" if text.startswith(MINUS) else text


def _power(text: str) -> str:
    """The text of e to the minus a number: e^−1.25, and e^1.25 where the number is negative."""
    return f"e^{text[1:]}" if text.startswith(MINUS) else f"e^{MINUS}{text}"


def _phi(a: float) -> float:
    return 0.5 * (1 + erf(a / sqrt(2)))


def _density(a: float) -> float:
    return exp(-a * a / 2) / sqrt(2 * pi)


def _three(value: float) -> str:
    return short(value, 3)


def _sigmoid_of(a: float) -> str:
    return _three(float(ops.sigmoid(np.float64(a))))


FUNCTIONS: tuple[Activation, ...] = (
    Activation(
        "sigmoid",
        "sigmoid",
        "Squeezes every number into 0 to 1; flat at both ends.",
        "σ",
        "1/(1 + e^−a)",
        "σ(a)·(1 − σ(a))",
        lambda text, a, _: f"1/(1 + {_power(text)})",
        lambda text, a, _: f"{_sigmoid_of(a)}·(1 − {_sigmoid_of(a)})",
        lambda x, _: ops.sigmoid(x),
        lambda g, x, _: ops.sigmoid_backward(g, x),
        "nn.Sigmoid()",
        'layers.Activation("sigmoid")',
        "1 / (1 + np.exp(-a))",
    ),
    Activation(
        "tanh",
        "tanh",
        "Like the sigmoid, but from −1 to 1 and around 0; its slope reaches 1.",
        "tanh",
        "(e^a − e^−a)/(e^a + e^−a)",
        "1 − tanh²(a)",
        lambda text, a, _: f"(e^{text} − {_power(text)})/(e^{text} + {_power(text)})",
        lambda text, a, _: f"1 − {_in_brackets(_three(float(np.tanh(a))))}²",
        lambda x, _: ops.tanh(x),
        lambda g, x, _: ops.tanh_backward(g, x),
        "nn.Tanh()",
        'layers.Activation("tanh")',
        "np.tanh(a)",
    ),
    Activation(
        "relu",
        "ReLU",
        "Keeps positive numbers and turns negative ones to 0; its slope is 1 or 0.",
        "ReLU",
        "max(0, a)",
        "1 if a > 0, else 0",
        lambda text, a, _: f"max(0, {text})",
        lambda text, a, _: f"{text} > 0:" if a > 0 else f"{text} ≤ 0:",
        lambda x, _: ops.relu(x),
        lambda g, x, _: ops.relu_backward(g, x),
        "nn.ReLU()",
        "layers.ReLU()",
        "np.maximum(0, a)",
    ),
    Activation(
        "softplus",
        "softplus",
        "A smooth ReLU; its slope is the sigmoid.",
        "softplus",
        "log(1 + e^(βa))/β",
        "σ(βa)",
        lambda text, a, b: (
            f"log(1 + e^{text})"
            if b == 1
            else f"log(1 + e^({short(b)}·{_in_brackets(text)}))/{short(b)}"
        ),
        lambda text, a, b: f"σ({text})" if b == 1 else f"σ({short(b)}·{_in_brackets(text)})",
        lambda x, b: ops.softplus(x, beta=b),
        lambda g, x, b: ops.softplus_backward(g, x, beta=b),
        "nn.Softplus(beta={shape})",
        'layers.Activation("softplus")',
        "np.log1p(np.exp({shape} * a)) / {shape}",
        Shape("β", "sharpness β", 1.0, 0.1, 20.0),
    ),
    Activation(
        "leaky-relu",
        "leaky ReLU",
        "A ReLU that lets a little through below 0, so that no unit is switched off for good.",
        "leaky",
        "a if a > 0, else α·a",
        "1 if a > 0, else α",
        lambda text, a, s: text if a > 0 else f"{short(s)}·{_in_brackets(text)}",
        lambda text, a, s: f"{text} > 0:" if a > 0 else f"{text} ≤ 0:",
        lambda x, s: ops.leaky_relu(x, negative_slope=s),
        lambda g, x, s: ops.leaky_relu_backward(g, x, negative_slope=s),
        "nn.LeakyReLU({shape})",
        "layers.LeakyReLU(negative_slope={shape})",
        "np.where(a > 0, a, {shape} * a)",
        Shape("α", "slope α below 0", 0.01, 0.0, 1.0),
    ),
    Activation(
        "elu",
        "ELU",
        "A ReLU that bends smoothly to −α below 0.",
        "ELU",
        "a if a > 0, else α·(e^a − 1)",
        "1 if a > 0, else α·e^a",
        lambda text, a, s: text if a > 0 else f"{short(s)}·(e^{text} − 1)",
        lambda text, a, s: f"{text} > 0:" if a > 0 else f"{short(s)}·e^{text}",
        lambda x, s: ops.elu(x, alpha=s),
        lambda g, x, s: ops.elu_backward(g, x, alpha=s),
        "nn.ELU(alpha={shape})",
        "layers.ELU(alpha={shape})",
        "np.where(a > 0, a, {shape} * np.expm1(np.minimum(a, 0)))",
        Shape("α", "depth α", 1.0, 0.0, 5.0),
    ),
    Activation(
        "gelu",
        "GELU",
        "Weighs each number by how likely a normal one is smaller; used in transformers.",
        "GELU",
        "a·Φ(a)",
        "Φ(a) + a·φ(a)",
        lambda text, a, _: f"{text}·{_three(_phi(a))}",
        lambda text, a, _: f"{_three(_phi(a))} + {_in_brackets(text)}·{_three(_density(a))}",
        lambda x, _: ops.gelu(x),
        lambda g, x, _: ops.gelu_backward(g, x),
        "nn.GELU()",
        'layers.Activation("gelu")',
        "a * (1 + scipy.special.erf(a / np.sqrt(2))) / 2",
    ),
)
"""In the lecture's order, then those that followed."""

_BY_NAME = {function.name: function for function in FUNCTIONS}


def function_named(name: str) -> Activation:
    """The function called `name`.

    Raises:
        SetupError: there is none; the sentence lists those there are.
    """
    if name not in _BY_NAME:
        raise SetupError(
            f"There is no activation function “{name}”: take one of {', '.join(_BY_NAME)}."
        )
    return _BY_NAME[name]
