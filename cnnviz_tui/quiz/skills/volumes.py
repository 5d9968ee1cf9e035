"""Volumes: filters reach through the full depth, and every filter makes one map."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from random import Random

from cnnviz_tui.questions import Road
from cnnviz_tui.quiz.skill import Exercise, Skill
from cnnviz_tui.quiz.skills.asked_layers import (
    Sliding,
    chain_text,
    convolution_demonstration,
    convolution_of,
    layer_text,
    network_demonstration,
    rounding_text,
    shape,
    shape_text,
    side_of,
    through,
)
from cnnviz_tui.quiz.skills.asking import number_exercise, numbered, road
from cnnviz_tui.quiz.skills.size_roads import lengths
from cnnviz_tui.quiz.wording import counted
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.formulas import layer_formula, size_formula
from cnnviz_tui.shapes.layers import Convolution, Pooling, Volume
from cnnviz_tui.shapes.notation import format_lengths


def _output_volume(chance: Random, level: int) -> Exercise:
    channels = 3 if level == 1 else chance.choice((1, 3, 6, 8, 16))
    height = width = side_of(chance, level)
    if level == 3:
        width = chance.choice([side for side in (24, 28, 32, 40, 48, 64) if side != height])
    layer = convolution_of(chance, level, channels)
    volume = (channels, (height, width))
    answer = layer.output(*volume)
    axes = layer.axes(volume[1])
    rounds = "" if all(axis.fits for axis in axes) else " What does not fit is left out."
    return number_exercise(
        f"Input {shape_text(volume)}; {layer_text(layer)}.{rounds} How large is the output, as "
        "height x width x maps?",
        shape(answer),
        roads=_volume_roads(layer, volume),
        hints=(
            "Each filter reaches through the full depth and makes one map.",
            f"The maps: {layer_formula(axes)}.",
        ),
        solution=(
            f"Each map: {layer_formula(axes)}",
            f"One map for each filter: {layer.out_channels}.",
            f"The output is {shape_text(answer)}.",
        ),
        demonstration=convolution_demonstration(layer, volume),
    )


def _volume_roads(layer: Convolution, volume: Volume) -> tuple[Road, ...]:
    channels, sizes = volume
    axes = layer.axes(sizes)
    filters, (_, maps) = layer.out_channels, layer.output(*volume)
    right = f"each map {layer_formula(axes)}, and {numbered(filters, 'map')}"
    roads = [
        road(
            "kept-channels",
            (*maps, channels),
            f"You kept the {numbered(channels, 'channel')} of the input. A filter adds up over all "
            f"of them, so the depth is the number of filters: {filters}.",
        ),
        road(
            "map-per-channel",
            (*maps, filters * channels),
            f"You counted {filters}·{channels} = {filters * channels} maps, one for each channel. "
            f"A filter adds up over all channels: {numbered(filters, 'map')}.",
        ),
        road(
            "added-channels",
            (*maps, filters + channels),
            f"You added the filters to the channels: {filters} + {channels}. The maps replace the "
            f"channels: {filters}.",
        ),
        road(
            "kept-size",
            (*sizes, filters),
            f"You kept the size {lengths(sizes)}. It changes: {right}.",
        ),
    ]
    if min(maps) > 1:
        roads.append(
            road(
                "forgot-plus-one",
                (*(size - 1 for size in maps), filters),
                f"You forgot the + 1 of the size: {lengths([size - 1 for size in maps])} counts "
                f"the moves. In full: {right}.",
            )
        )
    for name, did, change in (
        ("forgot-padding", "You left the padding out", {"padding": 0}),
        ("forgot-stride", "You left the stride out", {"stride": 1}),
    ):
        wrong = layer.changed(**change)
        try:
            wrong_axes = wrong.axes(sizes)
        except ShapeError:
            continue
        feedback = f"{did}: {layer_formula(wrong_axes)}. In full: {right}."
        roads.append(road(name, shape(wrong.output(*volume)), feedback))
    return tuple(roads)


def _number_of_maps(chance: Random, level: int) -> Exercise:
    channels = chance.choice((1, 3)) if level == 1 else chance.choice((3, 8, 16, 32))
    first = Convolution(channels, chance.choice((4, 6, 8, 10, 12)), chance.choice((3, 5)))
    layers: list[Sliding] = [first]
    if level > 1:
        layers.append(Convolution(first.out_channels, chance.choice((16, 20, 24, 32)), 3))
    if level > 2:
        layers.insert(1, Pooling("max", 2))
        layers.append(Pooling(chance.choice(("max", "avg")), 2))
    side = side_of(chance, 1 if level == 1 else 2)
    volume = (channels, (side, side))
    maps = through(layers, volume)[0]
    counts = [layer.out_channels for layer in layers if isinstance(layer, Convolution)]
    mixed = counts if level > 1 else [channels, maps]
    roads = [
        road(
            "kept-channels",
            channels,
            f"{channels} is the number of channels that go in. The last filters make a map each: "
            f"{maps}.",
        ),
        road(
            "map-per-channel",
            prod(mixed),
            f"You multiplied: {'·'.join(map(str, mixed))} = {prod(mixed)}. A filter adds up over "
            f"all channels that it reads and makes one map: {maps}.",
        ),
        road(
            "added-channels",
            sum(mixed),
            f"You added: {' + '.join(map(str, mixed))} = {sum(mixed)}. The maps of a layer replace "
            f"what it reads: {maps} are left.",
        ),
    ]
    if level > 1:
        roads.append(
            road(
                "took-wrong-layer",
                counts[0],
                f"{counts[0]} maps come out of the first layer. The last one has {maps} filters.",
            )
        )
    if level > 2:
        roads.append(
            road(
                "pooled-channels",
                maps // 2,
                f"You halved the maps: {maps}/2 = {maps // 2}. Pooling works on each map alone and "
                f"keeps their number: {maps}.",
            )
        )
    return number_exercise(
        f"Input {shape_text(volume)}. {chain_text(layers)} How many maps come out?",
        maps,
        roads=roads,
        hints=("Which layer makes the last maps?", "Each filter makes one map."),
        solution=(
            "A filter adds up over all channels that it reads and makes one map.",
            *(("Pooling keeps the number of maps.",) if level > 2 else ()),
            f"The last filters: {maps}, so {numbered(maps, 'map')}.",
        ),
        demonstration=network_demonstration(layers, volume),
    )


def _filter_depth(chance: Random, level: int) -> Exercise:
    """The depth of a filter: over a picture, in a second layer, in groups."""
    side, window = side_of(chance, level), chance.choice((3, 5, 7))
    square = lengths([window])
    channels = chance.choice((1, 2, 3, 4) if level == 1 else (4, 8, 12, 16, 24, 32))
    filters = chance.choice([n for n in (6, 8, 10, 16, 20, 32, 64) if n != channels])
    roads = []
    if level == 1:
        layer = Convolution(channels, filters, window)
        chain, volume = [layer], (channels, (side, side))
        question = (
            f"{filters} filters of {square} slide over an input of {shape_text(volume)}. How deep "
            "is one filter?"
        )
    elif level == 2:
        layer, before = Convolution(channels, filters, window), Convolution(3, channels, 3)
        chain, volume = [before, layer], (3, (side, side))
        question = (
            f"A picture of {shape_text(volume)} goes through {channels} filters of 3x3 and then "
            f"through {filters} filters of {square}. How deep is a filter of the second layer?"
        )
        roads.append(
            road(
                "took-wrong-layer",
                3,
                f"3 is the depth of the picture. These filters read the {channels} maps of the "
                f"layer before: {channels}.",
            )
        )
    else:
        groups, filters = chance.choice((2, 4)), chance.choice((8, 16, 20, 32, 64))
        layer = Convolution(channels, filters, window, groups=groups)
        chain, volume = [layer], (channels, (side, side))
        question = (
            f"{filters} filters of {square} read an input of {shape_text(volume)} in {groups} "
            "groups. How deep is one filter?"
        )
        roads += _group_depth_roads(layer)
    depth = layer.weights // (filters * prod(layer.window))
    counted = f"{channels}/{layer.groups} = {depth}" if layer.groups > 1 else f"{depth}"
    roads += [
        road(
            "took-k-for-c",
            filters,
            f"{filters} is how many filters there are. Each is as deep as what it reads: "
            f"{counted}.",
        ),
        road(
            "forgot-depth",
            1,
            "You gave a filter one slice. It reaches through the full depth of what it reads: "
            f"{counted}.",
        ),
    ]
    return number_exercise(
        question,
        depth,
        roads=roads,
        hints=("What does the filter read?", "A filter reaches through all that it reads."),
        solution=(
            f"A filter is as deep as what it reads: {counted}.",
            f"It is {square}x{depth}.",
        ),
        demonstration=network_demonstration(chain, volume),
    )


def _group_depth_roads(layer: Convolution) -> list[Road]:
    """The roads to a filter's depth that come with groups."""
    channels, groups = layer.in_channels, layer.groups
    depth = channels // groups
    return [
        road(
            "forgot-groups",
            channels,
            f"You left the groups out: {channels}. A filter reads the channels of its group only: "
            f"{channels}/{groups} = {depth}.",
        ),
        road(
            "took-groups",
            groups,
            f"{groups} is the number of groups. Each has {channels}/{groups} = "
            f"{counted(depth, 'channel')}.",
        ),
    ]


