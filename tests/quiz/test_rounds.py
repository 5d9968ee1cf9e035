"""Practice and review: what comes next, what an answer changes, and that nothing gets lost."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from cnnviz_tui.progress import open_progress
from cnnviz_tui.questions import NumberQuestion, UnclearAnswerError
from cnnviz_tui.quiz.memory import Memory, Standing
from cnnviz_tui.quiz.rounds import (
    Entry,
    Listed,
    Practice,
    Round,
    entry_of,
    practice_round,
    review_round,
    skill_names,
)
from cnnviz_tui.quiz.skill import QuizError
from tests.quiz.taking import Clock, answer, asked_now, right_answer, wrong_answer

SIZES = ("output-size", "output-size-stride", "output-size-padding", "does-it-fit")


def practising(*names: str, seed: int = 1, level: int | None = None) -> Round:
    """A round of practice that keeps nothing."""
    round_ = practice_round(None, names or SIZES, seed=seed, level=level, now=Clock())
    round_.begin()
    return round_


def names_of(round_: Round) -> list[str]:
    """The skills of a round that knows all its questions."""
    assert isinstance(round_.source, Listed)
    return [name for name, _, _ in round_.source.draws]


# -- practice ---------------------------------------------------------------------------------


def test_every_skill_has_its_turn_before_one_comes_twice() -> None:
    round_ = practising()
    asked = []
    for _ in range(3 * len(SIZES)):
        asked.append(asked_now(round_))
        answer(round_, rightly=True)
        round_.advance()
    turns = [asked[i : i + len(SIZES)] for i in range(0, len(asked), len(SIZES))]
    assert all(set(turn) == set(SIZES) for turn in turns)
    assert all(first != second for first, second in pairwise(asked))


@pytest.mark.parametrize("skipped", [False, True])
def test_what_went_wrong_comes_again_two_questions_later_with_other_numbers(skipped: bool) -> None:
    round_ = practising()
    wrong = asked_now(round_)
    if skipped:
        round_.skip()
    else:
        answer(round_, rightly=False)
    round_.advance()
    assert asked_now(round_) != wrong
    answer(round_, rightly=True)
    round_.advance()
    assert asked_now(round_) == wrong
    assert round_.entries[0].draw[2] != round_.entries[2].draw[2]


def test_who_gets_everything_wrong_meets_every_skill_all_the_same() -> None:
    round_ = practising()
    asked = []
    for _ in range(2 * len(SIZES)):
        asked.append(asked_now(round_))
        round_.skip()
        round_.advance()
    assert {asked.count(name) for name in SIZES} == {2}, "each in its turn and once more"


def test_nothing_is_asked_twice_while_there_is_something_else() -> None:
    round_ = practising("stacking-saves")
    prompts = []
    for _ in range(6):
        assert round_.exercise is not None
        prompts.append(round_.exercise.question.prompt)
        answer(round_, rightly=True)
        round_.advance()
    assert len(set(prompts)) == len(prompts)


def test_one_skill_alone_can_be_practised() -> None:
    round_ = practising("output-size")
    for rightly in (True, False, True):
        assert asked_now(round_) == "output-size"
        answer(round_, rightly=rightly)
        round_.advance()
    assert len({entry.draw for entry in round_.entries}) == 4


def test_levels_rise_and_fall_while_one_practises() -> None:
    round_ = practising("output-size")
    levels = []
    for rightly in (True, True, True, True, False, False, True):
        levels.append(round_.entries[-1].draw[1])
        answer(round_, rightly=rightly)
        round_.advance()
    assert levels == [1, 1, 2, 2, 3, 2, 1]


def test_a_level_that_was_asked_for_stays() -> None:
    round_ = practising("output-size", level=2)
    for rightly in (True, True, True, False, False):
        assert round_.entries[-1].draw[1] == 2
        answer(round_, rightly=rightly)
        round_.advance()


def test_the_level_goes_on_where_the_last_session_ended() -> None:
    clock = Clock()
    with open_progress() as progress:
        first = practice_round(progress, ["output-size"], seed=1, now=clock)
        first.begin()
        for _ in range(3):
            answer(first, rightly=True)
            clock.wait(5)
            first.advance()
    with open_progress() as progress:
        second = practice_round(progress, ["output-size"], seed=2, now=clock)
        second.begin()
        assert second.entries[-1].draw[1] == 2
        answer(second, rightly=True)
        second.advance()
        assert second.entries[-1].draw[1] == 3, "one was right at level 2 the last time"


def test_the_same_seed_asks_those_who_answer_alike_the_same() -> None:
    def draws(seed: int) -> list[tuple[str, int, int]]:
        round_ = practising(seed=seed)
        for rightly in (True, False, True, True, False, True):
            answer(round_, rightly=rightly)
            round_.advance()
        return [entry.draw for entry in round_.entries]

    assert draws(7) == draws(7)
    assert draws(7) != draws(8)


# -- answers ----------------------------------------------------------------------------------


def test_an_answer_that_cannot_be_read_does_not_count() -> None:
    round_ = practising("output-size")
    with pytest.raises(UnclearAnswerError):
        round_.answer("perhaps")
    assert (round_.answered, round_.right) == (0, 0)
    answer(round_, rightly=True)
    assert (round_.answered, round_.right) == (1, 1)


def test_the_first_answer_counts_and_every_one_is_kept() -> None:
    with open_progress() as progress:
        clock = Clock()
        round_ = practice_round(progress, ["output-size"], seed=1, now=clock)
        exercise = round_.begin()
        assert exercise is not None
        clock.wait(12)
        answer(round_, rightly=False)
        clock.wait(3)
        answer(round_, rightly=True)
        assert round_.entries[0].outcome == "wrong"
        assert round_.entries[0].seconds == 12
        kept = progress.answers(source="quiz")
        assert [one.outcome for one in kept] == ["wrong", "right"]
        assert kept[0].skill == "output-size"
        assert kept[0].question == exercise.question.id
        assert kept[0].asked == exercise.question.prompt
        assert (kept[0].level, kept[0].seed) == (exercise.level, exercise.seed)
        assert (kept[0].seconds, kept[0].when) == (12, clock() - (kept[1].when - kept[0].when))


def test_the_road_that_leads_to_an_answer_is_kept() -> None:
    with open_progress() as progress:
        round_ = practice_round(progress, ["output-size-padding"], seed=3, level=1, now=Clock())
        exercise = round_.begin()
        assert exercise is not None
        assert isinstance(exercise.question, NumberQuestion)
        road = next(one for one in exercise.question.roads if one.name)
        verdict = round_.answer(str(road.value))
        assert road.name in verdict.roads
        assert progress.answers()[0].road == " ".join(verdict.roads)
        assert round_.entries[0].roads == verdict.roads


def test_hints_come_one_after_the_other_and_make_a_right_answer_count_as_hard() -> None:
    round_ = practising("output-size")
    assert round_.exercise is not None
    hints = round_.exercise.question.hints
    assert [round_.take_hint() for _ in hints] == list(hints)
    assert round_.take_hint() == ""
    answer(round_, rightly=True)
    hinted = round_.memory.cards["output-size"] if round_.memory else None
    plain = Memory().review("output-size", round_.now(), right=True)
    assert hinted is not None
    assert hinted.due < plain.due
    round_.advance()
    assert round_.hints == 0


def test_nothing_can_be_answered_where_nothing_is_asked() -> None:
    round_ = Round(Listed([]), "nothing", now=Clock())
    assert round_.begin() is None
    assert round_.over
    with pytest.raises(QuizError, match="There is no question"):
        round_.answer("7")
    with pytest.raises(QuizError, match="There is no question"):
        round_.skip()
    assert round_.take_hint() == ""


def test_a_clock_that_is_set_back_gives_no_time_and_no_negative_seconds() -> None:
    clock = Clock()
    round_ = Round(Listed([("output-size", 1, 1)]), "short", limit=60, now=clock)
    round_.begin()
    clock.wait(-3600)
    assert round_.left == 60
    answer(round_, rightly=True)
    assert round_.entries[0].seconds == 0


# -- review -----------------------------------------------------------------------------------


def test_a_review_brings_what_is_due_first_and_then_some_new_skills() -> None:
    clock = Clock()
    with open_progress() as progress:
        memory = Memory(progress)
        for name in ("does-it-fit", "output-size", "softmax"):
            memory.review(name, clock(), right=True)
            clock.wait(60)
        clock.wait(days=1)
        memory.review("output-volume", clock(), right=True)
        round_ = review_round(progress, fresh=2, now=clock)
        names = names_of(round_)
        assert names[:3] == ["does-it-fit", "output-size", "softmax"]
        assert len(names) == 5
        assert not {"does-it-fit", "output-size", "softmax", "output-volume"} & set(names[3:])


def test_a_review_that_was_answered_is_not_due_again_today() -> None:
    clock = Clock()
    with open_progress() as progress:
        first = review_round(progress, fresh=3, now=clock)
        first.begin()
        names = []
        while first.exercise is not None:
            names.append(asked_now(first))
            answer(first, rightly=True)
            clock.wait(10)
            first.advance()
        assert len(names) == 3
        again = review_round(progress, fresh=3, now=clock)
        again.begin()
        assert not set(names_of(again)) & set(names)
        clock.wait(days=1)
        tomorrow = review_round(progress, fresh=0, now=clock)
        assert names_of(tomorrow) == names


def test_the_same_wrong_answer_twice_in_a_row_is_kept_once() -> None:
    with open_progress() as progress:
        clock = Clock()
        round_ = practice_round(progress, ["output-size"], seed=1, now=clock)
        round_.begin()
        for text in ("123457", "123,457", "123458", "123457"):
            round_.answer(text)
            clock.wait(1)
        given = [answer.given for answer in progress.answers()]
        assert given == ["123,457", "123,458", "123,457"]


def test_what_is_due_twice_on_a_day_comes_with_other_numbers() -> None:
    clock = Clock()
    with open_progress() as progress:
        Memory(progress).review("output-size", clock(), right=False)
        clock.wait(600)
        draws = []
        for _ in range(2):
            round_ = review_round(progress, fresh=0, now=clock)
            round_.begin()
            answer(round_, rightly=False)
            draws.append(round_.entries[0].draw)
            clock.wait(1200)
        assert draws[0][0] == draws[1][0] == "output-size"
        assert draws[0][2] != draws[1][2]


def test_a_skill_that_is_gone_is_not_reviewed() -> None:
    clock = Clock()
    with open_progress() as progress:
        Memory(progress).review("of-an-older-cnnviz", clock(), right=True)
        clock.wait(days=9)
        round_ = review_round(progress, fresh=0, now=clock)
        assert round_.begin() is None


# -- entries and names ------------------------------------------------------------------------


def test_an_entry_is_kept_and_read_again() -> None:
    entry = Entry(("output-size", 2, 99), "wrong", "7", ("forgot-padding",), 3.25)
    assert entry_of(entry.data) == entry
    assert entry_of(Entry(("softmax", 1, 1)).data) == Entry(("softmax", 1, 1))


@pytest.mark.parametrize("data", [None, [], {}, {"outcome": "maybe"}, {"outcome": None}])
def test_what_is_no_entry_is_refused(data: object) -> None:
    with pytest.raises(QuizError, match="begin a new one"):
        entry_of(data)


def test_skills_are_chosen_by_topic_and_by_name_each_once() -> None:
    names = skill_names(("sizes", "pooling", "sizes"))
    assert len(names) == len(set(names))
    assert {"output-size", "does-it-fit", "pooling-gradient"} <= set(names)
    assert set(names) < set(skill_names())
    assert skill_names((), ("softmax", "output-size", "softmax")) == ["softmax", "output-size"]
    assert skill_names(("sizes", "pooling"), ("output-size",)) == ["output-size"]
    with pytest.raises(QuizError, match="softmax is of the topic activations, not of sizes"):
        skill_names(("sizes",), ("output-size", "softmax"))
    with pytest.raises(QuizError, match="did you mean sizes"):
        skill_names(("size",))
    with pytest.raises(QuizError, match="did you mean softmax"):
        skill_names((), ("sofmax",))


def test_practice_alone_knows_what_comes_next() -> None:
    source = Practice(["a", "b"], {"a": Standing(3)}, Random(1))
    first = source.next([])
    second = source.next([Entry(first, "right")])
    assert {first[0], second[0]} == {"a", "b"}
    assert {first[:2], second[:2]} == {("a", 3), ("b", 1)}


def test_right_and_wrong_answers_are_known_to_every_kind_of_question() -> None:
    from cnnviz_tui.quiz.topics import skills

    for one in skills():
        question = one.exercise(3, 2).question
        assert question.mark(right_answer(question)).right
        assert not question.mark(wrong_answer(question)).right
