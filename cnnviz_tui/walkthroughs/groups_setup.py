"""What a person can choose about groups, and how that becomes a walkthrough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import gcd
from typing import Any

from cnnviz_tui.samples import (
    InputSource,
    bank,
    input_named,
    kernel_named,
    weights_of,
)
from cnnviz_tui.walkthroughs.choosing import (
    LENGTH_HINT,
    NO_EDITS,
    check_range,
    edits_within,
    input_field,
    kernel_field,
)
from cnnviz_tui.walkthroughs.groups import GroupsWalkthrough, Pair
from cnnviz_tui.walkthroughs.mechanism import (
    CountField,
    DivisorField,
    Field,
    LengthField,
    Mechanism,
    Preset,
    SetupError,
)

Cell3 = tuple[int, int, int]
Cell4 = tuple[int, int, int, int]

MOST_SIDE = 16
MOST_MAPS = 16
MOST_KERNEL = 7


@dataclass(frozen=True)
class GroupsSetup:
    """Everything that can be chosen about a grouped convolution and the 1x1 layer after it.

    Attributes:
        source: where the input's numbers come from.
        kernel: the name of the first filter.
        size: N, height and width of slices and maps.
        channels: C.
        filters: K.
        groups: G.
        kernel_size: F.
        mixed: E, the filters of the pointwise layer; 0 for none.
        input_edits, weight_edits, mixing_edits: single numbers that the person typed, by (slice,
            row, column), (filter, slice of its group, row, column) and (1x1 filter, map).
        title: what the setup shows, where it has a name.
    """

    source: InputSource
    kernel: str = "sobel-x"
    size: Pair = (6, 6)
    channels: int = 4
    filters: int = 4
    groups: int = 1
    kernel_size: Pair = (3, 3)
    mixed: int = 4
    input_edits: Mapping[Cell3, float] = field(default_factory=lambda: NO_EDITS)
    weight_edits: Mapping[Cell4, float] = field(default_factory=lambda: NO_EDITS)
    mixing_edits: Mapping[Pair, float] = field(default_factory=lambda: NO_EDITS)
    title: str = ""

    def __post_init__(self) -> None:
        check_range("map size N", self.size, MOST_SIDE)
        check_range("filter size F", self.kernel_size, MOST_KERNEL)
        check_range("number of slices C", (self.channels,), MOST_MAPS)
        check_range("number of filters K", (self.filters,), MOST_MAPS)
        check_range("number of 1x1 filters E", (self.mixed,), MOST_MAPS, 0)
        kernel_named(self.kernel)
        common = gcd(self.channels, self.filters)
        if self.groups < 1 or common % self.groups:
            choices = [str(g) for g in range(1, common + 1) if common % g == 0]
            raise SetupError(
                f"{self.groups} groups cannot share C = {self.channels} slices and "
                f"K = {self.filters} filters equally: take {' or '.join(choices)}."
            )

    @classmethod
    def of(cls, source: str, **choices: Any) -> GroupsSetup:
        """A setup for an input called `source`, with other choices as given.

        Raises:
            ValueError: no such input, or a `SetupError` for choices that cannot be.
        """
        return cls(source=input_named(source), **choices)

    def changed(self, **choices: Any) -> GroupsSetup:
        """This setup with other choices; typed numbers stay wherever their cell still exists.

        Raises:
            SetupError: the choices cannot be; the sentence says why and what can.
        """
        fresh = replace(self, **{"title": "", **choices})
        reads = fresh.channels // fresh.groups
        return replace(
            fresh,
            input_edits=edits_within(fresh.input_edits, (fresh.channels, *fresh.size)),
            weight_edits=edits_within(
                fresh.weight_edits, (fresh.filters, reads, *fresh.kernel_size)
            ),
            mixing_edits=edits_within(fresh.mixing_edits, (fresh.mixed, fresh.filters)),
        )

    def with_source(self, source: InputSource) -> GroupsSetup:
        """Another input in the present size and with as many slices."""
        return self.changed(source=source, input_edits={})

    def with_kernel(self, name: str) -> GroupsSetup:
        """Other filters, beginning with the one called `name`."""
        return self.changed(kernel=kernel_named(name).name, weight_edits={})

    def with_next_groups(self) -> GroupsSetup:
        """The next number of groups that divides slices and filters; after the last, one."""
        common = gcd(self.channels, self.filters)
        larger = (g for g in range(self.groups + 1, common + 1) if common % g == 0)
        return self.changed(groups=next(larger, 1))

    def with_input_cell(self, cell: Cell3, value: float) -> GroupsSetup:
        """One number of the input typed by hand."""
        return self.changed(input_edits={**self.input_edits, cell: value})

    def with_weight(self, cell: Cell4, value: float) -> GroupsSetup:
        """One weight of the grouped layer typed by hand."""
        return self.changed(weight_edits={**self.weight_edits, cell: value})

    def with_mixing(self, cell: Pair, value: float) -> GroupsSetup:
        """One weight of the pointwise layer typed by hand."""
        return self.changed(mixing_edits={**self.mixing_edits, cell: value})

    def build(self) -> GroupsWalkthrough:
        """The walkthrough of this setup."""
        slices = self.source.make(*self.size, self.channels)
        for cell, value in self.input_edits.items():
            slices[cell] = value
        weight = weights_of(
            bank(self.kernel, self.filters), self.channels // self.groups, *self.kernel_size, 0
        )
        for where, value in self.weight_edits.items():
            weight[where] = value
        pointwise = None
        if self.mixed:
            kernels = (kernel_named("random"),) * self.mixed
            pointwise = weights_of(kernels, self.filters, 1, 1, 5)
            for (m, k), value in self.mixing_edits.items():
                pointwise[m, k, 0, 0] = value
        return GroupsWalkthrough(slices[None], weight, self.groups, pointwise)


FIELDS: tuple[Field[GroupsSetup], ...] = (
    input_field(),
    kernel_field(),
    LengthField("N", "size", "map size", LENGTH_HINT, "size"),
    LengthField("F", "filter", "filter size", LENGTH_HINT, "kernel_size"),
    CountField("C", "channels", "number of slices", "a whole number", "channels", "groups"),
    CountField("K", "filters", "number of filters", "a whole number", "filters", "groups"),
    DivisorField(
        "G",
        "groups",
        "number of groups",
        "a number that divides both C and K",
        "groups",
        of=("channels", "filters"),
    ),
    CountField("E", "pointwise", "number of 1x1 filters", "a whole number", "mixed", least=0),
)
"""What one can change; C and K come before the groups that must divide them."""


def _preset(name: str, title: str, about: str, source: str, **choices: Any) -> Preset[GroupsSetup]:
    return Preset(name, title, about, GroupsSetup.of(source, title=title, **choices))


def presets() -> tuple[Preset[GroupsSetup], ...]:
    """From full through grouped to depthwise, and what it saves."""
    return (
        _preset(
            "full",
            "everyone reads everyone",
            "One group: each filter reads all four slices.",
            "shape-square",
        ),
        _preset(
            "grouped",
            "two groups",
            "Each filter reads the two slices of its own group: half the weights.",
            "shape-square",
            groups=2,
        ),
        _preset(
            "depthwise",
            "depthwise and pointwise",
            "Each filter reads one slice, then 1x1 filters mix: a separable convolution.",
            "shape-square",
            groups=4,
        ),
        _preset(
            "two-each",
            "two filters a slice",
            "Depthwise with K = 2C: each slice is read by two filters, each by its own.",
            "letter-A",
            channels=3,
            filters=6,
            groups=3,
            mixed=3,
        ),
        _preset(
            "eight",
            "eight slices",
            "The more maps, the more is saved: 136 parameters instead of 576.",
            "numbers",
            size=(4, 4),
            channels=8,
            filters=8,
            groups=8,
            mixed=8,
        ),
    )


GROUPS: Mechanism[GroupsSetup] = Mechanism(
    name="groups",
    title="groups",
    about="Filters that read some slices only, from full through grouped to depthwise.",
    fields=FIELDS,
    presets=presets,
)
