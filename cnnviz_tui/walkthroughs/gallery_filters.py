"""Filters to hang side by side: classic ones, Gabor filters, and those that LeNet has learned.

A Gabor filter is a wave under a bell curve. Such filters describe the simple cells of the visual
cortex (Daugman, "Uncertainty relation for resolution in space, spatial frequency, and orientation
optimized by two-dimensional visual cortical filters", JOSA A, 1985); the root of the squares of
two of them, a quarter of a wave apart, describes its complex cells (Adelson and Bergen,
"Spatiotemporal energy models for the perception of motion", JOSA A, 1985).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, radians, sin

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.samples import KERNELS, Meaning, weights_of

Array = NDArray[np.float32]

EVEN, ODD = 0.0, 90.0
"""Phases: a bright stripe in the middle, and an edge in the middle."""

_SIGMA = 0.56
"""σ/λ of a filter that answers to one octave of wavelengths."""
_GAMMA = 0.6
"""How much shorter the bell is across the stripes than along them."""
_COMPARED_WAVES = (3.0, 4.0, 5.0, 6.0)
_COMPARED_ANGLES = tuple(22.5 * i for i in range(8))


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of the gallery.

    Attributes:
        label: its name in at most nine characters.
        title: what people read.
        about: one sentence on what it answers to.
        weights: float32 (F, F).
        meaning: how to read its answers, where that is known.
    """

    label: str
    title: str
    about: str
    weights: Array
    meaning: Meaning | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """The Gabor filter that is most like a filter.

    Attributes:
        angle: the direction of its stripes in degrees.
        wave: its wavelength in pixels.
        share: the cosine of the angle between both, 0 to 1, whatever the phase.
    """

    angle: float
    wave: float
    share: float


def gabor(size: int, angle: float, wave: float, phase: float = EVEN) -> Array:
    """A Gabor filter without its mean, its largest weight 1: float32 (size, size).

    Args:
        size: F.
        angle: the direction in which its stripes run, in degrees counter-clockwise from the right.
        wave: λ, the pixels from stripe to stripe.
        phase: ψ in degrees.
    """
    place = np.arange(size) - (size - 1) / 2
    down, right = place[:, None], place[None, :]
    turn = radians(angle)
    across = right * sin(turn) + down * cos(turn)
    along = right * cos(turn) - down * sin(turn)
    sigma = _SIGMA * wave
    bell = np.exp(-(across**2 + (_GAMMA * along) ** 2) / (2 * sigma**2))
    stripes = bell * np.cos(2 * pi * across / wave + radians(phase))
    stripes -= bell * (stripes.sum() / bell.sum())
    largest = np.abs(stripes).max()
    weights: Array = (stripes / largest if largest > 1e-9 else stripes).astype(np.float32)
    return weights


def gabor_filters(size: int, wave: float, phase: float, count: int) -> tuple[Filter, ...]:
    """`count` Gabor filters, their directions evenly spread over half a turn."""
    filters = []
    for i in range(count):
        angle = 180 * i / count
        filters.append(
            Filter(
                f"{angle:.0f}°",
                f"Gabor {angle:.0f}°",
                f"It answers to {_direction(angle)} lines and edges and to little else.",
                gabor(size, angle, wave, phase),
            )
        )
    return tuple(filters)


def _direction(angle: float) -> str:
    if min(angle, 180 - angle) < 12:
        return "horizontal"
    if abs(angle - 90) < 12:
        return "vertical"
    return f"slanted ({angle:.0f}°)"


def classic_filters(size: int) -> tuple[Filter, ...]:
    """The classic filters of image processing."""
    return tuple(
        Filter(
            kernel.name,
            kernel.title,
            kernel.about,
            weights_of((kernel,), 1, size, size, 0)[0, 0],
            kernel.meaning,
        )
        for kernel in KERNELS
        if kernel.name != "random"
    )


@lru_cache(maxsize=1)
def lenet_filters() -> tuple[Filter, ...]:
    """The six filters of the first layer of the trained LeNet, which nobody designed."""
    from cnnviz_tui.nn import load_lenet

    weights = load_lenet().parameters()[0]
    return tuple(
        Filter(
            f"c1 {k + 1}",
            f"LeNet c1, filter {k + 1}",
            "Learned from digits by gradient descent, not designed.",
            weights[k, 0].copy(),
        )
        for k in range(len(weights))
    )


def likeness(weights: Array) -> Likeness:
    """The Gabor filter of the same size that a filter is most like, of any phase.

    The filter without its mean is projected onto the plane of the even and the odd Gabor filter of
    each direction and wavelength; the length of the projection is the cosine.
    """
    centred = weights.astype(np.float64) - weights.mean()
    length = float(np.linalg.norm(centred))
    best = Likeness(0.0, _COMPARED_WAVES[0], 0.0)
    if length < 1e-9:
        return best
    for angle in _COMPARED_ANGLES:
        for wave in _COMPARED_WAVES:
            pair = np.stack(
                [gabor(len(weights), angle, wave, phase).ravel() for phase in (EVEN, ODD)]
            )
            basis, _ = np.linalg.qr(pair.T.astype(np.float64))
            share = float(np.linalg.norm(basis.T @ centred.ravel())) / length
            if share > best.share:
                best = Likeness(angle, wave, min(share, 1.0))
    return best


@lru_cache(maxsize=1)
def lenet_likeness() -> tuple[Likeness, ...]:
    """Of every first-layer filter of LeNet, the Gabor filter that it is most like."""
    return tuple(likeness(each.weights) for each in lenet_filters())
