"""The lines of PyTorch and Keras compute the same numbers, where these are installed.

They are never needed to run cnnviz or its tests; each of these tests is skipped without them.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.layers import (
    AdaptivePooling,
    Convolution,
    Pooling,
    PoolingKind,
    TransposedConvolution,
)
from cnnviz_tui.shapes.snippets import Snippable, keras_line, torch_line

os.environ.setdefault("KERAS_BACKEND", "torch")
torch = pytest.importorskip("torch")

pytestmark = pytest.mark.filterwarnings("ignore")

Case = tuple[Snippable, tuple[int, ...], np.ndarray[Any, Any]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any small layer, the sizes of its input, and an input of two channels a group."""
    rank = draw(st.integers(1, 2))

    def lengths(low: int, high: int) -> tuple[int, ...]:
        return draw(st.tuples(*[st.integers(low, high)] * rank))

    padding = draw(
        st.one_of(
            st.integers(0, 3),
            st.tuples(*[st.tuples(st.integers(0, 2), st.integers(0, 2))] * rank),
            st.just("same"),
        )
    )
    groups = draw(st.integers(1, 2))
    window, stride, bias = lengths(1, 5), lengths(1, 3), draw(st.booleans())
    dilation = draw(st.sampled_from([1, 1, 2]))
    kinds: list[PoolingKind] = ["max", "avg"]
    kind = draw(st.sampled_from(kinds))
    sizes = lengths(1, 12)
    layer: Snippable
    try:
        match draw(st.sampled_from(["convolution", "transposed", "pooling", "adaptive"])):
            case "convolution":
                layer = Convolution(
                    2 * groups, 4, window, stride, padding, dilation, groups, bias, rank
                )
            case "transposed":
                layer = TransposedConvolution(
                    2 * groups,
                    4,
                    window,
                    stride,
                    padding,
                    dilation,
                    groups,
                    bias,
                    rank,
                    output_padding=draw(st.integers(0, 1)),
                )
            case "pooling":
                ceil = draw(st.booleans())
                layer = Pooling(
                    kind, window, stride, padding, dilation if kind == "max" else 1, ceil, rank
                )
            case _:
                layer = AdaptivePooling(kind, lengths(1, 6), rank)
        layer.axes(sizes)
    except ShapeError:
        assume(False)
    channels = 2 * groups
    random = np.random.default_rng(draw(st.integers(0, 999)))
    return layer, sizes, random.standard_normal((1, channels, *sizes)).astype(np.float32)


def torch_module(layer: Snippable, sizes: tuple[int, ...]) -> Any:
    """Run the line of PyTorch."""
    return eval(torch_line(layer, sizes), {"nn": torch.nn})  # noqa: S307


@settings(max_examples=100)
@given(cases())
def test_pytorch_gives_the_size_and_the_parameters(case: Case) -> None:
    layer, sizes, x = case
    module = torch_module(layer, sizes)
    channels, out = layer.output(x.shape[1], sizes)
    assert module(torch.tensor(x)).shape == (1, channels, *out)
    assert sum(p.numel() for p in module.parameters()) == layer.parameters


@settings(max_examples=60)
@given(cases())
def test_keras_computes_what_pytorch_computes(case: Case) -> None:
    keras = pytest.importorskip("keras")
    layer, sizes, x = case
    line = keras_line(layer, sizes)
    assume(not line.startswith("#"))
    module = torch_module(layer, sizes)
    expected = module(torch.tensor(x)).detach().numpy()

    model = eval(line, {"keras": keras, "layers": keras.layers})  # noqa: S307
    pixels_first = np.moveaxis(x, 1, -1)
    model(pixels_first)
    weights = [p.detach().numpy() for p in module.parameters()]
    if weights:
        weights[0] = np.moveaxis(weights[0], (0, 1), (-1, -2))
        model.set_weights(weights)
    result = np.moveaxis(keras.ops.convert_to_numpy(model(pixels_first)), -1, 1)
    np.testing.assert_allclose(result, expected, atol=1e-4)
