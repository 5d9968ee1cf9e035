"""The explorer of a dense layer: unit by unit, beside the convolution that saves most of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from cnnviz_tui.render.dense import DenseScene
from cnnviz_tui.render.explorer import KeyHint
from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.render.panels import Look
from cnnviz_tui.samples import INPUTS, input_named
from cnnviz_tui.tui.screens.dialogs import Choice, ReadScreen
from cnnviz_tui.tui.screens.setup import KEYS, Change, SetupScreen, input_choices
from cnnviz_tui.walkthroughs.base import Line
from cnnviz_tui.walkthroughs.dense import DenseStep, DenseWalkthrough
from cnnviz_tui.walkthroughs.dense_setup import DENSE, WEIGHTS, DenseSetup
from cnnviz_tui.walkthroughs.dense_text import (
    cost_caption,
    cost_sums,
    input_caption,
    listing_of,
    weight_caption,
)


class DenseScreen(SetupScreen[DenseSetup]):
    """The explorer of one dense layer.

    Parts for the cursor: the picture's numbers, the weights of the unit on the stage with its bias
    below, the settings.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *SetupScreen.BINDINGS,
        Binding("i", "choose_input", "choose the picture"),
        Binding("k", "choose_weights", "choose the weights"),
        Binding("c", "show_code", "this layer in PyTorch, Keras and numpy"),
        Binding("right_square_bracket", "next_slice(1)", "next slice of the picture"),
        Binding("left_square_bracket", "next_slice(-1)", "previous slice of the picture"),
        Binding("r", "reroll", "other random weights"),
    ]

    mechanism = DENSE
    lowest = 17
    keys = (*KEYS[:-1], KeyHint("c", "code", "show_code"), KEYS[-1])
    parts = ("player", "input", "weights", "settings")
    walkthrough: DenseWalkthrough

    def __init__(self, setup: DenseSetup | None = None, *, playing: bool = True) -> None:
        super().__init__(setup, playing=playing)
        self._channel = 0

    def after_change(self) -> None:
        """Keep to a slice that there is."""
        self._channel = min(self._channel, self.setup.channels - 1)

    @property
    def step(self) -> DenseStep:
        """The step on the stage."""
        return self.walkthrough[self.shown_index]

    def scene(self, palette: Palette) -> DenseScene:
        """Picture, weights and outputs of the step, and the three costs."""
        cursor = self._as_matrix(self.cursor) if self.cursor else None
        look = replace(self.look, cursor=cursor)
        return DenseScene(self.walkthrough, self.step, look, self._channel)

    def _as_matrix(self, cell: CellTarget) -> CellTarget:
        """The cell where a small layer shows it: in the row x or the matrix W."""
        scene = DenseScene(self.walkthrough, self.step, Look(), self._channel)
        if not scene.written or cell.grid == "bias":
            return cell
        _, height, width = self.walkthrough.input.shape
        place = (cell.channel * height + cell.row) * width + cell.column
        if cell.grid == "input":
            return CellTarget("x", 0, 0, place)
        return CellTarget("W", 0, self.step.unit, place)

    def _as_picture(self, cell: CellTarget) -> CellTarget:
        """The other way round: the cell of the picture or the weights that a flat one is."""
        if cell.grid not in {"x", "W"}:
            return cell
        _, height, width = self.walkthrough.input.shape
        channel, rest = divmod(cell.column, height * width)
        return CellTarget("input" if cell.grid == "x" else "weights", channel, *divmod(rest, width))

    def words(self) -> tuple[tuple[Line, ...], str]:
        """The sum of the step; the caption tells of the number that is spoken of, if any."""
        step = self.step
        cell = self._as_picture(self.target) if self.target else None
        if cell is not None and cell.grid == "cost":
            return cost_sums(self.walkthrough, cell.row), cost_caption(cell.row)
        if cell is not None and cell.grid == "input":
            return step.sums, input_caption(self.walkthrough, cell.channel, cell.row, cell.column)
        if cell is not None and cell.grid == "weights":
            where = (cell.channel, cell.row, cell.column)
            return step.sums, weight_caption(self.walkthrough, step.unit, *where)
        return step.sums, step.caption

    def steps_per_row(self) -> int:
        """Units have no rows."""
        return 1

    def index_at(self, target: CellTarget) -> int | None:
        """The unit of an output, or of a row of the matrix that is pointed at."""
        if target.grid == "output" or (target.grid == "W" and target == self.pointed):
            return target.row
        return None

    def first_cell(self, part: str) -> CellTarget:
        """The top left cell of the slice that is shown."""
        return CellTarget(part, self._channel, 0, 0)

    def part_of(self, cell: CellTarget) -> str:
        """The bias belongs to the weights."""
        return "weights" if cell.grid == "bias" else super().part_of(cell)

    def clamped(self, cell: CellTarget) -> CellTarget:
        """The nearest number; the bias lies below the last row of the weights."""
        height, width = self.setup.size
        if cell.grid == "bias":
            if cell.row < self.step.unit:
                return CellTarget("weights", self._channel, height - 1, 0)
            return CellTarget("bias", 0, self.step.unit, 0)
        if cell.grid == "weights" and cell.row >= height and self.setup.bias is not None:
            return CellTarget("bias", 0, self.step.unit, 0)
        return CellTarget(
            cell.grid,
            min(cell.channel, self.setup.channels - 1),
            min(max(cell.row, 0), height - 1),
            min(max(cell.column, 0), width - 1),
        )

    def editable(self, cell: CellTarget) -> tuple[str, float, Change] | None:
        """Every input, every weight of the unit on the stage, and its bias."""
        setup, unit = self.setup, self.step.unit
        if cell.grid == "bias":
            present = self.step.bias or 0.0
            name = f"bias of unit {self.walkthrough.unit_names[unit]}"
            return name, present, lambda value: setup.with_bias_of(unit, value)
        at = (cell.channel, cell.row, cell.column)
        if cell.grid == "input":
            number = float(self.walkthrough.input[at])
            name = f"input ({cell.row}, {cell.column})"
            return name, number, lambda value: setup.with_input_cell(at, value)
        weight = float(self.walkthrough.weight[(unit, *at)])
        name = f"weight ({cell.row}, {cell.column}) of unit {self.walkthrough.unit_names[unit]}"
        return name, weight, lambda value: setup.with_weight((unit, *at), value)

    def press(self, target: object) -> None:
        """A number of the row x or of the matrix is one of the picture or the weights."""
        if isinstance(target, CellTarget):
            if target.grid in {"W", "bias"} and target.row != self.step.unit:
                target = CellTarget("output", 0, target.row, 0)
            elif target.grid == "W":
                self.player.seek(target.row)
            target = self._as_picture(target)
        super().press(target)

    def open_step(self) -> None:
        """List all products of the unit."""
        title = f"where output {self.walkthrough.unit_names[self.step.unit]} comes from"
        self.app.push_screen(ReadScreen(title, Text("\n".join(listing_of(self.step)))))

    def code(self) -> Mapping[str, str]:
        """The layer in PyTorch, Keras and numpy."""
        inputs, units = self.walkthrough.inputs, self.walkthrough.units
        plain = self.setup.bias is None
        return {
            "PyTorch": f"nn.Sequential(nn.Flatten(), nn.Linear({inputs}, {units}"
            + (", bias=False))" if plain else "))"),
            "Keras": f"layers.Flatten(), layers.Dense({units}"
            + (", use_bias=False)" if plain else ")"),
            "numpy": "y = W @ x.ravel()" + ("" if plain else " + b"),
        }

    def action_choose_input(self) -> None:
        """Another picture."""
        self.choose(
            "picture",
            input_choices(INPUTS),
            self.setup.source.name,
            lambda key: self.setup.with_source(input_named(key)),
        )

    def action_choose_weights(self) -> None:
        """Other weights."""
        choices = [Choice(name, name, about) for name, about in WEIGHTS.items()]
        self.choose(
            "weights", choices, self.setup.weights, lambda key: self.setup.with_weights(key)
        )

    def action_reroll(self) -> None:
        """Other random weights."""
        if self.setup.weights == "random":
            self.use(self.setup.changed(seed=self.setup.seed + 1, weight_edits={}))
        else:
            self.notify("Only random weights can be drawn again: press k and take random.")

    def action_next_slice(self, direction: int = 1) -> None:
        """Another slice of picture and weights."""
        self._channel = (self._channel + direction) % self.setup.channels
        self.cursors.clear()
        self.redraw()
