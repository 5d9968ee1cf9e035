"""Rounds against the clock that outlive a crash: exam, sprint, duel with oneself."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from cnnviz_tui.progress import Exam, Progress
from cnnviz_tui.progress.records import utc_now
from cnnviz_tui.quiz.rounds import Draw, Entry, Listed, Round, another, entry_of, skill_names
from cnnviz_tui.quiz.skill import LEVELS, Exercise, QuizError
from cnnviz_tui.quiz.topics import skill, skills

SPRINT_SECONDS = 60.0
DUEL_COUNT = 10
EXAM_COUNT = 20
MOST_QUESTIONS = 200

EXAM, SPRINT, DUEL = "exam", "sprint", "duel"


def paper(seed: int, count: int, names: Sequence[str], level: int | None = None) -> list[Draw]:
    """The questions of an exam: the same for everybody who has its seed.

    Every skill comes once before one comes twice, with another question; levels take turns.

    Args:
        seed: what a lecturer hands out.
        count: how many questions.
        names: the skills to draw from.
        level: for all questions; mixed without one.

    Raises:
        QuizError: a count that makes no sense.
    """
    if not 1 <= count <= MOST_QUESTIONS:
        raise QuizError(f"A paper has 1 to {MOST_QUESTIONS} questions, not {count}.")
    chance = Random(f"paper/{seed}")  # noqa: S311 - not for secrets
    chosen: list[str] = []
    while len(chosen) < count:
        turn = list(names)
        chance.shuffle(turn)
        chosen += turn
    draws: list[Draw] = []
    for i, name in enumerate(chosen[:count]):
        draws.append(another(name, level or LEVELS[i % len(LEVELS)], chance, draws))
    return draws


@dataclass
class TimedRound(Round):
    """A round whose state is kept after every answer.

    Attributes:
        id: under which it is kept.
        seed: what its questions are drawn from.
        finished: when it was handed in.
        kind: exam, sprint or duel.
        names: the skills that it was narrowed to; none for all.
        level: the level that was asked for; None for mixed ones.
    """

    id: str = ""
    seed: int = 0
    finished: datetime | None = None
    kind: str = EXAM
    names: tuple[str, ...] = ()
    level: int | None = None

    @property
    def count(self) -> int | None:
        """How many questions it has; None in a sprint, whose list is never answered to its end."""
        return None if self.kind == SPRINT else super().count

    @property
    def _secret(self) -> bool:
        """Whether nobody is told yet which answers are right."""
        return self.kind == EXAM and self.finished is None

    def begin(self) -> Exercise | None:
        """Ask the question that is open, or the first; None when it is over already."""
        return super().begin() if self.finished is None else None

    def record(self, entry: Entry) -> None:
        """Add an answer to what the learner has done; those of an exam when it is handed in."""
        if not self._secret:
            super().record(entry)

    def keep(self) -> None:
        """Keep answers and clock, and an exam's paper, so that it outlives a newer cnnviz."""
        if self.progress is None or self.started is None:
            return
        state: dict[str, Any] = {
            "kind": self.kind, "names": self.names, "level": self.level,
            "entries": [entry.sealed if self._secret else entry.data for entry in self.entries],
        }  # fmt: skip
        if self.kind == EXAM and isinstance(self.source, Listed):
            state["paper"] = [Entry(draw).data for draw in self.source.draws]
        self.progress.keep_exam(
            Exam(
                id=self.id,
                seed=self.seed,
                count=self.count or len(self.entries),
                started=self.started,
                limit=self.limit,
                finished=self.finished,
                state=json.dumps(state),
                updated=self.now(),
            )
        )

    def finish(self) -> None:
        """Hand in; a question without an answer stays so, and is one that was not reached."""
        if self.finished is not None:
            return
        end = self.now()
        if self.started is not None and self.limit is not None:
            end = min(end, self.started + timedelta(seconds=self.limit))
        if self.entries and self.entries[-1].outcome is None:
            if self.kind == SPRINT:
                self.entries.pop()  # it ended in the middle of it
            elif self._asked is not None:
                self.entries[-1].seconds = max((end - self._asked).total_seconds(), 0.0)
        if self.kind != SPRINT and isinstance(self.source, Listed):
            self.entries += [Entry(draw) for draw in self.source.draws[len(self.entries) :]]
        self.finished = end
        self.exercise = None
        if self.kind == EXAM:
            # What an older cnnviz kept without its time was recorded at once.
            for entry in self.entries:
                if entry.outcome is not None and entry.when is not None:
                    self.record(entry)
        self.keep()


def exam_round(
    progress: Progress | None,
    *,
    seed: int | None = None,
    count: int | None = None,
    minutes: float | None = None,
    names: Sequence[str] = (),
    level: int | None = None,
    anew: bool = False,
    now: Callable[[], datetime] = utc_now,
) -> TimedRound:
    """An exam: the one of these settings goes on, its clock having run meanwhile.

    One that was handed in comes back as it is where its seed is asked for.

    Args:
        progress: where it is kept.
        seed: of its paper; without one an unfinished exam goes on, or a new seed is drawn.
        count: how many questions, 20 without one.
        minutes: the time limit; without one, as much as one takes.
        names: the skills to draw from; without any, all that everybody has.
        level: for all questions; mixed without one.
        anew: whether to begin another one, whatever there is.
        now: the clock.

    Raises:
        QuizError: a count that makes no sense.
    """
    limit = None if minutes is None else minutes * 60
    wanted = (EXAM_COUNT if count is None else count, limit, tuple(names), level)
    whichever = seed is None and wanted == (EXAM_COUNT, None, (), None) and count is None
    for exam in reversed(progress.exams() if progress and not anew else []):
        kept = _kept(exam, progress, now)
        if kept is None or (kept.finished is not None and seed is None):
            continue
        same = (kept.count, kept.limit, kept.names, kept.level) == wanted
        if whichever or (same and seed in {None, kept.seed}):
            return kept
    drawn = _drawn(seed)
    draws = paper(drawn, wanted[0], list(names) or skill_names(shared=True), level)
    return TimedRound(
        Listed(draws), f"exam, seed {drawn}", progress, None, tells=False, limit=limit, now=now,
        id=_id(EXAM, drawn, now), seed=drawn, names=tuple(names), level=level,
    )  # fmt: skip


