"""What a name can stand for while a source is read.

Numbers, strings, lists, tuples, dicts and ranges are Python's own; everything else is one of
these.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from cnnviz_tui.networks.graph import Site, Span
from cnnviz_tui.networks.operations.base import Operation
from cnnviz_tui.networks.sizes import Shape

if TYPE_CHECKING:
    from cnnviz_tui.networks.readers.python.interpreter import Interpreter

Value: TypeAlias = Any
"""Any of the classes here, or a plain Python value."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that the interpreter does not know.

    Args:
        what: what it is, in the source's words.
        line: where it was met first.
    """

    what: str
    line: int | None = None


class Typed(int):
    """A whole number that was typed in the source, and remembers where."""

    node: ast.Constant


@dataclass(frozen=True, slots=True)
class Name:
    """Something of a library, by its full name: ``torch.nn.Conv2d``.

    Args:
        dotted: the name.
    """

    dotted: str


@dataclass(eq=False, slots=True)
class Tensor:
    """Numbers of which only the shape is known.

    Args:
        shape: batch included; None if not even the number of axes is known.
        index: the node whose output it is, None if it came from nowhere yet.
        trained: whether training changes it (``nn.Parameter``).
        name: what a trained one is called.
        line: where it was made.
    """

    shape: Shape | None
    index: int | None = None
    trained: bool = False
    name: str = ""
    line: int | None = None


@dataclass(eq=False, slots=True)
class Layer:
    """A layer that a library provides, with its settings.

    Args:
        type: the class's name, ``Conv2d``.
        operation: what it does.
        settings: its arguments by name, for ``conv.out_channels``.
        line: where it was made.
        site: where exactly.
        name: what the model calls it, once known.
        key: what its uses have in common.
    """

    type: str
    operation: Operation
    settings: dict[str, Value]
    line: int | None
    site: Site | None
    name: str = ""
    key: int = 0


@dataclass(eq=False, slots=True)
class UserClass:
    """A class of the source.

    Args:
        name: its name.
        bases: what it is derived from.
        members: methods and class variables.
        line: where it begins.
    """

    name: str
    bases: tuple[Value, ...]
    members: dict[str, Value]
    line: int

    def lineage(self) -> Iterator[UserClass]:
        """Yield the class and the classes of the source that it is derived from, depth first."""
        yield self
        for base in self.bases:
            if isinstance(base, UserClass):
                yield from base.lineage()

    def find(self, name: str) -> Value | None:
        """Return a member, inherited or not."""
        for one in self.lineage():
            if name in one.members:
                return one.members[name]
        return None

    def library_base(self) -> Value | None:
        """Return the first base that is no class of the source."""
        for one in self.lineage():
            for base in one.bases:
                if not isinstance(base, UserClass):
                    return base
        return None


@dataclass(eq=False, slots=True)
class Instance:
    """An object of a class of the source, or a container of a library.

    Args:
        cls: its class.
        attributes: what was assigned to it, children included, in order.
        items: the children that a container holds by position or key, in order.
        base: the library layer that it is, if its class is derived from one.
        name: what the model calls it, once known.
        line: where it was made.
    """

    cls: UserClass | Name
    attributes: dict[str, Value] = field(default_factory=dict)
    items: dict[str, Value] = field(default_factory=dict)
    base: Layer | None = None
    name: str = ""
    line: int | None = None

    @property
    def type(self) -> str:
        """The class's name."""
        return self.cls.name if isinstance(self.cls, UserClass) else self.cls.dotted.split(".")[-1]

    @property
    def library(self) -> str:
        """The full name of the library class that it is, directly or by inheritance."""
        if isinstance(self.cls, Name):
            return self.cls.dotted
        base = self.cls.library_base()
        return base.dotted if isinstance(base, Name) else ""

    def children(self) -> Iterator[tuple[str, Layer | Instance]]:
        """Yield the layers and modules that it holds, by name, in order."""
        for name, value in (*self.items.items(), *self.attributes.items()):
            if isinstance(value, (Layer, Instance)):
                yield name, value
        if self.base is not None:
            yield "", self.base


