"""README keeps its word: its commands, its picture and its numbers are the program's own."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from cnnviz_tui.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The fenced code blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_picture_is_what_the_program_draws_today(tmp_path: Path) -> None:
    command = re.search(r"cnnviz (play conv [^`]*--svg) (tests/golden/\S+\.svg)", README)
    assert command is not None, "README says with which command its picture was made"
    fresh = tmp_path / "fresh.svg"
    arguments = [*shlex.split(command[1]), str(fresh)]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    assert fresh.read_text() == (ROOT / command[2]).read_text(), f"run: cnnviz {command[0]}"


@pytest.mark.parametrize("example", [b for b in blocks("console") if b.startswith("$ cnnviz")])
def test_every_example_prints_what_readme_shows(example: str) -> None:
    command, _, expected = example.partition("\n")
    arguments = shlex.split(command.removeprefix("$ cnnviz"))
    result = CliRunner().invoke(main, arguments)
    assert result.output.rstrip() == expected.rstrip()


def test_ci_runs_the_test_command_of_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    command = next(block for block in blocks("sh") if "[test]" in block and "venv" in block)
    for part in command.strip().split(" && "):
        assert part in script


def test_every_dependency_has_its_reason() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for requirement in project["dependencies"]:
        name = re.split(r"[<>=;\[ ]", requirement)[0]
        assert re.search(rf"^\| {name} \|", README, flags=re.MULTILINE), name


def test_everything_that_can_be_played_is_listed_in_its_own_words() -> None:
    from cnnviz_tui.tui.catalogue import catalogue

    for entry in catalogue():
        assert f"| `{entry.name}` | {entry.about} |" in README, entry.name


def test_the_accuracy_is_that_of_the_weights_card() -> None:
    card = (ROOT / "cnnviz_tui" / "nn" / "weights" / "README.md").read_text(encoding="utf-8")
    row = next(line for line in card.splitlines() if line.startswith("| MNIST's 10,000"))
    modern, original = re.findall(r"(\d\d\.\d+) %", row)
    assert f"read {modern} % of\nMNIST's" in README or f"read {modern} % of MNIST's" in README
    assert f"and {original} %" in README
