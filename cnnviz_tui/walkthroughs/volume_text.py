"""What the steps through volumes say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz_tui.shapes.formulas import parameter_formula
from cnnviz_tui.shapes.layers import Convolution
from cnnviz_tui.walkthroughs.base import Line, Piece, Role, line

if TYPE_CHECKING:
    from cnnviz_tui.walkthroughs.volume import Shape, VolumeStep, VolumeWalkthrough


def shape_text(shape: Shape) -> str:
    """Height x width x channels, as the lecture writes volumes."""
    channels, height, width = shape
    return f"{height}x{width}x{channels}"


def formulas_of(walkthrough: VolumeWalkthrough) -> tuple[Line, ...]:
    """The chain of shapes with the filters between them, and the parameters of each layer."""
    costs: list[Piece] = [Piece("parameters ", Role.DIM)]
    for i, weight in enumerate(walkthrough.weights):
        filters, channels, height, width = weight.shape
        layer = Convolution(channels, filters, (height, width))
        costs += [Piece("   ", Role.DIM)] * bool(i)
        costs.append(Piece(parameter_formula(layer)))
    if walkthrough.problem:
        return (line((f"✗ {walkthrough.problem}", Role.WRONG)), tuple(costs))
    chain: list[Piece] = [Piece(shape_text(walkthrough.shapes[0]), Role.INPUT)]
    for weight, shape in zip(walkthrough.weights, walkthrough.shapes[1:], strict=True):
        filters, channels, height, width = weight.shape
        chain += [
            Piece(" → ", Role.DIM),
            Piece(
                f"{filters} filter{'s' * (filters > 1)} {height}x{width}x{channels}", Role.FILTER
            ),
            Piece(" → ", Role.DIM),
            Piece(shape_text(shape), Role.OUTPUT),
        ]
    return tuple(chain), tuple(costs)


def sums_of(step: VolumeStep) -> tuple[Line, ...]:
    """The products of one slice, or all slices and the bias, each also in short."""
    from cnnviz_tui.walkthroughs.volume import Scope

    if step.scope is not Scope.SLICE:
        return step.number.sums
    number = step.number
    name = number.channel_names[step.channel]
    label = name if not name.isdigit() else f"slice {name}"
    formats = number.formats
    total = formats.results(float(number.partial_sums[step.channel]))
    result = (Piece(" = ", Role.STRONG), Piece(total, Role.OUTPUT))
    head = Piece(f"{label}: ", Role.STRONG)
    weights = formats.weights[number.output[0]]
    pieces: list[Piece] = []
    pairs = zip(
        number.patch[step.channel].ravel(), number.weights[step.channel].ravel(), strict=True
    )
    for value, weight in pairs:
        if pieces:
            pieces.append(Piece(" + "))
        written = weights(float(weight))
        pieces += [
            Piece(formats.inputs(float(value)), Role.INPUT),
            Piece("·"),
            Piece(f"({written})" if written.startswith("−") else written, Role.FILTER),
        ]
    count = number.products[step.channel].size
    return (head, *pieces, *result), (head, Piece(f"{count} products"), *result)


def caption_of(step: VolumeStep) -> str:
    """What happens in the step and why, in at most two short sentences."""
    from cnnviz_tui.walkthroughs.volume import Scope

    walkthrough, number = step.walkthrough, step.number
    maps, height, width = walkthrough.shapes[step.layer + 1]
    channels = walkthrough.shapes[step.layer][0]
    count = number.products.size
    k = number.output[0]
    if step.scope is Scope.SLICE:
        each = number.products[step.channel].size
        place = f"Slice {step.channel + 1} of {channels}: {each} products."
        return f"{place} A filter always reaches through the full depth of its input."
    if step.scope is Scope.NUMBER:
        return f"All {count} products and the bias add up to one number, the first of map 1."
    if step.scope is Scope.ROW:
        row = number.output[1]
        if row == 0:
            return f"The filter slides along the first row: {width} windows, {width} numbers."
        if row == height - 1:
            return f"All {height}·{width} positions: one map of {height}x{width}."
        return f"Row {row + 1} of {height}: the same {count} weights and bias at every place."
    if step.scope is Scope.MAP:
        return (
            f"Filter {k + 1} has other weights: from the same input it makes map {k + 1} of {maps}."
        )
    stack = f"{maps} maps, stacked" if maps > 1 else "One map"
    new = f"{stack}: a new image of {shape_text(walkthrough.shapes[step.layer + 1])}."
    if step.layer + 1 < len(walkthrough.weights):
        return f"{new} ReLU makes negative numbers 0, then the next layer sees it as its input."
    return f"{new} A ConvNet is a chain of such layers."
