"""The canvas draws smooth strokes, forgets nothing that can be undone, and repaints little."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.digits import DigitCanvas

coordinate = st.floats(-10, 40)


def test_a_new_canvas_is_black_paper() -> None:
    canvas = DigitCanvas()
    assert canvas.pixels.shape == (28, 28)
    assert canvas.pixels.dtype == np.float32
    assert canvas.empty
    assert not canvas.pixels.any()


def test_a_line_covers_the_cells_along_it_and_fades_at_its_edge() -> None:
    canvas = DigitCanvas(brush=3)
    canvas.line(5, 14, 23, 14)
    column = canvas.pixels[:, 14]
    np.testing.assert_allclose(column[11:17], [0, 0.5, 1, 1, 0.5, 0][:6], atol=0.51)
    assert column[13] == 1
    assert column[14] == 1
    assert column.sum() == pytest.approx(3, abs=0.2)
    assert not canvas.pixels[14, :3].any()
    assert not canvas.pixels[14, 26:].any()


def test_rows_are_y_and_columns_are_x() -> None:
    canvas = DigitCanvas()
    canvas.line(20.5, 3.5, 20.5, 3.5)
    row, column = np.unravel_index(canvas.pixels.argmax(), (28, 28))
    assert (int(row), int(column)) == (3, 20)


@given(coordinate, coordinate, coordinate, coordinate, st.floats(0.3, 6))
def test_every_cell_is_as_dark_as_the_stroke_is_near(
    x0: float, y0: float, x1: float, y1: float, brush: float
) -> None:
    canvas = DigitCanvas(brush)
    canvas.line(x0, y0, x1, y1)
    pixels = canvas.pixels
    assert pixels.min() >= 0
    assert pixels.max() <= 1
    steps = np.linspace(0, 1, 200)
    xs, ys = x0 + steps * (x1 - x0), y0 + steps * (y1 - y0)
    centres = np.arange(28) + 0.5
    near = np.hypot(centres[None, :, None] - xs, centres[:, None, None] - ys).min(axis=2)
    spacing = np.hypot(x1 - x0, y1 - y0) / 199
    expected = np.clip(brush / 2 + 0.5 - near, 0, min(1, brush))
    np.testing.assert_allclose(pixels, expected, atol=spacing / 2 + 1e-4)


@given(coordinate, coordinate, coordinate, coordinate)
def test_direction_does_not_matter_and_drawing_twice_adds_nothing(
    x0: float, y0: float, x1: float, y1: float
) -> None:
    forth, back = DigitCanvas(), DigitCanvas()
    forth.line(x0, y0, x1, y1)
    back.line(x1, y1, x0, y0)
    np.testing.assert_allclose(forth.pixels, back.pixels, atol=1e-4)
    once = forth.pixels
    forth.line(x0, y0, x1, y1)
    np.testing.assert_array_equal(forth.pixels, once)


def test_a_wider_brush_leaves_more_ink() -> None:
    ink = []
    for brush in (0.5, 1.0, 2.0, 4.0):
        canvas = DigitCanvas(brush)
        canvas.line(4, 4, 24, 20)
        ink.append(float(canvas.pixels.sum()))
    assert ink == sorted(ink)
    assert ink[3] == pytest.approx(2 * ink[2], rel=0.15)


def test_the_eraser_takes_ink_away_where_it_goes() -> None:
    canvas = DigitCanvas()
    canvas.line(4, 14, 24, 14)
    canvas.erasing = True
    canvas.line(14, 4, 14, 24)
    assert canvas.pixels[13, 13] == 0
    assert canvas.pixels[13, 6] > 0.9


def test_undo_and_redo_go_through_lines_strokes_and_wipes() -> None:
    canvas = DigitCanvas()
    states = [canvas.pixels]
    canvas.line(3, 3, 10, 10)
    states.append(canvas.pixels)
    with canvas.stroke():
        canvas.line(10, 10, 20, 10)
        canvas.line(20, 10, 20, 20)
    states.append(canvas.pixels)
    canvas.clear()
    states.append(canvas.pixels)
    assert canvas.empty
    for state in reversed(states[:-1]):
        assert canvas.undo()
        np.testing.assert_array_equal(canvas.pixels, state)
    assert not canvas.undo()
    for state in states[1:]:
        assert canvas.redo()
        np.testing.assert_array_equal(canvas.pixels, state)
    assert not canvas.redo()


def test_drawing_after_undo_forgets_what_was_undone() -> None:
    canvas = DigitCanvas()
    canvas.line(3, 3, 10, 10)
    canvas.undo()
    assert canvas.can_redo
    canvas.line(20, 3, 20, 10)
    assert not canvas.can_redo
    assert canvas.can_undo


def test_pixels_are_a_copy() -> None:
    canvas = DigitCanvas()
    canvas.pixels[:] = 1
    assert canvas.empty


def test_a_picture_can_be_loaded_drawn_on_and_taken_back() -> None:
    canvas, picture = DigitCanvas(), np.zeros((28, 28))
    picture[5, 5] = 0.5
    canvas.load(picture)
    assert canvas.pixels[5, 5] == 0.5
    canvas.undo()
    assert canvas.empty
    with pytest.raises(ValueError, match=r"28x28 pixels, not \(28, 27\)"):
        canvas.load(np.zeros((28, 27)))
    with pytest.raises(ValueError, match="divide pixels"):
        canvas.load(np.full((28, 28), 255.0))


def test_impossible_brushes_and_places_are_refused() -> None:
    with pytest.raises(ValueError, match="above 0 and at most 28, not 0"):
        DigitCanvas(brush=0)
    with pytest.raises(ValueError, match="finite coordinates"):
        DigitCanvas().line(0, 0, float("nan"), 3)
