"""What can be explored: a setup with fields that one changes, examples, and the walkthrough of it.

The explorer on the screen, `cnnviz play`, lessons and the quiz all set a mechanism up the same
way: take an example, then change fields by what one would type.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from math import gcd
from typing import Any, Generic, Protocol, Self, TypeVar

from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.notation import format_padding, parse_lengths, parse_number, parse_padding
from cnnviz_tui.shapes.padding import resolve_padding
from cnnviz_tui.walkthroughs.base import Step, Walkthrough
from cnnviz_tui.walkthroughs.numbers import parse_value, short


class SetupError(ShapeError):
    """A choice that cannot be; the message is one sentence that says why and what can."""


class Setup(Protocol):
    """Everything that can be chosen about a mechanism, as a frozen value."""

    @property
    def title(self) -> str:
        """What the setup shows, where it has a name."""

    def changed(self, **choices: Any) -> Self:
        """This setup with other choices, or a `ShapeError` that says why not."""

    def build(self) -> Walkthrough[Step]:
        """The walkthrough of this setup."""


SetupT = TypeVar("SetupT", bound=Setup)


@dataclass(frozen=True, slots=True)
class Preset(Generic[SetupT]):
    """A setup worth looking at.

    Attributes:
        name: what one types.
        title: what people read.
        about: one sentence on what there is to see.
        setup: the choices.
    """

    name: str
    title: str
    about: str
    setup: SetupT


@dataclass(frozen=True, slots=True)
class Field(ABC, Generic[SetupT]):
    """One thing about a setup that can be changed.

    Attributes:
        symbol: the letter that the field teaches with; empty for what the title line leaves out.
        option: its word on the command line and in lessons.
        name: what it is called.
        hint: how to type it.
    """

    symbol: str
    option: str
    name: str
    hint: str

    @abstractmethod
    def text(self, setup: SetupT) -> str:
        """The present value, as one would type it."""

    @abstractmethod
    def typed(self, setup: SetupT, text: str) -> SetupT:
        """The setup with what was typed.

        Raises:
            ShapeError: it cannot be read or cannot be; the sentence says why.
        """

    def nudged(self, setup: SetupT, direction: int) -> SetupT:
        """The setup with the value one up (1) or down (−1); unchanged where there is none.

        Raises:
            ShapeError: the next value cannot be.
        """
        return next(self.candidates(setup, direction), setup)

    def candidates(self, setup: SetupT, direction: int) -> Iterator[SetupT]:
        """Setups with the next values in a direction, the nearest first."""
        return iter(())


@dataclass(frozen=True, slots=True)
class LengthField(Field[SetupT]):
    """A height and width (or down and across), typed as one number when they are equal."""

    attribute: str
    least: int = 1

    def text(self, setup: SetupT) -> str:
        """`3`, or `3x5`."""
        height, width = getattr(setup, self.attribute)
        return str(height) if height == width else f"{height}x{width}"

    def typed(self, setup: SetupT, text: str) -> SetupT:
        """Read `3` or `3x5`."""
        lengths = parse_lengths(text, self.name, self.least)
        if len(lengths) > 2:
            raise SetupError(
                f"The {self.name} {text} has {len(lengths)} numbers: give {self.hint}."
            )
        return setup.changed(**{self.attribute: (lengths[0], lengths[-1])})

    def candidates(self, setup: SetupT, direction: int) -> Iterator[SetupT]:
        """Both lengths one up or down."""
        height, width = getattr(setup, self.attribute)
        if min(height, width) + direction >= self.least:
            yield setup.changed(**{self.attribute: (height + direction, width + direction)})


@dataclass(frozen=True, slots=True)
class CountField(Field[SetupT]):
    """A whole number; with `multiple_of` its steps are as large as another of the setup's."""

    attribute: str
    multiple_of: str = ""
    least: int = 1

    def text(self, setup: SetupT) -> str:
        """The number."""
        return str(getattr(setup, self.attribute))

    def typed(self, setup: SetupT, text: str) -> SetupT:
        """Read a whole number."""
        return setup.changed(**{self.attribute: parse_number(text, self.name, self.least)})

    def candidates(self, setup: SetupT, direction: int) -> Iterator[SetupT]:
        """The next number."""
        pace = getattr(setup, self.multiple_of) if self.multiple_of else 1
        value = getattr(setup, self.attribute) + direction * pace
        if value >= self.least:
            yield setup.changed(**{self.attribute: value})


