from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz_tui import ops
from tests.ops import reference
from tests.ops.strategies import Windows, arrays, convolutions


@settings(max_examples=250)
@given(st.data(), st.integers(1, 3), st.integers(1, 2), st.integers(1, 2), st.booleans())
def test_agrees_with_the_slow_loops(
    data: st.DataObject, groups: int, depth: int, filters: int, with_bias: bool
) -> None:
    windows: Windows = data.draw(convolutions(groups * depth))
    weight = data.draw(arrays(groups * filters, depth, *windows.kernel))
    bias = data.draw(arrays(groups * filters)) if with_bias else None
    expected = reference.conv2d(
        windows.images, weight, bias, windows.stride, windows.sides, windows.dilation, groups
    )
    result = ops.conv2d(
        windows.images, weight, bias, windows.stride, windows.padding, windows.dilation, groups
    )
    np.testing.assert_allclose(result, expected, rtol=1e-12, atol=1e-12)


def test_is_cross_correlation_so_an_impulse_shows_the_kernel_flipped() -> None:
    impulse = np.zeros((1, 1, 3, 3))
    impulse[0, 0, 1, 1] = 1
    kernel = np.arange(9.0).reshape(1, 1, 3, 3)
    response = ops.conv2d(impulse, kernel, padding=1)
    np.testing.assert_array_equal(response[0, 0], kernel[0, 0, ::-1, ::-1])


def test_one_number_is_a_dot_product_through_the_full_depth_plus_a_bias() -> None:
    rng = np.random.default_rng(0)
    image, kernel = rng.normal(size=(1, 3, 32, 32)), rng.normal(size=(1, 3, 5, 5))
    result = ops.conv2d(image, kernel, [0.5])
    window = image[0, :, 10:15, 20:25].ravel()
    assert window.size == 75
    assert result[0, 0, 10, 20] == pytest.approx(window @ kernel.ravel() + 0.5)


def test_a_picture_without_a_batch_comes_back_without_one() -> None:
    rng = np.random.default_rng(1)
    image, kernel = rng.normal(size=(3, 6, 6)), rng.normal(size=(2, 3, 3, 3))
    np.testing.assert_array_equal(ops.conv2d(image, kernel), ops.conv2d(image[None], kernel)[0])


def test_same_puts_the_odd_extra_cell_at_the_end() -> None:
    row = np.arange(1.0, 5.0).reshape(1, 1, 1, 4)
    np.testing.assert_array_equal(
        ops.conv2d(row, np.ones((1, 1, 1, 2)), padding="same")[0, 0, 0], [3, 5, 7, 4]
    )


def test_groups_keep_to_themselves() -> None:
    rng = np.random.default_rng(2)
    image, kernel = rng.normal(size=(1, 4, 5, 5)), rng.normal(size=(6, 2, 3, 3))
    changed = image.copy()
    changed[:, 2:] += 1
    difference = ops.conv2d(changed, kernel, groups=2) - ops.conv2d(image, kernel, groups=2)
    assert np.all(difference[:, :3] == 0)
    assert np.all(difference[:, 3:] != 0)


def test_nan_stays_where_a_window_sees_it() -> None:
    image = np.ones((1, 1, 5, 5), np.float32)
    image[0, 0, 0, 0] = np.nan
    result = ops.conv2d(image, np.ones((2, 1, 2, 2), np.float32))
    assert np.isnan(result[:, :, 0, 0]).all()
    assert np.isnan(result).sum() == 2


def test_a_large_batch_worked_through_in_blocks_equals_one_sample_after_the_other() -> None:
    rng = np.random.default_rng(3)
    images = rng.normal(size=(7, 16, 40, 40)).astype(np.float32)
    kernel = rng.normal(size=(4, 16, 5, 5)).astype(np.float32)
    upstream = rng.normal(size=(7, 4, 36, 36)).astype(np.float32)
    singly = np.stack([ops.conv2d(image, kernel) for image in images])
    np.testing.assert_allclose(ops.conv2d(images, kernel), singly, rtol=1e-5, atol=1e-5)
    grad_input, grad_weight, _ = ops.conv2d_backward(upstream, images, kernel)
    alone = [
        ops.conv2d_backward(g, image, kernel) for g, image in zip(upstream, images, strict=True)
    ]
    np.testing.assert_allclose(grad_input, np.stack([a[0] for a in alone]), rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(grad_weight, sum(a[1] for a in alone), rtol=1e-5, atol=1e-3)


def test_long_sums_in_float32_agree_with_float64() -> None:
    rng = np.random.default_rng(4)
    images, kernel = rng.random((2, 256, 14, 14)), rng.normal(size=(8, 256, 3, 3))
    bias = np.zeros(8)
    upstream = rng.random((2, 8, 12, 12))
    exact = ops.conv2d(images, kernel, bias), *ops.conv2d_backward(upstream, images, kernel, bias)
    g, x, w, b = (a.astype(np.float32) for a in (upstream, images, kernel, bias))
    result = ops.conv2d(x, w, b), *ops.conv2d_backward(g, x, w, b)
    for single, double in zip(result, exact, strict=True):
        assert single is not None
        assert double is not None
        assert single.dtype == np.float32
        assert np.abs(single - double).max() < 1e-5 * np.abs(double).max()
