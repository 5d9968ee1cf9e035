"""What can be chosen about a receptive field: the stack, what it is compared with, the unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from cnnviz_tui.samples import InputSource, input_named
from cnnviz_tui.shapes.notation import format_lengths, parse_lengths, parse_number
from cnnviz_tui.walkthroughs.choosing import choice_field, input_field
from cnnviz_tui.walkthroughs.field import FieldWalkthrough, Pair
from cnnviz_tui.walkthroughs.field_stack import (
    MOST_LAYERS,
    StackLayer,
    parse_stack,
    typed_stack,
)
from cnnviz_tui.walkthroughs.mechanism import (
    CountField,
    Field,
    LengthField,
    Mechanism,
    Preset,
    SetupError,
)

MOST_SIDE = 64
MOST_CHANNELS = 4096


@dataclass(frozen=True)
class FieldSetup:
    """A stack of layers over a picture.

    Attributes:
        source: the picture.
        stack: the layers, the first one first.
        rival: another stack to compare with; empty for none.
        size: N, the picture's height and width.
        channels: C, of every layer, for counting parameters.
        padding: "same" or "valid".
        unit: (row, column) in the last layer; None for the middle.
        title: what the setup shows, where it has a name.
    """

    source: InputSource
    stack: tuple[StackLayer, ...]
    rival: tuple[StackLayer, ...] = ()
    size: Pair = (28, 28)
    channels: int = 64
    padding: str = "same"
    unit: Pair | None = None
    title: str = ""

    def __post_init__(self) -> None:
        if not 1 <= min(self.size) <= max(self.size) <= MOST_SIDE:
            raise SetupError(f"The input size N must be 1 to {MOST_SIDE} here.")
        if not 1 <= self.channels <= MOST_CHANNELS:
            raise SetupError(f"The number of channels C must be 1 to {MOST_CHANNELS:,} here.")
        if not 1 <= len(self.stack) <= MOST_LAYERS:
            raise SetupError(f"The number of layers L must be 1 to {MOST_LAYERS} here.")

    def changed(self, **choices: Any) -> FieldSetup:
        """This setup with other choices.

        Raises:
            SetupError: the choices cannot be; the sentence says why.
        """
        return replace(self, **{"title": "", **choices})

    def with_source(self, source: InputSource) -> FieldSetup:
        """Another picture."""
        return self.changed(source=source)

    def build(self) -> FieldWalkthrough:
        """The walkthrough of this setup."""
        channels = min(self.source.channels, 3)
        return FieldWalkthrough(
            self.source.make(*self.size, channels),
            self.stack,
            self.rival,
            channels=self.channels,
            same=self.padding == "same",
            unit=self.unit,
        )


@dataclass(frozen=True, slots=True)
class StackField(Field[FieldSetup]):
    """A stack, typed as filter sizes; empty for none where it may be missing."""

    attribute: str
    optional: bool = False

    def text(self, setup: FieldSetup) -> str:
        """As one types it."""
        return typed_stack(getattr(setup, self.attribute))

    def typed(self, setup: FieldSetup, text: str) -> FieldSetup:
        """Read the layers."""
        if self.optional and text.strip().lower() in {"", "none", "off"}:
            return setup.changed(**{self.attribute: ()})
        return setup.changed(**{self.attribute: parse_stack(text, self.name)})


@dataclass(frozen=True, slots=True)
class DepthField(Field[FieldSetup]):
    """The number of layers: the last one again, or left out."""

    def text(self, setup: FieldSetup) -> str:
        """The number."""
        return str(len(setup.stack))

    def typed(self, setup: FieldSetup, text: str) -> FieldSetup:
        """Read a number."""
        return self._deep(setup, parse_number(text, self.name, 1))

    def candidates(self, setup: FieldSetup, direction: int) -> Iterator[FieldSetup]:
        """One layer more or less."""
        if len(setup.stack) + direction >= 1:
            yield self._deep(setup, len(setup.stack) + direction)

    @staticmethod
    def _deep(setup: FieldSetup, depth: int) -> FieldSetup:
        if depth > MOST_LAYERS:
            raise SetupError(f"The number of layers L must be 1 to {MOST_LAYERS} here.")
        more = setup.stack[-1:] * (depth - len(setup.stack))
        return setup.changed(stack=(*setup.stack[:depth], *more))


@dataclass(frozen=True, slots=True)
class UnitField(Field[FieldSetup]):
    """The unit of the last layer whose field is shown."""

    def text(self, setup: FieldSetup) -> str:
        """`row x column`, or `middle`."""
        return "middle" if setup.unit is None else format_lengths(setup.unit)

    def typed(self, setup: FieldSetup, text: str) -> FieldSetup:
        """Read `row x column`, counted from 0, or `middle`."""
        if text.strip().lower() == "middle":
            return setup.changed(unit=None)
        lengths = parse_lengths(text, self.name, 0)
        if len(lengths) > 2:
            raise SetupError(f"The {self.name} {text:.24} is not in a map: give {self.hint}.")
        return setup.changed(unit=(lengths[0], lengths[-1]))

    def candidates(self, setup: FieldSetup, direction: int) -> Iterator[FieldSetup]:
        """The next unit to the right or left."""
        walkthrough = setup.build()
        if walkthrough.problem:
            return
        row, column = walkthrough.unit
        if 0 <= column + direction < walkthrough.map_size(len(setup.stack))[1]:
            yield setup.changed(unit=(row, column + direction))


_PADDINGS = {"same": "zeros around, so that maps keep their size", "valid": "no zeros around"}

FIELDS: tuple[Field[FieldSetup], ...] = (
    input_field(),
    StackField("", "stack", "stack", "filter sizes such as 3, 3, or 5s2, pool2, 3d2", "stack"),
    StackField("", "rival", "other stack", "filter sizes such as 5, or none", "rival", True),
    LengthField("N", "size", "input size", "a number, or height x width such as 20x30", "size"),
    DepthField("L", "layers", "number of layers", "a number; the last layer is repeated"),
    choice_field("P", "padding", "padding", "padding", _PADDINGS),
    CountField("C", "channels", "number of channels", "a whole number", "channels"),
    UnitField("U", "unit", "unit", "row x column counted from 0, such as 3x5, or middle"),
)
"""What one can change."""


def _preset(name: str, title: str, about: str, stack: str, **choices: Any) -> Preset[FieldSetup]:
    source = input_named(choices.pop("source", "digit-3"))
    rival = parse_stack(choices.pop("rival"), "other stack") if "rival" in choices else ()
    setup = FieldSetup(source, parse_stack(stack, "stack"), rival, title=title, **choices)
    return Preset(name, title, about, setup)


def presets() -> tuple[Preset[FieldSetup], ...]:
    """From two layers to whole networks."""
    return (
        _preset(
            "two-3x3",
            "two 3x3 against one 5x5",
            "Two 3x3 layers see 5x5 pixels, with fewer parameters and one nonlinearity more.",
            "3, 3",
            rival="5",
        ),
        _preset(
            "three-3x3",
            "three 3x3 against one 7x7",
            "Three 3x3 layers see 7x7 pixels: 27 weights a channel pair instead of 49.",
            "3, 3, 3",
            rival="7",
        ),
        _preset(
            "stride",
            "strides make fields grow fast",
            "After a stride of 2 every window counts double.",
            "3s2, 3s2, 3s2",
        ),
        _preset(
            "dilation",
            "dilated filters",
            "Dilations 1, 2 and 4: a field of 15x15 from three layers of nine weights.",
            "3, 3d2, 3d4",
            rival="15",
        ),
        _preset(
            "lenet",
            "5x5 and pooling, as in LeNet",
            "LeNet's windows: after two convolutions and two poolings a unit sees 16x16 pixels.",
            "5, pool2, 5, pool2",
            source="digit-7",
            size=(32, 32),
            padding="valid",
        ),
        _preset(
            "deep",
            "eight layers of 3x3",
            "Each layer adds two pixels: after eight, a unit sees 17x17.",
            "3, 3, 3, 3, 3, 3, 3, 3",
            source="picture",
            size=(32, 32),
        ),
    )


FIELD: Mechanism[FieldSetup] = Mechanism(
    name="field",
    title="receptive field",
    about="Layers are stacked, and one unit sees more and more of the picture.",
    fields=FIELDS,
    presets=presets,
)
