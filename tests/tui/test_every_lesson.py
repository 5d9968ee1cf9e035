"""Every lesson of our course with the keyboard: answered wrongly, then rightly, to its end."""

from __future__ import annotations

from functools import partial

import pytest

from cnnviz_tui.course.lesson import Ask, LessonStep, Show
from cnnviz_tui.course.library import Course, lesson_folders
from cnnviz_tui.progress import open_progress
from cnnviz_tui.questions import Question
from cnnviz_tui.tui.widgets.canvas_view import CanvasView
from tests.course.learner import right_answer, slips
from tests.tui.lesson_hands import Learner, taking

COURSE = Course(lesson_folders())
SMALL, LARGE = (80, 24), (160, 50)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "160x50"])
@pytest.mark.parametrize("name", [heading.id for heading in COURSE.headings])
async def test_a_lesson_can_be_taken_to_its_end(name: str, size: tuple[int, int]) -> None:
    slipped: list[str] = []
    with open_progress() as progress:
        async with taking(name, COURSE, progress, size=size) as learner:
            lesson = learner.session.lesson
            for number, step in enumerate(lesson.steps, 1):
                assert f"{number}/{len(lesson.steps)}" in learner.text
                await learner.sees(learner.nothing_is_cut)
                for ask in (part for part in step.parts if isinstance(part, Ask)):
                    if learner.session.waiting:
                        # The demonstration before a prediction is looked at first.
                        await learner.press("pagedown")
                    assert learner.box.question is ask.question
                    # A mistake with every question on the small terminal, where room is short; on
                    # the large one with the first.
                    if size == SMALL or not slipped:
                        await answer_wrongly(learner, ask.question)
                        slipped.append(ask.question.id)
                    await answer_rightly(learner, ask.question)
                await learner.sees(partial(the_demonstration_is_there, learner, step))
                await learner.sees(learner.nothing_is_cut)
                await learner.press("pagedown")
            assert f"You can now {lesson.heading.goal.rstrip('.')}." in learner.prose
            count = len(lesson.questions)
            assert f"{count} of {count} questions answered rightly" in learner.prose
        place = progress.place(name)
        assert place is not None
        assert place.finished is not None
        answers = progress.answers(source="lesson", lesson=name)
    asked = [question.id for question in lesson.questions]
    assert [answer.question for answer in answers if answer.outcome == "wrong"] == slipped
    assert [answer.question for answer in answers if answer.outcome == "right"] == asked


async def answer_wrongly(learner: Learner, question: Question) -> None:
    shown = learner.screen.lesson_show
    slip = next(slips(question))
    await learner.answer(slip.text)
    assert learner.session.state(question.id).outcome == "wrong", f"{question.id}: {slip.text}"
    assert slip.feedback in learner.verdict.markdown
    await learner.sees(learner.nothing_is_cut)
    await learner.sees(learner.the_verdict_is_in_view)
    assert learner.session.open_question is question
    assert learner.screen.lesson_show is shown, "a wrong answer opens nothing"


async def answer_rightly(learner: Learner, question: Question) -> None:
    answer = right_answer(question)
    await learner.answer(answer)
    assert learner.session.state(question.id).outcome == "right", f"{question.id}: {answer}"
    assert question.explanation in learner.prose


def the_demonstration_is_there(learner: Learner, step: LessonStep) -> None:
    shows = [part for part in step.parts if isinstance(part, Show)]
    assert learner.screen.lesson_show == (shows[-1] if shows else None)
    if shows:
        canvas = learner.screen.query_one("#frame", CanvasView).canvas
        assert canvas is not None
        assert canvas.text.strip()
