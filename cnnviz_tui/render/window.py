"""What every screen has, painted or not: a smallest size, and keys that its last line names."""

from __future__ import annotations

from cnnviz_tui.frozen import Frozen

SMALLEST = (80, 24)
"""The smallest terminal, (width, height), in which everything works."""


class KeyHint(Frozen):
    """A key that the last line names, and the action that a click on it runs."""

    key: str
    label: str
    action: str


def too_small_sentence(width: int, height: int) -> str:
    """What is said in a terminal smaller than `SMALLEST`; nothing in a larger one."""
    if width >= SMALLEST[0] and height >= SMALLEST[1]:
        return ""
    return (
        f"This terminal has {width}x{height} characters. cnnviz needs at least "
        f"{SMALLEST[0]}x{SMALLEST[1]}: enlarge the window or make its font smaller."
    )