def _after_layers(chance: Random, level: int) -> Exercise:
    channels, side = chance.choice((1, 3)), chance.choice((12, 14, 16, 20))
    first: Convolution = Convolution(channels, chance.choice((4, 6, 8)), chance.choice((3, 5)))
    layers: list[Sliding] = [first]
    if level == 1:
        layers.append(Convolution(first.out_channels, chance.choice((8, 10, 12)), 3))
    else:
        side = chance.choice((28, 32, 48, 64))
        layers.append(Pooling("max", 2))
        window = chance.choice((3, 5))
        padding = chance.choice((0, 1)) if level == 2 else 1
        layers.append(
            Convolution(
                first.out_channels,
                chance.choice((12, 16, 20, 32)),
                window,
                stride=1 if level == 2 else 2,
                padding=padding,
            )
        )
    if level == 3:
        layers.append(Pooling("avg", 3, 2))
    volume = (channels, (side, side))
    steps: list[Volume] = [volume]
    for layer in layers:
        steps.append(layer.output(*steps[-1]))
    answer = steps[-1]
    last = next(one for one in reversed(layers) if isinstance(one, Convolution))
    roads = [
        road(
            "took-wrong-layer",
            shape(steps[-2]),
            f"{shape_text(steps[-2])} is what the last layer reads. It makes {shape_text(answer)} "
            "of it.",
        ),
        road(
            "kept-channels",
            (*answer[1], channels),
            f"You kept the {numbered(channels, 'channel')} of the picture. The last filters make "
            f"{last.out_channels} maps: {shape_text(answer)}.",
        ),
        road(
            "kept-size",
            (*volume[1], answer[0]),
            f"You kept {lengths(volume[1])}. The size goes "
            f"{' → '.join(str(sizes[0]) for _, sizes in steps)}: {shape_text(answer)}.",
        ),
    ]
    roads += _forgotten_everywhere(layers, volume, answer)
    return number_exercise(
        f"Input {shape_text(volume)}. {chain_text(layers)}{rounding_text(layers, steps)} How large "
        "is the output, as height x width x maps?",
        shape(answer),
        roads=roads,
        hints=(
            "Go layer by layer: the output of one is the input of the next.",
            f"After the first layer it is {shape_text(steps[1])}.",
        ),
        solution=(
            *(
                f"{layer_text(layer)}: {size_formula(layer.axes(before[1])[0])}, so "
                f"{shape_text(after)}"
                for layer, before, after in zip(layers, steps, steps[1:], strict=False)
            ),
            f"The output is {shape_text(answer)}.",
        ),
        demonstration=network_demonstration(layers, volume),
    )


