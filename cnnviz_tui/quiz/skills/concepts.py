"""Concept questions from the lessons, a skill for each of their chapters.

A lecturer's own lessons bring their own questions; without lessons there is no skill here. Which
questions there are is read when a skill is drawn from, a lesson at a time. Questions for numbers
stay in the lessons: the other topics ask those with numbers of their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path
from random import Random

from cnnviz_tui.course.lesson import Ask, Heading, LessonStep, Prose, Show
from cnnviz_tui.course.library import Course, lesson_folders
from cnnviz_tui.course.problem import CourseError
from cnnviz_tui.course.reading import read_lesson, read_text
from cnnviz_tui.questions import (
    CellQuestion,
    ChoiceQuestion,
    GridQuestion,
    OrderQuestion,
    Question,
    SeveralQuestion,
)
from cnnviz_tui.quiz.skill import Exercise, QuizError, Skill
from cnnviz_tui.quiz.wording import unlinked, unmarked
from cnnviz_tui.walkthroughs.demonstration import Demonstration

_LEVELS: dict[type[Question], int] = {
    ChoiceQuestion: 1,
    OrderQuestion: 2,
    CellQuestion: 2,
    GridQuestion: 2,
    SeveralQuestion: 3,
}
"""How hard the kinds are: of several right options each has to be known."""

_KIND = re.compile(r"""^kind\s*=\s*["'](choice|several|order|cell|grid)["']""", re.MULTILINE)

_LONGEST = 12
"""Lines of a lesson's text that stand whole above its question."""

_Found = tuple[Question, Demonstration | None]


def __getattr__(name: str) -> tuple[Skill, ...]:
    """`SKILLS`, those of the lessons that there are now."""
    if name != "SKILLS":
        raise AttributeError(name)
    try:
        return _skills(lesson_folders())
    except CourseError:
        return ()


@lru_cache(maxsize=4)
def _skills(folders: tuple[Path, ...]) -> tuple[Skill, ...]:
    chapters: dict[str, list[Heading]] = {}
    for heading in Course(folders).headings:
        if not _KIND.search(read_text(heading.path)):
            continue  # nothing to ask
        chapters.setdefault(heading.chapter or "Lessons", []).append(heading)
    found = []
    for chapter, headings in chapters.items():
        slug = "-".join(re.findall(r"[a-z0-9]+", chapter.lower()))
        # A chapter that is written in another script has no slug: the first lesson names it.
        found.append(
            Skill(
                f"concepts-{slug or headings[0].id}",
                f"Concepts: {chapter}",
                f"Answer concept questions from the lessons on “{chapter}”.",
                partial(_draw, tuple(headings)),
            )
        )
    return tuple({skill.name: skill for skill in found}.values())


def _draw(headings: Sequence[Heading], chance: Random, level: int) -> Exercise:
    """A question of one of some lessons, of this level or else of the nearest."""
    order = list(headings)
    chance.shuffle(order)
    for wanted in sorted((1, 2, 3), key=lambda other: abs(other - level)):
        for heading in order:
            found = [one for one in _asked(heading.path) if _LEVELS[type(one[0])] == wanted]
            if found:
                question, shown = chance.choice(found)
                question = _shuffled(question, chance)
                solution = unmarked(question.explanation)
                return Exercise(question=question, solution=(solution,), demonstration=shown)
    names = ", ".join(heading.id for heading in headings)
    raise QuizError(f"The lessons {names} have no concept question: practise another skill.")


@lru_cache(maxsize=64)
def _asked(path: Path) -> tuple[_Found, ...]:
    """The concept questions of a lesson, each with what its step shows next."""
    try:
        lesson = read_lesson(read_text(path), path).lesson
    except CourseError:
        return ()
    steps = lesson.steps if lesson is not None else ()
    title = lesson.heading.title if lesson is not None else ""
    return tuple(
        (_in_context(part.question, title, step, place), _next_shown(step, place))
        for step in steps
        for place, part in enumerate(step.parts)
        if isinstance(part, Ask) and type(part.question) in _LEVELS and part.question.explanation
    )


def _in_context(question: Question, title: str, step: LessonStep, place: int) -> Question:
    """The question behind the text that it follows in its lesson, so that it stands alone."""
    proses = [part.markdown for part in step.parts[:place] if isinstance(part, Prose)]
    text = unlinked(proses[-1].strip()) if proses else ""
    if len(text.split("\n")) > _LONGEST:
        last = text.split("\n\n")[-1]
        text = last if last[:1].isalnum() else ""  # of a list, a table, code no part will do
    context = f"From “{title}”:\n\n{text}".strip()
    return question.changed(prompt=f"{context}\n\n{question.prompt}")


def _next_shown(step: LessonStep, place: int) -> Demonstration | None:
    shows = (part.demonstration for part in step.parts[place:] if isinstance(part, Show))
    return next(shows, None)


def _shuffled(question: Question, chance: Random) -> Question:
    """The question with its options in another order, so that no place is the right one."""
    if isinstance(question, ChoiceQuestion | SeveralQuestion):
        options = list(question.options)
        chance.shuffle(options)
        return question.changed(options=tuple(options))
    if isinstance(question, OrderQuestion):
        shown = list(question.shown)
        while True:
            chance.shuffle(shown)
            if shown != sorted(shown):
                return question.changed(shown=tuple(shown))
    return question
