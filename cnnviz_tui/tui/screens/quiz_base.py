"""What the quiz's screens share: the way back, and help while one types."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from cnnviz_tui.tui.screens.dialogs import ReadScreen
from cnnviz_tui.tui.screens.framed import FramedScreen


class QuizBase(FramedScreen):
    """A screen of the quiz; a subclass says what stands in its body and which keys it names."""

    HELP: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back"),
        # Also where one types an answer: none has a question mark in it.
        Binding("question_mark", "show_help", "help", key_display="?", priority=True),
    ]

    def __init__(self, name: str) -> None:
        super().__init__(name=name)

    def action_show_help(self) -> None:
        """What to press here."""
        self.app.push_screen(ReadScreen("keys of this screen", Text(self.HELP)))

    def action_leave(self) -> None:
        """Back to where one came from."""
        self.cnnviz.go_up()
