from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz_tui import ops
from tests.ops.strategies import arrays, pairs


@settings(max_examples=250)
@given(pairs(1, 3), st.data())
def test_puts_maxima_back_where_they_stood_and_pools_to_the_same_again(
    kernel: tuple[int, int], data: st.DataObject
) -> None:
    rows, columns = data.draw(pairs(1, 4))
    image = np.abs(data.draw(arrays(2, 2, rows * kernel[0], columns * kernel[1])))
    maxima, places = ops.max_pool2d(image, kernel, return_indices=True)
    map_ = ops.max_unpool2d(maxima, places, kernel)
    assert map_.shape == image.shape
    np.testing.assert_array_equal(map_[map_ != 0], image[map_ != 0])
    np.testing.assert_array_equal(np.count_nonzero(map_, axis=(2, 3)), rows * columns)
    np.testing.assert_array_equal(ops.max_pool2d(map_, kernel), maxima)


@pytest.mark.parametrize("size", [(5, 4), (1, 1, 5, 4)])
def test_several_sizes_pool_to_the_same_so_the_size_can_be_given(size: tuple[int, ...]) -> None:
    image = np.arange(20.0).reshape(1, 1, 5, 4)
    maxima, places = ops.max_pool2d(image, 2, return_indices=True)
    assert ops.max_unpool2d(maxima, places, 2).shape == (1, 1, 4, 4)
    map_ = ops.max_unpool2d(maxima, places, 2, output_size=size)
    assert map_.shape == (1, 1, 5, 4)
    np.testing.assert_array_equal(map_[0, 0, 1], [0, 5, 0, 7])


def test_of_two_numbers_for_one_place_the_later_stays() -> None:
    map_ = ops.max_unpool2d([[[1.0, 2.0]]], [[[3, 3]]], (2, 1), output_size=(2, 2))
    np.testing.assert_array_equal(map_, [[[0, 0], [0, 2]]])
