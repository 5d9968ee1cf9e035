"""A transposed convolution as PyTorch and as Keras code."""

from __future__ import annotations

from collections.abc import Sequence

from cnnviz_tui.shapes.code_writing import (
    any_side,
    brief,
    call,
    is_symmetric,
    keras_chain,
    keras_sides,
    torch_chain,
    torch_padding,
    torch_sides,
)
from cnnviz_tui.shapes.layers import TransposedConvolution


def torch_transposed(layer: TransposedConvolution, sizes: Sequence[int]) -> str:
    """Return nn.ConvTranspose2d, cut by a negative padding where the sides differ."""
    axes = layer.axes(sizes)
    sides = tuple((axis.before, axis.after) for axis in axes)
    code = call(
        f"nn.ConvTranspose{layer.rank}d",
        layer.in_channels,
        layer.out_channels,
        kernel_size=brief(layer.window),
        stride=brief(tuple(axis.stride for axis in axes), default=1),
        padding=torch_padding(sides),
        output_padding=brief(tuple(axis.output_padding for axis in axes), default=0),
        dilation=brief(tuple(axis.dilation for axis in axes), default=1),
        groups=brief((layer.groups,), default=1),
        bias="" if layer.bias else "False",
    )
    if is_symmetric(sides):
        return code
    cut = tuple((-before, -after) for before, after in sides)
    return torch_chain(code, f"nn.ZeroPad{layer.rank}d({torch_sides(cut)})")


def keras_transposed(layer: TransposedConvolution, sizes: Sequence[int]) -> str:
    """Return layers.Conv2DTranspose, whose output is cropped as the padding asks for."""
    axes = layer.axes(sizes)
    name = f"Conv{layer.rank}DTranspose"
    if layer.groups > 1:
        return f"# Keras has no groups in {name}; use one layer a group and concatenate"
    strides = tuple(axis.stride for axis in axes)
    dilation = tuple(axis.dilation for axis in axes)
    if max(strides) > 1 and max(dilation) > 1:
        return f"# Keras has no {name} with both strides and dilation"
    extra = tuple(axis.output_padding for axis in axes)
    if any(e >= s for e, s in zip(extra, strides, strict=True)):
        return f"# Keras has no {name} whose output padding is not smaller than its strides"
    same = not any(extra) and all(
        axis.before == axis.after and 2 * axis.before == axis.reach - axis.stride for axis in axes
    )
    # Without an output padding Keras fills up to at least one stride an input.
    crop = tuple(
        (axis.before, axis.after if any(extra) else axis.after + max(axis.stride - axis.reach, 0))
        for axis in axes
    )
    same = same and any_side(crop)
    code = call(
        f"layers.{name}",
        layer.out_channels,
        brief(layer.window),
        strides=brief(strides, default=1),
        padding='"same"' if same else "",
        output_padding=brief(extra, default=0),
        dilation_rate=brief(dilation, default=1),
        use_bias="" if layer.bias else "False",
    )
    if same or not any_side(crop):
        return code
    return keras_chain(code, f"layers.Cropping{layer.rank}D({keras_sides(crop)})")
