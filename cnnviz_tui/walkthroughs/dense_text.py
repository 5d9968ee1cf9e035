"""What the steps of a dense layer say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz_tui.shapes.formulas import parameter_formula
from cnnviz_tui.walkthroughs.base import Line, Piece, Role, line
from cnnviz_tui.walkthroughs.numbers import short

if TYPE_CHECKING:
    from cnnviz_tui.walkthroughs.dense import DenseStep, DenseWalkthrough

_MOST_PRODUCTS = 16


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
