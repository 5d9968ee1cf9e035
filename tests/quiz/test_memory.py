"""What a learner remembers: when a skill is due, how hard it is asked, on which days one came."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from cnnviz_tui.progress import Answer, Card, open_progress
from cnnviz_tui.progress.records import Outcome
from cnnviz_tui.quiz.memory import RETENTION, SLOW, Habit, Memory, Standing, habit, standings
from tests.quiz.taking import MONDAY, Clock


def answer(
    outcome: Outcome, level: int | None = 1, *, skill: str = "s", when: datetime = MONDAY
) -> Answer:
    """An answer of the quiz."""
    return Answer(f"{skill}/1/1", outcome, "quiz", skill=skill, level=level, when=when)


def test_a_skill_that_was_never_practised_is_neither_due_nor_known() -> None:
    memory = Memory()
    assert memory.due(MONDAY) == []
    assert memory.recall("s", MONDAY) is None


def test_a_right_answer_is_asked_again_later_each_time() -> None:
    memory, clock = Memory(), Clock()
    waits = []
    for _ in range(5):
        card = memory.review("s", clock(), right=True)
        waits.append(card.due - clock())
        clock.at = card.due
    assert all(first < second for first, second in pairwise(waits))
    assert waits[-1] > timedelta(days=30)


def test_a_wrong_answer_is_due_within_minutes_and_shortens_what_was_learned() -> None:
    memory, clock = Memory(), Clock()
    for _ in range(4):
        clock.at = memory.review("s", clock(), right=True).due
    learned = memory.review("s", clock(), right=True).due - clock()
    clock.wait(days=learned.days)
    again = memory.review("s", clock(), right=False)
    assert again.due - clock() < timedelta(hours=1)
    clock.at = again.due
    relearned = memory.review("s", clock(), right=True).due - clock()
    assert relearned < learned / 2


def test_hints_and_long_thought_count_as_hard() -> None:
    def second_wait(*, hinted: bool = False, seconds: float = 0.0) -> timedelta:
        memory = Memory()
        clock = Clock()
        for _ in range(3):
            clock.at = memory.review("s", clock(), right=True).due
        return memory.review("s", clock(), right=True, hinted=hinted, seconds=seconds).due - clock()

    easily = second_wait()
    assert second_wait(hinted=True) < easily
    assert second_wait(seconds=SLOW + 1) < easily
    assert second_wait(seconds=SLOW) == easily


def test_a_skill_is_due_when_recall_has_fallen_to_the_wanted_share() -> None:
    memory, clock = Memory(), Clock()
    for _ in range(4):
        card = memory.review("s", clock(), right=True)
        clock.at = card.due
    recall = memory.recall("s", clock())
    assert recall is not None
    assert recall == pytest.approx(RETENTION, abs=0.01)
    later = memory.recall("s", clock() + timedelta(days=60))
    assert later is not None
    assert later < recall


def test_what_has_waited_longest_comes_first() -> None:
    memory, clock = Memory(), Clock()
    for skill in ("third", "first", "second"):
        memory.review(skill, clock(), right=True)
        clock.wait(60)
    clock.wait(days=1)
    assert memory.due(clock()) == ["third", "first", "second"]
    memory.review("third", clock(), right=True)
    assert memory.due(clock()) == ["first", "second"]


def test_the_same_answers_give_the_same_dates() -> None:
    def dates() -> list[datetime]:
        memory, clock = Memory(), Clock()
        found = []
        for right in (True, True, False, True, True):
            found.append(memory.review("s", clock(), right=right).due)
            clock.at = found[-1]
        return found

    assert dates() == dates()


def test_what_is_remembered_outlives_the_program() -> None:
    with open_progress() as progress:
        kept = Memory(progress).review("s", MONDAY, right=True)
    with open_progress() as progress:
        memory = Memory(progress)
        assert memory.cards == {"s": kept}
        assert memory.due(kept.due) == ["s"]
        assert memory.review("s", kept.due, right=True).due > kept.due + timedelta(days=1)


@pytest.mark.parametrize(
    "state",
    [
        "[]",
        "{}",
        "null",
        '{"card_id": 0, "state": 9}',
        '{"card_id": 0, "state": 2, "step": null, "stability": null, "difficulty": null,'
        ' "due": "2026-03-02T09:00:00+00:00", "last_review": null}',
    ],
)
def test_a_card_that_cannot_be_read_is_learned_anew(state: str) -> None:
    memory = Memory(cards={"s": Card("s", state, MONDAY)})
    assert memory.review("s", MONDAY, right=True) == Memory().review("s", MONDAY, right=True)


def test_two_right_answers_in_a_row_lead_a_level_up_and_a_wrong_one_down() -> None:
    outcomes: list[tuple[Outcome, int]] = [
        ("right", 1), ("right", 2), ("right", 2), ("wrong", 1), ("right", 1), ("right", 2),
        ("right", 2), ("right", 3), ("right", 3), ("right", 3), ("skipped", 2), ("wrong", 1),
        ("wrong", 1),
    ]  # fmt: skip
    standing = Standing()
    for outcome, level in outcomes:
        standing = standing.after(outcome)
        assert standing.level == level, (outcome, standing)


def test_what_is_easier_or_harder_than_the_level_says_nothing_new() -> None:
    standing = Standing(2, 1)
    assert standing.after("right", 1) == standing
    assert standing.after("wrong", 3) == standing
    assert standing.after("skipped", 3) == standing
    assert standing.after("right", 3) == Standing(3)
    assert standing.after("wrong", 1) == Standing(1)


def test_standings_come_from_each_skills_own_answers() -> None:
    given = [
        answer("right"), answer("right", skill="t"), answer("right"), answer("wrong", skill="t"),
        answer("right", 2), answer("right", None, skill=""),
    ]  # fmt: skip
    assert standings(given) == {"s": Standing(2, 1), "t": Standing(1)}


# -- on which days one practised --------------------------------------------------------------


@pytest.fixture
def in_auckland(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A time zone whose days begin eleven to thirteen hours before those of UTC."""
    if not hasattr(time, "tzset"):
        pytest.skip("this system cannot change its time zone")
    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    yield
    if before is None:
        monkeypatch.delenv("TZ")
    else:
        monkeypatch.setenv("TZ", before)
    time.tzset()


