"""What a person can choose about a pooling, and how a choice becomes a walkthrough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.samples import INPUTS, InputSource
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.layers import AdaptivePooling, Pooling
from cnnviz_tui.shapes.padding import Padding
from cnnviz_tui.walkthroughs.choosing import (
    LENGTH_HINT,
    NO_EDITS,
    check_choice,
    check_range,
    choice_field,
    edits_within,
    input_field,
    source_among,
)
from cnnviz_tui.walkthroughs.convolution_fields import ImageField
from cnnviz_tui.walkthroughs.mechanism import (
    ChoiceField,
    CountField,
    Field,
    LengthField,
    Mechanism,
    PaddingField,
    Preset,
    SetupError,
)
from cnnviz_tui.walkthroughs.pooling import Array, Pair, PoolingWalkthrough

Cell3 = tuple[int, int, int]

MOST_SIDE = 64
MOST_CHANNELS = 8
MOST_KERNEL = 32
MOST_LOOKS = 200_000
KINDS = {"max": "the largest number of each window", "average": "the average of each window"}
ROUNDINGS = {
    "floor": "a window that does not fit is left out",
    "ceil": "a last window may hang over the end",
}
SWITCH = {"on": "gradients flow back after the last window", "off": "stop at the output"}
_UPSTREAM = (1.0, -2.0, 3.0, -4.0)
"""Example gradients: unequal, so that one sees where each goes."""


def _tiled(rows: list[list[float]], height: int, width: int, channels: int) -> Array:
    """A small grid repeated to a size; each channel begins one column further."""
    grid = np.array(rows, dtype=np.float32)
    repeats = -(-height // grid.shape[0]), -(-(width + channels) // grid.shape[1])
    wide = np.tile(grid, repeats)
    return np.stack([wide[:height, c : c + width] for c in range(channels)])


def _counted(height: int, width: int, channels: int) -> Array:
    numbers = np.arange(1, channels * height * width + 1, dtype=np.float32)
    return numbers.reshape(channels, height, width)


def _mixed(height: int, width: int, channels: int) -> Array:
    generator = np.random.default_rng(7)
    mixed: NDArray[np.int64] = generator.integers(0, 10, size=(channels, height, width))
    return mixed.astype(np.float32)


_LECTURE_MAX: list[list[float]] = [[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]]
_LECTURE_AVERAGE: list[list[float]] = [[2, 2, 7, 3], [9, 4, 6, 1], [8, 5, 2, 4], [3, 1, 2, 6]]

GRIDS: tuple[InputSource, ...] = (
    InputSource(
        "lecture-max", "the lecture's 4x4", (4, 4), 1, lambda *size: _tiled(_LECTURE_MAX, *size)
    ),
    InputSource(
        "lecture-average",
        "the lecture's other 4x4",
        (4, 4),
        1,
        lambda *size: _tiled(_LECTURE_AVERAGE, *size),
    ),
    InputSource("mixed", "numbers 0 to 9", (7, 7), 1, _mixed),
    InputSource("counted", "1, 2, 3 and on", (5, 7), 1, _counted),
)
"""Inputs that are made for pooling; all others of the samples serve too."""

SOURCES = {source.name: source for source in (*GRIDS, *INPUTS)}


@dataclass(frozen=True)
class PoolingSetup:
    """Everything that can be chosen about the pooling that is shown.

    Attributes:
        source: where the input's numbers come from.
        kind: "max" or "average".
        size: N, input height and width.
        channels: C.
        kernel_size: F, window height and width.
        stride, padding: as in `ops.max_pool2d`.
        rounding: "floor", or "ceil" to let a last window hang over the end.
        output_size: the output's height and width where regions adapt to it, else None.
        gradient: "on" to go back through the layer after the output is there, else "off".
        input_edits, upstream_edits: single numbers that the person typed over the rest, by
            (channel, row, column).
        title: what the setup shows, where it has a name.
    """

    source: InputSource
    kind: str = "max"
    size: Pair = (4, 4)
    channels: int = 1
    kernel_size: Pair = (2, 2)
    stride: Pair = (2, 2)
    padding: Padding = 0
    rounding: str = "floor"
    output_size: Pair | None = None
    gradient: str = "on"
    input_edits: Mapping[Cell3, float] = field(default_factory=lambda: NO_EDITS)
    upstream_edits: Mapping[Cell3, float] = field(default_factory=lambda: NO_EDITS)
    title: str = ""

    def __post_init__(self) -> None:
        check_range("input size N", self.size, MOST_SIDE)
        check_range("number of channels C", (self.channels,), MOST_CHANNELS)
        check_range("window size F", self.kernel_size, MOST_KERNEL)
        check_range("stride S", self.stride, MOST_SIDE)
        check_range("output size O", self.output_size or (1,), MOST_SIDE)
        check_choice("kind of pooling", self.kind, KINDS)
        check_choice("rounding", self.rounding, ROUNDINGS)
        check_choice("gradient", self.gradient, SWITCH)
        self._check_cost()

    def _check_cost(self) -> None:
        try:
            axes = self.layer.axes(self.size)
        except ShapeError:
            return  # Without a position there is nothing to look at; the walkthrough says why.
        if self.output_size is None:
            windows = prod(axis.output for axis in axes) * self.channels
            looks = windows * prod(self.kernel_size)
            if looks > MOST_LOOKS:
                raise SetupError(
                    f"The windows would look at {looks:,} numbers, more than the {MOST_LOOKS:,} "
                    "this shows: make N, F or C smaller, or S larger."
                )

    @property
    def dilation(self) -> Pair:
        """Windows of this explorer have no holes."""
        return 1, 1

    @classmethod
    def of(cls, source: InputSource | str, **choices: Any) -> PoolingSetup:
        """A setup for an input in its natural size and channels, with other choices as given.

        Raises:
            SetupError: no such input, or choices that cannot be.
        """
        chosen = source_among(SOURCES, source) if isinstance(source, str) else source
        natural: dict[str, Any] = {"size": chosen.size, "channels": chosen.channels}
        return cls(source=chosen, **{**natural, **choices})

    def changed(self, **choices: Any) -> PoolingSetup:
        """This setup with other choices; typed numbers stay wherever their cell still exists.

        Windows that are given a size, a stride, a padding or a rounding no longer adapt.

        Raises:
            SetupError: the choices cannot be; the sentence says why and what can.
        """
        if {"kernel_size", "stride", "padding", "rounding"} & set(choices):
            choices = {"output_size": None, **choices}
        fresh = replace(self, **{"title": "", **choices})
        limits = (fresh.channels, *fresh.size)
        return replace(fresh, input_edits=edits_within(fresh.input_edits, limits))

    def with_source(self, source: InputSource) -> PoolingSetup:
        """Another input, in its natural size and channels."""
        return self.changed(
            source=source, size=source.size, channels=source.channels, input_edits={}
        )

    def with_input_cell(self, cell: Cell3, value: float) -> PoolingSetup:
        """One number of the input typed by hand."""
        return self.changed(input_edits={**self.input_edits, cell: value})

    def with_upstream(self, cell: Cell3, value: float) -> PoolingSetup:
        """The gradient of one output number typed by hand."""
        return self.changed(upstream_edits={**self.upstream_edits, cell: value})

    @property
    def layer(self) -> Pooling | AdaptivePooling:
        """The layer as a specification."""
        if self.kind == "max":
            if self.output_size is not None:
                return AdaptivePooling("max", self.output_size)
            return Pooling("max", *self._window)
        if self.output_size is not None:
            return AdaptivePooling("avg", self.output_size)
        return Pooling("avg", *self._window)

    @property
    def _window(self) -> tuple[Pair, Pair, Padding, int, bool]:
        return self.kernel_size, self.stride, self.padding, 1, self.rounding == "ceil"

    def build(self) -> PoolingWalkthrough:
        """The walkthrough of this setup."""
        maps = self.source.make(*self.size, self.channels)
        for cell, value in self.input_edits.items():
            maps[cell] = value
        forward = PoolingWalkthrough(maps[None], self.layer)
        if self.gradient == "off" or forward.problem:
            return forward
        shape = (self.channels, *forward.map_size)
        upstream = np.resize(np.array(_UPSTREAM, dtype=np.float32), prod(shape)).reshape(shape)
        for cell, value in edits_within(self.upstream_edits, shape).items():
            upstream[cell] = value
        return PoolingWalkthrough(maps[None], self.layer, upstream[None])


_ADAPTS = "–"
"""What a setting of sliding windows shows while regions adapt."""


class WindowField(LengthField[PoolingSetup]):
    """The size or stride of windows that slide; typing one ends adaptive pooling."""

    def text(self, setup: PoolingSetup) -> str:
        """The length, or a dash while regions adapt."""
        return _ADAPTS if setup.output_size else super().text(setup)


class WindowPaddingField(PaddingField[PoolingSetup]):
    """The padding of windows that slide; typing one ends adaptive pooling."""

    def text(self, setup: PoolingSetup) -> str:
        """The padding, or a dash while regions adapt."""
        return _ADAPTS if setup.output_size else super().text(setup)


class OutputField(LengthField[PoolingSetup]):
    """The size of the output that regions adapt to, or `off` for windows that slide."""

    def text(self, setup: PoolingSetup) -> str:
        """The size, or `off`."""
        return super().text(setup) if setup.output_size else "off"

    def typed(self, setup: PoolingSetup, text: str) -> PoolingSetup:
        """Read a size, or `off`."""
        if text.strip().lower() in {"off", "no", "none"}:
            return setup.changed(output_size=None)
        return super().typed(setup, text)

    def candidates(self, setup: PoolingSetup, direction: int) -> Iterator[PoolingSetup]:
        """One more or less; `off` lies below 1."""
        if setup.output_size is None:
            if direction > 0:
                yield setup.changed(output_size=(1, 1))
        elif min(setup.output_size) + direction < 1:
            yield setup.changed(output_size=None)
        else:
            yield from super().candidates(setup, direction)


FIELDS: tuple[Field[PoolingSetup], ...] = (
    input_field(SOURCES),
    ImageField("", "image", "picture", "the path of a PNG, JPEG, GIF, BMP or WebP file"),
    choice_field("M", "kind", "kind of pooling", "kind", KINDS),
    LengthField("N", "size", "input size", LENGTH_HINT, "size"),
    WindowField("F", "filter", "window size", LENGTH_HINT, "kernel_size"),
    WindowField("S", "stride", "stride", LENGTH_HINT, "stride"),
    WindowPaddingField("P", "padding", "padding", "a number, 1x2, or top,bottom,left,right"),
    ChoiceField(
        "R",
        "rounding",
        "rounding",
        " or ".join(ROUNDINGS),
        names=lambda: ROUNDINGS,
        current=lambda setup: _ADAPTS if setup.output_size else setup.rounding,
        choose=lambda setup, name: setup.changed(rounding=name),
    ),
    OutputField("O", "output", "adaptive output size", f"{LENGTH_HINT}, or off", "output_size"),
    CountField("C", "channels", "number of channels", "a whole number", "channels"),
    choice_field("G", "gradient", "gradient", "gradient", SWITCH),
)
"""What one can change; the input comes before the size it is shown in."""


def _preset(name: str, title: str, about: str, source: str, **choices: Any) -> Preset[PoolingSetup]:
    return Preset(name, title, about, PoolingSetup.of(source, title=title, **choices))


def presets() -> tuple[Preset[PoolingSetup], ...]:
    """The lecture's examples, in the lecture's order."""
    return (
        _preset(
            "max",
            "the largest of each 2x2",
            "2x2 windows, stride 2: the largest number of each stays, and takes the gradient.",
            "lecture-max",
        ),
        _preset(
            "average",
            "the average of each 2x2",
            "2x2 windows, stride 2: the average of each stays, and shares the gradient.",
            "lecture-average",
            kind="average",
        ),
        _preset(
            "digit",
            "a digit, smaller",
            "28x28 becomes 14x14: a quarter of the numbers, and the digit is still there.",
            "digit-7",
        ),
        _preset(
            "channels",
            "each channel alone",
            "Three slices of a picture are pooled one by one: 32x32x3 becomes 16x16x3.",
            "picture",
        ),
        _preset(
            "overlap",
            "windows that overlap",
            "3x3 windows that move by 2: one number can win twice and gather two gradients.",
            "mixed",
            kernel_size=(3, 3),
        ),
        _preset(
            "does-not-fit",
            "a window that does not fit",
            "A 2x2 window on 5x5: the last row and column are never seen.",
            "mixed",
            size=(5, 5),
        ),
        _preset(
            "ceil",
            "rounding up",
            "The same 5x5 in ceil mode: a last window hangs over the end.",
            "mixed",
            size=(5, 5),
            rounding="ceil",
        ),
        _preset(
            "adaptive",
            "adaptive: 5x7 to 3x3",
            "The output is fixed at 3x3; regions take whatever size that needs, and overlap.",
            "counted",
            kind="average",
            output_size=(3, 3),
        ),
        _preset(
            "global",
            "global average pooling",
            "One region is the whole map: three maps become three numbers.",
            "mixed",
            kind="average",
            channels=3,
            output_size=(1, 1),
        ),
    )


POOLING: Mechanism[PoolingSetup] = Mechanism(
    name="pool",
    title="pooling",
    about="A window keeps its largest number or its average, one output number a step.",
    fields=FIELDS,
    presets=presets,
)
