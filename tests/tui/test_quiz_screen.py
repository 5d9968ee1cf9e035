"""A person before the quiz: answers, hints, the explorer and back, exams, sprints, results."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.filter import ANSIToTruecolor, Monochrome
from textual.pilot import Pilot
from textual.widgets import Input, Static

from cnnviz_tui.progress import open_progress
from cnnviz_tui.questions import NumberQuestion
from cnnviz_tui.quiz.exam import Rival, TimedRound, duel_round, exam_round, sprint_round
from cnnviz_tui.quiz.result_file import ResultFile
from cnnviz_tui.quiz.rounds import Listed, Round, practice_round
from cnnviz_tui.quiz.topics import TOPICS
from cnnviz_tui.tui.app import CnnvizApp
from cnnviz_tui.tui.screens.dialogs import ReadScreen
from cnnviz_tui.tui.screens.home import HomeScreen
from cnnviz_tui.tui.screens.quiz import QuizScreen, ResultScreen
from cnnviz_tui.tui.screens.setup import SetupScreen
from cnnviz_tui.tui.widgets.prose_view import ProseView
from cnnviz_tui.tui.widgets.question_box import QuestionBox
from tests.quiz.taking import Clock, right_answer, wrong_answer

SIZES = [(80, 24), (160, 50)]
both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "160x50"])


class Learner:
    """The hands and eyes of a person before a round of the quiz."""

    def __init__(self, pilot: Pilot[None], round_: Round) -> None:
        self.pilot = pilot
        self.round = round_

    @property
    def text(self) -> str:
        """Everything on the terminal, as text."""
        compositor = self.pilot.app.screen._compositor
        return "\n".join(strip.text for strip in compositor.render_strips())

    @property
    def question(self) -> NumberQuestion:
        """The question that is asked."""
        assert self.round.exercise is not None
        assert isinstance(self.round.exercise.question, NumberQuestion)
        return self.round.exercise.question

    async def press(self, *keys: str) -> None:
        """Press keys and wait until their effect is shown."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def answer(self, *, rightly: bool) -> None:
        """Type an answer and enter."""
        text = right_answer(self.question) if rightly else wrong_answer(self.question)
        await self.press(*["space" if mark == " " else mark for mark in text], "enter")

    async def click_key(self, label: str) -> None:
        """Click on a key that the last line names."""
        keys = self.pilot.app.screen.query_one("#screen-keys", Static)
        place = str(keys.render()).index(label)
        await self.pilot.click(keys, offset=(place + 1, 0))
        await self.pilot.pause()


@asynccontextmanager
async def taking(
    round_: Round,
    size: tuple[int, int] = (80, 24),
    *,
    count: int | None = None,
    rival: Rival | None = None,
    out: ResultFile | None = None,
) -> AsyncIterator[Learner]:
    """Take a round on the screen."""
    app = CnnvizApp(QuizScreen(round_, count=count, rival=rival, out=out))
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Learner(pilot, round_)


def practice(name: str = "output-size-padding", clock: Clock | None = None) -> Round:
    """Practice of one skill that keeps nothing."""
    return practice_round(None, [name], seed=3, level=1, now=clock or Clock())


# -- answering --------------------------------------------------------------------------------


@both_sizes
async def test_one_can_type_at_once_and_a_right_answer_is_told(size: tuple[int, int]) -> None:
    async with taking(practice(), size) as seen:
        assert isinstance(seen.pilot.app.focused, Input)
        assert "cnnviz › quiz › practice   1   0 right" in seen.text
        right = seen.question.answer_text
        await seen.answer(rightly=True)
        assert f"✓ {right}" in seen.text
        assert "you answered" not in seen.text
        assert "1 right" in seen.text
        await seen.press("enter")
        assert "practice   2   1 right" in seen.text
        assert isinstance(seen.pilot.app.focused, Input)


@both_sizes
async def test_a_wrong_answer_shows_itself_its_road_and_the_right_road(
    size: tuple[int, int],
) -> None:
    async with taking(practice(), size) as seen:
        question = seen.question
        road = next(road for road in question.roads if road.name == "forgot-padding")
        await seen.press(*str(road.value), "enter")
        lines = [line.strip() for line in seen.text.split("\n")]
        given = lines.index(f"✗ you answered {road.value}")
        right = lines.index(f"✓ the answer is {question.answer_text}")
        between = " ".join(filter(None, lines[given + 1 : right]))
        assert road.feedback.replace("*", "").replace("`", "") in between
        assert seen.round.exercise is not None
        assert seen.round.exercise.solution[-1] in " ".join(lines[right:])


