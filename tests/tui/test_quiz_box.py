"""The box of a question: which keys choose, which answer, and what is not answered twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from fractions import Fraction

import pytest
from textual import on
from textual.content import Content
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import OptionList

from cnnviz_tui.questions import (
    ChoiceQuestion,
    NumberQuestion,
    Option,
    OrderQuestion,
    Question,
    SeveralQuestion,
    UnclearAnswerError,
)
from cnnviz_tui.tui.app import CnnvizApp
from cnnviz_tui.tui.screens.quiz_base import QuizBase
from cnnviz_tui.tui.widgets.question_box import QuestionBox

CHOICE = ChoiceQuestion(
    id="max",
    prompt="What does max pooling keep?",
    options=(
        Option("the mean", feedback="That is average pooling."),
        Option("the largest value", right=True),
        Option("the sum", feedback="Nothing is added up."),
    ),
)
NUMBER = NumberQuestion(id="sum", prompt="2 + 3 = ?", answer=Fraction(5))


class Host(QuizBase):
    """Shows one question, marks every answer, and remembers them."""

    def __init__(self, question: Question) -> None:
        super().__init__("host")
        self.question = question
        self.answers: list[str] = []

    def body(self) -> Iterable[Widget]:
        """The question alone."""
        yield QuestionBox(self.question)

    def on_mount(self) -> None:
        """Let keys go to it."""
        self.query_one(QuestionBox).take_focus()

    @on(QuestionBox.Answered)
    def _mark(self, event: QuestionBox.Answered) -> None:
        self.answers.append(event.text)
        try:
            event.box.say(self.question.mark(event.text))
        except UnclearAnswerError as error:
            event.box.ask_back(str(error))


@asynccontextmanager
async def asking(question: Question) -> AsyncIterator[tuple[Host, Pilot[None]]]:
    """Show a question."""
    host = Host(question)
    app = CnnvizApp(host)
    app.animation_level = "none"
    async with app.run_test() as pilot:
        await pilot.pause()
        yield host, pilot


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys and wait for what they lead to."""
    await pilot.press(*keys)
    await pilot.pause()


async def test_a_letter_moves_to_its_option_and_answers_nothing() -> None:
    async with asking(CHOICE) as (host, pilot):
        await press(pilot, "c", "b")
        assert host.query_one(OptionList).highlighted == 1
        assert host.answers == []
        subtitle = Content.from_markup(str(host.query_one(QuestionBox).border_subtitle)).plain
        assert subtitle == "a letter or arrows choose · enter answers · n skips"


@pytest.mark.parametrize("key", ["enter", "space"])
async def test_enter_and_space_answer_with_the_option_under_the_cursor(key: str) -> None:
    async with asking(CHOICE) as (host, pilot):
        await press(pilot, "b", key)
        assert host.answers == ["b"]


async def test_a_click_chooses_an_option_and_a_second_answers_with_it() -> None:
    async with asking(CHOICE) as (host, pilot):
        await pilot.click(OptionList, offset=(4, 2))
        await pilot.pause()
        assert host.answers == []
        assert host.query_one(OptionList).highlighted == 2
        await pilot.click(OptionList, offset=(4, 2))
        await pilot.pause()
        assert host.answers == ["c"]


async def test_the_keys_in_the_frame_can_be_clicked() -> None:
    async with asking(CHOICE) as (host, pilot):
        await press(pilot, "b")
        box = host.query_one(QuestionBox)
        line = pilot.app.screen._compositor.render_strips()[box.region.bottom - 1].text
        await pilot.click(offset=(line.index("enter answers") + 2, box.region.bottom - 1))
        await pilot.pause()
        assert host.answers == ["b"]


async def test_an_order_that_lacks_something_is_asked_back_not_changed() -> None:
    order = OrderQuestion(
        id="o", prompt="In order?", items=("one", "two", "three"), shown=(2, 0, 1), feedback="No."
    )
    async with asking(order) as (host, pilot):
        await press(pilot, "b", "c", "enter")
        assert host.answers == ["b c"]
        await press(pilot, "a", "enter")
        assert host.answers == ["b c", "b c a"]


async def test_the_same_wrong_answer_at_once_is_not_given_again() -> None:
    async with asking(CHOICE) as (host, pilot):
        await press(pilot, "a", "enter", "enter", "space")
        assert host.answers == ["a"]
        await press(pilot, "c", "enter", "a", "enter")
        assert host.answers == ["a", "c", "a"]


async def test_a_number_typed_again_is_not_given_again_either() -> None:
    async with asking(NUMBER) as (host, pilot):
        await press(pilot, "7", "enter", "7", "enter", "5", "enter")
        assert host.answers == ["7", "5"]


async def test_the_named_key_answers_with_all_that_is_taken() -> None:
    several = SeveralQuestion(
        id="moves",
        prompt="What does a stride do?",
        options=(
            Option("fewer places", right=True),
            Option("deeper output", feedback="That is K."),
            Option("a smaller output", right=True),
        ),
    )
    async with asking(several) as (host, pilot):
        await press(pilot, "a", "c")
        host.query_one(QuestionBox).submit()
        await pilot.pause()
        assert host.answers == ["a c"]
