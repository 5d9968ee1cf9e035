"""The museum's entrance: walk along the years, enter an exhibit."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.explorer import KeyHint
from cnnviz_tui.render.museum import ExhibitTarget, paint_entrance
from cnnviz_tui.render.museum_text import background_lines
from cnnviz_tui.tui.screens.dialogs import ReadScreen
from cnnviz_tui.tui.screens.gradients import GradientsScreen
from cnnviz_tui.tui.screens.museum_base import MuseumBase
from cnnviz_tui.tui.screens.museum_exhibit import ExhibitScreen
from cnnviz_tui.tui.screens.painted import PaintedScreen
from cnnviz_tui.walkthroughs.museum import EXHIBITS


class MuseumScreen(MuseumBase):
    """The timeline.

    Args:
        chosen: the exhibit one stands at first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,down,tab", "walk(1)", "next exhibit", key_display="→"),
        Binding("left,up,shift+tab", "walk(-1)", "previous exhibit", key_display="←"),
        Binding("home", "walk(-100)", "first exhibit"),
        Binding("end", "walk(100)", "last exhibit"),
        Binding("enter", "enter", "enter the exhibit"),
        Binding("d", "show_data", "the data set, cats and dogs, sources of the chart"),
        Binding("g", "gradients", "the experiment on vanishing gradients"),
        *PaintedScreen.BINDINGS,
    ]

    mouse_help = "With the mouse: press an exhibit to go there, press it again to enter."

    def __init__(self, chosen: int = 0) -> None:
        super().__init__(name="museum")
        self.chosen = chosen

    @property
    def place(self) -> str:
        """The exhibit one stands at."""
        return EXHIBITS[self.chosen].key

    @property
    def crumbs(self) -> tuple[str, ...]:
        """This is where the museum begins."""
        return ()

    @property
    def hints(self) -> tuple[KeyHint, ...]:
        """The keys of the last line."""
        return (
            KeyHint("←", "back", "walk(-1)"),
            KeyHint("→", "on", "walk(1)"),
            KeyHint("enter", "enter", "enter"),
            KeyHint("d", "data and sources", "show_data"),
            KeyHint("g", "vanishing gradients", "gradients"),
            KeyHint("?", "help", "show_help"),
        )

    def paint_body(self, canvas: Canvas, y: int, height: int) -> None:
        """Chart, way, card."""
        paint_entrance(canvas, y, height, self.chosen)

    def action_walk(self, by: int) -> None:
        """To another exhibit."""
        self.chosen = min(max(self.chosen + by, 0), len(EXHIBITS) - 1)
        self.redraw()

    def action_enter(self) -> None:
        """Into the exhibit; one that is no network is told about."""
        exhibit = EXHIBITS[self.chosen]
        if exhibit.networks:
            self.app.push_screen(ExhibitScreen(exhibit))
        else:
            self.app.push_screen(
                ReadScreen(f"{exhibit.name}, {exhibit.year}",
                           Text(f"{exhibit.source}\n\n{exhibit.brought}"))
            )  # fmt: skip

    def action_show_data(self) -> None:
        """ImageNet, Asirra, and where the chart's numbers come from."""
        self.app.push_screen(ReadScreen("data and sources", Text("\n".join(background_lines()))))

    def action_gradients(self) -> None:
        """Open the experiment."""
        self.app.push_screen(GradientsScreen())

    def pressed(self, target: object) -> None:
        """An exhibit: go there, or enter if one is there."""
        if isinstance(target, ExhibitTarget):
            if target.index == self.chosen:
                self.action_enter()
            else:
                self.action_walk(target.index - self.chosen)

    def turned(self, direction: int) -> None:
        """Walk."""
        self.action_walk(direction)
