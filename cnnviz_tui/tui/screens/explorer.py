"""What every explorer does alike: playing, stepping, scrubbing, settings, help, saving."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from time import monotonic
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.timer import Timer

from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.explorer import (
    ActionTarget,
    Frame,
    Scene,
    SettingTarget,
    Timeline,
    TimelineTarget,
    paint_frame,
)
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.tui.screens.painted import PaintedScreen
from cnnviz_tui.tui.widgets.canvas_view import CanvasView
from cnnviz_tui.walkthroughs.player import Player

FRAMES_PER_SECOND = 30


class ExplorerScreen(PaintedScreen):
    """A walkthrough on a stage, played and steered.

    A subclass says what to show (`frame`, `scene`), what its parts are and what keys do in them.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "toggle_play", "play or pause", priority=True),
        Binding("right", "move(1)", "one step forth; in a part: one cell to the right"),
        Binding("left", "move(-1)", "one step back; in a part: one cell to the left"),
        Binding("down", "move_down(1)", "one row of the output on; in a part: down"),
        Binding("up", "move_down(-1)", "one row of the output back; in a part: up"),
        Binding("home", "seek_share(0)", "first step"),
        Binding("end", "seek_share(1)", "last step"),
        Binding("plus,equals_sign", "faster", "faster", key_display="+"),
        Binding("minus", "slower", "slower", key_display="-"),
        Binding("tab", "next_part(1)", "to the next part", priority=True),
        Binding("shift+tab", "next_part(-1)", "to the previous part", priority=True),
        Binding("enter", "open", "open what is under the cursor"),
        *PaintedScreen.BINDINGS,
    ]

    parts: ClassVar[tuple[str, ...]] = ("player",)
    lowest: ClassVar[int] = 14

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name)
        self.player = Player(0)
        self.part = self.parts[0]
        self.pointed: object | None = None
        self._timer: Timer | None = None

    # -- what a subclass says -----------------------------------------------------------------

    @abstractmethod
    def frame(self) -> Frame:
        """Everything around the stage; its timeline is filled in here."""

    @abstractmethod
    def scene(self, palette: Palette) -> Scene:
        """What stands on the stage."""

    @abstractmethod
    def move_cursor(self, down: int, right: int) -> None:
        """Move the cursor of the part that keys act on."""

    @abstractmethod
    def change_setting(self, index: int, direction: int) -> None:
        """Set a setting one up or down; with 0 only select it."""

    @abstractmethod
    def press(self, target: object) -> None:
        """Something of the stage was pressed."""

    @abstractmethod
    def steps_per_row(self) -> int:
        """How many steps make a row of the output."""

    # -- drawing ------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Begin to listen to the clock."""
        self._timer = self.set_interval(1 / FRAMES_PER_SECOND, self._tick, pause=True)

    @property
    def place(self) -> str:
        """The step, counted from 1."""
        return str(self.player.position + 1)

    def painted(self, width: int, height: int, palette: Palette) -> Canvas:
        """The frame at a size."""
        canvas = Canvas(width, height, palette)
        if not self.cramped(canvas):
            paint_frame(canvas, self.framed(), self.scene(palette))
        return canvas

    def framed(self) -> Frame:
        """The frame with its timeline filled in."""
        player = self.player
        timeline = Timeline(player.position, player.length, player.playing, player.speed)
        return replace(self.frame(), timeline=timeline)

    # -- time -----------------------------------------------------------------------------------

    def _tick(self) -> None:
        if self.player.tick(monotonic()):
            self.after_moving()

    def after_moving(self) -> None:
        """Show where the player is; the clock only runs while it plays."""
        if self._timer is not None:
            if self.player.playing:
                self._timer.resume()
            else:
                self._timer.pause()
        self.redraw()

    def on_screen_suspend(self) -> None:
        """Another screen covers this one: stop the clock when it hides it all."""
        if self._timer is not None and not self.app.screen.is_modal:
            self._timer.pause()

    def on_screen_resume(self) -> None:
        """Go on where one was."""
        self.after_moving()

    def action_toggle_play(self) -> None:
        """Play or pause."""
        self.player.toggle(monotonic())
        self.after_moving()

    def action_move(self, steps: int) -> None:
        """One step forth or back, or one cell right or left in a part with a cursor."""
        if self.part == self.parts[0]:
            self.player.move(steps)
            self.after_moving()
        else:
            self.move_cursor(0, steps)
            self.redraw()

    def action_move_down(self, rows: int) -> None:
        """One row of the output on or back, or one cell down or up."""
        if self.part == self.parts[0]:
            self.player.move(rows * max(self.steps_per_row(), 1))
            self.after_moving()
        else:
            self.move_cursor(rows, 0)
            self.redraw()

    def action_seek_share(self, share: float) -> None:
        """Go to a place between the first step (0) and the last (1)."""
        self.player.seek(round(share * (self.player.length - 1)), monotonic())
        self.after_moving()

    def action_faster(self) -> None:
        """The next higher speed."""
        self.player.change_speed(1, monotonic())
        self.redraw()

    def action_slower(self) -> None:
        """The next lower speed."""
        self.player.change_speed(-1, monotonic())
        self.redraw()

    # -- parts and the mouse --------------------------------------------------------------------

    def enter_parts(self) -> None:
        """Begin with the settings: the player has its keys all the time."""
        self.part = self.parts[min(1, len(self.parts) - 1)]
        super().enter_parts()
        self.redraw()

    def leave_parts(self) -> None:
        """Leave the keys to the player."""
        self.part = self.parts[0]
        self.redraw()

    def at_last_part(self, direction: int) -> bool:
        """Whether the next part is one that was seen already."""
        return self.part == self.parts[-1 if direction > 0 else 0]

    def action_next_part(self, direction: int = 1) -> None:
        """Let the keys act on the next part."""
        self.part = self.parts[(self.parts.index(self.part) + direction) % len(self.parts)]
        self.redraw()

    def action_up(self) -> None:
        """Out of a part first, then back to where one came from."""
        if self.part != self.parts[0]:
            self.part = self.parts[0]
            self.redraw()
        else:
            self.cnnviz.go_up()

    @on(CanvasView.Pointed)
    def _pointed(self, event: CanvasView.Pointed) -> None:
        if event.target != self.pointed:
            self.pointed = event.target
            self.redraw()

    @on(CanvasView.Pressed)
    async def _pressed(self, event: CanvasView.Pressed) -> None:
        await self._use(event.target)

    @on(CanvasView.Dragged)
    async def _dragged(self, event: CanvasView.Dragged) -> None:
        if isinstance(event.target, TimelineTarget):
            await self._use(event.target)

    async def _use(self, target: object) -> None:
        match target:
            case TimelineTarget(share):
                self.action_seek_share(share)
            case ActionTarget(action):
                await self.run_action(action)
            case SettingTarget(index, change):
                self.change_setting(index, change)
            case _:
                self.press(target)

    @on(CanvasView.Wheeled)
    def _wheeled(self, event: CanvasView.Wheeled) -> None:
        if isinstance(event.target, SettingTarget):
            self.change_setting(event.target.index, -event.direction)
        else:
            self.player.move(event.direction)
            self.after_moving()

    # -- typing ---------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Typing into a part that takes numbers."""
        if event.character and self.type_into(event.character):
            event.stop()
            event.prevent_default()

    def type_into(self, character: str) -> bool:
        """Take a typed character in the present part; False when it means nothing there."""
        return False
