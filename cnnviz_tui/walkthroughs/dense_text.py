"""What the steps of a dense layer say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz_tui.shapes.formulas import parameter_formula
from cnnviz_tui.walkthroughs.base import Line, Piece, Role, line
from cnnviz_tui.walkthroughs.numbers import short

if TYPE_CHECKING:
    from cnnviz_tui.walkthroughs.dense import DenseStep, DenseWalkthrough

_MOST_PRODUCTS = 16
MOST_LISTED = 4096
"""Products that a listing writes out; of a larger unit it gives the sum of each slice."""


def formulas_of(walkthrough: DenseWalkthrough) -> tuple[Line, ...]:
    """The layer's parameters, and those of three ways to make a convolution's outputs."""
    channels, height, width = walkthrough.input.shape
    plus = " + 1" if walkthrough.bias is not None else ""
    own = line(
        ("y = Wx + b: " if plus else "y = Wx: ", Role.DIM),
        f"({height}·{width}·{channels}{plus})·{walkthrough.units} = {walkthrough.parameters:,}",
        (" parameters", Role.DIM),
    )
    if walkthrough.misfit:
        return (own, line((f"✗ {walkthrough.misfit}", Role.WRONG)))
    rows, columns, filters = walkthrough.convolution_output
    return (
        own,
        line(
            (f"convolution to {rows}x{columns}x{filters}: ", Role.DIM),
            parameter_formula(walkthrough.convolution),
        ),
    )


def sums_of(step: DenseStep) -> tuple[Line, ...]:
    """Product by product where they are few, else slice by slice, else counted."""
    written = []
    if step.products.size <= _MOST_PRODUCTS:
        written.append(_written(step))
    if len(step.inputs) > 1:
        written.append(_by_slice(step))
    written.append(_counted(step))
    return tuple(written)


def _name(step: DenseStep) -> Piece:
    return Piece(f"y[{step.walkthrough.unit_names[step.unit]}] = ", Role.DIM)


def _result(step: DenseStep, pieces: list[Piece]) -> Line:
    results = step.walkthrough.formats[2]
    if step.bias is not None:
        pieces += [Piece(" + "), Piece(f"b {results.padded(step.bias)}", Role.FILTER)]
    return (*pieces, Piece(" = ", Role.STRONG), Piece(results.padded(step.value), Role.OUTPUT))


def _written(step: DenseStep) -> Line:
    inputs, weights, _ = step.walkthrough.formats
    pieces = [_name(step)]
    for value, weight in zip(step.inputs.ravel(), step.weights.ravel(), strict=True):
        if len(pieces) > 1:
            pieces.append(Piece(" + "))
        pieces += [
            Piece(inputs.padded(float(value)), Role.INPUT),
            Piece("·"),
            Piece(weights(float(weight)).ljust(weights.width), Role.FILTER),
        ]
    return _result(step, pieces)


def _by_slice(step: DenseStep) -> Line:
    results = step.walkthrough.formats[2]
    each = step.products[0].size
    slices = len(step.products)
    pieces = [_name(step), Piece(f"{slices} slices of {each} products: ", Role.DIM)]
    for i, partial in enumerate(step.products.sum(axis=(1, 2))):
        if i:
            pieces.append(Piece(" + "))
        pieces.append(Piece(results.padded(float(partial)), Role.INPUT))
    return _result(step, pieces)


def _counted(step: DenseStep) -> Line:
    results = step.walkthrough.formats[2]
    total = results.padded(float(step.products.sum()))
    pieces = [
        _name(step),
        Piece(f"{step.products.size:,} products: ", Role.DIM),
        Piece(total, Role.INPUT),
    ]
    return _result(step, pieces)


def caption_of(step: DenseStep) -> str:
    """What the unit does, in at most two short sentences."""
    walkthrough = step.walkthrough
    count = f"{walkthrough.inputs:,}"
    if step.index == len(walkthrough) - 1 and walkthrough.named:
        best = walkthrough.unit_names[int(walkthrough.output.argmax())]
        return (
            f"The largest output is that of digit {best}: its weights are most like the picture. "
            "A dense layer compares pictures with templates."
        )
    if step.index == len(walkthrough) - 1 and not walkthrough.misfit:
        dense, _, shared = walkthrough.costs
        return (
            f"The last unit. As many outputs as the convolution makes would need "
            f"{dense.parameters:,} parameters instead of {shared.parameters:,}."
        )
    if step.index == 0:
        return (
            f"Each unit reads all {count} inputs, wherever they lie, and has a weight of its own "
            "for each. Nothing is shared."
        )
    if walkthrough.named:
        return (
            f"The weights of this unit are the average {walkthrough.unit_names[step.unit]}; its "
            "sum is large where picture and weights are bright at the same places."
        )
    return f"The next unit: the same {count} inputs, {count} other weights, another number."


def input_caption(walkthrough: DenseWalkthrough, channel: int, row: int, column: int) -> str:
    """What one input does."""
    value = walkthrough.formats[0](float(walkthrough.input[channel, row, column]))
    return (
        f"Input ({row}, {column}) = {value} goes into all {walkthrough.units} units, each time "
        "with another weight: moved by one place, the picture meets quite other weights."
    )


def weight_caption(
    walkthrough: DenseWalkthrough, unit: int, channel: int, row: int, column: int
) -> str:
    """What is special about one weight: it is used once."""
    weight = short(float(walkthrough.weight[unit, channel, row, column]))
    if walkthrough.misfit:
        return f"The weight {weight} is used once: for this unit and this input alone."
    rows, columns, _ = walkthrough.convolution_output
    return (
        f"The weight {weight} is used once: for this unit and this input alone. A weight of the "
        f"convolution is used at {rows}·{columns} = {rows * columns} positions."
    )


def saving_lines(walkthrough: DenseWalkthrough) -> tuple[str, str]:
    """How many times fewer parameters each idea needs: looking near by, sharing."""
    dense, local, shared = (cost.parameters for cost in walkthrough.costs)
    return f"near by: {_fewer(dense / local)}", f"sharing: {_fewer(local / shared)}"


def _fewer(ratio: float) -> str:
    if ratio == 1:
        return "saves nothing here"
    return f"{ratio:,.0f} times fewer" if ratio >= 10 else f"{short(ratio, 1)} times fewer"


def cost_sums(walkthrough: DenseWalkthrough, way: int) -> tuple[Line, ...]:
    """How the parameters of one of the three ways are counted: one line."""
    cost = walkthrough.costs[way]
    channels, height, width = walkthrough.input.shape
    rows, columns = walkthrough.convolution.window
    down, across, filters = walkthrough.convolution_output
    plus = " + 1" if walkthrough.convolution.bias else ""
    reads = f"{height}·{width}·{channels}" if way == 0 else f"{rows}·{columns}·{channels}"
    outputs = f"{filters}" if way == 2 else f"({down}·{across}·{filters})"
    return (
        line(
            (f"{cost.name}: ", Role.DIM),
            f"({reads}{plus})·{outputs} = " if plus else f"{reads}·{outputs} = ",
            (f"{cost.parameters:,}", Role.OUTPUT),
        ),
    )


def cost_caption(way: int) -> str:
    """What makes one of the three ways need as many parameters as it does."""
    return (
        "Every output has a weight for every input of the whole picture, and a bias.",
        "Every output has a filter of its own, but only for the inputs below it.",
        "All outputs of a map use the same filter: one filter a map is all that is learned.",
    )[way]


def listing_of(step: DenseStep) -> list[str]:
    """All products of a unit as a table with the running sum; of large units a sum a slice."""
    lines = [f"{'slice':>6} {'at':>10} {'input':>9}   {'weight':>9}   {'product':>10} {'sum':>12}"]
    running = 0.0
    written = step.products.size <= MOST_LISTED
    for c, products in enumerate(step.products):
        if not written:
            running += float(products.sum())
            lines.append(f"{c + 1:>6} {products.size:>10} products {short(running, 4):>41}")
            continue
        for (i, j), product in np.ndenumerate(products):
            running += float(product)
            lines.append(
                f"{c + 1:>6} {f'({i}, {j})':>10} {short(step.inputs[c, i, j], 4):>9} · "
                f"{short(step.weights[c, i, j], 4):>9} = {short(product, 4):>10} "
                f"{short(running, 4):>12}"
            )
    if step.bias is not None:
        lines.append(f"{'bias':>6} {'':>36} {short(step.bias, 4):>8} {short(step.value, 4):>12}")
    return lines
