"""What ``cnnviz trace`` and ``cnnviz zoo`` answer: an object for scripts, a table for people."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cnnviz_tui.networks.result import Fix, Trace, TraceError
from cnnviz_tui.networks.sizes import shape_list, shape_text
from cnnviz_tui.networks.tracing import LayerTrace
from cnnviz_tui.render.network_cells import (
    amount,
    count_cell,
    field_cell,
    memory_cell,
    parameters_cell,
    shortened,
)

_NARROW = 80
_GAP = 2
_SHORTEST_NAME = 10
_NOTES_SHOWN = 8
_FRAMEWORKS = {"notation": "", "pytorch": "PyTorch", "keras": "Keras", "onnx": "ONNX"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table.

    Args:
        title: what stands above it.
        cells: one text a row.
        right: whether numbers are aligned to the right.
    """

    title: str
    cells: list[str]
    right: bool = False

    @property
    def width(self) -> int:
        """How wide its widest cell is."""
        return max(len(self.title), *map(len, self.cells), 0)


def terminal_width() -> int:
    """Return how many columns there are to write in, 80 where nobody knows."""
    # What shutil.get_terminal_size does; importing shutil costs more than tracing a network.
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal():
        return max(_NARROW, int(given))
    try:
        return max(_NARROW, os.get_terminal_size(sys.stdout.fileno()).columns)
    except (OSError, ValueError):
        return _NARROW


def as_json(trace: Trace, batch: int = 1) -> dict[str, object]:
    """Return a trace for scripts: keys are never renamed, new ones may come.

    Args:
        trace: what to tell.
        batch: for how many pictures the memory is.
    """
    shapes = [shape_list(shape) for shape in trace.inputs]
    outputs = [shape_list(shape) for shape in trace.outputs]
    memory = trace.memory(batch)
    return {
        "ok": trace.ok,
        "name": trace.name,
        "framework": trace.framework,
        "input": shapes[0] if len(shapes) == 1 else shapes,
        "output": (outputs[0] if len(outputs) == 1 else outputs) if outputs else None,
        "layers": [_layer_json(row) for row in trace.layers],
        "total_parameters": trace.total_parameters,
        "total_macs": trace.total_macs,
        "fixed_weights": trace.fixed_weights,
        "unused_parameters": trace.unused_parameters,
        "memory": {
            "batch": batch,
            "inference": memory.inference,
            "training": memory.training,
        },
        "error": None if trace.error is None else _error_json(trace.error),
        "notes": [{"line": note.line, "text": note.text} for note in trace.notes],
    }


def _layer_json(row: LayerTrace) -> dict[str, object]:
    """Return a row for scripts."""
    field = row.receptive_field
    return {
        "name": row.name,
        "type": row.type,
        "line": row.node.line,
        "call_line": row.node.call_line,
        "inputs": list(row.node.inputs),
        "input": shape_list(row.input),
        "output": shape_list(row.output),
        "formula": row.formula,
        "parameters": row.parameters,
        "shared": row.shared,
        "macs": row.macs,
        "activation_bytes": row.activation_bytes,
        "receptive_field": None if field is None else list(field),
    }


def _error_json(error: TraceError) -> dict[str, object]:
    """Return an error for scripts; ``fix`` is the first of ``fixes``."""
    expected, got = error.expected, error.got
    return {
        "layer": error.layer,
        "type": error.type,
        "line": error.line,
        "call_line": error.call_line,
        "message": error.message,
        "why": list(error.why),
        "expected": shape_list(expected) if isinstance(expected, tuple) else expected,
        "got": shape_list(got) if isinstance(got, tuple) else got,
        "fix": error.fixes[0].text if error.fixes else None,
        "fixes": [_fix_json(fix) for fix in error.fixes],
    }


def _fix_json(fix: Fix) -> dict[str, object]:
    """Return a correction for scripts."""
    inputs = None if fix.inputs is None else [shape_list(shape) for shape in fix.inputs]
    return {"text": fix.text, "line": fix.line, "input": inputs and inputs[0]}


def text_report(trace: Trace, batch: int = 1, width: int | None = None) -> str:
    """Return a trace for people: a table, the totals, and the error, aligned plain text.

    Args:
        trace: what to tell.
        batch: for how many pictures the memory is.
        width: how many columns there are.
    """
    columns = terminal_width() if width is None else width
    blocks = [_headline(trace)]
    if trace.layers:
        blocks.append(table(_columns(trace.layers), columns, _formulas(trace.layers)))
    if trace.error is not None:
        blocks.append(_error(trace.error, columns))
    if trace.layers:
        blocks.append(_totals(trace, batch, columns))
    if trace.notes:
        blocks.append(_notes(trace, columns))
    return "\n\n".join("\n".join(lines) for lines in blocks)


def _headline(trace: Trace) -> list[str]:
    """Say what was traced, and what it makes of its input."""
    into = ", ".join(map(shape_text, trace.inputs))
    out = ", ".join(map(shape_text, trace.outputs)) if trace.ok else "✗ does not fit"
    words = [trace.name, _FRAMEWORKS[trace.framework], f"{into} → {out}"]
    return ["   ".join(filter(None, words))]


