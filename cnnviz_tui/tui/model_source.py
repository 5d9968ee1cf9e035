"""What was typed or opened to be traced, and what tracing it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.sizes import Shape, shape_text
from cnnviz_tui.networks.trace import trace
from cnnviz_tui.render.trace_layers import TracePicture
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.notation import parse_lengths

LARGEST_FILE = 2_000_000
"""No source has more bytes."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be traced: the text and both fields as they were typed."""

    text: str
    inputs: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request: a trace, or a sentence on why there is none, and its line."""

    picture: TracePicture | None
    failure: str = ""
    line: int | None = None


def answer_to(request: Request) -> Answer:
    """Trace what was typed, and work out all that painting it needs."""
    try:
        shapes = [
            parse_lengths(part, "input size") for part in request.inputs.replace(",", " ").split()
        ]
        found = trace(request.text, shapes, model=request.model.strip() or None)
    except SourceError as error:
        return Answer(None, str(error), error.line)
    except ShapeError as error:
        return Answer(None, str(error))
    return Answer(TracePicture(found))


def read_source(path: Path) -> str:
    """The text of a model's file, its line ends as one newline each.

    Raises:
        SourceError: it cannot be read, is too large or is no text.
    """
    if "\0" in str(path):
        raise SourceError("A path has no zero bytes in it.")
    try:
        if not path.is_file():
            reason = "that is no file" if path.exists() else "there is no such file"
            raise SourceError(f"{path} cannot be opened: {reason}.")
        if path.stat().st_size > LARGEST_FILE:
            raise SourceError(f"{path} has more than {LARGEST_FILE:,} bytes; it is not opened.")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SourceError(f"{path} cannot be opened: {error.strerror or error}.") from None
    except UnicodeDecodeError:
        raise SourceError(
            f"{path} is no UTF-8 text; cnnviz trace reads ONNX files, this screen reads sources."
        ) from None
    return without_controls(text.replace("\r\n", "\n").replace("\r", "\n"))


def without_controls(text: str) -> str:
    """The text with a space for every control character, which a terminal would obey."""
    return "".join(mark if mark.isprintable() or mark in "\n\t" else " " for mark in text)


def as_typed(shapes: Sequence[Shape]) -> str:
    """The shapes of inputs as one types them into the field."""
    return " ".join(shape_text(shape).replace("×", "x") for shape in shapes)
