"""What can be changed about backpropagation, in an expression and in a convolution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cnnviz_tui.samples import INPUTS, KERNELS, input_named
from cnnviz_tui.walkthroughs.mechanism import (
    ChoiceField,
    CountField,
    Field,
    LengthField,
    SetupError,
    ValueField,
)
from cnnviz_tui.walkthroughs.numbers import parse_value, short


@dataclass(frozen=True, slots=True)
class ExpressionField(Field[Any]):
    """The expression itself; values of names that stay are kept."""

    def text(self, setup: Any) -> str:
        """As it was typed."""
        return str(setup.expression)

    def typed(self, setup: Any, text: str) -> Any:
        """Read an expression."""
        return setup.changed(expression=text)


@dataclass(frozen=True, slots=True)
class VariablesField(Field[Any]):
    """The values of variables, as `w=2, x=-1`; those that are not named stay."""

    def text(self, setup: Any) -> str:
        """All values."""
        return ", ".join(f"{name}={short(value)}" for name, value in setup.all_values.items())

    def typed(self, setup: Any, text: str) -> Any:
        """Read values."""
        values = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            name, equals, value = part.partition("=")
            name = name.strip()
            if not equals:
                raise SetupError(f"“{part:.24}” is not a value: give {self.hint}.")
            if name not in setup.names:
                raise SetupError(
                    f"There is no variable {name:.12}: the expression has {', '.join(setup.names)}."
                )
            values[name] = parse_value(value, f"value of {name}")
        return setup.changed(values={**setup.values, **values})


@dataclass(frozen=True, slots=True)
class LearnField(Field[Any]):
    """Which variables learn."""

    def text(self, setup: Any) -> str:
        """Their names."""
        return ",".join(setup.learned)

    def typed(self, setup: Any, text: str) -> Any:
        """Read names; `all` for all of them."""
        names = tuple(filter(None, (part.strip() for part in text.split(","))))
        return setup.changed(learn=setup.names if names == ("all",) else names)


@dataclass(frozen=True, slots=True)
class RateField(ValueField[Any]):
    """The learning rate, which is halved and doubled."""

    def text(self, setup: Any) -> str:
        """The number, with the decimals that a small one needs."""
        return short(setup.rate, 4)

    def candidates(self, setup: Any, direction: int) -> Iterator[Any]:
        """Twice as much, or half."""
        yield setup.changed(rate=setup.rate * 2.0**direction)


FIELDS: tuple[Field[Any], ...] = (
    ExpressionField(
        "", "expression", "expression", "+ - * / ** ( ), functions; y = ... names a part"
    ),
    VariablesField("", "values", "values", "names with numbers, such as w=2, x=-1"),
    LearnField("", "learn", "variables that learn", "names such as w,b, or all"),
    ChoiceField(
        "",
        "input",
        "input",
        "a name, for example numbers",
        names=lambda: {s.name: s.title for s in INPUTS},
        current=lambda setup: setup.source.name,
        choose=lambda setup, name: setup.changed(source=input_named(name), input_edits={}),
    ),
    ChoiceField(
        "",
        "kernel",
        "kernel",
        "a name, for example random",
        names=lambda: {k.name: k.about for k in KERNELS},
        current=lambda setup: setup.kernel,
        choose=lambda setup, name: setup.changed(kernel=name, weight_edits={}),
    ),
    ChoiceField(
        "",
        "goal",
        "goal",
        "the filter whose answer is the goal, for example sobel-x",
        names=lambda: {k.name: k.about for k in KERNELS},
        current=lambda setup: setup.goal,
        choose=lambda setup, name: setup.changed(goal=name, goal_edits={}),
    ),
    LengthField("N", "size", "input size", "a number, or height x width such as 5x6", "size"),
    LengthField(
        "F", "filter", "filter size", "a number, or height x width such as 3x2", "kernel_size"
    ),
    LengthField("S", "stride", "stride", "a number, or down x across such as 2x1", "stride"),
    CountField("P", "padding", "padding", "a number", "padding", least=0),
    RateField("η", "rate", "learning rate", "a number above 0, such as 0.1", "rate"),
    CountField("R", "rounds", "number of rounds", "how many steps of gradient descent", "rounds"),
)
"""What one can change; a setup's `options` say which of them it has."""
