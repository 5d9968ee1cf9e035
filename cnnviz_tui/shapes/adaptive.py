"""One spatial axis of adaptive pooling: the output's size is given, the regions adapt to it."""

from __future__ import annotations

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.shapes.axis import require_at_least


class AdaptiveAxis(Frozen):
    """``size`` positions divided into ``output`` regions, which may differ in length and overlap.

    Args:
        size: N, the positions of the input.
        output: how many regions, that is outputs, are wanted.

    Raises:
        ShapeError: if one of them is less than 1.
    """

    size: int
    output: int

    def __post_init__(self) -> None:
        require_at_least(1, {"input size": self.size, "output size": self.output})

    @property
    def even(self) -> bool:
        """Whether all regions have the same length and none overlap."""
        return self.size % self.output == 0

    def region(self, output: int) -> range:
        """Return the positions that output number ``output`` pools, ⌊i·N/O⌋ to ⌈(i + 1)·N/O⌉.

        The rule is that of ``torch.nn.AdaptiveAvgPool2d``.

        Raises:
            IndexError: if there is no such output; negative numbers do not count from the end.
        """
        if not 0 <= output < self.output:
            raise IndexError(f"output {output} of an axis that has {self.output}")
        start = output * self.size // self.output
        stop = -(-(output + 1) * self.size // self.output)
        return range(start, stop)
