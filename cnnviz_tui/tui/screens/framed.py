"""What screens share that are not painted: a title, a body, clickable keys, terminals too small."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from cnnviz_tui.render.window import KeyHint, too_small_sentence
from cnnviz_tui.tui.application import cnnviz_of
from cnnviz_tui.tui.keys import key_line

if TYPE_CHECKING:
    from cnnviz_tui.progress import Progress
    from cnnviz_tui.tui.app import CnnvizApp


_TROUBLE_SECONDS = 20


class FramedScreen(Screen[None]):
    """A line on where one is, a body, a line of keys.

    It needs no numpy: the first question and the first step of a lesson stand in such screens.
    For the same reason its classes are known before it is composed: each later change applies the
    styles of the whole screen again.
    """

    DEFAULT_CLASSES: ClassVar[str] = "framed"

    @property
    def cnnviz(self) -> CnnvizApp:
        """The application, with what it has beyond Textual's."""
        return cnnviz_of(self)

    @property
    def key_hints(self) -> Sequence[KeyHint]:
        """What the last line names."""
        return ()

    def head(self) -> Iterable[Widget]:
        """The first line."""
        yield Static("", id="screen-title", markup=False)

    def body(self) -> Iterable[Widget]:
        """What stands between the title and the keys."""
        return ()

    def compose(self) -> ComposeResult:
        """Title, body, keys; and the sentence that stands alone where the terminal is too small."""
        self.update_classes(self.size_classes(*self.app.size), update=False)
        yield from self.head()
        yield from self.body()
        yield Static("", id="screen-keys", markup=False)
        yield Static("", id="screen-small", markup=False)

    @on(events.Mount)
    def _frame(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self.show_lines())

    def tell_trouble(self, progress: Progress | None) -> None:
        """Say what is wrong with the learner's record, each trouble once."""
        sentence = progress.problem if progress is not None else ""
        if sentence and sentence != self.cnnviz.told_trouble:
            self.cnnviz.told_trouble = sentence
            self.notify(sentence, severity="warning", timeout=_TROUBLE_SECONDS, markup=False)

    def size_classes(self, width: int, height: int) -> dict[str, bool]:
        """Which style classes the screen has at a size of the terminal."""
        return {"-small": bool(too_small_sentence(width, height))}

    def show_lines(self) -> None:
        """Show what depends on theme and size anew."""
        self.show_keys()

    def show_title(self, *parts: str | Text) -> None:
        """Say where one is, and how one stands."""
        self.query_one("#screen-title", Static).update(Text("   ").join(map(_text, parts)))

    def show_keys(self) -> None:
        """Name the keys anew; a click on one does the same."""
        line = key_line(self.key_hints, self.cnnviz.palette)
        self.query_one("#screen-keys", Static).update(line)

    def on_resize(self, event: events.Resize) -> None:
        """In a terminal that is too small only a sentence stays."""
        self.update_classes(self.size_classes(*event.size))
        self.query_one("#screen-small", Static).update(too_small_sentence(*event.size))


def _text(part: str | Text) -> Text:
    return part if isinstance(part, Text) else Text(part)