def _kept(exam: Exam, progress: Progress | None, now: Callable[[], datetime]) -> TimedRound | None:
    """The round of an exam that was begun; None where it cannot be read."""
    state = _state(exam)
    if state.get("kind") != EXAM:
        return None
    try:
        draws = [entry_of(data).draw for data in state["paper"]]
        entries = [entry_of(data) for data in state["entries"]]
        names = tuple(str(name) for name in state["names"])
        for name, _, _ in draws:
            skill(name)
    except (KeyError, TypeError, QuizError):
        return None
    if not draws or [entry.draw for entry in entries] != draws[: len(entries)]:
        return None
    level = state.get("level")
    return TimedRound(
        Listed(draws), f"exam, seed {exam.seed}", progress, None, tells=False, limit=exam.limit,
        now=now, started=exam.started, entries=entries, id=exam.id, seed=exam.seed, names=names,
        level=level if level in LEVELS else None, finished=exam.finished,
    )  # fmt: skip


def came_back_sentence(exam: TimedRound) -> str:
    """Why an exam that was handed in before is not asked again."""
    return (
        f"You handed in the exam of seed {exam.seed} before: this is its result. "
        "Add --new to begin it anew."
    )


def sprint_round(
    progress: Progress | None,
    *,
    seed: int | None = None,
    names: Sequence[str] = (),
    now: Callable[[], datetime] = utc_now,
) -> TimedRound:
    """As many questions of the first level as one can answer in sixty seconds.

    Args:
        progress: where its score is kept.
        seed: of its questions; another each time without one.
        names: the skills to draw from; all without any.
        now: the clock.
    """
    drawn = _drawn(seed)
    draws = paper(drawn, MOST_QUESTIONS, list(names) or skill_names(), level=LEVELS[0])
    return TimedRound(
        Listed(draws), "sprint", progress, None, limit=SPRINT_SECONDS, now=now,
        id=_id(SPRINT, drawn, now), seed=drawn, kind=SPRINT, names=tuple(names), level=LEVELS[0],
    )  # fmt: skip


def best_sprint(progress: Progress | None, names: Sequence[str] = ()) -> int | None:
    """The most right answers in a finished sprint over the same skills; None before the first."""
    return max(
        (
            sum(entry.outcome == "right" for entry in _entries(exam))
            for exam in _finished(progress, SPRINT, names)
        ),
        default=None,
    )


@dataclass(frozen=True, slots=True)
class Rival:
    """Oneself, the last time.

    Attributes:
        marks: for each question whether it was right.
        seconds: for each question how long it took.
    """

    marks: tuple[bool, ...]
    seconds: tuple[float, ...]

    def score(self, questions: int) -> int:
        """Right answers in so many questions."""
        return sum(self.marks[:questions])

    def time(self, questions: int) -> float:
        """Seconds for so many questions."""
        return sum(self.seconds[:questions])


def duel_round(
    progress: Progress | None,
    *,
    names: Sequence[str] = (),
    now: Callable[[], datetime] = utc_now,
) -> tuple[TimedRound, Rival | None]:
    """Ten questions of the kinds and levels of the last duel, with new numbers, against its record.

    The first duel over these skills has no rival.

    Args:
        progress: where its record is kept.
        names: the skills to draw from; all without any.
        now: the clock.
    """
    rival = None
    drawn = _drawn(None)
    draws = paper(drawn, DUEL_COUNT, list(names) or skill_names())
    last = _finished(progress, DUEL, names)
    entries = _entries(last[-1]) if last else []
    if entries and {entry.draw[0] for entry in entries} <= {one.name for one in skills()}:
        rival = Rival(
            tuple(entry.outcome == "right" for entry in entries),
            tuple(entry.seconds for entry in entries),
        )
        chance = Random(f"duel/{drawn}")  # noqa: S311 - not for secrets
        draws = [(*entry.draw[:2], chance.randrange(10**9)) for entry in entries]
    round_ = TimedRound(
        Listed(draws), "duel", progress, None, now=now, id=_id(DUEL, drawn, now), seed=drawn,
        kind=DUEL, names=tuple(names),
    )  # fmt: skip
    return round_, rival


def _drawn(seed: int | None) -> int:
    return Random().randrange(10**6) if seed is None else seed  # noqa: S311 - not for secrets


def _id(kind: str, seed: int, now: Callable[[], datetime]) -> str:
    """A name for a round, so that two that begin at once are kept apart."""
    return f"{kind}-{seed}-{now().isoformat(timespec='microseconds')}"


def _finished(progress: Progress | None, kind: str, names: Sequence[str]) -> list[Exam]:
    """The rounds of a kind over the same skills that were handed in, the oldest first."""
    return [
        exam
        for exam in (progress.exams() if progress else ())
        if exam.finished is not None
        and _state(exam).get("kind") == kind
        and _state(exam).get("names") == list(names)
    ]


def _state(exam: Exam) -> dict[str, Any]:
    state = json.loads(exam.state)  # a record's state is JSON, whatever else it is
    return state if isinstance(state, dict) else {}


def _entries(exam: Exam) -> list[Entry]:
    try:
        return [entry_of(data) for data in _state(exam)["entries"]]
    except (KeyError, TypeError, QuizError):
        return []
