"""A stack of square layers as one types it: `3, 3`, `5s2, pool2, 3d2`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.walkthroughs.mechanism import SetupError

MOST_LAYERS = 8
MOST_WINDOW = 15
MOST_STRIDE = 8

_LAYER = re.compile(r"(p|pool)?(\d{1,3})(?:s(\d{1,3}))?(?:d(\d{1,3}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class StackLayer:
    """One layer: a convolution, or with `pooling` a max pooling.

    Attributes:
        window: F, of height and width.
        stride: S.
        dilation: D, the distance of neighbouring taps.
        pooling: whether it only pools.
    """

    window: int
    stride: int = 1
    dilation: int = 1
    pooling: bool = False

    @property
    def typed(self) -> str:
        """As one types it."""
        stride = "" if self.stride == (self.window if self.pooling else 1) else f"s{self.stride}"
        dilation = f"d{self.dilation}" if self.dilation > 1 else ""
        return f"{'pool' if self.pooling else ''}{self.window}{stride}{dilation}"

    @property
    def title(self) -> str:
        """As people read it."""
        stride = f" S {self.stride}" if self.stride > 1 else ""
        dilation = f" D {self.dilation}" if self.dilation > 1 else ""
        return f"{self.window}x{self.window} {self.kind}{stride}{dilation}"

    @property
    def kind(self) -> str:
        """What it does, in one word."""
        return "pool" if self.pooling else "conv"

    def axis(self, size: int, *, same: bool) -> Axis:
        """The way of the window along an axis of `size` positions.

        With `same` a convolution gets P = D(F − 1)/2 zeros on both sides, rounded down.

        Raises:
            ShapeError: not even one window fits.
        """
        reach = self.dilation * (self.window - 1) + 1
        padding = (reach - 1) // 2 if same and not self.pooling else 0
        return Axis(size, self.window, self.stride, padding, padding, self.dilation)

    def parameters(self, channels: int) -> int:
        """How many numbers it learns with C channels in and C filters."""
        return 0 if self.pooling else (self.window**2 * channels + 1) * channels


def parse_stack(text: str, name: str) -> tuple[StackLayer, ...]:
    """Read layers, the first one first.

    Raises:
        SetupError: a layer cannot be read or cannot be; the sentence says which and why.
    """
    parts = [part.strip().lower() for part in text.split(",")]
    if len(parts) > MOST_LAYERS:
        raise SetupError(f"The {name} has {len(parts)} layers: at most {MOST_LAYERS} are shown.")
    return tuple(_parsed(part, name) for part in parts)


def _parsed(part: str, name: str) -> StackLayer:
    found = _LAYER.fullmatch(part)
    if found is None:
        raise SetupError(
            f"“{part:.12}” is no layer of the {name}: type filter sizes such as 3, 5s2, 3d2 "
            "or pool2."
        )
    pool, window, stride, dilation = found.groups()
    size = int(window)
    layer = StackLayer(
        size,
        int(stride) if stride else size if pool else 1,
        int(dilation) if dilation else 1,
        bool(pool),
    )
    if not 1 <= layer.window <= MOST_WINDOW:
        raise SetupError(f"A filter of the {name} must be 1 to {MOST_WINDOW} wide, not {size}.")
    if not (1 <= layer.stride <= MOST_STRIDE and 1 <= layer.dilation <= MOST_STRIDE):
        raise SetupError(f"Strides and dilations of the {name} must be 1 to {MOST_STRIDE}.")
    return layer


def typed_stack(layers: tuple[StackLayer, ...]) -> str:
    """The stack as one types it."""
    return ", ".join(layer.typed for layer in layers)
