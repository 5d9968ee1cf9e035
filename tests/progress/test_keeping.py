"""What is recorded is there again: filtered, resumed, united, forgotten."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from cnnviz_tui.progress import (
    Answer,
    Card,
    Exam,
    Place,
    ProgressError,
    open_progress,
)
from tests.progress.conftest import NOON, answer


def test_an_answer_comes_back_as_it_was_given(path: Path) -> None:
    given = Answer(
        "out-size",
        "wrong",
        "quiz",
        skill="output size",
        level=2,
        seed=-(2**63),
        asked="N = 7, F = 3, S = 2: how large is the output?",
        given="5×5",
        road="forgot-stride",
        seconds=12.25,
        when=NOON,
    )
    with open_progress(path) as progress:
        progress.record(given)
        assert progress.problem == ""
    with open_progress(path) as progress:
        assert progress.answers() == [given]


def test_answers_are_found_by_what_is_asked_for(path: Path) -> None:
    quiz = Answer("a", "right", "quiz", skill="padding", when=NOON)
    with open_progress(path) as progress:
        for each in (answer(2), answer(1, "pooling"), quiz):
            progress.record(each)
        assert progress.answers() == [quiz, answer(1, "pooling"), answer(2)]
        assert progress.answers(source="lesson", lesson="stride") == [answer(2)]
        assert progress.answers(skill="padding") == [quiz]
        assert progress.answers(since=answer(2).when) == [answer(2)]
        assert progress.answers(source="quiz", lesson="stride") == []


def test_the_same_answer_twice_is_one(path: Path) -> None:
    with open_progress(path) as progress:
        progress.record(answer(1))
        progress.record(answer(1))
        assert progress.answers() == [answer(1)]


def test_a_lesson_goes_on_where_it_was_left(path: Path) -> None:
    with open_progress(path) as progress:
        assert progress.place("stride") is None
        progress.keep_place("stride", 5, 1)
        progress.keep_place("stride", 2)
        progress.finish("stride")
        first = progress.place("stride")
        progress.keep_place("stride", 3)
        progress.finish("stride")
        progress.finish("padding")
    with open_progress(path) as progress:
        place = progress.place("stride")
        assert place is not None
        assert first is not None
        assert (place.step, place.part, place.furthest) == (3, 0, 5)
        assert place.shown_steps == (2, 3, 5)
        assert first.finished is not None
        assert place.finished == first.finished
        assert place.seen > first.seen
        assert list(progress.places()) == ["padding", "stride"]


def test_the_last_write_counts_even_after_the_clock_was_wrong(path: Path) -> None:
    late = datetime(2999, 1, 1, tzinfo=UTC)
    with open_progress(path) as progress:
        progress.keep_card(Card("padding", '{"wrong": "clock"}', due=NOON, updated=late))
        now = Card("padding", "{}", due=NOON)
        progress.keep_card(now)
        assert progress.card("padding") == now
        assert progress.card("stride") is None


def test_an_exam_is_kept_while_it_runs(path: Path) -> None:
    begun = Exam("monday", seed=42, count=20, started=NOON, limit=1800, updated=NOON)
    later = Exam("tuesday", seed=1, count=5, started=NOON + timedelta(days=1), updated=NOON)
    with open_progress(path) as progress:
        progress.keep_exam(later)
        progress.keep_exam(begun)
    with open_progress(path) as progress:
        assert progress.exam("monday") == begun
        handed_in = Exam("monday", 42, 20, NOON, 1800, finished=NOON, state='{"right": 17}')
        progress.keep_exam(handed_in)
        assert progress.exams() == [handed_in, later]
        assert progress.exam("sunday") is None


def test_an_export_read_in_elsewhere_is_the_same_record(path: Path, tmp_path: Path) -> None:
    with open_progress(path) as here, open_progress(tmp_path / "b" / "other.db") as there:
        here.record(answer(1))
        there.record(answer(1))
        there.record(answer(2))
        here.keep_place("stride", 3)
        here.keep_card(Card("padding", "{}", due=NOON))
        here.keep_exam(Exam("e", 1, 2, started=NOON))
        data = json.loads(json.dumps(here.export()))
        assert there.import_(data) == {"answers": 0, "places": 1, "cards": 1, "exams": 1}
        assert there.answers() == [answer(1), answer(2)]
        assert (there.places(), there.cards(), there.exams()) == (
            here.places(),
            here.cards(),
            here.exams(),
        )
        assert not any(there.import_(data).values()), "a second time there is nothing new"


def test_the_page_at_the_end_is_no_step_that_was_shown(path: Path) -> None:
    with open_progress(path) as progress:
        progress.keep_place("stride", 6)
        progress.keep_place("stride", 7, shown=False)
        place = progress.place("stride")
    assert place is not None
    assert (place.step, place.shown_steps) == (7, (6,))


def test_uniting_keeps_the_newer_and_never_unlearns(path: Path) -> None:
    early, late = NOON, NOON + timedelta(hours=1)

    def data(kind: str, *rows: object) -> dict[str, object]:
        from cnnviz_tui.progress.exchange import export_data

        exported = export_data(rows)  # type: ignore[arg-type]
        assert len(exported[kind]) == len(rows)
        return exported

    with open_progress(path) as progress:
        progress.import_(data("places", Place("stride", 1, furthest=6, finished=early, seen=early)))
        progress.import_(data("places", Place("stride", 2, finished=late, seen=late)))
        progress.import_(data("places", Place("stride", 4, seen=early)))
        assert progress.place("stride") == Place("stride", 2, furthest=6, finished=early, seen=late)
        newer = Card("padding", "[2]", due=early, updated=late)
        progress.import_(data("cards", newer, Card("padding", "[1]", due=late, updated=early)))
        assert progress.card("padding") == newer
        handed_in = Exam("e", 1, 2, early, finished=early, updated=early)
        progress.import_(data("exams", handed_in, Exam("e", 1, 2, early, updated=late)))
        assert progress.exam("e") == handed_in


def test_a_reset_writes_a_backup_that_brings_everything_back(path: Path) -> None:
    with open_progress(path) as progress:
        progress.record(answer(1))
        progress.record(answer(2, "pooling"))
        progress.keep_place("stride", 3)
        progress.keep_card(Card("padding", "{}", due=NOON))
        before = progress.export()
        one = progress.reset("stride")
        assert progress.answers() == [answer(2, "pooling")]
        assert (progress.places(), list(progress.cards())) == ({}, ["padding"])
        progress.reset()
        assert (progress.answers(), progress.cards()) == ([], {})
        assert one.parent == path.parent
        progress.import_(json.loads(one.read_text(encoding="utf-8")))
        after = progress.export()
        assert after | {"exported": before["exported"]} == before


def test_without_a_backup_nothing_is_forgotten(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cnnviz_tui.files.write_atomically", refuse)
    with open_progress(path) as progress:
        progress.record(answer(1))
        with pytest.raises(ProgressError, match=r"Nothing was reset.*No space left on device"):
            progress.reset()
        assert progress.answers() == [answer(1)]
        progress.record(answer(2))
        assert progress.problem == ""


def test_a_closed_record_says_so(path: Path) -> None:
    progress = open_progress(path)
    progress.close()
    progress.close()
    with pytest.raises(ProgressError, match="was closed"):
        progress.record(answer(1))
    with pytest.raises(ProgressError, match="was closed"):
        progress.answers()


def test_threads_may_share_it(path: Path) -> None:
    with open_progress(path) as progress:

        def work(start: int) -> None:
            for number in range(start, start + 20):
                progress.record(answer(number))
                progress.answers(lesson="stride")

        threads = [Thread(target=work, args=(20 * number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert progress.answers() == [answer(number) for number in range(80)]


def test_an_edited_lesson_keeps_the_answers_whose_question_stayed(path: Path) -> None:
    with open_progress(path) as progress:
        progress.record(Answer("keep", "right", "lesson", lesson="stride", asked="old words"))
        progress.record(Answer("gone", "wrong", "lesson", lesson="stride"))
        questions = {"keep", "new"}
        known = [one for one in progress.answers(lesson="stride") if one.question in questions]
    assert [(one.question, one.outcome) for one in known] == [("keep", "right")]
