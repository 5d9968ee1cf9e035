"""A convolution as a matrix: rows of the Toeplitz matrix, its size, and that of im2col."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import prod
from random import Random
from typing import TYPE_CHECKING, cast

from cnnviz_tui.questions import Grid
from cnnviz_tui.quiz.skill import Exercise, Skill
from cnnviz_tui.quiz.skills.asking import number_exercise, road
from cnnviz_tui.quiz.skills.drawn_layer import Layer, drawn, fitting_sides
from cnnviz_tui.quiz.skills.grids import (
    at_step,
    flipped,
    grid_exercise,
    grid_of,
    in_a_line,
    place,
    prompt,
    side_by_side,
)
from cnnviz_tui.quiz.wording import counted
from cnnviz_tui.walkthroughs.demonstration import Demonstration

if TYPE_CHECKING:
    from cnnviz_tui.walkthroughs.matrix import MatrixWalkthrough

_MOST_DRAWS = 100
_LONGEST_ROW = 25
"""So many numbers of a row one is willing to type."""


def _matrix(layer: Layer, filters: int = 1) -> tuple[Demonstration, MatrixWalkthrough]:
    """The explorer of a layer as a matrix, with so many filters."""
    shown = layer.shown("matrix")
    shown = shown.changed(typed={**shown.typed, "filters": str(filters)})
    return shown, cast("MatrixWalkthrough", shown.walkthrough())


def _row(chance: Random, level: int) -> Exercise:
    for _ in range(_MOST_DRAWS):
        if level == 1:
            layer = replace(drawn(chance, (3, 3), filter=2), size=(3, chance.choice((3, 4))))
        elif level == 2:
            layer = drawn(chance, (4, 4), filter=chance.choice((2, 3)))
        elif chance.random() < 0.5:
            layer = drawn(chance, (3, 4), filter=3, padding=1)
        else:
            layer = drawn(chance, (4, 6), filter=chance.choice((2, 3)), stride=2)
        kernel = grid_of(layer.walk.weight[0, 0])
        # A filter that reads the same when flipped would hide the commonest mistake.
        if flipped(kernel) != kernel and prod(layer.size) <= _LONGEST_ROW:
            break
    shown, walk = _matrix(layer)
    index = chance.randrange(1, len(walk))
    answer = grid_of(walk.toeplitz(range(index, index + 1)).values)
    cell = divmod(index, layer.outputs[1])
    step = layer.walk.step(index)
    width = layer.size[1]
    begin = (step.rows[0], step.columns[0])
    first = f"Row {index} makes output {place(cell)}; its window begins at {place(begin)}"
    gaps = f"The filter's rows lie {width} places apart, one row of the input, and all else is 0"
    mirrored = _placed(layer, flipped(kernel), index)
    packed = [value for row in kernel for value in row]
    start = max(begin[0] * width + begin[1], 0)
    dense = [Fraction()] * start + packed
    dense = (dense + [Fraction()] * prod(layer.size))[: prod(layer.size)]
    around = [
        (
            grid_of(walk.toeplitz(range(other, other + 1)).values),
            f"That is row {other}. {first}.",
            "wrong-window",
        )
        for other in (index - 1, index + 1)
        if other < len(walk)
    ]
    setting = layer.setting.replace("A filter without bias", "A filter")
    height = layer.size[0]
    return grid_exercise(
        prompt(
            f"{setting}. The input of {height}x{width} is written as one column of "
            f"{height * width} numbers, row by row. Which numbers stand in row {index} of the "
            "matrix that makes the output of it? Rows count from 0.",
            side_by_side(("filter", kernel)),
        ),
        answer,
        roads=[
            (mirrored, f"You flipped the filter; a layer does not. {first}.", "flipped"),
            *around,
            ((tuple(dense),), f"You wrote the filter's numbers without gaps. {gaps}.", ""),
        ],
        solution=(
            f"{first}.",
            *(
                [f"That is place {begin[0]}·{width} + {begin[1]} = {start} of the column."]
                if min(begin) >= 0
                else ["What would meet the padding has no column."]
            ),
            f"{gaps}.",
            f"The row is {in_a_line(answer)}.",
        ),
        feedback=f"{first}. {gaps}.",
        hints=(f"{first}.", f"{gaps}."),
        demonstration=at_step(shown, index),
    )


def _placed(layer: Layer, kernel: Grid, index: int) -> Grid:
    """A row of the matrix with other weights."""
    down, across = (axis.taps(at) for axis, at in zip(
        layer.axes, divmod(index, layer.outputs[1]), strict=True))  # fmt: skip
    row = [Fraction()] * prod(layer.size)
    for i, weights in zip(down, kernel, strict=True):
        for j, weight in zip(across, weights, strict=True):
            if 0 <= i < layer.size[0] and 0 <= j < layer.size[1]:
                row[i * layer.size[1] + j] = weight
    return (tuple(row),)


def _drawn_layer(chance: Random, level: int) -> tuple[Layer, int]:
    """A layer and its number of filters, for questions about sizes."""
    if level == 1:
        filter_ = chance.choice((2, 3, 4, 5))
        side = chance.randint(filter_ + 1, 12)
        return Layer("numbers", "sobel-x", (side, side), filter_), 1
    padding, stride = chance.choice(((0, 1), (1, 1), (0, 2), (1, 2)))
    fitting = fitting_sides((5, 9 if stride == 1 else 13), 3, stride, padding)
    sizes = chance.choice(fitting), chance.choice(fitting)
    layer = Layer("numbers", "random", sizes, 3, stride, padding)
    if level == 2:
        return layer, 1
    return replace(layer, channels=chance.choice((2, 3, 4))), chance.choice((2, 3, 4, 6))


def _told(layer: Layer, filters: int) -> str:
    """The layer in words, without a full stop."""
    height, width = layer.size
    depth = f"x{layer.channels}" if layer.channels > 1 else ""
    padding = f"padding {layer.padding}" if layer.padding else "no padding"
    who = f"{filters} filters" if filters > 1 else "A filter"
    slide = "slide" if filters > 1 else "slides"
    return (
        f"{who} of {layer.filter}x{layer.filter}{depth} {slide} over an input of "
        f"{height}x{width}{depth}, stride {layer.stride}, {padding}"
    )


def _toeplitz_size(chance: Random, level: int) -> Exercise:
    layer, filters = _drawn_layer(chance, level)
    shown, walk = _matrix(layer, filters)
    rows, columns = walk.toeplitz_size
    out = layer.outputs
    outputs = f"{out[0]}·{out[1]}" + (f"·{filters}" if filters > 1 else "")
    inputs = "·".join(map(str, (*layer.size, *([layer.channels] if layer.channels > 1 else []))))
    right = f"A row for each output, {outputs} = {rows}, a column for each input, {inputs} = "
    right += f"{columns}: {rows}x{columns}."
    one = (prod(out), prod(layer.size))
    weights = layer.filter**2 * layer.channels
    return number_exercise(
        f"{_told(layer, filters)}. Input and output are written as columns of numbers. How large "
        "is the matrix that makes one out of the other, rows x columns?",
        (rows, columns),
        roads=[
            road("row-for-column", (columns, rows), f"You swapped rows and columns. {right}"),
            road("", (prod(out), weights), f"That is the matrix of im2col. {right}"),
            road("forgot-filters", (one[0], columns), f"You counted one filter. {right}"),
            road("forgot-depth", (rows, one[1]), f"You counted one channel. {right}"),
            road("", (columns, columns), f"You took the output to be as large as the input. "
                 f"{right}"),
            road("forgot-square", (out[0], layer.size[0]), f"You counted one axis only. {right}"),
        ],
        hints=("Each row of it makes one output number.", f"The output is {out[0]}x{out[1]}."),
        solution=(f"The output is {out[0]}x{out[1]}" + (f"x{filters}." if filters > 1 else "."),
                  right),
        demonstration=shown,
    )  # fmt: skip


def _im2col_size(chance: Random, level: int) -> Exercise:
    layer, filters = _drawn_layer(chance, level)
    shown, walk = _matrix(layer, filters)
    rows, columns = walk.im2col_size
    out = layer.outputs
    weights = "·".join([f"{layer.filter}·{layer.filter}", *([str(layer.channels)]
                        if layer.channels > 1 else [])])  # fmt: skip
    right = f"A row for each window, {out[0]}·{out[1]} = {rows}, a column for each weight of a "
    right += f"filter, {weights} = {columns}: {rows}x{columns}."
    return number_exercise(
        f"{_told(layer, filters)}. im2col writes each window as one row of a matrix. How large is "
        "it, rows x columns?",
        (rows, columns),
        roads=[
            road("row-for-column", (columns, rows), f"You swapped rows and columns. {right}"),
            road("", walk.toeplitz_size, f"That is the Toeplitz matrix. {right}"),
            road("", (rows * filters, columns), f"You gave every filter windows of its own; all "
                 f"share them. {right}"),
            road("forgot-depth", (rows, layer.filter**2), f"You counted one channel. {right}"),
            road("forgot-square", (out[0], layer.filter), f"You counted one axis only. {right}"),
            road("forgot-stride", (prod(replace(layer, stride=1).outputs), columns),
                 f"You moved the window by 1. {right}"),
            road("forgot-padding", (prod(replace(layer, padding=0).outputs), columns),
                 f"You left the padding out. {right}"),
        ],
        hints=(
            "Count the windows, then the numbers in one.",
            f"The filter has {counted(rows, 'window')}.",
        ),
        solution=(f"The output is {out[0]}x{out[1]}, a window for each of its places.", right),
        demonstration=shown,
    )  # fmt: skip


def _not_zero(chance: Random, level: int) -> Exercise:
    """Ask how many numbers of the matrix are not 0 by construction."""
    if level == 1:
        layer, filters = _drawn_layer(chance, 1)
    else:
        side = chance.randint(4, 9)
        padding = 1 if level == 3 else 0
        layer = Layer("numbers", "random", (side, side), 3, padding=padding,
                      channels=chance.randint(1, 4))  # fmt: skip
        filters = chance.choice((1, 2, 3, 4, 6))
    shown, walk = _matrix(layer, filters)
    rows, columns = walk.toeplitz_size
    weights = layer.filter**2 * layer.channels
    full = f"{counted(rows, 'row')} of {weights} weights: {rows}·{weights} = {rows * weights:,}"
    right = f"{full}."
    if layer.padding:
        lost = rows * weights - walk.not_zero
        right = f"{full}; {lost:,} of them would meet the padding and have no column: "
        right += f"{walk.not_zero:,}."
    return number_exercise(
        f"{_told(layer, filters)}. In the matrix that makes the output out of the input, both "
        "written as columns of numbers, how many places does a weight stand in?",
        walk.not_zero,
        roads=[
            road("dense-for-sparse", rows * columns,
                 f"You counted all places, {rows}·{columns} = {rows * columns:,}. {right}"),
            road("forgot-positions", weights, f"You counted one row. {right}"),
            road("forgot-padding", rows * weights,
                 f"You counted weights that meet the padding. {right}"),
            road("forgot-depth", rows * layer.filter**2, f"You counted one channel. {right}"),
            road("forgot-square", rows * layer.filter * layer.channels,
                 f"You took {layer.filter} for {layer.filter}·{layer.filter}. {right}"),
        ],
        hints=("Each row holds all weights of a filter once.",
               f"The matrix has {counted(rows, 'row')}."),
        solution=("Each row holds a filter's weights, where they meet the input.", right),
        demonstration=shown,
    )  # fmt: skip


SKILLS: tuple[Skill, ...] = (
    Skill(
        "toeplitz-row",
        "A row of the Toeplitz matrix",
        "Fill in a row of the matrix that a convolution is.",
        _row,
    ),
    Skill(
        "toeplitz-size",
        "The size of the Toeplitz matrix",
        "Say how large the matrix is that a convolution is.",
        _toeplitz_size,
    ),
    Skill(
        "im2col-size",
        "The size of the im2col matrix",
        "Say how large the matrix of all windows is.",
        _im2col_size,
    ),
    Skill(
        "toeplitz-weights",
        "Weights in the Toeplitz matrix",
        "Count the places of the matrix that hold a weight.",
        _not_zero,
    ),
)
"""From one row to what the whole matrix holds."""
