"""The training lab: curves, first-layer filters as they form, test digits, the confusion matrix."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.digits import Digits
from cnnviz_tui.render.canvas import BOLD, Canvas, Whole
from cnnviz_tui.render.explorer import (
    Frame,
    paint_keys,
    paint_title,
)
from cnnviz_tui.render.lenet import paint_mosaic, shrunk_maps
from cnnviz_tui.render.palette import Palette, Scale, mix, text_on
from cnnviz_tui.render.plot import Curve, Plot, Span, paint_plot
from cnnviz_tui.walkthroughs.training import Progress

_SMOOTHING = 25
_MOST_POINTS = 400


@dataclass(frozen=True, slots=True)
class EpochTarget:
    """The end of an epoch that one can go back to; 0 is the beginning."""

    epoch: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How the run goes.

    Attributes:
        running: whether it trains at present.
        images_per_second: how fast; 0 while that is not known.
    """

    running: bool
    images_per_second: float


def paint_training(
    width: int,
    height: int,
    palette: Palette,
    frame: Frame,
    progress: Progress,
    shown: Digits,
    pace: Pace,
) -> Canvas:
    """The whole screen of the training lab."""
    canvas = Canvas(width, height, palette)
    paint_title(canvas, frame)
    # The table beside the curves has twelve lines; beside a lesson's text that leaves less here.
    digits_height = min(5, height - 18) if height < 40 else 9
    top_height = height - digits_height - 6
    right = 46 if width < 120 else 60
    plots = width - right - 3
    half = (top_height - 1) // 2
    _paint_loss(canvas, 1, 1, plots, half, progress)
    _paint_accuracy(canvas, 1, 1 + half, plots, top_height - half, progress)
    left = plots + 3
    used = _paint_kernels(canvas, left, 1, right - 23, top_height, progress)
    _paint_confusion(canvas, left + max(used, right - 23) + 1, 1, progress)
    _paint_digits(canvas, 1, height - digits_height - 5, width - 2, digits_height, progress, shown)
    canvas.write(1, height - 4, _standing(progress, pace), palette.text)
    canvas.write(1, height - 3, frame.caption[: width - 2], palette.dim)
    _paint_epochs(canvas, height - 2, progress, pace)
    paint_keys(canvas, frame.keys, height - 1)
    return canvas


def _standing(progress: Progress, pace: Pace) -> str:
    """Step, loss, accuracy and speed in a line."""
    parts = [f"step {progress.step:,} of {progress.total:,}"]
    if progress.step:
        recent = progress.losses[-_SMOOTHING:]
        parts.append(f"loss {float(recent.mean()):.3f}")
        parts.append(f"batches {float(progress.accuracies[-_SMOOTHING:].mean()):.1%}")
    parts.append(f"test {float(progress.tests[-1]):.1%}")
    if pace.running and pace.images_per_second:
        parts.append(f"{pace.images_per_second:,.0f} images/s")
    return "   ".join(parts)


