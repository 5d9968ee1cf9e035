"""What the steps of backpropagation through a convolution say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz_tui.walkthroughs.base import Line, Piece, Role, line
from cnnviz_tui.walkthroughs.numbers import NumberFormat, short

if TYPE_CHECKING:
    from cnnviz_tui.walkthroughs.backprop_convolution import (
        ConvolutionGradientStep,
        ConvolutionGradientWalkthrough,
    )

_MOST_WRITTEN_PRODUCTS = 36
"""Above this nobody reads a sum product by product."""


def formulas_of(walkthrough: ConvolutionGradientWalkthrough) -> tuple[Line, ...]:
    """The loss with its number, and both gradients with the walkthrough's stride and padding."""
    if walkthrough.problem:
        return (line((f"✗ {walkthrough.problem}", Role.WRONG)),)
    rows = f"{_times('i', walkthrough.stride[0])} + a{_less(walkthrough.padding[0])}"
    columns = f"{_times('j', walkthrough.stride[1])} + b{_less(walkthrough.padding[1])}"
    return (
        line(
            ("loss ", Role.DIM), f"L = ½·Σ(y − t)² = {short(walkthrough.loss)}",
            ("   gradient ", Role.DIM), ("∂L/∂y = y − t", Role.GRADIENT),
        ),
        line((f"∂L/∂w[a, b] = Σ ∂L/∂y[i, j]·x[{rows}, {columns}]", Role.GRADIENT)),
    )  # fmt: skip


def _times(letter: str, stride: int) -> str:
    return letter if stride == 1 else f"{stride}·{letter}"


def _less(padding: int) -> str:
    return f" − {padding}" if padding else ""


def sums_of(step: ConvolutionGradientStep) -> tuple[Line, ...]:
    """The step's products, then only how many there are; the loss in the last steps."""
    from cnnviz_tui.walkthroughs.backprop_convolution import Part

    walkthrough = step.walkthrough
    if step.part is Part.ERROR:
        return _errors(walkthrough)
    if step.part is Part.UPDATE:
        return _update(walkthrough)
    if step.part is Part.RESULT:
        better = walkthrough.new_loss < walkthrough.loss
        mark = ("  ✓ smaller", Role.RIGHT) if better else ("  ✗ not smaller", Role.WRONG)
        return (
            line(
                "L = ½·Σ(y − t)²: ", (short(walkthrough.loss), Role.INPUT),
                " → ", (short(walkthrough.new_loss), Role.OUTPUT), mark,
            ),
        )  # fmt: skip
    name = {
        Part.FORWARD: "y",
        Part.FILTER: "∂L/∂w",
        Part.INPUT: "∂L/∂x",
    }[step.part]
    first, second = {
        Part.FORWARD: (Role.INPUT, Role.FILTER),
        Part.FILTER: (Role.GRADIENT, Role.INPUT),
        Part.INPUT: (Role.GRADIENT, Role.FILTER),
    }[step.part]
    where = Piece(f"{name}{list(step.cell)} = ", Role.STRONG)
    result = (
        Piece(" = ", Role.STRONG),
        Piece(short(step.value), Role.OUTPUT if step.part is Part.FORWARD else Role.GRADIENT),
    )
    counted = (where, Piece(f"{len(step.terms)} products"), *result)
    if len(step.terms) > _MOST_WRITTEN_PRODUCTS:
        return (counted,)
    ones, others = ([pair[i] for pair in step.terms] for i in (0, 1))
    left, right = NumberFormat.of(ones), NumberFormat.of(others)
    pieces: list[Piece] = [where]
    for one, other in step.terms:
        if len(pieces) > 1:
            pieces.append(Piece(" + "))
        pieces += [
            Piece(_bracketed(left(one), first is Role.GRADIENT), first),
            Piece("·"),
            Piece(_bracketed(right(other), True), second),
        ]
    return (*pieces, *result), counted


def _bracketed(text: str, always: bool) -> str:
    return f"({text})" if always and text.startswith("−") else text


