"""Training: batch after batch, each a pure function of the state before it.

Whatever is random in a step (the order of an epoch, the augmentation of a picture) is drawn from
a generator seeded by the recipe's seed and the step's number. So a `TrainingState` holds no
generator: going back to a state and going on, resuming a killed run, and never having stopped all
give the same bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.nn.augmentation import Augmentation
from cnnviz_tui.nn.layer import Array
from cnnviz_tui.nn.loss import cross_entropy
from cnnviz_tui.nn.network import MICRO_BATCH, Network
from cnnviz_tui.nn.optimiser import SGD, AdamW, Optimiser
from cnnviz_tui.nn.schedule import Schedule, learning_rate

Batch: TypeAlias = tuple[Array, NDArray[np.int64]]
"""Pixels (n, 1, height, width) and labels (n,)."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Everything that, with the data, determines a training run.

    Attributes:
        epochs: how often each picture is seen.
        batch_size: pictures per step.
        optimiser: `adamw` or `sgd`.
        learning_rate: the peak rate.
        schedule: how the rate changes; see `cnnviz_tui.nn.schedule`.
        weight_decay: see the optimisers.
        momentum: for `sgd`.
        smoothing: label smoothing.
        averaging: the network that is judged and saved has the exponential moving average of the
            weights, which keeps this part of itself at each step; 0 for the weights themselves.
        sharpness: how far uphill the gradient is taken, so that minima with steep walls are
            avoided (sharpness-aware minimisation, Foret et al. 2021); costs twice the time; 0
            for not at all.
        augmentation: how pictures are changed; None for not at all.
        seed: of the initial weights, the order and the augmentation.
    """

    epochs: int = 20
    batch_size: int = 64
    optimiser: Literal["adamw", "sgd"] = "adamw"
    learning_rate: float = 0.004
    schedule: Schedule = "one-cycle"
    weight_decay: float = 0.01
    momentum: float = 0.9
    smoothing: float = 0.0
    averaging: float = 0.0
    sharpness: float = 0.0
    augmentation: Augmentation | None = field(default_factory=Augmentation)
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be trained with.

        Raises:
            ValueError: a value lies outside its range.
        """
        if self.epochs < 1 or self.batch_size < 1:
            raise ValueError(
                f"epochs and batch_size must be at least 1, "
                f"but are {self.epochs} and {self.batch_size}"
            )
        if not 0 < self.learning_rate < float("inf"):
            raise ValueError(f"learning_rate must be above 0, but is {self.learning_rate}")
        if not 0 <= self.sharpness < float("inf"):
            raise ValueError(f"sharpness must be at least 0, but is {self.sharpness}")
        for name in ("momentum", "smoothing", "averaging"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 0 and below 1")
        if self.optimiser not in ("adamw", "sgd"):
            raise ValueError(f"there is no optimiser {self.optimiser!r}; use adamw or sgd")
        learning_rate(self.schedule, self.learning_rate, 0, 1)  # refuses an unknown schedule
        if self.seed < 0:
            raise ValueError(f"seed must be at least 0, but is {self.seed}")


@dataclass(frozen=True)
class Step:
    """What one batch did.

    Attributes:
        number: the step, counted from 1.
        epoch: the epoch it belongs to, counted from 1.
        loss: mean over the batch, before the update.
        correct: how many of the batch were read rightly, before the update.
        images: pictures in the batch.
        learning_rate: the rate of the update.
    """

    number: int
    epoch: int
    loss: float
    correct: int
    images: int
    learning_rate: float


@dataclass(frozen=True)
class Evaluation:
    """How a network does on pictures.

    Attributes:
        loss: mean cross-entropy.
        accuracy: part read rightly, 0..1.
        confusion: `(classes, classes)`, how often the digit of the row was read as the column's.
    """

    loss: float
    accuracy: float
    confusion: NDArray[np.int64]


@dataclass(frozen=True)
class TrainingState:
    """All that a run needs to go on from here; an independent copy.

    Attributes:
        step: steps made.
        weights: the network's vector.
        average: the moving average of the vectors; equal to `weights` without averaging.
        slots: the optimiser's memory.
    """

    step: int
    weights: Array
    average: Array
    slots: dict[str, Array]


class Trainer:
    """Trains a network, one `step` at a time.

    Args:
        network: changed in place; its parameters are where training starts.
        images: `(N, height, width)` uint8, white ink on black.
        labels: `(N,)`, classes from 0.
        recipe: how.

    Raises:
        ValueError: images and labels do not belong together, or there are none.
    """

    def __init__(
        self,
        network: Network,
        images: NDArray[np.uint8],
        labels: NDArray[np.int64],
        recipe: Recipe,
    ) -> None:
        if len(images) != len(labels) or not len(images):
            raise ValueError(f"{len(images)} images and {len(labels)} labels cannot be trained on")
        self.network, self.images, self.labels, self.recipe = network, images, labels, recipe
        self.step_number = 0
        self.average = network.vector.copy()
        self._workspace = network.workspace(MICRO_BATCH)
        self.optimiser = _optimiser(recipe, network.parameter_count)
        # While one batch is learnt from, a thread prepares the next.
        self._thread = ThreadPoolExecutor(1, "cnnviz-next-batch")
        self._next: tuple[int, Recipe, Future[Batch]] | None = None
        self._order = ((-1, -1), np.empty(0, np.int64))

    @property
    def steps_per_epoch(self) -> int:
        """Steps in which each picture is seen once."""
        return ceil(len(self.images) / self.recipe.batch_size)

    @property
    def total_steps(self) -> int:
        """Steps in the whole run."""
        return self.steps_per_epoch * self.recipe.epochs

    @property
    def done(self) -> bool:
        """Whether all epochs of the recipe are trained."""
        return self.step_number >= self.total_steps

    def __iter__(self) -> Iterator[Step]:
        """Make the remaining steps of the recipe, one per iteration."""
        while not self.done:
            yield self.step()

    def step(self) -> Step:
        """Train on the next batch; also past the recipe's last epoch, if asked."""
        recipe, number = self.recipe, self.step_number
        pixels, labels = self._batch(number)
        loss, correct = self._learn(pixels, labels)
        if recipe.sharpness:
            self._look_uphill(pixels, labels)
        rate = learning_rate(recipe.schedule, recipe.learning_rate, number, self.total_steps)
        self.optimiser.step(self.network.vector, self._workspace.gradient, rate, number + 1)
        self.step_number = number + 1
        self._follow()
        epoch = number // self.steps_per_epoch + 1
        return Step(self.step_number, epoch, loss, correct, len(labels), rate)

    def evaluated_network(self) -> Network:
        """Return an independent network with the weights that count: averaged, if so asked."""
        network = self.network.copy()
        network.vector[...] = self.average
        return network

    def state(self) -> TrainingState:
        """Return a copy of everything that the next steps depend on, besides data and recipe."""
        slots = {name: slot.copy() for name, slot in self.optimiser.slots.items()}
        return TrainingState(
            self.step_number, self.network.vector.copy(), self.average.copy(), slots
        )

    def restore(self, state: TrainingState) -> None:
        """Go back, or on, to a state.

        Raises:
            ValueError: the state is another network's or another optimiser's.
        """
        if state.weights.shape != self.network.vector.shape:
            raise ValueError(
                f"the state has {state.weights.size} weights, "
                f"but {self.network.name} has {self.network.parameter_count}"
            )
        if state.slots.keys() != self.optimiser.slots.keys():
            raise ValueError(f"the state was not saved by the optimiser {self.recipe.optimiser}")
        self.step_number = state.step
        self.network.vector[...] = state.weights
        self.average[...] = state.average
        for name, slot in self.optimiser.slots.items():
            slot[...] = state.slots[name]

    def change_recipe(self, recipe: Recipe) -> None:
        """Go on with another learning rate, schedule or augmentation.

        Raises:
            ValueError: the optimiser or the batch size differs; those need a new run.
        """
        kept = replace(self.recipe, optimiser=recipe.optimiser, batch_size=recipe.batch_size)
        if kept != self.recipe:
            raise ValueError("the optimiser and the batch size cannot change during a run")
        slots = self.optimiser.slots
        self.optimiser = _optimiser(recipe, self.network.parameter_count)
        self.optimiser.slots = slots
        self.recipe = recipe

    def close(self) -> None:
        """Give the thread back; the trainer cannot step after this."""
        self._thread.shutdown()

    def __enter__(self) -> Trainer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _batch(self, number: int) -> Batch:
        """Return the batch of a step, and have the one after it prepared."""
        if self._next is not None and self._next[:2] == (number, self.recipe):
            batch = self._next[2].result()
        else:  # the first step, or somebody went back or changed the recipe
            batch = self._prepare(number, self.recipe)
        following = number + 1
        self._next = (
            following,
            self.recipe,
            self._thread.submit(self._prepare, following, self.recipe),
        )
        return batch

    def _prepare(self, number: int, recipe: Recipe) -> Batch:
        """Choose and change the pictures of a step: (n, 1, height, width) and (n,)."""
        epoch, place = divmod(number, self.steps_per_epoch)
        key, order = self._order
        if key != (recipe.seed, epoch):
            key = (recipe.seed, epoch)
            order = np.random.default_rng((recipe.seed, 0, epoch)).permutation(len(self.images))
            self._order = (key, order)
        chosen = order[place * recipe.batch_size :][: recipe.batch_size]
        images, labels = self.images[chosen], self.labels[chosen]
        if recipe.augmentation is None:
            pixels = images.astype(np.float32) / np.float32(255)
        else:
            rng = np.random.default_rng((recipe.seed, 1, number))
            pixels = np.concatenate(
                [recipe.augmentation.apply(part, rng) for part in _in_micro_batches(images)]
            )
        return pixels[:, None], labels

    def _learn(self, pixels: Array, labels: NDArray[np.int64]) -> tuple[float, int]:
        """Leave the mean gradient in the workspace; return the mean loss and the hits."""
        space, scale = self._workspace, np.float32(self.network.logit_scale)
        rng = np.random.default_rng((self.recipe.seed, 2, self.step_number))
        space.gradient.fill(0)
        total, correct = 0.0, 0
        for part, answers in zip(_in_micro_batches(pixels), _in_micro_batches(labels), strict=True):
            targets = np.full(MICRO_BATCH, -1, np.int64)
            targets[: len(answers)] = answers
            logits = space.forward(part, rng) * scale
            losses, gradient = cross_entropy(logits, targets, self.recipe.smoothing)
            space.backward(gradient * scale)
            total += float(losses.sum())
            correct += int((logits.argmax(axis=0) == targets).sum())
        space.gradient /= len(labels)
        return total / len(labels), correct

    def _look_uphill(self, pixels: Array, labels: NDArray[np.int64]) -> None:
        """Replace the gradient by the one a little further uphill: at w + ρ·g / |g|."""
        weights, gradient = self.network.vector, self._workspace.gradient
        uphill = gradient * np.float32(self.recipe.sharpness / (np.linalg.norm(gradient) + 1e-12))
        before = weights.copy()
        weights += uphill
        self._learn(pixels, labels)
        weights[...] = before

    def _follow(self) -> None:
        """Let the average follow the weights, quickly at first, when it knows little."""
        keep = min(self.recipe.averaging, (1 + self.step_number) / (10 + self.step_number))
        if self.recipe.averaging:
            self.average *= np.float32(keep)
            self.average += np.float32(1 - keep) * self.network.vector
        else:
            self.average[...] = self.network.vector


def _optimiser(recipe: Recipe, count: int) -> Optimiser:
    if recipe.optimiser == "sgd":
        return SGD(count, recipe.momentum, recipe.weight_decay)
    return AdamW(count, weight_decay=recipe.weight_decay)


def evaluate(network: Network, images: NDArray[np.uint8], labels: NDArray[np.int64]) -> Evaluation:
    """Measure a network on pictures.

    Args:
        network: as trained.
        images: `(N, height, width)` as for `Network.predict_proba`.
        labels: `(N,)`.
    """
    probabilities = network.predict_proba(images)
    count, classes = probabilities.shape
    right = probabilities[np.arange(count), labels]
    confusion = np.zeros((classes, classes), np.int64)
    np.add.at(confusion, (labels, probabilities.argmax(axis=1)), 1)
    loss = float(-np.log(np.maximum(right, np.finfo(np.float32).tiny)).mean())
    return Evaluation(loss, float(np.trace(confusion) / max(count, 1)), confusion)


def _in_micro_batches(array: NDArray[Any]) -> list[NDArray[Any]]:
    return [array[start : start + MICRO_BATCH] for start in range(0, len(array), MICRO_BATCH)]
