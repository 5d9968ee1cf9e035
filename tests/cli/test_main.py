"""`cnnviz` itself: its commands, the nearest name, the home screen, and where errors end."""

from __future__ import annotations

import sys
from typing import Any

import click
import pytest
from click.testing import CliRunner

from cnnviz_tui import __version__
from cnnviz_tui.cli import COMMANDS, main
from cnnviz_tui.cli.group import LazyGroup
from cnnviz_tui.shapes.errors import ShapeError


def failing(error: BaseException) -> LazyGroup:
    """Return a command line whose bare call ends in an error."""

    @click.group(cls=LazyGroup, lazy_commands={}, invoke_without_command=True)
    def group() -> None:
        raise error

    return group


def test_help_lists_every_command_from_the_table() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    for name, (_, line) in COMMANDS.items():
        assert name in result.stdout
        assert line in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_exists(name: str) -> None:
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert f"Usage: main {name}" in result.stdout or f"Usage: cnnviz {name}" in result.stdout


def test_version() -> None:
    assert CliRunner().invoke(main, ["--version"]).stdout == f"cnnviz {__version__}\n"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("compute-shpae", "There is no command “compute-shpae”; did you mean “compute-shape”?"),
        ("xyz", "There is no command “xyz”; see cnnviz --help."),
    ],
)
def test_an_unknown_command_suggests_the_nearest(typed: str, sentence: str) -> None:
    result = CliRunner().invoke(main, [typed])
    assert (result.exit_code, result.stderr) == (2, f"Error: {sentence}\n")


def test_without_a_command_the_home_screen_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[bool] = []
    # The terminal application is not imported for this.
    monkeypatch.setitem(
        sys.modules, "cnnviz_tui.tui.app", type("App", (), {"run": lambda **_: opened.append(True)})
    )
    assert CliRunner().invoke(main, []).exit_code == 0
    assert opened == [True]


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ShapeError("Too small."), 2, "Error: Too small.\n"),
        (click.UsageError("Not so."), 2, "Error: Not so.\n"),
        (click.ClickException("The answer is no."), 1, "Error: The answer is no.\n"),
        (KeyboardInterrupt(), 130, "\n"),
        (BrokenPipeError(), 141, ""),
    ],
)
def test_errors_end_in_one_place(error: BaseException, code: int, said: str) -> None:
    result = CliRunner().invoke(failing(error))
    assert (result.exit_code, result.stderr) == (code, said)
    assert result.stdout == ""


def test_a_bug_is_not_hidden() -> None:
    result = CliRunner().invoke(failing(ZeroDivisionError("bug")))
    assert isinstance(result.exception, ZeroDivisionError)


def test_a_group_without_its_command_shows_its_help() -> None:
    result = CliRunner().invoke(main, ["play"])
    assert result.exit_code == 2
    assert "Usage:" in result.stderr
    assert not result.stderr.startswith("Error")


def test_a_caller_may_ask_for_the_exceptions() -> None:
    with pytest.raises(click.UsageError):
        main(["compute-shpae"], standalone_mode=False)


def test_signs_that_an_encoding_lacks_are_spelled_out() -> None:
    arguments: dict[str, Any] = {"args": ["compute-shape", "7", "-F", "3", "-S", "3"]}
    ascii_text = CliRunner(charset="ascii").invoke(main, **arguments).stdout
    assert "convolution   7 -> 2" in ascii_text
    assert "floor((7 - 3)/3 + 1) = floor(7/3) = 2" in ascii_text
    western = CliRunner(charset="cp1252").invoke(main, **arguments).stdout
    assert "7/3 ~ 2.33" in western
    assert "4 bytes" in western
