"""The receptive field: one layer more a step, and one unit sees more of the picture.

A last step compares the stack with another one that sees as much, where there is one: the reason
why deep networks stack small filters (Simonyan and Zisserman, "Very Deep Convolutional Networks
for Large-Scale Image Recognition", 2014, section 2.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.receptive import ReceptiveField, receptive_field
from cnnviz_tui.walkthroughs.base import Line, Step, Walkthrough
from cnnviz_tui.walkthroughs.field_stack import StackLayer
from cnnviz_tui.walkthroughs.field_text import caption_of, formulas_of, sums_of

Array = NDArray[np.float32]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldStep(Step):
    """What one unit sees after some layers.

    Attributes:
        layers: how many layers lie between the picture and the unit; 0 for a pixel itself.
        compares: whether this is the comparison with the other stack.
        seen: size, jump and start of what units of that layer see, along one axis.
        unit: (row, column) of the unit in its layer.
        rows, columns: the pixels that it sees; outside of the picture is padding.
        walkthrough: what the step belongs to.
    """

    layers: int
    compares: bool
    seen: ReceptiveField
    unit: Pair
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    walkthrough: FieldWalkthrough = field(repr=False)

    @property
    def sums(self) -> tuple[Line, ...]:
        """How the layer changes size and jump; the parameters of both stacks."""
        return sums_of(self)

    @property
    def data(self) -> Mapping[str, object]:
        """The step as plain values, for `--json`."""
        walkthrough = self.walkthrough
        return {
            "step": self.index,
            "layers": self.layers,
            "layer": walkthrough.stack[self.layers - 1].typed if self.layers else "input",
            "size": self.seen.size,
            "jump": self.seen.jump,
            "start": self.seen.start,
            "unit": list(self.unit),
            "rows": list(self.rows),
            "columns": list(self.columns),
            "parameters": sum(
                layer.parameters(walkthrough.channels) for layer in walkthrough.stack[: self.layers]
            ),
            "caption": self.caption,
        }


class FieldWalkthrough(Walkthrough[FieldStep]):
    """One unit's receptive field through a stack of layers.

    Args:
        picture: what the first layer sees, float32 (channels, height, width).
        stack: the layers, the first one first.
        rival: another stack to compare with; empty for none.
        channels: C, of every layer in and out, for counting parameters.
        same: whether convolutions are padded so that their output keeps the size.
        unit: (row, column) of the unit in the last layer, clamped; None for the middle.

    A stack that does not fit makes a walkthrough of no steps, whose `problem` says why.
    """

    def __init__(
        self,
        picture: Array,
        stack: tuple[StackLayer, ...],
        rival: tuple[StackLayer, ...] = (),
        *,
        channels: int = 64,
        same: bool = True,
        unit: Pair | None = None,
    ) -> None:
        self.picture = picture
        self.stack = stack
        self.rival = rival
        self.channels = channels
        self.same = same
        self._problem = ""
        self.axes: tuple[tuple[Axis, ...], tuple[Axis, ...]] = ((), ())
        """The windows' ways down and across, layer by layer."""
        try:
            rows, columns = (_axes(stack, size, same=same) for size in picture.shape[1:])
            self.axes = rows, columns
            self.fields: tuple[ReceptiveField, ...] = tuple(
                receptive_field(rows[:k]) for k in range(len(rows) + 1)
            )
        except ShapeError as error:
            self._problem = str(error)
            self.fields = (ReceptiveField(),)
        height, width = self.map_size(len(stack)) if not self._problem else (1, 1)
        row, column = unit if unit is not None else (height // 2, width // 2)
        self.unit: Pair = min(max(row, 0), height - 1), min(max(column, 0), width - 1)

    @property
    def title(self) -> str:
        """What is being walked through."""
        return "receptive field"

    @property
    def problem(self) -> str:
        """Why the stack does not fit; empty when it does."""
        return self._problem

    @property
    def formulas(self) -> tuple[Line, ...]:
        """The size of the field as a sum over the layers, and the parameters."""
        return formulas_of(self)

    def map_size(self, layers: int) -> Pair:
        """(height, width) of the map after so many layers."""
        if layers == 0:
            return int(self.picture.shape[1]), int(self.picture.shape[2])
        return self.axes[0][layers - 1].output, self.axes[1][layers - 1].output

    def __len__(self) -> int:
        return 0 if self._problem else len(self.stack) + 1 + bool(self.rival)

    def step(self, index: int) -> FieldStep:
        """What the unit sees after `index` layers; the comparison after the last."""
        layers = min(index, len(self.stack))
        unit = self.unit_at(layers)
        found = self.fields[layers]
        step = FieldStep(
            index=index,
            caption="",
            layers=layers,
            compares=index > len(self.stack),
            seen=found,
            unit=unit,
            rows=tuple(found.positions(unit[0])),
            columns=tuple(found.positions(unit[1])),
            walkthrough=self,
        )
        object.__setattr__(step, "caption", caption_of(step))
        return step

    def unit_at(self, layers: int) -> Pair:
        """The unit in the middle of what the last layer's unit reads, after so many layers."""
        row, column = (
            _middle_below(axes, place, layers)
            for axes, place in zip(self.axes, self.unit, strict=True)
        )
        return row, column

    def feeding(self, layers: int, below: int, axis: int = 1) -> tuple[int, ...]:
        """The positions of layer `below` that the unit after `layers` layers depends on.

        Positions outside of the layer's map are padding. `axis` is 0 for down, 1 for across.
        """
        positions = {self.unit_at(layers)[axis]}
        for each in reversed(self.axes[axis][below:layers]):
            outside = {p for p in positions if not 0 <= p < each.output}
            positions = {tap for p in positions - outside for tap in each.taps(p)}
        return tuple(sorted(positions))

    def unit_near(self, row: int, column: int) -> Pair:
        """The unit of the last layer whose field has its centre next to a pixel."""
        found = self.fields[-1]
        middle = found.start + (found.size - 1) / 2
        near_row, near_column = (
            min(max(round((place - middle) / found.jump), 0), most - 1)
            for place, most in zip((row, column), self.map_size(len(self.stack)), strict=True)
        )
        return near_row, near_column

    def seen_by(self, pixel: int, axis: int, layers: int) -> int:
        """How many positions of one axis, after so many layers, see a pixel."""
        found = self.fields[layers]
        size = self.map_size(layers)[axis]
        first = -((found.start + found.size - 1 - pixel) // found.jump)
        last = (pixel - found.start) // found.jump
        return max(0, min(last, size - 1) - max(first, 0) + 1)

    @property
    def rival_field(self) -> ReceptiveField:
        """What a unit behind the other stack sees, whatever the size of the picture."""
        roomy = 4 * MOST_SEEN
        return receptive_field(_axes(self.rival, roomy, same=True))


MOST_SEEN = 4096
"""More than any stack that can be typed sees."""


def _axes(stack: tuple[StackLayer, ...], size: int, *, same: bool) -> tuple[Axis, ...]:
    axes: list[Axis] = []
    for number, layer in enumerate(stack, start=1):
        try:
            axes.append(layer.axis(axes[-1].output if axes else size, same=same))
        except ShapeError as error:
            raise ShapeError(f"Layer {number}, {layer.title}: {error}") from error
    return tuple(axes)


def _middle_below(axes: tuple[Axis, ...], place: int, layers: int) -> int:
    """Go from a position after all layers down to one after `layers`, by middle taps."""
    for axis in reversed(axes[layers:]):
        taps = axis.taps(place)
        place = min(max(taps[len(taps) // 2], 0), axis.size - 1)
    return place
