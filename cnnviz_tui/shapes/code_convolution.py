"""A convolution as PyTorch and as Keras code."""

from __future__ import annotations

from collections.abc import Sequence

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
from cnnviz_tui.shapes.layers import Convolution


def torch_convolution(layer: Convolution, sizes: Sequence[int]) -> str:
    """Return nn.Conv2d, behind an explicit padding where its own cannot say it."""
    axes = layer.axes(sizes)
    sides = sides_of(axes)
    strides = tuple(axis.stride for axis in axes)
    # PyTorch refuses "same" where there is a stride.
    if layer.padding == "same" and set(strides) == {1}:
        padding, explicit = '"same"', False
    else:
        padding, explicit = torch_padding(sides), not is_symmetric(sides)
    code = call(
        f"nn.Conv{layer.rank}d",
        layer.in_channels,
        layer.out_channels,
        kernel_size=brief(layer.window),
        stride=brief(strides, default=1),
        padding=padding,
        dilation=brief(tuple(axis.dilation for axis in axes), default=1),
        groups=brief((layer.groups,), default=1),
        bias="" if layer.bias else "False",
    )
    if not explicit:
        return code
    return torch_chain(f"nn.ZeroPad{layer.rank}d({torch_sides(sides)})", code)


def keras_convolution(layer: Convolution, sizes: Sequence[int]) -> str:
    """Return layers.Conv2D, with what Keras lacks put before or behind it."""
    axes = layer.axes(sizes)
    strides = tuple(axis.stride for axis in axes)
    dilation = tuple(axis.dilation for axis in axes)
    # Keras refuses both at once; then every S-th output is picked afterwards.
    picked = max(strides) > 1 and max(dilation) > 1
    same = not picked and is_keras_same(axes, sides_of(axes))
    code = call(
        f"layers.Conv{layer.rank}D",
        layer.out_channels,
        brief(layer.window),
        strides="" if picked else brief(strides, default=1),
        padding='"same"' if same else "",
        dilation_rate=brief(dilation, default=1),
        groups=brief((layer.groups,), default=1),
        use_bias="" if layer.bias else "False",
    )
    parts = [code]
    if not same and any_side(sides_of(axes)):
        parts.insert(0, keras_zeros(sides_of(axes)))
    if picked:
        parts.append(f"layers.MaxPooling{layer.rank}D(1, strides={brief(strides)})")
    return keras_chain(*parts)