def _errors(walkthrough: ConvolutionGradientWalkthrough) -> tuple[Line, ...]:
    pairs = zip(walkthrough.output.ravel(), walkthrough.goal.ravel(), strict=True)
    pieces = [Piece("∂L/∂y = y − t: ", Role.STRONG)]
    for y, t in pairs:
        if len(pieces) > 1:
            pieces.append(Piece(", "))
        goal = _bracketed(short(float(t)), True)
        pieces.append(Piece(f"{short(float(y))} − {goal} = ", Role.INPUT))
        pieces.append(Piece(short(float(y) - float(t)), Role.GRADIENT))
    count = walkthrough.output.size
    return tuple(pieces), line(
        ("∂L/∂y = y − t", Role.GRADIENT), f"  for all {count} numbers of the output"
    )


def _update(walkthrough: ConvolutionGradientWalkthrough) -> tuple[Line, ...]:
    rate = short(walkthrough.rate, 4)
    numbers = zip(
        walkthrough.weight.ravel(),
        walkthrough.grad_weight.ravel(),
        walkthrough.new_weight.ravel(),
        strict=True,
    )
    pieces = [Piece("w ← ", Role.STRONG)]
    for old, gradient, new in numbers:
        if len(pieces) > 1:
            pieces.append(Piece(", "))
        slope = _bracketed(short(float(gradient), 2), True)
        pieces.append(Piece(f"{short(float(old), 2)} − {rate}·{slope} = ", Role.FILTER))
        pieces.append(Piece(short(float(new), 2), Role.OUTPUT))
    return tuple(pieces), line(
        ("w ← w − ", Role.FILTER), (f"{rate}·∂L/∂w", Role.GRADIENT),
        f"  for all {walkthrough.weight.size} weights at once",
    )  # fmt: skip


def caption_of(step: ConvolutionGradientStep) -> str:
    """What happens in the step and why, in at most two short sentences."""
    from cnnviz_tui.walkthroughs.backprop_convolution import Part

    first = step.cell == (0, 0)
    height, width = step.walkthrough.output.shape
    if step.part is Part.FORWARD:
        return (
            "Forward: the filter slides over x and gives y. t is what y should be."
            if first
            else "Forward: the filter at its next position, the next number of y."
        )
    if step.part is Part.ERROR:
        return (
            "Back: where y is larger than t the gradient is positive, where it is smaller it is "
            "negative. Where both agree it is 0."
        )
    if step.part is Part.FILTER:
        if first:
            return (
                "This weight was used at every position, so it gets a share from each: ∂L/∂y "
                "slides over x like a filter."
            )
        return (
            f"The next weight: the same {height}·{width} gradients, times the inputs that this "
            "weight met."
        )
    if step.part is Part.INPUT:
        return _input_caption(step)
    if step.part is Part.UPDATE:
        return (
            "Downhill: each weight moves against its gradient, η times as far. "
            "The picture stays as it is: only the filter learns."
        )
    if step.walkthrough.new_loss < step.walkthrough.loss:
        return "Forward again with the new filter: y is closer to t, the loss is smaller."
    return "The loss did not get smaller: the step was too long. Take a smaller η."


def _input_caption(step: ConvolutionGradientStep) -> str:
    walkthrough = step.walkthrough
    if step.cell == (0, 0):
        between = (
            " and, because of the stride, zeros between" if max(walkthrough.stride) > 1 else ""
        )
        return (
            f"For the input, the filter turned by 180° slides over ∂L/∂y with zeros around"
            f"{between}. Deeper layers need this gradient."
        )
    down, across = walkthrough.axes
    count = len(down.feeds(step.cell[0])) * len(across.feeds(step.cell[1]))
    numbers = "1 number" if count == 1 else f"{count} numbers"
    return (
        f"Input {step.cell} went into {numbers} of y, so that many gradients come back to it; "
        "the rest of the window is 0."
    )
