"""What a person can choose about a dense layer and the convolution beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

from cnnviz_tui.samples import InputSource, input_named
from cnnviz_tui.shapes.layers import Convolution
from cnnviz_tui.shapes.padding import Padding, resolve_padding
from cnnviz_tui.walkthroughs.choosing import NO_EDITS, edits_within, input_field
from cnnviz_tui.walkthroughs.dense import Array, DenseWalkthrough
from cnnviz_tui.walkthroughs.mechanism import (
    ChoiceField,
    CountField,
    Field,
    LengthField,
    Mechanism,
    PaddingField,
    Preset,
    SetupError,
    ValueField,
)

Pair = tuple[int, int]
Cell3 = tuple[int, int, int]
Cell4 = tuple[int, int, int, int]

MOST_SIDE = 128
MOST_CHANNELS = 64
MOST_UNITS = 4096
MOST_WEIGHTS = 4_000_000
WEIGHTS: dict[str, str] = {
    "random": "−1, 0 and 1 by chance: before any training",
    "templates": "the average digits: unit d answers to pictures like a d",
}
"""Where the weights come from."""


@dataclass(frozen=True)
class DenseSetup:
    """Everything that can be chosen about the dense layer that is shown.

    Attributes:
        source: where the picture comes from.
        weights: the name of the weights' source.
        size: N, height and width of the picture.
        channels: C.
        units: U, the outputs of the dense layer.
        bias: the bias of every unit, or None for a layer without; templates have their own.
        kernel_size, filters, padding: F, K and P of the convolution to compare with; stride 1.
        seed: of random weights.
        input_edits, weight_edits, bias_edits: single numbers that the person typed, by (channel,
            row, column), (unit, channel, row, column) and unit.
        title: what the setup shows, where it has a name.
    """

    source: InputSource
    weights: str = "random"
    size: Pair = (28, 28)
    channels: int = 1
    units: int = 10
    bias: float | None = 0.0
    kernel_size: Pair = (5, 5)
    filters: int = 10
    padding: Padding = 0
    seed: int = 0
    input_edits: Mapping[Cell3, float] = field(default_factory=lambda: NO_EDITS)
    weight_edits: Mapping[Cell4, float] = field(default_factory=lambda: NO_EDITS)
    bias_edits: Mapping[int, float] = field(default_factory=lambda: NO_EDITS)
    title: str = ""
    stride: Pair = (1, 1)
    dilation: Pair = (1, 1)

    def __post_init__(self) -> None:
        for name, value, most in (
            ("the picture's size N", max(self.size), MOST_SIDE),
            ("the number of channels C", self.channels, MOST_CHANNELS),
            ("the number of units U", self.units, MOST_UNITS),
            ("the filter size F", max(self.kernel_size), MOST_SIDE),
            ("the number of filters K", self.filters, MOST_UNITS),
        ):
            if not 1 <= value <= most:
                raise SetupError(f"{name} must be 1 to {most} here, got {value}")
        if self.weights not in WEIGHTS:
            raise SetupError(
                f"There are no weights “{self.weights}”: take one of {', '.join(WEIGHTS)}."
            )
        if self.weights == "templates" and (self.units > 10 or self.channels > 1):
            raise SetupError(
                "There is a template for each of the ten digits, in one channel: take at most 10 "
                "units and C = 1, or random weights."
            )
        count = self.size[0] * self.size[1] * self.channels * self.units
        if count > MOST_WEIGHTS:
            raise SetupError(
                f"that is {count:,} weights, more than the {MOST_WEIGHTS:,} this shows: "
                "make N, C or U smaller"
            )
        sides = resolve_padding(self.padding, self.kernel_size, (1, 1), (1, 1), self.size)
        if max(side for pair in sides for side in pair) > MOST_SIDE:
            raise SetupError(f"the padding P must be 0 to {MOST_SIDE} here")

    def changed(self, **choices: Any) -> DenseSetup:
        """This setup with other choices; typed numbers stay wherever their place still exists.

        Raises:
            SetupError: the choices cannot be; the sentence says why and what can.
        """
        fresh = replace(self, **{"title": "", **choices})
        shape = (fresh.channels, *fresh.size)
        return replace(
            fresh,
            input_edits=edits_within(fresh.input_edits, shape),
            weight_edits=edits_within(fresh.weight_edits, (fresh.units, *shape)),
            bias_edits={u: v for u, v in fresh.bias_edits.items() if u < fresh.units}
            if fresh.bias is not None
            else {},
        )

    def with_source(self, source: InputSource) -> DenseSetup:
        """Another picture, in its natural channels where the weights allow it."""
        channels = 1 if self.weights == "templates" else source.channels
        return self.changed(source=source, channels=channels, input_edits={})

    def with_weights(self, name: str) -> DenseSetup:
        """Other weights; templates bring the ten digits and one channel with them."""
        choices: dict[str, Any] = {"weights": name, "weight_edits": {}, "bias_edits": {}}
        if name == "templates":
            choices.update(units=10, channels=1)
        return self.changed(**choices)

    def with_input_cell(self, cell: Cell3, value: float) -> DenseSetup:
        """One number of the picture typed by hand."""
        return self.changed(input_edits={**self.input_edits, cell: value})

    def with_weight(self, cell: Cell4, value: float) -> DenseSetup:
        """One weight typed by hand."""
        return self.changed(weight_edits={**self.weight_edits, cell: value})

    def with_bias_of(self, unit: int, value: float) -> DenseSetup:
        """The bias of one unit typed by hand."""
        return self.changed(bias_edits={**self.bias_edits, unit: value})

    def build(self) -> DenseWalkthrough:
        """The walkthrough of this setup."""
        picture = self.source.make(*self.size, self.channels)
        if self.weights == "templates":
            templates, biases = templates_of(*self.size)
            weight, own = templates[: self.units, None].copy(), biases[: self.units]
        else:
            generator = np.random.default_rng(self.seed)
            shape = (self.units, self.channels, *self.size)
            weight = generator.integers(-1, 2, size=shape).astype(np.float32)
            own = np.zeros(self.units, dtype=np.float32)
        bias = None if self.bias is None else (own + np.float32(self.bias)).astype(np.float32)
        for cell, value in self.input_edits.items():
            picture[cell] = value
        for where, value in self.weight_edits.items():
            weight[where] = value
        if bias is not None:
            for unit, value in self.bias_edits.items():
                bias[unit] = value
        convolution = Convolution(
            self.channels,
            self.filters,
            self.kernel_size,
            padding=self.padding,
            bias=self.bias is not None,
        )
        names = [str(digit) for digit in range(self.units)] if self.weights == "templates" else ()
        return DenseWalkthrough(picture, weight, bias, convolution, names)


@lru_cache(maxsize=8)
def templates_of(height: int, width: int) -> tuple[Array, Array]:
    """The average of each digit, (10, height, width), and the biases that make them compare.

    |x − m|² = |x|² − 2·(m·x − |m|²/2), so the nearest average m has the largest m·x − |m|²/2: a
    dense layer with weights m and bias −|m|²/2. The averages are of the bundled training digits.
    """
    from cnnviz_tui.digits import bundled_training
    from cnnviz_tui.samples.inputs import fit

    images, labels = bundled_training()
    means = np.stack([images[labels == digit].mean(axis=0) / 255 for digit in range(10)])
    templates = np.round(fit(means.astype(np.float32), height, width), 2).astype(np.float32)
    biases = -0.5 * (templates.astype(np.float64) ** 2).sum(axis=(1, 2))
    return templates, np.round(biases, 2).astype(np.float32)


@dataclass(frozen=True, slots=True)
class UnitBiasField(ValueField[DenseSetup]):
    """The bias of all units, or none; `own` where units have biases of their own."""

    def text(self, setup: DenseSetup) -> str:
        """The number, `off` or `own`."""
        own = setup.bias_edits or setup.weights == "templates"
        # Without arguments, super() does not find its class in a dataclass with slots.
        return "own" if own and setup.bias is not None else ValueField.text(self, setup)

    def typed(self, setup: DenseSetup, text: str) -> DenseSetup:
        """Read a number, `on` or `off`; it replaces single biases that were typed."""
        return ValueField.typed(self, setup.changed(bias_edits={}), text)

    def candidates(self, setup: DenseSetup, direction: int) -> Iterator[DenseSetup]:
        """One up or down for all units."""
        return ValueField.candidates(self, setup.changed(bias_edits={}), direction)


FIELDS: tuple[Field[DenseSetup], ...] = (
    input_field(),
    ChoiceField(
        "",
        "weights",
        "weights",
        "random or templates",
        names=lambda: WEIGHTS,
        current=lambda setup: setup.weights,
        choose=lambda setup, name: setup.with_weights(name),
    ),
    LengthField("N", "size", "input size", "a number, or height x width such as 7x9", "size"),
    CountField("C", "channels", "number of channels", "a whole number", "channels"),
    CountField("U", "units", "number of units", "a whole number", "units"),
    UnitBiasField("b", "bias", "bias", "a number, on or off", "bias", optional=True),
    LengthField("F", "filter", "the convolution's filter size", "a number, or 3x5", "kernel_size"),
    CountField("K", "filters", "the convolution's number of filters", "a whole number", "filters"),
    PaddingField(
        "P",
        "padding",
        "the convolution's padding",
        "a number, 1x2, top,bottom,left,right, same or valid",
    ),
)


def presets() -> tuple[Preset[DenseSetup], ...]:
    """From a layer that one can write down to those of the lecture."""
    return (
        _preset(
            "small",
            "nine inputs, three units",
            "A matrix of 3 rows and 9 columns: each row is a unit.",
            "numbers",
            size=(3, 3),
            units=3,
            bias=1.0,
            kernel_size=(2, 2),
            filters=1,
        ),
        _preset(
            "templates",
            "ten templates",
            "Each unit's weights are the average picture of a digit: the most alike wins.",
            "digit-7",
            size=(14, 14),
            weights="templates",
        ),
        _preset(
            "layer",
            "32x32x3, ten outputs a place",
            "The lecture's convolution has 760 parameters; a dense layer would need 31 million.",
            "picture",
            size=(32, 32),
            channels=3,
            padding=2,
        ),
        _preset(
            "whole",
            "a filter as large as the picture",
            "LeNet's C5: 5x5x16 to 120. Then dense and convolution are the same layer.",
            "numbers",
            size=(5, 5),
            channels=16,
            units=120,
            filters=120,
        ),
    )


def _preset(name: str, title: str, about: str, source: str, **choices: Any) -> Preset[DenseSetup]:
    return Preset(name, title, about, DenseSetup(input_named(source), title=title, **choices))


DENSE: Mechanism[DenseSetup] = Mechanism(
    name="dense",
    title="dense layer",
    about="Wx + b unit by unit, and what a convolution saves by looking near by and sharing.",
    fields=FIELDS,
    presets=presets,
)
