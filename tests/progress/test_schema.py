"""Older databases become today's, step by step, each step whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnnviz_tui.progress.schema import (
    MIGRATIONS,
    ForeignDatabaseError,
    NewerSchemaError,
    migrate,
    schema_version,
    transaction,
)

FIRST = ("CREATE TABLE notes (text TEXT)",)
SECOND = ("ALTER TABLE notes ADD COLUMN level INTEGER", "UPDATE notes SET level = 1")
THIRD = ("CREATE TABLE marks (mark TEXT)", "INSERT INTO marks SELECT text FROM notes")
BROKEN = ("CREATE TABLE half (x)", "INSERT INTO nowhere VALUES (1)")


@pytest.fixture
def version_1(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A database as the first version left it."""
    connection = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    connection.execute(FIRST[0])
    connection.execute("INSERT INTO notes VALUES ('kept')")
    connection.execute("PRAGMA user_version = 1")
    yield connection
    connection.close()


def test_an_older_database_keeps_its_rows(version_1: sqlite3.Connection) -> None:
    migrate(version_1, (FIRST, SECOND, THIRD))
    assert schema_version(version_1) == 3
    assert version_1.execute("SELECT * FROM notes").fetchall() == [("kept", 1)]
    assert version_1.execute("SELECT * FROM marks").fetchall() == [("kept",)]


def test_a_step_that_fails_leaves_nothing_of_itself(version_1: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        migrate(version_1, (FIRST, SECOND, BROKEN))
    assert schema_version(version_1) == 2
    assert version_1.execute("SELECT level FROM notes").fetchall() == [(1,)]
    assert not version_1.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchall()
    assert not version_1.in_transaction


def test_a_newer_database_is_left_as_it_is(version_1: sqlite3.Connection) -> None:
    version_1.execute("PRAGMA user_version = 7")
    with pytest.raises(NewerSchemaError) as newer:
        migrate(version_1)
    assert newer.value.version == 7
    assert version_1.execute("SELECT * FROM notes").fetchall() == [("kept",)]


def test_a_database_of_something_else_is_not_ours(version_1: sqlite3.Connection) -> None:
    version_1.execute("PRAGMA user_version = 0")
    with pytest.raises(ForeignDatabaseError):
        migrate(version_1)


def test_a_database_that_is_up_to_date_is_not_written(version_1: sqlite3.Connection) -> None:
    version_1.execute("PRAGMA query_only = ON")
    migrate(version_1, (FIRST,))
    assert schema_version(version_1) == 1


def test_the_published_schema_has_a_version_a_step() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    assert schema_version(connection) == len(MIGRATIONS)
    connection.close()


def test_another_cnnviz_may_be_faster(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "new.db", isolation_level=None)
    others: list[int] = []

    def overtake(statement: str) -> None:
        if statement.startswith("BEGIN") and not others:
            others.append(1)
            other = sqlite3.connect(tmp_path / "new.db", isolation_level=None)
            migrate(other, (FIRST, SECOND))
            other.close()

    connection.set_trace_callback(overtake)
    migrate(connection, (FIRST, SECOND))
    assert (others, schema_version(connection)) == ([1], 2)
    connection.close()


def test_who_begins_a_transaction_may_finish_it(tmp_path: Path) -> None:
    one = sqlite3.connect(tmp_path / "new.db", isolation_level=None)
    other = sqlite3.connect(tmp_path / "new.db", isolation_level=None, timeout=0)
    with (
        transaction(one),
        pytest.raises(sqlite3.OperationalError, match="locked"),
        transaction(other),
    ):
        pass
    assert not one.in_transaction
    one.close()
    other.close()


def test_the_steps_before_the_furthest_count_as_shown_in_an_older_record(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    migrate(connection, MIGRATIONS[:1])
    connection.execute("INSERT INTO places VALUES ('stride', 1, 0, 3, NULL, '2026-11-23T12:00Z')")
    connection.execute("INSERT INTO places VALUES ('long', 0, 0, 900, NULL, '2026-11-23T12:00Z')")
    migrate(connection)
    shown = dict(connection.execute("SELECT lesson, shown FROM places"))
    connection.close()
    assert shown == {"stride": 0b1111, "long": 2**62 - 1}
