"""The learner's record, as the rest of cnnviz sees it: it goes on whatever befalls the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any, Final, TypeVar

from cnnviz_tui.progress.database import (
    FAILURES,
    PATIENCE,
    Failure,
    Identity,
    identity,
    is_damage,
    open_file,
    open_memory,
    read_file,
    reason,
    set_aside,
)
from cnnviz_tui.progress.location import database_file
from cnnviz_tui.progress.records import (
    MOST_STEPS,
    Answer,
    Card,
    Exam,
    Place,
    ProgressError,
    Record,
    Source,
    utc_now,
)
from cnnviz_tui.progress.rows import time_text
from cnnviz_tui.progress.schema import MIGRATIONS, NewerSchemaError
from cnnviz_tui.progress.store import Store, key_of

T = TypeVar("T")

_IMPATIENCE: Final = 0.05
"""Seconds to wait when a file that failed before is tried again."""


def open_progress(path: Path | None = None) -> Progress:
    """Open the learner's record; it never fails, see `Progress.problem`.

    Args:
        path: the database file, by default `progress.db` in `data_folder()`.
    """
    return Progress(database_file() if path is None else path)


class Progress:
    """What a learner has done, kept at once and for good; any thread may use it.

    While the file cannot be used everything is kept in memory, and written as soon as a later
    write succeeds. A damaged file is set aside and what can be read of it goes into a new one.

    Args:
        path: the database file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = RLock()
        self._recorded: dict[Hashable, Record] = {}
        self._unsaved: dict[Hashable, Record] = {}
        self._notice = ""
        self._trouble = ""
        self._given_up = False
        self._closed = False
        self._file: Identity = None
        try:
            self._store = self._open(PATIENCE)
        except FAILURES as failure:
            newer = isinstance(failure, NewerSchemaError)
            self._work_in_memory(failure, [] if newer else read_file(path))

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
        return self._trouble or self._notice

    @property
    def in_memory(self) -> bool:
        """Whether the file cannot be used, so that closing loses what is unsaved."""
        return bool(self._trouble)

    def record(self, answer: Answer) -> None:
        """Keep an answer; when this returns and `in_memory` is false, it outlives a crash."""
        self._keep(answer)

    def answers(
        self,
        *,
        source: Source | None = None,
        lesson: str | None = None,
        skill: str | None = None,
        since: datetime | None = None,
    ) -> list[Answer]:
        """Return the answers that fit all that is given, the oldest first."""
        earliest = None if since is None else time_text(since)
        return self._read(
            lambda store: store.answers(source=source, lesson=lesson, skill=skill, since=earliest)
        )

    def place(self, lesson: str) -> Place | None:
        """Return where the learner is in a lesson, None if it was never open."""
        return self._read(lambda store: store.one(Place, lesson))

    def places(self) -> dict[str, Place]:
        """Return the place in every lesson that was ever open, by the lesson's id."""
        return {place.lesson: place for place in self._read(lambda store: store.all(Place))}

    def keep_place(self, lesson: str, step: int, part: int = 0, *, shown: bool = True) -> None:
        """Remember where the learner is in a lesson, step and part counted from 0.

        Args:
            lesson: the lesson's id.
            step: the step, or the number of steps for the page at the end.
            part: the part of that step.
            shown: whether it is a step that the learner sees now, not the page at the end.
        """
        seen = 1 << step if shown and step < MOST_STEPS else 0
        self._keep(Place(lesson, step, part, shown=seen))

    def finish(self, lesson: str) -> None:
        """Remember that the learner reached the end of a lesson; the first time counts."""
        with self._lock:
            place = self.place(lesson) or Place(lesson)
            now = utc_now()
            self._keep(Place(lesson, place.step, place.part, finished=now, seen=now))

    def card(self, skill: str) -> Card | None:
        """Return the memory card of a skill, None if it was never practised."""
        return self._read(lambda store: store.one(Card, skill))

    def cards(self) -> dict[str, Card]:
        """Return all memory cards, by skill."""
        return {card.skill: card for card in self._read(lambda store: store.all(Card))}

    def keep_card(self, card: Card) -> None:
        """Keep a memory card in place of the skill's earlier one."""
        self._keep(card)

    def exam(self, id: str) -> Exam | None:  # noqa: A002 - what the exam's field is called
        """Return an exam, None if there is none of that id."""
        return self._read(lambda store: store.one(Exam, id))

    def exams(self) -> list[Exam]:
        """Return all exams, the one begun first first."""
        exams = self._read(lambda store: store.all(Exam))
        return sorted(exams, key=lambda exam: (exam.started, exam.id))

    def keep_exam(self, exam: Exam) -> None:
        """Keep an exam in place of its earlier state."""
        self._keep(exam)

    def export(self) -> dict[str, Any]:
        """Return everything that is kept as an object for JSON, which `import_` takes."""
        from cnnviz_tui.progress.exchange import export_data

        return export_data(self._read(Store.records))

    def import_(self, data: object) -> dict[str, int]:
        """Unite an export with what is kept, all of it or nothing.

        Equal answers are one; of two places, cards or exams the newer one stays.

        Args:
            data: what `export` returned, here or elsewhere.

        Returns:
            For each of answers, places, cards and exams, how many are new or were changed.

        Raises:
            ProgressError: it is no export, or a value in it makes no sense; it says which.
        """
        from cnnviz_tui.progress.exchange import import_data

        records = import_data(data)
        return self._write(records, lambda store: store.merge(records))

    def reset(self, lesson: str | None = None) -> Path:
        """Forget a lesson's answers and place, or everything.

        Args:
            lesson: the lesson's id, None for everything: places, cards and exams too.

        Returns:
            The backup that was written first, a JSON file beside the database for `import_`.

        Raises:
            ProgressError: the record or the backup cannot be written; nothing was forgotten.
        """
        from cnnviz_tui.files import write_atomically
        from cnnviz_tui.progress.exchange import export_data, export_text

        backup = self.path.with_name(f"progress-backup-{utc_now():%Y%m%dT%H%M%S.%fZ}.json")

        def write_backup(records: list[Record]) -> None:
            write_atomically(backup, export_text(export_data(records)).encode())

        with self._lock:
            self._check_open()
            if self._trouble:
                raise ProgressError(f"Nothing was reset. {self._trouble}")
            try:
                self._follow_file()
                self._store.forget(lesson, write_backup)
            except FAILURES as failure:
                raise ProgressError(
                    f"Nothing was reset, since {self.path} or its backup "
                    f"cannot be written: {reason(failure)}."
                ) from None
            self._recorded = {
                key: record
                for key, record in self._recorded.items()
                if lesson is not None and getattr(record, "lesson", None) != lesson
            }
        return backup

    def close(self) -> None:
        """Close the database, after a last try to write what is unsaved; twice does no harm."""
        with self._lock:
            if self._closed:
                return
            if self._unsaved:
                self._return_to_file()
            self._closed = True
            with suppress(*FAILURES):
                self._store.close()

    def _read(self, read: Callable[[Store], T]) -> T:
        """Read from the file, from what could be saved of it, or from memory."""
        with self._lock:
            self._check_open()
            return self._somewhere(read)

    def _keep(self, record: Record) -> None:
        """Write one record."""
        self._write([record], lambda store: store.keep(record))

    def _write(self, records: list[Record], write: Callable[[Store], T]) -> T:
        """Write records to the file, or to memory while that does not work."""
        with self._lock:
            self._check_open()
            self._return_to_file()
            done = self._somewhere(write)
            written = {key_of(record): record for record in records}
            self._recorded |= written
            if self._trouble:
                self._unsaved |= written
            return done

    def _somewhere(self, work: Callable[[Store], T], *, may_mend: bool = True) -> T:
        """Work on the file; if that fails on a mended one, and if that fails too in memory."""
        if self._trouble:
            return work(self._store)
        try:
            self._follow_file()
            return work(self._store)
        except FAILURES as failure:
            self._recover(failure, may_mend=may_mend)
        return self._somewhere(work, may_mend=False)

    def _check_open(self) -> None:
        """Refuse to work after `close`."""
        if self._closed:
            raise ProgressError("The record was closed; open_progress() opens it again.")

    def _follow_file(self) -> None:
        """Open the file anew if another one lies in its place: set aside, restored, deleted."""
        if identity(self.path) != self._file:
            store = self._open(PATIENCE)
            self._store.close()
            self._store = store

    def _open(self, patience: float) -> Store:
        """Open the file; a damaged one is set aside and a new one begun."""
        before = identity(self.path)
        try:
            store = open_file(self.path, patience)
        except FAILURES as failure:
            if not is_damage(failure):
                raise
            store = self._begin_anew(before, read_file(self.path))
        self._file = identity(self.path)
        return store

    def _begin_anew(self, damaged: Identity, rescued: list[Record]) -> Store:
        """Set the damaged file aside and open a new one with what is known."""
        aside = set_aside(self.path, damaged)
        store = open_file(self.path)
        try:
            store.merge([*rescued, *self._recorded.values()])
        except BaseException:
            store.close()
            raise
        if aside is not None:
            entries = "1 entry" if len(rescued) == 1 else f"{len(rescued):,} entries"
            self._notice = (
                f"Your record {self.path} was damaged: it is kept as {aside.name}, "
                f"and a new one was begun with the {entries} that could be read."
            )
        return store

    def _recover(self, failure: Failure, *, may_mend: bool) -> None:
        """Go on after a failure: with a new file if the old one is damaged, else in memory."""
        with suppress(sqlite3.Error):
            try:
                self._store.check_version()
            except NewerSchemaError as newer:
                # That the tables are others since is no damage.
                failure = newer
        known = self._store.readable()
        with suppress(*FAILURES):
            self._store.close()
        if is_damage(failure) and may_mend:
            try:
                self._store = self._begin_anew(self._file, known)
            except FAILURES as second:
                failure = second
            else:
                self._file = identity(self.path)
                return
        self._work_in_memory(failure, [*known, *self._recorded.values()])

    def _work_in_memory(self, failure: Failure, known: list[Record]) -> None:
        """Keep everything in memory from now on."""
        if isinstance(failure, NewerSchemaError):
            self._given_up = True
            self._trouble = (
                f"A newer cnnviz wrote {self.path} (version {failure.version} of the record, "
                f"while this one knows {len(MIGRATIONS)}): it stays as it is, and what you do now "
                "is kept in memory only; bring cnnviz up to date, or set CNNVIZ_HOME to another "
                "folder."
            )
        else:
            self._trouble = _in_memory_sentence(self.path, failure)
        self._store = open_memory(known)

    def _return_to_file(self) -> None:
        """Write what is unsaved to the file, if that works by now."""
        if not self._trouble or self._given_up:
            return
        try:
            store = self._open(_IMPATIENCE)
        except FAILURES as failure:
            self._trouble = _in_memory_sentence(self.path, failure)
            return
        try:
            store.merge(self._unsaved.values())
        except FAILURES as failure:
            with suppress(*FAILURES):
                store.close()
            self._trouble = _in_memory_sentence(self.path, failure)
            return
        self._store.close()
        self._store = store
        self._unsaved.clear()
        self._trouble = ""


def _in_memory_sentence(path: Path, failure: Failure) -> str:
    """Say that the file cannot be used, and what that means."""
    return (
        f"Your record {path} cannot be used now, {reason(failure)}: what you do is kept in memory, "
        "and lost when cnnviz ends unless writing works again before."
    )
