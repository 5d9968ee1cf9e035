"""The inline marks of our texts, as styled spans and as plain text, wrapped to a width.

`code`, *emphasis*, **strong**, [text](target) and a backslash before a mark that is meant as it
stands: CommonMark's rules, and nothing else of it. There is no HTML, no picture and no entity, so
that `a <b> & c` reads as it is written. A screen turns the spans into styles of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from cnnviz_tui.foreign_text import one_cell_each

LINE_BREAK: Final = "\n"
"""The text of the span for a line that ends here: two spaces or a backslash at its end."""

_MARKS = re.compile(r"([\\`*_\[\]])")
_NO_BREAK = "\u00a0"
_NARROW_SPACES = str.maketrans(dict.fromkeys("\u2007\u2009\u202f", _NO_BREAK))


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one style.

    Attributes:
        text: its characters, each one cell of a terminal; or `LINE_BREAK`.
        code: whether it is code.
        emphasis: whether it is emphasised.
        strong: whether it is strongly emphasised.
        target: where it leads, percent-encoded as Markdown does it; empty where it is no link.
    """

    text: str
    code: bool = False
    emphasis: bool = False
    strong: bool = False
    target: str = ""


Spans = tuple[Span, ...]


def spans(text: str) -> Spans:
    """The styled stretches of a text with marks; neighbours differ in style."""
    (inline,) = _parser().parseInline(text)
    return _merged(_styled(inline.children or ()))


def plain(text: str) -> str:
    """A text without its marks, on one line; a link becomes its text."""
    return _shown("".join(span.text for span in spans(text))).replace(LINE_BREAK, " ")


def wrapped(pieces: Iterable[Span], width: int) -> tuple[Spans, ...]:
    """Spans on lines of at most `width` cells; there is always a line, if an empty one.

    Lines break at spaces, never at no-break ones. Code that fits on a line stays in one piece;
    what is longer than a line is cut.
    """
    width = max(width, 1)
    lines: list[list[Span]] = [[]]
    used = 0
    for space, word in _words(pieces, width):
        if word == [Span(LINE_BREAK)]:
            lines.append([])
            used = 0
            continue
        length = sum(len(span.text) for span in word)
        if used and used + len(space.text) + length > width:
            lines.append([])
            used = 0
        elif used and space.text:
            lines[-1].append(space)
            used += len(space.text)
        for part in _parts(word, width):
            if used + len(part.text) > width:
                lines.append([])
                used = 0
            lines[-1].append(part)
            used += len(part.text)
    return tuple(_merged(replace(span, text=_shown(span.text)) for span in line) for line in lines)


def literal(text: str) -> str:
    """A text whose own marks are gone, written so that none of its signs is taken for a mark."""
    return _MARKS.sub(r"\\\1", plain(text))


def plain_lines(text: str, width: int) -> list[str]:
    """A text without its marks, on lines as `wrapped` breaks them."""
    return ["".join(span.text for span in line) for line in wrapped(spans(text), width)]


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").disable(["html_inline", "image", "autolink", "entity"])


def _styled(tokens: Iterable[Token]) -> Iterator[Span]:
    styles = [Span("")]  # the innermost last: marks nest
    for token in tokens:
        style = styles[-1]
        match token.type:
            case "text":
                yield replace(style, text=_cells(token.content))
            case "code_inline":
                yield replace(style, text=_cells(token.content), code=True)
            case "softbreak":
                yield replace(style, text=" ")
            case "hardbreak":
                yield Span(LINE_BREAK)
            case "em_open":
                styles.append(replace(style, emphasis=True))
            case "strong_open":
                styles.append(replace(style, strong=True))
            case "link_open":
                styles.append(replace(style, target=str(token.attrGet("href") or "")))
            case _:
                styles.pop()


def _cells(text: str) -> str:
    """The text with one cell a character; no-break spaces of every width stay what they are."""
    text = text.replace("\t", " ").translate(_NARROW_SPACES)
    return _NO_BREAK.join(map(one_cell_each, text.split(_NO_BREAK)))


def _shown(text: str) -> str:
    return text.replace(_NO_BREAK, " ")


def _merged(pieces: Iterable[Span]) -> Spans:
    """Neighbours of one style as one span; a line break stays by itself."""
    found = []
    for style, group in groupby(
        (span for span in pieces if span.text),
        key=lambda span: span if span.text == LINE_BREAK else replace(span, text=""),
    ):
        if style.text == LINE_BREAK:
            found += list(group)
        else:
            found.append(replace(style, text="".join(span.text for span in group)))
    return tuple(found)


def _words(pieces: Iterable[Span], width: int) -> Iterator[tuple[Span, list[Span]]]:
    """What stands between breakable spaces, each with the space before it (or an empty one)."""
    space, word = Span(""), list[Span]()
    for span in pieces:
        if span.text == LINE_BREAK:
            if word:
                yield space, word
            yield Span(""), [span]
            space, word = Span(""), []
            continue
        whole = span.code and len(span.text) <= width
        first, *rest = [span.text] if whole else span.text.split(" ")
        if first:
            word.append(replace(span, text=first))
        for part in rest:
            if word:
                yield space, word
            space, word = replace(span, text=" "), []
            if part:
                word.append(replace(span, text=part))
    if word:
        yield space, word


def _parts(word: list[Span], width: int) -> Iterator[Span]:
    """The spans of a word, those that are longer than a line cut to its width."""
    for span in word:
        for start in range(0, len(span.text), width):
            yield replace(span, text=span.text[start : start + width])
