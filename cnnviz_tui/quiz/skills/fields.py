"""Receptive fields: what a unit sees behind a stack of layers, and what stacking saves."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import count
from math import ceil, prod
from random import Random

from cnnviz_tui.questions import Road
from cnnviz_tui.quiz.skill import Exercise, Skill
from cnnviz_tui.quiz.skills.asking import number_exercise, road
from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.layers import Convolution
from cnnviz_tui.shapes.receptive import ReceptiveField, receptive_field, receptive_formula
from cnnviz_tui.walkthroughs.demonstration import Demonstration

_LARGE = 10**6
"""Along an axis as long as this every window fits; a field does not depend on its length."""
_WIDEST_SHOWN = 64
"""The explorer's pictures are not larger."""
_RULE = "Each layer adds (F − 1) times the strides before it; a unit alone sees 1."


def _layer(window: int, stride: int = 1, dilation: int = 1) -> Axis:
    return Axis(_LARGE, window, stride, dilation=dilation)


def _words(axis: Axis, pooling: bool) -> str:
    """`3x3`, `3x3 with stride 2`, `2x2 pooling, stride 2`."""
    window = f"{axis.window}x{axis.window}"
    if pooling:
        return f"pooling {window}, stride {axis.stride}"
    stride = f", stride {axis.stride}" if axis.stride > 1 else ""
    dilation = f", dilation {axis.dilation}" if axis.dilation > 1 else ""
    return f"convolution {window}{stride}{dilation}"


def _shown(axes: Sequence[Axis], poolings: Sequence[bool]) -> Demonstration | None:
    """The explorer of receptive fields at a stack, where the field has room in its pictures."""
    field = receptive_field(axes)
    if field.size > _WIDEST_SHOWN:
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
        demonstration=_shown(axes, poolings),
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
        axes = [_layer(chance.choice((3, 5, 7, 9))) for _ in range(2)]
    elif level == 2:
        axes = [_layer(chance.choice((3, 5, 7))) for _ in range(chance.randint(3, 4))]
    else:
        axes = [
            _layer(3, dilation=chance.choice((1, 2, 3, 4))) for _ in range(chance.randint(3, 4))
        ]
        axes[-1] = _layer(chance.choice((3, 5)), dilation=chance.choice((2, 3, 4)))
    return _field(axes, [False] * len(axes), ())


