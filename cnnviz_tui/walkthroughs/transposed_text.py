"""What the steps of a transposed convolution say, as sliding and as a matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz_tui.walkthroughs.base import Line, Piece, Role, line
from cnnviz_tui.walkthroughs.numbers import short
from cnnviz_tui.walkthroughs.size_line import size_line

if TYPE_CHECKING:
    from cnnviz_tui.shapes.transposed import TransposedAxis
    from cnnviz_tui.walkthroughs.transposed import TransposedStep, TransposedWalkthrough

_MOST_WRITTEN = 36


def formulas_of(walkthrough: TransposedWalkthrough) -> tuple[Line, ...]:
    """The output size; p′ beside p; the size of the matrix and its parameters."""
    if walkthrough.problem:
        return (line((f"✗ {walkthrough.problem}", Role.WRONG)),)
    down, across = walkthrough.axes
    if down == across and down.before == down.after:
        return (size_line(down, "", fits=True), _rings(down), _matrix(walkthrough))
    return (
        size_line(down, "down ", fits=True),
        size_line(across, "across ", fits=True),
        _sides(walkthrough),
    )


def _rings(axis: TransposedAxis) -> Line:
    """The padding of the sliding, p′, out of the layer's padding P."""
    around = axis.reach - 1 - axis.before
    rule = ("F − 1", f"{axis.window} − 1")
    if axis.dilation > 1:
        rule = ("D·(F − 1)", f"{axis.dilation}·({axis.window} − 1)")
    between = f"{axis.stride - 1}"
    if axis.output_padding:
        return line(
            (f"as sliding: p′ = {rule[0]} − P = ", Role.DIM),
            short(around),
            (" around, A = ", Role.DIM),
            f"{axis.output_padding}",
            (" more after, S − 1 = ", Role.DIM),
            between,
            (" between", Role.DIM),
        )
    return line(
        (f"as sliding: p′ = {rule[0]} − P = ", Role.DIM),
        f"{rule[1]} − {axis.before} = {short(around)}",
        (" around, S − 1 = ", Role.DIM),
        between,
        (" between", Role.DIM),
    )


def _sides(walkthrough: TransposedWalkthrough) -> Line:
    """The zeros of the sliding where not all sides have as many."""
    sides = ", ".join(short(side) for pair in walkthrough.rings for side in pair)
    between = "x".join(str(axis.stride - 1) for axis in walkthrough.axes)
    return line(
        ("as sliding: p′ = ", Role.DIM),
        sides,
        (" (top, bottom, left, right) around, ", Role.DIM),
        between,
        (" between", Role.DIM),
    )


def _matrix(walkthrough: TransposedWalkthrough) -> Line:
    height, width = walkthrough.map_size
    rows, columns = walkthrough.input.shape
    return line(
        ("as matrix: Cᵀ is ", Role.DIM),
        f"{height}·{width} x {rows}·{columns} = {height * width}x{rows * columns}",
        ("   parameters ", Role.DIM),
        f"{walkthrough.weight.shape[0]}·{walkthrough.weight.shape[1]} = {walkthrough.weight.size}",
    )


def sums_of(step: TransposedStep) -> tuple[Line, ...]:
    """The products with numbers of the input; how many cells of the filter lie on zeros."""
    formats = step.formats
    result = (
        Piece(" = ", Role.STRONG),
        Piece(formats.results.padded(step.value), Role.OUTPUT),
    )
    zeros = step.window - len(step.terms)
    note = f"   ({zeros} of {step.window} cells lie on zeros)" if zeros else ""
    counted = line((f"{len(step.terms)} products", Role.INPUT))
    lines = [(*counted, *result, Piece(note, Role.DIM))]
    if len(step.terms) <= _MOST_WRITTEN:
        pieces: list[Piece] = []
        for term in step.terms:
            if pieces:
                pieces.append(Piece(" + "))
            pieces += [
                Piece(formats.inputs.padded(term.value), Role.INPUT),
                Piece("·"),
                Piece(formats.weights(term.factor), Role.FILTER),
            ]
        written = pieces or [Piece("no number reaches it:", Role.DIM)]
        lines.insert(0, (*written, *result, Piece(note, Role.DIM)))
    return tuple(lines)


def caption_of(walkthrough: TransposedWalkthrough, step: TransposedStep) -> str:
    """What happens in this step and why, in at most two short sentences."""
    if step.index == len(walkthrough) - 1 and step.index:
        return _ending(walkthrough)
    return _as_matrix(walkthrough, step) if walkthrough.way == "matrix" else _as_sliding(
        walkthrough, step
    )  # fmt: skip


def _ending(walkthrough: TransposedWalkthrough) -> str:
    height, width = walkthrough.map_size
    if walkthrough.before is None:
        rows, columns = walkthrough.input.shape
        return f"The last number: {rows}x{columns} became {height}x{width}."
    total, equal = height * width, walkthrough.equal
    verb = "is" if equal == 1 else "are"
    return (
        f"The shape is back, {height}x{width}; the values are not: {equal} of {total} numbers "
        f"{verb} as before."
    )


