"""The dialogs that every screen shares: ask for a value, choose one of several, read a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option


class AskScreen(ModalScreen[bool]):
    """Ask for one value; what is typed takes effect at once, escape takes it back.

    Args:
        title: what the value is.
        hint: how to type it.
        value: what stands there at first.
        attempt: tries a value; returns what is wrong with it, or an empty string.
        selected: whether typing replaces the value instead of adding to it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", "take back")]

    def __init__(
        self,
        title: str,
        hint: str,
        value: str,
        attempt: Callable[[str], str],
        *,
        selected: bool = True,
    ) -> None:
        super().__init__(classes="ask")
        self._title = title
        self._hint = hint
        self._value = value
        self._attempt = attempt
        self._selected = selected

    def compose(self) -> ComposeResult:
        """A line to type in and a line for what is wrong."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = f"{self._title}: {self._hint}"
            dialog.border_subtitle = "enter keeps it · escape takes it back"
            yield Input(self._value, select_on_focus=self._selected)
            yield Static("", id="complaint")

    def on_mount(self) -> None:
        """Put the cursor behind the value, and try a first character typed elsewhere."""
        box = self.query_one(Input)
        if not self._selected:
            box.cursor_position = len(self._value)
            self._try(self._value)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        if event.value != self._value:
            self._try(event.value)

    def type_on(self, character: str) -> None:
        """Take a character that was typed before the dialog had its place on the screen."""
        if self.is_mounted and self.query(Input):
            self.query_one(Input).insert_text_at_cursor(character)
        else:
            self._value += character

    def _try(self, value: str) -> bool:
        complaint = self._attempt(value) if value.strip() else ""
        self.query_one("#complaint", Static).update(Text(complaint))
        return not complaint

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if self._try(event.value):
            self.dismiss(bool(event.value.strip()))

    def action_give_up(self) -> None:
        """Close; the caller restores what was there before."""
        self.dismiss(False)

    def on_click(self, event: events.Click) -> None:
        """A click beside the dialog gives up."""
        if event.widget is self:
            self.dismiss(False)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose.

    Attributes:
        key: what the caller gets.
        title: what people read.
        about: a sentence below it.
    """

    key: str
    title: str
    about: str = ""


class ChooseScreen(ModalScreen[bool]):
    """Choose one of several; the one under the cursor takes effect at once, escape takes it back.

    Args:
        title: what is chosen.
        choices: what there is.
        current: the key of what is set, if it is one of them.
        attempt: makes a key take effect.
        left: whether to stand on the left, so that the right of the screen can be seen.
        keys: what the frame says of keys.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", "take back")]

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        current: str,
        attempt: Callable[[str], object],
        *,
        left: bool = False,
        keys: str = "enter keeps · escape takes back",
    ) -> None:
        super().__init__(classes="choose -left" if left else "choose")
        self._keys = keys
        self._title = title
        self._choices = choices
        self._current = current
        self._attempt = attempt

    def compose(self) -> ComposeResult:
        """A list that scrolls."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            dialog.border_subtitle = self._keys
            yield OptionList(*(Option(Text(c.title), id=c.key) for c in self._choices))
            yield Static("", id="about")

    def on_mount(self) -> None:
        """Stand on what is set now."""
        keys = [choice.key for choice in self._choices]
        box = self.query_one(OptionList)
        box.focus()
        if self._current in keys:
            box.highlighted = keys.index(self._current)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        key = event.option.id or ""
        about = next((choice.about for choice in self._choices if choice.key == key), "")
        self.query_one("#about", Static).update(Text(about))
        if key != self._current:
            self._current = key
            self._attempt(key)

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        self.dismiss(True)

    def action_give_up(self) -> None:
        """Close; the caller restores what was there before."""
        self.dismiss(False)

    def on_click(self, event: events.Click) -> None:
        """A click beside the dialog gives up."""
        if event.widget is self:
            self.dismiss(False)


class ReadScreen(ModalScreen[None]):
    """A text to read, with keys that do something with it.

    Args:
        title: what it is.
        body: the text.
        subtitle: what the keys do.
        keys: what to run for further keys.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "close", "close"),
        Binding("down,j", "scroll(1)", "down"),
        Binding("up,k", "scroll(-1)", "up"),
        Binding("pagedown,space", "scroll(10)", "page down"),
        Binding("pageup", "scroll(-10)", "page up"),
    ]

    def __init__(
        self,
        title: str,
        body: Text,
        *,
        subtitle: str = "escape closes",
        keys: Mapping[str, Callable[[], object]] | None = None,
    ) -> None:
        super().__init__(classes="reading")
        self._title = title
        self._body = body
        self._subtitle = subtitle
        self._keys = keys or {}

    @property
    def text(self) -> str:
        """The text without its colours."""
        return self._body.plain

    def compose(self) -> ComposeResult:
        """The text, scrolling where it is too long."""
        with VerticalScroll(classes="dialog", can_focus=False) as dialog:
            dialog.border_title = self._title
            dialog.border_subtitle = self._subtitle
            yield Static(self._body)

    def on_key(self, event: events.Key) -> None:
        """Run one of the further keys."""
        if event.key in self._keys:
            event.stop()
            self._keys[event.key]()

    def action_scroll(self, lines: int) -> None:
        """Scroll by so many lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_close(self) -> None:
        """Close."""
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """A click beside the dialog closes it."""
        if event.widget is self:
            self.dismiss(None)
