"""Where the nodes of an expression stand: data flows from the leaves on the left to the result.

The graph is drawn as a tree: a node that is used more than once stands where it is used first and
is only mentioned, in brackets, at the other places. So no two lines ever cross: each node lies
within the rows of its own leaves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cnnviz_tui.walkthroughs.expression import Expression


@dataclass(slots=True)
class Item:
    """One place of the drawing.

    Attributes:
        place: the node's place in the expression.
        again: whether the node stands elsewhere and is only mentioned here.
        operands: what its lines come from.
        column: how many steps of computation lie before it.
        slot: its row, in rows of leaves; halves between two of them.
    """

    place: int
    again: bool = False
    operands: list[Item] = field(default_factory=list)
    column: int = 0
    slot: float = 0.0

    def walk(self) -> Iterator[Item]:
        """This item and all behind its lines, the operands first."""
        for operand in self.operands:
            yield from operand.walk()
        yield self


def laid_out(expression: Expression) -> tuple[Item, int]:
    """The item of the result, and the number of rows of leaves."""
    seen: set[int] = set()
    leaves = 0

    def lay(place: int) -> Item:
        nonlocal leaves
        item = Item(place, again=place in seen)
        node = expression.nodes[place]
        seen.add(place)
        if not item.again:
            item.operands = [lay(i) for i in node.inputs]
        if item.operands:
            item.column = 1 + max(each.column for each in item.operands)
            item.slot = (item.operands[0].slot + item.operands[-1].slot) / 2
        else:
            item.slot = float(leaves)
            leaves += 1
        return item

    return lay(expression.result), leaves