async def test_e_opens_the_explorer_at_the_asked_numbers_and_escape_comes_back() -> None:
    async with taking(practice()) as seen:
        await seen.answer(rightly=False)
        before = seen.text
        await seen.press("e")
        screen = seen.pilot.app.screen
        assert isinstance(screen, SetupScreen)
        exercise = seen.round.exercise
        assert exercise is not None
        assert exercise.demonstration is not None
        assert screen.setup == exercise.demonstration.setup()
        await seen.press("escape")
        assert seen.text == before
        assert seen.round.exercise == exercise


@pytest.mark.parametrize(
    "name",
    ["cell-value", "activation-slope", "max-pooling", "average-pooling", "max-gradient"],
)
async def test_e_pauses_the_explorer_at_the_asked_numbers_and_the_asked_cell(name: str) -> None:
    async with taking(practice(name)) as seen:
        exercise = seen.round.exercise
        assert exercise is not None
        shown = exercise.demonstration
        assert shown is not None
        box = seen.pilot.app.screen.query_one(QuestionBox)
        box.post_message(QuestionBox.Answered(box, wrong_answer(exercise.question)))
        await seen.pilot.pause()
        await seen.press("e")
        screen = seen.pilot.app.screen
        assert isinstance(screen, SetupScreen)
        assert screen.setup == shown.setup()
        assert shown.step > 0
        assert (screen.player.playing, screen.player.position) == (False, shown.step - 1)
        screen.player.tick(1e9)
        await seen.pilot.pause()
        assert screen.player.position == shown.step - 1
        step = screen.setup.build().step(screen.player.position)
        if name in {"cell-value", "activation-slope"}:
            value = step.value if name == "cell-value" else step.slope
            assert exercise.question.mark(f"{value:.4f}").right


async def test_e_does_nothing_before_the_answer() -> None:
    async with taking(practice("does-it-fit")) as seen:
        seen.pilot.app.set_focus(None)
        await seen.press("e")
        assert isinstance(seen.pilot.app.screen, QuizScreen)


async def test_a_hint_is_shown_and_n_skips() -> None:
    async with taking(practice()) as seen:
        assert seen.question.hints[0] not in seen.text
        await seen.press("h")
        assert seen.question.hints[0][:40] in seen.text
        await seen.press("n")
        assert f"– skipped. The answer: {seen.question.answer_text}" in seen.text
        assert seen.round.entries[0].outcome == "skipped"


async def test_what_cannot_be_read_is_asked_back_and_does_not_count() -> None:
    async with taking(practice()) as seen:
        await seen.press(*"what", "enter")
        assert "? “what”" in seen.text
        assert seen.round.answered == 0
        await seen.press("ctrl+u")
        await seen.answer(rightly=True)
        assert seen.round.right == 1


async def test_the_mouse_can_do_it_all() -> None:
    async with taking(practice()) as seen:
        await seen.click_key("hint")
        assert seen.question.hints[0][:40] in seen.text
        await seen.press(*right_answer(seen.question))
        await seen.click_key("answer")
        assert seen.round.right == 1
        await seen.click_key("explorer")
        assert isinstance(seen.pilot.app.screen, SetupScreen)
        await seen.press("escape")
        await seen.click_key("next")
        assert len(seen.round.entries) == 2
        await seen.click_key("skip")
        assert "skipped" in seen.text


async def test_help_opens_even_while_one_types() -> None:
    async with taking(practice()) as seen:
        await seen.press("7", "question_mark")
        assert isinstance(seen.pilot.app.screen, ReadScreen)
        await seen.press("escape")
        assert seen.pilot.app.screen.query_one(Input).value == "7"


async def test_every_answer_is_kept_when_one_leaves() -> None:
    with open_progress() as progress:
        round_ = practice_round(progress, ["output-size"], seed=1, now=Clock())
        async with taking(round_) as seen:
            await seen.answer(rightly=True)
            await seen.press("escape")
            assert isinstance(seen.pilot.app.screen, HomeScreen)
        assert [answer.outcome for answer in progress.answers()] == ["right"]


async def test_a_count_ends_practice_with_its_result() -> None:
    async with taking(practice(), count=2) as seen:
        for rightly in (True, False):
            await seen.answer(rightly=rightly)
            await seen.press("enter")
        assert isinstance(seen.pilot.app.screen, ResultScreen)
        assert "1 of 2 right" in seen.text
        await seen.press("enter")
        assert isinstance(seen.pilot.app.screen, HomeScreen)


async def test_every_topic_is_asked_and_told() -> None:
    draws = [(topic.skills[-1].name, 3, 5) for topic in TOPICS if topic.skills]
    round_ = Round(Listed(draws), "everything", now=Clock())
    async with taking(round_) as seen:
        for name, _, _ in draws:
            assert round_.exercise is not None
            box = seen.pilot.app.screen.query_one(QuestionBox)
            assert seen.pilot.app.focused is box.field, name
            text = wrong_answer(round_.exercise.question)
            box.post_message(QuestionBox.Answered(box, text))
            await seen.pilot.pause()
            told = [view.markdown for view in seen.pilot.app.screen.query(ProseView)]
            assert any(words.startswith("✗ you answered") for words in told), name
            await seen.press("enter")
        assert isinstance(seen.pilot.app.screen, ResultScreen)


