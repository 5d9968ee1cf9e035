"""What the steps of a pooling say: maxima and averages as on paper, and sentences."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

import numpy as np

from cnnviz_tui.shapes.adaptive import AdaptiveAxis
from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.layers import BYTES_PER_NUMBER
from cnnviz_tui.walkthroughs.base import Line, Piece, Role, line
from cnnviz_tui.walkthroughs.numbers import short
from cnnviz_tui.walkthroughs.size_line import WIDEST, size_line

if TYPE_CHECKING:
    from cnnviz_tui.walkthroughs.pooling import PoolAxis, PoolingStep, PoolingWalkthrough

_MOST_WRITTEN = 36
"""Above this nobody reads the numbers of a window one by one."""


def formulas_of(walkthrough: PoolingWalkthrough) -> tuple[Line, ...]:
    """The output size or the regions with their numbers; parameters and memory."""
    if walkthrough.problem:
        return (line((f"✗ {walkthrough.problem}", Role.WRONG)),)
    down, across = walkthrough.axes
    if walkthrough.overall:
        cells = down.size * across.size
        region = f"{down.size}·{across.size} = {cells} numbers"
        return (line(("one region, the whole map: ", Role.DIM), region), _costs(walkthrough))
    if down == across:
        return (_size(down, "", "rows and columns"), _costs(walkthrough))
    return (_size(down, "down ", "rows"), _size(across, "across ", "columns"), _costs(walkthrough))


def _size(axis: PoolAxis, name: str, what: str) -> Line:
    if isinstance(axis, AdaptiveAxis):
        return _regions(axis, what)
    return size_line(axis, name, fits=axis.fits or axis.ceil_mode)


def _regions(axis: AdaptiveAxis, what: str) -> Line:
    """From where to where the first regions reach, on one line."""
    n, m = axis.size, axis.output
    rule = f"{what} from ⌊i·{n}/{m}⌋ to before ⌈(i + 1)·{n}/{m}⌉: "
    shown = ""
    for i in range(m):
        more = f"{', ' * bool(shown)}{_stretch(axis.region(i))}"
        if len(rule) + len(shown) + len(more) + len(", …") > WIDEST:
            shown += ", …"
            break
        shown += more
    return line((rule, Role.DIM), shown)


def _stretch(positions: range | tuple[int, ...]) -> str:
    first, last = positions[0], positions[-1]
    return str(first) if first == last else f"{first}–{last}"


def _costs(walkthrough: PoolingWalkthrough) -> Line:
    """No parameters, and the memory of the maps before and after."""
    channels = walkthrough.channels
    before, after = walkthrough.input.shape[1:], walkthrough.map_size
    counts = [height * width * channels for height, width in (before, after)]
    return line(
        ("parameters ", Role.DIM),
        "0",
        ("  memory ", Role.DIM),
        f"{before[0]}·{before[1]}·{channels} numbers = {BYTES_PER_NUMBER * counts[0]:,} B → "
        f"{after[0]}·{after[1]}·{channels} = {BYTES_PER_NUMBER * counts[1]:,} B",
        (f" ({_share(*counts)})", Role.DIM),
    )


def _share(before: int, after: int) -> str:
    """How much is left: a fraction that one can read, else per cent."""
    common = gcd(before, after)
    if before // common < 100:
        return f"{after // common}/{before // common}"
    return f"{100 * after / before:.0f} %"


def sums_of(step: PoolingStep) -> tuple[Line, ...]:
    """The step's calculation: number by number where one can read them, else counted."""
    if step.backward:
        return _shared(step)
    return _largest(step) if step.walkthrough.kind == "max" else _average(step)


def _result(step: PoolingStep) -> Piece:
    return Piece(step.formats.results.padded(step.value), Role.OUTPUT)


def _largest(step: PoolingStep) -> tuple[Line, ...]:
    counted = line((f"the largest of {step.patch.size} numbers", Role.INPUT), (" = ", Role.STRONG))
    lines = [(*counted, _result(step))]
    if step.patch.size <= _MOST_WRITTEN:
        pieces = [Piece("max(")]
        winner = int(step.patch.argmax())
        for i, value in enumerate(step.patch.ravel()):
            role = Role.STRONG if i == winner else Role.INPUT
            pieces += [Piece(step.formats.inputs.padded(float(value)), role), Piece(", ")]
        pieces[-1] = Piece(")")
        lines.insert(0, (*pieces, Piece(" = ", Role.STRONG), _result(step)))
    return tuple(lines)


def _average(step: PoolingStep) -> tuple[Line, ...]:
    total = short(float(step.patch.sum()), 2)
    end = (
        Piece(f"{total}/{step.divisor}", Role.INPUT),
        Piece(" = ", Role.STRONG),
        _result(step),
    )
    lines: list[Line] = [(Piece(f"sum of {step.patch.size} numbers: ", Role.DIM), *end)]
    if step.patch.size <= _MOST_WRITTEN:
        pieces = [Piece("(")]
        for value in step.patch.ravel():
            pieces += [Piece(step.formats.inputs.padded(float(value)), Role.INPUT), Piece(" + ")]
        pieces[-1] = Piece(f")/{step.divisor}")
        lines.insert(0, (*pieces, Piece(" = ", Role.STRONG), *end))
    return tuple(lines)


