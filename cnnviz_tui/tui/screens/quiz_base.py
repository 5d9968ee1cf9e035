"""What the quiz's screens share: a title, a body, clickable keys, help, terminals too small."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from cnnviz_tui.render.window import KeyHint, too_small_sentence
from cnnviz_tui.tui.screens.dialogs import ReadScreen

if TYPE_CHECKING:
    from cnnviz_tui.tui.app import CnnvizApp


class QuizBase(Screen[None]):
    """A screen of the quiz; a subclass says what stands in its body and which keys it names."""

    HELP: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back"),
        # Also where one types an answer: none has a question mark in it.
        Binding("question_mark", "show_help", "help", key_display="?", priority=True),
    ]

    def __init__(self, name: str) -> None:
        super().__init__(name=name, classes="quiz")

    @property
    def cnnviz(self) -> CnnvizApp:
        """The application."""
        app: CnnvizApp = self.app  # type: ignore[assignment]
        return app

    @property
    def keys(self) -> Sequence[KeyHint]:
        """What the last line names."""
        return ()

    def body(self) -> Iterable[Widget]:
        """What stands between the title and the keys."""
        return ()

    def compose(self) -> ComposeResult:
        """Title, body, keys; and the sentence that stands alone where the terminal is too small."""
        yield Static("", id="quiz-title", markup=False)
        yield from self.body()
        yield Static("", id="quiz-keys", markup=False)
        yield Static("", id="quiz-small", markup=False)

    @on(events.Mount)
    def _frame(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self.show_keys())

    def show_title(self, *parts: str) -> None:
        """Where one is, and how one stands."""
        self.query_one("#quiz-title", Static).update("   ".join(parts))

    def show_keys(self) -> None:
        """Name the keys anew; a click on one does the same."""
        ink = f"#{self.cnnviz.palette.filter:06x}"
        line = Text()
        for hint in self.keys:
            start = len(line)
            line.append(hint.key, f"bold {ink}").append(f" {hint.label}")
            line.stylize(Style(meta={"@click": f"screen.{hint.action}"}), start)
            line.append("  ")
        self.query_one("#quiz-keys", Static).update(line)

    def on_resize(self, event: events.Resize) -> None:
        """In a terminal that is too small only a sentence stays."""
        sentence = too_small_sentence(event.size.width, event.size.height)
        self.set_class(bool(sentence), "-small")
        self.query_one("#quiz-small", Static).update(sentence)

    def action_show_help(self) -> None:
        """What to press here."""
        self.app.push_screen(ReadScreen("keys of this screen", Text(self.HELP)))

    def action_leave(self) -> None:
        """Back to where one came from."""
        self.cnnviz.go_up()
