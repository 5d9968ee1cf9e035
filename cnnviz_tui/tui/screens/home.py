"""The first screen: a filter at work on a real digit, and what there is to open."""

from __future__ import annotations

from textwrap import wrap
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from cnnviz_tui import __version__
from cnnviz_tui.render.canvas import BOLD, Canvas
from cnnviz_tui.render.convolution import ConvolutionScene, View
from cnnviz_tui.render.explorer import ActionTarget, KeyHint, paint_keys, write_line
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.tui.catalogue import catalogue
from cnnviz_tui.tui.screens.dialogs import ReadScreen
from cnnviz_tui.tui.screens.explorer import FRAMES_PER_SECOND
from cnnviz_tui.tui.widgets.canvas_view import CanvasView
from cnnviz_tui.walkthroughs.convolution_setup import ConvolutionSetup, preset_named
from cnnviz_tui.walkthroughs.player import Player

if TYPE_CHECKING:
    from cnnviz_tui.tui.app import CnnvizApp

_KEYS = (
    KeyHint("↑ ↓", "choose", "down"),
    KeyHint("enter", "open", "open"),
    KeyHint("?", "help", "show_help"),
    KeyHint("ctrl+q", "quit", "app.quit"),
)


_HELP = """\
up, down   choose what to open, or click it
enter      open it
space      play or pause the picture
F2         light or dark
ctrl+p     all commands
ctrl+q     quit

Outside of this program: cnnviz compute-shape 32x32x3 -F 5 -K 10 -P 2 answers a single question, \
and cnnviz --help lists everything else."""


class HomeScreen(Screen[None]):
    """What there is, beside a small live picture of what it is about."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "toggle_play", "play or pause the picture"),
        Binding("question_mark", "show_help", "help", key_display="?"),
    ]

    def __init__(self) -> None:
        super().__init__(name="home")
        self._setup = preset_named("digit").setup
        self._walkthrough = self._setup.build()
        self._player = Player(len(self._walkthrough), speed=30)

    def compose(self) -> ComposeResult:
        """The picture on the left, the list on the right."""
        with Horizontal(id="home-columns"):
            yield CanvasView(id="home-picture")
            yield OptionList(
                *(Option(_prompt(e.title, e.about), id=e.name) for e in catalogue()),
                id="home-menu",
            )

    def on_mount(self) -> None:
        """Let the filter slide."""
        self.query_one("#home-picture").can_focus = False
        self.query_one(OptionList).focus()
        self.set_interval(1 / FRAMES_PER_SECOND, self._tick)
        self.app.theme_changed_signal.subscribe(self, lambda _: self.redraw())
        if self.app.animation_level != "none":
            self._player.play(monotonic())

    def _tick(self) -> None:
        if self.app.screen is self and self._player.tick(monotonic()):
            self.redraw()

    @on(CanvasView.Resized)
    def redraw(self) -> None:
        """Paint the picture anew."""
        view = self.query_one(CanvasView)
        app: CnnvizApp = self.app  # type: ignore[assignment]
        if view.size.width and view.size.height:
            view.show(self._painted(view.size.width, view.size.height, app.palette))

    def _painted(self, width: int, height: int, palette: Palette) -> Canvas:
        canvas = Canvas(width, height, palette)
        canvas.write(1, 1, "cnnviz", palette.output, None, BOLD)
        canvas.write(8, 1, __version__, palette.dim)
        canvas.write(1, 2, "every number inside a", palette.text)
        canvas.write(1, 3, "convolutional network, step by step", palette.text)
        setup = self._setup_for(width, height)
        if setup != self._setup:
            self._setup, self._walkthrough = setup, setup.build()
            self._player.resize(len(self._walkthrough))
        step = self._walkthrough[self._player.position]
        scene = ConvolutionScene(self._walkthrough, step, View())
        scene.paint_pictures(canvas, 1, 5)
        y = 6 + (setup.size[0] + 1) // 2
        sums = step.sums[-1] if width < 90 else step.sums[0]
        write_line(canvas, 1, y + 1, sums)
        for i, text in enumerate(wrap(step.caption, width - 2)[: max(height - y - 4, 0)]):
            canvas.write(1, y + 3 + i, text, palette.dim)
        paint_keys(canvas, _KEYS, height - 1)
        return canvas

    @staticmethod
    def _setup_for(width: int, height: int) -> ConvolutionSetup:
        """The digit in full where there is room, else shrunk."""
        setup = preset_named("digit").setup
        if width >= 60 and height >= 28:
            return setup
        return setup.changed(size=(18, 18))

    @on(CanvasView.Pressed)
    async def _pressed(self, event: CanvasView.Pressed) -> None:
        if isinstance(event.target, ActionTarget):
            await self.run_action(event.target.action)

    def action_down(self) -> None:
        """The next entry."""
        self.query_one(OptionList).action_cursor_down()

    def action_open(self) -> None:
        """Open the entry under the cursor."""
        self.query_one(OptionList).action_select()

    def action_toggle_play(self) -> None:
        """Play or pause the picture."""
        self._player.toggle(monotonic())

    def action_show_help(self) -> None:
        """What to press here."""
        self.app.push_screen(ReadScreen("cnnviz", Text(_HELP)))

    @on(OptionList.OptionSelected)
    def _open(self, event: OptionList.OptionSelected) -> None:
        chosen = next(entry for entry in catalogue() if entry.name == event.option.id)
        self.app.push_screen(chosen.open())


def _prompt(title: str, about: str) -> Text:
    text = Text(title, style="bold")
    text.append(f"\n{about}", style="not bold dim")
    return text
