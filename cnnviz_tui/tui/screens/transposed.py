"""The explorer of transposed convolutions: as sliding over put-in zeros, and as a matrix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from cnnviz_tui.render.explorer import KeyHint
from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.render.transposed import TransposedScene, weight_of
from cnnviz_tui.tui.screens.dialogs import ReadScreen
from cnnviz_tui.tui.screens.setup import KEYS, Change, SetupScreen, input_choices, kernel_choices
from cnnviz_tui.walkthroughs.base import Line
from cnnviz_tui.walkthroughs.transposed import TransposedStep, TransposedWalkthrough
from cnnviz_tui.walkthroughs.transposed_setup import SOURCES, TRANSPOSED, TransposedSetup
from cnnviz_tui.walkthroughs.transposed_text import (
    STAMPED_CAPTION,
    listing_of,
    matrix_caption,
    stamped_sums,
    weight_sums,
)

_FILTERS = {"turned", "filter"}


class TransposedScreen(SetupScreen[TransposedSetup]):
    """The explorer of one transposed convolution.

    Parts for the cursor: the input's cells, the filter's, the settings.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *SetupScreen.BINDINGS,
        Binding("i", "choose_input", "choose the input"),
        Binding("k", "choose_kernel", "choose the filter"),
        Binding("m", "toggle_way", "as sliding or as a matrix"),
        Binding("u", "toggle_undo", "begin with the convolution that is to be undone"),
        Binding("c", "show_code", "this layer in PyTorch and Keras"),
    ]

    mechanism = TRANSPOSED
    keys = (*KEYS[:-1], KeyHint("m", "slide/matrix", "toggle_way"), KEYS[-1])
    parts = ("player", "input", "filter", "settings")
    walkthrough: TransposedWalkthrough

    @property
    def step(self) -> TransposedStep | None:
        """The step on the stage; None where there is no output."""
        return self.walkthrough[self.shown_index] if len(self.walkthrough) else None

    def scene(self, palette: Palette) -> TransposedScene:
        """The panels of the step."""
        return TransposedScene(self.walkthrough, self.step, self.look, self.setup.source.title)

    def words(self) -> tuple[tuple[Line, ...], str]:
        """The sum and the caption: of the cell spoken of, else of the step."""
        cell, walkthrough = self.target, self.walkthrough
        if self.step is None or cell is None or self.clamped(cell) != cell:
            return super().words()
        if cell.grid == "input":
            return stamped_sums(walkthrough, cell.row, cell.column), STAMPED_CAPTION
        if cell.grid == "matrix":
            return weight_sums(walkthrough, cell.row, cell.column), matrix_caption(walkthrough)
        return super().words()

    def steps_per_row(self) -> int:
        """The width of the output."""
        return self.walkthrough.map_size[1]

    def open_step(self) -> None:
        """List all products of the output number."""
        if self.step is not None:
            title = f"where output {self.step.output} comes from"
            self.app.push_screen(ReadScreen(title, Text("\n".join(listing_of(self.step)))))

    def code(self) -> Mapping[str, str]:
        """The layer in PyTorch and Keras."""
        return self.walkthrough.code

    # -- cells ------------------------------------------------------------------------------------

    def index_at(self, target: CellTarget) -> int | None:
        """The step of an output number, or of a row of the matrix."""
        if target.grid == "output":
            return self.walkthrough.index_of(target.row, target.column)
        return target.row if target.grid == "matrix" else None

    def first_cell(self, part: str) -> CellTarget:
        """The top left cell; of the filter as it is shown."""
        if part == "filter" and self.setup.way == "slide":
            part = "turned"
        return CellTarget(part, 0, 0, 0)

    def part_of(self, cell: CellTarget) -> str:
        """The filter is one part, turned or not."""
        return "filter" if cell.grid in _FILTERS else super().part_of(cell)

    def clamped(self, cell: CellTarget) -> CellTarget:
        """The nearest cell of the grid."""
        height, width = self.setup.size
        if cell.grid in _FILTERS:
            height, width = self.setup.kernel_size
        elif cell.grid == "matrix":
            height, width = len(self.walkthrough), height * width
        return CellTarget(
            cell.grid, 0, min(max(cell.row, 0), height - 1), min(max(cell.column, 0), width - 1)
        )

    def editable(self, cell: CellTarget) -> tuple[str, float, Change] | None:
        """Every number of the input and of the filter."""
        setup = self.setup
        if cell.grid == "input":
            at = cell.row, cell.column
            number = float(self.walkthrough.input[at])
            return f"input {at}", number, lambda value: setup.with_input_cell(at, value)
        if cell.grid in _FILTERS:
            at = weight_of(cell, *setup.kernel_size)
            weight = float(self.walkthrough.weight[at])
            return f"weight {at}", weight, lambda value: setup.with_weight(at, value)
        return None

    # -- choosing ---------------------------------------------------------------------------------

    def action_choose_input(self) -> None:
        """Another input, in the present size."""
        choices = input_choices(SOURCES.values())
        current = self.setup.source.name
        self.choose("input", choices, current, lambda key: self.setup.with_source(SOURCES[key]))

    def action_choose_kernel(self) -> None:
        """Another filter."""
        self.choose(
            "filter",
            kernel_choices(),
            self.setup.kernel,
            lambda key: self.setup.with_kernel(key),
            left=True,
        )

    def action_toggle_way(self) -> None:
        """As a matrix instead of as sliding, and back."""
        self.use(self.setup.changed(way="slide" if self.setup.way == "matrix" else "matrix"), "W")

    def action_toggle_undo(self) -> None:
        """Begin with the convolution that is to be undone, or with the input."""
        self.use(self.setup.changed(undo="off" if self.setup.undo == "on" else "on"), "U")
