"""The error of a source that is no network."""

from __future__ import annotations

from cnnviz_tui.shapes.errors import ShapeError


class SourceError(ShapeError):
    """A source that cannot be read as a network at all.

    Args:
        message: one sentence: what was found, what was expected, how to mend it.
        line: where, counted from 1.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message if line is None else f"Line {line}: {message}")
        self.line = line
