"""Aligned plain text: labels on the left, texts in a column of their own, at most 80 wide."""

from __future__ import annotations

from collections.abc import Iterable

_LABEL = 15
_TEXT = 80 - _LABEL - 2


def row(label: str, *texts: str) -> list[str]:
    """Return lines with a label and texts, each on a line of its own.

    A text that is too long is broken in front of equals signs, else between words.
    """
    equations = (line for text in texts for line in _folded(text.split(" = "), " = ", "= "))
    return _labelled(label, (line for text in equations for line in _folded(text.split(" "), " ")))


def code_row(label: str, code: str) -> list[str]:
    """Return lines with a label and code on one line, however long, so that it can be copied.

    Only a comment is broken, and goes on as a comment.
    """
    if code.startswith("# "):
        return _labelled(label, _folded(code.split(" "), " ", "# "))
    return _labelled(label, [code])


def _folded(pieces: list[str], joint: str, opening: str = "") -> Iterable[str]:
    """Join the pieces into lines that fit; later lines begin with ``opening``."""
    line = pieces[0]
    for piece in pieces[1:]:
        if len(line) + len(joint) + len(piece) <= _TEXT:
            line += joint + piece
        else:
            # The sign of an equation stands in the opening of the next line instead.
            yield line
            line = opening + piece
    yield line


def _labelled(label: str, lines: Iterable[str]) -> list[str]:
    """Put the label in front of the first line and room in front of the others."""
    return [
        f"{'' if number else label:<{_LABEL}}  {line}".rstrip() for number, line in enumerate(lines)
    ]
