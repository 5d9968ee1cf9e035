"""A convolution of the explorer `cnnviz play conv` that exercises ask about, drawn by chance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, cast

from cnnviz_tui.questions import Cell
from cnnviz_tui.shapes.axis import Axis, signed
from cnnviz_tui.walkthroughs.demonstration import Demonstration

if TYPE_CHECKING:
    from cnnviz_tui.walkthroughs.convolution import ConvolutionStep, ConvolutionWalkthrough

# Small whole numbers, more often of many kinds than of two.
_PICTURES = (
    "numbers", "numbers", "numbers", "letter-X", "letter-A", "shape-ring", "shape-diagonal",
)  # fmt: skip

KERNELS = ("sobel-x", "sobel-y", "edges", "sharpen", "emboss", "random")
"""Kernels of whole numbers that do more than copy the picture."""


@dataclass(frozen=True)
class Layer:
    """A convolution with one filter, each choice as one types it.

    Attributes:
        picture: the input's name.
        kernel: the filter's name.
        size: height and width of the input.
        filter: the filter's height, which is its width too.
        stride, padding, dilation, channels: as in `ops.conv2d`.
        bias: of the filter, None without.
    """

    picture: str
    kernel: str
    size: Cell
    filter: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    channels: int = 1
    bias: int | None = None

    def shown(self, mechanism: str = "conv") -> Demonstration:
        """The explorer of this layer: `conv`, or another one with the same choices."""
        return Demonstration(
            mechanism,
            typed={
                "input": self.picture,
                "kernel": self.kernel,
                "size": f"{self.size[0]}x{self.size[1]}",
                "filter": str(self.filter),
                "stride": str(self.stride),
                "padding": str(self.padding),
                "dilation": str(self.dilation),
                "channels": str(self.channels),
                "bias": "off" if self.bias is None else str(self.bias),
            },
        )

    @cached_property
    def walk(self) -> ConvolutionWalkthrough:
        """Its walkthrough, which has the numbers."""
        return cast("ConvolutionWalkthrough", self.shown().walkthrough())

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """The filter's way down and across."""
        down, across = (
            Axis(n, self.filter, self.stride, self.padding, self.padding, self.dilation)
            for n in self.size
        )
        return down, across

    @property
    def outputs(self) -> Cell:
        """Height and width of the output."""
        return self.axes[0].output, self.axes[1].output

    def index(self, cell: Cell) -> int:
        """The step that computes an output number."""
        return cell[0] * self.outputs[1] + cell[1]

    def at(self, cell: Cell) -> ConvolutionStep | None:
        """The step of an output number; None where there is none."""
        if cell[0] >= self.outputs[0] or cell[1] >= self.outputs[1]:
            return None
        return self.walk.step(self.index(cell))

    @property
    def setting(self) -> str:
        """What slides over what, without a full stop."""
        bias = "without bias" if self.bias is None else f"with bias {signed(self.bias)}"
        padding = f"padding {self.padding} (zeros all around)" if self.padding else "no padding"
        dilation = f", dilation {self.dilation}" if self.dilation > 1 else ""
        return f"A filter {bias} slides over the input, stride {self.stride}, {padding}{dilation}"


def fitting_sides(
    sides: tuple[int, int], window: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> list[int]:
    """The sides within a range over which a filter slides without a rest at the end."""
    axes = (
        Axis(side, window, stride, padding, padding, dilation)
        for side in range(sides[0], sides[1] + 1)
    )
    return [axis.size for axis in axes if axis.fits]


def drawn(
    chance: Random,
    sides: tuple[int, int],
    filter: int,  # noqa: A002 - the field's name
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    **numbers: int,
) -> Layer:
    """A layer with some picture and kernel, each side's length within a range; every window fits.

    Args:
        chance: what draws.
        sides: the least and the most of height and width.
        filter, stride, padding, dilation: as in `Layer`.
        numbers: further fields of `Layer`.
    """
    fitting = fitting_sides(sides, filter, stride, padding, dilation)
    size = chance.choice(fitting), chance.choice(fitting)
    picture, kernel = chance.choice(_PICTURES), chance.choice(KERNELS)
    return Layer(picture, kernel, size, filter, stride, padding, dilation, **numbers)
