"""Who reads whom: a convolution in groups, from full to depthwise, and the 1x1 layer that mixes.

One step a map: first each filter of the grouped layer, which reads only the slices of its own
group, then each filter of the pointwise layer, which reads one number of every map. Depthwise and
pointwise together are the separable convolution of MobileNet (Howard et al., arXiv 1704.04861).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.shapes.formulas import parameter_formula
from cnnviz_tui.shapes.layers import Convolution
from cnnviz_tui.walkthroughs.base import Line, Step, Walkthrough
from cnnviz_tui.walkthroughs.convolution import ConvolutionStep, ConvolutionWalkthrough
from cnnviz_tui.walkthroughs.groups_text import caption_of, formulas_of

Array = NDArray[np.float32]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a layer costs.

    Attributes:
        name: which layer it is.
        formula: its parameters as a product that explains itself.
        parameters, macs: the numbers.
        present: whether it is the layer that is walked through.
    """

    name: str
    formula: str
    parameters: int
    macs: int
    present: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsStep(Step):
    """One map and what it is made of.

    Attributes:
        pointwise: whether it is a map of the 1x1 layer.
        map: its number in its layer, from 0.
        reads: the slices, or the maps of the grouped layer, that its filter reads.
        number: one number of the map as a step of its convolution, for its sum.
        walkthrough: what the step belongs to.
    """

    pointwise: bool
    map: int
    reads: range
    number: ConvolutionStep
    walkthrough: GroupsWalkthrough = field(repr=False)

    @property
    def sums(self) -> tuple[Line, ...]:
        """The sum of one number of the map."""
        return self.number.sums

    @property
    def data(self) -> Mapping[str, object]:
        """The step as plain values, for `--json`."""
        walkthrough = self.walkthrough
        maps = walkthrough.mixing.output if self.pointwise and walkthrough.mixing else (
            walkthrough.grouped.output
        )  # fmt: skip
        return {
            "step": self.index,
            "layer": "pointwise" if self.pointwise else "grouped",
            "map": self.map,
            "group": None if self.pointwise else walkthrough.group_of(self.map),
            "reads": list(self.reads),
            "values": maps[self.map].tolist(),
            "caption": self.caption,
        }


class GroupsWalkthrough(Walkthrough[GroupsStep]):
    """A convolution in groups and, if there is one, the pointwise layer after it.

    Args:
        input: float32 (1, C, H, W).
        weight: float32 (K, C / groups, F, F); the size is kept by padding.
        groups: into how many parts slices and filters are split.
        pointwise: float32 (E, K, 1, 1), the weights of the 1x1 layer, or None.

    Raises:
        ValueError: the arrays do not belong together.
    """

    def __init__(
        self,
        input: Array,  # noqa: A002 - the name in torch.nn.functional, which `ops` follows
        weight: Array,
        groups: int,
        pointwise: Array | None = None,
    ) -> None:
        self.grouped = ConvolutionWalkthrough(input, weight, padding="same", groups=groups)
        self.groups = groups
        self.mixing: ConvolutionWalkthrough | None = None
        if pointwise is not None:
            names = tuple(f"map {k + 1}" for k in range(self.grouped.filters))
            maps = self.grouped.output[None]
            self.mixing = ConvolutionWalkthrough(maps, pointwise, channel_names=names)

    @property
    def channels(self) -> int:
        """C, the number of slices."""
        return self.grouped.channels

    @property
    def filters(self) -> int:
        """K, the number of filters of the grouped layer."""
        return self.grouped.filters

    @property
    def mixed(self) -> int:
        """E, the number of maps of the pointwise layer; 0 where there is none."""
        return self.mixing.filters if self.mixing else 0

    @property
    def title(self) -> str:
        """What is being walked through."""
        return "groups of a convolution"

    @property
    def formulas(self) -> tuple[Line, ...]:
        """How many slices each filter reads, and what that makes of the parameters."""
        return formulas_of(self)

    def __len__(self) -> int:
        return self.filters + self.mixed

    def group_of(self, k: int) -> int:
        """The group to which filter `k` belongs, from 0."""
        return k // (self.filters // self.groups)

    def readers_of(self, c: int) -> range:
        """The filters that read slice `c`."""
        group = c // (self.channels // self.groups)
        size = self.filters // self.groups
        return range(group * size, (group + 1) * size)

    def step(self, index: int) -> GroupsStep:
        """The map with number `index`, those of the grouped layer first."""
        height, width = self.grouped.map_size
        return self.step_at(index, height // 2, width // 2)

    def step_at(self, index: int, row: int, column: int) -> GroupsStep:
        """The map with number `index`, and the sum of its number at (row, column)."""
        pointwise = index >= self.filters
        k = index - self.filters if pointwise else index
        layer = self.mixing if pointwise and self.mixing else self.grouped
        number = layer.step(layer.index_of(k, row, column))
        step = GroupsStep(
            index=index,
            caption="",
            pointwise=pointwise,
            map=k,
            reads=number.channels,
            number=number,
            walkthrough=self,
        )
        object.__setattr__(step, "caption", caption_of(self, step))
        return step

    @cached_property
    def connections(self) -> Array:
        """The number of the group, from 1, where filter k reads slice c, else 0: (K, C)."""
        table = np.zeros((self.filters, self.channels), dtype=np.float32)
        for k in range(self.filters):
            table[k, list(self.grouped.channels_of(k))] = self.group_of(k) + 1
        return table

    @cached_property
    def costs(self) -> tuple[Cost, ...]:
        """A full layer, the present grouping, the depthwise one; with the 1x1 layer, the sum."""
        present = self.grouped.layer
        found = [self._cost("full, G = 1", 1)]
        if 1 < self.groups < self.channels:
            found.append(self._cost(f"grouped, G = {self.groups}", self.groups))
        if self.filters % self.channels == 0 and self.channels > 1:
            found.append(self._cost(f"depthwise, G = {self.channels}", self.channels))
        if self.mixing is None:
            return tuple(found)
        mixing = self.mixing.layer
        sizes = self.grouped.map_size
        pointwise = Cost(
            "pointwise, 1x1", parameter_formula(mixing), mixing.parameters, mixing.macs(sizes)
        )
        parameters = present.parameters + pointwise.parameters
        total = Cost(
            f"G = {self.groups} and 1x1",
            f"{present.parameters:,} + {pointwise.parameters:,} = {parameters:,}",
            parameters,
            present.macs(sizes) + pointwise.macs,
        )
        return (*found, pointwise, total)

    def _cost(self, name: str, groups: int) -> Cost:
        layer = Convolution(
            self.channels,
            self.filters,
            self.grouped.kernel_size,
            padding="same",
            groups=groups,
            bias=False,
        )
        return Cost(
            name,
            parameter_formula(layer),
            layer.parameters,
            layer.macs(self.grouped.map_size),
            groups == self.groups,
        )
