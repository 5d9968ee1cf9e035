"""Training learns, and any step can be taken again, bit for bit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from cnnviz_tui.digits import bundled, bundled_training
from cnnviz_tui.nn import MODELS
from cnnviz_tui.nn.augmentation import Augmentation
from cnnviz_tui.nn.loss import cross_entropy
from cnnviz_tui.nn.training import Recipe, Step, Trainer, evaluate

SHORT = Recipe(epochs=2, batch_size=24, averaging=0.9)


@pytest.fixture
def trainers() -> Iterator[list[Trainer]]:
    """A place to leave trainers whose threads must end with the test."""
    made: list[Trainer] = []
    yield made
    for trainer in made:
        trainer.close()


def trainer_of(
    recipe: Recipe, made: list[Trainer], count: int = 130, model: str = "lenet5"
) -> Trainer:
    network = MODELS[model]()
    network.initialise(recipe.seed)
    images, labels = bundled_training()
    made.append(Trainer(network, images[:count], labels[:count], recipe))
    return made[-1]


def steps(trainer: Trainer, count: int) -> list[Step]:
    return [trainer.step() for _ in range(count)]


@pytest.mark.parametrize("model", list(MODELS))
def test_two_epochs_on_the_bundled_digits_read_most_test_digits(model: str) -> None:
    network = MODELS[model]()
    network.initialise(0)
    images, labels = bundled_training()
    recipe = Recipe(epochs=2, averaging=0.9, learning_rate=0.003)
    with Trainer(network, images[::2], labels[::2], recipe) as trainer:
        before = evaluate(network, *bundled())
        losses = [step.loss for step in trainer]
        after = evaluate(trainer.evaluated_network(), *bundled())
    assert before.accuracy < 0.3
    assert after.accuracy > 0.8
    assert after.loss < before.loss
    assert np.mean(losses[-10:]) < 0.5 * np.mean(losses[:5])
    assert after.confusion.sum() == 500
    assert np.trace(after.confusion) == round(after.accuracy * 500)


def test_a_step_follows_the_mean_gradient_of_its_batch(trainers: list[Trainer]) -> None:
    recipe = Recipe(
        optimiser="sgd", momentum=0, weight_decay=0, augmentation=None,
        schedule="constant", learning_rate=0.1, batch_size=130,
    )  # fmt: skip
    trainer = trainer_of(recipe, trainers)
    network = trainer.network
    before = network.vector.astype(np.float64)
    direction = np.random.default_rng(0).standard_normal(before.size)

    def loss(weights: np.ndarray) -> float:
        network.vector[...] = weights
        logits = network.outputs(trainer.images).T.astype(np.float64)
        return float(cross_entropy(logits, trainer.labels)[0].mean())

    rate = 1e-4
    slope = (loss(before + rate * direction) - loss(before - rate * direction)) / (2 * rate)
    network.vector[...] = before
    trainer.step()
    gradient = (before - network.vector) / 0.1
    assert float(gradient @ direction) == pytest.approx(slope, rel=0.02)


def test_a_sharpness_aware_step_takes_its_gradient_further_uphill(
    trainers: list[Trainer],
) -> None:
    recipe = replace(
        SHORT, optimiser="sgd", momentum=0, weight_decay=0, augmentation=None,
        schedule="constant", learning_rate=0.1, batch_size=130,
    )  # fmt: skip
    plain, uphill = trainer_of(recipe, trainers), trainer_of(recipe, trainers)
    aware = trainer_of(replace(recipe, sharpness=0.5), trainers)
    before = plain.network.vector.copy()
    plain.step()
    gradient = (before - plain.network.vector) / 0.1
    uphill.network.vector[...] = before + 0.5 * gradient / np.linalg.norm(gradient)
    there = uphill.network.vector.copy()
    uphill.step()
    aware.step()
    expected, got = there - uphill.network.vector, before - aware.network.vector
    np.testing.assert_allclose(got, expected, atol=1e-4 * float(np.abs(expected).max()) + 1e-7)
    assert not np.allclose(got, before - plain.network.vector, atol=1e-4)


def test_equal_seeds_give_equal_runs_and_others_do_not(trainers: list[Trainer]) -> None:
    runs = [trainer_of(replace(SHORT, seed=seed), trainers) for seed in (1, 1, 2)]
    first, same, other = (steps(run, 5) for run in runs)
    assert first == same
    assert first != other
    np.testing.assert_array_equal(runs[0].network.vector, runs[1].network.vector)
    np.testing.assert_array_equal(runs[0].average, runs[1].average)


@pytest.mark.parametrize("optimiser", ["adamw", "sgd"])
def test_a_restored_state_goes_on_as_if_nothing_had_happened(
    optimiser: str, trainers: list[Trainer]
) -> None:
    recipe = replace(SHORT, optimiser=optimiser)  # type: ignore[arg-type]
    straight, resumed = trainer_of(recipe, trainers), trainer_of(recipe, trainers)
    steps(straight, 3)
    state = straight.state()
    rest = steps(straight, 6)
    resumed.restore(state)
    assert steps(resumed, 6) == rest
    np.testing.assert_array_equal(resumed.network.vector, straight.network.vector)
    np.testing.assert_array_equal(resumed.average, straight.average)
    for name, slot in straight.optimiser.slots.items():
        np.testing.assert_array_equal(resumed.optimiser.slots[name], slot)


def test_one_can_rewind_and_take_another_way(trainers: list[Trainer]) -> None:
    trainer = trainer_of(SHORT, trainers)
    steps(trainer, 2)
    fork, rest = trainer.state(), steps(trainer, 3)
    end = trainer.network.vector.copy()
    trainer.restore(fork)
    trainer.change_recipe(replace(SHORT, learning_rate=0.0001))
    other = steps(trainer, 3)
    assert [step.learning_rate for step in other] != [step.learning_rate for step in rest]
    assert not np.array_equal(trainer.network.vector, end)
    trainer.restore(fork)
    trainer.change_recipe(SHORT)
    assert steps(trainer, 3) == rest
    np.testing.assert_array_equal(trainer.network.vector, end)


def test_a_state_is_a_copy(trainers: list[Trainer]) -> None:
    trainer = trainer_of(SHORT, trainers)
    state = trainer.state()
    weights = state.weights.copy()
    steps(trainer, 2)
    np.testing.assert_array_equal(state.weights, weights)


def test_an_epoch_shows_every_picture_once(trainers: list[Trainer]) -> None:
    trainer = trainer_of(replace(SHORT, augmentation=None), trainers)
    assert trainer.steps_per_epoch == 6
    done = list(trainer)
    assert [step.epoch for step in done] == [1] * 6 + [2] * 6
    assert [step.images for step in done[:6]] == [24] * 5 + [10]
    assert trainer.done


def test_averaged_weights_lag_behind_and_no_averaging_means_the_weights(
    trainers: list[Trainer],
) -> None:
    averaged, plain = (
        trainer_of(SHORT, trainers),
        trainer_of(replace(SHORT, averaging=0.0), trainers),
    )
    for trainer in (averaged, plain):
        steps(trainer, 3)
    np.testing.assert_array_equal(averaged.network.vector, plain.network.vector)
    np.testing.assert_array_equal(plain.evaluated_network().vector, plain.network.vector)
    assert not np.array_equal(averaged.evaluated_network().vector, averaged.network.vector)


def test_augmentation_changes_what_is_learnt_but_not_the_order(trainers: list[Trainer]) -> None:
    plain = trainer_of(replace(SHORT, augmentation=None), trainers)
    gentle = trainer_of(replace(SHORT, augmentation=Augmentation(0, 0, 0, 0, 0, 0)), trainers)
    rough = trainer_of(SHORT, trainers)
    losses = [steps(trainer, 2)[-1].loss for trainer in (plain, gentle, rough)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)
    assert losses[0] != pytest.approx(losses[2], rel=1e-4)


def test_what_does_not_belong_together_is_refused(trainers: list[Trainer]) -> None:
    trainer = trainer_of(SHORT, trainers)
    other = trainer_of(SHORT, trainers, model="lenet5-1998")
    with pytest.raises(ValueError, match="60000 weights, but lenet5 has 61706"):
        trainer.restore(other.state())
    with pytest.raises(ValueError, match="not saved by the optimiser adamw"):
        trainer.restore(trainer_of(replace(SHORT, optimiser="sgd"), trainers).state())
    with pytest.raises(ValueError, match="batch size cannot change"):
        trainer.change_recipe(replace(SHORT, batch_size=7))
    with pytest.raises(ValueError, match="0 images and 0 labels"):
        trainer_of(SHORT, trainers, count=0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"epochs": 0}, "epochs and batch_size"),
        ({"learning_rate": 0.0}, "learning_rate must be above 0"),
        ({"learning_rate": float("nan")}, "learning_rate must be above 0"),
        ({"averaging": 1.0}, "averaging must be at least 0 and below 1"),
        ({"optimiser": "lion"}, "no optimiser 'lion'"),
        ({"schedule": "cosine"}, "no schedule 'cosine'"),
        ({"seed": -1}, "seed must be at least 0"),
    ],
)
def test_impossible_recipes_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Recipe(**changes)  # type: ignore[arg-type]
