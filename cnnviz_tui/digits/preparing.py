"""Making a drawing look as MNIST's digits look, so that a network trained on those can read it.

MNIST's makers scaled each digit to fit a box of 20x20 pixels, keeping its proportions, and put
its centre of mass in the middle of 28x28 (LeCun et al. 1998, section III.A). Drawings differ from
theirs in more: which of ink and paper is the darker, how big the picture is, and how wide the pen.
All of that is made alike here.
"""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnviz_tui.digits.canvas import SIDE

Image = NDArray[np.float32]

BOX = 20
"""The longer side of every digit after preparing, in pixels."""
FINE = 4
"""Stroke widths are corrected at this many pixels per final pixel."""
THINNEST, THICKEST = 1.9, 4.2
"""Strokes are brought into this range of widths, in final pixels; nine of ten MNIST digits lie
in it anyway (`stroke_width` of the training set)."""
SATURATION = 0.8
"""The mean ink of a digit's cells, weighted by their ink, is brought up to this; nine of ten MNIST
digits have it anyway."""
FAINTEST = 0.06
"""Ink must differ from paper by this part of the full range to count as drawn."""
INK = 0.12
"""A cell with this much ink belongs to the digit, when its bounding box is looked for."""


class NothingDrawnError(ValueError):
    """The picture has no ink, so there is nothing to read."""


def prepare(image: ArrayLike) -> Image:
    """Turn any picture of one digit into what the network expects.

    Args:
        image: `(height, width)`, `(height, width, 1)`, RGB `(height, width, 3)` or RGBA
            `(height, width, 4)`; integers, booleans, or floats in 0..1 or 0..255. Ink may be
            darker or lighter than the paper.

    Returns:
        `(28, 28)` float32 in 0..1, white ink on black, the digit 20 pixels long and its centre of
        mass in the middle.

    Raises:
        NothingDrawnError: the picture is blank.
        ValueError: the array is no picture, or holds NaN or infinity.
    """
    ink = _crop(_ink(_even_light(_grey(np.asarray(image)))))
    fine = _resize_to(ink, BOX * FINE)
    width = stroke_width(fine) / FINE
    wanted = min(max(width, THINNEST), THICKEST)
    if wanted != width:
        ink = _crop(_change_width(fine, (wanted - width) * FINE))
    elif max(ink.shape) > BOX * FINE:
        ink = fine
    return _centre(_saturate(_resize_to(ink, BOX)))


def stroke_width(ink: Image) -> float:
    """Estimate the width of the pen in pixels: twice the area over the length of the outline.

    A stroke of width w and length L has the area w·L and an outline of about 2·L.

    Args:
        ink: `(height, width)` in 0..1, white ink on black.
    """
    framed = np.pad(ink, 1)
    down = np.diff(framed, axis=0)[:, :-1]
    right = np.diff(framed, axis=1)[:-1]
    outline = float(np.hypot(down, right).sum())
    return 2 * float(ink.sum()) / max(outline, 1e-6)


def _grey(image: NDArray[Any]) -> Image:
    """Return brightness 0..1, `(height, width)`."""
    if image.dtype.kind not in "buif":
        raise ValueError(f"a picture must be an array of numbers, not of {image.dtype}")
    if (
        image.ndim not in (2, 3)
        or 0 in image.shape
        or image.shape[2:] not in ((), (1,), (3,), (4,))
    ):
        raise ValueError(
            "a picture has the shape (height, width), (height, width, 3) or (height, width, 4), "
            f"not {image.shape}"
        )
    pixels = image.astype(np.float32)
    low, high = float(pixels.min()), float(pixels.max())
    if not np.isfinite(low + high):
        raise ValueError("the picture holds NaN or infinity")
    if image.dtype.kind in "ui":
        full = 255.0 if high <= 255 else float(np.iinfo(image.dtype).max)
    else:
        full = 1.0 if high <= 1 else 255.0
    pixels /= np.float32(full)
    if pixels.ndim == 2:
        return pixels
    channels = pixels.shape[2]
    if channels == 1:
        return pixels[..., 0]
    # Brightness as the eye weighs colours, ITU-R BT.601.
    grey: Image = pixels[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32)
    if channels == 3:
        return grey
    # Transparent paper has no brightness: give it the one that the ink stands out from.
    alpha = pixels[..., 3]
    paper = 0.0 if float((grey * alpha).sum()) > 0.5 * float(alpha.sum()) else 1.0
    return grey * alpha + np.float32(paper) * (1 - alpha)


def _even_light(grey: Image) -> Image:
    """Take away a slope of brightness across the paper, as a lamp on one side leaves it.

    The slope is read off the medians of opposite edges, and believed only if the rest of the frame
    follows it too: a tight crop, whose edges are partly ink, is left alone.
    """
    height, width = grey.shape
    if min(height, width) < 4:
        return grey
    y = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None]
    x = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None, :]
    down = float(np.median(grey[-1]) - np.median(grey[0]))
    right = float(np.median(grey[:, -1]) - np.median(grey[:, 0]))
    steepest = max(abs(down), abs(right))
    if steepest < FAINTEST:
        return grey
    even = grey - np.float32(down) * y - np.float32(right) * x
    frame = np.concatenate([even[0], even[-1], even[1:-1, 0], even[1:-1, -1]])
    rest = float(np.percentile(np.abs(frame - np.median(frame)), 75))
    return even if rest < 0.15 * steepest else grey