def _forgotten_everywhere(layers: Sequence[Sliding], volume: Volume, answer: Volume) -> list[Road]:
    """What comes out when the pooling, or the padding or stride of convolutions, is left out."""
    convolutions = [layer for layer in layers if isinstance(layer, Convolution)]
    changes: list[tuple[str, str, list[Sliding]]] = []
    if len(convolutions) < len(layers):
        changes.append(("forgot-pooling", "You left the pooling out", [*convolutions]))
    for name, did, field, usual in (
        ("forgot-padding", "You left the padding out", "padding", 0),
        ("forgot-stride", "You left the strides of the convolutions out", "stride", 1),
    ):
        if any(getattr(layer, field) != usual for layer in convolutions):
            chain = [
                one.changed(**{field: usual}) if isinstance(one, Convolution) else one
                for one in layers
            ]
            changes.append((name, did, chain))
    roads = []
    for name, did, chain in changes:
        wrong = shape(through(chain, volume))
        feedback = f"{did}, which gives {format_lengths(wrong)}. With it: {shape_text(answer)}."
        roads.append(road(name, wrong, feedback))
    return roads


SKILLS: tuple[Skill, ...] = (
    Skill(
        "output-volume",
        "Output volume",
        "Height, width and depth of what a convolutional layer puts out.",
        _output_volume,
    ),
    Skill(
        "number-of-maps",
        "Number of maps",
        "How many maps come out, behind one layer or several.",
        _number_of_maps,
    ),
    Skill(
        "filter-depth",
        "Depth of a filter",
        "How deep a filter is, from what it reads.",
        _filter_depth,
    ),
    Skill(
        "volume-after-layers",
        "Volume after several layers",
        "The volume behind a chain of convolutions and poolings.",
        _after_layers,
    ),
)
"""What this topic trains."""
