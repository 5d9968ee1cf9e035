"""A stack of PyTorch layers that exercises ask about, drawn by chance and measured by a trace."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod
from random import Random
from typing import TYPE_CHECKING

from cnnviz_tui.quiz.skill import QuizError
from cnnviz_tui.walkthroughs.demonstration import Demonstration

if TYPE_CHECKING:
    from cnnviz_tui.networks.result import Trace
    from cnnviz_tui.networks.tracing import LayerTrace

Sizes = tuple[int, ...]

_MOST_DRAWS = 200


@dataclass(frozen=True)
class Stack:
    """Layers one behind the other.

    Attributes:
        lines: a layer each, as in `nn.Sequential`.
        input: channels, height and width of what goes in.
    """

    lines: tuple[str, ...]
    input: Sizes

    @property
    def source(self) -> str:
        """The stack as a PyTorch program."""
        layers = "".join(f"    {line},\n" for line in self.lines)
        return f"import torch.nn as nn\n\nmodel = nn.Sequential(\n{layers})\n"

    @cached_property
    def traced(self) -> Trace:
        """Every layer, measured."""
        from cnnviz_tui.networks.trace import trace

        return trace(self.source, (self.input,), suggest=False)

    @property
    def rows(self) -> tuple[LayerTrace, ...]:
        """The layers as far as they fit."""
        return self.traced.layers

    @property
    def output(self) -> Sizes | None:
        """What comes out, without the batch; None where a layer does not fit."""
        return sizes(self.rows[-1].output) if self.traced.ok else None

    @property
    def shown(self) -> Demonstration:
        """The tracer of this stack."""
        return Demonstration("trace", model=self.source, input=text(self.input))

    def with_line(self, place: int, line: str) -> Stack:
        """The stack with another layer at a place."""
        return Stack((*self.lines[:place], line, *self.lines[place + 1 :]), self.input)

    def without(self, kind: str) -> Stack:
        """The stack without its layers of a kind, such as `MaxPool2d`."""
        return Stack(tuple(line for line in self.lines if kind not in line), self.input)


def sizes(shape: tuple[int | None, ...] | None) -> Sizes:
    """A traced shape without its batch.

    Raises:
        ValueError: something about it is unknown.
    """
    if shape is None or None in shape[1:]:
        raise ValueError("a shape of a drawn stack is unknown")
    return tuple(size for size in shape[1:] if size is not None)


def text(shape: Sizes) -> str:
    """`6x14x14`."""
    return "x".join(map(str, shape))


def drawn_stack(chance: Random, level: int, classes: int) -> Stack:
    """Convolutions with pooling, flattened, and one dense layer that fits.

    Raises:
        QuizError: chance found none that fits, which many draws make all but impossible.
    """
    for _ in range(_MOST_DRAWS):
        stack = _drawn(chance, level)
        if stack.output is not None and min(stack.output) >= 1:
            features = prod(stack.output)
            last = ("nn.Flatten()", f"nn.Linear({features}, {classes})")
            return Stack((*stack.lines, *last), stack.input)
    raise QuizError("No stack of layers was found that fits: take another seed.")


def _drawn(chance: Random, level: int) -> Stack:
    """The part of a stack before it is flattened; it may not fit."""
    if level == 1:
        side, filter_ = chance.choice((8, 10, 12, 14, 16)), chance.choice((3, 5))
        maps = chance.choice((4, 6, 8, 10))
        padding = chance.choice(("", f", padding={filter_ // 2}"))
        lines = (f"nn.Conv2d(1, {maps}, {filter_}{padding})", "nn.ReLU()", "nn.MaxPool2d(2)")
        return Stack(lines, (1, side, side))
    height = width = chance.choice((20, 24, 28, 32, 36, 40))
    if level == 3:
        height, width = chance.sample((24, 28, 32, 40, 48, 64), 2)
    channels = chance.choice((1, 3))
    lines_: list[str] = []
    depth, maps = channels, chance.choice((4, 6, 8, 16))
    for place in range(2 if level == 2 else 3):
        filter_ = chance.choice((3, 5))
        rest = chance.choice(("", f", padding={filter_ // 2}", ", padding=1"))
        if level == 3 and place == 0:
            rest = f", stride=2{rest}"
        lines_ += [f"nn.Conv2d({depth}, {maps}, {filter_}{rest})", "nn.ReLU()"]
        if level == 2 or place < 2:
            lines_.append("nn.MaxPool2d(2)" if level == 2 or place else "nn.MaxPool2d(3, 2)")
        depth, maps = maps, chance.choice((8, 12, 16, 20, 32))
    return Stack(tuple(lines_), (channels, height, width))
