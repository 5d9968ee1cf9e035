"""A round of questions: which comes next, how answers are marked and kept, when it ends."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from random import Random
from typing import Any

from cnnviz_tui.progress import Answer, Progress
from cnnviz_tui.progress.records import Outcome, utc_now
from cnnviz_tui.questions import Verdict
from cnnviz_tui.quiz.memory import Memory, Standing, standings
from cnnviz_tui.quiz.skill import Exercise, QuizError
from cnnviz_tui.quiz.topics import TOPICS, topic, topic_of
from cnnviz_tui.quiz.topics import skill as skill_named

_RECENT = 60
"""So many questions back nothing is asked again."""

_TRIES = 12

Draw = tuple[str, int, int]
"""A skill, a level and a seed: what an exercise is made of."""


@dataclass(slots=True)
class Entry:
    """One question of a round and what came of it.

    Attributes:
        draw: what it is made of.
        outcome: right, wrong or skipped at the first answer; None while it is open, and for good
            where the time ended before.
        given: the first answer as it was understood.
        roads: the misconceptions that lead to it.
        seconds: how long the first answer took.
        typed: the first answer as it was typed.
        when: the time of the first answer.
    """

    draw: Draw
    outcome: Outcome | None = None
    given: str = ""
    roads: tuple[str, ...] = ()
    seconds: float = 0.0
    typed: str = ""
    when: datetime | None = None

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
            "when": self.when.isoformat() if self.when else None,
        }  # fmt: skip

    @property
    def sealed(self) -> dict[str, Any]:
        """The entry as plain values that do not tell whether the answer is right."""
        if self.outcome not in {"right", "wrong"}:
            return self.data
        return {**self.data, "outcome": _SEALED, "given": self.typed, "roads": []}

    def answer(self) -> Answer:
        """The answer as it is recorded.

        Raises:
            QuizError: there was none.
        """
        if self.outcome is None or self.when is None:
            raise QuizError("This question has no answer: give one first.")
        exercise = self.exercise()
        return Answer(
            question=exercise.question.id,
            outcome=self.outcome,
            source="quiz",
            skill=exercise.skill,
            level=exercise.level,
            seed=exercise.seed,
            asked=exercise.question.prompt,
            given=self.given,
            road=" ".join(self.roads),
            seconds=self.seconds,
            when=self.when,
        )


_SEALED = "answered"
"""The outcome of an answer that is marked when it is read again."""


def entry_of(data: Any) -> Entry:
    """An entry out of what was kept; a sealed one is marked.

    Raises:
        QuizError: it is none.
    """
    try:
        outcome = data["outcome"]
        if outcome not in (None, "right", "wrong", "skipped", _SEALED):
            raise ValueError(outcome)
        draw = (str(data["skill"]), int(data["level"]), int(data["seed"]))
        roads = tuple(str(road) for road in data["roads"])
        when = datetime.fromisoformat(data["when"]) if data.get("when") else None
        given, seconds = str(data["given"]), float(data["seconds"])
        if outcome != _SEALED:
            return Entry(draw, outcome, given, roads, seconds, when=when)
        entry = Entry(draw, seconds=seconds, typed=given, when=when)
        verdict = entry.exercise().question.mark(given)
        entry.outcome = "right" if verdict.right else "wrong"
        entry.given, entry.roads = verdict.given, verdict.roads
        return entry
    except (KeyError, TypeError, ValueError, AttributeError):
        raise QuizError("What was kept of this exam cannot be read: begin a new one.") from None


def another(name: str, level: int, chance: Random, asked: Sequence[Draw]) -> Draw:
    """A question of a skill that differs from those that were asked, if it has such a one."""
    known = {_words(draw) for draw in asked if draw[0] == name}
    for _ in range(_TRIES):
        draw = name, level, chance.randrange(10**9)
        if not known or _words(draw) not in known:
            break
    return draw


def _words(draw: Draw) -> tuple[str, ...]:
    """What is read of a question; options may stand in another order."""
    question = Entry(draw).exercise().question
    return (question.prompt, *sorted(line.partition(") ")[2] or line for line in question.lines))


class Source(ABC):
    """Says which question comes next."""

    @abstractmethod
    def next(self, entries: Sequence[Entry]) -> Draw | None:
        """The next question after those that were asked; None at the end."""


@dataclass
class Practice(Source):
    """Skills without end, at the learner's level, new numbers each time.

    Skills take turns; one that went wrong in its turn comes again once, two questions later.

    Args:
        names: the skills.
        at: the standing in each skill; the first level where it has none.
        chance: draws order and seeds.
        fixed: a level for all of them, whatever the learner's.
    """

    names: Sequence[str]
    at: dict[str, Standing]
    chance: Random
    fixed: int | None = None
    _turn: list[str] = field(default_factory=list)
    _seen: int = 0
    _extra: set[int] = field(default_factory=set)

    def next(self, entries: Sequence[Entry]) -> Draw:
        """The next skill in turn, or one that went wrong."""
        for entry in entries[self._seen :]:
            if entry.outcome is not None:
                name, level, _ = entry.draw
                self.at[name] = self._standing(name).after(entry.outcome, level)
        self._seen = len(entries)
        last = entries[-1].draw[0] if entries else ""
        again = entries[-2] if len(entries) > 1 and len(entries) - 2 not in self._extra else None
        if again is not None and again.outcome in {"wrong", "skipped"} and again.draw[0] != last:
            self._extra.add(len(entries))
            return self._draw(again.draw[0], entries)
        if not self._turn:
            self._turn = list(self.names)
            self.chance.shuffle(self._turn)
            if self._turn[-1] == last:
                self._turn.reverse()  # not twice in a row, unless there is but one
        return self._draw(self._turn.pop(), entries)

    def _draw(self, name: str, entries: Sequence[Entry]) -> Draw:
        level = self.fixed or self._standing(name).level
        return another(name, level, self.chance, [entry.draw for entry in entries[-_RECENT:]])

    def _standing(self, name: str) -> Standing:
        return self.at.get(name, Standing())


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
    _last: Entry | None = None

    def begin(self) -> Exercise | None:
        """Ask the question that is open, or the first; None when the time is over already."""
        if self.started is None:
            self.started = self.now()
        if self.entries and self.entries[-1].outcome is None and not self.time_is_over:
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
        passed = max((self.now() - self.started).total_seconds(), 0.0)
        return max(self.limit - passed, 0.0)

    @property
    def clock(self) -> str:
        """How much time is left, such as `4:37 left`; empty where there is no limit."""
        if self.left is None:
            return ""
        minutes, seconds = divmod(ceil(self.left), 60)
        return f"{minutes}:{seconds:02} left"

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
        """Mark an answer; the first one to a question counts, the same one twice is kept once.

        Raises:
            UnclearAnswerError: it cannot be read; it does not count.
            QuizError: nothing is asked, or the time is over.
        """
        verdict = self._open_exercise().question.mark(text)
        outcome: Outcome = "right" if verdict.right else "wrong"
        self._take(outcome, text, verdict.given, verdict.roads)
        return verdict

    def skip(self) -> None:
        """Go without an answer.

        Raises:
            QuizError: nothing is asked, or the time is over.
        """
        self._open_exercise()
        self._take("skipped", "", "", ())

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

    def _take(self, outcome: Outcome, typed: str, given: str, roads: tuple[str, ...]) -> None:
        open_ = self.entries[-1]
        now = self.now()
        seconds = max((now - (self._asked or now)).total_seconds(), 0.0)
        taken = Entry(open_.draw, outcome, given, roads, seconds, typed, now)
        again = (outcome, given) == (self._last.outcome, self._last.given) if self._last else False
        self._last = taken
        first = open_.outcome is None
        if first:
            self.entries[-1] = taken
        if first or not again:
            self.record(taken)
        if first and self.memory is not None:
            self.memory.review(
                taken.draw[0], now, right=outcome == "right", hinted=self.hints > 0,
                seconds=seconds,
            )  # fmt: skip
        self.keep()

    def record(self, entry: Entry) -> None:
        """Add an answer to what the learner has done."""
        if self.progress is not None:
            self.progress.record(entry.answer())

    def keep(self) -> None:
        """Keep the state of the round; plain rounds have none beside their answers."""


def skill_names(
    topics: Sequence[str] = (), names: Sequence[str] = (), *, shared: bool = False
) -> list[str]:
    """The skills of some topics, or of these the ones that are named; all without any.

    Args:
        topics: names of topics.
        names: names of skills.
        shared: of all skills, only those that everybody has, whatever lessons they have.

    Raises:
        QuizError: there is no such topic or skill, or a skill is of none of the topics.
    """
    if not topics and not names:
        return [skill.name for one in TOPICS if one.shared or not shared for skill in one.skills]
    of_topics = [skill.name for name in topics for skill in topic(name).skills]
    named = [skill_named(name).name for name in names]
    for name in named if topics else ():
        if name not in of_topics:
            raise QuizError(
                f"The skill {name} is of the topic {topic_of(name).name}, "
                f"not of {' or '.join(topics)}: leave --topic out."
            )
    return list(dict.fromkeys(named or of_topics))


def practice_round(
    progress: Progress | None,
    names: Sequence[str],
    *,
    seed: int | None = None,
    level: int | None = None,
    now: Callable[[], datetime] = utc_now,
) -> Round:
    """Practice without end; with a seed and a level the same for all who answer alike.

    Args:
        progress: where answers are kept.
        names: the skills.
        seed: of the questions; another each time without one.
        level: for all questions; the learner's own without one.
        now: the clock.
    """
    chance = Random(f"practice/{seed}") if seed is not None else Random()  # noqa: S311
    source = Practice(names, _standings(progress), chance, level)
    return Round(source, "practice", progress, Memory(progress), now=now)


def review_round(
    progress: Progress | None, *, fresh: int = 5, now: Callable[[], datetime] = utc_now
) -> Round:
    """Today's review: what is due, then some skills that were never practised.

    Args:
        progress: where answers and memory cards are kept.
        fresh: how many new skills at most.
        now: the clock.
    """
    memory = Memory(progress)
    at = _standings(progress)
    known = skill_names()
    moment = now()
    due = [name for name in memory.due(moment) if name in known]
    new = [name for name in known if name not in memory.cards][:fresh]
    # The moment as a seed: a skill that is due again today comes with other numbers.
    chance = Random(f"review/{moment.isoformat()}")  # noqa: S311
    draws = [
        (name, at.get(name, Standing()).level, chance.randrange(10**9)) for name in (*due, *new)
    ]
    return Round(Listed(draws), "today's review", progress, memory, now=now)


def _standings(progress: Progress | None) -> dict[str, Standing]:
    return {} if progress is None else standings(progress.answers(source="quiz"))
