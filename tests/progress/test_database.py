"""A damaged database moves with its side files, once, and only the one that was found damaged."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from cnnviz_tui.progress.database import (
    identity,
    is_damage,
    open_file,
    read_file,
    reason,
    set_aside,
)


def test_it_moves_with_its_side_files(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    for ending in ("", "-wal", "-shm"):
        Path(f"{path}{ending}").write_text(ending)
    aside = set_aside(path, identity(path))
    assert aside is not None
    assert aside.name.startswith("progress.db.broken-")
    for ending in ("", "-wal", "-shm"):
        assert Path(f"{aside}{ending}").read_text() == ending
        assert not Path(f"{path}{ending}").exists()


def test_a_file_that_another_cnnviz_has_mended_stays(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    path.write_text("damaged")
    found = identity(path)
    path.rename(tmp_path / "aside")
    path.write_text("mended")
    assert set_aside(path, found) is None
    assert set_aside(path, None) is None
    assert path.read_text() == "mended"


def test_a_mistake_in_the_program_is_no_damage() -> None:
    closed = sqlite3.connect(":memory:")
    closed.close()
    try:
        closed.execute("SELECT 1")
    except sqlite3.Error as error:
        failure = error
    assert not is_damage(failure)
    assert reason(failure) == "Cannot operate on a closed database."


def test_a_pipe_with_a_name_is_no_database_and_nobody_waits_for_it(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    os.mkfifo(path)
    with pytest.raises(OSError, match="it is no regular file"):
        open_file(path)
    assert read_file(path) == []
