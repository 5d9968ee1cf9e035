"""The tables of the progress database, and how older ones become today's."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from sqlite3 import Connection
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Migration: TypeAlias = Sequence[str]
"""SQL statements that lead from one version to the next."""

MIGRATIONS: Final[Sequence[Migration]] = (
    (
        """CREATE TABLE answers (
            id INTEGER PRIMARY KEY,
            [when] TEXT NOT NULL,
            source TEXT NOT NULL,
            lesson TEXT NOT NULL,
            question TEXT NOT NULL,
            skill TEXT NOT NULL,
            level INTEGER,
            seed INTEGER,
            asked TEXT NOT NULL,
            given TEXT NOT NULL,
            outcome TEXT NOT NULL,
            road TEXT NOT NULL,
            seconds REAL
        )""",
        "CREATE INDEX answers_by_time ON answers ([when])",
        """CREATE TABLE places (
            lesson TEXT PRIMARY KEY NOT NULL,
            step INTEGER NOT NULL,
            part INTEGER NOT NULL,
            furthest INTEGER NOT NULL,
            finished TEXT,
            seen TEXT NOT NULL
        )""",
        """CREATE TABLE cards (
            skill TEXT PRIMARY KEY NOT NULL,
            state TEXT NOT NULL,
            due TEXT NOT NULL,
            updated TEXT NOT NULL
        )""",
        """CREATE TABLE exams (
            id TEXT PRIMARY KEY NOT NULL,
            seed INTEGER NOT NULL,
            count INTEGER NOT NULL,
            started TEXT NOT NULL,
            [limit] REAL,
            finished TEXT,
            state TEXT NOT NULL,
            updated TEXT NOT NULL
        )""",
    ),
    (
        "ALTER TABLE places ADD COLUMN shown INTEGER NOT NULL DEFAULT 0",
        # Up to now all steps before the furthest one were taken as shown.
        "UPDATE places SET shown = (1 << min(furthest + 1, 62)) - 1",
    ),
)
"""Each leads one version on; published ones never change. `PRAGMA user_version` counts them."""


class NewerSchemaError(Exception):
    """The database was written by a newer cnnviz.

    Args:
        version: the version of its schema.
    """

    def __init__(self, version: int) -> None:
        super().__init__(f"schema version {version}")
        self.version = version


class ForeignDatabaseError(Exception):
    """An SQLite database that holds something else."""


def schema_version(connection: Connection) -> int:
    """Return the version of the schema, 0 for an empty database."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Do everything inside, or nothing; the right to write is taken at the beginning."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # After a full disk SQLite has rolled back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def migrate(connection: Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring a database to the newest schema, each step in a transaction of its own.

    Args:
        connection: in autocommit mode.
        migrations: how each version becomes the next.

    Raises:
        NewerSchemaError: there are more versions than `migrations` knows.
        ForeignDatabaseError: it has tables, but no version.
        sqlite3.Error: a step failed; the steps before it stay, nothing of itself does.
    """
    newest = len(migrations)
    while (version := schema_version(connection)) < newest:
        with transaction(connection):
            # Another cnnviz may have been faster.
            if schema_version(connection) != version:
                continue
            if version == 0 and connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                raise ForeignDatabaseError
            for statement in migrations[version]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version + 1}")
    if version > newest:
        raise NewerSchemaError(version)
