from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz_tui import ops
from tests.ops import reference
from tests.ops.strategies import arrays, pairs

BATCH = np.random.default_rng(0).normal(3, 2, size=(8, 3, 5, 4))


def test_training_brings_every_channel_to_mean_0_and_variance_1() -> None:
    y = ops.batch_norm(BATCH, None, None, training=True)
    np.testing.assert_allclose(y.mean(axis=(0, 2, 3)), 0, atol=1e-12)
    np.testing.assert_allclose(y.var(axis=(0, 2, 3)), 1, rtol=1e-4)


def test_weight_and_bias_set_the_scale_of_each_channel() -> None:
    y = ops.batch_norm(BATCH, None, None, [1.0, 2.0, 0.0], [5.0, 0.0, -1.0], training=True)
    np.testing.assert_allclose(y.mean(axis=(0, 2, 3)), [5, 0, -1], atol=1e-12)
    np.testing.assert_allclose(y.std(axis=(0, 2, 3)), [1, 2, 0], rtol=1e-4, atol=1e-12)


def test_running_statistics_move_towards_the_batch_in_place_with_the_unbiased_variance() -> None:
    mean, variance = np.zeros(3, np.float32), np.ones(3)
    ops.batch_norm(BATCH, mean, variance, training=True, momentum=0.25)
    np.testing.assert_allclose(mean, 0.25 * BATCH.mean(axis=(0, 2, 3)), rtol=1e-6)
    np.testing.assert_allclose(variance, 0.75 + 0.25 * BATCH.var(axis=(0, 2, 3), ddof=1))


def test_outside_of_training_the_running_statistics_are_used_and_left_alone() -> None:
    mean, variance = np.array([1.0, 2.0, 3.0]), np.array([4.0, 1.0, 0.25])
    before = mean.copy(), variance.copy()
    y = ops.batch_norm(BATCH, mean, variance, eps=0.0)
    np.testing.assert_allclose(y[:, 0], (BATCH[:, 0] - 1) / 2)
    np.testing.assert_allclose(y[:, 2], (BATCH[:, 2] - 3) * 2)
    np.testing.assert_array_equal((mean, variance), before)


def test_the_gradient_never_touches_the_running_statistics() -> None:
    mean, variance = np.zeros(3), np.ones(3)
    ops.batch_norm_backward(BATCH, BATCH, mean, variance, training=True)
    np.testing.assert_array_equal(mean, np.zeros(3))
    np.testing.assert_array_equal(variance, np.ones(3))


def test_an_empty_batch_teaches_nothing() -> None:
    mean, variance = np.zeros(3), np.ones(3)
    y = ops.batch_norm(BATCH[:0], mean, variance, training=True)
    assert y.shape == (0, 3, 5, 4)
    np.testing.assert_array_equal(mean, np.zeros(3))
    np.testing.assert_array_equal(variance, np.ones(3))


def test_wide_running_statistics_do_not_widen_the_result() -> None:
    y = ops.batch_norm(BATCH.astype(np.float32), np.zeros(3), np.ones(3))
    assert y.dtype == np.float32


def test_a_mean_far_from_zero_does_not_spoil_float32() -> None:
    far = BATCH + 1000
    single = ops.batch_norm(far.astype(np.float32), None, None, training=True)
    double = ops.batch_norm(far.astype(np.float32).astype(np.float64), None, None, training=True)
    np.testing.assert_allclose(single, double, atol=1e-4)


@settings(max_examples=150)
@given(st.integers(1, 7), st.integers(1, 9), st.data())
def test_local_response_agrees_with_the_slow_loops(
    channels: int, size: int, data: st.DataObject
) -> None:
    images = data.draw(arrays(data.draw(st.integers(1, 2)), channels, *data.draw(pairs(1, 4))))
    np.testing.assert_allclose(
        ops.local_response_norm(images, size, 0.5, 0.75, 2.0),
        reference.local_response_norm(images, size, 0.5, 0.75, 2.0),
        rtol=1e-12,
    )


def test_an_even_neighbourhood_reaches_further_back_than_ahead() -> None:
    active = np.zeros((1, 5, 1))
    active[0, 2] = 1
    response = ops.local_response_norm(active + 1e-9, 2, alpha=2, beta=1, k=1) / (active + 1e-9)
    np.testing.assert_allclose(response[0, :, 0], [1, 1, 0.5, 0.5, 1], rtol=1e-6)


def test_alexnet_s_constants_hardly_change_small_numbers() -> None:
    images = np.full((1, 96, 2, 2), 0.5)
    y = ops.local_response_norm(images, 5, alpha=1e-4, beta=0.75, k=2.0)
    assert y[0, 48, 0, 0] == pytest.approx(0.5 / (2 + 1e-4 / 5 * 5 * 0.25) ** 0.75)