def _smooth(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """The running mean of the last `_SMOOTHING` values."""
    sums = np.cumsum(np.concatenate([[0.0], values.astype(np.float64)]))
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(ends - _SMOOTHING, 0)
    means: NDArray[np.float64] = (sums[ends] - sums[starts]) / (ends - starts)
    return means


def _thinned(
    xs: NDArray[np.float64], ys: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """At most `_MOST_POINTS` points of a long curve, its last one included."""
    if len(xs) <= _MOST_POINTS:
        return xs, ys
    chosen = np.unique(np.linspace(0, len(xs) - 1, _MOST_POINTS).astype(np.int64))
    return xs[chosen], ys[chosen]


def _paint_loss(
    canvas: Canvas, x: int, y: int, width: int, height: int, progress: Progress
) -> None:
    palette = canvas.palette
    canvas.write(x, y, "loss", palette.wrong, None, BOLD)
    canvas.write(x + 5, y, f"of the last {_SMOOTHING} batches"[: width - 5], palette.dim)
    curves: tuple[Curve, ...] = ()
    top = 2.4
    if progress.step:
        smooth = _smooth(progress.losses)
        top = max(float(smooth.max()), 0.1)
        xs, ys = _thinned(np.arange(1, progress.step + 1, dtype=np.float64), smooth)
        curves = (Curve(xs, ys, palette.wrong),)
    across = Span(0, max(progress.total, 1))
    paint_plot(canvas, x, y + 1, width, height - 1, Plot(across, Span(0, top), curves))


def _paint_accuracy(
    canvas: Canvas, x: int, y: int, width: int, height: int, progress: Progress
) -> None:
    palette = canvas.palette
    canvas.write(x, y, "accuracy %", palette.right, None, BOLD)
    canvas.write(x + 11, y, "─ test, ⋯ batches"[: width - 11], palette.dim)
    curves: tuple[Curve, ...] = ()
    if progress.step:
        smooth = 100 * _smooth(progress.accuracies)
        xs, ys = _thinned(np.arange(1, progress.step + 1, dtype=np.float64), smooth)
        curves += (Curve(xs, ys, palette.input, dotted=True),)
    if len(progress.tests) > 1:
        steps = progress.test_steps.astype(np.float64)
        curves += (Curve(steps, 100 * progress.tests.astype(np.float64), palette.right),)
    across = Span(0, max(progress.total, 1))
    paint_plot(canvas, x, y + 1, width, height - 1, Plot(across, Span(0, 100), curves))


def _paint_kernels(
    canvas: Canvas, x: int, y: int, width: int, height: int, progress: Progress
) -> int:
    palette = canvas.palette
    canvas.write(x, y, "C1 filters", palette.filter, None, BOLD)
    count, side = len(progress.kernels), progress.kernels.shape[1]
    factor, across = next(
        (factor, across)
        for factor in (6, 4, 3, 2, 1)
        for across in [max((width + 1) // (side * factor + 1), 1)]
        if factor == 1 or ceil(count / across) * (ceil(side * factor / 2) + 1) < height
    )
    tiles = np.repeat(np.repeat(progress.kernels, factor, axis=1), factor, axis=2)
    scale = Scale.of(np.append(progress.kernels, -1e-6).astype(np.float32))
    # A blank line of cells below each keeps the filters apart.
    spaced = np.pad(tiles, ((0, 0), (0, 2), (0, 0)), constant_values=0).astype(np.float32)
    used = paint_mosaic(canvas, x, y + 1, spaced, scale, across, count, None)
    return used[0]


def _paint_confusion(canvas: Canvas, x: int, y: int, progress: Progress) -> None:
    """Rows: the digit; columns: what the network says, counted; over 99, in per cent."""
    palette = canvas.palette
    canvas.write(x, y, "read as", palette.output, None, BOLD)
    canvas.write(x, y + 1, "   0 1 2 3 4 5 6 7 8 9", palette.dim)
    for digit, row in enumerate(progress.confusion):
        total = max(int(row.sum()), 1)
        canvas.write(x, y + 2 + digit, str(digit), palette.dim)
        for answer, times in enumerate(row):
            count = int(times)
            right = digit == answer
            share = count / total
            colour = palette.right if right else palette.wrong
            background = mix(palette.background, colour, share)
            text = "·" if count == 0 else f"{count}" if count < 100 else f"{share * 99:.0f}"
            ink = text_on(background) if count else palette.dim
            canvas.write(x + 2 + 2 * answer, y + 2 + digit, text.rjust(2), ink, background)


def _paint_digits(
    canvas: Canvas,
    x: int,
    y: int,
    width: int,
    height: int,
    progress: Progress,
    shown: Digits,
) -> None:
    palette = canvas.palette
    pitch = width // len(shown.labels)
    factor = max(-(-28 // (pitch - 1)), -(-28 // (2 * (height - 1))))
    maps = shrunk_maps((shown.images / 255).astype(np.float32), factor)
    for i, (label, answer) in enumerate(zip(shown.labels, progress.answers, strict=True)):
        left = x + i * pitch
        paint_mosaic(canvas, left, y, maps[i : i + 1], Scale(0, 1), 1, 1, None)
        right = int(label) == int(answer)
        text = f"{int(answer)}{'✓' if right else '✗'} {float(progress.sureness[i]):.0%}"
        colour = palette.right if right else palette.wrong
        canvas.write(left, y + height - 1, text[: pitch - 1], colour, None, BOLD)


def _paint_epochs(canvas: Canvas, y: int, progress: Progress, pace: Pace) -> None:
    """The run as a line of epochs; a click on one that was reached goes back to it."""
    palette = canvas.palette
    sign = "▶" if pace.running else "‖"
    canvas.write(1, y, sign, palette.right if pace.running else palette.filter, None, BOLD)
    place = f" epoch {progress.epochs - 1}  "
    x = canvas.write(1 + len(sign), y, place, palette.text)
    width = canvas.width - x - 2
    share = progress.step / max(progress.total, 1)
    canvas.write(x, y, "─" * width, palette.dim)
    canvas.write(x, y, "━" * round(share * width), palette.output)
    for epoch, step in enumerate(progress.test_steps):
        column = x + min(round(int(step) / max(progress.total, 1) * width), width - 1)
        canvas.write(column, y, "●", palette.output)
        canvas.spot(column, y, 1, 1, Whole(EpochTarget(epoch)))
