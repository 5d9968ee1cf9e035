"""What setups share: ranges of numbers, numbers typed over cells, fields of a few names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from cnnviz_tui.samples import INPUTS, KERNELS, InputSource
from cnnviz_tui.shapes.axis import signed
from cnnviz_tui.walkthroughs.mechanism import ChoiceField, Setup, SetupError

NO_EDITS: Mapping[Any, float] = MappingProxyType({})
"""No number was typed over another."""

LENGTH_HINT = "a number, or down x across such as 2x1"
"""How to type a length of both axes."""


PICTURES: Mapping[str, InputSource] = {source.name: source for source in INPUTS}
"""Every input that there is, by its name."""


def check_range(name: str, values: Sequence[int], most: int, least: int = 1) -> None:
    """Make sure that numbers lie between `least` and `most`.

    Raises:
        SetupError: one does not; the sentence names the number and the range.
    """
    for value in values:
        if not least <= value <= most:
            raise SetupError(f"The {name} must be {least} to {most} here, not {signed(value)}.")


def check_choice(name: str, value: str, known: Mapping[str, str]) -> None:
    """Make sure that a name is one of those known.

    Raises:
        SetupError: it is not; the sentence lists those there are.
    """
    if value not in known:
        raise SetupError(f"The {name} must be {' or '.join(known)}, not “{value:.24}”.")


def edits_within(edits: Mapping[Any, float], limits: Sequence[int]) -> Mapping[Any, float]:
    """Those typed numbers whose cell, a tuple of indices, lies inside of an array's shape."""
    return {
        cell: value
        for cell, value in edits.items()
        if all(index < limit for index, limit in zip(cell, limits, strict=True))
    }


def choice_field(
    symbol: str, option: str, name: str, attribute: str, names: Mapping[str, str]
) -> ChoiceField[Any]:
    """A field that chooses one of a few names for an attribute of the setup."""

    def choose(setup: Setup, value: str) -> Any:
        return setup.changed(**{attribute: value})

    return ChoiceField(
        symbol,
        option,
        name,
        " or ".join(names),
        names=lambda: names,
        current=lambda setup: str(getattr(setup, attribute)),
        choose=choose,
    )


def input_field(sources: Mapping[str, InputSource] = PICTURES) -> ChoiceField[Any]:
    """A field that chooses one of some inputs for a setup that has `source` and `with_source`."""

    def choose(setup: Any, name: str) -> Any:
        return setup.with_source(source_among(sources, name))

    return ChoiceField(
        "",
        "input",
        "input",
        "a name, for example digit-3",
        names=lambda: {source.name: source.title for source in sources.values()},
        current=lambda setup: str(setup.source.name),
        choose=choose,
    )


def kernel_field() -> ChoiceField[Any]:
    """A field that chooses the filter of a setup that has `kernel` and `with_kernel`."""

    def choose(setup: Any, name: str) -> Any:
        return setup.with_kernel(name)

    return ChoiceField(
        "",
        "kernel",
        "kernel",
        "a name, for example sobel-x",
        names=lambda: {kernel.name: kernel.about for kernel in KERNELS},
        current=lambda setup: str(setup.kernel),
        choose=choose,
    )


def source_among(sources: Mapping[str, InputSource], name: str) -> InputSource:
    """The input called `name`.

    Raises:
        SetupError: there is none; the sentence lists those there are.
    """
    if name not in sources:
        raise SetupError(f"There is no input “{name:.24}”: take one of {', '.join(sources)}.")
    return sources[name]
