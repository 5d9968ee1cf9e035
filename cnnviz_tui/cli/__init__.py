"""The command line: one module a command, each imported only when it is called."""

from __future__ import annotations

import os

import click

from cnnviz_tui import __version__
from cnnviz_tui.cli.group import LazyGroup

COMMANDS = {
    "learn": ("cnnviz_tui.cli.learn:command", "Take a lesson: text, questions, live pictures."),
    "quiz": ("cnnviz_tui.cli.quiz:command", "Endless questions, and why an answer was wrong."),
    "lessons": (
        "cnnviz_tui.cli.lessons:command",
        "List, check, write and preview lessons.",
    ),
    "progress": (
        "cnnviz_tui.cli.progress:command",
        "What you have learned; take it along, or begin anew.",
    ),
    "compute-shape": (
        "cnnviz_tui.cli.compute_shape:command",
        "Output size, parameters and code of one layer.",
    ),
    "play": (
        "cnnviz_tui.cli.play:command",
        "Open an explorer: a mechanism to play, step and change.",
    ),
    "trace": (
        "cnnviz_tui.cli.trace:command",
        "Every size through a network, and the layer that does not fit.",
    ),
    "zoo": (
        "cnnviz_tui.cli.zoo:command",
        "Famous networks, layer by layer.",
    ),
    "train": ("cnnviz_tui.cli.train:command", "Train a LeNet to read digits."),
    "predict": ("cnnviz_tui.cli.predict:command", "Read the digits in picture files."),
    "data": ("cnnviz_tui.cli.data:command", "Fetch the digits that networks are trained on."),
}
"""Every command's name, where it is found, and the line that ``cnnviz --help`` shows."""


@click.group(
    cls=LazyGroup,
    lazy_commands=COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, "-V", "--version", message="cnnviz %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """See every number inside a convolutional network, step by step, in a terminal.

    Without a command, cnnviz opens its home screen.
    """
    # On matrices as small as ours a second BLAS thread costs more than it brings. numpy reads this
    # when it is first imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if ctx.invoked_subcommand is None:
        from cnnviz_tui.tui.app import run

        run(instead="the commands that cnnviz --help lists mostly do")
