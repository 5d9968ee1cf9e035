"""Records in an SQLite database, on disk or in memory; SQLite's errors pass through."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from sqlite3 import Connection, DatabaseError, Error
from typing import Final

from cnnviz_tui.progress.records import Answer, Card, Exam, Place, ProgressError, Record
from cnnviz_tui.progress.rows import COLUMNS, TABLES, RecordT, Row, as_row, from_row
from cnnviz_tui.progress.schema import (
    MIGRATIONS,
    NewerSchemaError,
    schema_version,
    transaction,
)

_NAME: Final[dict[type[object], str]] = {kind: name for name, kind in TABLES.items()}
_KEY: Final[dict[type[object], str]] = {Place: "lesson", Card: "skill", Exam: "id"}
"""What there is only one of; answers have no key, each stands for itself."""


def key_of(record: Record) -> Hashable:
    """Return what two records share that are about the same thing."""
    if isinstance(record, Answer):
        return record
    kind = type(record)
    return kind, getattr(record, _KEY[kind])


class Store:
    """The tables of one open database.

    Args:
        connection: in autocommit mode, with today's schema.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def keep(self, record: Record) -> None:
        """Write a record in a transaction of its own; it replaces an earlier one."""
        with self._writing():
            old = self._old(record)
            if isinstance(record, Place) and isinstance(old, Place):
                record = _went_on(old, record)
            if record != old:
                self._write(record)

    def merge(self, records: Iterable[Record]) -> dict[str, int]:
        """Unite records with those that are there, all in one transaction.

        Equal answers are one; of two places, cards or exams the newer one stays; a lesson once
        finished and an exam once handed in remain so.

        Returns:
            For each table, how many rows are new or were changed.
        """
        changed = dict.fromkeys(TABLES, 0)
        with self._writing():
            for record in records:
                old = self._old(record)
                united = record if old is None else _united(old, record)
                if united != old:
                    self._write(united)
                    changed[_NAME[type(record)]] += 1
        return changed

    def answers(
        self,
        *,
        source: str | None = None,
        lesson: str | None = None,
        skill: str | None = None,
        since: str | None = None,
    ) -> list[Answer]:
        """Return the answers that fit, the oldest first; `since` is a time as it is stored."""
        wanted: Row = {"source": source, "lesson": lesson, "skill": skill}
        terms = [f"{name} = :{name}" for name, value in wanted.items() if value is not None]
        if since is not None:
            terms.append("[when] >= :since")
        where = f"WHERE {' AND '.join(terms)}" if terms else ""
        return list(self._read(Answer, f"{where} ORDER BY [when], id", wanted | {"since": since}))

    def all(self, kind: type[RecordT]) -> list[RecordT]:
        """Return all places, cards or exams in the order of their keys."""
        return list(self._read(kind, f"ORDER BY {_KEY[kind]}"))

    def one(self, kind: type[RecordT], key: str) -> RecordT | None:
        """Return the place, card or exam with a key, or None."""
        return next(self._read(kind, f"WHERE {_KEY[kind]} = :key", {"key": key}), None)

    def records(self) -> list[Record]:
        """Return everything that is kept, the oldest first."""
        return [record for kind in TABLES.values() for record in self._read(kind, "ORDER BY rowid")]

    def readable(self) -> list[Record]:
        """Return everything that can still be read in a damaged database; it never fails.

        The store is of no use for anything else afterwards.
        """
        self.connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        found: dict[Record, None] = {}
        for kind in TABLES.values():
            # From both ends, since reading stops at a damaged page.
            for order in ("ORDER BY rowid", "ORDER BY rowid DESC"):
                with suppress(Error):
                    for row in self._rows(kind, order):
                        with suppress(ProgressError):
                            found[from_row(kind, row)] = None
        return list(found)

    def probe(self) -> None:
        """Check that the database is whole and can be written."""
        for kind in TABLES.values():
            next(self._rows(kind, "LIMIT 0"), None)
        verdict = self.connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise DatabaseError(verdict)
        with transaction(self.connection):
            pass

    def check_version(self) -> None:
        """Refuse a database that a newer cnnviz has changed since it was opened.

        Raises:
            NewerSchemaError: it has more versions than we know.
        """
        version = schema_version(self.connection)
        if version > len(MIGRATIONS):
            raise NewerSchemaError(version)

    def forget(self, lesson: str | None, before: Callable[[list[Record]], None]) -> None:
        """Delete a lesson's answers and place, or everything, in one transaction.

        Args:
            lesson: the lesson's id, None for everything.
            before: called with all that is kept; if it fails nothing is deleted.
        """
        with self._writing():
            before(self.records())
            for kind, name in _NAME.items():
                if lesson is None:
                    self.connection.execute(f"DELETE FROM {name}")  # noqa: S608 - our own names
                elif kind in (Answer, Place):
                    # Only names of our own tables are put into the statement.
                    statement = f"DELETE FROM {name} WHERE lesson = ?"  # noqa: S608
                    self.connection.execute(statement, (lesson,))

    def close(self) -> None:
        """Close the database."""
        self.connection.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Write in one transaction."""
        with transaction(self.connection):
            self.check_version()
            yield

    def _old(self, record: Record) -> Record | None:
        """Return what a record would replace: an equal answer, or what has the same key."""
        row = as_row(record)
        if isinstance(record, Answer):
            same = " AND ".join(f"[{name}] IS :{name}" for name in row)
            return next(self._read(Answer, f"WHERE {same}", row), None)
        return self.one(type(record), str(row[_KEY[type(record)]]))

    def _read(self, kind: type[RecordT], rest: str, values: Row | None = None) -> Iterator[RecordT]:
        """Yield the records that the rest of a SELECT finds."""
        for row in self._rows(kind, rest, values):
            try:
                yield from_row(kind, row)
            except ProgressError as problem:
                raise DatabaseError(f"{_NAME[kind]}: {problem}") from None

    def _rows(self, kind: type[object], rest: str, values: Row | None = None) -> Iterator[Row]:
        """Yield the rows that the rest of a SELECT finds."""
        names = COLUMNS[kind]
        # Brackets, since SQLite takes a quoted name that is missing for a text.
        listed = ", ".join(f"[{name}]" for name in names)
        # Only names of our own tables and columns are put into the statement.
        statement = f"SELECT {listed} FROM {_NAME[kind]} {rest}"  # noqa: S608
        for row in self.connection.execute(statement, values or {}):
            yield dict(zip(names, row, strict=True))

    def _write(self, record: Record) -> None:
        """Insert a record, in place of one with the same key."""
        row = as_row(record)
        listed = ", ".join(f"[{name}]" for name in row)
        marks = ", ".join(f":{name}" for name in row)
        table = _NAME[type(record)]
        statement = f"INSERT OR REPLACE INTO {table} ({listed}) VALUES ({marks})"  # noqa: S608
        self.connection.execute(statement, row)


def _went_on(old: Place, new: Place) -> Place:
    """Return the new place; what was ever reached stays reached."""
    return replace(
        new,
        furthest=max(old.furthest, new.furthest),
        finished=old.finished or new.finished,
        shown=old.shown | new.shown,
    )


def _united(old: Record, new: Record) -> Record:
    """Return what two records of the same thing say together."""
    if isinstance(old, Place) and isinstance(new, Place):
        later = new if new.seen > old.seen else old
        finished = min(filter(None, (old.finished, new.finished)), default=None)
        return replace(
            later,
            furthest=max(old.furthest, new.furthest),
            finished=finished,
            shown=old.shown | new.shown,
        )
    if isinstance(old, Exam) and isinstance(new, Exam):
        if (old.finished is None) != (new.finished is None):
            return old if new.finished is None else new
        return new if new.updated > old.updated else old
    if isinstance(old, Card) and isinstance(new, Card):
        return new if new.updated > old.updated else old
    return old
