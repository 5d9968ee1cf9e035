"""Reading a person's own picture, with limits on what is decoded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MOST_BYTES = 32 * 1024 * 1024
MOST_PIXELS = 40_000_000


class ImageFileError(ValueError):
    """A file that cannot be shown as a picture; the message is one sentence for people."""


def read_image(path: Path) -> NDArray[np.float32]:
    """Read an image file into float32 (1 or 3, height, width), 0 dark to 1 light.

    A grey picture has one channel, any other three; transparency is laid over
    black, or over white where what can be seen is dark.

    Raises:
        ImageFileError: the file is missing, too large (over `MOST_BYTES` or `MOST_PIXELS`), or not
            a picture that pillow reads.
    """
    import warnings

    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        size = path.stat().st_size
    except OSError as error:
        raise ImageFileError(f"cannot open '{path}': {error.strerror}") from error
    if path.is_dir():
        raise ImageFileError(f"'{path}' is a folder: give an image file, such as a PNG or a JPEG")
    if size > MOST_BYTES:
        raise ImageFileError(
            f"'{path}' has {size:,} bytes: give a picture of at most {MOST_BYTES:,} bytes"
        )
    too_many = f"give a picture of at most {MOST_PIXELS:,} pixels"
    try:
        with warnings.catch_warnings():
            # Pillow's warnings, of sizes and of odd metadata, are not for people who look.
            warnings.simplefilter("ignore")
            with Image.open(path) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise ImageFileError(
                        f"'{path}' is {picture.width}x{picture.height}: {too_many}"
                    )
                upright = ImageOps.exif_transpose(picture)
                return _planes(upright)
    except ImageFileError:
        raise
    except Image.DecompressionBombError as error:
        raise ImageFileError(f"'{path}' is far too large: {too_many}") from error
    except UnidentifiedImageError as error:
        raise ImageFileError(
            f"'{path}' is not a picture that can be read: give a PNG, JPEG, GIF, BMP or WebP file"
        ) from error
    except Exception as error:
        # What a decoder raises on damaged data depends on the format: struct.error, KeyError ...
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ImageFileError(f"'{path}' is damaged and cannot be decoded: {reason}") from error


def _planes(picture: object) -> NDArray[np.float32]:
    from PIL import Image

    assert isinstance(picture, Image.Image)  # noqa: S101 - tells the type checker what pillow gave
    if picture.mode in {"I;16", "I;16B", "I;16L"}:
        return (np.asarray(picture, dtype=np.float32)[None] / 65535).astype(np.float32)
    if picture.mode in {"I", "F"}:
        values = np.nan_to_num(np.asarray(picture, dtype=np.float32))
        # These modes have no fixed white: 16-bit PNGs arrive as "I" with values up to 65535.
        top = 65535.0 if values.max(initial=0) > 255 else 255.0 if values.max(initial=0) > 1 else 1
        return np.asarray(np.clip(values[None] / top, 0, 1), dtype=np.float32)
    transparent = "A" in picture.getbands() or "transparency" in picture.info
    if picture.mode in {"1", "L"} and not transparent:
        return (np.asarray(picture.convert("L"), dtype=np.float32)[None] / 255).astype(np.float32)
    flat = picture
    if transparent:
        layered = picture.convert("RGBA")
        seen = np.asarray(layered, dtype=np.float32) / 255
        weight = float(seen[..., 3].sum()) or 1.0
        brightness = float((seen[..., :3].mean(axis=2) * seen[..., 3]).sum()) / weight
        # Dark ink needs light paper to be seen, and light ink dark paper.
        paper = (0, 0, 0, 255) if brightness >= 0.5 else (255, 255, 255, 255)
        flat = Image.alpha_composite(Image.new("RGBA", layered.size, paper), layered)
    pixels = np.asarray(flat.convert("RGB"), dtype=np.float32) / 255
    planes = np.ascontiguousarray(pixels.transpose(2, 0, 1), dtype=np.float32)
    return planes[:1] if picture.mode in {"1", "L", "LA", "La"} else planes
