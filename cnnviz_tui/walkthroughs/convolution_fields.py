"""The numbers and choices of a convolution that one can change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz_tui.samples import ImageFileError, input_from_file
from cnnviz_tui.walkthroughs.choosing import input_field, kernel_field
from cnnviz_tui.walkthroughs.mechanism import (
    CountField,
    DivisorField,
    Field,
    LengthField,
    PaddingField,
    SetupError,
    ValueField,
)

if TYPE_CHECKING:
    from cnnviz_tui.walkthroughs.convolution_setup import ConvolutionSetup


@dataclass(frozen=True, slots=True)
class BiasField(ValueField["ConvolutionSetup"]):
    """The bias of all filters, or none; `own` where filters have numbers of their own."""

    def text(self, setup: ConvolutionSetup) -> str:
        """The number, `off` or `own`."""
        # Without arguments, super() does not find its class in a dataclass with slots.
        return "own" if setup.bias_edits else ValueField.text(self, setup)

    def typed(self, setup: ConvolutionSetup, text: str) -> ConvolutionSetup:
        """Read a number, `on` or `off`; it replaces single biases that were typed."""
        return ValueField.typed(self, setup.changed(bias_edits={}), text)

    def candidates(self, setup: ConvolutionSetup, direction: int) -> Iterator[ConvolutionSetup]:
        """One up or down for all filters."""
        return ValueField.candidates(self, setup.changed(bias_edits={}), direction)


@dataclass(frozen=True, slots=True)
class ImageField(Field[Any]):
    """A picture of the person's own, by the path of its file, for setups with a `source`."""

    def text(self, setup: Any) -> str:
        """The file's name, where the input is one."""
        return setup.source.title if setup.source.name.startswith("file:") else ""

    def typed(self, setup: Any, text: str) -> Any:
        """Read the picture."""
        try:
            return setup.with_source(input_from_file(Path(text).expanduser()))
        except ImageFileError as error:
            raise SetupError(f"{error}.") from error


FIELDS: tuple[Field[ConvolutionSetup], ...] = (
    input_field(),
    ImageField("", "image", "picture", "the path of a PNG, JPEG, GIF, BMP or WebP file"),
    kernel_field(),
    LengthField("N", "size", "input size", "a number, or height x width such as 7x9", "size"),
    LengthField(
        "F", "filter", "filter size", "a number, or height x width such as 3x5", "kernel_size"
    ),
    LengthField("S", "stride", "stride", "a number, or down x across such as 2x1", "stride"),
    PaddingField("P", "padding", "padding", "a number, 1x2, top,bottom,left,right, same or valid"),
    LengthField("D", "dilation", "dilation", "a number, or down x across such as 2x1", "dilation"),
    CountField("K", "filters", "number of filters", "a whole number", "filters", "groups"),
    CountField("C", "channels", "number of channels", "a whole number", "channels", "groups"),
    DivisorField(
        "G",
        "groups",
        "number of groups",
        "a number that divides both C and K",
        "groups",
        of=("channels", "filters"),
    ),
    BiasField("b", "bias", "bias", "a number, on or off", "bias", optional=True),
)
"""What one can change; C and K come before the groups that must divide them."""
