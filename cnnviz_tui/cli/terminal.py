"""Text on its way out: JSON, and terminals that know fewer signs than we use."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TextIO

import click

_SPELLINGS = {
    "−": "-",
    "–": "-",
    "·": "*",
    "×": "x",
    "→": "->",
    "✓": "ok:",
    "✗": "no:",
    "⌊": "floor(",
    "⌋": ")",
    "⌈": "ceil(",
    "⌉": ")",
    "₀": "0",
    "₁": "1",
    "“": '"',
    "”": '"',
    "…": "...",
    "≈": "~",
    "∂": "d",
}
"""How signs are written for an encoding that does not have them, such as ASCII or cp1252."""

_HANDLER = "cnnviz-spelled-out"


def replace_closed_streams() -> None:
    """Let what was started without stdin, stdout or stderr (`>&-`) read and write nothing."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            # It lasts as long as the process does.
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def spell_out_unencodable(*streams: TextIO) -> None:
    """Let the streams write what their encoding lacks in other letters instead of failing."""
    import codecs

    codecs.register_error(_HANDLER, _spelled_out)
    for stream in streams:
        # What is not a text file on a byte stream, such as a test's StringIO, encodes nothing.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_HANDLER)


def print_text(text: str, *, error: bool = False) -> None:
    """Print a text to stdout, or to stderr, in the encoding that the stream asks for."""
    # Without a file, click writes UTF-8 to a stream that wants ASCII.
    click.echo(text, file=sys.stderr if error else sys.stdout)


def print_json(result: Mapping[str, object]) -> None:
    """Print one JSON object on a line of its own; signs stand as they are where they can."""
    import json

    unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    print_text(json.dumps(result, ensure_ascii=not unicode))


def silence_stdout() -> None:
    """Send what is still to be written to stdout nowhere, since nobody reads it any more."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _spelled_out(error: UnicodeError) -> tuple[str, int]:
    """Return other letters for the signs that cannot be encoded (a codecs error handler)."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(_SPELLINGS.get(sign, "?") for sign in signs), error.end