def _with_strides(chance: Random, level: int) -> Exercise:
    if level == 1:
        axes = [_layer(chance.choice((3, 5, 7)), chance.choice((2, 3)))]
        axes.append(_layer(chance.choice((3, 5, 7))))
        poolings = [False, False]
    elif level == 2:
        # As in LeNet: convolution, pooling, convolution, perhaps pooling.
        axes = [_layer(chance.choice((3, 5, 7))), _layer(chance.choice((2, 3)), 2)]
        axes.append(_layer(chance.choice((3, 5))))
        poolings = [False, True, False]
        if chance.random() < 0.5:
            axes, poolings = [*axes, _layer(2, 2)], [*poolings, True]
    else:
        axes = [
            _layer(chance.choice((5, 7, 9, 11)), chance.choice((1, 2))),
            _layer(chance.choice((2, 3)), 2),
            _layer(chance.choice((3, 5))),
            _layer(3, chance.choice((1, 2))),
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


def _how_many_layers(chance: Random, level: int) -> Exercise:
    if level < 3:
        window = chance.choice((3, 3, 5))
        wanted = 1 + (window - 1) * chance.randint(*((2, 6), (7, 16))[level - 1])
    else:
        window = chance.choice((3, 5, 7))
        wanted = chance.choice((28, 32, 40, 48, 56, 64, 96, 112, 128, 224))
    seen, needed = ReceptiveField(), 0
    while seen.size < wanted:
        seen, needed = seen.through(_layer(window)), needed + 1
    reached = seen.size
    grows = window - 1
    right = f"1 + {needed}·({window} − 1) = {reached}"
    divided = ceil(Fraction(wanted, window))
    area = ceil(Fraction(wanted, window) ** 2)
    short = ceil(Fraction(wanted - window, grows))
    roads = [
        road(
            "added-fields",
            divided,
            f"You divided the sizes: {wanted}/{window}, so {divided}. The first layer sees "
            f"{window}, each further one only {grows} more: {right}.",
        ),
        road(
            "compared-areas",
            area,
            f"You compared areas: {wanted}·{wanted} over {window}·{window}, so {area}. Fields grow "
            f"by their sides, {grows} a layer: {right}.",
        ),
        road(
            "forgot-first-layer",
            short,
            f"You left the first layer out: ({wanted} − {window})/{grows}, so {short} more behind "
            f"it. With it: {right}.",
        ),
        road(
            "multiplied-fields",
            next(layers for layers in count(1) if window**layers >= wanted),
            f"You multiplied the sizes, as if each layer saw {window} times as much. It sees "
            f"{grows} more: {right}.",
        ),
        road(
            "one-pixel-a-layer",
            wanted - 1,
            f"You let every layer add 1. It adds {grows}, half of it at each side: {right}.",
        ),
    ]
    if level < 3:
        question = (
            f"How many layers of {window}x{window}, stride 1, have together the receptive field of "
            f"one layer of {wanted}x{wanted}?"
        )
    else:
        question = (
            f"How many layers of {window}x{window}, stride 1, does it take until a unit in the "
            f"middle can see all of a picture of {wanted}x{wanted}?"
        )
    return number_exercise(
        question,
        needed,
        roads=roads,
        hints=(
            f"The first layer sees {window}, two see {window + grows}.",
            f"How often do {grows} positions more go into {wanted} − 1?",
        ),
        solution=(
            f"Each layer of {window}x{window} adds {window} − 1 = {grows} to the 1 of a unit.",
            f"With {needed}: {right}",
        ),
        # The explorer stacks up to eight layers.
        demonstration=_shown([_layer(window)] * needed, [False] * needed) if needed <= 8 else None,
    )


def _what_stacking_saves(chance: Random, level: int) -> Exercise:
    """The weights of a stack of 3x3 against one large filter with the same field."""
    layers = 2 if level == 1 else chance.choice((2, 3)) if level == 2 else chance.choice((2, 3, 4))
    channels = chance.choice(
        ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10), (8, 12, 16, 20, 24, 32), (48, 64, 96, 128, 256))[
            level - 1
        ]
    )
    axes = [_layer(3)] * layers
    side = receptive_field(axes).size
    small, large = (Convolution(channels, channels, window, bias=False) for window in (3, side))
    stacked = layers * small.weights
    asks_saving = level > 1 and chance.random() < 0.5
    one = f"3·3·{channels}·{channels}"
    right = f"{layers}·{one} = {stacked:,}"
    saved = large.weights - stacked
    difference = (
        f"{side}·{side}·{channels}·{channels} − {layers}·{one} = {large.weights:,} − {stacked:,} = "
        f"{saved:,}"
    )
    answer, truth = (saved, difference) if asks_saving else (stacked, right)

    def asked(of_stack: int, of_large: int) -> int:
        """The asked number, with other counts for the two."""
        return of_large - of_stack if asks_saving else of_stack

    flat = asked(layers * 9, side * side)
    one_filter = answer // channels
    one_layer = asked(small.weights, large.weights)
    biased = asked(
        layers * small.changed(bias=True).parameters, large.changed(bias=True).parameters
    )
    other = stacked if asks_saving else large.weights
    roads = [
        road(
            "forgot-depth",
            flat,
            f"You counted one slice of one filter, which gives {flat}. There are {channels} "
            f"filters, each {channels} deep: {truth}.",
        ),
        road(
            "forgot-filters",
            one_filter,
            f"You counted one filter a layer, which gives {one_filter:,}. There are {channels}: "
            f"{truth}.",
        ),
        road(
            "took-wrong-layer",
            one_layer,
            f"You counted one layer of 3x3, {small.weights:,} weights, which gives {one_layer:,}. "
            f"There are {layers}: {truth}.",
        ),
        road(
            "took-other-stack",
            other,
            f"{other:,} are the weights of the {'stack' if asks_saving else 'large filters'}. "
            f"Asked: {truth}.",
        ),
        road(
            "counted-bias",
            biased,
            f"You counted biases, which gives {biased:,}. There are none here: {truth}.",
        ),
    ]
    question = (
        f"how many weights fewer has the stack than one layer of {side}x{side}?"
        if asks_saving
        else f"how many weights has the stack that sees as much as one layer of {side}x{side}?"
    )
    return number_exercise(
        f"{layers} layers of 3x3 follow each other, stride 1, no biases; {channels} channels go "
        f"into every layer and come out of it: {question}",
        answer,
        roads=[each for each in roads if isinstance(each.value, Fraction) and each.value > 0],
        hints=(
            f"One layer of 3x3 has {one} weights.",
            f"The stack's field: {receptive_formula(axes)}.",
        ),
        solution=(
            f"The stack sees {receptive_formula(axes)}, as one layer of {side}x{side} does.",
            f"One layer of 3x3: {one} = {small.weights:,}; {layers} of them: {stacked:,}.",
            *((f"One of {side}x{side}: {large.weights:,}.",) if asks_saving else ()),
            truth,
        ),
        demonstration=Demonstration(
            "field",
            typed={
                "stack": ", ".join(["3"] * layers),
                "rival": str(side),
                "channels": str(channels),
            },
        ),
    )


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
    Skill(
        "layers-for-field",
        "How many layers see as much",
        "How many small filters see as much as one large one.",
        _how_many_layers,
    ),
    Skill(
        "stacking-saves",
        "What stacking saves",
        "How many weights a stack of 3x3 has against one large filter.",
        _what_stacking_saves,
    ),
)
"""What this topic trains."""
