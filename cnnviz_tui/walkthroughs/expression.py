"""An expression as a graph of numbers: its values forward, its gradients backward.

Nodes stand in the order in which they are computed, so that every node comes after its operands.
Going through them the other way round is backpropagation: reverse-mode differentiation, Rumelhart,
Hinton and Williams, "Learning representations by back-propagating errors", Nature 1986.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cnnviz_tui.walkthroughs.expression_operations import Operation
from cnnviz_tui.walkthroughs.mechanism import SetupError
from cnnviz_tui.walkthroughs.numbers import short

LARGEST_RESULT = 1e9
"""Results beyond it say nothing to a reader and soon leave what a float can hold."""


class ExpressionError(SetupError):
    """What was typed is no expression, or cannot be computed; the message says why."""


@dataclass(frozen=True, slots=True)
class Node:
    """One number of an expression.

    Attributes:
        name: what it is called.
        operation: what computes it; None for a variable or a constant.
        inputs: the places of its operands in the expression.
        constant: its value where it is a number that was typed.
        text: what it computes, in the names of its operands.
        named: whether the person gave it its name.
    """

    name: str
    operation: Operation | None = None
    inputs: tuple[int, ...] = ()
    constant: float | None = None
    text: str = ""
    named: bool = True


@dataclass(frozen=True, slots=True)
class Edge:
    """The way of a gradient from a node back to one of its operands.

    Attributes:
        node: where it comes from.
        operand: which of the node's operands it goes to, from 0.
        target: the place of that operand in the expression.
    """

    node: int
    operand: int
    target: int


class Expression:
    """A graph of nodes whose last one is the result, the loss.

    Args:
        nodes: every node after its operands.
        source: what was typed.
    """

    def __init__(self, nodes: Sequence[Node], source: str) -> None:
        self.nodes = tuple(nodes)
        self.source = source

    def __len__(self) -> int:
        return len(self.nodes)

    @property
    def result(self) -> int:
        """The place of the last node."""
        return len(self.nodes) - 1

    @cached_property
    def variables(self) -> tuple[int, ...]:
        """The places of the variables, in the order in which they are first used."""
        return tuple(
            i
            for i, node in enumerate(self.nodes)
            if node.operation is None and node.constant is None
        )

    @cached_property
    def operations(self) -> tuple[int, ...]:
        """The places of the nodes that compute something, in the order of computation."""
        return tuple(i for i, node in enumerate(self.nodes) if node.operation is not None)

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """The ways of the gradients, in the order in which they are gone.

        A node's gradient is complete before it is handed on, because all that use the node come
        after it. Constants cannot change, so no gradient goes to them.
        """
        return tuple(
            Edge(i, k, target)
            for i in reversed(self.operations)
            for k, target in enumerate(self.nodes[i].inputs)
            if self.nodes[target].constant is None
        )

    def place(self, name: str) -> int:
        """Where the node called `name` stands."""
        return next(i for i, node in enumerate(self.nodes) if node.name == name)

    def evaluate(self, variables: Mapping[str, float]) -> tuple[float, ...]:
        """The value of every node, from those of the variables.

        Raises:
            ExpressionError: a node has no value, for example log(−1), or one that is too large.
        """
        values: list[float] = []
        for node in self.nodes:
            if node.constant is not None:
                values.append(node.constant)
            elif node.operation is None:
                values.append(float(variables[node.name]))
            else:
                values.append(_value(node, node.operation, self._operands(node, values)))
        return tuple(values)

    def _operands(self, node: Node, values: Sequence[float]) -> tuple[float, ...]:
        return tuple(values[i] for i in node.inputs)

    def local_derivatives(self, values: Sequence[float]) -> tuple[tuple[float, ...], ...]:
        """Of every node, the derivative with respect to each operand; empty for leaves.

        Raises:
            ExpressionError: there is none, for example of √0, or it is too large.
        """
        return tuple(self._partials(node, values, values[i]) for i, node in enumerate(self.nodes))

    def _partials(self, node: Node, values: Sequence[float], value: float) -> tuple[float, ...]:
        if node.operation is None:
            return ()
        operands = self._operands(node, values)
        try:
            partials = node.operation.partials(operands, value)
        except (ValueError, ZeroDivisionError, OverflowError):
            partials = (math.nan,)
        if not all(abs(partial) <= LARGEST_RESULT for partial in partials):
            raise ExpressionError(
                f"{node.name} = {node.text} has no slope that can be used where its input is "
                f"{_listed(operands)}: change the values."
            )
        return partials

    def gradients(self, values: Sequence[float]) -> tuple[float, ...]:
        """The derivative of the result with respect to every node.

        Raises:
            ExpressionError: a local derivative does not exist.
        """
        local = self.local_derivatives(values)
        gradients = [0.0] * len(self.nodes)
        gradients[self.result] = 1.0
        for edge in self.edges:
            gradients[edge.target] += gradients[edge.node] * local[edge.node][edge.operand]
        return tuple(gradients)


def _value(node: Node, operation: Operation, operands: tuple[float, ...]) -> float:
    try:
        value = float(operation.value(*operands))
    except (ValueError, ZeroDivisionError):
        raise ExpressionError(
            f"{node.name} = {node.text} needs {operation.demand}, but gets {_listed(operands)}: "
            "change the values or the expression."
        ) from None
    except OverflowError:
        value = math.inf
    if not abs(value) <= LARGEST_RESULT:
        raise ExpressionError(
            f"{node.name} = {node.text} gets larger than {LARGEST_RESULT:.0e}: take smaller values."
        )
    return value


def _listed(operands: Sequence[float]) -> str:
    return " and ".join(short(operand) for operand in operands)
