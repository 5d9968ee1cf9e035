"""Checkpoints: a training run on disk, from which it goes on bit for bit."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.nn.augmentation import Augmentation
from cnnviz_tui.nn.layer import Array
from cnnviz_tui.nn.training import Recipe, TrainingState
from cnnviz_tui.nn.weights_file import StorageError, read_arrays, write_arrays

_FORMAT = 1


@dataclass(frozen=True)
class Checkpoint:
    """A training run on disk.

    Attributes:
        model: a key of `cnnviz_tui.nn.MODELS`.
        recipe: how the run trains.
        data: `fingerprint` of what it trains on.
        state: where it is.
        notes: what else the program that trains wants back, as JSON.
    """

    model: str
    recipe: Recipe
    data: str
    state: TrainingState
    notes: dict[str, Any] = field(default_factory=dict)


def fingerprint(images: NDArray[np.uint8], labels: NDArray[np.int64]) -> str:
    """Return a SHA-256 that tells training data from other training data."""
    digest = hashlib.sha256(f"{images.shape}".encode())
    digest.update(images.tobytes())
    digest.update(labels.tobytes())
    return digest.hexdigest()


def save_checkpoint(checkpoint: Checkpoint, path: Path) -> None:
    """Write a run to disk; a file that was there stays whole until the new one is complete."""
    state = checkpoint.state
    about = {
        "format": _FORMAT,
        "model": checkpoint.model,
        "recipe": asdict(checkpoint.recipe),
        "data": checkpoint.data,
        "step": state.step,
        "notes": checkpoint.notes,
    }
    slots = {f"slot.{name}": slot for name, slot in state.slots.items()}
    arrays = {"about": np.array(json.dumps(about))} | slots
    write_arrays(path, arrays | {"weights": state.weights, "average": state.average})


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a run that `save_checkpoint` wrote.

    Raises:
        StorageError: the file is missing, damaged, or of another kind.
    """
    arrays = read_arrays(path)
    try:
        about = json.loads(str(arrays["about"]))
        if about["format"] != _FORMAT:
            raise StorageError(f"{path} was written by another version of cnnviz; train anew")
        amounts = about["recipe"].pop("augmentation")
        recipe = Recipe(
            **about["recipe"], augmentation=None if amounts is None else Augmentation(**amounts)
        )
        slots = {
            name.removeprefix("slot."): array
            for name, array in arrays.items()
            if name.startswith("slot.")
        }
        weights, average = _vector(arrays["weights"]), _vector(arrays["average"])
        state = TrainingState(int(about["step"]), weights, average, slots)
        return Checkpoint(
            str(about["model"]), recipe, str(about["data"]), state, dict(about["notes"])
        )
    except (KeyError, TypeError, json.JSONDecodeError):
        raise StorageError(f"{path} is not a checkpoint of `cnnviz train`") from None


def _vector(array: NDArray[Any]) -> Array:
    if array.ndim != 1 or array.dtype != np.float32:
        raise KeyError("not a vector")
    return array
