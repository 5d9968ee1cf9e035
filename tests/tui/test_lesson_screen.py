"""The lesson screen with the keyboard and the mouse: text, questions, the live demonstration."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Static

from cnnviz_tui.course.library import Course, lesson_folders
from cnnviz_tui.course.opening import opened
from cnnviz_tui.course.presenting import announce_the_end, announced
from cnnviz_tui.course.preview import Preview
from cnnviz_tui.progress import open_progress
from cnnviz_tui.tui.app import CnnvizApp
from cnnviz_tui.tui.screens.blank import BlankScreen
from cnnviz_tui.tui.screens.course import CourseScreen
from cnnviz_tui.tui.screens.dialogs import ChooseScreen, ReadScreen
from cnnviz_tui.tui.screens.home import HomeScreen
from cnnviz_tui.tui.screens.lesson import LessonHost, Manner, lesson_screen
from cnnviz_tui.tui.screens.notes import NotesScreen
from cnnviz_tui.tui.widgets.prose_view import ProseView
from cnnviz_tui.tui.widgets.question_box import QuestionBox
from tests.course.small import SMALL, small_folder
from tests.tui.lesson_hands import Learner, taking


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """Two small lessons."""
    return Course([small_folder(tmp_path / "lessons")])


def on_demonstration(learner: Learner) -> bool:
    """Whether keys go to the demonstration instead of the text."""
    focused = learner.screen.focused
    return focused is not None and focused.id == "frame"


def setting(learner: Learner) -> Any:
    """What the demonstration is set to."""
    screen: Any = learner.screen
    return screen.setup


# -- questions ------------------------------------------------------------------------------------


def tabs_to_settings(learner: Learner) -> int:
    """How often one presses tab until keys change the settings."""
    screen: Any = learner.screen
    count: int = screen.parts.index("settings")
    return count


async def test_a_prediction_waits_with_its_field_ready(course: Course) -> None:
    async with taking("small", course) as learner:
        assert "A small lesson" in learner.text
        assert "1/3" in learner.text
        assert "predict" in learner.text
        assert learner.screen.lesson_show is None
        focused = learner.screen.focused
        assert focused is not None
        assert focused.id == "answer"


async def test_hints_and_unclear_answers_leave_the_question_open(course: Course) -> None:
    async with taking("small", course) as learner:
        await learner.press("h")
        assert "Where does the first window begin?" in learner.text
        await learner.press("h", "h")
        assert "There is no further hint." in learner.text
        await learner.answer("many")
        assert learner.verdict.markdown.startswith("? “many” cannot be read")
        assert learner.session.state("places").outcome is None
        # In a line that is not empty, letters are letters.
        await learner.press("n")
        assert learner.session.open_question is not None


@pytest.mark.parametrize("keys", [("n",), ("pagedown", "pagedown")], ids=["n", "page down twice"])
async def test_a_question_can_be_skipped_and_that_is_said(
    course: Course, keys: tuple[str, ...]
) -> None:
    with open_progress() as progress:
        async with taking("small", course, progress) as learner:
            await learner.press(*keys)
            assert learner.screen.lesson_show is not None
            assert "skipped. The answer: **5**" in learner.prose
        assert [answer.outcome for answer in progress.answers()] == ["skipped"]


async def test_page_down_asks_back_before_it_skips_a_question(course: Course) -> None:
    async with taking("small", course) as learner:
        await learner.press("pagedown")
        assert learner.session.open_question is not None
        assert "Type an answer first" in learner.verdict.markdown


async def test_a_held_page_down_does_not_run_into_the_next_lesson(course: Course) -> None:
    async with taking("small", course) as learner:
        await learner.press(*["pagedown"] * 40)
        assert learner.session.lesson.id == "small"
        assert learner.session.at_end


async def test_f6_asks_the_last_question_again(course: Course) -> None:
    async with taking("small", course) as learner:
        await learner.answer("5")
        assert learner.screen.lesson_show is not None
        await learner.press("f6")
        assert learner.box.question.id == "places"
        assert learner.screen.lesson_show is None, "the answer is not given away"
        await learner.answer("5")
        assert learner.session.state("places").outcome == "right"


# -- going on and back ----------------------------------------------------------------------------


async def test_page_up_and_down_walk_through_the_steps_to_the_next_lesson(course: Course) -> None:
    async with taking("small", course, step=1) as learner:
        assert "Nothing to do here." in learner.text
        await learner.press("pageup")
        assert learner.session.step_index == 0
        await learner.press("pageup")
        assert learner.session.step_index == 0
        await learner.press("n", "n", "pagedown", "pagedown", "pagedown")
        assert learner.session.at_end
        assert "You can now count the places of a filter." in learner.text
        assert "2 skipped" in learner.text
        await learner.press("enter")
        assert learner.session.lesson.id == "after"
        assert "Afterwards" in learner.text


async def test_after_the_last_lesson_there_is_no_next_one(course: Course) -> None:
    async with taking("after", course, step=3) as learner:
        assert "This was the last lesson." in learner.text
        await learner.press("pagedown")
        assert learner.session.at_end


async def test_a_next_lesson_that_broke_meanwhile_is_said_in_a_sentence(
    course: Course, tmp_path: Path
) -> None:
    async with taking("small", course, step=3) as learner:
        (tmp_path / "lessons" / "02-after.md").write_text("Broken.", "utf-8")
        await learner.press("enter")
        assert learner.session.lesson.id == "small"
        assert "does not begin with “+++”" in learner.notice


async def test_escape_leaves_the_lesson(course: Course) -> None:
    async with taking("small", course, step=1) as learner:
        await learner.press("escape")
        assert isinstance(learner.pilot.app.screen, HomeScreen)


# -- the live demonstration -----------------------------------------------------------------------


async def test_tab_goes_to_the_demonstration_where_numbers_change_and_back(course: Course) -> None:
    async with taking("small", course, step=2) as learner:
        before = setting(learner)
        assert not on_demonstration(learner)
        await learner.press(*["tab"] * tabs_to_settings(learner))
        assert on_demonstration(learner)
        await learner.press("up")
        assert setting(learner) != before
        changed = setting(learner)
        await learner.press("escape")
        assert not on_demonstration(learner)
        assert setting(learner) == changed, "what one has set stays"
        assert learner.session.step_index == 2


async def test_tab_walks_through_all_parts_and_returns_to_the_text(course: Course) -> None:
    async with taking("small", course, step=2) as learner:
        screen: Any = learner.screen
        for part in screen.parts[1:]:
            await learner.press("tab")
            assert on_demonstration(learner)
            assert screen.part == part
        await learner.press("tab")
        assert not on_demonstration(learner)


async def test_arrows_in_the_text_step_through_the_demonstration(course: Course) -> None:
    async with taking("small", course, step=2) as learner:
        screen: Any = learner.screen
        assert screen.player.position == 0
        await learner.press("right", "right")
        assert screen.player.position == 2
        await learner.press("end")
        assert screen.player.position == screen.player.length - 1


async def test_space_in_an_answer_does_not_play_what_is_shown(course: Course) -> None:
    async with taking("small", course) as learner:
        await learner.press("n")
        screen: Any = learner.screen
        assert learner.box.question.id == "faster"
        await learner.press("down", "space")
        assert not screen.player.playing
        assert learner.session.state("faster").outcome == "wrong"


async def test_f5_opens_the_demonstration_alone_as_it_is_and_escape_returns(course: Course) -> None:
    async with taking("small", course, step=2) as learner:
        await learner.press("right", *["tab"] * tabs_to_settings(learner), "up", "f5")
        alone: Any = learner.pilot.app.screen
        assert not isinstance(alone, LessonHost)
        host: Any = learner.pilot.app.screen_stack[-2]
        assert alone.setup == host.setup
        assert alone.player.position == host.player.position
        assert "F5 or escape leads back to the lesson." in learner.notice
        await learner.press("escape")
        assert learner.screen is host
        await learner.press("f5", "f5")
        assert learner.screen is host


# -- contents, search, words ----------------------------------------------------------------------


async def test_f3_leads_to_a_step_and_to_another_lesson(course: Course) -> None:
    async with taking("small", course, step=1) as learner:
        await learner.press("f3")
        assert isinstance(learner.pilot.app.screen, CourseScreen)
        await learner.press("down", "enter")
        assert learner.session.step_index == 2
        await learner.press("f3", "end", "enter")
        assert learner.session.lesson.id == "after"
        assert len(learner.pilot.app.screen_stack) == 1, "lessons do not pile up"


async def test_f3_and_back_leaves_everything_as_it_was(course: Course) -> None:
    async with taking("small", course, step=2) as learner:
        screen = learner.screen
        await learner.press("f3", "escape")
        assert learner.screen is screen


async def test_f4_lists_the_lessons_words_with_their_definitions(course: Course) -> None:
    async with taking("small", course, step=1) as learner:
        await learner.press("f4")
        assert isinstance(learner.pilot.app.screen, ChooseScreen)
        await learner.press("enter")
        assert isinstance(learner.pilot.app.screen, ReadScreen)
        assert "Zeros around a picture." in learner.text
        await learner.press("escape")
        assert learner.session.step_index == 1


async def test_a_word_that_is_clicked_opens_its_definition(course: Course) -> None:
    async with taking("small", course) as learner:
        prose = next(p for p in learner.screen.query(ProseView) if "term:padding" in p.markdown)
        row = next(y for y, line in enumerate(learner.text.split("\n")) if "padding" in line)
        column = learner.text.split("\n")[row].index("padding")
        offset = (column - prose.region.x, row - prose.region.y)
        await learner.pilot.click(prose, offset=offset)
        await learner.settle()
        assert isinstance(learner.pilot.app.screen, ReadScreen)
        assert "Zeros around a picture." in learner.text


# -- terminals ------------------------------------------------------------------------------------


async def test_the_demonstration_moves_beside_the_text_and_back_with_the_size(
    course: Course,
) -> None:
    async with taking("small", course, size=(160, 50), step=2) as learner:
        pane, view = learner.screen.pane, learner.screen.query_one("#frame")
        assert pane.region.right <= view.region.x
        await learner.pilot.resize_terminal(80, 24)
        await learner.settle()
        assert pane.region.bottom <= view.region.y
        await learner.sees(learner.nothing_is_cut)
        await learner.pilot.resize_terminal(160, 50)
        await learner.settle()
        assert pane.region.right <= view.region.x
        assert learner.session.step_index == 2


async def test_a_typed_answer_outlives_a_change_of_size(course: Course) -> None:
    async with taking("small", course, size=(160, 50)) as learner:
        await learner.press("5")
        await learner.pilot.resize_terminal(80, 24)
        await learner.settle()
        await learner.press("enter")
        assert learner.session.state("places").outcome == "right"


@pytest.mark.parametrize("step", [0, 2])
async def test_too_small_a_terminal_loses_nothing(course: Course, step: int) -> None:
    async with taking("small", course, size=(40, 10), step=step) as learner:
        assert learner.text.strip()
        await learner.pilot.resize_terminal(80, 24)
        await learner.settle()
        assert f"{step + 1}/3" in learner.text


@pytest.mark.parametrize("size", [(40, 10), (20, 5), (10, 3)])
async def test_a_demonstration_in_too_small_a_terminal_says_so(
    course: Course, size: tuple[int, int]
) -> None:
    async with taking("small", course, size=size, step=2) as learner:
        await learner.press("tab", "up", "pagedown", "pageup")
        assert learner.session.step_index == 2


async def test_signs_tell_right_from_wrong_without_colour(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with taking("small", course) as learner:
        await learner.answer("7")
        assert "✗ 7" in learner.text
        await learner.answer("5")
        assert "✓ 5" in learner.text


# -- for an audience ------------------------------------------------------------------------------


async def test_presenting_has_no_chrome_and_b_blanks(course: Course) -> None:
    async with taking("small", course, step=1, manner=Manner(presenting=True)) as learner:
        assert "F3" not in learner.text
        await learner.press("b")
        assert isinstance(learner.pilot.app.screen, BlankScreen)
        assert not learner.text.strip()
        await learner.press("pagedown")
        assert learner.session.step_index == 1, "the key that ends it does nothing else"


async def test_b_blanks_nothing_while_one_learns(course: Course) -> None:
    async with taking("small", course, step=1) as learner:
        await learner.press("b")
        assert isinstance(learner.pilot.app.screen, LessonHost)


async def test_a_presentation_tells_the_second_terminal_where_it_is(course: Course) -> None:
    async with taking("small", course, manner=Manner(presenting=True)) as learner:
        begun = announced()
        assert begun is not None
        assert (begun.step, begun.waiting) == (0, True)
        await learner.press("n", "n", "pagedown", "pagedown")
        told = announced()
        assert told is not None
        assert (told.step, told.waiting, told.begun) == (2, False, begun.begun)


async def test_the_notes_follow_the_presentation(course: Course) -> None:
    notes = NotesScreen(course.lesson("small"))
    app = CnnvizApp(notes)
    async with app.run_test(size=(80, 24)) as pilot:
        hand = Learner(pilot)
        await hand.settle()
        assert "Let the room guess aloud." in hand.text
        assert "not connected" in hand.text
        async with taking("small", course, manner=Manner(presenting=True)) as learner:
            notes._follow()
            await hand.settle()
            assert "a question waits for the room" in hand.text
            await learner.press("n", "n", "pagedown")
        notes._follow()
        await hand.settle()
        title = str(notes.query_one("#notes-title", Static).content)
        assert title.startswith("2/3  Only text")
        assert "No notes on this step." in hand.text
        assert "next: Pooling" in hand.text
        await hand.press("left")
        assert "Let the room guess aloud." in hand.text
        announce_the_end()
        notes._follow()
        await hand.settle()
        assert "the presentation has ended" in hand.text


# -- a lesson that is being written ---------------------------------------------------------------


async def test_a_preview_shows_complaints_and_what_was_saved(tmp_path: Path) -> None:
    folder = small_folder(tmp_path / "lessons")
    path = folder / "01-small.md"
    preview = Preview(path)
    session = preview.session()
    screen = lesson_screen(session, Course([folder]), Manner(preview=preview))
    async with CnnvizApp(screen).run_test(size=(80, 24)) as pilot:
        learner = Learner(pilot)
        await learner.settle()
        await learner.press("n", "n", "pagedown")
        path.write_text(SMALL.replace("Nothing to do", "Much more to do"), "utf-8")
        await learner.screen._look_at_the_file()
        await learner.settle()
        assert "Much more to do here." in learner.text
        path.write_text("Broken.", "utf-8")
        await learner.screen._look_at_the_file()
        await learner.settle()
        assert "✗ 1:1: The file does not begin with “+++”" in learner.prose or (
            "does not begin with" in learner.text
        )
        assert "2/3" in learner.text


async def test_a_record_that_cannot_be_used_is_said_on_the_screen_once(
    course: Course, home_of_its_own: Path
) -> None:
    home_of_its_own.write_text("A file where the folder should be.", "utf-8")
    with open_progress() as progress:
        assert progress.problem
        async with taking("small", course, progress) as learner:
            for _ in range(2):
                await learner.settle()
            assert progress.problem in learner.notice
            await learner.answer("5")
            assert learner.notice.count(progress.problem) == 1


async def test_a_short_demonstration_plays_slowly_enough_to_be_read(course: Course) -> None:
    async with taking("small", course) as learner:
        await learner.answer("5")
        screen: Any = learner.screen
        assert screen.player.length <= 50
        assert screen.player.speed == 2


@asynccontextmanager
async def begun(name: str) -> AsyncIterator[Learner]:
    """Open one of our lessons of which only the first words are known."""
    ours = Course(lesson_folders())
    session = opened(ours, name)
    assert session.only_begun
    app = CnnvizApp(lesson_screen(session, ours))
    app.animation_level = "none"
    async with app.run_test(size=(120, 40)) as pilot:
        yield Learner(pilot)


async def test_behind_the_first_words_comes_the_question() -> None:
    async with begun("learned-features") as learner:
        for _ in range(200):
            await learner.pilot.pause(0.02)
            if learner.screen.query(QuestionBox):
                break
        assert "Someone sends you digits by telephone" in learner.prose
        assert learner.box.question is learner.session.open_question


async def test_behind_the_first_words_comes_the_demonstration() -> None:
    async with begun("as-a-matrix") as learner:
        for _ in range(400):
            await learner.pilot.pause(0.02)
            if learner.session.rest is None:
                break
        await learner.settle()
        assert learner.screen.lesson_show == learner.session.show
        assert learner.session.step == learner.session.lesson.steps[0]


async def test_page_down_on_the_first_words_skips_nothing() -> None:
    async with begun("learned-features") as learner:
        await learner.press("pagedown")
        assert learner.session.step_index == 0
        assert learner.session.open_question is not None
