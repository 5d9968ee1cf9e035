"""Layers that exercises ask about: drawn by chance, in words, in a notation, in the explorers."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from cnnviz_tui.quiz.skills.asking import numbered
from cnnviz_tui.quiz.skills.size_roads import each, lengths
from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.layers import Convolution, Layer, Pooling, Volume
from cnnviz_tui.shapes.notation import format_lengths
from cnnviz_tui.walkthroughs.demonstration import Demonstration

Sliding = Convolution | Pooling
"""The layers of the chains that are asked about."""

_MOST_MAPS = 64
_MOST_PRODUCTS = 100_000_000
"""More than the explorer shows, or takes long."""


def shape(volume: Volume) -> tuple[int, ...]:
    """A volume as people write it: height, width, channels."""
    channels, sizes = volume
    return (*sizes, channels)


def shape_text(volume: Volume) -> str:
    """`28x28x6`."""
    return format_lengths(shape(volume))


def layer_text(layer: Sliding) -> str:
    """`6 filters of 5x5, stride 2, padding 1`; what is as usual is left out."""
    window = lengths(layer.window)
    if isinstance(layer, Pooling):
        kind = "max" if layer.kind == "max" else "average"
        return f"{kind} pooling {window}, stride {layer.stride or layer.window[0]}"
    parts = [f"{numbered(layer.out_channels, 'filter')} of {window}"]
    parts += [f"stride {layer.stride}"] if layer.stride != 1 else []
    parts += [f"padding {layer.padding}"] if layer.padding else []
    parts += [f"{layer.groups} groups"] if layer.groups > 1 else []
    return ", ".join(parts)


def through(layers: Sequence[Layer], volume: Volume) -> Volume:
    """What a chain of layers makes of a volume.

    Raises:
        ShapeError: a layer does not fit.
    """
    for layer in layers:
        volume = layer.output(*volume)
    return volume


def chain_macs(layers: Sequence[Layer], volume: Volume) -> int:
    """The multiply-accumulates of a chain of layers.

    Raises:
        ShapeError: a layer does not fit.
    """
    total = 0
    for layer in layers:
        total += layer.macs(volume[1])
        volume = layer.output(*volume)
    return total


def convolution_demonstration(layer: Convolution, volume: Volume) -> Demonstration:
    """The convolution explorer at a layer, or its trace where it is too large to explore."""
    channels, sizes = volume
    if max(channels, layer.out_channels) > _MOST_MAPS or layer.macs(sizes) > _MOST_PRODUCTS:
        return network_demonstration([layer], volume)
    return Demonstration(
        "conv",
        typed={
            "input": "picture",
            "size": lengths(sizes),
            "filter": lengths(layer.window),
            "stride": str(layer.stride),
            "padding": str(layer.padding),
            "filters": str(layer.out_channels),
            "channels": str(channels),
            "groups": str(layer.groups),
            "bias": "0" if layer.bias else "off",
        },
    )


def network_demonstration(
    layers: Sequence[Sliding], volume: Volume, units: int = 0
) -> Demonstration:
    """The trace of a chain of layers, with `units` of a dense layer behind it, flattened."""
    channels, sizes = volume
    head = ["flatten", f"linear {units}"] if units else []
    return Demonstration(
        "trace",
        model=" | ".join([*map(notation, layers), *head]),
        input=format_lengths((channels, *sizes)),
    )


def notation(layer: Sliding) -> str:
    """A layer in the notation of networks: `conv 6 5 pad=2`."""
    if isinstance(layer, Pooling):
        kind = "maxpool" if layer.kind == "max" else "avgpool"
        stride = f" stride={layer.stride}" if layer.stride else ""
        return f"{kind} {each(layer.window)}{stride}"
    settings = [f"conv {layer.out_channels} {each(layer.window)}"]
    settings += [f"stride={layer.stride}"] if layer.stride != 1 else []
    settings += [f"pad={layer.padding}"] if layer.padding else []
    settings += [f"groups={layer.groups}"] if layer.groups > 1 else []
    settings += [] if layer.bias else ["bias=no"]
    return " ".join(settings)


def convolution_of(chance: Random, level: int, channels: int) -> Convolution:
    """A layer as one meets it: square filters, at level 2 padded, at level 3 with a stride."""
    if level == 1:
        return Convolution(channels, chance.choice((2, 4, 6, 8)), chance.choice((3, 5)))
    filters, window = chance.choice((6, 8, 10, 12, 16, 24, 32)), chance.choice((3, 5, 7))
    if level == 2:
        return Convolution(channels, filters, window, padding=chance.randint(0, window // 2))
    return Convolution(
        channels,
        chance.choice((16, 20, 24, 32, 48, 64)),
        window,
        stride=chance.choice((2, 3)),
        padding=chance.randint(0, window // 2),
    )


def side_of(chance: Random, level: int) -> int:
    """A side of an input: small at level 1, then everyday sizes."""
    return chance.randint(7, 16) if level == 1 else chance.choice((24, 28, 32, 40, 48, 64))


def chain_text(layers: Sequence[Sliding]) -> str:
    """The layers as a sentence each."""
    return " ".join(
        f"{'First' if place == 0 else 'Then'} {layer_text(layer)}."
        for place, layer in enumerate(layers)
    )


def rounding_text(layers: Sequence[Layer], steps: Sequence[Volume]) -> str:
    """What to say where a layer of a chain does not fit what it reads, else nothing."""
    fits = all(
        axis.fits
        for layer, (_, sizes) in zip(layers, steps, strict=False)
        for axis in layer.axes(sizes)
        if isinstance(axis, Axis)
    )
    return "" if fits else " What does not fit is left out."
