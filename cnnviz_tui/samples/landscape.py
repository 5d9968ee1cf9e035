"""A small colour picture, drawn by this program: a sunset over hills and water."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

_OVERSAMPLING = 4
"""Points a pixel side; their average makes smooth edges."""


def landscape(height: int, width: int) -> Array:
    """Draw the picture at any size: float32 (3, height, width), 0 to 1, in RGB.

    It has what filters react to: an edge of every direction (the sun), vertical ones (the tree),
    horizontal ones (the shore), fine stripes (the waves) and slow gradients (the sky); and its
    three channels differ everywhere.
    """
    rows, columns = height * _OVERSAMPLING, width * _OVERSAMPLING
    y: Array = ((np.arange(rows) + 0.5) / rows).astype(np.float32)[:, None]
    x: Array = ((np.arange(columns) + 0.5) / columns).astype(np.float32)[None, :]

    def mix(picture: Array, mask: NDArray[np.bool_], colour: tuple[float, float, float]) -> Array:
        paint: Array = np.array(colour, dtype=np.float32)[:, None, None]
        return np.where(mask[None], paint, picture).astype(np.float32)

    top = np.array([0.16, 0.22, 0.55], dtype=np.float32)[:, None, None]
    horizon = np.array([1.0, 0.66, 0.36], dtype=np.float32)[:, None, None]
    blend = np.clip(y / 0.62, 0, 1)[None]
    sky = top * (1 - blend) + horizon * blend
    picture: Array = np.broadcast_to(sky, (3, rows, columns)).astype(np.float32)

    picture = mix(picture, np.hypot(x - 0.66, y - 0.36) < 0.14, (1.0, 0.93, 0.55))
    far = y > 0.52 - 0.10 * np.sin(2.6 * x + 0.4) - 0.03 * np.sin(9 * x)
    picture = mix(picture, far, (0.34, 0.26, 0.46))
    near = y > 0.66 - 0.13 * np.cos(3.4 * x - 0.2)
    picture = mix(picture, near, (0.16, 0.42, 0.24))
    water = np.broadcast_to(y > 0.76, near.shape)
    picture = mix(picture, water, (0.20, 0.40, 0.62))
    waves = water & (np.sin(y * 95) > 0.35) & (np.abs(x - 0.66) < 0.05 + 0.9 * (y - 0.72))
    picture = mix(picture, waves, (1.0, 0.82, 0.55))
    trunk = (np.abs(x - 0.2) < 0.025) & (y > 0.4) & (y < 0.82)
    picture = mix(picture, trunk, (0.24, 0.15, 0.10))
    crown = np.hypot((x - 0.2) * 1.15, y - 0.34) < 0.15
    picture = mix(picture, crown, (0.10, 0.50, 0.20))

    blocks = picture.reshape(3, height, _OVERSAMPLING, width, _OVERSAMPLING)
    return np.asarray(blocks.mean(axis=(2, 4)), dtype=np.float32)
