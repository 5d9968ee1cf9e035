"""The lecturer's second terminal: notes on the step that the audience sees, and the time."""

from __future__ import annotations

from time import time
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from cnnviz_tui.course.lesson import Lesson
from cnnviz_tui.course.presenting import Announced, announced
from cnnviz_tui.tui.application import cnnviz_of
from cnnviz_tui.tui.widgets.prose_view import ProseView

_PACE = 0.2


class NotesScreen(Screen[None]):
    """Follows `cnnviz learn ID --present` in another terminal; can be turned by hand too.

    Args:
        lesson: the lesson that is presented.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown,right", "turn(1)", "on"),
        Binding("pageup,left", "turn(-1)", "back"),
        Binding("escape", "leave", "leave"),
    ]

    def __init__(self, lesson: Lesson) -> None:
        super().__init__(name="notes", classes="notes")
        self.lesson = lesson
        self.step_index = 0
        self._told: Announced | None = None
        self._ended = False

    def compose(self) -> ComposeResult:
        """Where one is, the notes, what comes next."""
        yield Static("", id="notes-title", markup=False)
        with VerticalScroll():
            yield ProseView("", id="notes-text")
        yield Static("", id="notes-next", markup=False)

    def on_mount(self) -> None:
        """Listen to the presentation."""
        self._follow()
        self.set_interval(_PACE, self._follow)

    def _follow(self) -> None:
        told = announced()
        if told is not None and told.lesson != self.lesson.id:
            told = None
        if told is not None and told != self._told:
            self.step_index = told.step
        self._ended = told is None and (self._ended or self._told is not None)
        self._told = told
        self._show()

    def _show(self) -> None:
        steps = self.lesson.steps
        index = min(max(self.step_index, 0), len(steps))
        self.step_index = index
        title = f"{self.lesson.heading.title}: the end"
        text, following = "", ""
        if index < len(steps):
            title = f"{index + 1}/{len(steps)}  {steps[index].title}"
            text = steps[index].notes or "No notes on this step."
        if index + 1 < len(steps):
            following = f"next: {steps[index + 1].title}"
        if self._told is not None:
            minutes, seconds = divmod(int(time() - self._told.begun), 60)
            waits = "   a question waits for the room" if self._told.waiting else ""
            title += f"   {minutes}:{seconds:02}{waits}"
        elif self._ended:
            following += "   (the presentation has ended)"
        else:
            following += "   (not connected: cnnviz learn ID --present in another terminal)"
        self.query_one("#notes-title", Static).update(title)
        notes = self.query_one("#notes-text", ProseView)
        if notes.markdown != text:
            notes.markdown = text
        self.query_one("#notes-next", Static).update(following.strip())

    def action_turn(self, direction: int) -> None:
        """Look at the notes of another step."""
        self.step_index += direction
        self._show()

    def action_leave(self) -> None:
        """Back to where one came from."""
        cnnviz_of(self).go_up()
