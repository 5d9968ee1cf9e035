"""Whether the cells that lessons light up are there: asked of the very pictures that show them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnviz_tui.course.lesson import Lesson, Show
    from cnnviz_tui.course.problem import Problem

_ROOM = (240, 100)
"""Columns and lines in which every grid of a lesson has room."""


def missing_highlights(lesson: Lesson) -> Iterator[Problem]:
    """A problem for each `highlight` whose part or cell its demonstration does not have."""
    from cnnviz_tui.course.problem import Problem

    for show in lesson.shows():
        # Only what lights a cell up is worth a picture.
        if show.highlight is not None and (message := _complaint(show)):
            yield Problem(lesson.heading.path, show.line, 1, message)


def _complaint(show: Show) -> str:
    """What is wrong with the highlight of a demonstration; empty when it is there."""
    from cnnviz_tui.course.problem import nearest

    cell, name = show.highlight, show.demonstration.name
    if cell is None:
        return ""
    if not show.demonstration.is_mechanism:
        return f"“{name}” has no cells that can light up: remove “highlight”."
    parts = _painted_cells(show)
    if cell.part not in parts:
        return (
            f"“{name}” has no part “{cell.part}” to light up: {nearest(cell.part, sorted(parts))}"
        )
    last_row = max(row for row, _ in parts[cell.part])
    last_column = max(column for _, column in parts[cell.part])
    if cell.row > last_row or cell.column > last_column:
        return (
            f"“{cell.part}” has no cell in row {cell.row}, column {cell.column}: rows go from 0 to "
            f"{last_row}, columns from 0 to {last_column}."
        )
    return ""


def _painted_cells(show: Show) -> dict[str, set[tuple[int, int]]]:
    """From each part that the demonstration paints to the rows and columns of its cells."""
    from cnnviz_tui.render.grid import CellTarget
    from cnnviz_tui.render.palette import DARK
    from cnnviz_tui.tui.catalogue import explorer_of

    demonstration = show.demonstration
    explorer = explorer_of(demonstration.name, demonstration.setup(), playing=False)
    if demonstration.step:
        explorer.player.seek(demonstration.step - 1)
    canvas = explorer.painted(*_ROOM, DARK)
    cells: dict[str, set[tuple[int, int]]] = {}
    for line in range(_ROOM[1]):
        for column in range(_ROOM[0]):
            target = canvas.target_at(column, line)
            if isinstance(target, CellTarget):
                cells.setdefault(target.grid, set()).add((target.row, target.column))
    return cells
