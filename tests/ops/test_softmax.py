from __future__ import annotations

import numpy as np
import pytest

from cnnviz_tui import ops


def test_probabilities_add_up_to_one_and_keep_the_order() -> None:
    scores = np.random.default_rng(0).normal(size=(4, 10)) * 5
    probabilities = ops.softmax(scores, 1)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    np.testing.assert_array_equal(probabilities.argsort(axis=1), scores.argsort(axis=1))


def test_is_the_exponentials_over_their_sum() -> None:
    scores = np.array([1.0, 2.0, 3.0])
    expected = np.exp(scores) / np.exp(scores).sum()
    np.testing.assert_allclose(ops.softmax(scores, 0), expected)
    np.testing.assert_allclose(ops.log_softmax(scores, 0), np.log(expected))


def test_large_scores_do_not_overflow_and_shifting_them_changes_nothing() -> None:
    scores = np.array([0.0, 1.0, 2.0])
    np.testing.assert_allclose(ops.softmax(scores + 1e4, 0), ops.softmax(scores, 0), rtol=1e-10)
    np.testing.assert_array_equal(ops.log_softmax(np.array([0.0, -1e4]), 0), [0, -1e4])


def test_an_impossible_class_gets_nothing_and_only_impossible_ones_make_nan() -> None:
    np.testing.assert_array_equal(ops.softmax(np.array([0.0, -np.inf]), 0), [1, 0])
    assert np.isnan(ops.softmax(np.array([-np.inf, -np.inf]), 0)).all()


@pytest.mark.parametrize(("axes", "axis"), [(0, 0), (1, 0), (2, 1), (3, 0), (4, 1)])
def test_without_dim_pytorch_s_old_rule_holds(axes: int, axis: int) -> None:
    scores = np.random.default_rng(axes).normal(size=(2, 3, 4, 5)[:axes])
    np.testing.assert_array_equal(ops.softmax(scores), ops.softmax(scores, axis))
    np.testing.assert_array_equal(ops.log_softmax(scores), ops.log_softmax(scores, axis))


def test_dtype_stands_where_pytorch_has_it() -> None:
    scores = np.array([1.0, 2.0], np.float32)
    assert ops.softmax(scores, 0, 3, np.float64).dtype == np.float64
    assert ops.log_softmax(scores.astype(np.float64), 0, dtype=np.float32).dtype == np.float32
