"""LeNet-5 twice: the network of 1998, to the last connection, and the form that is taught today."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from cnnviz_tui.nn.activation import ReLU, ScaledTanh
from cnnviz_tui.nn.conv import Conv2d
from cnnviz_tui.nn.dense import Flatten, Linear, RadialBasis
from cnnviz_tui.nn.layer import Array
from cnnviz_tui.nn.network import InputScale, Network
from cnnviz_tui.nn.pool import MaxPool2d, Subsampling
from cnnviz_tui.nn.weights_file import load_weights

C3_TABLE = (
    *(tuple((k + i) % 6 for i in range(3)) for k in range(6)),
    *(tuple((k + i) % 6 for i in range(4)) for k in range(6)),
    *(tuple((k + i) % 6 for i in (0, 1, 3, 4)) for k in range(3)),
    tuple(range(6)),
)
"""Which maps of S2 each of C3's 16 maps sees; LeCun et al. (1998), Table I.

Six maps see three neighbours, six see four, three see two pairs, one sees all: different maps are
forced to find different features.
"""

# One 7x12 picture per class, drawn for cnnviz in the manner of the paper's figure 3: F6's 84 units
# are trained towards +1 where there is ink and −1 elsewhere, so similar digits have similar codes.
_CODE_PICTURES = """
.......  .......  .......  .......  .......  .......  .......  .......  .......  .......
..###..  ...##..  .#####.  .#####.  ....##.  #######  ..####.  #######  .#####.  .#####.
.##.##.  ..###..  ##...##  ##...##  ...###.  ##.....  .##....  .....##  ##...##  ##...##
##...##  .####..  .....##  .....##  ..####.  ##.....  ##.....  .....##  ##...##  ##...##
##...##  ...##..  .....##  ....##.  .##.##.  ##.....  ##.....  ....##.  ##...##  ##...##
##...##  ...##..  ....##.  ..###..  ##..##.  ######.  ######.  ....##.  .#####.  .######
##...##  ...##..  ...##..  ....##.  ##..##.  .....##  ##...##  ...##..  ##...##  .....##
##...##  ...##..  ..##...  .....##  #######  .....##  ##...##  ...##..  ##...##  .....##
.##.##.  ...##..  .##....  ##...##  ....##.  ##...##  ##...##  ..##...  ##...##  ....##.
..###..  .#####.  #######  .#####.  ....##.  .#####.  .#####.  ..##...  .#####.  .####..
.......  .......  .......  .......  .......  .......  .......  .......  .......  .......
.......  .......  .......  .......  .......  .......  .......  .......  .......  .......
"""

_WEIGHTS = Path(__file__).with_name("weights")


def class_codes() -> Array:
    """Return the ten codes of the 1998 output layer, `(10, 84)`, entries ±1.

    Row d, reshaped to 12x7, is a small picture of the digit d.
    """
    rows = [line.split() for line in _CODE_PICTURES.split("\n") if line]
    ink = [[[cell == "#" for cell in row[digit]] for row in rows] for digit in range(10)]
    return np.where(np.array(ink).reshape(10, 84), 1, -1).astype(np.float32)


def lenet5() -> Network:
    """Return LeNet-5 as it is taught today, untrained: 61,706 parameters.

    ReLU, max pooling, every map of C3 sees all of S2, and ten linear outputs for a softmax.
    """
    return Network(
        "lenet5",
        (1, 28, 28),
        {
            "c1": [Conv2d(1, 6, 5, padding=2), ReLU()],
            "s2": [MaxPool2d(2)],
            "c3": [Conv2d(6, 16, 5), ReLU()],
            "s4": [MaxPool2d(2)],
            "c5": [Conv2d(16, 120, 5), ReLU()],
            "f6": [Flatten(), Linear(120, 84), ReLU()],
            "output": [Linear(84, 10)],
        },
    )


def lenet5_1998() -> Network:
    """Return LeNet-5 as published, untrained: 60,000 trainable parameters, 340,908 connections.

    LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition",
    Proceedings of the IEEE 86 (1998), section II.B. Input 32x32 with paper at −0.1 and ink at
    1.175, trainable subsampling, scaled tanh, C3 with its table, and an output of squared
    distances to fixed codes, so the probabilities are softmax(−distance / 2): those of a Gaussian
    of variance 1 around each code. The paper trains with a related criterion (its equation 9).
    """
    return Network(
        "lenet5-1998",
        (1, 28, 28),
        {
            "c1": [Conv2d(1, 6, 5), ScaledTanh()],
            "s2": [Subsampling(6), ScaledTanh()],
            "c3": [Conv2d(6, 16, 5, table=C3_TABLE), ScaledTanh()],
            "s4": [Subsampling(16), ScaledTanh()],
            "c5": [Conv2d(16, 120, 5), ScaledTanh()],
            "f6": [Flatten(), Linear(120, 84), ScaledTanh()],
            "output": [RadialBasis(class_codes())],
        },
        scale=InputScale(low=-0.1, high=1.175, border=2),
        logit_scale=-0.5,
    )


MODELS: dict[str, Callable[[], Network]] = {"lenet5": lenet5, "lenet5-1998": lenet5_1998}
"""Untrained networks by the name that the command line uses."""


def load_lenet(model: str = "lenet5") -> Network:
    """Return a network with the trained weights of this package.

    Args:
        model: a key of `MODELS`.

    Raises:
        ValueError: there is no such model.
    """
    if model not in MODELS:
        raise ValueError(f"there is no model {model!r}; choose one of {', '.join(MODELS)}")
    network = MODELS[model]()
    load_weights(network, _WEIGHTS / f"{model}.npz")
    return network
