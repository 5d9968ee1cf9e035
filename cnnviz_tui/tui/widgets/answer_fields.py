"""Where one answers: a line to type in, options to take, a grid to point at or to fill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option as ListOption

from cnnviz_tui.questions import (
    LETTERS,
    CellQuestion,
    ChoiceQuestion,
    GridQuestion,
    OrderQuestion,
    Question,
    SeveralQuestion,
    number_text,
)
from cnnviz_tui.render.marked_text import spans, wrapped
from cnnviz_tui.render.palette import text_on
from cnnviz_tui.tui.application import cnnviz_of
from cnnviz_tui.tui.marked import rich_lines


@dataclass
class Submitted(Message):
    """An answer was given, as `Question.mark` reads it."""

    text: str


@dataclass
class KeyPressed(Message):
    """A letter that is no part of an answer was pressed, such as n to skip."""

    key: str


SIDE_KEYS = frozenset("nh")
"""Letters that mean something beside an answer: n skips, h gives a hint."""


class LineField(Input):
    """A line to type an answer in; in an empty one `SIDE_KEYS` are no answer."""

    def __init__(self, hint: str) -> None:
        super().__init__(placeholder=hint, id="answer")

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """A question mark is left to the screen: no answer has one, and it asks for help."""
        return character != "?" and super().check_consume_key(key, character)

    async def _on_key(self, event: events.Key) -> None:
        if not self.value and event.character in SIDE_KEYS:
            event.stop()
            event.prevent_default()
            self.post_message(KeyPressed(event.character))
            return
        await super()._on_key(event)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter gives the answer."""
        event.stop()
        if event.value.strip():
            self.post_message(Submitted(event.value))


class OptionsField(OptionList):
    """Options to take one of, several of, or all of in an order."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "answer", "answer")]

    def __init__(self, question: Question, texts: list[str]) -> None:
        super().__init__(id="answer")
        self._question = question
        self._texts = texts
        self._taken: list[int] = []
        self._clicked: int | None = None

    @property
    def _single(self) -> bool:
        return isinstance(self._question, ChoiceQuestion)

    def on_mount(self) -> None:
        """Show the options."""
        self._show_all()

    def on_resize(self) -> None:
        """Wrap them anew."""
        self._show_all()

    def _show_all(self) -> None:
        place = self.highlighted
        self.clear_options()
        self.add_options([ListOption(self._option(i)) for i in range(len(self._texts))])
        if not self._single:
            self.add_option(ListOption(Text("   answer", style="bold"), disabled=not self._taken))
        self.highlighted = place if place is not None else 0

    def _option(self, i: int) -> Text:
        app = cnnviz_of(self)
        mark = ""
        if isinstance(self._question, SeveralQuestion):
            mark = "[x] " if i in self._taken else "[ ] "
        elif isinstance(self._question, OrderQuestion):
            mark = f"{self._taken.index(i) + 1}.  " if i in self._taken else " .  "
        head = f"{LETTERS[i]}  {mark}"
        width = max(self.size.width - len(head) - 3, 12)
        lines = rich_lines(wrapped(spans(self._texts[i]), width), app.palette).split("\n")
        text = Text(head, style="bold")
        for row, line in enumerate(lines):
            if row:
                text.append("\n" + " " * len(head))
            text.append_text(line)
        return text

    def on_key(self, event: events.Key) -> None:
        """A letter takes one of several, or moves to the only one; n and h go elsewhere."""
        character = event.character or ""
        if character and character in LETTERS[: len(self._texts)]:
            if self._single:
                # A key that was meant for something else must not be an answer.
                self.highlighted = LETTERS.index(character)
            else:
                self._take(LETTERS.index(character))
        elif character in SIDE_KEYS:
            self.post_message(KeyPressed(character))
        elif event.key == "space" and self.highlighted is not None:
            self.action_select()
        else:
            return
        event.stop()
        event.prevent_default()

    async def _on_click(self, event: events.Click) -> None:
        """The first click chooses the only one, the second answers with it."""
        option = event.style.meta.get("option")
        if self._single and option is not None and option != self._clicked:
            event.prevent_default()
            self._clicked = self.highlighted = option

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click takes an option, or gives the answer."""
        event.stop()
        self._take(event.option_index)

    def action_answer(self) -> None:
        """Answer with what is taken; with nothing taken, take what is under the cursor."""
        order = isinstance(self._question, OrderQuestion)
        if not self._single and (len(self._taken) > 1 if order else self._taken):
            # An order that lacks something is asked back, not changed.
            self._take(len(self._texts))
        else:
            self.action_select()

    def _take(self, i: int) -> None:
        if self._single:
            self.post_message(Submitted(LETTERS[i]))
            return
        if i >= len(self._texts):
            self.post_message(Submitted(" ".join(LETTERS[taken] for taken in self._taken)))
            return
        if i in self._taken:
            self._taken.remove(i)
        else:
            self._taken.append(i)
        self.highlighted = i
        self._show_all()
        everything = isinstance(self._question, OrderQuestion)
        if everything and len(self._taken) == len(self._texts):
            self.highlighted = len(self._texts)


