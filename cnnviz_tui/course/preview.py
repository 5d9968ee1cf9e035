"""A lesson file that is being written: read again whenever it changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cnnviz_tui.course.problem import CourseError
from cnnviz_tui.course.reading import Reading, read_lesson, read_text
from cnnviz_tui.course.session import LessonSession

_MOST_SHOWN = 4


@dataclass
class Preview:
    """A lesson file and its state on the disk.

    Attributes:
        path: the file.
    """

    path: Path
    _signature: tuple[int, int] | None = field(default=None, init=False)

    def session(self) -> LessonSession:
        """A session of the file as it is now, which records nothing.

        Raises:
            CourseError: nothing of it can be shown.
        """
        self._signature = self._present()
        reading = read_lesson(read_text(self.path), self.path)
        if reading.lesson is None:
            raise CourseError(str(reading.problems[0]))
        return LessonSession(reading.lesson, complaints=_complaints(reading))

    def refresh(self, session: LessonSession) -> bool:
        """Take the file into a session if it was saved anew; False where it was not."""
        present = self._present()
        if present == self._signature:
            return False
        self._signature = present
        try:
            reading = read_lesson(read_text(self.path), self.path)
        except CourseError as error:
            session.complaints = (str(error),)
            return True
        session.complaints = _complaints(reading)
        if reading.lesson is not None:
            session.reload(reading.lesson)
        return True

    def _present(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size


def _complaints(reading: Reading) -> tuple[str, ...]:
    shown = [f"{p.line}:{p.column}: {p.message}" for p in reading.problems[:_MOST_SHOWN]]
    if len(reading.problems) > _MOST_SHOWN:
        shown.append(f"and {len(reading.problems) - _MOST_SHOWN} more: cnnviz lessons check")
    return tuple(shown)
