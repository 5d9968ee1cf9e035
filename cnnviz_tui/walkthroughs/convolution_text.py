"""What a convolution's steps say: sums as one writes them on paper, and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz_tui.shapes.formulas import mac_formula, parameter_formula, size_formula, size_symbols
from cnnviz_tui.shapes.inverse import Choice, fitting_neighbours
from cnnviz_tui.shapes.notation import format_lengths
from cnnviz_tui.walkthroughs.base import Line, Piece, Role, line
from cnnviz_tui.walkthroughs.numbers import short

if TYPE_CHECKING:
    from cnnviz_tui.shapes.axis import Axis
    from cnnviz_tui.walkthroughs.convolution import ConvolutionStep, ConvolutionWalkthrough

_MOST_WRITTEN_PRODUCTS = 64
"""Above this nobody reads a sum product by product; the partial sums say more."""


def sums_of(step: ConvolutionStep) -> tuple[Line, ...]:
    """The step's calculation in falling detail: product by product, channel by channel, counted."""
    written = []
    if step.products.size <= _MOST_WRITTEN_PRODUCTS:
        written.append(_product_by_product(step))
    if len(step.channels) > 1:
        written.append(_channel_by_channel(step))
    if len(step.channels) > 3:
        written.append(_first_channel_and_rest(step))
    written.append(_counted(step))
    return tuple(written)


def _result(step: ConvolutionStep) -> Piece:
    return Piece(step.formats.results.padded(step.value), Role.OUTPUT)


def _with_bias(step: ConvolutionStep, pieces: list[Piece]) -> Line:
    if step.bias is not None:
        bias = f"bias {step.formats.biases.padded(step.bias)}"
        pieces += [Piece(" + "), Piece(bias, Role.FILTER)]
    return (*pieces, Piece(" = ", Role.STRONG), _result(step))


def _product_by_product(step: ConvolutionStep) -> Line:
    pieces: list[Piece] = []
    pairs = zip(step.patch.ravel(), step.weights.ravel(), strict=True)
    weights = step.formats.weights[step.output[0]]
    for value, weight in pairs:
        if pieces:
            pieces.append(Piece(" + "))
        pieces += [
            Piece(step.formats.inputs.padded(float(value)), Role.INPUT),
            Piece("·"),
            Piece(weights(float(weight)).ljust(weights.width), Role.FILTER),
        ]
    return _with_bias(step, pieces)


def _channel_by_channel(step: ConvolutionStep) -> Line:
    each = step.products[0].size
    pieces = [Piece(f"{len(step.channels)} slices, {each} products each: ", Role.DIM)]
    for name, partial in zip(step.channel_names, step.partial_sums, strict=True):
        if len(pieces) > 1:
            pieces.append(Piece(" + "))
        label = name if not name.isdigit() else f"slice {name}"
        pieces.append(Piece(f"{label} ", Role.DIM))
        pieces.append(Piece(step.formats.results.padded(float(partial)), Role.INPUT))
    return _with_bias(step, pieces)


def _first_channel_and_rest(step: ConvolutionStep) -> Line:
    partial = step.partial_sums
    results = step.formats.results
    return _with_bias(
        step,
        [
            Piece(f"{step.products.size} products: slice {step.channel_names[0]} ", Role.DIM),
            Piece(results.padded(float(partial[0])), Role.INPUT),
            Piece(f" + {len(partial) - 1} other slices ", Role.DIM),
            Piece(results.padded(float(partial[1:].sum())), Role.INPUT),
        ],
    )


def _counted(step: ConvolutionStep) -> Line:
    total = step.formats.results.padded(float(step.products.sum()))
    return _with_bias(step, [Piece(f"{step.products.size} products: "), Piece(total, Role.INPUT)])


def caption_of(walkthrough: ConvolutionWalkthrough, step: ConvolutionStep) -> str:
    """What happens in this step, and what its result means, in at most two short sentences."""
    return f"{_movement(walkthrough, step)} {_remark(walkthrough, step)}".strip()


