"""One learner in one lesson: where they are, what is still hidden, what they have answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from cnnviz_tui.course.lesson import Ask, Lesson, LessonStep, Part, Show
from cnnviz_tui.progress import Answer, Progress
from cnnviz_tui.progress.records import Outcome
from cnnviz_tui.questions import Question, Verdict


@dataclass(slots=True)
class QuestionState:
    """How far someone is with a question.

    Attributes:
        outcome: right, wrong or skipped; empty before the first answer.
        verdict: what was said to the last answer.
        hints: how many hints were taken.
        before: whether it was answered rightly on an earlier day.
        passed: whether it was skipped on an earlier day and not answered rightly since.
    """

    outcome: Outcome | None = None
    verdict: Verdict | None = None
    hints: int = 0
    before: bool = False
    passed: bool = False

    @property
    def closed(self) -> bool:
        """Whether the lesson goes on after it."""
        return self.before or self.settled

    @property
    def settled(self) -> bool:
        """Whether it was answered rightly or skipped now; fast fingers answer twice."""
        return self.outcome in {"right", "skipped"}


@dataclass(slots=True)
class Tally:
    """How the questions of a lesson were answered.

    Attributes:
        right: rightly at last.
        at_once: rightly at the first attempt.
        skipped: not answered.
        asked: all questions of the lesson.
    """

    right: int = 0
    at_once: int = 0
    skipped: int = 0
    asked: int = 0

    @property
    def sentence(self) -> str:
        """The same for the learner; empty where nothing was asked."""
        if not self.asked:
            return ""
        parts = [f"{self.right} of {self.asked} questions answered rightly"]
        if self.at_once:
            parts.append(f"{self.at_once} of them at the first attempt")
        if self.skipped:
            parts.append(f"{self.skipped} skipped")
        return f"{', '.join(parts)}."


@dataclass
class LessonSession:
    """A walk through a lesson; every answer is kept at once.

    Attributes:
        lesson: the lesson.
        progress: where answers and places are kept; None to keep nothing, as when presenting.
        step_index: the step one sees, from 0; `len(lesson.steps)` is the page at the end.
        now: a clock in seconds.
        complaints: what is wrong with a lesson that is being written.
        rest: reads the whole lesson, where `lesson` has only the step that is seen first.
        looked_at: that step, from 0.
        only_begun: whether `lesson` has only the words with which that step begins.
        seen: the steps that were shown, now or on another day.
        revealed: whether the last answer uncovered the demonstration that one sees.
    """

    lesson: Lesson
    progress: Progress | None = None
    step_index: int = 0
    now: Callable[[], float] = monotonic
    complaints: tuple[str, ...] = ()
    revealed: bool = False
    states: dict[str, QuestionState] = field(default_factory=dict)
    rest: Callable[[], Lesson] | None = None
    looked_at: int = 0
    only_begun: bool = False
    seen: set[int] = field(default_factory=set)
    _gone_on_to: set[str] = field(default_factory=set)
    _attempts: dict[str, int] = field(default_factory=dict)
    _at_once: set[str] = field(default_factory=set)
    _asked_at: float = 0.0

    def __post_init__(self) -> None:
        """Recall what was answered before."""
        if self.progress is not None:
            for answer in self.progress.answers(source="lesson", lesson=self.lesson.id):
                state = self.state(answer.question)
                state.passed = answer.outcome == "skipped"
                state.before = state.before or answer.outcome == "right"
                self._count(answer.question, answer.outcome)
            place = self.progress.place(self.lesson.id)
            self.seen.update(place.shown_steps if place else ())
        self._asked_at = self.now()

    # -- where one is -----------------------------------------------------------------------------

    @property
    def length(self) -> int:
        """How many steps there are, the page at the end not counted."""
        return len(self.lesson.steps)

    @property
    def at_end(self) -> bool:
        """Whether one sees the page at the end."""
        return self.step_index >= self.length

    @property
    def step(self) -> LessonStep | None:
        """The step that one sees; None at the end."""
        return None if self.at_end else self.lesson.steps[self.step_index]

    def go(self, index: int) -> bool:
        """Go to a step (the number of steps is the end); False where there is none such."""
        if not 0 <= index <= self.length:
            return False
        if index != self.looked_at:
            self.complete()
        self.step_index = index
        self.seen.add(index)
        self.revealed = False
        self._asked_at = self.now()
        if self.progress is not None:
            if self.at_end:
                self.progress.finish(self.lesson.id)
            self.progress.keep_place(self.lesson.id, index, shown=not self.at_end)
        return True

    def complete(self) -> None:
        """Read the rest of the lesson, if it was not yet.

        Raises:
            CourseError: it cannot be read any more.
        """
        if self.rest is not None:
            self.take(self.rest())

    def take(self, whole: Lesson) -> None:
        """The whole lesson, where only a step of it was known."""
        self.lesson, self.rest, self.only_begun = whole, None, False

    def look(self, first: Lesson) -> None:
        """The step as far as one sees it at first, where only its first words were known."""
        self.lesson, self.only_begun = first, False

    def reload(self, lesson: Lesson) -> None:
        """Take an edited lesson and stay where one is, by the step's title if it moved."""
        title = self.step.title if self.step else ""
        self.lesson = lesson
        titles = [step.title for step in lesson.steps]
        if title in titles and (self.step is None or self.step.title != title):
            self.step_index = titles.index(title)
        self.step_index = min(self.step_index, self.length)

    # -- what one sees ----------------------------------------------------------------------------

    @property
    def visible(self) -> tuple[Part, ...]:
        """The parts of the step up to the first question that is still open.

        A prediction waits until one has seen the demonstration before it and goes on.
        """
        shown: list[Part] = []
        for part in self.step.parts if self.step else ():
            if isinstance(part, Ask) and not self.state(part.question.id).closed:
                seen = not any(isinstance(before, Show) for before in shown)
                if seen or not part.predicts or part.question.id in self._gone_on_to:
                    shown.append(part)
                break
            shown.append(part)
        return tuple(shown)

    @property
    def waiting(self) -> bool:
        """Whether a prediction waits behind the demonstration that one sees."""
        return (
            self.step is not None
            and self.open_question is None
            and len(self.visible) < len(self.step.parts)
        )

    def go_on(self) -> bool:
        """From a demonstration to the prediction that waits; else to the next step."""
        if self.waiting and self.step is not None:
            hidden = self.step.parts[len(self.visible)]
            if isinstance(hidden, Ask):
                self._gone_on_to.add(hidden.question.id)
                self.revealed = False
                return True
        return self.go(self.step_index + 1)

    @property
    def open_question(self) -> Question | None:
        """The question that waits for an answer."""
        last = self.visible[-1] if self.visible else None
        if isinstance(last, Ask) and not self.state(last.question.id).closed:
            return last.question
        return None

    @property
    def show(self) -> Show | None:
        """The demonstration that one sees: the last visible one.

        A prediction hides what was shown before, lest it give the answer away.
        """
        for part in reversed(self.visible):
            if isinstance(part, Show):
                return part
            if isinstance(part, Ask) and part.predicts and self.open_question is part.question:
                return None
        return None

    def state(self, question: str) -> QuestionState:
        """How far one is with a question."""
        return self.states.setdefault(question, QuestionState())

    @property
    def tally(self) -> Tally:
        """How the questions were answered up to now."""
        self.complete()
        tally = Tally(asked=len(self.lesson.questions))
        for question in self.lesson.questions:
            state = self.state(question.id)
            right = state.before or state.outcome == "right"
            tally.right += right
            tally.at_once += question.id in self._at_once
            tally.skipped += not right and (state.outcome == "skipped" or state.passed)
        return tally

    # -- answering --------------------------------------------------------------------------------

    def answer(self, question: Question, text: str) -> Verdict:
        """Mark an answer and keep it; one to a question that is settled already is not kept.

        Raises:
            UnclearAnswerError: it cannot be read; it does not count.
        """
        verdict = question.mark(text)
        self.complete()
        state = self.state(question.id)
        if state.settled:
            return verdict
        state.verdict = verdict
        state.outcome = "right" if verdict.right else "wrong"
        self.revealed = verdict.right and self._predicts(question)
        self._count(question.id, state.outcome)
        self._keep(question, state.outcome, verdict.given, " ".join(verdict.roads))
        return verdict

    def skip(self, question: Question) -> None:
        """Go on without an answer; that is kept as well."""
        self.complete()
        state = self.state(question.id)
        if state.settled:
            return
        state.outcome = "skipped"
        self.revealed = self._predicts(question)
        self._keep(question, "skipped", "", "")

    def _count(self, question: str, outcome: Outcome) -> None:
        if outcome != "skipped":
            self._attempts[question] = self._attempts.get(question, 0) + 1
            if outcome == "right" and self._attempts[question] == 1:
                self._at_once.add(question)

    def _predicts(self, question: Question) -> bool:
        parts = self.step.parts if self.step else ()
        return any(
            isinstance(p, Ask) and p.predicts and p.question.id == question.id for p in parts
        )

    def ask_again(self, question: Question) -> None:
        """Open a question once more."""
        self.states[question.id] = QuestionState()
        self._asked_at = self.now()

    def take_hint(self, question: Question) -> str:
        """The next hint; empty when there is none left."""
        state = self.state(question.id)
        if state.hints >= len(question.hints):
            return ""
        state.hints += 1
        return question.hints[state.hints - 1]

    def _keep(self, question: Question, outcome: Outcome, given: str, road: str) -> None:
        seconds = max(self.now() - self._asked_at, 0.0)
        self._asked_at = self.now()
        if self.progress is not None:
            self.progress.record(
                Answer(
                    question=question.id,
                    outcome=outcome,
                    source="lesson",
                    lesson=self.lesson.id,
                    asked=question.prompt,
                    given=given,
                    road=road,
                    seconds=seconds,
                )
            )
