"""The record travels as JSON, checked value by value, and reaches spreadsheets as harmless CSV."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.progress import Answer, Card, Exam, Place, ProgressError, exchange
from cnnviz_tui.progress.exchange import answers_csv, export_data, import_data, read_export
from cnnviz_tui.progress.records import Outcome, Record, Source
from cnnviz_tui.progress.rows import time_text
from tests.progress.conftest import NOON, answer

letters = st.characters(min_codepoint=33, max_codepoint=0x2FF)
names = st.text(letters, min_size=1, max_size=12).filter(str.isprintable)
texts = st.text(max_size=20)
times = st.datetimes(timezones=st.just(UTC))
wholes = st.integers(-(2**63), 2**63 - 1)
counts = st.integers(0, 2**63 - 1)
lengths = st.floats(0, 1e9)
json_texts = st.dictionaries(st.text(max_size=3), st.floats(allow_nan=False)).map(json.dumps)
answers = st.builds(
    Answer,
    names,
    st.sampled_from(get_args(Outcome)),
    st.sampled_from(get_args(Source)),
    lesson=names | st.just(""),
    skill=names | st.just(""),
    level=st.none() | wholes,
    seed=st.none() | wholes,
    asked=texts,
    given=texts,
    road=names | st.just(""),
    seconds=st.none() | lengths,
    when=times,
)
places = st.builds(Place, names, counts, counts, counts, finished=st.none() | times, seen=times)
cards = st.builds(Card, names, json_texts, times, times)
exams = st.builds(
    Exam,
    names,
    wholes,
    counts,
    times,
    st.none() | lengths,
    finished=st.none() | times,
    state=json_texts,
    updated=times,
)


@given(st.lists(answers | places | cards | exams, max_size=8))
def test_every_record_survives_the_journey(records: list[Record]) -> None:
    sent = json.loads(json.dumps(export_data(records)))
    order = (Answer, Place, Card, Exam)
    assert import_data(sent) == sorted(records, key=lambda record: order.index(type(record)))


def exported(**change: Any) -> dict[str, Any]:
    """An export of one answer and one place, with something changed in the answer."""
    data = export_data([answer(1), Place("stride", seen=NOON)])
    data["answers"][0] |= change
    return data


def without(data: dict[str, Any], name: str) -> dict[str, Any]:
    """The export without one of the answer's fields."""
    del data["answers"][0][name]
    return data


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ([], "This is no record of cnnviz"),
        ({"format": "other"}, "cnnviz progress export writes one"),
        (exported() | {"version": 2}, "version: 1 was expected, not 2"),
        (exported() | {"marks": []}, "“marks” is not known; expected are answers, places"),
        (exported() | {"cards": {}}, "cards: a list was expected."),
        (exported() | {"exams": [3]}, "exams[0]: an object was expected."),
        (exported(outcome="rihgt"), "answers[0]: outcome: one of right, wrong, skipped"),
        (exported(level="2"), "answers[0]: level: a whole number"),
        (exported(mood="good"), "answers[0]: “mood” is not known here; known are question"),
        (exported(when="yesterday"), "answers[0]: when: a time such as 2026-"),
        (exported(when="2026-11-23T12:00:00"), "answers[0]: when: a time such as 2026-"),
        (exported(when=17), "answers[0]: when: a time with its zone was expected, not 17."),
        (without(exported(), "when"), "answers[0]: when is missing."),
        (without(exported(), "question"), "answers[0]: question is missing."),
    ],
)
def test_what_is_wrong_is_said_with_its_place(data: object, sentence: str) -> None:
    with pytest.raises(ProgressError) as refused:
        import_data(data)
    assert sentence in str(refused.value)
    assert str(refused.value).count("\n") == 0


def test_fields_that_have_a_default_may_be_missing() -> None:
    assert import_data(without(exported(), "road")) == [answer(1), Place("stride", seen=NOON)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{]", "is no JSON: Expecting property name enclosed in double quotes in line 1"),
        (b"\xff\xfe{}", "is not UTF-8: byte 1 is wrong."),
        (b"[" * 200_000, "a number is too long or a list too deep."),
        (b"9" * 10_000, "a number is too long or a list too deep."),
    ],
)
def test_a_file_that_is_no_json_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    file = tmp_path / "progress.json"
    file.write_bytes(content)
    with pytest.raises(ProgressError) as refused:
        read_export(file)
    assert sentence in str(refused.value)
    assert str(file) in str(refused.value)


def test_a_file_is_read_with_and_without_a_mark_at_its_beginning(tmp_path: Path) -> None:
    file = tmp_path / "progress.json"
    file.write_bytes(b'\xef\xbb\xbf{"format": "\xc3\x97"}')
    assert read_export(file) == {"format": "×"}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProgressError, match="nothing cannot be read: No such file"):
        read_export(tmp_path / "nothing")


def test_a_large_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "LARGEST_FILE", 10)
    file = tmp_path / "progress.json"
    file.write_bytes(b"[" + b" " * 9)
    with pytest.raises(ProgressError, match="is no JSON"):
        read_export(file)
    file.write_bytes(b"[" + b" " * 10)
    with pytest.raises(ProgressError, match="is larger than the 10 bytes that are read"):
        read_export(file)


def test_a_row_of_csv_is_an_answer() -> None:
    rows = list(csv.DictReader(io.StringIO(answers_csv([answer(1), answer(2)]))))
    assert [row["question"] for row in rows] == ["q1", "q2"]
    assert rows[0]["when"] == time_text(answer(1).when)
    assert (rows[0]["level"], rows[0]["asked"]) == ("", "N = 7, F = 3, S = 2?")


@pytest.mark.parametrize("formula", ["=1+1", "+A1", "-2+3", "@sum(A1)", "\t=1", "＝1+1", "-x"])
def test_a_formula_becomes_a_text(formula: str) -> None:
    typed = Answer("q", "wrong", "quiz", given=formula, asked=formula, when=NOON)
    (row,) = csv.DictReader(io.StringIO(answers_csv([typed])))
    assert (row["given"], row["asked"]) == ("'" + formula, "'" + formula)


@pytest.mark.parametrize("number", ["-3", "+2.5", "-0,5", "7×7", "a=b", "−3"])
def test_a_number_stays_a_number(number: str) -> None:
    typed = Answer("q", "wrong", "quiz", given=number, seed=-3, when=NOON)
    (row,) = csv.DictReader(io.StringIO(answers_csv([typed])))
    assert (row["given"], row["seed"]) == (number, "-3")


@given(st.lists(answers, max_size=5))
def test_in_csv_only_numbers_begin_like_formulas(some: list[Answer]) -> None:
    rows = list(csv.DictReader(io.StringIO(answers_csv(some), newline="")))
    assert len(rows) == len(some)
    for row in rows:
        for cell in row.values():
            if cell[:1] in ("=", "+", "-", "@", "\t", "\n", "\r"):
                float(cell.replace(",", "."))


def test_times_sort_as_they_are_written() -> None:
    early = datetime(999, 1, 1, tzinfo=UTC)
    late = datetime(2026, 11, 23, 12, 0, 0, 5, tzinfo=UTC)
    assert time_text(early) == "0999-01-01T00:00:00.000000Z"
    assert time_text(early) < time_text(late) == "2026-11-23T12:00:00.000005Z"
