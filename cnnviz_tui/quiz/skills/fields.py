"""Receptive fields: what a unit sees behind a stack of layers."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from random import Random

from cnnviz_tui.questions import Road
from cnnviz_tui.quiz.skill import Exercise, Skill
from cnnviz_tui.quiz.skills.asking import number_exercise, road
from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.receptive import ReceptiveField, receptive_field, receptive_formula
from cnnviz_tui.walkthroughs.demonstration import Demonstration

_LARGE = 10**6
"""Along an axis as long as this every window fits; a field does not depend on its length."""
_WIDEST_SHOWN, _MOST_SHOWN = 64, 8
"""The explorer's pictures are not larger, its stacks not deeper."""
_RULE = "Each layer adds (F − 1) times the strides before it; a unit alone sees 1."


def unpadded_layer(window: int, stride: int = 1, dilation: int = 1) -> Axis:
    """A layer's way along an axis with room for every window."""
    return Axis(_LARGE, window, stride, dilation=dilation)


def _words(axis: Axis, pooling: bool) -> str:
    """`3x3`, `3x3 with stride 2`, `2x2 pooling, stride 2`."""
    window = f"{axis.window}x{axis.window}"
    if pooling:
        return f"pooling {window}, stride {axis.stride}"
    stride = f", stride {axis.stride}" if axis.stride > 1 else ""
    dilation = f", dilation {axis.dilation}" if axis.dilation > 1 else ""
    return f"convolution {window}{stride}{dilation}"


def field_shown(axes: Sequence[Axis], poolings: Sequence[bool]) -> Demonstration | None:
    """The explorer of receptive fields at a stack, where it has room for it."""
    field = receptive_field(axes)
    if field.size > _WIDEST_SHOWN or len(axes) > _MOST_SHOWN:
        return None
    stack = []
    for axis, pooling in zip(axes, poolings, strict=True):
        stride = f"s{axis.stride}" if axis.stride != (axis.window if pooling else 1) else ""
        dilation = f"d{axis.dilation}" if axis.dilation > 1 else ""
        stack.append(f"{'pool' if pooling else ''}{axis.window}{stride}{dilation}")
    size = str(28 if field.size <= 28 else _WIDEST_SHOWN)
    return Demonstration("field", typed={"stack": ", ".join(stack), "rival": "none", "size": size})


def _field(axes: Sequence[Axis], poolings: Sequence[bool], roads: Sequence[Road]) -> Exercise:
    """Ask for the receptive field behind a stack."""
    field, right = receptive_field(axes), receptive_formula(axes)
    chain = "; ".join(map(_words, axes, poolings))
    steps, so_far = [], ReceptiveField()
    for axis, pooling in zip(axes, poolings, strict=True):
        after = so_far.through(axis)
        steps.append(
            f"{_words(axis, pooling)}: {so_far.size} + ({axis.reach} − 1)·{so_far.jump} = "
            f"{after.size}, strides so far {after.jump}"
        )
        so_far = after
    return number_exercise(
        f"Layers in their order: {chain}. How many input positions wide is the receptive "
        "field of a unit behind the last layer?",
        field.size,
        roads=(*_field_roads(axes, right), *roads),
        hints=(_RULE, f"Behind the first layer it is {axes[0].reach}."),
        solution=(_RULE, *steps, right),
        demonstration=field_shown(axes, poolings),
    )