class GridField(Widget, can_focus=True):
    """A grid: point at a cell, or type numbers into cells."""

    DEFAULT_CSS = "GridField { width: 1fr; height: auto; }"
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1, 0)", "up"),
        Binding("down", "move(1, 0)", "down"),
        Binding("left", "move(0, -1)", "left"),
        Binding("right", "move(0, 1)", "right"),
        Binding("enter", "submit", "answer"),
        Binding("backspace,delete", "wipe", "empty the cell"),
    ]

    def __init__(self, question: CellQuestion | GridQuestion) -> None:
        super().__init__(id="answer")
        self._fills = isinstance(question, GridQuestion)
        grid = question.answer if isinstance(question, GridQuestion) else question.grid
        self._shape = len(grid), len(grid[0])
        given = question.given if isinstance(question, GridQuestion) else None
        self._fixed = set() if given is None else set(given)
        self._texts = {
            (r, c): number_text(value) if given is None or (r, c) in given else ""
            for r, row in enumerate(grid)
            for c, value in enumerate(row)
        }
        self._cell = (0, 0)
        if self._fills:
            self._cell = next((cell for cell in self._texts if cell not in self._fixed), (0, 0))
        widest = max(len(number_text(value)) for row in grid for value in row)
        self._width = max(widest, 5 if self._fills else 2) + 2

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A line a row."""
        return self._shape[0]

    def render(self) -> Text:
        """The grid, the cell under the cursor marked by brackets and colour."""
        app = cnnviz_of(self)
        palette = app.palette
        text = Text()
        for row in range(self._shape[0]):
            if row:
                text.append("\n")
            for column in range(self._shape[1]):
                shown = self._texts[row, column] or "·"
                inner = f"{shown:>{self._width - 2}}"
                if (row, column) == self._cell:
                    ink = f"#{text_on(palette.cursor):06x} on #{palette.cursor:06x}"
                    text.append(f"[{inner}]", ink if self.has_focus else "bold")
                else:
                    fixed = self._fills and (row, column) in self._fixed
                    text.append(f" {inner} ", "dim" if fixed else "")
        return text

    def action_move(self, down: int, right: int) -> None:
        """Move the cursor."""
        row, column = self._cell[0] + down, self._cell[1] + right
        if 0 <= row < self._shape[0] and 0 <= column < self._shape[1]:
            self._cell = row, column
            self.refresh()

    def action_submit(self) -> None:
        """Answer with the cell, or with the grid; from a cell to the next empty one first."""
        if not self._fills:
            self.post_message(Submitted(f"{self._cell[0]} {self._cell[1]}"))
            return
        empty = [cell for cell, text in self._texts.items() if not text]
        if empty:
            after = [cell for cell in empty if cell > self._cell]
            self._cell = (after or empty)[0]
            self.refresh()
            return
        rows = [
            " ".join(self._texts[row, column].replace(",", "") for column in range(self._shape[1]))
            for row in range(self._shape[0])
        ]
        self.post_message(Submitted("; ".join(rows)))

    def action_wipe(self) -> None:
        """Take the last character of the cell back."""
        if self._fills and self._cell not in self._fixed:
            self._texts[self._cell] = self._texts[self._cell][:-1]
            self.refresh()

    def on_key(self, event: events.Key) -> None:
        """Digits go into the cell; n and h elsewhere."""
        character = event.character or ""
        typed = character in "0123456789.,-−/" if character else False
        if self._fills and typed and self._cell not in self._fixed:
            if len(self._texts[self._cell]) < self._width + 2:
                self._texts[self._cell] += character.replace(",", ".")
        elif character in SIDE_KEYS and character:
            self.post_message(KeyPressed(character))
        else:
            return
        event.stop()
        event.prevent_default()
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Take the cell; a second click answers with it."""
        cell = event.y, event.x // self._width
        if cell in self._texts:
            again = cell == self._cell and not self._fills
            self._cell = cell
            self.refresh()
            if again:
                self.action_submit()

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Dim the cursor."""
        self.refresh()


def field_for(question: Question) -> Widget:
    """The widget in which a question is answered."""
    if isinstance(question, (ChoiceQuestion, SeveralQuestion)):
        return OptionsField(question, [option.text for option in question.options])
    if isinstance(question, OrderQuestion):
        return OptionsField(question, [question.items[place] for place in question.shown])
    if isinstance(question, (CellQuestion, GridQuestion)):
        return GridField(question)
    return LineField(question.instruction)
