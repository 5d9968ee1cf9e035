"""Backpropagation through an expression: values forward, gradients back, one step downhill.

A round goes forward node by node, back edge by edge, and then moves every learned variable a
little against its gradient. The last step of all goes forward once more and compares the losses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from cnnviz_tui.walkthroughs.backprop_text import caption_of, formulas_of, sums_of
from cnnviz_tui.walkthroughs.base import Line, Step, Walkthrough
from cnnviz_tui.walkthroughs.expression import Edge, Expression, ExpressionError
from cnnviz_tui.walkthroughs.numbers import NumberFormat


class Phase(Enum):
    """What a step of backpropagation does."""

    FORWARD = "forward"
    """One node gets its value."""

    SEED = "seed"
    """The gradient of the result with respect to itself: 1."""

    BACKWARD = "backward"
    """One gradient goes from a node to one of its operands."""

    UPDATE = "update"
    """Every learned variable moves against its gradient."""

    RESULT = "result"
    """Forward once more, with the new values."""


@dataclass(frozen=True, slots=True)
class Pass:
    """One round's numbers, each as many as there are nodes.

    Attributes:
        values: of the nodes.
        local: the derivatives of each node with respect to its operands.
        gradients: of the result with respect to each node.
    """

    values: tuple[float, ...]
    local: tuple[tuple[float, ...], ...]
    gradients: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BackpropStep(Step):
    """One node, one edge, or one step downhill.

    Attributes:
        round: the round of gradient descent, from 0.
        phase: what happens.
        node: the place of the node that is computed, or that hands its gradient on.
        edge: the way that the gradient goes; None outside of the backward phase.
        values: of the nodes, None where they are not known yet.
        gradients: of the nodes, None where nothing has arrived yet, partial where more will.
        contribution: what this step adds to a gradient.
        walkthrough: what the step belongs to.
    """

    round: int
    phase: Phase
    node: int
    edge: Edge | None
    values: tuple[float | None, ...]
    gradients: tuple[float | None, ...]
    contribution: float
    walkthrough: BackpropWalkthrough = field(repr=False)

    @property
    def sums(self) -> tuple[Line, ...]:
        """The computation of the node; the chain rule along the edge; the step downhill."""
        return sums_of(self)

    @property
    def data(self) -> Mapping[str, object]:
        """The step as plain values, for `--json`."""
        names = [node.name for node in self.walkthrough.expression.nodes]
        edge = self.edge
        return {
            "step": self.index,
            "round": self.round,
            "phase": self.phase.value,
            "node": names[self.node],
            "to": names[edge.target] if edge else None,
            "contribution": self.contribution if edge else None,
            "values": {n: v for n, v in zip(names, self.values, strict=True) if v is not None},
            "gradients": {
                n: g for n, g in zip(names, self.gradients, strict=True) if g is not None
            },
            "loss": self.walkthrough.losses[self.round],
            "caption": self.caption,
        }


class BackpropWalkthrough(Walkthrough[BackpropStep]):
    """Backpropagation through an expression, for some rounds of gradient descent.

    Args:
        expression: what is computed; its last node is the loss.
        values: of its variables at the beginning.
        learned: the names of the variables that gradient descent changes.
        rate: the learning rate η.
        rounds: how often to go forward, back and downhill.

    Raises:
        ExpressionError: a node has no value or no slope, at the beginning or in a later round.
    """

    def __init__(
        self,
        expression: Expression,
        values: Mapping[str, float],
        learned: tuple[str, ...],
        rate: float,
        rounds: int = 1,
    ) -> None:
        self.expression = expression
        self.learned = learned
        self.rate = rate
        self.rounds = rounds
        self.passes = self._descend(values)

    def _descend(self, values: Mapping[str, float]) -> tuple[Pass, ...]:
        """The numbers of every round and of the forward pass after the last."""
        passes: list[Pass] = []
        present = dict(values)
        for done in range(self.rounds + 1):
            try:
                passes.append(self._pass(present, last=done == self.rounds))
            except ExpressionError as error:
                if not done:
                    raise
                raise ExpressionError(
                    f"After {done} step{'s' if done > 1 else ''} downhill: {error} "
                    "A smaller learning rate η helps too."
                ) from error
            present = self._moved(passes[-1])
        return tuple(passes)

    def _pass(self, variables: Mapping[str, float], *, last: bool) -> Pass:
        values = self.expression.evaluate(variables)
        if last:
            return Pass(values, (), ())
        return Pass(
            values, self.expression.local_derivatives(values), self.expression.gradients(values)
        )

    def _moved(self, found: Pass) -> dict[str, float]:
        """The variables after one step of gradient descent."""
        moved = {}
        for place in self.expression.variables:
            name = self.expression.nodes[place].name
            step = self.rate * found.gradients[place] if found.gradients else 0.0
            moved[name] = found.values[place] - (step if name in self.learned else 0.0)
        return moved

    @property
    def title(self) -> str:
        """What is being walked through."""
        return "backpropagation"

    @property
    def formulas(self) -> tuple[Line, ...]:
        """The expression, the chain rule and the rule of gradient descent."""
        return formulas_of(self)

    @property
    def losses(self) -> tuple[float, ...]:
        """The loss of every round, and the one after the last step downhill."""
        return tuple(found.values[-1] for found in self.passes)

    @property
    def round_length(self) -> int:
        """The number of steps in a round: forward, the seed, back, downhill."""
        return len(self.expression.operations) + 1 + len(self.expression.edges) + 1

    def __len__(self) -> int:
        return self.rounds * self.round_length + 1

    def step(self, index: int) -> BackpropStep:
        """Compute step `index` from its round's numbers."""
        done, within = divmod(index, self.round_length)
        forward, edges = self.expression.operations, self.expression.edges
        found = self.passes[done]
        phase, node, edge = Phase.RESULT, self.expression.result, None
        if done < self.rounds:
            if within < len(forward):
                phase, node = Phase.FORWARD, forward[within]
            elif within == len(forward):
                phase = Phase.SEED
            elif within <= len(forward) + len(edges):
                phase, edge = Phase.BACKWARD, edges[within - len(forward) - 1]
                node = edge.node
            else:
                phase = Phase.UPDATE
        values: tuple[float | None, ...] = found.values
        if phase is Phase.FORWARD:
            values = tuple(
                value if i <= node or self.expression.nodes[i].operation is None else None
                for i, value in enumerate(found.values)
            )
        step = BackpropStep(
            index=index,
            caption="",
            round=done,
            phase=phase,
            node=node,
            edge=edge,
            values=values,
            gradients=self._arrived(found, phase, within - len(forward)),
            contribution=found.gradients[node] * found.local[node][edge.operand] if edge else 0.0,
            walkthrough=self,
        )
        object.__setattr__(step, "caption", caption_of(step))
        return step

    def _arrived(self, found: Pass, phase: Phase, edges: int) -> tuple[float | None, ...]:
        """Every node's gradient after so many edges, None where nothing has arrived."""
        arrived: list[float | None] = [None] * len(self.expression)
        if phase in {Phase.FORWARD, Phase.RESULT}:
            return tuple(arrived)
        arrived[self.expression.result] = 1.0
        for edge in self.expression.edges[:edges]:
            added = found.gradients[edge.node] * found.local[edge.node][edge.operand]
            arrived[edge.target] = (arrived[edge.target] or 0.0) + added
        return tuple(arrived)

    def after_update(self, done: int, place: int) -> float:
        """The value of a node's variable after the step downhill of round `done`."""
        return self.passes[done + 1].values[place]

    def forward_index(self, place: int, done: int) -> int | None:
        """The step of round `done` in which a node gets its value; None for leaves."""
        if place not in self.expression.operations or done >= self.rounds:
            return None
        return done * self.round_length + self.expression.operations.index(place)

    def backward_index(self, place: int, done: int) -> int | None:
        """The step of round `done` after which a node's gradient is complete; None for none."""
        if done >= self.rounds:
            return None
        first = done * self.round_length + len(self.expression.operations)
        if place == self.expression.result:
            return first
        ways = [i for i, edge in enumerate(self.expression.edges) if edge.target == place]
        return first + 1 + ways[-1] if ways else None

    @cached_property
    def value_format(self) -> NumberFormat:
        """How values are written, the same in all rounds."""
        return NumberFormat.of([value for found in self.passes for value in found.values])

    @cached_property
    def gradient_format(self) -> NumberFormat:
        """How gradients are written, partial ones included."""
        numbers = [1.0]
        for found in self.passes[:-1]:
            numbers += found.gradients
            numbers += [
                found.gradients[edge.node] * found.local[edge.node][edge.operand]
                for edge in self.expression.edges
            ]
        return NumberFormat.of(numbers)
