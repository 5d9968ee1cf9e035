"""Pictures to slide a filter over: numbers, letters and shapes, real digits, a colour picture.

Every source makes a picture of any size and any number of channels, so that N and C can be changed
without losing what one looks at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.foreign_text import one_cell_each

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class InputSource:
    """A picture that one can choose by name.

    Attributes:
        name: what one types and what files refer to.
        title: what people read.
        size: its natural (height, width).
        channels: its natural number of channels.
        make: builds the float32 (channels, height, width) picture.
    """

    name: str
    title: str
    size: tuple[int, int]
    channels: int
    make: Callable[[int, int, int], Array]


LETTERS: dict[str, tuple[str, ...]] = {
    "A": ("..#..", ".#.#.", "#...#", "#####", "#...#", "#...#", "#...#"),
    "C": (".###.", "#...#", "#....", "#....", "#....", "#...#", ".###."),
    "E": ("#####", "#....", "#....", "####.", "#....", "#....", "#####"),
    "H": ("#...#", "#...#", "#...#", "#####", "#...#", "#...#", "#...#"),
    "N": ("#...#", "##..#", "#.#.#", "#..##", "#...#", "#...#", "#...#"),
    "T": ("#####", "..#..", "..#..", "..#..", "..#..", "..#..", "..#.."),
    "X": ("#...#", "#...#", ".#.#.", "..#..", ".#.#.", "#...#", "#...#"),
}
"""Letters as rows of ink (`#`), 7 high and 5 wide."""


def fit(picture: Array, height: int, width: int) -> Array:
    """Resize a (H, W) or (C, H, W) picture to (height, width), averaging when it shrinks."""
    if picture.shape[-2:] == (height, width):
        return picture.astype(np.float32)
    from PIL import Image

    if picture.ndim == 3:
        return np.stack([fit(plane, height, width) for plane in picture])
    resized = Image.fromarray(picture.astype(np.float32)).resize(
        (width, height), Image.Resampling.BOX
    )
    return np.asarray(resized, dtype=np.float32).copy()


def cycle(planes: Array, channels: int) -> Array:
    """Take `channels` planes out of a (C, H, W) stack, beginning again where it ends."""
    return planes[np.arange(channels) % len(planes)].astype(np.float32)


def _numbers(height: int, width: int, channels: int) -> Array:
    """Whole numbers 0 to 2, always the same for a size, small enough for mental arithmetic."""
    generator = np.random.default_rng(231)
    return generator.integers(0, 3, size=(channels, height, width)).astype(np.float32)


def _letter(rows: tuple[str, ...], height: int, width: int) -> Array:
    ink = np.array([[mark == "#" for mark in row] for row in rows], dtype=np.float32)
    bordered = np.pad(ink, ((0, 0), (1, 1)))
    if (height, width) == bordered.shape:
        return bordered
    down = (np.arange(height) * bordered.shape[0]) // height
    across = (np.arange(width) * bordered.shape[1]) // width
    return bordered[np.ix_(down, across)]


def _letter_from(first: str) -> Callable[[int, int, int], Array]:
    order = list(LETTERS)
    start = order.index(first)

    def make(height: int, width: int, channels: int) -> Array:
        names = [order[(start + c) % len(order)] for c in range(channels)]
        return np.stack([_letter(LETTERS[name], height, width) for name in names])

    return make


def _grid(height: int, width: int) -> tuple[Array, Array]:
    """Coordinates of the pixel centres, −1 to 1: (height, 1) down and (1, width) across."""
    down = (2 * np.arange(height) + 1) / height - 1
    across = (2 * np.arange(width) + 1) / width - 1
    return down.astype(np.float32)[:, None], across.astype(np.float32)[None, :]


def _ring(height: int, width: int) -> Array:
    down, across = _grid(height, width)
    radius = np.hypot(down, across)
    inside = np.abs(radius - 0.65) < max(0.2, 1.2 / min(height, width))
    return np.where(inside, np.float32(1), np.float32(0))


def _square(height: int, width: int) -> Array:
    down, across = _grid(height, width)
    inside = (np.abs(down) < 0.6) & (np.abs(across) < 0.6)
    return np.where(inside, np.float32(1), np.float32(0))


def _diagonal(height: int, width: int) -> Array:
    down, across = _grid(height, width)
    inside = np.abs(down - across) < 2.1 / max(height, width)
    return np.where(inside, np.float32(1), np.float32(0))


def _stripes(height: int, width: int) -> Array:
    return np.tile((np.arange(width) // 2 % 2).astype(np.float32), (height, 1))


def _step_edge(height: int, width: int) -> Array:
    return np.tile((np.arange(width) >= width // 2).astype(np.float32), (height, 1))


def _dot(height: int, width: int) -> Array:
    picture = np.zeros((height, width), dtype=np.float32)
    picture[height // 2, width // 2] = 1
    return picture


_SHAPES: dict[str, tuple[str, Callable[[int, int], Array]]] = {
    "edge": ("a vertical edge", _step_edge),
    "square": ("a square", _square),
    "ring": ("a ring", _ring),
    "diagonal": ("a diagonal", _diagonal),
    "stripes": ("stripes", _stripes),
    "dot": ("a single dot", _dot),
}


def _shape_from(first: str) -> Callable[[int, int, int], Array]:
    order = list(_SHAPES)
    start = order.index(first)

    def make(height: int, width: int, channels: int) -> Array:
        names = [order[(start + c) % len(order)] for c in range(channels)]
        return np.stack([_SHAPES[name][1](height, width) for name in names])

    return make


def _digit_from(digit: int) -> Callable[[int, int, int], Array]:
    def make(height: int, width: int, channels: int) -> Array:
        from cnnviz_tui.digits import bundled

        images, labels = bundled()
        chosen = [
            images[np.flatnonzero(labels == (digit + c) % 10)[c // 10]] for c in range(channels)
        ]
        pixels: Array = (np.stack(chosen) / 255).astype(np.float32)
        return np.round(fit(pixels, height, width), 2).astype(np.float32)

    return make


def _colour_picture(height: int, width: int, channels: int) -> Array:
    from cnnviz_tui.samples.landscape import landscape

    picture = landscape(height, width)
    if channels == 1:
        return np.round(grey(picture), 2)
    return np.round(cycle(picture, channels), 2)


def grey(picture: Array) -> Array:
    """The luma of an RGB picture (ITU-R BT.601 weights): (3, H, W) -> (1, H, W)."""
    return np.tensordot(
        np.array([[0.299, 0.587, 0.114]], dtype=np.float32), picture[:3], axes=1
    ).astype(np.float32)


INPUTS: tuple[InputSource, ...] = (
    *(
        InputSource(f"digit-{d}", f"handwritten {d}", (28, 28), 1, _digit_from(d))
        for d in (7, 0, 1, 2, 3, 4, 5, 6, 8, 9)
    ),
    InputSource("picture", "colour picture", (32, 32), 3, _colour_picture),
    InputSource("numbers", "small numbers", (7, 7), 1, _numbers),
    *(
        InputSource(f"letter-{name}", f"letter {name}", (7, 7), 1, _letter_from(name))
        for name in LETTERS
    ),
    *(
        InputSource(f"shape-{name}", title, (7, 7), 1, _shape_from(name))
        for name, (title, _) in _SHAPES.items()
    ),
)

_BY_NAME = {source.name: source for source in INPUTS}


def input_named(name: str) -> InputSource:
    """The picture called `name`.

    Raises:
        ValueError: there is none; the sentence lists those there are.
    """
    try:
        return _BY_NAME[name]
    except KeyError:
        raise ValueError(f"no input called '{name}': take one of {', '.join(_BY_NAME)}") from None


def input_from_file(path: Path) -> InputSource:
    """The picture in an image file as a source; large ones are shown at most 64 pixels a side.

    Raises:
        ImageFileError: the file cannot be read as a picture.
    """
    from cnnviz_tui.samples.image_file import read_image

    pixels = read_image(path)
    height, width = pixels.shape[-2:]
    shrink = max(height, width) / 64
    size = (max(1, round(height / shrink)), max(1, round(width / shrink)))
    natural = size if shrink > 1 else (height, width)

    def make(height: int, width: int, channels: int) -> Array:
        planes = grey(pixels) if channels == 1 and len(pixels) == 3 else cycle(pixels, channels)
        return np.round(fit(planes, height, width), 2)

    title = one_cell_each(path.name)
    return InputSource(f"file:{title}", title, natural, len(pixels), make)
