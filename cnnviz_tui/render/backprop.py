"""The stage of backpropagation: the expression as a graph, and as a list of its nodes.

Where both fit they stand beside or below each other; where only one fits it is the graph; an
expression that is too large for the room is shown as a list that follows the step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.render.backprop_layout import Item, laid_out
from cnnviz_tui.render.canvas import BOLD, Canvas, Whole
from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.render.palette import Colour, text_on
from cnnviz_tui.walkthroughs.backprop import BackpropStep, BackpropWalkthrough, Phase
from cnnviz_tui.walkthroughs.backprop_text import gradient_rule
from cnnviz_tui.walkthroughs.expression import Node

NODE = "node"
"""The grid of the cells that stand for nodes; their row is the node's place."""

_BESIDE = 4
_RULE = 26
"""Characters for what a gradient is the sum of, in the list of nodes."""
_BARS = "▁▂▃▄▅▆▇█"
_UP, _DOWN, _LEFT, _RIGHT = 1, 2, 4, 8
_LINES = {
    _LEFT | _RIGHT: "─", _UP | _DOWN: "│", _LEFT | _DOWN: "┐", _LEFT | _UP: "┘",
    _RIGHT | _DOWN: "┌", _RIGHT | _UP: "└", _UP | _DOWN | _RIGHT: "├",
    _UP | _DOWN | _LEFT: "┤", _LEFT | _RIGHT | _DOWN: "┬", _LEFT | _RIGHT | _UP: "┴",
    _UP | _DOWN | _LEFT | _RIGHT: "┼",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class BackpropView:
    """How a person looks at the stage.

    Attributes:
        listed: whether to show the list alone.
        cursor: the variable that keys act on, by its place in the expression.
        pointed: the node under the mouse, by its place.
    """

    listed: bool = False
    cursor: int | None = None
    pointed: int | None = None


@dataclass(frozen=True, slots=True)
class _Spacing:
    """How the graph uses its room: columns between nodes, lines between leaves."""

    across: int
    down: int


class BackpropScene(Frozen):
    """Paints one step of backpropagation.

    Attributes:
        walkthrough: what is walked through.
        step: the step to show.
        view: how it is looked at.
    """

    walkthrough: BackpropWalkthrough
    step: BackpropStep
    view: BackpropView

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The variables and operations of the expression, each behind what it is made of."""
        return self.walkthrough.expression.nodes

    # -- numbers ----------------------------------------------------------------------------------

    def _value(self, place: int) -> str:
        """A node's value as text; a dot where it is not known yet."""
        node = self.nodes[place]
        if node.constant is not None:
            return node.name
        value = self.step.values[place]
        if self.step.phase is Phase.UPDATE and node.name in self.walkthrough.learned:
            value = self.walkthrough.after_update(self.step.round, place)
        return "·" if value is None else self.walkthrough.value_format(value)

    def _gradient(self, place: int) -> str:
        """A node's gradient as text; empty where none has arrived."""
        gradient = self.step.gradients[place]
        return "" if gradient is None else f"∂{self.walkthrough.gradient_format(gradient)}"

    @cached_property
    def _number_width(self) -> int:
        return max(self.walkthrough.value_format.width, self.walkthrough.gradient_format.width)

    # -- room -------------------------------------------------------------------------------------

    @cached_property
    def _layout(self) -> tuple[Item, int]:
        return laid_out(self.walkthrough.expression)

    def _name(self, item: Item) -> str:
        node = self.nodes[item.place]
        if node.constant is not None:
            return ""
        return f"({node.name})" if item.again else node.name

    def _sign(self, item: Item) -> str:
        operation = self.nodes[item.place].operation
        return operation.sign if operation is not None and not item.again else ""

    @cached_property
    def _label_widths(self) -> list[int]:
        """Of every column, the characters of its longest name or sign."""
        root, _ = self._layout
        widths = [0] * (root.column + 1)
        for item in root.walk():
            label = max(len(self._name(item)), len(self._sign(item)))
            widths[item.column] = max(widths[item.column], label)
        return widths

    def _graph_size(self, spacing: _Spacing) -> tuple[int, int]:
        _, leaves = self._layout
        boxes = [label + 1 + self._number_width for label in self._label_widths]
        width = sum(boxes) + spacing.across * (len(boxes) - 1)
        return width, (leaves - 1) * spacing.down + 2

    def _spacing(self, width: int, height: int) -> _Spacing | None:
        """The widest spacing with which the graph fits; None where it does not fit at all."""
        for across in (8, 6, 5, 4, 3, 2):
            for down in (4, 3, 2):
                needed = self._graph_size(_Spacing(across, down))
                if needed[0] <= width and needed[1] <= height:
                    return _Spacing(across, down)
        return None

    def _list_width(self) -> int:
        return self._text_column + self._text_width + 3 + 2 * (self._number_width + 3)

    @cached_property
    def _text_column(self) -> int:
        return max(len(node.name) for node in self.nodes) + 3

    @cached_property
    def _text_width(self) -> int:
        return max(11, max(len(node.text) for node in self.nodes if node.operation is not None))

    # -- painting ---------------------------------------------------------------------------------

    def paint(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> None:
        """Paint the step into a rectangle."""
        losses = 1 if self.walkthrough.rounds > 1 else 0
        if losses:
            self._paint_losses(canvas, x, y + height - 1, width)
        room = height - 2 * losses
        spacing = None if self.view.listed else self._spacing(width, room)
        if spacing is None:
            self._paint_list(canvas, x, y, width, room)
            return
        rows = 1 + sum(node.constant is None for node in self.nodes)
        for list_width in (self._list_width() + _RULE, self._list_width()):
            narrow = self._spacing(width - list_width - _BESIDE, room)
            if narrow is not None and rows <= room:
                self._paint_graph(canvas, x, y, narrow)
                self._paint_list(canvas, x + width - list_width, y, list_width, room)
                return
        below = self._spacing(width, room - rows - 2)
        if below is not None:
            self._paint_graph(canvas, x, y, below)
            top = y + self._graph_size(below)[1] + 2
            self._paint_list(canvas, x, top, width, y + room - top)
            return
        self._paint_graph(canvas, x, y, spacing)

    def _paint_losses(self, canvas: Canvas, x: int, y: int, width: int) -> None:
        """The loss of every round so far as bars."""
        losses = self.walkthrough.losses[: self.step.round + 1]
        most = max(self.walkthrough.losses) or 1.0
        least = min(*self.walkthrough.losses, 0.0)
        name = self.nodes[-1].name
        end = canvas.write(x, y, f"{name} by round ", canvas.palette.dim)
        for loss in losses[: width - 30]:
            share = (loss - least) / ((most - least) or 1.0)
            bar = _BARS[min(int(share * len(_BARS)), len(_BARS) - 1)]
            end = canvas.write(end, y, bar, canvas.palette.output)
        canvas.write(end + 1, y, self.walkthrough.value_format(losses[-1]), canvas.palette.output)

    # -- the graph --------------------------------------------------------------------------------

    def _paint_graph(self, canvas: Canvas, x: int, y: int, spacing: _Spacing) -> None:
        root, _ = self._layout
        lefts = [x]
        for label in self._label_widths:
            lefts.append(lefts[-1] + label + 1 + self._number_width + spacing.across)

        def position(item: Item) -> tuple[int, int]:
            return lefts[item.column], y + int(item.slot * spacing.down)

        for item in root.walk():
            if item.operands:
                self._paint_lines(canvas, item, position, spacing)
        for item in root.walk():
            self._paint_item(canvas, item, *position(item))
        self._paint_arrow(canvas, root, position, spacing)

    def _box_width(self, item: Item) -> int:
        return self._label_widths[item.column] + 1 + self._number_width

    def _paint_lines(
        self,
        canvas: Canvas,
        item: Item,
        position: Callable[[Item], tuple[int, int]],
        spacing: _Spacing,
    ) -> None:
        """The lines from an item's operands to the item, the one in use on top."""
        left, row = position(item)
        trunk = left - spacing.across + (spacing.across - 1) // 2
        rows = [position(operand)[1] for operand in item.operands]
        joints: dict[int, int] = {}
        for other in rows:
            joints[other] = joints.get(other, 0) | _LEFT
            for between in range(min(other, row), max(other, row)):
                joints[between] = joints.get(between, 0) | _DOWN
                joints[between + 1] = joints.get(between + 1, 0) | _UP
        joints[row] = joints.get(row, 0) | _RIGHT
        used = self._used(item)
        for line, bits in joints.items():
            canvas.write(trunk, line, _LINES[bits], self._line_colour(canvas, bool(used)))
        colour = self._line_colour(canvas, bool(used))
        canvas.write(trunk + 1, row, "─" * (left - trunk - 1), colour)
        for i, operand in enumerate(item.operands):
            start, line = position(operand)
            start += self._box_width(operand)
            canvas.write(start, line, "─" * (trunk - start), self._line_colour(canvas, i in used))

    def _used(self, item: Item) -> set[int]:
        """Which of an item's operands the step reads, or sends a gradient to."""
        if item.again or self.step.node != item.place:
            return set()
        if self.step.phase is Phase.FORWARD:
            return set(range(len(item.operands)))
        return {self.step.edge.operand} if self.step.edge is not None else set()

    def _line_colour(self, canvas: Canvas, used: bool) -> Colour:
        palette = canvas.palette
        if not used:
            return palette.dim
        return palette.input if self.step.phase is Phase.FORWARD else palette.gradient

    def _paint_arrow(
        self,
        canvas: Canvas,
        root: Item,
        position: Callable[[Item], tuple[int, int]],
        spacing: _Spacing,
    ) -> None:
        """The direction of the step: into the node forward, out to the operand backward."""
        for item in root.walk():
            used = self._used(item)
            if not used:
                continue
            if self.step.phase is Phase.FORWARD:
                left, row = position(item)
                canvas.write(left - 1, row, "▶", canvas.palette.input, None, BOLD)
            else:
                operand = item.operands[used.pop()]
                left, row = position(operand)
                end = left + self._box_width(operand)
                canvas.write(end, row, "◀", canvas.palette.gradient, None, BOLD)

    def _paint_item(self, canvas: Canvas, item: Item, x: int, y: int) -> None:
        """Two lines: name and value, sign and gradient."""
        palette = canvas.palette
        label = self._label_widths[item.column]
        node = self.nodes[item.place]
        value = self._value(item.place).rjust(self._number_width)
        gradient = "" if item.again else self._gradient(item.place)
        background = self._background(canvas, item.place)
        width = self._box_width(item)
        if background is not None:
            canvas.fill(x, y, width, 1, background)
        quiet = item.again or node.constant is not None
        name = palette.dim if quiet else palette.strong
        colour = palette.dim if quiet else self._value_colour(canvas, item.place)
        if background is not None:
            name = colour = text_on(background)
        canvas.write(x, y, self._name(item).ljust(label), name, None, BOLD)
        canvas.write(x + label + 1, y, value, colour, None, 0 if quiet else BOLD)
        canvas.write(x, y + 1, self._sign(item), palette.dim)
        if gradient:
            weight = BOLD if self._receives(item.place) else 0
            text = gradient.rjust(self._number_width + 1)
            canvas.write(x + label, y + 1, text, palette.gradient, None, weight)
        canvas.spot(x, y, width, 2, Whole(CellTarget(NODE, 0, item.place, 0)))

    def _receives(self, place: int) -> bool:
        """Whether the step brings a gradient to a node."""
        step = self.step
        if step.edge is not None:
            return step.edge.target == place
        return step.phase is Phase.SEED and step.node == place

    def _value_colour(self, canvas: Canvas, place: int) -> Colour:
        palette = canvas.palette
        node = self.nodes[place]
        if node.operation is None:
            return palette.filter if node.name in self.walkthrough.learned else palette.input
        return palette.output

    def _background(self, canvas: Canvas, place: int) -> Colour | None:
        """What lies under a node's name and value: cursor, pointer, or the step's node."""
        palette = canvas.palette
        if self.view.cursor == place:
            return palette.cursor
        if self.view.pointed == place:
            return palette.window
        if self.step.phase is Phase.UPDATE and self.nodes[place].name in self.walkthrough.learned:
            return palette.output
        if self.step.phase in {Phase.UPDATE, Phase.RESULT}:
            return None
        return palette.window if self.step.node == place else None

    # -- the list ---------------------------------------------------------------------------------

    def _paint_list(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> None:
        """One line a node: what it computes, its value, its gradient; follows the step."""
        palette = canvas.palette
        shown = [i for i, node in enumerate(self.nodes) if node.constant is None]
        numbers = 2 * (self._number_width + 3)
        text = min(self._text_width, max(width - self._text_column - 3 - numbers, 8))
        value_at = x + self._text_column + text + 3
        gradient_at = value_at + self._number_width + 2
        wide = self._number_width + 1
        loss = self.nodes[-1].name
        canvas.write(x, y, "node", palette.dim)
        canvas.write(x + self._text_column, y, "computed as", palette.dim)
        canvas.write(value_at, y, "value".rjust(self._number_width), palette.dim)
        canvas.write(gradient_at, y, f"∂{loss}/∂".rjust(wide), palette.gradient)
        rule_at = gradient_at + wide + 3
        if rule_at + 12 < x + width:
            canvas.write(rule_at - 2, y, "= gradient computed as", palette.dim)
        rows = max(height - 1, 1)
        focus = self.step.edge.target if self.step.edge is not None else self.step.node
        if self.view.cursor is not None:
            focus = self.view.cursor
        at = shown.index(focus) if focus in shown else 0
        first = min(max(at - rows // 2, 0), max(len(shown) - rows, 0))
        for row, place in enumerate(shown[first : first + rows], start=1):
            self._paint_row(canvas, x, y + row, place, value_at, gradient_at)
            if rule_at + 12 < x + width and self._gradient(place):
                rule = gradient_rule(self.walkthrough, place, self.step.round)
                colour = palette.gradient if self._receives(place) else palette.dim
                canvas.write(rule_at, y + row, rule[: x + width - rule_at], colour)

    def _paint_row(
        self, canvas: Canvas, x: int, y: int, place: int, value_at: int, gradient_at: int
    ) -> None:
        palette = canvas.palette
        node = self.nodes[place]
        receives = self._receives(place)
        active = self.step.node == place and self.step.phase not in {Phase.UPDATE, Phase.RESULT}
        sign = "◀" if receives else "▶" if active else " "
        canvas.write(x, y, sign, palette.gradient if receives else palette.input, None, BOLD)
        background = self._background(canvas, place)
        end = x + 2 + len(node.name)
        if background is not None:
            canvas.fill(x + 2, y, len(node.name), 1, background)
        ink = palette.strong if background is None else text_on(background)
        canvas.write(x + 2, y, node.name, ink, None, BOLD)
        given = "learns" if node.name in self.walkthrough.learned else "given"
        text = node.text if node.operation is not None else given
        room = max(value_at - x - self._text_column - 1, 0)
        canvas.write(
            max(x + self._text_column, end + 1), y, text[:room],
            palette.text if node.operation is not None else palette.dim,
        )  # fmt: skip
        value = self._value(place).rjust(self._number_width)
        canvas.write(value_at, y, value, self._value_colour(canvas, place), None, BOLD)
        gradient = self._gradient(place).rjust(self._number_width + 1)
        canvas.write(gradient_at, y, gradient, palette.gradient, None, BOLD if receives else 0)
        width = gradient_at + self._number_width + 1 - x
        canvas.spot(x, y, width, 1, Whole(CellTarget(NODE, 0, place, 0)))
