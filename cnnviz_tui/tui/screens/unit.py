"""One layer of a network opened: where a unit's number comes from, and from there further down."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from cnnviz_tui.nn.unit import activation_of
from cnnviz_tui.render.convolution import ConvolutionScene
from cnnviz_tui.render.convolution_grids import View
from cnnviz_tui.render.explorer import Frame, KeyHint, Scene, Setting, Timeline
from cnnviz_tui.render.grid import CellMode, CellTarget
from cnnviz_tui.render.lenet import UnitTarget
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.render.panels import Look
from cnnviz_tui.render.pooling import PoolingScene
from cnnviz_tui.tui.screens.dialogs import ReadScreen
from cnnviz_tui.tui.screens.explorer import ExplorerScreen
from cnnviz_tui.walkthroughs.base import Line, Piece, Role
from cnnviz_tui.walkthroughs.convolution import ConvolutionStep, ConvolutionWalkthrough
from cnnviz_tui.walkthroughs.convolution_text import listing_of
from cnnviz_tui.walkthroughs.lenet import ForwardWalkthrough, stage_walkthrough
from cnnviz_tui.walkthroughs.numbers import short
from cnnviz_tui.walkthroughs.pooling import PoolingStep, PoolingWalkthrough

_MODES = (None, CellMode.DIGITS, CellMode.SHADES, CellMode.HALF)


class UnitScreen(ExplorerScreen):
    """The walkthrough of one layer on a picture's live numbers, standing on one unit.

    Args:
        forward: the picture's way through the network.
        unit: the unit to begin with.
        trail: how one came here.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *ExplorerScreen.BINDINGS,
        Binding("v", "next_mode", "cells as numbers, shades or half blocks"),
        Binding("l", "list_products", "list all products of this unit"),
        Binding("right_square_bracket", "next_slice(1)", "next map of the layer below"),
        Binding("left_square_bracket", "next_slice(-1)", "previous map of the layer below"),
        Binding("pagedown", "next_map(1)", "next map or unit of this layer"),
        Binding("pageup", "next_map(-1)", "previous map or unit of this layer"),
    ]

    parts = ("player", "input")
    keys = (
        KeyHint("← →", "unit", "move(1)"),
        KeyHint("tab", "layer below", "next_part"),
        KeyHint("enter", "open", "open"),
        KeyHint("[ ]", "map", "next_slice(1)"),
        KeyHint("esc", "back", "up"),
        KeyHint("?", "help", "show_help"),
    )

    def __init__(
        self, forward: ForwardWalkthrough, unit: UnitTarget, trail: tuple[str, ...]
    ) -> None:
        super().__init__(name=f"unit-{unit.stage}")
        self.forward = forward
        self.stage = unit.stage
        self.trail = trail
        self.walkthrough = stage_walkthrough(forward, unit.stage)
        self.below = forward.stages[forward.stages.index(unit.stage) - 1]
        self._mode: CellMode | None = None
        self._channel = 0
        self._cursor: CellTarget | None = None
        self.player.resize(len(self.walkthrough))
        self.player.seek(self.walkthrough.index_of(unit.k, unit.row, unit.column))

    # -- what is shown ----------------------------------------------------------------------------

    @property
    def step(self) -> ConvolutionStep | PoolingStep:
        """The unit on the stage."""
        return self.walkthrough[self._index]

    @property
    def _index(self) -> int:
        """The step of the unit on the stage: the one pointed at, else where the player is."""
        target = self.pointed
        if isinstance(target, CellTarget) and target.grid == "output":
            return self.walkthrough.index_of(target.channel, target.row, target.column)
        return self.player.position

    @property
    def activation(self) -> tuple[str, float]:
        """The stage's activation function and what it makes of the unit's sum."""
        k, row, column = self.step.output
        name = activation_of(self.forward.network, self.stage) or ""
        return name, self.forward.value_of(self.stage, k, row, column)

    def _sums(self) -> tuple[Line, ...]:
        """The unit's sum, and what the activation function makes of it."""
        name, value = self.activation
        if not name:
            return self.step.sums
        tail = (Piece(f"  →  {name}  →  "), Piece(short(value, 3), Role.OUTPUT))
        return tuple((*written, *tail) for written in self.step.sums)

    def crumb(self) -> tuple[str, ...]:
        """How one came here and where one is."""
        k, row, column = self.step.output
        height, width = self.walkthrough.map_size
        if (height, width) == (1, 1):
            return (*self.trail, f"{self.stage} unit {k + 1}")
        return (*self.trail, f"{self.stage} map {k + 1} ({row}, {column})")

    def frame(self) -> Frame:
        """Title, formulas, sum, caption."""
        return Frame(
            breadcrumb=("cnnviz", *self.crumb()),
            settings=(Setting("from", self.below),),
            selected=None,
            changed="",
            formulas=self.walkthrough.formulas,
            before=(),
            sums=self._sums(),
            caption=self._caption(),
            timeline=Timeline(0, 0, playing=False, speed=0),
            keys=self.keys,
        )

    def _caption(self) -> str:
        target = self._spoken_of()
        if target is not None:
            channel, row, column = self._unit_below(target)
            what = self.forward.sentence_of(self.below, channel, row, column)
            return f"Layer below: {what}"
        name, value = self.activation
        if isinstance(self.walkthrough, PoolingWalkthrough):
            return f"{self.step.caption} No weights here: nothing to learn."
        if name == "ReLU" and value == 0:
            return "The sum is not above 0, so ReLU answers 0: this unit stays silent."
        place = "its window" if self.walkthrough.map_size != (1, 1) else f"all of {self.below}"
        return f"This unit weighs {place}. Positive products speak for it, negative ones against."

    def _spoken_of(self) -> CellTarget | None:
        """The cell of the layer below under the mouse, else under the cursor."""
        target = self.pointed
        if isinstance(target, CellTarget) and target.grid in {"input", "patch"}:
            return self._inside(target)
        return self._cursor if self.part == "input" else None

    def _inside(self, target: CellTarget) -> CellTarget | None:
        """A cell of the input, also when it was pointed at in the window; None in the padding."""
        row, column = target.row, target.column
        if target.grid == "patch":
            row, column = self.step.rows[row], self.step.columns[column]
        height, width = self.walkthrough.input.shape[1:]
        if not (0 <= row < height and 0 <= column < width):
            return None
        return CellTarget("input", target.channel, row, column)

    def scene(self, palette: Palette) -> Scene:
        """The layer below, the weights, this layer."""
        pointed = self.pointed if isinstance(self.pointed, CellTarget) else None
        if isinstance(self.walkthrough, PoolingWalkthrough):
            pool_step = self.walkthrough[self._index]
            cursor = self._cursor if self.part == "input" else None
            look = Look(self._mode, cursor, pointed, len(self.walkthrough))
            return PoolingScene(self.walkthrough, pool_step, look, self.below)
        step = self.walkthrough[self._index]
        k = step.output[0]
        view = View(
            mode=self._mode,
            channel=self._channel,
            cursor=self._cursor if self.part == "input" else None,
            pointed=pointed,
            reached=len(self.walkthrough),
            input_title=self.below,
            kernel_titles=("",) * k + (f"of unit {k + 1}",),
        )
        return ConvolutionScene(self.walkthrough, step, view)

    def steps_per_row(self) -> int:
        """The width of a map; one unit where there is no map."""
        return self.walkthrough.map_size[1]

    # -- going down -------------------------------------------------------------------------------

    def _unit_below(self, cell: CellTarget) -> tuple[int, int, int]:
        """The unit of the layer below that a cell of the input is."""
        values = self.forward.activations[self.below]
        if values.ndim == 1 or values.shape[1:] == (1, 1):
            return cell.row * self.walkthrough.input.shape[2] + cell.column, 0, 0
        return cell.channel, cell.row, cell.column

    def action_next_part(self, direction: int = 1) -> None:
        """Into the layer below: the cursor stands in the middle of the window."""
        super().action_next_part(direction)
        if self.part == "input":
            step = self.step
            middle = len(step.rows) // 2, len(step.columns) // 2
            patch = CellTarget("patch", self._shown_channel, *middle)
            self._cursor = self._inside(patch) or CellTarget("input", self._shown_channel, 0, 0)
            self.redraw()

    @property
    def _shown_channel(self) -> int:
        """The map of the layer below that is shown: pooling reads only the one of its own."""
        if isinstance(self.walkthrough, PoolingWalkthrough):
            return self.step.output[0]
        return self._channel

    def move_cursor(self, down: int, right: int) -> None:
        """Walk over the layer below."""
        cell = self._cursor
        if cell is not None:
            height, width = self.walkthrough.input.shape[1:]
            self._cursor = CellTarget(
                "input",
                self._shown_channel,
                min(max(cell.row + down, 0), height - 1),
                min(max(cell.column + right, 0), width - 1),
            )

    def action_open(self) -> None:
        """Open the cell under the cursor; without one, all products."""
        if self.part == "input" and self._cursor is not None:
            self._open_below(self._cursor)
        else:
            self.action_list_products()

    def _open_below(self, cell: CellTarget) -> None:
        unit = UnitTarget(self.below, *self._unit_below(cell))
        if self.below == "input":
            self.notify("A pixel: it comes from your drawing. This is the bottom.")
            return
        self.app.push_screen(UnitScreen(self.forward, unit, self.crumb()))

    def action_list_products(self) -> None:
        """Every product of the unit with the running sum."""
        if isinstance(self.walkthrough, ConvolutionWalkthrough):
            step = self.walkthrough[self._index]
            title = " › ".join(self.crumb())
            self.app.push_screen(ReadScreen(title, Text("\n".join(listing_of(step)))))

    def press(self, target: object) -> None:
        """An output cell is gone to; a cell of the layer below is taken, then opened."""
        if not isinstance(target, CellTarget):
            return
        if target.grid == "output":
            self.player.seek(self.walkthrough.index_of(target.channel, target.row, target.column))
            self.part = "player"
            self.after_moving()
            return
        cell = self._inside(target) if target.grid in {"input", "patch"} else None
        if cell is None:
            return
        if self.part == "input" and self._cursor == cell:
            self._open_below(cell)
        else:
            self.part, self._cursor, self._channel = "input", cell, cell.channel
            self.redraw()

    def change_setting(self, index: int, direction: int) -> None:
        """The network's own settings cannot be changed here."""

    # -- looking ----------------------------------------------------------------------------------

    def action_next_mode(self) -> None:
        """Another way to draw cells."""
        self._mode = _MODES[(_MODES.index(self._mode) + 1) % len(_MODES)]
        self.redraw()

    def action_next_slice(self, direction: int) -> None:
        """Another map of the layer below."""
        self._channel = (self._channel + direction) % self.walkthrough.channels
        if self._cursor is not None:
            self._cursor = CellTarget("input", self._channel, self._cursor.row, self._cursor.column)
        self.redraw()

    def action_next_map(self, direction: int) -> None:
        """The same place in another map of this layer."""
        height, width = self.walkthrough.map_size
        self.player.move(direction * height * width)
        self.after_moving()
