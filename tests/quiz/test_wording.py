"""Words of questions: plurals, and sentences that only some numbers lead to."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from cnnviz_tui.quiz.result import paper_markdown
from cnnviz_tui.quiz.skill import LEVELS
from cnnviz_tui.quiz.topics import skill
from cnnviz_tui.quiz.wording import counted, plain_paragraphs, solution_lines

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


def test_a_solution_is_wrapped_once_where_it_is_shown() -> None:
    story = "Only it made the output, so it takes the whole gradient, " * 4
    formula = "(7 − 3)/2 + 1   =   3"
    lines = solution_lines([story.strip(), formula, "1  2", "", "3  4"], "  ", 40)
    assert lines[-4:] == [f"  {formula}", "  1  2", "", "  3  4"]
    told = lines[:-4]
    assert " ".join(line.strip() for line in told) == story.strip()
    for line, following in pairwise(told):
        assert len(line) <= 40
        assert len(line) + 1 + len(following.split()[0]) > 40, "no line breaks before it is full"


def test_plain_paragraphs_lose_their_marks_and_code_and_tables_keep_their_lines() -> None:
    code = "```text\n1 2\n\n3 *4*\n```"
    table = "| a | b |\n|---|--:|\n| `1` | −2 |"
    text = f"A **strong** `word`.\n\n{code}\n\n{table}\n\n    5 6"
    assert list(plain_paragraphs(text)) == [
        "A strong word.",
        "    1 2\n\n    3 *4*",
        "    | a | b |\n    | 1 | −2 |",
        "    5 6",
    ]


def test_words_with_hyphens_stay_whole() -> None:
    lines = solution_lines(
        ["one depth-separable two depth-separable three depth-separable"], "", 24
    )
    assert all(line.count("depth") == line.count("depth-separable") for line in lines)


def test_a_paper_of_one_question_says_so() -> None:
    head = paper_markdown([("output-size", 1, 1)], 7, answers=False).splitlines()[0]
    assert head == "# Convolutional networks: 1 question"
