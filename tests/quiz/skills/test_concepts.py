"""Concept questions come from the lessons that there are, in an order of their own each time."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from cnnviz_tui.course.library import Course, lesson_folders
from cnnviz_tui.questions import ChoiceQuestion, OrderQuestion, Question, SeveralQuestion
from cnnviz_tui.quiz.mastery import mastery
from cnnviz_tui.quiz.rounds import skill_names
from cnnviz_tui.quiz.skill import QuizError
from cnnviz_tui.quiz.topics import topic
from tests.quiz.taking import MONDAY, right_answer

LESSON = """+++
format_version = 1
id = "mine"
title = "Mine"
goal = "say what a kernel is"
minutes = 5
chapter = "My own chapter"
+++

## A step

Text.

{quiz}
"""
CHOICE = """```quiz
id = "what"
kind = "choice"
question = "What is a kernel?"
explanation = "A kernel is a [filter](term:filter)."
[[options]]
text = "A filter"
right = true
[[options]]
text = "A picture"
feedback = "A picture is what it slides over."
```

```viz
show = "conv"
```
"""


@pytest.fixture
def own_lessons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lecturer's folder, empty as yet."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    monkeypatch.setenv("CNNVIZ_LESSONS", str(folder))
    return folder


def test_every_chapter_is_a_skill_and_every_question_is_one_of_its_lessons() -> None:
    course = Course(lesson_folders())
    chapters = {heading.chapter for heading in course.headings}
    assert {skill.title for skill in topic("concepts").skills} == {
        f"Concepts: {c}" for c in chapters
    }
    for skill in topic("concepts").skills:
        prompts = {
            question.prompt.rpartition("\n\n")[2]
            for heading in course.headings
            if skill.title == f"Concepts: {heading.chapter}"
            for question in course.lesson(heading.id).questions
        }
        for level in (1, 2, 3):
            asked = {skill.exercise(seed, level).question.prompt for seed in range(9)}
            assert {prompt.rpartition("\n\n")[2] for prompt in asked} <= prompts


def test_harder_levels_ask_harder_kinds() -> None:
    for skill in topic("concepts").skills:
        kinds: list[set[type[Question]]] = [
            {type(skill.exercise(seed, level).question) for seed in range(12)}
            for level in (1, 2, 3)
        ]
        assert kinds[0] == {ChoiceQuestion}
        assert not kinds[1] & {ChoiceQuestion, SeveralQuestion}
        assert kinds[2] == {SeveralQuestion}


def test_the_right_option_stands_in_every_place() -> None:
    skill = topic("concepts").skills[0]
    places: Counter[str] = Counter()
    for seed in range(90):
        question = skill.exercise(seed, 1).question
        assert isinstance(question, ChoiceQuestion)
        if len(question.options) == 3:
            places[question.answer_text[0]] += 1
    assert set(places) == {"a", "b", "c"}
    assert min(places.values()) > sum(places.values()) / 6


def test_what_is_shown_is_never_in_order_already_and_still_marked_rightly() -> None:
    for skill in topic("concepts").skills:
        for seed in range(30):
            question = skill.exercise(seed, 2).question
            assert question.mark(right_answer(question)).right
            if isinstance(question, OrderQuestion):
                assert list(question.shown) != sorted(question.shown)


def test_a_lecturers_own_questions_are_asked_with_what_their_step_shows(own_lessons: Path) -> None:
    (own_lessons / "01-mine.md").write_text(LESSON.format(quiz=CHOICE), encoding="utf-8")
    (skill,) = topic("concepts").skills
    assert skill.name == "concepts-my-own-chapter"
    for level in (1, 2, 3):
        exercise = skill.exercise(4, level)
        assert exercise.question.prompt == "From “Mine”:\n\nText.\n\nWhat is a kernel?"
        assert exercise.solution == ("A kernel is a filter.",)
        assert exercise.demonstration is not None
        assert exercise.demonstration.name == "conv"


def test_a_chapter_without_concept_questions_is_no_skill(own_lessons: Path) -> None:
    (own_lessons / "01-mine.md").write_text(LESSON.format(quiz=""), encoding="utf-8")
    assert topic("concepts").skills == ()


def test_a_question_that_cannot_be_read_is_not_asked(own_lessons: Path) -> None:
    broken = CHOICE.replace("right = true", "right = perhaps")
    (own_lessons / "01-mine.md").write_text(LESSON.format(quiz=broken), encoding="utf-8")
    (skill,) = topic("concepts").skills
    with pytest.raises(QuizError, match="The lessons mine have no concept question"):
        skill.exercise(1, 1)


def test_without_lessons_there_is_no_concept_to_practise(own_lessons: Path) -> None:
    assert topic("concepts").skills == ()
    assert not any(name.startswith("concepts-") for name in skill_names())
    assert mastery(None, MONDAY).topics["concepts"] == ()
    own_lessons.rmdir()
    assert topic("concepts").skills == ()


def test_listing_the_skills_reads_no_lesson_to_its_end() -> None:
    code = (
        "import cnnviz_tui.quiz.skills.concepts as concepts;"
        "concepts.read_lesson = None;"
        "print(len(concepts.SKILLS) > 1)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "True\n"
