"""Text that other people wrote, made fit for a grid of character cells."""

from __future__ import annotations


def one_cell_each(text: str) -> str:
    """The text with a `?` for every character that is not exactly one cell of a terminal."""
    from unicodedata import combining, east_asian_width

    return "".join(
        mark
        if mark.isprintable() and not combining(mark) and east_asian_width(mark) not in {"W", "F"}
        else "?"
        for mark in text
    )
