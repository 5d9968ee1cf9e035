"""Marks that lessons do not show are found where they stand; what only looks like them is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnnviz_tui.course.reading import read_lesson
from cnnviz_tui.course.unshown import unshown
from tests.course.small import SMALL

KINDS = {
    "pictures": ["![pic](a.png)", "![pic][ref]", "![](a.png)"],
    "HTML": ["<b>", "</b>", "<br/>", '<a href="x">', "<IMG src=a.png>", "<!--", "&nbsp;", "&#215;"],
    "TeX": ["$x^2$", "$N$", "$$a + b = c$$", r"\frac{1}{2}", r"2 \times", r"\(N + 1\)"],
    "Links": ["[here](http://a)", "[here](other.md)", "[ here ](<http://a>)"],
    "line is lost": ["[here]: http://a", '[1]: http://a "Title"'],
}
LEFT_ALONE = [
    "`![pic](a.png) <b> $x^2$`",
    "``a ` <b>``",
    "```text\n<b>\n```",
    "    $x^2$ in code",
    "- item\n\n  ```python\n  x = '<b>'\n  ```",
    "{{ round(2) }} and {{ '<b>' }}",
    "[stride](term:stride), [dense layer](term:dense layer), [it](<term:dense layer>)",
    r"\[here\](http://a) and \<b>",
    "a < b and b > c, x <y> z, List<int>",
    "R&D; this & that; 3 &lt 4",
    "It costs $5 and $6, or US$ 7, or $8.",
    r"C:\Users, a \ b",
    "A list [1, 2] (of two), and f[0]: the first.",
    "Wow! [stride](term:stride)",
    "The last, [1]: it is shown as it stands.",
]


@pytest.mark.parametrize(
    ("kind", "mark"), [(kind, mark) for kind, marks in KINDS.items() for mark in marks]
)
def test_a_mark_is_found_where_it_stands_once(kind: str, mark: str) -> None:
    for before in ("", "Some text\n\n"):
        ((row, column, message),) = unshown(f"{before}{mark}")
        place = mark.index("\\") + 1 if mark.startswith("2 ") else 1
        assert (row, column) == (before.count("\n"), place)
        assert kind in message


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_is_code_a_term_or_plain_text_is_left_alone(text: str) -> None:
    assert list(unshown(text)) == []


def test_every_one_of_several_is_found() -> None:
    text = "![pic](a.png) <b>x</b> $x^2$ [x](http://a)"
    assert [column for _, column, _ in unshown(text)] == [1, 15, 19, 24, 30]


def problems(old: str, new: str) -> list[tuple[str, str]]:
    """What is said of the small lesson with a text replaced, and what stands there in the file."""
    text = SMALL.replace(old, new)
    lines = text.split("\n")
    return [
        (lines[problem.line - 1][problem.column - 1 :], problem.message)
        for problem in read_lesson(text, Path("01-small.md")).problems
    ]


@pytest.mark.parametrize(
    "old",
    [
        "Nothing to do here.",
        "Let the room guess aloud.",
        "How many places are there side by side?",
        "That is the width of the picture.",
        "Count the columns in which a window of 3 can begin.",
        "more filters",
    ],
)
def test_texts_and_questions_are_searched(old: str) -> None:
    ((shown, message),) = problems(old, "So <b>there")
    assert shown.startswith("<b>there")
    assert "There is no HTML" in message


def test_in_hints_and_long_texts_the_keys_place_is_given() -> None:
    ((shown, _),) = problems("And the last?", "And $x$?")
    assert shown.startswith('["Where does')
    ((shown, _),) = problems('"They make it deeper."', '"""They\nmake <b>it."""')
    assert shown == '"""They'
