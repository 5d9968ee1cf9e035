"""Every cell of a grid shows what it is in every mode, and is found again under the pointer."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.grid import CellMode, Cells, CellTarget, Grid, Marks, paint_grid
from cnnviz_tui.render.palette import DARK, LIGHT, Palette, Scale, contrast, shades
from cnnviz_tui.walkthroughs.numbers import NumberFormat

MODES = [Cells(CellMode.DIGITS), Cells(CellMode.DIGITS, 1), Cells(CellMode.DIGITS, 2),
         Cells(CellMode.DIGITS, 3), Cells(CellMode.SHADES), Cells(CellMode.HALF)]  # fmt: skip
DIGITS, SHADES, HALF = MODES[0], MODES[4], MODES[5]
Pads = tuple[tuple[int, int], tuple[int, int]]


def grid(
    rows: int = 4, columns: int = 5, marks: Marks | None = None, pads: Pads = ((0, 0), (0, 0))
) -> Grid:
    """A grid whose cells all have numbers of their own: 10 row + column for small ones."""
    values = np.add.outer(np.arange(rows) * max(10, columns), np.arange(columns))
    values = values.astype(np.float32)
    return Grid(
        "input", 2, values, Scale.of(values), NumberFormat.of(values), pads, marks=marks or Marks()
    )


def paint(
    of: Grid,
    cells: Cells = DIGITS,
    room: tuple[int, int] | None = None,
    palette: Palette = DARK,
) -> tuple[Canvas, tuple[int, int]]:
    """A canvas with the grid at (3, 2), and the room that it used."""
    canvas = Canvas(140, 60, palette)
    width, height = room or (None, None)
    return canvas, paint_grid(canvas, 3, 2, of, cells, width, height)


def drawn(of: Grid, cells: Cells = DIGITS) -> list[str]:
    """The lines of text of a painted grid."""
    canvas, (width, height) = paint(of, cells)
    return [canvas.line_text(y)[3 : 3 + width] for y in range(2, 2 + height)]


def test_digits_are_right_aligned_with_a_column_between() -> None:
    assert drawn(grid(2, 3)) == ["  0  1  2 ", " 10 11 12 "]


def test_zoom_gives_numbers_more_room() -> None:
    assert drawn(grid(2, 2), Cells(CellMode.DIGITS, 1)) == [
        "   0    1  ",
        "           ",
        "  10   11  ",
        "           ",
    ]


@pytest.mark.parametrize("cells", MODES, ids=str)
@pytest.mark.parametrize("shape", [(1, 1), (4, 5), (7, 3)])
def test_a_grid_takes_the_room_that_it_announces(cells: Cells, shape: tuple[int, int]) -> None:
    each = grid(*shape)
    assert paint(each, cells)[1] == each.size(cells)
    assert each.size(cells) == cells.extent(*shape, each.format.width)
    assert cells.capacity(*each.size(cells), each.format.width) >= shape


def test_a_window_stands_in_brackets() -> None:
    lines = drawn(grid(3, 4, Marks(window=((0, 1), (1, 2)))))
    assert lines == ["  0[ 1  2] 3 ", " 10[11 12]13 ", " 20 21 22 23 "]


def test_the_cells_of_a_dilated_window_have_brackets_of_their_own() -> None:
    lines = drawn(grid(3, 4, Marks(window=((0, 2), (1, 3)))))
    assert lines == ["  0[ 1] 2[ 3]", " 10 11 12 13 ", " 20[21]22[23]"]


def test_padding_is_a_dot_and_belongs_to_the_window_too() -> None:
    lines = drawn(grid(2, 2, Marks(window=((-1, 0), (-1, 0))), pads=((1, 0), (1, 1))))
    assert lines == ["[ ·  ·] ·  · ", "[ ·  0] 1  · ", "  · 10 11  · "]


def test_cells_that_no_window_reaches_are_hatched() -> None:
    lines = drawn(grid(2, 3, Marks(lost=((1,), (2,)))))
    assert lines == ["  0  1░ 2 ", "░10░11░12 "]


def test_the_newest_and_the_fed_cells_are_in_brackets() -> None:
    assert drawn(grid(2, 3, Marks(newest=(1, 1)))) == ["  0  1  2 ", " 10[11]12 "]
    assert drawn(grid(2, 3, Marks(fed=((0, 1), (2,))))) == ["  0  1[ 2]", " 10 11[12]"]


def test_the_cursor_has_signs_of_its_own() -> None:
    marks = Marks(window=((0,), (0, 1)), cursor=(0, 1))
    assert drawn(grid(1, 3, marks)) == ["[0›1‹2 "]


def test_hidden_cells_are_blank_in_every_mode() -> None:
    half_done = replace(grid(2, 3), revealed=4)
    assert drawn(half_done) == ["  0  1  2 ", " 10       "]
    for cells in (SHADES, HALF):
        canvas, _ = paint(half_done, cells)
        x, y = (3 + 4, 3) if cells is SHADES else (3 + 2, 2)
        ink = int(canvas.ink[y, x])
        assert ink >> 24 & 0xFFFFFF == DARK.surface


def test_the_newest_cell_is_shown_although_later_ones_are_hidden() -> None:
    assert drawn(replace(grid(2, 3, Marks(newest=(1, 2))), revealed=1)) == [
        "  0       ",
        "      [12]",
    ]


def test_shades_carry_signs_for_those_who_see_no_colours() -> None:
    values = np.array([[-1, 0, 1, 2]], dtype=np.float32)
    each = Grid("g", 0, values, Scale.of(values), NumberFormat.of(values), ((0, 1), (0, 0)))
    assert drawn(each, SHADES) == [" −      ", " · · · ·"]
    marked = replace(each, marks=Marks(window=((0,), (1, 2)), lost=((), (3,)), cursor=None))
    assert drawn(marked, SHADES)[0] == " −[  ]░░"
    assert drawn(replace(each, marks=Marks(newest=(0, 1))), SHADES)[0] == " −[]    "


def test_half_blocks_show_two_rows_a_line() -> None:
    each = grid(4, 3)
    canvas, used = paint(each, HALF)
    assert used == (3, 2)
    colours = shades(each.values, each.scale, DARK)
    for y in range(2):
        for x in range(3):
            ink = int(canvas.ink[2 + y, 3 + x])
            assert ink & 0xFFFFFF == colours[2 * y, x]
            assert ink >> 24 & 0xFFFFFF == colours[2 * y + 1, x]
            assert canvas.line_text(2 + y)[3 + x] == "▀"


def test_below_an_odd_last_row_of_half_blocks_is_the_background() -> None:
    canvas, used = paint(grid(3, 2), HALF)
    assert used == (2, 2)
    assert int(canvas.ink[3, 3]) >> 24 & 0xFFFFFF == DARK.background


def test_padding_and_lost_cells_show_in_half_blocks_too() -> None:
    assert drawn(grid(2, 2, pads=((2, 0), (0, 0))), HALF) == ["··", "▀▀"]
    assert drawn(grid(2, 2, Marks(lost=((0, 1), ()))), HALF) == ["░░"]


@pytest.mark.parametrize("cells", MODES, ids=str)
@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
def test_marks_change_the_background_of_their_cells(cells: Cells, palette: Palette) -> None:
    plain, _ = paint(grid(), cells, palette=palette)
    marks = Marks(window=((0, 1), (0, 1)), newest=(2, 2), cursor=(3, 4))
    marked, _ = paint(grid(marks=marks), cells, palette=palette)
    changed = set()
    for y, x in np.argwhere(plain.ink != marked.ink):
        target = marked.target_at(int(x), int(y))
        assert isinstance(target, CellTarget)
        changed.add((target.row, target.column))
    assert {(0, 0), (0, 1), (2, 2)} <= changed
    assert (3, 4) in changed or cells is HALF


def colours_of_text(canvas: Canvas) -> list[tuple[int, int]]:
    """Foreground and background of every letter and digit."""
    return [
        (run.foreground, run.background)
        for y in range(canvas.height)
        for run in canvas.runs(y)
        if re.search(r"\w", run.text)
    ]


NUMBERS = st.builds(
    lambda rows, columns, top, bottom, left, right: (rows, columns, ((top, bottom), (left, right))),
    st.integers(1, 12), st.integers(1, 12),
    st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3),
)  # fmt: skip


@given(NUMBERS, st.sampled_from(MODES), st.integers(2, 60), st.integers(1, 30), st.data())
def test_every_number_that_is_painted_is_the_cell_found_there(
    shape: tuple[int, int, Pads], cells: Cells, width: int, height: int, data: st.DataObject
) -> None:
    rows, columns, pads = shape
    focus = data.draw(st.tuples(st.integers(0, rows - 1), st.integers(0, columns - 1)))
    each = grid(rows, columns, Marks(newest=focus), pads)
    canvas, used = paint(each, cells, (width, height))
    assert used[0] <= width
    assert used[1] <= height
    seen = set()
    for y in range(canvas.height):
        for x in range(canvas.width):
            inside = 3 <= x < 3 + used[0] and 2 <= y < 2 + used[1]
            target = canvas.target_at(x, y)
            assert (target is not None) == inside
            if isinstance(target, CellTarget):
                assert (target.grid, target.channel) == ("input", 2)
                assert -pads[0][0] <= target.row < rows + pads[0][1]
                assert -pads[1][0] <= target.column < columns + pads[1][1]
                seen.add((target.row, target.column))
                if cells is HALF and target.row + 1 < rows + pads[0][1]:
                    seen.add((target.row + 1, target.column))
    if used != (0, 0):
        assert focus in seen
    if cells.mode is CellMode.DIGITS:
        for y in range(2, 2 + used[1]):
            for found in re.finditer(r"\d+", canvas.line_text(y)):
                value = float(found[0])
                for x in range(*found.span()):
                    target = canvas.target_at(x, y)
                    assert isinstance(target, CellTarget)
                    assert each.values[target.row, target.column] == value


@pytest.mark.parametrize("cells", MODES, ids=str)
def test_where_all_fits_every_cell_can_be_pointed_at(cells: Cells) -> None:
    each = grid(4, 5, pads=((1, 1), (1, 2)))
    canvas, (width, height) = paint(each, cells)
    targets = {canvas.target_at(x, y) for x in range(3, 3 + width) for y in range(2, 2 + height)}
    rows = range(-1, 5, 2) if cells is HALF else range(-1, 5)
    assert targets == {CellTarget("input", 2, r, c) for r in rows for c in range(-1, 7)}


@pytest.mark.parametrize("cells", MODES, ids=str)
@pytest.mark.parametrize("focus", [(0, 0), (15, 15), (30, 0), (30, 30), (29, 30)])
def test_panning_keeps_the_step_in_sight(cells: Cells, focus: tuple[int, int]) -> None:
    canvas, (width, height) = paint(grid(31, 31, Marks(newest=focus)), cells, (12, 5))
    shown = set()
    for y in range(2, 2 + height):
        for x in range(3, 3 + width):
            target = canvas.target_at(x, y)
            assert isinstance(target, CellTarget)
            shown.add((target.row, target.column))
            if cells is HALF:
                shown.add((target.row + 1, target.column))
    assert focus in shown


def test_panning_follows_the_window_where_nothing_else_is_marked() -> None:
    each = grid(31, 31, Marks(window=((20, 21, 22), (25, 26, 27))))
    canvas, _ = paint(each, DIGITS, (22, 5))
    text = canvas.text
    assert "[" in text
    assert str(int(each.values[21, 26])) in text


def test_without_room_nothing_is_painted() -> None:
    for room in ((0, 5), (5, 0), (2, 1)):
        canvas, used = paint(grid(), DIGITS, room)
        assert used == (0, 0)
        assert canvas.text.strip() == ""
        assert canvas.target_at(3, 2) is None


def test_a_grid_without_cells_is_nothing() -> None:
    empty = np.zeros((0, 0), dtype=np.float32)
    each = Grid("g", 0, empty, Scale(0, 1), NumberFormat(0, 1))
    for cells in MODES:
        assert paint(each, cells)[1] == (0, 0)


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
def test_numbers_can_be_read_on_every_shade(palette: Palette) -> None:
    values = np.linspace(-3, 3, 49, dtype=np.float32).reshape(7, 7)
    marks = Marks(window=((0, 1), (0, 1)), fed=((3,), (3, 4)), lost=((6,), ()), cursor=(5, 5))
    for given_values in (values, np.linspace(0, 1, 49, dtype=np.float32).reshape(7, 7)):
        scale = Scale.of(given_values)
        for faint in (False, True):
            each = Grid("g", 0, given_values, scale, NumberFormat.of(given_values),
                        marks=marks, faint=faint)  # fmt: skip
            canvas, _ = paint(each, palette=palette)
            for ink, background in colours_of_text(canvas):
                assert contrast(ink, background) >= 4.5


def test_faint_grids_are_nearer_to_the_background() -> None:
    plain, _ = paint(grid(), SHADES)
    faint, _ = paint(replace(grid(), faint=True), SHADES)
    brightest = int(plain.ink[5, 12]) >> 24 & 0xFF
    assert int(faint.ink[5, 12]) >> 24 & 0xFF < brightest


def test_colours_of_a_picture_take_the_place_of_shades() -> None:
    each = replace(grid(2, 2), colours=np.array([[1, 2], [3, 4]], dtype=np.int64))
    canvas, _ = paint(each, HALF)
    assert canvas.ink[2, 3:5].tolist() == [1 | 3 << 24, 2 | 4 << 24]


def test_holes_are_written_as_far_as_there_is_room() -> None:
    values = np.array([[np.nan, 1.25]], dtype=np.float32)
    each = Grid("g", 0, values, Scale.of(values), NumberFormat.of(values))
    assert drawn(each) == ["  nan 1.25 "]


@pytest.mark.parametrize("cells", MODES)
def test_single_cells_of_a_step_are_marked_and_no_others(cells: Cells) -> None:
    plain, _ = paint(grid(), cells)
    marked, (width, height) = paint(grid(marks=Marks(cells=((0, 3), (1, 4)))), cells)
    changed = {
        marked.target_at(x, y)
        for y in range(2, 2 + height)
        for x in range(3, 3 + width)
        if marked.ink[y, x] != plain.ink[y, x]
    }
    cells_changed = {(t.row, t.column) for t in changed if isinstance(t, CellTarget)}
    # A half block names its upper row; brackets of written numbers stand on both sides.
    allowed = {(0, 0), (0, 1), (3, 4), (3, 3), (2, 4)}
    assert {(0, 1)} <= cells_changed <= allowed


def test_cells_that_are_zero_by_construction_are_dots() -> None:
    empty = np.zeros((2, 3), dtype=np.bool_)
    empty[0, 1] = empty[1, 2] = True
    assert drawn(replace(grid(2, 3), empty=empty)) == ["  0  ·  2 ", " 10 11  · "]


@pytest.mark.parametrize("cells", MODES)
def test_a_grid_cut_out_of_a_larger_one_keeps_its_places(cells: Cells) -> None:
    canvas, _ = paint(replace(grid(), origin=(100, 40)), cells)
    assert canvas.target_at(3, 2) == CellTarget("input", 2, 100, 40)
