"""Records as flat rows of texts and numbers: one form for the database and for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias, TypeVar

from cnnviz_tui.progress.records import Answer, Card, Exam, Place, ProgressError, Record

Value: TypeAlias = str | int | float | None
Row: TypeAlias = dict[str, Value]
RecordT = TypeVar("RecordT", bound=Record)

TABLES: Final[Mapping[str, type[Record]]] = {
    "answers": Answer,
    "places": Place,
    "cards": Card,
    "exams": Exam,
}
"""What each table holds; also the keys of an export."""
_TIMES = frozenset({"when", "seen", "due", "updated", "started", "finished"})


COLUMNS: Final[Mapping[type[object], tuple[str, ...]]] = {
    kind: tuple(field.name for field in fields(kind)) for kind in TABLES.values()
}
"""The names of each record's fields, which are its columns."""
_REQUIRED: Final[Mapping[type[object], frozenset[str]]] = {
    kind: frozenset(
        field.name
        for field in fields(kind)
        # A time that is missing is never made up.
        if field.default is MISSING or field.name in _TIMES - {"finished"}
    )
    for kind in TABLES.values()
}


def time_text(moment: datetime) -> str:
    """Return a time as ISO 8601 in UTC with microseconds, which sorts as it is written."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def as_row(record: Record) -> Row:
    """Return a record's fields as texts and numbers."""
    row: Row = {}
    for name in COLUMNS[type(record)]:
        value = getattr(record, name)
        row[name] = time_text(value) if isinstance(value, datetime) else value
    return row


def from_row(kind: type[RecordT], row: Mapping[str, Any]) -> RecordT:
    """Return the record that a row describes.

    Raises:
        ProgressError: a field is missing, unknown, or makes no sense.
    """
    known = COLUMNS[kind]
    for name in row:
        if name not in known:
            raise ProgressError(f"“{name:.40}” is not known here; known are {', '.join(known)}.")
    for name in known:
        if name not in row and name in _REQUIRED[kind]:
            raise ProgressError(f"{name} is missing.")
    values = dict(row)
    for name in _TIMES & values.keys():
        if isinstance(values[name], str):
            values[name] = _time(name, values[name])
    return kind(**values)


def _time(name: str, text: str) -> datetime:
    """Read a time with its zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ProgressError(
            f"{name}: a time such as 2026-11-23T16:59:47.123456Z was expected, not “{text:.40}”."
        )
    return moment
