"""The text of a model: line numbers, and marks on the line that fails and the one in view."""

from __future__ import annotations

import re

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.strip import Strip
from textual.widgets import TextArea

from cnnviz_tui.render.palette import DARK, Colour, Palette, channels_of

_TOKENS = re.compile(r"(?P<comment>#.*)|(?P<text>\"[^\"]*\"|'[^']*')|(?P<number>\b\d[\d_.]*\b)")


class ModelArea(TextArea):
    """A text area for source text; tab goes on to the next part, enter keeps the indentation.

    Args:
        text: what stands there at first.
        palette: the colours of the marks and of numbers.
    """

    def __init__(self, text: str, palette: Palette = DARK, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(
            text,
            soft_wrap=False,
            show_line_numbers=True,
            compact=True,
            id=id,
            placeholder="paste a model here",
        )
        self._palette = palette
        self._failing: int | None = None
        self._remark = ""
        self._shown: int | None = None

    def use_palette(self, palette: Palette) -> None:
        """Take other colours."""
        self._palette = palette
        self.notify_style_update()
        self.refresh()

    def mark(self, failing: int | None, remark: str = "", shown: int | None = None) -> None:
        """Mark lines, counted from 1.

        Args:
            failing: the line that does not fit, with ✗.
            remark: what is written behind it where there is room.
            shown: the line of the layer that is looked at, with ›.
        """
        if (failing, remark, shown) != (self._failing, self._remark, self._shown):
            self._failing, self._remark, self._shown = failing, remark, shown
            self.refresh()

    def reveal(self, line: int) -> None:
        """Scroll so that a line, counted from 1, can be seen; the cursor stays where it is."""
        top, height = round(self.scroll_y), self.size.height
        if not top < line <= top + height:
            self.scroll_to(y=max(line - 1 - height // 2, 0), animate=False, force=True)

    def replace_all(self, text: str) -> None:
        """Put in another text as one edit that can be undone; what is alike stays untouched."""
        old = self.text
        if text == old:
            return
        start = 0
        most = min(len(old), len(text))
        while start < most and old[start] == text[start]:
            start += 1
        end = 0
        while end < most - start and old[-1 - end] == text[-1 - end]:
            end += 1
        here, there = (
            self.document.get_location_from_index(index)  # type: ignore[attr-defined]
            for index in (start, len(old) - end)
        )
        self.history.checkpoint()
        self.replace(text[start : len(text) - end], here, there, maintain_selection_offset=False)
        self.history.checkpoint()

    async def _on_key(self, event: events.Key) -> None:
        """Enter goes on below the first letter of the line."""
        if event.key == "enter" and not self.read_only:
            event.stop()
            event.prevent_default()
            row, column = self.cursor_location
            line = self.document.get_line(row)[:column]
            deeper = 4 if line.rstrip().endswith(":") else 0
            self.insert("\n" + " " * (len(line) - len(line.lstrip()) + deeper))
            return
        await super()._on_key(event)

    def get_line(self, line_index: int) -> Text:
        """The line with its numbers, texts and comments in colours of their own."""
        line = super().get_line(line_index)
        palette = self._palette
        colours = {"comment": palette.dim, "text": palette.output, "number": palette.filter}
        for found in _TOKENS.finditer(line.plain):
            line.stylize(_ink(colours[found.lastgroup or ""]), *found.span())
        return line

    def render_line(self, y: int) -> Strip:
        """The line with its marks, in the gutter and behind it."""
        strip = super().render_line(y)
        line = y + round(self.scroll_y) + 1
        failing = line == self._failing
        if not failing and line != self._shown:
            return strip
        palette, gutter = self._palette, self.gutter_width
        colour, sign = (palette.wrong, "✗ ") if failing else (palette.input, "› ")
        style = (next(iter(strip)).style or Style()) + _ink(colour, bold=True)
        number = Strip([Segment(f"{line:>{gutter - 2}}{sign}", style)], gutter)
        marked = Strip.join([number, strip.crop(gutter)])
        return self._with_remark(marked, style) if failing else marked

    def _with_remark(self, strip: Strip, style: Style) -> Strip:
        """The strip with the remark behind its text, if there is room for it."""
        used = len(strip.text.rstrip()) + 2
        width = self.size.width
        if not self._remark or used + len(self._remark) > width:
            return strip
        remark = Strip([Segment(self._remark, style)], len(self._remark))
        return Strip.join([strip.crop(0, used), remark, strip.crop(used + len(self._remark))])


def _ink(colour: Colour, *, bold: bool = False) -> Style:
    red, green, blue = channels_of(colour)
    return Style(color=f"rgb({red},{green},{blue})", bold=bold)
