"""Vanishing gradients: an experiment by depth, measured while one looks."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType

from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.explorer import KeyHint, Setting
from cnnviz_tui.render.gradients import LayerTarget, paint_gradients
from cnnviz_tui.tui.screens.museum_base import MuseumBase
from cnnviz_tui.tui.screens.painted import PaintedScreen
from cnnviz_tui.walkthroughs.gradients import DEEPEST, DEPTH, SHALLOWEST, Setup, measure


class GradientsScreen(MuseumBase):
    """The experiment.

    Args:
        depth: layers of the chain; a deeper network than one can ask for gets the deepest.
        seed: of the random weights.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "step(1)", "next layer", key_display="→"),
        Binding("left", "step(-1)", "previous layer", key_display="←"),
        Binding("home", "step(-100)", "first layer"),
        Binding("end", "step(100)", "last layer"),
        Binding("up", "deepen(1)", "one layer more", key_display="↑"),
        Binding("down", "deepen(-1)", "one layer less"),
        Binding("pageup", "deepen(10)", "ten layers more"),
        Binding("pagedown", "deepen(-10)", "ten layers less"),
        Binding("n", "reseed", "other random weights"),
        *PaintedScreen.BINDINGS,
    ]

    mouse_help = "With the mouse: press the plot to choose a layer; the wheel changes the depth."

    def __init__(self, depth: int = DEPTH, seed: int = 0) -> None:
        super().__init__(name="gradients")
        self.setup = Setup(min(max(depth, SHALLOWEST), DEEPEST), seed)
        self.measured = measure(self.setup)
        self.shown = 0

    @property
    def place(self) -> str:
        """Depth and seed."""
        return f"{self.setup.depth}-{self.setup.seed}"

    @property
    def crumbs(self) -> tuple[str, ...]:
        """What it is."""
        return ("vanishing gradients",)

    @property
    def settings(self) -> tuple[Setting, ...]:
        """Depth and seed."""
        return (
            Setting("depth", str(self.setup.depth)),
            Setting("seed", str(self.setup.seed)),
        )

    @property
    def hints(self) -> tuple[KeyHint, ...]:
        """The keys of the last line."""
        return (
            KeyHint("←", "layer", "step(-1)"),
            KeyHint("→", "layer", "step(1)"),
            KeyHint("↑", "deeper", "deepen(1)"),
            KeyHint("↓", "shallower", "deepen(-1)"),
            KeyHint("n", "other weights", "reseed"),
            KeyHint("?", "help", "show_help"),
        )

    def paint_body(self, canvas: Canvas, y: int, height: int) -> None:
        """Curves and numbers."""
        paint_gradients(canvas, y, height, self.measured, self.shown)

    def _use(self, setup: Setup) -> None:
        self.setup = setup
        self.measured = measure(setup)
        self.shown = min(self.shown, setup.depth - 1)
        self.redraw()

    def action_step(self, by: int) -> None:
        """To another layer."""
        self.shown = min(max(self.shown + by, 0), self.setup.depth - 1)
        self.redraw()

    def action_deepen(self, by: int) -> None:
        """A deeper or shallower chain."""
        depth = min(max(self.setup.depth + by, SHALLOWEST), DEEPEST)
        self._use(replace(self.setup, depth=depth))

    def action_reseed(self) -> None:
        """Other random weights."""
        self._use(replace(self.setup, seed=self.setup.seed + 1))

    def pressed(self, target: object) -> None:
        """A place of the plot."""
        if isinstance(target, LayerTarget):
            self.action_step(target.layer - self.shown)

    def turned(self, direction: int) -> None:
        """Up is deeper."""
        self.action_deepen(-direction)
