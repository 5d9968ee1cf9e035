"""The text of a lesson beside its demonstration: prose, questions, and what was answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from cnnviz_tui.course.lesson import Ask, Prose
from cnnviz_tui.course.library import Course
from cnnviz_tui.course.session import LessonSession
from cnnviz_tui.questions import Question
from cnnviz_tui.render.marked_text import literal
from cnnviz_tui.tui.widgets.prose_view import ProseView
from cnnviz_tui.tui.widgets.question_box import QuestionBox


class LessonPane(VerticalScroll, can_focus=True, inherit_bindings=False):
    """Shows the visible parts of a lesson's step, or the page at its end.

    Args:
        session: where the learner is.
        course: the course that the lesson belongs to, for what comes next.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.advance(True)", "on"),
        Binding("up", "scroll_up", "scroll up"),
        Binding("down", "scroll_down", "scroll down"),
    ]

    def __init__(self, session: LessonSession, course: Course) -> None:
        super().__init__(id="lesson-pane")
        self.set_class(session.show is None, "-alone", update=False)
        self.set_class(session.open_question is not None, "-asking", update=False)
        self.session = session
        self.course = course

    async def show(self) -> None:
        """Show what is to be seen now; what is new comes into view."""
        await self.remove_children()
        await self.mount_all(self._content())
        self.call_after_refresh(self.settle)

    def on_mount(self) -> None:
        """Begin where the learner is."""
        self.call_after_refresh(self.settle)

    def on_resize(self) -> None:
        """Keep in view what counts."""
        self.call_after_refresh(self._scroll)

    def settle(self) -> None:
        """Bring into view what is open, else what was said to the last answer."""
        self.set_class(bool(self.query(QuestionBox)), "-asking")
        self.call_after_refresh(self._scroll)

    def _scroll(self) -> None:
        boxes, verdicts = self.query(QuestionBox), self.query(".verdict")
        if boxes:
            boxes.last().scroll_visible(animate=False)
        elif verdicts:
            self.scroll_to_widget(verdicts.last(), animate=False, top=True)

    def compose(self) -> Iterator[Widget]:
        """The content at the beginning."""
        yield from self._content()

    def _content(self) -> Iterator[Widget]:
        for complaint in self.session.complaints:
            yield Static(f"✗ {complaint}", classes="wrong", markup=False)
        if self.session.at_end:
            yield from self._end()
            return
        step = self.session.step
        if step is None:
            return
        yield ProseView(f"**{step.title}**", classes="step-title")
        for part in self.session.visible:
            if isinstance(part, Prose):
                yield ProseView(part.markdown)
            elif isinstance(part, Ask):
                yield from self._question(part)
        if self.session.waiting:
            yield Static("enter or page down: the next question", classes="hint")

    def _question(self, part: Ask) -> Iterator[Widget]:
        question = part.question
        state = self.session.state(question.id)
        if question is self.session.open_question:
            yield QuestionBox(question, "predict" if part.predicts else "question")
            return
        yield ProseView(question.prompt, classes="asked")
        said = answered(question, self.session)
        yield ProseView(said, classes=f"{state.outcome or 'right'} verdict")

    def _end(self) -> Iterator[Widget]:
        lesson = self.session.lesson
        tally = self.session.tally
        yield ProseView(f"**{lesson.heading.title}: done**", classes="step-title")
        yield ProseView(f"You can now {lesson.heading.goal.rstrip('.')}.")
        if tally.asked:
            yield ProseView(tally.sentence)
        following = self.course.beside(lesson.id, 1)
        if following is not None:
            yield ProseView(
                f"Next: **{following.title}**, about {following.minutes} minutes. You will be able "
                f"to {following.goal.rstrip('.')}."
            )
            yield Static("enter opens it · F3 all lessons · escape leaves", classes="hint")
        else:
            yield ProseView("This was the last lesson.")
            yield Static("F3 all lessons · escape leaves", classes="hint")


def answered(question: Question, session: LessonSession) -> str:
    """What is said of a question that is closed."""
    state = session.state(question.id)
    words = question.answer_words
    if state.outcome == "right" and state.verdict is not None:
        given = literal(state.verdict.given)
        return f"✓ **{given}**  \n{state.verdict.feedback}"
    if state.outcome == "skipped":
        # What nobody keeps, as when presenting, was not skipped by anybody.
        how = "– skipped. The answer" if session.progress is not None else "→ The answer"
        return f"{how}: **{words}**  \n{question.explanation}"
    return f"✓ answered before: **{words}**  \n{question.explanation}"
