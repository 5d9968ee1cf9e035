"""Sizes, parameters and multiply-accumulates of layers, by the arithmetic of `shapes`.

Sizes are written as in the lecture, height x width x channels.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod

from cnnviz_tui.course.functions.kinds import Flag, Lengths, Padding, Text, Whole
from cnnviz_tui.course.functions.value import Grid, Size, Value
from cnnviz_tui.questions import DOES_NOT_FIT, NoFit
from cnnviz_tui.shapes.adaptive import AdaptiveAxis
from cnnviz_tui.shapes.axis import Axis, require_at_least
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.inverse import size_keeping_padding
from cnnviz_tui.shapes.layers import Convolution, Layer, Pooling, TransposedConvolution
from cnnviz_tui.shapes.receptive import receptive_field as field_behind

_MOST_REGIONS = 1000


def output_size(
    N: Lengths,
    F: Lengths,
    S: Lengths = (1,),
    P: Padding = 0,
    D: Lengths = (1,),
    ceil: Flag = False,
) -> Value:
    """(N − F + 2P)/S + 1, a size for sizes such as (7, 9); DOES_NOT_FIT where it is no integer.

    With a dilation D the filter reaches over D(F − 1) + 1; with `ceil` the last window may hang
    over the end, as in pooling layers.
    """
    axes = _axes(N, F, S, P, D, ceil)
    if not ceil and not all(axis.fits for axis in axes):
        return DOES_NOT_FIT
    return _lengths([axis.output for axis in axes])


def exact_size(N: Whole, F: Whole, S: Whole = 1, P: Padding = 0, D: Whole = 1) -> Value:
    """(N − F + 2P)/S + 1 as it comes out, such as 7/3."""
    return _axes((N,), (F,), (S,), P, (D,))[0].exact


def transposed_size(
    N: Lengths,
    F: Lengths,
    S: Lengths = (1,),
    P: Padding = 0,
    A: Lengths = (0,),
    D: Lengths = (1,),
) -> Value:
    """(N − 1)·S − 2P + D(F − 1) + 1 + A, the output size of a transposed convolution."""
    layer = TransposedConvolution(1, 1, F, S, P, D, rank=_rank(N, F, S, P, A, D), output_padding=A)
    return _lengths([axis.output for axis in layer.axes(_spread(N, layer.rank))])


def same_padding(F: Whole, D: Whole = 1) -> Value:
    """The padding that keeps the size at stride 1; (before, after) where they differ."""
    before, after = size_keeping_padding(F, D)
    return Fraction(before) if before == after else (before, after)


def conv_size(
    size: Size,
    F: Lengths,
    K: Whole,
    S: Lengths = (1,),
    P: Padding = 0,
    D: Lengths = (1,),
    groups: Whole = 1,
) -> Value:
    """Height x width x channels behind K filters, or DOES_NOT_FIT."""
    _, channels = _volume(size)
    return _through(Convolution(channels, K, F, S, P, D, groups), size)


def pool_size(size: Size, F: Lengths, S: Lengths = (), P: Padding = 0, ceil: Flag = False) -> Value:
    """Height x width x channels behind pooling, or DOES_NOT_FIT; S is F where it is left out."""
    return _through(Pooling("max", F, S or None, P, 1, ceil), size, ceil=ceil)


def conv_parameters(F: Lengths, C: Whole, K: Whole, bias: Flag = True, groups: Whole = 1) -> Value:
    """(F·F·C/groups + 1)·K: the weights and biases of a convolutional layer."""
    return Fraction(Convolution(C, K, F, groups=groups, bias=bias).parameters)


def conv_macs(
    size: Size,
    F: Lengths,
    K: Whole,
    S: Lengths = (1,),
    P: Padding = 0,
    D: Lengths = (1,),
    groups: Whole = 1,
) -> Value:
    """The multiply-accumulates of a convolutional layer: every weight once at each position."""
    sizes, channels = _volume(size)
    return Fraction(Convolution(channels, K, F, S, P, D, groups).macs(sizes))


def dense_parameters(inputs: Whole, units: Whole, bias: Flag = True) -> Value:
    """(inputs + 1)·units: the weights and biases of a dense layer."""
    require_at_least(1, {"number of inputs": inputs, "number of units": units})
    return Fraction((inputs + bias) * units)


def dense_macs(inputs: Whole, units: Whole) -> Value:
    """inputs·units: the multiply-accumulates of a dense layer."""
    return dense_parameters(inputs, units, bias=False)


def flat(size: Size) -> Value:
    """How many numbers a size has, such as 400 for 5x5x16."""
    return Fraction(prod(size))


def adaptive_regions(N: Whole, O: Whole) -> Grid:  # noqa: E741 - the letter that teaching uses
    """For each of O outputs of adaptive pooling (start, stop); the stop is not in the region."""
    axis = AdaptiveAxis(N, O)
    if O > _MOST_REGIONS:
        raise ShapeError(f"At most {_MOST_REGIONS:,} regions can be listed, not {O:,}.")
    regions = (axis.region(i) for i in range(O))
    return tuple((Fraction(region.start), Fraction(region.stop)) for region in regions)


def receptive_field(*layers: Text) -> Value:
    """How many inputs one number sees along an axis behind layers such as "3", "5s2, pool2, 3d2".

    The notation is that of the receptive-field explorer: F, sS for a stride, dD for a dilation.
    """
    from cnnviz_tui.walkthroughs.field_stack import parse_stack

    stack = parse_stack(", ".join(layers), "stack")
    # The axis has to be long enough for every window; its length does not matter otherwise.
    axes = [
        Axis(layer.dilation * layer.window, layer.window, layer.stride, dilation=layer.dilation)
        for layer in stack
    ]
    return Fraction(field_behind(axes).size)


FUNCTIONS = (
    output_size,
    exact_size,
    transposed_size,
    same_padding,
    conv_size,
    pool_size,
    conv_parameters,
    conv_macs,
    dense_parameters,
    dense_macs,
    flat,
    adaptive_regions,
    receptive_field,
)
"""In the order of the guide."""


def _rank(*lengths: Padding) -> int:
    """2 as soon as one argument has two numbers."""
    return max(len(one) if isinstance(one, tuple) else 1 for one in lengths)


def _spread(lengths: Lengths, rank: int) -> Lengths:
    return lengths * rank if len(lengths) == 1 else lengths


def _axes(
    N: Lengths, F: Lengths, S: Lengths, P: Padding, D: Lengths, ceil: bool = False
) -> tuple[Axis, ...]:
    """The way of a filter along each axis; rounding up is a pooling layer's."""
    rank = _rank(N, F, S, P, D)
    layer = Convolution(1, 1, F, S, P, D, rank=rank)
    axes = layer.axes(_spread(N, rank))
    return tuple(axis.changed(ceil_mode=True) for axis in axes) if ceil else axes


def _lengths(lengths: list[int]) -> Fraction | Size:
    return Fraction(lengths[0]) if len(lengths) == 1 else tuple(lengths)


def _volume(size: Size) -> tuple[Size, int]:
    """The spatial sizes and the channels of height x width x channels."""
    if len(size) != 3:
        raise ShapeError(
            f"A volume is height x width x channels such as 28x28x6, not {len(size)} "
            f"number{'s' * (len(size) != 1)}."
        )
    return size[:2], size[2]


def _through(layer: Layer, size: Size, *, ceil: bool = False) -> Size | NoFit:
    sizes, channels = _volume(size)
    axes = layer.axes(sizes)
    if not ceil and not all(isinstance(axis, Axis) and axis.fits for axis in axes):
        return DOES_NOT_FIT
    out_channels, out_sizes = layer.output(channels, sizes)
    return (*out_sizes, out_channels)
