"""Whatever befalls the file, the learner goes on, is told, and loses nothing that was readable."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from cnnviz_tui.progress import Place, ProgressError, keeping, open_progress
from cnnviz_tui.progress.database import open_file
from cnnviz_tui.progress.store import Store
from tests.progress.conftest import answer

Aside = Callable[[], list[Path]]


def fill(path: Path, count: int = 5) -> None:
    """Leave a record behind with a few answers."""
    with open_progress(path) as progress:
        for number in range(count):
            progress.record(answer(number))
        progress.keep_place("stride", 3)


def run_sql(path: Path, *statements: str) -> None:
    """Change a database behind the back of cnnviz."""
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_what_is_no_database_is_set_aside_and_a_new_one_begun(path: Path, aside: Aside) -> None:
    path.parent.mkdir()
    path.write_bytes(b"my shopping list" * 100)
    with open_progress(path) as progress:
        assert "was damaged: it is kept as progress.db.broken-" in progress.problem
        assert "0 entries that could be read" in progress.problem
        assert not progress.in_memory
        progress.record(answer(1))
    assert [one.read_bytes() for one in aside()] == [b"my shopping list" * 100]
    with open_progress(path) as progress:
        assert (progress.problem, progress.answers()) == ("", [answer(1)])


def test_an_empty_file_is_simply_begun(path: Path, aside: Aside) -> None:
    path.parent.mkdir()
    path.touch()
    fill(path)
    with open_progress(path) as progress:
        assert (progress.problem, len(progress.answers()), aside()) == ("", 5, [])


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_truncated_file_gives_what_can_be_read(path: Path, aside: Aside, share: float) -> None:
    fill(path, 300)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with open_progress(path) as progress:
        assert "was damaged" in progress.problem
        assert set(progress.answers()) <= {answer(number) for number in range(300)}
        progress.record(answer(1000))
        assert answer(1000) in progress.answers()
    assert len(aside()) == 1


def test_one_overwritten_page_costs_only_the_rows_on_it(path: Path) -> None:
    fill(path, 400)
    content = bytearray(path.read_bytes())
    middle = content.index(b"q200")
    page = middle // 4096 * 4096
    content[page : page + 4096] = b"\xff" * 4096
    path.write_bytes(content)
    with open_progress(path) as progress:
        assert "was damaged" in progress.problem
        kept = {one.question for one in progress.answers()}
        assert {"q0", "q399"} < kept
        assert 300 < len(kept) < 400
        assert f"the {len(kept) + 1} entries that could be read" in progress.problem
        assert progress.place("stride") is not None


@pytest.mark.parametrize(
    ("damage", "what_is_left"),
    [
        ("DROP TABLE places", 5),
        ("ALTER TABLE places RENAME COLUMN step TO page", 5),
        ("UPDATE answers SET outcome = 'maybe' WHERE question = 'q2'", 4),
        ("UPDATE answers SET level = 'hard' WHERE question IN ('q1', 'q3')", 3),
        ("UPDATE answers SET \"when\" = 'yesterday' WHERE question = 'q4'", 4),
        ("UPDATE answers SET given = CAST(x'ff' AS TEXT) WHERE question = 'q0'", 5),
    ],
)
def test_a_table_or_row_that_makes_no_sense_is_damage(
    path: Path, aside: Aside, damage: str, what_is_left: int
) -> None:
    fill(path)
    run_sql(path, damage)
    with open_progress(path) as progress:
        assert len(progress.answers()) == what_is_left
        assert "was damaged" in progress.problem
        progress.record(answer(7))
        assert len(progress.answers()) == what_is_left + 1
    assert len(aside()) == 1


def test_a_database_of_another_program_is_set_aside_whole(path: Path, aside: Aside) -> None:
    path.parent.mkdir()
    run_sql(path, "CREATE TABLE recipes (name)", "INSERT INTO recipes VALUES ('soup')")
    fill(path)
    (kept,) = aside()
    connection = sqlite3.connect(kept)
    assert connection.execute("SELECT * FROM recipes").fetchall() == [("soup",)]
    connection.close()


def test_damage_in_the_middle_of_a_session_loses_nothing_of_it(path: Path, aside: Aside) -> None:
    with open_progress(path) as progress:
        for number in range(50):
            progress.record(answer(number))
        rubbish = path.with_name("rubbish")
        rubbish.write_bytes(b"rubbish" * 1000)
        rubbish.replace(path)
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink()
        for number in range(50, 60):
            progress.record(answer(number))
        assert progress.answers() == [answer(number) for number in range(60)]
    assert len(aside()) == 1
    with open_progress(path) as progress:
        assert len(progress.answers()) == 60


def test_two_sessions_find_the_same_damage_and_share_the_new_file(path: Path, aside: Aside) -> None:
    fill(path)
    with open_progress(path) as one, open_progress(path) as other:
        run_sql(path, "UPDATE answers SET outcome = 'maybe' WHERE question = 'q2'")
        one.answers()
        one.record(answer(10))
        other.record(answer(11))
        assert len(one.answers()) == len(other.answers()) == 4 + 2
    assert len(aside()) == 1


def test_a_deleted_file_is_begun_anew(path: Path) -> None:
    fill(path)
    with open_progress(path) as progress:
        shutil.rmtree(path.parent)
        progress.record(answer(9))
        assert progress.answers() == [answer(9)]
    with open_progress(path) as progress:
        assert progress.answers() == [answer(9)]


def test_a_newer_database_is_neither_used_nor_changed(path: Path, aside: Aside) -> None:
    fill(path)
    run_sql(path, "PRAGMA user_version = 7")
    content = path.read_bytes()
    with open_progress(path) as progress:
        assert "A newer cnnviz wrote" in progress.problem
        assert "version 7 of the record, while this one knows 2" in progress.problem
        assert progress.in_memory
        progress.record(answer(9))
        assert progress.answers() == [answer(9)]
        with pytest.raises(ProgressError, match="Nothing was reset"):
            progress.reset()
    assert (path.read_bytes(), aside()) == (content, [])


@pytest.mark.parametrize(
    "change", ["PRAGMA user_version = 7", "ALTER TABLE answers RENAME COLUMN road TO path"]
)
def test_a_newer_cnnviz_may_change_the_tables_while_this_one_runs(
    path: Path, aside: Aside, change: str
) -> None:
    with open_progress(path) as progress:
        progress.record(answer(1))
        run_sql(path, change, "PRAGMA user_version = 7")
        assert progress.answers() == [answer(1)]
        progress.record(answer(2))
        assert "A newer cnnviz wrote" in progress.problem
        assert progress.answers() == [answer(1), answer(2)]
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT question FROM answers").fetchall() == [("q1",)]
    connection.close()
    assert aside() == []


@pytest.mark.parametrize("blocked", ["file", "folder"])
def test_a_place_that_cannot_be_used_leaves_memory(path: Path, blocked: str) -> None:
    if blocked == "file":
        path.mkdir(parents=True)
    else:
        path.parent.touch()
    with open_progress(path) as progress:
        assert "cannot be used now" in progress.problem
        assert progress.in_memory
        progress.record(answer(1))
        progress.keep_place("stride", 2)
        progress.keep_place("stride", 4)
        assert progress.answers() == [answer(1)]
        assert isinstance(progress.place("stride"), Place)
        if blocked == "file":
            path.rmdir()
        else:
            path.parent.unlink()
        progress.record(answer(2))
        assert progress.problem == ""
    with open_progress(path) as progress:
        assert progress.answers() == [answer(1), answer(2)]
        place = progress.place("stride")
        assert place is not None
        assert place.step == 4


def test_what_is_unsaved_is_written_at_the_end_if_that_works(path: Path) -> None:
    path.parent.touch()
    with open_progress(path) as progress:
        progress.record(answer(1))
        path.parent.unlink()
    with open_progress(path) as progress:
        assert progress.answers() == [answer(1)]


class Disk:
    """A disk that can be full: no database on it grows by a page while it is."""

    full = False

    def open_file(self, path: Path, patience: float = 1) -> Store:
        """Open a database on this disk."""
        store = open_file(path, patience)
        if self.full:
            store.connection.execute("PRAGMA max_page_count = 1")
        return store


def test_a_full_disk_is_told_and_made_up_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk()
    monkeypatch.setattr(keeping, "open_file", disk.open_file)
    fill(path)
    disk.full = True
    with open_progress(path) as progress:
        for number in range(10, 200):
            progress.record(answer(number))
        assert "the disk is full" in progress.problem
        assert len(progress.answers()) == 5 + 190
        assert progress.place("stride") is not None
        disk.full = False
        progress.record(answer(300))
        assert progress.problem == ""
    with open_progress(path) as progress:
        numbers = [*range(5), *range(10, 200), 300]
        assert progress.answers() == [answer(number) for number in numbers]


LIMITED = """
import resource, sys
from pathlib import Path
from cnnviz_tui.progress import open_progress
from tests.progress.conftest import answer
with open_progress(Path(sys.argv[1])) as progress:
    progress.record(answer(0))
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, hard))
    for number in range(1, 100):
        progress.record(answer(number))
    assert progress.in_memory and len(progress.answers()) == 100, progress.problem
    print(progress.problem)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    progress.record(answer(100))
    assert not progress.in_memory
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_a_disk_that_refuses_to_write_is_survived(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "cannot be used now" in done.stdout
    with open_progress(path) as progress:
        assert progress.answers() == [answer(number) for number in range(101)]


def test_another_program_that_holds_the_file_is_waited_for_later(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PATIENCE", 0.01)
    with open_progress(path) as progress:
        progress.record(answer(1))
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        progress.record(answer(2))
        assert "another program keeps it locked" in progress.problem
        assert progress.answers() == [answer(1), answer(2)]
        holder.execute("ROLLBACK")
        holder.close()
        progress.record(answer(3))
        assert progress.problem == ""
    with open_progress(path) as progress:
        assert len(progress.answers()) == 3


READ_ONLY = """
import os, sys
from pathlib import Path
from cnnviz_tui.progress import open_progress
from tests.progress.conftest import answer
# To root nothing is read-only, so that it has to become somebody else.
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
with open_progress(Path(sys.argv[1])) as progress:
    print(progress.problem)
    assert len(progress.answers()) == 5
    progress.record(answer(9))
    assert len(progress.answers()) == 6 and progress.in_memory
"""


@pytest.mark.skipif(sys.platform == "win32", reason="rights are of another kind there")
@pytest.mark.parametrize("folder_rights", [0o555, 0o777])
def test_what_may_only_be_read_is_still_shown(folder_rights: int) -> None:
    # pytest's own folders are closed to others.
    with TemporaryDirectory() as place:
        folder = Path(place)
        path = folder / "progress.db"
        fill(path)
        content = path.read_bytes()
        path.chmod(0o444)
        folder.chmod(folder_rights)
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, path], capture_output=True, text=True, check=False
        )
        folder.chmod(0o755)
        assert done.returncode == 0, done.stderr
        assert "it is read-only" in done.stdout
        assert path.read_bytes() == content
