"""The first screen: a filter at work on a real digit, and what there is to open."""

from __future__ import annotations

from collections.abc import Sequence
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
from cnnviz_tui.render.convolution import ConvolutionScene
from cnnviz_tui.render.convolution_grids import View
from cnnviz_tui.render.explorer import (
    ActionTarget,
    KeyHint,
    paint_keys,
    too_small,
    wrap_pieces,
    write_line,
)
from cnnviz_tui.render.mastery import LEGEND, mastery_lines
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.tui.application import cnnviz_of
from cnnviz_tui.tui.catalogue import LEARNING, Entry, catalogue
from cnnviz_tui.tui.screens.dialogs import ReadScreen
from cnnviz_tui.tui.screens.explorer import FRAMES_PER_SECOND
from cnnviz_tui.tui.widgets.canvas_view import CanvasView
from cnnviz_tui.walkthroughs.convolution_setup import CONVOLUTION, ConvolutionSetup
from cnnviz_tui.walkthroughs.player import Player

if TYPE_CHECKING:
    from cnnviz_tui.quiz.mastery import Mastery

_KEYS = (
    KeyHint("↑ ↓", "choose", "down"),
    KeyHint("enter", "open", "open"),
    KeyHint("space", "play", "toggle_play"),
    KeyHint("?", "help", "show_help"),
    KeyHint("ctrl+p", "commands", "app.command_palette"),
    KeyHint("ctrl+q", "quit", "app.quit"),
)
_SPEED = 15.0

_HELP = """\
up, down   choose what to open, or click it
enter      open it
space      play or pause the picture
F2         light or dark
ctrl+p     all commands
ctrl+q     quit

One-off answers come from the shell:

  cnnviz compute-shape 32x32x3 -F 5 -K 10 -P 2
  cnnviz --help
"""


