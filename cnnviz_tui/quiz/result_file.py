"""The file into which an exam's result goes the moment that it is handed in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cnnviz_tui.quiz.exam import TimedRound
from cnnviz_tui.quiz.result import result_text, write_result
from cnnviz_tui.quiz.skill import QuizError


@dataclass
class ResultFile:
    """Where a result is written, once.

    Attributes:
        path: a .json, .csv or .txt file.
        seeded: whether the command named the seed, so that it leads to the same exam again.
        written: whether it was written.
        problem: one sentence on why it was not; empty where nothing went wrong.
    """

    path: Path
    seeded: bool = True
    written: bool = False
    problem: str = ""

    def check(self, round_: TimedRound) -> None:
        """Make sure that nothing else is written over; an empty file is nothing.

        Raises:
            QuizError: the file exists, and is no result of this exam.
        """
        try:
            content = self.path.read_bytes() if self.path.stat().st_size else b""
        except FileNotFoundError:
            return
        except OSError as error:
            raise QuizError(f"Cannot read '{self.path}': {error.strerror}.") from None
        own = "" if round_.finished is None else result_text(round_, self.path.suffix)
        if content and content != own.encode():
            raise QuizError(
                f"'{self.path}' exists and is no result of this exam: name another file, or add "
                "--force to write over it."
            )

    def write(self, round_: TimedRound) -> None:
        """Write the result of an exam that is handed in, the first time that one asks."""
        if self.written or self.problem:
            return
        try:
            write_result(round_, self.path)
        except OSError as error:
            same = "the same command" + ("" if self.seeded else f" with --seed {round_.seed}")
            self.problem = (
                f"Cannot write '{self.path}': {error.strerror}. The exam is kept: {same} writes it."
            )
        else:
            self.written = True

    @property
    def sentence(self) -> str:
        """What is said of it; empty before it is written."""
        return self.problem or (f"Wrote {self.path}." if self.written else "")
