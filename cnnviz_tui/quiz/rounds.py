"""A round of questions: which comes next, how answers are marked and kept, when it ends."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from cnnviz_tui.progress import Answer, Progress
from cnnviz_tui.progress.records import Outcome
from cnnviz_tui.questions import Verdict
from cnnviz_tui.quiz.memory import Memory, levels, utc_now
from cnnviz_tui.quiz.skill import LEVELS, Exercise, QuizError
from cnnviz_tui.quiz.topics import skill as skill_named
from cnnviz_tui.quiz.topics import skills, topic

Draw = tuple[str, int, int]
"""A skill, a level and a seed: what an exercise is made of."""


@dataclass(slots=True)
class Entry:
    """One question of a round and what came of it.

    Attributes:
        draw: what it is made of.
        outcome: right, wrong or skipped at the first answer; None while it is open.
        given: the first answer as it was understood.
        roads: the misconceptions that lead to it.
        seconds: how long the first answer took.
    """

    draw: Draw
    outcome: Outcome | None = None
    given: str = ""
    roads: tuple[str, ...] = ()
    seconds: float = 0.0

    def exercise(self) -> Exercise:
        """The exercise, made anew."""
        name, level, seed = self.draw
        return skill_named(name).exercise(seed, level)

    @property
    def data(self) -> dict[str, Any]:
        """The entry as plain values, as it is kept."""
        return {
            "skill": self.draw[0], "level": self.draw[1], "seed": self.draw[2],
            "outcome": self.outcome, "given": self.given, "roads": list(self.roads),
            "seconds": round(self.seconds, 3),
        }  # fmt: skip


def entry_of(data: Any) -> Entry:
    """An entry out of what was kept.

    Raises:
        QuizError: it is none.
    """
    try:
        outcome = data["outcome"]
        if outcome not in (None, "right", "wrong", "skipped"):
            raise ValueError(outcome)
        draw = (str(data["skill"]), int(data["level"]), int(data["seed"]))
        roads = tuple(str(road) for road in data["roads"])
        return Entry(draw, outcome, str(data["given"]), roads, float(data["seconds"]))
    except (KeyError, TypeError, ValueError):
        raise QuizError("What was kept of this exam cannot be read: begin a new one.") from None


class Source(ABC):
    """Says which question comes next."""

    @abstractmethod
    def next(self, entries: Sequence[Entry]) -> Draw | None:
        """The next question after those that were asked; None at the end."""


@dataclass
class Practice(Source):
    """Skills of some topics without end, at the learner's level, new numbers each time.

    Skills take turns; one that went wrong comes again two questions later.

    Args:
        names: the skills.
        at: the level of each skill; 1 where it has none.
        chance: draws order and seeds.
        fixed: a level for all of them, whatever the learner's.
    """

    names: Sequence[str]
    at: dict[str, int]
    chance: Random
    fixed: int | None = None
    _turn: list[str] = field(default_factory=list)
    _rows: dict[str, int] = field(default_factory=dict)
    _seen: int = 0

    def next(self, entries: Sequence[Entry]) -> Draw:
        """The next skill in turn, or one that went wrong."""
        for entry in entries[self._seen :]:
            self._learn(entry)
        self._seen = len(entries)
        again = entries[-2] if len(entries) > 1 else None
        if again is not None and again.outcome in {"wrong", "skipped"} and len(self.names) > 1:
            name = again.draw[0]
            if entries[-1].draw[0] != name:
                return self._draw(name)
        if not self._turn:
            self._turn = list(self.names)
            self.chance.shuffle(self._turn)
        return self._draw(self._turn.pop())

    def _draw(self, name: str) -> Draw:
        level = self.fixed or self.at.get(name, LEVELS[0])
        return name, level, self.chance.randrange(10**9)

    def _learn(self, entry: Entry) -> None:
        """Two right ones in a row lead a level up, another answer a level down."""
        name = entry.draw[0]
        level = self.at.get(name, LEVELS[0])
        if entry.outcome == "right":
            self._rows[name] = self._rows.get(name, 0) + 1
            if self._rows[name] >= 2:
                self.at[name], self._rows[name] = min(level + 1, LEVELS[-1]), 0
        elif entry.outcome is not None:
            self.at[name], self._rows[name] = max(level - 1, LEVELS[0]), 0


@dataclass
class Listed(Source):
    """Questions that are known from the beginning: a review, an exam, a duel.

    Args:
        draws: what they are made of, in order.
    """

    draws: Sequence[Draw]

    def next(self, entries: Sequence[Entry]) -> Draw | None:
        """The next of the list."""
        return self.draws[len(entries)] if len(entries) < len(self.draws) else None


@dataclass
class Round:
    """Questions one after another.

    Attributes:
        source: says which comes next.
        title: what people read.
        progress: where answers are kept; None to keep nothing.
        memory: learns from the answers, in review and practice.
        tells: whether an answer is marked at once.
        limit: seconds until it ends; None for no end.
        now: the clock.
        started: when it began.
        entries: what was asked.
    """

    source: Source
    title: str
    progress: Progress | None = None
    memory: Memory | None = None
    tells: bool = True
    limit: float | None = None
    now: Callable[[], datetime] = utc_now
    started: datetime | None = None
    entries: list[Entry] = field(default_factory=list)
    exercise: Exercise | None = None
    hints: int = 0
    _asked: datetime | None = None

    def begin(self) -> Exercise | None:
        """Ask the first question that is open."""
        if self.started is None:
            self.started = self.now()
        if self.entries and self.entries[-1].outcome is None:
            self.exercise = self.entries[-1].exercise()
            self._asked = self.now()
            return self.exercise
        return self.advance()

    def advance(self) -> Exercise | None:
        """Ask the next question; None when there is none or the time is over."""
        self.exercise = None
        draw = None if self.time_is_over else self.source.next(self.entries)
        if draw is not None:
            self.entries.append(Entry(draw))
            self.exercise = self.entries[-1].exercise()
            self._asked = self.now()
            self.hints = 0
            self.keep()
        return self.exercise

    @property
    def left(self) -> float | None:
        """Seconds that are left; None where there is no limit."""
        if self.limit is None or self.started is None:
            return None
        return max(self.limit - (self.now() - self.started).total_seconds(), 0.0)

    @property
    def time_is_over(self) -> bool:
        """Whether the limit is reached."""
        return self.left is not None and self.left <= 0

    @property
    def over(self) -> bool:
        """Whether nothing is asked any more."""
        return self.exercise is None

    @property
    def count(self) -> int | None:
        """How many questions there are to answer; None where nobody knows."""
        return len(self.source.draws) if isinstance(self.source, Listed) else None

    @property
    def right(self) -> int:
        """How many first answers were right."""
        return sum(entry.outcome == "right" for entry in self.entries)

    @property
    def answered(self) -> int:
        """How many questions were answered or skipped."""
        return sum(entry.outcome is not None for entry in self.entries)

    def answer(self, text: str) -> Verdict:
        """Mark an answer; the first one to a question counts.

        Raises:
            UnclearAnswerError: it cannot be read; it does not count.
            QuizError: nothing is asked, or the time is over.
        """
        exercise = self._open_exercise()
        verdict = exercise.question.mark(text)
        self._take("right" if verdict.right else "wrong", verdict.given, verdict.roads)
        return verdict

    def skip(self) -> None:
        """Go without an answer.

        Raises:
            QuizError: nothing is asked, or the time is over.
        """
        self._open_exercise()
        self._take("skipped", "", ())

    def take_hint(self) -> str:
        """The next hint; empty when there is none left. An exam gives none."""
        if self.exercise is None or not self.tells or self.hints >= len(self._hints):
            return ""
        self.hints += 1
        return self._hints[self.hints - 1]

    @property
    def _hints(self) -> tuple[str, ...]:
        return self.exercise.question.hints if self.exercise else ()

    def _open_exercise(self) -> Exercise:
        if self.exercise is None:
            raise QuizError("There is no question: begin a new round.")
        if self.time_is_over:
            raise QuizError("The time is over: this answer came too late to count.")
        return self.exercise

    def _take(self, outcome: Outcome, given: str, roads: tuple[str, ...]) -> None:
        entry = self.entries[-1]
        now = self.now()
        seconds = (now - (self._asked or now)).total_seconds()
        first = entry.outcome is None
        if first:
            entry.outcome, entry.given, entry.roads, entry.seconds = outcome, given, roads, seconds
        exercise = self._open_exercise()
        if self.progress is not None:
            self.progress.record(
                Answer(
                    question=exercise.question.id,
                    outcome=outcome,
                    source="quiz",
                    skill=exercise.skill,
                    level=exercise.level,
                    seed=exercise.seed,
                    asked=exercise.question.prompt,
                    given=given,
                    road=" ".join(roads),
                    seconds=max(seconds, 0.0),
                    when=now,
                )
            )
        if first and self.memory is not None:
            self.memory.review(
                exercise.skill, now, right=outcome == "right", hinted=self.hints > 0,
                seconds=seconds,
            )  # fmt: skip
        self.keep()

    def keep(self) -> None:
        """Keep the state of the round; plain rounds have none beside their answers."""


def skill_names(topics: Sequence[str] = (), names: Sequence[str] = ()) -> list[str]:
    """The skills of some topics and some by name; all without any.

    Raises:
        QuizError: there is no such topic or skill.
    """
    if not topics and not names:
        return [skill.name for skill in skills()]
    chosen = [skill.name for name in topics for skill in topic(name).skills]
    chosen += [skill_named(name).name for name in names]
    return list(dict.fromkeys(chosen))


def practice_round(
    progress: Progress | None,
    names: Sequence[str],
    *,
    seed: int | None = None,
    level: int | None = None,
    now: Callable[[], datetime] = utc_now,
) -> Round:
    """Practice without end; with a seed and a level the same for everybody.

    Args:
        progress: where answers are kept.
        names: the skills.
        seed: of the questions; another each time without one.
        level: for all questions; the learner's own without one.
        now: the clock.
    """
    at = {} if progress is None else dict(levels(progress.answers(source="quiz")))
    chance = Random(f"practice/{seed}") if seed is not None else Random()  # noqa: S311
    source = Practice(names, at, chance, level)
    return Round(source, "practice", progress, Memory(progress), now=now)


def review_round(
    progress: Progress | None, *, fresh: int = 5, now: Callable[[], datetime] = utc_now
) -> Round:
    """Today's review: what is due, then some skills that were never asked.

    Args:
        progress: where answers and memory cards are kept.
        fresh: how many new skills at most.
        now: the clock.
    """
    memory = Memory(progress)
    at = {} if progress is None else dict(levels(progress.answers(source="quiz")))
    known = [skill.name for skill in skills()]
    moment = now()
    due = [name for name in memory.due(moment) if name in known]
    new = [name for name in known if name not in memory.cards][:fresh]
    chance = Random(f"review/{moment.date().isoformat()}")  # noqa: S311
    draws = [(name, at.get(name, LEVELS[0]), chance.randrange(10**9)) for name in (*due, *new)]
    return Round(Listed(draws), "today's review", progress, memory, now=now)
