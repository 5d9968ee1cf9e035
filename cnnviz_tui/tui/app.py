"""The application: themes, the command palette, and the way from home to everything."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from cnnviz_tui.render.palette import DARK, LIGHT, Palette
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.tui.themes import DARK_THEME, LIGHT_THEME, THEMES

if TYPE_CHECKING:
    from cnnviz_tui.tui.catalogue import Entry


_PLAYS = "--plain, --json and --svg FILE do"


class CnnvizApp(App[None]):
    """cnnviz in a terminal.

    Args:
        first: the screen to begin with; home when there is none.

    Attributes:
        told_trouble: what was said last about the learner's record, not to be said again.
    """

    TITLE = "cnnviz"
    CSS_PATH: ClassVar[str] = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "quit", priority=True, show=False),
        Binding("f2", "toggle_theme", "light or dark", show=False),
    ]

    def __init__(self, first: Screen[None] | None = None) -> None:
        # Textual reads a screen's own styles when it is pushed, but not those of the first one.
        super().__init__(css_path=[self.CSS_PATH, *(first.css_path if first else ())])
        self._first = first
        self.told_trouble = ""
        for theme in THEMES:
            self.register_theme(theme)
        # Not through the property: it would have the styles read twice before the first frame.
        self.set_reactive(CnnvizApp.theme, DARK_THEME)
        self.stylesheet.set_variables(self.get_css_variables())

    @property
    def palette(self) -> Palette:
        """The colours of the present theme, for what is painted."""
        return DARK if self.current_theme.dark else LIGHT

    def get_default_screen(self) -> Screen[None]:
        """The first screen, instead of a blank one below it; home is imported if needed."""
        first = self._first or self._home()
        # Textual expects a callback of every screen that is left, and gives this one none.
        first._push_result_callback(self, None)
        return first

    def on_mount(self) -> None:
        """Listen to the system."""
        if not self.is_headless:
            self._give_the_terminal_back_when_terminated()
        self.call_after_refresh(gc.enable)

    @staticmethod
    def _home() -> Screen[None]:
        from cnnviz_tui.tui.screens.home import HomeScreen

        return HomeScreen()

    def _give_the_terminal_back_when_terminated(self) -> None:
        """Leave in order on the signals with which a system ends a program."""
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            # Windows has neither all the signals nor loops that listen to them.
            with suppress(NotImplementedError, AttributeError):
                number: int = getattr(signal, name)
                loop.add_signal_handler(number, self.exit, None, 128 + number)

    def go_up(self) -> None:
        """From a screen back to the one it came from; from the first one to home."""
        from cnnviz_tui.tui.screens.home import HomeScreen

        if isinstance(self.screen, HomeScreen):
            return
        if len(self.screen_stack) > 1:
            self.pop_screen()
        else:
            self.switch_screen(self._home())

    def open(self, entry: Entry) -> None:
        """Open something of the catalogue, or say why it does not open."""
        try:
            self.push_screen(entry.open())
        except ShapeError as error:
            self.notify(str(error), severity="error", markup=False)

    def action_toggle_theme(self) -> None:
        """From dark to light and back."""
        self.theme = LIGHT_THEME if self.current_theme.dark else DARK_THEME

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the command palette offers."""
        # The catalogue knows every mechanism, which the first frame need not wait for.
        from cnnviz_tui.tui.catalogue import LEARNING, catalogue, examples

        for entry in (*LEARNING, *catalogue(), *examples()):
            yield SystemCommand(entry.title, entry.about, lambda entry=entry: self.open(entry))
        yield SystemCommand("Home", "Back to the list of everything", self._go_home)
        yield SystemCommand("Theme", "Light or dark (F2)", self.action_toggle_theme)
        if hasattr(screen, "action_show_help"):
            yield SystemCommand("Help", "The keys of this screen", screen.action_show_help)
        yield SystemCommand("Quit", "Leave cnnviz", self.exit)

    def _go_home(self) -> None:
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.go_up()


class NoTerminalError(ShapeError):
    """There is no terminal to open a screen in."""


def run(first: Screen[None] | None = None, *, instead: str = _PLAYS) -> None:
    """Open the application and stay until it is left.

    Args:
        first: the screen to begin with; home when there is none.
        instead: what the command offers that needs no terminal.

    Raises:
        NoTerminalError: input or output is a file or a pipe.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NoTerminalError(f"This opens a screen and needs a terminal; {instead} not.")
    # What is made until the first frame stays: looking for garbage in it only delays that frame.
    gc.disable()
    try:
        app = CnnvizApp(first)
        app.run()
    finally:
        gc.enable()
    if app.return_code:
        raise SystemExit(app.return_code)
