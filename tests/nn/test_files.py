"""Weights and checkpoints come back as they were, or with a clear word why not."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cnnviz_tui.nn import MODELS, StorageError, lenet5, load_lenet, load_weights, save_weights
from cnnviz_tui.nn.checkpoint import Checkpoint, fingerprint, load_checkpoint, save_checkpoint
from cnnviz_tui.nn.training import Recipe, TrainingState
from cnnviz_tui.nn.weights_file import model_of


def checkpoint() -> Checkpoint:
    rng = np.random.default_rng(0)

    def vector() -> np.ndarray:
        return rng.standard_normal(61_706).astype(np.float32)

    state = TrainingState(12, vector(), vector(), {"mean": vector(), "square": vector()})
    return Checkpoint("lenet5", Recipe(epochs=3), "abc", state, {"seconds": 1.5})


@pytest.mark.parametrize("model", list(MODELS))
def test_weights_come_back_bit_for_bit(model: str, tmp_path: Path) -> None:
    network, other = MODELS[model](), MODELS[model]()
    network.initialise(5)
    path = tmp_path / "new folder" / "weights.npz"
    save_weights(network, path)
    load_weights(other, path)
    np.testing.assert_array_equal(other.vector, network.vector)
    assert model_of(path) == model


def test_equal_weights_make_equal_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, now in (("a", 1.7e9), ("b", 1.8e9)):
        monkeypatch.setattr("time.time", lambda now=now: now)
        save_weights(lenet5(), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    save_weights(MODELS["lenet5-1998"](), path)
    with pytest.raises(StorageError, match="not hold weights of lenet5, but of lenet5-1998"):
        load_weights(lenet5(), path)


def test_an_unknown_model_is_named() -> None:
    with pytest.raises(ValueError, match="no model 'alexnet'; choose one of lenet5, lenet5-1998"):
        load_lenet("alexnet")


@pytest.mark.parametrize("augmented", [True, False])
def test_a_checkpoint_comes_back_bit_for_bit(augmented: bool, tmp_path: Path) -> None:
    before, path = checkpoint(), tmp_path / "run"
    if not augmented:
        before = replace(before, recipe=replace(before.recipe, augmentation=None))
    save_checkpoint(before, path)
    after = load_checkpoint(path)
    assert (after.model, after.recipe, after.data, after.notes) == (
        before.model,
        before.recipe,
        before.data,
        before.notes,
    )
    assert after.state.step == 12
    np.testing.assert_array_equal(after.state.weights, before.state.weights)
    np.testing.assert_array_equal(after.state.average, before.state.average)
    assert list(after.state.slots) == ["mean", "square"]
    np.testing.assert_array_equal(after.state.slots["square"], before.state.slots["square"])


def test_a_failed_write_leaves_the_old_file_and_no_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run"
    save_checkpoint(checkpoint(), path)
    old = path.read_bytes()

    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        save_checkpoint(replace(checkpoint(), data="new"), path)
    assert path.read_bytes() == old
    assert os.listdir(tmp_path) == ["run"]


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 broken", b"\x93NUMPY"])
def test_damaged_files_are_refused_in_one_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    path.write_bytes(content)
    with pytest.raises(StorageError, match=r"w\.npz is not a file of arrays"):
        load_weights(lenet5(), path)
    with pytest.raises(StorageError, match=r"w\.npz is not a file of arrays"):
        load_checkpoint(path)


def test_truncated_and_missing_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "run"
    save_checkpoint(checkpoint(), path)
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(StorageError, match="is not a file of arrays"):
        load_checkpoint(path)
    with pytest.raises(StorageError, match="cannot be read: No such file"):
        load_checkpoint(tmp_path / "nothing")


def test_pickled_objects_are_never_loaded(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    np.savez(path, model=np.array([{"a": 1}], dtype=object))
    with pytest.raises(StorageError, match="is not a file of arrays"):
        model_of(path)


def test_weights_are_no_checkpoint_and_the_other_way_round(tmp_path: Path) -> None:
    weights, run = tmp_path / "weights", tmp_path / "run"
    save_weights(lenet5(), weights)
    save_checkpoint(checkpoint(), run)
    with pytest.raises(StorageError, match="is not a checkpoint"):
        load_checkpoint(weights)
    with pytest.raises(StorageError, match="holds no weights"):
        model_of(run)


def test_the_fingerprint_tells_data_apart() -> None:
    images, labels = np.zeros((3, 28, 28), np.uint8), np.arange(3)
    assert fingerprint(images, labels) == fingerprint(images.copy(), labels.copy())
    assert fingerprint(images, labels) != fingerprint(images, labels[::-1])
    assert fingerprint(images, labels) != fingerprint(images + 1, labels)
