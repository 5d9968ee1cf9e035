"""Reading grids and exercises back from what learners see, for independent ways to the answer."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from importlib import import_module
from typing import Any

from cnnviz_tui.questions import CellQuestion, ChoiceQuestion, GridQuestion, Road
from cnnviz_tui.quiz.skill import Exercise, Skill
from tests.quiz.exercises import drawn, number_asked

Numbers = list[list[Fraction]]

SEEDS = 60
"""Of each level, where a step of an explorer is computed for every exercise."""

MANY_SEEDS = 150
"""Of each level, where exercises are cheap."""


def skill_of(module: str, name: str) -> Skill:
    """A skill of a module, whether its topic is listed or not."""
    found: tuple[Skill, ...] = import_module(f"cnnviz_tui.quiz.skills.{module}").SKILLS
    return next(one for one in found if one.name == name)


@lru_cache(maxsize=64)
def all_drawn(module: str, name: str, seeds: int = SEEDS) -> tuple[Exercise, ...]:
    """The first exercises of a skill at every level, each checked to open its demonstration."""
    found = tuple(drawn(skill_of(module, name), seeds))
    for exercise in found:
        if exercise.demonstration is not None:
            exercise.demonstration.check()
    return found


def number(text: str) -> Fraction:
    """A number with a real minus and thousands."""
    return Fraction(text.replace("−", "-").replace(",", ""))


def block(prompt: str) -> list[str]:
    """The lines of a prompt that stay as they are."""
    return [line[4:] for line in prompt.splitlines() if line.startswith("    ")]


def grids(prompt: str) -> dict[str, Numbers]:
    """The grids of a prompt by their titles, side by side in one block."""
    head, *rows = block(prompt)
    starts = [found.start() for found in re.finditer(r"(?:^|(?<=\s{2}))\S", head)]
    found: dict[str, Numbers] = {}
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        cells = [row[start:end].split() for row in rows]
        found[head[start:end].strip()] = [[number(cell) for cell in row] for row in cells if row]
    return found


def in_line(text: str) -> Numbers:
    """`1 0; −1 2` as rows."""
    return [[number(cell) for cell in row.split()] for row in text.split(";")]


def setting(prompt: str, name: str, default: int = 0) -> int:
    """A number of the prompt behind its name, such as `stride 2`."""
    found = re.search(rf"{name} (−?\d+)", prompt)
    return int(number(found[1])) if found else default


def pair(text: str) -> tuple[int, int]:
    """`(1, 0)` wherever it stands first in a text."""
    found = re.search(r"\((\d+), (\d+)\)", text)
    assert found, text
    return int(found[1]), int(found[2])


def size(text: str) -> tuple[int, int]:
    """`3` or `3x5`."""
    parts = [int(part) for part in text.split("x")]
    return parts[0], parts[-1]


def at(grid: Numbers, row: int, column: int) -> Fraction:
    """A number of a grid, 0 outside of it."""
    inside = 0 <= row < len(grid) and 0 <= column < len(grid[0])
    return grid[row][column] if inside else Fraction()


def correlated(
    image: Numbers,
    kernel: Numbers,
    row: int,
    column: int,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
) -> Fraction:
    """One number of a cross-correlation, product by product."""
    total = Fraction()
    for i, weights in enumerate(kernel):
        for j, weight in enumerate(weights):
            down = row * stride - padding + i * dilation
            across = column * stride - padding + j * dilation
            total += weight * at(image, down, across)
    return total


def grid_asked(exercise: Exercise) -> GridQuestion:
    """The question of an exercise that asks for a grid."""
    assert isinstance(exercise.question, GridQuestion)
    return exercise.question


def cell_asked(exercise: Exercise) -> CellQuestion:
    """The question of an exercise that asks for a cell."""
    assert isinstance(exercise.question, CellQuestion)
    return exercise.question


def choice_asked(exercise: Exercise) -> ChoiceQuestion:
    """The question of an exercise that offers options."""
    assert isinstance(exercise.question, ChoiceQuestion)
    return exercise.question


def right_option(exercise: Exercise) -> str:
    """The text of the right option."""
    return next(option.text for option in choice_asked(exercise).options if option.right)


def wrong_options(exercise: Exercise) -> list[str]:
    """The texts of all others."""
    return [option.text for option in choice_asked(exercise).options if not option.right]


def roads(exercise: Exercise, name: str) -> list[Road]:
    """The roads of a name."""
    return [road for road in number_asked(exercise).roads if road.name == name]


def step_shown(exercise: Exercise) -> Any:
    """The step that the demonstration opens with."""
    shown = exercise.demonstration
    assert shown is not None
    return shown.walkthrough()[shown.step - 1]


def numbers(text: str) -> list[int]:
    """All whole numbers of a text."""
    return [int(part) for part in re.findall(r"\d+", text)]
