"""The convolution explorer: a filter slides over a picture, and everything can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from cnnviz_tui.render.convolution import ConvolutionScene, SliceTarget
from cnnviz_tui.render.convolution_grids import View
from cnnviz_tui.render.explorer import KeyHint, Scene
from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.samples import INPUTS, InputSource, input_named
from cnnviz_tui.tui.screens.dialogs import ReadScreen
from cnnviz_tui.tui.screens.setup import KEYS, Change, SetupScreen, input_choices, kernel_choices
from cnnviz_tui.walkthroughs.base import Line
from cnnviz_tui.walkthroughs.convolution import ConvolutionStep, ConvolutionWalkthrough
from cnnviz_tui.walkthroughs.convolution_setup import CONVOLUTION, ConvolutionSetup
from cnnviz_tui.walkthroughs.convolution_text import (
    fed_caption,
    fed_sums,
    listing_of,
    weight_caption,
)
from cnnviz_tui.walkthroughs.mechanism import Mechanism


class ConvolutionScreen(SetupScreen[ConvolutionSetup]):
    """The explorer of one convolution.

    Parts for the cursor: the input's cells, the filter's with the bias below, the settings.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *SetupScreen.BINDINGS,
        Binding("i", "choose_input", "choose the input"),
        Binding("k", "choose_kernel", "choose the filter"),
        Binding("c", "show_code", "this layer in PyTorch, Keras and numpy"),
        Binding("right_square_bracket", "next_slice(1)", "next slice of the input"),
        Binding("left_square_bracket", "next_slice(-1)", "previous slice of the input"),
        Binding("pagedown", "next_map(1)", "next output map"),
        Binding("pageup", "next_map(-1)", "previous output map"),
        Binding("r", "reroll", "other random weights"),
    ]

    mechanism: ClassVar[Mechanism[Any]] = CONVOLUTION
    keys = (*KEYS[:-1], KeyHint("c", "code", "show_code"), KEYS[-1])
    parts = ("player", "input", "filter", "settings")
    walkthrough: ConvolutionWalkthrough

    def __init__(self, setup: ConvolutionSetup | None = None, *, playing: bool = True) -> None:
        super().__init__(setup, playing=playing)
        self._own_source = self._own(self.setup.source)
        self._channel = self._slices() - 1 if self._has_composite() else 0
        self._slices_before = self._slices()
        self.player.seek(self.walkthrough.telling_step())

    @staticmethod
    def _own(source: InputSource) -> InputSource | None:
        """The source, if it is a picture of the person's own."""
        return source if source.name.startswith("file:") else None

    def _has_composite(self) -> bool:
        """Whether the input can be shown as one colour picture."""
        names = self.setup.channel_names
        return names == ("red", "green", "blue") and self.setup.groups == 1

    def _slices(self) -> int:
        """How many views of the input there are: its slices, and the colour picture."""
        return self.setup.channels + self._has_composite()

    def after_change(self) -> None:
        """Keep to a slice that there is; a new colour picture is shown as one."""
        if self._channel >= self._slices() or self._slices() > self._slices_before:
            self._channel = self._slices() - 1 if self._has_composite() else 0
        self._slices_before = self._slices()

    # -- what is shown ----------------------------------------------------------------------------

    @property
    def step(self) -> ConvolutionStep | None:
        """The step on the stage; None where the filter has no position."""
        return self.walkthrough[self.shown_index] if len(self.walkthrough) else None

    def scene(self, palette: Palette) -> Scene:
        """Input, filter and output of the step."""
        view = View(
            mode=self.mode,
            channel=self._channel,
            cursor=self.cursor,
            pointed=self.pointed_cell,
            reached=self.player.position,
            input_title=self.setup.source.title,
            kernel_titles=self.setup.kernel_titles,
        )
        return ConvolutionScene(self.walkthrough, self.step, view)

    def words(self) -> tuple[tuple[Line, ...], str]:
        """The sum and the caption: of the cell spoken of, else of the step."""
        step, cell = self.step, self.target
        if step is None or cell is None:
            return super().words()
        if cell.grid == "input":
            where = (cell.channel, cell.row, cell.column)
            return fed_sums(self.walkthrough, *where), fed_caption(self.walkthrough, *where)
        if cell.grid == "filter":
            weight = (step.output[0], cell.channel, cell.row, cell.column)
            return step.sums, weight_caption(self.walkthrough, *weight)
        return super().words()

    def steps_per_row(self) -> int:
        """The width of the output."""
        return self.walkthrough.map_size[1]

    def open_step(self) -> None:
        """List all products of the step."""
        if self.step is not None:
            k, row, column = self.step.output
            title = f"where map {k + 1}, row {row}, column {column} comes from"
            self.app.push_screen(ReadScreen(title, Text("\n".join(listing_of(self.step)))))

    def code(self) -> Mapping[str, str]:
        """The layer in PyTorch, Keras and numpy."""
        return self.walkthrough.code

    # -- cells ------------------------------------------------------------------------------------

    def index_at(self, target: CellTarget) -> int | None:
        """The step that computes an output cell."""
        if target.grid != "output":
            return None
        return self.walkthrough.index_of(target.channel, target.row, target.column)

    def first_cell(self, part: str) -> CellTarget:
        """The top left cell of the slice that is shown."""
        channel = self._channel if self._channel < self.setup.channels else 0
        return self.clamped(CellTarget(part, channel, 0, 0))

    def part_of(self, cell: CellTarget) -> str:
        """The bias belongs to the filter."""
        return "filter" if cell.grid == "bias" else super().part_of(cell)

    def clamped(self, cell: CellTarget) -> CellTarget:
        """The nearest cell of the grid; the bias lies below the filter's last row."""
        k = self._map
        channel = cell.channel
        if cell.grid == "bias":
            if cell.row < 0:
                return self.clamped(CellTarget("filter", 0, self.setup.kernel_size[0] - 1, 0))
            return CellTarget("bias", k, 0, 0)
        height, width = self.setup.size
        if cell.grid == "filter":
            height, width = self.setup.kernel_size
            if cell.row >= height and self.setup.bias is not None:
                return CellTarget("bias", k, 0, 0)
            channels = self.walkthrough.channels_of(k)
            channel = channel if channel in channels else channels.start
        channel = min(channel, self.setup.channels - 1)
        return CellTarget(
            cell.grid,
            channel,
            min(max(cell.row, 0), height - 1),
            min(max(cell.column, 0), width - 1),
        )

    @property
    def _map(self) -> int:
        """The output map of the step on the stage."""
        return self.step.output[0] if self.step else 0

    def editable(self, cell: CellTarget) -> tuple[str, float, Change] | None:
        """Every number of the input, the filter and the bias."""
        setup, k = self.setup, self._map
        if cell.grid == "bias":
            bias = self.walkthrough.bias
            present = 0.0 if bias is None else float(bias[k])
            return f"bias of filter {k + 1}", present, lambda value: setup.with_bias_of(k, value)
        if cell.grid == "filter":
            channel = cell.channel - self.walkthrough.channels_of(k).start
            where = (k, channel, cell.row, cell.column)
            name = f"weight ({cell.row}, {cell.column}) of filter {k + 1}"
            if setup.channels > 1:
                name += f", slice {cell.channel + 1}"
            weight = float(self.walkthrough.weight[where])
            return name, weight, lambda value: setup.with_weight(where, value)
        at = (cell.channel, cell.row, cell.column)
        name = f"input ({cell.row}, {cell.column})"
        if setup.channels > 1:
            name += f" of slice {cell.channel + 1}"
        number = float(self.walkthrough.input[at])
        return name, number, lambda value: setup.with_input_cell(at, value)

    def press(self, target: object) -> None:
        """A slice's name shows that slice; cells as in every explorer."""
        if isinstance(target, SliceTarget):
            self._channel = target.channel
            self.redraw()
        else:
            super().press(target)

    # -- choosing ---------------------------------------------------------------------------------

    def action_choose_input(self) -> None:
        """Another picture."""
        own = [self._own_source] if self._own_source else []
        sources = {source.name: source for source in (*own, *INPUTS)}
        self.choose(
            "input",
            input_choices(sources.values(), sizes=True),
            self.setup.source.name,
            lambda key: self.setup.with_source(sources.get(key) or input_named(key)),
        )

    def action_choose_kernel(self) -> None:
        """Another filter."""
        self.choose(
            "filter",
            kernel_choices(),
            self.setup.kernel,
            lambda key: self.setup.with_kernel(key),
            left=True,
        )

    def action_reroll(self) -> None:
        """Other random weights."""
        if self.setup.kernel == "random":
            self.use(self.setup.changed(seed=self.setup.seed + 1, weight_edits={}))
        else:
            self.notify("Only random filters can be drawn again: press k and take random.")

    def action_next_slice(self, direction: int = 1) -> None:
        """Another slice of the input, where one is shown at a time; the colour picture too."""
        self._channel = (self._channel + direction) % self._slices()
        self.cursors.clear()
        self.redraw()

    def action_next_map(self, direction: int) -> None:
        """The same place in another output map."""
        height, width = self.walkthrough.map_size
        self.player.move(direction * height * width)
        self.after_moving()
