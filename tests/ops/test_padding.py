from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz_tui import ops
from tests.ops.strategies import arrays

ROW = np.array([1.0, 2.0, 3.0, 4.0])


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("constant", [0, 0, 1, 2, 3, 4, 0, 0, 0]),
        ("reflect", [3, 2, 1, 2, 3, 4, 3, 2, 1]),
        ("replicate", [1, 1, 1, 2, 3, 4, 4, 4, 4]),
        ("circular", [3, 4, 1, 2, 3, 4, 1, 2, 3]),
    ],
)
def test_each_mode_fills_the_border_its_own_way(
    mode: ops.padding.Mode, expected: list[int]
) -> None:
    np.testing.assert_array_equal(ops.pad(ROW, (2, 3), mode), expected)


@pytest.mark.parametrize(
    ("mode", "amounts", "expected"),
    [
        ("constant", (-1, 2), [2, 3, 4, 0, 0]),
        ("reflect", (3, -2), [4, 3, 2, 1, 2]),
        ("replicate", (-3, 2), [4, 4, 4]),
        ("circular", (2, -2), [1, 2, 1, 2]),
        ("constant", (-2, -2), []),
    ],
)
def test_a_negative_amount_cuts_off(
    mode: ops.padding.Mode, amounts: tuple[int, int], expected: list[int]
) -> None:
    np.testing.assert_array_equal(ops.pad(ROW, amounts, mode), expected)


def test_the_last_axis_comes_first() -> None:
    picture = np.ones((1, 2, 3))
    assert ops.pad(picture, (1, 2, 10, 20)).shape == (1, 32, 6)
    assert ops.pad(picture, (0, 0, 0, 0, 3, 0)).shape == (4, 2, 3)
    assert ops.pad(picture, ()).shape == (1, 2, 3)


def test_a_constant_can_be_chosen() -> None:
    np.testing.assert_array_equal(ops.pad(ROW, (1, 0), value=-np.inf)[0], -np.inf)


MODES = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


@settings(max_examples=150)
@given(st.data(), st.sampled_from(list(MODES)))
def test_agrees_with_numpy_s_own_padding_where_both_can(
    data: st.DataObject, mode: ops.padding.Mode
) -> None:
    picture = data.draw(arrays(2, data.draw(st.integers(1, 5)), data.draw(st.integers(1, 5))))
    most = [n - (mode == "reflect") for n in picture.shape[1:]]
    vertical, horizontal = (
        data.draw(st.tuples(st.integers(0, n), st.integers(0, n))) for n in most
    )
    expected = np.pad(picture, ((0, 0), vertical, horizontal), MODES[mode])  # type: ignore[call-overload]
    np.testing.assert_array_equal(ops.pad(picture, (*horizontal, *vertical), mode), expected)


def test_an_empty_axis_can_only_be_filled_with_a_constant() -> None:
    np.testing.assert_array_equal(ops.pad(np.zeros((0,)), (1, 2), value=5.0), [5, 5, 5])
    np.testing.assert_array_equal(ops.pad_backward([1, 2, 3], np.zeros((0,)), (1, 2)), [])
