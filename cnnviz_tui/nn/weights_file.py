"""Weights on disk: plain `.npz` files that are replaced whole or not at all."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.files import write_atomically
from cnnviz_tui.nn.network import Network

LARGEST = 64 * 2**20
"""Bytes of a weights or checkpoint file that are read at most; LeNet's have under 2 million."""


class StorageError(ValueError):
    """A file is not what it should be; the message names it and says why."""


def save_weights(network: Network, path: Path) -> None:
    """Write one array per parameter, named `c1.weight` and so on, and the model's name."""
    arrays: dict[str, NDArray[Any]] = dict(network.named_parameters())
    write_arrays(path, arrays | {"model": np.array(network.name)})


def load_weights(network: Network, path: Path) -> None:
    """Fill a network from a file that `save_weights` wrote.

    Raises:
        StorageError: the file is damaged, or holds another network's weights.
    """
    arrays = read_arrays(path)
    parameters = dict(network.named_parameters())
    model = str(arrays.pop("model", ""))
    if model != network.name or {n: a.shape for n, a in arrays.items()} != {
        n: a.shape for n, a in parameters.items()
    }:
        raise StorageError(
            f"{path} does not hold weights of {network.name}"
            + (f", but of {model}" if model and model != network.name else "")
        )
    for name, parameter in parameters.items():
        parameter[...] = arrays[name]


def model_of(path: Path) -> str:
    """Return the model whose weights a file holds.

    Raises:
        StorageError: the file is damaged or holds no weights.
    """
    arrays = read_arrays(path)
    if "model" not in arrays:
        raise StorageError(f"{path} holds no weights; `cnnviz train --out FILE` writes such files")
    return str(arrays["model"])


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Return all arrays of an `.npz` file by name.

    Raises:
        StorageError: it is missing, damaged, too large, or no such file.
    """
    try:
        with path.open("rb") as file:
            if path.stat().st_size > LARGEST:
                raise StorageError(f"{path} is too large for a file of weights")
            with zipfile.ZipFile(file) as archive:
                if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                    raise StorageError(f"{path} is too large for a file of weights")
            file.seek(0)
            with np.load(file, allow_pickle=False) as arrays:
                return dict(arrays)
    except StorageError:
        raise
    except OSError as problem:
        raise StorageError(f"{path} cannot be read: {problem.strerror or problem}") from None
    except (ValueError, zipfile.BadZipFile, EOFError):
        raise StorageError(f"{path} is not a file of arrays (.npz), or is damaged") from None


def write_arrays(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    """Write an `.npz` file so that no moment exists in which it is incomplete.

    The arrays are written beside the file first, which is then replaced in one go. Equal arrays
    give equal files.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    content = BytesIO()
    # numpy's own savez stamps the time on every array, so that equal arrays make different files;
    # this does not.
    with zipfile.ZipFile(content, "w") as archive:
        for name, array in arrays.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as out:
                np.lib.format.write_array(out, array, allow_pickle=False)
    write_atomically(path, content.getvalue())
