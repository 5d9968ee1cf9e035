"""What our own lessons promise: enough to do, reasons for each mistake, an order that holds."""

from __future__ import annotations

import re

import pytest

from cnnviz_tui.course.lesson import Ask, Lesson, Prose
from cnnviz_tui.course.library import Course, lesson_files, lesson_folders
from cnnviz_tui.questions import ChoiceQuestion, NumberQuestion, SeveralQuestion
from tests.course.learner import right_answer, slips

FOLDER = lesson_folders()[0]
COURSE = Course([FOLDER])
CHAPTERS = ["Neural networks, recap", "Convolution", "Pooling", "Architectures", "Practice"]


@pytest.fixture(scope="module", params=[heading.id for heading in COURSE.headings])
def lesson(request: pytest.FixtureRequest) -> Lesson:
    """Each of our lessons in turn."""
    return COURSE.lesson(request.param)


# -- the course -----------------------------------------------------------------------------------


def test_every_file_has_a_number_of_its_own_and_the_name_of_its_lesson() -> None:
    names = [path.stem.partition("-") for path in lesson_files(FOLDER)]
    numbers = [int(number) for number, _, _ in names]
    assert len(set(numbers)) == len(numbers)
    assert [name for _, _, name in names] == [heading.id for heading in COURSE.headings]


def test_chapters_come_in_the_lectures_order_and_each_once() -> None:
    chapters = [heading.chapter for heading in COURSE.headings]
    assert list(dict.fromkeys(chapters)) == CHAPTERS
    assert chapters == sorted(chapters, key=CHAPTERS.index)


def test_about_25_lessons_each_with_a_title_of_its_own() -> None:
    titles = [heading.title for heading in COURSE.headings]
    assert 22 <= len(titles) <= 32
    assert len(set(titles)) == len(titles)


# -- each lesson ----------------------------------------------------------------------------------


def test_it_is_short_and_one_predicts_twice(lesson: Lesson) -> None:
    assert 3 <= len(lesson.steps) <= 9
    asks = [part for step in lesson.steps for part in step.parts if isinstance(part, Ask)]
    assert sum(ask.predicts for ask in asks) >= 2
    assert len({ask.question.kind for ask in asks}) >= 3


def test_its_summary_has_five_lines_and_something_to_read(lesson: Lesson) -> None:
    texts = [part.markdown for part in lesson.steps[-1].parts if isinstance(part, Prose)]
    assert lesson.steps[-1].title.startswith("Summary")
    assert len(re.findall(r"^- ", "\n".join(texts), re.MULTILINE)) == 5
    assert "Further reading:" in "\n".join(texts)


def test_it_follows_from_its_goal_without_an_exclamation_mark(lesson: Lesson) -> None:
    said = [lesson.heading.goal, lesson.heading.title]
    said += [
        part.markdown for step in lesson.steps for part in step.parts if isinstance(part, Prose)
    ]
    said += [
        text for question in lesson.questions for text in (question.prompt, question.explanation)
    ]
    assert not [text for text in said if re.search(r"[a-z]!(?!=)", text)]
    assert lesson.heading.goal[0].islower()


def test_every_right_answer_is_marked_right(lesson: Lesson) -> None:
    for question in lesson.questions:
        verdict = question.mark(right_answer(question))
        assert verdict.right, question.id
        assert verdict.feedback.endswith(question.explanation), question.id


def test_every_mistake_gets_the_reason_for_that_mistake(lesson: Lesson) -> None:
    for question in lesson.questions:
        met = list(slips(question))
        assert met, question.id
        for slip in met:
            verdict = question.mark(slip.text)
            assert not verdict.right, f"{question.id}: {slip.text}"
            assert slip.feedback in verdict.feedback, f"{question.id}: {slip.text}"


def test_options_differ_in_what_is_said_to_them(lesson: Lesson) -> None:
    for question in lesson.questions:
        if isinstance(question, ChoiceQuestion | SeveralQuestion):
            said = [option.feedback for option in question.options if not option.right]
            assert len(set(said)) == len(said), question.id


def test_every_question_for_a_number_knows_a_wrong_road(lesson: Lesson) -> None:
    for question in lesson.questions:
        if isinstance(question, NumberQuestion):
            assert question.roads, question.id
            assert all(len(road.feedback) > 20 for road in question.roads), question.id
