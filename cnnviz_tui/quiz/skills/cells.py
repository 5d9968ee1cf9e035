"""One number of a convolution's output: its sum, its window, and where an input number goes.

The numbers are those of the explorer `cnnviz play conv`, which shows every exercise as it is.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import prod
from random import Random
from typing import TYPE_CHECKING

from cnnviz_tui.questions import Cell, Road, number_text
from cnnviz_tui.quiz.skill import Exercise, Skill
from cnnviz_tui.quiz.skills.asking import number_exercise, numbered, road
from cnnviz_tui.quiz.skills.drawn_layer import Layer, drawn
from cnnviz_tui.quiz.skills.grids import (
    at_step,
    cell_exercise,
    grid_of,
    place,
    products_text,
    prompt,
    side_by_side,
    sum_text,
    whole,
)
from cnnviz_tui.shapes.axis import signed

if TYPE_CHECKING:
    from cnnviz_tui.walkthroughs.convolution import ConvolutionStep

_MOST_DRAWS = 60
_FEWEST_PRODUCTS = 3


def _terms(step: ConvolutionStep, *, mirrored: bool = False) -> list[Fraction]:
    """The sums of the filter's rows, of its channels where there are several; then the bias."""
    weights = step.weights[:, ::-1, ::-1] if mirrored else step.weights
    products = step.patch * weights
    sums = products.sum(axis=2)[0] if len(products) == 1 else products.sum(axis=(1, 2))
    bias = [] if step.bias is None else [whole(step.bias)]
    return [*map(whole, sums), *bias]


def _worked(step: ConvolutionStep) -> tuple[str, ...]:
    """Every product, a line for each row or channel, and the sum of all."""
    lines = []
    if len(step.patch) == 1:
        rows = zip(grid_of(step.patch[0]), grid_of(step.weights[0]), strict=True)
        lines = [f"Row {i} of the filter: {products_text(*row)}" for i, row in enumerate(rows)]
    else:
        for c, (patch, weights) in enumerate(zip(step.patch, step.weights, strict=True)):
            flat = (map(whole, patch.ravel()), map(whole, weights.ravel()))
            lines.append(f"Channel {c}: {products_text(*flat)}")
    bias = "" if step.bias is None else f", the bias {number_text(whole(step.bias))} included"
    return *lines, f"All together{bias}: {sum_text(_terms(step))}."


def _value_exercise(chance: Random, layer: Layer, cells: list[Cell]) -> Exercise | None:
    """Ask for one of some cells; None where its sum has too few products to teach anything."""
    import numpy as np

    cell = chance.choice(cells)
    step = layer.at(cell)
    assert step is not None  # noqa: S101 - cells are outputs of this layer
    if np.count_nonzero(step.products) < _FEWEST_PRODUCTS:
        return None
    right = f"The sum is {sum_text(_terms(step))}."
    channels = range(layer.channels)
    inputs = [(_named("input", c, layer), grid_of(layer.walk.input[c])) for c in channels]
    filters = [(_named("filter", c, layer), grid_of(step.weights[c])) for c in channels]
    return number_exercise(
        prompt(
            f"{layer.setting}, as networks do it (the filter is not flipped). What is output "
            f"{place(cell)}? Rows and columns count from 0.",
            side_by_side(*inputs, *filters),
        ),
        whole(step.value),
        roads=_value_roads(layer, cell, step, right),
        hints=(
            f"The window begins at row {signed(step.rows[0])}, column {signed(step.columns[0])}"
            " of the input" + ("; what lies outside counts as 0." if layer.padding else "."),
            _worked(step)[0],
        ),
        solution=(
            f"The window of output {place(cell)} has the {_listed('row', step.rows)} and the "
            f"{_listed('column', step.columns)}.",
            *_worked(step),
        ),
        demonstration=at_step(layer.shown(), layer.index(cell)),
    )


