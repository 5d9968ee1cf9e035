"""Reading an answer line by line from stdin, a terminal or a pipe."""

from __future__ import annotations

import sys

from cnnviz_tui.cli.terminal import print_text


class NoMoreInputError(Exception):
    """Nobody answers any more."""


def read_answer(prompt: str, to_nothing: str = "") -> str:
    """The next line that is not empty.

    Args:
        prompt: stands before it.
        to_nothing: what is said to the first empty line.

    Raises:
        NoMoreInputError: the input has ended.
    """
    while True:
        print(prompt, end="", flush=True)
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
