from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cnnviz_tui import ops
from tests.ops import reference
from tests.ops.strategies import Windows, arrays, convolutions, paddings, pairs


@settings(max_examples=250)
@given(st.data(), st.integers(1, 3), st.integers(1, 2), st.integers(1, 2), st.booleans())
def test_agrees_with_the_slow_loops(
    data: st.DataObject, groups: int, depth: int, outputs: int, with_bias: bool
) -> None:
    kernel, stride, dilation = (data.draw(pairs(1, n)) for n in (3, 3, 2))
    padding, sides = data.draw(paddings((1, 1)))
    extra = data.draw(pairs(0, 2))
    assume(all(e < max(s, d) for e, s, d in zip(extra, stride, dilation, strict=True)))
    images = data.draw(
        arrays(data.draw(st.integers(1, 2)), groups * depth, *data.draw(pairs(1, 5)))
    )
    weight = data.draw(arrays(groups * depth, outputs, *kernel))
    bias = data.draw(arrays(groups * outputs)) if with_bias else None
    expected = reference.conv_transpose2d(
        images, weight, bias, stride, sides, extra, dilation, groups
    )
    assume(expected.size)
    result = ops.conv_transpose2d(images, weight, bias, stride, padding, extra, groups, dilation)
    np.testing.assert_allclose(result, expected, rtol=1e-12, atol=1e-12)


@settings(max_examples=250)
@given(st.data(), st.integers(1, 2))
def test_transposes_the_convolution_with_the_same_arguments(
    data: st.DataObject, groups: int
) -> None:
    """⟨conv(a), b⟩ = ⟨a, conv_transpose(b)⟩, which is what transposed means."""
    windows: Windows = data.draw(convolutions(2 * groups))
    weight = data.draw(arrays(3 * groups, 2, *windows.kernel))
    forward = ops.conv2d(
        windows.images, weight, None, windows.stride, windows.padding, windows.dilation, groups
    )
    other = data.draw(arrays(*forward.shape))
    # What the stride leaves unvisited at the end has to be asked for.
    extra = tuple(
        (n + sum(side) - d * (f - 1) - 1) % s
        for n, f, s, d, side in zip(
            windows.size,
            windows.kernel,
            windows.stride,
            windows.dilation,
            windows.sides,
            strict=True,
        )
    )
    back = ops.conv_transpose2d(
        other, weight, None, windows.stride, windows.padding, extra, groups, windows.dilation
    )
    assert back.shape == windows.images.shape
    assert np.sum(forward * other) == pytest.approx(np.sum(windows.images * back), abs=1e-9)


def test_a_stride_enlarges() -> None:
    stamped = ops.conv_transpose2d(
        np.array([[[[1.0, 2.0], [3.0, 4.0]]]]), np.ones((1, 1, 2, 2)), stride=2
    )
    np.testing.assert_array_equal(
        stamped[0, 0], [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]
    )


def test_the_bias_is_added_once_even_where_stamps_overlap() -> None:
    result = ops.conv_transpose2d(np.zeros((1, 2, 3, 3)), np.ones((2, 1, 3, 3)), [0.5])
    np.testing.assert_array_equal(result, np.full((1, 1, 5, 5), 0.5))
