"""Questions about grids of numbers: pick a cell, fill the grid in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import ClassVar

from cnnviz_tui.questions.question import Question, Verdict
from cnnviz_tui.questions.rounding import Closeness, closeness, more_digits
from cnnviz_tui.questions.typed import (
    LONGEST,
    Typed,
    UnclearAnswerError,
    number_readings,
    quoted,
    refuse_long,
)
from cnnviz_tui.questions.written import cell_text

Cell = tuple[int, int]
"""A cell of a grid: row and column, counted from 0."""

Grid = tuple[tuple[Fraction, ...], ...]
"""Rows of numbers."""

_LONGEST_GRID = 4000
"""So many characters may a typed grid have."""

_CELL_FILLERS = frozenset((*",;:()[]=/", "and", "x", "cell", "at"))
_ROW = frozenset(("row", "r", "y"))
_COLUMN = frozenset(("column", "col", "c"))


class CellQuestion(Question, kw_only=True):
    """A cell to pick in a grid.

    Attributes:
        grid: the numbers that are shown.
        cells: the right ones; any of them will do.
        wrong: what to say to those who pick a certain other cell.
        feedback: what to say to any other.
    """

    kind: ClassVar[str] = "cell"
    how: ClassVar[str] = "row and column, counted from 0, such as: 0 2"
    verbatim: ClassVar[bool] = True

    grid: Grid
    cells: frozenset[Cell]
    wrong: tuple[tuple[Cell, str], ...] = ()
    feedback: str = ""

    def __post_init__(self) -> None:
        """Right and wrong cells lie in the grid, and no cell is both."""
        rows, columns = _size(self.id, self.grid)
        for row, column in (*self.cells, *(cell for cell, _ in self.wrong)):
            if not (0 <= row < rows and 0 <= column < columns):
                raise ValueError(
                    f"Question “{self.id}”: ({row}, {column}) is not in its {rows}x{columns} grid."
                )
        if not self.cells or any(cell in self.cells for cell, _ in self.wrong):
            raise ValueError(f"Question “{self.id}” needs right cells that are not wrong as well.")

    @property
    def lines(self) -> tuple[str, ...]:
        """The grid with the numbers of its rows and columns."""
        return grid_lines(self.grid, numbered=True)

    @property
    def answer_words(self) -> str:
        """The first of the right cells, as cells are written."""
        return f"({', '.join(self.answer_text.split())})"

    @property
    def answer_text(self) -> str:
        """The first of the right cells."""
        row, column = min(self.cells)
        return f"{row} {column}"

    def mark(self, text: str) -> Verdict:
        """Right, or the feedback for that cell."""
        row, column = self._read(text)
        rows, columns = len(self.grid), len(self.grid[0])
        if row >= rows or column >= columns:
            raise UnclearAnswerError(
                f"({row}, {column}) lies outside: rows go from 0 to {rows - 1}, columns from 0 to "
                f"{columns - 1}."
            )
        given = f"({row}, {column})"
        if (row, column) in self.cells:
            return Verdict(True, self.explanation, given)
        return Verdict(False, dict(self.wrong).get((row, column), self.feedback), given)

    def _read(self, text: str) -> Cell:
        refuse_long(text, LONGEST)
        found = re.findall(r"\d+|[^\W\d_]+|\S", text.casefold())
        words = [word for word in found if word not in _CELL_FILLERS]
        numbers = [word for word in words if word.isdecimal() and len(word) < 5]
        names = [word for word in words if word not in numbers]
        if len(numbers) == 2:
            first, second = int(numbers[0]), int(numbers[1])
            if not names or (len(names) == 2 and names[0] in _ROW and names[1] in _COLUMN):
                return first, second
            if len(names) == 2 and names[0] in _COLUMN and names[1] in _ROW:
                return second, first
        raise UnclearAnswerError(f"“{quoted(text)}” is not a cell: give {self.how}.")


class GridQuestion(Question, kw_only=True):
    """A grid to fill in.

    Attributes:
        answer: the right numbers.
        given: cells that are filled in already.
        roads: wrong grids, what is said to each, and the misconception's name or nothing.
        feedback: what to say to any other wrong grid.
        decimals: a rounded number needs at least so many digits behind the point.
    """

    kind: ClassVar[str] = "grid"
    how: ClassVar[str] = "the rows with a semicolon between them, such as: 6 8; 3 4"
    verbatim: ClassVar[bool] = True

    answer: Grid
    given: frozenset[Cell] = frozenset()
    roads: tuple[tuple[Grid, str, str], ...] = ()
    feedback: str = ""
    decimals: int = 2

    def __post_init__(self) -> None:
        """Every grid is rectangular and as large as the answer, and none equals it."""
        size = _size(self.id, self.answer)
        for grid, _, _ in self.roads:
            if grid == self.answer or _size(self.id, grid) != size:
                raise ValueError(
                    f"Question “{self.id}” calls a grid wrong that is its answer or has another "
                    "size: change or remove it."
                )
        if not self._missing or not self.given <= set(_cells(self.answer)):
            raise ValueError(
                f"Question “{self.id}” gives every cell or cells that are not in its grid: leave "
                "at least one to fill in."
            )

    @property
    def lines(self) -> tuple[str, ...]:
        """The grid with a `?` for every cell to fill in."""
        return grid_lines(self.answer, hidden=lambda cell: cell not in self.given)

    @property
    def answer_text(self) -> str:
        """The rows, with semicolons."""
        return "; ".join(
            " ".join(cell_text(value, self.decimals) for value in row) for row in self.answer
        )

    def mark(self, text: str) -> Verdict:
        """Right, on a road, or which cell is the first that is wrong."""
        typed = self._read(text)
        shown = "; ".join(
            " ".join(_given_text(typed[row, column]) for column in range(len(self.answer[0])))
            for row in range(len(self.answer))
        )
        near = self._unlike(typed, self.answer, (Closeness.NEAR,))
        wrong = self._unlike(typed, self.answer, (Closeness.OTHER,))
        if not near and not wrong:
            return Verdict(True, self.explanation, shown)
        for grid, feedback, name in self.roads:
            if not self._unlike(typed, grid, (Closeness.NEAR, Closeness.OTHER)):
                return Verdict(False, feedback, shown, (name,) if name else ())
        if not wrong:
            row, column = near[0]
            exact = self.answer[row][column]
            raise more_digits(_given_text(typed[near[0]]), exact, self.decimals)
        row, column = wrong[0]
        right = len(typed) - len(wrong)
        place = f"{right} of {len(typed)} {'is' if right == 1 else 'are'} right; " if right else ""
        return Verdict(False, f"{place}({row}, {column}) is not. {self.feedback}".strip(), shown)

    @property
    def _missing(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in _cells(self.answer) if cell not in self.given)

    def _unlike(
        self, typed: dict[Cell, tuple[Typed, ...]], grid: Grid, kinds: tuple[Closeness, ...]
    ) -> list[Cell]:
        """The cells that are no nearer to a grid's number than one of these."""
        return [
            (row, column)
            for row, column in _cells(grid)
            if self._closest(typed[row, column], grid[row][column]) in kinds
        ]

    def _closest(self, typed: tuple[Typed, ...], exact: Fraction) -> Closeness:
        found = {closeness(one, exact, self.decimals) for one in typed}
        return next(kind for kind in Closeness if kind in found)

    def _read(self, text: str) -> dict[Cell, tuple[Typed, ...]]:
        """Every cell with the readings of what was typed for it."""
        refuse_long(text, _LONGEST_GRID)
        height, width = len(self.answer), len(self.answer[0])
        missing = self._missing
        for rows in _split_rows(text):
            sizes = [len(row) for row in rows]
            parts = [part for row in rows for part in row]
            if sizes == [width] * height or (len(rows) == 1 and len(parts) == height * width):
                cells = tuple(_cells(self.answer))
            elif len(parts) == len(missing):
                cells = missing
            else:
                continue
            read = {cell: number_readings(part) for cell, part in zip(cells, parts, strict=True)}
            return {
                cell: read.get(cell) or (Typed(self.answer[cell[0]][cell[1]]),)
                for cell in _cells(self.answer)
            }
        raise UnclearAnswerError(
            f"“{quoted(text)}” is not a {height}x{width} grid: give {height} "
            f"{'row' if height == 1 else 'rows'} of {width} "
            f"{'number' if width == 1 else 'numbers'}, rows with a semicolon between them."
        )


