"""`lessons check` on cells that light up: they have to be in the picture."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cnnviz_tui.cli import main
from cnnviz_tui.cli.lesson_highlights import missing_highlights
from cnnviz_tui.walkthroughs.mechanism import MECHANISMS
from tests.course.small import SMALL, lesson, small_folder


def _said(highlight: str, block: str = 'show = "conv"\nset = { N = 7 }') -> list[str]:
    """What is said of the small lesson whose first demonstration lights a cell up."""
    old = 'show = "conv"\nset = { N = 7 }'
    assert old in SMALL
    text = SMALL.replace(old, f"{block}\nhighlight = {highlight}").replace("print = [1, 25]\n", "")
    return [str(problem) for problem in missing_highlights(lesson(text))]


@pytest.mark.parametrize(
    "highlight",
    [
        '{ part = "output" }',
        '{ part = "output", row = 4, column = 4 }',
        '{ part = "input", row = 6, column = 6 }',
    ],
)
def test_a_cell_of_the_picture_may_light_up(highlight: str) -> None:
    assert _said(highlight) == []


def test_the_last_cell_is_the_last() -> None:
    assert _said('{ part = "output", row = 5 }') == [
        "01-small.md:30:1: “output” has no cell in row 5, column 0: rows go from 0 to 4, columns "
        "from 0 to 4."
    ]


def test_a_part_that_there_is_not_is_met_with_the_nearest() -> None:
    (said,) = _said('{ part = "outputs" }')
    assert said.endswith("“conv” has no part “outputs” to light up: did you mean “output”?")


def test_what_has_no_cells_cannot_light_up() -> None:
    (said,) = _said('{ part = "output" }', 'show = "zoo"')
    assert said.endswith("“zoo” has no cells that can light up: remove “highlight”.")


@pytest.mark.parametrize("name", MECHANISMS)
def test_every_mechanism_can_be_asked(name: str) -> None:
    (said,) = _said('{ part = "nothing-like-it" }', f'show = "{name}"')
    assert f"“{name}” has no part “nothing-like-it” to light up: " in said


def test_check_reports_it_with_its_place(tmp_path: Path) -> None:
    path = small_folder(tmp_path) / "01-small.md"
    text = SMALL.replace("print = [1, 25]", 'highlight = { part = "outputs" }')
    path.write_text(text, "utf-8")
    result = CliRunner().invoke(main, ["lessons", "check", str(path)])
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{path}:30:1: “conv” has no part “outputs” to light up")
