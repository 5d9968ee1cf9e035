"""Slow and obvious ways to what the quiz asks, from the words of its questions alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Size = tuple[int, ...]


def places(
    size: int,
    window: int,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    *,
    ceil: bool = False,
) -> tuple[int, bool]:
    """How many places a window has along an axis, one step at a time, and whether all is used."""
    end = size + padding
    start, count, last = -padding, 0, -padding
    while start + dilation * (window - 1) < end:
        count, last = count + 1, start
        start += stride
    fits = count > 0 and last + dilation * (window - 1) == end - 1
    if ceil and not fits and start < size:
        count += 1
    return count, fits


def stamped(
    size: int, window: int, stride: int, padding: int, extra: int = 0, dilation: int = 1
) -> int:
    """How large a transposed convolution's output is, stamp by stamp."""
    touched = {i * stride + tap * dilation for i in range(size) for tap in range(window)}
    return max(touched) + 1 + extra - 2 * padding


def sees(windows: Sequence[tuple[int, int, int]]) -> int:
    """How many input positions wide one unit's field is, followed back position by position.

    Args:
        windows: window, stride and dilation of each layer, the first one first.
    """
    seen = {0}
    for window, stride, dilation in reversed(windows):
        seen = {i * stride + tap * dilation for i in seen for tap in range(window)}
    return max(seen) - min(seen) + 1


def pair(text: str) -> tuple[int, int]:
    """`3`, `3x5` as height and width."""
    numbers = [int(part) for part in text.split("x")]
    return numbers[0], numbers[-1]


@dataclass(frozen=True)
class Sliding:
    """What a prompt says of a sliding window, height and width each."""

    size: tuple[int, int]
    window: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]
    dilation: tuple[int, int]

    def counted(self, *, ceil: bool = False) -> tuple[tuple[int, bool], tuple[int, bool]]:
        """The places along height and width, and whether all is used."""
        first, second = (
            places(
                self.size[i], self.window[i], self.stride[i], self.padding[i], self.dilation[i],
                ceil=ceil,
            )
            for i in (0, 1)
        )  # fmt: skip
        return first, second


def sliding(prompt: str) -> Sliding:
    """Read `Input 7x7, filter 3x3, stride 2, padding 1, dilation 2`."""

    def named(pattern: str, default: str) -> tuple[int, int]:
        found = re.search(pattern, prompt)
        return pair(found[1] if found else default)

    return Sliding(
        named(r"Input (\d+x\d+)", "1"),
        named(r"(?:filter|window|Filter) (\d+x\d+)", "1"),
        named(r"stride (\d+(?:x\d+)?)", "1"),
        named(r"(?<!output )padding (\d+(?:x\d+)?)", "0"),
        named(r"dilation (\d+(?:x\d+)?)", "1"),
    )


@dataclass(frozen=True)
class Told:
    """A layer as a prompt tells it; without filters it pools."""

    filters: int
    window: tuple[int, int]
    stride: int
    padding: int
    groups: int

    def on(self, volume: Size) -> Size:
        """What it makes of height x width x channels."""
        height, width = (
            places(volume[i], self.window[i], self.stride, self.padding)[0] for i in (0, 1)
        )
        return height, width, self.filters or volume[2]

    def weights(self, channels: int) -> int:
        """One for each filter, row, column and channel that it reads, counted one by one."""
        return sum(
            1
            for _ in range(self.filters)
            for _ in range(self.window[0])
            for _ in range(self.window[1])
            for _ in range(channels // self.groups)
        )

    def products(self, volume: Size) -> int:
        """The multiplications, output number by output number."""
        height, width, maps = self.on(volume)
        each = self.weights(volume[2]) // max(self.filters, 1)
        return sum(each for _ in range(height) for _ in range(width) for _ in range(maps))


_LAYER = re.compile(
    r"(?:(?P<filters>\d+) filters? of|(?:max|average) pooling) (?P<window>\d+x\d+)"
    r"(?P<settings>(?:, (?:stride \d+|padding \d+|\d+ groups))*)"
    r"(?: in (?P<groups>\d+) groups)?"
)


def layers(prompt: str) -> Iterator[Told]:
    """Every layer that a prompt tells, in order."""
    for found in _LAYER.finditer(prompt):
        settings = found["settings"]

        def named(pattern: str, default: int, text: str = settings) -> int:
            number = re.search(pattern, text)
            return int(number[1]) if number else default

        yield Told(
            int(found["filters"] or 0),
            pair(found["window"]),
            named(r"stride (\d+)", 1),
            named(r"padding (\d+)", 0),
            int(found["groups"] or named(r"(\d+) groups", 1)),
        )


def volume(prompt: str) -> Size:
    """The first height x width x channels of a prompt."""
    found = re.search(r"\d+x\d+x\d+", prompt)
    assert found, prompt
    return tuple(int(part) for part in found[0].split("x"))


def chain(prompt: str) -> list[Size]:
    """The volumes of a prompt's layers, that of the input first."""
    volumes = [volume(prompt)]
    for layer in layers(prompt):
        volumes.append(layer.on(volumes[-1]))
    return volumes
