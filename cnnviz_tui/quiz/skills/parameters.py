"""Parameters: what training changes, counted in convolutions of every kind."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from random import Random

from cnnviz_tui.quiz.skill import Exercise, Skill
from cnnviz_tui.quiz.skills.asked_layers import (
    convolution_demonstration,
    convolution_of,
    layer_text,
    network_demonstration,
    shape_text,
    side_of,
)
from cnnviz_tui.quiz.skills.asking import number_exercise, numbered, road
from cnnviz_tui.quiz.skills.parameter_roads import parameter_roads
from cnnviz_tui.quiz.skills.size_roads import lengths
from cnnviz_tui.shapes.formulas import parameter_formula
from cnnviz_tui.shapes.layers import Convolution, Volume
from cnnviz_tui.walkthroughs.demonstration import Demonstration

_NOT_THE_SIZE = "The size of the input does not matter: every position uses the same filters."


def _count(layer: Convolution, side: int, prompt: str, solution: Sequence[str] = ()) -> Exercise:
    """Ask for the parameters of a convolution over a square input."""
    volume = (layer.in_channels, (side, side))
    depth = layer.in_channels // layer.groups
    inside = f"{layer.window[0]}·{layer.window[1]}·{depth}"
    bias = " and a bias" if layer.bias else ", and no bias"
    return number_exercise(
        prompt,
        layer.parameters,
        roads=parameter_roads(layer, volume[1]),
        hints=(
            f"Count one filter first: it has {inside} weights{bias}.",
            f"There are {numbered(layer.out_channels, 'filter')}.",
        ),
        solution=(
            *solution,
            f"One filter: {inside} weights{bias}.",
            f"All {numbered(layer.out_channels, 'filter')}: {parameter_formula(layer)}",
        ),
        demonstration=convolution_demonstration(layer, volume),
    )


def _with_bias(chance: Random, level: int) -> Exercise:
    layer = convolution_of(chance, level, _channels(chance, level))
    side = side_of(chance, level)
    volume = (layer.in_channels, (side, side))
    prompt = (
        f"Input {shape_text(volume)}; {layer_text(layer)}, each with a bias. How many parameters "
        "does the layer have?"
    )
    return _count(layer, side, prompt, (_NOT_THE_SIZE,))


def _without_bias(chance: Random, level: int) -> Exercise:
    layer = convolution_of(chance, level, _channels(chance, level)).changed(bias=False)
    side = side_of(chance, level)
    volume = (layer.in_channels, (side, side))
    why = "without a bias" if level == 1 else "no bias, as normalisation follows"
    prompt = (
        f"Input {shape_text(volume)}; {layer_text(layer)}, {why}. How many parameters does the "
        "convolution have?"
    )
    return _count(layer, side, prompt, (_NOT_THE_SIZE,))


def _channels(chance: Random, level: int) -> int:
    return chance.choice(((1, 3), (3, 4, 6, 8), (16, 24, 32, 48, 64))[level - 1])


def _one_filter(chance: Random, level: int) -> Exercise:
    """The weights of one filter: what a dot product at one position has."""
    channels, side = _channels(chance, level), side_of(chance, level)
    window = chance.choice((3, 5)) if level == 1 else chance.choice((3, 5, 7))
    filters = chance.choice((6, 8, 10, 12, 16))
    sides = (window, window)
    if level == 3:
        sides = (window, chance.choice([other for other in (1, 2, 3, 4, 5, 7) if other != window]))
    layer = Convolution(channels, filters, sides, bias=False)
    weights = layer.weights // filters
    right = f"{sides[0]}·{sides[1]}·{channels} = {weights}"
    flat, one_side = prod(sides), sides[0] * channels
    roads = [
        road(
            "forgot-depth",
            flat,
            f"You left the depth out: {sides[0]}·{sides[1]} = {flat}. A filter reaches through all "
            f"{numbered(channels, 'channel')}: {right}.",
        ),
        road(
            "took-k-for-c",
            flat * filters,
            f"You took the {filters} filters for the depth: {sides[0]}·{sides[1]}·{filters} = "
            f"{flat * filters}. One filter is as deep as the input: {right}.",
        ),
        road(
            "forgot-square",
            one_side,
            f"You took one side of the filter: {sides[0]}·{channels} = {one_side}. It has height "
            f"and width: {right}.",
        ),
        road(
            "counted-all-filters",
            layer.weights,
            f"You counted all {filters} filters: {weights}·{filters} = {layer.weights:,}. One has "
            f"{right}.",
        ),
        road(
            "counted-bias",
            weights + 1,
            f"You counted the bias: {weights} + 1. Weights are what inputs are multiplied with: "
            f"{right}.",
        ),
    ]
    return number_exercise(
        f"{filters} filters of {lengths(sides)} slide over {side}x{side}x{channels}. How many "
        "weights does one filter have, not counting its bias?",
        weights,
        roads=roads,
        hints=("How deep is the filter?", "Multiply height, width and depth."),
        solution=(
            "A filter reaches through the full depth of what it reads.",
            f"Height times width times depth: {right}",
        ),
        demonstration=convolution_demonstration(layer.changed(bias=True), (channels, (side, side))),
    )


def _pointwise(chance: Random, level: int) -> Exercise:
    channels = chance.choice(((4, 6, 8), (16, 24, 32), (48, 64, 96, 128, 256))[level - 1])
    filters = chance.choice(
        [n for n in ((2, 3, 4, 10), (8, 16, 48), (16, 32, 64, 128))[level - 1] if n != channels]
    )
    side = chance.choice(((5, 6, 7, 8), (14, 16, 28), (7, 14, 28, 56))[level - 1])
    layer = Convolution(channels, filters, 1, bias=level < 3)
    volume = (channels, (side, side))
    bias = "each with a bias" if layer.bias else "without a bias"
    prompt = (
        f"Input {shape_text(volume)}; {filters} filters of 1x1, {bias}. How many parameters does "
        "the layer have?"
    )
    return _count(layer, side, prompt, ("A 1x1 filter is 1 wide, but as deep as its input.",))


def _groups(chance: Random, level: int) -> Exercise:
    if level == 1:
        groups, channels, filters = 2, chance.choice((4, 6, 8)), chance.choice((2, 4, 6, 8))
    elif level == 2:
        groups, channels = chance.choice((2, 4)), chance.choice((8, 12, 16))
        filters = chance.choice((8, 16))
    else:
        # Depthwise: as many groups as channels, one or two filters for each.
        groups = channels = chance.choice((6, 8, 12, 16, 32, 48))
        filters = channels * chance.choice((1, 2))
    window = 3 if level == 1 else chance.choice((3, 5))
    layer = Convolution(channels, filters, window, groups=groups, bias=level != 2)
    side = chance.choice((6, 8)) if level == 1 else chance.choice((14, 16, 28))
    depthwise = " (depthwise)" if level == 3 else ""
    bias = "each with a bias" if layer.bias else "without a bias"
    prompt = (
        f"Input {shape_text((channels, (side, side)))}; {filters} filters of {lengths([window])} "
        f"in {groups} groups{depthwise}, {bias}. How many parameters does the layer have?"
    )
    first = f"Each filter reads one group: {channels}/{groups} = {channels // groups} deep."
    return _count(layer, side, prompt, (first,))


def _separable(chance: Random, level: int) -> Exercise:
    channels = chance.choice(((2, 3, 4), (8, 12, 16), (24, 32, 48, 64))[level - 1])
    maps = chance.choice(((4, 5, 6), (10, 16, 24), (32, 64, 96, 128))[level - 1])
    window = 3 if level == 1 else chance.choice((3, 5))
    bias = level == 3
    depthwise = Convolution(channels, channels, window, groups=channels, bias=bias)
    pointwise = Convolution(channels, maps, 1, bias=bias)
    full = Convolution(channels, maps, window, bias=bias)
    total = depthwise.parameters + pointwise.parameters
    right = (
        f"{_product(depthwise)} + {_product(pointwise)} = {depthwise.parameters:,} + "
        f"{pointwise.parameters:,} = {total:,}"
    )
    dense_first = Convolution(channels, channels, window, bias=bias)
    roads = [
        road(
            "ordinary-convolution",
            full.parameters,
            f"You counted an ordinary convolution: {parameter_formula(full)}. This one is split in "
            f"two: {right}.",
        ),
        road(
            "forgot-pointwise",
            depthwise.parameters,
            f"You left the 1x1 filters out: {depthwise.parameters:,}. With them: {right}.",
        ),
        road(
            "forgot-depthwise",
            pointwise.parameters,
            f"You left the {lengths([window])} filters out: {pointwise.parameters:,}. With them: "
            f"{right}.",
        ),
        road(
            "forgot-groups",
            dense_first.parameters + pointwise.parameters,
            f"You made the first filters {channels} deep: {_product(dense_first)} = "
            f"{dense_first.parameters:,}. Each reads one channel: {right}.",
        ),
        road(
            "multiplied-for-added",
            depthwise.parameters * pointwise.parameters,
            f"You multiplied the two layers' counts: {depthwise.parameters:,}·"
            f"{pointwise.parameters:,} = {depthwise.parameters * pointwise.parameters:,}. They are "
            f"added: {right}.",
        ),
    ]
    other = [depthwise.changed(bias=not bias), pointwise.changed(bias=not bias)]
    without = sum(layer.parameters for layer in other)
    roads.append(
        road(
            "forgot-bias" if bias else "counted-bias",
            without,
            f"You {'left the biases out' if bias else 'counted biases'}: "
            f"{' + '.join(map(_product, other))} = {without:,}. "
            f"{'With them' if bias else 'Without them'}: {right}.",
        )
    )
    biases = "every filter with a bias" if bias else "all without a bias"
    side = chance.choice(((6, 8, 10), (12, 14, 16), (28, 32, 56))[level - 1])
    return number_exercise(
        f"A separable convolution over {side}x{side}x{channels}: first one filter of "
        f"{lengths([window])} for each channel, then {maps} filters of 1x1, {biases}. How many "
        "parameters does it have?",
        total,
        roads=roads,
        hints=(
            "Two layers: depthwise, then pointwise. Count each.",
            f"Depthwise: {_product(depthwise)} = {depthwise.parameters:,}.",
        ),
        solution=(
            f"Depthwise, each filter 1 deep: {_product(depthwise)} = {depthwise.parameters:,}",
            f"Pointwise, each {channels} deep: {_product(pointwise)} = {pointwise.parameters:,}",
            f"Together: {right}",
        ),
        demonstration=_separable_shown([depthwise, pointwise], (channels, (side, side))),
    )


def _product(layer: Convolution) -> str:
    """The parameters as a product with the depth of a filter in it: `3·3·1·2`."""
    filter_ = "·".join(map(str, (*layer.window, layer.in_channels // layer.groups)))
    return f"{f'({filter_} + 1)' if layer.bias else filter_}·{layer.out_channels}"


def _separable_shown(layers: Sequence[Convolution], volume: Volume) -> Demonstration:
    """The explorer of groups, which has room for 16 maps; the trace for more."""
    depthwise, pointwise = layers
    channels, sizes = volume
    if max(channels, pointwise.out_channels) > 16:
        return network_demonstration(layers, volume)
    return Demonstration(
        "groups",
        typed={
            "size": lengths(sizes),
            "channels": str(channels),
            "filters": str(channels),
            "groups": str(channels),
            "filter": lengths(depthwise.window),
            "pointwise": str(pointwise.out_channels),
        },
    )


SKILLS: tuple[Skill, ...] = (
    Skill(
        "filter-weights",
        "Weights of one filter",
        "How many weights one filter has.",
        _one_filter,
    ),
    Skill(
        "conv-parameters",
        "Parameters of a convolution",
        "How many numbers a convolutional layer learns, biases included.",
        _with_bias,
    ),
    Skill(
        "conv-parameters-no-bias",
        "Parameters without a bias",
        "How many numbers a convolutional layer without biases learns.",
        _without_bias,
    ),
    Skill(
        "pointwise-parameters",
        "Parameters of 1x1 filters",
        "How many numbers a layer of 1x1 filters learns.",
        _pointwise,
    ),
    Skill(
        "group-parameters",
        "Parameters with groups",
        "How many numbers a grouped or depthwise convolution learns.",
        _groups,
    ),
    Skill(
        "separable-parameters",
        "Parameters of a separable convolution",
        "How many numbers a depthwise and a pointwise layer learn together.",
        _separable,
    ),
)
"""What this topic trains."""
