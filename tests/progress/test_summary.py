"""The summary adds up what an independent count finds."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from cnnviz_tui.progress import Answer, Card, Exam, open_progress
from cnnviz_tui.progress.summary import Marks, summarise
from tests.progress.conftest import NOON, answer


def test_lessons_and_skills_are_added_up(path: Path) -> None:
    with open_progress(path) as progress:
        for number in range(5):
            progress.record(answer(number))
        progress.record(Answer("p", "skipped", "lesson", lesson="pooling", when=NOON))
        progress.record(Answer("s", "right", "quiz", skill="padding", when=NOON))
        progress.keep_place("stride", 4)
        progress.keep_place("stride", 1)
        progress.finish("stride")
        progress.keep_place("conv", 0)
        progress.keep_card(Card("macs", "{}", due=NOON + timedelta(days=2)))
        progress.keep_exam(Exam("a", 1, 2, NOON, finished=NOON))
        progress.keep_exam(Exam("b", 1, 2, NOON))
        summary = summarise(progress)
    assert not summary.empty
    assert summary.marks == Marks(right=3, wrong=3, skipped=1)
    lessons = {row.lesson: row for row in summary.lessons}
    assert list(lessons) == ["stride", "conv", "pooling"]
    assert (lessons["stride"].steps_seen, lessons["stride"].marks) == (2, Marks(2, 3, 0))
    assert lessons["stride"].finished is not None
    assert (lessons["conv"].steps_seen, lessons["conv"].finished) == (1, None)
    assert (lessons["pooling"].steps_seen, lessons["pooling"].seen) == (0, None)
    assert [(row.skill, row.marks.answers, row.due) for row in summary.skills] == [
        ("macs", 0, NOON + timedelta(days=2)),
        ("padding", 1, None),
    ]
    assert (summary.exams, summary.exams_finished) == (2, 1)


def test_an_empty_record_is_empty(path: Path) -> None:
    with open_progress(path) as progress:
        assert summarise(progress).empty


@pytest.mark.parametrize(
    ("marks", "share"),
    [(Marks(), None), (Marks(skipped=4), None), (Marks(3, 1, 9), 0.75), (Marks(0, 2), 0.0)],
)
def test_the_share_is_of_what_was_tried(marks: Marks, share: float | None) -> None:
    assert marks.share_right == share
