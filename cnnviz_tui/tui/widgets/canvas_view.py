"""One widget that shows a finished canvas and says what the mouse does on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from cnnviz_tui.render.canvas import Canvas, Run
from cnnviz_tui.render.palette import channels_of

# Textual's filter for NO_COLOR fails on segments that have no style at all.
_NO_STYLE = Style()


class CanvasView(Widget, can_focus=True):
    """Shows a canvas; only the lines that changed are drawn again."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "CanvasView { width: 1fr; height: 1fr; }"

    @dataclass
    class Pointed(Message):
        """The mouse is over `target` (None: over nothing)."""

        target: object | None

        def can_replace(self, message: Message) -> bool:
            """Only the latest place of the mouse counts."""
            return isinstance(message, CanvasView.Pointed)

    @dataclass
    class Pressed(Message):
        """The mouse was pressed on `target`."""

        target: object

    @dataclass
    class Dragged(Message):
        """The mouse moved over `target` with a button held down."""

        target: object

        def can_replace(self, message: Message) -> bool:
            """Only the latest place of the mouse counts."""
            return isinstance(message, CanvasView.Dragged)

    @dataclass
    class Wheeled(Message):
        """The wheel turned over `target`: −1 up, 1 down."""

        target: object | None
        direction: int

    @dataclass
    class Resized(Message):
        """The room for a canvas changed."""

        width: int
        height: int

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._canvas: Canvas | None = None

    @property
    def canvas(self) -> Canvas | None:
        """What is shown."""
        return self._canvas

    def show(self, canvas: Canvas) -> None:
        """Show a canvas instead of the present one."""
        previous, self._canvas = self._canvas, canvas
        if previous is None or previous.points.shape != canvas.points.shape:
            self.refresh()
            return
        changed = canvas.changed_lines(previous)
        if changed:
            self.refresh(*_regions(changed, canvas.width))

    def render_line(self, y: int) -> Strip:
        """Line `y` of the canvas."""
        canvas = self._canvas
        if canvas is None or y >= canvas.height:
            return Strip.blank(self.size.width, _NO_STYLE)
        return Strip(
            [Segment(run.text, style_of(run)) for run in canvas.runs(y)], canvas.width
        ).adjust_cell_length(self.size.width, _NO_STYLE)

    def on_resize(self, event: events.Resize) -> None:
        """Ask for a canvas of the new size."""
        self.post_message(self.Resized(event.size.width, event.size.height))

    def _target(self, event: events.MouseEvent) -> object | None:
        return self._canvas.target_at(event.x, event.y) if self._canvas else None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Report what the mouse points at or is dragged over."""
        target = self._target(event)
        if event.button and target is not None:
            self.post_message(self.Dragged(target))
        else:
            self.post_message(self.Pointed(target))

    def on_leave(self) -> None:
        """The mouse points at nothing any more."""
        self.post_message(self.Pointed(None))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Report what was pressed."""
        target = self._target(event)
        if target is not None:
            self.capture_mouse()
            self.post_message(self.Pressed(target))

    def on_mouse_up(self) -> None:
        """End a drag."""
        self.release_mouse()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Report the wheel."""
        self.post_message(self.Wheeled(self._target(event), -1))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Report the wheel."""
        self.post_message(self.Wheeled(self._target(event), 1))


def _regions(lines: list[int], width: int) -> list[Region]:
    """Changed lines as few rectangles: neighbours are drawn together."""
    regions: list[Region] = []
    start = previous = lines[0]
    for y in [*lines[1:], -1]:
        if y != previous + 1:
            regions.append(Region(0, start, width, previous - start + 1))
            start = y
        previous = y
    return regions


@lru_cache(maxsize=16384)
def _style(foreground: int, background: int, bold: bool, underline: bool) -> Style:
    return Style(
        color=Color.from_rgb(*channels_of(foreground)),
        bgcolor=Color.from_rgb(*channels_of(background)),
        bold=bold,
        underline=underline,
    )


def style_of(run: Run) -> Style:
    """The terminal style of a run."""
    return _style(run.foreground, run.background, run.bold, run.underline)
