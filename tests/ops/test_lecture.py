"""The numbers of the lecture, recomputed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from cnnviz_tui import ops


def image(size: int, channels: int) -> npt.NDArray[np.floating]:
    return np.random.default_rng(size).normal(size=(1, channels, size, size)).astype(np.float32)


def filters(count: int, size: int, channels: int) -> npt.NDArray[np.floating]:
    return np.random.default_rng(count).normal(size=(count, channels, size, size))


def test_six_filters_make_a_new_image_and_ten_more_the_next() -> None:
    first = ops.conv2d(image(32, 3), filters(6, 5, 3))
    assert first.shape == (1, 6, 28, 28)
    assert ops.conv2d(ops.relu(first), filters(10, 5, 6)).shape == (1, 10, 24, 24)


@pytest.mark.parametrize(("stride", "size"), [(1, 5), (2, 3), (3, 2)])
def test_a_3x3_filter_on_7x7(stride: int, size: int) -> None:
    """At stride 3 the exact size is 7/3, and the last row and column are never visited."""
    picture = image(7, 1)
    result = ops.conv2d(picture, filters(1, 3, 1), stride=stride)
    assert result.shape == (1, 1, size, size)
    if stride == 3:
        gradient, _, _ = ops.conv2d_backward(result, picture, filters(1, 3, 1), stride=stride)
        assert not gradient[..., 6, :].any()
        assert not gradient[..., :, 6].any()
        assert gradient[..., :6, :6].all()


@pytest.mark.parametrize("size", [3, 5, 7])
def test_padding_of_half_the_filter_keeps_the_size(size: int) -> None:
    result = ops.conv2d(image(7, 1), filters(1, size, 1), padding=(size - 1) // 2)
    assert result.shape == (1, 1, 7, 7)


def test_ten_5x5_filters_on_32x32x3_with_padding_2_have_760_parameters() -> None:
    weight, bias = filters(10, 5, 3), np.zeros(10)
    assert ops.conv2d(image(32, 3), weight, bias, padding=2).shape == (1, 10, 32, 32)
    assert weight.size + bias.size == (5 * 5 * 3 + 1) * 10 == 760


def test_max_pooling_2x2_with_stride_2() -> None:
    picture = [[[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]]]
    np.testing.assert_array_equal(ops.max_pool2d(picture, 2, 2), [[[6, 8], [3, 4]]])


def test_average_pooling_2x2_with_stride_2() -> None:
    picture = [[[2, 2, 7, 3], [9, 4, 6, 1], [8, 5, 2, 4], [3, 1, 2, 6]]]
    np.testing.assert_array_equal(ops.avg_pool2d(picture, 2, 2), [[[4.25, 4.25], [4.25, 3.5]]])


def test_activation_functions_at_zero() -> None:
    assert ops.sigmoid(0.0) == 0.5
    assert ops.tanh(0.0) == 0
    assert ops.relu(0.0) == 0
    assert ops.softplus(0.0) == pytest.approx(np.log(2))
