"""What a person can choose about a convolution as a matrix: all of a convolution but groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from cnnviz_tui.walkthroughs.convolution_fields import FIELDS as CONVOLUTION_FIELDS
from cnnviz_tui.walkthroughs.convolution_setup import ConvolutionSetup
from cnnviz_tui.walkthroughs.matrix import MatrixWalkthrough
from cnnviz_tui.walkthroughs.mechanism import Field, Mechanism, Preset


@dataclass(frozen=True)
class MatrixSetup(ConvolutionSetup):
    """The choices of a convolution, shown as matrices."""

    def build(self) -> MatrixWalkthrough:
        """The walkthrough of this setup."""
        plain = super().build()
        return MatrixWalkthrough(
            plain.input[None],
            plain.weight,
            plain.bias,
            stride=plain.stride,
            padding=plain.padding,
            dilation=plain.dilation,
            meanings=plain.meanings,
            channel_names=plain.channel_names,
        )


FIELDS = cast(
    tuple[Field[MatrixSetup], ...],
    tuple(field for field in CONVOLUTION_FIELDS if field.option != "groups"),
)
"""Every field of a convolution but its groups, which would make several products of one."""


def presets() -> tuple[Preset[MatrixSetup], ...]:
    """From a matrix that one can read to matrices that nobody would store."""
    return (
        _preset(
            "small",
            "a matrix to read",
            "A 3x3 filter on 4x4 numbers: T has 4 rows, one an output, and 16 columns.",
            "numbers",
            size=(4, 4),
        ),
        _preset(
            "padding",
            "with padding",
            "A border of zeros: what meets it has no column in T, and 0 in im2col.",
            "numbers",
            size=(3, 3),
            padding=1,
        ),
        _preset(
            "stride",
            "with stride 2",
            "The weights jump by two columns from row to row.",
            "numbers",
            size=(5, 5),
            stride=(2, 2),
        ),
        _preset(
            "channels",
            "two channels",
            "The picture's slices follow each other in x, the filter's in each row.",
            "numbers",
            size=(3, 3),
            kernel_size=(2, 2),
            channels=2,
            kernel="random",
        ),
        _preset(
            "filters",
            "three filters",
            "T gets as many rows again for each filter; im2col stays as it is.",
            "numbers",
            size=(4, 4),
            filters=3,
        ),
        _preset(
            "letter",
            "a letter",
            "25 rows and 49 columns: the diagonals are the filter's weights.",
            "letter-X",
        ),
        _preset(
            "digit",
            "a digit",
            "676 rows, 784 columns, and hardly any of the numbers is not 0.",
            "digit-7",
        ),
        _preset(
            "layer",
            "32x32x3, ten filters",
            "The lecture's layer: nobody would store this T, im2col is affordable.",
            "picture",
            kernel_size=(5, 5),
            filters=10,
            padding=2,
        ),
    )


def _preset(name: str, title: str, about: str, source: str, **choices: Any) -> Preset[MatrixSetup]:
    return Preset(name, title, about, MatrixSetup.of(source, title=title, **choices))


MATRIX: Mechanism[MatrixSetup] = Mechanism(
    name="matrix",
    title="convolution as a matrix",
    about="The same convolution as a sliding window, a sparse matrix and one matrix of windows.",
    fields=FIELDS,
    presets=presets,
)
