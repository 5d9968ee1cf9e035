"""A box that asks a question: prompt, where to answer, hints, what is said to the answer."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from cnnviz_tui.questions import (
    CellQuestion,
    ChoiceQuestion,
    GridQuestion,
    NumberQuestion,
    OrderQuestion,
    Question,
    SeveralQuestion,
    Verdict,
)
from cnnviz_tui.render.marked_text import literal
from cnnviz_tui.tui.widgets.answer_fields import (
    GridField,
    KeyPressed,
    LineField,
    OptionsField,
    Submitted,
    field_for,
)
from cnnviz_tui.tui.widgets.prose_view import ProseView

_NO_HINT = "There is no further hint."
_SHOWN_BY_FIELD = (ChoiceQuestion, SeveralQuestion, OrderQuestion, CellQuestion, GridQuestion)


class QuestionBox(Vertical):
    """Asks one question; whoever shows it marks the answer and says what comes of it.

    Args:
        question: what is asked.
        title: stands in the frame, such as `predict`.
        skips: whether n skips it.
    """

    @dataclass
    class Answered(Message):
        """An answer was given, as `Question.mark` reads it."""

        box: QuestionBox
        text: str

    @dataclass
    class Skipped(Message):
        """The learner goes on without an answer."""

        box: QuestionBox

    @dataclass
    class HintWanted(Message):
        """The learner asks for a hint."""

        box: QuestionBox

    def __init__(self, question: Question, title: str = "question", *, skips: bool = True) -> None:
        super().__init__(classes="question")
        self.question = question
        self.border_title = title
        self._skips = skips
        self._given = ""
        self._refused = ""

    def compose(self) -> ComposeResult:
        """Prompt, limits where there are any, the field, room for words."""
        yield ProseView(self.question.prompt, id="prompt")
        if self.question.lines and not isinstance(self.question, _SHOWN_BY_FIELD):
            yield Static("\n".join(self.question.lines), id="lines", markup=False)
        yield field_for(self.question)
        yield ProseView("", id="hint", classes="hint")
        yield ProseView("", id="verdict")

    def on_mount(self) -> None:
        """Name the keys; a click on one does the same."""
        how, _, enter = self._enter().rpartition("enter")
        keys = [f"{how}[@click=answer]enter{enter}[/]"]
        if self.question.hints:
            keys.append("[@click=hint]h hint[/]")
        if self._skips:
            keys.append("[@click=skip]n skips[/]")
        self.border_subtitle = " · ".join(keys)

    def action_answer(self) -> None:
        """Give the answer that stands there, as enter does."""
        self.submit()

    def action_hint(self) -> None:
        """Show the next hint, as h does."""
        self.post_message(self.HintWanted(self))

    def action_skip(self) -> None:
        """Go on without an answer, as n does."""
        self.post_message(self.Skipped(self))

    def on_resize(self) -> None:
        """Bring what was said into view: when it is said, its room is not yet laid out."""
        words = self.query_one("#verdict", ProseView)
        if words.markdown:
            words.scroll_visible(animate=False)

    def _enter(self) -> str:
        if isinstance(self.question, (SeveralQuestion, OrderQuestion)):
            return "space takes · enter answers"
        if isinstance(self.question, GridQuestion):
            return "arrows move · type numbers · enter answers"
        if isinstance(self.question, CellQuestion):
            return "arrows move · enter answers"
        if isinstance(self.question, ChoiceQuestion):
            return "a letter or arrows choose · enter answers"
        return "enter answers"

    @property
    def field(self) -> Widget:
        """Where one answers."""
        return self.query_one("#answer")

    def take_focus(self, *, scroll: bool = True) -> None:
        """Let keys go to the answer, unless the box has gone meanwhile.

        Args:
            scroll: whether to bring the place to answer into view.
        """
        for field in self.query("#answer"):
            field.focus(scroll_visible=scroll)

    @on(Submitted)
    def _submitted(self, event: Submitted) -> None:
        event.stop()
        self._give(event.text)

    def _give(self, text: str) -> None:
        """Give an answer, unless it is the one that was just told to be wrong."""
        self._given = text.strip()
        if self._given == self._refused:
            self.try_again()
            self.query_one("#verdict", ProseView).scroll_visible(animate=False)
        else:
            self.post_message(self.Answered(self, text))

    @on(KeyPressed)
    def _key(self, event: KeyPressed) -> None:
        event.stop()
        if event.key == "h" and self.question.hints:
            self.action_hint()
        elif event.key == "n" and self._skips:
            self.action_skip()

    def submit(self) -> None:
        """Give the answer that stands in the field, as enter does."""
        field = self.field
        if isinstance(field, LineField):
            if field.value.strip():
                self._give(field.value)
        elif isinstance(field, OptionsField):
            field.action_answer()
        elif isinstance(field, GridField):
            field.action_submit()

    def say(self, verdict: Verdict) -> None:
        """Show what is said to an answer."""
        sign = "✓" if verdict.right else "✗"
        words = self.query_one("#verdict", ProseView)
        words.set_classes("right" if verdict.right else "wrong")
        given = literal(verdict.given)
        self._refused = "" if verdict.right else self._given
        if not verdict.right:
            self.try_again()
        words.markdown = f"{sign} **{given}**  \n{verdict.feedback}"

    def try_again(self) -> None:
        """Make room for the next attempt; what is long stays, to be mended."""
        field = self.field
        if isinstance(field, LineField) and isinstance(self.question, NumberQuestion):
            field.value = ""

    def ask_back(self, complaint: str) -> None:
        """Say that an answer could not be read; it does not count."""
        words = self.query_one("#verdict", ProseView)
        words.set_classes("unclear")
        words.markdown = f"? {complaint}"

    def show_hint(self, hint: str) -> None:
        """Show a hint; behind the last one, that there is none left."""
        words = self.query_one("#hint", ProseView)
        if hint:
            words.markdown = hint
        elif _NO_HINT not in words.markdown:
            words.markdown = f"{words.markdown} {_NO_HINT}".strip()
