"""What a person can choose about an activation function, and the examples of the lecture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from cnnviz_tui import ops
from cnnviz_tui.samples import InputSource, input_named, kernel_named, weights_of
from cnnviz_tui.walkthroughs.activation import ActivationWalkthrough, Array
from cnnviz_tui.walkthroughs.activation_functions import FUNCTIONS, Activation, function_named
from cnnviz_tui.walkthroughs.choosing import NO_EDITS, edits_within, input_field, kernel_field
from cnnviz_tui.walkthroughs.mechanism import (
    ChoiceField,
    CountField,
    Field,
    LengthField,
    Mechanism,
    Preset,
    SetupError,
    ValueField,
)
from cnnviz_tui.walkthroughs.numbers import parse_value, short

Pair = tuple[int, int]
Cell = tuple[int, int]

MOST_SIDE = 256
MOST_LAYERS = 100
MOST_REACH = 100.0
MOST_WEIGHT = 10.0
_FILTER = 3


@dataclass(frozen=True)
class ActivationSetup:
    """Everything that can be chosen about the activation function that is shown.

    Attributes:
        function: its name.
        shape: its α or β; None for PyTorch's default.
        reach: R, x goes from −R to R.
        layers: L, how many layers with this function follow each other.
        weight: w, by what a layer's output is multiplied on its way to the next.
        source: the picture behind the feature map.
        kernel: the 3x3 filter, with padding 1, that makes the feature map out of the picture.
        size: N, height and width of the picture and so of the map.
        edits: numbers of the feature map that the person typed, by (row, column).
        title: what the setup shows, where it has a name.
    """

    function: str = "sigmoid"
    shape: float | None = None
    reach: float = 6.0
    layers: int = 10
    weight: float = 1.0
    source: InputSource = field(default_factory=lambda: input_named("digit-7"))
    kernel: str = "sobel-x"
    size: Pair = (14, 14)
    edits: Mapping[Cell, float] = field(default_factory=lambda: NO_EDITS)
    title: str = ""

    def __post_init__(self) -> None:
        kernel_named(self.kernel)
        _check("the map's size N", min(self.size), 1, MOST_SIDE)
        _check("the map's size N", max(self.size), 1, MOST_SIDE)
        _check("the number of layers L", self.layers, 1, MOST_LAYERS)
        _check("the reach R", self.reach, 0.1, MOST_REACH)
        _check("the weight w", self.weight, -MOST_WEIGHT, MOST_WEIGHT)
        shape = self.activation.shape
        if shape is not None:
            _check(f"the {shape.name}", self.bend, shape.low, shape.high)
        elif self.shape is not None:
            raise SetupError(f"{self.activation.title} has no α: take leaky-relu, elu or softplus.")

    @property
    def activation(self) -> Activation:
        """The function itself."""
        return function_named(self.function)

    @property
    def bend(self) -> float:
        """The α or β in use; 0 for functions that have none."""
        if self.activation.shape is None:
            return 0.0
        return self.activation.shape.usual if self.shape is None else self.shape

    def changed(self, **choices: Any) -> ActivationSetup:
        """This setup with other choices; the title goes unless a new one is among them.

        Raises:
            SetupError: the choices cannot be; the sentence says why and what can.
        """
        if "function" in choices:
            choices.setdefault("shape", None)
        fresh = replace(self, **{"title": "", **choices})
        return replace(fresh, edits=edits_within(fresh.edits, fresh.size))

    def with_source(self, source: InputSource) -> ActivationSetup:
        """Another picture, in the present size; typed numbers are dropped."""
        return self.changed(source=source, edits={})

    def with_kernel(self, name: str) -> ActivationSetup:
        """Another filter before the function; typed numbers are dropped."""
        return self.changed(kernel=name, edits={})

    def with_cell(self, cell: Cell, value: float) -> ActivationSetup:
        """One number of the feature map typed by hand."""
        return self.changed(edits={**self.edits, cell: value})

    def feature_map(self) -> Array:
        """The map that the function is applied to: float32 (height, width)."""
        picture = self.source.make(*self.size, 1)[None]
        weight = weights_of((kernel_named(self.kernel),), 1, _FILTER, _FILTER, seed=0)
        computed: Array = ops.conv2d(picture, weight, padding=_FILTER // 2)[0, 0]
        # Typed and whole numbers stay what they are; sums lose what float32 adds to them.
        tidy = np.round(computed, 4).astype(np.float32)
        for cell, value in self.edits.items():
            tidy[cell] = value
        return tidy

    def build(self) -> ActivationWalkthrough:
        """The walkthrough of this setup."""
        return ActivationWalkthrough(
            self.activation, self.bend, self.reach, self.layers, self.weight, self.feature_map()
        )


def _check(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise SetupError(f"{name} must be {short(low)} to {short(high)} here, got {short(value)}")


@dataclass(frozen=True, slots=True)
class ShapeField(Field[ActivationSetup]):
    """The function's α or β, where it has one."""

    def text(self, setup: ActivationSetup) -> str:
        """The number, or a dash."""
        return short(setup.bend) if setup.activation.shape else "–"

    def typed(self, setup: ActivationSetup, text: str) -> ActivationSetup:
        """Read a number."""
        return setup.changed(shape=parse_value(text, self.name))

    def candidates(self, setup: ActivationSetup, direction: int) -> Iterator[ActivationSetup]:
        """A tenth of the usual number up or down; nothing where there is none."""
        shape = setup.activation.shape
        if shape is not None:
            yield setup.changed(shape=round(setup.bend + direction * shape.usual / 2, 6))


