"""The explorer of volumes: slices, maps that stack up, and the chain of layers."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from cnnviz_tui.render.explorer import KeyHint
from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.render.panels import Look
from cnnviz_tui.render.volume import FILTER, OUTPUT, PATCH, VolumeScene
from cnnviz_tui.tui.screens.dialogs import ReadScreen
from cnnviz_tui.tui.screens.setup import KEYS, Change, SetupScreen
from cnnviz_tui.walkthroughs.convolution_text import listing_of
from cnnviz_tui.walkthroughs.volume import Scope, VolumeStep, VolumeWalkthrough
from cnnviz_tui.walkthroughs.volume_setup import VOLUME, VolumeSetup


class VolumeScreen(SetupScreen[VolumeSetup]):
    """The explorer of a chain of volumes.

    Parts for the cursor: the numbers under the window, the filter's weights, the settings.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *SetupScreen.BINDINGS,
        Binding("e", "ask_for('layers')", "type the layers"),
        Binding("i", "ask_for('input')", "choose the picture"),
        Binding("right_square_bracket", "next_slice(1)", "next slice"),
        Binding("left_square_bracket", "next_slice(-1)", "previous slice"),
    ]

    mechanism = VOLUME
    lowest = 17
    keys = (*KEYS[:-1], KeyHint("e", "layers", "ask_for('layers')"), KEYS[-1])
    parts = ("player", PATCH, FILTER, "settings")
    walkthrough: VolumeWalkthrough

    def __init__(self, setup: VolumeSetup | None = None, *, playing: bool = True) -> None:
        super().__init__(setup, playing=playing)
        self._slice = 0
        # There is much to see in each step: two a second.
        self.player.change_speed(-2, 0.0)

    @property
    def step(self) -> VolumeStep | None:
        """The step on the stage, or the number that is pointed at in its layer."""
        if not len(self.walkthrough):
            return None
        step = self.walkthrough[self.player.position]
        cell = self.pointed
        if not isinstance(cell, CellTarget) or cell.grid != OUTPUT:
            return step
        number = self.walkthrough.number(step.layer, cell.channel, cell.row, cell.column)
        caption = f"Number {(cell.row, cell.column)} of map {cell.channel + 1}: press to go there."
        scope = Scope.NUMBER if step.scope is Scope.SLICE else step.scope
        return replace(step, number=number, scope=scope, caption=caption)

    @property
    def slice_shown(self) -> int:
        """The slice in the lens: the step's own, else the one that was chosen."""
        step = self.step
        if step is None:
            return 0
        if step.scope is Scope.SLICE:
            return step.channel
        return self._slice % self.walkthrough.shapes[step.layer][0]

    def scene(self, palette: Palette) -> VolumeScene:
        """Input, lens and output of the layer, and the chain where there is room."""
        look = Look(mode=self.mode, cursor=self.cursor)
        return VolumeScene(self.walkthrough, self.step, look, self.slice_shown)

    def steps_per_row(self) -> int:
        """A row is a step."""
        return 1

    def index_at(self, target: CellTarget) -> int | None:
        """The step after which a number of the layer's output is there."""
        if target.grid != OUTPUT or not len(self.walkthrough):
            return None
        layer = self.walkthrough[self.player.position].layer
        return self.walkthrough.index_of_number(layer, target.channel, target.row)

    def open_step(self) -> None:
        """List all products of the number."""
        if self.step is not None:
            k, row, column = self.step.number.output
            title = f"where number ({row}, {column}) of map {k + 1} comes from"
            self.app.push_screen(ReadScreen(title, Text("\n".join(listing_of(self.step.number)))))

    # -- cells ------------------------------------------------------------------------------------

    def first_cell(self, part: str) -> CellTarget:
        """The top left number of the slice in the lens."""
        return self.clamped(CellTarget(part, 0, 0, 0))

    def clamped(self, cell: CellTarget) -> CellTarget:
        """The nearest number of the slice in the lens."""
        height, width = 1, 1
        if self.step is not None:
            height, width = self.step.number.weights.shape[1:]
        row, column = min(max(cell.row, 0), height - 1), min(max(cell.column, 0), width - 1)
        return CellTarget(cell.grid, self.slice_shown, row, column)

    @property
    def cursor(self) -> CellTarget | None:
        """The number that keys act on, in the slice that is shown."""
        cell = super().cursor
        return None if cell is None else self.clamped(cell)

    def editable(self, cell: CellTarget) -> tuple[str, float, Change] | None:
        """Weights of every layer, and the picture's own numbers under the window."""
        setup, step = self.setup, self.step
        if step is None:
            return None
        number = step.number
        if cell.grid == FILTER:
            k = number.output[0]
            where = (step.layer, k, cell.channel, cell.row, cell.column)
            weight = float(number.weights[cell.channel, cell.row, cell.column])
            name = f"weight ({cell.row}, {cell.column}) of filter {k + 1}, slice {cell.channel + 1}"
            return name, weight, lambda value: setup.with_weight(where, value)
        if cell.grid != PATCH or step.layer > 0:
            return None
        at = (cell.channel, number.rows[cell.row], number.columns[cell.column])
        height, width = setup.size
        if not (0 <= at[1] < height and 0 <= at[2] < width):
            return None
        name = f"input ({at[1]}, {at[2]}) of slice {cell.channel + 1}"
        pixel = float(number.patch[cell.channel, cell.row, cell.column])
        return name, pixel, lambda value: setup.with_input_cell(at, value)

    def action_next_slice(self, direction: int) -> None:
        """Another slice in the lens."""
        step = self.step
        if step is not None:
            count = self.walkthrough.shapes[step.layer][0]
            self._slice = (self.slice_shown + direction) % count
            self.redraw()
