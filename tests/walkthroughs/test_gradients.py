"""Gradients by depth: they are true gradients, the same each time, and vanish where they should."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnviz_tui.walkthroughs.gradients import VARIANTS, Setup, Variant, measure, weight_gradients


def loss(
    variant: Variant,
    weights: NDArray[np.float64],
    last: NDArray[np.float64],
    inputs: NDArray[np.float64],
    labels: NDArray[np.int64],
) -> float:
    """The chain's mean cross-entropy, written out."""
    x = inputs
    for weight in weights:
        sums = x @ weight.T
        y = 1 / (1 + np.exp(-sums)) if variant.activation == "sigmoid" else np.maximum(sums, 0)
        x = x + y if variant.residual else y
    logits = x @ last.T
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -float(logs[np.arange(len(labels)), labels].mean())


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_they_are_the_slopes_of_the_loss(variant: Variant) -> None:
    rng = np.random.default_rng(5)
    weights, last = rng.standard_normal((3, 4, 4)), rng.standard_normal((3, 4))
    inputs, labels = rng.standard_normal((5, 4)), rng.integers(0, 3, 5)
    found = weight_gradients(variant, weights, last, inputs, labels)
    for index in np.ndindex(weights.shape):
        step = np.zeros_like(weights)
        step[index] = 1e-6
        up, down = (loss(variant, weights + s * step, last, inputs, labels) for s in (1, -1))
        assert found[index] == pytest.approx((up - down) / 2e-6, abs=1e-7)


def test_plain_sigmoids_lose_the_gradient_and_the_others_keep_it() -> None:
    sigmoid, relu, bridged, residual = (each.ratios[0] for each in measure(Setup(depth=20)))
    assert sigmoid < 1e-9
    assert min(relu, bridged, residual) > 0.01


def test_with_sigmoids_each_further_layer_takes_at_least_three_quarters() -> None:
    sizes = measure(Setup(depth=30))[0].sizes
    middle = sizes[5:25]
    assert (middle[:-1] / middle[1:]).mean() < 0.3


def test_a_seed_gives_the_same_numbers_again_and_another_seed_others() -> None:
    first, again, other = (measure(Setup(8, seed)) for seed in (3, 3, 4))
    for one, two, three in zip(first, again, other, strict=True):
        np.testing.assert_array_equal(one.sizes, two.sizes)
        assert not np.allclose(one.sizes, three.sizes)


@pytest.mark.parametrize("numbers", [(1, 0), (61, 0), (5, -1)])
def test_numbers_out_of_range_are_refused(numbers: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Setup(*numbers)
