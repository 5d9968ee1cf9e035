"""A demonstration as lines of text: for lessons without a screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from textwrap import wrap

from cnnviz_tui.cli.network_report import text_report
from cnnviz_tui.render.plain import plain_header, plain_step
from cnnviz_tui.walkthroughs.demonstration import Demonstration

_SHOWN = 4
_EPOCHS = 1
_MOST_LINES = 40


def demonstration_lines(
    demonstration: Demonstration, printed: Sequence[int] = (), width: int = 78
) -> list[str]:
    """What a demonstration shows, as text.

    Args:
        demonstration: what is shown.
        printed: the steps to print, counted from 1; a few from its own step on without any.
        width: the longest line.

    Raises:
        ShapeError: it does not open.
    """
    if demonstration.is_mechanism:
        return _steps(demonstration, printed, width)
    if demonstration.name == "trace":
        return _trace(demonstration, width)
    if demonstration.name == "train":
        return _training()
    return _beginning(_museum(demonstration), demonstration.command, width)


def _steps(demonstration: Demonstration, printed: Sequence[int], width: int) -> list[str]:
    walkthrough = demonstration.walkthrough()
    title, *header = plain_header(walkthrough).split("\n")
    lines = [f"[{title}]"]
    for line in header:
        lines += wrap(line, width, subsequent_indent="  ") if len(line) > width else [line]
    if walkthrough.problem:
        return [*lines, *wrap(walkthrough.problem, width)]
    length = len(walkthrough)
    first = max(demonstration.step, 1)
    chosen = list(printed) or list(range(first, min(first + _SHOWN, length + 1)))
    for number in chosen:
        lines += wrap(plain_step(walkthrough[number - 1], length), width, subsequent_indent="  ")
    if len(chosen) < length:
        # A command on one line can be copied.
        lines.append(f"All {length} steps: {demonstration.changed(step=0).command} --plain")
    return lines


def _trace(demonstration: Demonstration, width: int) -> list[str]:
    from cnnviz_tui.networks.trace import trace
    from cnnviz_tui.shapes.notation import parse_lengths

    inputs = [parse_lengths(one, "input size") for one in demonstration.input.split()]
    lines = [f"  {line}" for line in demonstration.model.strip("\n").split("\n")]
    report = text_report(trace(demonstration.model, inputs), width=width)
    return [*lines, "", *report.split("\n")]


def _beginning(lines: Sequence[str], command: str, width: int) -> list[str]:
    """As much of a long page as one listens to; its sentences wrapped, its tables as they are."""
    shown: list[str] = []
    for line in lines[:_MOST_LINES]:
        indent = line[: len(line) - len(line.lstrip())]
        if len(line) <= width or "  " in line.strip():
            shown.append(line)
        else:
            shown += wrap(line.strip(), width, initial_indent=indent, subsequent_indent=indent)
    if len(lines) > _MOST_LINES:
        shown.append(f"{len(lines) - _MOST_LINES} more lines: {command} --plain")
    return shown


def _museum(demonstration: Demonstration) -> list[str]:
    from cnnviz_tui.render import museum_text
    from cnnviz_tui.walkthroughs.gradients import Setup, measure
    from cnnviz_tui.walkthroughs.museum import exhibit_named

    if demonstration.name == "gradients":
        setup = Setup()
        return museum_text.gradients_lines(setup, measure(setup))
    if not demonstration.model:
        return museum_text.museum_lines()
    return museum_text.exhibit_lines(*exhibit_named(demonstration.model))


def _training() -> list[str]:
    """A LeNet's first epoch on the bundled digits, measured now."""
    from cnnviz_tui.digits import bundled, bundled_training
    from cnnviz_tui.nn.training import Recipe
    from cnnviz_tui.walkthroughs.training import TrainingSession

    digits = bundled_training()
    session = TrainingSession(replace(Recipe(), epochs=_EPOCHS), digits, bundled())
    try:
        while not session.done:
            session.step()
        progress = session.progress()
    finally:
        session.close()
    before, after = progress.tests[0], progress.tests[-1]
    return [
        f"[a LeNet learns from {len(digits.labels):,} digits, {progress.step} steps]",
        f"with random weights it reads {before:.1%} of the test digits rightly",
        f"after one epoch {after:.1%}; the loss went from {progress.losses[0]:.2f} to "
        f"{progress.losses[-1]:.2f}",
        "The whole training: cnnviz play train, or cnnviz train.",
    ]
