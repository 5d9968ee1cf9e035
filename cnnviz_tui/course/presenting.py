"""What a presenting cnnviz tells the lecturer's second terminal: which step is on the screen."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from time import time

from cnnviz_tui.course.session import LessonSession
from cnnviz_tui.files import write_atomically
from cnnviz_tui.frozen import Frozen
from cnnviz_tui.progress import data_folder

_LARGEST = 10_000


class Announced(Frozen):
    """Where a presentation is.

    Attributes:
        lesson: the lesson's id.
        step: the step, from 0.
        waiting: whether a question waits for the room.
        begun: when the presentation began, in seconds since 1970.
    """

    lesson: str
    step: int
    waiting: bool
    begun: float


def announcement_file() -> Path:
    """The file through which the two terminals speak."""
    return data_folder() / "presenting.json"


def announce(session: LessonSession, begun: float | None = None) -> float:
    """Tell where a presentation is; returns when it began. Failing to tell stops nothing.

    Args:
        session: the presentation.
        begun: when it began; now where it begins.
    """
    begun = time() if begun is None else begun
    told = {
        "lesson": session.lesson.id,
        "step": session.step_index,
        "waiting": session.open_question is not None,
        "begun": begun,
    }
    with suppress(OSError):
        path = announcement_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps(told).encode())
    return begun


def announce_the_end() -> None:
    """Tell that nothing is presented any more."""
    with suppress(OSError):
        announcement_file().unlink(missing_ok=True)


def announced() -> Announced | None:
    """What was told last; None where nothing was, or nothing that makes sense."""
    try:
        with announcement_file().open("rb") as file:
            told = json.loads(file.read(_LARGEST))
        return Announced(
            str(told["lesson"]), int(told["step"]), bool(told["waiting"]), float(told["begun"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
