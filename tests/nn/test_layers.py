"""Every fast layer computes what the plain operation of `ops` computes, forwards and backwards."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui import ops
from cnnviz_tui.nn.activation import Activation, ReLU, ScaledTanh, Sigmoid, Tanh
from cnnviz_tui.nn.conv import Conv2d
from cnnviz_tui.nn.dense import Dropout, Flatten, Linear, RadialBasis
from cnnviz_tui.nn.layer import Array, Layer
from cnnviz_tui.nn.lenet import C3_TABLE
from cnnviz_tui.nn.pool import AvgPool2d, MaxPool2d, Subsampling


def run(layer: Layer, x: Array, dy: Array) -> tuple[Array, Array, dict[str, Array]]:
    """Forward and backward, batch first outside: output, input gradient, parameter gradients."""
    gradients = {name: np.zeros_like(array) for name, array in layer.parameters.items()}
    bound = layer.bind(np.ascontiguousarray(np.moveaxis(x, 0, -1)), gradients, input_gradient=True)
    bound.forward(np.random.default_rng(0))
    dx = bound.backward(np.ascontiguousarray(np.moveaxis(dy, 0, -1)))
    return np.moveaxis(bound.y, -1, 0), np.moveaxis(dx, -1, 0), gradients


def filled(layer: Layer, rng: np.random.Generator) -> Layer:
    """Give a layer random float64 parameters."""
    for name, array in layer.parameters.items():
        layer.parameters[name] = rng.standard_normal(array.shape)
    return layer


def out_shape(layer: Layer, x: Array) -> tuple[int, ...]:
    return (len(x), *layer.output_shape(x.shape[1:]))


def check_numerically(layer: Layer, x: Array, dy: Array) -> None:
    """Compare the gradients with difference quotients along random directions."""
    rng = np.random.default_rng(5)
    _, dx, gradients = run(layer, x, dy.copy())

    def value() -> float:
        return float((run(layer, x, dy.copy())[0] * dy).sum())

    arrays = [("input", x, dx)]
    arrays += [(name, array, gradients[name]) for name, array in layer.parameters.items()]
    for name, array, gradient in arrays:
        direction, step = rng.standard_normal(array.shape), 1e-6
        array += step * direction
        above = value()
        array -= 2 * step * direction
        below = value()
        array += step * direction
        slope = (above - below) / (2 * step)
        expected = float((gradient * direction).sum())
        assert slope == pytest.approx(expected, rel=1e-5, abs=1e-6), f"{layer.kind}, {name}"


@given(
    batch=st.integers(1, 3),
    channels=st.integers(1, 3),
    maps=st.integers(1, 4),
    size=st.integers(1, 4),
    stride=st.integers(1, 3),
    padding=st.integers(0, 2),
    extra=st.tuples(st.integers(0, 5), st.integers(0, 5)),
)
def test_convolution_agrees_with_ops(
    batch: int,
    channels: int,
    maps: int,
    size: int,
    stride: int,
    padding: int,
    extra: tuple[int, int],
) -> None:
    rng = np.random.default_rng(1)
    layer = Conv2d(channels, maps, size, stride=stride, padding=padding)
    filled(layer, rng)
    x = rng.standard_normal((batch, channels, size + extra[0], size + extra[1]))
    dy = rng.standard_normal(out_shape(layer, x))
    y, dx, gradients = run(layer, x, dy)
    weight, bias = layer.parameters["weight"], layer.parameters["bias"]
    arguments = (x, weight, bias)
    np.testing.assert_allclose(y, ops.conv2d(*arguments, stride=stride, padding=padding))
    expected = ops.conv2d_backward(dy, *arguments, stride=stride, padding=padding)
    for got, wanted in zip((dx, gradients["weight"], gradients["bias"]), expected, strict=True):
        assert wanted is not None
        np.testing.assert_allclose(got, wanted, atol=1e-12)


def test_a_connection_table_is_a_convolution_with_zero_kernels_in_the_gaps() -> None:
    rng = np.random.default_rng(2)
    layer = Conv2d(6, 16, 5, table=C3_TABLE)
    filled(layer, rng)
    dense = layer.kernels()
    gaps = np.array([[c not in row for c in range(6)] for row in C3_TABLE])
    assert not dense[gaps].any()
    assert dense[~gaps].all()
    assert layer.parameter_count == 1516
    x, dy = rng.standard_normal((2, 6, 14, 14)), rng.standard_normal((2, 16, 10, 10))
    y, dx, gradients = run(layer, x, dy)
    np.testing.assert_allclose(y, ops.conv2d(x, dense, layer.parameters["bias"]))
    wanted = ops.conv2d_backward(dy, x, dense, layer.parameters["bias"])
    np.testing.assert_allclose(dx, wanted[0], atol=1e-12)
    pairs = [(k, c) for k, row in enumerate(C3_TABLE) for c in row]
    for got, (k, c) in zip(gradients["weight"], pairs, strict=True):
        np.testing.assert_allclose(got, wanted[1][k, c], atol=1e-11)


@given(
    size=st.integers(1, 3),
    stride=st.integers(1, 4),
    extra=st.tuples(st.integers(0, 5), st.integers(0, 5)),
    levels=st.sampled_from([3, 1000]),
)
def test_pooling_agrees_with_ops_also_where_cells_tie(
    size: int, stride: int, extra: tuple[int, int], levels: int
) -> None:
    rng = np.random.default_rng(3)
    x = rng.integers(0, levels, (2, 3, size + extra[0], size + extra[1])).astype(np.float64)
    for layer, forward, backward in (
        (MaxPool2d(size, stride), ops.max_pool2d, ops.max_pool2d_backward),
        (AvgPool2d(size, stride), ops.avg_pool2d, ops.avg_pool2d_backward),
    ):
        dy = rng.standard_normal(out_shape(layer, x))
        y, dx, _ = run(layer, x, dy.copy())
        np.testing.assert_allclose(y, forward(x, size, stride))
        np.testing.assert_allclose(dx, backward(dy, x, size, stride), atol=1e-12)


def test_subsampling_is_a_weighted_sum_of_each_window() -> None:
    rng = np.random.default_rng(4)
    layer = filled(Subsampling(3), rng)
    x, dy = rng.standard_normal((2, 3, 6, 4)), rng.standard_normal((2, 3, 3, 2))
    y, _, _ = run(layer, x, dy.copy())
    weight, bias = layer.parameters["weight"], layer.parameters["bias"]
    for n, k, i, j in np.ndindex(y.shape):
        window = x[n, k, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
        assert y[n, k, i, j] == pytest.approx(weight[k] * window.sum() + bias[k])
    check_numerically(layer, x, dy)
    overlapping = filled(Subsampling(3, 3, 2), rng)
    x = rng.standard_normal((2, 3, 7, 5))
    check_numerically(overlapping, x, rng.standard_normal(out_shape(overlapping, x)))


@pytest.mark.parametrize("layer", [ReLU(), Tanh(), Sigmoid(), ScaledTanh()], ids=lambda a: a.kind)
def test_activations_agree_with_their_formula_and_their_slope(layer: Activation) -> None:
    x = np.random.default_rng(6).uniform(-4, 4, (3, 2, 4, 5))
    x[np.abs(x) < 0.01] = 0.5  # away from ReLU's kink
    dy = np.random.default_rng(7).standard_normal(x.shape)
    formulas = {
        "ReLU": np.maximum(x, 0),
        "Tanh": np.tanh(x),
        "Sigmoid": 1 / (1 + np.exp(-x)),
        "ScaledTanh": 1.7159 * np.tanh(2 * x / 3),
    }
    np.testing.assert_allclose(run(layer, x, dy.copy())[0], formulas[layer.kind])
    check_numerically(layer, x, dy)


def test_the_scaled_tanh_has_the_values_that_the_paper_chose_it_for() -> None:
    x = np.array([[1.0, -1.0, 0.0]])
    y, dx, _ = run(ScaledTanh(), x, np.ones_like(x))
    np.testing.assert_allclose(y, x, atol=1e-4)
    assert dx[0, 2] == pytest.approx(1.7159 * 2 / 3)


def test_sigmoid_survives_large_numbers() -> None:
    x = np.array([[-1e4, 1e4]], np.float32)
    np.testing.assert_array_equal(run(Sigmoid(), x, np.ones_like(x))[0], [[0, 1]])


def test_linear_agrees_with_ops() -> None:
    rng = np.random.default_rng(8)
    layer = filled(Linear(5, 3), rng)
    x, dy = rng.standard_normal((4, 5)), rng.standard_normal((4, 3))
    y, dx, gradients = run(layer, x, dy)
    arguments = (x, layer.parameters["weight"], layer.parameters["bias"])
    np.testing.assert_allclose(y, ops.linear(*arguments))
    expected = ops.linear_backward(dy, *arguments)
    for got, wanted in zip((dx, gradients["weight"], gradients["bias"]), expected, strict=True):
        assert wanted is not None
        np.testing.assert_allclose(got, wanted)


def test_flatten_goes_channel_by_channel_and_row_by_row() -> None:
    x = np.arange(24.0).reshape(2, 3, 2, 2)
    y, dx, _ = run(Flatten(), x, x.reshape(2, 12))
    np.testing.assert_array_equal(y, x.reshape(2, 12))
    np.testing.assert_array_equal(dx, x)


def test_radial_basis_outputs_squared_distances() -> None:
    rng = np.random.default_rng(9)
    layer = RadialBasis(np.sign(rng.standard_normal((4, 7))))
    x, dy = rng.standard_normal((3, 7)), rng.standard_normal((3, 4))
    y, _, _ = run(layer, x, dy)
    for n, k in np.ndindex(y.shape):
        assert y[n, k] == pytest.approx(((x[n] - layer.codes[k]) ** 2).sum())
    check_numerically(layer, x, dy)


def test_dropout_keeps_the_mean_in_training_and_everything_in_use() -> None:
    x = np.ones((50, 400))
    y, dx, _ = run(Dropout(0.25), x, np.ones_like(x))
    assert set(np.unique(y)) == {0.0, 1 / 0.75}
    assert y.mean() == pytest.approx(1, abs=0.02)
    np.testing.assert_array_equal(dx, y)
    bound = Dropout(0.25).bind(x.T.copy(), {}, input_gradient=True)
    bound.forward()
    np.testing.assert_array_equal(bound.y, x.T)


def test_gradients_add_up_over_backwards() -> None:
    rng = np.random.default_rng(10)
    layer = filled(Conv2d(1, 2, 3), rng)
    gradients = {name: np.zeros_like(array) for name, array in layer.parameters.items()}
    bound = layer.bind(rng.standard_normal((1, 5, 5, 2)), gradients, input_gradient=True)
    dy = rng.standard_normal(bound.y.shape)
    once: dict[str, Array] = {}
    for times in (1, 2):
        bound.forward()
        bound.backward(dy.copy())
        once = once or {name: array.copy() for name, array in gradients.items()}
        for name, array in gradients.items():
            np.testing.assert_allclose(array, times * once[name])


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (Conv2d(3, 4, 5), (1, 28, 28), "expects 3 channels, but gets 1"),
        (Conv2d(1, 4, 5), (1, 4, 9), "5x5 kernel does not fit into 4x9"),
        (Conv2d(1, 4, 5), (28,), r"needs \(channels, height, width\)"),
        (MaxPool2d(3), (1, 2, 9), "3x3 window does not fit into 2x9"),
        (Subsampling(4), (3, 4, 4), "expects 4 channels, but gets 3"),
        (Linear(10, 2), (9,), r"expects \(10,\)"),
    ],
)
def test_an_input_that_does_not_fit_is_named(
    layer: Layer, shape: tuple[int, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        layer.output_shape(shape)


def test_impossible_layers_are_refused() -> None:
    with pytest.raises(ValueError, match="size=0"):
        Conv2d(1, 1, 0)
    with pytest.raises(ValueError, match="stride=0"):
        MaxPool2d(2, 0)
    with pytest.raises(ValueError, match=r"rate=1\.0"):
        Dropout(1.0)
    with pytest.raises(ValueError, match="channel outside"):
        Conv2d(2, 1, 3, table=[[2]])
    with pytest.raises(ValueError, match="one list of different channels"):
        Conv2d(2, 2, 3, table=[[0]])
