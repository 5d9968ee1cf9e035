"""Texts of questions without their marks, wrapped for lines of plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from textwrap import wrap

WIDTH = 78
"""The longest line of plain text."""

INDENT = " " * 4
"""What lines begin with that stay as they are."""

FENCE = "```"
"""What stands in Markdown above and below lines that stay as they are."""

_FENCED = re.compile(r"(?ms)^(```.*?^```)$")
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


def paragraphs(markdown: str) -> Iterator[str]:
    """The paragraphs of a text; code between fences is one, whatever lines it has."""
    for i, part in enumerate(_FENCED.split(markdown)):
        if i % 2:
            yield part
        else:
            yield from (one for one in part.strip("\n").split("\n\n") if one)


def plain_paragraphs(markdown: str) -> Iterator[str]:
    """The paragraphs of a text without marks; code and tables are indented and keep their lines."""
    for paragraph in paragraphs(markdown):
        lines = paragraph.split("\n")
        if paragraph.startswith(FENCE):
            yield "\n".join(f"{INDENT}{line}".rstrip() for line in lines[1:-1])
        elif paragraph.startswith("|"):
            rows = (line for line in lines if line.strip("|-: "))
            yield "\n".join(f"{INDENT}{unmarked(row)}" for row in rows)
        else:
            yield paragraph if paragraph.startswith(INDENT) else unmarked(paragraph)


def wrapped(text: str, head: str = "", width: int = WIDTH) -> list[str]:
    """A text on lines of at most `width` characters.

    Args:
        text: the text.
        head: stands before it; further lines are indented as far.
        width: the longest line.
    """
    indent = " " * len(head)
    return wrap(text, width, initial_indent=head, subsequent_indent=indent, break_on_hyphens=False)


def solution_lines(solution: Iterable[str], head: str = "", width: int = WIDTH) -> list[str]:
    """A worked solution for plain text: what fits stays as it is, longer paragraphs are wrapped.

    Args:
        solution: its paragraphs, formulas and rows of grids.
        head: stands before every line.
        width: the longest line.
    """
    lines: list[str] = []
    for line in solution:
        whole = f"{head}{line}".rstrip()
        lines += [whole] if len(whole) <= width else wrapped(line, head, width)
    return lines
