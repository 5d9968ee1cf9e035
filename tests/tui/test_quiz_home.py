"""The quiz's home: choose how to practise, see how far one is."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from cnnviz_tui.progress import Progress, open_progress
from cnnviz_tui.quiz.topics import TOPICS
from cnnviz_tui.tui.app import CnnvizApp
from cnnviz_tui.tui.screens.home import HomeScreen
from cnnviz_tui.tui.screens.quiz import QuizScreen
from cnnviz_tui.tui.screens.quiz_home import QuizHomeScreen
from tests.quiz.taking import Clock
from tests.quiz.test_mastery import practise


def app_on(progress: Progress) -> CnnvizApp:
    """The application on the quiz's home."""
    return CnnvizApp(QuizHomeScreen(progress))


def text_of(pilot: Pilot[None]) -> str:
    """Everything on the terminal."""
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


async def choose(pilot: Pilot[None], key: str) -> None:
    """Put the cursor on an entry with the arrows."""
    menu = pilot.app.screen.query_one(OptionList)
    while menu.highlighted_option is None or menu.highlighted_option.id != key:
        await pilot.press("down")
    await pilot.pause()


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_every_topic_stands_on_the_map(size: tuple[int, int]) -> None:
    with open_progress() as progress:
        async with app_on(progress).run_test(size=size) as pilot:
            await pilot.pause()
            await choose(pilot, f"topic:{TOPICS[-1].name}")
            await choose(pilot, "review")
            text = text_of(pilot)
            assert "Today's review" in text
            assert "endless" in text
            rows = [line for line in text.split("\n") if TOPICS[2].title in line]
            assert len(rows) == 1
            assert rows[0].count("·") >= len(TOPICS[2].skills)


@pytest.mark.parametrize(
    ("key", "title"),
    [
        ("review", "today's review"),
        ("practice", "practice"),
        ("exam", "exam, seed"),
        ("sprint", "sprint"),
        ("duel", "duel"),
        ("topic:sizes", "practice"),
    ],
)
async def test_every_way_begins_with_enter_and_escape_comes_back(key: str, title: str) -> None:
    with open_progress() as progress:
        async with app_on(progress).run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await choose(pilot, key)
            await pilot.press("enter")
            await pilot.pause()
            screen = pilot.app.screen
            assert isinstance(screen, QuizScreen)
            assert f"cnnviz › quiz › {title}" in text_of(pilot)
            if key == "topic:sizes":
                assert screen.round.entries[0].draw[0] in {one.name for one in TOPICS[2].skills}
            await pilot.press("escape")
            await pilot.pause()
            assert isinstance(pilot.app.screen, QuizHomeScreen)


async def test_a_click_begins_too() -> None:
    with open_progress() as progress:
        async with app_on(progress).run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await pilot.click("#quiz-menu", offset=(3, 3))
            await pilot.pause()
            assert isinstance(pilot.app.screen, QuizScreen)
            assert "sprint" in text_of(pilot)


async def test_the_map_shows_what_one_has_learned() -> None:
    clock = Clock()
    with open_progress() as progress:
        practise(progress, clock, "output-size", *[True] * 4)
        async with app_on(progress).run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await choose(pilot, "topic:sizes")
            text = text_of(pilot)
            # The answers are of a day long past: the skill is due by now.
            row = next(line for line in text.split("\n") if TOPICS[2].title in line)
            assert "!" in row
            assert "! " + TOPICS[2].skills[0].title[:18] in text


async def test_an_answer_is_on_the_map_when_one_comes_back() -> None:
    with open_progress() as progress:
        async with app_on(progress).run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await choose(pilot, "topic:sizes")
            before = text_of(pilot)
            assert "○" not in before.split("not yet")[0]
            await pilot.press("enter")
            await pilot.pause()
            await pilot.press("n")
            await pilot.pause()
            await pilot.press("escape")
            await pilot.pause()
            row = next(line for line in text_of(pilot).split("\n") if TOPICS[2].title in line)
            assert "○" in row


async def test_the_quiz_opens_from_home_and_goes_back_there() -> None:
    async with CnnvizApp().run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        menu = pilot.app.screen.query_one(OptionList)
        menu.highlighted = menu.get_option_index("quiz")
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, QuizHomeScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HomeScreen)


async def test_a_terminal_too_small_says_so() -> None:
    with open_progress() as progress:
        async with app_on(progress).run_test(size=(70, 20)) as pilot:
            await pilot.pause()
            assert "This terminal has 70x20 characters" in text_of(pilot)
