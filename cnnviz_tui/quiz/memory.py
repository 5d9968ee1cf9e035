"""When to ask what again: a memory card for each skill, kept by the fsrs package.

FSRS models how likely one still knows something from the times at which it was practised (Ye, Su,
Cao: A stochastic shortest path algorithm for optimizing spaced repetition scheduling, KDD 2022).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from cnnviz_tui.progress import Answer, Card, Progress
from cnnviz_tui.progress.records import Outcome
from cnnviz_tui.quiz.skill import LEVELS

if TYPE_CHECKING:
    import fsrs

RETENTION = 0.9
"""A skill is due when the chance that one still knows it has fallen to this."""

SLOW = 90.0
"""Seconds from which on a right answer counts as hard."""

_RISES_AFTER = 2
"""Right answers in a row, at a level, that lead to the next."""


@dataclass
class Memory:
    """What a learner remembers.

    Attributes:
        progress: where cards are kept; None to keep them here only.
        cards: the cards by skill.
    """

    progress: Progress | None = None
    cards: dict[str, Card] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take out what is kept."""
        if self.progress is not None:
            self.cards = self.progress.cards()

    @cached_property
    def _scheduler(self) -> fsrs.Scheduler:
        import fsrs

        # Without chance the same answers give the same dates, on every machine.
        return fsrs.Scheduler(desired_retention=RETENTION, enable_fuzzing=False)

    def review(
        self, skill: str, now: datetime, *, right: bool, hinted: bool = False, seconds: float = 0.0
    ) -> Card:
        """Take an answer into the memory of a skill.

        Args:
            skill: what was practised.
            now: when.
            right: whether the first answer was right.
            hinted: whether a hint was taken.
            seconds: how long it took.
        """
        import fsrs

        rating = fsrs.Rating.Again
        if right:
            rating = fsrs.Rating.Hard if hinted or seconds > SLOW else fsrs.Rating.Good
        card, _ = self._scheduler.review_card(self._card(skill, now), rating, now)
        kept = Card(skill, card.to_json(), card.due, now)
        self.cards[skill] = kept
        if self.progress is not None:
            self.progress.keep_card(kept)
        return kept

    def _card(self, skill: str, now: datetime) -> fsrs.Card:
        import fsrs

        kept = self.cards.get(skill)
        if kept is not None:
            try:
                card = fsrs.Card.from_json(kept.state)
            except (KeyError, TypeError, ValueError):
                card = None
            if card is not None and card.stability and card.difficulty and card.last_review:
                return card
            # Of another version, or no card at all: the skill is learned anew.
        return fsrs.Card(card_id=0, due=now)

    def due(self, now: datetime) -> list[str]:
        """The skills to review, the one that has waited longest first."""
        waiting = [card for card in self.cards.values() if card.due <= now]
        return [card.skill for card in sorted(waiting, key=lambda card: (card.due, card.skill))]

    def recall(self, skill: str, now: datetime) -> float | None:
        """How likely one still knows a skill, 0 to 1; None where it was never practised."""
        if skill not in self.cards:
            return None
        return float(self._scheduler.get_card_retrievability(self._card(skill, now), now))


@dataclass(frozen=True, slots=True)
class Standing:
    """How hard a skill is asked.

    Attributes:
        level: 1 to 3.
        row: right answers in a row at this level.
    """

    level: int = LEVELS[0]
    row: int = 0

    def after(self, outcome: Outcome, asked: int | None = None) -> Standing:
        """The standing after an answer.

        Two right answers in a row lead a level up, a wrong or skipped one a level down. That one
        can do what is easier, or cannot do what is harder, says nothing new.

        Args:
            outcome: how the answer was marked.
            asked: the level of its question; this one without.
        """
        asked = self.level if asked is None else asked
        if outcome == "right":
            if asked < self.level:
                return self
            if self.row + 1 < _RISES_AFTER:
                return Standing(self.level, self.row + 1)
            return Standing(min(self.level + 1, LEVELS[-1]))
        return self if asked > self.level else Standing(max(self.level - 1, LEVELS[0]))


def standings(answers: Iterable[Answer]) -> dict[str, Standing]:
    """The standing in every skill that was asked, from its answers, the oldest first."""
    found: dict[str, Standing] = {}
    for answer in answers:
        if answer.skill:
            before = found.get(answer.skill, Standing())
            found[answer.skill] = before.after(answer.outcome, answer.level)
    return found


@dataclass(frozen=True, slots=True)
class Habit:
    """On how many days one practised.

    Attributes:
        days: of the last thirty.
        row: in a row until today or yesterday.
    """

    days: int
    row: int


def habit(answers: Iterable[Answer], now: datetime) -> Habit:
    """How often one practised of late, by the days of the learner's own time zone."""
    today = now.astimezone().date()
    practised = {answer.when.astimezone().date() for answer in answers}
    recent = sum(1 for day in practised if timedelta(0) <= today - day < timedelta(days=30))
    row = 0
    day = today if today in practised else today - timedelta(days=1)
    while day in practised:
        row += 1
        day -= timedelta(days=1)
    return Habit(recent, row)
