"""Reading an answer line by line from stdin, a terminal or a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable

from cnnviz_tui.cli.terminal import print_text


class NoMoreInputError(Exception):
    """Nobody answers any more."""


class TooLateError(Exception):
    """The time was over before a line came."""


def read_answer(
    prompt: str, to_nothing: str = "", left: Callable[[], float | None] = lambda: None
) -> str:
    """The next line that is not empty.

    Args:
        prompt: stands before it.
        to_nothing: what is said to the first empty line.
        left: how many seconds there are to type it; None for any number. What comes through a pipe
            is taken when it comes.

    Raises:
        NoMoreInputError: the input has ended.
        TooLateError: the time was over first.
    """
    while True:
        print(prompt, end="", flush=True)
        if not _line_comes(left()):
            print_text("")
            raise TooLateError
        line = sys.stdin.readline()
        if not line:
            print_text("")
            raise NoMoreInputError
        if not sys.stdin.isatty():
            # What comes through a pipe is not echoed; a transcript should still show it.
            print_text(line.rstrip("\r\n"))
        if line.strip():
            return line.strip()
        if to_nothing:
            print_text(to_nothing)
            to_nothing = ""


def _line_comes(seconds: float | None) -> bool:
    """Wait for a line from a terminal for some seconds at most."""
    # Elsewhere lines may wait in Python's buffer, of which the system knows nothing.
    if seconds is None or not sys.stdin.isatty() or sys.platform == "win32":
        return True
    import select

    ready, _, _ = select.select([sys.stdin], [], [], seconds)
    return bool(ready)
