"""The quiz's own home: what to do now, and a map of what one is good at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cnnviz_tui.progress import Progress
from cnnviz_tui.progress.records import utc_now
from cnnviz_tui.quiz.exam import best_sprint, duel_round, exam_round, sprint_round
from cnnviz_tui.quiz.mastery import Mastery, mastery
from cnnviz_tui.quiz.rounds import practice_round, review_round, skill_names
from cnnviz_tui.quiz.topics import TOPICS
from cnnviz_tui.tui.screens.quiz import QuizScreen

if TYPE_CHECKING:
    from cnnviz_tui.tui.app import CnnvizApp

_KEYS = "↑ ↓ choose   enter begin   escape back"
_LEGEND = "· not yet   ○ ◐ ● level 1, 2, 3   ! due"
_WIDEST_NAME = 28


class QuizHomeScreen(Screen[None]):
    """Choose how to practise, beside the map of all skills.

    Args:
        progress: what the learner has done.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "back")]

    def __init__(self, progress: Progress) -> None:
        super().__init__(name="quiz-home", classes="quiz")
        self.progress = progress
        self._mastery: Mastery | None = None

    def compose(self) -> ComposeResult:
        """The ways to practise on the left, the map on the right."""
        yield Static("cnnviz › quiz", id="quiz-title", markup=False)
        with Horizontal(id="quiz-home"):
            yield OptionList(id="quiz-menu")
            with VerticalScroll(id="quiz-map", can_focus=False):
                yield Static("", id="quiz-about", markup=False)
                yield Static("", id="quiz-skills", markup=False)
        yield Static(_KEYS, id="quiz-keys", markup=False)

    def on_mount(self) -> None:
        """Fill the list now, the map after the first frame: it imports every skill."""
        menu = self.query_one(OptionList)
        menu.add_options(
            [
                Option(Text("Today's review", "bold"), id="review"),
                Option(Text("Practise everything"), id="practice"),
                *(Option(Text(f"  {topic.title}"), id=f"topic:{topic.name}") for topic in TOPICS),
                Option(Text("Exam, 20 questions"), id="exam"),
                Option(Text("Sprint, 60 seconds"), id="sprint"),
                Option(Text("Duel with yourself"), id="duel"),
            ]
        )
        menu.highlighted = 0
        menu.focus()
        self.call_after_refresh(self._look)

    def on_screen_resume(self) -> None:
        """Show what has changed."""
        if self._mastery is not None:
            self._look()

    def _look(self) -> None:
        self._mastery = mastery(self.progress, utc_now())
        self._show_map()
        self._show_about()

    # -- showing ----------------------------------------------------------------------------------

    @on(OptionList.OptionHighlighted)
    def _show_about(self) -> None:
        option = self.query_one(OptionList).highlighted_option
        if option is None or self._mastery is None:
            return
        self.query_one("#quiz-about", Static).update(self._about(option.id or "", self._mastery))

    def _about(self, key: str, found: Mastery) -> Text:
        kind, _, name = key.partition(":")
        if kind == "topic":
            text = Text()
            for mark in found.topics[name]:
                sign = "!" if mark.due else mark.sign
                text.append(f"{sign} {mark.name}\n")
            return text
        sentences: dict[str, Callable[[], str]] = {
            "review": lambda: found.review_sentence,
            "practice": lambda: "All topics in turn, at your level, with new numbers each time.",
            "exam": lambda: (
                "No word until the end. For a paper that all share: cnnviz quiz --exam --seed 42"
            ),
            "sprint": lambda: _best(best_sprint(self.progress)),
            "duel": lambda: "Ten questions of the kinds of your last duel, with new numbers.",
        }
        return Text(f"{sentences[kind]()}\n")

    def _show_map(self) -> None:
        found = self._mastery
        if found is None:
            return
        app: CnnvizApp = self.app  # type: ignore[assignment]
        due = f"bold #{app.palette.filter:06x}"
        known = f"#{app.palette.right:06x}"
        text = Text(f"{found.habit_sentence}\n\n")
        for topic in TOPICS:
            text.append(f"{topic.title[:_WIDEST_NAME]:<{_WIDEST_NAME}} ")
            for mark in found.topics[topic.name]:
                sign = "!" if mark.due else mark.sign
                text.append(f"{sign} ", due if mark.due else known if mark.level else "")
            text.append("\n")
        text.append(f"\n{_LEGEND}")
        self.query_one("#quiz-skills", Static).update(text)

    # -- beginning --------------------------------------------------------------------------------

    @on(OptionList.OptionSelected)
    def _begin(self, event: OptionList.OptionSelected) -> None:
        kind, _, name = (event.option.id or "").partition(":")
        self.app.push_screen(self._screen(kind, name))

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

    def action_leave(self) -> None:
        """Back to home."""
        app: CnnvizApp = self.app  # type: ignore[assignment]
        app.go_up()


def _best(score: int | None) -> str:
    if score is None:
        return "As many questions as you can in sixty seconds."
    return f"As many questions as you can in sixty seconds. Your best: {score} right."
