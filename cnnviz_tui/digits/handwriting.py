"""Digits written by an imagined hand: skeletons of strokes, varied, drawn on the canvas.

MNIST was written on paper by Americans in the 1990s. People who draw with a mouse also cross
their seven, give their one a flag and a foot, leave their four open, draw small, large, in a
corner, with a thin pen or a thick one. This module writes such digits, as many as one wants, to
train on and to test with. They are made, not collected: how well a network reads them says how it
copes with these ways of writing, not how well it reads people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.digits.canvas import SIDE, DigitCanvas
from cnnviz_tui.digits.preparing import prepare

Points = NDArray[np.float64]

# Skeletons: per digit several ways to write it; each way is a list of strokes; each stroke a string
# of points "x,y" in a unit square, y downwards. A stroke is a smooth curve through its points; a
# point with "!" is a corner.
_WAYS: dict[int, tuple[tuple[str, ...], ...]] = {
    0: (
        ("0.55,0 0.2,0.12 0.02,0.5 0.2,0.9 0.5,1 0.82,0.88 0.98,0.5 0.82,0.12 0.5,0",),
        ("0.5,0 0.85,0.15 1,0.5 0.85,0.88 0.5,1 0.15,0.88 0,0.5 0.15,0.14 0.55,0.02",),
        ("0.7,0.08 0.4,0 0.1,0.25 0.05,0.7 0.35,1 0.75,0.9 0.95,0.5 0.85,0.15 0.5,0.02 0.35,0.1",),
        ("0.35,0.05 0.08,0.35 0.08,0.75 0.4,1 0.8,0.85 0.95,0.45 0.75,0.05 0.45,0 0.2,0.2",),
    ),
    1: (
        ("0.5,0! 0.5,1!",),
        ("0.5,0! 0.48,0.5 0.5,1!",),
        ("0.2,0.28! 0.55,0! 0.55,1!",),
        ("0.1,0.4! 0.55,0! 0.55,1!",),
        ("0.25,0.22! 0.5,0! 0.5,1!", "0.2,1! 0.8,1!"),
        ("0.1,0.3! 0.5,0! 0.5,1!", "0.05,1! 0.95,1!"),
        ("0.25,0.18! 0.5,0! 0.5,1! 0.15,1! 0.85,1!",),
    ),
    2: (
        ("0.05,0.25 0.3,0.02 0.7,0.02 0.92,0.25 0.75,0.55 0.4,0.8 0.02,1! 1,1!",),
        ("0.1,0.2 0.45,0 0.85,0.15 0.85,0.45 0.5,0.75 0.0,1! 0.5,0.95 1,1!",),
        (
            "0.08,0.22 0.4,0 0.8,0.12 0.85,0.4 0.6,0.72 0.25,0.98 0.05,0.9 0.2,0.76 0.5,0.9 0.8,1 1,0.9",
        ),
        ("0.05,0.15 0.5,0 0.9,0.12 0.85,0.4 0.5,0.7 0.1,0.95 0.12,0.78 0.4,0.88 0.95,0.97",),
        ("0.05,0.05! 0.85,0.03! 0.45,0.5 0.02,1! 1,0.98!",),
        ("0,0.3 0.2,0.05 0.6,0 0.85,0.2 0.8,0.5 0.55,0.75 0.1,1! 0.95,1!",),
    ),
    3: (
        ("0.1,0.12 0.45,0 0.85,0.12 0.8,0.38 0.4,0.48! 0.85,0.6 0.95,0.82 0.55,1 0.05,0.9",),
        ("0.05,0.1 0.5,0 0.9,0.2 0.7,0.42 0.35,0.47 0.75,0.52 0.98,0.75 0.7,0.97 0.3,1 0,0.88",),
        ("0.05,0.02! 0.9,0.02! 0.4,0.42! 0.8,0.5 0.95,0.75 0.6,1 0.05,0.92",),
        (
            "0.1,0.15 0.5,0 0.85,0.15 0.7,0.4 0.4,0.5 0.35,0.44 0.5,0.42 0.85,0.6 0.9,0.85 0.5,1 0.05,0.9",
        ),
        ("0.1,0.08 0.6,0 0.85,0.2 0.45,0.42! 0.85,0.55 0.9,0.8 0.5,1 0.15,0.98",),
    ),
    4: (
        ("0.25,0! 0.05,0.6! 0.95,0.6!", "0.7,0.1! 0.68,1!"),
        ("0.2,0.02! 0.12,0.5 0.3,0.58 0.9,0.5!", "0.8,0! 0.72,1!"),
        ("0.1,0! 0.1,0.52! 0.85,0.52!", "0.8,0! 0.8,1!"),
        ("0.75,1! 0.72,0! 0,0.68! 1,0.68!",),
        ("0.62,0! 0.02,0.65! 0.98,0.65!", "0.65,0.02! 0.65,1!"),
        ("0.6,0! 0.02,0.62! 0.98,0.62!", "0.68,0.35! 0.64,1!"),
        ("0.15,0! 0.08,0.45 0.25,0.55 0.6,0.5 0.85,0.3 0.85,0! 0.82,0.5 0.78,1!",),
        ("0.2,0.05! 0.1,0.5! 0.6,0.48 0.8,0.4! 0.85,0.02! 0.75,1!",),
        ("0.4,0! 0.05,0.55! 0.95,0.5!", "0.6,0.3! 0.5,1!"),
    ),
    5: (
        ("0.2,0.02! 0.12,0.45! 0.5,0.36 0.9,0.5 0.9,0.82 0.5,1 0.02,0.9", "0.2,0.02! 0.92,0!"),
        ("0.9,0! 0.2,0.02! 0.12,0.45! 0.55,0.36 0.92,0.58 0.8,0.92 0.4,1 0.02,0.9",),
        ("0.95,0.02! 0.25,0! 0.1,0.42! 0.5,0.4 0.85,0.6 0.75,0.9 0.35,1 0,0.92",),
        ("0.9,0.05 0.5,0 0.2,0.15 0.25,0.38 0.65,0.5 0.85,0.72 0.6,0.97 0.1,0.95",),
        ("0.25,0.1! 0.2,0.48 0.55,0.42 0.85,0.62 0.7,0.95 0.3,1 0.05,0.88", "0.25,0.08! 0.9,0.0!"),
        ("0.2,0! 0.18,0.5! 0.6,0.48 0.88,0.68 0.7,0.98 0.05,1!", "0.18,0! 0.95,0.02!"),
    ),
    6: (
        ("0.75,0 0.35,0.2 0.08,0.6 0.2,0.95 0.6,1 0.9,0.8 0.75,0.55 0.4,0.52 0.1,0.72",),
        ("0.45,0! 0.15,0.5 0.1,0.85 0.45,1 0.85,0.88 0.8,0.6 0.45,0.52 0.12,0.72",),
        (
            "0.9,0.08 0.55,0 0.2,0.25 0.05,0.65 0.25,0.97 0.65,0.98 0.92,0.75 0.7,0.52 0.3,0.55 0.08,0.75",
        ),
        ("0.2,0! 0.08,0.55 0.15,0.9 0.5,1 0.88,0.85 0.75,0.6 0.4,0.58 0.1,0.78",),
        ("0.6,0! 0.25,0.4 0.08,0.75 0.4,1 0.8,0.9 0.85,0.65 0.5,0.55 0.2,0.75 0.3,0.95",),
    ),
    7: (
        ("0.02,0.03! 0.98,0.03! 0.4,1!",),
        ("0.02,0.05! 0.95,0.02! 0.55,0.5 0.4,1!",),
        ("0.05,0.2! 0.05,0.02! 0.95,0.03! 0.45,1!",),
        ("0.02,0.05! 0.95,0.03! 0.4,1!", "0.25,0.5! 0.9,0.5!"),
        ("0.02,0.05! 0.95,0.03! 0.6,0.45 0.42,1!", "0.3,0.52! 0.95,0.46!"),
        ("0.05,0.18! 0.1,0.02! 0.95,0.05! 0.42,1!", "0.22,0.48! 0.88,0.52!"),
        ("0.02,0.1 0.3,0.02 0.6,0.08 0.95,0! 0.6,0.5 0.5,1!",),
        ("0,0.03! 0.9,0.0! 0.75,1!",),
    ),
    8: (
        (
            "0.85,0.15 0.5,0 0.15,0.18 0.4,0.45 0.85,0.7 0.7,0.97 0.3,0.98 0.1,0.75 0.45,0.48 0.85,0.25 0.8,0.1",
        ),
        (
            "0.5,0.48 0.15,0.3 0.3,0.02 0.7,0.02 0.85,0.25 0.5,0.48 0.1,0.75 0.35,1 0.75,0.97 0.9,0.72 0.5,0.48",
        ),
        ("0.5,0 0.18,0.2 0.5,0.46 0.9,0.75 0.5,1 0.08,0.78 0.5,0.46 0.82,0.2 0.5,0",),
        ("0.5,0 0.2,0.2 0.5,0.45 0.8,0.22 0.5,0", "0.5,0.45 0.1,0.72 0.5,1 0.9,0.72 0.5,0.45"),
        ("0.9,0.02! 0.5,0.02 0.15,0.2 0.5,0.5 0.8,0.78 0.45,1 0.15,0.8 0.5,0.48 0.95,0.05!",),
        ("0.15,0.1 0.5,0.4 0.88,0.72 0.55,1 0.1,0.8 0.45,0.5 0.85,0.2 0.5,0 0.15,0.12",),
    ),
    9: (
        ("0.88,0.2 0.5,0 0.1,0.2 0.2,0.48 0.6,0.5 0.88,0.2! 0.85,0.6 0.8,1!",),
        ("0.9,0.1! 0.45,0 0.1,0.25 0.3,0.5 0.7,0.42 0.9,0.1! 0.9,0.55 0.8,1!",),
        ("0.85,0.25 0.5,0 0.12,0.22 0.35,0.5 0.8,0.3 0.88,0.15 0.9,0.6 0.65,0.95 0.15,0.95",),
        ("0.85,0.22 0.45,0 0.1,0.28 0.4,0.52 0.8,0.35 0.75,0.7 0.35,1!",),
        ("0.85,0.05! 0.3,0.05 0.1,0.3 0.4,0.5 0.8,0.35 0.88,0.05! 0.8,0.5 0.78,1!",),
        ("0.8,0.25 0.45,0 0.12,0.25 0.45,0.48 0.82,0.25! 0.88,0.7 0.6,1 0.1,0.9",),
    ),
}


@dataclass(frozen=True)
class Hand:
    """How far the imagined writers differ.

    Attributes:
        wobble: standard deviation of each skeleton point, part of the digit's size.
        slant: columns per row, standard deviation.
        turn: degrees, standard deviation.
        smallest: height of the smallest digit in canvas units.
        largest: height of the largest.
        thinnest: the thinnest pen in canvas units.
        thickest: the thickest.
        coarse: part of the digits whose curves are only eight points long, as slow tablets send.
        joined: part of the digits whose strokes are written without lifting the pen.
    """

    wobble: float = 0.035
    slant: float = 0.2
    turn: float = 7.0
    smallest: float = 8.0
    largest: float = 25.0
    thinnest: float = 1.0
    thickest: float = 3.6
    coarse: float = 0.25
    joined: float = 0.1


def ways(digit: int) -> int:
    """Return how many ways to write `digit` are known."""
    return len(_WAYS[digit])


def write(digit: int, way: int, rng: np.random.Generator, hand: Hand | None = None) -> list[Points]:
    """Write one digit and return its strokes, each `(points, 2)` as x, y in canvas units."""
    hand = hand or Hand()
    knots = [_parse(stroke) for stroke in _WAYS[digit][way]]
    wobble = hand.wobble * rng.uniform(0.3, 1.5)
    strokes = [
        _curve(points + rng.normal(0, wobble, points.shape), corners) for points, corners in knots
    ]
    if rng.random() < hand.joined:
        strokes = [np.concatenate(strokes)]
    if rng.random() < hand.coarse:
        longest = max(map(_length, strokes))
        strokes = [
            _resample(points, max(2, round(8 * _length(points) / longest))) for points in strokes
        ]
    return _place(_warp(strokes, rng), rng, hand)


def draw(strokes: list[Points], brush: float) -> NDArray[np.float32]:
    """Draw strokes on an empty canvas and return its pixels, `(28, 28)` in 0..1."""
    canvas = DigitCanvas(brush)
    for points in strokes:
        for (x0, y0), (x1, y1) in zip(points[:-1], points[1:], strict=True):
            canvas.line(float(x0), float(y0), float(x1), float(y1))
    return canvas.pixels


def handwriting(
    count: int, seed: int, hand: Hand | None = None
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Write, draw and prepare `count` digits, all digits and all ways equally often.

    Args:
        count: how many.
        seed: equal seeds give equal digits.
        hand: how far the writers differ.

    Returns:
        Images `(count, 28, 28)` uint8, as `prepare` makes them, and labels `(count,)`.
    """
    hand = hand or Hand()
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 10
    images = np.empty((count, SIDE, SIDE), np.uint8)
    for number, digit in enumerate(labels.tolist()):
        way = (number // 10) % ways(digit)
        brush = rng.uniform(hand.thinnest, hand.thickest)
        pixels = draw(write(digit, way, rng, hand), brush)
        images[number] = np.round(prepare(pixels) * 255)
    return images, labels


def _parse(stroke: str) -> tuple[Points, list[bool]]:
    words = stroke.split()
    points = [[float(value) for value in word.rstrip("!").split(",")] for word in words]
    return np.array(points), [word.endswith("!") for word in words]


def _curve(points: Points, corners: list[bool]) -> Points:
    """Run a smooth curve through the points, sharp at the corners (cubic Hermite pieces)."""
    tangents = np.gradient(points, axis=0) if len(points) > 2 else np.diff(points, axis=0)[[0, 0]]
    pieces = [points[:1]]
    t = np.linspace(0, 1, 9)[1:, None]
    for k in range(len(points) - 1):
        a, b = points[k], points[k + 1]
        start = (b - a) if corners[k] else tangents[k]
        end = (b - a) if corners[k + 1] else tangents[k + 1]
        pieces.append(
            (2 * t**3 - 3 * t**2 + 1) * a
            + (t**3 - 2 * t**2 + t) * start
            + (3 * t**2 - 2 * t**3) * b
            + (t**3 - t**2) * end
        )
    return np.concatenate(pieces)


def _length(points: Points) -> float:
    return float(np.hypot(*np.diff(points, axis=0).T).sum())


def _resample(points: Points, count: int) -> Points:
    """Return `count` points at equal distances along the line."""
    way = np.concatenate([[0], np.hypot(*np.diff(points, axis=0).T).cumsum()])
    places = np.linspace(0, way[-1], count)
    return np.stack([np.interp(places, way, points[:, axis]) for axis in (0, 1)], axis=1)


def _warp(strokes: list[Points], rng: np.random.Generator) -> list[Points]:
    """Bend the whole digit smoothly: a few random low waves in each direction."""
    waves = rng.normal(0, 0.03, (2, 2, 2))
    phases = rng.uniform(0, 2 * np.pi, (2, 2, 2))
    bent = []
    for points in strokes:
        moved = points.copy()
        for axis in (0, 1):
            for along in (0, 1):
                for order in (0, 1):
                    wave = np.sin(
                        (order + 1) * np.pi * points[:, along] + phases[axis, along, order]
                    )
                    moved[:, axis] += waves[axis, along, order] * wave
        bent.append(moved)
    return bent


def _place(strokes: list[Points], rng: np.random.Generator, hand: Hand) -> list[Points]:
    """Give the digit its proportions, slant, size and place on the canvas."""
    height = rng.uniform(hand.smallest, hand.largest)
    width = height * rng.uniform(0.45, 0.95)
    slant, turn = rng.normal(0, hand.slant), np.deg2rad(rng.normal(0, hand.turn))
    shape = np.array([[width, -slant * height], [0, height]])
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    turned = [(points - 0.5) @ (rotation @ shape).T for points in strokes]
    every = np.concatenate(turned)
    low, high = every.min(axis=0), every.max(axis=0)
    shrink = min(1.0, (SIDE - 1) / float((high - low).max()))
    slack = SIDE - (high - low) * shrink
    corner = slack * rng.uniform(0.02, 0.98, 2)
    return [(points - low) * shrink + corner for points in turned]
