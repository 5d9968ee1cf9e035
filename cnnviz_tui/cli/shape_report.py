"""What ``cnnviz compute-shape`` answers, as an object for scripts and as text for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.formulas import (
    AXIS_NAMES,
    exact_size,
    layer_formula,
    mac_formula,
    padding_note,
    parameter_formula,
    size_formula,
    size_symbols,
)
from cnnviz_tui.shapes.inverse import Choice, fitting_neighbours
from cnnviz_tui.shapes.layers import (
    BYTES_PER_NUMBER,
    AdaptivePooling,
    AnyAxis,
    Convolution,
    Pooling,
    TransposedConvolution,
)
from cnnviz_tui.shapes.notation import format_lengths
from cnnviz_tui.shapes.padding import Sides
from cnnviz_tui.shapes.snippets import Snippable, keras_line, torch_line

_WIDTH = 80
_LABEL = 15
_ENTRIES = {1: ("position", "positions"), 2: ("row", "rows"), 3: ("column", "columns")}
# So many stretches of positions are written out, and so many choices.
_SHOWN = 4
_CHOICES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """An output that was asked for, and what gives it.

    Args:
        sizes: the wanted spatial sizes.
        choices: paddings and strides that give them, the best first.
    """

    sizes: tuple[int, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One layer, one input, and everything there is to say about them.

    Args:
        op: the operation as the command line calls it.
        layer: the layer.
        channels: C of the input.
        sizes: the spatial sizes of the input.
        input: the input as it was written.
        output: the output, written like the input.
        want: what --want asked for, if it did.
    """

    op: str
    layer: Snippable
    channels: int
    sizes: tuple[int, ...]
    input: tuple[int, ...]
    output: tuple[int, ...]
    want: Wanted | None = None

    @property
    def axes(self) -> tuple[AnyAxis, ...]:
        """What happens along each spatial axis."""
        return self.layer.axes(self.sizes)

    @property
    def sliding(self) -> tuple[Axis, ...]:
        """The axes on which a window slides, so that it may not fit."""
        return tuple(axis for axis in self.axes if isinstance(axis, Axis))

    @property
    def fits(self) -> bool:
        """Whether nothing has to be rounded."""
        return all(axis.fits for axis in self.sliding)

    @property
    def neighbours(self) -> tuple[Choice, ...]:
        """Strides and paddings near by with which every window fits."""
        return fitting_neighbours(self.sliding, largest_padding=largest_padding(self.layer))

    def as_json(self) -> dict[str, object]:
        """Return the answer for scripts: keys are never renamed, new ones may come."""
        layer = self.layer
        answer: dict[str, object] = {
            "op": self.op,
            "input": self.input,
            "output": self.output,
            "exact": [exact_size(axis) for axis in self.axes],
            "fits": self.fits,
            "parameters": layer.parameters,
            "weights": layer.weights,
            "biases": layer.biases,
            "macs": layer.macs(self.sizes),
            "formula": layer_formula(self.axes),
            "torch": torch_line(layer, self.sizes),
            "keras": keras_line(layer, self.sizes),
            "activation_bytes": layer.activation_bytes(self.channels, self.sizes),
        }
        if self.sliding:
            answer["unvisited"] = [_stretches(axis.unvisited) for axis in self.sliding]
        if not self.fits:
            answer["nearby"] = [_choice_json(choice) for choice in self.neighbours]
        if self.want is not None:
            answer["want"] = [_choice_json(choice) for choice in self.want.choices]
        return answer


