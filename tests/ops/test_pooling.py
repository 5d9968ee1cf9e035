from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz_tui import ops
from tests.ops import reference
from tests.ops.strategies import Windows, poolings


@settings(max_examples=250)
@given(st.data(), st.booleans())
def test_max_pooling_agrees_with_the_slow_loops_in_values_and_places(
    data: st.DataObject, ceil_mode: bool
) -> None:
    windows: Windows = data.draw(poolings(ceil_mode, dilated=True))
    maxima, places = reference.max_pool2d(
        windows.images, windows.kernel, windows.stride, windows.sides, windows.dilation, ceil_mode
    )
    result, indices = ops.max_pool2d(
        windows.images,
        windows.kernel,
        windows.stride,
        windows.padding,
        windows.dilation,
        ceil_mode,
        return_indices=True,
    )
    np.testing.assert_array_equal(result, maxima)
    np.testing.assert_array_equal(indices, places)
    assert indices.dtype == np.int64


@settings(max_examples=250)
@given(st.data(), st.booleans(), st.booleans(), st.none() | st.integers(1, 5))
def test_average_pooling_agrees_with_the_slow_loops(
    data: st.DataObject, ceil_mode: bool, count_include_pad: bool, divisor: int | None
) -> None:
    windows: Windows = data.draw(poolings(ceil_mode, dilated=False))
    expected = reference.avg_pool2d(
        windows.images,
        windows.kernel,
        windows.stride,
        windows.sides,
        ceil_mode,
        count_include_pad,
        divisor,
    )
    result = ops.avg_pool2d(
        windows.images,
        windows.kernel,
        windows.stride,
        windows.padding,
        ceil_mode,
        count_include_pad,
        divisor,
    )
    np.testing.assert_allclose(result, expected, rtol=1e-12, atol=1e-12)


def test_without_a_stride_windows_tile_the_map() -> None:
    image = np.arange(36.0).reshape(1, 6, 6)
    np.testing.assert_array_equal(
        ops.max_pool2d(image, (2, 3)), ops.max_pool2d(image, (2, 3), (2, 3))
    )
    np.testing.assert_array_equal(ops.avg_pool2d(image, 2, ()), ops.avg_pool2d(image, 2, 2))


def test_of_equal_numbers_the_first_wins_and_takes_the_whole_gradient() -> None:
    image = np.full((1, 2, 2), 7.0)
    _, places = ops.max_pool2d(image, 2, return_indices=True)
    assert places.item() == 0
    np.testing.assert_array_equal(
        ops.max_pool2d_backward([[[3.0]]], image, 2), [[[3.0, 0.0], [0.0, 0.0]]]
    )


def test_a_cell_that_wins_several_windows_gathers_their_gradients() -> None:
    image = np.zeros((1, 3, 3))
    image[0, 1, 1] = 1
    upstream = np.array([[[1.0, 20.0], [300.0, 4000.0]]])
    gradient = ops.max_pool2d_backward(upstream, image, 2, 1)
    assert gradient[0, 1, 1] == 4321
    assert gradient.sum() == 4321


def test_padding_never_wins_a_maximum_even_over_minus_infinity() -> None:
    image = np.full((1, 2, 2), -np.inf)
    maxima, places = ops.max_pool2d(image, 2, padding=1, return_indices=True)
    assert np.all(maxima == -np.inf)
    np.testing.assert_array_equal(places, [[[0, 1], [2, 3]]])


def test_a_window_that_sees_only_padding_answers_minus_infinity_from_nowhere() -> None:
    image = np.arange(4.0).reshape(1, 2, 2)
    maxima, places = ops.max_pool2d(image, 2, 1, 1, 3, return_indices=True)
    np.testing.assert_array_equal(maxima, [[[-np.inf]]])
    np.testing.assert_array_equal(places, [[[-1]]])
    np.testing.assert_array_equal(
        ops.max_pool2d_backward([[[5.0]]], image, 2, 1, 1, 3), np.zeros((1, 2, 2))
    )


def test_nan_wins_its_windows_and_only_those() -> None:
    image = np.arange(16.0).reshape(1, 4, 4)
    image[0, 0, 1] = np.nan
    maxima, places = ops.max_pool2d(image, 2, return_indices=True)
    np.testing.assert_array_equal(maxima, [[[np.nan, 7], [13, 15]]])
    assert places[0, 0, 0] == 1
    averages = ops.avg_pool2d(image, 2)
    np.testing.assert_array_equal(averages, [[[np.nan, 4.5], [10.5, 12.5]]])


def test_what_hangs_over_in_ceil_mode_is_not_counted() -> None:
    image = np.ones((1, 3, 3))
    np.testing.assert_array_equal(ops.avg_pool2d(image, 2, ceil_mode=True), np.ones((1, 2, 2)))


@pytest.mark.parametrize(("counted", "corner"), [(True, 1 / 4), (False, 1)])
def test_padding_counts_or_not(counted: bool, corner: float) -> None:
    averages = ops.avg_pool2d(np.ones((1, 2, 2)), 2, padding=1, count_include_pad=counted)
    assert averages[0, 0, 0] == corner


def test_a_large_average_in_float32_is_exact_enough() -> None:
    image = np.random.default_rng(0).random((1, 128, 128)) + 1
    single = ops.avg_pool2d(image.astype(np.float32), 128)
    assert single.item() == pytest.approx(image.mean(), rel=1e-6)