def _field_roads(axes: Sequence[Axis], right: str) -> list[Road]:
    windows = [axis.window for axis in axes]
    field = receptive_field(axes)
    roads = [
        road(
            "added-fields",
            sum(windows),
            f"You added the filter sizes: {' + '.join(map(str, windows))} = {sum(windows)}. "
            f"Neighbouring windows overlap: {right}.",
        ),
        road(
            "multiplied-fields",
            prod(windows),
            f"You multiplied the filter sizes: {'·'.join(map(str, windows))} = {prod(windows)}. "
            f"Windows overlap: {right}.",
        ),
        road(
            "forgot-centre",
            field.size - 1,
            f"You left the 1 out that a unit sees before any layer: {field.size - 1}. With it: "
            f"{right}.",
        ),
        road(
            "took-last-window",
            windows[-1],
            f"You took the last layer's filter: {windows[-1]}. What it reads has seen more "
            f"already: {right}.",
        ),
    ]
    if any(axis.dilation > 1 for axis in axes):
        tight = [axis.changed(dilation=1) for axis in axes]
        roads.append(
            road(
                "forgot-dilation",
                receptive_field(tight).size,
                f"You left the dilation out: {receptive_formula(tight)}. A filter spans "
                f"D·(F − 1) + 1: {right}.",
            )
        )
    if any(axis.stride > 1 for axis in axes):
        still = [axis.changed(stride=1) for axis in axes]
        own = 1 + sum(
            (axis.reach - 1) * receptive_field(axes[: place + 1]).jump
            for place, axis in enumerate(axes)
        )
        roads += [
            road(
                "forgot-jump",
                receptive_field(still).size,
                f"You left the strides out: {receptive_formula(still)}. Behind a stride every "
                f"step is that long in the input: {right}.",
            ),
            road(
                "own-stride",
                own,
                f"You multiplied each window with its own stride too, which gives {own}. Only the "
                f"strides before a layer count: {right}.",
            ),
        ]
    return roads


def _without_strides(chance: Random, level: int) -> Exercise:
    if level == 1:
        axes = [unpadded_layer(chance.choice((3, 5, 7, 9))) for _ in range(2)]
    elif level == 2:
        axes = [unpadded_layer(chance.choice((3, 5, 7))) for _ in range(chance.randint(3, 4))]
    else:
        axes = [
            unpadded_layer(3, dilation=chance.choice((1, 2, 3, 4)))
            for _ in range(chance.randint(3, 4))
        ]
        axes[-1] = unpadded_layer(chance.choice((3, 5)), dilation=chance.choice((2, 3, 4)))
    return _field(axes, [False] * len(axes), ())


def _with_strides(chance: Random, level: int) -> Exercise:
    if level == 1:
        axes = [unpadded_layer(chance.choice((3, 5, 7)), chance.choice((2, 3)))]
        axes.append(unpadded_layer(chance.choice((3, 5, 7))))
        poolings = [False, False]
    elif level == 2:
        # As in LeNet: convolution, pooling, convolution, perhaps pooling.
        axes = [unpadded_layer(chance.choice((3, 5, 7))), unpadded_layer(chance.choice((2, 3)), 2)]
        axes.append(unpadded_layer(chance.choice((3, 5))))
        poolings = [False, True, False]
        if chance.random() < 0.5:
            axes, poolings = [*axes, unpadded_layer(2, 2)], [*poolings, True]
    else:
        axes = [
            unpadded_layer(chance.choice((5, 7, 9, 11)), chance.choice((1, 2))),
            unpadded_layer(chance.choice((2, 3)), 2),
            unpadded_layer(chance.choice((3, 5))),
            unpadded_layer(3, chance.choice((1, 2))),
        ]
        poolings = [False, True, False, False]
    roads = []
    if any(poolings):
        bare = [axis for axis, pooling in zip(axes, poolings, strict=True) if not pooling]
        roads.append(
            road(
                "forgot-pooling",
                receptive_field(bare).size,
                f"You left the pooling out: {receptive_formula(bare)}. Its window and its stride "
                f"count: {receptive_formula(axes)}.",
            )
        )
    return _field(axes, poolings, roads)


SKILLS: tuple[Skill, ...] = (
    Skill(
        "receptive-field",
        "Receptive field",
        "How much of the input a unit sees behind layers of stride 1.",
        _without_strides,
    ),
    Skill(
        "receptive-field-strides",
        "Receptive field with strides",
        "How much of the input a unit sees behind strides and pooling.",
        _with_strides,
    ),
)
"""What this topic trains."""
