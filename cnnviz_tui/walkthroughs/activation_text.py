"""What the steps along an activation function say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz_tui.walkthroughs.base import BREAK, Line, Role, line
from cnnviz_tui.walkthroughs.numbers import format_number, scientific, short

if TYPE_CHECKING:
    from cnnviz_tui.walkthroughs.activation import ActivationStep, ActivationWalkthrough

_MOST_FACTORS = 10


def formulas_of(walkthrough: ActivationWalkthrough) -> tuple[Line, ...]:
    """The function, its derivative, and the most that a chain of it can pass on."""
    function = walkthrough.function
    letter, shape = function.letter, ""
    if function.shape is not None:
        shape = f", {function.shape.symbol} = {short(walkthrough.shape)}"
    most = walkthrough.steepest * (walkthrough.weight * walkthrough.steepest) ** (
        walkthrough.layers - 1
    )
    steepest = short(walkthrough.steepest)
    chain = "1 layer passes" if walkthrough.layers == 1 else f"{walkthrough.layers} layers pass"
    drawn = "drawn " if walkthrough.steepens else ""
    weights = f"·{short(walkthrough.weight)}^{walkthrough.layers - 1}"
    bound = f"{steepest}^{walkthrough.layers}{weights if walkthrough.weight != 1 else ''}"
    return (
        line((f"{letter}(a) = ", Role.DIM), f"{function.formula}{shape}"),
        line((f"slope {letter}′(a) = ", Role.DIM), function.slope_formula),
        line(
            (f"largest slope {drawn}{steepest}; {chain} on at most ", Role.DIM),
            f"{bound} = {scientific(most)}",
        ),
    )


def sums_of(step: ActivationStep) -> tuple[Line, ...]:
    """Output and slope with the numbers filled in; then the slopes of the chain multiplied."""
    return (
        (*_here(step), BREAK, *_through(step, _MOST_FACTORS)),
        (*_here(step), BREAK, *_through(step, 3)),
        _here(step),
    )


def _here(step: ActivationStep) -> Line:
    walkthrough = step.walkthrough
    function, shape = walkthrough.function, walkthrough.shape
    text = short(step.x)
    value = function.written(text, step.x, shape)
    slope = function.slope_written(text, step.x, shape)
    # "1.25 > 0: 1" gives a reason; everything else is a calculation.
    sign = " " if slope.endswith(":") else " = "
    result = short(step.value)
    return line(
        (f"{function.letter}({text})", Role.INPUT),
        f" = {value} = " if value != result else " = ",
        (result, Role.OUTPUT),
        "     slope ",
        f"{slope}{sign}",
        (short(step.slope), Role.GRADIENT),
    )


def _through(step: ActivationStep, most: int) -> Line:
    factors = [_factor(link.factor) for link in step.chain]
    if len(factors) > most:
        factors = [*factors[: most - 1], "…", factors[-1]]
    layers = "1 layer" if len(step.chain) == 1 else f"{len(step.chain)} layers"
    return line(
        (f"{layers}: ", Role.DIM),
        "·".join(factors),
        " = ",
        (scientific(step.product), Role.GRADIENT),
    )


def _factor(value: float) -> str:
    """A slope as one of many factors: short, and never 0 where it is not."""
    text = scientific(value) if 0 < abs(value) < 1e-3 else format_number(value, 3)
    text = text.rstrip("0").rstrip(".") or "0" if "." in text and "·" not in text else text
    return f"({text})" if text.startswith("−") or "·" in text else text


def caption_of(step: ActivationStep) -> str:
    """Where on the curve the step is, and what the chain makes of it: two short sentences."""
    return f"{_place(step)} {_left(step)}"


def _place(step: ActivationStep) -> str:
    if step.slope == 0:
        return "Switched off: output and slope stay put however a changes, so nothing is learned."
    if step.saturated:
        return "Saturated: the curve is flat here, and hardly any gradient gets through."
    if step.slope >= step.walkthrough.steepest - 1e-6 and step.slope < 0.999:
        return f"This is the steepest place, and even here the slope is only {short(step.slope)}."
    if abs(step.slope - 1) < 1e-3:
        return "The slope is 1: output and gradient pass as they are."
    if step.slope < 0:
        return "The curve falls here: a little more a gives a little less output."
    if step.slope > 1:
        return f"A small change of a changes the output by {short(step.slope, 2)} times as much."
    return f"A small change of a arrives as {short(step.slope, 2)} of it."


def _left(step: ActivationStep) -> str:
    layers, product = len(step.chain), abs(step.product)
    name = f"After {layers} such layers" if layers > 1 else "Behind this layer"
    if product == 0:
        return f"{name} nothing of the gradient is left."
    if product < 0.01:
        return f"{name} the gradient has all but vanished: early layers stop learning."
    if product > 100:
        return f"{name} the gradient has exploded: early layers jump about."
    return f"{name} the gradient is still of a useful size."


def map_caption(step: ActivationStep, row: int, column: int) -> str:
    """What happened to one number of the feature map."""
    kept = "is passed on" if not step.saturated else "is saturated"
    return (
        f"Cell ({row}, {column}) of the map held {short(step.x)} and now holds "
        f"{short(step.value)}: every cell goes through the function on its own, and this one "
        f"{kept}."
    )


def listing_of(step: ActivationStep) -> list[str]:
    """The chain as a table, one layer a line."""
    lines = [f"{'layer':>6} {'a':>10} {'f(a)':>10} {'slope':>12} {'factor':>12} {'product':>14}"]
    lines += [
        f"{i:>6} {short(link.input, 4):>10} {short(link.output, 4):>10} "
        f"{scientific(link.slope):>12} {scientific(link.factor):>12} {scientific(link.left):>14}"
        for i, link in enumerate(step.chain, 1)
    ]
    weight = short(step.walkthrough.weight)
    lines += ["", f"Each layer gets {weight} times what the one before it gave; the factor is"]
    lines += ["its slope times that weight, and the first layer's is its slope alone."]
    return lines
