from __future__ import annotations

import numpy as np
import pytest

from cnnviz_tui import ops

ONES = np.ones((100, 100))


def test_drops_about_the_share_asked_for_and_scales_up_the_rest() -> None:
    y = ops.dropout(ONES, 0.2, rng=1)
    assert set(np.unique(y)) == {0.0, 1.25}
    assert np.mean(y == 0) == pytest.approx(0.2, abs=0.02)
    assert y.mean() == pytest.approx(1, abs=0.02)


def test_outside_of_training_everything_passes() -> None:
    np.testing.assert_array_equal(ops.dropout(ONES, 0.9, training=False), ONES)


@pytest.mark.parametrize(("p", "result"), [(0.0, 1.0), (1.0, 0.0)])
def test_nothing_or_everything_can_be_dropped(p: float, result: float) -> None:
    np.testing.assert_array_equal(ops.dropout(ONES, p), np.full(ONES.shape, result))


def test_the_same_seed_drops_the_same_in_the_gradient() -> None:
    y = ops.dropout(ONES, 0.4, rng=7)
    np.testing.assert_array_equal(ops.dropout_backward(ONES, ONES, 0.4, rng=7), y)
    assert np.any(ops.dropout_backward(ONES, ONES, 0.4, rng=8) != y)


def test_a_mask_drawn_from_a_generator_serves_both_ways() -> None:
    generator = np.random.default_rng(3)
    mask = ops.dropout_mask(ONES.shape, 0.4, generator)
    y = ops.dropout(ONES, 0.4, mask=mask)
    np.testing.assert_array_equal(y != 0, mask)
    np.testing.assert_array_equal(ops.dropout_backward(ONES, ONES, 0.4, mask=mask), y)
    assert np.any(ops.dropout_mask(ONES.shape, 0.4, generator) != mask)


def test_without_a_seed_every_call_drops_something_else() -> None:
    assert np.any(ops.dropout(ONES) != ops.dropout(ONES))


@pytest.mark.parametrize("rng", [None, np.random.default_rng(0)])
def test_a_gradient_whose_mask_nobody_knows_is_refused(rng: np.random.Generator | None) -> None:
    with pytest.raises(ValueError, match="pass the forward's seed as rng, or its mask"):
        ops.dropout_backward(ONES, ONES, rng=rng)


def test_nan_is_never_hidden() -> None:
    hidden = np.full(20, np.nan)
    assert np.isnan(ops.dropout(hidden, rng=0)).all()