def _ink(grey: Image) -> Image:
    """Return how much ink each cell has, 0 for paper to 1, whichever of them is the darker."""
    low, high = float(grey.min()), float(grey.max())
    if high - low < FAINTEST:
        raise NothingDrawnError(
            "nothing drawn: the picture has the same brightness everywhere; draw a digit first"
        )
    level = (grey - low) / (high - low)
    edge = np.concatenate([level[0], level[-1], level[1:-1, 0], level[1:-1, -1]])
    light_edge = float((edge > 0.5).mean())
    # Around a digit is paper. Where the digit fills the picture, go by what there is less of.
    light_paper = light_edge > 0.5
    if 0.3 < light_edge < 0.7:
        light_paper = float((level > 0.5).mean()) > 0.5
    if light_paper:
        level = 1 - level
    paper = level[level < 0.5]
    # Uneven or grainy paper counts as clean up to the roughness that it has itself.
    floor = min(0.4, float(np.median(paper) + 4 * np.abs(paper - np.median(paper)).mean()))
    smudged = float(np.median(np.abs(paper - np.median(paper)))) > 0
    start = floor if smudged else float(np.median(paper))
    ink: Image = np.clip((level - start) / (1 - start), 0, 1)
    return ink


def _crop(ink: Image) -> Image:
    rows = np.flatnonzero((ink > INK).any(axis=1))
    columns = np.flatnonzero((ink > INK).any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _resize_to(ink: Image, longest: int) -> Image:
    """Scale so that the longer side is `longest`, and the other at least 1."""
    height, width = ink.shape
    scale = longest / max(height, width)
    block = int(0.5 / scale)
    if block > 1:
        # Far too large: first keep the strongest ink of each block, so that hairlines survive.
        ink = _block_maxima(ink, block)
    new_height = max(1, round(height * scale))
    new_width = max(1, round(width * scale))
    rows, columns = _weights(ink.shape[0], new_height), _weights(ink.shape[1], new_width)
    return (rows @ ink @ columns.T).astype(np.float32)


def _block_maxima(ink: Image, block: int) -> Image:
    height, width = ink.shape
    rows, columns = ceil(height / block), ceil(width / block)
    padded = np.zeros((rows * block, columns * block), np.float32)
    padded[:height, :width] = ink
    maxima: Image = padded.reshape(rows, block, columns, block).max(axis=(1, 3))
    return maxima


def _weights(old: int, new: int) -> Image:
    """Return `(new, old)` weights of a triangular filter as wide as the coarser grid's cells."""
    scale = old / new
    reach = max(scale, 1.0)
    centres = (np.arange(new) + 0.5) * scale - 0.5
    weights = np.maximum(0, 1 - np.abs(centres[:, None] - np.arange(old)) / reach)
    weights /= weights.sum(axis=1, keepdims=True)
    normal: Image = weights.astype(np.float32)
    return normal


def _change_width(ink: Image, change: float) -> Image:
    """Widen strokes by `change` pixels, or narrow them when it is negative."""
    rounds = abs(change) / 2  # each round adds or takes a pixel on both sides
    before = ink = np.pad(ink, ceil(rounds) + 1)
    extreme = np.maximum if change > 0 else np.minimum
    for number in range(ceil(rounds)):
        part = min(1.0, rounds - number)
        changed = ink.copy()
        for axis in (0, 1):  # crosses and squares by turns approach a disc
            source = ink if number % 2 == 0 else changed.copy()
            for shift in (1, -1):
                extreme(changed, np.roll(source, shift, axis), out=changed)
        ink = ink + np.float32(part) * (changed - ink)
    # A blot wider than long would vanish; leave it as it is.
    return ink if float(ink.max()) > 0.5 else before


def _saturate(ink: Image) -> Image:
    """Make the strokes of a blurred or greyish digit as bright as MNIST's."""
    for _ in range(3):  # clipping at 1 takes away part of each gain
        saturation = float((ink * ink).sum()) / max(float(ink.sum()), 1e-6)
        ink = np.minimum(1, ink * np.float32(max(1.0, SATURATION / max(saturation, 1e-6))))
    return ink


def _centre(ink: Image) -> Image:
    """Put the centre of mass into the middle, by whole pixels, without losing ink."""
    ink = np.clip(ink / max(float(ink.max()), 1e-6), 0, 1)
    height, width = ink.shape
    total = float(ink.sum())
    row = float(ink.sum(axis=1) @ np.arange(height)) / total
    column = float(ink.sum(axis=0) @ np.arange(width)) / total
    top = min(max(round(SIDE / 2 - row), 0), SIDE - height)
    left = min(max(round(SIDE / 2 - column), 0), SIDE - width)
    out = np.zeros((SIDE, SIDE), np.float32)
    out[top : top + height, left : left + width] = ink
    return out
