"""Markdown text as lines of styled spans: paragraphs, lists, tables, code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from cnnviz_tui.foreign_text import one_cell_each
from cnnviz_tui.render.marked_text import Span, Spans, spans, wrapped

_NARROWEST = 8
_NARROWEST_COLUMN = 2
_GAP = "  "


@lru_cache(maxsize=256)
def prose_lines(markdown: str, width: int) -> tuple[Spans, ...]:
    """A text on lines of at most `width` cells, with an empty line between its blocks."""
    lines: list[Spans] = []
    for block in _blocks(_parser().parse(markdown), max(width, _NARROWEST)):
        if lines:
            lines.append(())
        lines += block
    return tuple(lines)


def plain_prose(markdown: str, width: int) -> list[str]:
    """The same lines as text without styles."""
    return ["".join(span.text for span in line) for line in prose_lines(markdown, width)]


@cache
def _parser() -> MarkdownIt:
    # Marks within a paragraph are read by `spans`.
    return MarkdownIt("commonmark").enable("table").disable(["html_block", "inline"])


def _blocks(tokens: Sequence[Token], width: int) -> Iterator[list[Spans]]:
    """Each block of a sequence of tokens as its lines."""
    i = 0
    while i < len(tokens):
        token = tokens[i]
        stop = _end(tokens, i)
        inner = tokens[i + 1 : stop]
        match token.type:
            case "paragraph_open":
                yield list(wrapped(spans(inner[0].content), width))
            case "heading_open":
                strong = f"**{inner[0].content}**"
                yield list(wrapped(spans(strong), width))
            case "bullet_list_open" | "ordered_list_open":
                yield _list(token, inner, width)
            case "blockquote_open":
                quoted = _stacked(inner, width - 2)
                yield [(Span("│ "), *line) for line in quoted]
            case "table_open":
                yield _table(inner, width)
            case "fence" | "code_block":
                yield _code(token.content, width)
            case "hr":
                yield [(Span("─" * width),)]
        i = stop + 1


def _end(tokens: Sequence[Token], start: int) -> int:
    """The place of the token that closes the one at `start`; itself where it needs none."""
    if tokens[start].nesting != 1:
        return start
    level = tokens[start].level
    return next(
        i for i in range(start + 1, len(tokens))
        if tokens[i].level == level and tokens[i].nesting == -1
    )  # fmt: skip


def _stacked(tokens: Sequence[Token], width: int) -> list[Spans]:
    lines: list[Spans] = []
    for block in _blocks(tokens, width):
        lines += block
    return lines


def _list(token: Token, inner: Sequence[Token], width: int) -> list[Spans]:
    numbered = token.type == "ordered_list_open"
    number = int(token.attrGet("start") or 1)
    lines: list[Spans] = []
    i = 0
    while i < len(inner):
        stop = _end(inner, i)
        sign = f"{number}. " if numbered else "• "
        item = _stacked(inner[i + 1 : stop], width - len(sign))
        for row, line in enumerate(item or [()]):
            lines.append((Span(sign if row == 0 else " " * len(sign)), *line))
        number += 1
        i = stop + 1
    return lines


def _table(inner: Sequence[Token], width: int) -> list[Spans]:
    rows: list[list[Spans]] = []
    for token in inner:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(spans(token.content))
    rights = [
        "right" in str(token.attrGet("style") or "") for token in inner if token.type == "th_open"
    ]
    widths = [max(_length(row[c]) for row in rows) for c in range(len(rows[0]))]
    while sum(widths) + len(_GAP) * (len(widths) - 1) > width and max(widths) > _NARROWEST_COLUMN:
        widths[widths.index(max(widths))] -= 1
    lines: list[Spans] = []
    for r, row in enumerate(rows):
        cells = [wrapped(cell, widths[c]) for c, cell in enumerate(row)]
        for depth in range(max(map(len, cells))):
            line: list[Span] = []
            for c, cell in enumerate(cells):
                text = cell[depth] if depth < len(cell) else ()
                free = " " * (widths[c] - _length(text))
                line += [Span(free), *text] if rights[c] else [*text, Span(free)]
                if c < len(cells) - 1:
                    line.append(Span(_GAP))
            lines.append(tuple(line))
        if r == 0:
            total = sum(widths) + len(_GAP) * (len(widths) - 1)
            lines.append((Span("─" * total),))
    return lines


def _code(text: str, width: int) -> list[Spans]:
    lines: list[Spans] = []
    for line in text.rstrip("\n").split("\n"):
        shown = one_cell_each(line.expandtabs(4))
        starts = range(0, max(len(shown), 1), width - 2)
        lines += [(Span("  "), Span(shown[i : i + width - 2], code=True)) for i in starts]
    return lines


def _length(line: Spans) -> int:
    return sum(len(span.text) for span in line)