def _movement(walkthrough: ConvolutionWalkthrough, step: ConvolutionStep) -> str:
    k, i, j = step.output
    products = step.products.size
    if i == j == 0:
        if k:
            return f"Filter {k + 1} starts at the top left: same input, other weights, a new map."
        depth = len(step.channels)
        through = f" through all {depth} slices" if depth > 1 else ""
        each = "product" if products == 1 else "products"
        return f"The filter starts at the top left{through}: {products} {each}, one sum."
    if step.index == len(walkthrough) - 1:
        return "The last position: every output number is there."
    stride = walkthrough.stride
    if j == 0:
        return f"Back to the left edge and {stride[0]} down: a new row of the output begins."
    return f"The filter moves {stride[1]} to the right: same weights, other numbers."


def _remark(walkthrough: ConvolutionWalkthrough, step: ConvolutionStep) -> str:
    height, width = walkthrough.input.shape[1:]
    outside = len(step.rows) * len(step.columns) - sum(0 <= r < height for r in step.rows) * sum(
        0 <= c < width for c in step.columns
    )
    if outside:
        cells = len(step.rows) * len(step.columns)
        verbs = ("lies", "counts") if outside == 1 else ("lie", "count")
        return f"{outside} of its {cells} cells {verbs[0]} in the padding and {verbs[1]} as 0."
    if walkthrough.lost:
        return walkthrough.lost
    meaning = walkthrough.meanings[step.output[0]]
    if meaning is None:
        return ""
    if not step.weights.any():
        return "All weights are 0, and so is every answer."
    answer = step.value - (step.bias or 0.0)
    told = meaning.positive if answer > 0 else meaning.negative
    if abs(answer) < 1e-6:
        told = meaning.zero
    return f"Before the bias: {told}" if step.bias else told


def formulas_of(walkthrough: ConvolutionWalkthrough) -> tuple[Line, ...]:
    """The output size with its numbers (down and across where they differ), and the parameters."""
    costs = _costs(walkthrough)
    if walkthrough.problem:
        return (line((f"✗ {walkthrough.problem}", Role.WRONG)), costs)
    down, across = walkthrough.axes
    if down == across:
        return (_size(down, ""), costs)
    return (_size(down, "down "), _size(across, "across "), costs)


def _size(axis: Axis, name: str) -> Line:
    mark = ("✓", Role.RIGHT) if axis.fits else ("✗", Role.WRONG)
    return line((f"{name}{size_symbols(axis)} = ", Role.DIM), f"{size_formula(axis)} ", mark)


def _costs(walkthrough: ConvolutionWalkthrough) -> Line:
    """The number of parameters and, where there are any positions, of multiplications."""
    layer = walkthrough.layer
    parameters = line(("parameters ", Role.DIM), parameter_formula(layer))
    if walkthrough.problem:
        return parameters
    sizes = walkthrough.input.shape[1:]
    return (*parameters, *line(("   MACs ", Role.DIM), mac_formula(layer, sizes)))


def lost_sentence(walkthrough: ConvolutionWalkthrough) -> str:
    """Which rows and columns no window reaches and what would help; empty when all are reached."""
    parts = [
        f"{len(axis.unvisited)} {name if len(axis.unvisited) > 1 else name[:-1]}"
        for axis, name in zip(walkthrough.axes, ("rows", "columns"), strict=True)
        if axis.unvisited
    ]
    if not parts:
        return ""
    never = f"It never reaches {' and '.join(parts)} (░)"
    remedies = [_change(walkthrough, choice) for choice in fitting_neighbours(walkthrough.axes)]
    return f"{never}; {' or '.join(remedies[:3])} would fit." if remedies else f"{never}."


def _change(walkthrough: ConvolutionWalkthrough, choice: Choice) -> str:
    """What a choice changes, as a setting: `S 2`, `P 1`."""
    if choice.padding == walkthrough.pads:
        return f"S {_lengths(choice.stride)}"
    sides = {side for pair in choice.padding for side in pair}
    if len(sides) == 1:
        return f"P {sides.pop()}"
    return f"P {','.join(str(side) for pair in choice.padding for side in pair)}"


def _lengths(lengths: tuple[int, ...]) -> str:
    return format_lengths(lengths if len(set(lengths)) > 1 else lengths[:1])


