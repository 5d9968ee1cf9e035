"""What the steps of backpropagation say: the chain rule with its numbers, and sentences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnnviz_tui.walkthroughs.base import Line, Piece, Role, line
from cnnviz_tui.walkthroughs.expression import Edge
from cnnviz_tui.walkthroughs.expression_operations import DIFFERENCE, SUM, Operation
from cnnviz_tui.walkthroughs.expression_parser import written
from cnnviz_tui.walkthroughs.numbers import MINUS, short

if TYPE_CHECKING:
    from cnnviz_tui.walkthroughs.backprop import BackpropStep, BackpropWalkthrough

_DECIMALS = 3
_ONE_LINE, _TWO_LINES = 76, 140
"""Characters of an expression that find room above the stage of the smallest terminal."""


def number(value: float) -> str:
    """A number as the sums write it; very small ones keep two digits that say something."""
    if value and abs(value) < 0.5 * 10**-_DECIMALS:
        return f"{value:.1e}".replace("e-0", "e-").replace("-", MINUS)
    return short(value, _DECIMALS)


def formulas_of(walkthrough: BackpropWalkthrough) -> tuple[Line, ...]:
    """The expression as it was typed, the chain rule, and how the learned variables move."""
    typed = "; ".join(_spaced(part) for part in walkthrough.expression.source.split(";"))
    result = walkthrough.expression.nodes[-1].name
    chain = Piece(f"∂{result}/∂u = ∂{result}/∂v · ∂v/∂u", Role.GRADIENT)
    move = Piece(f"u ← u − {short(walkthrough.rate, 4)}·∂{result}/∂u", Role.FILTER)
    if len(typed) > _ONE_LINE:
        shown = typed if len(typed) <= _TWO_LINES else f"{typed[: _TWO_LINES - 1]}…"
        return line((shown, Role.STRONG)), line(chain, "   ", move)
    learned = ", ".join(walkthrough.learned)
    names = f" for {learned}" if len(learned) < 24 else ""
    return (
        line((typed, Role.STRONG)),
        line(("chain rule ", Role.DIM), chain),
        line(("downhill ", Role.DIM), move, (names, Role.DIM)),
    )


def _spaced(statement: str) -> str:
    """A statement with one space around =, + and −, and the signs that people write."""
    text = re.sub(r"\*\*|\^", "^", statement.strip()).replace("*", "·").replace("-", "−")
    text = re.sub(r"\^2(?![\w.])", "²", text)
    return re.sub(r"\s*([=+])\s*|(?<=[\w)²])\s*(−)\s*", lambda m: f" {m[1] or m[2]} ", text)


def sums_of(step: BackpropStep) -> tuple[Line, ...]:
    """The calculation of the step."""
    from cnnviz_tui.walkthroughs.backprop import Phase

    if step.phase is Phase.FORWARD:
        return (_forward(step),)
    if step.phase is Phase.SEED:
        name = step.walkthrough.expression.nodes[step.node].name
        return (line((f"∂{name}/∂{name} = ", Role.DIM), ("1", Role.GRADIENT)),)
    if step.edge is not None:
        return _backward(step, step.edge)
    if step.phase is Phase.UPDATE:
        return _update(step)
    return (_result(step),)


def _in_brackets(value: float) -> str:
    text = number(value)
    return f"({text})" if text.startswith(MINUS) else text


def _filled(template: str, operands: list[float], result: float) -> str:
    """A rule's template with numbers, negative ones in brackets unless they stand alone."""
    if template in {"{u}", "{v}", "{y}"}:
        chosen = {"{u}": 0, "{v}": 1}
        return number(result if template == "{y}" else operands[chosen[template]])
    names = dict(zip("uv", map(_in_brackets, operands), strict=False))
    return template.format(**names, y=_in_brackets(result))


def _calculated(operation: Operation, operands: list[float]) -> str:
    if operation is SUM or operation is DIFFERENCE:
        first, *others = operands
        return written(operation, [number(first), *map(_in_brackets, others)])
    return written(operation, [_in_brackets(value) for value in operands])


