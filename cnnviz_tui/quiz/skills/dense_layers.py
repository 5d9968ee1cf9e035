"""Dense layers behind flattened maps, and the parameters of whole stacks of layers."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from random import Random

from cnnviz_tui.questions import Road
from cnnviz_tui.quiz.skill import Exercise, Skill
from cnnviz_tui.quiz.skills.asked_layers import (
    Sliding,
    chain_macs,
    chain_text,
    network_demonstration,
    notation,
    rounding_text,
    shape_text,
    through,
)
from cnnviz_tui.quiz.skills.asking import number_exercise, numbered, road
from cnnviz_tui.quiz.skills.parameter_roads import dense_counts
from cnnviz_tui.quiz.skills.size_roads import lengths
from cnnviz_tui.shapes.formulas import parameter_formula
from cnnviz_tui.shapes.layers import Convolution, Pooling, Volume
from cnnviz_tui.shapes.notation import format_lengths
from cnnviz_tui.walkthroughs.demonstration import Demonstration


def _dense(chance: Random, level: int) -> Exercise:
    units = chance.choice((2, 3, 4, 10) if level == 1 else (10, 20, 84, 100, 120))
    layers: list[Sliding] = []
    if level == 1:
        side, channels = chance.choice((2, 3, 4, 5)), 1
    else:
        side, channels = chance.choice((4, 5, 6, 7, 8)), chance.choice((6, 8, 16, 32))
    volume: Volume = (channels, (side, side))
    if level == 3:
        inside = chance.choice((1, 3))
        volume = (inside, (2 * side + 4, 2 * side + 4))
        layers = [Convolution(inside, channels, 5), Pooling("max", 2)]
    maps, sizes = through(layers, volume)
    inputs = maps * prod(sizes)
    parameters, _ = dense_counts(inputs, units)
    flat = f"{'·'.join(map(str, sizes))}·{maps} = {inputs:,}"
    right = f"({inputs:,} + 1)·{units} = {parameters:,}"
    what = (
        f"Input {shape_text(volume)}. {chain_text(layers)} Then everything is flattened"
        if layers
        else f"{shape_text(volume)} is flattened"
    )
    model = [*map(notation, layers), "flatten", f"linear {units}"]
    demonstration = _dense_shown(volume, units)
    if layers:
        sizes_in = format_lengths((volume[0], *volume[1]))
        demonstration = Demonstration("trace", model=" | ".join(model), input=sizes_in)
    return number_exercise(
        f"{what} and goes into a dense layer of {units} units, each with a bias. How many "
        "parameters does the dense layer have?",
        parameters,
        roads=_dense_roads(maps, sizes, units, right),
        hints=(
            "How many numbers does flattening give?",
            f"{flat} inputs; each unit has a weight for each of them.",
        ),
        solution=(
            *((f"The maps are {shape_text((maps, sizes))}.",) if layers else ()),
            f"Flattened: {flat} inputs.",
            f"Each unit has {inputs:,} weights and a bias: {right}",
        ),
        demonstration=demonstration,
    )


def _dense_shown(volume: Volume, units: int) -> Demonstration:
    """The explorer of dense layers; the convolution beside it is made small."""
    channels, sizes = volume
    return Demonstration(
        "dense",
        typed={
            "input": "numbers",
            "size": lengths(sizes),
            "channels": str(channels),
            "units": str(units),
            "filter": "1",
            "filters": "1",
        },
    )


def _dense_roads(maps: int, sizes: Sequence[int], units: int, right: str) -> list[Road]:
    inputs = maps * prod(sizes)
    roads = [
        road(
            "forgot-bias",
            dense_counts(inputs, units, bias=False)[0],
            f"You left the biases out: {inputs:,}·{units} = {inputs * units:,}. One for each unit: "
            f"{right}.",
        ),
        road(
            "bias-per-input",
            inputs * units + inputs,
            f"You counted a bias for each input: {inputs:,}·{units} + {inputs:,} = "
            f"{inputs * units + inputs:,}. Units have biases: {right}.",
        ),
        road(
            "added-for-multiplied",
            inputs + units,
            f"You added: {inputs:,} + {units} = {inputs + units:,}. Every unit has a weight for "
            f"every input: {right}.",
        ),
        road(
            "forgot-filters",
            inputs + 1,
            f"You counted one unit: {inputs:,} + 1. There are {units}: {right}.",
        ),
    ]
    for name, left, did in (
        ("forgot-flatten", maps, f"the {numbered(maps, 'map')} for all of their numbers"),
        ("forgot-depth", prod(sizes), "one map for all of them"),
    ):
        wrong = dense_counts(left, units)[0]
        feedback = f"You took {did}: ({left} + 1)·{units} = {wrong:,}. All count: {right}."
        roads.append(road(name, wrong, feedback))
    return roads


def _features(chance: Random, level: int) -> Exercise:
    """How many numbers a dense layer gets behind a stack, PyTorch's in_features."""
    channels = chance.choice((1, 3))
    side = chance.choice((8, 10, 12)) if level == 1 else chance.choice((16, 20, 24, 28, 32))
    layers: list[Sliding] = [Convolution(channels, chance.choice((4, 6, 8, 10)), 5)]
    if level == 1:
        layers = [layers[0].changed(kernel_size=3)]
    else:
        layers.append(Pooling("max", 2))
        maps = layers[0].output(channels, (side, side))[0]
        layers.append(Convolution(maps, chance.choice((12, 16, 20)), 3, padding=level - 2))
    if level == 3:
        layers.append(Pooling("avg", 2))
    volume: Volume = (channels, (side, side))
    steps: list[Volume] = [volume]
    for layer in layers:
        steps.append(layer.output(*steps[-1]))
    maps, sizes = steps[-1]
    count = maps * prod(sizes)
    right = f"{'·'.join(map(str, sizes))}·{maps} = {count:,}"
    roads = [
        road(
            "forgot-flatten",
            maps,
            f"You took the {numbered(maps, 'map')}. Each holds {prod(sizes)} numbers: {right}.",
        ),
        road(
            "forgot-depth",
            prod(sizes),
            f"You flattened one map: {prod(sizes)}. There are {maps}: {right}.",
        ),
        road(
            "forgot-square",
            sizes[0] * maps,
            f"You took one side of the maps: {sizes[0]}·{maps} = {sizes[0] * maps}. They have "
            f"height and width: {right}.",
        ),
        road(
            "kept-size",
            maps * side * side,
            f"You kept the size of the input: {side}·{side}·{maps} = {maps * side * side:,}. The "
            f"size goes {' → '.join(str(each[0]) for _, each in steps)}: {right}.",
        ),
        road(
            "took-input",
            channels * side * side,
            f"You counted the input: {side}·{side}·{channels} = {channels * side * side:,}. What "
            f"comes out of the layers: {right}.",
        ),
    ]
    if level > 1:
        unpooled = through([one for one in layers if isinstance(one, Convolution)], volume)
        roads.append(
            road(
                "forgot-pooling",
                unpooled[0] * prod(unpooled[1]),
                f"You left the pooling out: {shape_text(unpooled)} flattened. With it: {right}.",
            )
        )
    model = [*map(notation, layers), "flatten", "linear 10"]
    return number_exercise(
        f"Input {shape_text(volume)}. {chain_text(layers)}{rounding_text(layers, steps)} Then "
        "everything is flattened. How many inputs has the dense layer behind it?",
        count,
        roads=roads,
        hints=(
            "Find the volume behind the last layer first.",
            f"It is {shape_text(steps[-1])}.",
        ),
        solution=(
            f"The volumes: {' → '.join(map(shape_text, steps))}.",
            f"Flattened: {right}",
        ),
        demonstration=Demonstration(
            "trace", model=" | ".join(model), input=format_lengths((channels, side, side))
        ),
    )


