"""From a layer of a trace to its explorer: the same numbers, or fewer and a sentence on that."""

from __future__ import annotations

from typing import Any

import pytest

from cnnviz_tui.networks.trace import trace
from cnnviz_tui.shapes.notation import parse_lengths
from cnnviz_tui.walkthroughs.traced_layer import LayerSetup, layer_setup


def opened(code: str, size: str, index: int = -1) -> LayerSetup | None:
    """What opens for one layer of a model, the last one unless another is asked for."""
    source = code
    if "nn." in code:
        source = f"from torch import nn\nmodel = nn.Sequential({code})\n"
    result = trace(source, [parse_lengths(size)])
    assert result.ok
    return layer_setup(result, index % len(result.layers))


def setup_of(code: str, size: str, index: int = -1) -> Any:
    found = opened(code, size, index)
    assert found is not None
    assert not found.less
    return found.setup


def test_a_convolution_opens_with_exactly_its_numbers() -> None:
    code = "nn.Conv2d(4, 6, (3, 5), stride=(1, 2), padding=(1, 2), dilation=(2, 1), groups=2)"
    found = opened(code, "4x20x16")
    assert found is not None
    assert (found.mechanism, found.less) == ("conv", "")
    setup = found.setup
    assert (setup.size, setup.kernel_size, setup.stride) == ((20, 16), (3, 5), (1, 2))
    assert (setup.padding, setup.dilation, setup.groups) == ((1, 2), (2, 1), 2)
    assert (setup.channels, setup.filters, setup.bias) == (4, 6, 0.0)
    walkthrough = setup.build()
    assert walkthrough.map_size == (18, 8)
    assert setup.title == "0"


def test_a_layer_without_bias_has_none() -> None:
    assert setup_of("nn.Conv2d(1, 2, 3, bias=False)", "1x9x9").bias is None


def test_same_padding_stays_a_word() -> None:
    setup = setup_of('nn.Conv2d(1, 2, 4, padding="same")', "1x9x9")
    assert setup.build().map_size == (9, 9)


def test_a_sequence_is_a_picture_of_one_row() -> None:
    setup = setup_of("nn.Conv1d(3, 4, 5, padding=2, dilation=2)", "3x40")
    assert (setup.size, setup.kernel_size, setup.dilation) == ((1, 40), (1, 5), (1, 2))
    assert setup.build().map_size == (1, 36)


@pytest.mark.parametrize(
    ("code", "size", "less", "numbers"),
    [
        (
            "conv 512 3 pad=1",
            "256x14x14",
            "64 of 256 channels, 64 of 512 filters",
            (64, 64, 1),
        ),
        (
            "nn.Conv2d(256, 512, 3, groups=128)",
            "256x8x8",
            "32 of 256 channels, 64 of 512 filters, 16 of 128 groups",
            (32, 64, 16),
        ),
        ("conv 64 3 pad=1", "64x224x224", "16 of 64 filters", (64, 16, 1)),
    ],
)
def test_more_than_the_explorer_shows_is_left_out_and_said(
    code: str, size: str, less: str, numbers: tuple[int, int, int]
) -> None:
    found = opened(code, size)
    assert found is not None
    assert found.less == f"Shown with {less}, as much as fits here."
    setup = found.setup
    assert (setup.channels, setup.filters, setup.groups) == numbers


def test_pooling_keeps_window_stride_padding_and_rounding() -> None:
    setup = setup_of("nn.MaxPool2d(3, 2, padding=1, ceil_mode=True)", "4x15x15")
    assert (setup.kind, setup.kernel_size, setup.stride) == ("max", (3, 3), (2, 2))
    assert (setup.padding, setup.rounding) == (1, "ceil")
    assert setup.build().map_size == (8, 8)
    assert setup_of("nn.AvgPool2d(2)", "4x8x8").kind == "average"
    assert setup_of("nn.AdaptiveAvgPool2d((2, 3))", "4x8x9").output_size == (2, 3)


def test_a_large_picture_is_pooled_in_part() -> None:
    found = opened("maxpool 2", "64x112x112")
    assert found is not None
    assert found.less == (
        "Shown with 64 of 112 rows, 64 of 112 columns, 8 of 64 channels, as much as fits here."
    )


def test_a_transposed_convolution_opens_in_its_own_explorer() -> None:
    found = opened("nn.ConvTranspose2d(1, 1, 4, stride=2, padding=1)", "1x5x5")
    assert found is not None
    assert (found.mechanism, found.less) == ("transposed", "")
    assert found.setup.layer.output(1, (5, 5)) == (1, (10, 10))


def test_a_dense_layer_sees_the_volume_that_was_flattened() -> None:
    found = opened("conv 16 5 | maxpool 2 | flatten | linear 120", "6x14x14")
    assert found is not None
    setup = found.setup
    assert found.mechanism == "dense"
    assert (setup.channels, setup.size, setup.units) == (16, (5, 5), 120)
    setup.build()


def test_a_vector_is_spread_out_over_as_few_rows_as_can_be() -> None:
    assert setup_of("linear 10", "120").size == (1, 120)
    assert setup_of("linear 10", "1000").size == (8, 125)


@pytest.mark.parametrize(
    ("code", "size"),
    [
        ("nn.ReLU()", "3x4x4"),
        ("nn.Flatten()", "3x4x4"),
        ("nn.MaxPool2d(2, dilation=2)", "3x9x9"),
        ("nn.Conv3d(1, 2, 3)", "1x5x5x5"),
        ("nn.Linear(4, 5)", "3x4x4"),
        ("nn.Conv2d(1, 1, 40)", "1x50x50"),
    ],
)
def test_what_no_explorer_shows_opens_none(code: str, size: str) -> None:
    assert opened(code, size) is None