def _forward(step: BackpropStep) -> Line:
    expression = step.walkthrough.expression
    node = expression.nodes[step.node]
    values = step.walkthrough.passes[step.round].values
    operands = [values[i] for i in node.inputs]
    pieces = [Piece(f"{node.name} = ", Role.STRONG), Piece(node.text)]
    if node.operation is not None:
        pieces += [
            Piece(" = ", Role.DIM),
            Piece(_calculated(node.operation, operands), Role.INPUT),
        ]
    return (
        *pieces, Piece(" = ", Role.STRONG), Piece(number(values[step.node]), Role.OUTPUT),
    )  # fmt: skip


def _backward(step: BackpropStep, edge: Edge) -> tuple[Line, ...]:
    """The chain rule along an edge: in names, the local derivative, in numbers."""
    walkthrough = step.walkthrough
    nodes = walkthrough.expression.nodes
    found = walkthrough.passes[step.round]
    source, target = nodes[edge.node], nodes[edge.target]
    loss = nodes[-1].name
    operands = [found.values[i] for i in source.inputs]
    local = _local(step, edge)
    chain = [Piece(f"∂{loss}/∂{target.name}", Role.GRADIENT)]
    chain.append(Piece(" = "))
    earlier = _earlier(step, edge)
    if earlier is not None:
        chain += [Piece(f"{number(earlier)} so far"), Piece(" + ")]
    chain.append(Piece(f"∂{loss}/∂{source.name}·∂{source.name}/∂{target.name}"))
    first = f"{number(earlier)} + " if earlier is not None else ""
    slope = _in_brackets(found.local[edge.node][edge.operand])
    numbers = f"{first}{number(found.gradients[edge.node])}·{slope}"
    total = step.gradients[edge.target] or 0.0
    numeric = [
        Piece(" = "),
        Piece(numbers, Role.INPUT),
        Piece(" = ", Role.STRONG),
        Piece(number(total), Role.GRADIENT),
    ]
    filled = _filled(local, operands, found.values[edge.node])
    partial = [Piece("   with ", Role.DIM), Piece(f"∂{source.name}/∂{target.name} = ")]
    if "{" in local:
        names = dict(zip("uv", (nodes[i].name for i in source.inputs), strict=False))
        partial += [Piece(local.format(**names, y=source.name), Role.FILTER), Piece(" = ")]
    result = number(found.local[edge.node][edge.operand])
    partial.append(Piece(filled, Role.FILTER))
    if filled != result:
        partial += [Piece(" = "), Piece(result, Role.FILTER)]
    return (*chain, *numeric, *partial), (*chain, *numeric)


def _local(step: BackpropStep, edge: Edge) -> str:
    """The template of the local derivative along an edge."""
    expression = step.walkthrough.expression
    node = expression.nodes[edge.node]
    values = step.walkthrough.passes[step.round].values
    operands = tuple(values[i] for i in node.inputs)
    return node.operation.rules(operands)[edge.operand] if node.operation else ""


def gradient_rule(walkthrough: BackpropWalkthrough, place: int, done: int) -> str:
    """What a node's gradient is the sum of, in names: `∂q6·v2 + ∂q7·w`; 1 for the result."""
    expression = walkthrough.expression
    if place == expression.result:
        return "1"
    values = walkthrough.passes[done].values
    terms = []
    for edge in expression.edges:
        node = expression.nodes[edge.node]
        if edge.target != place or node.operation is None:
            continue
        rule = node.operation.rules(tuple(values[i] for i in node.inputs))[edge.operand]
        names = dict(zip("uv", (expression.nodes[i].name for i in node.inputs), strict=False))
        local = rule.format(**names, y=node.name)
        if local == "1":
            terms.append(f"∂{node.name}")
        else:
            open_, close = ("(", ")") if local.startswith("−") or " − " in local[:4] else ("", "")
            terms.append(f"∂{node.name}·{open_}{local}{close}")
    return " + ".join(terms)


def _earlier(step: BackpropStep, edge: Edge) -> float | None:
    """What had arrived at the edge's target before this step; None where nothing had."""
    edges = step.walkthrough.expression.edges
    before = edges[: edges.index(edge)]
    if not any(each.target == edge.target for each in before):
        return None
    return (step.gradients[edge.target] or 0.0) - step.contribution


