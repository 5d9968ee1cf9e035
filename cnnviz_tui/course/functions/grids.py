"""Operations on small grids of numbers: pooling, filters, cells, pictures and kernels by name.

Results are exact: fractions are brought to whole numbers, the core computes with those in float64,
which loses nothing, and the result is divided again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui import ops
from cnnviz_tui.course.functions.kinds import Lengths, Number, Numbers, Text, Whole
from cnnviz_tui.course.functions.value import (
    MOST_CELLS,
    Grid,
    Place,
    Row,
    Value,
    from_array,
    tidy,
)
from cnnviz_tui.course.problem import nearest
from cnnviz_tui.shapes.adaptive import AdaptiveAxis
from cnnviz_tui.shapes.axis import Axis, per_axis
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.layers import (
    AdaptivePooling,
    Convolution,
    Layer,
    Pooling,
    TransposedConvolution,
)

Array = NDArray[np.floating[Any]]

# Every integer up to here is a float64.
_LARGEST_EXACT = 2**53

# The weights of larger ones are no integers of float32 any more.
_LARGEST_KERNEL = 15


def max_pool(grid: Grid, F: Lengths, S: Lengths = (), P: Lengths = (0,)) -> Grid:
    """The largest number of each F x F window; S is F where it is left out."""
    layer = Pooling("max", F, S or None, P)
    return _through(layer, lambda x: ops.max_pool2d(x, F, S or None, P), grid)


def avg_pool(grid: Grid, F: Lengths, S: Lengths = (), P: Lengths = (0,)) -> Grid:
    """The mean of each F x F window, zeros of the padding included; S is F where left out."""
    layer = Pooling("avg", F, S or None, P)
    height, width = layer.window
    return _through(
        layer, lambda x: ops.avg_pool2d(x, F, S or None, P), grid, factor=height * width
    )


def adaptive_max_pool(grid: Grid, O: Lengths) -> Grid:  # noqa: E741 - the letter of teaching
    """The largest number of each of O x O regions."""
    return _through(AdaptivePooling("max", O), lambda x: ops.adaptive_max_pool2d(x, _pair(O)), grid)


def adaptive_avg_pool(grid: Grid, O: Lengths) -> Grid:  # noqa: E741 - the letter of teaching
    """The mean of each of O x O regions."""
    layer = AdaptivePooling("avg", O)
    counts = [
        lcm(*{len(axis.region(i)) for i in range(axis.output)})
        for axis in _checked(layer, grid)
        if isinstance(axis, AdaptiveAxis)
    ]
    return _through(
        layer, lambda x: ops.adaptive_avg_pool2d(x, _pair(O)), grid, factor=lcm(*counts) ** 2
    )


def global_avg_pool(grid: Grid) -> Value:
    """The mean of all numbers."""
    return adaptive_avg_pool(grid, (1,))[0][0]


def conv(
    grid: Grid,
    kernel: Grid,
    S: Lengths = (1,),
    P: Lengths = (0,),
    D: Lengths = (1,),
    bias: Number = Fraction(0),
) -> Grid:
    """The map that a kernel leaves, as a cross-correlation: the kernel is not flipped."""
    layer = Convolution(1, 1, _shape(kernel), S, P, D)
    sums = _through(layer, lambda x, w: ops.conv2d(x, w, None, S, P, D), grid, kernel)
    return tuple(tuple(tidy(one + bias) for one in row) for row in sums)


def transposed_conv(
    grid: Grid, kernel: Grid, S: Lengths = (1,), P: Lengths = (0,), A: Lengths = (0,)
) -> Grid:
    """The map of a transposed convolution: every number stamps its multiple of the kernel."""
    layer = TransposedConvolution(1, 1, _shape(kernel), S, P, output_padding=A)
    return _through(layer, lambda x, w: ops.conv_transpose2d(x, w, None, S, P, A), grid, kernel)


def flip(kernel: Grid) -> Grid:
    """The kernel turned by 180°: flipped up-down and left-right."""
    return tuple(row[::-1] for row in kernel[::-1])


def toeplitz_row(N: Lengths, kernel: Grid, i: Whole, S: Lengths = (1,), P: Lengths = (0,)) -> Row:
    """Row i, from 0, of the matrix that does the convolution of an N x N input."""
    from cnnviz_tui.walkthroughs.matrix import MatrixWalkthrough

    size = _pair(N)
    _require_few(size, "The input")
    # For its sizes alone: the entries are taken from the kernel itself, so that they stay exact.
    matrix = MatrixWalkthrough(
        np.zeros((1, 1, *size), np.float32),
        np.zeros((1, 1, *_shape(kernel)), np.float32),
        stride=_pair(S),
        padding=_pair(P),
    )
    if matrix.problem:
        raise ShapeError(matrix.problem)
    if not 0 <= i < len(matrix):
        raise ShapeError(f"The matrix has {len(matrix)} rows: i must be 0 to {len(matrix) - 1}.")
    weights = [weight for row in kernel for weight in row]
    places = matrix.toeplitz(range(i, i + 1)).weights[0]
    return tuple(weights[place] if place >= 0 else Fraction(0) for place in places)


def window(grid: Grid, r: Whole, c: Whole, F: Lengths) -> Grid:
    """The F x F cells whose first is in row r and column c, from 0."""
    height, width = _pair(F)
    if min(height, width) < 1 or not _inside(grid, r, c, height, width):
        raise ShapeError(
            f"A window of {height}x{width} at ({r}, {c}) does not lie in a grid of "
            f"{len(grid)}x{len(grid[0])}: take another place."
        )
    return tuple(row[c : c + width] for row in grid[r : r + height])


def dot(a: Numbers, b: Numbers) -> Value:
    """The sum of the products, cell by cell: a window and its kernel, or two rows."""
    first, second = np.array(a, dtype=object), np.array(b, dtype=object)
    if first.shape != second.shape:
        raise ShapeError("Both must have the same size to be multiplied cell by cell.")
    return tidy(sum((x * y for x, y in zip(first.flat, second.flat, strict=True)), Fraction(0)))


def cell(grid: Grid, r: Whole, c: Whole) -> Value:
    """The number in row r and column c, from 0."""
    if not _inside(grid, r, c):
        raise ShapeError(
            f"({r}, {c}) is not in a grid of {len(grid)}x{len(grid[0])}: rows go from 0 to "
            f"{len(grid) - 1}, columns from 0 to {len(grid[0]) - 1}."
        )
    return grid[r][c]


def row(grid: Grid, r: Whole) -> Row:
    """Row r, from 0."""
    if not _inside(grid, r, 0):
        raise ShapeError(f"There is no row {r}: rows go from 0 to {len(grid) - 1}.")
    return grid[r]


def column(grid: Grid, c: Whole) -> Row:
    """Column c, from 0."""
    if not _inside(grid, 0, c):
        raise ShapeError(f"There is no column {c}: columns go from 0 to {len(grid[0]) - 1}.")
    return tuple(one[c] for one in grid)


def total(grid: Grid) -> Value:
    """All numbers added up."""
    return sum((one for line in grid for one in line), Fraction(0))


def largest(grid: Grid) -> Value:
    """The largest number."""
    return max(map(max, grid))


def smallest(grid: Grid) -> Value:
    """The smallest number."""
    return min(map(min, grid))


def place_of_largest(grid: Grid) -> Place:
    """Where the largest number is, (row, column) from 0; the first of several."""
    best = largest(grid)
    return next(
        Place(r, line.index(one)) for r, line in enumerate(grid) for one in line if one == best
    )


def size_of(grid: Grid) -> Value:
    """How many rows and columns a grid has, as a size."""
    return _shape(grid)


def kernel(name: Text, F: Lengths = (3,)) -> Grid:
    """A classic kernel by name, such as sobel-x, edges or box, F x F."""
    from cnnviz_tui.samples.kernels import KERNELS, kernel_named

    names = [one.name for one in KERNELS if one.name != "random"]
    if name not in names:
        raise ShapeError(f"There is no kernel “{name[:20]}”: {nearest(name, names)}")
    size = _pair(F)
    if not 1 <= min(size) <= max(size) <= _LARGEST_KERNEL:
        raise ShapeError(f"F must be 1 to {_LARGEST_KERNEL} for a kernel by name.")
    weights = kernel_named(name).make(*size, np.random.default_rng(0))
    return tuple(tuple(map(_simple, line)) for line in weights.tolist())


def picture(name: Text, N: Lengths = ()) -> Grid:
    """A picture by name, such as digit-7, letter-A, shape-ring or numbers; N changes its size."""
    from cnnviz_tui.samples.inputs import INPUTS, input_named

    names = [one.name for one in INPUTS]
    if name not in names:
        raise ShapeError(f"There is no picture “{name[:20]}”: {nearest(name, names)}")
    source = input_named(name)
    size = _pair(N) if N else source.size
    _require_few(size, "A picture")
    return from_array(source.make(*size, 1)[0])


FUNCTIONS = (
    max_pool,
    avg_pool,
    adaptive_max_pool,
    adaptive_avg_pool,
    global_avg_pool,
    conv,
    flip,
    transposed_conv,
    toeplitz_row,
    window,
    dot,
    cell,
    row,
    column,
    total,
    largest,
    smallest,
    place_of_largest,
    size_of,
    kernel,
    picture,
)
"""In the order of the guide."""


def _pair(lengths: Lengths) -> tuple[int, int]:
    height, width = per_axis(lengths, 2, "size")
    return height, width


def _shape(grid: Grid) -> tuple[int, int]:
    return len(grid), len(grid[0])


def _inside(grid: Grid, r: int, c: int, height: int = 1, width: int = 1) -> bool:
    rows, columns = _shape(grid)
    return 0 <= r <= rows - height and 0 <= c <= columns - width


def _require_few(size: tuple[int, ...], what: str) -> None:
    if min(size) < 1 or np.prod([float(one) for one in size]) > MOST_CELLS:
        raise ShapeError(
            f"{what} of {'x'.join(map(str, size))} cannot be: it has 1 to {MOST_CELLS:,} numbers."
        )


def _checked(layer: Layer, grid: Grid) -> Sequence[object]:
    """The axes of a layer on a grid, if nothing on the way is too large."""
    axes = layer.axes(_shape(grid))
    _require_few(tuple(axis.output for axis in axes), "A result")
    padded = [axis.padded for axis in axes if isinstance(axis, Axis)]
    if padded:
        _require_few(tuple(padded), "A padded grid")
    return axes


def _through(layer: Layer, compute: Callable[..., Array], *grids: Grid, factor: int = 1) -> Grid:
    """What an operation of the core makes of grids, exactly.

    Args:
        layer: the same as a layer, to refuse what does not fit before anything is computed.
        compute: the operation, from arrays (1, 1, H, W) to one; linear in each of them, or a
            maximum.
        grids: its operands, the picture first.
        factor: what the result is divided by on the way.
    """
    _checked(layer, grids[0])
    scale, bound, arrays = factor, factor, []
    for grid in grids:
        common = lcm(*(one.denominator for line in grid for one in line))
        whole = [[one.numerator * (common // one.denominator) for one in line] for line in grid]
        scale *= common
        bound *= max(1, sum(abs(one) for line in whole for one in line))
        arrays.append(whole)
    if bound >= _LARGEST_EXACT:
        floats = [np.array(grid, dtype=np.float64)[None, None] for grid in grids]
        return from_array(compute(*floats)[0, 0])
    operands = [np.array(whole, dtype=np.float64)[None, None] for whole in arrays]
    operands[0] *= factor
    result = compute(*operands)[0, 0].tolist()
    return tuple(tuple(Fraction(round(one), scale) for one in line) for line in result)


def _simple(weight: float) -> Fraction:
    """The simple fraction that a float32 weight stands for, such as 1/9."""
    return Fraction(weight).limit_denominator(MOST_CELLS)