def _columns(rows: Sequence[LayerTrace]) -> list[Column]:
    """Return the columns of the table, the most important ones first."""
    return [
        Column("layer", [row.name for row in rows]),
        Column("kind", [row.type for row in rows]),
        Column("input", [shape_text(row.input) for row in rows]),
        Column("output", [shape_text(row.output) for row in rows]),
        Column("parameters", [parameters_cell(row) for row in rows], right=True),
        Column("MACs", [count_cell(row.macs) for row in rows], right=True),
        Column("memory", [memory_cell(row.activation_bytes) for row in rows], right=True),
        Column("sees", [field_cell(row) for row in rows], right=True),
    ]


def _formulas(rows: Sequence[LayerTrace]) -> list[str]:
    """Return the arithmetic of each row."""
    return [row.formula for row in rows]


def table(columns: list[Column], width: int, formulas: Sequence[str]) -> list[str]:
    """Return an aligned table that fits; formulas stand beside it or, if need be, below a row.

    Args:
        columns: the columns, from left to right.
        width: how many characters a line may have.
        formulas: one text a row, which may be empty.
    """
    for title in ("input", "memory", "kind"):
        if _total(columns) <= width:
            break
        columns = [column for column in columns if column.title != title]
    over = _total(columns) - width
    if over > 0:
        longest = max(_SHORTEST_NAME, columns[0].width - over)
        cells = [shortened(cell, longest) for cell in columns[0].cells]
        columns = [replace(columns[0], cells=cells), *columns[1:]]
    left = _total(columns)
    beside = left + _GAP + max(map(len, formulas), default=0) <= width and any(formulas)
    lines = [_line(columns, [column.title for column in columns])]
    if beside:
        lines[0] = f"{lines[0]:<{left}}{' ' * _GAP}arithmetic"
    for number, formula in enumerate(formulas):
        line = _line(columns, [column.cells[number] for column in columns])
        if beside and formula:
            line = f"{line:<{left}}{' ' * _GAP}{formula}"
        lines.append(line.rstrip())
        if formula and not beside:
            lines += textwrap.wrap(
                formula, width - 4, initial_indent="    ", subsequent_indent="    "
            )
    return lines


def _total(columns: Sequence[Column]) -> int:
    """Return how wide a table is."""
    return sum(column.width for column in columns) + _GAP * (len(columns) - 1)


def _line(columns: Sequence[Column], cells: Sequence[str]) -> str:
    """Return one line of a table."""
    gap = " " * _GAP
    return gap.join(
        f"{cell:>{column.width}}" if column.right else f"{cell:<{column.width}}"
        for column, cell in zip(columns, cells, strict=True)
    ).rstrip()


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Return a sentence in lines that fit."""
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent)


def _error(error: TraceError, width: int) -> list[str]:
    """Explain the layer that does not fit."""
    where = f"made in line {error.line}" if error.line is not None else ""
    if error.call_line is not None and error.call_line != error.line:
        where += f", used in line {error.call_line}"
    lines = _wrapped(f"✗ {error.layer} ({error.type}) does not fit   {where}".rstrip(), width)
    lines += _wrapped(error.message, width, "  ")
    if error.why:
        lines.append("")
        for line in error.why:
            # The columns of the sizes on the way stay aligned where they fit.
            lines += [f"  {line}"] if len(line) + 2 <= width else _wrapped(line, width, "  ")
    if error.fixes:
        lines += ["", "  what would fit (each was traced again)"]
        for fix in error.fixes:
            place = f"line {fix.line}" if fix.line is not None else "or"
            first, *rest = textwrap.wrap(fix.text, width - 15) or [""]
            lines.append(f"    {place:<9} {first}")
            lines += [f"    {'':<9} {line}" for line in rest]
    return lines


def _totals(trace: Trace, batch: int, width: int) -> list[str]:
    """Return the sums, those up to the error where there is one."""
    memory = trace.memory(batch)
    macs = trace.total_macs
    shared = any(row.shared and row.parameters for row in trace.layers)
    fixed, unused = trace.fixed_weights, trace.unused_parameters
    remarks = [
        "shared ones counted once" if shared else "",
        f"and {fixed:,} fixed weights" if fixed else "",
        f"{unused:,} more in layers that are never used" if unused else "",
    ]
    rows = [
        ("parameters", amount(trace.total_parameters), "; ".join(filter(None, remarks))),
        ("MACs", amount(macs), "" if macs is None else f"{2 * macs:,} FLOPs (1 MAC = 2 FLOPs)"),
        ("inference", memory_cell(memory.inference), f"memory for a batch of {batch}, float32"),
        ("training", memory_cell(memory.training), "with gradients and all activations kept"),
    ]
    number = max(len(value) for _, value, _ in rows)
    lines = [] if trace.ok else ["up to the layer that does not fit:"]
    for label, value, remark in rows:
        lines.append(f"{label:<10}  {value:>{number}}   {remark}".rstrip()[:width])
    return lines


def _notes(trace: Trace, width: int) -> list[str]:
    """Return what was assumed on the way."""
    lines = ["assumed, or not followed"]
    for note in trace.notes[:_NOTES_SHOWN]:
        place = "" if note.line is None else f"line {note.line}: "
        first, *rest = _wrapped(place + note.text, width - 4)
        lines += [f"  · {first}", *(f"    {line}" for line in rest)]
    more = len(trace.notes) - _NOTES_SHOWN
    if more > 0:
        lines.append(f"  · and {more} more; --json lists them")
    return lines
