"""Pooling and adaptive pooling as PyTorch and as Keras code."""

from __future__ import annotations

from collections.abc import Sequence

from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.code_writing import (
    any_side,
    brief,
    call,
    is_keras_same,
    is_symmetric,
    keras_chain,
    keras_zeros,
    sides_of,
    torch_chain,
    torch_padding,
    torch_sides,
)
from cnnviz_tui.shapes.layers import AdaptivePooling, Pooling
from cnnviz_tui.shapes.padding import Sides


def torch_pooling(layer: Pooling, sizes: Sequence[int]) -> str:
    """Return nn.MaxPool2d or nn.AvgPool2d, behind an explicit padding where the sides differ."""
    axes = layer.axes(sizes)
    sides = sides_of(axes)
    symmetric = is_symmetric(sides)
    # An explicit padding is part of the input, in which a last window may start; the layer's own
    # padding is not. So no more of it is added than windows read.
    read = _sides_read(axes)
    hanging = any(end > axis.after for axis, (_, end) in zip(axes, read, strict=True))
    strides = tuple(axis.stride for axis in axes)
    code = call(
        f"nn.{layer.kind.capitalize()}Pool{layer.rank}d",
        kernel_size=brief(layer.window),
        stride="" if strides == layer.window else brief(strides),
        padding=torch_padding(sides),
        dilation=brief(tuple(axis.dilation for axis in axes), default=1),
        ceil_mode="True" if layer.ceil_mode and (symmetric or hanging) else "",
    )
    if symmetric:
        return code
    added = torch_sides(
        tuple(
            (axis.before, min(axis.after, end)) for axis, (_, end) in zip(axes, read, strict=True)
        )
    )
    if layer.kind == "avg":
        return torch_chain(f"nn.ZeroPad{layer.rank}d({added})", code)
    # A zero would win where all inputs are negative.
    return torch_chain(f'nn.ConstantPad{layer.rank}d({added}, float("-inf"))', code)


def keras_pooling(layer: Pooling, sizes: Sequence[int]) -> str:
    """Return layers.MaxPooling2D or layers.AveragePooling2D, padded as the layer is."""
    axes = layer.axes(sizes)
    if any(axis.reach > axis.window for axis in axes):
        return "# Keras has no max pooling with dilation"
    sides = _sides_read(axes)
    hanging = any(end > axis.after for axis, (_, end) in zip(axes, sides, strict=True))
    same = is_keras_same(axes, sides)
    if layer.kind == "avg":
        # Keras's "same" averages over the pixels alone, as PyTorch does for what hangs over the
        # end; a padding counts as zeros.
        same = same and not any_side(sides_of(axes))
        if hanging and not same:
            return "# Keras has no average pooling that rounds up like this; pad the input first"
    name = "MaxPooling" if layer.kind == "max" else "AveragePooling"
    strides = tuple(axis.stride for axis in axes)
    code = call(
        f"layers.{name}{layer.rank}D",
        brief(layer.window),
        strides="" if strides == layer.window else brief(strides),
        padding='"same"' if same else "",
    )
    if same or not any_side(sides):
        return code
    if layer.kind == "avg":
        return keras_chain(keras_zeros(sides), code)
    # A zero would win where all inputs are negative.
    pads = ", ".join(map(str, ((0, 0), *sides, (0, 0))))
    pad = f'keras.ops.pad(x, ({pads}), constant_values=float("-inf"))'
    return keras_chain(f"layers.Lambda(lambda x: {pad})", code)


def torch_adaptive(layer: AdaptivePooling, sizes: Sequence[int]) -> str:
    """Return nn.AdaptiveAvgPool2d or nn.AdaptiveMaxPool2d."""
    output = tuple(axis.output for axis in layer.axes(sizes))
    return f"nn.Adaptive{layer.kind.capitalize()}Pool{layer.rank}d({brief(output)})"


def keras_adaptive(layer: AdaptivePooling, sizes: Sequence[int]) -> str:
    """Return global pooling, plain pooling where all regions are alike, or adaptive pooling."""
    axes = layer.axes(sizes)
    kind = "Max" if layer.kind == "max" else "Average"
    name = f"{kind}Pooling{layer.rank}D"
    if all(axis.output == 1 for axis in axes):
        return f"layers.Global{name}(keepdims=True)"
    if all(axis.even for axis in axes):
        return f"layers.{name}({brief(tuple(axis.size // axis.output for axis in axes))})"
    size = brief(tuple(axis.output for axis in axes))
    return f"layers.Adaptive{name}({size})  # Keras 3.13 or newer"


def _sides_read(axes: Sequence[Axis]) -> Sides:
    """Return the zeros with which windows that are rounded down are those of the axes.

    Rounding up lets a last window hang over the end, which needs more zeros there, or drops one
    that would start behind the input, which needs fewer.
    """
    ends = [axis.starts[-1] + axis.reach - axis.size for axis in axes]
    return tuple(
        (axis.before, max(end, 0) if axis.ceil_mode else axis.after)
        for axis, end in zip(axes, ends, strict=True)
    )