@dataclass(frozen=True, slots=True)
class DivisorField(CountField[SetupT]):
    """A number that divides all of some others; steps go through the divisors."""

    of: tuple[str, ...] = ()

    def candidates(self, setup: SetupT, direction: int) -> Iterator[SetupT]:
        """The next common divisor."""
        common = gcd(*(getattr(setup, attribute) for attribute in self.of))
        divisors = [d for d in range(1, common + 1) if common % d == 0]
        place = divisors.index(getattr(setup, self.attribute)) + direction
        if 0 <= place < len(divisors):
            yield setup.changed(**{self.attribute: divisors[place]})


@dataclass(frozen=True, slots=True)
class PaddingField(Field[SetupT]):
    """The padding: a number, a pair, four sides, same or valid.

    The setup has `padding`, `kernel_size`, `stride`, `dilation` and `size`.
    """

    def text(self, setup: SetupT) -> str:
        """As on the command line."""
        return format_padding(setup.padding)  # type: ignore[attr-defined]

    def typed(self, setup: SetupT, text: str) -> SetupT:
        """Read a padding as on the command line."""
        padding = parse_padding(text)
        if not isinstance(padding, (int, str)) and len(padding) != 2:
            raise SetupError(f"The padding {text} is not for two axes: give {self.hint}.")
        return setup.changed(padding=padding)

    def candidates(self, setup: SetupT, direction: int) -> Iterator[SetupT]:
        """One ring of zeros more or less; from other paddings to the ring most like it."""
        chosen: Any = setup
        sides = resolve_padding(
            chosen.padding, chosen.kernel_size, chosen.stride, chosen.dilation, chosen.size
        )
        if sides[0][0] + direction >= 0:
            yield setup.changed(padding=sides[0][0] + direction)


@dataclass(frozen=True, slots=True)
class ValueField(Field[SetupT]):
    """Any number; with `optional` also `off`, which is None in the setup."""

    attribute: str
    optional: bool = False
    pace: float = 1.0

    def text(self, setup: SetupT) -> str:
        """The number, or `off`."""
        value = getattr(setup, self.attribute)
        return "off" if value is None else short(value)

    def typed(self, setup: SetupT, text: str) -> SetupT:
        """Read a number; where it is optional also `on` (0) and `off`."""
        word = text.strip().lower()
        if self.optional and word in {"off", "no", "none"}:
            return setup.changed(**{self.attribute: None})
        value = 0.0 if self.optional and word == "on" else parse_value(text, self.name)
        return setup.changed(**{self.attribute: value})

    def candidates(self, setup: SetupT, direction: int) -> Iterator[SetupT]:
        """One up or down; `off` becomes 0 first."""
        value = getattr(setup, self.attribute)
        yield setup.changed(
            **{self.attribute: 0.0 if value is None else value + direction * self.pace}
        )


@dataclass(frozen=True, slots=True)
class ChoiceField(Field[SetupT]):
    """One of some names.

    Attributes:
        names: from each name to what people read about it.
        current: the present name in a setup.
        choose: a setup with another name.
    """

    names: Callable[[], Mapping[str, str]]
    current: Callable[[SetupT], str]
    choose: Callable[[SetupT, str], SetupT]

    def text(self, setup: SetupT) -> str:
        """The name."""
        return self.current(setup)

    def typed(self, setup: SetupT, text: str) -> SetupT:
        """Read a name."""
        names = self.names()
        if text not in names:
            raise SetupError(f"There is no {self.name} “{text}”: take one of {', '.join(names)}.")
        return self.choose(setup, text)

    def candidates(self, setup: SetupT, direction: int) -> Iterator[SetupT]:
        """The next name, in a circle."""
        names = list(self.names())
        present = self.current(setup)
        place = names.index(present) + direction if present in names else 0
        yield self.choose(setup, names[place % len(names)])


