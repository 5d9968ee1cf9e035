"""How the numbers of a traced network are written: counts, memory, receptive fields.

The table on paper, the one on the screen and the totals below them write a number the same way.
Nothing is imported that a one-off command would have to wait for.
"""

from __future__ import annotations

from cnnviz_tui.networks.tracing import LayerTrace


def amount(number: int | None) -> str:
    """A total; ``?`` where it is unknown."""
    return "?" if number is None else f"{number:,}"


def count_cell(number: int | None) -> str:
    """A count in a table: nothing where it is 0, ``?`` where it is unknown."""
    return "" if number == 0 else amount(number)


def parameters_cell(row: LayerTrace) -> str:
    """A row's parameters; those that an earlier row has counted stand in brackets."""
    text = count_cell(row.parameters)
    if row.fixed:
        return f"fixed {row.fixed:,}"
    return f"({text})" if row.shared and text else text


def memory_cell(number: int | None) -> str:
    """An amount of memory in bytes, written in powers of 1,000."""
    if number is None:
        return "?"
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= size:
            return f"{number / size:.1f} {unit}"
    return f"{number} B" if number else ""


def field_cell(row: LayerTrace) -> str:
    """What a number of the row's output sees of the picture: ``14``, or ``14×10``."""
    field = row.receptive_field
    if not field:
        return ""
    return str(field[0]) if len(set(field)) == 1 else "×".join(map(str, field))


def shortened(text: str, longest: int) -> str:
    """A name that fits, its end kept: that is where names differ."""
    return text if len(text) <= longest else "…" + text[len(text) - longest + 1 :]
