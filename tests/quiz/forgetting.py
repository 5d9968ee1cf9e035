"""A learner who forgets, and three ways to choose what is reviewed.

What is remembered falls exponentially (Ebbinghaus), not by FSRS's power law, and the learner's
stability grows by rules of its own: the more, the longer ago the last review was, as in the spacing
effect (Cepeda et al. 2006). The scheduler sees nothing of it but right and wrong answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp
from random import Random

from cnnviz_tui.quiz.memory import Memory
from tests.quiz.taking import MONDAY


@dataclass(frozen=True)
class Curriculum:
    """What is to be learned, and how much time there is for it.

    Attributes:
        skills: how many skills.
        days: how many days.
        reviews: how many reviews a day.
    """

    skills: int
    days: int
    reviews: int

    @property
    def names(self) -> list[str]:
        """The skills' names."""
        return [f"skill-{i}" for i in range(self.skills)]


CURRICULUM = Curriculum(skills=40, days=60, reviews=8)
"""A term of a lecture, some minutes a day."""


@dataclass
class Learner:
    """Someone who forgets; skills are of unlike difficulty."""

    curriculum: Curriculum
    seed: int
    stability: dict[str, float] = field(default_factory=dict)
    last: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = Random(f"learner/{self.seed}")
        names = self.curriculum.names
        self.ease = {name: self.chance.uniform(0.5, 1.5) for name in names}

    def recall(self, name: str, now: datetime) -> float:
        """How likely the learner knows a skill; nothing before the first review."""
        if name not in self.last:
            return 0.0
        days = (now - self.last[name]).total_seconds() / 86400
        return exp(-days / self.stability[name])

    def review(self, name: str, now: datetime) -> bool:
        """Answer a question; whether rightly. The solution is read in any case."""
        known = self.recall(name, now)
        right = self.chance.random() < known
        if name not in self.last:
            self.stability[name] = 1.5 * self.ease[name]
        elif right:
            # What one had nearly forgotten gains most.
            self.stability[name] *= 1 + 2.5 * self.ease[name] * (1 - known) ** 0.5
        else:
            self.stability[name] = max(self.stability[name] * 0.5, 1.0 * self.ease[name])
        self.last[name] = now
        return right


@dataclass(frozen=True)
class Outcome:
    """What a learner knew.

    Attributes:
        at_end: mean recall of all skills after the last day.
        on_average: the same, as the mean over the evenings of all days.
        reviews: how many reviews there were.
    """

    at_end: float
    on_average: float
    reviews: int


Choose = Callable[[datetime], str]


def by_scheduler(curriculum: Curriculum, seed: int) -> Outcome:
    """What is due first, then something new, else what is nearest to being due."""
    memory = Memory()

    def choose(now: datetime) -> str:
        if due := memory.due(now):
            return due[0]
        new = [name for name in curriculum.names if name not in memory.cards]
        return new[0] if new else min(memory.cards.values(), key=lambda card: card.due).skill

    def learn(name: str, now: datetime, right: bool) -> None:
        memory.review(name, now, right=right)

    return _run(curriculum, seed, choose, learn)


def in_random_order(curriculum: Curriculum, seed: int) -> Outcome:
    """Any skill at any time."""
    chance = Random(f"order/{seed}")
    return _run(curriculum, seed, lambda _: chance.choice(curriculum.names))


def in_turns(curriculum: Curriculum, seed: int) -> Outcome:
    """One skill after the other, round and round."""
    turn = 0

    def choose(now: datetime) -> str:
        nonlocal turn
        turn += 1
        return curriculum.names[(turn - 1) % curriculum.skills]

    return _run(curriculum, seed, choose)


def _run(
    curriculum: Curriculum,
    seed: int,
    choose: Choose,
    learn: Callable[[str, datetime, bool], None] | None = None,
) -> Outcome:
    learner = Learner(curriculum, seed)
    evenings, reviews = [], 0
    for day in range(curriculum.days):
        now = MONDAY + timedelta(days=day)
        for _ in range(curriculum.reviews):
            name = choose(now)
            right = learner.review(name, now)
            if learn is not None:
                learn(name, now, right)
            reviews += 1
            now += timedelta(minutes=2)
        evening = MONDAY + timedelta(days=day, hours=12)
        known = [learner.recall(name, evening) for name in curriculum.names]
        evenings.append(sum(known) / len(known))
    return Outcome(evenings[-1], sum(evenings) / len(evenings), reviews)
