"""What the steps of a growing receptive field say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz_tui.shapes.receptive import receptive_formula
from cnnviz_tui.walkthroughs.base import Line, Role, line
from cnnviz_tui.walkthroughs.field_stack import StackLayer
from cnnviz_tui.walkthroughs.numbers import MINUS

if TYPE_CHECKING:
    from cnnviz_tui.walkthroughs.field import FieldStep, FieldWalkthrough

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")


def formulas_of(walkthrough: FieldWalkthrough) -> tuple[Line, ...]:
    """The size of the field as a sum over the layers, and what the stack has to learn."""
    parameters = line(
        ("parameters ", Role.DIM), parameter_sum(walkthrough.stack, walkthrough.channels)
    )
    if walkthrough.problem:
        return (line((f"✗ {walkthrough.problem}", Role.WRONG)), parameters)
    return (
        line(
            ("field ", Role.DIM),
            ("1 + Σ (F − 1)·jump = ", Role.DIM),
            receptive_formula(walkthrough.axes[0]),
        ),
        parameters,
    )


def parameter_sum(stack: tuple[StackLayer, ...], channels: int) -> str:
    """The parameters of a stack with their reason: `2·(3·3·64 + 1)·64 = 73,856`."""
    counts: dict[int, int] = {}
    for layer in stack:
        if not layer.pooling:
            counts[layer.window] = counts.get(layer.window, 0) + 1
    terms = [
        f"{count}·" * (count > 1) + f"({window}·{window}·{channels} + 1)·{channels}"
        for window, count in counts.items()
    ]
    total = sum(layer.parameters(channels) for layer in stack)
    return f"{' + '.join(terms)} = {total:,}" if terms else "0, pooling learns nothing"


def nonlinearities(stack: tuple[StackLayer, ...]) -> int:
    """How many activation functions lie in a stack: one behind every convolution."""
    return sum(not layer.pooling for layer in stack)


def _signed(number: int) -> str:
    return f"{MINUS}{-number}" if number < 0 else str(number)


def sums_of(step: FieldStep) -> tuple[Line, ...]:
    """How the step's layer changes size, jump and start; the parameters of both stacks."""
    walkthrough = step.walkthrough
    if step.compares:
        return _compared(walkthrough)
    if step.layers == 0:
        return (line("a pixel: size ", ("1", Role.OUTPUT), "   jump 1   start 0"),)
    axis = walkthrough.axes[0][step.layers - 1]
    before = walkthrough.fields[step.layers - 1]
    size = (
        "size ",
        (f"{before.size} + ({axis.reach} − 1)·{before.jump}", Role.INPUT),
        " = ",
        (f"{step.seen.size}", Role.OUTPUT),
    )
    jump = (
        "   jump ",
        (f"{before.jump}·{axis.stride}", Role.INPUT),
        " = ",
        (f"{step.seen.jump}", Role.OUTPUT),
    )
    start = (
        "   start ",
        (f"{_signed(before.start)} − {axis.before}·{before.jump}", Role.INPUT),
        " = ",
        (_signed(step.seen.start), Role.OUTPUT),
    )
    return line(*size, *jump, *start), line(*size, *jump)


def _compared(walkthrough: FieldWalkthrough) -> tuple[Line, ...]:
    own, other = (
        sum(layer.parameters(walkthrough.channels) for layer in stack)
        for stack in (walkthrough.stack, walkthrough.rival)
    )
    share = f" = {own / other:.0%}" if other else ""
    return (
        line(
            "parameters ",
            (parameter_sum(walkthrough.stack, walkthrough.channels), Role.OUTPUT),
            " against ",
            (parameter_sum(walkthrough.rival, walkthrough.channels), Role.FILTER),
        ),
        line("parameters ", (f"{own:,}", Role.OUTPUT), " of ", (f"{other:,}{share}", Role.FILTER)),
    )


def caption_of(step: FieldStep) -> str:
    """What the layer adds and why, in at most two short sentences."""
    walkthrough = step.walkthrough
    if step.compares:
        return _comparison(walkthrough)
    if step.layers == 0:
        return "A pixel sees itself and nothing else. Every layer lets a unit see more."
    layer = walkthrough.stack[step.layers - 1]
    axis = walkthrough.axes[0][step.layers - 1]
    before = walkthrough.fields[step.layers - 1]
    grown = step.seen.size - before.size
    apart = before.jump * layer.dilation
    said = (
        f"This {layer.window}x{layer.window} window reads units that lie {apart} "
        f"pixel{'s' * (apart > 1)} apart: the field grows by {grown} to "
        f"{step.seen.size}x{step.seen.size}."
        if grown
        else "A 1x1 window sees no more than the unit below it: it only mixes channels."
    )
    height, width = walkthrough.picture.shape[1:]
    hanging = step.rows[0] < 0 or step.columns[0] < 0
    hanging |= step.rows[-1] >= height or step.columns[-1] >= width
    if axis.stride > 1:
        return f"{said} After its stride, neighbours lie {step.seen.jump} pixels apart."
    if hanging:
        return f"{said} Part of it lies in the padding."
    return said


def pixel_sums(walkthrough: FieldWalkthrough, layers: int, row: int, column: int) -> Line:
    """How many units of a layer see a pixel."""
    down, across = (
        walkthrough.seen_by(place, axis, layers) for axis, place in enumerate((row, column))
    )
    height, width = walkthrough.map_size(layers)
    return line(
        (f"pixel ({row}, {column})", Role.INPUT),
        " is seen by ",
        (f"{down}·{across} = {down * across}", Role.OUTPUT),
        f" of the {height}·{width} units after {layers} layer{'s' * (layers != 1)}",
    )


def _comparison(walkthrough: FieldWalkthrough) -> str:
    own, other = walkthrough.fields[-1].size, walkthrough.rival_field.size
    sees = (
        f"Both see {own}x{own}."
        if own == other
        else f"One sees {own}x{own}, the other {other}x{other}."
    )
    counts = [
        sum(layer.parameters(walkthrough.channels) for layer in stack)
        for stack in (walkthrough.stack, walkthrough.rival)
    ]
    more = nonlinearities(walkthrough.stack) - nonlinearities(walkthrough.rival)
    fewer = counts[0] < counts[1]
    if fewer and more > 0 and own == other:
        word = "nonlinearity" if more == 1 else "nonlinearities"
        return (
            f"{sees} The stack of small filters has fewer parameters and {_WORDS[min(more, 8)]} "
            f"{word} more: that is why VGG uses only 3x3."
        )
    learn = "fewer" if fewer else "more" if counts[0] > counts[1] else "as many"
    return f"{sees} The first has {learn} parameters, {counts[0]:,} against {counts[1]:,}."
