"""What the steps of a convolution as a matrix say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz_tui.walkthroughs.base import BREAK, Line, Piece, Role, line

if TYPE_CHECKING:
    from cnnviz_tui.walkthroughs.matrix import MatrixStep, MatrixWalkthrough

_MOST_TERMS = 16


def size_text(count: int) -> str:
    """An amount of memory as people read it: 64 B, 2.1 MB; 1 kB is 1,000 B."""
    for unit, large in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= large:
            shown = count / large
            return f"{shown:.1f} {unit}" if shown < 100 else f"{shown:,.0f} {unit}"
    return f"{count} B"


def share_text(share: float) -> str:
    """A share as a percentage that never claims 100 % for less."""
    percent = 100 * share
    for decimals in range(4):
        text = f"{percent:.{decimals}f}"
        if percent == 100 or float(text) < 100:
            return f"{text} %"
    return "almost 100 %"


def matrix_formulas(walkthrough: MatrixWalkthrough) -> tuple[Line, ...]:
    """The sizes of both matrices, the share of zeros, and the memory of each way."""
    if walkthrough.problem:
        return (line((f"✗ {walkthrough.problem}", Role.WRONG)),)
    rows, columns = walkthrough.toeplitz_size
    memory = walkthrough.memory
    windows, weights = walkthrough.im2col_size
    return (
        line(
            ("T ", Role.DIM),
            f"{rows}x{columns} = {rows * columns:,} numbers, {share_text(walkthrough.zero_share)}",
            (" zeros", Role.DIM),
        ),
        line(("im2col ", Role.DIM), f"{windows}x{weights} = {windows * weights:,}"),
        line(
            ("memory  sliding ", Role.DIM),
            size_text(memory["sliding"]),
            ("  im2col ", Role.DIM),
            size_text(memory["im2col"]),
            ("  T ", Role.DIM),
            size_text(memory["T"]),
            ("  T without its zeros ", Role.DIM),
            size_text(memory["sparse T"]),
        ),
    )


def matrix_sums(step: MatrixStep) -> tuple[Line, ...]:
    """The products one by one where they are few, and the three results beside each other."""
    three = _three_ways(step)
    if step.products.size > _MOST_TERMS:
        return (three,)
    return ((*_products(step), BREAK, *three), three)


def _products(step: MatrixStep) -> Line:
    pieces: list[Piece] = []
    weights = step.formats.weights[step.output[0]]
    for value, weight in zip(step.patch.ravel(), step.weights.ravel(), strict=True):
        if pieces:
            pieces.append(Piece(" + "))
        pieces += [
            Piece(step.formats.inputs.padded(float(value)), Role.INPUT),
            Piece("·"),
            Piece(weights(float(weight)).ljust(weights.width), Role.FILTER),
        ]
    if step.bias is not None:
        pieces += [Piece(" + "), Piece(f"b {step.formats.biases.padded(step.bias)}", Role.FILTER)]
    result = Piece(step.formats.results.padded(step.value), Role.OUTPUT)
    return (*pieces, Piece(" = ", Role.STRONG), result)


def _three_ways(step: MatrixStep) -> Line:
    results = step.formats.results
    mark = ("  ✓", Role.RIGHT) if step.agree else ("  ✗", Role.WRONG)
    rows = len(str(len(step.walkthrough)))
    plus = " + b" if step.bias is not None else ""
    return line(
        ("sliding ", Role.DIM),
        (results.padded(step.value), Role.OUTPUT),
        (f"  T row {step.index + 1:>{rows}}·x{plus} ", Role.DIM),
        (results.padded(step.toeplitz_value), Role.OUTPUT),
        (f"  im2col row {step.position + 1:>{rows}}·w{plus} ", Role.DIM),
        (results.padded(step.im2col_value), Role.OUTPUT),
        mark,
    )


def matrix_caption(step: MatrixStep) -> str:
    """What this step's row is in each matrix: two short sentences."""
    walkthrough = step.matrices
    columns = walkthrough.toeplitz_size[1]
    rest = columns - step.used
    if step.index == 0:
        return (
            "Written as a row, the filter has a weight for each input below it and 0 for all "
            "others. im2col does it the other way round: it writes the window as a row."
        )
    if step.index == len(walkthrough) - 1:
        return (
            f"The last row: T holds every weight again and again, im2col many inputs several "
            f"times. Only {walkthrough.weight.size} numbers are learned."
        )
    k, i, j = step.output
    if i == j == 0:
        return f"Filter {k + 1}: new rows of T with other weights; im2col stays as it is."
    if j == 0:
        return "A new row of the output: in T the weights jump on to the next row of the picture."
    moved = walkthrough.stride[1]
    return (
        f"The same weights, {moved} further to the right in the row of T; its other {rest:,} "
        "numbers are 0. im2col copies the next window."
    )


