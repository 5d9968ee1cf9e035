"""The stage of the matrix explorer: colours of weights, panning, and nothing that jumps."""

from __future__ import annotations

import pytest

from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.render.matrix import MatrixScene, weight_colours
from cnnviz_tui.render.palette import DARK
from cnnviz_tui.render.panels import Look
from cnnviz_tui.walkthroughs.matrix import MatrixWalkthrough
from cnnviz_tui.walkthroughs.matrix_setup import presets

ROOMS = [(78, 14), (158, 38), (198, 48)]
SETUPS = {preset.name: preset.setup for preset in presets()}


def painted(walkthrough: MatrixWalkthrough, index: int, room: tuple[int, int]) -> Canvas:
    """The stage of one step."""
    canvas = Canvas(*room, DARK)
    MatrixScene(walkthrough, walkthrough.step(index), Look()).paint(canvas, 0, 0, *room)
    return canvas


def targets(canvas: Canvas, grid: str) -> dict[CellTarget, tuple[int, int]]:
    """Every cell of a grid that can be pointed at, and where."""
    found: dict[CellTarget, tuple[int, int]] = {}
    for y in range(canvas.height):
        for x in range(canvas.width):
            target = canvas.target_at(x, y)
            if isinstance(target, CellTarget) and target.grid == grid:
                found.setdefault(target, (x, y))
    return found


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("name", SETUPS)
def test_headings_stand_still_while_it_plays(name: str, room: tuple[int, int]) -> None:
    walkthrough = SETUPS[name].build()
    seen = set()
    for index in (0, len(walkthrough) // 2, len(walkthrough) - 1):
        canvas = painted(walkthrough, index, room)
        place = []
        for heading in ("x ", "filter w", "y ", "Toeplitz T", "im2col"):
            y = next(y for y in range(canvas.height) if heading in canvas.line_text(y))
            place.append((heading, y, canvas.line_text(y).index(heading)))
        seen.add(tuple(place))
    assert len(seen) == 1


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("name", ["digit", "layer"])
def test_the_row_of_the_step_and_what_it_reads_are_always_in_sight(
    name: str, room: tuple[int, int]
) -> None:
    walkthrough = SETUPS[name].build()
    for index in (*range(0, len(walkthrough), len(walkthrough) // 7), len(walkthrough) - 1):
        cells = targets(painted(walkthrough, index, room), "toeplitz")
        assert index // 2 * 2 in {cell.row for cell in cells}, "a half block names its upper row"
        assert walkthrough.focus_column(index) in {cell.column for cell in cells}


def test_each_weight_has_one_colour_wherever_it_stands() -> None:
    walkthrough = SETUPS["small"].build()
    canvas = painted(walkthrough, 0, (78, 14))
    cut = walkthrough.toeplitz(range(4))
    background: dict[int, set[int]] = {}
    for cell, (x, y) in targets(canvas, "toeplitz").items():
        if cell.row == 0 or cut.empty[cell.row, cell.column]:
            continue
        weight = int(cut.weights[cell.row, cell.column])
        background.setdefault(weight, set()).add(int(canvas.ink[y, x + 1]) >> 24 & 0xFFFFFF)
    assert set(background) == set(range(9))
    assert all(len(colours) == 1 for colours in background.values())
    assert len(set.union(*background.values())) == 9


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("count", [1, 4, 9, 25, 75])
def test_colours_of_weights_are_all_different(count: int, dark: bool) -> None:
    assert len(set(weight_colours(count, dark))) == count


def test_zeros_are_dots_and_numbers_are_numbers() -> None:
    canvas = painted(SETUPS["small"].build(), 0, (78, 14))
    line = next(canvas.line_text(y) for y in range(14) if canvas.line_text(y).count("·") >= 4)
    assert "0" in line, "a weight of 0 is a number, not a dot"
