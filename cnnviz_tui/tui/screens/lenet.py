"""The digit lab: draw a digit and see every layer of a trained LeNet react while you draw."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from textual import events, on
from textual.binding import Binding, BindingType

from cnnviz_tui.digits import DigitCanvas, bundled
from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.explorer import KeyHint
from cnnviz_tui.render.lenet import SIDE, LenetScene, LenetView, SheetTarget, UnitTarget
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.tui.screens.setup import SetupScreen
from cnnviz_tui.tui.widgets.canvas_view import CanvasView
from cnnviz_tui.walkthroughs.lenet import ForwardStep, ForwardWalkthrough
from cnnviz_tui.walkthroughs.lenet_setup import LENET, LenetSetup, mistakes
from cnnviz_tui.walkthroughs.numbers import short

_BRUSHES = (1.2, 1.8, 2.4, 3.2, 4.4)
_TURN, _NOISE = 5.0, 0.1


class LenetScreen(SetupScreen[LenetSetup]):
    """The lab for one drawing.

    Parts for the keys: the forward pass, the pen on the sheet, the units of all layers, the
    settings. The mouse draws in all of them.
    """

    lowest: ClassVar[int] = 21
    BINDINGS: ClassVar[list[BindingType]] = [
        *[b for b in SetupScreen.BINDINGS if not isinstance(b, Binding) or b.key != "v"],
        Binding("v", "next_mode", "the layer under the cursor as numbers or shades"),
        Binding("x,delete", "clear", "wipe the sheet", key_display="x"),
        Binding("u", "undo", "take back the last stroke"),
        Binding("y", "redo", "bring it back"),
        Binding("e", "erase", "eraser or pen"),
        Binding("b", "brush", "another brush width"),
        Binding("d", "sample", "another bundled digit; a number takes one of that digit"),
        Binding("m", "mistake", "a digit that the network misreads"),
        Binding("comma", "turn(1)", "turn to the left", key_display=","),
        Binding("full_stop", "turn(-1)", "turn to the right", key_display="."),
        Binding("shift+left", "shift(0,-1)", "shift to the left"),
        Binding("shift+right", "shift(0,1)", "shift to the right"),
        Binding("shift+up", "shift(-1,0)", "shift up"),
        Binding("shift+down", "shift(1,0)", "shift down"),
        Binding("n", "noise(1)", "more noise"),
        Binding("N", "noise(-1)", "less noise"),
        Binding("h", "hide(1)", "hide another part"),
        Binding("H", "hide(-1)", "hide the part before"),
        Binding("a", "next_choice('activation')", "another activation function"),
        Binding("o", "next_choice('pooling')", "another pooling"),
    ]

    mechanism = LENET
    parts = ("player", "pen", "units", "settings")
    keys = (
        KeyHint("space", "play", "toggle_play"),
        KeyHint("tab", "pen, units", "next_part"),
        KeyHint("d", "digit", "sample"),
        KeyHint("m", "mistake", "mistake"),
        KeyHint("x", "wipe", "clear"),
        KeyHint("?", "help", "show_help"),
    )
    walkthrough: ForwardWalkthrough

    def __init__(self, setup: LenetSetup | None = None, *, playing: bool = True) -> None:
        super().__init__(setup, playing=False)
        self.sheet = DigitCanvas()
        self.pen = (SIDE / 2, SIDE / 2)
        self.pen_down = False
        self.unit = UnitTarget("c1", 0, 14, 14)
        self._last: SheetTarget | None = None
        self._sample = -1
        self._mistake = -1
        self._numbers: frozenset[str] = frozenset()
        if self.setup.drawing is not None:
            self.sheet.load(self.setup.drawing)
        self.player.seek(self.player.length)

    # -- what is shown ----------------------------------------------------------------------------

    @property
    def step(self) -> ForwardStep | None:
        """The moment of the forward pass; None where nothing is drawn."""
        return self.walkthrough[self.player.position] if len(self.walkthrough) else None

    def scene(self, palette: Palette) -> LenetScene:
        """Sheet, layers, probabilities."""
        view = LenetView(
            pen=self.pen if self.part == "pen" else None,
            pen_down=self.pen_down,
            unit=self._spoken_of(),
            numbers=self._numbers,
            shown=None if self.player.at_end else self.player.position,
        )
        return LenetScene(self.walkthrough, self.step, self.sheet.pixels, view)

    def _spoken_of(self) -> UnitTarget | None:
        """The unit under the mouse, else under the cursor."""
        if isinstance(self.pointed, UnitTarget):
            return self.pointed
        return self.unit if self.part == "units" else None

    def painted(self, width: int, height: int, palette: Palette) -> Canvas:
        """The frame of the lab: the stage takes all the room."""
        from cnnviz_tui.render.lenet import paint_lab

        canvas = Canvas(width, height, palette)
        if self.cramped(canvas):
            return canvas
        return paint_lab(width, height, palette, self.framed(), self.scene(palette), self._line())

    def _line(self) -> str:
        """One line on what is pointed at, or on the step."""
        unit = self._spoken_of()
        if unit is not None and self.step is not None:
            return self.walkthrough.sentence_of(unit.stage, unit.k, unit.row, unit.column)
        if self.part == "pen":
            down = "down: arrows draw" if self.pen_down else "up: arrows move it"
            return f"The pen is {down}. space: up or down, e: eraser, b: brush."
        return self.step.caption if self.step else "Draw a digit with the mouse, or press d."

    def steps_per_row(self) -> int:
        """One layer at a time is too uneven for rows."""
        return 1

    # -- drawing ----------------------------------------------------------------------------------

    def draw(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draw on the sheet; the network sees it at once."""
        self.sheet.line(x0, y0, x1, y1)
        self.look_again()

    def look_again(self, source: str = "drawn") -> None:
        """Let the network look at the sheet, and show all layers."""
        self.use(self.setup.with_drawing(self.sheet.pixels, source))

    def after_change(self) -> None:
        """All layers react at once, as long as nobody plays the forward pass."""
        self.player.seek(self.player.length)

    @on(CanvasView.Pressed)
    def _pen_down(self, event: CanvasView.Pressed) -> None:
        if isinstance(event.target, SheetTarget):
            event.stop()
            event.prevent_default()
            self.sheet.begin_stroke()
            self._last = event.target
            self.draw(self._last.x, self._last.y, self._last.x, self._last.y)

    @on(CanvasView.Dragged)
    def _pen_moved(self, event: CanvasView.Dragged) -> None:
        if self._last is not None:
            event.stop()
            event.prevent_default()
            if isinstance(event.target, SheetTarget):
                last, self._last = self._last, event.target
                self.draw(last.x, last.y, event.target.x, event.target.y)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """The pen leaves the sheet."""
        if self._last is not None:
            self.sheet.end_stroke()
            self._last = None

    # -- keys -------------------------------------------------------------------------------------

    def action_toggle_play(self) -> None:
        """Play the forward pass; with the pen: down or up."""
        if self.part != "pen":
            super().action_toggle_play()
            return
        self.pen_down = not self.pen_down
        if self.pen_down:
            self.sheet.begin_stroke()
            self.draw(*self.pen, *self.pen)
        else:
            self.sheet.end_stroke()
            self.redraw()

    def action_next_part(self, direction: int = 1) -> None:
        """Leaving the pen lifts it."""
        if self.pen_down:
            self.pen_down = False
            self.sheet.end_stroke()
        super().action_next_part(direction)

    def move_cursor(self, down: int, right: int) -> None:
        """Move the pen, or walk over the units."""
        if self.part == "pen":
            old = self.pen
            self.pen = (
                min(max(old[0] + right, 0.5), SIDE - 0.5),
                min(max(old[1] + down, 0.5), SIDE - 0.5),
            )
            if self.pen_down:
                self.draw(*old, *self.pen)
        elif self.part == "units":
            self._walk(down, right)
        else:
            super().move_cursor(down, right)

    def _walk(self, down: int, right: int) -> None:
        """Down to the next layer, right to the next map or unit."""
        stages = self.walkthrough.stages
        place = min(max(stages.index(self.unit.stage) + down, 0), len(stages) - 1)
        stage = stages[place]
        count = len(self.walkthrough.activations[stage])
        k = min(self.unit.k, count - 1) if down else (self.unit.k + right) % count
        self.unit = UnitTarget(stage, k, *self.walkthrough.strongest(stage, k))

    def action_open(self) -> None:
        """Open the unit under the cursor, or a field."""
        if self.part == "units":
            self.open_unit(self.unit)
        else:
            super().action_open()

    def press(self, target: object) -> None:
        """Take a unit; open it when it is taken already."""
        if not isinstance(target, UnitTarget):
            super().press(target)
            return
        if self.part == "units" and self.unit == target:
            self.open_unit(target)
        else:
            self.part, self.unit = "units", target
            self.redraw()

    def open_unit(self, unit: UnitTarget) -> None:
        """Show where a unit's number comes from."""
        if self.walkthrough.problem:
            self.notify(self.walkthrough.problem)
        elif unit.stage == "input":
            self.notify("A pixel: it comes from your drawing. Open a unit of a layer above.")
        else:
            from cnnviz_tui.tui.screens.unit import UnitScreen

            self.app.push_screen(UnitScreen(self.walkthrough, unit, ("LeNet",)))

    def type_into(self, character: str) -> bool:
        """A number brings a bundled digit of that kind."""
        if self.part == "settings":
            return super().type_into(character)
        if character in set("0123456789"):
            self._next_sample(int(character))
            return True
        return False

    def action_next_mode(self) -> None:
        """The layer under the cursor as numbers, or as shades again."""
        self._numbers ^= {self.unit.stage}
        self.part = "units"
        self.redraw()

    def action_sample(self) -> None:
        """Another bundled digit."""
        self._next_sample(None)

    def _next_sample(self, digit: int | None) -> None:
        labels = bundled()[1]
        matching = np.arange(len(labels)) if digit is None else np.flatnonzero(labels == digit)
        # A step that shares no factor with 500 visits all digits before it repeats one.
        pace = 1 if digit is not None else 53
        place = int(np.searchsorted(matching, self._sample, side="right")) - 1
        self._show_sample(int(matching[(place + pace) % len(matching)]))

    def action_mistake(self) -> None:
        """The next bundled digit that the network misreads, turned where it must be."""
        wrong = mistakes()
        if not wrong:
            self.notify("It reads all bundled digits rightly, however they are turned.")
            return
        self._mistake = (self._mistake + 1) % len(wrong)
        index, angle = wrong[self._mistake]
        self._show_sample(index, angle)
        turned = f", turned by {short(angle)}°" if angle else ""
        self.notify(f"This is meant to be a {int(bundled()[1][index])}{turned}.", timeout=4)

    def _show_sample(self, index: int, angle: float = 0.0) -> None:
        self._sample = index
        self.use(self.setup.with_digit(f"sample-{index}").changed(angle=angle))
        if self.setup.drawing is not None:
            self.sheet.load(self.setup.drawing)
        self.redraw()

    def action_clear(self) -> None:
        """Wipe the sheet; what was done to the picture is undone, too."""
        self.sheet.clear()
        self.use(
            self.setup.changed(
                drawing=None, source="drawn", angle=0.0, shift=(0, 0), noise=0.0, hidden=0
            )
        )

    def action_undo(self) -> None:
        """Take back the last stroke."""
        if self.sheet.undo():
            self.look_again()

    def action_redo(self) -> None:
        """Bring back what was taken back."""
        if self.sheet.redo():
            self.look_again()

    def action_erase(self) -> None:
        """Eraser or pen."""
        self.sheet.erasing = not self.sheet.erasing
        self.notify("The pen erases." if self.sheet.erasing else "The pen draws.", timeout=2)

    def action_brush(self) -> None:
        """Another brush width."""
        wider = [width for width in _BRUSHES if width > self.sheet.brush + 1e-9]
        self.sheet.brush = (wider or _BRUSHES)[0]
        self.notify(f"The brush is {self.sheet.brush:g} cells wide.", timeout=2)

    def _change(self, **choices: Any) -> None:
        complaint = self.attempt(lambda: self.setup.changed(**choices))
        if complaint:
            self.notify(complaint, severity="warning", markup=False)

    def action_turn(self, direction: int) -> None:
        """Turn the picture a little."""
        self._change(angle=self.setup.angle + direction * _TURN)

    def action_shift(self, down: int, right: int) -> None:
        """Shift the picture by a cell."""
        self._change(shift=(self.setup.shift[0] + down, self.setup.shift[1] + right))

    def action_noise(self, direction: int) -> None:
        """More or less noise."""
        self._change(noise=max(round(self.setup.noise + direction * _NOISE, 1), 0.0))

    def action_hide(self, direction: int) -> None:
        """Cover the next or previous part of the picture."""
        self._change(hidden=max(self.setup.hidden + direction, 0))

    def action_next_choice(self, option: str) -> None:
        """The next activation function or pooling."""
        field = next(field for field in self.mechanism.fields if field.option == option)
        self.use(field.nudged(self.setup, 1), field.symbol)
