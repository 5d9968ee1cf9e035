"""Augmentation: the same digit, written by another hand, on another day, with another pen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.nn.layer import Array

CONTROL_POINTS = 5
"""The elastic field is drawn at this many points per axis and is smooth in between."""


@dataclass(frozen=True)
class Augmentation:
    """How far each picture may be changed. Every amount is drawn anew for each picture.

    Attributes:
        rotation: degrees, uniform within ±.
        scale: relative change of each axis on its own, uniform within ±.
        shear: slant, as columns per row, uniform within ±.
        shift: pixels, uniform within ±, on each axis.
        elastic: pixels, standard deviation of a smooth random displacement, after Simard,
            Steinkraus and Platt (2003).
        thickness: how far strokes may grow (towards the largest of each pixel's neighbours) or
            shrink (towards the smallest), uniform within ±; 1 is one pixel on each side.
    """

    rotation: float = 12.0
    scale: float = 0.12
    shear: float = 0.25
    shift: float = 1.2
    elastic: float = 0.8
    thickness: float = 0.5

    def apply(self, images: NDArray[np.uint8], rng: np.random.Generator) -> Array:
        """Return changed pictures.

        Args:
            images: `(N, height, width)`, white ink on black paper.
            rng: where the amounts come from; equal generators give equal pictures.

        Returns:
            `(N, height, width)` float32 in 0..1.
        """
        pixels = images.astype(np.float32)
        pixels *= np.float32(1 / 255)
        if self.thickness:
            amounts = rng.uniform(-self.thickness, self.thickness, len(pixels))
            pixels = change_thickness(pixels, amounts.astype(np.float32))
        rows, columns = self._sources(pixels.shape, rng)
        return sample(pixels, rows, columns)

    def _sources(self, shape: tuple[int, ...], rng: np.random.Generator) -> tuple[Array, Array]:
        """Return where each output pixel is fetched from: rows and columns, (N, height, width)."""
        count, height, width = shape

        def draw(limit: float) -> Array:
            return rng.uniform(-limit, limit, (count, 1, 1)).astype(np.float32)

        angle, slant = draw(np.deg2rad(self.rotation)), draw(self.shear)
        tall, wide = 1 + draw(self.scale), 1 + draw(self.scale)
        down, right = draw(self.shift), draw(self.shift)
        # Output to input: undo the shift, then the rotation, the slant and the scale.
        y = np.arange(height, dtype=np.float32)[None, :, None] - (height - 1) / 2 - down
        x = np.arange(width, dtype=np.float32)[None, None, :] - (width - 1) / 2 - right
        sine, cosine = np.sin(angle), np.cos(angle)
        rows = (cosine / tall) * y + (sine / tall) * x
        columns = ((slant * cosine - sine) / wide) * y + ((slant * sine + cosine) / wide) * x
        rows += np.float32((height - 1) / 2)
        columns += np.float32((width - 1) / 2)
        if self.elastic:
            knots = rng.standard_normal(
                (2, count, CONTROL_POINTS, CONTROL_POINTS), dtype=np.float32
            )
            field = _bumps(height) @ knots @ _bumps(width).T
            field *= np.float32(self.elastic)
            rows += field[0]
            columns += field[1]
        return rows, columns


def _bumps(length: int) -> Array:
    """Return `(length, CONTROL_POINTS)` weights: smooth bumps whose squares sum to 1 at a place."""
    places = np.linspace(0, CONTROL_POINTS - 1, length)[:, None]
    bumps = np.exp(-((places - np.arange(CONTROL_POINTS)) ** 2))
    bumps /= np.sqrt((bumps**2).sum(axis=1, keepdims=True))
    smooth: Array = bumps.astype(np.float32)
    return smooth


def change_thickness(pixels: Array, amounts: Array) -> Array:
    """Thicken (amount > 0) or thin (amount < 0) the strokes of each picture.

    Args:
        pixels: `(N, height, width)` in 0..1, black at the edge.
        amounts: `(N,)` in −1..1; ±1 is one pixel on each side.
    """
    padded = np.pad(pixels, ((0, 0), (1, 1), (1, 1)))
    neighbours = (
        padded[:, :-2, 1:-1],
        padded[:, 2:, 1:-1],
        padded[:, 1:-1, :-2],
        padded[:, 1:-1, 2:],
    )
    changed = pixels.copy()
    thicker, thinner = np.flatnonzero(amounts > 0), np.flatnonzero(amounts < 0)
    for chosen, extreme in ((thicker, np.maximum), (thinner, np.minimum)):
        target = pixels[chosen]
        for neighbour in neighbours:
            extreme(target, neighbour[chosen], out=target)
        weight = np.abs(amounts[chosen])[:, None, None]
        changed[chosen] += weight * (target - pixels[chosen])
    return changed


def sample(pixels: Array, rows: Array, columns: Array) -> Array:
    """Fetch each output pixel from a place between pixels, bilinearly; outside all is black.

    Args:
        pixels: `(N, height, width)`.
        rows: `(N, out_height, out_width)`, 0 is the first row's centre.
        columns: likewise.

    Returns:
        `(N, out_height, out_width)`.
    """
    count, height, width = pixels.shape
    # A frame of one black cell before and two behind lets every place be fetched without a test.
    framed = np.zeros((count, height + 3, width + 3), np.float32)
    framed[:, 1:-2, 1:-2] = pixels
    rows = np.clip(rows, -1, height) + np.float32(1)
    columns = np.clip(columns, -1, width) + np.float32(1)
    top, left = rows.astype(np.int32), columns.astype(np.int32)
    rows -= top
    columns -= left
    pitch = width + 3
    origin = np.arange(count, dtype=np.int64)[:, None, None] * ((height + 3) * pitch)
    corner = origin + top * pitch + left
    flat = framed.ravel()
    upper: Array = flat.take(corner)
    upper += columns * (flat.take(corner + 1) - upper)
    corner += pitch
    lower = flat.take(corner)
    lower += columns * (flat.take(corner + 1) - lower)
    lower -= upper
    lower *= rows
    upper += lower
    return upper
