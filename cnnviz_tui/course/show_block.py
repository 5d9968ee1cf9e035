"""```viz blocks: from a TOML table to a demonstration."""

from __future__ import annotations

from collections.abc import Mapping

from cnnviz_tui.course.lesson import Highlight, Show
from cnnviz_tui.course.problem import nearest
from cnnviz_tui.course.table import Table
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.notation import parse_lengths
from cnnviz_tui.walkthroughs.demonstration import LABS, Demonstration

_MOST_PRINTED = 40


def read_show(table: Table, line: int) -> Show | None:
    """The demonstration of a viz block; problems go to the table's report.

    Args:
        table: the block.
        line: where it begins in its file.
    """
    # Mechanisms need numpy; a lesson whose first step shows none is there sooner.
    from cnnviz_tui.walkthroughs.mechanism import MECHANISMS

    name = table.text("show", required=True, example='"conv"')
    known = name in MECHANISMS or name in LABS
    if name and not known:
        table.complain(
            "show",
            f"There is nothing to show called “{name}”: {nearest(name, (*MECHANISMS, *LABS))}",
        )
    written = _printed(table)
    before = len(table.report.problems)
    demonstration = Demonstration(
        name,
        preset=_preset(table, name),
        typed=_typed(table, name),
        step=table.whole("step", 0, least=1),
        model=table.text("model"),
        input=table.text("input"),
    )
    highlight = _highlight(table)
    # A cell that lights up stays lit until something moves.
    playing = table.flag("playing", default=highlight is None)
    table.done()
    if not known or len(table.report.problems) > before:
        return None
    try:
        printed = _check(table, demonstration, written)
    except ShapeError as error:
        table.complain("show", f"The demonstration does not open: {error}")
        return None
    return Show(demonstration, playing, printed, highlight, line)


def _preset(table: Table, name: str) -> str:
    """The example that the block names."""
    from cnnviz_tui.walkthroughs.mechanism import MECHANISMS, mechanism

    preset = table.text("preset")
    if preset and name in MECHANISMS:
        known = [one.name for one in mechanism(name).presets()]
        if preset not in known:
            table.complain(
                "preset", f"“{name}” has no example “{preset}”: {nearest(preset, known)}"
            )
    return preset


def _typed(table: Table, name: str) -> Mapping[str, str]:
    """The fields that the block sets, as one would type them."""
    fields = table.table("set")
    if fields is None:
        return {}
    from cnnviz_tui.walkthroughs.mechanism import MECHANISMS, mechanism

    if name in MECHANISMS:
        known = [field.option for field in mechanism(name).fields]
        known += [field.symbol for field in mechanism(name).fields if field.symbol]
        for key in fields.values:
            if key not in known:
                table.complain("set", f"“{name}” has no “{key}”: {nearest(key, known)}")
    typed = {}
    for key, value in fields.values.items():
        if isinstance(value, bool):
            typed[key] = "on" if value else "off"
        elif isinstance(value, (str, int, float)):
            typed[key] = table.clean("set", str(value))
        else:
            table.complain("set", f"“{key}” must be a number or a text, as one would type it.")
    return typed


def _highlight(table: Table) -> Highlight | None:
    inner = table.table("highlight")
    if inner is None:
        return None
    highlight = Highlight(
        inner.text("part", required=True, example='"output"'),
        inner.whole("row", 0),
        inner.whole("column", 0),
        inner.whole("channel", 0),
    )
    inner.done()
    return highlight


def _printed(table: Table) -> tuple[int, ...]:
    """The steps that plain text prints; without them it prints a few of the first."""
    written = table.anything("print", "a list of steps such as [1, 2, 9]")
    if written is None:
        return ()
    if not isinstance(written, list) or not all(type(step) is int for step in written):
        table.complain("print", "“print” must be a list of steps such as [1, 2, 9].")
        return ()
    if len(written) > _MOST_PRINTED:
        table.complain("print", f"“print” names {len(written)} steps: at most {_MOST_PRINTED}.")
    return tuple(written[:_MOST_PRINTED])


def _check(table: Table, demonstration: Demonstration, written: tuple[int, ...]) -> tuple[int, ...]:
    """Open it, and find the steps that it names; returns those of `print` that there are.

    Raises:
        ShapeError: it does not open.
    """
    demonstration.check()
    if demonstration.is_mechanism:
        length = len(demonstration.walkthrough())
        return _existing(table, demonstration, written, length)
    if demonstration.name == "trace":
        from cnnviz_tui.networks.trace import trace

        if not demonstration.model:
            table.complain("model", "A trace needs a “model”: the network's text.")
            return ()
        inputs = demonstration.input
        sizes = [parse_lengths(one, "input size") for one in inputs.split()] if inputs else []
        trace(demonstration.model, sizes, suggest=False)
    return ()


def _existing(
    table: Table, demonstration: Demonstration, written: tuple[int, ...], length: int
) -> tuple[int, ...]:
    """Those of the steps to print that there are."""
    if not length:
        # What does not fit may be shown on purpose; then there is no step to begin with.
        for key in ("step", "print"):
            if table.has(key):
                table.complain(key, f"The demonstration has no steps: remove “{key}”.")
        return ()
    for step in written:
        if not 1 <= step <= length:
            number = str(step).replace("-", "−")
            table.complain("print", f"There is no step {number}: there are 1 to {length}.")
    return tuple(step for step in written if 1 <= step <= length)