def _as_sliding(walkthrough: TransposedWalkthrough, step: TransposedStep) -> str:
    down, _ = walkthrough.axes
    if step.index == 0:
        return _beginning(down)
    if step.index == 1:
        return _confusion(down)
    reached = len(step.terms)
    if not reached:
        return "Only zeros lie below the filter: nothing reaches this output number."
    numbers = "1 number" if reached == 1 else f"{reached} numbers"
    verb = "lies" if reached == 1 else "lie"
    if down.stride > 1:
        return (
            f"{numbers} of the input {verb} below the filter. How many changes from place to "
            "place: this can leave a checkerboard."
        )
    rest = "the rest are zeros put in" if reached < step.window else "and no zeros"
    return f"{numbers} of the input {verb} below the filter, {rest}."


def _beginning(axis: TransposedAxis) -> str:
    """Where zeros are put before the filter slides."""
    around = axis.reach - 1 - axis.before
    places = [f"S − 1 = {axis.stride - 1} between its numbers"] if axis.stride > 1 else []
    places += [f"p′ = {around} around"] if around > 0 else []
    slides = "the filter, turned by 180°, slides with stride 1"
    if not places:
        return f"No zeros are put in: {slides}."
    return f"The input gets zeros (·), {' and '.join(places)}. Then {slides}."


def _confusion(axis: TransposedAxis) -> str:
    around = axis.reach - 1 - axis.before
    if around < 0:
        return (
            f"P = {axis.before} cuts the output; as sliding, {-around} of the input's rim is cut "
            "off (░)."
        )
    cuts = f"{axis.before} off each side" if axis.before else "nothing off"
    return (
        f"P = {axis.before} cuts {cuts} of the output. As sliding that is p′ = {around} zeros "
        "around: a larger P means fewer zeros."
    )


def _as_matrix(walkthrough: TransposedWalkthrough, step: TransposedStep) -> str:
    height, width = walkthrough.map_size
    rows, columns = walkthrough.input.shape
    if step.index == 0:
        return (
            f"A convolution from {height}x{width} to {rows}x{columns} is a matrix C. Turned on "
            f"its side, Cᵀ leads from {rows}x{columns} to {height}x{width}."
        )
    return (
        f"Row {step.index} of Cᵀ times the input, written as one column, makes output "
        f"({step.output[0]}, {step.output[1]}). Only {len(step.terms)} of its {rows * columns} "
        "cells count."
    )


def stamped_sums(walkthrough: TransposedWalkthrough, row: int, column: int) -> tuple[Line, ...]:
    """One line on an input number: where the filter is stamped, that many times as strong."""
    rows, columns = walkthrough.stamped(row, column)
    value = walkthrough.formats.inputs(float(walkthrough.input[row, column]))
    return (
        line(
            (f"input ({row}, {column}) = {value}", Role.INPUT),
            " stamps ",
            (f"{value} times the filter", Role.FILTER),
            " onto ",
            (f"{len(rows)}·{len(columns)} = {len(rows) * len(columns)}", Role.OUTPUT),
            f" of {len(walkthrough)} output numbers",
        ),
    )


STAMPED_CAPTION = (
    "A convolution gathers a window into one number. Here one number is spread over a window; "
    "where stamps overlap they add up."
)
"""What a transposed convolution does, seen from one number of its input."""


def weight_sums(walkthrough: TransposedWalkthrough, row: int, column: int) -> tuple[Line, ...]:
    """One line on a cell of the matrix: which input counts how much in which output."""
    width, columns = walkthrough.map_size[1], walkthrough.input.shape[1]
    value = float(walkthrough.matrix[row, column])
    output, given = divmod(row, width), divmod(column, columns)
    return (
        line(
            (f"Cᵀ ({row}, {column}) = {walkthrough.formats.weights(value)}", Role.FILTER),
            ": so much does ",
            (f"input ({given[0]}, {given[1]})", Role.INPUT),
            " count in ",
            (f"output ({output[0]}, {output[1]})", Role.OUTPUT),
        ),
    )


def matrix_caption(walkthrough: TransposedWalkthrough) -> str:
    """What is special about the matrix."""
    zeros, total = int(walkthrough.unconnected.sum()), walkthrough.matrix.size
    return (
        f"{zeros:,} of its {total:,} cells are always 0 (·), and all others share the filter's "
        f"{walkthrough.weight.size} weights."
    )


def listing_of(step: TransposedStep) -> list[str]:
    """All products of an output number as a table with the running sum, one a line."""
    lines = [f"{'input':>10} {'':>8}   {'weight':>10} {'':>8}   {'product':>10} {'sum':>10}"]
    running = 0.0
    for term in step.terms:
        product = term.value * term.factor
        running += product
        lines.append(
            f"{term.input!s:>10} {short(term.value, 4):>8} · {term.weight!s:>10} "
            f"{short(term.factor, 4):>8} = {short(product, 4):>10} {short(running, 4):>10}"
        )
    zeros = step.window - len(step.terms)
    if zeros:
        lines.append(f"{zeros} products with zeros that were put in")
    return [*lines, "", f"output {step.output} = {short(step.value, 4)}"]
