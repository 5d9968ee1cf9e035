"""An output size as one line: the rule in letters, with its numbers, and whether it comes out."""

from __future__ import annotations

from cnnviz_tui.shapes.formulas import size_formula, size_symbols
from cnnviz_tui.shapes.layers import AnyAxis
from cnnviz_tui.walkthroughs.base import Line, Role, line

WIDEST = 78
"""Characters of a line in the smallest terminal."""


def size_line(axis: AnyAxis, name: str, *, fits: bool) -> Line:
    """The size of one axis; the letters are left out where both do not fit on a line.

    Args:
        axis: what happens along the axis.
        name: what stands before it, for example "down ".
        fits: whether nothing is rounded away.
    """
    mark = ("✓", Role.RIGHT) if fits else ("✗", Role.WRONG)
    letters = size_symbols(axis).replace("output padding", "A")
    symbols, numbers = f"{name}{letters} = ", f"{size_formula(axis)} "
    if len(symbols) + len(numbers) + 1 > WIDEST:
        symbols = name
    return line((symbols, Role.DIM), numbers, mark)
