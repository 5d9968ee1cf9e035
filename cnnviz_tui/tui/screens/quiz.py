"""One question, much space: a round of the quiz, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from cnnviz_tui.questions import UnclearAnswerError, Verdict
from cnnviz_tui.quiz.exam import EXAM, Rival, TimedRound, came_back_sentence
from cnnviz_tui.quiz.result import result_lines
from cnnviz_tui.quiz.result_file import ResultFile
from cnnviz_tui.quiz.rounds import Round
from cnnviz_tui.quiz.skill import Exercise, QuizError
from cnnviz_tui.quiz.wording import WIDTH
from cnnviz_tui.render.marked_text import literal
from cnnviz_tui.render.window import KeyHint
from cnnviz_tui.tui.screens.quiz_base import QuizBase
from cnnviz_tui.tui.widgets.prose_view import ProseView
from cnnviz_tui.tui.widgets.question_box import QuestionBox

_CLOCK = 0.25


class QuizScreen(QuizBase):
    """Asks the questions of a round.

    Args:
        round_: the round.
        count: end after so many questions; None for the round's own end.
        rival: oneself in the last duel.
        out: where an exam's result is written.
    """

    HELP: ClassVar[str] = """\
enter    answer; then the next question
a b c    move to an option, as the arrows do; enter answers with it
h        a hint, where there is one
n        skip the question
page up, page down   scroll, where there is more than fits
e        after an answer: the explorer at exactly these numbers
escape   leave; every answer is kept, and an exam goes on later

