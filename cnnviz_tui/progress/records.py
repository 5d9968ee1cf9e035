"""What is kept of a learner: answers, places in lessons, memory cards and exams, each checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isfinite
from typing import Final, Literal, TypeAlias

from cnnviz_tui.shapes.errors import ShapeError

Source: TypeAlias = Literal["lesson", "quiz"]
Outcome: TypeAlias = Literal["right", "wrong", "skipped"]

SOURCES: Final = ("lesson", "quiz")
"""Where a question can have been asked."""
OUTCOMES: Final = ("right", "wrong", "skipped")
"""How an answer can have been marked."""
LONGEST_NAME: Final = 200
"""Characters of an identifier."""
LONGEST_TEXT: Final = 20_000
"""Characters kept of a question or an answer; what is longer is cut."""
LONGEST_STATE: Final = 2_000_000
"""Characters of a card's or an exam's JSON."""
MOST_STEPS: Final = 63
"""Steps of a lesson of which it is remembered whether they were shown."""
LARGEST: Final = 2**63 - 1
"""The largest whole number that SQLite keeps."""


class ProgressError(ShapeError):
    """Something that cannot be kept, read in or reset; one sentence says what and why."""


def utc_now() -> datetime:
    """Return the time now, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to one question; equal answers of the same microsecond are one and the same.

    Args:
        question: the question's own name, which stays when its text or its lesson is edited.
        outcome: how it was marked.
        source: where it was asked.
        lesson: the lesson's id, empty outside a lesson.
        skill: what the quiz practises, empty in a lesson.
        level: how hard it was.
        seed: what the question was generated from.
        asked: the question as it was shown; cut at 20,000 characters.
        given: the answer as it was typed; cut at 20,000 characters.
        road: the id of the misconception that leads to this answer, empty if none is known.
        seconds: how long the learner took.
        when: when it was answered; any time zone, kept in UTC.

    Raises:
        ProgressError: a value that makes no sense.
    """

    question: str
    outcome: Outcome
    source: Source
    lesson: str = ""
    skill: str = ""
    level: int | None = None
    seed: int | None = None
    asked: str = ""
    given: str = ""
    road: str = ""
    seconds: float | None = None
    when: datetime = field(default_factory=utc_now)

    def __post_init__(self) -> None:
        _name("question", self.question)
        _one_of("outcome", self.outcome, OUTCOMES)
        _one_of("source", self.source, SOURCES)
        for name in ("lesson", "skill", "road"):
            _name(name, getattr(self, name), may_be_empty=True)
        for name in ("level", "seed"):
            if getattr(self, name) is not None:
                _whole(name, getattr(self, name), lowest=-LARGEST - 1)
        for name in ("asked", "given"):
            object.__setattr__(self, name, _kept_text(name, getattr(self, name)))
        if self.seconds is not None:
            object.__setattr__(self, "seconds", _seconds("seconds", self.seconds))
        object.__setattr__(self, "when", _moment("when", self.when))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a learner is in a lesson.

    Args:
        lesson: the lesson's id.
        step: the step that was shown last, counted from 0.
        part: the part of that step, counted from 0.
        furthest: the furthest step that was ever shown, counted from 0; at least `step`.
        finished: when the lesson was first finished.
        seen: when the lesson was last open.
        shown: which steps were ever shown, as bits: 1 for the first, 2 for the second, 4 ...; 0 in
            records from before this was kept.

    Raises:
        ProgressError: a value that makes no sense.
    """

    lesson: str
    step: int = 0
    part: int = 0
    furthest: int = 0
    finished: datetime | None = None
    seen: datetime = field(default_factory=utc_now)
    shown: int = 0

    def __post_init__(self) -> None:
        _name("lesson", self.lesson)
        for name in ("step", "part", "furthest", "shown"):
            _whole(name, getattr(self, name))
        object.__setattr__(self, "furthest", max(self.step, self.furthest))
        if self.finished is not None:
            object.__setattr__(self, "finished", _moment("finished", self.finished))
        object.__setattr__(self, "seen", _moment("seen", self.seen))

    @property
    def shown_steps(self) -> tuple[int, ...]:
        """The steps that were ever shown, counted from 0; without a record of them, all so far."""
        if not self.shown:
            return tuple(range(min(self.furthest + 1, MOST_STEPS)))
        return tuple(step for step in range(MOST_STEPS) if self.shown >> step & 1)


