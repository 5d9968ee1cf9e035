"""Layers whose window slides over volumes: convolution and pooling by the rules of ``shapes``."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cnnviz_tui.networks.operations.base import Measure, MisfitError, Operation, Sight, axes_misfit
from cnnviz_tui.networks.sizes import BATCH, Shape, shape_text
from cnnviz_tui.shapes.adaptive import AdaptiveAxis
from cnnviz_tui.shapes.axis import Axis, per_axis
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.formulas import layer_formula
from cnnviz_tui.shapes.layers import (
    AdaptivePooling,
    AnyAxis,
    Convolution,
    Layer,
    Lengths,
    Pooling,
    PoolingKind,
    TransposedConvolution,
)
from cnnviz_tui.shapes.padding import Padding

Volume = tuple[Shape, int | None, Shape]
"""What stands before the volume (the batch), its channels, and its spatial sizes."""


def read_volume(shape: Shape | None, rank: int, channels_last: bool) -> Volume:
    """Take a shape apart; a shape of which nothing is known is a batch of unknown volumes.

    Args:
        shape: with or without a batch.
        rank: the spatial axes.
        channels_last: whether the channels stand behind the spatial sizes.

    Raises:
        MisfitError: if the shape has too few or too many axes.
    """
    if shape is None:
        return (BATCH,), None, (None,) * rank
    order = ["channels", *("length", "height", "width")[-rank if rank > 1 else 0 :][:rank]]
    if len(shape) == rank + 2:
        prefix, volume = shape[:1], shape[1:]
    elif len(shape) == rank + 1 and shape[0] != BATCH:
        prefix, volume = (), shape
    else:
        names = [*order[1:], order[0]] if channels_last else order
        raise axes_misfit(f"volumes of {rank + 1} axes ({' × '.join(names)})", shape)
    if channels_last:
        return prefix, volume[-1], volume[:-1]
    return prefix, volume[0], volume[1:]


def write_volume(prefix: Shape, channels: int | None, sizes: Shape, channels_last: bool) -> Shape:
    """Put a shape together again."""
    return (*prefix, *sizes, channels) if channels_last else (*prefix, channels, *sizes)


def known_sizes(sizes: Shape) -> tuple[int, ...] | None:
    """Return the sizes if all of them are known."""
    known = tuple(size for size in sizes if size is not None)
    return known if len(known) == len(sizes) else None


def sight_through(axes: Sequence[AnyAxis]) -> Sight:
    """Return the windows through which an output looks at its input, if they are all alike."""
    windows = []
    for axis in axes:
        if isinstance(axis, AdaptiveAxis) and axis.even:
            length = axis.size // axis.output
            axis = Axis(axis.size, length, length)
        if not isinstance(axis, Axis):
            return "unknown"
        windows.append(axis)
    return tuple(windows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Windows(Operation):
    """What all layers on volumes share."""

    rank: int = 2
    channels_last: bool = False

    @abstractmethod
    def layer(self, channels: int | None, sizes: Shape) -> Layer:
        """Return the layer of ``shapes`` for a volume of so many channels.

        Raises:
            MisfitError: if the channels do not suit.
        """

    def filters(self, channels: int | None) -> int | None:
        """Return the number of channels that come out."""
        return channels

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return what comes out of a volume."""
        return self._slide(inputs[0])

    def _slide(self, shape: Shape | None) -> Measure:
        """Return what the layer of ``shapes`` makes of a volume."""
        prefix, channels, sizes = read_volume(shape, self.rank, self.channels_last)
        layer = self.layer(channels, sizes)
        numbers = known_sizes(sizes)
        if numbers is None:
            output = write_volume(
                prefix, self.filters(channels), (None,) * self.rank, self.channels_last
            )
            return Measure(output, layer.parameters, None if layer.weights else 0, sight="unknown")
        try:
            axes = layer.axes(numbers)
            macs = layer.macs(numbers)
        except ShapeError as error:
            raise _too_small(error, layer, numbers) from None
        output = write_volume(
            prefix,
            self.filters(channels),
            tuple(axis.output for axis in axes),
            self.channels_last,
        )
        formula = layer_formula(axes)
        return Measure(output, layer.parameters, macs, formula, sight_through(axes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Conv(_Windows):
    """A convolution; the argument names are PyTorch's.

    Args:
        out_channels: K.
        kernel_size: F.
        stride: S.
        padding: P, in any form that ``shapes`` knows.
        dilation: D.
        groups: G.
        bias: whether each filter adds a bias.
        in_channels: C, or None to take what comes.
        transposed: whether it is the transposed convolution.
        output_padding: only for a transposed one.
        rank: the spatial axes.
        channels_last: whether the channels stand last, as in Keras.
    """

    out_channels: int
    kernel_size: Lengths
    stride: Lengths = 1
    padding: Padding = 0
    dilation: Lengths = 1
    groups: int = 1
    bias: bool = True
    in_channels: int | None = None
    transposed: bool = False
    output_padding: Lengths = 0

    def filters(self, channels: int | None) -> int | None:
        """Return K."""
        return self.out_channels

    def layer(self, channels: int | None, sizes: Shape) -> Layer:
        """Return the layer for these channels.

        Raises:
            MisfitError: if the weights were made for another number, or groups do not divide it.
        """
        wanted = self.in_channels
        if wanted is not None and channels is not None and channels != wanted:
            raise self._wrong_channels(wanted, channels, sizes)
        known = wanted or channels
        try:
            arguments = (
                # With an unknown number of channels the sizes are still right.
                known or self.groups,
                self.out_channels,
                self.kernel_size,
                self.stride,
                self.padding,
                self.dilation,
                self.groups,
                self.bias,
                self.rank,
            )
            if self.transposed:
                return TransposedConvolution(*arguments, output_padding=self.output_padding)
            return Convolution(*arguments)
        except ShapeError as error:
            divides = "groups" in str(error) and self.groups > 0
            reason: Literal["groups", "value"] = "groups" if divides else "value"
            raise MisfitError(reason, str(error), got=known, argument="groups") from None

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return what comes out of a volume."""
        measure = self._slide(inputs[0])
        unknown = read_volume(inputs[0], self.rank, self.channels_last)[1] is None
        if unknown and self.in_channels is None:
            return Measure(measure.output, None, None, measure.formula, measure.sight)
        return measure

    def _wrong_channels(self, wanted: int, channels: int, sizes: Shape) -> MisfitError:
        """Say that another number of channels arrives, and whether they merely stand elsewhere."""
        volume = write_volume((), channels, sizes, self.channels_last)
        other_end = sizes[0] if self.channels_last else sizes[-1]
        swapped = other_end == wanted and len(sizes) > 1
        where = "last" if self.channels_last else "first"
        return MisfitError(
            "channels last" if swapped else "channels",
            f"The filters reach through {wanted} channel{'' if wanted == 1 else 's'}, but "
            f"{shape_text(volume)} arrives, which has {channels} (the {where} number)"
            + ("; the channels stand at the other end." if swapped else "."),
            expected=wanted,
            got=channels,
            argument="in_channels",
            wanted=channels,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DepthwiseConv(_Windows):
    """A convolution in which every channel has filters of its own.

    Args:
        kernel_size: F.
        stride: S.
        padding: P.
        dilation: D.
        bias: whether each filter adds a bias.
        multiplier: how many filters each channel has.
        rank: the spatial axes.
        channels_last: whether the channels stand last.
    """

    kernel_size: Lengths
    stride: Lengths = 1
    padding: Padding = 0
    dilation: Lengths = 1
    bias: bool = True
    multiplier: int = 1

    def filters(self, channels: int | None) -> int | None:
        """Return K, ``multiplier`` for each channel."""
        return None if channels is None else channels * self.multiplier

    def layer(self, channels: int | None, sizes: Shape) -> Layer:
        """Return the convolution with one group a channel."""
        number = channels or 1
        try:
            return Convolution(
                number,
                number * self.multiplier,
                self.kernel_size,
                self.stride,
                self.padding,
                self.dilation,
                number,
                self.bias,
                self.rank,
            )
        except ShapeError as error:
            raise MisfitError("value", str(error)) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableConv(_Windows):
    """A convolution in which every filter sees only some of the maps, as in LeNet-5's C3.

    LeCun, Bottou, Bengio and Haffner (1998), Table I.

    Args:
        maps: how many input maps each filter sees; the length is the number of filters.
        kernel_size: F.
        stride: S.
        padding: P.
        rank: the spatial axes.
        channels_last: whether the channels stand last.
    """

    maps: tuple[int, ...]
    kernel_size: Lengths
    stride: Lengths = 1
    padding: Padding = 0

    def filters(self, channels: int | None) -> int | None:
        """Return K."""
        return len(self.maps)

    def layer(self, channels: int | None, sizes: Shape) -> Layer:
        """Return a convolution with as many weights: one filter through all maps that are seen.

        Raises:
            MisfitError: if a filter sees more maps than there are.
        """
        if channels is not None and max(self.maps) > channels:
            raise MisfitError(
                "channels",
                f"A filter sees {max(self.maps)} maps, but only {channels} arrive.",
                expected=max(self.maps),
                got=channels,
            )
        return Convolution(
            sum(self.maps), 1, self.kernel_size, self.stride, self.padding, rank=self.rank
        )

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return what comes out; one bias for each filter."""
        all_in_one = self._slide(inputs[0])
        parameters = all_in_one.parameters
        if parameters is not None:
            parameters += len(self.maps) - 1
        return Measure(
            all_in_one.output, parameters, all_in_one.macs, all_in_one.formula, all_in_one.sight
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool(_Windows):
    """Max or average pooling; the argument names are PyTorch's.

    Args:
        kind: "max" or "avg".
        kernel_size: F; None pools over the whole picture.
        stride: S, by default F.
        padding: P.
        dilation: D.
        ceil_mode: round the number of outputs up.
        trainable: LeNet-5's subsampling: a coefficient and a bias for each channel.
        rank: the spatial axes.
        channels_last: whether the channels stand last.
    """

    kind: PoolingKind
    kernel_size: Lengths
    stride: Lengths | None = None
    padding: Padding = 0
    dilation: Lengths = 1
    ceil_mode: bool = False
    trainable: bool = False

    def layer(self, channels: int | None, sizes: Shape) -> Layer:
        """Return the pooling layer."""
        try:
            return Pooling(
                self.kind,
                self.kernel_size,
                self.stride,
                self.padding,
                self.dilation,
                self.ceil_mode,
                self.rank,
            )
        except ShapeError as error:
            raise MisfitError("value", str(error)) from None

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return what comes out of a volume."""
        plain = self._slide(inputs[0])
        if not self.trainable:
            return plain
        channels = read_volume(inputs[0], self.rank, self.channels_last)[1]
        parameters = None if channels is None else 2 * channels
        return Measure(plain.output, parameters, plain.macs, plain.formula, plain.sight)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptivePool(_Windows):
    """Pooling to a given size, whatever comes in.

    Args:
        kind: "max" or "avg".
        output_size: the wanted sizes; None on an axis keeps its size.
        squeezed: drop the spatial axes, which must be 1, as Keras's global pooling does.
        rank: the spatial axes.
        channels_last: whether the channels stand last.
    """

    kind: PoolingKind
    output_size: int | tuple[int | None, ...] | None
    squeezed: bool = False

    def layer(self, channels: int | None, sizes: Shape) -> Layer:
        """Return the adaptive pooling layer for an input of these sizes."""
        given = self.output_size
        try:
            wanted = given if isinstance(given, tuple) else (given,) * self.rank
            filled = tuple(
                (one if one is not None else size) or 1
                for one, size in zip(wanted, sizes, strict=True)
            )
            if 0 in wanted:
                filled = (0, *filled[1:])
            return AdaptivePooling(self.kind, per_axis(filled, self.rank, "output size"), self.rank)
        except ValueError as error:
            raise MisfitError("value", str(error)) from None

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return what comes out of a volume."""
        measure = self._slide(inputs[0])
        prefix, channels, sizes = read_volume(inputs[0], self.rank, self.channels_last)
        output = measure.output
        if known_sizes(sizes) is None:
            given = self.output_size
            wanted = given if isinstance(given, tuple) else (given,) * self.rank
            output = write_volume(prefix, channels, wanted, self.channels_last)
        if self.squeezed:
            output = (*prefix, channels)
        return Measure(output, 0, 0, measure.formula, measure.sight)


def _too_small(error: ShapeError, layer: Layer, sizes: tuple[int, ...]) -> MisfitError:
    """Return the misfit for a window that does not fit, with the padding that would help."""
    message = str(error)
    if "does not fit into" not in message:
        return MisfitError("value", message, got=sizes)
    window = getattr(layer, "window", (1,))
    dilation = per_axis(getattr(layer, "dilation", 1), len(sizes), "dilation")
    reaches = tuple(d * (f - 1) + 1 for f, d in zip(window, dilation, strict=True))
    padding = max(-((size - reach) // 2) for size, reach in zip(sizes, reaches, strict=True))
    return MisfitError(
        "vanishes", message, expected=reaches, got=sizes, argument="padding", wanted=padding
    )