def _shared(step: PoolingStep) -> tuple[Line, ...]:
    """Where the gradient of an output number goes."""
    gradients = step.formats.gradients
    _, i, j = step.output
    arriving = (f"∂output ({i}, {j}) = {gradients.padded(step.upstream)}", Role.GRADIENT)
    if step.winner is None:
        share = short(step.upstream / step.divisor, 4)
        return (
            line(
                arriving,
                f", shared by {step.divisor} cells: {short(step.upstream, 4)}/{step.divisor} = ",
                (share, Role.GRADIENT),
                " added to each",
            ),
        )
    row, column = step.winner
    rows, columns = step.inside
    before = float(step.before[rows.index(row), columns.index(column)])
    after = gradients.padded(before + step.upstream)
    return (
        line(
            arriving,
            f" → ∂input ({row}, {column}): {gradients.padded(before)} + ",
            (_bracketed(gradients.padded(step.upstream)), Role.GRADIENT),
            (" = ", Role.STRONG),
            (after, Role.GRADIENT),
            ("   all others + 0", Role.DIM),
        ),
    )


def _bracketed(number: str) -> str:
    """A number behind a sign: negative ones in brackets, others as wide as these."""
    return f"({number.strip()})" if "−" in number else number


def caption_of(walkthrough: PoolingWalkthrough, step: PoolingStep) -> str:
    """What happens in this step and why, in at most two short sentences."""
    if step.backward:
        return _backward_caption(walkthrough, step)
    return f"{_movement(walkthrough, step)} {_remark(walkthrough, step)}".strip()


def _movement(walkthrough: PoolingWalkthrough, step: PoolingStep) -> str:
    c, i, j = step.output
    largest = walkthrough.kind == "max"
    if step.index == walkthrough.outputs - 1 and step.index:
        before, after = walkthrough.input.size, walkthrough.outputs
        return f"The last window: {before:,} numbers became {after:,}."
    if i == j == 0 and c:
        return f"Channel {c + 1}: each channel is pooled alone, with the same windows."
    if walkthrough.overall:
        what = "largest number" if largest else "average"
        return f"Global pooling: one region is the whole map, and only its {what} stays."
    if i == j == 0:
        what = "its largest, marked ( )" if largest else "its average"
        return f"Each window leaves one number, {what}. No weights: nothing to learn."
    if walkthrough.adaptive:
        return (
            f"Region ({i}, {j}): rows {_stretch(step.rows)}, columns {_stretch(step.columns)}, "
            f"{len(step.rows)}·{len(step.columns)} = {step.patch.size} numbers."
        )
    if j == 0:
        return "Back to the left edge: a new row of the output begins."
    return _neighbours(walkthrough, across=True)


def _neighbours(walkthrough: PoolingWalkthrough, *, across: bool) -> str:
    """How a window lies to the one before it."""
    axis = walkthrough.axes[across]
    if isinstance(axis, AdaptiveAxis) or axis.stride == axis.window:
        return "The next window lies beside the last: every number is used once."
    if axis.stride < axis.window:
        return (
            f"Windows of {axis.window} that move by {axis.stride} overlap: numbers count more than "
            "once."
        )
    return f"Windows of {axis.window} that move by {axis.stride} leave gaps between them."


def _remark(walkthrough: PoolingWalkthrough, step: PoolingStep) -> str:
    if walkthrough.adaptive:
        first = step.output[1:] == (0, 0)
        uneven = not all(isinstance(a, AdaptiveAxis) and a.even for a in walkthrough.axes)
        return "Regions overlap where the sizes do not divide." if uneven and not first else ""
    down, across = walkthrough.axes
    over = _beyond(down, step.rows) or _beyond(across, step.columns)
    if over:
        return "The window hangs over the end; what is not there does not count."
    outside = len(step.rows) * len(step.columns) - step.patch.size
    if outside:
        counts = "can never win" if walkthrough.kind == "max" else "counts as 0"
        return f"{outside} of its cells are padding, which {counts}."
    lost = lost_sentence(walkthrough)
    tie = walkthrough.kind == "max" and int((step.patch == step.value).sum()) > 1
    return "Of equal numbers the first one wins." if tie and not lost else lost


def _beyond(axis: PoolAxis, taps: tuple[int, ...]) -> bool:
    """Whether a window reaches behind the padding, as it may in ceil mode."""
    return isinstance(axis, Axis) and taps[-1] >= axis.size + axis.after


