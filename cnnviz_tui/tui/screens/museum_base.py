"""What all screens of the museum share: title, body, keys, and what the mouse does."""

from __future__ import annotations

from abc import abstractmethod

from textual import on

from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.explorer import (
    ActionTarget,
    Frame,
    KeyHint,
    Setting,
    Timeline,
    paint_keys,
    paint_title,
)
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.tui.screens.painted import PaintedScreen
from cnnviz_tui.tui.widgets.canvas_view import CanvasView


class MuseumBase(PaintedScreen):
    """A screen of the museum. A subclass says where one is, what keys do, and paints its body."""

    @property
    @abstractmethod
    def crumbs(self) -> tuple[str, ...]:
        """Where one is, below the museum."""

    @property
    @abstractmethod
    def hints(self) -> tuple[KeyHint, ...]:
        """The keys of the last line."""

    @property
    def settings(self) -> tuple[Setting, ...]:
        """The numbers that govern what is shown."""
        return ()

    @abstractmethod
    def paint_body(self, canvas: Canvas, y: int, height: int) -> None:
        """Paint what stands between title and keys."""

    def pressed(self, target: object) -> None:
        """The mouse was pressed on something that is not a key."""

    def turned(self, direction: int) -> None:
        """The wheel was turned up, −1, or down, 1."""

    def painted(self, width: int, height: int, palette: Palette) -> Canvas:
        """The screen at a size."""
        canvas = Canvas(width, height, palette)
        if self.cramped(canvas):
            return canvas
        # What there is to scroll, and so what the keys do, is known once the body is painted.
        self.paint_body(canvas, 1, height - 2)
        frame = Frame(
            breadcrumb=("cnnviz", "museum", *self.crumbs),
            settings=self.settings, selected=None, changed="", formulas=(), before=(), sums=(),
            caption="", timeline=Timeline(0, 0, playing=False, speed=0), keys=self.hints,
        )  # fmt: skip
        paint_title(canvas, frame)
        paint_keys(canvas, frame.keys, height - 1)
        return canvas

    @on(CanvasView.Pressed)
    async def _pressed(self, event: CanvasView.Pressed) -> None:
        match event.target:
            case ActionTarget(action):
                await self.run_action(action)
            case target:
                self.pressed(target)

    @on(CanvasView.Wheeled)
    def _wheeled(self, event: CanvasView.Wheeled) -> None:
        self.turned(event.direction)
