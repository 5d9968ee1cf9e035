"""A convolution as a few lines of plain numpy."""

from __future__ import annotations

from collections.abc import Sequence

from cnnviz_tui.shapes.code_writing import any_side, sides_of
from cnnviz_tui.shapes.layers import Convolution


def numpy_convolution(layer: Convolution, sizes: Sequence[int]) -> str:
    """Return what ``snippets.numpy_lines`` promises: pad, cut windows, sum their products."""
    axes = layer.axes(sizes)
    spatial = ("h", "w")[-layer.rank :]
    taps = ("i", "j")[-layer.rank :]
    sides = sides_of(axes)
    axes_of_x = ", ".join(("C", *("H", "W")[-layer.rank :]))
    window = ", ".join(("F",) * layer.rank)
    given = f"# x: ({axes_of_x}), w: (K, C, {window})"
    if layer.groups > 1:
        given = given.replace("(K, C,", f"(K, C/{layer.groups},")
    lines = ["import numpy as np", "", given + (", b: (K,)" if layer.bias else "")]
    if any_side(sides):
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


def _every(step: int) -> str:
    """Return the slice that takes every ``step``-th element."""
    return ":" if step == 1 else f"::{step}"
