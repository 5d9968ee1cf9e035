"""The step of a lesson with its demonstration: the explorer's own screen beside the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.binding import BindingType
from textual.widget import Widget

from cnnviz_tui.course.lesson import Show
from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.explorer import Frame, too_small
from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.render.window import SMALLEST
from cnnviz_tui.tui.catalogue import demonstration_screen, explorer_of
from cnnviz_tui.tui.keys import named_keys
from cnnviz_tui.tui.screens.framed import FramedScreen
from cnnviz_tui.tui.screens.lesson import LessonHost
from cnnviz_tui.tui.screens.painted import PaintedScreen

if TYPE_CHECKING:
    from cnnviz_tui.tui.screens.explorer import ExplorerScreen
    from cnnviz_tui.walkthroughs.player import Player

_NO_ROOM = "This demonstration takes the whole screen: press tab. Tab comes back."

_SPEED = 2.0
"""Steps a second at which their sentences can be read; of short walkthroughs all are."""

_SHORT = 50

_WITH_TEXT = 18
"""Lines that a demonstration has below four lines of text on the smallest terminal."""


class LessonDemonstration(LessonHost, PaintedScreen):
    """What makes a painted screen the demonstration of a lesson.

    It is mixed into the screen that shows the demonstration; all of that screen's keys work as
    ever, except while an answer is typed.
    """

    demonstration_bindings: ClassVar[list[BindingType]] = []
    lesson_begun: int = 0
    _plays_when_seen: bool = False

    @property
    def _plain(self) -> ExplorerScreen:
        """The demonstration's own way: what stands behind the lesson's in the order of classes."""
        return cast("ExplorerScreen", super(FramedScreen, self))

    # -- what is shown ----------------------------------------------------------------------------

    def demonstration(self) -> Iterable[Widget]:
        """What the screen consists of without a lesson."""
        return self._plain.compose()

    def on_mount(self) -> None:
        """Note what leaves no room for text; what is not seen yet does not play yet."""
        self.set_class(self.needs_it_all, "-tall")
        if self.needs_it_all and self.has_class("-low"):
            # Textual asks the plain screen's own `on_mount` after this one.
            self._plays_when_seen, self.plays_at_start = self.plays_at_start, False

    @property
    def needs_it_all(self) -> bool:
        """Whether the demonstration leaves no room for the text on a low terminal."""
        return self.lowest > _WITH_TEXT

    def show_what_was_uncovered(self) -> bool:
        """Whoever has just answered wants to see it happen, also where there is little room."""
        if not (self.lesson_session.revealed and self.has_class("-low")) or self.needs_it_all:
            return False
        if self.lesson_manner.presenting:
            return False  # the audience reads first
        self.view.focus()
        return True

    def on_descendant_focus(self) -> None:
        """On small terminals the one that has the keys gets the room."""
        self.set_class(self.on_demonstration, "-demonstration")
        if self._plays_when_seen and self.on_demonstration:
            self._plays_when_seen = False
            if self.app.animation_level != "none":
                cast("ExplorerScreen", self).action_toggle_play()

    def refresh_all(self) -> None:
        """Paint the demonstration anew too."""
        self.redraw()
        self.show_lines()

    def cramped(self, canvas: Canvas) -> bool:
        """Whether the terminal as a whole is too small."""
        return too_small(canvas, self.app.size.width, self.app.size.height)

    def painted(self, width: int, height: int, palette: Palette) -> Canvas:
        """The demonstration; where it has no room yet, how to give it some."""
        if height < self.lowest and self.app.size.height >= SMALLEST[1]:
            canvas = Canvas(width, height, palette)
            canvas.write(2, max(height // 2 - 1, 0), _NO_ROOM, palette.text)
            return canvas
        return self._plain.painted(width, height, palette)

    def framed(self) -> Frame:
        """On low terminals the demonstration has no key line of its own."""
        frame = self._plain.framed()
        bare = self.lesson_manner.presenting or self.view.size.height < SMALLEST[1] - 2
        return replace(frame, keys=()) if bare else frame

    def after_moving(self) -> None:
        """What the lesson lights up is lit until the player moves."""
        explorer = cast("ExplorerScreen", self)
        lit = highlighted(self.lesson_show)
        moved = explorer.player.position != self.lesson_begun
        if lit is not None and moved and explorer.pointed == lit:
            explorer.pointed = None
        self._plain.after_moving()

    # -- keys -------------------------------------------------------------------------------------

    def action_next_part(self, direction: int = 1) -> None:
        """From the text to the demonstration's parts and back to the text."""
        if not self.on_demonstration:
            self.enter_parts()
        elif self.at_last_part(direction):
            self._back_to_the_text()
        else:
            self._plain.action_next_part(direction)

    @property
    def on_demonstration(self) -> bool:
        """Whether the demonstration has the keys."""
        focused = self.focused
        return focused is not None and any(one.id == "demonstration" for one in focused.ancestors)

    def _back_to_the_text(self) -> None:
        self.leave_parts()
        self.lesson_session.revealed = False
        self.take_focus()

    def action_up(self) -> None:
        """From the demonstration to the text, from there out of the lesson."""
        if self.on_demonstration:
            self._back_to_the_text()
        else:
            self.cnnviz.go_up()

    def action_alone(self) -> None:
        """Open the demonstration as it is now in a screen of its own."""
        if self.lesson_show is None:
            return
        shown = self.lesson_show.demonstration
        setup = getattr(self, "setup", None)
        self.notify("F5 or escape leads back to the lesson.")
        if setup is None or not shown.is_mechanism:
            self.app.push_screen(demonstration_screen(shown, playing=False))
            return
        here: Any = self
        explorer = explorer_of(shown.name, setup, playing=False)
        explorer.player.seek(here.player.position)
        self.app.push_screen(explorer)

    def key_lines(self) -> Iterator[tuple[str, str]]:
        """The keys of the lesson, and those of the demonstration."""
        yield from super().key_lines()
        yield "", "and in the demonstration:"
        yield from named_keys(self.demonstration_bindings)


def beside_the_text(show: Show) -> LessonHost:
    """The screen of a demonstration as part of a lesson."""
    made = demonstration_screen(show.demonstration, playing=show.playing, kind=_in_a_lesson)
    screen = cast(LessonDemonstration, made)
    explorer: Any = screen
    player: Player | None = getattr(screen, "player", None)
    while player is not None and player.length <= _SHORT and player.speed > _SPEED:
        player.change_speed(-1, monotonic())
    lit = highlighted(show)
    if lit is not None:
        explorer.pointed, screen.lesson_begun = lit, explorer.player.position
    return screen


@cache
def _in_a_lesson(plain: type[PaintedScreen]) -> type[PaintedScreen]:
    """A screen's class as the demonstration of a lesson."""
    # Textual looks for a screen's styles beside the module that it is from.
    names = {
        "__doc__": plain.__doc__,
        "__module__": plain.__module__,
        "demonstration_bindings": plain.BINDINGS,
    }
    return type(f"Lesson{plain.__name__}", (LessonDemonstration, plain), names)


def highlighted(show: Show | None) -> CellTarget | None:
    """The cell that a demonstration lights up at first."""
    if show is None or show.highlight is None or not show.demonstration.is_mechanism:
        return None
    cell = show.highlight
    return CellTarget(cell.part, cell.channel, cell.row, cell.column)
