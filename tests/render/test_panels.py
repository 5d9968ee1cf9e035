"""Panels take the richest way that fits, keep their places, and pan what is too large."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.explorer import ActionTarget
from cnnviz_tui.render.grid import CellMode, Cells, CellTarget, Grid, Marks
from cnnviz_tui.render.palette import DARK, Scale
from cnnviz_tui.render.panels import (
    GridPanel,
    Look,
    Room,
    Table,
    TextPanel,
    cells_by_richness,
    paint_table,
    table_size,
)
from cnnviz_tui.walkthroughs.base import Role, line
from cnnviz_tui.walkthroughs.numbers import NumberFormat
from cnnviz_tui.walkthroughs.signal_setup import presets

DIGITS, SHADES, HALF = Cells(CellMode.DIGITS), Cells(CellMode.SHADES), Cells(CellMode.HALF)


def grid(rows: int = 3, columns: int = 3, marks: Marks | None = None) -> Grid:
    """A grid of 0 to 9 and round again."""
    values = (np.arange(rows * columns) % 10).reshape(rows, columns).astype(np.float32)
    return Grid("input", 0, values, Scale.of(values), NumberFormat(0, 1), marks=marks or Marks())


def panel(rows: int = 3, columns: int = 3, **more: object) -> GridPanel:
    """A panel with a grid."""
    return GridPanel("input", Role.INPUT, grid(rows, columns), **more)  # type: ignore[arg-type]


def painted(table: Table, room: tuple[int, int], *ways: Cells) -> Canvas:
    """A canvas of the room's size with a table on it."""
    canvas = Canvas(*room, DARK)
    paint_table(canvas, Room(0, 0, *room), [(cells, table) for cells in ways])
    return canvas


def test_outputs_are_there_up_to_the_player_else_up_to_the_step_that_is_shown() -> None:
    step = presets()[0].setup.build()[3]
    assert Look(reached=1).reached_at(step) == 1
    assert Look(reached=0).reached_at(None) == 0
    assert Look().reached_at(step) == 3
    assert Look().reached_at(None) == -1


def test_the_richest_way_that_fits_is_taken() -> None:
    table = [[panel(4, 10)]]
    ways = cells_by_richness(None)
    assert "9" in painted(table, (22, 6), *ways).text
    assert "▀" in painted(table, (12, 4), *ways).text
    large = painted(table, (80, 24), *ways)
    assert "0     1     2" in large.text, "numbers stand further apart where there is room"


def test_a_mode_that_one_asked_for_is_kept() -> None:
    assert {cells.mode for cells in cells_by_richness(CellMode.SHADES)} == {CellMode.SHADES}
    assert [cells.zoom for cells in cells_by_richness(CellMode.DIGITS)] == [3, 2, 1, 0]


def test_panels_of_a_column_stand_below_each_other() -> None:
    table = [[panel(2, 6), panel()], [panel(), panel()]]
    lines = painted(table, (40, 12), DIGITS).text.split("\n")
    assert lines[0].index("input", 8) == lines[5].index("input", 8)
    assert lines[5].startswith("input"), "the second row lies below the highest of the first"


def test_a_place_can_stay_free() -> None:
    lines = painted([[panel(), None, panel()], [None, panel()]], (60, 12), DIGITS).text.split("\n")
    assert lines[0].count("input") == 2
    assert lines[5].index("input") > lines[0].index("input")


def test_what_does_not_fit_is_panned_to_the_step() -> None:
    marks = Marks(window=((18, 19), (18, 19)))
    large = GridPanel("input", Role.INPUT, grid(20, 20, marks))
    canvas = painted([[large, panel()]], (30, 8), DIGITS)
    assert "[8 9]" in canvas.text
    assert canvas.text.split("\n")[0].count("input") == 2, "the small panel is not squeezed out"


def test_a_table_says_how_many_lines_it_took() -> None:
    canvas = Canvas(40, 20, DARK)
    table = [[panel(2, 3)], [panel(3, 3)]]
    assert paint_table(canvas, Room(0, 2, 40, 18), [(DIGITS, table)]) == (1 + 2) + 1 + (1 + 3)


