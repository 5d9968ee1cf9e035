"""A training run that one can watch: step by step, back to any epoch, on with another rate.

One thread at a time works on the session; `progress` gives another thread a copy of what it needs
to show.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import RLock

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.digits import Digits
from cnnviz_tui.nn import MODELS
from cnnviz_tui.nn.conv import Conv2d
from cnnviz_tui.nn.training import Evaluation, Recipe, Trainer, TrainingState, evaluate
from cnnviz_tui.shapes.errors import ShapeError

Array = NDArray[np.float32]

SHOWN_DIGITS = 10


class TrainingError(ShapeError):
    """A wish that training cannot fulfil; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a run that one can go back to: the beginning, or the end of an epoch.

    Attributes:
        epoch: how many epochs were finished.
        state: everything that the run needs to go on from here.
        evaluation: how the network did on the test digits.
    """

    epoch: int
    state: TrainingState
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class Progress:
    """What there is to show of a run at one moment; an independent copy.

    Attributes:
        step: steps made.
        total: steps in the whole run.
        epochs: finished epochs that one can go back to, the beginning included.
        losses: the loss of each step, (step,).
        accuracies: the part of each batch that was read rightly, (step,).
        tests: accuracy on the test digits at each mark, (marks,).
        test_steps: the steps of the marks, (marks,).
        kernels: the first layer's filters, (K, F, F).
        answers: what the network says to the shown digits, (SHOWN_DIGITS,).
        sureness: how sure it is of that, 0 to 1.
        confusion: (10, 10) of the last mark: row the digit, column the answer.
        learning_rate: the peak rate.
        done: whether the run is at its end.
    """

    step: int
    total: int
    epochs: int
    losses: Array
    accuracies: Array
    tests: Array
    test_steps: NDArray[np.int64]
    kernels: Array
    answers: NDArray[np.int64]
    sureness: Array
    confusion: NDArray[np.int64]
    learning_rate: float
    done: bool


class TrainingSession:
    """A run from random weights, with all epochs kept to go back to.

    Args:
        recipe: how to train; equal recipes and data give equal runs.
        training: digits to learn from.
        test: digits to measure with, never learnt from.
        model: a key of `nn.MODELS`.

    Attributes:
        shown: one test digit of each kind, to watch answers turn right.
    """

    def __init__(
        self, recipe: Recipe, training: Digits, test: Digits, model: str = "lenet5"
    ) -> None:
        self._lock = RLock()
        self._training, self._test = training, test
        self._model = model
        firsts = [int(np.flatnonzero(test.labels == d)[0]) for d in range(SHOWN_DIGITS)]
        self.shown = Digits(test.images[firsts], test.labels[firsts])
        self._begin(recipe)

    def _begin(self, recipe: Recipe) -> None:
        network = MODELS[self._model]()
        network.initialise(recipe.seed)
        self._trainer = Trainer(network, *self._training, recipe)
        self._losses: list[float] = []
        self._accuracies: list[float] = []
        self._marks = [self._mark(0)]

    @property
    def recipe(self) -> Recipe:
        """How it trains at present."""
        return self._trainer.recipe

    @property
    def steps_per_epoch(self) -> int:
        """Steps in which each picture is seen once."""
        return self._trainer.steps_per_epoch

    @property
    def done(self) -> bool:
        """Whether all epochs are trained."""
        return self._trainer.done

    def step(self) -> None:
        """Train on one batch; does nothing at the end of the run."""
        with self._lock:
            if self.done:
                return
            made = self._trainer.step()
            self._losses.append(made.loss)
            self._accuracies.append(made.correct / made.images)
            if made.number % self.steps_per_epoch == 0:
                self._marks.append(self._mark(made.number // self.steps_per_epoch))

    def _mark(self, epoch: int) -> Mark:
        network = self._trainer.evaluated_network()
        return Mark(epoch, self._trainer.state(), evaluate(network, *self._test))

    def rewind(self, epoch: int) -> None:
        """Go back to the end of an epoch (0: the beginning); what came after is forgotten.

        Raises:
            TrainingError: the run was never there.
        """
        with self._lock:
            if not 0 <= epoch < len(self._marks):
                raise TrainingError(
                    f"Epoch {epoch} was not reached: take 0 to {len(self._marks) - 1}."
                )
            mark = self._marks[epoch]
            self._trainer.restore(mark.state)
            del self._marks[epoch + 1 :]
            del self._losses[mark.state.step :]
            del self._accuracies[mark.state.step :]

    def change_rate(self, rate: float) -> None:
        """Go on with another peak learning rate.

        Raises:
            TrainingError: the rate is not above 0.
        """
        with self._lock:
            try:
                self._trainer.change_recipe(replace(self.recipe, learning_rate=rate))
            except ValueError as error:
                raise TrainingError(f"{error}.") from error

    def restart(self, recipe: Recipe | None = None) -> None:
        """Begin again; with the same recipe it becomes the same run, number for number."""
        with self._lock:
            self._trainer.close()
            self._begin(recipe or self.recipe)

    def close(self) -> None:
        """Give threads back."""
        with self._lock:
            self._trainer.close()

    def progress(self) -> Progress:
        """What there is to show now."""
        with self._lock:
            network = self._trainer.network
            probabilities = network.predict_proba(self.shown.images)
            first = next(layer for layer in network.layers() if isinstance(layer, Conv2d))
            return Progress(
                step=self._trainer.step_number,
                total=self._trainer.total_steps,
                epochs=len(self._marks),
                losses=np.array(self._losses, dtype=np.float32),
                accuracies=np.array(self._accuracies, dtype=np.float32),
                tests=np.array([m.evaluation.accuracy for m in self._marks], dtype=np.float32),
                test_steps=np.array([m.state.step for m in self._marks], dtype=np.int64),
                kernels=first.kernels()[:, 0].astype(np.float32),
                answers=probabilities.argmax(axis=1),
                sureness=probabilities.max(axis=1).astype(np.float32),
                confusion=self._marks[-1].evaluation.confusion,
                learning_rate=self.recipe.learning_rate,
                done=self.done,
            )
