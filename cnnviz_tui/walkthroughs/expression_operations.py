"""What a node of an expression can compute, with its derivative beside it.

Local derivatives are also there as text: a template in which `{u}` and `{v}` are the operands and
`{y}` is the result, so that one rule is written with names and with numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui import ops

Numbers = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One kind of node.

    Attributes:
        name: what it is called; what one types where it is a function.
        sign: how a graph shows it, in at most five characters.
        template: the computation as text; a sum of many terms joins them instead.
        value: the result from the operands.
        partials: the derivative with respect to each operand, from the operands and the result.
        rules: the same as templates, from the operands (a kink's rule depends on its side).
        does: what it does on the way forward, for a student.
        remark: what happens to a gradient on its way back, for a student.
        demand: what the operands must be, for the error where `value` fails.
    """

    name: str
    sign: str
    template: str
    value: Callable[..., float]
    partials: Callable[[Numbers, float], Numbers]
    rules: Callable[[Numbers], tuple[str, ...]]
    does: str
    remark: str
    demand: str = "smaller numbers"


def _scalar(operation: Callable[[NDArray[np.float64]], Any]) -> Callable[[float], float]:
    """An array operation for one number."""

    def compute(a: float) -> float:
        return float(operation(np.array(a, dtype=np.float64)))

    return compute


_sigmoid = _scalar(ops.sigmoid)


def _one_sided(positive: bool) -> tuple[str]:
    return ("1" if positive else "0",)


SUM = Operation(
    "sum",
    "+",
    "",
    lambda *terms: math.fsum(terms),
    lambda x, y: (1.0,) * len(x),
    lambda x: ("1",) * len(x),
    "it adds up its terms",
    "A sum hands its gradient on to every term unchanged.",
)
DIFFERENCE = Operation(
    "difference",
    "−",
    "{u} − {v}",
    lambda u, v: u - v,
    lambda x, y: (1.0, -1.0),
    lambda x: ("1", "−1"),
    "how far the first is above the second",
    "A difference hands its gradient on; what is subtracted gets it with the other sign.",
)
PRODUCT = Operation(
    "product",
    "·",
    "{u}·{v}",
    lambda u, v: u * v,
    lambda x, y: (x[1], x[0]),
    lambda x: ("{v}", "{u}"),
    "it multiplies two numbers",
    "A product hands its gradient on times the other factor.",
)
QUOTIENT = Operation(
    "quotient",
    "÷",
    "{u}/{v}",
    lambda u, v: u / v,
    lambda x, y: (1 / x[1], -x[0] / x[1] ** 2),
    lambda x: ("1/{v}", "−{u}/{v}²"),
    "it divides one number by another",
    "The larger the denominator, the less the quotient changes.",
    "a denominator other than 0",
)
POWER = Operation(
    "power",
    "^",
    "{u}^{v}",
    lambda u, v: _power(u, v),
    lambda x, y: (
        0.0 if x[1] == 0 else x[1] * _power(x[0], x[1] - 1),
        y * math.log(x[0]) if x[0] > 0 else 0.0,
    ),
    lambda x: ("{v}·{u}^({v} − 1)", "{y}·log {u}"),
    "it raises one number to another",
    "A power hands its gradient on times its exponent times the next lower power.",
    "a base above 0, or above 0 and a whole exponent",
)
NEGATIVE = Operation(
    "minus",
    "−",
    "−{u}",
    lambda u: -u,
    lambda x, y: (-1.0,),
    lambda x: ("−1",),
    "it turns the sign",
    "A minus turns the sign of the gradient.",
)


def _power(base: float, exponent: float) -> float:
    """A real power.

    Raises:
        ValueError: it is no real number.
        OverflowError: it is too large.
        ZeroDivisionError: it is 0 to a negative exponent.
    """
    result: float | complex = base**exponent
    if isinstance(result, complex):
        raise ValueError("a complex power")
    return result


def power_of(exponent: float, written: str) -> Operation:
    """The operation that raises to a fixed exponent, which is `written` so."""
    raised = {"2": "²", "3": "³"}.get(written, f"^{written}")
    below = f"{exponent - 1:g}".replace("-", "−")
    lower = "1" if exponent == 1 else "{u}" if exponent == 2 else f"{{u}}^{below}"
    square = exponent == 2
    return Operation(
        "power",
        raised if len(raised) <= 5 else "^",
        f"{{u}}{raised}",
        lambda u: _power(u, exponent),
        lambda x, y: (0.0 if exponent == 0 else exponent * _power(x[0], exponent - 1),),
        lambda x: (f"{written}·{lower}" if exponent != 1 else "1",),
        "it multiplies the number with itself" if square else "it raises a number to a power",
        "The square hands its gradient on times 2 times what was squared."
        if square
        else POWER.remark,
        "a number for which the power is real",
    )


