"""A lesson: its text and questions beside the live demonstration, or alone on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen

from cnnviz_tui.course.lesson import Show
from cnnviz_tui.course.library import Course
from cnnviz_tui.course.presenting import announce
from cnnviz_tui.course.preview import Preview
from cnnviz_tui.course.problem import CourseError
from cnnviz_tui.course.session import LessonSession
from cnnviz_tui.questions import Question, UnclearAnswerError
from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.explorer import (
    SMALLEST,
    ActionTarget,
    Frame,
    KeyHint,
    paint_keys,
    too_small,
)
from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.render.lesson_place import paint_place
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.tui.catalogue import demonstration_screen, explorer_of
from cnnviz_tui.tui.screens.blank import BlankScreen
from cnnviz_tui.tui.screens.dialogs import Choice, ChooseScreen, ReadScreen
from cnnviz_tui.tui.screens.painted import PaintedScreen, named_keys
from cnnviz_tui.tui.widgets.canvas_view import CanvasView
from cnnviz_tui.tui.widgets.lesson_pane import LessonPane
from cnnviz_tui.tui.widgets.question_box import QuestionBox

if TYPE_CHECKING:
    from cnnviz_tui.tui.screens.explorer import ExplorerScreen

_PREVIEW_PACE = 0.4

_NO_ROOM = "This demonstration takes the whole screen: press tab. Tab comes back."

_WITH_TEXT = 18
"""Lines that a demonstration has below four lines of text on the smallest terminal."""

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


class LessonHost(PaintedScreen):
    """What makes a painted screen the demonstration of a lesson.

    It is mixed into the screen that shows the demonstration; all of that screen's keys work as
    ever, except while an answer is typed.
    """

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
        Binding("full_stop", "blank", "the same", show=False),
    ]

    demonstration_bindings: ClassVar[list[BindingType]] = []
    lesson_session: LessonSession
    lesson_course: Course
    lesson_show: Show | None = None
    lesson_manner: Manner = _ALONE
    lesson_begun: int = 0
    _warned: str = ""

    # -- layout -----------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """A line on where one is, the text, the demonstration, a line of keys."""
        yield CanvasView(id="lesson-title")
        with Container(id="lesson-body"):
            yield LessonPane(self.lesson_session, self.lesson_course)
            if self.lesson_show is not None:
                with Container(id="demonstration"):
                    yield from super().compose()
        yield CanvasView(id="lesson-keys")

    def on_mount(self) -> None:
        """Let keys go to the question, else to the text."""
        self.add_class("lesson")
        self.pane.set_class(self.lesson_show is None, "-alone")
        self.set_class(self.needs_it_all, "-tall")
        for name in ("#lesson-title", "#lesson-keys"):
            self.query_one(name).can_focus = False
        self.take_focus()
        if self.lesson_manner.presenting:
            self.add_class("-presenting")
            self.tell()
        if self.lesson_manner.preview is not None:
            self.set_interval(_PREVIEW_PACE, self._look_at_the_file)

    def tell(self) -> None:
        """Tell the lecturer's second terminal where the presentation is."""
        if self.lesson_manner.presenting:
            begun = announce(self.lesson_session, self.lesson_manner.begun)
            self.lesson_manner = replace(self.lesson_manner, begun=begun)

    async def _look_at_the_file(self) -> None:
        preview = self.lesson_manner.preview
        if preview is not None and self.app.screen is self and preview.refresh(self.lesson_session):
            self.switch()

    @property
    def view(self) -> CanvasView:
        """The widget that shows the demonstration, or the title line where there is none."""
        return self.query_one("#frame" if self.lesson_show else "#lesson-title", CanvasView)

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
        elif self.lesson_session.revealed and self.has_class("-low") and not self.needs_it_all:
            # Whoever has just answered wants to see it happen.
            self.view.focus()
        else:
            self.pane.focus()

    @property
    def needs_it_all(self) -> bool:
        """Whether the demonstration leaves no room for the text on a low terminal."""
        return self.lowest > _WITH_TEXT

    @property
    def typing(self) -> bool:
        """Whether keys belong to an answer."""
        focused = self.focused
        return focused is not None and focused.id == "answer"

    def after_moving(self) -> None:
        """What the lesson lights up is lit until the player moves."""
        player = cast("ExplorerScreen", self).player
        lit = highlighted(self.lesson_show)
        explorer: Any = self
        if lit is not None and player.position != self.lesson_begun and explorer.pointed == lit:
            explorer.pointed = None
        cast("ExplorerScreen", super()).after_moving()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While an answer is typed, the demonstration's keys that go first do not."""
        if self.typing and action == "toggle_play":
            return False
        if action == "blank" and not self.lesson_manner.presenting:
            return False
        return super().check_action(action, parameters)

    def on_descendant_focus(self) -> None:
        """On small terminals the one that has the keys gets the room."""
        self.set_class(self.on_demonstration, "-demonstration")

    def cramped(self, canvas: Canvas) -> bool:
        """Whether the terminal as a whole is too small."""
        return too_small(canvas, self.app.size.width, self.app.size.height)

    @on(CanvasView.Resized)
    def _lines(self) -> None:
        self.set_class(self.app.size.width >= SIDE_BY_SIDE, "-wide")
        self.set_class(self.app.size.height < LOW, "-low")
        self.paint_lines()

    def redraw(self) -> None:
        """Paint the demonstration anew, and the lines above and below."""
        if self.lesson_show is not None:
            super().redraw()
        if self.is_mounted:
            self.paint_lines()

    def paint_lines(self) -> None:
        """Paint where one is in the lesson, and the keys."""
        title = self.query_one("#lesson-title", CanvasView)
        keys = self.query_one("#lesson-keys", CanvasView)
        if not (title.size.width and keys.size.width):
            return
        palette = self.cnnviz.palette
        line = Canvas(title.size.width, 1, palette)
        paint_place(line, self.lesson_session, self.lesson_course)
        title.show(line)
        line = Canvas(keys.size.width, 1, palette)
        hints = _KEYS if self.lesson_show else tuple(h for h in _KEYS if h.key not in {"tab", "F5"})
        paint_keys(line, hints, 0)
        keys.show(line)

    def painted(self, width: int, height: int, palette: Palette) -> Canvas:
        """The demonstration; where it has no room yet, how to give it some."""
        if height < self.lowest and self.app.size.height >= SMALLEST[1]:
            canvas = Canvas(width, height, palette)
            canvas.write(2, max(height // 2 - 1, 0), _NO_ROOM, palette.text)
            return canvas
        shown = cast("ExplorerScreen", super())
        return shown.painted(width, height, palette)

    def framed(self) -> Frame:
        """On low terminals the demonstration has no key line of its own."""
        explorer = cast("ExplorerScreen", super())
        frame = explorer.framed()
        bare = self.lesson_manner.presenting or self.view.size.height < SMALLEST[1] - 2
        return replace(frame, keys=()) if bare else frame

    # -- going on ---------------------------------------------------------------------------------

    async def action_advance(self, on_purpose: bool = False) -> None:
        """Go to the next step, or on purpose to the next lesson; a question asks back first."""
        session = self.lesson_session
        if self.app.screen is not self:
            return
        if session.open_question is not None:
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
            self.redraw()
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
            lesson = self.lesson_course.lesson(name)
        except CourseError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        session = LessonSession(lesson, self.lesson_session.progress)
        session.resume()
        self.lesson_session = session
        self.switch()

    @on(QuestionBox.Answered)
    async def _answered(self, event: QuestionBox.Answered) -> None:
        event.stop()
        try:
            verdict = self.lesson_session.answer(event.box.question, event.text)
        except UnclearAnswerError as error:
            event.box.ask_back(str(error))
            return
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
        """From the text to the demonstration's parts and back to the text."""
        if self.lesson_show is None:
            self.take_focus()
        elif not self.on_demonstration:
            self.enter_parts()
        elif self.at_last_part(direction):
            self._back_to_the_text()
        else:
            cast("ExplorerScreen", super()).action_next_part(direction)

    @property
    def on_demonstration(self) -> bool:
        """Whether the demonstration has the keys."""
        focused = self.focused
        return focused is not None and any(one.id == "demonstration" for one in focused.ancestors)

    def _back_to_the_text(self) -> None:
        self.leave_parts()
        self.take_focus()

    def action_up(self) -> None:
        """From the demonstration to the text, from there out of the lesson."""
        if self.on_demonstration:
            self._back_to_the_text()
        else:
            self.cnnviz.go_up()

    def action_alone(self) -> None:
        """Open the demonstration as it is now in a screen of its own."""
        if self.lesson_show is None:
            return
        setup = getattr(self, "setup", None)
        if setup is None:
            self.app.push_screen(
                demonstration_screen(self.lesson_show.demonstration, playing=False)
            )
            return

        here: Any = self
        explorer = explorer_of(self.lesson_show.demonstration.name, setup, playing=False)
        explorer.player.seek(here.player.position)
        self.app.push_screen(explorer)

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
        if self.lesson_show is not None:
            yield "", "and in the demonstration:"
            yield from named_keys(self.demonstration_bindings)

    def action_blank(self) -> None:
        """Nothing on the screen until a key is pressed, so that all look at the lecturer."""
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
        found = self.lesson_course.definition(term)
        title, text = found or (term, "The glossary has no such term.")
        self.app.push_screen(ReadScreen(title, Text(text)))

    def _choose_term(self) -> None:
        terms = [t for t in self.lesson_session.lesson.terms if self.lesson_course.definition(t)]
        if not terms:
            self.notify("This lesson links to no term.")
            return
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

    def painted(self, width: int, height: int, palette: Palette) -> Canvas:
        """What `s` saves: where one is."""
        canvas = Canvas(width, height, palette)
        paint_place(canvas, self.lesson_session, self.lesson_course)
        return canvas

    @on(CanvasView.Pressed)
    async def _pressed_line(self, event: CanvasView.Pressed) -> None:
        if isinstance(event.target, ActionTarget):
            await self.run_action(event.target.action)


@cache
def _beside_a_lesson(plain: type[PaintedScreen]) -> type[PaintedScreen]:
    """A screen's class as the demonstration of a lesson."""
    # Textual looks for a screen's styles beside the module that it is from.
    names = {
        "__doc__": plain.__doc__,
        "__module__": plain.__module__,
        "demonstration_bindings": plain.BINDINGS,
    }
    return type(f"Lesson{plain.__name__}", (LessonHost, plain), names)


def lesson_screen(session: LessonSession, course: Course, manner: Manner = _ALONE) -> Screen[None]:
    """The screen for where a session is."""
    show = session.show
    if show is None:
        screen: LessonHost = LessonPageScreen()
    else:
        playing = show.playing
        screen = cast(
            LessonHost,
            demonstration_screen(show.demonstration, playing=playing, kind=_beside_a_lesson),
        )
    screen.lesson_session, screen.lesson_course, screen.lesson_show = session, course, show
    screen.lesson_manner = manner
    lit = highlighted(show)
    if lit is not None:
        explorer: Any = screen
        explorer.pointed, screen.lesson_begun = lit, explorer.player.position
    return screen


def highlighted(show: Show | None) -> CellTarget | None:
    """The cell that a demonstration lights up at first."""
    if show is None or show.highlight is None or not show.demonstration.is_mechanism:
        return None
    cell = show.highlight
    return CellTarget(cell.part, cell.channel, cell.row, cell.column)
