"""Layers as values: what they do to a volume's shape, and what they cost.

A volume is its channels and its spatial sizes, ``(3, (32, 32))``; one size makes it a sequence,
two a picture. A layer never knows the size of its input, so one value serves a whole network.
Argument names are PyTorch's. An int where sizes are expected counts for every axis.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from math import prod
from typing import Literal, TypeAlias

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.shapes.adaptive import AdaptiveAxis
from cnnviz_tui.shapes.axis import Axis, per_axis, require_at_least
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.padding import Padding, resolve_padding
from cnnviz_tui.shapes.transposed import TransposedAxis

Lengths: TypeAlias = int | tuple[int, ...]
"""One number for every axis, or one number each."""
Volume: TypeAlias = tuple[int, tuple[int, ...]]
"""The channels and the spatial sizes, (height, width) or (length,)."""
AnyAxis: TypeAlias = Axis | TransposedAxis | AdaptiveAxis
PoolingKind: TypeAlias = Literal["max", "avg"]

BYTES_PER_NUMBER = 4
"""All arrays are float32."""


class Layer(Frozen, ABC):
    """What every layer can tell about itself."""

    @abstractmethod
    def axes(self, sizes: Sequence[int]) -> tuple[AnyAxis, ...]:
        """Return what happens along each spatial axis of an input of these sizes.

        Raises:
            ShapeError: if the layer cannot take such an input.
        """

    def output(self, channels: int, sizes: Sequence[int]) -> Volume:
        """Return the volume that comes out when one of this shape goes in.

        Raises:
            ShapeError: if the layer cannot take such an input.
        """
        require_at_least(1, {"number of channels": channels})
        return channels, tuple(axis.output for axis in self.axes(sizes))

    @property
    def weights(self) -> int:
        """The number of weights, without biases."""
        return 0

    @property
    def biases(self) -> int:
        """The number of biases."""
        return 0

    @property
    def parameters(self) -> int:
        """The numbers that training changes: weights and biases."""
        return self.weights + self.biases

    def macs(self, sizes: Sequence[int]) -> int:
        """Return the multiply-accumulates for one input of these sizes; biases do not count.

        Raises:
            ShapeError: if the layer cannot take such an input.
        """
        self.axes(sizes)
        return 0

    def activation_bytes(self, channels: int, sizes: Sequence[int]) -> int:
        """Return the memory of the output for one input of this shape, in bytes of float32.

        Raises:
            ShapeError: if the layer cannot take such an input.
        """
        out_channels, out_sizes = self.output(channels, sizes)
        return BYTES_PER_NUMBER * out_channels * prod(out_sizes)


class _Filters(Layer):
    """What a convolution and its transpose share: K filters that reach through C/G channels."""

    in_channels: int
    out_channels: int
    kernel_size: Lengths
    stride: Lengths = 1
    padding: Padding = 0
    dilation: Lengths = 1
    groups: int = 1
    bias: bool = True
    rank: int = 2

    def __post_init__(self) -> None:
        require_at_least(
            1,
            {
                "number of channels": self.in_channels,
                "number of filters": self.out_channels,
                "number of groups": self.groups,
            },
        )
        for many, what in (self.in_channels, "channel"), (self.out_channels, "filter"):
            if many % self.groups:
                raise ShapeError(
                    f"{many} {what}{'s' * (many != 1)} cannot be split into {self.groups} equal "
                    f"groups; the number of {what}s must be a multiple of the groups."
                )
        require_at_least(1, {"filter size": min(self.window)})

    @property
    def window(self) -> tuple[int, ...]:
        """F, one number per axis."""
        return per_axis(self.kernel_size, self.rank, "filter")

    @property
    def weights(self) -> int:
        """The number of weights: each of the K filters has F·F·C/G."""
        return prod(self.window) * (self.in_channels // self.groups) * self.out_channels

    @property
    def biases(self) -> int:
        """One for each filter, if there are any."""
        return self.out_channels if self.bias else 0

    def output(self, channels: int, sizes: Sequence[int]) -> Volume:
        """Return the volume that comes out when one of this shape goes in.

        Raises:
            ShapeError: if the layer cannot take such an input.
        """
        if channels != self.in_channels:
            raise ShapeError(
                f"The layer takes {self.in_channels} channels, but the input has {channels}."
            )
        return self.out_channels, tuple(axis.output for axis in self.axes(sizes))


class Convolution(_Filters):
    """A convolutional layer: K filters of F x F x C/G slide over the input.

    Args:
        in_channels: C.
        out_channels: K, the number of filters.
        kernel_size: F.
        stride: S.
        padding: P, in any of the forms of ``resolve_padding``.
        dilation: D.
        groups: G; each group of filters sees only its own part of the channels.
        bias: whether each filter adds a bias.
        rank: the spatial axes, 2 for a picture, 1 for a sequence.

    Raises:
        ShapeError: if a number is out of its range or the groups do not divide the channels.
    """

    def axes(self, sizes: Sequence[int]) -> tuple[Axis, ...]:
        """Return the window's way along each axis of an input of these sizes.

        Raises:
            ShapeError: if the filter does not fit into the padded input.
        """
        return _sliding(self, sizes, ceil_mode=False)

    def macs(self, sizes: Sequence[int]) -> int:
        """Return the multiply-accumulates: every weight is used once at each output position.

        Raises:
            ShapeError: if the filter does not fit into the padded input.
        """
        return self.weights * prod(axis.output for axis in self.axes(sizes))


class TransposedConvolution(_Filters):
    """A transposed convolution: every input number stamps its filter onto a larger output.

    Args:
        in_channels: C.
        out_channels: K.
        kernel_size: F.
        stride: S, the distance of the stamps.
        padding: P, how much is cut off the output's sides, in numbers.
        dilation: D.
        groups: G.
        bias: whether each output channel adds a bias.
        rank: the spatial axes, 2 for a picture, 1 for a sequence.
        output_padding: what is added to the output's end.

    Raises:
        ShapeError: if a number is out of its range or the groups do not divide the channels.
    """

    output_padding: Lengths = 0

    def axes(self, sizes: Sequence[int]) -> tuple[TransposedAxis, ...]:
        """Return what happens along each axis of an input of these sizes.

        Raises:
            ShapeError: if the padding leaves nothing of the output or is a word.
        """
        if self.padding == "same":
            raise ShapeError(
                "The padding “same” means different things for a transposed convolution in "
                "different frameworks; give it in numbers."
            )
        rank = _matching_rank(self.rank, sizes)
        stride = per_axis(self.stride, rank, "stride")
        dilation = per_axis(self.dilation, rank, "dilation")
        sides = resolve_padding(self.padding, self.window, stride, dilation, sizes)
        extra = per_axis(self.output_padding, rank, "output padding")
        return tuple(
            TransposedAxis(
                sizes[i], self.window[i], stride[i], *sides[i], dilation[i], output_padding=extra[i]
            )
            for i in range(rank)
        )

    def macs(self, sizes: Sequence[int]) -> int:
        """Return the multiply-accumulates: every weight is used once at each input position.

        Raises:
            ShapeError: if the layer cannot take such an input.
        """
        self.axes(sizes)
        return self.weights * prod(sizes)


class Pooling(Layer):
    """Max or average pooling: each channel alone, nothing to learn.

    Args:
        kind: "max" or "avg".
        kernel_size: F.
        stride: S; as large as the window if None, so that windows do not overlap.
        padding: P, in any of the forms of ``resolve_padding``, at most half the window a side.
        dilation: D, only for max pooling.
        ceil_mode: round the number of outputs up.
        rank: the spatial axes, 2 for a picture, 1 for a sequence.

    Raises:
        ShapeError: if a number is out of its range.
    """

    kind: PoolingKind
    kernel_size: Lengths
    stride: Lengths | None = None
    padding: Padding = 0
    dilation: Lengths = 1
    ceil_mode: bool = False
    rank: int = 2

    def __post_init__(self) -> None:
        if self.kind == "avg" and any(d != 1 for d in per_axis(self.dilation, self.rank, "")):
            raise ShapeError("Average pooling has no dilation; only max pooling has.")
        require_at_least(1, {"filter size": min(self.window)})

    @property
    def window(self) -> tuple[int, ...]:
        """F, one number per axis."""
        return per_axis(self.kernel_size, self.rank, "filter")

    def axes(self, sizes: Sequence[int]) -> tuple[Axis, ...]:
        """Return the window's way along each axis of an input of these sizes.

        Raises:
            ShapeError: if the window does not fit, or the padding is more than half of it.
        """
        axes = _sliding(self, sizes, ceil_mode=self.ceil_mode)
        for axis in axes:
            if max(axis.before, axis.after) > axis.window // 2:
                raise ShapeError(
                    f"The padding {max(axis.before, axis.after)} of a pooling layer must be at "
                    f"most {axis.window // 2}, half of its window of {axis.window}."
                )
        return axes


class AdaptivePooling(Layer):
    """Max or average pooling to a fixed output size, whatever comes in.

    Args:
        kind: "max" or "avg".
        output_size: the wanted sizes.
        rank: the spatial axes, 2 for a picture, 1 for a sequence.

    Raises:
        ShapeError: if a size is less than 1.
    """

    kind: PoolingKind
    output_size: Lengths
    rank: int = 2

    def __post_init__(self) -> None:
        require_at_least(1, {"output size": min(per_axis(self.output_size, self.rank, "output"))})

    def axes(self, sizes: Sequence[int]) -> tuple[AdaptiveAxis, ...]:
        """Return the regions along each axis of an input of these sizes."""
        rank = _matching_rank(self.rank, sizes)
        return tuple(map(AdaptiveAxis, sizes, per_axis(self.output_size, rank, "output size")))


def _matching_rank(rank: int, sizes: Sequence[int]) -> int:
    """Return the number of spatial axes that the layer and its input agree upon."""
    if len(sizes) != rank:
        raise ShapeError(
            f"The layer works on {rank} spatial {'axis' if rank == 1 else 'axes'}, but the input "
            f"has {len(sizes)}."
        )
    return rank


def _sliding(
    layer: Convolution | Pooling, sizes: Sequence[int], *, ceil_mode: bool
) -> tuple[Axis, ...]:
    """Return the axes of a layer whose window slides over its input."""
    rank = _matching_rank(layer.rank, sizes)
    window = layer.window
    stride = window if layer.stride is None else per_axis(layer.stride, rank, "stride")
    dilation = per_axis(layer.dilation, rank, "dilation")
    # Before "same" divides by it.
    require_at_least(1, {"stride": min(stride)})
    sides = resolve_padding(layer.padding, window, stride, dilation, sizes)
    return tuple(
        Axis(sizes[i], window[i], stride[i], *sides[i], dilation[i], ceil_mode) for i in range(rank)
    )