def toeplitz_caption(walkthrough: MatrixWalkthrough, row: int, column: int) -> str:
    """What one number of the Toeplitz matrix is."""
    cut = walkthrough.toeplitz(range(row, row + 1), range(column, column + 1))
    k, i, j = walkthrough.position_of(row)
    _, down, across = walkthrough.cell_of_column(column)
    place = (
        f"Row {row + 1} makes output ({i}, {j}), column {column + 1} is input ({down}, {across})"
    )
    if cut.empty[0, 0]:
        return f"{place}: that output does not see that input, so T holds 0."
    copies = _copies(walkthrough, k, int(cut.weights[0, 0]))
    weight = walkthrough.formats.weights[k](float(cut.values[0, 0]))
    return f"{place}: they meet in the weight {weight}, which stands {copies} times in T."


def shared_caption(walkthrough: MatrixWalkthrough, k: int, number: int) -> str:
    """How often one weight of filter k stands in the Toeplitz matrix."""
    weight = walkthrough.formats.weights[k](float(walkthrough.weight[k].ravel()[number]))
    return (
        f"The weight {weight} stands {_copies(walkthrough, k, number)} times in T, once for each "
        "window in which it meets the picture. It is one number that is shared."
    )


def copied_caption(walkthrough: MatrixWalkthrough, channel: int, row: int, column: int) -> str:
    """How often im2col copies one number of the picture."""
    rows, columns = walkthrough.fed_by(row, column)
    count = len(rows) * len(columns)
    times = "once" if count == 1 else f"{count} times"
    if count == 0:
        return "No window sees this input: its column of T is all 0, and im2col leaves it out."
    return (
        f"Input ({row}, {column}) lies in {count} of {walkthrough.positions} windows: im2col "
        f"writes it {times}, and its column of T has that many weights a filter."
    )


def window_caption(walkthrough: MatrixWalkthrough, row: int, column: int) -> str:
    """What one number of the im2col matrix is."""
    cut = walkthrough.im2col(range(row, row + 1), range(column, column + 1))
    rows, columns = walkthrough.kernel_size
    _, rest = divmod(column, rows * columns)
    place = divmod(rest, columns)
    what = f"Row {row + 1} is window {row + 1}, column {column + 1} meets weight {place}"
    if cut.empty[0, 0]:
        return f"{what}: this part of the window lies in the padding, so it is 0."
    value = walkthrough.formats.inputs(float(cut.values[0, 0]))
    return f"{what}: the picture has a {value} there."


def _copies(walkthrough: MatrixWalkthrough, k: int, number: int) -> int:
    """How often weight `number` of filter k stands in the Toeplitz matrix."""
    rows, columns = walkthrough.kernel_size
    a, b = divmod(number % (rows * columns), columns)
    down, across = walkthrough.axes
    return sum(0 <= down.taps(i)[a] < down.size for i in range(down.output)) * sum(
        0 <= across.taps(j)[b] < across.size for j in range(across.output)
    )


def memory_listing(walkthrough: MatrixWalkthrough) -> list[str]:
    """How the memory of each way is counted, beside picture and result; 4 bytes a number."""
    rows, columns = walkthrough.toeplitz_size
    windows, weights = walkthrough.im2col_size
    count, memory = int(walkthrough.weight.size), walkthrough.memory
    return [
        "memory beside picture and result, 4 bytes a number",
        f"  sliding    {count:,} weights = {memory['sliding']:,} bytes",
        f"  im2col     {windows:,}·{weights:,} copies + {count:,} weights = "
        f"{memory['im2col']:,} bytes",
        f"  T          {rows:,}·{columns:,} = {memory['T']:,} bytes",
        f"  T without its zeros: {walkthrough.not_zero:,} numbers and as many column numbers, "
        f"and {rows + 1:,} places where rows begin = {memory['sparse T']:,} bytes",
    ]
