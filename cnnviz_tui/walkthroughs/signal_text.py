"""What the steps of a convolution by its definition say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz_tui.walkthroughs.base import BREAK, Line, Piece, Role, line
from cnnviz_tui.walkthroughs.numbers import short

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz_tui.walkthroughs.numbers import NumberFormat
    from cnnviz_tui.walkthroughs.signal import SignalStep, SignalWalkthrough

_MOST_PRODUCTS = 16
_MOST_NAMED = 5


def formulas_of(walkthrough: SignalWalkthrough) -> tuple[Line, ...]:
    """The definition, how many outputs there are, and whether the flip matters."""
    definition = (
        line(("(f ∗ g)[n] = ", Role.DIM), "Σ f[m]·g[n − m]", (" over all m", Role.DIM))
        if walkthrough.flat
        else line(("(f ∗ g)[x, y] = ", Role.DIM), "Σ f[m, n]·g[x − m, y − n]")
    )
    return (
        definition,
        line((f"{walkthrough.mode}: ", Role.DIM), _sizes(walkthrough)),
        _verdict(walkthrough),
    )


def _sizes(walkthrough: SignalWalkthrough) -> str:
    """How many positions there are, by the mode's rule."""
    texts = []
    for n, f in zip(walkthrough.signal.shape, walkthrough.kernel.shape, strict=True):
        texts.append(
            {
                "full": f"N + F − 1 = {n} + {f} − 1 = {n + f - 1}",
                "same": f"N = {n}",
                "valid": f"N − F + 1 = {n} − {f} + 1 = {n - f + 1}",
            }[walkthrough.mode]
        )
    if walkthrough.flat:
        return f"{texts[1]} numbers"
    if texts[0] == texts[1]:
        return f"{texts[0]} down and across"
    return f"{texts[0]} down, {texts[1]} across"


def _verdict(walkthrough: SignalWalkthrough) -> Line:
    """Whether convolution and cross-correlation agree, and why."""
    if walkthrough.symmetric:
        return line(("✓ ", Role.RIGHT), "g is symmetric: convolution and cross-correlation agree")
    if walkthrough.antisymmetric:
        return line(("✗ ", Role.WRONG), "g is antisymmetric: flipped, it has the opposite sign")
    total = walkthrough.convolution.size
    if walkthrough.differing == 0:
        return line(("✓ ", Role.RIGHT), "g is not symmetric, but for this f both agree everywhere")
    return line(
        ("✗ ", Role.WRONG),
        f"g is not symmetric: the two differ at {walkthrough.differing} of {total} positions",
    )


def sums_of(step: SignalStep) -> tuple[Line, ...]:
    """Both sums, with names and numbers where they are few; for a flip, the kernel's rows."""
    if step.position is None:
        return (_kernel_line(step),)
    if step.products.size > _MOST_PRODUCTS:
        return (_counted(step),)
    numbers = (
        *_sum(step, "f ∗ g", step.kernel, step.convolved),
        BREAK,
        *_sum(step, "f ⋆ g", step.walkthrough.kernel.astype(np.float64), step.correlated),
        *_mark(step),
    )
    if step.walkthrough.flat and step.products.size <= _MOST_NAMED:
        n = step.position[1]
        names = " + ".join(f"f[{short(m)}]·g[{n - m}]" for m in step.columns)
        named = line((f"(f ∗ g)[{n}] = ", Role.DIM), names, " = ")
        return (
            (*named, *_terms(step, step.kernel, step.convolved), *numbers[_first_break(numbers) :]),
            numbers,
            _counted(step),
        )
    return (numbers, _counted(step))


def _first_break(pieces: Line) -> int:
    return next(i for i, piece in enumerate(pieces) if piece is BREAK)


def _kernel_line(step: SignalStep) -> Line:
    write = step.walkthrough.formats[1]
    before = step.walkthrough.step(step.index - 1).kernel if step.index else step.kernel
    if step.kernel.size > _MOST_PRODUCTS:
        return line((f"g has {step.kernel.size} numbers", Role.DIM))
    shown = _rows(before, write)
    if step.index == 0:
        return line(("g = ", Role.DIM), (shown, Role.FILTER))
    return line(
        (shown, Role.FILTER), (" flipped is ", Role.DIM), (_rows(step.kernel, write), Role.FILTER)
    )


def _rows(kernel: NDArray[np.float64], write: NumberFormat) -> str:
    return "; ".join(" ".join(write(float(value)) for value in row) for row in kernel)


def _terms(step: SignalStep, kernel: NDArray[np.float64], result: float) -> Line:
    signals, kernels, results = step.walkthrough.formats
    pieces: list[Piece] = []
    values = zip(step.patch.ravel(), kernel.ravel(), strict=True)
    for value, weight in values:
        if pieces:
            pieces.append(Piece(" + "))
        pieces += [
            Piece(signals.padded(float(value)), Role.INPUT),
            Piece("·"),
            Piece(kernels(float(weight)).ljust(kernels.width), Role.FILTER),
        ]
    return (*pieces, Piece(" = ", Role.STRONG), Piece(results.padded(result), Role.OUTPUT))


