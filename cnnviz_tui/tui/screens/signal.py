"""The explorer of convolution by its definition: flip, shift, multiply, sum."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from cnnviz_tui.render.explorer import KeyHint
from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.render.signal import SignalScene
from cnnviz_tui.tui.screens.dialogs import Choice, ReadScreen
from cnnviz_tui.tui.screens.setup import KEYS, Change, SetupScreen
from cnnviz_tui.walkthroughs.base import Line
from cnnviz_tui.walkthroughs.signal import SignalStep, SignalWalkthrough
from cnnviz_tui.walkthroughs.signal_setup import (
    SIGNAL,
    SignalSetup,
    kernel_names,
    kernel_rows,
    signal_names,
    signal_rows,
)
from cnnviz_tui.walkthroughs.signal_text import kernel_caption, listing_of, signal_caption


class SignalScreen(SetupScreen[SignalSetup]):
    """The explorer of one convolution of two signals.

    Parts for the cursor: the numbers of the signal, those of the kernel, the settings.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *SetupScreen.BINDINGS,
        Binding("i", "choose_signal", "choose the signal"),
        Binding("k", "choose_kernel", "choose the kernel"),
    ]

    mechanism = SIGNAL
    lowest = 17
    keys = (*KEYS[:-1], KeyHint("k", "kernel", "choose_kernel"), KEYS[-1])
    parts = ("player", "signal", "kernel", "settings")
    walkthrough: SignalWalkthrough

    @property
    def step(self) -> SignalStep:
        """The step on the stage."""
        return self.walkthrough[self.shown_index]

    def scene(self, palette: Palette) -> SignalScene:
        """Signal, kernel and both results of the step."""
        return SignalScene(self.walkthrough, self.step, self.look)

    def words(self) -> tuple[tuple[Line, ...], str]:
        """The sums of the step; the caption tells of the number that is spoken of, if any."""
        cell, step = self.target, self.step
        if cell is not None and cell.grid == "signal":
            return step.sums, signal_caption(self.walkthrough, cell.row, cell.column)
        if cell is not None and cell.grid == "kernel":
            return step.sums, kernel_caption(self.walkthrough, cell.row, cell.column)
        return step.sums, step.caption

    def steps_per_row(self) -> int:
        """The width of the output."""
        return len(self.walkthrough.positions[1])

    def index_at(self, target: CellTarget) -> int | None:
        """The step that computes an output of either operation."""
        if target.grid not in {"convolution", "correlation"}:
            return None
        return self.walkthrough.index_of(target.row, target.column)

    def clamped(self, cell: CellTarget) -> CellTarget:
        """The nearest number of the signal or the kernel."""
        height, width = self.setup.kernel_size if cell.grid == "kernel" else self.setup.size
        return CellTarget(
            cell.grid, 0, min(max(cell.row, 0), height - 1), min(max(cell.column, 0), width - 1)
        )

    def editable(self, cell: CellTarget) -> tuple[str, float, Change] | None:
        """Every number of the signal and the kernel."""
        setup, row, column, which = self.setup, cell.row, cell.column, cell.grid
        letter = "g" if which == "kernel" else "f"
        rows = setup.kernel if which == "kernel" else setup.signal
        place = f"{column}" if len(rows) == 1 else f"{row}, {column}"
        return (
            f"{letter}[{place}]",
            rows[row][column],
            lambda value: setup.with_number(which, row, column, value),
        )

    def press(self, target: object) -> None:
        """The kernel that moves is the kernel: pressing it takes the number of the original."""
        if isinstance(target, CellTarget) and target.grid == "moving":
            height, width = self.setup.kernel_size
            index = self.step.index
            row = height - 1 - target.row if index >= 2 else target.row
            column = width - 1 - target.column if index >= 1 else target.column
            target = CellTarget("kernel", 0, row if height > 1 else target.row, column)
        super().press(target)

    def open_step(self) -> None:
        """List all products of the position, for both operations."""
        self.app.push_screen(
            ReadScreen("products of this position", Text("\n".join(listing_of(self.step))))
        )

    def action_choose_signal(self) -> None:
        """Another signal or picture."""
        choices = [Choice(name, name, about) for name, about in signal_names().items()]
        current = self.mechanism.fields[0].text(self.setup)
        self.choose(
            "signal", choices, current, lambda key: self.setup.changed(signal=signal_rows(key))
        )

    def action_choose_kernel(self) -> None:
        """Another kernel."""
        choices = [Choice(name, name, about) for name, about in kernel_names().items()]
        current = self.mechanism.fields[2].text(self.setup)
        self.choose(
            "kernel", choices, current, lambda key: self.setup.changed(kernel=kernel_rows(key))
        )
