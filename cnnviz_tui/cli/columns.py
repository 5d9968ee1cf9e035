"""Aligned plain text: labels on the left, texts in a column of their own, at most 80 wide."""

from __future__ import annotations

from collections.abc import Sequence

_WIDTH = 80
_LABEL = 15


def row(label: str, texts: Sequence[str], at: str = "") -> list[str]:
    """Return lines with a label and its texts in a column of their own.

    Args:
        label: what stands on the left of the first line.
        texts: one line each, where it fits.
        at: break a longer text where this stands; never if it is empty.
    """
    lines: list[str] = []
    for text in texts:
        lines += _folded(text, _WIDTH - _LABEL - 2, at) if at else [text]
    return [f"{label if i == 0 else '':<{_LABEL}}  {line}".rstrip() for i, line in enumerate(lines)]


def _folded(text: str, width: int, at: str) -> list[str]:
    """Break a text behind commas and spaces, or in front of an equals sign, to fit the width.

    Code stays code: it is broken inside brackets only, and a comment goes on as a comment.
    """
    comment = text.startswith("# ")
    pieces = text.split(" " if comment else at)
    joint = " " if comment else at
    lines = [pieces[0]]
    for piece in pieces[1:]:
        if len(lines[-1]) + len(joint) + len(piece) <= width:
            lines[-1] += joint + piece
        elif joint == " = ":
            lines.append("= " + piece)
        else:
            lines[-1] += joint.rstrip()
            lines.append(("# " if comment else "    " if joint == ", " else "") + piece)
    return lines
