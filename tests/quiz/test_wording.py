"""Words of questions: plurals, and sentences that only some numbers lead to."""

from __future__ import annotations

import re

import pytest

from cnnviz_tui.quiz.result import paper_markdown
from cnnviz_tui.quiz.skill import LEVELS
from cnnviz_tui.quiz.topics import skill
from cnnviz_tui.quiz.wording import counted

NOUNS = "questions|windows|channels|layers|filters|weights|rows|columns|slopes|groups|maps|numbers"
ONE_OF_MANY = re.compile(rf"(?<![\d.,^·×x/+−-])(?<![·×/+−-] )\b1 (?:{NOUNS})\b")


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 windows"), (1, "1 window"), (2, "2 windows"), (1024, "1,024 windows")],
)
def test_things_are_counted(number: int, text: str) -> None:
    assert counted(number, "window") == text


@pytest.mark.parametrize(
    "name",
    ["vanishing-gradient", "filter-depth", "im2col-size", "toeplitz-weights", "stacking-saves",
     "broken-layer"],
)  # fmt: skip
def test_one_thing_is_no_plural(name: str) -> None:
    for level in LEVELS:
        for seed in range(40):
            exercise = skill(name).exercise(seed, level)
            question = exercise.question
            roads = getattr(question, "roads", ())
            options = getattr(question, "options", ())
            told = [one.feedback for one in (*roads, *options)]
            for text in (question.prompt, *question.hints, *exercise.solution, *told):
                assert not ONE_OF_MANY.search(text), text


def test_a_paper_of_one_question_says_so() -> None:
    head = paper_markdown([("output-size", 1, 1)], 7, answers=False).splitlines()[0]
    assert head == "# Convolutional networks: 1 question"
