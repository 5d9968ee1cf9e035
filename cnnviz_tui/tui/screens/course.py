"""The table of contents: every lesson with how far one is, the steps of one, and a search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from cnnviz_tui.course.lesson import Heading
from cnnviz_tui.course.library import Course
from cnnviz_tui.course.opening import opened
from cnnviz_tui.course.problem import CourseError
from cnnviz_tui.course.search import Found, search
from cnnviz_tui.course.session import LessonSession
from cnnviz_tui.progress import Place, Progress
from cnnviz_tui.render.window import KeyHint
from cnnviz_tui.tui.screens.framed import FramedScreen

_MOST_TITLE = 16
_KEYS = (
    KeyHint("↑ ↓", "choose", "choose"),
    KeyHint("enter", "open", "open"),
    KeyHint("/", "search", "find"),
    KeyHint("escape", "back", "up"),
)


class CourseScreen(FramedScreen):
    """Choose a lesson, or a step of the lesson that one is in.

    Args:
        course: the lessons.
        progress: what the learner has done, to mark the lessons.
        session: the lesson that one is in, if any.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "up", "back"),
        Binding("slash", "find", "search", key_display="/"),
        Binding("down", "into_list", "to the list", show=False),
    ]

    def __init__(
        self, course: Course, progress: Progress | None, session: LessonSession | None = None
    ) -> None:
        super().__init__(name="lessons")
        self.course = course
        self.progress = progress
        self.session = session
        self._places: dict[str, Place] = progress.places() if progress else {}
        self._found: dict[str, Found] = {}

    def head(self) -> Iterable[Widget]:
        """A line to search in beside the title."""
        with Horizontal(id="course-head"):
            yield from super().head()
            yield Input(placeholder="search all lessons", id="course-search")

    def body(self) -> Iterable[Widget]:
        """The list, and what is said of the chosen one."""
        with Horizontal(id="course-body"):
            yield OptionList(id="course-list")
            with Vertical(id="course-about"):
                yield Static("", id="course-text", markup=False)

    def on_mount(self) -> None:
        """List everything."""
        self.show_title("cnnviz › lessons")
        self.tell_trouble(self.progress)
        self.show_keys()
        self._fill()
        self.query_one("#course-list").focus()

    @property
    def key_hints(self) -> tuple[KeyHint, ...]:
        """What the last line names."""
        return _KEYS

    # -- the list ---------------------------------------------------------------------------------

    def _fill(self) -> None:
        menu = self.query_one("#course-list", OptionList)
        menu.clear_options()
        options = list(self._options())
        menu.add_options(options)
        here = self._first_choice()
        places = [i for i, option in enumerate(options) if option.id == here]
        menu.highlighted = places[0] if places else None
        if not places:
            menu.action_first()

    def _first_choice(self) -> str:
        if self.session is not None:
            return f"step:{self.session.step_index}"
        unfinished = [
            place for place in self._places.values()
            if place.finished is None and self.course.number(place.lesson)
        ]  # fmt: skip
        if unfinished:
            return f"lesson:{max(unfinished, key=lambda place: place.seen).lesson}"
        for heading in self.course.headings:
            place = self._places.get(heading.id)
            if place is None or place.finished is None:
                return f"lesson:{heading.id}"
        return ""

    def _options(self) -> Iterator[Option]:
        if self.session is not None:
            yield Option(Text(self.session.lesson.heading.title, "bold underline"), disabled=True)
            for index, step in enumerate(self.session.lesson.steps):
                yield Option(Text(f" {index + 1:>2}  {step.title}"), id=f"step:{index}")
        chapter = None
        for heading in self.course.headings:
            if heading.chapter != chapter:
                chapter = heading.chapter
                yield Option(Text(chapter or "Lessons", "bold underline"), disabled=True)
            number = self.course.number(heading.id)
            text = Text(f" {self._mark(heading)} {number:>2}  {heading.title}")
            yield Option(text, id=f"lesson:{heading.id}")

    def _mark(self, heading: Heading) -> str:
        place = self._places.get(heading.id)
        if place is None:
            return "○"
        return "✓" if place.finished is not None else "◐"

    # -- searching --------------------------------------------------------------------------------

    @on(Input.Changed)
    def _search(self, event: Input.Changed) -> None:
        words = event.value.strip()
        if not words:
            self._found = {}
            self._fill()
            return
        menu = self.query_one("#course-list", OptionList)
        menu.clear_options()
        hits = search(self.course, words)
        self._found = {f"found:{i}": hit for i, hit in enumerate(hits)}
        for key, hit in self._found.items():
            number = self.course.number(hit.heading.id)
            lesson = hit.heading.title
            short = lesson if len(lesson) <= _MOST_TITLE else f"{lesson[: _MOST_TITLE - 1]}…"
            text = Text(f" {number:>2}  {short} › {hit.title}")
            menu.add_option(Option(text, id=key))
        if not hits:
            menu.add_option(Option(Text(f" No lesson says “{words}”."), disabled=True))
        menu.action_first()

    @on(Input.Submitted)
    def _searched(self) -> None:
        self.query_one("#course-list", OptionList).focus()

    def action_find(self) -> None:
        """Go to the search line."""
        self.query_one("#course-search").focus()

    def action_into_list(self) -> None:
        """From the search line into the list."""
        self.query_one("#course-list", OptionList).focus()

    # -- what is said of the chosen one -----------------------------------------------------------

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        self.query_one("#course-text", Static).update(self._about(event.option.id or ""))

    def _about(self, key: str) -> Text:
        kind, _, name = key.partition(":")
        if kind == "found":
            hit = self._found[key]
            text = Text(f"{hit.heading.title}\n", "bold")
            text.append(f"step {hit.step + 1}: {hit.title}\n\n", "")
            text.append(hit.line)
            return text
        if kind == "step" and self.session is not None:
            return Text(f"Step {int(name) + 1} of {self.session.length} of this lesson.")
        if kind != "lesson":
            return Text("")
        heading = self.course.heading(name)
        text = Text(f"{heading.title}\n\n", "bold")
        text.append(f"Afterwards you can {heading.goal.rstrip('.')}.\n\n", "")
        text.append(f"About {heading.minutes} minutes.\n")
        if heading.needs:
            known = {each.id: each.title for each in self.course.headings}
            needs = ", ".join(known.get(need, need) for need in heading.needs)
            text.append(f"Builds on: {needs}.\n")
        place = self._places.get(name)
        if place is not None and place.finished is not None:
            text.append("\n✓ You have finished it.")
        elif place is not None:
            text.append(f"\n◐ You were at step {place.step + 1}; enter goes on there.")
        return text

    # -- opening ----------------------------------------------------------------------------------

    def action_choose(self) -> None:
        """The next entry."""
        self.query_one("#course-list", OptionList).action_cursor_down()

    def action_open(self) -> None:
        """Open the chosen entry."""
        self.query_one("#course-list", OptionList).action_select()

    @on(OptionList.OptionSelected)
    def _open(self, event: OptionList.OptionSelected) -> None:
        kind, _, name = (event.option.id or "").partition(":")
        if kind == "step" and self.session is not None:
            self.session.go(int(name))
            self._show(self.session)
        elif kind == "lesson":
            self._open_lesson(name)
        elif kind == "found":
            hit = self._found[event.option.id or ""]
            self._open_lesson(hit.heading.id, hit.step)

    def _open_lesson(self, name: str, step: int | None = None) -> None:
        try:
            session = opened(self.course, name, self.progress, step)
        except CourseError as error:
            self.notify(str(error), severity="error", markup=False)
        else:
            self._show(session)

    def _show(self, session: LessonSession) -> None:
        """Show a session; a lesson that this list was opened from goes."""
        from cnnviz_tui.tui.screens.lesson import LessonHost, lesson_screen

        app = self.app
        below = app.screen_stack[-2] if len(app.screen_stack) > 1 else None
        screen = lesson_screen(session, self.course)
        if isinstance(below, LessonHost):
            app.pop_screen()
            app.switch_screen(screen)
        else:
            app.push_screen(screen)

    def on_screen_resume(self) -> None:
        """Mark what was done meanwhile."""
        if self.progress is not None and self.is_mounted:
            places = self.progress.places()
            if places != self._places:
                self._places = places
                if not self._found:
                    self._fill()

    def action_up(self) -> None:
        """Out of the search first, then back to where one came from."""
        box = self.query_one("#course-search", Input)
        if box.has_focus or box.value:
            box.value = ""
            self.query_one("#course-list", OptionList).focus()
        else:
            self.cnnviz.go_up()
