"""Exams, sprints and duels: one paper for all, an honest clock, and what outlives a crash."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from cnnviz_tui.progress import Exam, Progress, open_progress
from cnnviz_tui.quiz.exam import (
    DUEL_COUNT,
    EXAM_COUNT,
    SPRINT_SECONDS,
    Rival,
    TimedRound,
    best_sprint,
    duel_round,
    exam_round,
    paper,
    sprint_round,
)
from cnnviz_tui.quiz.result import result_data, result_lines
from cnnviz_tui.quiz.rounds import Entry, Listed, Round, skill_names
from cnnviz_tui.quiz.skill import QuizError
from cnnviz_tui.quiz.topics import topic_of
from tests.quiz.taking import MONDAY, Clock, answer

GOLDEN = Path(__file__).parents[1] / "golden"
SIZES = ("output-size", "output-size-stride", "does-it-fit")


def draws(round_: Round) -> list[tuple[str, int, int]]:
    """What the questions of a round are made of."""
    assert isinstance(round_.source, Listed)
    return list(round_.source.draws)


def begun(progress: Progress | None, clock: Clock, **settings: object) -> TimedRound:
    """An exam whose first question is asked."""
    chosen: dict[str, object] = {"seed": 42, "count": 3, "names": SIZES, **settings}
    round_ = exam_round(progress, now=clock, **chosen)  # type: ignore[arg-type]
    round_.begin()
    return round_


# -- papers -----------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_paper_on_every_machine() -> None:
    names = [f"skill-{i}" for i in range(7)]
    kept = json.loads((GOLDEN / "quiz-draws-42.json").read_text())
    assert [list(draw) for draw in paper(42, 7, names)] == kept


def test_an_exam_without_a_choice_is_the_paper_of_its_seed() -> None:
    shared = skill_names(shared=True)
    assert draws(exam_round(None, seed=42)) == paper(42, EXAM_COUNT, shared)
    assert draws(exam_round(None, seed=43)) != paper(42, EXAM_COUNT, shared)


def test_a_paper_that_all_share_asks_nothing_that_depends_on_the_lessons_one_has() -> None:
    assert all(topic_of(name).shared for name in skill_names(shared=True))


def test_every_skill_comes_once_before_one_comes_twice_and_levels_take_turns() -> None:
    drawn = paper(1, 9, SIZES)
    for turn in range(0, 9, 3):
        assert {name for name, _, _ in drawn[turn : turn + 3]} == set(SIZES)
    assert [level for _, level, _ in drawn] == [1, 2, 3] * 3
    assert len({seed for _, _, seed in drawn}) == 9
    assert {level for _, level, _ in paper(1, 9, SIZES[:1], level=2)} == {2}


def test_no_question_stands_twice_in_a_paper() -> None:
    drawn = paper(3, 10, ["stacking-saves"], level=1)
    prompts = [Entry(draw).exercise().question.prompt for draw in drawn[:6]]
    assert len(set(prompts)) == 6


@pytest.mark.parametrize("count", [0, -1, 201])
def test_a_count_that_makes_no_sense_is_refused(count: int) -> None:
    with pytest.raises(QuizError, match=f"1 to 200 questions, not {count}"):
        paper(1, count, ["a"])


# -- exams ------------------------------------------------------------------------------------


def test_an_exam_says_nothing_until_the_end_and_gives_no_hints() -> None:
    round_ = begun(None, Clock())
    assert not round_.tells
    assert round_.exercise is not None
    assert round_.exercise.question.hints
    assert round_.take_hint() == ""
    assert round_.memory is None


def test_an_exam_ends_after_its_last_question() -> None:
    round_ = begun(None, Clock())
    for rightly in (True, False, True):
        answer(round_, rightly=rightly)
        round_.advance()
    assert round_.over
    round_.finish()
    assert (round_.right, round_.answered, round_.count) == (2, 3, 3)


def test_answers_after_the_limit_do_not_count_and_open_questions_were_not_reached() -> None:
    clock = Clock()
    round_ = begun(None, clock, minutes=1)
    clock.wait(59)
    answer(round_, rightly=True)
    round_.advance()
    clock.wait(1)
    assert round_.left == 0
    with pytest.raises(QuizError, match="too late to count"):
        round_.answer("7")
    with pytest.raises(QuizError, match="too late to count"):
        round_.skip()
    assert round_.advance() is None
    round_.finish()
    assert [entry.outcome for entry in round_.entries] == ["right", None, None]
    assert [entry.seconds for entry in round_.entries] == [59, 1, 0]
    assert result_lines(round_)[0] == (
        "1 of 3 right, 59 s a question, 2 not reached, the time was over after 1:00"
    )
    assert [row["outcome"] for row in result_data(round_)["questions"]] == [
        "right", "not reached", "not reached",
    ]  # fmt: skip
    assert [entry.draw for entry in round_.entries] == draws(round_)
    assert round_.finished == MONDAY + timedelta(minutes=1)


def test_handing_in_twice_changes_nothing() -> None:
    clock = Clock()
    round_ = begun(None, clock)
    round_.finish()
    finished = round_.finished
    clock.wait(5)
    round_.finish()
    assert round_.finished == finished


def test_an_exam_goes_on_after_a_crash_with_its_clock_having_run() -> None:
    clock = Clock()
    with open_progress() as progress:
        first = begun(progress, clock, minutes=10)
        answer(first, rightly=True)
        first.advance()
    clock.wait(300)
    with open_progress() as progress:
        second = begun(progress, clock, minutes=10)
        assert second.id == first.id
        assert draws(second) == draws(first)
        assert [entry.outcome for entry in second.entries] == ["right", None]
        assert second.exercise == first.exercise
        assert second.left == 300
        answer(second, rightly=False)
        assert second.right == 1


def test_nobody_is_told_which_answers_are_right_until_an_exam_is_handed_in() -> None:
    clock = Clock()
    with open_progress() as progress:
        first = begun(progress, clock, minutes=10)
        for rightly in (True, False):
            clock.wait(20)
            answer(first, rightly=rightly)
            first.advance()
        assert progress.answers() == []
        (exam,) = progress.exams()
        told = [entry["outcome"] for entry in json.loads(exam.state)["entries"]]
        assert told == ["answered", "answered", None]
        assert 'roads": ["' not in exam.state
    clock.wait(3600)
    with open_progress() as progress:
        second = begun(progress, clock, minutes=10)
        second.finish()
        assert [entry.outcome for entry in second.entries] == ["right", "wrong", None]
        assert [entry.given for entry in second.entries] == [one.given for one in first.entries]
        kept = progress.answers()
        assert [one.outcome for one in kept] == ["right", "wrong"]
        assert [one.when for one in kept] == [MONDAY + timedelta(seconds=s) for s in (20, 40)]
        assert [one.seconds for one in kept] == [20, 20]


def test_answers_are_kept_once_when_handing_in_was_interrupted() -> None:
    clock = Clock()
    with open_progress() as progress:
        first = begun(progress, clock, count=1)
        answer(first, rightly=True)
        first.record(first.entries[0])
        progress.record(first.entries[0].answer())
        first.finish()
        assert len(progress.answers()) == 1


def test_a_question_without_an_answer_has_none_to_record() -> None:
    with pytest.raises(QuizError, match="no answer: give one first"):
        begun(None, Clock()).entries[0].answer()


@pytest.mark.parametrize("after", [0, 1, 2])
def test_an_exam_that_ended_while_one_was_away_is_handed_in(after: int) -> None:
    clock = Clock()
    with open_progress() as progress:
        first = begun(progress, clock, minutes=10)
        for _ in range(after):
            answer(first, rightly=True)
            first.advance()
    clock.wait(3600)
    with open_progress() as progress:
        second = begun(progress, clock, minutes=10)
        assert second.id == first.id
        assert second.exercise is None
        second.finish()
        assert second.right == after
        assert second.answered == after
        assert len(second.entries) == second.count == 3
        assert second.finished == MONDAY + timedelta(minutes=10)
        again = begun(progress, clock, minutes=10)
        assert (again.id, again.finished, again.exercise) == (first.id, second.finished, None)
        assert [entry.outcome for entry in again.entries] == [e.outcome for e in second.entries]
        assert begun(progress, clock, minutes=10, anew=True).id != first.id
        assert begun(progress, clock, minutes=10, seed=None).id != first.id


def test_other_settings_begin_another_exam() -> None:
    clock = Clock()
    with open_progress() as progress:
        first = begun(progress, clock)
        clock.wait(1)
        for change in ({"seed": 43}, {"count": 4}, {"minutes": 5}, {"level": 2}, {"names": ()}):
            assert begun(progress, clock, **change).id != first.id, change
        assert begun(progress, clock).id == first.id


def test_without_a_seed_the_last_exam_of_the_other_settings_goes_on() -> None:
    clock = Clock()
    with open_progress() as progress:
        first = begun(progress, clock)
        clock.wait(1)
        begun(progress, clock, count=4)
        assert begun(progress, clock, seed=None).id == first.id
        assert begun(progress, clock, seed=None, level=3).id != first.id


def test_without_settings_the_exam_that_was_begun_last_goes_on() -> None:
    clock = Clock()
    with open_progress() as progress:
        begun(progress, clock)
        clock.wait(1)
        last = begun(progress, clock, seed=7, minutes=30)
        assert exam_round(progress, now=clock).id == last.id
        last.finish()
        assert exam_round(progress, seed=9, now=clock).id != last.id


def test_a_sprint_is_no_exam_to_go_on_with() -> None:
    clock = Clock()
    with open_progress() as progress:
        sprint = sprint_round(progress, seed=1, now=clock)
        sprint.begin()
        exam = exam_round(progress, now=clock)
        assert (exam.id != sprint.id, exam.kind, exam.answered) == (True, "exam", 0)


@pytest.mark.parametrize(
    "state",
    [
        "[]",
        "{}",
        '{"kind": "exam", "names": [], "paper": [], "entries": []}',
        '{"kind": "exam", "names": [], "paper": 3, "entries": []}',
        '{"kind": "exam", "names": [], "entries": [], "paper": [{"skill": "gone", "level": 1,'
        ' "seed": 1, "outcome": null, "given": "", "roads": [], "seconds": 0}]}',
        '{"kind": "exam", "names": [], "paper": [], "entries": [{"skill": "output-size",'
        ' "level": 1, "seed": 1, "outcome": null, "given": "", "roads": [], "seconds": 0}]}',
    ],
)
def test_an_exam_that_cannot_be_read_stands_in_nobodys_way(state: str) -> None:
    with open_progress() as progress:
        progress.keep_exam(Exam("broken", 42, 20, MONDAY, state=state))
        round_ = exam_round(progress, seed=42, now=Clock())
        assert round_.id != "broken"
        assert len(draws(round_)) == 20


def test_two_rounds_that_begin_at_once_are_kept_apart() -> None:
    clock = Clock()
    with open_progress() as progress:
        for seed in (1, 2):
            sprint_round(progress, seed=seed, now=clock).begin()
        assert len(progress.exams()) == 2


# -- sprints ----------------------------------------------------------------------------------


def sprint(progress: Progress | None, clock: Clock, answers: list[bool]) -> TimedRound:
    """A sprint in which each answer takes ten seconds."""
    end = clock() + timedelta(seconds=SPRINT_SECONDS)
    round_ = sprint_round(progress, seed=1, names=SIZES, now=clock)
    round_.begin()
    for rightly in answers:
        clock.wait(10)
        if round_.time_is_over:
            break
        answer(round_, rightly=rightly)
        round_.advance()
    clock.at = end
    round_.finish()
    return round_


def test_a_sprint_ends_after_sixty_seconds_in_the_middle_of_a_question() -> None:
    round_ = sprint(None, Clock(), [True] * 10)
    assert (round_.right, round_.answered, len(round_.entries)) == (5, 5, 5)
    assert round_.count is None
    assert round_.finished == MONDAY + timedelta(seconds=60)
    assert {level for _, level, _ in draws(round_)} == {1}


def test_the_best_sprint_is_remembered_for_its_skills() -> None:
    with open_progress() as progress:
        assert best_sprint(progress) is None
        clock = Clock()
        sprint(progress, clock, [True, True, False])
        sprint(progress, clock, [True])
        assert best_sprint(progress, SIZES) == 2
        assert best_sprint(progress) is None
        unfinished = sprint_round(progress, seed=3, names=SIZES, now=clock)
        unfinished.begin()
        for _ in range(4):
            answer(unfinished, rightly=True)
            unfinished.advance()
        assert best_sprint(progress, SIZES) == 2, "one that was left sets no record"


# -- duels ------------------------------------------------------------------------------------


def duel(progress: Progress, clock: Clock, right: int, seconds: float) -> TimedRound:
    """A whole duel."""
    round_, _ = duel_round(progress, names=SIZES, now=clock)
    round_.begin()
    for number in range(DUEL_COUNT):
        clock.wait(seconds)
        answer(round_, rightly=number < right)
        round_.advance()
    round_.finish()
    return round_


def test_the_first_duel_has_no_rival_and_the_next_has_its_record() -> None:
    clock = Clock()
    with open_progress() as progress:
        first_round, nobody = duel_round(progress, names=SIZES, now=clock)
        assert nobody is None
        assert len(draws(first_round)) == DUEL_COUNT
        first = duel(progress, clock, right=4, seconds=5)
        again, rival = duel_round(progress, names=SIZES, now=clock)
        assert rival is not None
        assert (rival.score(DUEL_COUNT), rival.score(3), rival.time(2)) == (4, 3, 10)
        kinds = [draw[:2] for draw in draws(first)]
        assert [draw[:2] for draw in draws(again)] == kinds
        assert not {draw[2] for draw in draws(again)} & {draw[2] for draw in draws(first)}
        assert duel_round(progress, now=clock)[1] is None, "over other skills it is another duel"


def test_the_last_duel_that_was_finished_is_the_rival() -> None:
    clock = Clock()
    with open_progress() as progress:
        duel(progress, clock, right=9, seconds=5)
        clock.wait(60)
        duel(progress, clock, right=2, seconds=5)
        clock.wait(60)
        left, _ = duel_round(progress, names=SIZES, now=clock)
        left.begin()
        answer(left, rightly=True)
        _, rival = duel_round(progress, names=SIZES, now=clock)
        assert rival == Rival((True,) * 2 + (False,) * 8, (5.0,) * 10)


def test_a_duel_whose_skills_are_gone_begins_anew() -> None:
    gone = {
        "skill": "of-an-older-cnnviz", "level": 1, "seed": 1, "outcome": "right", "given": "",
        "roads": [], "seconds": 1,
    }  # fmt: skip
    state = json.dumps({"kind": "duel", "names": [], "level": None, "entries": [gone]})
    with open_progress() as progress:
        progress.keep_exam(Exam("old", 1, 1, MONDAY, finished=MONDAY, state=state))
        round_, rival = duel_round(progress, now=Clock())
        assert rival is None
        assert len(draws(round_)) == DUEL_COUNT