A number may be typed as 28, 2.33, 7/3, 61 706 or 61,706, a size as
28x28x6 or 28 28 6. What cannot be read is asked back and does not count.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", "the next question"),
        Binding("e", "explore", "the explorer at these numbers"),
        Binding("pageup", "page(-1)", "scroll up", priority=True),
        Binding("pagedown", "page(1)", "scroll down", priority=True),
    ]

    def __init__(
        self,
        round_: Round,
        *,
        count: int | None = None,
        rival: Rival | None = None,
        out: ResultFile | None = None,
    ) -> None:
        super().__init__("quiz")
        self.round = round_
        self.rival = rival
        self._out = out
        self._most = count
        self._came_back = False
        self._told = False
        self._last = ""
        self._timer: Timer | None = None

    @property
    def key_hints(self) -> tuple[KeyHint, ...]:
        """What the last line names: for the question, or for what was said of the answer."""
        exercise = self.round.exercise
        if exercise is None:
            return ()
        leave, help_ = KeyHint("escape", "leave", "leave"), KeyHint("?", "help", "show_help")
        if self.query_one("#quiz-body", VerticalScroll).max_scroll_y:
            leave, help_ = KeyHint("page down", "more", "page(1)"), leave
        if not self._told:
            keys = [KeyHint("enter", "answer", "answer"), KeyHint("n", "skip", "skip")]
            if self._hints(exercise):
                keys.insert(1, KeyHint("h", "hint", "hint"))
            return (*keys, leave, help_)
        if exercise.demonstration is None:
            return (KeyHint("enter", "next", "next"), leave, help_)
        explore = KeyHint("e", "explorer at these numbers", "explore")
        return (KeyHint("enter", "next", "next"), explore, leave, help_)

    def body(self) -> Iterable[Widget]:
        """The question, or what is said of its answer."""
        yield VerticalScroll(id="quiz-body")

    async def on_mount(self) -> None:
        """Ask the first question; look at the clock where there is a limit."""
        answered = self.round.answered
        self._came_back = isinstance(self.round, TimedRound) and self.round.finished is not None
        self.round.begin()
        await self._ask()
        self.call_after_refresh(self.tell_trouble, self.round.progress)
        if self.round.limit is not None:
            self._timer = self.set_interval(_CLOCK, self._tick)
        if answered and not self.round.over:
            title = self.round.title.partition(",")[0]
            self.notify(f"This {title} goes on; {answered} answered before.")

    # -- showing ----------------------------------------------------------------------------------

    async def _ask(self) -> None:
        body = self.query_one("#quiz-body", VerticalScroll)
        await body.remove_children()
        self._told = False
        exercise = self.round.exercise
        if exercise is None:
            self._finish()
            return
        asked = exercise.question.changed(hints=self._hints(exercise))
        box = QuestionBox(asked, f"level {exercise.level}")
        parts: list[Static | ProseView | QuestionBox] = [box]
        if self._last:
            parts.append(ProseView(self._last, classes="hint"))
        await body.mount_all(parts)
        self.call_after_refresh(self._settle, box)
        self._show_lines()

    def _settle(self, box: QuestionBox) -> None:
        """Let keys go to the answer; of what does not fit, the beginning is seen."""
        box.take_focus(scroll=False)
        self.query_one("#quiz-body", VerticalScroll).scroll_home(animate=False)
        self._show_lines()

    def action_page(self, direction: int) -> None:
        """Scroll by a page."""
        body = self.query_one("#quiz-body", VerticalScroll)
        if direction > 0:
            body.scroll_page_down(animate=False)
        else:
            body.scroll_page_up(animate=False)

    def _show_lines(self) -> None:
        round_ = self.round
        number = len(round_.entries)
        total = self._most or round_.count
        place = f"{number} of {total}" if total else f"{number}"
        parts = [f"cnnviz › quiz › {round_.title}", place]
        if round_.tells:
            parts.append(f"{round_.right} right")
        if self.rival is not None:
            parts.append(self._against())
        if round_.clock:
            parts.append(round_.clock)
        self.show_title(*parts)
        self.show_keys()

    def _hints(self, exercise: Exercise) -> tuple[str, ...]:
        """An exam gives none."""
        return exercise.question.hints if self.round.tells else ()

    def _against(self) -> str:
        """How one stands against oneself."""
        if self.rival is None or not self.round.answered:
            return "against your last duel"
        done = self.round.answered
        lead = self.round.right - self.rival.score(done)
        own = sum(entry.seconds for entry in self.round.entries)
        pace = own - self.rival.time(done)
        ahead = f"{'−' if lead < 0 else '+'}{abs(lead)}"
        faster = f"{abs(pace):.0f} s {'slower' if pace > 0 else 'faster'}"
        return f"last time {self.rival.score(done)} right ({ahead}), {faster}"

    # -- answering --------------------------------------------------------------------------------

    @on(QuestionBox.Answered)
    async def _answered(self, event: QuestionBox.Answered) -> None:
        event.stop()
        exercise = self.round.exercise
        if self._told or exercise is None:
            return
        try:
            verdict = self.round.answer(event.text)
        except UnclearAnswerError as error:
            event.box.ask_back(str(error))
            return
        except QuizError:
            self._finish()
            return
        await self._after(exercise, verdict)

    @on(QuestionBox.Skipped)
    async def _skipped(self, event: QuestionBox.Skipped) -> None:
        event.stop()
        exercise = self.round.exercise
        if self._told or exercise is None:
            return
        try:
            self.round.skip()
        except QuizError:
            self._finish()
            return
        await self._after(exercise, None)

    async def _after(self, exercise: Exercise, verdict: Verdict | None) -> None:
        """Say what came of an answer, or go on where nothing is said."""
        self.tell_trouble(self.round.progress)
        answer = exercise.question.answer_words
        if not self.round.tells:
            await self._advance()
            return
        if self.round.limit is not None:
            right = verdict is not None and verdict.right
            self._last = f"✓ {answer}" if right else f"✗ the last one was **{answer}**"
            await self._advance()
            return
        self._told = True
        body = self.query_one("#quiz-body", VerticalScroll)
        await body.remove_children()
        await body.mount_all(_told(exercise, verdict))
        body.focus()
        self._show_lines()
        self.call_after_refresh(self._bring_the_verdict_into_view)

    def _bring_the_verdict_into_view(self) -> None:
        """What is said of the answer matters more than the question, where not all fits."""
        body = self.query_one("#quiz-body", VerticalScroll)
        body.scroll_home(animate=False)
        for said in self.query(".verdict").results(ProseView):
            if body.max_scroll_y:
                body.scroll_to_widget(said, animate=False, top=True)
        self._show_lines()

    @on(QuestionBox.HintWanted)
    def _hint(self, event: QuestionBox.HintWanted) -> None:
        event.stop()
        event.box.show_hint(self.round.take_hint())

    def action_answer(self) -> None:
        """Give the answer that stands there, as enter does."""
        for box in self.query(QuestionBox):
            box.action_answer()

    def action_hint(self) -> None:
        """Show the next hint, as h does."""
        for box in self.query(QuestionBox):
            box.action_hint()

    def action_skip(self) -> None:
        """Go on without an answer, as n does."""
        for box in self.query(QuestionBox):
            box.action_skip()

    async def action_next(self) -> None:
        """Ask the next question once an answer was spoken of."""
        if self._told:
            await self._advance()

    async def _advance(self) -> None:
        if self._most is not None and len(self.round.entries) >= self._most:
            self.round.exercise = None
        else:
            self.round.advance()
        await self._ask()

    def action_explore(self) -> None:
        """Open the explorer at exactly the asked numbers."""
        exercise = self.round.exercise
        if self._told and exercise is not None and exercise.demonstration is not None:
            # It knows every mechanism, which the first question need not wait for.
            from cnnviz_tui.tui.catalogue import demonstration_screen

            self.app.push_screen(demonstration_screen(exercise.demonstration, playing=False))

    # -- ending -----------------------------------------------------------------------------------

    def _tick(self) -> None:
        if self.round.time_is_over:
            self._hand_in()
        if self.app.screen is not self:
            return  # what covers it, such as help, is closed first
        if self.round.time_is_over:
            self._finish()
        else:
            self._show_lines()

    def _hand_in(self) -> None:
        """Finish what has a clock, and write its result at once."""
        if isinstance(self.round, TimedRound):
            self.round.finish()
            if self._out is not None:
                self._out.write(self.round)

    def _finish(self) -> None:
        """Hand in and show the result."""
        if self._timer is not None:
            self._timer.stop()
        self._hand_in()
        notes = []
        if self._out is not None and self._out.sentence:
            notes.append(self._out.sentence)
        if self._came_back and isinstance(self.round, TimedRound):
            notes.append(came_back_sentence(self.round))
        if self.rival is not None:
            notes.append(f"Last time: {self.rival.score(len(self.rival.marks))} right.")
        self.app.switch_screen(ResultScreen(self.round, notes))

    def action_leave(self) -> None:
        """Back to where one came from; what was answered is kept."""
        if isinstance(self.round, TimedRound) and self.round.kind == EXAM:
            self.notify("The exam is kept, and its clock runs on.")
        super().action_leave()


