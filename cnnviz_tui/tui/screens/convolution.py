"""The convolution explorer: a filter slides over a picture, and everything can be changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from cnnviz_tui.render.convolution import ConvolutionScene, SliceTarget, View
from cnnviz_tui.render.explorer import Frame, Setting, Timeline
from cnnviz_tui.render.grid import CellMode, CellTarget
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.samples import INPUTS, KERNELS, InputSource, input_named
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.tui.screens.dialogs import AskScreen, Choice, ChooseScreen, ReadScreen
from cnnviz_tui.tui.screens.explorer import KEYS, ExplorerScreen
from cnnviz_tui.walkthroughs.base import Line, text_of
from cnnviz_tui.walkthroughs.convolution import ConvolutionStep
from cnnviz_tui.walkthroughs.convolution_fields import FIELDS
from cnnviz_tui.walkthroughs.convolution_setup import ConvolutionSetup, preset_named, presets
from cnnviz_tui.walkthroughs.convolution_text import (
    fed_caption,
    fed_sums,
    listing_of,
    weight_caption,
)
from cnnviz_tui.walkthroughs.numbers import parse_value, short

_MODES: tuple[CellMode | None, ...] = (None, CellMode.DIGITS, CellMode.SHADES, CellMode.HALF)
_MODE_NAMES = {
    None: "cells as the room allows",
    CellMode.DIGITS: "cells as numbers",
    CellMode.SHADES: "cells as shades",
    CellMode.HALF: "cells as half blocks",
}


class ConvolutionScreen(ExplorerScreen):
    """The explorer of one setup, which its keys and dialogs change.

    Args:
        setup: what to begin with.
        own_source: a picture of the person's own, to be offered among the inputs.
        playing: whether to begin at once.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *ExplorerScreen.BINDINGS,
        Binding("p", "choose_preset", "choose an example"),
        Binding("i", "choose_input", "choose the input"),
        Binding("k", "choose_kernel", "choose the filter"),
        Binding("c", "show_code", "this layer in PyTorch, Keras and numpy"),
        Binding("v", "next_mode", "cells as numbers, shades or half blocks"),
        Binding("right_square_bracket", "next_slice(1)", "next slice of the input"),
        Binding("left_square_bracket", "next_slice(-1)", "previous slice of the input"),
        Binding("pagedown", "next_map(1)", "next output map"),
        Binding("pageup", "next_map(-1)", "previous output map"),
        Binding("r", "reroll", "other random weights"),
    ]

    parts: ClassVar[tuple[str, ...]] = ("player", "input", "filter", "settings")

    def __init__(
        self,
        setup: ConvolutionSetup,
        *,
        own_source: InputSource | None = None,
        playing: bool = True,
    ) -> None:
        super().__init__(name="convolution")
        self.setup = setup
        self.walkthrough = setup.build()
        self.own_source = own_source
        self._play_at_start = playing
        self._mode: CellMode | None = None
        self._channel = self._first_channel()
        self._field = 0
        self._changed = ""
        self._formulas_before = self._formula_texts()
        self._cursors: dict[str, CellTarget] = {}
        self.player.resize(len(self.walkthrough))

    def on_mount(self) -> None:
        """Begin to play, unless the person asked for calm."""
        if self._play_at_start and self.app.animation_level != "none":
            self.action_toggle_play()

    def _first_channel(self) -> int:
        """The colour picture as a whole where it is one, else the first slice."""
        return self.setup.channels if self._has_composite() else 0

    def _has_composite(self) -> bool:
        names = self.setup.channel_names
        return names == ("red", "green", "blue") and self.setup.groups == 1

    # -- what is shown ----------------------------------------------------------------------------

    @property
    def shown_index(self) -> int:
        """The step on the stage: the one pointed at, else where the player is."""
        target = self.pointed
        if isinstance(target, CellTarget) and target.grid == "output":
            return self.walkthrough.index_of(target.channel, target.row, target.column)
        return self.player.position

    @property
    def step(self) -> ConvolutionStep | None:
        """The step on the stage; None where the filter has no position."""
        return self.walkthrough[self.shown_index] if len(self.walkthrough) else None

    @property
    def cursor(self) -> CellTarget | None:
        """The cell that keys act on."""
        if self.part not in {"input", "filter"}:
            return None
        return self._cursors.get(self.part) or CellTarget(self.part, self._cursor_channel(), 0, 0)

    def _cursor_channel(self) -> int:
        return self._channel if self._channel < self.setup.channels else 0

    def scene(self, palette: Palette) -> ConvolutionScene:
        """Input, filter and output of the step."""
        pointed = self.pointed if isinstance(self.pointed, CellTarget) else None
        view = View(
            mode=self._mode,
            channel=min(self._channel, self.setup.channels),
            cursor=self.cursor,
            pointed=pointed,
            reached=self.player.position,
            input_title=self.setup.source.title,
            kernel_titles=self.setup.kernel_titles,
        )
        return ConvolutionScene(self.walkthrough, self.step, view)

    def frame(self) -> Frame:
        """Title, formulas, sum, caption."""
        sums, caption = self._words()
        return Frame(
            breadcrumb=("cnnviz", "convolution", *([self.setup.title] if self.setup.title else [])),
            settings=tuple(Setting(f.symbol, f.text(self.setup)) for f in FIELDS),
            selected=self._field if self.part == "settings" else None,
            changed=self._changed,
            formulas=self.walkthrough.formulas,
            before=self._formulas_before,
            sums=sums,
            caption=caption,
            timeline=Timeline(0, 0, playing=False, speed=0),
            keys=KEYS,
        )

    def _words(self) -> tuple[tuple[Line, ...], str]:
        """The sum and the caption: of the cell pointed at, else of the step."""
        step = self.step
        if step is None:
            return (), f"{self.walkthrough.problem} Press tab and change N, F, D or P."
        target = self.pointed if isinstance(self.pointed, CellTarget) else self.cursor
        if target and target.grid == "input":
            return (
                fed_sums(self.walkthrough, target.channel, target.row, target.column),
                fed_caption(self.walkthrough, target.channel, target.row, target.column),
            )
        if target and target.grid == "filter" and target.row < self.setup.kernel_size[0]:
            where = (step.output[0], target.channel, target.row, target.column)
            return step.sums, weight_caption(self.walkthrough, *where)
        return step.sums, step.caption

    def steps_per_row(self) -> int:
        """The width of the output."""
        return self.walkthrough.map_size[1]

    # -- changing ---------------------------------------------------------------------------------

    def use(self, setup: ConvolutionSetup, changed: str = "") -> None:
        """Show another setup; the player stays where it is as far as that exists."""
        self._formulas_before = self._formula_texts()
        self.setup = setup
        self.walkthrough = setup.build()
        self.player.resize(len(self.walkthrough))
        self._changed = changed
        limit = setup.channels if self._has_composite() else setup.channels - 1
        self._channel = min(self._channel, limit)
        self._cursors = {
            part: cell
            for part, cell in self._cursors.items()
            if cell == self._clamped(cell.grid, cell.channel, cell.row, cell.column)
        }
        self.pointed = None
        self.after_moving()

    def _formula_texts(self) -> tuple[str, ...]:
        return tuple(text_of(formula) for formula in self.walkthrough.formulas)

    def _try(self, change: Callable[[], ConvolutionSetup], changed: str = "") -> str:
        """Make a change; returns what is wrong with it, or an empty string."""
        try:
            self.use(change(), changed)
        except ShapeError as error:
            return str(error)
        return ""

    def change_setting(self, index: int, direction: int) -> None:
        """Select a field; one up or down with a direction; press it again to type."""
        again = self.part == "settings" and self._field == index and direction == 0
        self.part, self._field = "settings", index
        if again:
            self._ask_for_field()
            return
        if direction:
            self._nudge(direction)
        self.redraw()

    def _nudge(self, direction: int) -> None:
        field = FIELDS[self._field]
        complaint = self._try(lambda: field.nudged(self.setup, direction), field.symbol)
        if complaint:
            self.notify(complaint, severity="warning", markup=False)

    def move_cursor(self, down: int, right: int) -> None:
        """Move in the present part: over cells, or from field to field and up and down in it."""
        if self.part == "settings":
            self._field = (self._field + right) % len(FIELDS)
            if down:
                self._nudge(-down)
            return
        cell = self.cursor
        if cell is None:
            return
        grid = self.part
        row, column = cell.row + down, cell.column + right
        self._cursors[self.part] = self._clamped(grid, self._cursor_channel(), row, column)

    def _clamped(self, grid: str, channel: int, row: int, column: int) -> CellTarget:
        """The cell of a grid nearest to a place; the bias lies below the filter."""
        if grid == "filter":
            height, width = self.setup.kernel_size
            if row >= height and self.setup.bias is not None and self.part == "filter":
                return CellTarget("bias", self._map, 0, 0)
            channel = channel if channel in self.walkthrough.channels_of(self._map) else 0
        elif grid == "bias":
            height, width, channel = 1, 1, self._map
        else:
            height, width = self.setup.size
        return CellTarget(
            grid, channel, min(max(row, 0), height - 1), min(max(column, 0), width - 1)
        )

    @property
    def _map(self) -> int:
        """The output map of the step on the stage."""
        step = self.step
        return step.output[0] if step else 0

    def press(self, target: object) -> None:
        """Go to an output cell; take an input or filter cell, and change it when it is taken."""
        if isinstance(target, SliceTarget):
            self._channel = target.channel
            self.redraw()
            return
        if not isinstance(target, CellTarget):
            return
        if target.grid == "output":
            self.part = "player"
            self.player.seek(self.walkthrough.index_of(target.channel, target.row, target.column))
            self.after_moving()
            return
        if target.grid == "patch" or target != self._clamped(
            target.grid, target.channel, target.row, target.column
        ):
            return
        part = "input" if target.grid == "input" else "filter"
        taken = self.part == part and self._cursors.get(part) == target
        self.part, self._cursors[part] = part, target
        self.player.pause()
        self.after_moving()
        if taken:
            self._ask_for_cell("")

    # -- asking -----------------------------------------------------------------------------------

    def action_open(self) -> None:
        """All products of the step; in a part: type a new value for the cell or field."""
        if self.part == "settings":
            self._ask_for_field()
        elif self.part in {"input", "filter"}:
            self._ask_for_cell("")
        elif self.step is not None:
            self.player.pause()
            title = "where {} comes from".format("output ({}, {}, {})".format(*self.step.output))
            self.app.push_screen(ReadScreen(title, Text("\n".join(listing_of(self.step)))))

    def type_into(self, character: str) -> bool:
        """A digit, a sign or a point begins a new value in a part that takes one."""
        if character not in "0123456789.-−":
            return False
        if self.part == "settings":
            self._ask_for_field(character)
        elif self.part in {"input", "filter"}:
            self._ask_for_cell(character)
        else:
            return False
        return True

    def _ask(self, title: str, hint: str, value: str, attempt: Callable[[str], str], typed: str,
             ) -> None:  # fmt: skip
        before = self.setup

        def restore(kept: bool | None) -> None:
            if not kept:
                self.use(before)

        self.player.pause()
        self.app.push_screen(
            AskScreen(title, hint, typed or value, attempt, selected=not typed), restore
        )

    def _ask_for_field(self, typed: str = "") -> None:
        field = FIELDS[self._field]
        self._ask(
            f"{field.name} {field.symbol}",
            field.hint,
            field.text(self.setup),
            lambda text: self._try(lambda: field.typed(self.setup, text), field.symbol),
            typed,
        )

    def _ask_for_cell(self, typed: str) -> None:
        cell = self.cursor
        if cell is None:
            return
        self._cursors[self.part] = cell
        name, value, change = self._cell(cell)
        self._ask(
            name,
            "a number",
            short(value),
            lambda text: self._try(lambda: change(parse_value(text, name))),
            typed,
        )

    def _cell(self, cell: CellTarget) -> tuple[str, float, Callable[[float], ConvolutionSetup]]:
        """What a cell is called, its number, and how another number gets there."""
        setup, k = self.setup, self._map
        if cell.grid == "bias":
            name = f"bias of filter {k + 1}"
            bias = self.walkthrough.bias
            present = 0.0 if bias is None else float(bias[k])
            return name, present, lambda value: setup.with_bias_of(k, value)
        if cell.grid == "filter":
            channel = cell.channel - self.walkthrough.channels_of(k).start
            where = (k, channel, cell.row, cell.column)
            name = f"weight ({cell.row}, {cell.column}) of filter {k + 1}"
            if setup.channels > 1:
                name += f", slice {cell.channel + 1}"
            present = float(self.walkthrough.weight[where])
            return name, present, lambda value: setup.with_weight(where, value)
        at = (cell.channel, cell.row, cell.column)
        name = f"input ({cell.row}, {cell.column})"
        if setup.channels > 1:
            name += f" of slice {cell.channel + 1}"
        present = float(self.walkthrough.input[at])
        return name, present, lambda value: setup.with_input_cell(at, value)

    # -- choosing ---------------------------------------------------------------------------------

    def _choose(
        self,
        title: str,
        choices: list[Choice],
        current: str,
        change: Callable[[str], ConvolutionSetup],
    ) -> None:
        before, channel = self.setup, self._channel

        def attempt(key: str) -> None:
            complaint = self._try(lambda: change(key))
            self._channel = self._first_channel()
            self.redraw()
            if complaint:
                self.notify(complaint, severity="warning", markup=False)

        def restore(kept: bool | None) -> None:
            if not kept:
                self._channel = channel
                self.use(before)

        self.app.push_screen(ChooseScreen(title, choices, current, attempt), restore)

    def action_choose_preset(self) -> None:
        """One of the lecture's examples."""
        choices = [Choice(p.name, p.title, p.about) for p in presets()]
        current = next((p.name for p in presets() if p.setup == self.setup), "")
        self._choose("examples", choices, current, lambda key: preset_named(key).setup)

    def action_choose_input(self) -> None:
        """Another picture."""
        own = [self.own_source] if self.own_source else []
        sources = {source.name: source for source in (*own, *INPUTS)}
        choices = [
            Choice(s.name, s.title, f"{s.size[0]}x{s.size[1]}x{s.channels}")
            for s in sources.values()
        ]
        self._choose(
            "input",
            choices,
            self.setup.source.name,
            lambda key: self.setup.with_source(sources.get(key) or input_named(key)),
        )

    def action_choose_kernel(self) -> None:
        """Another filter."""
        choices = [Choice(kernel.name, kernel.title, kernel.about) for kernel in KERNELS]
        self._choose("filter", choices, self.setup.kernel, self.setup.with_kernel)

    def action_reroll(self) -> None:
        """Other random weights."""
        if self.setup.kernel == "random":
            self.use(self.setup.changed(seed=self.setup.seed + 1, weight_edits={}))
        else:
            self.notify("Only random filters can be drawn again: press k and take random.")

    def action_next_mode(self) -> None:
        """Another way to draw cells."""
        self._mode = _MODES[(_MODES.index(self._mode) + 1) % len(_MODES)]
        self.notify(_MODE_NAMES[self._mode], timeout=2)
        self.redraw()

    def action_next_slice(self, direction: int = 1) -> None:
        """Another slice of the input, where one is shown at a time; the colour picture too."""
        count = self.setup.channels + self._has_composite()
        self._channel = (self._channel + direction) % count
        self._cursors.clear()
        self.redraw()

    def action_next_map(self, direction: int) -> None:
        """The same place in another output map."""
        height, width = self.walkthrough.map_size
        self.player.move(direction * height * width)
        self.after_moving()

    def action_show_code(self) -> None:
        """The layer as code, the PyTorch line copied."""
        try:
            snippets = self.walkthrough.code
        except ShapeError as error:
            self.notify(str(error), severity="warning", markup=False)
            return
        text = Text()
        for name, code in snippets.items():
            text.append(f"{name}\n", style="bold")
            text.append(f"{code}\n\n")
        copies = {name[0].lower(): code for name, code in snippets.items()}

        def copier(code: str) -> Callable[[], None]:
            def copy() -> None:
                self.app.copy_to_clipboard(code)
                self.notify("Copied to the clipboard.", timeout=2)

            return copy

        first = next(iter(snippets))
        self.app.copy_to_clipboard(snippets[first])
        others = " · ".join(f"{name[0].lower()} copies {name}" for name in snippets)
        self.app.push_screen(
            ReadScreen(
                f"this layer as code ({first} is copied)",
                text,
                subtitle=f"{others} · escape closes",
                keys={key: copier(code) for key, code in copies.items()},
            )
        )