FIELDS: tuple[Field[ActivationSetup], ...] = (
    ChoiceField(
        "f",
        "function",
        "activation function",
        "a name, for example relu",
        names=lambda: {f.name: f.about for f in FUNCTIONS},
        current=lambda setup: setup.function,
        choose=lambda setup, name: setup.changed(function=name),
    ),
    ShapeField("α", "alpha", "bend α or β", "a number, for leaky-relu, elu and softplus"),
    ValueField("R", "reach", "reach of x", "a number; x goes from −R to R", "reach"),
    CountField("L", "layers", "number of layers", "a whole number", "layers"),
    ValueField("w", "weight", "weight between layers", "a number", "weight", pace=0.5),
    LengthField("N", "size", "size of the map", "a number, or height x width", "size"),
    input_field(),
    kernel_field(),
)
"""What one can change; the function comes before the α that it has or has not."""


def presets() -> tuple[Preset[ActivationSetup], ...]:
    """The lecture's functions, then those that followed, then what chains of them do."""
    return (
        _preset(
            "sigmoid", "sigmoid", "Flat at both ends, and nowhere steeper than 1/4.", "sigmoid"
        ),
        _preset("tanh", "tanh", "Around 0 and steeper, but flat at both ends too.", "tanh"),
        _preset("relu", "ReLU", "The slope is 1 or 0: positive numbers pass unharmed.", "relu"),
        _preset("softplus", "softplus", "A ReLU with a smooth bend.", "softplus"),
        _preset("leaky-relu", "leaky ReLU", "A little slope below 0 keeps it alive.", "leaky-relu"),
        _preset("elu", "ELU", "Below 0 it bends smoothly to −1.", "elu"),
        _preset("gelu", "GELU", "Dips below 0 before it rises.", "gelu"),
        _preset(
            "map",
            "ReLU on a small map",
            "Edges of a letter: what is negative becomes 0.",
            "relu",
            source=input_named("letter-X"),
            kernel="sobel-x",
            size=(7, 7),
        ),
        _preset(
            "vanishing",
            "twenty sigmoids",
            "At most a quarter of the gradient gets through each: twenty leave next to nothing.",
            "sigmoid",
            layers=20,
        ),
        _preset(
            "exploding",
            "ten ReLUs with weight 2",
            "Each layer doubles the gradient: it explodes instead of vanishing.",
            "relu",
            weight=2.0,
        ),
    )


def _preset(
    name: str, title: str, about: str, function: str, **choices: Any
) -> Preset[ActivationSetup]:
    return Preset(name, title, about, ActivationSetup(function, title=title, **choices))


ACTIVATION: Mechanism[ActivationSetup] = Mechanism(
    name="activation",
    title="activation functions",
    about="A number goes through an activation function, and its gradient comes back.",
    fields=FIELDS,
    presets=presets,
)
