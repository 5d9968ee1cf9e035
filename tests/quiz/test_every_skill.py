"""What holds for every skill of the quiz, whatever it asks."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from functools import cache
from textwrap import wrap

import pytest

from cnnviz_tui.questions import (
    CellQuestion,
    ChoiceQuestion,
    GridQuestion,
    NumberQuestion,
    SeveralQuestion,
)
from cnnviz_tui.quiz.misconceptions import MISCONCEPTIONS
from cnnviz_tui.quiz.skill import LEVELS, Exercise, QuizError, Skill
from cnnviz_tui.quiz.topics import skills, topic_of
from cnnviz_tui.quiz.wording import solution_lines
from tests.quiz.exercises import drawn, exercises, typed
from tests.quiz.skills.arithmetic import equations, is_shown

ALL = tuple(skills())
WIDTH = 78
SEEDS = 40

# Topics whose exercises are pure arithmetic; those that build arrays or trace networks take up to
# fifty times as long, and get fewer. CNNVIZ_QUIZ_SEEDS=3334 gives every skill ten thousand, which
# takes minutes.
_ARITHMETIC = (
    "sizes", "missing-numbers", "volumes", "parameters", "dense-layers", "costs", "comparisons",
    "fields", "stacking", "resizing",
)  # fmt: skip
_MANY, _FEWER = 134, 34
every_skill = pytest.mark.parametrize("one", ALL, ids=[one.name for one in ALL])


@cache
def _at_level(one: Skill, level: int) -> tuple[Exercise, ...]:
    # Drawing takes most of the time, so the tests of a skill share what is drawn.
    return tuple(drawn(one, SEEDS, (level,)))


def some(one: Skill, levels: tuple[int, ...] = LEVELS) -> list[Exercise]:
    """Some exercises of every level."""
    return [exercise for level in levels for exercise in _at_level(one, level)]


def texts(exercise: Exercise) -> list[str]:
    """Everything of an exercise that people read."""
    question = exercise.question
    found = [question.prompt, question.explanation, *question.hints, *question.lines]
    found += exercise.solution
    if isinstance(question, NumberQuestion):
        found += [road.feedback for road in question.roads]
    if isinstance(question, (ChoiceQuestion, SeveralQuestion)):
        found += [option.feedback for option in question.options]
    if isinstance(question, GridQuestion):
        found += [feedback for _, feedback, _ in question.roads]
    if isinstance(question, CellQuestion):
        found += [feedback for _, feedback in question.wrong]
    return found


def names(exercise: Exercise) -> list[str]:
    """The misconceptions that an exercise knows."""
    question = exercise.question
    if isinstance(question, NumberQuestion):
        return [road.name for road in question.roads if road.name]
    if isinstance(question, (ChoiceQuestion, SeveralQuestion)):
        return [option.name for option in question.options if option.name]
    if isinstance(question, GridQuestion):
        return [name for _, _, name in question.roads if name]
    return []


@every_skill
def test_thousands_of_exercises_have_one_right_answer_each(one: Skill) -> None:
    seeds = _MANY if topic_of(one.name).name in _ARITHMETIC else _FEWER
    seeds = int(os.environ.get("CNNVIZ_QUIZ_SEEDS", seeds))
    for exercise in drawn(one, seeds):
        # Questions refuse wrong answers that are right, twins, and more than one right option.
        assert exercise.question.answer_text


@every_skill
def test_the_answer_is_right_and_every_road_is_named(one: Skill) -> None:
    for exercise in some(one):
        question = exercise.question
        assert question.mark(question.answer_text.partition(" ≈")[0]).right, exercise
        assert not question.mark(question.answer_text.partition(" ≈")[0]).roads
        if isinstance(question, NumberQuestion):
            for road in question.roads:
                verdict = question.mark(typed(road.value))
                assert not verdict.right, (exercise.question.prompt, road)
                assert road.feedback in verdict.feedback
                assert not road.name or road.name in verdict.roads


@every_skill
def test_wrong_options_say_why_and_which_mistake(one: Skill) -> None:
    for exercise in some(one):
        question = exercise.question
        if not isinstance(question, ChoiceQuestion):
            continue
        for option in question.options:
            verdict = question.mark(option.text)
            assert verdict.right == option.right
            assert verdict.feedback
            assert verdict.roads == ((option.name,) if option.name and not option.right else ())


@every_skill
def test_misconceptions_are_known(one: Skill) -> None:
    unknown = {name for exercise in some(one) for name in names(exercise)}
    assert unknown <= set(MISCONCEPTIONS)


def test_every_misconception_is_met_somewhere() -> None:
    met = {name for one in ALL for exercise in some(one) for name in names(exercise)}
    assert set(MISCONCEPTIONS) <= met


@every_skill
def test_nearly_every_number_question_can_diagnose(one: Skill) -> None:
    asked = [e for e in some(one) if isinstance(e.question, NumberQuestion)]
    diagnosing = [exercise for exercise in asked if names(exercise)]
    assert len(diagnosing) >= 0.95 * len(asked)


@every_skill
def test_texts_fit_a_terminal_and_are_written_with_real_signs(one: Skill) -> None:
    for exercise in some(one):
        question = exercise.question
        lines = [*solution_lines(exercise.solution), *(question.lines if question.verbatim else ())]
        # Prompts and options are wrapped wherever they are shown; grids are not.
        flowing = [*question.prompt.splitlines(), *question.lines]
        lines += [part for line in flowing for part in wrap(line, WIDTH)]
        assert max(map(len, lines)) <= WIDTH, max(lines, key=len)
        assert exercise.solution
        assert question.explanation
        for text in texts(exercise):
            said = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)  # code has its own signs
            assert not re.search(r"(?:^|[\s(=])-\d|!|\bNone\b|\d\*\d|(?<!\.)\.\.(?!\.)", said), text
            assert text == text.rstrip(), repr(text)


@every_skill
def test_printed_arithmetic_is_true(one: Skill) -> None:
    for exercise in some(one):
        question = exercise.question
        told = [" ".join(exercise.solution), question.explanation, *question.hints]
        if isinstance(question, NumberQuestion):
            told += [road.feedback for road in question.roads]
        for text in told:
            for calculation, value, result in equations(text):
                assert is_shown(value, result), (question.id, calculation, result)


@every_skill
def test_demonstrations_open(one: Skill) -> None:
    for exercise in some(one)[::5]:
        if exercise.demonstration is not None:
            exercise.demonstration.check()
            assert exercise.demonstration.command or exercise.demonstration.model


@every_skill
def test_levels_differ(one: Skill) -> None:
    asked = {
        level: [(e.question.prompt, e.question.lines) for e in some(one, (level,))]
        for level in LEVELS
    }
    for easier, harder in ((1, 2), (2, 3), (1, 3)):
        both = set(asked[easier]) & set(asked[harder])
        assert len(both) <= len(set(asked[harder])) / 2, (easier, harder)


@every_skill
def test_questions_do_not_repeat_soon(one: Skill) -> None:
    for level in LEVELS:
        asked = {(e.question.prompt, e.question.lines) for e in some(one, (level,))}
        assert len(asked) >= 10, level


@every_skill
def test_exercises_know_where_they_come_from(one: Skill) -> None:
    exercise = one.exercise(7, 2)
    assert (exercise.skill, exercise.level, exercise.seed) == (one.name, 2, 7)
    assert exercise.question.id == f"{one.name}/2/7"
    assert exercise == one.exercise(7, 2)
    with pytest.raises(QuizError, match="no level 4"):
        one.exercise(1, 4)


def test_skills_have_names_of_their_own() -> None:
    assert len({one.name for one in ALL}) == len(ALL)
    assert len({one.title for one in ALL}) == len(ALL)
    for one in ALL:
        assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", one.name)
        assert one.about.endswith(".")


_DIGEST = """
import hashlib
from cnnviz_tui.quiz.topics import skills
for one in skills():
    drawn = [one.exercise(seed, level) for level in (1, 2, 3) for seed in range(5)]
    print(one.name, hashlib.sha256(repr(drawn).encode()).hexdigest())
"""


def test_a_seed_gives_the_same_exercise_in_every_process() -> None:
    def digests(hash_seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONIOENCODING": "utf-8"}
        run = subprocess.run(
            [sys.executable, "-c", _DIGEST],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return run.stdout

    first = digests("1")
    assert len(first.splitlines()) == len(ALL)
    assert first == digests("2")
    own = [one.exercise(seed, level) for one in ALL[-1:] for level in LEVELS for seed in range(5)]
    assert hashlib.sha256(repr(own).encode()).hexdigest() in first


def test_neighbouring_seeds_are_unlike_each_other() -> None:
    answers = [e.question.prompt for e in exercises(ALL[0].name, 20, (3,))]
    assert len(set(answers)) > 15
