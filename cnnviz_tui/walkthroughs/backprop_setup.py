"""What can be chosen about backpropagation: an expression with its values, or a convolution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, ClassVar, TypeVar

from cnnviz_tui.samples import InputSource, input_named, kernel_named, weights_of
from cnnviz_tui.walkthroughs.backprop import BackpropWalkthrough
from cnnviz_tui.walkthroughs.backprop_convolution import ConvolutionGradientWalkthrough, Pair
from cnnviz_tui.walkthroughs.backprop_fields import FIELDS
from cnnviz_tui.walkthroughs.choosing import NO_EDITS, edits_within
from cnnviz_tui.walkthroughs.expression import Expression, ExpressionError
from cnnviz_tui.walkthroughs.expression_parser import parse_expression
from cnnviz_tui.walkthroughs.mechanism import Mechanism, Preset, SetupError

MOST_ROUNDS = 50
MOST_SIDE = 12
MOST_KERNEL = 5
LARGEST_RATE = 100.0
_FIRST_VALUES = (1.0, -0.5, 2.0, 0.5, -1.0, 1.5)


_AnySetupT = TypeVar("_AnySetupT", "ExpressionSetup", "ConvolutionGradientSetup")


@lru_cache(maxsize=64)
def _parsed(text: str) -> Expression:
    expression = parse_expression(text)
    if not expression.variables:
        raise ExpressionError("The expression has no variable: put in a name, such as w*2.")
    return expression


def _check_rate(rate: float) -> None:
    if not 0 < rate <= LARGEST_RATE:
        raise SetupError(f"The learning rate η must be above 0 and at most {LARGEST_RATE:.0f}.")


@dataclass(frozen=True)
class ExpressionSetup:
    """An expression, the values of its variables, and how they learn.

    Attributes:
        expression: what was typed.
        values: of the variables; those without one get a small number.
        rate: the learning rate η.
        rounds: how many steps of gradient descent.
        learn: the names that learn; empty for all but those that begin with x or t, which stand
            for inputs and targets.
        title: what the setup shows, where it has a name.
    """

    expression: str
    values: Mapping[str, float] = field(default_factory=lambda: NO_EDITS)
    rate: float = 0.5
    rounds: int = 1
    learn: tuple[str, ...] = ()
    title: str = ""

    options: ClassVar[frozenset[str]] = frozenset(
        {"expression", "values", "learn", "rate", "rounds"}
    )

    def __post_init__(self) -> None:
        _check_rate(self.rate)
        if not 1 <= self.rounds <= MOST_ROUNDS:
            raise SetupError(f"The number of rounds R must be 1 to {MOST_ROUNDS}.")
        for name in self.learn:
            if name not in self.names:
                raise SetupError(
                    f"There is no variable {name:.12} to learn: take some of "
                    f"{', '.join(self.names)}."
                )
        self.build()

    @property
    def names(self) -> tuple[str, ...]:
        """The variables."""
        graph = _parsed(self.expression)
        return tuple(graph.nodes[i].name for i in graph.variables)

    @property
    def all_values(self) -> dict[str, float]:
        """The value of every variable."""
        return {
            name: self.values.get(name, _FIRST_VALUES[i % len(_FIRST_VALUES)])
            for i, name in enumerate(self.names)
        }

    @property
    def learned(self) -> tuple[str, ...]:
        """The names of the variables that learn."""
        if self.learn:
            return self.learn
        return tuple(n for n in self.names if n[0] not in "xt") or self.names

    def changed(self, **choices: Any) -> ExpressionSetup:
        """This setup with other choices.

        Raises:
            SetupError: the choices cannot be; the sentence says why.
        """
        if "expression" in choices and "learn" not in choices:
            choices["learn"] = ()
        return _replaced(self, choices, "An expression")

    def with_value(self, name: str, value: float) -> ExpressionSetup:
        """Another value of a variable."""
        return self.changed(values={**self.values, name: value})

    def build(self) -> BackpropWalkthrough:
        """The walkthrough of this setup."""
        return BackpropWalkthrough(
            _parsed(self.expression), self.all_values, self.learned, self.rate, self.rounds
        )


@dataclass(frozen=True)
class ConvolutionGradientSetup:
    """A convolution of one channel with one filter, and what it should answer.

    Attributes:
        source: the picture.
        kernel: the filter at the beginning.
        goal: the filter whose answer is the goal t.
        size, kernel_size, stride, padding: N, F, S, P.
        rate: the learning rate η.
        seed: of random kernels.
        input_edits, weight_edits, goal_edits: single numbers typed over the rest.
        title: what the setup shows, where it has a name.
    """

    source: InputSource
    kernel: str = "random"
    goal: str = "sobel-x"
    size: Pair = (5, 5)
    kernel_size: Pair = (3, 3)
    stride: Pair = (1, 1)
    padding: int = 0
    rate: float = 0.01
    seed: int = 3
    input_edits: Mapping[Pair, float] = field(default_factory=lambda: NO_EDITS)
    weight_edits: Mapping[Pair, float] = field(default_factory=lambda: NO_EDITS)
    goal_edits: Mapping[Pair, float] = field(default_factory=lambda: NO_EDITS)
    title: str = ""

    options: ClassVar[frozenset[str]] = frozenset(
        {"input", "kernel", "goal", "size", "filter", "stride", "padding", "rate"}
    )

    def __post_init__(self) -> None:
        _check_rate(self.rate)
        for name, lengths, most in (
            ("input size N", self.size, MOST_SIDE),
            ("filter size F", self.kernel_size, MOST_KERNEL),
            ("stride S", self.stride, MOST_SIDE),
        ):
            if not 1 <= min(lengths) <= max(lengths) <= most:
                raise SetupError(f"The {name} must be 1 to {most} here.")
        if not 0 <= self.padding < min(self.kernel_size):
            raise SetupError(
                f"The padding P must be 0 to {min(self.kernel_size) - 1} here, less than F: more "
                "would only add windows that see nothing."
            )
        kernel_named(self.kernel)
        kernel_named(self.goal)

    def changed(self, **choices: Any) -> ConvolutionGradientSetup:
        """This setup with other choices; typed numbers stay where their cell still exists.

        Raises:
            SetupError: the choices cannot be; the sentence says why.
        """
        fresh = _replaced(self, choices, "A convolution")
        return replace(
            fresh,
            input_edits=edits_within(fresh.input_edits, fresh.size),
            weight_edits=edits_within(fresh.weight_edits, fresh.kernel_size),
            goal_edits={} if fresh.shape != self.shape else fresh.goal_edits,
        )

    @property
    def shape(self) -> tuple[Pair, Pair, Pair, int]:
        """What decides the size of the output."""
        return self.size, self.kernel_size, self.stride, self.padding

    def with_cell(self, edits: str, cell: Pair, value: float) -> ConvolutionGradientSetup:
        """One number typed by hand, into `input_edits`, `weight_edits` or `goal_edits`."""
        return self.changed(**{edits: {**getattr(self, edits), cell: value}})

    def build(self) -> ConvolutionGradientWalkthrough:
        """The walkthrough of this setup."""
        picture = self.source.make(*self.size, 1)[0]
        weight, wanted = (
            weights_of((kernel_named(name),), 1, *self.kernel_size, self.seed)[0, 0]
            for name in (self.kernel, self.goal)
        )
        for edits, array in ((self.input_edits, picture), (self.weight_edits, weight)):
            for cell, value in edits.items():
                array[cell] = value
        made = ConvolutionGradientWalkthrough(
            picture, weight, wanted[:0], self.stride, (self.padding, self.padding), self.rate
        )
        if made.problem:
            return made
        made.goal = made.answer(wanted)
        for cell, value in self.goal_edits.items():
            made.goal[cell] = value
        return made


def _replaced(setup: _AnySetupT, choices: dict[str, Any], what: str) -> _AnySetupT:
    """A setup with other choices, without its title; choices that it has not are explained."""
    unknown = [name for name in choices if name not in setup.__dataclass_fields__]
    if unknown:
        name = unknown[0].replace("_", " ")
        raise SetupError(f"{what} has no {name}: take an example that has one.")
    return replace(setup, **{"title": "", **choices})


def presets() -> tuple[Preset[Any], ...]:
    """From one neuron to a convolution."""
    return (
        Preset(
            "neuron",
            "one neuron",
            "Two inputs, a sigmoid, a squared error: forward, back, and one step downhill.",
            ExpressionSetup(
                "a = w1*x1 + w2*x2 + b; y = sigmoid(a); (y - t)**2",
                {"w1": 0.5, "x1": 2.0, "w2": -1.0, "x2": 1.0, "b": 0.2, "t": 1.0},
                title="one neuron",
            ),
        ),
        Preset(
            "two-layers",
            "two layers",
            "The output of one neuron is the input of the next: the chain gets longer.",
            ExpressionSetup(
                "h = tanh(w*x + b); y = v*h + c; (y - t)**2",
                {"w": 0.5, "x": 1.0, "b": 0.1, "v": -0.8, "c": 0.3, "t": 0.9},
                0.1,
                title="two layers",
            ),
        ),
        Preset(
            "softmax",
            "softmax and cross-entropy",
            "Three scores, the first class is right: the gradient becomes p − 1 there, else p.",
            ExpressionSetup(
                "e1 = exp(z1); p = e1/(e1 + exp(z2) + exp(z3)); -log(p)",
                {"z1": 1.0, "z2": 2.0, "z3": 0.5},
                1.0,
                title="softmax and cross-entropy",
            ),
        ),
        Preset(
            "convolution",
            "through a convolution",
            "The gradients of a 3x3 filter and of its input are sliding windows themselves.",
            ConvolutionGradientSetup(input_named("numbers"), title="through a convolution"),
        ),
        Preset(
            "strided-convolution",
            "through a strided convolution",
            "Stride 2, padding 1: zeros stand between the gradients on the way back.",
            ConvolutionGradientSetup(
                input_named("numbers"),
                stride=(2, 2),
                padding=1,
                title="through a strided convolution",
            ),
        ),
        Preset(
            "training",
            "twenty steps downhill",
            "One weight finds the lowest point of a parabola by itself.",
            ExpressionSetup(
                "(w*x - t)**2",
                {"w": -1.0, "x": 1.0, "t": 2.0},
                0.1,
                20,
                title="twenty steps downhill",
            ),
        ),
        Preset(
            "hidden-layer",
            "a layer of two units",
            "x goes into both hidden units, so two gradients come back to it and add up.",
            ExpressionSetup(
                "h1 = relu(w1*x + b1); h2 = relu(w2*x + b2); y = v1*h1 + v2*h2; (y - t)**2",
                {"w1": 0.5, "x": 2.0, "b1": 0.1, "w2": -0.4, "b2": 1.2,
                 "v1": 1.0, "v2": -0.5, "t": 0.3},
                0.05,
                title="a layer of two units",
            ),
        ),
    )  # fmt: skip


BACKPROP: Mechanism[Any] = Mechanism(
    name="backprop",
    title="backpropagation",
    about="Values go forward through an expression, gradients come back by the chain rule.",
    fields=FIELDS,
    presets=presets,
)
