"""The error function, which numpy lacks and GELU needs.

Python's own `math.erf` gives it at a few hundred nodes; Taylor's series does the rest, vectorised.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import numpy.typing as npt

STEP = 1 / 32
END = 6.0
"""Beyond it, erf is 1 to the last bit of a float64."""
TERMS = 8


def erf(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the error function, exact at nodes 1/32 apart and by Taylor's series in between.

    The n+1-st derivative is (−1)ⁿ · 2/√π · Hₙ(x) · e^(−x²) with Hₙ the Hermite polynomials
    (NIST DLMF 7.10.1); eight terms leave less than 1e−15.
    """
    bounded = np.clip(x, -END, END)
    known = ~np.isnan(bounded)
    nearest = np.rint(np.where(known, bounded, 0) / STEP).astype(np.int64)
    node = nearest * STEP
    delta = bounded - node
    total, power = np.zeros_like(delta), np.ones_like(delta)
    before, hermite = np.zeros_like(node), np.ones_like(node)
    for n in range(TERMS):
        power = power * delta / (n + 1)
        total += (-1) ** n * hermite * power
        before, hermite = hermite, 2 * node * hermite - 2 * n * before
    table = _erf_at_nodes()
    slope = 2 / math.sqrt(math.pi) * np.exp(-(node**2))
    return np.asarray(table[nearest + len(table) // 2] + slope * total)


@cache
def _erf_at_nodes() -> npt.NDArray[np.float64]:
    """Return erf at −6, −6 + 1/32, ..., 6."""
    ends = round(END / STEP)
    return np.array([math.erf(node * STEP) for node in range(-ends, ends + 1)])
