"""What a layer costs: multiply-accumulates, and numbers to keep."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod
from random import Random

from cnnviz_tui.questions import Road
from cnnviz_tui.quiz.skill import Exercise, Skill
from cnnviz_tui.quiz.skills.asked_layers import (
    convolution_demonstration,
    convolution_of,
    layer_text,
    shape_text,
)
from cnnviz_tui.quiz.skills.asking import number_exercise, numbered, road
from cnnviz_tui.quiz.skills.parameter_roads import dense_counts
from cnnviz_tui.shapes.formulas import mac_formula, parameter_formula, size_formula
from cnnviz_tui.shapes.layers import Convolution, Volume
from cnnviz_tui.walkthroughs.demonstration import Demonstration

_ONE_MAC = "1 MAC is one multiplication and one addition: 2 FLOPs."


def _convolution_macs(chance: Random, level: int) -> Exercise:
    channels = (3, chance.choice((3, 4, 8)), chance.choice((8, 16, 24, 32)))[level - 1]
    layer = convolution_of(chance, level, channels)
    side = chance.choice((6, 7, 8, 9)) if level == 1 else chance.choice((16, 20, 24, 28, 32))
    if level == 3 and chance.random() < 0.5:
        layer = layer.changed(groups=4)
    volume = (channels, (side, side))
    (axis, _), (maps, sizes) = layer.axes(volume[1]), layer.output(*volume)
    inside = _one_number(layer)
    per_number = layer.weights // maps
    places = "·".join(map(str, sizes))
    macs = layer.macs(volume[1])
    right = f"{inside}·{maps}·{places} = {macs:,}"
    rounds = "" if axis.fits else " What does not fit is left out."
    return number_exercise(
        f"Input {shape_text(volume)}; {layer_text(layer)}.{rounds} How many multiply-accumulates "
        "(MACs) does one picture take?",
        macs,
        roads=_mac_roads(layer, volume, right),
        hints=(
            f"One output number takes {inside} = {per_number} of them.",
            f"How many output numbers are there? {size_formula(axis)}.",
        ),
        solution=(
            f"Each map: {size_formula(axis)}",
            f"One output number: {inside} = {per_number} products.",
            f"There are {maps}·{places} of them: {right}",
        ),
        demonstration=convolution_demonstration(layer, volume),
    )


def _one_number(layer: Convolution) -> str:
    """The products of one output number: `5·5·3`."""
    return f"{layer.window[0]}·{layer.window[1]}·{layer.in_channels // layer.groups}"


def _mac_roads(layer: Convolution, volume: Volume, right: str) -> list[Road]:
    channels, before = volume
    maps, sizes = layer.output(*volume)
    places = "·".join(map(str, sizes))
    macs, depth = layer.macs(before), channels // layer.groups
    at_input = layer.weights * prod(before)
    # A bias would be one product more for each output number.
    with_biases = macs + layer.biases * prod(sizes)
    roads = [
        road(
            "flops-for-macs",
            2 * macs,
            f"You counted multiplication and addition apart: 2·{macs:,} = {2 * macs:,} FLOPs. "
            f"{_ONE_MAC} {right} MACs.",
        ),
        road(
            "forgot-positions",
            layer.weights,
            f"You counted one position: {layer.weights:,}. The filters are used at all {places}: "
            f"{right}.",
        ),
        road(
            "parameters-for-macs",
            layer.parameters,
            f"You counted parameters: {parameter_formula(layer)}. They are used at every position: "
            f"{right}.",
        ),
        road(
            "forgot-filters",
            macs // maps,
            f"You counted one filter: {macs // maps:,}. There are {maps}: {right}.",
        ),
        road(
            "forgot-depth",
            macs // depth,
            f"You left the depth out, which gives {macs // depth:,}. Each filter is {depth} deep: "
            f"{right}.",
        ),
        road(
            "counted-bias",
            with_biases,
            f"You counted the biases: ({_one_number(layer)} + 1)·{maps}·{places} = "
            f"{with_biases:,}. They are added, not multiplied: {right}.",
        ),
        road(
            "kept-size",
            at_input,
            f"You took the positions of the input: {layer.weights:,}·"
            f"{'·'.join(map(str, before))} = {at_input:,}. The output has {places}: {right}.",
        ),
    ]
    if layer.groups > 1:
        joined = layer.changed(groups=1)
        roads.append(
            road(
                "forgot-groups",
                joined.macs(before),
                f"You left the groups out: {mac_formula(joined, before)}. A filter reads "
                f"{channels}/{layer.groups} = {depth} channels: {right}.",
            )
        )
    return roads


def _dense_macs(chance: Random, level: int) -> Exercise:
    units = chance.choice((2, 3, 4, 5, 6, 8, 10) if level == 1 else (12, 20, 50, 84, 100, 120))
    side = chance.choice((2, 3, 4)) if level == 1 else chance.choice((4, 5, 6, 7, 8))
    maps = 1 if level == 1 else chance.choice((3, 6, 8, 16, 32))
    hidden = chance.choice((16, 32, 64)) if level == 3 else 0
    inputs = maps * side * side
    # At level 3 two dense layers follow each other.
    widths = [inputs, hidden, units] if hidden else [inputs, units]
    counts = [dense_counts(before, after) for before, after in _pairs(widths)]
    macs, parameters = sum(each for _, each in counts), sum(each for each, _ in counts)
    products = [f"{before:,}·{after}" for before, after in _pairs(widths)]
    right = f"{' + '.join(products)} = {macs:,}"
    flat = f"{side}·{side}·{maps} = {inputs:,}"
    roads = [
        road(
            "parameters-for-macs",
            parameters,
            f"You counted the biases too, {parameters:,} parameters. A bias is added, not "
            f"multiplied: {right}.",
        ),
        road(
            "flops-for-macs",
            2 * macs,
            f"You counted FLOPs: 2·{macs:,} = {2 * macs:,}. {_ONE_MAC} {right} MACs.",
        ),
        road(
            "added-for-multiplied",
            sum(widths),
            f"You added: {' + '.join(f'{width:,}' for width in widths)} = {sum(widths):,}. Every "
            f"unit multiplies every input: {right}.",
        ),
        road(
            "forgot-square",
            sum(before * after for before, after in _pairs([side * maps, *widths[1:]])),
            f"You took one side of the maps, {side}·{maps} = {side * maps} inputs. They have "
            f"height and width, {flat}: {right}.",
        ),
    ]
    if maps > 1:
        roads.append(
            road(
                "forgot-flatten",
                sum(before * after for before, after in _pairs([maps, *widths[1:]])),
                f"You took the {maps} maps as inputs. Flattened they are {flat}: {right}.",
            )
        )
    if hidden:
        roads.append(
            road(
                "took-wrong-layer",
                counts[-1][1],
                f"You counted the last layer: {products[-1]} = {counts[-1][1]:,}. Both: {right}.",
            )
        )
    layers = f"dense layers of {hidden} and {units} units" if hidden else f"{units} dense units"
    return number_exercise(
        f"{side}x{side}x{maps} is flattened and goes through {layers}, with biases. How many "
        "multiply-accumulates (MACs) does one picture take?",
        macs,
        roads=roads,
        hints=(f"Flattened it is {flat} numbers.", "Every unit multiplies each of its inputs."),
        solution=(f"Flattened: {flat} inputs.", f"Every unit multiplies every input: {right}"),
        demonstration=Demonstration(
            "dense",
            typed={
                "input": "numbers",
                "size": str(side),
                "channels": str(maps),
                "units": str(widths[1]),
                "filter": "1",
                "filters": "1",
            },
        ),
    )


def _pairs(widths: Sequence[int]) -> list[tuple[int, int]]:
    return list(pairwise(widths))


def _numbers_in_volume(chance: Random, level: int) -> Exercise:
    channels = 3 if level == 1 else chance.choice((1, 3, 8, 16))
    layer = convolution_of(chance, level, channels)
    if level == 1:
        layer = layer.changed(padding=layer.window[0] // 2)
    side = chance.choice((6, 8, 10)) if level == 1 else chance.choice((16, 20, 28, 32, 40))
    volume = (channels, (side, side))
    maps, sizes = layer.output(*volume)
    count = maps * prod(sizes)
    places = "·".join(map(str, sizes))
    right = f"{places}·{maps} = {count:,}"
    rounds = "" if layer.axes(volume[1])[0].fits else " What does not fit is left out."
    roads = [
        road(
            "forgot-filters",
            prod(sizes),
            f"You counted one map: {places} = {prod(sizes):,}. There are {maps}: {right}.",
        ),
        road(
            "kept-channels",
            channels * prod(sizes),
            f"You took the {numbered(channels, 'channel')} of the input: {places}·{channels} = "
            f"{channels * prod(sizes):,}. The output has {maps} maps: {right}.",
        ),
        road(
            "forgot-positions",
            maps,
            f"You counted the maps: {maps}. Each holds {places} numbers: {right}.",
        ),
        road(
            "took-input",
            channels * side * side,
            f"You counted the numbers that go in: {side}·{side}·{channels} = "
            f"{channels * side * side:,}. What comes out: {right}.",
        ),
    ]
    return number_exercise(
        f"Input {shape_text(volume)}; {layer_text(layer)}.{rounds} How many numbers does the "
        "output hold, all maps together?",
        count,
        roads=roads,
        hints=(
            f"How large is the output? {size_formula(layer.axes(volume[1])[0])}.",
            "Multiply height, width and maps.",
        ),
        solution=(
            f"Each map: {size_formula(layer.axes(volume[1])[0])}",
            f"The output is {shape_text((maps, sizes))}.",
            f"It holds {right} numbers.",
        ),
        demonstration=convolution_demonstration(layer, volume),
    )


SKILLS: tuple[Skill, ...] = (
    Skill(
        "conv-macs",
        "Multiplications of a convolution",
        "How many multiply-accumulates a convolutional layer takes.",
        _convolution_macs,
    ),
    Skill(
        "dense-macs",
        "Multiplications of a dense layer",
        "How many multiply-accumulates dense layers take.",
        _dense_macs,
    ),
    Skill(
        "numbers-in-volume",
        "Numbers in a volume",
        "How many numbers a layer's output holds.",
        _numbers_in_volume,
    ),
)
"""What this topic trains."""
