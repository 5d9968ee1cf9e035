"""The groups explorer: which slices feed which map, from full to depthwise, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from cnnviz_tui.render.explorer import KeyHint
from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.render.groups import GroupsScene, target_step
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.render.panels import Look
from cnnviz_tui.tui.screens.dialogs import ReadScreen
from cnnviz_tui.tui.screens.setup import KEYS, Change, SetupScreen, input_choices, kernel_choices
from cnnviz_tui.walkthroughs.base import Line
from cnnviz_tui.walkthroughs.choosing import PICTURES
from cnnviz_tui.walkthroughs.convolution_text import listing_of
from cnnviz_tui.walkthroughs.groups import GroupsStep, GroupsWalkthrough
from cnnviz_tui.walkthroughs.groups_setup import GROUPS, GroupsSetup
from cnnviz_tui.walkthroughs.groups_text import READ_CAPTION, read_sums


class GroupsScreen(SetupScreen[GroupsSetup]):
    """The explorer of groups.

    Parts for the cursor: the slices' cells, the filter's, the 1x1 filters', the settings.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *SetupScreen.BINDINGS,
        Binding("g", "next_groups", "the next number of groups"),
        Binding("i", "choose_input", "choose the input"),
        Binding("k", "choose_kernel", "choose the filters"),
        Binding("c", "show_code", "the grouped layer in PyTorch, Keras and numpy"),
    ]

    mechanism = GROUPS
    lowest = 17
    keys = (*KEYS[:-1], KeyHint("g", "groups", "next_groups"), KEYS[-1])
    parts = ("player", "input", "filter", "mixing", "settings")
    walkthrough: GroupsWalkthrough

    @property
    def step(self) -> GroupsStep:
        """The step on the stage, with the sum of the number that is pointed at."""
        pointed = self.pointed
        if isinstance(pointed, CellTarget) and pointed.grid in {"maps", "mixed"}:
            return self.walkthrough.step_at(self.shown_index, pointed.row, pointed.column)
        return self.walkthrough[self.shown_index]

    def scene(self, palette: Palette) -> GroupsScene:
        """Slices, maps and costs of the step."""
        return GroupsScene(self.walkthrough, self.step, self.look)

    def words(self) -> tuple[tuple[Line, ...], str]:
        """The sum and the caption: of the slice spoken of, else of the step."""
        cell = self.target
        if cell is not None and cell.grid == "input":
            return read_sums(self.walkthrough, cell.channel), READ_CAPTION
        return super().words()

    def steps_per_row(self) -> int:
        """The filters of a group."""
        return self.setup.filters // self.setup.groups

    def open_step(self) -> None:
        """List all products of the number whose sum is written."""
        number = self.step.number
        place = ", ".join(map(str, number.output))
        title = f"where ({place}) of the {'mixed ' * self.step.pointwise}maps comes from"
        self.app.push_screen(ReadScreen(title, Text("\n".join(listing_of(number)))))

    def code(self) -> Mapping[str, str]:
        """The grouped layer in PyTorch, Keras and numpy."""
        return self.walkthrough.grouped.code

    def action_next_part(self, direction: int = 1) -> None:
        """Let the keys act on the next part that there is."""
        super().action_next_part(direction)
        if self.part == "mixing" and self.walkthrough.mixing is None:
            super().action_next_part(direction)

    # -- cells ------------------------------------------------------------------------------------

    def index_at(self, target: CellTarget) -> int | None:
        """The step of a map, or of a row of the table that says who reads whom."""
        return target_step(self.walkthrough, target)

    def first_cell(self, part: str) -> CellTarget:
        """The top left cell; of the first slice that the step's filter reads."""
        return self.clamped(CellTarget(part, self._reads.start if part == "filter" else 0, 0, 0))

    @property
    def _filter(self) -> int:
        """The filter whose weights are shown."""
        return GroupsScene(self.walkthrough, self.step, Look()).filter_shown

    @property
    def _reads(self) -> range:
        """The slices that this filter reads."""
        return self.walkthrough.grouped.channels_of(self._filter)

    def clamped(self, cell: CellTarget) -> CellTarget:
        """The nearest cell; beyond the right or left edge lies the next slice."""
        height, width = self.setup.size
        slices = range(self.setup.channels)
        if cell.grid == "filter":
            height, width = self.setup.kernel_size
            slices = self._reads
        elif cell.grid == "mixing":
            height, width = self.setup.mixed, self.setup.filters
            slices = range(1)
        channel, column = min(max(cell.channel, slices.start), slices.stop - 1), cell.column
        if column >= width and channel + 1 in slices:
            channel, column = channel + 1, 0
        elif column < 0 and channel - 1 in slices:
            channel, column = channel - 1, width - 1
        return CellTarget(
            cell.grid,
            channel,
            min(max(cell.row, 0), max(height - 1, 0)),
            min(max(column, 0), width - 1),
        )

    def editable(self, cell: CellTarget) -> tuple[str, float, Change] | None:
        """Every number of the slices, of the filters and of the 1x1 filters."""
        setup, walkthrough = self.setup, self.walkthrough
        row, column = cell.row, cell.column
        if cell.grid == "input":
            at = cell.channel, row, column
            name = f"slice {cell.channel + 1} ({row}, {column})"
            number = float(walkthrough.grouped.input[at])
            return name, number, lambda value: setup.with_input_cell(at, value)
        if cell.grid == "filter":
            k = self._filter
            where = k, cell.channel - self._reads.start, row, column
            name = f"weight ({row}, {column}) of filter {k + 1}, slice {cell.channel + 1}"
            weight = float(walkthrough.grouped.weight[where])
            return name, weight, lambda value: setup.with_weight(where, value)
        if cell.grid == "mixing" and walkthrough.mixing is not None:
            name = f"weight of 1x1 filter {row + 1} for map {column + 1}"
            mixing = float(walkthrough.mixing.weight[row, column, 0, 0])
            return name, mixing, lambda value: setup.with_mixing((row, column), value)
        return None

    # -- choosing ---------------------------------------------------------------------------------

    def action_next_groups(self) -> None:
        """More groups, up to one a slice, then one again."""
        self.use(self.setup.with_next_groups(), "G")

    def action_choose_input(self) -> None:
        """Another input, in the present size."""
        choices = input_choices(PICTURES.values())
        current = self.setup.source.name
        self.choose("input", choices, current, lambda key: self.setup.with_source(PICTURES[key]))

    def action_choose_kernel(self) -> None:
        """Other filters."""
        self.choose(
            "filters",
            kernel_choices(),
            self.setup.kernel,
            lambda key: self.setup.with_kernel(key),
            left=True,
        )
