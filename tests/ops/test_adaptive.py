from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz_tui import ops
from tests.ops import reference
from tests.ops.reference import Pair
from tests.ops.strategies import arrays, pairs


@settings(max_examples=250)
@given(pairs(1, 9), pairs(1, 11), st.data())
def test_regions_agree_with_the_slow_loops(size: Pair, output: Pair, data: st.DataObject) -> None:
    images = data.draw(arrays(2, 2, *size))
    np.testing.assert_allclose(
        ops.adaptive_avg_pool2d(images, output),
        reference.adaptive_avg_pool2d(images, output),
        rtol=1e-12,
    )
    maxima, places = ops.adaptive_max_pool2d(images, output, return_indices=True)
    np.testing.assert_array_equal(maxima, reference.adaptive_max_pool2d(images, output))
    flat = np.take_along_axis(images.reshape(2, 2, -1), places.reshape(2, 2, -1), axis=2)
    np.testing.assert_array_equal(flat.reshape(maxima.shape), maxima)


def test_none_keeps_the_input_s_size() -> None:
    image = np.arange(12.0).reshape(1, 3, 4)
    np.testing.assert_array_equal(ops.adaptive_max_pool2d(image, None), image)
    np.testing.assert_array_equal(
        ops.adaptive_avg_pool2d(image, (None, 1))[0, :, 0], [1.5, 5.5, 9.5]
    )


def test_one_cell_is_the_average_of_a_picture_of_any_size() -> None:
    for size in (1, 7, 224):
        image = np.random.default_rng(size).random((2, size, size), np.float32) + 1
        np.testing.assert_allclose(
            ops.adaptive_avg_pool2d(image, 1)[:, 0, 0], image.mean(axis=(1, 2)), rtol=1e-5
        )


def test_a_size_that_divides_is_ordinary_pooling() -> None:
    images = np.random.default_rng(0).normal(size=(2, 3, 6, 8))
    np.testing.assert_allclose(
        ops.adaptive_avg_pool2d(images, (3, 2)), ops.avg_pool2d(images, (2, 4))
    )
    np.testing.assert_array_equal(
        ops.adaptive_max_pool2d(images, (3, 2)), ops.max_pool2d(images, (2, 4))
    )


def test_nan_stays_in_the_regions_that_hold_it_and_ties_go_to_the_first() -> None:
    image = np.zeros((1, 4, 4))
    image[0, 3, 3] = np.nan
    averages = ops.adaptive_avg_pool2d(image, 2)
    np.testing.assert_array_equal(averages, [[[0, 0], [0, np.nan]]])
    _, places = ops.adaptive_max_pool2d(image, 2, return_indices=True)
    np.testing.assert_array_equal(places, [[[0, 2], [8, 15]]])
