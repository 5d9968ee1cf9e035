"""What the halves of the interpreter share: its state, and how it names what it cannot follow."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import NoReturn

from cnnviz_tui.networks.graph import Node
from cnnviz_tui.networks.operations.base import MisfitError, Operation
from cnnviz_tui.networks.operations.dense import Invalid, Opaque, Weights
from cnnviz_tui.networks.operations.joins import Combine
from cnnviz_tui.networks.operations.rearrange import Become
from cnnviz_tui.networks.readers.python.limits import Budget
from cnnviz_tui.networks.readers.python.values import (
    Call,
    Name,
    Native,
    Scope,
    Source,
    Tensor,
    Unknown,
    Value,
)
from cnnviz_tui.networks.result import Note
from cnnviz_tui.networks.sizes import Shape
from cnnviz_tui.networks.tracing import LayerError, Tracer

_MOST_NOTES = 30
_STEPS_TO_APPLY = 6


class RaisedError(Exception):
    """The source itself raises an error; its text is the reason."""


class Core(ABC):
    """The state of the interpreter.

    Args:
        source: the text that is read.
        libraries: what libraries provide, by full name.
        budget: the steps that are left.
        tracer: where layers go when they are used.
    """

    def __init__(
        self, source: Source, libraries: Mapping[str, Native], budget: Budget, tracer: Tracer
    ) -> None:
        self.source = source
        self.libraries = libraries
        self.budget = budget
        self.tracer = tracer
        self.tracing = False
        self.quiet = True
        self.globals = Scope()
        self.notes: list[Note] = []
        self.calls = 0
        self.asked: list[Shape] = []
        self._keys = 0

    @abstractmethod
    def evaluate(self, node: ast.expr, scope: Scope) -> Value:
        """Return the value of an expression."""

    @abstractmethod
    def call(self, function: Value, call: Call) -> Value:
        """Call anything."""

    @abstractmethod
    def attribute(self, value: Value, name: str, line: int | None) -> Value:
        """Return an attribute of anything."""

    @abstractmethod
    def iterate(self, value: Value, line: int | None) -> Sequence[Value] | Unknown:
        """Return the elements of anything that a loop can run over."""

    def note(self, text: str, line: int | None) -> None:
        """Remember that something was assumed, unless nobody needs to know."""
        one = Note(text, line)
        if not self.quiet and one not in self.notes and len(self.notes) < _MOST_NOTES:
            self.notes.append(one)

    def warn(self, text: str, line: int | None) -> None:
        """Remember something that one should know even of code outside of the model."""
        quiet, self.quiet = self.quiet, False
        self.note(text, line)
        self.quiet = quiet

    def fail(self, message: str, line: int | None, type_: str = "Python") -> NoReturn:
        """End the trace: Python itself would fail here.

        Raises:
            LayerError: always, while tracing or building the model.
        """
        node = Node("model", type_, Invalid(message=message), (), line, line)
        raise LayerError(node, MisfitError("value", message), ())

    def new_key(self) -> int:
        """Return a number that no other layer has."""
        self._keys += 1
        return self._keys

    def place(self, tensor: Tensor) -> int:
        """Return the node of a tensor; one that came from nowhere yet becomes a node now."""
        if tensor.index is None:
            operation: Operation
            if tensor.trained and tensor.shape is not None:
                operation = Weights(shape=tensor.shape)
            else:
                operation = Become(shape=tensor.shape, keeps_sight=False)
            name = tensor.name or ("parameter" if tensor.trained else "constant")
            tensor.index = self.tracer.add(
                Node(
                    name,
                    "Parameter" if tensor.trained else "constant",
                    operation,
                    (),
                    tensor.line,
                    tensor.line,
                    self.new_key() if tensor.trained else None,
                )
            )
        return tensor.index

    def apply(self, node: Node, tensors: Sequence[Tensor]) -> Tensor:
        """Add a node behind the tensors and return what comes out.

        Raises:
            LayerError: if it does not fit.
        """
        self.budget.spend(_STEPS_TO_APPLY, node.call_line)
        index = self.tracer.add(node, [tensor.shape for tensor in tensors])
        return Tensor(self.tracer.shape(index), index)

    def operate(
        self, type_: str, operation: Operation, tensors: Sequence[Tensor], line: int | None
    ) -> Tensor:
        """Apply an operation that is no layer of the model's: ``cat``, ``view``, ``+``."""
        inputs = tuple(self.place(tensor) for tensor in tensors)
        return self.apply(Node(type_, type_, operation, inputs, line, line), tensors)

    def add_tensors(self, left: Tensor, right: Tensor, line: int | None) -> Value:
        """Add two tensors."""
        if not self.tracing:
            return Unknown("a tensor outside of the model", line)
        return self.operate("add", Combine(), [left, right], line)

    def lose(self, what: str, tensors: Sequence[Tensor], line: int | None) -> Tensor:
        """Go on with ``?`` behind something that cannot be followed, and say so."""
        self.note(f"{what} cannot be followed; its output is ? from here on.", line)
        inputs = tuple(self.place(tensor) for tensor in tensors)
        short = what.split("(")[0].split(".")[-1].strip() or "?"
        return self.apply(Node(short, "?", Opaque(), inputs, line, line), tensors)

    def describe(self, function: Value, call: Call) -> str:
        """Return what is called, in the source's words."""
        if call.node is not None:
            return self.source.code(call.node.func, 40)
        if isinstance(function, Name):
            return function.dotted
        if isinstance(function, Unknown):
            return function.what
        return call.what or "a call"


def tensors_in(values: Sequence[Value], depth: int = 0) -> list[Tensor]:
    """Return all tensors among values, those in lists and tuples included."""
    found: list[Tensor] = []
    for value in values[:1000]:
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, (list, tuple)) and depth < 3:
            found += tensors_in(value, depth + 1)
    return found
