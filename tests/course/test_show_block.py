"""Blocks that show something: steps that there are not, and what never opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnnviz_tui.course.lesson import Show
from cnnviz_tui.course.reading import read_lesson
from tests.course.small import SMALL

PATH = Path("01-small.md")
BLOCK = """show = "conv"
set = { N = 7 }
print = [1, 25]
"""


def _read(block: str) -> tuple[list[Show], list[str]]:
    """The demonstrations of the lesson with another first block, and what is said."""
    assert BLOCK in SMALL
    reading = read_lesson(SMALL.replace(BLOCK, block), PATH)
    assert reading.lesson is not None
    return list(reading.lesson.shows()), [problem.message for problem in reading.problems]


@pytest.mark.parametrize(
    ("printed", "kept", "sentence"),
    [
        ("[0, 3]", (3,), "There is no step 0: there are 1 to 25."),
        ("[-1]", (), "There is no step −1: there are 1 to 25."),
        ("[2, 26]", (2,), "There is no step 26: there are 1 to 25."),
        ('"1, 2"', (), "“print” must be a list of steps such as [1, 2, 9]."),
        ("[true]", (), "“print” must be a list of steps such as [1, 2, 9]."),
        ("{}", (), "“print” must be a list of steps such as [1, 2, 9]."),
    ],
)
def test_a_wrong_list_of_steps_is_said_and_the_demonstration_stays(
    printed: str, kept: tuple[int, ...], sentence: str
) -> None:
    shows, said = _read(f'show = "conv"\nset = {{ N = 7 }}\nprint = {printed}\n')
    assert said == [sentence]
    assert [show.demonstration.name for show in shows] == ["conv", "pool"]
    assert shows[0].printed == kept


def test_no_more_steps_are_printed_than_anybody_reads() -> None:
    shows, said = _read(BLOCK.replace("[1, 25]", f"[{', '.join(['1'] * 41)}]"))
    assert said == ["“print” names 41 steps: at most 40."]
    assert len(shows[0].printed) == 40


def test_what_does_not_fit_may_be_shown_but_has_no_steps_to_name() -> None:
    misfit = 'show = "conv"\nset = { N = 2, F = 3, P = 0 }\n'
    shows, said = _read(misfit)
    assert said == []
    assert len(shows[0].demonstration.walkthrough()) == 0
    for key, value in (("step", "2"), ("print", "[1]")):
        shows, said = _read(f"{misfit}{key} = {value}\n")
        assert said == [f"The demonstration has no steps: remove “{key}”."]
        assert shows[0].printed == ()


def test_a_step_beyond_the_last_is_said() -> None:
    shows, said = _read('show = "conv"\nset = { N = 7 }\nstep = 26\n')
    assert said == ["The demonstration does not open: Step 26 is beyond the last step, 25."]
    assert [show.demonstration.name for show in shows] == ["pool"]


def test_the_same_wrong_answer_twice_is_said() -> None:
    text = SMALL.replace('answer = "4"', 'answer = "14 / 2"')
    (problem,) = read_lesson(text, PATH).problems
    assert problem.message == "This wrong answer stands above already: remove one of the two."
    assert text.split("\n")[problem.line - 1] == 'answer = "14 / 2"'


def test_an_unknown_example_and_unknown_fields_are_said_together() -> None:
    shows, said = _read('show = "conv"\npreset = "no-such"\nset = { stryde = 2, N = 7, q = 1 }\n')
    assert [show.demonstration.name for show in shows] == ["pool"]
    assert sorted(one.partition(":")[0] for one in said) == [
        "“conv” has no example “no-such”",
        "“conv” has no “q”",
        "“conv” has no “stryde”",
    ]
    _, (said_of_a_slip,) = _read('show = "conv"\npreset = "padding-no-stride"\n')
    assert said_of_a_slip.endswith("did you mean “padding-no-strides”?")


def test_beside_a_name_that_is_none_other_mistakes_are_said() -> None:
    _, said = _read('show = "convv"\nstep = 0\nprint = "all"\ncolour = "red"\n')
    assert len(said) == 4
    assert said[0] == "There is nothing to show called “convv”: did you mean “conv”?"
