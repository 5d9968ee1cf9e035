"""The imagined hand writes every digit in many ways, the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz_tui.digits.handwriting import Hand, draw, handwriting, skeletons, write
from cnnviz_tui.nn import load_lenet
from cnnviz_tui.nn.training import evaluate

CAREFUL = Hand(wobble=0, slant=0, turn=0, smallest=20, largest=22, coarse=0, joined=0)


def test_every_digit_has_several_ways_with_points_around_the_unit_square() -> None:
    assert len(skeletons()) == 10
    for ways in skeletons():
        assert len(ways) >= 4
        for strokes in ways:
            for points, corners in strokes:
                assert len(points) == len(corners) >= 2
                assert points.min() >= -0.05
                assert points.max() <= 1.05


@pytest.mark.parametrize("digit", range(10))
def test_strokes_stay_on_the_canvas_and_leave_ink(digit: int) -> None:
    rng = np.random.default_rng(digit)
    for way in range(len(skeletons()[digit])):
        strokes = write(digit, way, rng)
        every = np.concatenate(strokes)
        assert every.min() >= 0
        assert every.max() <= 28
        assert draw(strokes, 2.0).max() > 0.8


def test_coarse_and_joined_writing_has_few_points_and_one_stroke() -> None:
    rng = np.random.default_rng(0)
    coarse = write(0, 0, rng, Hand(coarse=1, joined=0))
    assert [len(points) for points in coarse] == [8]
    crossed_seven = next(way for way, strokes in enumerate(skeletons()[7]) if len(strokes) == 2)
    assert len(write(7, crossed_seven, rng, Hand(joined=0))) == 2
    assert len(write(7, crossed_seven, rng, Hand(joined=1))) == 1


def test_equal_seeds_write_equal_digits() -> None:
    first, again, other = handwriting(30, 1), handwriting(30, 1), handwriting(30, 2)
    np.testing.assert_array_equal(first.images, again.images)
    assert not np.array_equal(first.images, other.images)
    assert first.labels.tolist() == list(range(10)) * 3
    assert len({image.tobytes() for image in first.images}) == 30


def test_a_careful_hand_is_read_by_the_network() -> None:
    images, labels = handwriting(200, 5, CAREFUL)
    assert evaluate(load_lenet(), images, labels).accuracy >= 0.97


def test_a_careless_hand_is_read_too() -> None:
    images, labels = handwriting(400, 6)
    assert evaluate(load_lenet(), images, labels).accuracy >= 0.96
