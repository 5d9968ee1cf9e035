from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui import ops
from cnnviz_tui.ops._erf import erf

ordinary = st.floats(-30, 30)


@given(ordinary)
def test_each_function_is_its_formula(x: float) -> None:
    array = np.array([x])
    formulas = {
        "relu": max(0.0, x),
        "leaky_relu": x if x > 0 else 0.01 * x,
        "elu": x if x > 0 else math.exp(x) - 1,
        "sigmoid": 1 / (1 + math.exp(-x)),
        "tanh": math.tanh(x),
        "softplus": x if x > 20 else math.log(1 + math.exp(x)),
        "gelu": x * (1 + math.erf(x / math.sqrt(2))) / 2,
    }
    for name, expected in formulas.items():
        result = getattr(ops, name)(array)
        assert result[0] == pytest.approx(expected, rel=1e-9, abs=1e-12), name


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_overflows_at_either_end(dtype: type[np.floating]) -> None:
    ends = np.array([-np.inf, -1e30, 1e30, np.inf], dtype)
    with np.errstate(all="raise", under="ignore"):
        np.testing.assert_array_equal(ops.sigmoid(ends), [0, 0, 1, 1])
        np.testing.assert_array_equal(ops.tanh(ends), [-1, -1, 1, 1])
        np.testing.assert_array_equal(ops.softplus(ends), np.maximum(ends, 0))
        np.testing.assert_array_equal(ops.softplus(ends, 1, 1e38), np.maximum(ends, 0))
        np.testing.assert_array_equal(ops.elu(ends), np.maximum(ends, -1))
        np.testing.assert_array_equal(ops.gelu(ends), np.maximum(ends, 0))
        np.testing.assert_array_equal(ops.gelu(ends, approximate="tanh"), np.maximum(ends, 0))


def test_small_probabilities_keep_their_digits() -> None:
    assert ops.sigmoid(np.float32(-50)) == pytest.approx(math.exp(-50), rel=1e-5, abs=0)
    assert ops.sigmoid_backward(np.float32(1), np.float32(50)) == pytest.approx(
        math.exp(-50), rel=1e-5, abs=0
    )


@pytest.mark.parametrize(
    ("name", "slope"), [("relu", 0), ("leaky_relu", 0.01), ("elu", 1), ("gelu", 0.5)]
)
def test_at_the_kink_the_slope_is_the_one_pytorch_takes(name: str, slope: float) -> None:
    backward = getattr(ops, f"{name}_backward")
    assert backward(np.array([2.0]), np.array([0.0]))[0] == 2 * slope


def test_saturated_functions_pass_no_gradient_back() -> None:
    far = np.array([-40.0, 40.0])
    for name in ("sigmoid", "tanh"):
        assert np.all(getattr(ops, f"{name}_backward")(np.ones(2), far) < 1e-15)


def test_a_number_without_axes_stays_one() -> None:
    for name in ("relu", "leaky_relu", "elu", "gelu", "sigmoid", "tanh", "softplus"):
        result = getattr(ops, name)(np.float32(0.5))
        assert isinstance(result, np.ndarray), name
        assert result.shape == (), name
        assert result.dtype == np.float32, name


def test_settings_of_a_wider_type_do_not_widen_the_result() -> None:
    x = np.array([-1.0, 1.0], np.float32)
    assert ops.leaky_relu(x, np.float64(0.1)).dtype == np.float32
    assert ops.elu(x, np.float64(0.1)).dtype == np.float32
    assert ops.softplus(x, np.float64(2)).dtype == np.float32


@given(st.floats(-8, 8))
def test_the_error_function_is_that_of_the_standard_library(x: float) -> None:
    assert erf(np.array([x]))[0] == pytest.approx(math.erf(x), abs=4e-16)


def test_the_error_function_of_nan_is_nan() -> None:
    assert np.isnan(erf(np.array([np.nan]))[0])
