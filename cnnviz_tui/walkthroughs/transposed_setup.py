"""What a person can choose about a transposed convolution, and how that becomes a walkthrough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from cnnviz_tui import ops
from cnnviz_tui.samples import INPUTS, InputSource, bank, kernel_named, weights_of
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.layers import TransposedConvolution
from cnnviz_tui.shapes.padding import Padding
from cnnviz_tui.walkthroughs.choosing import (
    LENGTH_HINT,
    NO_EDITS,
    check_choice,
    check_range,
    choice_field,
    edits_within,
    input_field,
    kernel_field,
    source_among,
)
from cnnviz_tui.walkthroughs.mechanism import (
    Field,
    LengthField,
    Mechanism,
    PaddingField,
    Preset,
    SetupError,
)
from cnnviz_tui.walkthroughs.transposed import Array, Pair, TransposedWalkthrough, Way

MOST_SIDE = 16
MOST_KERNEL = 11
MOST_STRIDE = 8
MOST_OUTPUT = 64
WAYS: dict[Way, str] = {
    "slide": "zeros are put in, and the filter slides",
    "matrix": "the transposed matrix times the input",
}
UNDO = {
    "on": "the input is what the convolution made of a picture, to be compared with the output",
    "off": "the input is just given",
}


def _ones(height: int, width: int, channels: int) -> Array:
    return np.ones((channels, height, width), dtype=np.float32)


SOURCES = {
    source.name: source for source in (InputSource("ones", "all ones", (4, 4), 1, _ones), *INPUTS)
}
"""Inputs that one can choose by name."""


@dataclass(frozen=True)
class TransposedSetup:
    """Everything that can be chosen about the transposed convolution that is shown.

    Attributes:
        source: where the numbers come from: the input's, or those of the picture before it.
        kernel: the name of the filter.
        way: "slide" or "matrix".
        size: N, input height and width.
        kernel_size: F.
        stride, padding, dilation, output_padding: as in `ops.conv_transpose2d`.
        undo: "on" if the input is the convolution of a picture, with the same filter.
        input_edits, weight_edits: single numbers that the person typed, by (row, column).
        title: what the setup shows, where it has a name.
    """

    source: InputSource
    kernel: str = "emboss"
    way: Way = "slide"
    size: Pair = (3, 3)
    kernel_size: Pair = (3, 3)
    stride: Pair = (2, 2)
    padding: Padding = 1
    dilation: Pair = (1, 1)
    output_padding: Pair = (0, 0)
    undo: str = "off"
    input_edits: Mapping[Pair, float] = field(default_factory=lambda: NO_EDITS)
    weight_edits: Mapping[Pair, float] = field(default_factory=lambda: NO_EDITS)
    title: str = ""

    def __post_init__(self) -> None:
        check_range("input size N", self.size, MOST_SIDE)
        check_range("filter size F", self.kernel_size, MOST_KERNEL)
        check_range("stride S", self.stride, MOST_STRIDE)
        check_range("dilation D", self.dilation, MOST_STRIDE)
        check_range("output padding A", self.output_padding, MOST_STRIDE, 0)
        check_choice("way", self.way, {str(way): about for way, about in WAYS.items()})
        check_choice("undo", self.undo, UNDO)
        kernel_named(self.kernel)
        for extra, stride in zip(self.output_padding, self.stride, strict=True):
            if extra >= stride:
                raise SetupError(
                    f"The output padding A = {extra} must be smaller than the stride {stride}: it "
                    "only chooses among the sizes that this stride would map to the same."
                )
        try:
            outputs = [axis.output for axis in self.layer.axes(self.size)]
        except ShapeError:
            return  # The walkthrough says what is wrong.
        check_range("output size", outputs, MOST_OUTPUT)

    @property
    def layer(self) -> TransposedConvolution:
        """The layer as a specification."""
        return TransposedConvolution(
            1,
            1,
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            bias=False,
            output_padding=self.output_padding,
        )

    @classmethod
    def of(cls, source: str, **choices: Any) -> TransposedSetup:
        """A setup for an input called `source`, with other choices as given.

        Raises:
            SetupError: no such input, or choices that cannot be.
        """
        return cls(source=source_among(SOURCES, source), **choices)

    def changed(self, **choices: Any) -> TransposedSetup:
        """This setup with other choices; typed numbers stay wherever their cell still exists.

        Raises:
            SetupError: the choices cannot be; the sentence says why and what can.
        """
        fresh = replace(self, **{"title": "", **choices})
        return replace(
            fresh,
            input_edits=edits_within(fresh.input_edits, fresh.size),
            weight_edits=edits_within(fresh.weight_edits, fresh.kernel_size),
        )

    def with_source(self, source: InputSource) -> TransposedSetup:
        """Another input in the present size, which a transposed convolution keeps small."""
        return self.changed(source=source, input_edits={})

    def with_kernel(self, name: str) -> TransposedSetup:
        """Another filter in the present size."""
        return self.changed(kernel=kernel_named(name).name, weight_edits={})

    def with_input_cell(self, cell: Pair, value: float) -> TransposedSetup:
        """One number of the input typed by hand."""
        return self.changed(input_edits={**self.input_edits, cell: value})

    def with_weight(self, cell: Pair, value: float) -> TransposedSetup:
        """One weight typed by hand."""
        return self.changed(weight_edits={**self.weight_edits, cell: value})

    def build(self) -> TransposedWalkthrough:
        """The walkthrough of this setup."""
        weight = weights_of(bank(self.kernel, 1), 1, *self.kernel_size, 0)
        for cell, value in self.weight_edits.items():
            weight[0, 0][cell] = value
        numbers, before = self._numbers(weight)
        for cell, value in self.input_edits.items():
            numbers[0, 0][cell] = value
        return TransposedWalkthrough(numbers, weight, self.layer, before=before, way=self.way)

    def _numbers(self, weight: Array) -> tuple[Array, Array | None]:
        """The input, and the picture that the convolution made it from, if it did."""
        given = self.source.make(*self.size, 1)[None]
        try:
            axes = self.layer.axes(self.size)
        except ShapeError:
            return given, None
        if self.undo == "off":
            return given, None
        before = self.source.make(axes[0].output, axes[1].output, 1)[None]
        sides = (axes[0].before, axes[0].after), (axes[1].before, axes[1].after)
        made: Array = ops.conv2d(before, weight, None, self.stride, sides, self.dilation)
        return made, before


FIELDS: tuple[Field[TransposedSetup], ...] = (
    input_field(SOURCES),
    kernel_field(),
    choice_field("W", "way", "way", "way", {str(way): about for way, about in WAYS.items()}),
    LengthField("N", "size", "input size", LENGTH_HINT, "size"),
    LengthField("F", "filter", "filter size", LENGTH_HINT, "kernel_size"),
    LengthField("S", "stride", "stride", LENGTH_HINT, "stride"),
    PaddingField("P", "padding", "padding", "a number, 1x2, or top,bottom,left,right"),
    LengthField("A", "output-padding", "output padding", LENGTH_HINT, "output_padding", 0),
    LengthField("D", "dilation", "dilation", LENGTH_HINT, "dilation"),
    choice_field("U", "undo", "undo", "undo", UNDO),
)
"""What one can change; the stride comes before the output padding that it bounds."""


def _preset(
    name: str, title: str, about: str, source: str, **choices: Any
) -> Preset[TransposedSetup]:
    return Preset(name, title, about, TransposedSetup.of(source, title=title, **choices))


def presets() -> tuple[Preset[TransposedSetup], ...]:
    """Examples, from the plain one to what goes wrong with it."""
    return (
        _preset(
            "stride",
            "3x3 becomes 5x5",
            "Zeros between the numbers and around them, then an ordinary sliding filter.",
            "numbers",
        ),
        _preset(
            "matrix",
            "the transposed matrix",
            "The same layer as one matrix: the convolution's, turned on its side.",
            "numbers",
            way="matrix",
        ),
        _preset(
            "no-padding",
            "no padding, no strides",
            "P = 0 means p′ = 2: 2x2 becomes 4x4.",
            "numbers",
            size=(2, 2),
            stride=(1, 1),
            padding=0,
        ),
        _preset(
            "padding",
            "the padding that confuses",
            "The larger P, the smaller the output: P = 2 means p′ = 0.",
            "numbers",
            size=(5, 5),
            stride=(1, 1),
            padding=2,
        ),
        _preset(
            "output-padding",
            "output padding",
            "5x5 and 6x6 both become 3x3 with stride 2; A = 1 chooses to come back to 6x6.",
            "numbers",
            output_padding=(1, 1),
        ),
        _preset(
            "undo",
            "shape back, values not",
            "A convolution makes 3x3 of a letter; its transpose leads back to 5x5, not to the "
            "letter.",
            "letter-X",
            undo="on",
        ),
        _preset(
            "checkerboard",
            "a checkerboard",
            "All ones in, and the output is uneven: stamps of 3 at a distance of 2 overlap.",
            "ones",
            kernel="box",
            size=(4, 4),
            padding=0,
            weight_edits={(row, column): 1.0 for row in range(3) for column in range(3)},
        ),
    )


TRANSPOSED: Mechanism[TransposedSetup] = Mechanism(
    name="transposed",
    title="transposed convolution",
    about="Each number spreads over a window: small maps become large ones.",
    fields=FIELDS,
    presets=presets,
)