def _sum(step: SignalStep, name: str, kernel: NDArray[np.float64], result: float) -> Line:
    return (*line((f"{name}: ", Role.DIM)), *_terms(step, kernel, result))


def _mark(step: SignalStep) -> Line:
    if step.agree:
        return line(("  ✓", Role.RIGHT))
    return line(("  ✗", Role.WRONG))


def _counted(step: SignalStep) -> Line:
    results = step.walkthrough.formats[2]
    return (
        *line(
            (f"{step.products.size} products  f ∗ g: ", Role.DIM),
            (results.padded(step.convolved), Role.OUTPUT),
            ("   f ⋆ g: ", Role.DIM),
            (results.padded(step.correlated), Role.OUTPUT),
        ),
        *_mark(step),
    )


def caption_of(step: SignalStep) -> str:
    """What happens in this step, in at most two short sentences."""
    walkthrough = step.walkthrough
    if step.index == 0:
        return (
            "A signal f and a kernel g. The definition has g[n − m]: as m grows, g is read "
            "backwards, so the first thing to do is to flip it."
        )
    if step.position is None:
        if walkthrough.symmetric:
            return "Flip: this kernel is symmetric, so nothing changes, and the flip is needless."
        if step.index == walkthrough.flips:
            if walkthrough.flat:
                return "Flip: the last number of g comes first. Now it can slide along f."
            return (
                "Flip once more, top to bottom: both together turn g by half a turn. Now it can "
                "slide over f."
            )
        return "Flip left to right: the last column comes first. An axis is still to be flipped."
    if step.index == 1 + walkthrough.flips:
        return (
            "Shift to the first position, multiply what lies below each other, and sum. "
            f"{_zeros(step)}"
        )
    if step.index == len(walkthrough) - 1:
        return (
            "The last position. Networks leave out the flip: their weights are learned, so they "
            "would just be learned flipped."
        )
    if not step.agree:
        return (
            "Shift, multiply, sum. Cross-correlation does the same with g as it was: another "
            "number here."
        )
    return f"Shift, multiply, sum. Without the flip it is the same number here. {_zeros(step)}"


def _zeros(step: SignalStep) -> str:
    height, width = step.walkthrough.signal.shape
    inside = sum(0 <= r < height for r in step.rows) * sum(0 <= c < width for c in step.columns)
    if inside < step.patch.size:
        return "Outside of f there are zeros."
    return ""


def signal_caption(walkthrough: SignalWalkthrough, row: int, column: int) -> str:
    """What one number of the signal does to the outputs."""
    height, width = walkthrough.signal.shape
    if not (0 <= row < height and 0 <= column < width):
        return "Outside of the signal there are only zeros: they add nothing."
    value = walkthrough.formats[0](float(walkthrough.signal[row, column]))
    name = f"f[{column}]" if walkthrough.flat else f"f[{row}, {column}]"
    return (
        f"{name} = {value} goes into every output that is lit up: it leaves a copy of g there, "
        f"{value} times as large. All copies added up are the convolution."
    )


def kernel_caption(walkthrough: SignalWalkthrough, row: int, column: int) -> str:
    """With which number of the signal one number of the kernel is multiplied."""
    value = walkthrough.formats[1](float(walkthrough.kernel[row, column]))
    if walkthrough.flat:
        return (
            f"g[{column}] = {value} is multiplied with f[n − {column}] at every position n: it "
            f"looks {column} back."
        )
    return (
        f"g[{row}, {column}] = {value} is multiplied with f[x − {row}, y − {column}] at every "
        "position (x, y)."
    )


def listing_of(step: SignalStep) -> list[str]:
    """All products of a position as a table with both running sums."""
    if step.position is None:
        return ["The kernel is not at a position yet: no products."]
    lines = [
        f"{'f at':>10} {'f':>9}   {'g flipped':>9} {'sum f ∗ g':>12}   {'g':>9} {'sum f ⋆ g':>12}"
    ]
    convolved = correlated = 0.0
    for (i, j), value in np.ndenumerate(step.patch):
        flipped, plain = float(step.kernel[i, j]), float(step.walkthrough.kernel[i, j])
        convolved += value * flipped
        correlated += value * plain
        lines.append(
            f"{f'({short(step.rows[i])}, {short(step.columns[j])})':>10} {short(value, 4):>9} · "
            f"{short(flipped, 4):>9} {short(convolved, 4):>12} · {short(plain, 4):>9} "
            f"{short(correlated, 4):>12}"
        )
    return lines