def _named(what: str, channel: int, layer: Layer) -> str:
    return f"{what} {channel}" if layer.channels > 1 else what


def _listed(noun: str, places: tuple[int, ...]) -> str:
    """`row 0`, `rows −1, 0, 1`."""
    return f"{noun}{'s' if len(places) > 1 else ''} {', '.join(map(signed, places))}"


def _value_roads(layer: Layer, cell: Cell, step: ConvolutionStep, right: str) -> list[Road]:
    roads = []

    def add(name: str, value: Fraction, done: str) -> None:
        roads.append(road(name, value, f"{done} {right}"))

    def add_window(name: str, other: Layer, at: Cell, done: str) -> None:
        if (wrong := other.at(at)) is not None:
            add(name, whole(wrong.value), f"{done}: {sum_text(_terms(wrong))}.")

    mirrored = _terms(step, mirrored=True)
    add(
        "flipped",
        sum(mirrored, Fraction()),
        f"You flipped the filter: {sum_text(mirrored)}. Networks leave it as it is.",
    )
    add_window("swapped-axes", layer, (cell[1], cell[0]), "You took the column for the row")
    if layer.stride > 1:
        add_window("forgot-stride", replace(layer, stride=1), cell, "You moved the window by 1")
    if layer.padding:
        add_window("forgot-padding", replace(layer, padding=0), cell, "You left the padding out")
    if layer.dilation > 1:
        add_window("forgot-dilation", replace(layer, dilation=1), cell, "You left the holes out")
    for beside in ((cell[0], cell[1] + 1), (cell[0] + 1, cell[1])):
        add_window("wrong-window", layer, beside, f"That is output {place(beside)}")
    positive = [sum(row, Fraction()) for row in _absolute(step)]
    if step.bias:
        positive.append(whole(step.bias))
    add(
        "forgot-negative-weights",
        sum(positive, Fraction()),
        f"You left the minus signs of the filter out: {sum_text(positive)}.",
    )
    if step.bias:
        bare = _terms(step)[:-1]
        add(
            "forgot-bias",
            sum(bare, Fraction()),
            f"You left the bias out: {sum_text(bare)}.",
        )
    if layer.channels > 1:
        first = [_terms(step)[0], *([whole(step.bias)] if step.bias else [])]
        add(
            "forgot-depth",
            sum(first, Fraction()),
            f"You looked at channel 0 only: {sum_text(first)}. A filter goes through all channels.",
        )
    return roads


def _absolute(step: ConvolutionStep) -> list[list[Fraction]]:
    """The products without the signs of the weights, by row or channel."""
    products = step.patch * abs(step.weights)
    parts = products[0] if len(products) == 1 else products.reshape(len(products), -1)
    return [[whole(value) for value in part] for part in parts]


def _all_cells(layer: Layer) -> list[Cell]:
    return [(i, j) for i in range(layer.outputs[0]) for j in range(layer.outputs[1])]


def _border_cells(layer: Layer) -> list[Cell]:
    """The outputs whose window hangs over the input."""
    down, across = layer.axes
    return [
        (i, j)
        for i, j in _all_cells(layer)
        if {*down.taps(i)} - {*range(down.size)} or {*across.taps(j)} - {*range(across.size)}
    ]


def _value(chance: Random, level: int) -> Exercise:
    for _ in range(_MOST_DRAWS):
        if level == 1:
            layer = drawn(chance, (3, 5), filter=2)
        elif level == 2:
            layer = drawn(chance, (4, 6), filter=3, bias=chance.choice((1, 2, -1)))
        else:
            layer = drawn(chance, (5, 9), filter=3, stride=2, bias=chance.choice((1, 2, 3, -2)))
        if found := _value_exercise(chance, layer, _all_cells(layer)):
            return found
    return _certain(chance)


