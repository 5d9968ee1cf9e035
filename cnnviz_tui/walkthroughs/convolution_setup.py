"""What a person can choose about a convolution, and how a choice becomes a walkthrough.

A setup is a frozen value. The explorer, the command line and lessons all change it the same way:
`setup.changed(stride=(2, 2))` gives a new setup or one sentence on why that cannot be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import gcd, prod
from typing import Any, Self

import numpy as np

from cnnviz_tui.samples import InputSource, bank, input_named, kernel_named, weights_of
from cnnviz_tui.shapes.padding import Padding, resolve_padding
from cnnviz_tui.walkthroughs.choosing import NO_EDITS, check_range, edits_within
from cnnviz_tui.walkthroughs.convolution import ConvolutionWalkthrough, Pair
from cnnviz_tui.walkthroughs.convolution_fields import FIELDS
from cnnviz_tui.walkthroughs.mechanism import Mechanism, Preset, SetupError

Cell3 = tuple[int, int, int]
Cell4 = tuple[int, int, int, int]

MOST_SIDE = 1024
MOST_CHANNELS = 64
MOST_FILTERS = 64
MOST_KERNEL = 32
MOST_MACS = 500_000_000


@dataclass(frozen=True)
class ConvolutionSetup:
    """Everything that can be chosen about the convolution that is shown.

    Attributes:
        source: where the input's numbers come from.
        kernel: the name of the (first) filter.
        size: N, input height and width.
        channels: C.
        kernel_size: F, filter height and width.
        filters: K.
        stride, padding, dilation, groups: as in `ops.conv2d`.
        bias: the bias of every filter, or None for a layer without.
        seed: of random kernels.
        input_edits, weight_edits, bias_edits: single numbers that the person typed over the rest,
            by (channel, row, column), (filter, channel, row, column) and filter.
        title: what the setup shows, where it has a name.
    """

    source: InputSource
    kernel: str = "sobel-x"
    size: Pair = (28, 28)
    channels: int = 1
    kernel_size: Pair = (3, 3)
    filters: int = 1
    stride: Pair = (1, 1)
    padding: Padding = 0
    dilation: Pair = (1, 1)
    groups: int = 1
    bias: float | None = 0.0
    seed: int = 0
    input_edits: Mapping[Cell3, float] = field(default_factory=lambda: NO_EDITS)
    weight_edits: Mapping[Cell4, float] = field(default_factory=lambda: NO_EDITS)
    bias_edits: Mapping[int, float] = field(default_factory=lambda: NO_EDITS)
    title: str = ""

    def __post_init__(self) -> None:
        check_range("input size N", sorted(self.size), MOST_SIDE)
        check_range("filter size F", sorted(self.kernel_size), MOST_KERNEL)
        check_range("number of channels C", [self.channels], MOST_CHANNELS)
        check_range("number of filters K", [self.filters], MOST_FILTERS)
        check_range("stride S", sorted(self.stride), MOST_SIDE)
        check_range("dilation D", sorted(self.dilation), MOST_SIDE)
        kernel_named(self.kernel)
        self._check_groups()
        self._check_padding_and_cost()

    def _check_groups(self) -> None:
        common = gcd(self.channels, self.filters)
        if self.groups < 1 or common % self.groups:
            choices = [str(g) for g in range(1, common + 1) if common % g == 0]
            raise SetupError(
                f"{self.groups} groups do not divide both C = {self.channels} and "
                f"K = {self.filters}: take {' or '.join(choices)}."
            )

    def _check_padding_and_cost(self) -> None:
        sides = resolve_padding(
            self.padding, self.kernel_size, self.stride, self.dilation, self.size
        )
        most = max(side for pair in sides for side in pair)
        if most > MOST_SIDE:
            raise SetupError(f"The padding P must be 0 to {MOST_SIDE} here, not {most}.")
        axes = zip(self.size, sides, self.kernel_size, self.stride, self.dilation, strict=True)
        positions = prod(
            max((n + sum(pads) - d * (f - 1) - 1) // s + 1, 0) for n, pads, f, s, d in axes
        )
        macs = prod(self.kernel_size) * (self.channels // self.groups) * positions * self.filters
        if macs > MOST_MACS:
            raise SetupError(
                f"That is {macs:,} products, more than the {MOST_MACS:,} this shows: "
                "make N, F, P, C or K smaller."
            )

    @classmethod
    def of(cls, source: InputSource | str, **choices: Any) -> Self:
        """A setup for a picture in its natural size and channels, with other choices as given.

        Raises:
            ValueError: no such picture, or a `SetupError` for choices that cannot be.
        """
        chosen = input_named(source) if isinstance(source, str) else source
        natural: dict[str, Any] = {"size": chosen.size, "channels": chosen.channels}
        return cls(source=chosen, **{**natural, **choices})

    def changed(self, **choices: Any) -> Self:
        """This setup with other choices; typed numbers stay wherever their cell still exists.

        The title goes, unless a new one is among the choices: it named what was there before.

        Raises:
            SetupError: the choices cannot be; the sentence says why and what can.
        """
        fresh = replace(self, **{"title": "", **choices})
        channels = fresh.channels // fresh.groups
        return replace(
            fresh,
            input_edits=edits_within(fresh.input_edits, (fresh.channels, *fresh.size)),
            weight_edits=edits_within(
                fresh.weight_edits, (fresh.filters, channels, *fresh.kernel_size)
            ),
            bias_edits={k: v for k, v in fresh.bias_edits.items() if k < fresh.filters}
            if fresh.bias is not None
            else {},
        )

    def with_source(self, source: InputSource) -> Self:
        """Another picture, in its natural size; channels too where groups allow it."""
        channels = source.channels
        if gcd(channels, self.filters) % self.groups:
            channels = self.channels
        return self.changed(source=source, size=source.size, channels=channels, input_edits={})

    def with_kernel(self, name: str) -> Self:
        """Another filter in the present size; numbers typed into the old one are dropped."""
        return self.changed(kernel=kernel_named(name).name, weight_edits={}, bias_edits={})

    def with_input_cell(self, cell: Cell3, value: float) -> Self:
        """One number of the input typed by hand."""
        return self.changed(input_edits={**self.input_edits, cell: value})

    def with_weight(self, cell: Cell4, value: float) -> Self:
        """One weight typed by hand."""
        return self.changed(weight_edits={**self.weight_edits, cell: value})

    def with_bias_of(self, k: int, value: float) -> Self:
        """The bias of one filter typed by hand."""
        return self.changed(bias_edits={**self.bias_edits, k: value})

    @property
    def kernel_titles(self) -> tuple[str, ...]:
        """What each filter is called; one with typed numbers is the person's own."""
        edited = {k for k, *_ in self.weight_edits}
        return tuple(
            "your own" if k in edited else kernel.title
            for k, kernel in enumerate(bank(self.kernel, self.filters))
        )

    @property
    def channel_names(self) -> tuple[str, ...]:
        """Red, green and blue for a colour picture, numbers for anything else."""
        coloured = self.source.channels == 3 and self.channels == 3
        return (
            ("red", "green", "blue")
            if coloured
            else tuple(str(c + 1) for c in range(self.channels))
        )

    def build(self) -> ConvolutionWalkthrough:
        """The walkthrough of this setup."""
        kernels = bank(self.kernel, self.filters)
        picture = self.source.make(*self.size, self.channels)
        for cell, value in self.input_edits.items():
            picture[cell] = value
        weight = weights_of(kernels, self.channels // self.groups, *self.kernel_size, self.seed)
        for where, value in self.weight_edits.items():
            weight[where] = value
        bias = None
        if self.bias is not None:
            bias = np.full(self.filters, self.bias, dtype=np.float32)
            for k, value in self.bias_edits.items():
                bias[k] = value
        edited = {k for k, *_ in self.weight_edits}
        return ConvolutionWalkthrough(
            picture[None],
            weight,
            bias,
            stride=self.stride,
            padding=self.padding,
            dilation=self.dilation,
            groups=self.groups,
            meanings=[None if k in edited else kernels[k].meaning for k in range(self.filters)],
            channel_names=self.channel_names,
        )


def _preset(
    name: str, title: str, about: str, source: str, **choices: Any
) -> Preset[ConvolutionSetup]:
    return Preset(name, title, about, ConvolutionSetup.of(source, title=title, **choices))


def presets() -> tuple[Preset[ConvolutionSetup], ...]:
    """The lecture's examples, in the lecture's order."""
    return (
        _preset(
            "digit",
            "edges of a digit",
            "A 3x3 filter slides over a real handwritten 7 and answers to vertical edges.",
            "digit-7",
        ),
        _preset(
            "no-padding-no-strides",
            "no padding, no strides",
            "7x7 becomes 5x5: the filter has no place at the border.",
            "letter-X",
        ),
        _preset(
            "no-padding-strides",
            "no padding, with strides",
            "Stride 2 takes every second position: 7x7 becomes 3x3.",
            "letter-X",
            stride=(2, 2),
        ),
        _preset(
            "padding-no-strides",
            "padding, no strides",
            "A border of zeros, one wide: 7x7 stays 7x7.",
            "letter-X",
            padding=1,
        ),
        _preset(
            "padding-strides",
            "padding, with strides",
            "Padding 1 and stride 2: 7x7 becomes 4x4.",
            "letter-X",
            padding=1,
            stride=(2, 2),
        ),
        _preset(
            "does-not-fit",
            "a stride that does not fit",
            "(7 − 3)/3 + 1 is no whole number: see what is lost.",
            "letter-X",
            stride=(3, 3),
        ),
        _preset(
            "depth",
            "through the full depth",
            "Three slices, one filter of three slices, one number: 27 products and a bias.",
            "numbers",
            size=(5, 5),
            channels=3,
            kernel="random",
            filters=2,
            stride=(2, 2),
            padding=1,
            bias=1.0,
        ),
        _preset(
            "colour",
            "six filters on a colour picture",
            "32x32x3, six filters of 5x5x3: six maps of 28x28.",
            "picture",
            kernel_size=(5, 5),
            filters=6,
        ),
        _preset(
            "parameters",
            "ten filters, 760 parameters",
            "32x32x3, ten 5x5 filters, stride 1, pad 2: 32x32x10.",
            "picture",
            kernel_size=(5, 5),
            filters=10,
            padding=2,
        ),
        _preset(
            "dilated",
            "a dilated filter",
            "With dilation 2 a 3x3 filter spans 5x5 and looks at nine of its cells.",
            "numbers",
            size=(9, 9),
            dilation=(2, 2),
        ),
        _preset(
            "dilated-1d",
            "a dilated filter in 1-D",
            "A sequence of 9 and a filter of 3 with dilation 2: it spans 5 and reads 3.",
            "numbers",
            size=(1, 9),
            kernel_size=(1, 3),
            dilation=(1, 2),
        ),
        _preset(
            "causal-1d",
            "causal: no look ahead",
            "All padding stands before the sequence: output t reads inputs t − 2 to t, none later.",
            "numbers",
            size=(1, 9),
            kernel_size=(1, 3),
            padding=((0, 0), (2, 0)),
        ),
        _preset(
            "depthwise",
            "one filter a channel",
            "Groups as many as channels: each filter reads one slice alone.",
            "picture",
            kernel="edges",
            size=(16, 16),
            filters=3,
            groups=3,
        ),
    )


CONVOLUTION: Mechanism[ConvolutionSetup] = Mechanism(
    name="conv",
    title="convolution",
    about="A filter slides over a picture, one output number a step.",
    fields=FIELDS,
    presets=presets,
)
