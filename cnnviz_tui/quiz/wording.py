"""Texts of questions without their marks, wrapped for lines of plain text."""

from __future__ import annotations

import re
from textwrap import wrap

WIDTH = 78
"""The longest line of plain text."""

_LINK = re.compile(r"\[([^\]]+)\]\(<?[^)>]*>?\)")
_MARK = re.compile(r"[`*]|\\(?=[`*\\])")


def counted(number: int, noun: str) -> str:
    """A number of things: `1 window`, `2 windows`, `1,024 windows`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def unlinked(text: str) -> str:
    """A text in Markdown without its links; what one reads of them stays."""
    return _LINK.sub(r"\1", text)


def unmarked(text: str) -> str:
    """A text without the marks of Markdown."""
    return _MARK.sub("", unlinked(text))


def wrapped(text: str, head: str = "", width: int = WIDTH) -> list[str]:
    """A text on lines of at most `width` characters.

    Args:
        text: the text.
        head: stands before it; further lines are indented as far.
        width: the longest line.
    """
    return wrap(text, width, initial_indent=head, subsequent_indent=" " * len(head))
