"""The explorer of a convolution as a matrix: three ways to the same numbers, in lockstep."""

from __future__ import annotations

from rich.text import Text

from cnnviz_tui.render.explorer import Scene
from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.render.matrix import MatrixScene
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.tui.screens.convolution import ConvolutionScreen
from cnnviz_tui.tui.screens.dialogs import ReadScreen
from cnnviz_tui.walkthroughs.base import Line
from cnnviz_tui.walkthroughs.convolution_setup import ConvolutionSetup
from cnnviz_tui.walkthroughs.convolution_text import listing_of
from cnnviz_tui.walkthroughs.matrix import MatrixStep, MatrixWalkthrough
from cnnviz_tui.walkthroughs.matrix_setup import MATRIX
from cnnviz_tui.walkthroughs.matrix_text import (
    copied_caption,
    memory_listing,
    shared_caption,
    toeplitz_caption,
    window_caption,
)


class MatrixScreen(ConvolutionScreen):
    """A convolution with its two matrices; parts and keys are those of a convolution."""

    mechanism = MATRIX
    lowest = 17
    walkthrough: MatrixWalkthrough

    def __init__(self, setup: ConvolutionSetup | None = None, *, playing: bool = True) -> None:
        super().__init__(setup or MATRIX.presets()[0].setup, playing=playing)

    def _has_composite(self) -> bool:
        """A matrix is made of slices, never of colours."""
        return False

    @property
    def step(self) -> MatrixStep | None:
        """The step on the stage; None where the filter has no position."""
        return self.walkthrough.step(self.shown_index) if len(self.walkthrough) else None

    def scene(self, palette: Palette) -> Scene:
        """Sliding window, Toeplitz matrix and im2col of the step."""
        if self.step is None:
            return super().scene(palette)
        # Beyond the slices the convolution explorer has a colour picture, which is no slice.
        channel = min(self._channel, self.walkthrough.channels - 1)
        return MatrixScene(self.walkthrough, self.step, self.look, channel)

    def words(self) -> tuple[tuple[Line, ...], str]:
        """The sums of the step; the caption tells of the cell that is spoken of, if any."""
        step, cell = self.step, self.target
        if step is None or cell is None:
            return super().words()
        return step.sums, self._caption(step, cell) or step.caption

    def _caption(self, step: MatrixStep, cell: CellTarget) -> str:
        walkthrough = self.walkthrough
        rows, columns = walkthrough.kernel_size
        height, width = walkthrough.input.shape[1:]
        match cell.grid:
            case "toeplitz":
                return toeplitz_caption(walkthrough, cell.row, cell.column)
            case "im2col":
                return window_caption(walkthrough, cell.row, cell.column)
            case "im2col-above":
                return shared_caption(walkthrough, cell.row, cell.column)
            case "filter":
                number = (cell.channel * rows + cell.row) * columns + cell.column
                return shared_caption(walkthrough, step.output[0], number)
            case "toeplitz-above":
                return copied_caption(walkthrough, *walkthrough.cell_of_column(cell.column))
            case "input" if 0 <= cell.row < height and 0 <= cell.column < width:
                return copied_caption(walkthrough, cell.channel, cell.row, cell.column)
        return ""

    def open_step(self) -> None:
        """List all products of the step, and how the memory of each way is counted."""
        if self.step is not None:
            lines = [*listing_of(self.step), "", *memory_listing(self.walkthrough)]
            title = f"row {self.step.index + 1} of T"
            self.app.push_screen(ReadScreen(title, Text("\n".join(lines))))

    def index_at(self, target: CellTarget) -> int | None:
        """The step that computes an output: of the map, of the results beside the matrices."""
        match target.grid:
            case "toeplitz-result":
                return target.row
            case "im2col-result":
                return target.column * self.walkthrough.positions + target.row
        return super().index_at(target)

    def press(self, target: object) -> None:
        """A row of a matrix shows its step; a number above one is the input's or the filter's."""
        if isinstance(target, CellTarget):
            match target.grid:
                case "toeplitz":
                    target = CellTarget("toeplitz-result", 0, target.row, 0)
                case "im2col":
                    k = self.step.output[0] if self.step else 0
                    target = CellTarget("im2col-result", 0, target.row, k)
                case "toeplitz-above":
                    target = CellTarget("input", *self.walkthrough.cell_of_column(target.column))
                case "im2col-above":
                    rows, columns = self.walkthrough.kernel_size
                    channel, rest = divmod(target.column, rows * columns)
                    target = CellTarget("filter", channel, *divmod(rest, columns))
        super().press(target)
