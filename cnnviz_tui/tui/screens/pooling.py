"""The pooling explorer: windows leave one number each, and gradients flow back through them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from cnnviz_tui.render.explorer import KeyHint
from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.render.pooling import PoolingScene
from cnnviz_tui.tui.screens.dialogs import ReadScreen
from cnnviz_tui.tui.screens.setup import KEYS, Change, SetupScreen, input_choices
from cnnviz_tui.walkthroughs.base import Line
from cnnviz_tui.walkthroughs.pooling import PoolingStep, PoolingWalkthrough
from cnnviz_tui.walkthroughs.pooling_setup import POOLING, SOURCES, PoolingSetup
from cnnviz_tui.walkthroughs.pooling_text import (
    GATHERED_CAPTION,
    gathered_sums,
    listing_of,
    seen_caption,
    seen_sums,
)


class PoolingScreen(SetupScreen[PoolingSetup]):
    """The explorer of one pooling layer.

    Parts for the cursor: the input's cells, the gradients that arrive, the settings.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *SetupScreen.BINDINGS,
        Binding("i", "choose_input", "choose the input"),
        Binding("m", "toggle_kind", "maximum or average"),
        Binding("g", "toggle_gradient", "with or without the way back"),
        Binding("c", "show_code", "this layer in PyTorch and Keras"),
        Binding("pagedown", "next_map(1)", "same place in the next channel"),
        Binding("pageup", "next_map(-1)", "same place in the previous channel"),
    ]

    mechanism = POOLING
    keys = (*KEYS[:-1], KeyHint("m", "max/average", "toggle_kind"), KEYS[-1])
    parts = ("player", "input", "upstream", "settings")
    walkthrough: PoolingWalkthrough

    @property
    def step(self) -> PoolingStep | None:
        """The step on the stage; None where the window has no position."""
        return self.walkthrough[self.shown_index] if len(self.walkthrough) else None

    def scene(self, palette: Palette) -> PoolingScene:
        """Input, output and gradients of the step."""
        return PoolingScene(self.walkthrough, self.step, self.look, self.setup.source.title)

    def words(self) -> tuple[tuple[Line, ...], str]:
        """The sum and the caption: of the cell spoken of, else of the step."""
        cell, walkthrough = self.target, self.walkthrough
        if self.step is None or cell is None or self.clamped(cell) != cell:
            return super().words()
        where = (cell.channel, cell.row, cell.column)
        if cell.grid == "input":
            return seen_sums(walkthrough, *where), seen_caption(walkthrough, *where[1:])
        if cell.grid == "gradient":
            return gathered_sums(walkthrough, *where), GATHERED_CAPTION
        return super().words()

    def steps_per_row(self) -> int:
        """The width of the output."""
        return self.walkthrough.map_size[1]

    def open_step(self) -> None:
        """List all numbers of the window."""
        if self.step is not None:
            title = f"where output {self.step.output} comes from"
            self.app.push_screen(ReadScreen(title, Text("\n".join(listing_of(self.step)))))

    def code(self) -> Mapping[str, str]:
        """The layer in PyTorch and Keras."""
        return self.walkthrough.code

    def action_next_part(self, direction: int = 1) -> None:
        """Let the keys act on the next part that there is."""
        super().action_next_part(direction)
        if self.part == "upstream" and self.walkthrough.upstream is None:
            super().action_next_part(direction)

    # -- cells ------------------------------------------------------------------------------------

    def index_at(self, target: CellTarget) -> int | None:
        """The step of an output number, or of its gradient."""
        if target.grid not in {"output", "upstream"} or not len(self.walkthrough):
            return None
        if target.grid == "upstream" and target != self.pointed:
            return None
        backward = target.grid == "upstream"
        return self.walkthrough.index_of(
            target.channel, target.row, target.column, backward=backward
        )

    def press(self, target: object) -> None:
        """An arriving gradient is taken to be changed, though pointing at it shows its step."""
        self.pointed = None
        super().press(target)

    def first_cell(self, part: str) -> CellTarget:
        """The top left cell of the step's channel."""
        return CellTarget(part, self.step.output[0] if self.step else 0, 0, 0)

    def clamped(self, cell: CellTarget) -> CellTarget:
        """The nearest cell of the grid."""
        height, width = self.setup.size
        if cell.grid in {"upstream", "output"}:
            height, width = self.walkthrough.map_size
        return CellTarget(
            cell.grid,
            min(cell.channel, self.setup.channels - 1),
            min(max(cell.row, 0), max(height - 1, 0)),
            min(max(cell.column, 0), max(width - 1, 0)),
        )

    def editable(self, cell: CellTarget) -> tuple[str, float, Change] | None:
        """Every number of the input, and every gradient that arrives."""
        setup, at = self.setup, (cell.channel, cell.row, cell.column)
        place = f"({cell.row}, {cell.column})"
        if setup.channels > 1:
            place += f" of channel {cell.channel + 1}"
        if cell.grid == "input":
            number = float(self.walkthrough.input[at])
            return f"input {place}", number, lambda value: setup.with_input_cell(at, value)
        upstream = self.walkthrough.upstream
        if cell.grid == "upstream" and upstream is not None:
            gradient = float(upstream[at])
            return f"∂output {place}", gradient, lambda value: setup.with_upstream(at, value)
        return None

    # -- choosing ---------------------------------------------------------------------------------

    def action_choose_input(self) -> None:
        """Another input."""
        sources = {**SOURCES, self.setup.source.name: self.setup.source}
        self.choose(
            "input",
            input_choices(sources.values(), sizes=True),
            self.setup.source.name,
            lambda key: self.setup.with_source(sources[key]),
        )

    def action_toggle_kind(self) -> None:
        """The maximum instead of the average, and back."""
        other = "average" if self.setup.kind == "max" else "max"
        self.use(self.setup.changed(kind=other), "M")

    def action_toggle_gradient(self) -> None:
        """Go back through the layer after the output is there, or do not."""
        other = "off" if self.setup.gradient == "on" else "on"
        self.use(self.setup.changed(gradient=other), "G")

    def action_next_map(self, direction: int) -> None:
        """The same place in another channel."""
        height, width = self.walkthrough.map_size
        self.player.move(direction * height * width)
        self.after_moving()