def _padded(chance: Random, level: int) -> Exercise:
    for _ in range(_MOST_DRAWS):
        if level == 1:
            layer = drawn(chance, (3, 4), filter=3, padding=1)
        elif level == 2:
            layer = drawn(chance, (3, 7), filter=3, padding=1, stride=2)
        else:
            bias = chance.choice((1, 2, -1))
            layer = drawn(chance, (5, 7), filter=3, padding=2, dilation=2, bias=bias)
        if found := _value_exercise(chance, layer, _border_cells(layer)):
            return found
    return _certain(chance)


def _channels(chance: Random, level: int) -> Exercise:
    for _ in range(_MOST_DRAWS):
        if level == 1:
            layer = drawn(chance, (3, 4), filter=2, channels=2)
        elif level == 2:
            layer = drawn(chance, (3, 4), filter=2, channels=3, bias=chance.choice((1, 2, -1)))
        else:
            bias = chance.choice((1, 2, -1))
            layer = drawn(chance, (3, 5), filter=3, channels=2, stride=2, padding=1, bias=bias)
        if found := _value_exercise(chance, layer, _all_cells(layer)):
            return found
    return _certain(chance)


def _certain(chance: Random) -> Exercise:
    """An exercise that surely has enough products, should chance never find one."""
    layer = Layer("numbers", "edges", (4, 4), 3, padding=1)
    found = _value_exercise(chance, layer, [(1, 2)])
    assert found is not None  # noqa: S101 - its nine weights meet more than three numbers
    return found


_CORNERS = {1: "top left", 2: "bottom right", 3: "middle"}


def _window(chance: Random, level: int) -> Exercise:
    if level == 1:
        layer = drawn(chance, (5, 7), filter=chance.choice((2, 3)), stride=chance.choice((1, 2)))
    elif level == 2:
        layer = drawn(
            chance, (6, 11), filter=chance.choice((2, 3, 4)), stride=chance.choice((2, 3))
        )
    else:
        dilation = chance.choice((1, 2))
        layer = drawn(chance, (7, 11), filter=3, stride=2, padding=1, dilation=dilation)
    down, across = layer.axes
    # The window's corners may lie in the padding, its middle never does here.
    tap = {1: 0, 2: layer.filter - 1, 3: 1}[level]
    cells = [cell for cell in _all_cells(layer) if cell[0] != cell[1]]
    cell = chance.choice(cells)
    right = down.taps(cell[0])[tap], across.taps(cell[1])[tap]
    where, from_start = _CORNERS[level], tap * layer.dilation
    rule = f"{layer.stride}·i"
    if shift := from_start - layer.padding:
        rule += f" {'+' if shift > 0 else '−'} {abs(shift)}"
    so = f"Row {rule} with i = {cell[0]} is {right[0]}, column {rule} with {cell[1]} is {right[1]}."
    wrong = [((right[1], right[0]), f"You took the column for the row. {so}")]
    if layer.stride > 1:
        moved = (cell[0] + shift, cell[1] + shift)
        wrong.append((moved, f"You moved the window by 1, not by {layer.stride}. {so}"))
    if layer.padding:
        unpadded = (right[0] + layer.padding, right[1] + layer.padding)
        said = f"You left the padding out: the first window begins at −{layer.padding}. {so}"
        wrong.append((unpadded, said))
    if tap:
        begin = (right[0] - from_start, right[1] - from_start)
        wrong.append((begin, f"That is the window's top left cell, not its {where} one. {so}"))
    return cell_exercise(
        f"{layer.setting}; it is {layer.filter}x{layer.filter}. Which input cell lies in the "
        f"{where} of the window that makes output {place(cell)}?",
        grid_of(layer.walk.input[0]),
        right,
        wrong=wrong,
        solution=(
            f"Output i begins at i·{layer.stride}"
            + (f" − {layer.padding}." if layer.padding else "."),
            f"The {where} cell lies {from_start} further down and to the right."
            if from_start
            else "The top left cell is where it begins.",
            so,
        ),
        feedback=f"The window of output i begins at row i·S − P. {so}",
        hints=("From one output to the next the window moves by its stride.",),
        demonstration=at_step(layer.shown(), layer.index(cell)),
    )


