"""`cnnviz play trace` on the command line: what it opens, and what it refuses in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnnviz_tui.cli import main
from cnnviz_tui.tui.screens.trace import TraceScreen


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[TraceScreen]:
    """The screens that would have been opened."""
    screens: list[TraceScreen] = []
    monkeypatch.setattr("cnnviz_tui.tui.app.run", screens.append)
    return screens


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["play", "trace", *arguments])
    code = ended.value.code
    assert code is None or isinstance(code, int)
    return code or 0


def test_a_file_its_input_and_its_model_are_opened(
    tmp_path: Path, opened: list[TraceScreen]
) -> None:
    path = tmp_path / "net.py"
    path.write_text("conv 6 5\n")
    assert run(str(path), "--input", "1x28x28", "--input", "10", "--model", "net") == 0
    request = opened[0].first
    assert (request.text, request.inputs, request.model) == ("conv 6 5\n", "1x28x28 10", "net")
    assert opened[0].title_of_text == "net.py"


def test_without_a_file_it_opens_on_an_example(opened: list[TraceScreen]) -> None:
    assert run() == 0
    assert "nn.Linear(2304, 120)" in opened[0].first.text


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("missing.py",), "missing.py cannot be opened: there is no such file."),
        ((".",), "that is no file"),
        (("--input", "3xq"), "The input size must be a whole number"),
    ],
)
def test_what_makes_no_sense_ends_in_one_sentence(
    arguments: tuple[str, ...],
    complaint: str,
    opened: list[TraceScreen],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(*arguments) == 2
    said = capsys.readouterr().err
    assert complaint in said
    assert said.count("\n") == 1
    assert not opened
