"""A screen that is painted as a whole: drawing, help, saving and the way back up."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from cnnviz_tui.files import write_atomically
from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.explorer import too_small
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.render.svg import svg_of
from cnnviz_tui.tui.application import cnnviz_of
from cnnviz_tui.tui.keys import keys_help, named_keys
from cnnviz_tui.tui.screens.dialogs import ReadScreen
from cnnviz_tui.tui.widgets.canvas_view import CanvasView

if TYPE_CHECKING:
    from cnnviz_tui.tui.app import CnnvizApp

_MOUSE_HELP = (
    "With the mouse: point at a cell to see where it comes from or what it feeds, press a cell to "
    "go there, press it again to change or open it; drag the timeline; press a letter at the top "
    "and turn the wheel over it."
)


class PaintedScreen(Screen[None]):
    """A screen that consists of one painted canvas.

    A subclass paints (`painted`) and says what keys do.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "up", "back up"),
        Binding("f5", "up", "back up, to the lesson that it was opened from", show=False),
        Binding("s", "save", "save what you see as an SVG picture"),
        Binding("question_mark", "show_help", "this help", key_display="?"),
    ]

    mouse_help: ClassVar[str] = _MOUSE_HELP
    plays_at_start: bool = False
    """Whether `action_toggle_play` is run as soon as the screen is mounted."""
    lowest: ClassVar[int] = 10
    """Beside a lesson's text it needs at least so many lines."""

    @abstractmethod
    def painted(self, width: int, height: int, palette: Palette) -> Canvas:
        """What is shown, at a size."""

    def cramped(self, canvas: Canvas) -> bool:
        """Whether the terminal is too small; if so, a sentence on the canvas says that."""
        return too_small(canvas)

    @property
    def place(self) -> str:
        """Where one is, for the name of a saved picture; empty where there is only one place."""
        return ""

    @property
    def cnnviz(self) -> CnnvizApp:
        """The application, with what it has beyond Textual's."""
        return cnnviz_of(self)

    @property
    def view(self) -> CanvasView:
        """The widget that shows the canvas."""
        return self.query_one(CanvasView)

    def compose(self) -> ComposeResult:
        """One widget: everything is painted."""
        yield CanvasView(id="frame")

    def on_mount(self) -> None:
        """Listen to changes of the theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self.redraw())
        self.view.focus()

    @on(CanvasView.Resized)
    def _resized(self) -> None:
        self.redraw()

    def redraw(self) -> None:
        """Paint anew; only what changed reaches the terminal."""
        if not self.is_mounted:
            return
        view = self.view
        if view.size.width and view.size.height:
            view.show(self.painted(view.size.width, view.size.height, self.cnnviz.palette))

    def enter_parts(self) -> None:
        """Take the keys, when one comes from beside it."""
        self.view.focus()

    def leave_parts(self) -> None:
        """Give the keys up."""

    def at_last_part(self, direction: int) -> bool:
        """Whether the next part in a direction lies outside."""
        return True

    def action_up(self) -> None:
        """Back to where one came from."""
        self.cnnviz.go_up()

    def key_lines(self) -> Iterator[tuple[str, str]]:
        """The keys of this screen and what they do."""
        yield from named_keys(self.BINDINGS)

    def action_show_help(self) -> None:
        """All keys of this screen."""
        text = keys_help(self.key_lines())
        text.append(f"\n{self.mouse_help}")
        self.app.push_screen(ReadScreen("keys of this screen", text))

    def action_save(self) -> None:
        """Write what is shown as an SVG picture into the present folder."""
        canvas = self.view.canvas
        if canvas is None:
            return
        name = "-".join(part for part in ("cnnviz", self.name, self.place) if part) + ".svg"
        try:
            path = Path.cwd() / name
            write_atomically(path, svg_of(canvas, f"cnnviz: {self.name}").encode())
        except OSError as error:
            reason = error.strerror or str(error)
            self.notify(f"Cannot write {name} here: {reason}.", severity="error", markup=False)
        else:
            self.notify(f"Saved {path}.", markup=False)
