"""Layers that are there to change the size: pooling, ceil mode, the transposed convolution."""

from __future__ import annotations

from random import Random

from cnnviz_tui.questions import Road
from cnnviz_tui.quiz.skill import Exercise, Skill
from cnnviz_tui.quiz.skills.asking import number_exercise, road
from cnnviz_tui.quiz.skills.size_roads import (
    lengths,
    misfit_roads,
    setting,
    size_roads,
    unrounded_rule,
)
from cnnviz_tui.quiz.wording import counted
from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.formulas import size_formula, size_symbols
from cnnviz_tui.shapes.transposed import TransposedAxis
from cnnviz_tui.walkthroughs.demonstration import Demonstration


def _pooling(chance: Random, level: int) -> Exercise:
    rest = padding = 0
    if level == 1:
        window, stride, moves = 2, 2, chance.randint(1, 15)
    elif level == 2:
        window, stride = chance.choice(((2, 2), (3, 2), (3, 3), (4, 4)))
        moves = chance.randint(6, 14)
    else:
        window, stride = chance.choice(((3, 2), (4, 2), (5, 3), (4, 3), (5, 4)))
        moves, padding = chance.randint(5, 11), chance.randint(0, window // 2)
        rest = chance.randint(1, stride - 1)
    axis = Axis(moves * stride + window + rest - 2 * padding, window, stride, padding, padding)
    rounds = "" if axis.fits else " A window that does not fit is left out."
    kind = chance.choice(("Max", "Average"))
    return number_exercise(
        f"{kind} pooling. {setting([axis], 'window')}.{rounds} How wide is the output?",
        axis.output,
        roads=(*size_roads([axis]), *misfit_roads(axis)),
        hints=("The window slides as a filter does.", f"The size is {size_symbols(axis)}."),
        solution=(
            "A pooling window slides as a filter does, with the same formula.",
            f"Output size: {size_symbols(axis)}",
            size_formula(axis),
        ),
        demonstration=_pooling_shown(axis, "max" if kind == "Max" else "average"),
    )


def _ceil(chance: Random, level: int) -> Exercise:
    padding = 0
    if level == 1:
        window, stride = chance.choice((2, 3)), 2
        size = 2 * chance.randint(1, 15) + window + 1
    elif level == 2:
        window, stride = chance.choice(((3, 2), (3, 3), (4, 3), (2, 2)))
        size = chance.randint(3, 12) * stride + window + chance.randint(1, stride - 1)
    else:
        window, stride = chance.choice(((2, 2), (3, 3), (3, 2), (4, 3), (5, 4)))
        padding = chance.randint(1, window // 2)
        size = chance.randint(4, 12) * stride + window + chance.randint(1, stride - 1) - 2 * padding
    axis = Axis(size, window, stride, padding, padding, ceil_mode=True)
    return number_exercise(
        f"Max pooling in ceil mode. {setting([axis], 'window')}. A last window may hang over the "
        "end, if it does not begin behind the input. How wide is the output?",
        axis.output,
        roads=(*size_roads([axis]), *misfit_roads(axis), *_empty_window(axis)),
        hints=(
            f"Before rounding the size is {unrounded_rule(axis)}.",
            "Round up; then look where the last window begins.",
        ),
        solution=(f"Output size, rounded up: {size_symbols(axis)}", *_last_window(axis)),
        demonstration=_pooling_shown(axis, "max"),
    )


def _empty_window(axis: Axis) -> tuple[Road, ...]:
    """The size rounded up with a window that begins behind the input, where there is one."""
    rounded = -(-axis.exact // 1)
    if rounded == axis.output:
        return ()
    return (
        road(
            "kept-empty-window",
            rounded,
            f"You rounded up to {rounded}, but the last of these windows would begin behind the "
            f"input and does not count: {size_formula(axis)}.",
        ),
    )


def _last_window(axis: Axis) -> tuple[str, ...]:
    """Where the last window begins and what that means, then the calculation."""
    last = axis.starts[-1]
    if _empty_window(axis):
        begins = f"one more window would begin at {last + axis.stride}, behind them."
    else:
        begins = f"the last window begins at {last}, inside."
    return f"Positions are 0 to {axis.size - 1}; {begins}", size_formula(axis)


def _pooling_shown(axis: Axis, kind: str) -> Demonstration:
    """The pooling explorer with this axis down and across, at the window that decides the size."""
    # Where all fits no window is special, and it opens where it always does.
    last = 0 if axis.fits else axis.output**2
    return Demonstration(
        "pool",
        typed={
            "input": "mixed",
            "kind": kind,
            "size": str(axis.size),
            "filter": str(axis.window),
            "stride": str(axis.stride),
            "padding": str(axis.before),
            "rounding": "ceil" if axis.ceil_mode else "floor",
        },
        step=last,
    )


def _transposed(chance: Random, level: int) -> Exercise:
    extra, dilation, padding = 0, 1, 0
    if level == 1:
        size, window, stride = chance.randint(2, 9), chance.choice((2, 3)), 2
    elif level == 2:
        size, window, stride = chance.randint(4, 16), chance.choice((3, 4, 5)), 2
        padding = chance.randint(1, window // 2)
    else:
        size, window, stride = (
            chance.randint(4, 14),
            chance.choice((3, 4, 5)),
            chance.choice((2, 3)),
        )
        padding, dilation = chance.randint(1, window // 2), chance.choice((1, 2))
        extra = chance.randint(1, stride - 1)
    axis = TransposedAxis(size, window, stride, padding, padding, dilation, extra)
    return number_exercise(
        f"A transposed convolution. {_transposed_setting(axis)}. How wide is the output?",
        axis.output,
        roads=_transposed_roads(axis),
        hints=(
            "Each input number stamps its filter; the stamps lie a stride apart.",
            f"The size is {size_symbols(axis)}.",
        ),
        solution=(
            "Each input number stamps its filter on the output, a stride apart.",
            f"Output size: {size_symbols(axis)}",
            size_formula(axis),
        ),
        demonstration=Demonstration(
            "transposed",
            typed={
                "size": str(size),
                "filter": str(window),
                "stride": str(stride),
                "padding": str(padding),
                "output-padding": str(extra),
                "dilation": str(dilation),
            },
        ),
    )


def _transposed_setting(axis: TransposedAxis) -> str:
    parts = [
        f"Input {lengths([axis.size])}",
        f"filter {lengths([axis.window])}",
        f"stride {axis.stride}",
        f"padding {axis.before}" if axis.before else "no padding",
    ]
    parts += [f"output padding {axis.output_padding}"] if axis.output_padding else []
    parts += [f"dilation {axis.dilation}"] if axis.dilation > 1 else []
    return ", ".join(parts)


def _transposed_roads(axis: TransposedAxis) -> tuple[Road, ...]:
    """What is forgotten, and what is taken from the ordinary convolution."""
    right = size_formula(axis)
    roads = []
    forgotten = (
        ("forgot-padding", "You left the padding out", {"before": 0, "after": 0}),
        ("padded-one-side", "You cut off one side only", {"after": 0}),
        ("forgot-dilation", "You left the dilation out", {"dilation": 1}),
        ("forgot-output-padding", "You left the output padding out", {"output_padding": 0}),
        ("forgot-stride", "You left the stride out", {"stride": 1, "output_padding": 0}),
    )
    for name, did, change in forgotten:
        try:
            wrong = axis.changed(**change)
        except ShapeError:
            continue
        feedback = f"{did}: {size_formula(wrong)}. In full: {right}."
        roads.append(road(name, wrong.output, feedback))
    cut = axis.before + axis.after
    if cut:
        roads.append(
            road(
                "added-padding",
                axis.full + cut,
                f"You added the padding: {axis.full} + 2·{axis.before} = {axis.full + cut}. A "
                f"transposed convolution cuts it off: {right}.",
            )
        )
    more = axis.changed(size=axis.size + 1)
    roads.append(
        road(
            "forgot-minus-one",
            more.output,
            f"You forgot the − 1: with {axis.size}·{axis.stride} it is {more.output}. "
            f"{axis.size} stamps have {counted(axis.size - 1, 'distance')} between them: {right}.",
        )
    )
    scaled = axis.size * axis.stride
    roads.append(
        road(
            "only-stride",
            scaled,
            f"You multiplied the size by the stride and left the rest out: {axis.size}·"
            f"{axis.stride} = {scaled}. The filter and the padding count too: {right}.",
        )
    )
    try:
        forward = Axis(axis.size, axis.window, axis.stride, axis.before, axis.after, axis.dilation)
    except ShapeError:
        return tuple(roads)
    feedback = (
        f"You took the formula of the ordinary convolution: {size_formula(forward)}. The "
        f"transposed one goes the other way: {right}."
    )
    return (*roads, road("took-forward-formula", forward.output, feedback))


SKILLS: tuple[Skill, ...] = (
    Skill(
        "output-size-pooling",
        "Output size of pooling",
        "How large the output is when a pooling window slides.",
        _pooling,
    ),
    Skill(
        "output-size-ceil",
        "Pooling in ceil mode",
        "How large the output is when it is rounded up.",
        _ceil,
    ),
    Skill(
        "output-size-transposed",
        "Transposed output size",
        "How large the output of a transposed convolution is.",
        _transposed,
    ),
)
"""What this topic trains."""
