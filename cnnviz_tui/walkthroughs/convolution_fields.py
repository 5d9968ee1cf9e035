"""The numbers of a convolution that one can change: their letters, their texts, their steps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd

from cnnviz_tui.shapes.notation import format_padding, parse_lengths, parse_number, parse_padding
from cnnviz_tui.walkthroughs.convolution import Pair
from cnnviz_tui.walkthroughs.convolution_setup import ConvolutionSetup, SetupError
from cnnviz_tui.walkthroughs.numbers import parse_value, short


@dataclass(frozen=True, slots=True)
class Field(ABC):
    """One number of a setup.

    Attributes:
        symbol: the letter that the field teaches with.
        name: what it is called.
        hint: how to type it.
    """

    symbol: str
    name: str
    hint: str

    @abstractmethod
    def text(self, setup: ConvolutionSetup) -> str:
        """The present value, as one would type it."""

    @abstractmethod
    def typed(self, setup: ConvolutionSetup, text: str) -> ConvolutionSetup:
        """The setup with what was typed.

        Raises:
            ShapeError: it cannot be read or cannot be; the sentence says why.
        """

    @abstractmethod
    def candidates(self, setup: ConvolutionSetup, direction: int) -> Iterator[ConvolutionSetup]:
        """Setups with the value one up (1) or down (−1), the nearest first.

        Raises:
            ShapeError: when the next value cannot be, while iterating.
        """

    def nudged(self, setup: ConvolutionSetup, direction: int) -> ConvolutionSetup:
        """The setup with the next value that can be; unchanged where there is none."""
        return next(self.candidates(setup, direction), setup)


@dataclass(frozen=True, slots=True)
class LengthField(Field):
    """A height and width, typed as one number when they are equal."""

    attribute: str

    def text(self, setup: ConvolutionSetup) -> str:
        """`3`, or `3x5`."""
        height, width = getattr(setup, self.attribute)
        return str(height) if height == width else f"{height}x{width}"

    def typed(self, setup: ConvolutionSetup, text: str) -> ConvolutionSetup:
        """Read `3` or `3x5`."""
        lengths = parse_lengths(text, self.name)
        if len(lengths) > 2:
            raise SetupError(f"The {self.name} {text} has {len(lengths)} numbers: give {self.hint}")
        return setup.changed(**{self.attribute: (lengths[0], lengths[-1])})

    def candidates(self, setup: ConvolutionSetup, direction: int) -> Iterator[ConvolutionSetup]:
        """Both lengths one up or down."""
        height, width = getattr(setup, self.attribute)
        yield from _possible(setup, self.attribute, (height + direction, width + direction))


@dataclass(frozen=True, slots=True)
class CountField(Field):
    """A number of channels or filters; steps leave out what the groups forbid."""

    attribute: str

    def text(self, setup: ConvolutionSetup) -> str:
        """The number."""
        return str(getattr(setup, self.attribute))

    def typed(self, setup: ConvolutionSetup, text: str) -> ConvolutionSetup:
        """Read a whole number."""
        return setup.changed(**{self.attribute: parse_number(text, self.name)})

    def candidates(self, setup: ConvolutionSetup, direction: int) -> Iterator[ConvolutionSetup]:
        """The next number that the groups divide."""
        value = getattr(setup, self.attribute) + direction * setup.groups
        yield from _possible(setup, self.attribute, value)


@dataclass(frozen=True, slots=True)
class GroupsField(CountField):
    """The number of groups; steps go through what divides C and K."""

    def candidates(self, setup: ConvolutionSetup, direction: int) -> Iterator[ConvolutionSetup]:
        """The next divisor of both C and K."""
        common = gcd(setup.channels, setup.filters)
        divisors = [g for g in range(1, common + 1) if common % g == 0]
        place = divisors.index(setup.groups) + direction
        if 0 <= place < len(divisors):
            yield from _possible(setup, "groups", divisors[place])


@dataclass(frozen=True, slots=True)
class PaddingField(Field):
    """The padding: a number, a pair, four sides, same or valid."""

    def text(self, setup: ConvolutionSetup) -> str:
        """As on the command line."""
        return format_padding(setup.padding)

    def typed(self, setup: ConvolutionSetup, text: str) -> ConvolutionSetup:
        """Read a padding as on the command line."""
        padding = parse_padding(text)
        if not isinstance(padding, (int, str)) and len(padding) != 2:
            raise SetupError(f"The padding {text} is not for two axes: give {self.hint}")
        return setup.changed(padding=padding)

    def candidates(self, setup: ConvolutionSetup, direction: int) -> Iterator[ConvolutionSetup]:
        """One ring of zeros more or less; from other paddings to the ring most like it."""
        padding = setup.padding
        if isinstance(padding, int):
            ring = padding + direction
        elif padding == "valid":
            ring = max(direction, 0)
        else:
            ring = max((setup.build().pads[0][0]) + direction, 0)
        yield from _possible(setup, "padding", ring)


@dataclass(frozen=True, slots=True)
class BiasField(Field):
    """The bias of all filters, or none."""

    def text(self, setup: ConvolutionSetup) -> str:
        """The number, `off`, or `own` where filters have numbers of their own."""
        if setup.bias is None:
            return "off"
        return "own" if setup.bias_edits else short(setup.bias)

    def typed(self, setup: ConvolutionSetup, text: str) -> ConvolutionSetup:
        """Read a number, `on` or `off`."""
        word = text.strip().lower()
        if word in {"off", "no", "none"}:
            return setup.changed(bias=None)
        value = 0.0 if word == "on" else parse_value(text, self.name)
        return setup.changed(bias=value, bias_edits={})

    def candidates(self, setup: ConvolutionSetup, direction: int) -> Iterator[ConvolutionSetup]:
        """One up or down; `off` becomes 0 first."""
        if setup.bias is None:
            yield setup.changed(bias=0.0)
        else:
            yield setup.changed(bias=setup.bias + direction, bias_edits={})


FIELDS: tuple[Field, ...] = (
    LengthField("N", "input size", "a number, or height x width such as 7x9", "size"),
    LengthField("F", "filter size", "a number, or height x width such as 3x5", "kernel_size"),
    LengthField("S", "stride", "a number, or down x across such as 2x1", "stride"),
    PaddingField(
        "P", "padding", "a number, 1x2, top,bottom,left,right such as 1,2,0,1, same or valid"
    ),
    LengthField("D", "dilation", "a number, or down x across such as 2x1", "dilation"),
    CountField("K", "number of filters", "a whole number", "filters"),
    CountField("C", "number of channels", "a whole number", "channels"),
    GroupsField("G", "number of groups", "a number that divides both C and K", "groups"),
    BiasField("b", "bias", "a number, on or off"),
)


def field_of(symbol: str) -> Field:
    """The field with this letter."""
    return next(field for field in FIELDS if field.symbol == symbol)


def _possible(
    setup: ConvolutionSetup, attribute: str, value: int | Pair
) -> Iterator[ConvolutionSetup]:
    """The changed setup; nothing below the smallest value, an error above the largest."""
    smallest = 0 if attribute == "padding" else 1
    if min(value if isinstance(value, tuple) else (value,)) >= smallest:
        yield setup.changed(**{attribute: value})
