"""MNIST's files are read exactly or refused by name."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from cnnviz_tui.digits import bundled
from cnnviz_tui.digits.idx import FILES, IdxError, read_idx, read_mnist


def idx(array: np.ndarray, kind: int = 8) -> bytes:
    header = struct.pack(">BBBB", 0, 0, kind, array.ndim)
    return header + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def write_set(folder: Path, count: int = 20, *, packed: bool = False) -> None:
    """Write the four files, filled with bundled digits."""
    images, labels = bundled()
    for start, (images_name, labels_name) in zip((0, count), FILES.values(), strict=True):
        for name, array in (
            (images_name, images[start : start + count]),
            (labels_name, labels[start : start + count].astype(np.uint8)),
        ):
            if packed:
                (folder / f"{name}.gz").write_bytes(gzip.compress(idx(array)))
            else:
                (folder / name).write_bytes(idx(array))


@pytest.mark.parametrize("packed", [False, True])
def test_the_four_files_are_read_plain_or_gzipped(tmp_path: Path, packed: bool) -> None:
    write_set(tmp_path, packed=packed)
    training, test = read_mnist(tmp_path)
    images, labels = bundled()
    np.testing.assert_array_equal(training.images, images[:20])
    np.testing.assert_array_equal(test.images, images[20:40])
    np.testing.assert_array_equal(test.labels, labels[20:40])
    assert test.labels.dtype == np.int64


def test_names_with_a_dot_are_found(tmp_path: Path) -> None:
    write_set(tmp_path)
    for names in FILES.values():
        for name in names:
            (tmp_path / name).rename(tmp_path / name.replace("-idx", ".idx"))
    assert len(read_mnist(tmp_path).test.images) == 20


def test_a_missing_file_and_a_missing_folder_are_named(tmp_path: Path) -> None:
    write_set(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(IdxError, match=r"no file t10k-labels-idx1-ubyte or .*data fetch"):
        read_mnist(tmp_path)
    with pytest.raises(IdxError, match="is not a folder"):
        read_mnist(tmp_path / "nowhere")


def test_swapped_files_are_noticed(tmp_path: Path) -> None:
    write_set(tmp_path)
    a, b = tmp_path / "train-images-idx3-ubyte", tmp_path / "train-labels-idx1-ubyte"
    a.rename(tmp_path / "x")
    b.rename(a)
    (tmp_path / "x").rename(b)
    with pytest.raises(IdxError, match="are the two swapped"):
        read_mnist(tmp_path)


def test_files_of_different_lengths_are_noticed(tmp_path: Path) -> None:
    write_set(tmp_path)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(np.zeros(19, np.uint8)))
    with pytest.raises(IdxError, match=r"20 images, but .* 19 labels"):
        read_mnist(tmp_path)


def test_other_sizes_and_labels_are_refused(tmp_path: Path) -> None:
    write_set(tmp_path)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(np.zeros((20, 32, 32), np.uint8)))
    with pytest.raises(IdxError, match="32x32; 28x28 are needed"):
        read_mnist(tmp_path)
    write_set(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(idx(np.full(20, 61, np.uint8)))
    with pytest.raises(IdxError, match="holds the label 61"):
        read_mnist(tmp_path)


GOOD = idx(np.arange(12, dtype=np.uint8).reshape(3, 4))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not an IDX file"),
        (b"\x89PNG\r\n\x1a\n", "is not an IDX file"),
        (b"\0\0\x08\x09" + bytes(40), "is not an IDX file"),
        (b"\0\0\x0d\x01" + bytes(40), "numbers of type 13"),
        (GOOD[:9], "truncated: its header"),
        (GOOD[:-1], r"truncated: its header announces 12 bytes \(3 x 4\), but 11 follow"),
        (GOOD + b"!", "too long"),
        (b"\0\0\x08\x03" + b"\xff" * 12, "truncated"),
        (gzip.compress(GOOD, mtime=0)[:-9], "truncated: the gzip stream"),
        (b"\x1f\x8b" + b"rubbish" * 9, "damaged"),
        (gzip.compress(GOOD, mtime=0)[:-8] + bytes(8), "damaged"),
    ],
)
def test_damaged_and_foreign_files_are_refused(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(IdxError, match=message):
        read_idx(path)


def test_a_gzip_bomb_stops_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnnviz_tui.digits.idx.LARGEST", 1000)
    path = tmp_path / "bomb"
    path.write_bytes(gzip.compress(bytes(100_000)))
    with pytest.raises(IdxError, match="too large: more than 1,000 bytes"):
        read_idx(path)
