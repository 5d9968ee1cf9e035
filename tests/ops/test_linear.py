from __future__ import annotations

import numpy as np
import pytest

from cnnviz_tui import ops


def test_each_output_is_a_dot_product_plus_a_bias() -> None:
    result = ops.linear([[1.0, 2.0], [3.0, 4.0]], [[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]], [0, 10, 0])
    np.testing.assert_array_equal(result, [[1, 12, -1], [3, 14, -1]])


def test_leading_axes_stay_as_they_are() -> None:
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 4, 3)), rng.normal(size=(5, 3))
    assert ops.linear(x, w).shape == (2, 4, 5)
    np.testing.assert_allclose(ops.linear(x, w)[1, 2], ops.linear(x[1, 2], w))


def test_a_weight_of_one_axis_makes_one_output_without_an_axis() -> None:
    x, w = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([10.0, 1.0])
    np.testing.assert_array_equal(ops.linear(x, w, 0.5), [12.5, 34.5])
    grad_input, grad_weight, grad_bias = ops.linear_backward([1.0, 2.0], x, w, 0.5)
    np.testing.assert_array_equal(grad_input, [[10, 1], [20, 2]])
    np.testing.assert_array_equal(grad_weight, [7, 10])
    assert grad_bias == pytest.approx(3)


def test_gradients_do_not_share_memory_with_the_upstream_gradient() -> None:
    upstream = np.ones(2)
    _, _, grad_bias = ops.linear_backward(upstream, np.ones(3), np.ones((2, 3)), np.zeros(2))
    assert grad_bias is not None
    assert not np.shares_memory(grad_bias, upstream)
