"""Loss, optimisers and schedules do what their formulas say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui import ops
from cnnviz_tui.nn.loss import cross_entropy, softmax
from cnnviz_tui.nn.optimiser import SGD, AdamW
from cnnviz_tui.nn.schedule import Schedule, learning_rate


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_cross_entropy_agrees_with_ops(smoothing: float) -> None:
    rng = np.random.default_rng(0)
    logits, labels = 5 * rng.standard_normal((10, 7)), rng.integers(0, 10, 7)
    losses, gradient = cross_entropy(logits, labels, smoothing)
    wanted = ops.cross_entropy(logits.T, labels, reduction="none", label_smoothing=smoothing)
    np.testing.assert_allclose(losses, wanted)
    ones = np.ones(7)
    dlogits = ops.cross_entropy_backward(
        ones, logits.T, labels, reduction="none", label_smoothing=smoothing
    )
    np.testing.assert_allclose(gradient, dlogits.T, atol=1e-12)


def test_samples_without_a_label_count_for_nothing() -> None:
    logits = np.random.default_rng(1).standard_normal((10, 3))
    losses, gradient = cross_entropy(logits, np.array([4, -1, 2]))
    assert losses[1] == 0
    assert not gradient[:, 1].any()
    alone, _ = cross_entropy(logits[:, :1], np.array([4]))
    assert losses[0] == alone[0]


def test_softmax_and_cross_entropy_survive_huge_logits() -> None:
    logits = np.array([[1e4], [-1e4]], np.float32)
    np.testing.assert_array_equal(softmax(logits), [[1], [0]])
    losses, gradient = cross_entropy(logits, np.array([1]))
    assert losses[0] == pytest.approx(2e4)
    np.testing.assert_array_equal(gradient, [[1], [-1]])


def test_sgd_with_momentum_step_by_step() -> None:
    optimiser = SGD(1, momentum=0.5, weight_decay=0.1)
    weights, velocity, w = np.array([2.0], np.float32), 0.0, 2.0
    for number, gradient in enumerate((1.0, -3.0, 0.5), 1):
        optimiser.step(weights, np.array([gradient], np.float32), 0.1, number)
        velocity = 0.5 * velocity + gradient + 0.1 * w
        w -= 0.1 * velocity
        assert weights[0] == pytest.approx(w)


def test_adamw_step_by_step() -> None:
    optimiser = AdamW(1, weight_decay=0.3)
    weights, w, m, s = np.array([2.0], np.float32), 2.0, 0.0, 0.0
    for number, g in enumerate((1.0, -3.0, 0.5, 0.0), 1):
        optimiser.step(weights, np.array([g], np.float32), 0.01, number)
        w -= 0.01 * 0.3 * w
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g * g
        w -= 0.01 * (m / (1 - 0.9**number)) / ((s / (1 - 0.999**number)) ** 0.5 + 1e-8)
        assert weights[0] == pytest.approx(w, rel=1e-5)


def test_optimisers_leave_the_gradient_alone() -> None:
    for optimiser in (SGD(3), AdamW(3)):
        gradient = np.array([1, -2, 3], np.float32)
        optimiser.step(np.ones(3, np.float32), gradient, 0.1, 1)
        np.testing.assert_array_equal(gradient, [1, -2, 3])


@given(
    schedule=st.sampled_from(["constant", "step", "one-cycle"]),
    total=st.integers(1, 500),
    peak=st.floats(1e-5, 1),
)
def test_every_schedule_stays_between_zero_and_its_peak(
    schedule: Schedule, total: int, peak: float
) -> None:
    rates = [learning_rate(schedule, peak, step, total) for step in range(total)]
    assert all(0 < rate <= peak * (1 + 1e-9) for rate in rates)
    assert learning_rate(schedule, peak, total + 10, total) <= peak


def test_one_cycle_rises_to_its_peak_and_falls_to_almost_nothing() -> None:
    rates = [learning_rate("one-cycle", 1.0, step, 101) for step in range(101)]
    top = int(np.argmax(rates))
    assert top in (29, 30)
    assert rates[top] > 0.99
    assert rates[0] == pytest.approx(1 / 25)
    assert rates[-1] == pytest.approx(1 / 25 / 10_000)
    assert rates[:top] == sorted(rates[:top])
    assert rates[top:] == sorted(rates[top:], reverse=True)


def test_the_step_schedule_drops_after_each_quarter() -> None:
    rates = [learning_rate("step", 1.0, step, 100) for step in (0, 24, 25, 50, 75, 99)]
    assert rates == pytest.approx([1, 1, 10**-0.5, 0.1, 10**-1.5, 10**-1.5])


def test_an_unknown_schedule_is_named() -> None:
    with pytest.raises(ValueError, match="no schedule 'cosine'"):
        learning_rate("cosine", 1, 0, 10)  # type: ignore[arg-type]
