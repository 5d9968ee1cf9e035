"""Styled spans as Rich text for widgets: links can be clicked."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

from rich.style import Style
from rich.text import Text

from cnnviz_tui.render.marked_text import Spans, spans, wrapped
from cnnviz_tui.render.palette import Palette

TERM = "term:"
"""How a link to the glossary begins."""


def rich_lines(lines: Iterable[Spans], palette: Palette) -> Text:
    """Lines of spans as one text; a link to a term runs the action `define`."""
    text = Text()
    for i, line in enumerate(lines):
        if i:
            text.append("\n")
        for span in line:
            style = Style(
                bold=span.strong or None,
                italic=span.emphasis or None,
                color=f"#{palette.filter:06x}" if span.code else None,
            )
            if span.target.startswith(TERM):
                term = unquote(span.target.removeprefix(TERM))
                style += Style(underline=True, meta={"@click": f"screen.define({term!r})"})
            text.append(span.text, style)
    return text


def rich_marked(marked: str, palette: Palette, width: int) -> Text:
    """A text with inline marks, wrapped to a width."""
    return rich_lines(wrapped(spans(marked), width), palette)