# -- exams, sprints, duels --------------------------------------------------------------------


async def test_an_exam_says_nothing_and_ends_with_its_result() -> None:
    names = ["output-size"]
    round_ = exam_round(None, seed=1, count=2, minutes=5, names=names, now=Clock())
    async with taking(round_) as seen:
        assert "1 of 2   5:00 left" in seen.text
        assert "right" not in seen.text
        assert "hint" not in seen.text
        await seen.press("h")
        assert round_.hints == 0
        await seen.answer(rightly=False)
        assert "✗" not in seen.text
        assert "2 of 2" in seen.text
        await seen.answer(rightly=True)
        assert isinstance(seen.pilot.app.screen, ResultScreen)
        assert "1 of 2 right" in seen.text
        assert "✗ yours: 123,457" in seen.text
    assert round_.finished is not None


async def test_an_exam_that_one_left_says_where_it_goes_on() -> None:
    clock = Clock()

    def exam() -> TimedRound:
        return exam_round(progress, seed=1, count=3, names=["output-size"], now=clock)

    with open_progress() as progress:
        async with taking(exam()) as seen:
            await seen.answer(rightly=True)
            await seen.press("escape")
            assert "The exam is kept" in " ".join(
                str(note.message) for note in seen.pilot.app._notifications
            )
        async with taking(exam()) as seen:
            assert "2 of 3" in seen.text
            notes = [str(note.message) for note in seen.pilot.app._notifications]
            assert notes == ["This exam goes on; 1 answered before."]


async def test_the_clock_ends_an_exam_but_not_beneath_a_dialog() -> None:
    clock = Clock()
    round_ = exam_round(None, seed=1, count=2, minutes=1, names=["output-size"], now=clock)
    async with taking(round_) as seen:
        screen = seen.pilot.app.screen
        assert isinstance(screen, QuizScreen)
        await seen.press("question_mark")
        clock.wait(61)
        screen._tick()
        assert isinstance(seen.pilot.app.screen, ReadScreen)
        await seen.press("escape")
        screen._tick()
        await seen.pilot.pause()
        assert isinstance(seen.pilot.app.screen, ResultScreen)
        assert "Nothing was answered." in seen.text or "0 of 2 right" in seen.text


async def test_the_result_is_written_when_the_time_ends_even_beneath_a_dialog(
    tmp_path: Path,
) -> None:
    clock = Clock()
    out = ResultFile(tmp_path / "r.json")
    round_ = exam_round(None, seed=1, count=2, minutes=1, names=["output-size"], now=clock)
    async with taking(round_, out=out) as seen:
        screen = seen.pilot.app.screen
        assert isinstance(screen, QuizScreen)
        await seen.press("4", "question_mark")
        clock.wait(61)
        screen._tick()
        rows = json.loads(out.path.read_text(encoding="utf-8"))["questions"]
        assert [(row["outcome"], row["seconds"]) for row in rows] == [
            ("not reached", 60),
            ("not reached", 0),
        ]
        await seen.press("escape")
        screen._tick()
        await seen.pilot.pause()
        assert "0 of 2 right, 2 not reached" in seen.text
        assert "Wrote" in seen.text
        assert "✗ yours: not reached" in seen.text


async def test_the_result_is_written_with_the_last_answer_before_it_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = ResultFile(tmp_path / "r.txt")
    round_ = exam_round(None, seed=1, count=1, names=["output-size"], now=Clock())
    found: list[bool] = []
    shown = ResultScreen.__init__

    def seeing(self: ResultScreen, *arguments: Any) -> None:
        found.append(out.path.exists())
        shown(self, *arguments)

    monkeypatch.setattr(ResultScreen, "__init__", seeing)
    async with taking(round_, out=out) as seen:
        await seen.answer(rightly=True)
    assert found == [True]


async def test_a_result_that_cannot_be_written_is_said_beside_the_score(tmp_path: Path) -> None:
    out = ResultFile(tmp_path / "gone" / "r.txt")
    round_ = exam_round(None, seed=1, count=1, names=["output-size"], now=Clock())
    async with taking(round_, out=out) as seen:
        await seen.answer(rightly=True)
        assert "1 of 1 right" in seen.text
        said = " ".join(seen.text.split())
        assert "No such file or directory. The exam is kept: the same command writes it." in said


