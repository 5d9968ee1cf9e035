"""Digits written by an imagined hand: skeletons of strokes, varied, drawn on the canvas.

MNIST was written on paper by Americans in the 1990s. People who draw with a mouse also cross
their seven, give their one a flag and a foot, leave their four open, draw small, large, in a
corner, with a thin pen or a thick one. This module writes such digits, as many as one wants, to
train on and to test with. They are made, not collected: how well a network reads them says how it
copes with these ways of writing, not how well it reads people.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.digits.bundled import Digits
from cnnviz_tui.digits.canvas import SIDE, DigitCanvas
from cnnviz_tui.digits.preparing import prepare

Points: TypeAlias = NDArray[np.float64]
Stroke: TypeAlias = tuple[Points, tuple[bool, ...]]
"""Points `(n, 2)` as x, y, and which of them are corners."""


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
    joined: float = 0.25


@cache
def skeletons() -> tuple[tuple[tuple[Stroke, ...], ...], ...]:
    """Return, for each digit, the ways to write it; each is a tuple of strokes.

    They stand in `data/skeletons.txt`, which says how it is to be read.
    """
    found: list[list[tuple[Stroke, ...]]] = [[] for _ in range(10)]
    text = resources.files(__package__).joinpath("data", "skeletons.txt").read_text("utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            digit, strokes = line.split(":")
            found[int(digit)].append(tuple(_parse(stroke) for stroke in strokes.split("|")))
    return tuple(map(tuple, found))


def write(digit: int, way: int, rng: np.random.Generator, hand: Hand | None = None) -> list[Points]:
    """Write one digit and return its strokes, each `(points, 2)` as x, y in canvas units."""
    hand = hand or Hand()
    wobble = hand.wobble * rng.uniform(0.3, 1.5)
    strokes = [
        _curve(points + rng.normal(0, wobble, points.shape), corners)
        for points, corners in skeletons()[digit][way]
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
        for (x0, y0), (x1, y1) in pairwise(points):
            canvas.line(float(x0), float(y0), float(x1), float(y1))
    return canvas.pixels


def handwriting(count: int, seed: int, hand: Hand | None = None) -> Digits:
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
        way = (number // 10) % len(skeletons()[digit])
        brush = rng.uniform(hand.thinnest, hand.thickest)
        pixels = draw(write(digit, way, rng, hand), brush)
        images[number] = np.round(prepare(pixels) * 255)
    return Digits(images, labels)


def _parse(stroke: str) -> Stroke:
    words = stroke.split()
    points = [[float(value) for value in word.rstrip("!").split(",")] for word in words]
    return np.array(points), tuple(word.endswith("!") for word in words)


def _curve(points: Points, corners: tuple[bool, ...]) -> Points:
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
