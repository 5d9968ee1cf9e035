"""The explorer of backpropagation: through an expression, or through a convolution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.binding import Binding, BindingType

from cnnviz_tui.render.backprop import NODE, BackpropScene, BackpropView
from cnnviz_tui.render.backprop_convolution import (
    PARTS,
    ConvolutionGradientScene,
    ConvolutionGradientView,
)
from cnnviz_tui.render.explorer import KeyHint, Scene
from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.tui.screens.setup import KEYS, Change, SetupScreen
from cnnviz_tui.walkthroughs.backprop import BackpropStep, BackpropWalkthrough, Phase
from cnnviz_tui.walkthroughs.backprop_convolution import (
    ConvolutionGradientStep,
    ConvolutionGradientWalkthrough,
)
from cnnviz_tui.walkthroughs.backprop_setup import (
    BACKPROP,
    ConvolutionGradientSetup,
    ExpressionSetup,
)
from cnnviz_tui.walkthroughs.mechanism import Field

_EDITS = {"input": "input_edits", "filter": "weight_edits", "goal": "goal_edits"}


class BackpropScreen(SetupScreen[Any]):
    """The explorer of backpropagation.

    Parts for the cursor: the variables of an expression; the input, the filter and the goal of a
    convolution; the settings.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *SetupScreen.BINDINGS,
        Binding("e", "ask_expression", "type an expression of your own"),
    ]

    mechanism = BACKPROP
    lowest = 17
    keys = (*KEYS[:-1], KeyHint("e", "expression", "ask_expression"), KEYS[-1])
    setup: Any
    walkthrough: BackpropWalkthrough | ConvolutionGradientWalkthrough

    def __init__(
        self,
        setup: ExpressionSetup | ConvolutionGradientSetup | None = None,
        *,
        playing: bool = True,
    ) -> None:
        super().__init__(setup, playing=playing)
        self._listed = False
        # A step is read, not watched: one a second.
        self.player.change_speed(-3, 0.0)
        self.after_change()

    def after_change(self) -> None:
        """The parts that the cursor can go to depend on what is explored."""
        nodes = isinstance(self.setup, ExpressionSetup)
        self.parts = ("player", NODE, "settings") if nodes else ("player", *_EDITS, "settings")  # type: ignore[misc]  # an instance's own parts
        if self.part not in self.parts:
            self.part = self.parts[0]

    # -- what is shown ----------------------------------------------------------------------------

    @property
    def fields(self) -> Sequence[Field[Any]]:
        """The fields that the present setup has."""
        return [field for field in super().fields if field.option in self.setup.options]

    def scene(self, palette: Palette) -> Scene:
        """The graph of an expression, or the grids of a convolution."""
        step, cursor, pointed = self.step, self.cursor, self.pointed_cell
        if isinstance(step, BackpropStep):
            view = BackpropView(
                self._listed,
                cursor.row if cursor else None,
                pointed.row if pointed and pointed.grid == NODE else None,
            )
            return BackpropScene(step.walkthrough, step, view)
        assert isinstance(self.walkthrough, ConvolutionGradientWalkthrough)  # noqa: S101
        assert step is None or isinstance(step, ConvolutionGradientStep)  # noqa: S101
        grids = ConvolutionGradientView(self.mode, cursor, pointed)
        return ConvolutionGradientScene(self.walkthrough, step, grids)

    @property
    def shown_index(self) -> int:
        """Also a variable that is pointed at shows where its gradient comes from."""
        pointed = self.pointed
        if isinstance(pointed, CellTarget) and pointed.grid == NODE:
            index = self._index_of_node(pointed.row)
            return self.player.position if index is None else index
        return super().shown_index

    def _index_of_node(self, place: int) -> int | None:
        """The step in which a node gets its value, or on the way back its gradient."""
        walkthrough = self.walkthrough
        if not isinstance(walkthrough, BackpropWalkthrough):
            return None
        present = walkthrough[self.player.position]
        if present.phase is Phase.FORWARD:
            return walkthrough.forward_index(place, present.round)
        if present.phase is Phase.RESULT:
            return None
        return walkthrough.backward_index(place, present.round)

    def index_at(self, target: CellTarget) -> int | None:
        """The step that computes a cell; variables are taken to be changed instead."""
        walkthrough = self.walkthrough
        if isinstance(walkthrough, BackpropWalkthrough):
            if target.grid != NODE or target.row in walkthrough.expression.variables:
                return None
            return self._index_of_node(target.row)
        if target.grid not in PARTS or walkthrough.problem:
            return None
        return walkthrough.index_of(PARTS[target.grid], target.row, target.column)

    def steps_per_row(self) -> int:
        """The width of what a convolution's step computes; one step in an expression."""
        step = self.step
        if isinstance(step, ConvolutionGradientStep):
            return dict(step.walkthrough.parts)[step.part][1]
        return 1

    # -- cells ------------------------------------------------------------------------------------

    def first_cell(self, part: str) -> CellTarget:
        """The first variable, or the top left cell."""
        return self.clamped(CellTarget(part, 0, 0, 0))

    def clamped(self, cell: CellTarget) -> CellTarget:
        """The nearest variable, or the nearest cell of a grid."""
        walkthrough = self.walkthrough
        if isinstance(walkthrough, BackpropWalkthrough):
            places = walkthrough.expression.variables
            nearest = min(places, key=lambda place: abs(place - cell.row))
            return CellTarget(NODE, 0, nearest, 0)
        shapes = {
            "input": walkthrough.picture.shape,
            "filter": walkthrough.weight.shape,
            "goal": walkthrough.goal.shape,
        }
        height, width = shapes.get(cell.grid, (1, 1))
        row = min(max(cell.row, 0), max(height - 1, 0))
        return CellTarget(cell.grid, 0, row, min(max(cell.column, 0), max(width - 1, 0)))

    def move_cursor(self, down: int, right: int) -> None:
        """From variable to variable in an expression."""
        walkthrough, cell = self.walkthrough, self.cursor
        if not isinstance(walkthrough, BackpropWalkthrough) or cell is None:
            super().move_cursor(down, right)
            return
        places = walkthrough.expression.variables
        at = places.index(self.clamped(cell).row) + (1 if down + right > 0 else -1)
        self.cursors[self.part] = CellTarget(NODE, 0, places[at % len(places)], 0)

    def editable(self, cell: CellTarget) -> tuple[str, float, Change] | None:
        """The value of a variable; a number of the input, the filter or the goal."""
        setup, walkthrough = self.setup, self.walkthrough
        if isinstance(walkthrough, BackpropWalkthrough):
            if cell.row not in walkthrough.expression.variables:
                return None
            name = walkthrough.expression.nodes[cell.row].name
            return name, setup.all_values[name], lambda value: setup.with_value(name, value)
        if cell.grid not in _EDITS or (walkthrough.problem and cell.grid == "goal"):
            return None
        arrays = {
            "input": walkthrough.picture,
            "filter": walkthrough.weight,
            "goal": walkthrough.goal,
        }
        at = (cell.row, cell.column)
        number = float(arrays[cell.grid][at])
        name = f"{cell.grid} ({cell.row}, {cell.column})"
        return name, number, lambda value: setup.with_cell(_EDITS[cell.grid], at, value)

    # -- choosing ---------------------------------------------------------------------------------

    def action_ask_expression(self) -> None:
        """Type an expression; it takes effect as soon as it can be read."""
        if not isinstance(self.setup, ExpressionSetup):
            self.use(BACKPROP.presets()[0].setup)
        self.action_ask_for("expression")

    def action_next_mode(self) -> None:
        """An expression as a graph or as a list; cells of a convolution drawn another way."""
        if isinstance(self.setup, ExpressionSetup):
            self._listed = not self._listed
            self.redraw()
        else:
            super().action_next_mode()
