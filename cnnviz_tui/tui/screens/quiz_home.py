"""The quiz's own home: what to do now, and a map of what one is good at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cnnviz_tui.progress import Progress
from cnnviz_tui.progress.records import utc_now
from cnnviz_tui.quiz.exam import best_sprint, duel_round, exam_round, sprint_round
from cnnviz_tui.quiz.mastery import Mark, Mastery, mastery
from cnnviz_tui.quiz.rounds import practice_round, review_round, skill_names
from cnnviz_tui.quiz.topics import TOPICS
from cnnviz_tui.render.mastery import LEGEND
from cnnviz_tui.render.window import KeyHint
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.tui.screens.quiz import QuizScreen
from cnnviz_tui.tui.screens.quiz_base import QuizBase

_MODES = {
    "review": "Today's review",
    "practice": "Practise everything",
    "exam": "Exam, 20 questions",
    "sprint": "Sprint, 60 seconds",
    "duel": "Duel with yourself",
}
_TITLE = 31
_MOST_SIGNS = 9


class QuizHomeScreen(QuizBase):
    """Choose how to practise; the topics are the map of all skills.

    Args:
        progress: what the learner has done.
    """

    HELP: ClassVar[str] = """\
up, down   choose how to practise, or click it
enter      begin
escape     back

The signs behind a topic are its skills: how far you are with each.
"""

    def __init__(self, progress: Progress) -> None:
        super().__init__("quiz-home")
        self.progress = progress
        self._mastery: Mastery | None = None

    @property
    def key_hints(self) -> tuple[KeyHint, ...]:
        """What the last line names."""
        return (
            KeyHint("↑ ↓", "choose", "down"),
            KeyHint("enter", "begin", "begin"),
            KeyHint("escape", "back", "leave"),
            KeyHint("?", "help", "show_help"),
        )

    def body(self) -> Iterable[Widget]:
        """The ways to practise and the map on the left, what is said of them on the right."""
        with Horizontal(id="quiz-home"):
            yield OptionList(id="quiz-menu")
            with VerticalScroll(id="quiz-map", can_focus=False):
                yield Static("", id="quiz-about", markup=False)
                yield Static("", id="quiz-habit", markup=False)
                yield Static(LEGEND, id="quiz-legend", markup=False)

    def on_mount(self) -> None:
        """Fill the list now, the signs after the first frame: they import every skill."""
        self.show_title("cnnviz › quiz")
        self.show_keys()
        menu = self.query_one(OptionList)
        for key, title in _MODES.items():
            menu.add_option(Option(Text(title, "bold" if key == "review" else ""), id=key))
        menu.add_option(Option(Text("Practise a topic", "bold underline"), disabled=True))
        menu.add_options([Option(Text(one.title), id=f"topic:{one.name}") for one in TOPICS])
        menu.highlighted = 0
        menu.focus()
        self.tell_trouble(self.progress)
        self.call_after_refresh(self._look)

    def on_screen_resume(self) -> None:
        """Show what has changed."""
        if self._mastery is not None:
            self._look()

    # -- showing ----------------------------------------------------------------------------------

    def _look(self) -> None:
        found = self._mastery = mastery(self.progress, utc_now())
        menu = self.query_one(OptionList)
        for one in TOPICS:
            key = f"topic:{one.name}"
            if found.topics[one.name]:
                menu.replace_option_prompt(key, self._row(one.title, found.topics[one.name]))
            elif any(option.id == key for option in menu.options):
                menu.remove_option(key)  # no lessons, no questions from them
        self.query_one("#quiz-habit", Static).update(found.habit_sentence)
        self._show_about()

    def _row(self, title: str, marks: tuple[Mark, ...]) -> Text:
        """A topic and how far one is with each of its skills."""
        palette = self.cnnviz.palette
        text = Text(f"{title:<{_TITLE}} ")
        if len(marks) > _MOST_SIGNS:
            due, begun = sum(mark.due for mark in marks), sum(mark.level > 0 for mark in marks)
            text.append(f"{begun} of {len(marks)}")
            text.append(f"  ! {due}" if due else "", f"bold #{palette.filter:06x}")
            return text
        for mark in marks:
            ink = f"#{palette.right:06x}" if mark.level else f"#{palette.dim:06x}"
            text.append(f"{mark.shown} ", f"bold #{palette.filter:06x}" if mark.due else ink)
        return text

    @on(OptionList.OptionHighlighted)
    def _show_about(self) -> None:
        option = self.query_one(OptionList).highlighted_option
        if option is not None and self._mastery is not None:
            about = self._about(option.id or "", self._mastery)
            self.query_one("#quiz-about", Static).update(about)

    def _about(self, key: str, found: Mastery) -> str:
        kind, _, name = key.partition(":")
        if kind == "topic":
            return "\n".join(f"{mark.shown} {mark.name}" for mark in found.topics[name])
        sentences: dict[str, Callable[[], str]] = {
            "review": lambda: found.review_sentence,
            "practice": lambda: "All topics in turn, at your level, with new numbers each time.",
            "exam": lambda: (
                "No word until the end; one that you left goes on. A paper that all share: "
                "cnnviz quiz --exam --seed 42"
            ),
            "sprint": lambda: _best(best_sprint(self.progress)),
            "duel": lambda: "Ten questions of the kinds of your last duel, with new numbers.",
        }
        return sentences[kind]()

    # -- beginning --------------------------------------------------------------------------------

    @on(OptionList.OptionSelected)
    def _begin(self, event: OptionList.OptionSelected) -> None:
        kind, _, name = (event.option.id or "").partition(":")
        try:
            self.app.push_screen(self._screen(kind, name))
        except ShapeError as error:
            self.notify(str(error), severity="error", markup=False)

    def _screen(self, kind: str, name: str) -> QuizScreen:
        progress = self.progress
        if kind == "review":
            return QuizScreen(review_round(progress))
        if kind == "exam":
            return QuizScreen(exam_round(progress))
        if kind == "sprint":
            return QuizScreen(sprint_round(progress))
        if kind == "duel":
            round_, rival = duel_round(progress)
            return QuizScreen(round_, rival=rival)
        names = skill_names((name,) if kind == "topic" else ())
        return QuizScreen(practice_round(progress, names))

    def action_down(self) -> None:
        """The next entry."""
        self.query_one(OptionList).action_cursor_down()

    def action_begin(self) -> None:
        """Begin what is under the cursor."""
        self.query_one(OptionList).action_select()


def _best(score: int | None) -> str:
    if score is None:
        return "As many questions as you can in sixty seconds."
    return f"As many questions as you can in sixty seconds. Your best: {score} right."