class Scope:
    """The names of a function, and those around it.

    Args:
        outer: the scope around; None for the file.
    """

    __slots__ = ("foreign", "names", "outer")

    def __init__(self, outer: Scope | None = None, names: dict[str, Value] | None = None) -> None:
        self.names: dict[str, Value] = {} if names is None else names
        self.outer = outer
        self.foreign: dict[str, Scope] = {}

    def find(self, name: str) -> Scope | None:
        """Return the scope in which a name is defined."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope
            scope = scope.outer
        return None

    def assign(self, name: str, value: Value) -> None:
        """Give a name a value, in the scope that global and nonlocal say."""
        self.foreign.get(name, self).names[name] = value


@dataclass(eq=False, slots=True)
class Function:
    """A function of the source.

    Args:
        name: its name.
        node: its syntax tree.
        scope: the names around it.
        defaults: the values of its defaults, by parameter.
        kind: function, property, staticmethod or classmethod.
        owner: the class in which it was defined, for ``super()``.
        yields: whether it is a generator, which is run at once.
    """

    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    defaults: dict[str, Value]
    kind: str = "function"
    owner: UserClass | None = None
    yields: bool = False


@dataclass(eq=False, slots=True)
class Bound:
    """A function with its first arguments already given.

    Args:
        function: what is called.
        arguments: what stands before the other arguments.
        keywords: what is given by name (``functools.partial``).
    """

    function: Value
    arguments: tuple[Value, ...]
    keywords: dict[str, Value] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Native:
    """Something that Python or a library provides and that we wrote ourselves.

    Args:
        name: what it is called.
        call: what it does.
        least: how many arguments it needs.
    """

    name: str
    call: Callable[[Interpreter, Call], Value]
    least: int = 0


@dataclass(eq=False, slots=True)
class Super:
    """What ``super()`` returns.

    Args:
        owner: the class behind which the search begins.
        instance: the object.
    """

    owner: UserClass
    instance: Instance


@dataclass(slots=True)
class Call:
    """One call: the values that are given, and where they stand.

    Args:
        arguments: by position.
        keywords: by name.
        line: where.
        node: the syntax tree, None for a call that the source does not write out.
        what: what is called, in the source's words.
        prefix: how many arguments in front do not stand in the brackets, such as ``self``.
    """

    arguments: list[Value]
    keywords: dict[str, Value]
    line: int | None
    node: ast.Call | None = None
    what: str = ""
    prefix: int = 0

    def values(self) -> Iterator[Value]:
        """Yield everything that is given."""
        yield from self.arguments
        yield from self.keywords.values()


class Source:
    """A text and the places of its syntax tree.

    Args:
        text: the source.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0]
        self._lines = text.split("\n")
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def span(self, node: ast.expr | ast.stmt) -> Span:
        """Return the characters of an expression; the tree counts bytes."""
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return Span(self._index(node.lineno, node.col_offset), self._index(end_line, end_column))

    def code(self, node: ast.expr | ast.stmt, longest: int = 60) -> str:
        """Return the source of an expression on one line, cut where it is long."""
        span = self.span(node)
        text = " ".join(self.text[span.start : span.end].split())
        return text if len(text) <= longest else text[: longest - 1] + "…"

    def _index(self, line: int, column: int) -> int:
        """Return the index of a character from its line and its byte in the line."""
        text = self._lines[line - 1]
        if not text.isascii():
            column = len(text.encode()[:column].decode(errors="ignore"))
        return self._starts[line - 1] + column


def same(left: Value, right: Value, spend: Callable[[int], None], depth: int = 0) -> bool:
    """Return whether two values are equal, at a bounded cost even for lists of lists of lists."""
    spend(1)
    if left is right:
        return True
    if depth < 20 and isinstance(left, (list, tuple)) and type(left) is type(right):
        return len(left) == len(right) and all(
            same(one, two, spend, depth + 1) for one, two in zip(left, right, strict=True)
        )
    if isinstance(left, (str, int, float, bool, Name, range, type(None))):
        return bool(left == right) if not isinstance(right, (list, tuple, dict)) else False
    return False


def is_module(value: Value) -> bool:
    """Return whether a value is a layer or a module."""
    return isinstance(value, (Layer, Instance))
