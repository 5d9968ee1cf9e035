"""What can be chosen about the gallery: which filters, of which size, on which picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cnnviz_tui.samples import InputSource, input_named
from cnnviz_tui.walkthroughs.choosing import (
    NO_EDITS,
    check_choice,
    check_range,
    choice_field,
    edits_within,
    input_field,
)
from cnnviz_tui.walkthroughs.gallery import GalleryWalkthrough, Pair
from cnnviz_tui.walkthroughs.gallery_filters import (
    EVEN,
    ODD,
    Filter,
    classic_filters,
    gabor,
    gabor_filters,
    lenet_filters,
)
from cnnviz_tui.walkthroughs.mechanism import (
    CountField,
    Field,
    LengthField,
    Mechanism,
    Preset,
    SetupError,
    ValueField,
)
from cnnviz_tui.walkthroughs.numbers import short

MOST_SIDE = 64
MOST_KERNEL = 15
MOST_FILTERS = 12
BANKS = {
    "classic": "the classic filters of image processing",
    "gabor": "waves under a bell curve, in many directions",
    "lenet": "the first layer of our trained LeNet",
    "cells": "a pair of Gabor filters and their energy: simple and complex cells",
}
_LENET_SIZE = 5
_OPTIONS = {
    "classic": ("filter",),
    "gabor": ("filter", "filters", "wave", "phase"),
    "lenet": (),
    "cells": ("filter", "wave", "angle"),
}
"""What can be changed about each bank."""


@dataclass(frozen=True)
class GallerySetup:
    """A bank of filters on a picture.

    Attributes:
        source: the picture, shown grey.
        bank: a key of `BANKS`.
        size: N, the picture's height and width.
        kernel: F, height and width of a filter; LeNet's are 5x5.
        count: K, how many directions the Gabor filters have.
        wave: λ of Gabor filters in pixels.
        phase: ψ of Gabor filters in degrees; 0 for lines, 90 for edges.
        angle: θ, the direction of the pair of `cells`, in degrees.
        input_edits, weight_edits: single numbers typed over the rest, by (row, column) and by
            (filter, row, column).
        title: what the setup shows, where it has a name.
    """

    source: InputSource
    bank: str = "gabor"
    size: Pair = (20, 20)
    kernel: int = 7
    count: int = 8
    wave: float = 4.0
    phase: float = EVEN
    angle: float = 90.0
    input_edits: Mapping[Pair, float] = field(default_factory=lambda: NO_EDITS)
    weight_edits: Mapping[tuple[int, int, int], float] = field(default_factory=lambda: NO_EDITS)
    title: str = ""

    def __post_init__(self) -> None:
        check_choice("bank of filters", self.bank, BANKS)
        check_range("input size N", self.size, MOST_SIDE, 3)
        check_range("filter size F", (self.kernel,), MOST_KERNEL, 3)
        check_range("number of filters K", (self.count,), MOST_FILTERS)
        if not 2 <= self.wave <= 2 * MOST_KERNEL:
            raise SetupError(f"The wavelength λ must be 2 to {2 * MOST_KERNEL} pixels here.")
        if not (-360 <= self.phase <= 360 and -360 <= self.angle <= 360):
            raise SetupError("Angles must be −360 to 360 degrees.")

    @property
    def options(self) -> tuple[str, ...]:
        """The fields that mean something for the present bank."""
        return ("input", "bank", "size", *_OPTIONS[self.bank])

    @property
    def kernel_size(self) -> int:
        """The size that the filters really have."""
        return _LENET_SIZE if self.bank == "lenet" else self.kernel

    def changed(self, **choices: Any) -> GallerySetup:
        """This setup with other choices; typed numbers stay where their cell still exists.

        Raises:
            SetupError: the choices cannot be; the sentence says why.
        """
        if self.bank == "lenet" and choices.get("kernel", self.kernel) != self.kernel:
            raise SetupError("The filters of LeNet are 5x5: choose another bank to change F.")
        fresh = replace(self, **{"title": "", **choices})
        same = (self.bank, self.kernel_size) == (fresh.bank, fresh.kernel_size)
        return replace(
            fresh,
            input_edits=edits_within(fresh.input_edits, fresh.size),
            weight_edits=fresh.weight_edits if same else NO_EDITS,
        )

    def with_source(self, source: InputSource) -> GallerySetup:
        """Another picture."""
        return self.changed(source=source, input_edits=NO_EDITS)

    def with_input_cell(self, cell: Pair, value: float) -> GallerySetup:
        """One pixel typed by hand."""
        return self.changed(input_edits={**self.input_edits, cell: value})

    def with_weight(self, cell: tuple[int, int, int], value: float) -> GallerySetup:
        """One weight typed by hand."""
        return self.changed(weight_edits={**self.weight_edits, cell: value})

    def _filters(self) -> tuple[Filter, ...]:
        if self.bank == "classic":
            return classic_filters(self.kernel)
        if self.bank == "lenet":
            return lenet_filters()
        if self.bank == "gabor":
            return gabor_filters(self.kernel, self.wave, self.phase, self.count)
        return tuple(
            Filter(name, f"{name} Gabor", "", gabor(self.kernel, self.angle, self.wave, phase))
            for name, phase in (("even", EVEN), ("odd", ODD))
        )

    def build(self) -> GalleryWalkthrough:
        """The walkthrough of this setup."""
        picture = self.source.make(*self.size, 1)[0]
        for at, value in self.input_edits.items():
            picture[at] = value
        filters = []
        for k, each in enumerate(self._filters()):
            weights = each.weights.copy()
            for (which, row, column), value in self.weight_edits.items():
                if which == k:
                    weights[row, column] = value
            filters.append(replace(each, weights=weights))
        return GalleryWalkthrough(
            picture, tuple(filters), energy=self.bank == "cells", formula=self._formula()
        )

    def _formula(self) -> str:
        if self.bank == "classic":
            return "answer = Σ picture · filter, at every place; the border goes on outside"
        if self.bank == "lenet":
            return "learned: 6 filters, (5·5·1 + 1)·6 = 156 parameters, found by gradient descent"
        sigma = short(0.56 * self.wave, 2)
        phase = f" + {self.phase:.0f}°" if self.bank == "gabor" and self.phase else ""
        return f"exp(−(u² + (0.6·v)²)/(2·{sigma}²)) · cos(2π·u/{short(self.wave, 2)}{phase})"


FIELDS: tuple[Field[Any], ...] = (
    input_field(),
    choice_field("", "bank", "bank of filters", "bank", BANKS),
    LengthField("N", "size", "input size", "a number, or height x width such as 20x30", "size"),
    CountField("F", "filter", "filter size", "a number from 3 to 15", "kernel"),
    CountField("K", "filters", "number of directions", "a number from 1 to 12", "count"),
    ValueField("λ", "wave", "wavelength", "pixels from stripe to stripe, 2 to 30", "wave"),
    ValueField("ψ", "phase", "phase", "degrees; 0 for lines, 90 for edges", "phase", pace=45.0),
    ValueField("θ", "angle", "direction", "degrees", "angle", pace=22.5),
)
"""What one can change."""


def presets() -> tuple[Preset[GallerySetup], ...]:
    """Designed, grown and learned filters."""
    picture = input_named("picture")
    return (
        Preset(
            "gabor",
            "eight directions",
            "Gabor filters at eight orientations, beside what LeNet has learned.",
            GallerySetup(input_named("digit-0"), title="eight directions"),
        ),
        Preset(
            "classic",
            "classic filters",
            "Edges, blur, sharpen, emboss: designed by hand, one idea each.",
            GallerySetup(picture, "classic", kernel=3, title="classic filters"),
        ),
        Preset(
            "learned",
            "what LeNet has learned",
            "The six filters of the first layer, and the Gabor filters they are most like.",
            GallerySetup(input_named("digit-4"), "lenet", title="what LeNet has learned"),
        ),
        Preset(
            "cells",
            "simple and complex cells",
            "Two simple cells care where a line lies; the complex cell above them hardly does.",
            GallerySetup(input_named("digit-4"), "cells", title="simple and complex cells"),
        ),
        Preset(
            "edges",
            "edges in eight directions",
            "With a phase of 90° a Gabor filter answers to edges instead of lines.",
            GallerySetup(picture, phase=ODD, title="edges in eight directions"),
        ),
    )


GALLERY: Mechanism[GallerySetup] = Mechanism(
    name="gallery",
    title="gallery of filters",
    about="Classic, Gabor and learned filters, and what each makes of a picture.",
    fields=FIELDS,
    presets=presets,
)
