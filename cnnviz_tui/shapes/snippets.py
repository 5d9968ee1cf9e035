"""The same layer as code to paste: one line of PyTorch, one of Keras, a few of plain numpy.

Only what differs from the framework's defaults is written. Where a framework has no such layer,
layers that together compute the same numbers are chained; where it has none at all, the line is a
comment that says so.

PyTorch's names are ``from torch import nn``, Keras's ``import keras`` and
``from keras import layers``, with channels last.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.layers import (
    AdaptivePooling,
    Convolution,
    Pooling,
    TransposedConvolution,
)
from cnnviz_tui.shapes.padding import Sides, resolve_padding

Snippable = Convolution | TransposedConvolution | Pooling | AdaptivePooling
"""The layers that can be written as code."""


def torch_line(layer: Snippable, sizes: Sequence[int]) -> str:
    """Return the layer as one line of PyTorch, ``nn.Conv2d(3, 10, kernel_size=5, padding=2)``.

    Args:
        layer: what to write.
        sizes: the spatial sizes of its input, on which the padding "same" depends.

    Raises:
        ShapeError: if the layer cannot take an input of these sizes.
    """
    layer.axes(sizes)
    match layer:
        case Convolution():
            return _torch_convolution(layer, sizes)
        case TransposedConvolution():
            return _torch_transposed(layer, sizes)
        case Pooling():
            return _torch_pooling(layer, sizes)
        case AdaptivePooling():
            kind = layer.kind.capitalize()
            size = tuple(axis.output for axis in layer.axes(sizes))
            return f"nn.Adaptive{kind}Pool{layer.rank}d({_brief(size)})"
        case _:
            assert_never(layer)


def keras_line(layer: Snippable, sizes: Sequence[int]) -> str:
    """Return the layer as one line of Keras, ``layers.Conv2D(10, 5, padding="same")``.

    Keras's "same" is written only where it computes the same numbers as the layer.

    Args:
        layer: what to write.
        sizes: the spatial sizes of its input.

    Raises:
        ShapeError: if the layer cannot take an input of these sizes.
    """
    match layer:
        case Convolution():
            return _keras_convolution(layer, layer.axes(sizes))
        case TransposedConvolution():
            return _keras_transposed(layer, sizes)
        case Pooling():
            return _keras_pooling(layer, layer.axes(sizes))
        case AdaptivePooling():
            return _keras_adaptive(layer, sizes)
        case _:
            assert_never(layer)


def numpy_lines(layer: Convolution, sizes: Sequence[int]) -> str:
    """Return a few lines of numpy that compute the convolution ``y`` of an input ``x``.

    They expect ``x`` of shape (C, H, W), weights ``w`` of shape (K, C/G, F, F) and, with a bias,
    ``b`` of shape (K,), all without one axis for a sequence, and leave (K, H', W') in ``y``.

    Raises:
        ShapeError: if the layer cannot take an input of these sizes.
    """
    axes = layer.axes(sizes)
    spatial = ("h", "w")[-layer.rank :]
    taps = ("i", "j")[-layer.rank :]
    sides = _sides(axes)
    lines = ["import numpy as np", ""]
    if _any(sides):
        pads = ", ".join(map(str, ((0, 0), *sides)))
        lines.append(f"x = np.pad(x, ({pads}))")
    reach = tuple(axis.reach for axis in axes)
    lines.append(
        "windows = np.lib.stride_tricks.sliding_window_view("
        f"x, {reach}, axis={tuple(range(1, layer.rank + 1))})"
    )
    strides = [_every(axis.stride) for axis in axes]
    dilations = [_every(axis.dilation) for axis in axes]
    if {*strides, *dilations} != {":"}:
        lines.append(f"windows = windows[{', '.join([':', *strides, *dilations])}]")
    where, what = "".join(spatial), "".join(taps)
    if layer.groups == 1:
        lines.append(f'y = np.einsum("c{where}{what},kc{what}->k{where}", windows, w)')
    else:
        outputs = ", ".join(str(axis.output) for axis in axes)
        lines += [
            f"windows = windows.reshape({layer.groups}, -1, *windows.shape[1:])",
            f"w = w.reshape({layer.groups}, -1, *w.shape[1:])",
            f'y = np.einsum("gc{where}{what},gkc{what}->gk{where}", windows, w)',
            f"y = y.reshape({layer.out_channels}, {outputs})",
        ]
    if layer.bias:
        lines.append(f"y = y + b[:{', None' * layer.rank}]")
    return "\n".join(lines)


def _torch_convolution(layer: Convolution, sizes: Sequence[int]) -> str:
    """Return nn.Conv2d, behind an explicit padding where its own cannot say it."""
    axes = layer.axes(sizes)
    sides = _sides(axes)
    strides = tuple(axis.stride for axis in axes)
    # PyTorch refuses "same" where there is a stride.
    if layer.padding == "same" and set(strides) == {1}:
        padding, explicit = '"same"', False
    else:
        padding, explicit = _torch_padding(sides), not _symmetric(sides)
    code = _call(
        f"nn.Conv{layer.rank}d",
        layer.in_channels,
        layer.out_channels,
        kernel_size=_brief(layer.window),
        stride=_brief(strides, default=1),
        padding=padding,
        dilation=_brief(tuple(axis.dilation for axis in axes), default=1),
        groups=_brief((layer.groups,), default=1),
        bias="" if layer.bias else "False",
    )
    if not explicit:
        return code
    return _torch_chain(f"nn.ZeroPad{layer.rank}d({_torch_sides(sides)})", code)


def _torch_transposed(layer: TransposedConvolution, sizes: Sequence[int]) -> str:
    """Return nn.ConvTranspose2d, cut by a negative padding where the sides differ."""
    axes = layer.axes(sizes)
    sides = tuple((axis.before, axis.after) for axis in axes)
    code = _call(
        f"nn.ConvTranspose{layer.rank}d",
        layer.in_channels,
        layer.out_channels,
        kernel_size=_brief(layer.window),
        stride=_brief(tuple(axis.stride for axis in axes), default=1),
        padding=_torch_padding(sides),
        output_padding=_brief(tuple(axis.output_padding for axis in axes), default=0),
        dilation=_brief(tuple(axis.dilation for axis in axes), default=1),
        groups=_brief((layer.groups,), default=1),
        bias="" if layer.bias else "False",
    )
    if _symmetric(sides):
        return code
    cut = tuple((-before, -after) for before, after in sides)
    return _torch_chain(code, f"nn.ZeroPad{layer.rank}d({_torch_sides(cut)})")


def _torch_pooling(layer: Pooling, sizes: Sequence[int]) -> str:
    """Return nn.MaxPool2d or nn.AvgPool2d, behind an explicit padding where the sides differ."""
    axes = layer.axes(sizes)
    sides = _sides(axes)
    symmetric = _symmetric(sides)
    # An explicit padding is part of the input, in which a last window may start; the layer's own
    # padding is not. So no more of it is added than windows read.
    read = _sides_read(axes)
    hanging = any(end > axis.after for axis, (_, end) in zip(axes, read, strict=True))
    strides = tuple(axis.stride for axis in axes)
    code = _call(
        f"nn.{layer.kind.capitalize()}Pool{layer.rank}d",
        kernel_size=_brief(layer.window),
        stride="" if strides == layer.window else _brief(strides),
        padding=_torch_padding(sides),
        dilation=_brief(tuple(axis.dilation for axis in axes), default=1),
        ceil_mode="True" if layer.ceil_mode and (symmetric or hanging) else "",
    )
    if symmetric:
        return code
    added = _torch_sides(
        tuple(
            (axis.before, min(axis.after, end)) for axis, (_, end) in zip(axes, read, strict=True)
        )
    )
    if layer.kind == "avg":
        return _torch_chain(f"nn.ZeroPad{layer.rank}d({added})", code)
    # A zero would win where all inputs are negative.
    return _torch_chain(f'nn.ConstantPad{layer.rank}d({added}, float("-inf"))', code)


def _keras_convolution(layer: Convolution, axes: Sequence[Axis]) -> str:
    """Return layers.Conv2D, with what Keras lacks put before or behind it."""
    strides = tuple(axis.stride for axis in axes)
    dilation = tuple(axis.dilation for axis in axes)
    # Keras refuses both at once; then every S-th output is picked afterwards.
    picked = max(strides) > 1 and max(dilation) > 1
    same = not picked and _is_keras_same(axes, _sides(axes))
    code = _call(
        f"layers.Conv{layer.rank}D",
        layer.out_channels,
        _brief(layer.window),
        strides="" if picked else _brief(strides, default=1),
        padding='"same"' if same else "",
        dilation_rate=_brief(dilation, default=1),
        groups=_brief((layer.groups,), default=1),
        use_bias="" if layer.bias else "False",
    )
    parts = [code]
    if not same and _any(_sides(axes)):
        parts.insert(0, _keras_zeros(_sides(axes)))
    if picked:
        parts.append(f"layers.MaxPooling{layer.rank}D(1, strides={_brief(strides)})")
    return _keras_chain(*parts)


def _keras_transposed(layer: TransposedConvolution, sizes: Sequence[int]) -> str:
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
    same = same and _any(crop)
    code = _call(
        f"layers.{name}",
        layer.out_channels,
        _brief(layer.window),
        strides=_brief(strides, default=1),
        padding='"same"' if same else "",
        output_padding=_brief(extra, default=0),
        dilation_rate=_brief(dilation, default=1),
        use_bias="" if layer.bias else "False",
    )
    if same or not _any(crop):
        return code
    return _keras_chain(code, f"layers.Cropping{layer.rank}D({_nested(crop)})")


def _keras_pooling(layer: Pooling, axes: Sequence[Axis]) -> str:
    """Return layers.MaxPooling2D or layers.AveragePooling2D, padded as the layer is."""
    if any(axis.reach > axis.window for axis in axes):
        return "# Keras has no max pooling with dilation"
    sides = _sides_read(axes)
    hanging = any(end > axis.after for axis, (_, end) in zip(axes, sides, strict=True))
    same = _is_keras_same(axes, sides)
    if layer.kind == "avg":
        # Keras's "same" averages over the pixels alone, as PyTorch does for what hangs over the
        # end; a padding counts as zeros.
        same = same and not _any(_sides(axes))
        if hanging and not same:
            return "# Keras has no average pooling that rounds up like this; pad the input first"
    name = "MaxPooling" if layer.kind == "max" else "AveragePooling"
    strides = tuple(axis.stride for axis in axes)
    code = _call(
        f"layers.{name}{layer.rank}D",
        _brief(layer.window),
        strides="" if strides == layer.window else _brief(strides),
        padding='"same"' if same else "",
    )
    if same or not _any(sides):
        return code
    if layer.kind == "avg":
        return _keras_chain(_keras_zeros(sides), code)
    # A zero would win where all inputs are negative.
    pads = ", ".join(map(str, ((0, 0), *sides, (0, 0))))
    pad = f'keras.ops.pad(x, ({pads}), constant_values=float("-inf"))'
    return _keras_chain(f"layers.Lambda(lambda x: {pad})", code)


def _keras_adaptive(layer: AdaptivePooling, sizes: Sequence[int]) -> str:
    """Return global pooling, plain pooling where all regions are alike, or adaptive pooling."""
    axes = layer.axes(sizes)
    kind = "Max" if layer.kind == "max" else "Average"
    name = f"{kind}Pooling{layer.rank}D"
    if all(axis.output == 1 for axis in axes):
        return f"layers.Global{name}(keepdims=True)"
    if all(axis.even for axis in axes):
        return f"layers.{name}({_brief(tuple(axis.size // axis.output for axis in axes))})"
    size = _brief(tuple(axis.output for axis in axes))
    return f"layers.Adaptive{name}({size})  # Keras 3.13 or newer"


def _is_keras_same(axes: Sequence[Axis], sides: Sides) -> bool:
    """Return whether "same" puts the windows of a padded layer exactly where they are."""
    if not _any(sides):
        return False
    words = resolve_padding(
        "same",
        [axis.window for axis in axes],
        [axis.stride for axis in axes],
        [axis.dilation for axis in axes],
        [axis.size for axis in axes],
    )
    return all(
        before == axis.before and axis.output == -(-axis.size // axis.stride)
        for axis, (before, _) in zip(axes, words, strict=True)
    )


def _sides(axes: Sequence[Axis]) -> Sides:
    """Return the zeros before and after each axis."""
    return tuple((axis.before, axis.after) for axis in axes)


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


def _any(sides: Sides) -> bool:
    """Return whether there is anything on any side."""
    return any(map(any, sides))


def _symmetric(sides: Sides) -> bool:
    """Return whether every axis has the same before and after."""
    return all(before == after for before, after in sides)


def _call(name: str, *arguments: object, **options: str) -> str:
    """Return a call with its arguments and those options that are not empty."""
    given = [f"{option}={value}" for option, value in options.items() if value]
    return f"{name}({', '.join([*map(str, arguments), *given])})"


def _brief(values: tuple[int, ...], default: int | None = None) -> str:
    """Return one number if all are alike, else a tuple; nothing if all are the default."""
    if len(set(values)) > 1:
        return str(values)
    return "" if values[0] == default else str(values[0])


def _nested(sides: Sides) -> str:
    """Return sides as Keras's padding layers take them, as briefly as possible."""
    if len(sides) == 1:
        before, after = sides[0]
        return str(before) if before == after else str(sides[0])
    return _brief(tuple(before for before, _ in sides)) if _symmetric(sides) else str(sides)


def _torch_padding(sides: Sides) -> str:
    """Return sides as a PyTorch layer's own padding, nothing if it cannot say them."""
    return _brief(tuple(before for before, _ in sides), default=0) if _symmetric(sides) else ""


def _torch_sides(sides: Sides) -> str:
    """Return sides as PyTorch's padding layers take them: the last axis comes first."""
    return str(tuple(side for pair in reversed(sides) for side in pair))


def _every(step: int) -> str:
    """Return the slice that takes every ``step``-th element."""
    return ":" if step == 1 else f"::{step}"


def _keras_zeros(sides: Sides) -> str:
    """Return the Keras layer that adds these zeros."""
    return f"layers.ZeroPadding{len(sides)}D({_nested(sides)})"


def _torch_chain(*parts: str) -> str:
    """Return PyTorch layers one after the other."""
    return f"nn.Sequential({', '.join(parts)})"


def _keras_chain(*parts: str) -> str:
    """Return Keras layers one after the other, or the only one."""
    return parts[0] if len(parts) == 1 else f"keras.Sequential([{', '.join(parts)}])"
