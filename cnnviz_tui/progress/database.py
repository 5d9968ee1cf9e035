"""Opening the database file."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from cnnviz_tui.progress.schema import migrate
from cnnviz_tui.progress.store import Store

PATIENCE: Final = 5.0
"""Seconds to wait for another cnnviz that is writing."""


def open_file(path: Path, patience: float = PATIENCE) -> Store:
    """Open a database file with today's schema; begin one where there is none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    connection = sqlite3.connect(
        path, timeout=patience, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # An answer must outlive a power cut too; in WAL that takes one flush to disk a write.
        connection.execute("PRAGMA synchronous = FULL")
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return Store(connection)
