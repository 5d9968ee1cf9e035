"""``cnnviz trace``: every size on the way through a network, and the layer that does not fit."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cnnviz_tui.cli.network_report import as_json, text_report
from cnnviz_tui.cli.terminal import print_json
from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.result import Trace
from cnnviz_tui.shapes.notation import parse_lengths, parse_number

_LARGEST_FILE = 2_000_000
"""No source has more bytes; an ONNX file may be larger, its weights are in it."""

_LARGEST_ONNX = 2_000_000_000


_HELP = """Trace the shapes through a network, without PyTorch.

FILE holds PyTorch or Keras code, a network in our notation, or an ONNX network; - reads the
standard input. The code is only parsed, never run. Exit code 1: the network does not fit.

\b
Examples:
  cnnviz trace model.py --input 3x32x32
  cnnviz trace vgg.py --input 3x224x224 --model "vgg16()"
  cnnviz trace "conv 6 5 | relu | flatten | linear 10" --input 1x28x28
"""


@click.command(
    "trace",
    help=_HELP,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.argument("file", metavar="[FILE|-]", required=False)
@click.option(
    "--input",
    "inputs",
    metavar="SIZE",
    multiple=True,
    help="The input without the batch: 1x28x28 (Keras: 28x28x1). Several inputs: several times.",
)
@click.option(
    "--model",
    metavar="NAME",
    help='What to trace: a class, a variable, or a call such as "Net(num_classes=10)".',
)
@click.option("--batch", metavar="NUMBER", default="1", help="Pictures at a time, for the memory.")
@click.option("--json", "as_object", is_flag=True, help="Print one JSON object.")
@click.pass_context
def command(
    ctx: click.Context,
    file: str | None,
    inputs: tuple[str, ...],
    model: str | None,
    batch: str,
    as_object: bool,
) -> None:
    """Trace a network and print its table; exit with 1 if it does not fit."""
    shapes = [parse_lengths(text, "input size") for text in inputs]
    pictures = parse_number(batch, "batch")
    result = _trace(file, shapes, model)
    if as_object:
        print_json(as_json(result, pictures))
    else:
        click.echo(text_report(result, pictures))
    if not result.ok:
        ctx.exit(1)


def _trace(file: str | None, shapes: list[tuple[int, ...]], model: str | None) -> Trace:
    """Trace what the argument names: a file, the standard input, or a line of notation."""
    if file is not None and file.lower().endswith(".onnx"):
        from cnnviz_tui.networks.readers.onnx import trace_onnx

        if model is not None:
            raise SourceError("An ONNX file holds one network; leave --model out.")

        return trace_onnx(_bytes_of(file, _LARGEST_ONNX), shapes, name=Path(file).stem)
    from cnnviz_tui.networks.trace import trace

    text, name = _source(file)
    return trace(text, shapes, model=model, name=name)


def _source(file: str | None) -> tuple[str, str]:
    """Return the text to trace, and a name for it.

    Raises:
        SourceError: if there is nothing to read, or it is no text.
    """
    if file is None and sys.stdin.isatty():
        raise click.UsageError("Give a file, - to read what you paste, or a line of notation.")
    if file is None or file == "-":
        data = sys.stdin.buffer.read(_LARGEST_FILE + 1)
        name = "network"
    elif ("|" in file or " " in file) and not Path(file).exists():
        return file, "network"
    else:
        data = _bytes_of(file, _LARGEST_FILE)
        name = Path(file).stem
    if len(data) > _LARGEST_FILE:
        raise SourceError(f"The source has more than {_LARGEST_FILE:,} bytes; it is not read.")
    try:
        return data.decode("utf-8-sig"), name
    except UnicodeDecodeError:
        raise SourceError("The source is no UTF-8 text; save it as UTF-8.") from None


def _bytes_of(file: str, most: int) -> bytes:
    """Return the content of a file that is not too large.

    Raises:
        SourceError: if it cannot be read, or is too large.
    """
    path = Path(file)
    try:
        if path.stat().st_size > most:
            raise SourceError(f"The file {file} has more than {most:,} bytes; it is not read.")
        with path.open("rb") as opened:
            return opened.read(most + 1)
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise SourceError(f"The file {file} cannot be read: {reason}.") from None
    except ValueError:
        raise SourceError("The file name holds zero bytes.") from None
