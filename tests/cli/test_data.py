"""`cnnviz data fetch` says what came, what was there, and what could not be had."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from cnnviz_tui.cli.data import command
from cnnviz_tui.digits import fetch
from cnnviz_tui.digits.fetch import SHA256, FetchError, Outcome, Progress


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Path, tuple[str, ...]]]:
    """Stand in for the network (tests/digits/test_fetch.py tests it); note what was asked for."""
    asked: list[tuple[str, Path, tuple[str, ...]]] = []

    def fetch_file(
        name: str, folder: Path, mirrors: Sequence[str], progress: Progress | None
    ) -> Outcome:
        asked.append((name, folder, tuple(mirrors)))
        if "bad" in mirrors[0] and "labels" in name:
            raise FetchError(f"{name} could not be downloaded")
        if progress is not None:
            progress(name, 5, 10)
        return "present" if "train" in name else "downloaded"

    monkeypatch.setattr(fetch, "fetch_file", fetch_file)
    return asked


def test_all_four_files_come_from_the_public_mirrors(
    calls: list[tuple[str, Path, tuple[str, ...]]], tmp_path: Path
) -> None:
    result = CliRunner().invoke(command, ["fetch", "--out", str(tmp_path)])
    assert result.exit_code == 0
    assert [name for name, _, _ in calls] == list(SHA256)
    assert {mirrors for _, _, mirrors in calls} == {fetch.MIRRORS}
    assert "train-images-idx3-ubyte: present" in result.stdout
    assert f"cnnviz train --data {tmp_path}" in result.stdout


def test_a_failure_is_told_the_rest_go_on_and_the_exit_code_is_1(
    calls: list[tuple[str, Path, tuple[str, ...]]], tmp_path: Path
) -> None:
    arguments = ["fetch", "--out", str(tmp_path), "--mirror", "http://bad/", "--json"]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer["complete"] is False
    assert answer["files"]["t10k-labels-idx1-ubyte"] == "failed"
    assert answer["files"]["t10k-images-idx3-ubyte"] == "downloaded"
    assert len(calls) == 4
    assert "Error: t10k-labels-idx1-ubyte could not be downloaded." in result.stderr


def test_a_file_where_the_folder_should_be_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(command, ["fetch", "--out", str(tmp_path / "file" / "x")])
    assert result.exit_code == 1
    assert "Not a directory" in result.stderr
