"""The first screen: something moves, everything can be opened, and one gets back."""

from __future__ import annotations

import pytest
from textual.widgets import OptionList

from cnnviz_tui.quiz.topics import TOPICS
from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.explorer import ActionTarget
from cnnviz_tui.tui.app import CnnvizApp
from cnnviz_tui.tui.catalogue import LEARNING, Entry, catalogue, examples
from cnnviz_tui.tui.screens.dialogs import ReadScreen
from cnnviz_tui.tui.screens.home import HomeScreen
from cnnviz_tui.tui.widgets.canvas_view import CanvasView


def offers() -> tuple[Entry, ...]:
    """What the list offers."""
    return (*LEARNING, *catalogue())


def picture(app: CnnvizApp) -> Canvas:
    """The painted part of the home screen."""
    canvas = app.screen.query_one("#home-picture", CanvasView).canvas
    assert canvas is not None
    return canvas


def shown(app: CnnvizApp) -> str:
    """The painted part of the home screen as text."""
    return picture(app).text


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_a_filter_is_at_work_on_a_digit(size: tuple[int, int]) -> None:
    app = CnnvizApp()
    async with app.run_test(size=size) as pilot:
        first = picture(app)
        for _ in range(100):
            await pilot.pause(0.02)
            if picture(app).changed_lines(first):
                break
        assert "products:" in first.text
        assert picture(app).changed_lines(first), "it moves without a key being pressed"


async def test_every_entry_opens_and_escape_comes_back() -> None:
    app = CnnvizApp()
    async with app.run_test(size=(80, 24)) as pilot:
        for number, entry in enumerate(offers()):
            await pilot.press(*["down"] * min(number, 1), "enter")
            await pilot.pause()
            assert app.screen.name != "home", entry.name
            await pilot.press("escape")
            await pilot.pause()
            assert isinstance(app.screen, HomeScreen)


async def test_the_entry_under_the_cursor_is_explained() -> None:
    app = CnnvizApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "down")
        await pilot.pause()
        assert " ".join(offers()[2].about.split()[:4]) in " ".join(shown(app).split())


async def test_beside_the_quiz_stands_the_map_of_all_skills() -> None:
    app = CnnvizApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down")
        for _ in range(100):
            await pilot.pause(0.02)
            if "not yet" in shown(app):
                break
        assert all(topic.title[:10] in shown(app) for topic in TOPICS)
        await pilot.press("down")
        await pilot.pause()
        assert "not yet" not in shown(app)


async def test_everything_is_in_the_command_palette() -> None:
    app = CnnvizApp()
    async with app.run_test(size=(80, 24)):
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert {entry.title for entry in (*offers(), *examples())} <= titles
        assert {"Theme", "Quit", "Help"} <= titles


async def test_the_keys_at_the_bottom_can_be_clicked() -> None:
    app = CnnvizApp()
    async with app.run_test(size=(80, 24)) as pilot:
        keys = app.screen.query_one("#home-keys", CanvasView)
        assert keys.canvas is not None
        x = next(
            x
            for x in range(keys.canvas.width)
            if keys.canvas.target_at(x, 0) == ActionTarget("show_help")
        )
        await pilot.click(keys, offset=(x, 0))
        assert isinstance(app.screen, ReadScreen)


async def test_a_terminal_that_is_too_small_is_told_so() -> None:
    app = CnnvizApp()
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert "cnnviz needs at least 80x24" in " ".join(shown(app).split())
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "See every number" in shown(app)


async def test_the_list_is_focused_so_that_one_can_just_press_enter() -> None:
    app = CnnvizApp()
    async with app.run_test(size=(80, 24)):
        menu = app.screen.query_one(OptionList)
        assert menu.has_focus
        assert menu.highlighted_option is not None
        assert menu.highlighted_option.id == offers()[0].name


async def test_quitting_ends_with_exit_code_0() -> None:
    app = CnnvizApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+q")
    assert app.return_code == 0