@dataclass(frozen=True, slots=True)
class Card:
    """What the scheduler remembers of a skill.

    Args:
        skill: the skill's id.
        state: the scheduler's own card as JSON text; nobody here looks inside.
        due: when the skill is to be reviewed.
        updated: when the card was last changed.

    Raises:
        ProgressError: a value that makes no sense.
    """

    skill: str
    state: str
    due: datetime
    updated: datetime = field(default_factory=utc_now)

    def __post_init__(self) -> None:
        _name("skill", self.skill)
        _json_text("state", self.state)
        for name in ("due", "updated"):
            object.__setattr__(self, name, _moment(name, getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Exam:
    """An exam, kept while it runs so that it can go on after a crash.

    Args:
        id: the exam's id.
        seed: what its questions are generated from.
        count: how many questions it has.
        started: when it began; the clock runs from here, also while cnnviz is closed.
        limit: how many seconds it may take, None without a limit.
        finished: when it was handed in.
        state: the quiz's own notes (questions, answers) as JSON text.
        updated: when it was last changed.

    Raises:
        ProgressError: a value that makes no sense.
    """

    id: str
    seed: int
    count: int
    started: datetime
    limit: float | None = None
    finished: datetime | None = None
    state: str = "{}"
    updated: datetime = field(default_factory=utc_now)

    def __post_init__(self) -> None:
        _name("id", self.id)
        _whole("seed", self.seed, lowest=-LARGEST - 1)
        _whole("count", self.count)
        if self.limit is not None:
            object.__setattr__(self, "limit", _seconds("limit", self.limit))
        _json_text("state", self.state)
        if self.finished is not None:
            object.__setattr__(self, "finished", _moment("finished", self.finished))
        for name in ("started", "updated"):
            object.__setattr__(self, name, _moment(name, getattr(self, name)))


Record: TypeAlias = Answer | Place | Card | Exam
"""Anything that is kept."""


def _name(name: str, value: object, *, may_be_empty: bool = False) -> None:
    """Check an identifier."""
    if not isinstance(value, str):
        raise ProgressError(f"{name}: a text was expected, not {_shown(value)}.")
    if not value and not may_be_empty:
        raise ProgressError(f"{name}: an identifier was expected, not an empty text.")
    if len(value) > LONGEST_NAME:
        raise ProgressError(
            f"{name}: an identifier has at most {LONGEST_NAME} characters, not {len(value):,}."
        )
    if not value.isprintable():
        raise ProgressError(f"{name}: an identifier is printable, not {_shown(value)}.")


def _one_of(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Check a choice."""
    if value not in choices:
        raise ProgressError(
            f"{name}: one of {', '.join(choices)} was expected, not {_shown(value)}."
        )


def _whole(name: str, value: object, lowest: int = 0) -> None:
    """Check a whole number."""
    # A bool is an int to Python, but nobody counts with it.
    if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= LARGEST:
        least = "that fits 64 bits" if lowest else "of 0 or more"
        raise ProgressError(f"{name}: a whole number {least} was expected, not {_shown(value)}.")


def _seconds(name: str, value: object) -> float:
    """Return a checked length of time in seconds."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 <= value <= LARGEST or not isfinite(value):  # type: ignore[operator, arg-type]
        raise ProgressError(f"{name}: seconds of 0 or more were expected, not {_shown(value)}.")
    return float(value)  # type: ignore[arg-type]


def _moment(name: str, value: object) -> datetime:
    """Return a checked time in UTC."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ProgressError(f"{name}: a time with its zone was expected, not {_shown(value)}.")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ProgressError(f"{name}: {_shown(value)} lies outside the calendar.") from None


def _kept_text(name: str, value: object) -> str:
    """Return a text as it can be kept: cut, and without halves of characters."""
    if not isinstance(value, str):
        raise ProgressError(f"{name}: a text was expected, not {_shown(value)}.")
    cut = value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - 1] + "…"
    # Bytes that a terminal could not decode arrive as lone surrogates, which UTF-8 does not have.
    return cut.encode("utf-8", "replace").decode("utf-8")


def _json_text(name: str, value: object) -> None:
    """Check that a text is JSON."""
    import json

    if not isinstance(value, str):
        raise ProgressError(f"{name}: JSON as a text was expected, not {_shown(value)}.")
    if len(value) > LONGEST_STATE:
        raise ProgressError(
            f"{name}: at most {LONGEST_STATE:,} characters are kept, not {len(value):,}."
        )
    try:
        json.loads(value)
        value.encode("utf-8")
    except (ValueError, RecursionError):
        raise ProgressError(f"{name}: JSON was expected, not {_shown(value)}.") from None


def _shown(value: object) -> str:
    """Return a value as it is quoted in a sentence."""
    if isinstance(value, datetime):
        return str(value)
    if not isinstance(value, str | int | float | None):
        return f"a {type(value).__name__}"
    if isinstance(value, int) and abs(value) > LARGEST:
        return "a number of more than 64 bits"
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else str(value)
    short = text if len(text) <= 40 else text[:39] + "…"
    return f"“{short}”" if isinstance(value, str) else short
