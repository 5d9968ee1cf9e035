"""One question, much space: a round of the quiz, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Static

from cnnviz_tui.questions import UnclearAnswerError, Verdict
from cnnviz_tui.quiz.exam import Rival, TimedRound
from cnnviz_tui.quiz.result import result_lines
from cnnviz_tui.quiz.rounds import Round
from cnnviz_tui.quiz.skill import Exercise, QuizError
from cnnviz_tui.tui.catalogue import demonstration_screen
from cnnviz_tui.tui.widgets.prose_view import ProseView
from cnnviz_tui.tui.widgets.question_box import QuestionBox

if TYPE_CHECKING:
    from cnnviz_tui.tui.app import CnnvizApp

_CLOCK = 0.25
_KEYS_ASKED = "enter answers   escape leaves"
_KEYS_TOLD = "enter next   e explorer   escape leaves"
_KEYS_TOLD_PLAIN = "enter next   escape leaves"


class QuizScreen(Screen[None]):
    """Asks the questions of a round.

    Args:
        round_: the round.
        count: end after so many questions; None for the round's own end.
        rival: oneself in the last duel.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave; an exam is kept"),
        Binding("enter", "next", "the next question"),
        Binding("e", "explore", "the explorer at these numbers"),
    ]

    def __init__(
        self, round_: Round, *, count: int | None = None, rival: Rival | None = None
    ) -> None:
        super().__init__(name="quiz", classes="quiz")
        self.round = round_
        self.rival = rival
        self._most = count
        self._told = False
        self._last = ""
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Where one is, the question, the keys."""
        yield Static("", id="quiz-title", markup=False)
        yield VerticalScroll(id="quiz-body")
        yield Static("", id="quiz-keys", markup=False)

    async def on_mount(self) -> None:
        """Ask the first question; look at the clock where there is a limit."""
        self.round.begin()
        await self._ask()
        if self.round.limit is not None:
            self._timer = self.set_interval(_CLOCK, self._tick)

    # -- showing ----------------------------------------------------------------------------------

    async def _ask(self) -> None:
        body = self.query_one("#quiz-body", VerticalScroll)
        await body.remove_children()
        self._told = False
        exercise = self.round.exercise
        if exercise is None:
            self._finish()
            return
        box = QuestionBox(exercise.question, f"level {exercise.level}")
        parts: list[Static | ProseView | QuestionBox] = [box]
        if self._last:
            parts.append(ProseView(self._last, classes="hint"))
        await body.mount_all(parts)
        self.call_after_refresh(box.take_focus)
        self._show_lines()

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
        if round_.left is not None:
            minutes, seconds = divmod(int(round_.left + 0.999), 60)
            parts.append(f"{minutes}:{seconds:02} left")
        self.query_one("#quiz-title", Static).update("   ".join(parts))
        exercise = round_.exercise
        explorer = exercise is not None and exercise.demonstration is not None
        told = _KEYS_TOLD if explorer else _KEYS_TOLD_PLAIN
        self.query_one("#quiz-keys", Static).update(told if self._told else _KEYS_ASKED)

    def _against(self) -> str:
        """How one stands against oneself."""
        if self.rival is None or not self.round.answered:
            return "against your last duel"
        done = self.round.answered
        lead = self.round.right - self.rival.score(done)
        own = sum(entry.seconds for entry in self.round.entries)
        pace = own - self.rival.time(done)
        faster = f"{abs(pace):.0f} s {'slower' if pace > 0 else 'faster'}"
        return f"last time {self.rival.score(done)} right ({lead:+d}), {faster}"

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
        await self._after(exercise, event.box, verdict)

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
        await self._after(exercise, event.box, None)

    async def _after(self, exercise: Exercise, box: QuestionBox, verdict: Verdict | None) -> None:
        """Say what came of an answer, or go on where nothing is said."""
        answer = exercise.question.answer_text
        if not self.round.tells:
            await self._advance()
            return
        if self.round.limit is not None:
            right = verdict is not None and verdict.right
            self._last = f"✓ {answer}" if right else f"✗ the last one was **{answer}**"
            await self._advance()
            return
        self._told = True
        await box.remove()
        body = self.query_one("#quiz-body", VerticalScroll)
        await body.mount_all(_told(exercise, verdict))
        body.scroll_home(animate=False)
        self.set_focus(None)
        self._show_lines()

    @on(QuestionBox.HintWanted)
    def _hint(self, event: QuestionBox.HintWanted) -> None:
        event.stop()
        hint = self.round.take_hint()
        event.box.show_hint(hint or ("" if self.round.tells else "An exam gives no hints."))

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
            self.app.push_screen(demonstration_screen(exercise.demonstration))

    # -- ending -----------------------------------------------------------------------------------

    def _tick(self) -> None:
        if self.round.time_is_over:
            self._finish()
        elif self.app.screen is self:
            self._show_lines()

    def _finish(self) -> None:
        """Hand in and show the result."""
        if self._timer is not None:
            self._timer.stop()
        if isinstance(self.round, TimedRound):
            self.round.finish()
        lines = result_lines(self.round, answers=not self.round.tells)
        if not self.round.entries:
            lines = ["Nothing is due. Come back later, or practise a topic."]
        elif self.rival is not None:
            lines.insert(1, f"Last time: {self.rival.score(len(self.rival.marks))} right.")
        self.app.switch_screen(ResultScreen(self.round.title, lines))

    def action_leave(self) -> None:
        """Back to where one came from; what was answered is kept."""
        app: CnnvizApp = self.app  # type: ignore[assignment]
        if isinstance(self.round, TimedRound) and not self.round.tells:
            self.notify("The exam is kept, and its clock runs on.")
        app.go_up()


def _told(exercise: Exercise, verdict: Verdict | None) -> Sequence[ProseView | Static]:
    """What is said of an answer: what was answered, the road that leads to it, the right road."""
    question = exercise.question
    parts: list[ProseView | Static] = [ProseView(question.prompt, classes="asked")]
    if question.lines:
        parts.append(Static("\n".join(question.lines), markup=False, classes="hint"))
    if verdict is None:
        parts.append(ProseView(f"– skipped. The answer: **{question.answer_text}**"))
    elif verdict.right:
        parts.append(ProseView(f"✓ **{question.answer_text}**", classes="right"))
    else:
        given = verdict.given.replace("*", "\\*").replace("`", "")
        parts.append(ProseView(f"✗ you answered **{given}**", classes="wrong"))
        parts.append(ProseView(verdict.feedback))
        parts.append(ProseView(f"✓ the answer is **{question.answer_text}**", classes="right"))
    parts.append(Static("\n".join(exercise.solution), markup=False, classes="solution"))
    return parts


class ResultScreen(Screen[None]):
    """What came of a round.

    Args:
        title: the round's.
        lines: the result.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q", "leave", "back")]

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__(name="quiz-result", classes="quiz")
        self._title = title
        self._lines = lines

    def compose(self) -> ComposeResult:
        """The score first, then what went wrong."""
        yield Static(f"cnnviz › quiz › {self._title}: result", id="quiz-title", markup=False)
        with VerticalScroll(id="quiz-body"):
            yield ProseView(f"**{self._lines[0]}**")
            yield Static("\n".join(self._lines[1:]), id="quiz-result", markup=False)
        yield Static("↑ ↓ scroll   enter back", id="quiz-keys", markup=False)

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self.query_one("#quiz-body").focus()

    def action_leave(self) -> None:
        """Back to where the quiz was begun."""
        app: CnnvizApp = self.app  # type: ignore[assignment]
        app.go_up()
