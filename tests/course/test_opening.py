"""A lesson opens where one left it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cnnviz_tui.course.library import Course
from cnnviz_tui.course.opening import opened
from cnnviz_tui.progress import Progress, open_progress
from tests.course.small import small_folder


@pytest.fixture
def progress(home_of_its_own: Path) -> Iterator[Progress]:
    """A fresh record."""
    with open_progress() as kept:
        yield kept


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """One small lesson."""
    return Course((small_folder(tmp_path),))


def test_one_goes_on_where_one_left(course: Course, progress: Progress) -> None:
    session = opened(course, "small", progress)
    session.answer(session.lesson.questions[0], "5")
    session.go(1)
    later = opened(course, "small", progress)
    assert later.step_index == 1
    assert later.state("places").closed
    assert not later.state("faster").closed


def test_a_finished_lesson_begins_anew_and_stays_finished(
    course: Course, progress: Progress
) -> None:
    session = opened(course, "small", progress)
    session.go(session.length)
    assert session.at_end
    assert opened(course, "small", progress).step_index == 0
    place = progress.place("small")
    assert place is not None
    assert place.finished is not None


def test_a_place_beyond_a_lesson_that_became_shorter_is_its_beginning(
    course: Course, progress: Progress
) -> None:
    progress.keep_place("small", 17)
    assert opened(course, "small", progress).step_index == 0


def test_a_step_that_is_asked_for_comes_first(course: Course, progress: Progress) -> None:
    progress.keep_place("small", 0)
    assert opened(course, "small", progress, step=1).step_index == 1


def test_what_a_prediction_hid_is_there_when_it_was_answered_before(
    course: Course, progress: Progress
) -> None:
    session = opened(course, "small", progress)
    session.answer(session.lesson.questions[0], "5")
    assert session.show is not None
    later = opened(course, "small", progress)
    assert later.step_index == 0
    assert later.show is not None
    assert later.open_question is not None, "the question behind the demonstration"
