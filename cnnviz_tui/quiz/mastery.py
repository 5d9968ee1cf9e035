"""A map of all skills: how far one is with each, and which are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cnnviz_tui.progress import Progress
from cnnviz_tui.quiz.memory import Habit, Memory, habit, standings
from cnnviz_tui.quiz.topics import TOPICS

_SIGNS = ("·", "○", "◐", "●")


@dataclass(frozen=True, slots=True)
class Mark:
    """One skill on the map.

    Attributes:
        skill: its name.
        name: its title.
        level: 1 to 3; 0 before the first answer.
        due: whether it waits for a review.
    """

    skill: str
    name: str
    level: int
    due: bool

    @property
    def shown(self) -> str:
        """A sign for the level, or that it is due."""
        return "!" if self.due else _SIGNS[self.level]


@dataclass(frozen=True, slots=True)
class Mastery:
    """How far one is with everything.

    Attributes:
        topics: the marks of each topic's skills, by the topic's name.
        habit: on how many days one practised.
        next_due: when the next skill is due; None where none was practised.
        now: when the map was drawn.
    """

    topics: dict[str, tuple[Mark, ...]]
    habit: Habit
    next_due: datetime | None
    now: datetime

    @property
    def due(self) -> int:
        """How many skills wait for a review."""
        return sum(mark.due for marks in self.topics.values() for mark in marks)

    @property
    def known(self) -> int:
        """How many skills were practised."""
        return sum(mark.level > 0 for marks in self.topics.values() for mark in marks)

    @property
    def total(self) -> int:
        """How many skills there are."""
        return sum(len(marks) for marks in self.topics.values())

    @property
    def review_sentence(self) -> str:
        """What a review would bring today."""
        if not self.known:
            return f"Nothing is due yet. A review begins with a few of the {self.total} skills."
        if self.due:
            return f"{self.due} due now, then a few new skills."
        if self.next_due is None:
            return "Nothing is due."
        hours = (self.next_due - self.now).total_seconds() / 3600
        when = "within the hour"
        if hours >= 1.5:
            when = f"in {hours:.0f} hours" if hours < 48 else f"in {hours / 24:.0f} days"
        return f"Nothing is due now; the next skill {when}. Some new skills are waiting."

    @property
    def habit_sentence(self) -> str:
        """How often one practised, without reproach."""
        if not self.habit.days:
            return f"{self.total} skills, each with endless questions."
        days = "1 day" if self.habit.days == 1 else f"{self.habit.days} days"
        row = f", {self.habit.row} in a row" if self.habit.row > 1 else ""
        return f"{self.known} of {self.total} skills begun. You practised on {days} of 30{row}."


def mastery(progress: Progress | None, now: datetime) -> Mastery:
    """The map at a moment; imports every skill."""
    answers = progress.answers(source="quiz") if progress else []
    at = {name: standing.level for name, standing in standings(answers).items()}
    memory = Memory(progress)
    due = set(memory.due(now))
    topics = {
        topic.name: tuple(
            Mark(skill.name, skill.title, at.get(skill.name, 0), skill.name in due)
            for skill in topic.skills
        )
        for topic in TOPICS
    }
    names = {mark.skill for marks in topics.values() for mark in marks}
    dates = (card.due for card in memory.cards.values() if card.skill in names)
    return Mastery(topics, habit(answers, now), min(dates, default=None), now)
