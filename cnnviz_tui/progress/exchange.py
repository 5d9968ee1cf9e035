"""The record on its way out and in: JSON to take along, CSV for a lecturer's spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from cnnviz_tui.progress.records import Answer, ProgressError, Record, utc_now
from cnnviz_tui.progress.rows import COLUMNS, TABLES, as_row, from_row, time_text

FORMAT: Final = "cnnviz-progress"
VERSION: Final = 1
LARGEST_FILE: Final = 50_000_000
"""Bytes of a file that is read in."""

_FORMULA: Final = tuple("=+-@＝＋－＠\t\n")  # full-width signs begin formulas too
_NUMBER: Final = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")


def export_data(records: Iterable[Record]) -> dict[str, Any]:
    """Return records as an object for JSON; its keys are never renamed, new ones may come."""
    data: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "exported": time_text(utc_now()),
    }
    names = {kind: name for name, kind in TABLES.items()}
    data |= {name: [] for name in TABLES}
    for record in records:
        data[names[type(record)]].append(as_row(record))
    return data


def export_text(data: Mapping[str, Any]) -> str:
    """Return an exported object as JSON for a file."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def import_data(data: object) -> list[Record]:
    """Return the records in an exported object.

    Raises:
        ProgressError: it is no export, or a value in it makes no sense; it says which and where.
    """
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ProgressError(
            f'This is no record of cnnviz: “"format": "{FORMAT}"” is missing; '
            "cnnviz progress export writes one."
        )
    version = data.get("version")
    if version != VERSION:
        raise ProgressError(
            f"version: {VERSION} was expected, not {version!s:.40}; "
            "the record may be from a newer cnnviz."
        )
    for name in data:
        if name not in {"format", "version", "exported", *TABLES}:
            raise ProgressError(f"“{name:.40}” is not known; expected are {', '.join(TABLES)}.")
    records: list[Record] = []
    for name, kind in TABLES.items():
        rows = data.get(name, [])
        if not isinstance(rows, list):
            raise ProgressError(f"{name}: a list was expected.")
        for number, row in enumerate(rows):
            if not isinstance(row, dict):
                raise ProgressError(f"{name}[{number}]: an object was expected.")
            try:
                records.append(from_row(kind, row))
            except ProgressError as problem:
                raise ProgressError(f"{name}[{number}]: {problem}") from None
    return records


def read_export(path: Path) -> object:
    """Return what a JSON file holds.

    Raises:
        ProgressError: it cannot be read, is larger than 50 MB, or is no JSON.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as problem:
        raise ProgressError(f"{path} cannot be read: {problem.strerror}.") from None
    if len(content) > LARGEST_FILE:
        raise ProgressError(f"{path} is larger than the {LARGEST_FILE:,} bytes that are read.")
    try:
        return json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as problem:
        place = f"line {problem.lineno}, column {problem.colno}"
        raise ProgressError(f"{path} is no JSON: {problem.msg} in {place}.") from None
    except UnicodeDecodeError as problem:
        raise ProgressError(f"{path} is not UTF-8: byte {problem.start + 1:,} is wrong.") from None
    except (ValueError, RecursionError):
        raise ProgressError(
            f"{path} is no record of cnnviz: a number is too long or a list too deep."
        ) from None


def answers_csv(answers: Iterable[Answer]) -> str:
    """Return answers as CSV, one a row below a row of titles.

    A text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS[Answer], lineterminator="\n")
    writer.writeheader()
    for answer in answers:
        row = as_row(answer)
        writer.writerow(
            {name: _harmless(cell) if isinstance(cell, str) else cell for name, cell in row.items()}
        )
    return text.getvalue()


def _harmless(cell: str) -> str:
    """Return a text that no spreadsheet takes for a formula, and no reader for two rows."""
    # The writer puts quotes around a line feed, but not around a carriage return.
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text
