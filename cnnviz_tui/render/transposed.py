"""The stage of the transposed convolution: as sliding over put-in zeros, or as a matrix."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.grid import DIGITS, HALF, CellMode, Cells, CellTarget, Grid, Marks
from cnnviz_tui.render.palette import Scale
from cnnviz_tui.render.panels import (
    GridPanel,
    Look,
    Panel,
    Room,
    Table,
    cells_by_richness,
    paint_table,
)
from cnnviz_tui.walkthroughs.base import Role
from cnnviz_tui.walkthroughs.transposed import Array, TransposedStep, TransposedWalkthrough

Lines = tuple[tuple[int, ...], tuple[int, ...]]
_NOWHERE: Lines = ((), ())
_MOST_WRITTEN = 25
"""Columns of a matrix whose numbers are written out; wider ones are shades."""


class TransposedScene(Frozen):
    """Paints one step of a transposed convolution.

    Attributes:
        walkthrough: what is walked through.
        step: the step to show; None where there is none.
        look: how it is looked at.
        input_title: what the numbers are called.
    """

    walkthrough: TransposedWalkthrough
    step: TransposedStep | None
    look: Look
    input_title: str = ""

    def paint(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> None:
        """Paint the step into a rectangle."""
        room = Room(x, y, width, height)
        if self.step is None:
            only: Table = [[self._input(), self._filter()]]
            paint_table(canvas, room, [(cells, only) for cells in (DIGITS, HALF)])
            return
        paint_table(canvas, room, list(self._tables(self.step, height)))

    def _tables(self, step: TransposedStep, height: int) -> Iterator[tuple[Cells, Table]]:
        """Both ways, where there is room for both; else the chosen one."""
        before: list[Panel | None] = [self._before()] if self.walkthrough.before is not None else []
        sliding: list[Panel | None] = [self._stretched(step), self._filter()]
        matrix: list[Panel | None] = [self._matrix(step, height), self._filter(turned=False)]
        given, output = self._input(), self._output()
        chosen = matrix if self.walkthrough.way == "matrix" else sliding
        every = cells_by_richness(self.look.mode)
        large = [cells for cells in every if cells.mode is CellMode.DIGITS]
        for cells in large:
            yield cells, [[*before, given, *sliding, output, *matrix]]
        for cells in large:
            yield cells, [[*before, given, *chosen, output]]
        # The input is seen among its zeros too, and the filter in the matrix.
        fewer = [*chosen, output] if chosen is sliding else [given, matrix[0], output]
        for cells in large:
            yield cells, [[*before, *fewer]]
        for cells in every:
            if cells.mode is not CellMode.DIGITS or self.look.mode is CellMode.DIGITS:
                yield cells, [[*before, given, *chosen, output]]

    # -- panels -----------------------------------------------------------------------------------

    def _input(self) -> GridPanel:
        walkthrough, step = self.walkthrough, self.step
        rows, columns = walkthrough.input.shape
        window = _NOWHERE
        if step is not None and step.terms:
            window = (
                tuple(sorted({term.input[0] for term in step.terms})),
                tuple(sorted({term.input[1] for term in step.terms})),
            )
        grid = self._grid(
            "input", walkthrough.input, Marks(window=window, cursor=self.look.cell_of("input"))
        )
        note = "" if walkthrough.before is not None else self.input_title
        return GridPanel(
            f"input {rows}x{columns}", Role.INPUT, grid, note, action="choose_input"
        )  # fmt: skip

    def _before(self) -> GridPanel:
        """The picture that the convolution made the input from."""
        before = self.walkthrough.before
        assert before is not None  # noqa: S101 - only painted where there is one
        rows, columns = before.shape
        grid = Grid(
            "before", 0, before, Scale.of(before), self.walkthrough.formats.before,
            marks=Marks(cursor=self._same_place("before")),
        )  # fmt: skip
        return GridPanel(f"before {rows}x{columns}", Role.PLAIN, grid, action="choose_input")

    def _stretched(self, step: TransposedStep) -> GridPanel:
        """The input with zeros put in, and what the filter covers of it."""
        walkthrough = self.walkthrough
        down, across = walkthrough.axes
        cursor = self.look.cell_of("stretched")
        seen = self.look.cell_of("input")
        if seen is not None:
            cursor = seen[0] * down.stride, seen[1] * across.stride
        grid = Grid(
            "stretched",
            0,
            walkthrough.stretched,
            self._input_scale,
            walkthrough.formats.inputs,
            pads_of(walkthrough.rings),
            marks=Marks((step.rows, step.columns), lost=walkthrough.cut, cursor=cursor),
            empty=walkthrough.put_in,
        )
        rows, columns = grid.rows, grid.columns
        return GridPanel(f"with zeros {rows}x{columns}", Role.INPUT, grid)

    def _filter(self, *, turned: bool = True) -> GridPanel:
        """The filter, turned by 180 degrees where it slides."""
        weight = self.walkthrough.weight
        rows, columns = weight.shape
        key = "turned" if turned else "filter"
        values = weight[::-1, ::-1] if turned else weight
        grid = Grid(
            key,
            0,
            values,
            Scale.of(weight, signed=True),
            self.walkthrough.formats.weights,
            marks=Marks(window=_NOWHERE if turned else self._used(), cursor=self._weight(turned)),
        )
        title = f"turned {rows}x{columns}" if turned else f"filter {rows}x{columns}"
        return GridPanel(
            title, Role.FILTER, grid, corners="╔═╗║╚╝", cells=DIGITS, action="choose_kernel"
        )

    def _used(self) -> Lines:
        """The weights whose products go into the step's output."""
        if self.step is None:
            return _NOWHERE
        return (
            tuple(sorted({term.weight[0] for term in self.step.terms})),
            tuple(sorted({term.weight[1] for term in self.step.terms})),
        )

    def _weight(self, turned: bool) -> tuple[int, int] | None:
        """Where the weight that is spoken of stands in the filter, turned or not."""
        rows, columns = self.walkthrough.weight.shape
        for key in ("turned", "filter"):
            cell = self.look.cell_of(key)
            if cell is not None:
                same = turned == (key == "turned")
                return cell if same else (rows - 1 - cell[0], columns - 1 - cell[1])
        return None

    def _matrix(self, step: TransposedStep, height: int) -> GridPanel:
        """C transposed, panned where it is longer than the stage; the cells that count boxed."""
        walkthrough = self.walkthrough
        matrix = walkthrough.matrix
        width = walkthrough.input.shape[1]
        counting = tuple(term.input[0] * width + term.input[1] for term in step.terms)
        seen = self.look.cell_of("input")
        fed = _NOWHERE
        if seen is not None:
            fed = tuple(range(matrix.shape[0])), (seen[0] * width + seen[1],)
        marks = Marks(((step.index,), counting), fed=fed, cursor=self.look.cell_of("matrix"))
        if not counting:
            marks = Marks(newest=(step.index, 0))
        grid = Grid(
            "matrix", 0, matrix, self._matrix_scale, walkthrough.formats.weights, marks=marks,
            empty=walkthrough.unconnected,
        )  # fmt: skip
        title = f"Cᵀ {matrix.shape[0]}x{matrix.shape[1]}"
        cells = DIGITS if matrix.shape[1] <= _MOST_WRITTEN else None
        return GridPanel(title, Role.FILTER, grid, cells=cells, most_lines=height - 2)

    def _output(self) -> GridPanel:
        walkthrough = self.walkthrough
        rows, columns = walkthrough.map_size
        reached = self.look.reached_at(self.step)
        seen = self.look.cell_of("input")
        grid = Grid(
            "output",
            0,
            walkthrough.output,
            Scale.of(walkthrough.output),
            walkthrough.formats.results,
            revealed=reached + 1,
            marks=Marks(
                fed=walkthrough.stamped(*seen) if seen is not None else _NOWHERE,
                newest=self.step.output if self.step else None,
            ),
        )
        return GridPanel(f"output {rows}x{columns}", Role.OUTPUT, grid, corners="┌─┐│└┘")

    def _same_place(self, key: str) -> tuple[int, int] | None:
        """The cell that stands where the step's output does."""
        return self.look.cell_of(key) or (self.step.output if self.step else None)

    @cached_property
    def _input_scale(self) -> Scale:
        return Scale.of(self.walkthrough.input)

    @cached_property
    def _matrix_scale(self) -> Scale:
        return Scale.of(self.walkthrough.weight, signed=True)

    def _grid(self, key: str, values: Array, marks: Marks) -> Grid:
        formats = self.walkthrough.formats.inputs
        return Grid(key, 0, values, self._input_scale, formats, marks=marks)


def pads_of(
    rings: tuple[tuple[int, int], tuple[int, int]],
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Zeros around a grid, none where the grid is cut instead."""
    down, across = ((max(before, 0), max(after, 0)) for before, after in rings)
    return down, across


def weight_of(cell: CellTarget, rows: int, columns: int) -> tuple[int, int]:
    """The place in the stored filter of a cell of the filter as it is shown."""
    if cell.grid == "turned":
        return rows - 1 - cell.row, columns - 1 - cell.column
    return cell.row, cell.column
