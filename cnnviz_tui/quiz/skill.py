"""What one can be good at, and the exercises that train it: from a seed and a level to a question.

A skill's generator draws numbers, lets the core work out the answer and every wrong road, and
hands back a question with its worked solution. The same seed and level give the same exercise on
every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from importlib import import_module
from random import Random

from cnnviz_tui.questions import Question, Road, Value
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.walkthroughs.demonstration import Demonstration

LEVELS = (1, 2, 3)
"""Difficulties, from nice small numbers to everything at once."""


class QuizError(ShapeError):
    """Something was asked for that the quiz does not have; the sentence says what it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """A question of the quiz.

    Attributes:
        question: what is asked; its id is `skill/level/seed`.
        solution: the worked solution, a line for each paragraph, formula or row of a grid; long
            ones are wrapped where they are shown.
        demonstration: the explorer at exactly the asked numbers, where one shows them.
        skill: the name of the skill that it trains.
        level: how hard it is, 1 to 3.
        seed: what it was drawn from.
    """

    question: Question
    solution: tuple[str, ...]
    demonstration: Demonstration | None = None
    skill: str = ""
    level: int = 1
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Skill:
    """Something that one can be good at.

    Attributes:
        name: what one types, such as `output-size-stride`.
        title: what people read.
        about: one sentence on what is asked.
        draw: makes an exercise out of random numbers and a level; it gives the question any id.
    """

    name: str
    title: str
    about: str
    draw: Callable[[Random, int], Exercise]

    def exercise(self, seed: int, level: int = 1) -> Exercise:
        """The exercise of a seed at a level, the same on every machine.

        Raises:
            QuizError: there is no such level.
        """
        if level not in LEVELS:
            raise QuizError(f"There is no level {level}: take 1, 2 or 3.")
        # A text as seed makes neighbouring seeds, skills and levels unlike each other.
        chance = Random(f"{self.name}/{level}/{seed}")  # noqa: S311 - not for secrets
        drawn = self.draw(chance, level)
        question = drawn.question.changed(id=f"{self.name}/{level}/{seed}")
        return replace(drawn, question=question, skill=self.name, level=level, seed=seed)


@dataclass(frozen=True, slots=True)
class Topic:
    """Skills that belong together.

    Attributes:
        name: what one types.
        title: what people read.
        module: where its `SKILLS` stand.
        shared: whether everybody has the same skills of it, whatever lessons they have.
    """

    name: str
    title: str
    module: str
    shared: bool = True

    @property
    def skills(self) -> tuple[Skill, ...]:
        """The skills of this topic; imports their module."""
        found: tuple[Skill, ...] = import_module(self.module).SKILLS
        return found


def apart(answer: Value, roads: Iterable[Road]) -> tuple[Road, ...]:
    """The roads that do not lead to the right answer; several to one wrong answer all stay."""
    return tuple(road for road in roads if road.value != answer)