def _stack(chance: Random, level: int) -> Exercise:
    """The parameters of several layers together."""
    channels = chance.choice((1, 3))
    side = chance.choice((10, 12)) if level == 1 else chance.choice((20, 24, 28, 32))
    first = Convolution(channels, chance.choice((2, 4, 6, 8)), 3 if level == 1 else 5)
    second = Convolution(first.out_channels, chance.choice((5, 8, 10, 12, 16)), 3)
    pooling = Pooling("max", 2)
    layers: list[Sliding] = [first, second] if level == 1 else [first, pooling, second]
    if level == 3:
        layers.append(pooling)
    volume: Volume = (channels, (side, side))
    maps, sizes = through(layers, volume)
    inputs, units = maps * prod(sizes), 10
    head, head_macs = dense_counts(inputs, units) if level == 3 else (0, 0)
    total = first.parameters + second.parameters + head
    counts = [first.parameters, second.parameters, *([head] if head else [])]
    right = f"{' + '.join(f'{count:,}' for count in counts)} = {total:,}"
    shallow = second.changed(in_channels=channels)
    bare = first.weights + second.weights + inputs * units * (level == 3)
    macs = chain_macs(layers, volume) + head_macs
    roads = [
        road(
            "kept-channels",
            total - second.parameters + shallow.parameters,
            f"You gave the second filters the depth of the picture, {channels}: "
            f"{parameter_formula(shallow)}. They read {numbered(first.out_channels, 'map')}: "
            f"{parameter_formula(second)}. Together: {right}.",
        ),
        road(
            "forgot-bias",
            bare,
            f"You left the biases out, which gives {bare:,}. Every filter{_and_unit(level)} has "
            f"one: {right}.",
        ),
        road(
            "took-wrong-layer",
            counts[-1],
            f"You counted the last layer: {counts[-1]:,}. All of them: {right}.",
        ),
        road(
            "multiplied-for-added",
            prod(counts),
            f"You multiplied the counts of the layers. They are added: {right}.",
        ),
        road(
            "macs-for-parameters",
            macs,
            f"You counted multiplications: {macs:,}. Filters are shared by all positions: {right} "
            "parameters.",
        ),
    ]
    if level > 1:
        extra = 4 * first.out_channels + (4 * maps if level == 3 else 0)
        roads.append(
            road(
                "pooling-has-weights",
                total + extra,
                f"You gave pooling 2·2 weights a map: {total:,} + {extra} = {total + extra:,}. It "
                f"has none: {right}.",
            )
        )
    if level == 3:
        narrow = dense_counts(maps, units)[0]
        roads.append(
            road(
                "forgot-flatten",
                total - head + narrow,
                f"You took the {maps} maps as the inputs of the dense layer: ({maps} + 1)·{units} "
                f"= {narrow:,}. Flattened they are {inputs:,} numbers: ({inputs:,} + 1)·{units} = "
                f"{head:,}. Together: {right}.",
            )
        )
    dense = f" Then flattened, and a dense layer of {units} units." if level == 3 else ""
    demonstration = network_demonstration(layers, volume)
    if level == 3:
        model = [*map(notation, layers), "flatten", f"linear {units}"]
        demonstration = Demonstration("trace", model=" | ".join(model), input=demonstration.input)
    return number_exercise(
        f"Input {shape_text(volume)}. {chain_text(layers)}{dense} Every filter{_and_unit(level)} "
        "has a bias. How many parameters are there together?",
        total,
        roads=roads,
        hints=(
            "Count layer by layer, and add.",
            f"The first layer: {parameter_formula(first)}.",
        ),
        solution=(
            f"First filters: {parameter_formula(first)}",
            f"Second filters, {first.out_channels} deep: {parameter_formula(second)}",
            *(("Pooling has no parameters.",) if level > 1 else ()),
            *(
                (f"Dense layer, {inputs:,} inputs: ({inputs:,} + 1)·{units} = {head:,}",)
                if head
                else ()
            ),
            f"Together: {right}",
        ),
        demonstration=demonstration,
    )


def _and_unit(level: int) -> str:
    return " and every unit" if level == 3 else ""


SKILLS: tuple[Skill, ...] = (
    Skill(
        "dense-parameters",
        "Parameters of a dense layer",
        "How many numbers a dense layer learns, behind flattened maps too.",
        _dense,
    ),
    Skill(
        "flattened-size",
        "Numbers behind flattening",
        "How many numbers reach the dense layer when maps are flattened.",
        _features,
    ),
    Skill(
        "stack-parameters",
        "Parameters of a stack",
        "How many numbers several layers learn together.",
        _stack,
    ),
)
"""What this topic trains."""
