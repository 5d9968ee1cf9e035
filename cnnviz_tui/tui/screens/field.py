"""The explorer of receptive fields."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from cnnviz_tui.render.explorer import KeyHint
from cnnviz_tui.render.field import LAYER, PICTURE, FieldScene
from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.tui.screens.setup import KEYS, SetupScreen
from cnnviz_tui.walkthroughs.base import Line
from cnnviz_tui.walkthroughs.field import FieldStep, FieldWalkthrough
from cnnviz_tui.walkthroughs.field_setup import FIELD, FieldSetup
from cnnviz_tui.walkthroughs.field_text import pixel_sums


class FieldScreen(SetupScreen[FieldSetup]):
    """The explorer of one unit's receptive field.

    Parts for the cursor: the unit, which arrows move, and the settings.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *SetupScreen.BINDINGS,
        Binding("e", "ask_for('stack')", "type the layers"),
        Binding("o", "ask_for('rival')", "type another stack to compare with"),
        Binding("i", "ask_for('input')", "choose the picture"),
    ]

    mechanism = FIELD
    keys = (*KEYS[:-1], KeyHint("e", "layers", "ask_for('stack')"), KEYS[-1])
    parts = ("player", "unit", "settings")
    walkthrough: FieldWalkthrough

    def __init__(self, setup: FieldSetup | None = None, *, playing: bool = True) -> None:
        super().__init__(setup, playing=playing)
        # A step is read, not watched: one a second.
        self.player.change_speed(-3, 0.0)

    @property
    def step(self) -> FieldStep | None:
        """The step on the stage; None where the stack does not fit."""
        return self.walkthrough[self.shown_index] if len(self.walkthrough) else None

    def scene(self, palette: Palette) -> FieldScene:
        """The picture with the field, the layers, the cut through them."""
        return FieldScene(self.walkthrough, self.step, self.look)

    def words(self) -> tuple[tuple[Line, ...], str]:
        """Of a pixel that is pointed at: how many units see it."""
        step, cell = self.step, self.pointed
        if step is None or not isinstance(cell, CellTarget) or cell.grid != PICTURE:
            return super().words()
        return (
            (pixel_sums(self.walkthrough, step.layers, cell.row, cell.column),),
            "Press it to move the field there. Pixels at the border are seen by fewer units.",
        )

    def steps_per_row(self) -> int:
        """Layers stand below each other."""
        return 1

    def index_at(self, target: CellTarget) -> int | None:
        """The step of a layer."""
        return target.row if target.grid == LAYER and len(self.walkthrough) else None

    def press(self, target: object) -> None:
        """A pixel moves the field there."""
        if isinstance(target, CellTarget) and target.grid == PICTURE and len(self.walkthrough):
            self._move_to(*self.walkthrough.unit_near(target.row, target.column))
        else:
            super().press(target)

    def move_cursor(self, down: int, right: int) -> None:
        """Move the unit, in its part."""
        if self.part != "unit":
            super().move_cursor(down, right)
        elif len(self.walkthrough):
            row, column = self.walkthrough.unit
            self._move_to(row + down, column + right)

    def _move_to(self, row: int, column: int) -> None:
        """Another unit of the last layer; the setup stays what it is called."""
        height, width = self.walkthrough.map_size(len(self.setup.stack))
        unit = min(max(row, 0), height - 1), min(max(column, 0), width - 1)
        self.use(self.setup.changed(unit=unit, title=self.setup.title))

    @property
    def cursor(self) -> CellTarget | None:
        """The unit is moved itself: no cell is under a cursor."""
        return None