@dataclass(frozen=True, slots=True)
class Mechanism(Generic[SetupT]):
    """Something of a network that can be explored.

    Attributes:
        name: what one types after `cnnviz play`.
        title: what people read.
        about: one sentence on what there is to see.
        fields: what can be changed, in the order of the title line.
        presets: the examples; the first is what it opens with.
    """

    name: str
    title: str
    about: str
    fields: tuple[Field[SetupT], ...]
    presets: Callable[[], tuple[Preset[SetupT], ...]]

    def preset(self, name: str) -> Preset[SetupT]:
        """The example called `name`.

        Raises:
            SetupError: there is none; the sentence lists those there are.
        """
        known = {preset.name: preset for preset in self.presets()}
        if name not in known:
            raise SetupError(f"There is no example “{name}”: take one of {', '.join(known)}.")
        return known[name]

    def set_up(self, preset: str = "", typed: Mapping[str, str] | None = None) -> SetupT:
        """An example (the first without a name), with fields changed as one would type them.

        Args:
            preset: the name of the example.
            typed: from a field's option or symbol to what is typed into it.

        Raises:
            ShapeError: no such example or field, or a value that cannot be.
        """
        setup = self.preset(preset).setup if preset else self.presets()[0].setup
        typed = typed or {}
        known = {field.option for field in self.fields} | {f.symbol for f in self.fields}
        for option in typed:
            if option not in known:
                options = ", ".join(field.option for field in self.fields)
                raise SetupError(f"{self.title} has no “{option}”: it has {options}.")
        pending = [
            (field, typed[option])
            for field in self.fields
            for option in (field.option, field.symbol)
            if option and option in typed
        ]
        while pending:
            setup, pending = _changed_by_some(setup, pending)
        return setup


def _changed_by_some(
    setup: SetupT, pending: list[tuple[Field[SetupT], str]]
) -> tuple[SetupT, list[tuple[Field[SetupT], str]]]:
    """A setup with every change that it takes now, and the changes that need another one first.

    Raises:
        ShapeError: it takes none of them; the sentence is that of the first.
    """
    refused: list[tuple[Field[SetupT], str]] = []
    first: ShapeError | None = None
    for field, text in pending:
        try:
            setup = field.typed(setup, text)
        except ShapeError as error:
            refused.append((field, text))
            first = first or error
    if first is not None and len(refused) == len(pending):
        raise first
    return setup, refused


MECHANISMS: dict[str, str] = {
    "conv": "cnnviz_tui.walkthroughs.convolution_setup:CONVOLUTION",
    "volume": "cnnviz_tui.walkthroughs.volume_setup:VOLUME",
    "matrix": "cnnviz_tui.walkthroughs.matrix_setup:MATRIX",
    "signal": "cnnviz_tui.walkthroughs.signal_setup:SIGNAL",
    "transposed": "cnnviz_tui.walkthroughs.transposed_setup:TRANSPOSED",
    "groups": "cnnviz_tui.walkthroughs.groups_setup:GROUPS",
    "field": "cnnviz_tui.walkthroughs.field_setup:FIELD",
    "gallery": "cnnviz_tui.walkthroughs.gallery_setup:GALLERY",
    "pool": "cnnviz_tui.walkthroughs.pooling_setup:POOLING",
    "dense": "cnnviz_tui.walkthroughs.dense_setup:DENSE",
    "activation": "cnnviz_tui.walkthroughs.activation_setup:ACTIVATION",
    "lenet": "cnnviz_tui.walkthroughs.lenet_setup:LENET",
    "backprop": "cnnviz_tui.walkthroughs.backprop_setup:BACKPROP",
}
"""Every mechanism's name and where it is found, in the lecture's order."""


def mechanism(name: str) -> Mechanism[Any]:
    """The mechanism called `name`, imported now.

    Raises:
        SetupError: there is none; the sentence lists those there are.
    """
    if name not in MECHANISMS:
        raise SetupError(f"There is no explorer “{name}”: take one of {', '.join(MECHANISMS)}.")
    module, attribute = MECHANISMS[name].split(":")
    found: Mechanism[Any] = getattr(import_module(module), attribute)
    return found
