"""The arguments of a library's layer: read by name, with their places in the source."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cnnviz_tui.networks.graph import Argument, Site
from cnnviz_tui.networks.operations.base import Operation
from cnnviz_tui.networks.operations.dense import Invalid, Opaque
from cnnviz_tui.networks.readers.python.core import Core
from cnnviz_tui.networks.readers.python.values import (
    Call,
    Layer,
    Name,
    Source,
    Typed,
    Unknown,
    Value,
)
from cnnviz_tui.networks.sizes import LARGEST_SIZE
from cnnviz_tui.shapes.layers import Lengths
from cnnviz_tui.shapes.padding import Padding

_STEPS_TO_MAKE = 12
"""Making a layer is as much work as so many expressions."""


class UnsuitableError(Exception):
    """An argument that the library itself would refuse; its text is one sentence."""


class UnreadableError(Exception):
    """An argument whose value is not known; its text names it."""


@dataclass(frozen=True, slots=True)
class Given:
    """The arguments of one call, by the library's names.

    Args:
        values: those that were given.
        nodes: where they stand, for those that are written out.
    """

    values: dict[str, Value]
    nodes: dict[str, ast.expr]

    def value(self, name: str, default: Value = None) -> Value:
        """Return an argument, whatever it is.

        Raises:
            UnreadableError: if its value is not known.
        """
        value = self.values.get(name, default)
        if isinstance(value, Unknown):
            raise UnreadableError(name)
        return value

    def number(self, name: str, default: int | None = None) -> int:
        """Return a whole number.

        Raises:
            UnsuitableError: if it is missing or something else.
            UnreadableError: if its value is not known.
        """
        value = self.value(name, default)
        if value is None:
            raise UnsuitableError(f"The argument {name} is missing.")
        if isinstance(value, tuple) and len(value) == 1:
            value = value[0]
        if not isinstance(value, int):
            what = f"“{value}”" if isinstance(value, (str, float)) else "something else"
            raise UnsuitableError(f"The argument {name} must be a whole number, not {what}.")
        if abs(value) > LARGEST_SIZE:
            raise UnsuitableError(
                f"The argument {name} is larger than {LARGEST_SIZE:,}, the limit."
            )
        return int(value)

    def lengths(self, name: str, default: Lengths | None = None) -> Lengths:
        """Return a whole number, or a tuple of them."""
        value = self.value(name, default)
        if isinstance(value, (tuple, list)) and value:
            for one in value:
                if isinstance(one, Unknown):
                    raise UnreadableError(name)
                if not isinstance(one, int):
                    raise UnsuitableError(f"The argument {name} must be made of whole numbers.")
            return tuple(int(one) for one in value)
        return self.number(name, value if isinstance(value, int) else None)

    def padding(self, name: str = "padding", default: Padding = 0) -> Padding:
        """Return a padding: a word, a number or several."""
        value = self.value(name, default)
        if isinstance(value, str):
            return value.lower()
        if isinstance(value, (tuple, list)) and value and isinstance(value[0], (tuple, list)):
            return tuple(tuple(int(side) for side in pair) for pair in value)
        return self.lengths(name, 0)

    def flag(self, name: str, default: bool) -> bool:
        """Return a yes or no; an unknown one counts as the default."""
        value = self.values.get(name, default)
        return default if isinstance(value, Unknown) else bool(value)


def bind(call: Call, names: Sequence[str]) -> Given:
    """Give the arguments of a call their names.

    Args:
        call: the call.
        names: the library's parameters in order; ``device`` and ``dtype`` go without saying.

    Raises:
        UnsuitableError: if there are too many, or one that the library does not know.
    """
    if len(call.arguments) > len(names):
        raise UnsuitableError(
            f"It takes {len(names)} arguments at most ({', '.join(names)}), not "
            f"{len(call.arguments)}."
        )
    values = dict(zip(names, call.arguments, strict=False))
    for name, value in call.keywords.items():
        if name not in names:
            if name in ("device", "dtype", "name", "inplace"):
                continue
            from difflib import get_close_matches

            nearest = get_close_matches(name, names, n=1, cutoff=0.5)
            advice = f"; did you mean {nearest[0]}?" if nearest else "."
            raise UnsuitableError(f"There is no argument “{name}”{advice}")
        values[name] = value
    nodes: dict[str, ast.expr] = {}
    if call.node is not None and not any(isinstance(a, ast.Starred) for a in call.node.args):
        nodes.update(zip(names[call.prefix :], call.node.args, strict=False))
        nodes.update((one.arg, one.value) for one in call.node.keywords if one.arg)
    return Given(values, nodes)


def site_of(
    call: Call, given: Given, source: Source, fields: Mapping[str, str], append: Mapping[str, str]
) -> Site | None:
    """Return where a layer is made.

    Args:
        call: the call that makes it.
        given: its arguments.
        source: the text.
        fields: from the library's names of arguments to the operation's fields, where they
            differ.
        append: how settings that were not written could be added.
    """
    if call.node is None:
        return None
    arguments = {}
    for name, node in given.nodes.items():
        span = source.span(node)
        value = given.values.get(name)
        origin = None
        if isinstance(value, Typed) and value.node is not node:
            origin = source.span(value.node)
        arguments[fields.get(name, name)] = Argument(span, origin)
    span = source.span(call.node)
    return Site(span, arguments, append, span.end - 1)


def make_layer(
    reader: Core,
    call: Call,
    type_: str,
    names: Sequence[str],
    make: Callable[[Given], Operation],
    fields: Mapping[str, str],
    append: Mapping[str, str],
) -> Layer:
    """Return a library's layer; one that contradicts itself never fits, and says why.

    Args:
        reader: the interpreter.
        call: the call that makes the layer.
        type_: the library's name of it.
        names: its parameters in order.
        make: how its operation is made of them.
        fields: see ``site_of``.
        append: see ``site_of``.
    """
    reader.budget.spend(_STEPS_TO_MAKE, call.line)
    given = Given({}, {})
    operation: Operation
    try:
        given = bind(call, names)
        operation = make(given)
    except UnsuitableError as error:
        operation = Invalid(message=f"{type_}: {error}")
    except UnreadableError as error:
        reader.note(f"the argument {error} of {type_} is not known; the layer is ?.", call.line)
        operation = Opaque()
    return Layer(
        type_,
        operation,
        dict(given.values),
        call.line,
        site_of(call, given, reader.source, fields, append),
        key=reader.new_key(),
    )


def last_word(name: Value) -> str:
    """Return the last part of a library's name."""
    return name.dotted.split(".")[-1] if isinstance(name, Name) else ""
