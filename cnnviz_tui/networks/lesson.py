"""Why a layer does not fit: the sizes on the way, and what the numbers say about it."""

from __future__ import annotations

from math import isqrt

from cnnviz_tui.networks.operations.windows import read_volume
from cnnviz_tui.networks.result import Reading
from cnnviz_tui.networks.sizes import Shape, shape_text, without_batch
from cnnviz_tui.networks.tracing import LayerError, LayerTrace

_WAY_SHOWN = 7

_SENTENCES = {
    "channels": (
        "A filter always extends through the full depth of what it slides over, so in_channels "
        "is the number of channels that the layer before puts out."
    ),
    "channels last": (
        "PyTorch wants channels first, C×H×W; Keras and most picture files put them last, H×W×C."
    ),
    "not flat": (
        "A dense layer looks at the last axis only; flatten the volume to one vector a picture "
        "before it."
    ),
    "vanishes": (
        "Every layer without padding takes F − 1 off the picture and every stride divides it, "
        "until nothing is left for the next window."
    ),
    "groups": "Groups split channels and filters into equal parts, so both must be multiples.",
    "batch": (
        "−1 lets a view choose the number of rows, so a wrong row length does not fail at once: "
        "it cuts pictures apart. x.view(x.size(0), −1) or torch.flatten(x, 1) keep them whole."
    ),
    "view": (
        "A view keeps every number and only renames the axes, so both products must be equal; "
        "torch.flatten(x, 1) needs no number at all."
    ),
    "join": (
        "Branches can only be added where all sizes agree, and only be concatenated where all "
        "but the joined axis do."
    ),
}


def why(reading: Reading, stop: LayerError) -> tuple[str, ...]:
    """Return how it came to the misfit: the sizes on the way, then the reason in words.

    Args:
        reading: the trace up to the misfit.
        stop: the misfit.
    """
    rows = reading.tracer.rows
    lines = _way(rows, stop)
    if stop.misfit.reason in ("features", "view", "batch"):
        lines += _factors(rows, stop, reading.tracer.channels_last)
    sentence = _SENTENCES.get(stop.misfit.reason)
    if sentence is not None and not (stop.misfit.reason == "channels" and not rows):
        lines.append(sentence)
    return tuple(lines)


def _way(rows: list[LayerTrace], stop: LayerError) -> list[str]:
    """Return one line for each layer on the way that changes a size, the last ones."""
    lines: list[str] = []
    for index in stop.node.inputs[:2]:
        steps: list[LayerTrace] = []
        while index >= 0:
            row = rows[index]
            if row.input != row.output:
                steps.append(row)
            index = row.node.inputs[0] if row.node.inputs else -1
        shown = list(reversed(steps[:_WAY_SHOWN]))
        if lines and shown:
            lines.append("and on the other branch")
        width = max((len(row.name) for row in shown), default=0)
        for row in shown:
            sizes = f"{shape_text(row.input)} → {shape_text(row.output)}"
            formula = f"   {row.formula}" if row.formula and row.view is False else ""
            if row.view and row.formula:
                formula = f"   {row.formula}"
            lines.append(f"{row.name:<{width}}  {sizes}{formula}")
        if len(stop.node.inputs) > 2:
            break
    return lines


def _factors(rows: list[LayerTrace], stop: LayerError, channels_last: bool) -> list[str]:
    """Say for which picture the expected number of features would have been right."""
    expected = stop.misfit.expected
    volume = _last_volume(rows, stop, channels_last)
    if volume is None or not isinstance(expected, int):
        return []
    channels, shape = volume
    if channels and expected % channels == 0:
        side = isqrt(expected // channels)
        if side * side * channels == expected and side:
            wanted = (side, side, channels) if channels_last else (channels, side, side)
            return [
                f"{expected:,} would be {shape_text(wanted)}; what arrives is {shape_text(shape)}."
            ]
    return [f"{expected:,} is no multiple of the {channels} channels of {shape_text(shape)}."]


def _last_volume(
    rows: list[LayerTrace], stop: LayerError, channels_last: bool
) -> tuple[int, Shape] | None:
    """Return the last volume before everything was flattened, and its channels."""
    index = stop.node.inputs[0] if stop.node.inputs else -1
    shape = stop.shapes[0] if stop.shapes else None
    while True:
        if shape is not None and len(without_batch(shape)) == 3:
            channels = read_volume(shape, 2, channels_last)[1]
            return None if channels is None else (channels, shape)
        if index < 0 or not rows[index].node.inputs or rows[index].node.type == "Linear":
            return None
        shape = rows[index].input
        index = rows[index].node.inputs[0]