def _fan_out(chance: Random, level: int) -> Exercise:
    if level == 1:
        layer = drawn(chance, (5, 8), filter=3)
    elif level == 2:
        filter_ = chance.choice((3, 5))
        layer = drawn(chance, (7, 10), filter=filter_, padding=chance.randint(1, filter_ // 2))
    else:
        layer = drawn(chance, (9, 14), filter=chance.choice((3, 4, 5)), stride=2, padding=1)
    down, across = layer.axes
    for _ in range(_MOST_DRAWS):
        cell = tuple(chance.choice((0, 1, chance.randrange(n), n - 1)) for n in layer.size)
        feeds = down.feeds(cell[0]), across.feeds(cell[1])
        if feeds[0] and feeds[1]:
            break
    else:
        cell = (0, 0)
        feeds = down.feeds(0), across.feeds(0)
    counts = len(feeds[0]), len(feeds[1])
    so = f"{numbered(counts[0], 'row')} times {numbered(counts[1], 'column')} of outputs read it"
    right = f"{so}: {counts[0]}·{counts[1]} = {prod(counts)}."
    square = layer.filter**2
    roads = [
        road(
            "middle-everywhere",
            square,
            f"You gave it all places of the filter: {layer.filter}·{layer.filter} = {square}. "
            f"That holds only deep inside and with stride 1. {right}",
        ),
        road(
            "forgot-square",
            counts[0],
            f"You counted along one axis only: {counts[0]}. {right}",
        ),
    ]
    others = (
        ("forgot-stride", replace(layer, stride=1), "moved the window by 1"),
        ("forgot-padding", replace(layer, padding=0), "left the padding out"),
    )
    for name, other, done in others:
        if other != layer:
            a, b = (len(axis.feeds(at)) for axis, at in zip(other.axes, cell, strict=True))
            roads.append(road(name, a * b, f"You {done}: {a}·{b} = {a * b}. {right}"))
    height, width = layer.size
    first = layer.index((feeds[0][0], feeds[1][0]))
    return number_exercise(
        f"A {layer.filter}x{layer.filter} filter slides over an input of {height}x{width}, stride "
        f"{layer.stride}, "
        + (f"padding {layer.padding}" if layer.padding else "no padding")
        + f". How many output numbers read input cell ({cell[0]}, {cell[1]})? Rows and columns "
        "count from 0.",
        prod(counts),
        roads=roads,
        hints=(
            "Count the windows that lie over it, down and across each on its own.",
            f"Down, {numbered(counts[0], 'window')} reach it."
            if counts[0] > 1
            else "Down, 1 window reaches it.",
        ),
        solution=(
            f"Down, the windows of output {_listed('row', tuple(feeds[0]))} reach row {cell[0]}.",
            f"Across, those of output {_listed('column', tuple(feeds[1]))} reach column {cell[1]}.",
            right,
        ),
        demonstration=at_step(layer.shown(), first),
    )


SKILLS: tuple[Skill, ...] = (
    Skill(
        "cell-value",
        "One output number",
        "Compute one number of a convolution's output from its window and the filter.",
        _value,
    ),
    Skill(
        "cell-padding",
        "An output number at the border",
        "Compute an output number whose window hangs over the border.",
        _padded,
    ),
    Skill(
        "cell-channels",
        "An output number through the depth",
        "Compute an output number of a filter that goes through several channels.",
        _channels,
    ),
    Skill(
        "cell-window",
        "Which window makes it",
        "Point at the input cells that an output number is made of.",
        _window,
    ),
    Skill(
        "cell-fan-out",
        "Where an input number goes",
        "Count the output numbers that read one input number.",
        _fan_out,
    ),
)
"""From one sum to all the sums that a number takes part in."""