def test_a_panel_can_be_kept_low() -> None:
    low = panel(20, 3, most_lines=5)
    assert low.size(DIGITS)[1] == 6
    assert table_size([[low, panel()]], DIGITS)[1] == 6


def test_frames_and_legends_belong_to_their_modes() -> None:
    framed = panel(corners="┌─┐│└┘")
    assert "┌───────┐" in painted([[framed]], (20, 8), DIGITS).text
    shaded = painted([[GridPanel("an output", Role.OUTPUT, grid(3, 9))]], (20, 8), SHADES).text
    assert "┌" not in shaded
    assert "0 ▀" in shaded, "shades have a legend"
    assert shaded.rstrip().endswith(" 9")


@pytest.mark.parametrize(
    ("bands", "lines"),
    [
        ((range(2), range(2, 4)), ["├─┤ ├─┤"]),
        ((range(3), range(2, 4)), ["├───┤", "├─┤"]),
        ((range(1), range(1, 4)), ["─ ├───┤"]),
    ],
)
def test_bands_lie_beside_the_cells_and_never_on_each_other(
    bands: tuple[range, ...], lines: list[str]
) -> None:
    shown = painted([[panel(2, 4, bands=((), bands))]], (30, 8), DIGITS).text
    assert [each.strip() for each in shown.split("\n")[1 : 1 + len(lines)]] == lines


def test_the_bands_of_the_step_are_heavy() -> None:
    marks = Marks(window=((0, 1), (2, 3)))
    bands = (range(2),), (range(2), range(2, 4))
    shown = GridPanel("input", Role.INPUT, grid(2, 4, marks), bands=bands)
    text = painted([[shown]], (30, 8), DIGITS).text
    assert "├─┤ ┣━┫" in text
    assert [row[0] for row in text.split("\n")[2:4]] == ["┳", "┻"]


@pytest.mark.parametrize("cells", [SHADES, HALF])
def test_bands_find_their_cells_in_every_mode(cells: Cells) -> None:
    bands = (range(4),), (range(4), range(4, 8))
    text = painted([[panel(4, 8, bands=bands)]], (30, 10), cells).text
    width = 8 if cells is SHADES else 4
    assert text.split("\n")[1].strip() == 2 * ("├" + "─" * (width - 2) + "┤")


def test_bands_that_overlap_more_than_once_are_left_out() -> None:
    crowded = tuple(range(3) for _ in range(4))
    assert "├" not in painted([[panel(bands=((), crowded))]], (30, 8), DIGITS).text


def test_headings_are_pressed_and_cells_pointed_at() -> None:
    canvas = painted([[panel(action="choose_input", note="a note")]], (30, 8), DIGITS)
    assert canvas.target_at(1, 0) == ActionTarget("choose_input")
    assert canvas.target_at(3, 2) == CellTarget("input", 0, 1, 1)


def test_text_has_a_heading_or_none() -> None:
    text = TextPanel("costs", Role.STRONG, (line("one"), line("two and three")))
    assert text.size(DIGITS) == (13, 3)
    assert painted([[text]], (20, 3), DIGITS).text == "costs\none\ntwo and three"
    bare = TextPanel("", Role.STRONG, (line("one"),))
    assert bare.size(DIGITS) == (3, 1)
    assert painted([[bare]], (20, 1), DIGITS).text == "one"


def test_a_look_knows_the_cell_that_is_spoken_of() -> None:
    cursor, pointed = CellTarget("input", 1, 2, 3), CellTarget("output", 0, 0, 0)
    assert Look(cursor=cursor).cell_of("input", 1) == (2, 3)
    assert Look(cursor=cursor).cell_of("input", 0) is None
    assert Look(cursor=cursor, pointed=pointed).cell_of("input", 1) is None
    assert Look(cursor=cursor, pointed=pointed).target == pointed