async def test_an_exam_that_was_handed_in_shows_its_result(tmp_path: Path) -> None:
    clock = Clock()
    with open_progress() as progress:
        for _ in range(2):
            out = ResultFile(tmp_path / "r.csv")
            round_ = exam_round(progress, seed=1, count=1, names=["output-size"], now=clock)
            async with taking(round_, out=out) as seen:
                if round_.finished is None:
                    await seen.answer(rightly=True)
                    assert "before" not in seen.text
                else:
                    assert "You handed in the exam of seed 1 before" in seen.text
                assert "1 of 1 right" in seen.text
            assert out.written


@both_sizes
async def test_no_line_of_a_result_is_wrapped_twice(size: tuple[int, int]) -> None:
    names = ["output-size-padding", "does-it-fit", "conv-parameters"]
    round_ = exam_round(None, seed=5, count=3, names=names, now=Clock())
    async with taking(round_, size) as seen:
        for _ in range(3):
            await seen.press("n")
        result = seen.pilot.app.screen.query_one("#quiz-result", Static)
        lines = str(result.render()).split("\n")
        assert len(lines) > 20
        assert result.size.height == len(lines)
        assert max(map(len, lines)) <= result.size.width


async def test_an_answer_that_comes_too_late_ends_the_exam() -> None:
    clock = Clock()
    round_ = exam_round(None, seed=1, count=2, minutes=1, names=["output-size"], now=clock)
    async with taking(round_) as seen:
        await seen.press("7")
        clock.wait(61)
        await seen.press("enter")
        assert isinstance(seen.pilot.app.screen, ResultScreen)
        assert round_.right == 0


async def test_a_sprint_goes_on_at_once_and_its_clock_ends_it() -> None:
    clock = Clock()
    round_ = sprint_round(None, seed=1, names=["output-size"], now=clock)
    async with taking(round_) as seen:
        first = seen.question.answer_text
        await seen.answer(rightly=False)
        assert f"✗ the last one was {first}" in seen.text
        await seen.answer(rightly=True)
        assert "1 right" in seen.text
        clock.wait(60)
        screen = seen.pilot.app.screen
        assert isinstance(screen, QuizScreen)
        screen._tick()
        await seen.pilot.pause()
        assert isinstance(seen.pilot.app.screen, ResultScreen)
        assert "1 of 2 right" in seen.text


async def test_a_duel_tells_how_one_stands_against_oneself() -> None:
    clock = Clock()
    round_, _ = duel_round(None, names=["output-size"], now=clock)
    rival = Rival((True,) * 10, (5.0,) * 10)
    async with taking(round_, rival=rival) as seen:
        assert "against your last duel" in seen.text
        clock.wait(7)
        await seen.answer(rightly=False)
        assert "last time 1 right (−1), 2 s slower" in seen.text
        for _ in range(9):
            await seen.press("enter")
            await seen.press("n")
        await seen.press("enter")
        assert "Last time: 10 right." in seen.text


async def test_nothing_due_is_said() -> None:
    async with taking(Round(Listed([]), "today's review", now=Clock())) as seen:
        assert "Nothing is due. Come back later" in seen.text


# -- terminals --------------------------------------------------------------------------------


async def test_resizing_keeps_the_question_and_what_was_typed() -> None:
    async with taking(practice()) as seen:
        await seen.press("4", "2")
        await seen.pilot.resize_terminal(60, 20)
        await seen.pilot.pause()
        assert "This terminal has 60x20 characters" in seen.text
        assert "Input" not in seen.text
        await seen.pilot.resize_terminal(120, 40)
        await seen.pilot.pause()
        assert "This terminal" not in seen.text
        assert seen.pilot.app.screen.query_one(Input).value == "42"


async def test_without_colours_right_and_wrong_still_differ() -> None:
    for rightly, sign in ((True, "✓"), (False, "✗")):
        async with taking(practice()) as seen:
            seen.pilot.app._filters = [
                one for one in seen.pilot.app._filters if isinstance(one, ANSIToTruecolor)
            ]
            seen.pilot.app._filters.append(Monochrome())
            await seen.answer(rightly=rightly)
            assert sign in seen.text


def test_the_first_question_needs_no_numpy() -> None:
    code = (
        "import sys; from cnnviz_tui.tui.screens.quiz import QuizScreen; import cnnviz_tui.tui.app;"
        "from cnnviz_tui.quiz.rounds import practice_round, skill_names;"
        "practice_round(None, skill_names(('sizes',)), seed=1).begin();"
        "print([name for name in ('numpy', 'cnnviz_tui.tui.screens.home') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


async def test_of_a_long_question_the_beginning_is_seen_first_and_the_rest_by_paging() -> None:
    async with taking(practice_round(None, ("most-parameters",), seed=3, level=2)) as seen:
        assert "Which layer has the most" in seen.text
        assert "page down more" in seen.text
        await seen.press("pagedown")
        assert "enter answers" in seen.text
        await seen.press("a", "enter")
        assert "you answered" in seen.text, "what is said comes before the question"
        await seen.press("pageup")
        assert "Which layer has the most" in seen.text
