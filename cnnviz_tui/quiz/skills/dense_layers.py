"""Dense layers behind flattened maps, and the parameters of whole stacks of layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from random import Random

from cnnviz_tui.questions import Road
from cnnviz_tui.quiz.skill import Exercise, Skill
from cnnviz_tui.quiz.skills.asked_layers import (
    Sliding,
    chain_macs,
    chain_text,
    network_demonstration,
    rounding_text,
    shape_text,
    through,
)
from cnnviz_tui.quiz.skills.asking import number_exercise, numbered, road
from cnnviz_tui.quiz.skills.parameter_roads import dense_counts
from cnnviz_tui.quiz.skills.size_roads import lengths
from cnnviz_tui.shapes.formulas import parameter_formula
from cnnviz_tui.shapes.layers import Convolution, Pooling, Volume
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
    demonstration = (
        network_demonstration(layers, volume, units) if layers else _dense_shown(volume, units)
    )
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
            "counted-one-unit",
            inputs + 1,
            f"You counted one unit: {inputs:,} + 1 = {inputs + 1:,}. There are {units}: {right}.",
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
        demonstration=network_demonstration(layers, volume, units=10),
    )


@dataclass(frozen=True)
class _Stack:
    """Two convolutions, with pooling between and behind them and a dense layer, where there is one.

    Attributes:
        first, second: the convolutions.
        layers: everything that slides, in order.
        volume: the input.
        units: of the dense layer; 0 without one.
    """

    first: Convolution
    second: Convolution
    layers: tuple[Sliding, ...]
    volume: Volume
    units: int

    @cached_property
    def end(self) -> Volume:
        """What comes out of the layers that slide."""
        return through(self.layers, self.volume)

    @cached_property
    def inputs(self) -> int:
        """How many numbers the dense layer gets."""
        return self.end[0] * prod(self.end[1])

    @cached_property
    def counts(self) -> list[int]:
        """The parameters of every layer that has any."""
        head = [dense_counts(self.inputs, self.units)[0]] if self.units else []
        return [self.first.parameters, self.second.parameters, *head]

    @cached_property
    def weights(self) -> int:
        """All parameters but the biases."""
        return self.first.weights + self.second.weights + self.inputs * self.units

    @cached_property
    def macs(self) -> int:
        """The multiply-accumulates of all layers."""
        return chain_macs(self.layers, self.volume) + self.inputs * self.units

    @cached_property
    def right(self) -> str:
        """The sum written out."""
        return f"{' + '.join(f'{count:,}' for count in self.counts)} = {sum(self.counts):,}"

    @cached_property
    def owners(self) -> str:
        """What has a bias each."""
        return "filter and every unit" if self.units else "filter"


def _draw_stack(chance: Random, level: int) -> _Stack:
    channels = chance.choice((1, 3))
    side = chance.choice((10, 12)) if level == 1 else chance.choice((20, 24, 28, 32))
    first = Convolution(channels, chance.choice((2, 4, 6, 8)), 3 if level == 1 else 5)
    second = Convolution(first.out_channels, chance.choice((5, 8, 10, 12, 16)), 3)
    pooling = Pooling("max", 2)
    layers: tuple[Sliding, ...] = (
        (first, second),
        (first, pooling, second),
        (first, pooling, second, pooling),
    )[level - 1]
    return _Stack(first, second, layers, (channels, (side, side)), 10 if level == 3 else 0)


def _stack(chance: Random, level: int) -> Exercise:
    """The parameters of several layers together."""
    stack = _draw_stack(chance, level)
    then = f" Then flattened, and a dense layer of {stack.units} units." if stack.units else ""
    solution = [
        f"First filters: {parameter_formula(stack.first)}",
        f"Second filters, {stack.first.out_channels} deep: {parameter_formula(stack.second)}",
    ]
    if level > 1:
        solution.append("Pooling has no parameters.")
    if stack.units:
        solution.append(
            f"Dense layer, {stack.inputs:,} inputs: ({stack.inputs:,} + 1)·{stack.units} = "
            f"{stack.counts[-1]:,}"
        )
    return number_exercise(
        f"Input {shape_text(stack.volume)}. {chain_text(stack.layers)}{then} Every {stack.owners} "
        "has a bias. How many parameters are there together?",
        sum(stack.counts),
        roads=_stack_roads(stack),
        hints=(
            "Count layer by layer, and add.",
            f"The first layer: {parameter_formula(stack.first)}.",
        ),
        solution=(*solution, f"Together: {stack.right}"),
        demonstration=network_demonstration(stack.layers, stack.volume, stack.units),
    )


def _stack_roads(stack: _Stack) -> list[Road]:
    right, total, counts = stack.right, sum(stack.counts), stack.counts
    first, second, channels = stack.first, stack.second, stack.volume[0]
    shallow = second.changed(in_channels=channels)
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
            stack.weights,
            f"You left the biases out, which gives {stack.weights:,}. Every {stack.owners} has "
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
            f"You multiplied the counts of the layers, which gives {prod(counts):,}. They are "
            f"added: {right}.",
        ),
        road(
            "macs-for-parameters",
            stack.macs,
            f"You counted multiplications: {stack.macs:,}. Filters are shared by all positions: "
            f"{right} parameters.",
        ),
    ]
    if pooled := [
        4 * through(stack.layers[:place], stack.volume)[0]
        for place, layer in enumerate(stack.layers)
        if isinstance(layer, Pooling)
    ]:
        extra = sum(pooled)
        roads.append(
            road(
                "pooling-has-weights",
                total + extra,
                f"You gave pooling 2·2 weights a map: {total:,} + {extra} = {total + extra:,}. It "
                f"has none: {right}.",
            )
        )
    if stack.units:
        maps = stack.end[0]
        narrow = dense_counts(maps, stack.units)[0]
        roads.append(
            road(
                "forgot-flatten",
                total - counts[-1] + narrow,
                f"You took the {maps} maps as the inputs of the dense layer: ({maps} + 1)·"
                f"{stack.units} = {narrow:,}. Flattened they are {stack.inputs:,} numbers: "
                f"({stack.inputs:,} + 1)·{stack.units} = {counts[-1]:,}. Together: {right}.",
            )
        )
    return roads


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