def lost_sentence(walkthrough: PoolingWalkthrough) -> str:
    """Which rows and columns no window sees, and what would help; empty when all are seen."""
    parts = []
    helps = True
    for axis, name in zip(walkthrough.axes, ("row", "column"), strict=True):
        if isinstance(axis, Axis) and axis.unvisited:
            count = len(axis.unvisited)
            parts.append(f"{count} {name}{'s' if count > 1 else ''}")
            helps = helps and not axis.changed(ceil_mode=True).unvisited
    if not parts:
        return ""
    remedy = "; R ceil would take them in" if helps else ""
    return f"No window sees {' and '.join(parts)} (░){remedy}."


def _backward_caption(walkthrough: PoolingWalkthrough, step: PoolingStep) -> str:
    place = step.index - walkthrough.outputs
    cells = step.patch.size
    if walkthrough.kind == "max":
        why = "Only the winner made a difference, so it gets the whole gradient."
    elif step.divisor > cells:
        why = f"Each of {step.divisor} cells counted the same; what goes to padding is lost."
    else:
        why = f"All {cells} cells counted the same, so each gets 1/{step.divisor} of the gradient."
    if place == 0:
        return f"Now back, with example gradients from the layers behind. {why}"
    if place == walkthrough.outputs - 1:
        return f"{why} {_ending(walkthrough)}"
    if np.any(step.before):
        return f"{why} Windows overlap here, and their gradients add up."
    return why


def _ending(walkthrough: PoolingWalkthrough) -> str:
    height, width = walkthrough.map_size
    without = sum(
        int((walkthrough.gradient(c, height * width) == 0).sum())
        for c in range(walkthrough.channels)
    )
    return f"{without:,} of {walkthrough.input.size:,} cells end with gradient 0."


def seen_sums(walkthrough: PoolingWalkthrough, c: int, row: int, column: int) -> tuple[Line, ...]:
    """One line on an input cell: how many windows see it, and how many of them it wins."""
    rows, columns = walkthrough.seen_by(row, column)
    value = walkthrough.formats.inputs(float(walkthrough.input[c, row, column]))
    pieces = line(
        (f"input ({row}, {column}) = {value}", Role.INPUT),
        " is seen by ",
        (f"{len(rows)}·{len(columns)} = {len(rows) * len(columns)}", Role.OUTPUT),
        f" of {walkthrough.outputs} windows",
    )
    if walkthrough.kind == "max":
        wins = sum(
            walkthrough.step(walkthrough.index_of(c, i, j)).winner == (row, column)
            for i in rows
            for j in columns
        )
        pieces = (*pieces, *line(" and is the largest of ", (str(wins), Role.OUTPUT)))
    return (pieces,)


def seen_caption(walkthrough: PoolingWalkthrough, row: int, column: int) -> str:
    """What becomes of an input cell."""
    rows, columns = walkthrough.seen_by(row, column)
    seen = len(rows) * len(columns)
    if not seen:
        return "No window ever sees this cell: its number is lost."
    if walkthrough.kind == "max":
        return "Pooling forgets every number that is not the largest of one of its windows."
    if seen > 1:
        return "Several windows see this cell: it counts in each of their averages."
    return "This number counts in one average, as much as its neighbours do."


def gathered_sums(
    walkthrough: PoolingWalkthrough, c: int, row: int, column: int
) -> tuple[Line, ...]:
    """The gradient of an input cell as the sum of what windows sent to it."""
    shares = walkthrough.gathered(c, row, column)
    total = short(sum(share for _, share in shares), 4)
    name = Piece(f"∂input ({row}, {column})", Role.GRADIENT)
    end = (Piece(" = ", Role.STRONG), Piece(total, Role.GRADIENT))
    windows = f"{len(shares)} window{'' if len(shares) == 1 else 's'}"
    lines = [(*line(name, f": gathered from {windows}"), *end)]
    if 0 < len(shares) <= _MOST_WRITTEN // 2:
        terms = " + ".join(
            f"{_bracketed(short(share, 4))} from ({i}, {j})" for (i, j), share in shares
        )
        lines.insert(0, (*line(name, (" = ", Role.STRONG), terms), *end))
    return tuple(lines)


GATHERED_CAPTION = "A cell gathers what every window that sees it sends back."
"""What is special about the gradient of an input cell."""


def listing_of(step: PoolingStep) -> list[str]:
    """All numbers of a window as a table, with the running result, one a line."""
    largest = step.walkthrough.kind == "max"
    lines = [f"{'at':>12} {'input':>10} {'largest so far' if largest else 'sum so far':>16}"]
    running = -np.inf if largest else 0.0
    rows, columns = step.inside
    for (i, j), value in np.ndenumerate(step.patch):
        running = max(running, float(value)) if largest else running + float(value)
        at = f"({rows[i]}, {columns[j]})"
        lines.append(f"{at:>12} {short(float(value), 4):>10} {short(running, 4):>16}")
    place = ", ".join(map(str, step.output))
    share = "" if largest else f"{short(running, 4)}/{step.divisor} = "
    return [*lines, "", f"output ({place}) = {share}{short(step.value, 4)}"]
