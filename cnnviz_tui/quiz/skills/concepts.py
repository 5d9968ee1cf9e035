"""Concept questions from the lessons, a skill for each of their chapters.

A lecturer's own lessons bring their own questions; without lessons there is no skill here. Which
questions there are is read when a skill is drawn from. Questions for numbers stay in the lessons:
the other topics ask those with numbers of their own. So does what only the lesson's demonstration
answers: the quiz shows the text above a question and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path
from random import Random

from cnnviz_tui.course.lesson import Ask, Heading, LessonStep, Part, Prose, Show
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
from cnnviz_tui.quiz.skill import LEVELS, Exercise, QuizError, Skill
from cnnviz_tui.quiz.wording import FENCE, paragraphs, unlinked, unmarked
from cnnviz_tui.walkthroughs.demonstration import Demonstration

_KINDS: tuple[type[Question], ...] = (
    ChoiceQuestion, CellQuestion, GridQuestion, OrderQuestion, SeveralQuestion,
)  # fmt: skip
"""The kinds that are asked, the easiest first: of several right options each has to be known."""

_LEAST = 5
"""So many questions has a level, where its chapter has as many."""

_BLOCK = re.compile(r"^```quiz[ \t]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_KIND = re.compile(r"""^kind\s*=\s*["'](choice|several|order|cell|grid)["']""", re.MULTILINE)
_IN_LESSON_ONLY = re.compile(r"^in_quiz\s*=\s*false\b", re.MULTILINE)

_HANDS_ON = re.compile(
    r"\b(?:press(?:es|ing)?|tab|escape|F5|arrow keys?|with the mouse|demonstrations?|our trace)\b"
    r"|\bthe drawing\b"
    r"|\bkeys?\s+`?[a-z]`?(?![\w’'])"
    r"|\bcnnviz \w",
    re.IGNORECASE,
)
"""What a text says that sends to a key or to a demonstration; the quiz has neither."""

_REMARK = re.compile(r"\s*\([^()]*\)")

_LONGEST = 18
"""Lines of a lesson's text that stand above its question; a step has room for as many."""

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
        if not _asks(read_text(heading.path)):
            continue
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


def _asks(text: str) -> bool:
    """Whether a lesson has a question for the quiz, as far as one can tell at a glance."""
    blocks = (found[1] for found in _BLOCK.finditer(text))
    return any(_KIND.search(block) and not _IN_LESSON_ONLY.search(block) for block in blocks)


def _draw(headings: Sequence[Heading], chance: Random, level: int) -> Exercise:
    """A question of one of some lessons, as hard as this level is among theirs."""
    found = _of_level([one for heading in headings for one in _asked(heading.path)], level)
    if not found:
        names = ", ".join(heading.id for heading in headings)
        raise QuizError(f"The lessons {names} have no concept question: practise another skill.")
    question, shown = chance.choice(found)
    question = _shuffled(question, chance)
    solution = unmarked(question.explanation)
    return Exercise(question=question, solution=(solution,), demonstration=shown)


def _of_level(found: Sequence[_Found], level: int) -> Sequence[_Found]:
    """The easier half of some questions, the half in the middle, or the harder half.

    Halves that overlap, so that a chapter with few questions has enough of them at every level.
    """
    ranked = sorted(found, key=lambda one: (_KINDS.index(type(one[0])), len(one[0].lines)))
    count = max((len(ranked) + 1) // 2, min(len(ranked), _LEAST))
    first = (len(ranked) - count) * LEVELS.index(level) // (len(LEVELS) - 1)
    return ranked[first : first + count]


@lru_cache(maxsize=64)
def _asked(path: Path) -> tuple[_Found, ...]:
    """The concept questions of a lesson, each with what its step shows next."""
    try:
        lesson = read_lesson(read_text(path), path).lesson
    except CourseError:
        return ()
    steps = lesson.steps if lesson is not None else ()
    title = lesson.heading.title if lesson is not None else ""
    found = []
    for step in steps:
        for place, part in enumerate(step.parts):
            if isinstance(part, Ask) and part.in_quiz and type(part.question) in _KINDS:
                question = _by_itself(part.question)
                if question is not None:
                    prompt = "\n\n".join(
                        (f"From “{title}”:", *_lead(step.parts[:place]), question.prompt)
                    )
                    shown = _next_shown(step, place)
                    found.append((question.changed(prompt=prompt), shown))
    return tuple(found)


def _by_itself(question: Question) -> Question | None:
    """The question without what sends to keys and demonstrations; None where it needs them."""
    prompt = _REMARK.sub(
        lambda found: "" if _HANDS_ON.search(found[0]) else found[0], question.prompt
    )
    if not question.explanation or any(_HANDS_ON.search(t) for t in (prompt, *question.lines)):
        return None
    hints = tuple(hint for hint in question.hints if not _HANDS_ON.search(hint))
    return question.changed(prompt=prompt, hints=hints)


def _lead(parts: Sequence[Part]) -> list[str]:
    """The paragraphs that a question follows, so that it stands alone: text, code and tables.

    They are those right above it; where all of these are about a demonstration, those above that.
    """
    places = [place for place, part in enumerate(parts) if isinstance(part, Prose)]
    for place in reversed(places):
        part = parts[place]
        told_of = place != places[-1] and isinstance(parts[place - 1], Show)
        if isinstance(part, Prose) and not told_of:
            kept = [one for one in paragraphs(part.markdown) if not _HANDS_ON.search(one)]
            while sum(one.count("\n") + 2 for one in kept) - 1 > _LONGEST:
                kept.pop(0)
            if kept:
                return [one if one.startswith(FENCE) else unlinked(one) for one in kept]
    return []


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
