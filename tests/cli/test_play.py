"""`cnnviz play` from the shell: names, steps as text and data, pictures, no screen in a pipe."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from cnnviz_tui.cli import main
from cnnviz_tui.tui.catalogue import catalogue
from cnnviz_tui.walkthroughs.mechanism import MECHANISMS


def play(*arguments: str) -> Result:
    """Run `cnnviz play` with arguments."""
    return CliRunner().invoke(main, ["play", *arguments])


def test_help_names_everything_that_can_be_opened() -> None:
    shown = play("--help").output
    assert all(entry.name in shown for entry in catalogue())


@pytest.mark.parametrize("name", MECHANISMS)
def test_every_mechanism_can_be_read_as_text_and_as_data(name: str) -> None:
    text = play(name, "--plain")
    assert text.exit_code == 0
    assert text.output.count("\nstep ") >= 1
    data = play(name, "--json")
    assert data.exit_code == 0
    steps = [json.loads(line) for line in data.output.splitlines()]
    assert len(steps) == text.output.count("\nstep ")
    listed = play(name, "--list")
    assert "--preset" in listed.output


def test_steps_begin_where_one_asks_and_not_beyond_the_end() -> None:
    text = play("conv", "--preset", "padding-strides", "--plain", "--step", "15")
    assert "step 15 of 16" in text.output
    assert "step 14 of 16" not in text.output
    beyond = play("conv", "--preset", "padding-strides", "--json", "--step", "17")
    assert beyond.exit_code == 2
    assert "--step 17 is beyond the last step, 16." in beyond.stderr


def test_without_a_terminal_no_screen_opens() -> None:
    for arguments in (["play", "conv"], ["play", "train"]):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 2
        assert "needs a terminal; --plain, --json and --svg FILE do not." in result.stderr
        assert result.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["conv", "--preset", "none"], "There is no example “none”"),
        (["conv", "--kernel", "none"], "There is no kernel “none”"),
        (["conv", "-F", "9", "-N", "7", "--plain"], "does not fit into an input of 7"),
        (["conv", "-N", "x"], "whole numbers such as 3 or 3x5, not “x”"),
        (["conv", "--image", "/nowhere.png"], "cannot open '/nowhere.png'"),
        (["nothing"], "No such command 'nothing'"),
    ],
)
def test_mistakes_are_one_sentence_and_exit_2(arguments: list[str], words: str) -> None:
    result = play(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_one_step_can_be_written_as_a_picture(tmp_path: Path) -> None:
    file = tmp_path / "step.svg"
    assert play("pool", "--svg", str(file), "--step", "2", "--room", "90x26").exit_code == 0
    words = "".join(ElementTree.parse(file).getroot().itertext())  # noqa: S314 - our own file
    assert "pooling" in words
    dark, light = file.read_text(), tmp_path / "light.svg"
    assert play("pool", "--svg", str(light), "--step", "2", "--light").exit_code == 0
    assert light.read_text() != dark
    assert play("pool", "--svg", str(file), "--room", "20x5").exit_code == 2
    assert play("pool", "--svg", str(tmp_path / "gone" / "x.svg")).exit_code == 2
