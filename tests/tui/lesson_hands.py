"""A person in front of a lesson: keys that answer questions, eyes that read the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import Static

from cnnviz_tui.course.library import Course
from cnnviz_tui.course.session import LessonSession
from cnnviz_tui.progress import Progress
from cnnviz_tui.questions import (
    LETTERS,
    CellQuestion,
    ChoiceQuestion,
    GridQuestion,
    OrderQuestion,
    Question,
    SeveralQuestion,
)
from cnnviz_tui.render.prose import prose_lines
from cnnviz_tui.tui.app import CnnvizApp
from cnnviz_tui.tui.screens.lesson import LessonHost, Manner, lesson_screen
from cnnviz_tui.tui.widgets.prose_view import ProseView
from cnnviz_tui.tui.widgets.question_box import QuestionBox

_ROUNDS = 4
"""From a key to what it leads to there are so many hands: field, box, screen, new screen."""

_PATIENCE = 50
"""So often one looks again."""

_LONGEST_NUMBER = 9


class Learner:
    """Takes a lesson with the keyboard."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self.pilot = pilot
        self._in_field = ("", "")

    @property
    def screen(self) -> LessonHost:
        """The lesson's present screen."""
        screen = self.pilot.app.screen
        assert isinstance(screen, LessonHost), f"{screen!r} is no lesson"
        return screen

    @property
    def session(self) -> LessonSession:
        """Where the learner is."""
        return self.screen.lesson_session

    @property
    def box(self) -> QuestionBox:
        """The question that waits."""
        return self.screen.query(QuestionBox).last()

    @property
    def verdict(self) -> ProseView:
        """Where the question's box says what it has to say to an answer."""
        return self.box.query_one("#verdict", ProseView)

    @property
    def text(self) -> str:
        """Everything on the terminal, as text."""
        compositor = self.pilot.app.screen._compositor
        return "\n".join(strip.text for strip in compositor.render_strips())

    @property
    def prose(self) -> str:
        """All the lesson's text on the screen, also what one has to scroll to."""
        return "\n".join(prose.markdown for prose in self.screen.query(ProseView))

    @property
    def notice(self) -> str:
        """What the app has to say in a corner."""
        return "\n".join(notice.message for notice in self.pilot.app._notifications)

    async def press(self, *keys: str) -> None:
        """Press keys, each after the effect of the one before is shown."""
        for key in keys:
            self._send(key)
            await self.settle()

    async def click(self, label: str) -> None:
        """Click a key that the last line names."""
        keys = self.pilot.app.screen.query_one("#screen-keys", Static)
        place = str(keys.render()).index(label)
        await self.pilot.click(keys, offset=(keys.styles.padding.left + place, 0))
        await self.settle()

    async def type(self, keys: Iterable[str]) -> None:
        """Press keys as fast as one types, and wait until their effect is shown."""
        before = ""
        for key in keys:
            # A key that is bound goes up to the app before it acts: letters would overtake it.
            if _is_bound(before) and not _is_bound(key):
                await self.settle()
            self._send(key)
            before = key
        await self.settle()

    def _send(self, key: str) -> None:
        """Send a key the way of real ones, through the driver.

        Pilot's own `press` waits for an idle processor after each, which makes a lesson five times
        as slow, and cannot type every sign.
        """
        driver = self.pilot.app._driver
        assert driver is not None
        character = " " if key == "space" else key if len(key) == 1 else None
        name = key if key.isalnum() or len(key) > 1 else _character_to_key(key)
        driver.send_message(events.Key(name, character))

    async def settle(self) -> None:
        """Wait until all messages were taken, those that they gave rise to, and the layout."""
        for _ in range(_ROUNDS):
            await self.pilot.pause(0)

    async def sees(self, check: Callable[[], None]) -> None:
        """Wait until a check holds; the layout follows an answer after a frame or two."""
        for _ in range(_PATIENCE):
            try:
                check()
            except AssertionError:
                await self.pilot.pause(0.01)
            else:
                return
        check()

    async def answer(self, text: str) -> None:
        """Answer the question that waits, with the keys that its field takes."""
        question = self.box.question
        before = self._in_field[1] if self._in_field[0] == question.id else ""
        self._in_field = question.id, text
        await self.type(_keys(question, text, before))

    def nothing_is_cut(self) -> None:
        """Every text is as high as its lines need and no wider than what one can see."""
        pane = self.screen.pane
        for prose in self.screen.query(ProseView):
            if not prose.markdown:
                continue
            width = prose.content_size.width
            assert prose.size.height == len(prose_lines(prose.markdown, width)), prose.markdown
            assert pane.content_region.x <= prose.region.x, prose.markdown
            assert prose.region.right <= pane.content_region.right, prose.markdown

    def the_verdict_is_in_view(self) -> None:
        """What is said to an answer can be read without scrolling, as far as there is room."""
        pane, verdict = self.screen.pane.region, self.verdict.region
        seen = pane.intersection(verdict).height
        assert seen >= min(verdict.height, pane.height - 1), f"{seen} of {verdict.height} lines"


def _is_bound(key: str) -> bool:
    """Whether a key does something instead of writing a sign."""
    return len(key) > 1 and key != "space"


def _keys(question: Question, text: str, before: str) -> Iterator[str]:
    """The keys for an answer.

    Args:
        question: what is asked.
        text: the answer as one would type it.
        before: what stands in the field since the last attempt; empty for the first one.
    """
    match question:
        case ChoiceQuestion():
            yield from (text, "enter")
        case SeveralQuestion() | OrderQuestion():
            # What was taken the last time is given back first.
            yield from (letter for letter in before if letter in LETTERS)
            yield from (letter for letter in text if letter in LETTERS)
            yield from ("end", "enter")
        case CellQuestion():
            yield from _moves(_cell(before or "0 0"), _cell(text))
            yield "enter"
        case GridQuestion():
            yield from _filled_in(question, text, again=bool(before))
        case _:
            if before:
                yield from ("end", "ctrl+u")
            yield from ("space" if character == " " else character for character in text)
            yield "enter"


def _cell(text: str) -> tuple[int, int]:
    row, column = text.split()
    return int(row), int(column)


def _moves(start: tuple[int, int], to: tuple[int, int]) -> Iterator[str]:
    down, right = to[0] - start[0], to[1] - start[1]
    yield from ["down" if down > 0 else "up"] * abs(down)
    yield from ["right" if right > 0 else "left"] * abs(right)


def _filled_in(question: GridQuestion, text: str, *, again: bool) -> Iterator[str]:
    rows = [row.split() for row in text.split(";")]
    every = [(r, c) for r, row in enumerate(rows) for c in range(len(row))]
    cells = [cell for cell in every if cell not in question.given]
    # Enter left the cursor in the last cell.
    here = cells[-1] if again else cells[0]
    for cell in cells:
        yield from _moves(here, cell)
        here = cell
        if again:
            yield from ["backspace"] * _LONGEST_NUMBER
        yield from rows[cell[0]][cell[1]]
    yield "enter"


@asynccontextmanager
async def taking(
    name: str,
    course: Course,
    progress: Progress | None = None,
    *,
    size: tuple[int, int] = (80, 24),
    step: int = 0,
    manner: Manner | None = None,
) -> AsyncIterator[Learner]:
    """Take a lesson from a step on; demonstrations do not play by themselves."""
    session = LessonSession(course.lesson(name), progress)
    session.go(step)
    app = CnnvizApp(lesson_screen(session, course, manner or Manner()))
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        learner = Learner(pilot)
        await learner.settle()
        yield learner
