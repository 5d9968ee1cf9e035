"""The explorer of activation functions: a point moves along the curve, a map goes through it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType

from cnnviz_tui.render.activation import ActivationScene
from cnnviz_tui.render.explorer import KeyHint
from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.tui.screens.dialogs import Choice, ReadScreen
from cnnviz_tui.tui.screens.setup import KEYS, Change, SetupScreen
from cnnviz_tui.tui.widgets.canvas_view import CanvasView
from cnnviz_tui.walkthroughs.activation import ActivationStep, ActivationWalkthrough
from cnnviz_tui.walkthroughs.activation_functions import FUNCTIONS
from cnnviz_tui.walkthroughs.activation_setup import ACTIVATION, ActivationSetup
from cnnviz_tui.walkthroughs.activation_text import listing_of, map_caption
from cnnviz_tui.walkthroughs.base import Line


class ActivationScreen(SetupScreen[ActivationSetup]):
    """The explorer of one activation function.

    Parts for the cursor: the cells of the map before the function, the settings.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *SetupScreen.BINDINGS,
        Binding("f", "choose_function", "choose the function"),
        Binding("c", "show_code", "this function in PyTorch, Keras and numpy"),
    ]

    mechanism = ACTIVATION
    lowest = 17
    keys = (*KEYS[:-1], KeyHint("f", "function", "choose_function"), KEYS[-1])
    parts = ("player", "before", "settings")
    walkthrough: ActivationWalkthrough

    @property
    def step(self) -> ActivationStep:
        """The step on the stage: at the number of the cell spoken of, else where the player is."""
        cell = self.target
        if cell is not None and cell.grid in {"before", "after"}:
            x = float(self.walkthrough.before[cell.row, cell.column])
            return self.walkthrough.at(x, self.walkthrough.index_of(x))
        return self.walkthrough[self.shown_index]

    def scene(self, palette: Palette) -> ActivationScene:
        """Curve, maps and chain of the step."""
        return ActivationScene(self.walkthrough, self.step, self.look)

    def words(self) -> tuple[tuple[Line, ...], str]:
        """The sum and the caption: of the cell spoken of, else of the step."""
        step, cell = self.step, self.target
        if cell is not None and cell.grid in {"before", "after"}:
            return step.sums, map_caption(step, cell.row, cell.column)
        return step.sums, step.caption

    def steps_per_row(self) -> int:
        """Up and down go by an eighth of the range."""
        return len(self.walkthrough) // 8

    def index_at(self, target: CellTarget) -> int | None:
        """The step of a place on the curve, which stands in the target's column."""
        return target.column if target.grid == "curve" else None

    @on(CanvasView.Dragged)
    def _drag_point(self, event: CanvasView.Dragged) -> None:
        """The point follows the mouse."""
        if isinstance(event.target, CellTarget) and event.target.grid == "curve":
            self.pointed = event.target
            self.press(event.target)

    def clamped(self, cell: CellTarget) -> CellTarget:
        """The nearest cell of the map."""
        height, width = self.setup.size
        return CellTarget(
            cell.grid,
            0,
            min(max(cell.row, 0), height - 1),
            min(max(cell.column, 0), width - 1),
        )

    def editable(self, cell: CellTarget) -> tuple[str, float, Change] | None:
        """Every number of the map before the function."""
        setup, where = self.setup, (cell.row, cell.column)
        number = float(self.walkthrough.before[where])
        name = f"number ({cell.row}, {cell.column}) of the map"
        return name, number, lambda value: setup.with_cell(where, value)

    def open_step(self) -> None:
        """List what every layer of the chain gets, gives and multiplies."""
        title = "the chain, layer by layer"
        self.app.push_screen(ReadScreen(title, Text("\n".join(listing_of(self.step)))))

    def code(self) -> Mapping[str, str]:
        """The function in PyTorch, Keras and numpy."""
        function, bend = self.setup.activation, f"{self.setup.bend:g}"
        named = {"PyTorch": function.torch, "Keras": function.keras, "numpy": function.numpy}
        return {name: code.replace("{shape}", bend) for name, code in named.items()}

    def action_choose_function(self) -> None:
        """Another function."""
        choices = [Choice(f.name, f.title, f.about) for f in FUNCTIONS]
        self.choose(
            "activation function",
            choices,
            self.setup.function,
            lambda key: self.setup.changed(function=key),
            left=True,
        )
