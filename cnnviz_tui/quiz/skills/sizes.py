"""The size of what comes out: of a convolution, of pooling, of a transposed convolution."""

from __future__ import annotations

from random import Random

from cnnviz_tui.questions import DOES_NOT_FIT, Road
from cnnviz_tui.quiz.skill import Exercise, Skill
from cnnviz_tui.quiz.skills.asking import number_exercise, road
from cnnviz_tui.quiz.skills.size_roads import (
    both_numbers,
    convolution_shown,
    lengths,
    misfit_roads,
    outputs,
    setting,
    size_roads,
    unrounded_rule,
)
from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.formulas import exact_size, layer_formula, size_formula, size_symbols

_HOW_WIDE = "How wide is the output?"


def _square(axis: Axis, *, roads: tuple[Road, ...] = (), note: str = "") -> Exercise:
    """Ask for the width of a square convolution's output."""
    rounds = "" if axis.fits else " A last window that does not fit is left out."
    return number_exercise(
        f"{setting([axis])}.{rounds}{note} {_HOW_WIDE}",
        axis.output,
        roads=(*size_roads([axis]), *misfit_roads(axis), *roads),
        hints=(f"The size is {size_symbols(axis)}.", _travel_hint(axis)),
        solution=(f"Output size: {size_symbols(axis)}", _travel_hint(axis), size_formula(axis)),
        demonstration=convolution_shown([axis]),
    )


def _travel_hint(axis: Axis) -> str:
    """How far the window can move, in words."""
    padded = f"the padded input of {axis.padded}" if axis.before else f"the input of {axis.size}"
    reach = f"A filter of {axis.window}"
    if axis.dilation > 1:
        reach += f" with dilation {axis.dilation} spans {axis.reach} and"
    return f"{reach} can move by {axis.travel} inside {padded}."


def _stride_one(chance: Random, level: int) -> Exercise:
    if level == 1:
        axis = Axis(chance.randint(5, 16), chance.choice((2, 3, 3, 5)))
    elif level == 2:
        axis = Axis(chance.randint(14, 64), chance.choice((3, 5, 7)))
    else:
        axis = Axis(chance.randint(65, 256), chance.choice((2, 4, 6, 8, 9, 11, 13)))
    return _square(axis, roads=_one_border(axis))


def _one_border(axis: Axis) -> tuple[Road, ...]:
    """The border taken off at one side, where both are as wide."""
    if axis.window % 2 == 0:
        return ()
    border = axis.window // 2
    return (
        road(
            "border-one-side",
            axis.changed(window=border + 1).output,
            f"You took the border off at one side: {axis.size} − {border} = "
            f"{axis.size - border}. It goes at both sides: {size_formula(axis)}.",
        ),
    )


def _within(stride: int, window: int) -> int:
    """The stride, or the window where it is smaller: longer strides skip positions."""
    return min(stride, window)


def _stride(chance: Random, level: int) -> Exercise:
    if level == 1:
        window, moves = chance.choice((3, 3, 5)), chance.randint(2, 8)
        stride = chance.choice((2, 2, 3))
    elif level == 2:
        window = chance.choice((3, 5, 7))
        stride, moves = _within(chance.choice((2, 3, 4)), window), chance.randint(5, 16)
    else:
        window = chance.choice((4, 5, 6, 7, 11))
        stride, moves = _within(chance.choice((3, 4, 5)), window), chance.randint(5, 40)
    # At level 3 a rest is left over, and the size is rounded.
    rest = chance.randint(1, stride - 1) if level == 3 else 0
    return _square(Axis(moves * stride + window + rest, window, stride))


def _padding(chance: Random, level: int) -> Exercise:
    if level == 1:
        window = chance.choice((3, 5))
        return _square(Axis(chance.randint(5, 18), window, 1, 1, 1))
    if level == 2:
        window = chance.choice((3, 5, 7, 9))
        padding = chance.randint(1, window - 1)
        return _square(Axis(chance.randint(14, 64), window, 1, padding, padding))
    window = chance.choice((3, 4, 5, 7, 11))
    stride = _within(chance.choice((2, 3, 4)), window)
    padding = chance.randint(1, window - 2)
    return _square(Axis(chance.randint(20, 128), window, stride, padding, padding))