class HomeScreen(Screen[None]):
    """What there is, beside a small live picture of what it is about."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "toggle_play", "play or pause the picture", priority=True),
        Binding("question_mark", "show_help", "help", key_display="?"),
    ]

    def __init__(self) -> None:
        super().__init__(name="home")
        self._setup = _digit(18)
        self._walkthrough = self._setup.build()
        self._player = Player(len(self._walkthrough), speed=_SPEED)
        self._player.seek(self._walkthrough.telling_step())
        self._entries: dict[str, Entry] = {}
        self._map: Mastery | None = None

    def compose(self) -> ComposeResult:
        """The picture on the left, the list on the right, the keys below."""
        with Horizontal(id="home-columns"):
            yield CanvasView(id="home-picture")
            yield OptionList(id="home-menu")
        yield CanvasView(id="home-keys")

    def on_mount(self) -> None:
        """Let the filter slide, unless the person asked for calm."""
        for view in self.query(CanvasView):
            view.can_focus = False
        menu = self.query_one(OptionList)
        self._offer(LEARNING)
        menu.action_first()
        menu.focus()
        # Naming all mechanisms imports them, which is longer than a first frame should take.
        self.call_after_refresh(lambda: self._offer(catalogue()))
        self.set_interval(1 / FRAMES_PER_SECOND, self._tick)
        self.app.theme_changed_signal.subscribe(self, lambda _: self.redraw())
        if self.app.animation_level != "none":
            self._player.play(monotonic())

    def _offer(self, entries: Sequence[Entry]) -> None:
        """List what can be opened."""
        self._entries |= {entry.name: entry for entry in entries}
        self.query_one(OptionList).add_options(_options(entries))

    def _tick(self) -> None:
        if self.app.screen is self and self._player.tick(monotonic()):
            if self._player.at_end:
                self._player.play(monotonic())
            self.redraw()

    @property
    def chosen(self) -> Entry | None:
        """The entry under the cursor."""
        option = self.query_one(OptionList).highlighted_option
        return self._entries.get(option.id or "") if option else None

    @on(CanvasView.Resized)
    @on(OptionList.OptionHighlighted)
    def redraw(self) -> None:
        """Paint everything but the list anew."""
        app = cnnviz_of(self)
        picture = self.query_one("#home-picture", CanvasView)
        keys = self.query_one("#home-keys", CanvasView)
        if not (picture.size.width and picture.size.height and keys.size.width):
            return
        small = Canvas(self.size.width, self.size.height, app.palette)
        if too_small(small):
            small = Canvas(picture.size.width, picture.size.height, app.palette)
            too_small(small, self.size.width, self.size.height)
            picture.show(small)
            return
        picture.show(self._painted(picture.size.width, picture.size.height, app.palette))
        line = Canvas(keys.size.width, 1, app.palette)
        paint_keys(line, _KEYS, 0)
        keys.show(line)

    def _painted(self, width: int, height: int, palette: Palette) -> Canvas:
        canvas = Canvas(width, height, palette)
        canvas.write(1, 1, "cnnviz", palette.output, None, BOLD)
        canvas.write(8, 1, __version__, palette.dim)
        tagline = "See every number inside a CNN."
        canvas.write(1, 2, tagline[: width - 1], palette.text)
        setup = _digit(28 if width >= 58 and height >= 28 else 18)
        if setup != self._setup:
            self._setup, self._walkthrough = setup, setup.build()
            self._player.resize(len(self._walkthrough))
        step = self._walkthrough[self._player.position]
        ConvolutionScene(self._walkthrough, step, View()).paint_pictures(canvas, 1, 4)
        y = 5 + (setup.size[0] + 1) // 2 + 1
        write_line(canvas, 1, y, self._walkthrough.formulas[0])
        for i, pieces in enumerate(wrap_pieces(step.sums[-1], width - 2)):
            write_line(canvas, 1, y + 1 + i, pieces)
        entry = self.chosen
        if entry is not None and entry.name == "quiz" and self._map is not None:
            self._paint_map(canvas, self._map)
        elif entry is not None:
            about = wrap(entry.about, width - 2)[: max(height - y - 4, 1)]
            canvas.write(1, y + 3, entry.title, palette.input, None, BOLD)
            for i, text in enumerate(about):
                canvas.write(1, y + 4 + i, text, palette.text)
        return canvas

    def _paint_map(self, canvas: Canvas, found: Mastery) -> None:
        """The map of all skills in place of the picture."""
        canvas.fill(0, 3, canvas.width, canvas.height - 3, canvas.palette.background)
        lines = mastery_lines(found, min(canvas.width - 3, 60))
        room = canvas.height - 6
        for y, line in enumerate(lines[:room], 4):
            write_line(canvas, 1, y, line)
        y = 4 + min(len(lines), room)
        canvas.write(1, y, LEGEND[: canvas.width - 2], canvas.palette.dim)
        for row, text in enumerate(wrap(found.habit_sentence, canvas.width - 2), y + 1):
            canvas.write(1, row, text, canvas.palette.text)

    @on(OptionList.OptionHighlighted)
    def _look_at_the_map(self, event: OptionList.OptionHighlighted) -> None:
        if event.option.id == "quiz":
            # It imports every skill, which is longer than a key press should take.
            self.call_after_refresh(self._draw_map)

    def _draw_map(self) -> None:
        from cnnviz_tui.progress import open_progress
        from cnnviz_tui.progress.records import utc_now
        from cnnviz_tui.quiz.mastery import mastery

        with open_progress() as progress:
            self._map = mastery(progress, utc_now())
        self.redraw()

    @on(CanvasView.Pressed)
    async def _pressed(self, event: CanvasView.Pressed) -> None:
        if isinstance(event.target, ActionTarget):
            await self.run_action(event.target.action)

    @on(OptionList.OptionSelected)
    def _open(self, event: OptionList.OptionSelected) -> None:
        entry = self._entries.get(event.option.id or "")
        if entry is not None:
            cnnviz_of(self).open(entry)

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
        self.app.push_screen(ReadScreen("keys of this screen", Text(_HELP)))


def _digit(side: int) -> ConvolutionSetup:
    return CONVOLUTION.preset("digit").setup.changed(size=(side, side))


def _options(entries: Sequence[Entry]) -> list[Option]:
    """The entries under the headings of their groups."""
    options: list[Option] = []
    group = ""
    for entry in entries:
        if entry.group != group:
            group = entry.group
            options.append(Option(Text(f"{group}", style="bold underline"), disabled=True))
        options.append(Option(Text(f" {entry.title}"), id=entry.name))
    return options
