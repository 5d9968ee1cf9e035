"""MNIST's files: reading the IDX format, plain or gzipped, without trusting it.

An IDX file begins with two zero bytes, a code for the type of its numbers (8: unsigned bytes), the
number of dimensions, and each dimension as a big-endian 32-bit integer; then come the numbers.
"""

from __future__ import annotations

import gzip
import zlib
from math import prod
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.digits.bundled import Digits

FILES = {
    "training": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
"""The names under which MNIST, and sets made like it, are published."""
LARGEST = 512 * 2**20
"""Bytes of content that are read at most; MNIST's largest file has 47 million."""
_UNSIGNED_BYTE = 8


class IdxError(ValueError):
    """A file is not what MNIST's files are; the message names it and says why."""


class DataSet(NamedTuple):
    """The two halves of MNIST, or of a set made like it."""

    training: Digits
    test: Digits


def read_mnist(folder: Path) -> DataSet:
    """Read the four IDX files of a folder.

    Args:
        folder: holds the files of `FILES`, each plain or with `.gz` at its end; a dot instead of
            the hyphen before `idx`, as some archives have it, is accepted.

    Raises:
        IdxError: a file is missing, damaged, of another kind, or does not match its partner.
    """
    if not folder.is_dir():
        raise IdxError(f"{folder} is not a folder; give the one that holds MNIST's four IDX files")
    return DataSet(*(_read_half(folder, *names) for names in FILES.values()))


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Return the array in an IDX file of unsigned bytes, plain or gzipped.

    Raises:
        IdxError: the file is not a complete IDX file of unsigned bytes, or is too large.
    """
    content = _read_content(path)
    if len(content) < 4 or content[:2] != b"\0\0" or not 1 <= content[3] <= 4:
        raise IdxError(f"{path} is not an IDX file: it does not begin with an IDX header")
    if content[2] != _UNSIGNED_BYTE:
        raise IdxError(f"{path} holds numbers of type {content[2]}; MNIST's are bytes, type 8")
    dimensions = content[3]
    start = 4 + 4 * dimensions
    if len(content) < start:
        raise IdxError(f"{path} is truncated: its header is incomplete")
    shape = tuple(int(n) for n in np.frombuffer(content[4:start], ">u4"))
    if len(content) - start != prod(shape):
        state = "truncated" if len(content) - start < prod(shape) else "too long"
        raise IdxError(
            f"{path} is {state}: its header announces {prod(shape):,} bytes "
            f"({' x '.join(map(str, shape))}), but {len(content) - start:,} follow"
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def find_file(folder: Path, name: str) -> Path | None:
    """Return where `name` lies in `folder`, plain or gzipped, or None."""
    stems = (name, name.replace("-idx", ".idx"))
    candidates = [folder / (stem + end) for end in ("", ".gz") for stem in stems]
    return next((path for path in candidates if path.is_file()), None)


def _read_half(folder: Path, images_name: str, labels_name: str) -> Digits:
    paths = []
    for name in (images_name, labels_name):
        path = find_file(folder, name)
        if path is None:
            raise IdxError(
                f"{folder} has no file {name} or {name}.gz; "
                "`cnnviz data fetch` downloads MNIST's four files"
            )
        paths.append(path)
    images, labels = (read_idx(path) for path in paths)
    if images.ndim != 3 or labels.ndim != 1:
        raise IdxError(
            f"{paths[0]} should hold images (3 dimensions) and {paths[1]} labels (1 dimension), "
            f"but they have {images.ndim} and {labels.ndim}; are the two swapped?"
        )
    if images.shape[1:] != (28, 28):
        height, width = images.shape[1:]
        raise IdxError(f"{paths[0]} holds images of {height}x{width}; 28x28 are needed")
    if len(images) != len(labels) or not len(images):
        raise IdxError(
            f"{paths[0]} holds {len(images):,} images, but {paths[1]} {len(labels):,} labels"
        )
    if labels.max() > 9:
        raise IdxError(f"{paths[1]} holds the label {labels.max()}; labels are 0 to 9")
    return Digits(images, labels.astype(np.int64))


def _read_content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            if not packed:
                content = file.read(LARGEST + 1)
            else:
                with gzip.GzipFile(fileobj=file) as unpacked:
                    content = unpacked.read(LARGEST + 1)
    except EOFError:
        raise IdxError(f"{path} is truncated: the gzip stream ends too early") from None
    except (gzip.BadGzipFile, zlib.error) as problem:
        raise IdxError(f"{path} is damaged: {problem}") from None
    except OSError as problem:
        raise IdxError(f"{path} cannot be read: {problem.strerror}") from None
    if len(content) > LARGEST:
        raise IdxError(f"{path} is too large: more than {LARGEST:,} bytes of content")
    return content
