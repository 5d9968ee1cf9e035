"""A run that is watched: it learns, it can go back, and the same recipe is the same run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from cnnviz_tui.digits import Digits, bundled, bundled_training
from cnnviz_tui.nn.training import Recipe
from cnnviz_tui.walkthroughs.training import TrainingError, TrainingSession


def few(digits: Digits, count: int) -> Digits:
    """Every so-many-th digit, so that all kinds are among them."""
    chosen = np.linspace(0, len(digits.labels) - 1, count).astype(np.int64)
    return Digits(digits.images[chosen], digits.labels[chosen])


@pytest.fixture
def session() -> Iterator[TrainingSession]:
    """A short run: 4 epochs of 5 steps."""
    recipe = Recipe(epochs=4, batch_size=64, augmentation=None, learning_rate=0.003)
    made = TrainingSession(recipe, few(bundled_training(), 320), bundled())
    yield made
    made.close()


def train(session: TrainingSession, steps: int) -> None:
    """Make so many steps."""
    for _ in range(steps):
        session.step()


def test_it_learns_and_says_how_far_it_is(session: TrainingSession) -> None:
    begun = session.progress()
    assert (begun.step, begun.epochs, begun.total) == (0, 1, 20)
    train(session, 20)
    ended = session.progress()
    assert ended.done
    assert ended.step == 20
    assert ended.epochs == 5
    assert list(ended.test_steps) == [0, 5, 10, 15, 20]
    assert ended.losses[-5:].mean() < ended.losses[:5].mean()
    assert ended.tests[-1] > begun.tests[0]
    assert int(ended.confusion.sum()) == len(bundled().labels)
    assert not np.array_equal(ended.kernels, begun.kernels)


def test_past_the_end_nothing_happens(session: TrainingSession) -> None:
    train(session, 25)
    assert session.progress().step == 20


def test_going_back_and_on_again_gives_the_same_numbers(session: TrainingSession) -> None:
    train(session, 20)
    first = session.progress()
    session.rewind(2)
    assert session.progress().step == 10
    assert list(session.progress().test_steps) == [0, 5, 10]
    train(session, 10)
    again = session.progress()
    np.testing.assert_array_equal(again.losses, first.losses)
    np.testing.assert_array_equal(again.kernels, first.kernels)


def test_another_rate_after_going_back_gives_another_run(session: TrainingSession) -> None:
    train(session, 20)
    first = session.progress()
    session.rewind(1)
    session.change_rate(0.0005)
    train(session, 15)
    again = session.progress()
    np.testing.assert_array_equal(again.losses[:6], first.losses[:6])
    assert not np.array_equal(again.losses[7:], first.losses[7:])


def test_restarted_it_is_the_same_run_and_another_seed_is_another(
    session: TrainingSession,
) -> None:
    train(session, 5)
    first = session.progress()
    session.restart()
    assert session.progress().step == 0
    train(session, 5)
    np.testing.assert_array_equal(session.progress().losses, first.losses)


def test_impossible_wishes_are_refused_in_a_sentence(session: TrainingSession) -> None:
    with pytest.raises(TrainingError, match="Epoch 3 was not reached: take 0 to 0"):
        session.rewind(3)
    with pytest.raises(TrainingError, match="learning_rate must be above 0"):
        session.change_rate(0)
