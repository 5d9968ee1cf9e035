"""The learner's record, as the rest of cnnviz sees it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from types import TracebackType

from cnnviz_tui.progress.database import open_file
from cnnviz_tui.progress.location import database_file
from cnnviz_tui.progress.records import Answer, Card, Exam, Place, Source
from cnnviz_tui.progress.rows import time_text
from cnnviz_tui.progress.store import Store


def open_progress(path: Path | None = None) -> Progress:
    """Open the learner's record; it never fails, see `Progress.problem`.

    Args:
        path: the database file, by default `progress.db` in `data_folder()`.
    """
    return Progress(database_file() if path is None else path)


class Progress:
    """What a learner has done, kept at once and for good.

    Args:
        path: the database file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._store: Store = open_file(path)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def problem(self) -> str:
        """One sentence for the learner if something is wrong with the record, else empty."""
        return ""

    def record(self, answer: Answer) -> None:
        """Keep an answer; when this returns, it outlives a crash."""
        self._store.keep(answer)

    def answers(
        self,
        *,
        source: Source | None = None,
        lesson: str | None = None,
        skill: str | None = None,
        since: datetime | None = None,
    ) -> list[Answer]:
        """Return the answers that fit all that is given, the oldest first."""
        return self._store.answers(
            source=source,
            lesson=lesson,
            skill=skill,
            since=None if since is None else time_text(since),
        )

    def place(self, lesson: str) -> Place | None:
        """Return where the learner is in a lesson, None if it was never open."""
        return self._store.one(Place, lesson)

    def places(self) -> dict[str, Place]:
        """Return the place in every lesson that was ever open, by the lesson's id."""
        return {place.lesson: place for place in self._store.all(Place)}

    def keep_place(self, lesson: str, step: int, part: int = 0) -> None:
        """Remember where the learner is in a lesson, step and part counted from 0."""
        self._store.keep(Place(lesson, step, part))

    def finish(self, lesson: str) -> None:
        """Remember that the learner reached the end of a lesson; the first time counts."""
        place = self.place(lesson) or Place(lesson)
        now = Place(lesson).seen
        self._store.keep(
            Place(lesson, place.step, place.part, place.furthest, finished=now, seen=now)
        )

    def card(self, skill: str) -> Card | None:
        """Return the memory card of a skill, None if it was never practised."""
        return self._store.one(Card, skill)

    def cards(self) -> dict[str, Card]:
        """Return all memory cards, by skill."""
        return {card.skill: card for card in self._store.all(Card)}

    def keep_card(self, card: Card) -> None:
        """Keep a memory card in place of the skill's earlier one."""
        self._store.keep(card)

    def exam(self, id: str) -> Exam | None:  # noqa: A002 - what the exam's field is called
        """Return an exam, None if there is none of that id."""
        return self._store.one(Exam, id)

    def exams(self) -> list[Exam]:
        """Return all exams, the one begun first first."""
        return sorted(self._store.all(Exam), key=lambda exam: (exam.started, exam.id))

    def keep_exam(self, exam: Exam) -> None:
        """Keep an exam in place of its earlier state."""
        self._store.keep(exam)

    def close(self) -> None:
        """Close the database; calling it twice does no harm."""
        self._store.close()
