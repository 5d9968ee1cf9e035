"""A setup is changed into another setup or refused in one sentence; typed numbers survive."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cnnviz_tui.samples import INPUTS, KERNELS, input_named
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.walkthroughs.base import text_of
from cnnviz_tui.walkthroughs.convolution_setup import CONVOLUTION, ConvolutionSetup
from cnnviz_tui.walkthroughs.mechanism import SetupError
from tests.walkthroughs.convolutions import PRESETS, SETUPS


def setup(name: str = "no-padding-no-strides") -> ConvolutionSetup:
    """The setup of a preset."""
    return SETUPS[name]


def refused(base: ConvolutionSetup, **choices: Any) -> str:
    """The sentence with which a change is refused."""
    with pytest.raises(ShapeError) as caught:
        base.changed(**choices)
    text = str(caught.value)
    assert text
    assert "\n" not in text
    return text


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_walked_through(name: str) -> None:
    walkthrough = setup(name).build()
    assert not walkthrough.problem
    assert len(walkthrough) == walkthrough.output.size
    for index in (0, len(walkthrough) // 2, -1):
        step = walkthrough[index]
        assert step.value == pytest.approx(float(walkthrough.output[step.output]), abs=1e-4)


@pytest.mark.parametrize(
    ("name", "size", "parameters"),
    [
        ("digit", (1, 26, 26), 10),
        ("no-padding-no-strides", (1, 5, 5), 10),
        ("no-padding-strides", (1, 3, 3), 10),
        ("padding-no-strides", (1, 7, 7), 10),
        ("padding-strides", (1, 4, 4), 10),
        ("does-not-fit", (1, 2, 2), 10),
        ("depth", (2, 3, 3), 56),
        ("colour", (6, 28, 28), 456),
        ("parameters", (10, 32, 32), 760),
        ("dilated", (1, 5, 5), 10),
        ("dilated-1d", (1, 1, 5), 4),
        ("causal-1d", (1, 1, 9), 4),
        ("depthwise", (3, 14, 14), 30),
    ],
)
def test_presets_have_the_numbers_of_the_lecture(
    name: str, size: tuple[int, int, int], parameters: int
) -> None:
    walkthrough = setup(name).build()
    assert walkthrough.output.shape == size
    assert walkthrough.layer.parameters == parameters


def test_all_presets_have_been_given_numbers() -> None:
    assert len(PRESETS) == 13
    assert len(set(PRESETS)) == 13


def test_a_causal_convolution_reads_nothing_later_than_its_output() -> None:
    for step in setup("causal-1d").build():
        assert max(step.columns) == step.output[2]


def test_a_dilated_filter_in_one_dimension_leaves_gaps() -> None:
    assert setup("dilated-1d").build()[4].columns == (4, 6, 8)


def test_seven_by_three_with_stride_three_is_seven_thirds_and_loses_a_border() -> None:
    walkthrough = setup("does-not-fit").build()
    formula = text_of(walkthrough.formulas[0])
    assert "⌊(7 − 3)/3 + 1⌋ = ⌊7/3⌋ = 2 ✗" in formula
    assert walkthrough.unvisited == ((6,), (6,))


def test_the_formulas_tell_size_parameters_and_products() -> None:
    size, costs = map(text_of, setup("parameters").build().formulas)
    assert "(N − F + 2P)/S + 1 = (32 − 5 + 2·2)/1 + 1 = 32 ✓" in size
    assert "(5·5·3 + 1)·10 = 760" in costs
    assert "750 · 32·32 = 768,000" in costs


def test_down_and_across_are_told_apart_where_they_differ() -> None:
    formulas = [text_of(f) for f in setup().changed(kernel_size=(3, 5)).build().formulas]
    assert [formula.split()[0] for formula in formulas] == ["down", "across", "parameters"]
    assert "= 5 ✓" in formulas[0]
    assert "= 3 ✓" in formulas[1]


def test_an_unknown_preset_is_one_sentence_that_lists_the_choices() -> None:
    with pytest.raises(SetupError, match="no example “nothing”") as caught:
        CONVOLUTION.preset("nothing")
    assert all(name in str(caught.value) for name in PRESETS)


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"size": (0, 7)}, "The input size N must be 1 to 1024 here, not 0"),
        ({"size": (7, 1025)}, "The input size N must be 1 to 1024 here, not 1025"),
        ({"kernel_size": (3, 33)}, "The filter size F must be 1 to 32 here, not 33"),
        ({"kernel_size": (0, 3)}, "The filter size F must be 1 to 32 here, not 0"),
        ({"channels": 0}, "The number of channels C must be 1 to 64 here, not 0"),
        ({"channels": 65}, "The number of channels C must be 1 to 64 here, not 65"),
        ({"filters": 65}, "The number of filters K must be 1 to 64 here, not 65"),
        ({"stride": (1, 0)}, "The stride S must be 1 to 1024 here, not 0"),
        ({"dilation": (0, 1)}, "The dilation D must be 1 to 1024 here, not 0"),
        ({"padding": 1025}, "The padding P must be 0 to 1024 here, not 1025"),
        ({"padding": ((0, 0), (0, 2000))}, "The padding P must be 0 to 1024 here, not 2000"),
        ({"padding": -1}, "padding must be at least 0"),
        ({"padding": "full"}, "“full”"),
        ({"groups": 2}, "2 groups do not divide both C = 1 and K = 1: take 1"),
        ({"groups": 0}, "0 groups do not divide"),
    ],
)
def test_choices_that_cannot_be_are_refused_in_one_sentence(
    choices: dict[str, Any], words: str
) -> None:
    assert words in refused(setup(), **choices)


def test_groups_name_all_that_would_do() -> None:
    base = setup().changed(channels=12, filters=18)
    assert refused(base, groups=4).endswith("take 1 or 2 or 3 or 6.")


def test_more_work_than_one_can_wait_for_is_refused_before_it_begins() -> None:
    text = refused(setup(), size=(1024, 1024), channels=64, filters=64, kernel_size=(32, 32))
    assert text.endswith("make N, F, P, C or K smaller.")


def test_the_output_that_padding_makes_counts_as_work() -> None:
    """A tiny picture in a huge border costs as much as a huge picture."""
    text = refused(setup(), padding=1024, channels=64, filters=64, kernel_size=(32, 32))
    assert "17,182,285,103,104 products" in text


def test_an_unknown_kernel_or_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="no kernel called 'sobel'"):
        setup().changed(kernel="sobel")
    with pytest.raises(ValueError, match="no input called 'cat'"):
        ConvolutionSetup.of("cat")


def test_a_refused_change_leaves_the_setup_as_it_was() -> None:
    base = setup()
    refused(base, channels=65)
    assert base == setup()


def test_a_picture_comes_in_its_natural_size_unless_told_otherwise() -> None:
    assert ConvolutionSetup.of("picture").size == (32, 32)
    assert ConvolutionSetup.of("picture").channels == 3
    assert ConvolutionSetup.of("picture", size=(9, 8), channels=1).size == (9, 8)


def test_the_title_goes_with_the_first_change() -> None:
    base = setup()
    assert base.title == "no padding, no strides"
    assert base.changed(stride=(2, 2)).title == ""
    assert base.changed(title="mine", stride=(2, 2)).title == "mine"


def edited() -> ConvolutionSetup:
    """A setup with a number typed into input, filter and bias."""
    return (
        setup()
        .changed(channels=2, filters=2)
        .with_input_cell((1, 6, 6), 5.0)
        .with_input_cell((0, 0, 0), 4.0)
        .with_weight((1, 1, 2, 2), 7.0)
        .with_weight((0, 0, 0, 0), -3.0)
        .with_bias_of(1, 0.5)
    )


def test_typed_numbers_are_in_the_walkthrough() -> None:
    walkthrough = edited().build()
    assert walkthrough.input[1, 6, 6] == 5
    assert walkthrough.weight[1, 1, 2, 2] == 7
    assert walkthrough.bias is not None
    assert walkthrough.bias.tolist() == [0, 0.5]
    untouched = setup().changed(channels=2, filters=2).build()
    assert (walkthrough.input != untouched.input).sum() == 2
    assert (walkthrough.weight != untouched.weight).sum() == 2


def test_typed_numbers_survive_where_their_cell_still_exists() -> None:
    smaller = edited().changed(size=(6, 6), kernel_size=(2, 2), filters=1)
    assert smaller.input_edits == {(0, 0, 0): 4.0}
    assert smaller.weight_edits == {(0, 0, 0, 0): -3.0}
    assert smaller.bias_edits == {}
    assert smaller.build().input[0, 0, 0] == 4
    strided = edited().changed(stride=(2, 2), padding=1)
    assert strided.input_edits == edited().input_edits
    assert strided.weight_edits == edited().weight_edits


def test_groups_take_away_weights_and_the_numbers_typed_into_them() -> None:
    assert edited().changed(groups=2).weight_edits == {(0, 0, 0, 0): -3.0}


def test_without_bias_no_typed_bias_remains() -> None:
    bare = edited().changed(bias=None)
    assert bare.bias_edits == {}
    assert bare.build().bias is None


def test_another_picture_comes_in_its_size_without_typed_cells() -> None:
    other = edited().with_source(input_named("picture"))
    assert (other.size, other.channels) == ((32, 32), 3)
    assert other.input_edits == {}
    assert other.weight_edits == edited().weight_edits


def test_another_picture_keeps_the_channels_where_groups_need_them() -> None:
    grouped = setup().changed(channels=4, filters=4, groups=4)
    assert grouped.with_source(input_named("picture")).channels == 4
    paired = setup().changed(channels=3, filters=3, groups=3)
    assert paired.with_source(input_named("picture")).channels == 3


def test_another_filter_drops_the_numbers_typed_into_the_old_one() -> None:
    other = edited().with_kernel("box")
    assert (other.kernel, other.weight_edits, other.bias_edits) == ("box", {}, {})
    assert other.input_edits == edited().input_edits


def test_a_filter_with_typed_weights_is_ones_own_and_has_no_known_meaning() -> None:
    changed = edited().changed(filters=3)
    assert changed.kernel_titles == ("your own", "your own", "edges")
    meanings = changed.build().meanings
    assert [meaning is None for meaning in meanings] == [True, True, False]


def test_only_colour_pictures_have_channels_called_by_colours() -> None:
    assert setup("colour").channel_names == ("red", "green", "blue")
    assert setup("colour").changed(channels=2).channel_names == ("1", "2")
    assert setup("depth").channel_names == ("1", "2", "3")
    assert setup("depth").build().channel_names == ("1", "2", "3")


def test_building_twice_gives_the_same_numbers_and_spoils_nothing() -> None:
    base = ConvolutionSetup.of("digit-7", kernel="random", filters=3, seed=4)
    first, second = base.build(), base.build()
    assert np.array_equal(first.output, second.output)
    first.input[...] = 0
    assert base.build().input.any()
    assert not np.array_equal(base.changed(seed=5).build().weight, second.weight)


def test_every_picture_and_filter_can_be_built() -> None:
    for source in INPUTS:
        assert len(ConvolutionSetup.of(source).build()) > 0
    for kernel in KERNELS:
        assert len(setup().with_kernel(kernel.name).build()) == 25


def test_sizes_that_leave_no_position_are_no_error_but_a_problem() -> None:
    walkthrough = setup().changed(kernel_size=(9, 9)).build()
    assert len(walkthrough) == 0
    assert "does not fit" in walkthrough.problem


def test_errors_are_shape_errors_so_that_one_place_can_catch_them() -> None:
    assert issubclass(SetupError, ShapeError)
