"""A new lesson to begin with."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from cnnviz_tui.course.library import lesson_files
from cnnviz_tui.course.problem import CourseError
from cnnviz_tui.course.table import IDENTITY, is_identity
from cnnviz_tui.files import write_atomically


def new_lesson(identity: str, folder: Path) -> Path:
    """Write a lesson that works into a folder, numbered after the lessons that are there.

    Args:
        identity: the lesson's id.
        folder: made where it does not exist.

    Returns:
        The file.

    Raises:
        CourseError: the id is none, or the file cannot be written.
    """
    if not is_identity(identity):
        raise CourseError(f"“{identity[:60]}” is no id: take {IDENTITY}, as in my-lesson.")
    template = files("cnnviz_tui.course").joinpath("template.md").read_text("utf-8")
    title = identity.replace("-", " ").capitalize()
    text = template.replace("@ID@", identity).replace("@TITLE@", title)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        numbers = [int(re.match(r"\d+", path.name)[0]) for path in lesson_files(folder)]  # type: ignore[index]
        if taken := [p for p in lesson_files(folder) if p.stem.partition("-")[2] == identity]:
            raise CourseError(f"There is '{taken[0]}' already: take another id.")
        path = folder / f"{max(numbers, default=0) + 1:02}-{identity}.md"
        write_atomically(path, text.encode())
    except OSError as error:
        raise CourseError(f"Cannot write into '{folder}': {error.strerror}.") from None
    return path
