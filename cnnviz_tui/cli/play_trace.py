"""`cnnviz play trace`: a model's text, its layers and what does not fit, live on a screen."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(name="trace")
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
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
    default="",
    help='What to trace: a class, a variable, or a call such as "Net(num_classes=10)".',
)
def trace_screen(file: Path | None, inputs: tuple[str, ...], model: str) -> None:
    """Trace a model while you type it; cnnviz trace does it without a screen."""
    from cnnviz_tui.shapes.notation import parse_lengths
    from cnnviz_tui.tui.app import run
    from cnnviz_tui.tui.model_source import read_source
    from cnnviz_tui.tui.screens.trace import TraceScreen

    for size in inputs:
        parse_lengths(size, "input size")
    text = None if file is None else read_source(file)
    title = "" if file is None else file.name
    run(TraceScreen(text, " ".join(inputs), model, title=title))
