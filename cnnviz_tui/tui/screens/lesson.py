"""A lesson: its text and questions beside the live demonstration, or alone on the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widget import Widget

from cnnviz_tui.course.first_look import first_look
from cnnviz_tui.course.lesson import Lesson, Show
from cnnviz_tui.course.library import Course
from cnnviz_tui.course.opening import opened
from cnnviz_tui.course.problem import CourseError
from cnnviz_tui.course.session import LessonSession
from cnnviz_tui.questions import Question, UnclearAnswerError
from cnnviz_tui.render.window import KeyHint
from cnnviz_tui.tui.keys import keys_help, named_keys
from cnnviz_tui.tui.screens.framed import FramedScreen
from cnnviz_tui.tui.widgets.lesson_pane import LessonPane
from cnnviz_tui.tui.widgets.question_box import QuestionBox

if TYPE_CHECKING:
    from cnnviz_tui.course.preview import Preview

_PREVIEW_PACE = 0.4

LOW = 34
"""With fewer lines the text leaves most of them to the demonstration, unless it asks."""

SIDE_BY_SIDE = 124
"""From so many columns on, text and demonstration stand side by side."""

_KEYS = (
    KeyHint("page down", "on", "advance"),
    KeyHint("page up", "back", "retreat"),
    KeyHint("tab", "text/demo", "next_part"),
    KeyHint("F3", "lessons", "contents"),
    KeyHint("F5", "alone", "alone"),
    KeyHint("?", "help", "show_help"),
)


@dataclass(frozen=True)
class Manner:
    """How a lesson is shown.

    Attributes:
        presenting: for an audience: without chrome, and told to the lecturer's second terminal.
        begun: when the presentation began, in seconds since 1970.
        preview: the file that is being written, if one is.
    """

    presenting: bool = False
    begun: float | None = None
    preview: Preview | None = None


_ALONE = Manner()


class LessonHost(FramedScreen):
    """What every screen of a lesson has: where one is, the text with its questions, the keys.

    It is mixed into the screens of demonstrations too (`lesson_demonstration`), so it paints
    nothing itself and needs no numpy: the first step should be there soon.
    """

    DEFAULT_CLASSES: ClassVar[str] = "framed lesson"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "advance", "on: the next step; a question is skipped", priority=True),
        Binding("pageup", "retreat", "back to the step before", priority=True),
        Binding("f3", "contents", "all steps and lessons", priority=True),
        Binding("f4", "define", "words of this lesson", priority=True),
        Binding("f5", "alone", "the demonstration alone; escape comes back", priority=True),
        Binding("f6", "ask_again", "ask the last question again", priority=True),
        Binding("tab", "next_part(1)", "from the text to the demonstration, and on", priority=True),
        Binding("shift+tab", "next_part(-1)", "the other way round", priority=True),
        Binding(
            "b,f9", "blank", "a blank screen, while presenting", priority=True, key_display="b"
        ),
        Binding("full_stop", "blank", "the same", show=False, key_display="."),
        Binding("escape", "up", "back"),
        Binding("question_mark", "show_help", "this help", key_display="?"),
    ]

    lesson_session: LessonSession
    lesson_course: Course
    lesson_show: Show | None = None
    lesson_manner: Manner = _ALONE
    _warned: str = ""

    @property
    def key_hints(self) -> tuple[KeyHint, ...]:
        """What the last line names."""
        return _KEYS if self.lesson_show else tuple(h for h in _KEYS if h.key not in {"tab", "F5"})

    # -- layout -----------------------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """The text and the demonstration."""
        with Container(id="lesson-body"):
            yield LessonPane(self.lesson_session, self.lesson_course)
            if self.lesson_show is not None:
                with Container(id="demonstration"):
                    yield from self.demonstration()

    def demonstration(self) -> Iterable[Widget]:
        """The widgets that show the demonstration."""
        return ()

    def on_mount(self) -> None:
        """Let keys go to the question, else to the text."""
        self.take_focus()
        self.call_after_refresh(self.tell_trouble, self.lesson_session.progress)
        if self.lesson_session.rest is not None:
            self.call_after_refresh(self.run_worker, self._read_the_rest, thread=True)
        if self.lesson_manner.presenting:
            self.add_class("-presenting")
            self.tell()
        if self.lesson_manner.preview is not None:
            self.set_interval(_PREVIEW_PACE, self._look_at_the_file)

    def tell(self) -> None:
        """Tell the lecturer's second terminal where the presentation is."""
        if self.lesson_manner.presenting:
            from cnnviz_tui.course.presenting import announce

            begun = announce(self.lesson_session, self.lesson_manner.begun)
            self.lesson_manner = replace(self.lesson_manner, begun=begun)

    def _read_the_rest(self) -> None:
        """Read the other steps and lessons while the first is read by the learner."""
        session = self.lesson_session
        with suppress(CourseError):
            if session.only_begun:
                first = first_look(session.lesson.heading, session.looked_at)
                if first is not None:
                    self.app.call_from_thread(self._take, session, session.look, first)
            if session.rest is not None:
                self.app.call_from_thread(self._take, session, session.take, session.rest())
            self.lesson_course.definition("")

    def _take(self, session: LessonSession, take: Callable[[Lesson], None], read: Lesson) -> None:
        """Take more of a lesson in, and show it where it belongs to the step that one sees."""
        if session.rest is None:
            return
        before = len(session.visible)
        take(read)
        if len(session.visible) != before and self.app.screen is self:
            self.call_next(self.follow)

    async def _look_at_the_file(self) -> None:
        preview = self.lesson_manner.preview
        if preview is not None and self.app.screen is self and preview.refresh(self.lesson_session):
            self.switch()

    @property
    def pane(self) -> LessonPane:
        """The text."""
        return self.query_one(LessonPane)

    def take_focus(self) -> None:
        """Let keys go to the open question, else to the text."""
        self.call_after_refresh(self._focus)

    def _focus(self) -> None:
        boxes = self.query(QuestionBox)
        if boxes:
            boxes.last().take_focus()
        elif not self.show_what_was_uncovered():
            self.pane.focus()

    def show_what_was_uncovered(self) -> bool:
        """Give the keys to a demonstration that an answer has uncovered, where that helps."""
        return False

    @property
    def typing(self) -> bool:
        """Whether keys belong to an answer."""
        focused = self.focused
        return focused is not None and focused.id == "answer"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While an answer is typed, the demonstration's keys that go first do not."""
        if self.typing and action == "toggle_play":
            return False
        if action == "blank" and not self.lesson_manner.presenting:
            return False
        return super().check_action(action, parameters)

    def size_classes(self, width: int, height: int) -> dict[str, bool]:
        """Side by side where there is room; where there is none at all, a sentence."""
        own = {"-wide": width >= SIDE_BY_SIDE, "-low": height < LOW}
        return super().size_classes(width, height) | own

    def on_resize(self, event: events.Resize) -> None:
        """Shorten the title where it has no room."""
        super().on_resize(event)
        self.show_lines()

    def show_lines(self) -> None:
        """Show where one is in the lesson, and the keys."""
        if not self.is_mounted:
            return
        palette = self.cnnviz.palette
        head, title, right = place(self.lesson_session, self.lesson_course)
        room = self.app.size.width - len(head) - len(right) - 4
        line = Text(head, f"#{palette.dim:06x}")
        line.append(f"{title[:room]:<{max(room, 0)}}", f"bold #{palette.strong:06x}")
        line.append(f"  {right}", f"#{palette.output:06x}")
        self.show_title(line)
        self.show_keys()

    def refresh_all(self) -> None:
        """Show everything anew but the text."""
        self.show_lines()

    # -- going on ---------------------------------------------------------------------------------

    async def action_advance(self, on_purpose: bool = False) -> None:
        """Go to the next step, or on purpose to the next lesson; a question asks back first."""
        session = self.lesson_session
        if self.app.screen is not self:
            return
        if session.only_begun:
            session.complete()
            await self.follow()
        elif session.open_question is not None:
            if self._may_skip(session.open_question):
                session.skip(session.open_question)
                await self.follow()
        elif session.at_end:
            if not on_purpose:
                return
            following = self.lesson_course.beside(session.lesson.id, 1)
            if following is not None:
                self.open_lesson(following.id)
        else:
            session.go_on()
            await self.follow()

    def _may_skip(self, question: Question) -> bool:
        """Whether page down skips a question: when presenting, or the second time it is pressed."""
        if self.lesson_manner.presenting or self._warned == question.id:
            return True
        self._warned = question.id
        for box in self.query(QuestionBox):
            box.ask_back("Type an answer first. **n** skips the question; so does page down again.")
        return False

    async def action_retreat(self) -> None:
        """Go to the step before."""
        if self.lesson_session.go(self.lesson_session.step_index - 1):
            await self.follow()

    async def follow(self) -> None:
        """Show what the session has come to, on another screen where the demonstration changes."""
        if self.lesson_session.show == self.lesson_show:
            await self.pane.show()
            self.refresh_all()
            self.take_focus()
            self.tell()
        else:
            self.switch()

    def switch(self) -> None:
        """Show the session on a new screen."""
        manner = self.lesson_manner
        self.app.switch_screen(lesson_screen(self.lesson_session, self.lesson_course, manner))

    def open_lesson(self, name: str) -> None:
        """Go to another lesson, where one left it."""
        try:
            self.lesson_session = opened(self.lesson_course, name, self.lesson_session.progress)
        except CourseError as error:
            self.notify(str(error), severity="error", markup=False)
        else:
            self.switch()

    @on(QuestionBox.Answered)
    async def _answered(self, event: QuestionBox.Answered) -> None:
        event.stop()
        try:
            verdict = self.lesson_session.answer(event.box.question, event.text)
        except UnclearAnswerError as error:
            event.box.ask_back(str(error))
            return
        self.tell_trouble(self.lesson_session.progress)
        if verdict.right:
            await self.follow()
        else:
            event.box.say(verdict)
            self.pane.scroll_end(animate=False)

    @on(QuestionBox.Skipped)
    async def _skipped(self, event: QuestionBox.Skipped) -> None:
        event.stop()
        self.lesson_session.skip(event.box.question)
        await self.follow()

    @on(QuestionBox.HintWanted)
    def _hint(self, event: QuestionBox.HintWanted) -> None:
        event.stop()
        event.box.show_hint(self.lesson_session.take_hint(event.box.question))

    async def action_ask_again(self) -> None:
        """Open the last question that is closed again."""
        step = self.lesson_session.step
        for question in reversed(step.questions if step else ()):
            if self.lesson_session.state(question.id).closed and question is not None:
                self.lesson_session.ask_again(question)
                await self.follow()
                return

    # -- beside the way ---------------------------------------------------------------------------

    def action_next_part(self, direction: int = 1) -> None:
        """To the question, or to the text."""
        self.take_focus()

    def action_up(self) -> None:
        """Out of the lesson."""
        self.cnnviz.go_up()

    def action_alone(self) -> None:
        """Open the demonstration in a screen of its own, where there is one."""

    def action_show_help(self) -> None:
        """All keys of this screen."""
        from cnnviz_tui.tui.screens.dialogs import ReadScreen

        self.app.push_screen(ReadScreen("keys of this screen", keys_help(self.key_lines())))

    def key_lines(self) -> Iterator[tuple[str, str]]:
        """The keys of a question, of the lesson, of the demonstration."""
        if self.lesson_session.open_question is not None:
            yield "enter", "answer the question"
            yield "n, h", "with nothing typed: skip it, or take a hint"
        hidden = () if self.lesson_manner.presenting else ("blank",)
        yield from named_keys(
            binding
            for binding in LessonHost.BINDINGS
            if isinstance(binding, Binding) and binding.action not in hidden
        )

    def action_blank(self) -> None:
        """Nothing on the screen until a key is pressed, so that all look at the lecturer."""
        from cnnviz_tui.tui.screens.blank import BlankScreen

        self.app.push_screen(BlankScreen())

    def action_contents(self) -> None:
        """Choose a step of this lesson, or another lesson."""
        from cnnviz_tui.tui.screens.course import CourseScreen

        self.app.push_screen(
            CourseScreen(self.lesson_course, self.lesson_session.progress, self.lesson_session)
        )

    def action_define(self, term: str = "") -> None:
        """Open the definition of a term, or the list of this lesson's terms."""
        if not term:
            self._choose_term()
            return
        from cnnviz_tui.tui.screens.dialogs import ReadScreen

        found = self.lesson_course.definition(term)
        title, text = found or (term, "The glossary has no such term.")
        self.app.push_screen(ReadScreen(title, Text(text)))

    def _choose_term(self) -> None:
        terms = [t for t in self.lesson_session.lesson.terms if self.lesson_course.definition(t)]
        if not terms:
            self.notify("This lesson links to no term.")
            return
        from cnnviz_tui.tui.screens.dialogs import Choice, ChooseScreen

        choices = []
        for term in terms:
            title, text = self.lesson_course.definition(term) or (term, "")
            choices.append(Choice(term, title, text))
        chosen = [terms[0]]

        def remember(key: str) -> None:
            chosen[0] = key

        def read(kept: bool | None) -> None:
            if kept:
                self.action_define(chosen[0])

        keys = "enter opens it · escape closes"
        self.app.push_screen(ChooseScreen("words", choices, terms[0], remember, keys=keys), read)


class LessonPageScreen(LessonHost):
    """A step of a lesson without a demonstration, or the page at its end."""

    def __init__(self) -> None:
        super().__init__(name="lesson")


def lesson_screen(session: LessonSession, course: Course, manner: Manner = _ALONE) -> LessonHost:
    """The screen for where a session is."""
    show = session.show
    if show is None:
        screen: LessonHost = LessonPageScreen()
    else:
        from cnnviz_tui.tui.screens.lesson_demonstration import beside_the_text

        screen = beside_the_text(show)
    screen.lesson_session, screen.lesson_course, screen.lesson_show = session, course, show
    screen.lesson_manner = manner
    return screen


def place(session: LessonSession, course: Course) -> tuple[str, str, str]:
    """The lesson's number, its title, and its steps as dots with the step's number."""
    number = course.number(session.lesson.id)
    step = "end" if session.at_end else f"{session.step_index + 1}/{session.length}"
    head = f"lesson {number} › " if number else "lesson › "
    return head, session.lesson.heading.title, f"{' '.join(_dots(session))}  {step} "


def _dots(session: LessonSession) -> Iterator[str]:
    for index in range(session.length):
        if index == session.step_index:
            yield "◐"
        elif index in session.seen:
            yield "●"
        else:
            yield "○"
