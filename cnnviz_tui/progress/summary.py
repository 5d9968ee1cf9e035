"""What the record adds up to, for each lesson and each skill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cnnviz_tui.progress.keeping import Progress
from cnnviz_tui.progress.records import Answer


@dataclass(frozen=True, slots=True)
class Marks:
    """How often answers were right, wrong and skipped."""

    right: int = 0
    wrong: int = 0
    skipped: int = 0

    @property
    def answers(self) -> int:
        """How many there are in all."""
        return self.right + self.wrong + self.skipped

    @property
    def share_right(self) -> float | None:
        """The share of right ones, 0..1, among those that were not skipped; None without any."""
        tried = self.right + self.wrong
        return self.right / tried if tried else None


@dataclass(frozen=True, slots=True)
class LessonSummary:
    """What was done in a lesson.

    Args:
        lesson: the lesson's id.
        steps_seen: how many of its steps were seen.
        marks: how its questions were answered.
        seen: when it was last open, None if only answers are known.
        finished: when it was first finished.
    """

    lesson: str
    steps_seen: int
    marks: Marks
    seen: datetime | None
    finished: datetime | None


@dataclass(frozen=True, slots=True)
class SkillSummary:
    """What was practised of a skill.

    Args:
        skill: the skill's id.
        marks: how its questions were answered.
        due: when it is to be reviewed, None if it is not scheduled.
    """

    skill: str
    marks: Marks
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Summary:
    """All that was done: lessons in the order of their last use, skills in that of their names.

    Args:
        marks: of all answers.
        lessons: one entry a lesson.
        skills: one entry a skill.
        exams: how many were begun.
        exams_finished: how many of them were handed in.
    """

    marks: Marks
    lessons: tuple[LessonSummary, ...]
    skills: tuple[SkillSummary, ...]
    exams: int
    exams_finished: int

    @property
    def empty(self) -> bool:
        """Whether nothing was done yet."""
        return not (self.marks.answers or self.lessons or self.skills or self.exams)


def summarise(progress: Progress) -> Summary:
    """Add up the whole record."""
    answers, places, cards = progress.answers(), progress.places(), progress.cards()
    exams = progress.exams()
    lessons = dict.fromkeys(
        [place.lesson for place in sorted(places.values(), key=lambda place: place.seen)]
        + [answer.lesson for answer in answers if answer.lesson]
    )
    skills = sorted({answer.skill for answer in answers if answer.skill} | cards.keys())
    by_lesson = _marks_by((answer.lesson, answer) for answer in answers)
    by_skill = _marks_by((answer.skill, answer) for answer in answers)
    lesson_rows = []
    for lesson in lessons:
        place = places.get(lesson)
        lesson_rows.append(
            LessonSummary(
                lesson,
                steps_seen=len(place.shown_steps) if place else 0,
                marks=by_lesson.get(lesson, Marks()),
                seen=place.seen if place else None,
                finished=place.finished if place else None,
            )
        )
    return Summary(
        marks=_marks(answers),
        lessons=tuple(lesson_rows),
        skills=tuple(
            SkillSummary(
                skill,
                marks=by_skill.get(skill, Marks()),
                due=cards[skill].due if skill in cards else None,
            )
            for skill in skills
        ),
        exams=len(exams),
        exams_finished=sum(exam.finished is not None for exam in exams),
    )


def _marks_by(pairs: Iterable[tuple[str, Answer]]) -> dict[str, Marks]:
    """Return the marks for each key."""
    groups: dict[str, list[Answer]] = {}
    for key, answer in pairs:
        groups.setdefault(key, []).append(answer)
    return {key: _marks(group) for key, group in groups.items()}


def _marks(answers: Iterable[Answer]) -> Marks:
    """Count the outcomes."""
    count = Counter(answer.outcome for answer in answers)
    return Marks(count["right"], count["wrong"], count["skipped"])
