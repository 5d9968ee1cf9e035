"""A database file of a test's own, and answers to put into it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cnnviz_tui.progress import Answer

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def answer(number: int, lesson: str = "stride") -> Answer:
    """The answer to one question, a minute after the last."""
    return Answer(
        f"q{number}",
        "right" if number % 2 else "wrong",
        "lesson",
        lesson=lesson,
        asked="N = 7, F = 3, S = 2?",
        given=str(number),
        when=NOON + timedelta(minutes=number),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is to lie."""
    return tmp_path / "data" / "progress.db"


@pytest.fixture
def aside(path: Path) -> Callable[[], list[Path]]:
    """Find the databases that were set aside, without their side files."""
    return lambda: sorted(path.parent.glob("progress.db.broken-*Z"))
