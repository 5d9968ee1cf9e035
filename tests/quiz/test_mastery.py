"""The map of all skills, and what is said to people about today."""

from __future__ import annotations

from datetime import timedelta

from cnnviz_tui.progress import Progress, open_progress
from cnnviz_tui.quiz.mastery import Mark, Mastery, mastery
from cnnviz_tui.quiz.memory import Habit
from cnnviz_tui.quiz.rounds import practice_round
from cnnviz_tui.quiz.topics import TOPICS, skills
from tests.quiz.taking import MONDAY, Clock, answer

BEGUN: dict[str, tuple[Mark, ...]] = {"t": (Mark("s", "S", 1, due=False),)}
"""One skill, begun and not due."""


def practise(progress: Progress, clock: Clock, name: str, *outcomes: bool) -> None:
    """Practise one skill."""
    round_ = practice_round(progress, [name], seed=1, now=clock)
    round_.begin()
    for rightly in outcomes:
        answer(round_, rightly=rightly)
        clock.wait(5)
        round_.advance()


def mark_of(found: Mastery, name: str) -> Mark:
    """The mark of a skill."""
    return next(mark for marks in found.topics.values() for mark in marks if mark.skill == name)


def test_at_first_nothing_is_known_and_nothing_is_due() -> None:
    found = mastery(None, MONDAY)
    assert list(found.topics) == [topic.name for topic in TOPICS]
    assert found.total == len(list(skills()))
    assert (found.known, found.due, found.next_due) == (0, 0, None)
    assert {mark.shown for marks in found.topics.values() for mark in marks} == {"·"}
    assert found.review_sentence.startswith("Nothing is due yet.")
    assert found.habit_sentence == f"{found.total} skills, each with endless questions."


def test_the_map_shows_how_far_one_is_and_what_is_due() -> None:
    clock = Clock()
    with open_progress() as progress:
        practise(progress, clock, "output-size", True)
        practise(progress, clock, "does-it-fit", *[True] * 2)
        practise(progress, clock, "softmax", *[True] * 4)
        found = mastery(progress, clock())
        names = ("output-size", "does-it-fit", "softmax", "output-volume")
        assert [mark_of(found, name).shown for name in names] == ["○", "◐", "●", "·"]
        assert (found.known, found.due) == (3, 0)
        clock.wait(days=400)
        later = mastery(progress, clock())
        assert [mark_of(later, name).shown for name in names] == ["!", "!", "!", "·"]
        assert later.due == 3
        assert later.review_sentence == "3 due now, then a few new skills."


def test_a_review_is_announced_by_hours_and_days() -> None:
    def sentence(wait: timedelta) -> str:
        return Mastery(BEGUN, Habit(1, 1), MONDAY + wait, MONDAY).review_sentence

    assert "within the hour" in sentence(timedelta(minutes=10))
    assert "within the hour" in sentence(timedelta(minutes=80))
    assert "in 2 hours" in sentence(timedelta(minutes=100))
    assert "in 47 hours" in sentence(timedelta(hours=47))
    assert "in 3 days" in sentence(timedelta(days=3))


def test_habits_are_told_without_reproach() -> None:
    def sentence(habit: Habit) -> str:
        return Mastery(BEGUN, habit, None, MONDAY).habit_sentence

    assert sentence(Habit(1, 1)) == "1 of 1 skills begun. You practised on 1 day of 30."
    assert (
        sentence(Habit(5, 3)) == "1 of 1 skills begun. You practised on 5 days of 30, 3 in a row."
    )
    assert sentence(Habit(5, 0)) == "1 of 1 skills begun. You practised on 5 days of 30."


def test_cards_of_skills_that_are_gone_are_not_on_the_map() -> None:
    from cnnviz_tui.quiz.memory import Memory

    with open_progress() as progress:
        Memory(progress).review("of-an-older-cnnviz", MONDAY, right=True)
        found = mastery(progress, MONDAY + timedelta(days=9))
        assert (found.due, found.known) == (0, 0)
        assert found.next_due is None
