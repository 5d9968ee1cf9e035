"""Records accept what makes sense, and say in a sentence what does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from cnnviz_tui.progress import Answer, Card, Exam, Place, ProgressError
from cnnviz_tui.progress.records import LONGEST_TEXT

NAIVE = datetime(2026, 1, 1)
WRONG_ANSWERS: list[tuple[dict[str, Any], str]] = [
    ({"question": ""}, "question: an identifier was expected, not an empty text."),
    ({"question": 7}, "question: a text was expected, not 7."),
    ({"question": "a\nb"}, r"question: an identifier is printable, not “'a\nb'”."),
    ({"lesson": "x" * 201}, "lesson: an identifier has at most 200 characters, not 201."),
    ({"outcome": "rihgt"}, "outcome: one of right, wrong, skipped was expected, not “rihgt”."),
    ({"outcome": []}, "outcome: one of right, wrong, skipped was expected, not a list."),
    ({"source": "exam"}, "source: one of lesson, quiz was expected, not “exam”."),
    ({"level": True}, "level: a whole number that fits 64 bits was expected, not True."),
    (
        {"seed": 2**64},
        "seed: a whole number that fits 64 bits was expected, not a number of more than 64 bits.",
    ),
    ({"seconds": -1}, "seconds: seconds of 0 or more were expected, not -1."),
    ({"seconds": float("nan")}, "seconds: seconds of 0 or more were expected, not nan."),
    ({"seconds": 10**400}, "not a number of more than 64 bits."),
    ({"given": None}, "given: a text was expected, not None."),
    ({"when": NAIVE}, "when: a time with its zone was expected, not 2026-01-01 00:00:00."),
    ({"when": datetime.min.replace(tzinfo=timezone(timedelta(hours=9)))}, "outside the calendar"),
]


@pytest.mark.parametrize(("change", "sentence"), WRONG_ANSWERS)
def test_an_answer_that_makes_no_sense_is_refused(change: dict[str, Any], sentence: str) -> None:
    right: dict[str, Any] = {"question": "q", "outcome": "right", "source": "quiz"}
    with pytest.raises(ProgressError) as refused:
        Answer(**right | change)
    assert sentence in str(refused.value)


def test_times_are_kept_in_utc() -> None:
    local = datetime(2026, 11, 23, 13, tzinfo=timezone(timedelta(hours=1)))
    kept = Answer("q", "right", "quiz", when=local).when
    assert (kept, kept.tzinfo, kept.hour) == (local, UTC, 12)


def test_whatever_was_typed_can_be_kept() -> None:
    typed = Answer("q", "wrong", "lesson", given="\udcff\0" + "x" * LONGEST_TEXT).given
    assert typed.startswith("?\0x")
    assert (len(typed), typed[-1]) == (LONGEST_TEXT, "…")


def test_the_furthest_step_is_never_behind_the_place() -> None:
    assert Place("stride", step=4, furthest=2).furthest == 4


def test_without_a_record_of_the_shown_steps_it_was_all_up_to_the_furthest() -> None:
    assert Place("stride", step=1, furthest=3).shown_steps == (0, 1, 2, 3)


@pytest.mark.parametrize("state", ["", "{", "[" * 100_000, '"\udcff"'])
def test_a_card_holds_json(state: str) -> None:
    with pytest.raises(ProgressError, match=r"^state: JSON was expected"):
        Card("padding", state, due=datetime.now(UTC))


def test_an_exam_is_checked_too() -> None:
    now = datetime.now(UTC)
    with pytest.raises(ProgressError, match=r"^count: a whole number of 0 or more"):
        Exam("e", seed=-4, count=-1, started=now)
    with pytest.raises(ProgressError, match=r"^limit: seconds"):
        Exam("e", seed=1, count=1, started=now, limit=float("inf"))
