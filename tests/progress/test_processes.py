"""Two running cnnviz do not hurt each other, and kill -9 takes nothing that was recorded."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

from cnnviz_tui.progress import open_progress
from tests.progress.conftest import answer

WRITER = """
import sys
from pathlib import Path
from cnnviz_tui.progress import open_progress
from tests.progress.conftest import answer
path, first, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
with open_progress(path) as progress:
    for number in range(first, first + count):
        progress.record(answer(number))
        progress.keep_place("stride", number)
        print(number, flush=True)
    assert progress.problem == ""
"""


def start(path: Path, first: int, count: int) -> subprocess.Popen[str]:
    """Start a process that is ready to write answers."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(first), str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    """Let a process begin."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def test_two_begin_the_same_file_at_once_and_keep_every_row(path: Path) -> None:
    writers = [start(path, 0, 300), start(path, 300, 300)]
    for writer in writers:
        go(writer)
    for writer in writers:
        _, errors = writer.communicate(timeout=60)
        assert (writer.returncode, errors) == (0, "")
    with open_progress(path) as progress:
        assert progress.problem == ""
        assert progress.answers() == [answer(number) for number in range(600)]
        place = progress.place("stride")
        assert place is not None
        assert place.furthest == 599


def test_kill_9_takes_nothing_that_was_recorded(path: Path) -> None:
    writer = start(path, 0, 100_000)
    go(writer)
    assert writer.stdout is not None
    told = [writer.stdout.readline() for _ in range(150)]
    writer.kill()
    told += writer.stdout.readlines()
    _, _ = writer.communicate(timeout=60)
    last = max(int(line) for line in told if line.endswith("\n"))
    with open_progress(path) as progress:
        kept = progress.answers()
        assert progress.problem == ""
        assert kept == [answer(number) for number in range(len(kept))]
        assert len(kept) >= last + 1 >= 150
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
