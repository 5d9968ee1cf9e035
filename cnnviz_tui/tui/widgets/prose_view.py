"""Markdown text as a widget that is as high as its text."""

from __future__ import annotations

from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

from cnnviz_tui.render.prose import prose_lines
from cnnviz_tui.tui.application import cnnviz_of
from cnnviz_tui.tui.marked import rich_lines


class ProseView(Widget):
    """Shows Markdown; it does not scroll.

    Args:
        markdown: the text.
        classes: style classes.
        prefix: stands before the first line, such as ✓.
    """

    DEFAULT_CSS = "ProseView { width: 1fr; height: auto; }"
    ALLOW_SELECT = False

    def __init__(self, markdown: str, *, classes: str = "", id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(classes=classes, id=id)
        self._markdown = markdown

    @property
    def markdown(self) -> str:
        """The text."""
        return self._markdown

    @markdown.setter
    def markdown(self, text: str) -> None:
        self._markdown = text
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the text has at a width."""
        return len(prose_lines(self._markdown, width)) if self._markdown else 0

    def render(self) -> Text:
        """The text in the colours of the theme."""
        app = cnnviz_of(self)
        return rich_lines(prose_lines(self._markdown, self.content_size.width), app.palette)
