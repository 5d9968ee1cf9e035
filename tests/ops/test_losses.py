from __future__ import annotations

import math

import numpy as np
import pytest

from cnnviz_tui import ops

RNG = np.random.default_rng(0)
LOGITS = RNG.normal(size=(6, 4))
CLASSES = np.array([0, 3, 1, 2, 2, 0])
WEIGHTS = np.array([1.0, 0.5, 2.0, 0.1])


def test_is_minus_the_log_probability_of_the_right_class() -> None:
    probabilities = ops.softmax(LOGITS, 1)
    expected = [-math.log(p[c]) for p, c in zip(probabilities, CLASSES, strict=True)]
    losses = ops.cross_entropy(LOGITS, CLASSES, reduction="none")
    np.testing.assert_allclose(losses, expected)
    assert ops.cross_entropy(LOGITS, CLASSES, reduction="sum") == pytest.approx(sum(expected))
    assert ops.cross_entropy(LOGITS, CLASSES) == pytest.approx(sum(expected) / 6)


def test_guessing_costs_the_log_of_the_number_of_classes() -> None:
    assert ops.cross_entropy(np.zeros((1, 10)), [7]) == pytest.approx(math.log(10))


def test_the_gradient_is_probability_minus_one_at_the_right_class() -> None:
    gradient = ops.cross_entropy_backward(1.0, LOGITS, CLASSES, reduction="sum")
    np.testing.assert_allclose(gradient, ops.softmax(LOGITS, 1) - np.eye(4)[CLASSES])


def test_weights_weigh_the_mean_too() -> None:
    losses = ops.cross_entropy(LOGITS, CLASSES, reduction="none")
    weights = WEIGHTS[CLASSES]
    expected = np.average(losses, weights=weights)
    assert ops.cross_entropy(LOGITS, CLASSES, WEIGHTS) == pytest.approx(expected)


def test_ignored_samples_count_for_nothing_whatever_they_hold() -> None:
    logits = LOGITS.copy()
    logits[1] = np.nan
    classes = CLASSES.copy()
    classes[1] = -100
    others = np.delete(LOGITS, 1, axis=0), np.delete(CLASSES, 1)
    for smoothing in (0.0, 0.2):
        assert ops.cross_entropy(logits, classes, label_smoothing=smoothing) == pytest.approx(
            float(ops.cross_entropy(*others, label_smoothing=smoothing))
        )
        gradient = ops.cross_entropy_backward(1.0, logits, classes, label_smoothing=smoothing)
        np.testing.assert_array_equal(gradient[1], np.zeros(4))
        assert np.isfinite(gradient).all()


def test_classes_as_probabilities_cost_the_same() -> None:
    certain = np.eye(4)[CLASSES]
    assert ops.cross_entropy(LOGITS, certain) == pytest.approx(
        float(ops.cross_entropy(LOGITS, CLASSES))
    )


def test_smoothing_is_a_target_of_probabilities() -> None:
    smooth = 0.7 * np.eye(4)[CLASSES] + 0.3 / 4
    assert ops.cross_entropy(LOGITS, CLASSES, label_smoothing=0.3) == pytest.approx(
        float(ops.cross_entropy(LOGITS, smooth))
    )


def test_every_pixel_can_be_a_sample() -> None:
    logits = RNG.normal(size=(2, 4, 3, 5))
    classes = RNG.integers(0, 4, size=(2, 3, 5))
    flat = np.moveaxis(logits, 1, -1).reshape(-1, 4)
    np.testing.assert_allclose(
        ops.cross_entropy(logits, classes, reduction="none").ravel(),
        ops.cross_entropy(flat, classes.ravel(), reduction="none"),
    )


def test_one_sample_needs_no_batch() -> None:
    assert ops.cross_entropy(LOGITS[1], 3) == pytest.approx(
        float(ops.cross_entropy(LOGITS[1:2], [3]))
    )


def test_an_impossible_class_costs_nothing_unless_it_is_the_right_one() -> None:
    logits = np.array([[0.0, -np.inf]])
    assert ops.cross_entropy(logits, [0]) == 0
    assert ops.cross_entropy(logits, [1]) == np.inf
    assert ops.cross_entropy(logits, np.array([[1.0, 0.0]])) == 0


def test_the_mean_over_nobody_is_not_a_number() -> None:
    assert np.isnan(ops.cross_entropy(np.zeros((0, 4)), np.zeros(0, int)))
    assert np.isnan(ops.cross_entropy(LOGITS, np.full(6, -100)))
    assert ops.cross_entropy(np.zeros((0, 4)), np.zeros(0, int), reduction="sum") == 0
