"""The gallery of filters on pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.binding import Binding, BindingType

from cnnviz_tui.render.explorer import KeyHint
from cnnviz_tui.render.gallery import ANSWERS, FILTER, INPUT, TILE, GalleryScene
from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.tui.screens.setup import KEYS, Change, SetupScreen
from cnnviz_tui.walkthroughs.base import Line
from cnnviz_tui.walkthroughs.gallery import GalleryStep, GalleryWalkthrough
from cnnviz_tui.walkthroughs.gallery_setup import GALLERY, GallerySetup
from cnnviz_tui.walkthroughs.gallery_text import sums_of
from cnnviz_tui.walkthroughs.mechanism import Field


class GalleryScreen(SetupScreen[GallerySetup]):
    """Filters side by side, one of them at work.

    Parts for the cursor: the picture's cells, the filter's, the settings.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *SetupScreen.BINDINGS,
        Binding("i", "ask_for('input')", "choose the picture"),
        Binding("k", "ask_for('bank')", "choose the bank of filters"),
    ]

    mechanism = GALLERY
    lowest = 17
    keys = (*KEYS[:-1], KeyHint("k", "filters", "ask_for('bank')"), KEYS[-1])
    parts = ("player", INPUT, FILTER, "settings")
    walkthrough: GalleryWalkthrough

    def __init__(self, setup: GallerySetup | None = None, *, playing: bool = True) -> None:
        super().__init__(setup, playing=playing)
        # A filter is looked at, not watched: one a second.
        self.player.change_speed(-3, 0.0)

    @property
    def fields(self) -> Sequence[Field[Any]]:
        """The fields that the present bank of filters has."""
        return [field for field in super().fields if field.option in self.setup.options]

    @property
    def step(self) -> GalleryStep:
        """The filter on the stage."""
        return self.walkthrough[self.shown_index]

    def scene(self, palette: Palette) -> GalleryScene:
        """All filters, and the chosen one at work."""
        return GalleryScene(self.walkthrough, self.step, self.look)

    def words(self) -> tuple[tuple[Line, ...], str]:
        """The answer that is pointed at, else the strongest."""
        step, cell = self.step, self.pointed
        if isinstance(cell, CellTarget) and cell.grid == ANSWERS and cell.channel == step.index:
            return sums_of(step, (cell.row, cell.column), "answer"), step.caption
        return super().words()

    def steps_per_row(self) -> int:
        """Filters stand in one row."""
        return 1

    def index_at(self, target: CellTarget) -> int | None:
        """The step of a filter in the row."""
        return target.row if target.grid == TILE and target.row < len(self.walkthrough) else None

    # -- cells ------------------------------------------------------------------------------------

    def first_cell(self, part: str) -> CellTarget:
        """The top left cell of the picture or of the chosen filter."""
        return self.clamped(CellTarget(part, 0, 0, 0))

    def clamped(self, cell: CellTarget) -> CellTarget:
        """The nearest cell of the picture, or of the chosen filter."""
        height, width = self.walkthrough.picture.shape
        channel = 0
        if cell.grid == FILTER:
            height, width = self.walkthrough.filters[0].weights.shape
            channel = min(self.player.position, len(self.walkthrough.filters) - 1)
        row, column = min(max(cell.row, 0), height - 1), min(max(cell.column, 0), width - 1)
        return CellTarget(cell.grid, channel, row, column)

    @property
    def cursor(self) -> CellTarget | None:
        """The cell that keys act on; in the filter it goes along to the next one."""
        cell = super().cursor
        return None if cell is None else self.clamped(cell)

    def editable(self, cell: CellTarget) -> tuple[str, float, Change] | None:
        """Every pixel and every weight."""
        setup, at = self.setup, (cell.row, cell.column)
        if cell.grid == INPUT:
            number = float(self.walkthrough.picture[at])
            return f"pixel {at}", number, lambda value: setup.with_input_cell(at, value)
        if cell.grid != FILTER:
            return None
        where = (cell.channel, *at)
        number = float(self.walkthrough.filters[cell.channel].weights[at])
        name = f"weight {at} of {self.walkthrough.labels[cell.channel]}"
        return name, number, lambda value: setup.with_weight(where, value)
