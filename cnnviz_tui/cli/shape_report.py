"""What ``cnnviz compute-shape`` answers, as an object for scripts and as text for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz_tui.cli.columns import code_row, row
from cnnviz_tui.frozen import Frozen
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
from cnnviz_tui.shapes.layers import (
    BYTES_PER_NUMBER,
    AdaptivePooling,
    AnyAxis,
    Convolution,
    Pooling,
    TransposedConvolution,
)
from cnnviz_tui.shapes.notation import format_lengths
from cnnviz_tui.shapes.snippets import Snippable, keras_line, torch_line

if TYPE_CHECKING:
    from cnnviz_tui.shapes.inverse import Choice


class Report(Frozen):
    """One layer, one input, and everything there is to say about them.

    Args:
        op: the operation as the command line calls it.
        layer: the layer.
        channels: C of the input.
        sizes: the spatial sizes of the input.
        input: the input as it was written.
        output: the output, written like the input.
        wanted: the spatial sizes that --want asked for, if it did.
        choices: the paddings and strides that give them, the best first.
    """

    op: str
    layer: Snippable
    channels: int
    sizes: tuple[int, ...]
    input: tuple[int, ...]
    output: tuple[int, ...]
    wanted: tuple[int, ...] | None = None
    choices: tuple[Choice, ...] = ()

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
        from cnnviz_tui.shapes.inverse import fitting_neighbours

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
        unvisited = [axis.unvisited for axis in self.sliding]
        if not any(unvisited) and self.wanted is None and self.fits:
            return {**answer, "unvisited": unvisited}
        from cnnviz_tui.cli.shape_choices import choice_json, stretches

        answer["unvisited"] = [stretches(positions) for positions in unvisited]
        if not self.fits:
            answer["nearby"] = [choice_json(choice) for choice in self.neighbours]
        if self.wanted is not None:
            answer["want"] = [choice_json(choice) for choice in self.choices]
        return answer


def largest_padding(layer: Snippable) -> tuple[int, ...] | None:
    """Return the padding that the layer takes at most on each axis, None if there is no limit."""
    return tuple(size // 2 for size in layer.window) if isinstance(layer, Pooling) else None


def text_report(report: Report) -> str:
    """Return the answer for people: aligned plain text, at most 80 columns wide."""
    blocks = [_headline(report), _costs(report), _code(report)]
    axes = report.sliding
    unvisited = any(axis.unvisited for axis in axes)
    if unvisited or report.wanted is not None or not report.fits:
        # Most layers fit, and few people ask for more.
        from cnnviz_tui.cli.shape_choices import misfit, unvisited_text, wanted_choices

        if not report.fits:
            blocks.insert(1, misfit(axes, report.neighbours))
        elif unvisited:
            blocks.insert(1, row("never visited", unvisited_text(axes)))
        if report.wanted is not None:
            blocks.append(wanted_choices(report.wanted, report.choices))
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
        lines += row(label, size_symbols(axis), size_formula(axis) + mark)
        note = padding_note(axis)
        if note:
            lines += row("", note)
    return lines


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
        *row("parameters", parameters),
        *row("MACs", *work),
        *row("memory", f"{numbers} · {BYTES_PER_NUMBER} bytes = {memory:,} bytes (float32)"),
    ]


def _code(report: Report) -> list[str]:
    """Return the layer as code to paste."""
    return [
        *code_row("PyTorch", torch_line(report.layer, report.sizes)),
        *code_row("Keras", keras_line(report.layer, report.sizes)),
    ]


def _counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