def grid_lines(
    grid: Grid, *, numbered: bool = False, hidden: Callable[[Cell], bool] | None = None
) -> tuple[str, ...]:
    """A grid as lines of text, its numbers right-aligned.

    Args:
        grid: the numbers.
        numbered: whether rows and columns show their numbers.
        hidden: says of a cell whether a `?` stands for it.
    """
    cells = [
        ["?" if hidden and hidden((r, c)) else cell_text(value) for c, value in enumerate(row)]
        for r, row in enumerate(grid)
    ]
    width = max(len(cell) for row in cells for cell in row)
    if numbered:
        width = max(width, len(str(len(grid[0]) - 1)))
    lines = [" ".join(f"{cell:>{width}}" for cell in row) for row in cells]
    if not numbered:
        return tuple(lines)
    columns = " ".join(f"{column:>{width}}" for column in range(len(grid[0])))
    margin = len(str(len(grid) - 1))
    head = [" " * margin + "   " + columns, " " * margin + "  ┌" + "─" * len(columns)]
    return (*head, *(f"{row:>{margin}}  │{line}" for row, line in enumerate(lines)))


def _size(name: str, grid: Grid) -> Cell:
    """Height and width of a grid.

    Raises:
        ValueError: it is empty or not rectangular.
    """
    widths = {len(row) for row in grid}
    if len(widths) != 1 or 0 in widths:
        raise ValueError(f"Question “{name}” has a grid whose rows are empty or not equally long.")
    return len(grid), widths.pop()


def _cells(grid: Grid) -> Iterator[Cell]:
    return ((row, column) for row, line in enumerate(grid) for column in range(len(line)))


def _split_rows(text: str) -> tuple[list[list[str]], ...]:
    """The rows and their parts in both ways: a comma alone is in a number, or between two."""
    bare = re.sub(r"\]\s*,?\s*\[|\)\s*,?\s*\(", ";", text)
    rows = [row.strip(" \t,[]()") for row in re.split(r"[;\n|]|\s/\s", bare)]
    return tuple(
        [[part for part in re.split(mark, row) if part] for row in rows if row]
        for mark in (r"\s*,\s+|\s+", r"[\s,]+")
    )


def _given_text(typed: tuple[Typed, ...]) -> str:
    value = typed[0].value
    assert isinstance(value, Fraction)  # noqa: S101 - `number_readings` gives numbers
    return quoted(cell_text(value))