def largest_padding(layer: Snippable) -> tuple[int, ...] | None:
    """Return the padding that the layer takes at most on each axis, None if there is no limit."""
    return tuple(size // 2 for size in layer.window) if isinstance(layer, Pooling) else None


def text_report(report: Report) -> str:
    """Return the answer for people: aligned plain text, at most 80 columns wide."""
    blocks = [_headline(report), _costs(report), _code(report)]
    if not report.fits:
        blocks.insert(1, _misfit(report))
    elif any(axis.unvisited for axis in report.sliding):
        blocks.insert(1, _row("never visited", [_unvisited(report.sliding)], " "))
    if report.want is not None:
        blocks.append(_wanted(report.want))
    return "\n\n".join("\n".join(lines) for lines in blocks)


def _headline(report: Report) -> list[str]:
    """Say what goes in, what comes out, and how the size is computed."""
    kinds = {"max": "max pooling", "avg": "average pooling"}
    match report.layer:
        case Convolution():
            name = "convolution"
        case TransposedConvolution():
            name = "transposed convolution"
        case Pooling(kind=kind):
            name = kinds[kind]
        case AdaptivePooling(kind=kind):
            name = f"adaptive {kinds[kind]}"
    shapes = (format_lengths(report.input, "×"), format_lengths(report.output, "×"))
    lines = [f"{name}   {shapes[0]} → {shapes[1]}", ""]
    names = AXIS_NAMES[len(report.axes)]
    different = dict.fromkeys(report.axes)
    for axis in different:
        label = "output size" if len(different) == 1 else names[report.axes.index(axis)]
        mark = ("   ✓ fits" if axis.fits else "   ✗ does not fit") if isinstance(axis, Axis) else ""
        lines += _row(label, [size_symbols(axis)])
        lines += _row("", [size_formula(axis) + mark], " = ")
        note = padding_note(axis)
        if note:
            lines += _row("", [note])
    return lines


def _misfit(report: Report) -> list[str]:
    """Say by how much the window does not fit, what is lost, and what would fit."""
    axes = report.sliding
    fractions = " and ".join(
        f"{exact_size(axis)} ≈ {axis.travel / axis.stride + 1:.2f}"
        for axis in dict.fromkeys(axes)
        if not axis.fits
    )
    rounding = "up (ceil)" if axes[0].ceil_mode else "down (floor)"
    outputs = format_lengths([axis.output for axis in axes], "×")
    lines = _row("does not fit", [f"the exact size is {fractions}, not a whole number"], " ")
    lines += _row("frameworks", [f"round {rounding} to {outputs} without a warning"], " ")
    lines += _row("never visited", [_unvisited(axes)], " ")
    rows = [_choice_text(choice, axes) for choice in report.neighbours]
    return lines + _row("would fit", rows)


def _costs(report: Report) -> list[str]:
    """Say what there is to learn, to compute and to remember."""
    layer = report.layer
    if isinstance(layer, (Convolution, TransposedConvolution)):
        parts = f"{_counted(layer.weights, 'weight')}, {_counted(layer.biases, 'bias', 'biases')}"
        parameters = f"{parameter_formula(layer)}   ({parts})"
        macs = layer.macs(report.sizes)
        work = [mac_formula(layer, report.sizes), f"1 MAC = 2 FLOPs, so {2 * macs:,} FLOPs"]
    else:
        parameters = "0, nothing to learn"
        work = ["0, only " + ("comparisons" if layer.kind == "max" else "averages")]
    channels, sizes = layer.output(report.channels, report.sizes)
    numbers = "·".join(map(str, (*sizes, channels)))
    memory = layer.activation_bytes(report.channels, report.sizes)
    return [
        *_row("parameters", [parameters], "   "),
        *_row("MACs", work),
        *_row("memory", [f"{numbers} · {BYTES_PER_NUMBER} bytes = {memory:,} bytes (float32)"]),
    ]


def _code(report: Report) -> list[str]:
    """Return the layer as code to paste."""
    return [
        *_row("PyTorch", [torch_line(report.layer, report.sizes)], ", "),
        *_row("Keras", [keras_line(report.layer, report.sizes)], ", "),
    ]


def _wanted(want: Wanted) -> list[str]:
    """List the paddings and strides that give the wanted size."""
    sizes = format_lengths(want.sizes, "×")
    if not want.choices:
        return _row("wanted", [f"no padding and stride of this layer give {sizes}"], " ")
    rows = [
        f"-P {_sides_text(choice.padding):<5} -S {_stride_text(choice.stride):<7} "
        + ("✓ fits" if choice.fits else "✗ rounded")
        for choice in want.choices[:_CHOICES_SHOWN]
    ]
    more = len(want.choices) - len(rows)
    if more:
        rows.append(f"and {more} more; --json lists them")
    return _row(f"gives {sizes}", rows)


def _choice_text(choice: Choice, axes: Sequence[Axis]) -> str:
    """Return what to type to get a choice, and its output."""
    typed = []
    if choice.padding != tuple((axis.before, axis.after) for axis in axes):
        typed.append(f"-P {_sides_text(choice.padding)}")
    if choice.stride != tuple(axis.stride for axis in axes):
        typed.append(f"-S {_stride_text(choice.stride)}")
    return f"{' '.join(typed):<14} → {format_lengths(choice.output, '×')}"


def _choice_json(choice: Choice) -> dict[str, object]:
    """Return a choice for scripts, one entry per axis."""
    return {
        "padding": choice.padding,
        "stride": choice.stride,
        "output": choice.output,
        "fits": choice.fits,
    }


def _sides_text(padding: Sides) -> str:
    """Return a padding as briefly as the command line reads it."""
    if any(before != after for before, after in padding):
        return ",".join(str(side) for pair in padding for side in pair)
    return _stride_text([before for before, _ in padding])


def _stride_text(numbers: Sequence[int]) -> str:
    """Return one number if all axes agree, else one each."""
    return str(numbers[0]) if len(set(numbers)) == 1 else format_lengths(numbers)


def _unvisited(axes: Sequence[Axis]) -> str:
    """Say which rows and columns no window reads, counted from 0."""
    names = [_ENTRIES[1]] if len(axes) == 1 else [_ENTRIES[2], _ENTRIES[3]]
    parts = []
    for axis, (one, many) in zip(axes, names, strict=True):
        missed = axis.unvisited
        if not missed:
            continue
        stretches = [
            str(first) if first == last else f"{first}–{last}" for first, last in _stretches(missed)
        ]
        text = ", ".join(stretches[:_SHOWN])
        if len(stretches) > _SHOWN:
            text += f", … ({len(missed):,} in all)"
        parts.append(f"{one if len(missed) == 1 else many} {text}")
    if not parts:
        return "only padding; every input number is read"
    return " and ".join(parts) + ", counted from 0"


def _counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _stretches(positions: Sequence[int]) -> list[tuple[int, int]]:
    """Return runs of neighbouring positions as (first, last)."""
    runs = []
    # Within a run, position and place in the list grow together.
    for _, group in groupby(enumerate(positions), key=lambda pair: pair[1] - pair[0]):
        run = [position for _, position in group]
        runs.append((run[0], run[-1]))
    return runs


def _row(label: str, texts: Sequence[str], at: str = "") -> list[str]:
    """Return a label and its texts in a column of their own, broken where ``at`` stands."""
    lines: list[str] = []
    for text in texts:
        lines += _folded(text, _WIDTH - _LABEL - 2, at) if at else [text]
    return [f"{label if i == 0 else '':<{_LABEL}}  {line}".rstrip() for i, line in enumerate(lines)]


def _folded(text: str, width: int, at: str) -> list[str]:
    """Break a text behind commas and spaces, or in front of an equals sign, to fit the width.

    Code stays code: it is broken inside brackets only, and a comment goes on as a comment.
    """
    comment = text.startswith("# ")
    pieces = text.split(" " if comment else at)
    joint = " " if comment else at
    lines = [pieces[0]]
    for piece in pieces[1:]:
        if len(lines[-1]) + len(joint) + len(piece) <= width:
            lines[-1] += joint + piece
        elif joint == " = ":
            lines.append("= " + piece)
        else:
            lines[-1] += joint.rstrip()
            lines.append(("# " if comment else "    " if joint == ", " else "") + piece)
    return lines
