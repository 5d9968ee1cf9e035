"""How a sliding window is described and shown, and the wrong roads to the size of its output.

Every road is the core's own arithmetic with one thing left out: an axis without its padding, with
stride 1, with a window of 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cnnviz_tui.questions import DOES_NOT_FIT, Road, Value
from cnnviz_tui.quiz.skills.asking import road
from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.formulas import AXIS_NAMES, exact_size, layer_formula, size_symbols
from cnnviz_tui.shapes.notation import format_lengths
from cnnviz_tui.walkthroughs.demonstration import Demonstration

_READABLE = 12
"""Up to this size every number of an input can be read; larger ones are pictures."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A mistake that is the right arithmetic on another axis.

    Attributes:
        name: the misconception.
        did: what one did.
        instead: what to do instead, before the right calculation.
        changed: the axis of the mistake, or None where it cannot be made.
    """

    name: str
    did: str
    instead: str
    changed: Callable[[Axis], Axis | None]


_CHANGES: tuple[_Change, ...] = (
    _Change(
        "forgot-padding",
        "You left the padding out",
        "With the zeros on both sides",
        lambda axis: axis.changed(before=0, after=0) if axis.before else None,
    ),
    _Change(
        "padded-one-side",
        "You padded one side only",
        "Both sides are padded",
        lambda axis: axis.changed(after=0) if axis.before else None,
    ),
    _Change(
        "forgot-stride",
        "You left the stride out",
        "Divide by the stride",
        lambda axis: axis.changed(stride=1) if axis.stride > 1 else None,
    ),
    _Change(
        "forgot-dilation",
        "You left the dilation out",
        "The filter spans D·(F − 1) + 1",
        lambda axis: axis.changed(dilation=1) if axis.dilation > 1 else None,
    ),
    _Change(
        "forgot-filter",
        "You left the filter's size out, as if it were 1 wide",
        "With its size",
        lambda axis: axis.changed(window=1) if axis.window > 1 else None,
    ),
    _Change(
        "ceil-for-floor",
        "You rounded up",
        "A window that does not fit is left out, so round down",
        lambda axis: None if axis.ceil_mode or axis.fits else axis.changed(ceil_mode=True),
    ),
    _Change(
        "floor-for-ceil",
        "You rounded down",
        "In ceil mode a last window may hang over the end",
        lambda axis: axis.changed(ceil_mode=False) if axis.ceil_mode and not axis.fits else None,
    ),
)


def one_number(sizes: tuple[int, ...]) -> Value:
    """The size of a square output as one number."""
    return Fraction(sizes[0])


def both_numbers(sizes: tuple[int, ...]) -> Value:
    """Height and width."""
    return sizes


def outputs(axes: Sequence[Axis]) -> tuple[int, ...]:
    """The size of the output along each axis."""
    return tuple(axis.output for axis in axes)


def size_roads(
    axes: Sequence[Axis], asked: Callable[[tuple[int, ...]], Value] = one_number
) -> tuple[Road, ...]:
    """The wrong roads to the size of an output.

    Args:
        axes: what slides along each axis; alike for a square.
        asked: makes the value that is asked for out of the sizes.
    """
    right = layer_formula(axes)
    roads = []
    for change in _CHANGES:
        wrong = _changed(axes, change)
        if wrong is not None:
            feedback = f"{change.did}: {layer_formula(wrong)}. {change.instead}: {right}."
            roads.append(road(change.name, asked(outputs(wrong)), feedback))
    if min(outputs(axes)) > 1:
        fewer = tuple(size - 1 for size in outputs(axes))
        roads.append(
            road(
                "forgot-plus-one",
                asked(fewer),
                f"You forgot the + 1: {_moves(axes)} counts how often the window moves, and it "
                f"has a place before its first move. {right}.",
            )
        )
    return tuple(roads)


def misfit_roads(axis: Axis) -> tuple[Road, ...]:
    """What people answer who do not round where a size is rounded; none where it fits."""
    if axis.fits:
        return ()
    exact = f"{unrounded_rule(axis)} is {exact_size(axis)} here, which is no whole number"
    rounds = "up" if axis.ceil_mode else "down"
    right = layer_formula([axis])
    return (
        Road(
            axis.exact,
            f"{exact}: there is no such place. Round {rounds}: {right}.",
            "fraction-of-a-place",
        ),
        Road(DOES_NOT_FIT, f"{exact}. Here such a size is rounded {rounds}: {right}."),
    )


def unrounded_rule(axis: Axis) -> str:
    """The rule for the output size in letters, without rounding: `(N − F)/S + 1`."""
    return size_symbols(axis.changed(ceil_mode=False)).strip("⌊⌋")


def setting(axes: Sequence[Axis], window: str = "filter") -> str:
    """`Input 7x7, filter 3x3, stride 2, padding 1, dilation 2`, without a full stop."""
    padding = tuple(axis.before for axis in axes)
    parts = [
        f"Input {lengths([axis.size for axis in axes])}",
        f"{window} {lengths([axis.window for axis in axes])}",
        f"stride {each([axis.stride for axis in axes])}",
        f"padding {each(padding)}" if any(padding) else "no padding",
    ]
    dilation = [axis.dilation for axis in axes]
    if max(dilation) > 1:
        parts.append(f"dilation {each(dilation)}")
    return ", ".join(parts)


def lengths(numbers: Sequence[int]) -> str:
    """`7x7`, also of one number for both axes."""
    return format_lengths([numbers[0], numbers[-1]])


def each(numbers: Sequence[int]) -> str:
    """`2`, or `2x1` where the axes differ."""
    return format_lengths(numbers if len(set(numbers)) > 1 else numbers[:1])


def convolution_shown(axes: Sequence[Axis], **choices: str) -> Demonstration:
    """The convolution explorer with these axes, and other fields as one would type them."""
    first, last = axes[0], axes[-1]
    small = max(first.size, last.size) <= _READABLE
    return Demonstration(
        "conv",
        typed={
            **({"input": "numbers"} if small else {}),
            "size": each([first.size, last.size]),
            "filter": each([first.window, last.window]),
            "stride": each([first.stride, last.stride]),
            "padding": each([first.before, last.before]),
            "dilation": each([first.dilation, last.dilation]),
            **choices,
        },
    )


def named(axes: Sequence[Axis], texts: Sequence[str]) -> list[str]:
    """A line for each axis, with its name where they differ."""
    if len(set(axes)) == 1:
        return [texts[0]]
    return [f"{name}: {text}" for name, text in zip(AXIS_NAMES[len(axes)], texts, strict=True)]


def _changed(axes: Sequence[Axis], change: _Change) -> tuple[Axis, ...] | None:
    """The axes with the mistake wherever it can be made; None where it cannot be at all."""
    try:
        wrong = [change.changed(axis) for axis in axes]
    except ShapeError:
        return None
    if not any(wrong):
        return None
    return tuple(found or axis for found, axis in zip(wrong, axes, strict=True))


def _moves(axes: Sequence[Axis]) -> str:
    """`4/2 = 2`, for each axis where they differ."""
    texts = []
    for axis in axes:
        exact = f"{axis.travel}/{axis.stride}"
        rounded = exact if axis.fits else f"⌈{exact}⌉" if axis.ceil_mode else f"⌊{exact}⌋"
        # In ceil mode a window that would begin behind the input is taken off again.
        moves = -(-axis.travel // axis.stride) if axis.ceil_mode else axis.output - 1
        dropped = moves - (axis.output - 1)
        texts.append(f"{rounded}{f' − {dropped}' if dropped else ''} = {axis.output - 1}")
    return "; ".join(named(axes, texts))
