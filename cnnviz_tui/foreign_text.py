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


def is_harmful(mark: str) -> bool:
    """Whether a character commands the terminal, or hides or turns round its neighbours.

    Those are control characters but for the tab and the end of a line, and what Unicode calls
    format characters: marks for the direction of writing, joiners, soft hyphens.
    """
    from unicodedata import category

    return mark not in "\n\t" and category(mark) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def harmful_marks(text: str) -> set[str]:
    """The different harmful characters of a text."""
    # A long text has few different characters.
    return {mark for mark in set(text) if is_harmful(mark)}


def harmless(text: str) -> str:
    """The text, of whatever script, with a `?` for every harmful character; its length stays."""
    harmful = harmful_marks(text)
    if not harmful:
        return text
    return "".join("?" if mark in harmful else mark for mark in text)
