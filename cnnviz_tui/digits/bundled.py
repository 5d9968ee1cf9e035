"""The MNIST digits that come with the package, so that everything works without a download."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Digits(NamedTuple):
    """Pictures of digits with the answers; unpacks as `images, labels`.

    Attributes:
        images: `(N, 28, 28)` uint8, 0 black paper to 255 white ink.
        labels: `(N,)` int64, the digit on each picture.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]


def bundled() -> Digits:
    """Return 500 digits of MNIST's test set, 50 of each, in the database's order.

    The shipped networks never saw them in training. The arrays are shared and read-only.
    """
    return _read("test.npz")


def bundled_training() -> Digits:
    """Return 5,000 digits of MNIST's training set, 500 of each, in the database's order.

    None of them is among `bundled()`, so a network trained on these can be tested on those. The
    arrays are shared and read-only.
    """
    return _read("training.npz")


def bundled_positions() -> NDArray[np.int64]:
    """Return where each digit of `bundled()` stands in MNIST's test set, `(500,)`, ascending."""
    return _arrays("test.npz")["indices"].astype(np.int64)


@cache
def _read(name: str) -> Digits:
    arrays = _arrays(name)
    digits = Digits(arrays["images"], arrays["labels"].astype(np.int64))
    for array in digits:
        array.flags.writeable = False
    return digits


def _arrays(name: str) -> dict[str, NDArray[Any]]:
    path = resources.files(__package__).joinpath("data", name)
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return dict(arrays)
