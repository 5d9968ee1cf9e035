"""What can be trained: topics with their skills, found by name."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from difflib import get_close_matches

from cnnviz_tui.quiz.skill import QuizError, Skill, Topic

_ROOM = "cnnviz_tui.quiz.skills."

TOPICS: tuple[Topic, ...] = (
    Topic("activations", "Activations, chains, losses", f"{_ROOM}activations"),
    Topic("cells", "One number of the output", f"{_ROOM}cells"),
    Topic("sizes", "Output sizes", f"{_ROOM}sizes"),
    Topic("missing-numbers", "The missing number", f"{_ROOM}missing_numbers"),
    Topic("volumes", "Volumes and maps", f"{_ROOM}volumes"),
    Topic("parameters", "Parameters", f"{_ROOM}parameters"),
    Topic("dense-layers", "Dense layers and stacks", f"{_ROOM}dense_layers"),
    Topic("costs", "What layers cost", f"{_ROOM}costs"),
    Topic("comparisons", "Which has more", f"{_ROOM}comparisons"),
    Topic("kernels", "Kernels and flips", f"{_ROOM}kernels"),
    Topic("matrices", "Convolution as a matrix", f"{_ROOM}matrices"),
    Topic("fields", "Receptive fields", f"{_ROOM}fields"),
    Topic("stacking", "Small filters, stacked", f"{_ROOM}stacking"),
    Topic("resizing", "Pooling and transposed sizes", f"{_ROOM}resizing"),
    Topic("pooling", "Pooling", f"{_ROOM}pooling"),
    Topic("networks", "Networks", f"{_ROOM}networks"),
    Topic("concepts", "Concepts from the lessons", f"{_ROOM}concepts", shared=False),
)
"""Every topic, in the lecture's order."""


def topic(name: str) -> Topic:
    """The topic called `name`; its skills are not imported.

    Raises:
        QuizError: there is none; the sentence names the nearest or lists them.
    """
    for one in TOPICS:
        if one.name == name:
            return one
    raise QuizError(_unknown("topic", name, [one.name for one in TOPICS]))


def skills() -> Iterator[Skill]:
    """Every skill, topic by topic; a topic is imported when its first skill is asked for."""
    for one in TOPICS:
        yield from one.skills


def skill(name: str) -> Skill:
    """The skill called `name`; as few topics as possible are imported.

    Raises:
        QuizError: there is none; the sentence names the nearest or lists them.
    """
    # A round is of one topic more often than not, and that one is imported by then.
    for one in sorted(TOPICS, key=lambda one: one.module not in sys.modules):
        for each in one.skills:
            if each.name == name:
                return each
    raise QuizError(_unknown("skill", name, [one.name for one in skills()]))


def topic_of(name: str) -> Topic:
    """The topic of the skill called `name`; topics behind it are not imported.

    Raises:
        QuizError: there is no such skill; the sentence names the nearest or lists them.
    """
    for one in TOPICS:
        if any(each.name == name for each in one.skills):
            return one
    raise QuizError(_unknown("skill", name, [each.name for each in skills()]))


def _unknown(kind: str, name: str, known: list[str]) -> str:
    """The sentence on a name that does not exist."""
    shown = name if len(name) <= 40 else name[:37] + "…"
    near = get_close_matches(name.lower(), known, n=1)
    advice = f"did you mean {near[0]}?" if near else f"take one of {', '.join(known)}."
    return f"There is no {kind} “{shown}”: {advice}"
