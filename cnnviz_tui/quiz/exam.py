"""Rounds against the clock that outlive a crash: exam, sprint, duel with oneself."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from cnnviz_tui.progress import Exam, Progress
from cnnviz_tui.quiz.memory import utc_now
from cnnviz_tui.quiz.rounds import Draw, Entry, Listed, Round, entry_of, skill_names
from cnnviz_tui.quiz.skill import LEVELS, QuizError

SPRINT_SECONDS = 60.0
DUEL_COUNT = 10
MOST_QUESTIONS = 200

EXAM, SPRINT, DUEL = "exam", "sprint", "duel"


def paper(seed: int, count: int, names: Sequence[str], level: int | None = None) -> list[Draw]:
    """The questions of an exam: the same for everybody who has its seed.

    Every skill comes once before one comes twice; levels take turns.

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
    return [
        (name, level or LEVELS[i % len(LEVELS)], chance.randrange(10**9))
        for i, name in enumerate(chosen[:count])
    ]


@dataclass
class TimedRound(Round):
    """A round whose state is kept after every answer.

    Attributes:
        id: under which it is kept.
        seed: what its questions are drawn from.
        finished: when it was handed in.
        settings: what else it was begun with, for its result.
    """

    id: str = ""
    seed: int = 0
    finished: datetime | None = None
    settings: dict[str, Any] | None = None

    @property
    def count(self) -> int | None:
        """How many questions it has; None in a sprint, whose list is never answered to its end."""
        return None if (self.settings or {}).get("kind") == SPRINT else super().count

    def keep(self) -> None:
        """Keep answers and clock."""
        if self.progress is None or self.started is None:
            return
        state = {"entries": [entry.data for entry in self.entries], **(self.settings or {})}
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
        """Hand in; questions that are open count as skipped."""
        if self.finished is not None:
            return
        if self.count is None and self.entries and self.entries[-1].outcome is None:
            self.entries.pop()  # the sprint ended in the middle of it
        elif self.entries and self.entries[-1].outcome is None:
            self.entries[-1].outcome = "skipped"
        while self.count is not None and len(self.entries) < self.count:
            draw = self.source.next(self.entries)
            if draw is None:
                break
            self.entries.append(Entry(draw, "skipped"))
        end = self.now()
        if self.started is not None and self.limit is not None:
            end = min(end, self.started + timedelta(seconds=self.limit))
        self.finished = end
        self.exercise = None
        self.keep()


def exam_round(
    progress: Progress | None,
    *,
    seed: int | None = None,
    count: int | None = None,
    minutes: float | None = None,
    names: Sequence[str] = (),
    level: int | None = None,
    now: Callable[[], datetime] = utc_now,
) -> TimedRound:
    """An exam: the unfinished one of these settings goes on, its clock having run meanwhile.

    Args:
        progress: where it is kept.
        seed: of its paper; without one an unfinished exam goes on, or a new seed is drawn.
        count: how many questions, 20 without one.
        minutes: the time limit; without one, as much as one takes.
        names: the skills to draw from; all without any.
        level: for all questions; mixed without one.
        now: the clock.

    Raises:
        QuizError: a count that makes no sense.
    """
    chosen = list(names) or skill_names()
    limit = None if minutes is None else minutes * 60
    wanted = {"kind": EXAM, "names": list(names), "level": level}
    open_exam = None
    for exam in reversed(progress.exams() if progress else []):
        settings = _settings(exam)
        if exam.finished is not None or settings.get("kind") != EXAM:
            continue
        asked = seed is None and count is None and minutes is None and not names and level is None
        same = (exam.seed, exam.count, exam.limit) == (seed, count or 20, limit)
        if asked or (same and all(settings.get(key) == value for key, value in wanted.items())):
            open_exam = exam
            break
    if open_exam is not None and progress is not None:
        return _resumed(open_exam, progress, now)
    drawn = seed if seed is not None else Random().randrange(10**6)  # noqa: S311
    draws = paper(drawn, 20 if count is None else count, chosen, level)
    name = f"exam-{drawn}-{len(draws)}-{now().isoformat(timespec='seconds')}"
    return TimedRound(
        Listed(draws), f"exam, seed {drawn}", progress, None, tells=False, limit=limit, now=now,
        id=name, seed=drawn, settings=wanted,
    )  # fmt: skip


def _resumed(exam: Exam, progress: Progress, now: Callable[[], datetime]) -> TimedRound:
    settings = _settings(exam)
    names = [str(name) for name in settings.get("names") or ()] or skill_names()
    level = settings.get("level")
    draws = paper(exam.seed, exam.count, names, level if level in LEVELS else None)
    entries = [entry_of(data) for data in settings.get("entries") or ()]
    kept = {key: value for key, value in settings.items() if key != "entries"}
    return TimedRound(
        Listed(draws), f"exam, seed {exam.seed}", progress, None, tells=False, limit=exam.limit,
        now=now, started=exam.started, entries=entries, id=exam.id, seed=exam.seed, settings=kept,
    )  # fmt: skip


def sprint_round(
    progress: Progress | None,
    *,
    seed: int | None = None,
    names: Sequence[str] = (),
    now: Callable[[], datetime] = utc_now,
) -> TimedRound:
    """As many questions of the first level as one can answer in sixty seconds."""
    drawn = seed if seed is not None else Random().randrange(10**6)  # noqa: S311
    draws = paper(drawn, MOST_QUESTIONS, list(names) or skill_names(), level=LEVELS[0])
    name = f"sprint-{now().isoformat(timespec='seconds')}"
    return TimedRound(
        Listed(draws), "sprint", progress, None, limit=SPRINT_SECONDS, now=now, id=name,
        seed=drawn, settings={"kind": SPRINT},
    )  # fmt: skip


def best_sprint(progress: Progress | None) -> int | None:
    """The most right answers in a finished sprint; None before the first."""
    scores = [
        sum(entry.outcome == "right" for entry in _entries(exam))
        for exam in (progress.exams() if progress else ())
        if exam.finished is not None and _settings(exam).get("kind") == SPRINT
    ]
    return max(scores, default=None)


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

    The first duel has no rival.
    """
    rival, draws = None, None
    last = [
        exam
        for exam in (progress.exams() if progress else ())
        if exam.finished is not None and _settings(exam).get("kind") == DUEL
    ]
    drawn = Random().randrange(10**6)  # noqa: S311
    if last and not names:
        entries = _entries(last[-1])
        rival = Rival(
            tuple(entry.outcome == "right" for entry in entries),
            tuple(entry.seconds for entry in entries),
        )
        chance = Random(f"duel/{drawn}")  # noqa: S311
        draws = [(*entry.draw[:2], chance.randrange(10**9)) for entry in entries]
    draws = draws or paper(drawn, DUEL_COUNT, list(names) or skill_names())
    name = f"duel-{now().isoformat(timespec='seconds')}"
    round_ = TimedRound(
        Listed(draws), "duel", progress, None, now=now, id=name, seed=drawn,
        settings={"kind": DUEL},
    )  # fmt: skip
    return round_, rival


def _settings(exam: Exam) -> dict[str, Any]:
    try:
        state = json.loads(exam.state)
    except ValueError:
        return {}
    return state if isinstance(state, dict) else {}


def _entries(exam: Exam) -> list[Entry]:
    try:
        return [entry_of(data) for data in _settings(exam).get("entries") or ()]
    except QuizError:
        return []
