"""The experiment on vanishing gradients as a plot by depth, with its numbers beside it."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

import numpy as np

from cnnviz_tui.render.canvas import BOLD, Canvas
from cnnviz_tui.render.palette import Colour
from cnnviz_tui.render.plot import Curve, Plot, Point, Span, paint_plot
from cnnviz_tui.walkthroughs.gradients import Measured

_SIGNS = "●◆○◇"
_SMALLEST = 1e-300


@dataclass(frozen=True, slots=True)
class LayerTarget:
    """A layer of the chain, from 0, that is pointed at."""

    layer: int


def power_text(value: float) -> str:
    """A small number with its power of ten: ``1.0·10^−12``."""
    if value == 0:
        return "0"
    power = int(np.floor(np.log10(value)))
    if -3 <= power <= 3:
        return f"{value:.3g}"
    return f"{value / 10.0**power:.1f}·10^{power}".replace("-", "−")


def paint_gradients(
    canvas: Canvas, y: int, height: int, measured: tuple[Measured, ...], layer: int
) -> None:
    """Paint curves, the numbers of one layer, and why they are as they are.

    Args:
        canvas: as wide as the screen.
        y: the first line.
        height: how many lines there are, at least 22.
        measured: every variant.
        layer: the one whose numbers are written, from 0.
    """
    palette = canvas.palette
    colours = (palette.wrong, palette.filter, palette.gradient, palette.output)
    width = canvas.width
    canvas.write(1, y, "gradient by depth, in parts of the last layer's (axis: power "
                 "of ten)"[: width - 2], palette.strong, None, BOLD)  # fmt: skip
    texts: list[tuple[str, Colour]] = []
    for each, sign, colour in zip(measured, _SIGNS, colours, strict=True):
        lines = wrap(f"{each.variant.name}: {each.variant.why}", width - 6)
        texts += [(f"{sign if i == 0 else ' '} {line}", colour) for i, line in enumerate(lines)]
    bottom = y + height - len(texts) - len(measured) - 1
    _paint_curves(canvas, y + 1, bottom - y - 1, measured, layer, colours)
    heading = f"layer {layer + 1} of {len(measured[0].sizes)}"
    canvas.write(1, bottom, heading, palette.strong, None, BOLD)
    for row, (each, sign, colour) in enumerate(
        zip(measured, _SIGNS, colours, strict=True), bottom + 1
    ):
        share = power_text(float(each.ratios[layer]))
        size = power_text(float(each.sizes[layer]))
        canvas.write(1, row, f"{sign} {each.variant.name:<18}", colour, None, BOLD)
        canvas.write(22, row, f"{share:>12} of the last layer's, in itself {size}"
                     [: width - 23], palette.text)  # fmt: skip
    for row, (text, colour) in enumerate(texts, bottom + 1 + len(measured)):
        canvas.write(1, row, text, colour if text[0] != " " else palette.text)


def _paint_curves(
    canvas: Canvas,
    y: int,
    height: int,
    measured: tuple[Measured, ...],
    layer: int,
    colours: tuple[Colour, ...],
) -> None:
    depth = len(measured[0].sizes)
    xs = np.arange(1, depth + 1, dtype=np.float64)
    powers = [np.log10(np.maximum(each.ratios, _SMALLEST)) for each in measured]
    low = min(float(power.min()) for power in powers)
    high = max(float(power.max()) for power in powers)
    curves = tuple(
        Curve(xs, power, colour, dotted=each.variant.residual)
        for power, colour, each in zip(powers, colours, measured, strict=True)
    )
    points = tuple(
        Point(layer + 1.0, float(power[layer]), sign, colour)
        for power, colour, sign in zip(powers, colours, _SIGNS, strict=True)
    )
    room = max((high - low) * 0.05, 0.2)
    plot = Plot(
        across=Span(1, depth),
        up=Span(low - room, high + room),
        curves=curves,
        points=points,
        at=layer + 1.0,
        target=lambda x: LayerTarget(min(max(round(x) - 1, 0), depth - 1)),
    )
    paint_plot(canvas, 1, y, canvas.width - 2, height, plot)
