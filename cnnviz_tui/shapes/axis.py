"""One spatial axis with a window that slides along it: every output size starts here.

Positions are counted in the unpadded input: 0 is its first row or column, negative positions and
those from ``size`` on are padding. Nothing here takes longer for a larger input, except listing
the positions that no window touches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.shapes.errors import ShapeError

if TYPE_CHECKING:
    from fractions import Fraction


class Axis(Frozen):
    """A window of ``window`` taps that slides along an axis of ``size`` positions.

    Args:
        size: N, the positions of the unpadded input.
        window: F, the taps of the window.
        stride: S, how far the window moves from one output to the next.
        before: the zeros in front of the input.
        after: the zeros behind the input.
        dilation: D, the distance of neighbouring taps.
        ceil_mode: round the number of outputs up instead of down. A last window may then hang
            over the end, but it must start in the input or in the padding before it (the rule
            of ``torch.nn.MaxPool2d``).

    Raises:
        ShapeError: if a number is out of its range, or if not even one window fits.
    """

    size: int
    window: int
    stride: int = 1
    before: int = 0
    after: int = 0
    dilation: int = 1
    ceil_mode: bool = False

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
        if self.output < 1:
            raise ShapeError(self._too_small())

    def _too_small(self) -> str:
        """Say why not even one window fits, and which padding would help."""
        filter_ = f"A filter of {self.window}"
        if self.dilation > 1:
            filter_ += f" with dilation {self.dilation} spans {self.reach} positions: it"
        input_ = f"an input of {self.size}"
        if self.before or self.after:
            input_ += f" padded to {self.padded}"
        needed = -((self.size - self.reach) // 2)
        return f"{filter_} does not fit into {input_}; a padding of {needed} would make it fit."

    @property
    def reach(self) -> int:
        """How many positions the window spans from its first tap to its last: D(F − 1) + 1."""
        return self.dilation * (self.window - 1) + 1

    @property
    def padded(self) -> int:
        """The size of the input with its padding."""
        return self.size + self.before + self.after

    @property
    def travel(self) -> int:
        """How far the window can move inside the padded input: padded size − reach."""
        return self.padded - self.reach

    @property
    def exact(self) -> Fraction:
        """The unrounded number of outputs, (N − reach + before + after)/S + 1."""
        # fractions takes milliseconds to import, and most callers want only the rounded number.
        from fractions import Fraction

        return Fraction(self.travel, self.stride) + 1

    @property
    def output(self) -> int:
        """The number of outputs: ``exact`` rounded down, or up with ``ceil_mode``."""
        if not self.ceil_mode:
            return self.travel // self.stride + 1
        starting_before_the_end = -(-(self.size + self.before) // self.stride)
        return min(-(-self.travel // self.stride) + 1, starting_before_the_end)

    @property
    def fits(self) -> bool:
        """Whether the windows end exactly where the padded input ends, so nothing is rounded."""
        return self.travel % self.stride == 0

    @property
    def starts(self) -> range:
        """The position of each window's first tap; the first is −before."""
        return range(-self.before, -self.before + self.output * self.stride, self.stride)

    def taps(self, output: int) -> tuple[int, ...]:
        """Return the positions that output number ``output`` reads, padding included.

        Raises:
            IndexError: if there is no such output; negative numbers do not count from the end.
        """
        if not 0 <= output < self.output:
            raise IndexError(f"output {output} of an axis that has {self.output}")
        start = output * self.stride - self.before
        return tuple(range(start, start + self.reach, self.dilation))

    def feeds(self, position: int) -> range:
        """Return the outputs that read ``position``, in order, in O(1).

        Output i reads position p with its tap k where p + before = i·S + k·D. Those i have a
        common distance of D / gcd(S, D), so a range holds them all.
        """
        from math import gcd

        offset = position + self.before
        common = gcd(self.stride, self.dilation)
        if offset % common:
            return range(0)
        step = self.dilation // common
        # The smallest i >= 0 whose remaining offset is a multiple of D.
        residue = offset // common * pow(self.stride // common, -1, step) % step if step > 1 else 0
        lowest = max(0, -((self.reach - 1 - offset) // self.stride))
        first = lowest + (residue - lowest) % step
        return range(first, max(first, min(offset // self.stride + 1, self.output)), step)

    @property
    def unvisited(self) -> tuple[int, ...]:
        """The positions of the unpadded input that no window reads, in order.

        They lie at the end (the window does not fit), between windows (the stride is larger than
        the window) or in the holes of a dilated window.
        """
        # One bit a position: an input of 10^6 is a number of 125 kB, shifted a few times.
        firsts = _repeat(1, self.stride, self.output)
        read = _repeat(firsts, self.dilation, self.window) >> self.before
        everything = (1 << self.size) - 1
        missed = everything & ~read
        if not missed:
            return ()
        bits = f"{missed:b}"[::-1]
        return tuple(position for position, bit in enumerate(bits) if bit == "1")


def _repeat(bits: int, step: int, count: int) -> int:
    """Return the union of ``bits`` moved by 0, step, 2·step … (count − 1)·step, by doubling."""
    done = 1
    while done < count:
        more = min(done, count - done)
        bits |= bits << (more * step)
        done += more
    return bits


def require_at_least(least: int, numbers: Mapping[str, int]) -> None:
    """Raise a ShapeError that names the first of the numbers that is smaller than ``least``."""
    for name, number in numbers.items():
        if number < least:
            raise ShapeError(f"The {name} must be at least {least}, not {signed(number)}.")


def per_axis(values: int | Sequence[int], rank: int, name: str) -> tuple[int, ...]:
    """Return one number per spatial axis; a single number counts for all of them.

    Args:
        values: an int, or one int, or ``rank`` ints.
        rank: how many spatial axes there are.
        name: what the numbers are, for the error.

    Raises:
        ShapeError: if there are more or fewer numbers than axes.
    """
    numbers = (values,) if isinstance(values, int) else tuple(values)
    if len(numbers) == 1:
        return numbers * rank
    if len(numbers) != rank:
        given = "x".join(map(str, numbers))
        axes = "one number" if rank == 1 else f"one number or {rank}"
        raise ShapeError(
            f"The {name} {given} has {len(numbers)} numbers, but the input has {rank} spatial "
            f"{'axis' if rank == 1 else 'axes'}; give {axes}."
        )
    return numbers


def signed(number: int) -> str:
    """Return the number as people write it, with the real minus sign."""
    return f"−{-number}" if number < 0 else str(number)