@pytest.mark.usefixtures("in_auckland")
def test_days_are_those_of_the_learners_own_clock() -> None:
    # 9:00 and 20:00 in Auckland: two days in UTC, one there.
    morning = datetime(2026, 7, 1, 21, 0, tzinfo=UTC)
    evening = datetime(2026, 7, 2, 8, 0, tzinfo=UTC)
    given = [answer("right", when=morning), answer("wrong", when=evening)]
    assert habit(given, evening) == Habit(days=1, row=1)
    # 23:30 and 0:30 there: one day in UTC, two there.
    late = datetime(2026, 7, 2, 11, 30, tzinfo=UTC)
    given = [answer("right", when=late), answer("right", when=late + timedelta(hours=1))]
    assert habit(given, late + timedelta(hours=1)) == Habit(days=2, row=2)


def test_a_row_lasts_until_a_whole_day_is_left_out() -> None:
    given = [answer("right", when=MONDAY + timedelta(days=day)) for day in (0, 1, 2, 4)]
    wednesday = MONDAY + timedelta(days=2)
    assert habit(given[:3], wednesday) == Habit(3, 3)
    assert habit(given[:3], wednesday + timedelta(days=1)) == Habit(3, 3), "today is not over"
    assert habit(given[:3], wednesday + timedelta(days=2)) == Habit(3, 0)
    assert habit(given, MONDAY + timedelta(days=4)) == Habit(4, 1)


def test_only_the_last_thirty_days_count() -> None:
    given = [answer("right", when=MONDAY), answer("right", when=MONDAY + timedelta(days=1))]
    assert habit(given, MONDAY + timedelta(days=29)).days == 2
    assert habit(given, MONDAY + timedelta(days=30)).days == 1
    assert habit([], MONDAY) == Habit(0, 0)
