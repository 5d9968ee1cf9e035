"""One spatial axis of a transposed convolution: every input stamps a window onto the output."""

from __future__ import annotations

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.shapes.axis import require_at_least
from cnnviz_tui.shapes.errors import ShapeError


class TransposedAxis(Frozen):
    """An axis on which each input position spreads over a window of the output.

    The output of this axis is the input of the convolution that it transposes, which is why
    ``before`` and ``after`` make it smaller.

    Args:
        size: N, the positions of the input.
        window: F, the taps of the window.
        stride: S, the distance of two neighbouring stamps in the output.
        before: how many positions are cut off the output's beginning.
        after: how many positions are cut off the output's end.
        dilation: D, the distance of neighbouring taps.
        output_padding: how many positions are added to the output's end. A convolution with a
            stride maps several sizes to one; this chooses which of them comes back.

    Raises:
        ShapeError: if a number is out of its range or nothing is left of the output.
    """

    size: int
    window: int
    stride: int = 1
    before: int = 0
    after: int = 0
    dilation: int = 1
    output_padding: int = 0

    def __post_init__(self) -> None:
        require_at_least(
            1,
            {
                "input size": self.size,
                "filter size": self.window,
                "stride": self.stride,
                "dilation": self.dilation,
            },
        )
        require_at_least(0, {"padding": min(self.before, self.after)})
        require_at_least(0, {"output padding": self.output_padding})
        if self.output_padding >= max(self.stride, self.dilation):
            raise ShapeError(
                f"The output padding {self.output_padding} must be smaller than the stride "
                f"{self.stride} or the dilation {self.dilation}."
            )
        if self.output < 1:
            raise ShapeError(
                f"The padding {self.before} + {self.after} cuts off the whole output of "
                f"{self.full}; a transposed convolution needs a smaller one."
            )

    @property
    def reach(self) -> int:
        """How many output positions one stamp spans: D(F − 1) + 1."""
        return self.dilation * (self.window - 1) + 1

    @property
    def full(self) -> int:
        """The size of the output before anything is cut off."""
        return (self.size - 1) * self.stride + self.reach + self.output_padding

    @property
    def output(self) -> int:
        """The size of the output, (N − 1)·S − 2P + D(F − 1) + 1 + output padding."""
        return self.full - self.before - self.after