def _update(step: BackpropStep) -> tuple[Line, ...]:
    walkthrough = step.walkthrough
    found = walkthrough.passes[step.round]
    pieces: list[Piece] = []
    for name in walkthrough.learned:
        place = walkthrough.expression.place(name)
        if pieces:
            pieces.append(Piece("   "))
        moved = walkthrough.after_update(step.round, place)
        pieces += [
            Piece(f"{name} ← {number(found.values[place])} − ", Role.INPUT),
            Piece(
                f"{short(walkthrough.rate, 4)}·{_in_brackets(found.gradients[place])}",
                Role.FILTER,
            ),
            Piece(f" = {number(moved)}", Role.OUTPUT),
        ]
    brief: list[Piece] = []
    for name in walkthrough.learned:
        place = walkthrough.expression.place(name)
        moved = walkthrough.after_update(step.round, place)
        brief.append(
            Piece(
                f"{'   ' if brief else ''}{name} {number(found.values[place])} → {number(moved)}",
                Role.OUTPUT,
            )
        )
    return tuple(pieces), tuple(brief)


def _result(step: BackpropStep) -> Line:
    losses = step.walkthrough.losses
    name = step.walkthrough.expression.nodes[-1].name
    better = losses[-1] < losses[0]
    pieces = [Piece(f"{name}: ", Role.STRONG), Piece(number(losses[0]), Role.INPUT)]
    shown = losses[1:] if len(losses) <= 8 else (losses[1], losses[2], losses[3], losses[-1])
    for i, loss in enumerate(shown):
        gap = len(losses) > 8 and i == len(shown) - 1
        pieces += [Piece(" → … → " if gap else " → "), Piece(number(loss), Role.OUTPUT)]
    return (
        *pieces,
        Piece("  ✓ smaller" if better else "  ✗ not smaller", Role.RIGHT if better else Role.WRONG),
    )


def caption_of(step: BackpropStep) -> str:
    """What happens in the step and why, in at most two short sentences."""
    from cnnviz_tui.walkthroughs.backprop import Phase

    expression = step.walkthrough.expression
    node = expression.nodes[step.node]
    if step.phase is Phase.FORWARD:
        return _forward_caption(step)
    if step.phase is Phase.SEED:
        return (
            f"Now back: how much does {node.name} change when a number changes a little? "
            f"For {node.name} itself the answer is 1."
        )
    if step.edge is not None:
        remark = node.operation.remark if node.operation else ""
        if _earlier(step, step.edge) is not None:
            target = expression.nodes[step.edge.target].name
            return f"{remark} {target} is used more than once: its gradients add up."
        return remark
    if step.phase is Phase.UPDATE:
        return (
            "Downhill: what has a positive gradient gets smaller, what has a negative one "
            "larger. η says how far to go."
        )
    return _result_caption(step)


def _forward_caption(step: BackpropStep) -> str:
    expression = step.walkthrough.expression
    node = expression.nodes[step.node]
    place = expression.operations.index(step.node) + 1
    count = len(expression.operations)
    if step.node == expression.result:
        return (
            f"Forward, {place} of {count}: the last node is the loss {node.name}, the one number "
            "that shall become smaller."
        )
    does = node.operation.does if node.operation else ""
    if place == 1:
        return (
            f"Forward, 1 of {count}: {does}. A node is computed when its operands are known, and "
            "keeps them for the way back."
        )
    return f"Forward, {place} of {count}: {does}."


def _result_caption(step: BackpropStep) -> str:
    losses = step.walkthrough.losses
    rounds = step.walkthrough.rounds
    if losses[-1] < losses[0]:
        way = "one step" if rounds == 1 else f"{rounds} steps"
        return (
            f"Forward again with the new values: after {way} downhill the loss is smaller. "
            "Training a network is this, many times over."
        )
    if not any(step.walkthrough.passes[0].gradients[step.walkthrough.expression.place(name)]
               for name in step.walkthrough.learned):  # fmt: skip
        return "All gradients are 0 here, so nothing moves: gradient descent is stuck."
    return (
        "The loss did not get smaller: the step was too long and jumped over the valley. "
        "Take a smaller η."
    )
