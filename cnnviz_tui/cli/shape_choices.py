"""What ``cnnviz compute-shape`` says where a filter does not fit, and which choices would.

Most layers fit and few people ask for more, so this is imported only where it is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from cnnviz_tui.cli.columns import row
from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.formulas import exact_size
from cnnviz_tui.shapes.inverse import Choice
from cnnviz_tui.shapes.notation import format_lengths
from cnnviz_tui.shapes.padding import Sides

_ENTRIES = {1: [("position", "positions")], 2: [("row", "rows"), ("column", "columns")]}
# So many stretches of positions are written out, and so many choices.
_SHOWN = 4
_CHOICES_SHOWN = 12


def misfit(axes: Sequence[Axis], neighbours: Sequence[Choice]) -> list[str]:
    """Say by how much the window does not fit, what is lost, and what near by would fit."""
    fractions = " and ".join(
        f"{exact_size(axis)} ≈ {axis.travel / axis.stride + 1:.2f}"
        for axis in dict.fromkeys(axes)
        if not axis.fits
    )
    rounding = "up (ceil)" if axes[0].ceil_mode else "down (floor)"
    outputs = format_lengths([axis.output for axis in axes], "×")
    lines = row("does not fit", f"the exact size is {fractions}, not a whole number")
    lines += row("frameworks", f"round {rounding} to {outputs} without a warning")
    lines += row("never visited", unvisited_text(axes))
    return lines + row("would fit", *(_choice_text(choice, axes) for choice in neighbours))


def wanted_choices(wanted: Sequence[int], choices: Sequence[Choice]) -> list[str]:
    """List the paddings and strides that give the wanted sizes."""
    sizes = format_lengths(wanted, "×")
    if not choices:
        return row("wanted", f"no padding and stride of this layer give {sizes}")
    rows = [
        f"-P {_sides_text(choice.padding):<5} -S {_stride_text(choice.stride):<7} "
        + ("✓ fits" if choice.fits else "✗ rounded")
        for choice in choices[:_CHOICES_SHOWN]
    ]
    more = len(choices) - len(rows)
    if more:
        rows.append(f"and {more} more; --json lists them")
    return row("wanted", f"{sizes} comes from", *rows)


def unvisited_text(axes: Sequence[Axis]) -> str:
    """Say which rows and columns no window reads, counted from 0."""
    parts = []
    for axis, (one, many) in zip(axes, _ENTRIES[len(axes)], strict=True):
        missed = axis.unvisited
        if not missed:
            continue
        runs = [
            str(first) if first == last else f"{first}–{last}" for first, last in stretches(missed)
        ]
        text = ", ".join(runs[:_SHOWN])
        if len(runs) > _SHOWN:
            text += f", … ({len(missed):,} in all)"
        parts.append(f"{one if len(missed) == 1 else many} {text}")
    if not parts:
        return "only padding; every input number is read"
    return " and ".join(parts) + ", counted from 0"


def stretches(positions: Sequence[int]) -> list[tuple[int, int]]:
    """Return runs of neighbouring positions as (first, last)."""
    runs = []
    # Within a run, position and place in the list grow together.
    for _, group in groupby(enumerate(positions), key=lambda pair: pair[1] - pair[0]):
        run = [position for _, position in group]
        runs.append((run[0], run[-1]))
    return runs


def choice_json(choice: Choice) -> dict[str, object]:
    """Return a choice for scripts, one entry per axis."""
    return {
        "padding": choice.padding,
        "stride": choice.stride,
        "output": choice.output,
        "fits": choice.fits,
    }


def _choice_text(choice: Choice, axes: Sequence[Axis]) -> str:
    """Return what to type to get a choice, and its output."""
    typed = []
    if choice.padding != tuple((axis.before, axis.after) for axis in axes):
        typed.append(f"-P {_sides_text(choice.padding)}")
    if choice.stride != tuple(axis.stride for axis in axes):
        typed.append(f"-S {_stride_text(choice.stride)}")
    return f"{' '.join(typed):<14} → {format_lengths(choice.output, '×')}"


def _sides_text(padding: Sides) -> str:
    """Return a padding as briefly as the command line reads it."""
    if any(before != after for before, after in padding):
        return ",".join(str(side) for pair in padding for side in pair)
    return _stride_text([before for before, _ in padding])


def _stride_text(numbers: Sequence[int]) -> str:
    """Return one number if all axes agree, else one each."""
    return str(numbers[0]) if len(set(numbers)) == 1 else format_lengths(numbers)
