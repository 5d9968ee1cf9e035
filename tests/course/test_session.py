"""A walk through a lesson: what is hidden, what is said, what is kept and found again."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from cnnviz_tui.course.lesson import Ask, Prose, Show
from cnnviz_tui.course.session import LessonSession
from cnnviz_tui.progress import Progress, open_progress
from cnnviz_tui.questions import UnclearAnswerError
from tests.course.small import SMALL, lesson, small_folder


@pytest.fixture
def progress(home_of_its_own: Path) -> Iterator[Progress]:
    """A fresh record."""
    with open_progress() as opened:
        yield opened


def kinds(session: LessonSession) -> list[type]:
    """The kinds of what one sees."""
    return [type(part) for part in session.visible]


# -- predict, then see ----------------------------------------------------------------------------


def test_a_prediction_hides_what_comes_after_it() -> None:
    session = LessonSession(lesson())
    assert kinds(session) == [Prose, Ask]
    assert session.show is None
    assert session.open_question is not None
    assert session.open_question.id == "places"


def test_a_wrong_answer_gets_its_own_reason_and_opens_nothing() -> None:
    session = LessonSession(lesson())
    (question, _) = session.lesson.questions
    assert session.answer(question, "7").feedback == "That is the width of the picture."
    assert session.answer(question, "4").feedback == "That is how often it moves."
    assert session.answer(question, "99").feedback.startswith("Count the columns")
    assert kinds(session) == [Prose, Ask]
    assert session.show is None


@pytest.mark.parametrize("how", ["right", "skip"])
def test_the_right_answer_and_skipping_open_the_demonstration(how: str) -> None:
    session = LessonSession(lesson())
    (question, _) = session.lesson.questions
    if how == "right":
        assert session.answer(question, "5").right
    else:
        session.skip(question)
    assert kinds(session) == [Prose, Ask, Show, Prose, Ask]
    assert session.show is not None
    assert session.show.demonstration.name == "conv"


def test_a_question_that_predicts_nothing_leaves_the_demonstration_where_it_is() -> None:
    session = LessonSession(lesson())
    (first, second) = session.lesson.questions
    session.answer(first, "5")
    assert session.open_question is second
    session.answer(second, "b")
    assert session.show is not None


def test_a_later_prediction_hides_the_demonstration_before_it() -> None:
    again = SMALL.replace(
        "Halved.",
        'Halved.\n\n```quiz\nid = "again"\nkind = "number"\npredict = true\nquestion = "And now?"\n'
        'answer = 2\nexplanation = "So."\notherwise = "No."\n[[wrong]]\nanswer = 3\n'
        'feedback = "Less."\n```\n\n```viz\nshow = "conv"\n```',
    )
    session = LessonSession(lesson(again))
    session.go(2)
    assert session.show is not None, "it is looked at first"
    assert session.waiting
    assert session.go_on()
    assert session.step_index == 2
    assert session.show is None
    session.skip(session.lesson.questions[-1])
    assert session.show is not None
    assert session.show.demonstration.name == "conv"


def test_an_unclear_answer_does_not_count(progress: Progress) -> None:
    session = LessonSession(lesson(), progress)
    with pytest.raises(UnclearAnswerError):
        session.answer(session.lesson.questions[0], "as many as you like")
    assert session.state("places").outcome is None
    assert progress.answers() == []


def test_hints_come_one_by_one_and_end() -> None:
    session = LessonSession(lesson())
    question = session.lesson.questions[0]
    hints = [session.take_hint(question) for _ in range(3)]
    assert hints == ["Where does the first window begin?", "And the last?", ""]


def test_a_question_can_be_asked_again() -> None:
    session = LessonSession(lesson())
    question = session.lesson.questions[0]
    session.answer(question, "5")
    session.ask_again(question)
    assert session.open_question is question
    assert session.show is None


def test_the_tally_tells_at_once_from_at_last_and_from_skipped() -> None:
    session = LessonSession(lesson())
    first, second = session.lesson.questions
    session.answer(first, "7")
    session.answer(first, "5")
    session.skip(second)
    tally = session.tally
    assert (tally.right, tally.at_once, tally.skipped, tally.asked) == (1, 0, 1, 2)
    assert tally.sentence == "1 of 2 questions answered rightly, 1 skipped."


def test_the_tally_counts_what_was_answered_and_skipped_on_other_days(progress: Progress) -> None:
    session = LessonSession(lesson(), progress)
    first, second = session.lesson.questions
    session.answer(first, "5")
    session.skip(second)
    later = LessonSession(lesson(), progress)
    assert later.tally.sentence == (
        "1 of 2 questions answered rightly, 1 of them at the first attempt, 1 skipped."
    )
    later.answer(second, "b")
    later.answer(second, "a")
    assert later.tally.sentence == (
        "2 of 2 questions answered rightly, 1 of them at the first attempt."
    )


# -- what is kept ---------------------------------------------------------------------------------


def test_every_answer_is_kept_at_once_with_what_was_asked(progress: Progress) -> None:
    clock = count(0, 5)
    session = LessonSession(lesson(), progress, now=lambda: float(next(clock)))
    first, second = session.lesson.questions
    session.answer(first, "7")
    session.answer(first, "5")
    session.skip(second)
    with open_progress() as other:
        kept = other.answers(source="lesson", lesson="small")
    assert [(a.question, a.outcome, a.given) for a in kept] == [
        ("places", "wrong", "7"),
        ("places", "right", "5"),
        ("faster", "skipped", ""),
    ]
    assert kept[0].asked == "How many places are there side by side?"
    assert all(answer.seconds and answer.seconds > 0 for answer in kept)


def test_fast_fingers_that_answer_twice_are_kept_once(progress: Progress) -> None:
    session = LessonSession(lesson(), progress)
    first, second = session.lesson.questions
    for text in ("5", "5", "7"):
        session.answer(first, text)
    session.skip(first)
    session.skip(second)
    session.skip(second)
    assert [(a.question, a.outcome) for a in progress.answers()] == [
        ("places", "right"),
        ("faster", "skipped"),
    ]
    assert session.tally.at_once == 1


def test_there_is_nothing_before_the_first_step_and_after_the_end(progress: Progress) -> None:
    session = LessonSession(lesson(), progress)
    assert not session.go(-1)
    assert not session.go(session.length + 1)
    assert session.step_index == 0


def test_an_edited_lesson_keeps_the_answers_whose_id_stayed(progress: Progress) -> None:
    session = LessonSession(lesson(), progress)
    session.answer(session.lesson.questions[0], "5")
    session.answer(session.lesson.questions[1], "a")
    edited = SMALL.replace("How many places are there side by side?", "How many places?")
    edited = edited.replace('id = "faster"', 'id = "slower"')
    later = LessonSession(lesson(edited), progress)
    assert later.state("places").before
    assert later.open_question is later.lesson.questions[1]
    assert later.tally.right == 1


def test_a_wrong_or_skipped_answer_is_asked_again_another_day(progress: Progress) -> None:
    session = LessonSession(lesson(), progress)
    session.answer(session.lesson.questions[0], "7")
    session.skip(session.lesson.questions[0])
    later = LessonSession(lesson(), progress)
    assert later.open_question is later.lesson.questions[0]


def test_without_a_record_nothing_is_kept(home_of_its_own: Path) -> None:
    session = LessonSession(lesson())
    session.answer(session.lesson.questions[0], "5")
    session.go(session.length)
    assert not home_of_its_own.exists()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no such signal")
def test_answers_outlive_a_program_that_is_killed(tmp_path: Path) -> None:
    folder = small_folder(tmp_path / "lessons")
    command = [sys.executable, "-m", "cnnviz_tui", "learn", "small", "--plain"]
    with subprocess.Popen(
        [*command, "--lessons", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write("7\n5\n")
        program.stdin.flush()
        assert any(line.startswith("✓ Right: 5") for line in program.stdout)
        program.kill()
    assert program.returncode == -signal.SIGKILL
    with open_progress() as progress:
        assert [(a.question, a.outcome) for a in progress.answers(lesson="small")] == [
            ("places", "wrong"),
            ("places", "right"),
        ]
        place = progress.place("small")
    assert place is not None
    assert (place.step, place.finished) == (0, None)
