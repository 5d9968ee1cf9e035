"""The table of contents with the keyboard: lessons with how far one is, search, opening."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.widgets import OptionList

from cnnviz_tui.course.library import Course, lesson_folders
from cnnviz_tui.progress import Progress, open_progress
from cnnviz_tui.tui.app import CnnvizApp
from cnnviz_tui.tui.screens.course import CourseScreen
from cnnviz_tui.tui.screens.home import HomeScreen
from tests.course.small import small_folder
from tests.tui.lesson_hands import Learner


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """Two small lessons."""
    return Course([small_folder(tmp_path / "lessons")])


@asynccontextmanager
async def contents(
    course: Course, progress: Progress | None = None, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Learner]:
    """Look at the table of contents."""
    app = CnnvizApp(CourseScreen(course, progress))
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        learner = Learner(pilot)
        await learner.settle()
        yield learner


def line(learner: Learner, words: str) -> str:
    """The line of the terminal that has some words."""
    return next(one for one in learner.text.split("\n") if words in one)


async def test_every_lesson_of_ours_stands_under_its_chapter() -> None:
    ours = Course(lesson_folders())
    async with contents(ours, size=(120, 60)) as learner:
        shown = learner.text
        for heading in ours.headings:
            assert heading.title in shown
            assert shown.index(heading.chapter) < shown.index(heading.title)


async def test_marks_tell_how_far_one_is_and_the_next_lesson_is_chosen(course: Course) -> None:
    with open_progress() as progress:
        progress.finish("small")
        async with contents(course, progress) as learner:
            assert "✓  1  A small lesson" in learner.text
            assert "○  2  Afterwards" in learner.text
            await learner.press("enter")
            assert learner.session.lesson.id == "after"


async def test_enter_goes_on_in_the_lesson_that_was_begun(course: Course) -> None:
    with open_progress() as progress:
        progress.keep_place("after", 1)
        async with contents(course, progress) as learner:
            assert "◐  2  Afterwards" in learner.text
            assert "You were at step 2; enter goes on there." in " ".join(learner.text.split())
            await learner.press("enter")
            assert learner.session.lesson.id == "after"
            assert learner.session.step_index == 1


async def test_what_one_did_in_a_lesson_shows_when_one_comes_back(course: Course) -> None:
    with open_progress() as progress:
        async with contents(course, progress) as learner:
            await learner.press("enter", "n", "n", "pagedown", "pagedown", "pagedown", "escape")
            assert isinstance(learner.pilot.app.screen, CourseScreen)
            assert "✓  1  A small lesson" in learner.text


async def test_search_leads_to_the_step_that_says_the_words(course: Course) -> None:
    async with contents(course) as learner:
        await learner.press("slash")
        await learner.type("nothing")
        assert "A small lesson › Only text" in learner.text
        assert "Nothing to do here." in learner.text
        await learner.press("enter", "enter")
        assert learner.session.lesson.id == "small"
        assert learner.session.step_index == 1


async def test_search_for_what_no_lesson_says_is_told(course: Course) -> None:
    async with contents(course) as learner:
        await learner.press("slash")
        await learner.type("quaternion")
        assert "No lesson says “quaternion”." in learner.text
        await learner.press("enter", "enter")
        assert isinstance(learner.pilot.app.screen, CourseScreen)


async def test_escape_leaves_the_search_first_and_then_the_list(course: Course) -> None:
    async with contents(course) as learner:
        await learner.press("slash")
        await learner.type("nothing")
        await learner.press("escape")
        assert "› Only text" not in learner.text
        assert "Afterwards" in learner.text
        assert isinstance(learner.pilot.app.focused, OptionList)
        await learner.press("escape")
        assert isinstance(learner.pilot.app.screen, HomeScreen)


async def test_a_lesson_that_broke_meanwhile_is_said_in_a_sentence(
    course: Course, tmp_path: Path
) -> None:
    async with contents(course) as learner:
        (tmp_path / "lessons" / "01-small.md").write_text("Broken.", "utf-8")
        await learner.press("enter")
        assert isinstance(learner.pilot.app.screen, CourseScreen)
        assert "does not begin with “+++”" in learner.notice


async def test_the_named_keys_can_be_clicked(course: Course) -> None:
    async with contents(course) as learner:
        await learner.click("search")
        assert learner.pilot.app.focused is not None
        assert learner.pilot.app.focused.id == "course-search"
        await learner.click("choose")
        await learner.click("open")
        assert "Guess first" in learner.prose
