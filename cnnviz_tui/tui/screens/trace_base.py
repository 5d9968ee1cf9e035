"""A model's text, traced while it is typed, and what is known of it painted beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, TextArea

from cnnviz_tui.networks.result import Fix, Trace
from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.explorer import SMALLEST, paint_keys, too_small
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.render.trace import (
    TraceLook,
    failing_line,
    key_hints,
    paint_breadcrumb,
    paint_trace,
    remark_on,
)
from cnnviz_tui.render.trace_layers import TracePicture
from cnnviz_tui.samples.models import variants
from cnnviz_tui.tui.model_source import Answer, Request, answer_to
from cnnviz_tui.tui.screens.painted import PaintedScreen
from cnnviz_tui.tui.widgets.canvas_view import CanvasView
from cnnviz_tui.tui.widgets.model_area import ModelArea
from cnnviz_tui.tui.widgets.trace_fields import TraceFields

DEBOUNCE = 0.15
"""Seconds without a key after which a text is traced."""


class TraceBase(PaintedScreen):
    """A model's text and every size on the way through it. A subclass says what keys do.

    Args:
        text: the model; without, the first example, broken, is there to be mended.
        inputs: the shape of its input, as one types it.
        model: which class, function or variable of the text.
        title: what it is called.
    """

    CSS_PATH = "trace.tcss"
    # From the second width on the text stands beside what is known of it.
    HORIZONTAL_BREAKPOINTS = [(0, "-stacked"), (110, "-wide")]  # noqa: RUF012 - as in Textual

    @dataclass
    class Traced(Message):
        """A request was answered."""

        request: Request
        answer: Answer

    def __init__(
        self, text: str | None = None, inputs: str = "", model: str = "", *, title: str = ""
    ) -> None:
        super().__init__(name="trace")
        if text is None:
            _, first, *_ = variants()
            text, inputs, title = first.text, inputs or first.input, first.title
        self._title = title, text
        self.picture: TracePicture | None = None
        self.look = TraceLook()
        self.answered: Request | None = None
        self.first = Request(text, inputs, model)
        self._tracing = False
        self._timer: Timer | None = None

    # -- the parts --------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Title, fields, the text, what is known of it, keys."""
        yield CanvasView(id="trace-title")
        yield TraceFields(self.first.inputs, self.first.model)
        with Container(id="trace-body"):
            yield ModelArea(self.first.text, self.cnnviz.palette, id="trace-text")
            yield CanvasView(id="frame")
        yield CanvasView(id="trace-keys")

    @property
    def view(self) -> CanvasView:
        """The widget that shows table, volumes and lesson."""
        return self.query_one("#frame", CanvasView)

    @property
    def area(self) -> ModelArea:
        """The text."""
        return self.query_one(ModelArea)

    @property
    def title_of_text(self) -> str:
        """What the text is called, and that it is no longer the one that had this name."""
        title, text = self._title
        edited = self.answered is not None and self.answered.text != text
        return f"{title}, edited" if title and edited else title

    @property
    def fields(self) -> TraceFields:
        """The fields above the text."""
        return self.query_one(TraceFields)

    @property
    def trace(self) -> Trace | None:
        """What is known of the last text that could be read."""
        return None if self.picture is None else self.picture.trace

    @property
    def rows(self) -> int:
        """The rows of the table."""
        return 0 if self.picture is None else self.picture.rows

    @property
    def request(self) -> Request:
        """What stands in the text and the fields now."""
        return Request(self.area.text, *self.fields.values)

    def on_mount(self) -> None:
        """Trace what is there."""
        for name in ("title", "keys"):
            self.query_one(f"#trace-{name}", CanvasView).can_focus = False
        self.app.theme_changed_signal.subscribe(
            self, lambda _: self.area.use_palette(self.cnnviz.palette)
        )
        self._start()

    def on_resize(self, event: events.Resize) -> None:
        """In a terminal that is too small only a sentence stays."""
        small = event.size.width < SMALLEST[0] or event.size.height < SMALLEST[1]
        self.set_class(small, "-small")

    # -- tracing ----------------------------------------------------------------------------------

    @on(TextArea.Changed)
    @on(Input.Changed)
    def _typed(self) -> None:
        """Wait until the hand rests; what is shown stays until there is something new."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(DEBOUNCE, self._start)

    def _start(self) -> None:
        """Trace what is there now, unless a trace is under way: then the newest text is next."""
        request = self.request
        if self._tracing or request == self.answered:
            return
        self._tracing = True
        self._show(busy=True)
        self._trace(request)

    @work(thread=True, exclusive=True)
    def _trace(self, request: Request) -> None:
        """Trace on a thread of its own; how long that takes is bounded by the tracer."""
        self.post_message(self.Traced(request, answer_to(request)))

    @on(Traced)
    def _traced(self, message: Traced) -> None:
        self._tracing = False
        self.answered, answer = message.request, message.answer
        if answer.picture is not None:
            self.picture = answer.picture
            last = max(self.rows - 1, 0)
            fits = self.picture.trace.ok
            self._show(row=min(self.look.row, last) if fits else last, fix=0)
        elif not message.request.text.strip():
            self.picture = None
        self._show(busy=False, failure=answer.failure if message.request.text.strip() else "")
        if self.look.part == "fixes" and not self._fixes:
            self._show(part="table")
        self._mark(answer.line)
        self._start()

    def _mark(self, unread: int | None = None) -> None:
        """Mark the line that does not fit, and that of the layer under the cursor."""
        error = self.trace.error if self.trace is not None and not self.look.failure else None
        failing, remark = unread, ""
        if error is not None:
            failing, remark = failing_line(error), remark_on(error)
        shown = self._line_of_row() if self.look.part == "table" else None
        self.area.mark(failing, remark, shown)
        line = shown if self.look.part == "table" else failing
        if line is not None and not self.area.has_focus:
            self.area.reveal(line)

    def _line_of_row(self) -> int | None:
        """Where the layer under the cursor is made."""
        if self.trace is None or self.look.failure:
            return None
        if self.look.row < len(self.trace.layers):
            node = self.trace.layers[self.look.row].node
            return node.line if node.line is not None else node.call_line
        return None if self.trace.error is None else failing_line(self.trace.error)

    @property
    def _fixes(self) -> tuple[Fix, ...]:
        error = self.trace.error if self.trace is not None else None
        return () if error is None or self.look.failure else error.fixes

    # -- what is shown ----------------------------------------------------------------------------

    def _show(self, **changes: Any) -> None:
        """Show something else; what is not named stays."""
        self.look = replace(self.look, **changes)
        self.redraw()

    def painted(self, width: int, height: int, palette: Palette) -> Canvas:
        """Table, volumes and lesson at a size."""
        canvas = Canvas(width, height, palette)
        if not too_small(canvas, self.size.width, self.size.height):
            paint_trace(canvas, self.picture, self.look)
        return canvas

    def redraw(self) -> None:
        """Paint title, trace and keys anew."""
        super().redraw()
        if not self.is_mounted:
            return
        palette = self.cnnviz.palette
        title = self.query_one("#trace-title", CanvasView)
        keys = self.query_one("#trace-keys", CanvasView)
        if not (title.size.width and keys.size.width):
            return
        canvas = Canvas(title.size.width, 1, palette)
        paint_breadcrumb(canvas, self.title_of_text)
        title.show(canvas)
        canvas = Canvas(keys.size.width, 1, palette)
        paint_keys(canvas, key_hints(self.picture, self.look, self.view.size.height), 0)
        keys.show(canvas)