FUNCTIONS: dict[str, Operation] = {
    op.name: op
    for op in (
        Operation(
            "exp",
            "exp",
            "exp({u})",
            math.exp,
            lambda x, y: (y,),
            lambda x: ("{y}",),
            "exp makes every number positive",
            "exp is its own derivative: the gradient is multiplied with the result.",
            "a number below 700",
        ),
        Operation(
            "log",
            "log",
            "log({u})",
            math.log,
            lambda x, y: (1 / x[0],),
            lambda x: ("1/{u}",),
            "log, the inverse of exp",
            "The natural logarithm is steep near 0: small numbers get large gradients.",
            "a number above 0",
        ),
        Operation(
            "sqrt",
            "√",
            "√({u})",
            math.sqrt,
            lambda x, y: (1 / (2 * y),),
            lambda x: ("1/(2·{y})",),
            "the square root",
            "The square root is steep near 0: small numbers get large gradients.",
            "a number above 0",
        ),
        Operation(
            "sin",
            "sin",
            "sin({u})",
            math.sin,
            lambda x, y: (math.cos(x[0]),),
            lambda x: ("cos {u}",),
            "the sine",
            "The slope of the sine is the cosine.",
        ),
        Operation(
            "cos",
            "cos",
            "cos({u})",
            math.cos,
            lambda x, y: (-math.sin(x[0]),),
            lambda x: ("−sin {u}",),
            "the cosine",
            "The slope of the cosine is minus the sine.",
        ),
        Operation(
            "tanh",
            "tanh",
            "tanh({u})",
            _scalar(ops.tanh),
            lambda x, y: (1 - y * y,),
            lambda x: ("1 − {y}²",),
            "tanh squeezes every number into −1 to 1",
            "tanh is steepest at 0, slope 1; where it saturates, little gradient comes through.",
        ),
        Operation(
            "sigmoid",
            "σ",
            "σ({u})",
            _sigmoid,
            lambda x, y: (y * (1 - y),),
            lambda x: ("{y}·(1 − {y})",),
            "the sigmoid squeezes every number into 0 to 1",
            "The slope of the sigmoid is at most ¼: every sigmoid makes the gradient smaller.",
        ),
        Operation(
            "relu",
            "relu",
            "relu({u})",
            _scalar(ops.relu),
            lambda x, y: (1.0 if x[0] > 0 else 0.0,),
            lambda x: _one_sided(x[0] > 0),
            "ReLU keeps what is above 0 and makes the rest 0",
            "ReLU lets the gradient through where its input is above 0, and blocks it elsewhere.",
        ),
        Operation(
            "softplus",
            "s+",
            "softplus({u})",
            _scalar(ops.softplus),
            lambda x, y: (_sigmoid(x[0]),),
            lambda x: ("σ({u})",),
            "softplus, a ReLU without the kink",
            "The slope of softplus is the sigmoid.",
        ),
        Operation(
            "abs",
            "abs",
            "|{u}|",
            abs,
            lambda x, y: (float((x[0] > 0) - (x[0] < 0)),),
            lambda x: ("1" if x[0] > 0 else "−1" if x[0] < 0 else "0",),
            "the number without its sign",
            "The absolute value keeps the gradient above 0 and turns its sign below.",
        ),
        Operation(
            "max",
            "max",
            "max({u}, {v})",
            max,
            lambda x, y: (float(x[0] >= x[1]), float(x[0] < x[1])),
            lambda x: ("1", "0") if x[0] >= x[1] else ("0", "1"),
            "it takes the larger number",
            "The whole gradient goes to the larger one, as in max pooling.",
        ),
        Operation(
            "min",
            "min",
            "min({u}, {v})",
            min,
            lambda x, y: (float(x[0] <= x[1]), float(x[0] > x[1])),
            lambda x: ("1", "0") if x[0] <= x[1] else ("0", "1"),
            "it takes the smaller number",
            "The whole gradient goes to the smaller one.",
        ),
    )
}
"""The functions that one can name in an expression."""
