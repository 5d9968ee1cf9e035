"""The author's guide: its examples work, and what it lists is what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from cnnviz_tui.cli import main
from cnnviz_tui.course.lesson import Ask, Show
from cnnviz_tui.course.library import Course, own_folder
from cnnviz_tui.course.question_block import KINDS
from cnnviz_tui.course.values import functions
from cnnviz_tui.walkthroughs.demonstration import LABS
from cnnviz_tui.walkthroughs.mechanism import MECHANISMS

GUIDE = (own_folder() / "README.md").read_text("utf-8")
_PLACEHOLDER = "    ... a quiz block and a viz block stand here ...\n"


def blocks(language: str) -> list[str]:
    """The guide's fenced blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the lesson that the guide's examples make together."""
    (lesson,) = blocks("markdown")
    viz, quiz = blocks("toml")
    assert _PLACEHOLDER in lesson
    whole = lesson.replace(_PLACEHOLDER, f"```quiz\n{quiz}```\n\n```viz\n{viz}```\n")
    (tmp_path / "01-first-padding.md").write_text(whole, "utf-8")
    (tmp_path / "glossary.md").write_text("## padding\n\nZeros around a picture.\n", "utf-8")
    return tmp_path


def test_the_guides_examples_make_a_lesson_that_is_whole_and_appears(folder: Path) -> None:
    checked = CliRunner().invoke(main, ["lessons", "check", str(folder)])
    assert checked.stdout == "1 lesson checked: nothing is wrong.\n"
    listed = CliRunner().invoke(main, ["lessons", "list", "--lessons", str(folder)])
    assert "first-padding" in listed.stdout


def test_the_guides_blocks_say_what_the_guide_says_of_them(folder: Path) -> None:
    first, second = Course([folder]).lesson("first-padding").steps
    assert "has 5x5 places.\nEach layer takes away 2." in first.parts[0].markdown  # type: ignore[union-attr]
    _, ask, show = second.parts
    assert isinstance(ask, Ask)
    assert isinstance(show, Show)
    assert ask.predicts
    assert ask.question.mark("7").right
    assert ask.question.mark("5").feedback == "That is the width without the zeros."
    assert len(show.demonstration.walkthrough()) == 49
    assert show.printed == (1, 2, 25)
    assert show.highlight is not None


def test_the_table_of_kinds_has_every_kind_with_its_keys() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", GUIDE, re.MULTILINE))
    assert list(rows) == list(KINDS)
    for kind, (_, keys) in KINDS.items():
        named = {re.match(r"\W*(\w+)", word)[1] for word in re.findall("`([^`]+)`", rows[kind])}  # type: ignore[index]
        assert set(keys) <= named, kind


def test_everything_that_can_be_shown_is_named() -> None:
    paragraph = next(line for line in GUIDE.split("\n") if line.startswith("`show` is any"))
    explorers, _, labs = paragraph.partition(")")
    assert re.findall("`([a-z]+)`", explorers.partition("(")[2]) == list(MECHANISMS)
    assert set(LABS) <= set(re.findall("`([a-z]+)`", labs))


def test_the_guides_commands_are_there() -> None:
    (console,) = blocks("console")
    for line in console.splitlines():
        words = line.removeprefix("$ cnnviz ").split()
        called = words[:2] if words[0] == "lessons" else words[:1]
        assert CliRunner().invoke(main, [*called, "--help"]).exit_code == 0, line


def test_all_functions_are_listed_as_they_are_called() -> None:
    listed = GUIDE.partition("\n## All functions\n")[2].strip().partition("\n\n")[2].splitlines()
    present = [f"- `{one.signature}`: {one.about}" for one in functions().values()]
    assert listed == present, "the section is this list, a line for each function"