def _dilation(chance: Random, level: int) -> Exercise:
    window = 3 if level == 1 else chance.choice((3, 5))
    dilation = chance.choice((2, 2, 3)) if level == 1 else chance.randint(2, 4)
    reach = dilation * (window - 1) + 1
    if level == 1:
        return _square(Axis(chance.randint(reach + 1, 24), window, dilation=dilation))
    padding = chance.randint(1, reach // 2)
    size = chance.randint(20, 48)
    stride = chance.choice((2, 3)) if level == 3 else 1
    return _square(Axis(size, window, stride, padding, padding, dilation))


def _rectangular(chance: Random, level: int) -> Exercise:
    def axis(size: int) -> Axis:
        window, stride, padding = 3, 1, 0
        if level > 1:
            window, padding = chance.choice((1, 3, 5, 7)), chance.randint(0, 2)
        if level > 2:
            stride = _within(chance.choice((1, 2, 3)), window)
        return Axis(size, window, stride, min(padding, window - 1), min(padding, window - 1))

    least, most = ((5, 10), (12, 40), (20, 96))[level - 1]
    height, width = chance.sample(range(least, most + 1), 2)
    axes = (axis(height), axis(width))
    if outputs(axes)[0] == outputs(axes)[1]:
        axes = (axes[0], axes[1].changed(size=width + axes[1].stride))
    right, swapped = outputs(axes), outputs(axes)[::-1]
    rounds = "" if all(each.fits for each in axes) else " What does not fit is left out."
    return number_exercise(
        f"{setting(axes)} (height x width).{rounds} How large is the output, as height x width?",
        right,
        roads=(
            *size_roads(axes, both_numbers),
            road(
                "swapped-axes",
                swapped,
                f"You gave {lengths(swapped)}: width before height. Height comes first: "
                f"{layer_formula(axes)}.",
            ),
        ),
        hints=(
            "Height and width are counted apart, each with its own numbers.",
            f"For the height: {size_formula(axes[0])}.",
        ),
        solution=(
            "Each axis has its own numbers:",
            f"height: {size_formula(axes[0])}",
            f"width: {size_formula(axes[1])}",
            f"The output is {lengths(right)}.",
        ),
        demonstration=convolution_shown(axes),
    )


def _does_it_fit(chance: Random, level: int) -> Exercise:
    fits = chance.random() < 0.5
    if level == 1:
        stride, window, moves, padding = chance.choice((2, 3)), 3, chance.randint(1, 7), 0
    elif level == 2:
        window = chance.choice((3, 5, 7))
        stride = _within(chance.choice((2, 3, 4)), window)
        moves, padding = chance.randint(3, 12), 0
    else:
        window = chance.choice((4, 5, 6, 7, 11))
        stride = _within(chance.choice((2, 3, 4, 5)), window)
        moves, padding = chance.randint(4, 30), chance.randint(1, 3)
    rest = 0 if fits else chance.randint(1, stride - 1)
    size = max(moves * stride + window + rest - 2 * padding, window)
    axis = Axis(size, window, stride, padding, padding)
    exact = f"{size_formula(axis)}" if axis.fits else _unrounded(axis)
    if axis.fits:
        solution = (f"Without rounding: {size_symbols(axis)}", exact, f"It fits: {exact}.")
        roads = (
            *size_roads([axis]),
            Road(DOES_NOT_FIT, f"{exact} is a whole number, so every window fits."),
        )
    else:
        solution = (
            f"Without rounding: {unrounded_rule(axis)}",
            exact,
            f"{exact_size(axis)} is no whole number: the filter does not fit.",
        )
        roads = tuple(
            road(
                name,
                value,
                f"You rounded {way}. {exact} is no whole number: the last filter would hang over "
                "the end, so without rounding it does not fit.",
            )
            for name, value, way in (
                ("rounded-misfit", axis.output, "down"),
                ("rounded-misfit", axis.output + 1, "up"),
            )
        )
        fraction = f"{exact} is right, and no whole number of places: it does not fit."
        roads = (*roads, Road(axis.exact, fraction, "fraction-of-a-place"), *_fits_unpadded(axis))
    return number_exercise(
        f"{setting([axis])}. Nothing may be rounded. {_HOW_WIDE} If the filter does not fit, "
        "answer: does not fit.",
        axis.output if axis.fits else DOES_NOT_FIT,
        roads=roads,
        hints=("It fits when (N − F + 2P) can be divided by S.", _travel_hint(axis)),
        solution=solution,
        demonstration=convolution_shown([axis]),
    )


def _fits_unpadded(axis: Axis) -> tuple[Road, ...]:
    """The size that an axis has which fits only when the padding is left out."""
    bare = axis.changed(before=0, after=0)
    if not axis.before or not bare.fits:
        return ()
    feedback = f"You left the padding out: {size_formula(bare)}. With it: {_unrounded(axis)}."
    return (road("forgot-padding", bare.output, f"{feedback} It does not fit."),)


def _unrounded(axis: Axis) -> str:
    """The formula of a size that does not fit, up to the fraction."""
    inside = f"{axis.size} − {axis.window}" + (f" + 2·{axis.before}" if axis.before else "")
    return f"({inside})/{axis.stride} + 1 = {exact_size(axis)}"


SKILLS: tuple[Skill, ...] = (
    Skill(
        "output-size",
        "Output size, stride 1",
        "How large the output is when a filter slides one step at a time.",
        _stride_one,
    ),
    Skill(
        "output-size-stride",
        "Output size with a stride",
        "How large the output is when the filter skips positions.",
        _stride,
    ),
    Skill(
        "output-size-padding",
        "Output size with padding",
        "How large the output is when zeros stand around the input.",
        _padding,
    ),
    Skill(
        "output-size-dilation",
        "Output size with dilation",
        "How large the output is when the filter has holes.",
        _dilation,
    ),
    Skill(
        "output-size-rectangular",
        "Output size, height and width",
        "How large the output is when height and width differ.",
        _rectangular,
    ),
    Skill(
        "does-it-fit",
        "Does it fit",
        "Whether a filter with a stride ends exactly where the input ends.",
        _does_it_fit,
    ),
)
"""What this topic trains."""
