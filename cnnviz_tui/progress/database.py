"""The database file: opening it, telling what ails it, and setting a damaged one aside."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias

from cnnviz_tui.progress.records import Record
from cnnviz_tui.progress.schema import ForeignDatabaseError, NewerSchemaError, migrate
from cnnviz_tui.progress.store import Store

PATIENCE: Final = 2.0
"""Seconds to wait for another cnnviz that is writing."""

Failure: TypeAlias = sqlite3.Error | OSError | ForeignDatabaseError | NewerSchemaError
FAILURES: Final = (sqlite3.Error, OSError, ForeignDatabaseError, NewerSchemaError)
"""All that can go wrong with the file."""

_PASSING: Final = {
    sqlite3.SQLITE_AUTH: "access to it is denied",
    sqlite3.SQLITE_BUSY: "another program keeps it locked",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_INTERRUPT: "writing was interrupted",
    sqlite3.SQLITE_IOERR: "reading or writing the disk failed",
    sqlite3.SQLITE_LOCKED: "another program keeps it locked",
    sqlite3.SQLITE_NOLFS: "it is too large for the disk",
    sqlite3.SQLITE_NOMEM: "there is not enough memory",
    sqlite3.SQLITE_PERM: "access to it is denied",
    sqlite3.SQLITE_PROTOCOL: "another program keeps it locked",
    sqlite3.SQLITE_READONLY: "it is read-only",
}
"""SQLite's errors that are no fault of the file's content, in a learner's words."""

_DAMAGE: Final = frozenset(
    {
        sqlite3.SQLITE_CORRUPT,
        # A table or a column is missing.
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_FORMAT,
        sqlite3.SQLITE_NOTADB,
    }
)

Identity: TypeAlias = tuple[int, int] | None
"""A file's device and inode: the same for as long as it is the same file, None without one."""


def open_file(path: Path, patience: float = PATIENCE) -> Store:
    """Open a database file with today's schema; begin one where there is none.

    Args:
        path: the file; its folder is made where it is missing.
        patience: seconds to wait for another program that is writing.

    Raises:
        sqlite3.Error: the file is damaged, or cannot be written.
        OSError: its folder cannot be made, or it is read-only or no regular file.
        ForeignDatabaseError: the database holds something else.
        NewerSchemaError: it was written by a newer cnnviz; it was not changed.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is no regular file")
    # SQLite would open it all the same, and fail at the first write only.
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "it is read-only")
    connection = _connect(path.absolute().as_uri() + "?mode=rwc", patience)
    try:
        migrate(connection)
        # While another cnnviz does the same it is locked; one of the two is enough.
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = WAL")
        # An answer must outlive a power cut too; in WAL that takes one flush to disk a write.
        connection.execute("PRAGMA synchronous = FULL")
        store = Store(connection)
        store.probe()
    except BaseException:
        connection.close()
        raise
    return store


def open_memory(records: Iterable[Record]) -> Store:
    """Return a store in memory that holds the records."""
    connection = _connect(":memory:", PATIENCE)
    migrate(connection)
    store = Store(connection)
    store.merge(records)
    return store


def read_file(path: Path) -> list[Record]:
    """Return what can be read of a file that cannot be written or is damaged; it never fails."""
    # Opening a pipe with a name would wait for somebody who writes into it.
    if not path.is_file():
        return []
    address = path.absolute().as_uri()
    # In a folder without write access SQLite reads a WAL database only as one that never changes.
    for mode in ("?mode=ro", "?mode=ro&immutable=1"):
        with suppress(sqlite3.Error):
            connection = _connect(address + mode, PATIENCE)
            try:
                if records := Store(connection).readable():
                    return records
            finally:
                connection.close()
    return []


def is_damage(failure: Failure) -> bool:
    """Tell whether a failure lies in the file's content, so that trying again is no use."""
    if isinstance(failure, ForeignDatabaseError):
        return True
    if not isinstance(failure, sqlite3.Error):
        return False
    code = _code(failure)
    # Rows that hold nonsense are reported without a code, by the store or by Python's decoder.
    return code in _DAMAGE or (
        code is None and type(failure) in (sqlite3.DatabaseError, sqlite3.OperationalError)
    )


def reason(failure: Failure) -> str:
    """Return what is wrong with the file, as the end of a sentence."""
    if isinstance(failure, OSError):
        return failure.strerror or str(failure)
    if is_damage(failure):
        return "it is damaged"
    code = _code(failure)
    return str(failure) if code is None else _PASSING.get(code, str(failure))


def _code(failure: Failure) -> int | None:
    """Return SQLite's error code without the byte that says which kind of it."""
    code: int | None = getattr(failure, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def identity(path: Path) -> Identity:
    """Return which file lies at a path."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def set_aside(path: Path, damaged: Identity) -> Path | None:
    """Move a damaged database with its side files to a name of its own beside it.

    Args:
        path: where it lies.
        damaged: which file it was that was found to be damaged.

    Returns:
        Where it lies now, None if another cnnviz was faster.

    Raises:
        OSError: it cannot be moved.
        sqlite3.Error: the lock cannot be had.
    """
    # An SQLite lock is the one kind that every system has and that ends with its process.
    lock = _connect(path.with_name(path.name + ".lock").absolute().as_uri(), PATIENCE)
    try:
        lock.execute("BEGIN EXCLUSIVE")
        if damaged is None or identity(path) != damaged:
            return None
        aside = path.with_name(f"{path.name}.broken-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")
        # The side files go first: SQLite would play a left-behind log into the new database.
        for ending in ("-wal", "-shm", ""):
            with suppress(FileNotFoundError):
                os.rename(f"{path}{ending}", f"{aside}{ending}")
        return aside
    finally:
        lock.close()


def _connect(address: str, patience: float) -> sqlite3.Connection:
    """Open a connection in autocommit mode, which any thread may use."""
    return sqlite3.connect(
        address,
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,
        uri=address.startswith("file:"),
    )