def fed_sums(
    walkthrough: ConvolutionWalkthrough, channel: int, row: int, column: int
) -> tuple[Line, ...]:
    """One line on an input cell: its number and how many output numbers it goes into."""
    rows, columns = walkthrough.fed_by(row, column)
    maps = sum(channel in walkthrough.channels_of(k) for k in range(walkthrough.filters))
    height, width = walkthrough.input.shape[1:]
    inside = 0 <= row < height and 0 <= column < width
    value = float(walkthrough.input[channel, row, column]) if inside else 0.0
    name = f"input ({row}, {column})" if inside else "padding"
    counts = f"{len(rows)}·{len(columns)}" + (f"·{maps}" if maps > 1 else "")
    total = len(rows) * len(columns) * maps
    return (
        line(
            (f"{name} = {walkthrough.formats.inputs(value)}", Role.INPUT),
            " feeds ",
            (f"{counts} = {total}", Role.OUTPUT),
            f" of {len(walkthrough)} output numbers",
        ),
    )


def fed_caption(walkthrough: ConvolutionWalkthrough, channel: int, row: int, column: int) -> str:
    """Why an input cell goes into as many output numbers as it does."""
    rows, columns = walkthrough.fed_by(row, column)
    if not rows or not columns:
        return "No window of the filter ever touches this cell: its number is lost."
    if not any(channel in walkthrough.channels_of(k) for k in range(walkthrough.filters)):
        return "No filter reads this slice."
    most = _most_windows(walkthrough.axes[0]) * _most_windows(walkthrough.axes[1])
    if len(rows) * len(columns) < most:
        return (
            "Fewer windows pass over it than over a cell in the middle: numbers at the border "
            "count less."
        )
    return "Every output number that is lit up has this cell in its window."


def _most_windows(axis: Axis) -> int:
    """How many windows touch the position of an axis that most windows touch."""
    middle = (axis.output // 2) * axis.stride - axis.before
    around = range(max(middle, 0), min(middle + axis.reach + axis.stride, axis.size))
    return max((len(axis.feeds(position)) for position in around), default=0)


def weight_caption(
    walkthrough: ConvolutionWalkthrough, k: int, channel: int, row: int, column: int
) -> str:
    """What is special about one weight: it is used at every position."""
    first = walkthrough.channels_of(k).start
    weight = float(walkthrough.weight[k, channel - first, row, column])
    height, width = walkthrough.map_size
    return (
        f"This weight, {walkthrough.formats.weights[k](weight)}, is used at all "
        f"{height}·{width} = {height * width} positions: the weights are shared, which is why a "
        "convolution has so few parameters."
    )


MOST_LISTED = 4096
"""Products that a listing writes out; beyond it, it sums up channel by channel."""


def listing_of(step: ConvolutionStep) -> list[str]:
    """All products of a step as a table with the running sum, one a line."""
    weights = step.formats.weights[step.output[0]]
    formats = step.formats
    lines = [f"{'slice':>6} {'at':>12} {'input':>8}   {'weight':>8}   {'product':>10} {'sum':>12}"]
    running = 0.0
    written = step.products.size <= MOST_LISTED
    for c, name in enumerate(step.channel_names):
        if not written:
            running += float(step.partial_sums[c])
            lines.append(f"{name:>6} {step.products[c].size:>8} products {'':>25} {running:>12.4f}")
            continue
        for i, row in enumerate(step.rows):
            for j, column in enumerate(step.columns):
                product = float(step.products[c, i, j])
                running += product
                lines.append(
                    f"{name:>6} {f'({row}, {column})':>12} "
                    f"{formats.inputs(float(step.patch[c, i, j])):>8} · "
                    f"{weights(float(step.weights[c, i, j])):>8} = "
                    f"{_exactly(product):>10} {_exactly(running):>12}"
                )
    if step.bias is not None:
        lines.append(f"{'bias':>6} {'':>40} {_exactly(step.bias):>7} {_exactly(step.value):>12}")
    lines.append("")
    lines.append(f"output ({', '.join(map(str, step.output))}) = {_exactly(step.value)}")
    return [text.replace("-", "−") for text in lines]


def _exactly(value: float) -> str:
    """A number with up to four decimals."""
    return short(value, 4)
