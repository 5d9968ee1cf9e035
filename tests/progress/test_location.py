"""The learner's data lies where CNNVIZ_HOME says, else where the system keeps such things."""

from __future__ import annotations

from pathlib import Path

import pytest
from platformdirs import user_data_path

from cnnviz_tui.progress import data_folder, database_file, open_progress


def test_cnnviz_home_decides(home_of_its_own: Path) -> None:
    assert data_folder() == home_of_its_own
    with open_progress() as progress:
        assert progress.path == database_file() == home_of_its_own / "progress.db"
    assert database_file().exists()


@pytest.mark.parametrize("value", ["", None])
def test_without_it_the_system_decides(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if value is None:
        monkeypatch.delenv("CNNVIZ_HOME")
    else:
        monkeypatch.setenv("CNNVIZ_HOME", value)
    assert data_folder() == user_data_path("cnnviz", appauthor=False)


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNVIZ_HOME", "~/course")
    assert data_folder() == Path.home() / "course"


@pytest.mark.parametrize("name", ["a b", "50%20#1?mode=ro", "Übung", "~nobody-of-that-name/x"])
def test_any_folder_name_will_do(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CNNVIZ_HOME", name)
    with open_progress() as progress:
        progress.keep_place("stride", 1)
        assert progress.problem == ""
    assert (tmp_path / name / "progress.db").stat().st_size > 0
    with open_progress() as progress:
        assert list(progress.places()) == ["stride"]
