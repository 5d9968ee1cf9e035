"""The colours of the visual language, for a dark and a light terminal.

Colours are 24-bit numbers, 0xRRGGBB. Text on a shaded cell is black or white, whichever has more
contrast, so it always reaches WCAG's 4.5:1 (the worse of the two never wins below 4.58).

Every screen has a palette, but not every one shows arrays: numpy is imported with the first one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.walkthroughs.base import Role

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Colour = int

_LEAST_REACH = 1e-9
"""Of a signed scale whose values are all 0."""


class Palette(Frozen):
    """One theme.

    Attributes:
        dark: whether the background is dark.
        background, surface: of the screen; of panels and cells that are still empty.
        text, dim, strong: of plain, secondary and emphasised text.
        input, filter, output, gradient: the colour family of each kind of number.
        right, wrong: of marks that fit and that do not.
        window: background of the cells that belong to this step.
        cursor: background of the cell or field that keys act on.
        negative, positive: the ends of the scale of signed values.
        black, white: the ends of the scale of pixels.
        padding: of pixels outside of the picture.
    """

    dark: bool
    background: Colour
    surface: Colour
    text: Colour
    dim: Colour
    strong: Colour
    input: Colour
    filter: Colour
    output: Colour
    gradient: Colour
    right: Colour
    wrong: Colour
    window: Colour
    cursor: Colour
    negative: Colour
    positive: Colour
    black: Colour
    white: Colour
    padding: Colour

    def of_role(self, role: Role) -> Colour:
        """The text colour of a role."""
        return {
            Role.PLAIN: self.text,
            Role.DIM: self.dim,
            Role.INPUT: self.input,
            Role.FILTER: self.filter,
            Role.OUTPUT: self.output,
            Role.GRADIENT: self.gradient,
            Role.RIGHT: self.right,
            Role.WRONG: self.wrong,
            Role.STRONG: self.strong,
            Role.CHANGED: self.filter,
        }[role]


DARK = Palette(
    dark=True,
    background=0x10151D,
    surface=0x1A212C,
    text=0xD5DCE6,
    dim=0x8D99AA,
    strong=0xFFFFFF,
    input=0x7CB7FF,
    filter=0xFFC35C,
    output=0x6FDC9A,
    gradient=0xF29BEA,
    right=0x6FDC9A,
    wrong=0xFF8A80,
    window=0xFFD75F,
    cursor=0xE8F0FF,
    negative=0xFF9E4A,
    positive=0x4FA3FF,
    black=0x05070A,
    white=0xF4F7FA,
    padding=0x2A3342,
)

LIGHT = Palette(
    dark=False,
    background=0xFBFAF7,
    surface=0xEEECE6,
    text=0x22272E,
    dim=0x5C6672,
    strong=0x000000,
    input=0x0B57A4,
    filter=0x8A5200,
    output=0x0F6B3A,
    gradient=0x9C2291,
    right=0x0F6B3A,
    wrong=0xB3261E,
    window=0xFFC61A,
    cursor=0x1D2733,
    negative=0xC85A00,
    positive=0x1667C1,
    black=0x101010,
    white=0xFFFFFF,
    padding=0xD3D0C8,
)

CHANNEL_TINTS: dict[str, Colour] = {"red": 0xFF7B72, "green": 0x7BD88F, "blue": 0x79B8FF}
"""What white is in the slices of a colour picture, by the slice's name."""


def channels_of(colour: Colour) -> tuple[int, int, int]:
    """(red, green, blue), each 0 to 255."""
    return colour >> 16 & 255, colour >> 8 & 255, colour & 255


@lru_cache(maxsize=65536)
def luminance(colour: Colour) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, definition of relative luminance)."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (part / 255 for part in channels_of(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(maxsize=65536)
def text_on(background: Colour) -> Colour:
    """Black or white, whichever reads better on `background`."""
    return 0x000000 if luminance(background) > 0.1791 else 0xFFFFFF


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with a `share` (0 to 1) of `other` in it."""
    parts = (
        round(a + (b - a) * share)
        for a, b in zip(channels_of(one), channels_of(other), strict=True)
    )
    red, green, blue = parts
    return red << 16 | green << 8 | blue


class Scale(Frozen):
    """How values become shades: `low` to `high`, through 0 in the middle when signed."""

    low: float
    high: float

    @property
    def signed(self) -> bool:
        """Whether there are values below 0."""
        return self.low < 0

    @classmethod
    def of(cls, values: NDArray[np.floating[Any]], *, signed: bool = False) -> Scale:
        """The scale of all finite `values`; pixels (0 to 1) always get the whole range.

        Signed values get the same reach on both sides, so that 0 is where the background is; with
        `signed` also where none of them happens to be below 0, as of weights.
        """
        import numpy as np

        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        if signed:
            low = min(low, -_LEAST_REACH)
        if low < 0:
            reach = max(-low, high)
            return cls(-reach, reach)
        return cls(0.0, 1.0 if high <= 1 else high)


def shades(
    values: NDArray[np.float32], scale: Scale, palette: Palette, tint: Colour | None = None
) -> NDArray[np.int64]:
    """The colour of each value: an array of `values`' shape; values that are not finite are dim.

    With a `tint` the scale of unsigned values ends in that colour instead of white.
    """
    import numpy as np

    known = np.where(np.isfinite(values), values, 0.0).astype(np.float64)
    if scale.signed:
        share = np.clip(known / (scale.high or 1.0), -1, 1)
        low = _ramp(-share, palette.background, palette.negative)
        high = _ramp(share, palette.background, palette.positive)
        result = np.where(share < 0, low, high)
    else:
        span = (scale.high - scale.low) or 1.0
        share = np.clip((known - scale.low) / span, 0, 1)
        result = _ramp(share, palette.black, palette.white if tint is None else tint)
    return np.where(np.isfinite(values), result, palette.dim)


def _ramp(share: NDArray[np.float64], start: Colour, end: Colour) -> NDArray[np.int64]:
    import numpy as np

    share = np.clip(share, 0, 1)
    result = np.zeros(share.shape, dtype=np.int64)
    for low, high in zip(channels_of(start), channels_of(end), strict=True):
        result = result << 8 | np.rint(low + (high - low) * share).astype(np.int64)
    return result


def blend(colours: NDArray[np.int64], other: Colour, share: float) -> NDArray[np.int64]:
    """Each colour of an array with a `share` of `other` in it."""
    import numpy as np

    result = np.zeros(colours.shape, dtype=np.int64)
    for shift, part in zip((16, 8, 0), channels_of(other), strict=True):
        channel = (colours >> shift & 255).astype(np.float64)
        result |= np.rint(channel + (part - channel) * share).astype(np.int64) << shift
    return result


def true_colours(picture: NDArray[np.float32]) -> NDArray[np.int64]:
    """The colour of each pixel of a float (3, H, W) picture, 0 to 1: (H, W)."""
    import numpy as np

    parts = np.rint(np.clip(picture, 0, 1) * 255).astype(np.int64)
    return np.asarray(parts[0] << 16 | parts[1] << 8 | parts[2])
