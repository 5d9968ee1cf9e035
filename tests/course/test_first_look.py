"""A lesson's first step is known before the rest of it is read, and is the same afterwards."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cnnviz_tui.course.first_look import first_look, first_words
from cnnviz_tui.course.functions import function_named, functions
from cnnviz_tui.course.lesson import Lesson, Prose, Show
from cnnviz_tui.course.library import Course, lesson_folders
from cnnviz_tui.course.opening import opened
from cnnviz_tui.course.session import LessonSession

COURSE = Course(lesson_folders())


def seen(lesson: Lesson, step: int) -> list[str]:
    """What one sees of a step before any answer."""
    session = LessonSession(lesson)
    session.go(step)
    return [
        part.markdown
        if isinstance(part, Prose)
        else "a demonstration"
        if isinstance(part, Show)
        else f"{part.question.id} {part.predicts} {part.question.prompt}"
        for part in session.visible
    ]


@pytest.mark.parametrize("name", [heading.id for heading in COURSE.headings])
def test_every_step_looks_the_same_at_first_and_when_all_is_read(name: str) -> None:
    whole = COURSE.lesson(name)
    for step in range(len(whole.steps)):
        first = first_look(COURSE.heading(name), step)
        if first is not None:
            assert seen(first, step) == seen(whole, step)
            assert [one.title for one in first.steps] == [one.title for one in whole.steps]


@pytest.mark.parametrize("name", [heading.id for heading in COURSE.headings])
def test_the_first_words_of_every_step_are_those_that_the_whole_begins_with(name: str) -> None:
    whole = COURSE.lesson(name)
    for step in range(len(whole.steps)):
        words = first_words(COURSE.heading(name), step)
        if words is not None:
            assert [one.title for one in words.steps] == [one.title for one in whole.steps]
            ((said, *others), begins) = words.steps[step].parts, whole.steps[step].parts[0]
            assert not others
            assert isinstance(said, Prose)
            unread = said.markdown == "…"
            assert unread or (
                isinstance(begins, Prose) and begins.markdown.startswith(said.markdown)
            )


def test_what_takes_long_is_begun_with_words() -> None:
    slow = [heading.id for heading in COURSE.headings if first_words(heading, 0) is not None]
    assert {"learned-features", "sliding-filter", "your-digit"} <= set(slow)
    assert first_words(COURSE.heading("stride"), 0) is None
    session = opened(COURSE, "learned-features")
    assert session.only_begun
    assert session.open_question is None
    session.complete()
    assert session.open_question is not None


def test_most_lessons_can_be_begun_so() -> None:
    begun = [first_look(heading, 0) is not None for heading in COURSE.headings]
    assert sum(begun) > len(begun) / 2


def test_an_answer_brings_the_rest() -> None:
    session = opened(COURSE, "stride")
    assert session.rest is not None
    question = session.open_question
    assert question is not None
    session.answer(question, question.answer_text)
    assert session.rest is None
    assert session.show is not None, "the demonstration that the prediction hid"
    assert session.lesson == COURSE.lesson("stride")


def test_another_step_brings_the_rest() -> None:
    session = opened(COURSE, "stride", step=2)
    assert session.go(3)
    assert session.rest is None
    assert session.step == COURSE.lesson("stride").steps[3]


def test_functions_that_stand_apart_are_those_of_their_modules() -> None:
    assert all(function_named(name) is function for name, function in functions().items())
    assert function_named("no_such") is None
    assert [name for name in functions() if function_named(name) is None] == []


def test_a_lesson_begins_without_numpy() -> None:
    code = (
        "import sys; from cnnviz_tui.course.library import lesson_folders, Course; "
        "from cnnviz_tui.course.opening import opened; import cnnviz_tui.tui.screens.lesson; "
        "opened(Course(lesson_folders()), 'stride'); print('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
