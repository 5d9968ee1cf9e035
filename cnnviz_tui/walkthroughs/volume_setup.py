"""What can be chosen about a chain of volumes: the picture, the layers, their numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from cnnviz_tui.samples import InputSource, bank, input_named, kernel_named, weights_of
from cnnviz_tui.walkthroughs.choosing import NO_EDITS, check_range, edits_within, input_field
from cnnviz_tui.walkthroughs.mechanism import (
    CountField,
    Field,
    LengthField,
    Mechanism,
    Preset,
    SetupError,
    ValueField,
)
from cnnviz_tui.walkthroughs.volume import VolumeWalkthrough

Pair = tuple[int, int]
Cell3 = tuple[int, int, int]
Cell5 = tuple[int, int, int, int, int]

MOST_SIDE = 64
MOST_LAYERS = 4
MOST_FILTERS = 16
MOST_KERNEL = 9
MOST_CHANNELS = 16
_FIRST_KERNEL = "emboss"
"""The filters of the first layer are the classic ones from here on."""
_LAYER = re.compile(r"(\d{1,3})\s*[@x×]\s*(\d{1,3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class VolumeLayer:
    """One layer: K filters of F x F, as deep as their input."""

    filters: int
    size: int

    @property
    def typed(self) -> str:
        """As one types it."""
        return f"{self.filters}@{self.size}"


def parse_layers(text: str) -> tuple[VolumeLayer, ...]:
    """Read layers such as `6@5, 10@5`, the first one first.

    Raises:
        SetupError: a layer cannot be read or cannot be; the sentence says which and why.
    """
    parts = [part.strip() for part in text.split(",")]
    layers = []
    for part in parts:
        found = _LAYER.fullmatch(part)
        if found is None:
            raise SetupError(
                f"“{part:.12}” is no layer: type filters@size, such as 6@5 for six filters of 5x5."
            )
        layers.append(VolumeLayer(int(found[1]), int(found[2])))
    return tuple(layers)


@dataclass(frozen=True)
class VolumeSetup:
    """A picture and a chain of layers.

    Attributes:
        source: the picture.
        layers: the layers, the first one first.
        size: N, the picture's height and width.
        channels: C, the picture's slices.
        padding: P, zeros around every layer's input.
        bias: the bias of every filter.
        seed: of the weights from the second layer on; the first has the classic filters.
        input_edits: single numbers of the picture typed by hand, by (channel, row, column).
        weight_edits: single weights, by (layer, filter, channel, row, column).
        title: what the setup shows, where it has a name.
    """

    source: InputSource
    layers: tuple[VolumeLayer, ...] = (VolumeLayer(6, 5), VolumeLayer(10, 5))
    size: Pair = (32, 32)
    channels: int = 3
    padding: int = 0
    bias: float = 0.5
    seed: int = 1
    input_edits: Mapping[Cell3, float] = field(default_factory=lambda: NO_EDITS)
    weight_edits: Mapping[Cell5, float] = field(default_factory=lambda: NO_EDITS)
    title: str = ""

    def __post_init__(self) -> None:
        check_range("input size N", self.size, MOST_SIDE)
        check_range("number of channels C", (self.channels,), MOST_CHANNELS)
        check_range("number of layers", (len(self.layers),), MOST_LAYERS)
        check_range("number of filters K", [each.filters for each in self.layers], MOST_FILTERS)
        check_range("filter size F", [each.size for each in self.layers], MOST_KERNEL)
        check_range("padding P", (self.padding,), MOST_KERNEL // 2, 0)

    def changed(self, **choices: Any) -> VolumeSetup:
        """This setup with other choices; typed numbers stay where their cell still exists.

        Raises:
            SetupError: the choices cannot be; the sentence says why.
        """
        fresh = replace(self, **{"title": "", **choices})
        same = (self.layers, self.channels) == (fresh.layers, fresh.channels)
        return replace(
            fresh,
            input_edits=edits_within(fresh.input_edits, (fresh.channels, *fresh.size)),
            weight_edits=fresh.weight_edits if same else NO_EDITS,
        )

    def with_source(self, source: InputSource) -> VolumeSetup:
        """Another picture, in as many slices as before."""
        return self.changed(source=source, input_edits=NO_EDITS)

    def with_input_cell(self, cell: Cell3, value: float) -> VolumeSetup:
        """One number of the picture typed by hand."""
        return self.changed(input_edits={**self.input_edits, cell: value})

    def with_weight(self, cell: Cell5, value: float) -> VolumeSetup:
        """One weight typed by hand."""
        return self.changed(weight_edits={**self.weight_edits, cell: value})

    @property
    def channel_names(self) -> tuple[str, ...]:
        """Red, green and blue for a colour picture, numbers for anything else."""
        if self.source.channels == 3 and self.channels == 3:
            return "red", "green", "blue"
        return tuple(str(c + 1) for c in range(self.channels))

    def build(self) -> VolumeWalkthrough:
        """The walkthrough of this setup."""
        picture = self.source.make(*self.size, self.channels)
        for at, value in self.input_edits.items():
            picture[at] = value
        weights, channels = [], self.channels
        for number, layer in enumerate(self.layers):
            kernels = (
                bank(_FIRST_KERNEL, layer.filters)
                if number == 0
                else (kernel_named("random"),) * layer.filters
            )
            seed = self.seed + number
            weights.append(weights_of(kernels, channels, layer.size, layer.size, seed))
            channels = layer.filters
        for (which, *where), value in self.weight_edits.items():
            weights[which][tuple(where)] = value
        biases = [np.full(each.filters, self.bias, dtype=np.float32) for each in self.layers]
        return VolumeWalkthrough(
            picture, weights, biases, padding=self.padding, channel_names=self.channel_names
        )


@dataclass(frozen=True, slots=True)
class LayersField(Field[VolumeSetup]):
    """The layers, typed as `6@5, 10@5`."""

    def text(self, setup: VolumeSetup) -> str:
        """As one types it."""
        return ", ".join(layer.typed for layer in setup.layers)

    def typed(self, setup: VolumeSetup, text: str) -> VolumeSetup:
        """Read the layers."""
        return setup.changed(layers=parse_layers(text))


FIELDS: tuple[Field[Any], ...] = (
    input_field(),
    LayersField("", "layers", "layers", "filters@size, such as 6@5, 10@5"),
    LengthField("N", "size", "input size", "a number, or height x width such as 20x30", "size"),
    CountField("C", "channels", "number of channels", "a whole number", "channels"),
    CountField("P", "padding", "padding", "a number", "padding", least=0),
    ValueField("b", "bias", "bias", "a number", "bias", pace=0.5),
)
"""What one can change."""


def presets() -> tuple[Preset[VolumeSetup], ...]:
    """The lecture's chain, and its layers one by one."""
    picture = input_named("picture")
    return (
        Preset(
            "chain",
            "a chain of two layers",
            "32x32x3, six filters of 5x5x3: 28x28x6; ten filters of 5x5x6: 24x24x10.",
            VolumeSetup(picture, title="a chain of two layers"),
        ),
        Preset(
            "padded",
            "ten filters, padded",
            "32x32x3, ten 5x5 filters, padding 2: 32x32x10 and 760 parameters.",
            VolumeSetup(picture, (VolumeLayer(10, 5),), padding=2, title="ten filters, padded"),
        ),
        Preset(
            "small",
            "numbers to check by hand",
            "Two slices of 5x5 and two filters of 3x3x2: every product can be followed.",
            VolumeSetup(
                input_named("numbers"),
                (VolumeLayer(2, 3), VolumeLayer(2, 2)),
                (5, 5),
                2,
                title="numbers to check by hand",
            ),
        ),
    )


VOLUME: Mechanism[VolumeSetup] = Mechanism(
    name="volume",
    title="volumes",
    about="Filters reach through the full depth, their maps stack up to the next layer's image.",
    fields=FIELDS,
    presets=presets,
)