def _told(exercise: Exercise, verdict: Verdict | None) -> Sequence[ProseView | Static]:
    """What is said of an answer: what was answered, the road that leads to it, the right road."""
    question = exercise.question
    parts: list[ProseView | Static] = [ProseView(question.prompt, classes="asked")]
    if question.lines:
        parts.append(Static("\n".join(question.lines), markup=False, classes="hint"))
    if verdict is None:
        said = f"– skipped. The answer: **{question.answer_words}**"
        parts.append(ProseView(said, classes="verdict"))
    elif verdict.right:
        parts.append(ProseView(f"✓ **{question.answer_words}**", classes="right verdict"))
    else:
        given = literal(verdict.given)
        parts.append(ProseView(f"✗ you answered **{given}**", classes="wrong verdict"))
        parts.append(ProseView(verdict.feedback))
        parts.append(ProseView(f"✓ the answer is **{question.answer_words}**", classes="right"))
    parts.append(Static("\n".join(exercise.solution), markup=False, classes="solution"))
    return parts


class _Wrapped(Static):
    """A result without its score, on lines as long as there is room.

    Args:
        lines: the result on lines of a width.
    """

    def __init__(self, lines: Callable[[int], Sequence[str]], **options: Any) -> None:
        super().__init__(**options)
        self._lines = lines

    def on_resize(self) -> None:
        """Wrap anew."""
        self.update("\n".join(self._lines(self.content_size.width)[1:]))


class ResultScreen(QuizBase):
    """What came of a round.

    Args:
        round_: the round.
        notes: sentences below the score.
    """

    HELP: ClassVar[str] = "up, down        scroll\nenter, escape   back"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,q", "leave", "back")]

    def __init__(self, round_: Round, notes: Sequence[str] = ()) -> None:
        super().__init__("quiz-result")
        self._round = round_
        self._notes = notes

    @property
    def key_hints(self) -> tuple[KeyHint, ...]:
        """What the last line names."""
        return (KeyHint("↑ ↓", "scroll", "scroll"), KeyHint("enter", "back", "leave"))

    def body(self) -> Iterable[Widget]:
        """The score first, then what went wrong."""
        with VerticalScroll(id="quiz-body"):
            if not self._round.entries:
                nothing = "Nothing is due. Come back later, or practise a topic."
                yield Static(nothing, id="quiz-score", markup=False)
                return
            yield Static(self._lines()[0], id="quiz-score", markup=False)
            if self._notes:
                yield Static("\n".join(self._notes), id="quiz-notes", markup=False)
            yield _Wrapped(self._lines, id="quiz-result", markup=False)

    def _lines(self, width: int = WIDTH) -> Sequence[str]:
        return result_lines(self._round, answers=not self._round.tells, width=width)

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self.show_title(f"cnnviz › quiz › {self._round.title}: result")
        self.show_keys()
        self.query_one("#quiz-body").focus()

    def action_scroll(self) -> None:
        """A page down."""
        self.query_one("#quiz-body", VerticalScroll).scroll_page_down()
