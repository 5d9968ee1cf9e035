"""What is said of groups: who reads whom, and what that saves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz_tui.shapes.formulas import parameter_formula
from cnnviz_tui.walkthroughs.base import Line, Piece, Role, line

if TYPE_CHECKING:
    from cnnviz_tui.walkthroughs.groups import GroupsStep, GroupsWalkthrough


def formulas_of(walkthrough: GroupsWalkthrough) -> tuple[Line, ...]:
    """How many slices a filter reads, and the parameters of the layer."""
    channels, groups = walkthrough.channels, walkthrough.groups
    return (
        line(
            ("each filter reads C/G = ", Role.DIM),
            f"{channels}/{groups} = {channels // groups}",
            (f" of {channels} slices   parameters ", Role.DIM),
            parameter_formula(walkthrough.grouped.layer),
        ),
    )


def caption_of(walkthrough: GroupsWalkthrough, step: GroupsStep) -> str:
    """Which slices or maps a filter reads, and what follows from that."""
    if step.pointwise:
        return _pointwise(walkthrough, step)
    k, reads = step.map + 1, step.reads
    if walkthrough.groups == 1:
        return (
            f"Filter {k} reads all {len(reads)} slices and adds them up into one map: everything "
            "is mixed."
        )
    if len(reads) == 1:
        return (
            f"Filter {k} reads slice {reads.start + 1} alone. Depthwise: each slice is filtered, "
            "none is mixed with another."
        )
    return (
        f"Filter {k} belongs to group {walkthrough.group_of(step.map) + 1}: it reads slices "
        f"{_listed(reads)} and never sees the others."
    )


def _pointwise(walkthrough: GroupsWalkthrough, step: GroupsStep) -> str:
    if step.map == walkthrough.mixed - 1:
        total, full = walkthrough.costs[-1], walkthrough.costs[0]
        return (
            f"Done: G = {walkthrough.groups} and 1x1 together have {total.parameters:,} "
            f"parameters, one full layer has {full.parameters:,}."
        )
    return (
        f"1x1 filter {step.map + 1} takes one number of each of the {len(step.reads)} maps, at the "
        "same place: it mixes what groups kept apart."
    )


def read_sums(walkthrough: GroupsWalkthrough, c: int) -> tuple[Line, ...]:
    """One line on a slice: which filters read it."""
    readers = walkthrough.readers_of(c)
    names = _listed(readers)
    return (
        line(
            (f"slice {c + 1}", Role.INPUT),
            " is read by ",
            (f"{len(readers)} of {walkthrough.filters} filters", Role.FILTER),
            f": {names}",
        ),
    )


def _listed(numbers: range) -> str:
    """Numbers counted from 1: `3`, `3 and 4`, `3 to 6`."""
    if len(numbers) == 1:
        return str(numbers.start + 1)
    joint = "and" if len(numbers) == 2 else "to"
    return f"{numbers.start + 1} {joint} {numbers.stop}"


READ_CAPTION = (
    "With G groups each slice is read by one G-th of the filters, and the layer has one G-th of "
    "the weights."
)
"""What groups do to a slice."""


def cost_lines(walkthrough: GroupsWalkthrough) -> tuple[Line, ...]:
    """The costs as a table: parameters with their formula, MACs, share of the full layer."""
    costs = walkthrough.costs
    full = costs[0]
    widths = [
        max(len(cost.name) for cost in costs),
        max(len(cost.formula) for cost in costs),
        max(len("MACs"), *(len(f"{cost.macs:,}") for cost in costs)),
    ]
    head = f"  {'':<{widths[0]}}  {'parameters':<{widths[1]}}  {'MACs':>{widths[2]}}  of full"
    lines = [line((head, Role.DIM))]
    for i, cost in enumerate(costs):
        last = i == len(costs) - 1 and walkthrough.mixing is not None
        role = Role.STRONG if cost.present or last else Role.PLAIN
        text = (
            f"{'▸' if cost.present else ' '} {cost.name:<{widths[0]}}  {cost.formula:<{widths[1]}}"
            f"  {cost.macs:>{widths[2]},}  {share_of(cost.parameters, full.parameters):>7}"
        )
        lines.append((Piece(text, role),))
    return tuple(lines)


def share_of(part: int, whole: int) -> str:
    """A share in per cent, with a decimal only where it is small."""
    share = 100 * part / whole
    return f"{share:.1f} %" if share < 10 else f"{share:.0f} %"
