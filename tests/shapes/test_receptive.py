"""The receptive field is what one finds by following windows back to the input."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.layers import AdaptivePooling, Convolution, Pooling
from cnnviz_tui.shapes.receptive import (
    ReceptiveField,
    receptive_field,
    receptive_fields,
    receptive_formula,
)

# Window, stride, padding, dilation.
hops = st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(0, 2), st.integers(1, 2))


@given(st.lists(hops, min_size=1, max_size=3))
def test_fields_span_the_windows_followed_back(chain: list[tuple[int, int, int, int]]) -> None:
    axes: list[Axis] = []
    size = 40
    for window, stride, padding, dilation in chain:
        axes.append(Axis(size, window, stride, padding, padding, dilation))
        size = axes[-1].output
    field = receptive_field(axes)
    for index in {0, size // 2, size - 1}:
        seen = {index}
        for axis in reversed(axes):
            # Positions in a map's padding have windows too; only their place matters here.
            seen = {
                i * axis.stride - axis.before + tap * axis.dilation
                for i in seen
                for tap in range(axis.window)
            }
        positions = field.positions(index)
        assert (min(seen), max(seen)) == (positions[0], positions[-1])
    assert receptive_formula(axes).endswith(f" = {field.size}")


def test_the_sum_that_makes_a_field() -> None:
    assert receptive_formula([Axis(32, 3), Axis(30, 3)]) == "1 + (3 − 1)·1 + (3 − 1)·1 = 5"
    assert receptive_formula([Axis(32, 5), Axis(28, 2, 2), Axis(14, 5)]) == (
        "1 + (5 − 1)·1 + (2 − 1)·1 + (5 − 1)·2 = 14"
    )
    assert receptive_formula([]) == "1 = 1"


def test_height_and_width_are_followed_apart() -> None:
    layers = [Convolution(1, 1, (3, 5), stride=(1, 2), padding=(0, 2)), Pooling("max", 2)]
    assert receptive_fields(layers, (12, 12)) == (
        ReceptiveField(size=4, jump=2, start=0),
        ReceptiveField(size=7, jump=4, start=-2),
    )


def test_lenets_last_feature_map_sees_the_whole_picture() -> None:
    lenet = [Convolution(1, 6, 5), Pooling("avg", 2), Convolution(6, 16, 5), Pooling("avg", 2)]
    fields = receptive_fields([*lenet, Convolution(16, 120, 5)], (32, 32))
    assert fields == (ReceptiveField(size=32, jump=4, start=0),) * 2


def test_a_field_behind_adaptive_pooling_has_no_one_size() -> None:
    with pytest.raises(ShapeError, match="not behind AdaptivePooling"):
        receptive_fields([AdaptivePooling("avg", 7)], (32, 32))
