"""Whatever the size, the place, the pen, the colours: a digit comes out as MNIST has it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.digits import DigitCanvas, NothingDrawnError, bundled, prepare, stroke_width
from cnnviz_tui.digits.preparing import BOX, THICKEST, THINNEST
from cnnviz_tui.nn import load_lenet

Lines = list[tuple[float, float, float, float]]

SEVEN: Lines = [(0.1, 0.05, 0.9, 0.05), (0.9, 0.05, 0.4, 1.0)]
FOUR: Lines = [(0.2, 0, 0.05, 0.55), (0.05, 0.55, 0.95, 0.55), (0.75, 0.1, 0.75, 1)]


def draw(lines: Lines, left: float, top: float, size: float, brush: float = 2.4) -> np.ndarray:
    canvas = DigitCanvas(brush)
    for x0, y0, x1, y1 in lines:
        canvas.line(left + size * x0, top + size * y0, left + size * x1, top + size * y1)
    return canvas.pixels


def big(lines: Lines, side: int, pen: int) -> np.ndarray:
    """Draw on a large picture with a square pen, hard edges, black on white."""
    picture = np.full((side, side), 255, np.uint8)
    for x0, y0, x1, y1 in lines:
        for t in np.linspace(0, 1, 4 * side):
            row = int((0.2 + 0.6 * (y0 + t * (y1 - y0))) * side)
            column = int((0.2 + 0.6 * (x0 + t * (x1 - x0))) * side)
            picture[row : row + pen, column : column + pen] = 0
    return picture


def centre(image: np.ndarray) -> tuple[float, float]:
    rows, columns = np.indices(image.shape)
    total = image.sum()
    return float((image * rows).sum() / total), float((image * columns).sum() / total)


def longer_side(image: np.ndarray) -> int:
    rows, columns = (np.flatnonzero(image.any(axis=axis)) for axis in (1, 0))
    return int(max(np.ptp(rows), np.ptp(columns))) + 1


def test_mnist_digits_stay_as_they_are() -> None:
    images = bundled().images[::5]
    prepared = np.array([prepare(image) for image in images])
    changes = np.abs(prepared - images / 255).mean(axis=(1, 2))
    # The thinnest and the palest of them are brought into the usual range, the others are not.
    assert np.percentile(changes, 80) < 0.01
    assert changes.max() < 0.08
    assert all(longer_side(image) == BOX for image in prepared)


@given(
    size=st.floats(7, 25), across=st.floats(0, 1), down=st.floats(0, 1), brush=st.floats(0.8, 3.5)
)
def test_a_drawing_fills_the_box_around_its_centre_of_mass(
    size: float, across: float, down: float, brush: float
) -> None:
    room = 28 - size
    prepared = prepare(draw(FOUR, room * across, room * down, size, brush))
    assert prepared.shape == (28, 28)
    assert prepared.dtype == np.float32
    assert prepared.min() >= 0
    assert prepared.max() == 1
    assert longer_side(prepared) == BOX
    assert max(abs(place - 14) for place in centre(prepared)) <= 1


@pytest.mark.parametrize(("size", "left", "top"), [(8, 1, 19), (12, 15, 1), (24, 2, 2), (9, 0, 0)])
def test_place_and_size_do_not_change_the_answer(size: float, left: float, top: float) -> None:
    network = load_lenet()
    for digit, lines in ((7, SEVEN), (4, FOUR)):
        image = prepare(draw(lines, left, top, size))
        assert network.predict(image)[0] == digit


COLOURS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "fractions": lambda p: p,
    "bytes": lambda p: np.round(p * 255).astype(np.uint8),
    "fractions up to 255": lambda p: p * 255,
    "sixteen bits": lambda p: np.round(p * 65535).astype(np.uint16),
    "black on white": lambda p: 1 - p,
    "faint pencil": lambda p: 0.9 - 0.15 * p,
    "one channel": lambda p: p[..., None],
    "blue on yellow": lambda p: np.stack([1 - p, 1 - p, p], axis=2),
    "white on red": lambda p: np.stack([0.5 + 0.5 * p, p, p], axis=2),
    "black on nothing": lambda p: np.stack([0 * p, 0 * p, 0 * p, p], axis=2),
    "white on nothing": lambda p: np.stack([p**0, p**0, p**0, p], axis=2),
    "opaque black on white": lambda p: np.stack([1 - p, 1 - p, 1 - p, p**0], axis=2),
}


@pytest.mark.parametrize("colours", list(COLOURS))
def test_colours_depth_and_transparency_do_not_matter(colours: str) -> None:
    drawing = draw(SEVEN, 6, 4, 17)
    np.testing.assert_allclose(
        prepare(COLOURS[colours](drawing)), prepare(drawing), atol=0.03, rtol=0
    )


def test_ink_at_the_edge_of_the_picture_is_still_ink() -> None:
    drawing = draw(SEVEN, 6, 4, 17)
    rows, columns = (np.flatnonzero(drawing.any(axis=axis)) for axis in (1, 0))
    tight = drawing[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    for version in (tight, 1 - tight):
        np.testing.assert_allclose(prepare(version), prepare(drawing), atol=0.03)


@pytest.mark.parametrize(("side", "pen"), [(280, 1), (280, 12), (280, 40), (900, 2), (60, 3)])
def test_pen_and_resolution_do_not_change_the_stroke(side: int, pen: int) -> None:
    prepared = prepare(big(FOUR, side, pen))
    assert THINNEST - 0.6 < stroke_width(prepared) < THICKEST + 0.6
    assert load_lenet().predict(prepared)[0] == 4


def test_grain_on_the_paper_is_not_ink() -> None:
    picture = big(SEVEN, 140, 10).astype(np.float64)
    noisy = np.clip(picture * 0.7 + np.random.default_rng(0).normal(30, 8, picture.shape), 0, 255)
    assert longer_side(prepare(noisy)) == BOX
    assert load_lenet().predict(prepare(noisy))[0] == 7


@pytest.mark.parametrize("slope", [(0.4, 0.0), (-0.3, 0.2)])
def test_a_lamp_on_one_side_is_not_ink(slope: tuple[float, float]) -> None:
    place = np.linspace(-0.5, 0.5, 140)
    light = 0.7 + slope[0] * place[:, None] + slope[1] * place[None, :]
    ink = 1 - big(SEVEN, 140, 10) / 255
    lit = prepare(light * (1 - 0.5 * ink))
    assert longer_side(lit) == BOX
    assert stroke_width(lit) == pytest.approx(stroke_width(prepare(ink)), rel=0.25)
    assert load_lenet().predict(lit)[0] == 7


def test_the_width_of_a_stroke_is_measured() -> None:
    for width in (2, 4, 8):
        stroke = np.zeros((200, 60), np.float32)
        stroke[10:190, 20 : 20 + width] = 1
        assert stroke_width(stroke) == pytest.approx(width, rel=0.06)


@pytest.mark.parametrize("shade", [0, 0.5, 1])
def test_blank_paper_says_nothing_drawn(shade: float) -> None:
    with pytest.raises(NothingDrawnError, match="nothing drawn"):
        prepare(np.full((28, 28), shade))
    with pytest.raises(NothingDrawnError, match="nothing drawn"):
        prepare(DigitCanvas().pixels)


def test_a_single_dot_and_a_single_cell_have_a_picture() -> None:
    canvas = DigitCanvas()
    canvas.line(3, 3, 3, 3)
    assert prepare(canvas.pixels).max() == 1
    assert prepare(np.eye(1, 900).reshape(30, 30)).max() == 1


def test_the_array_passed_in_is_left_alone() -> None:
    drawing = draw(SEVEN, 6, 4, 17)
    before = drawing.copy()
    drawing.flags.writeable = False
    prepare(drawing)
    np.testing.assert_array_equal(drawing, before)


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (np.zeros(784), r"not \(784,\)"),
        (np.zeros((28, 28, 2)), r"not \(28, 28, 2\)"),
        (np.zeros((0, 28)), r"not \(0, 28\)"),
        (np.full((28, 28), np.nan), "NaN or infinity"),
        (np.full((28, 28), "x"), "array of numbers"),
    ],
)
def test_what_is_no_picture_is_refused(image: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        prepare(image)
