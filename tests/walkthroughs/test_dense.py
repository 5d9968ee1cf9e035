"""A dense layer unit by unit: against ops and loops, and what a convolution saves, counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui import ops
from cnnviz_tui.digits import bundled
from cnnviz_tui.samples import input_named
from cnnviz_tui.samples.inputs import fit
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.layers import Convolution
from cnnviz_tui.walkthroughs.base import text_of
from cnnviz_tui.walkthroughs.dense import DenseWalkthrough
from cnnviz_tui.walkthroughs.dense_setup import DENSE, DenseSetup, presets, templates_of
from cnnviz_tui.walkthroughs.dense_text import (
    cost_sums,
    input_caption,
    listing_of,
    saving_lines,
    weight_caption,
)

SETUPS = {preset.name: preset.setup for preset in presets()}


@st.composite
def walkthroughs(draw: st.DrawFn) -> DenseWalkthrough:
    """Small layers over small pictures, with a convolution that fits."""
    channels, units, filters = (draw(st.integers(1, 3)) for _ in range(3))
    size = draw(st.integers(2, 5)), draw(st.integers(2, 5))
    generator = np.random.default_rng(draw(st.integers(0, 999)))
    bias = draw(st.booleans())
    return DenseWalkthrough(
        generator.integers(-4, 5, (channels, *size)).astype(np.float32),
        generator.integers(-4, 5, (units, channels, *size)).astype(np.float32),
        generator.integers(-4, 5, units).astype(np.float32) if bias else None,
        Convolution(
            channels, filters, draw(st.integers(1, 2)), padding=draw(st.integers(0, 1)), bias=bias
        ),
    )


@given(walkthroughs())
def test_every_unit_is_its_sum(walkthrough: DenseWalkthrough) -> None:
    assert len(walkthrough) == walkthrough.units
    for step in walkthrough:
        total = 0.0 if walkthrough.bias is None else float(walkthrough.bias[step.unit])
        for value, weight in zip(
            walkthrough.input.ravel(), walkthrough.weight[step.unit].ravel(), strict=True
        ):
            total += float(value) * float(weight)
        assert step.value == total == walkthrough.output[step.unit]
        assert step.data["value"] == total


@given(walkthroughs())
def test_parameters_of_the_three_ways_are_counted_one_by_one(walkthrough: DenseWalkthrough) -> None:
    """The convolution as a matrix tells which output reads which input: count its places."""
    layer = walkthrough.convolution
    assert not isinstance(layer.kernel_size, tuple)
    rows, columns, filters = walkthrough.convolution_output
    outputs = rows * columns * filters
    bias = int(layer.bias)
    dense, local, shared = walkthrough.costs
    assert dense.parameters == sum(walkthrough.inputs + bias for _ in range(outputs))
    window = layer.kernel_size**2 * walkthrough.input.shape[0]
    assert local.parameters == sum(window + bias for _ in range(outputs))
    assert shared.parameters == sum(window + bias for _ in range(filters))
    assert dense.macs == walkthrough.inputs * outputs
    assert local.macs == shared.macs == window * outputs, "sharing saves parameters, not work"


def test_the_lecture_convolution_has_760_parameters_and_a_dense_layer_31_million() -> None:
    walkthrough = SETUPS["layer"].build()
    dense, local, shared = walkthrough.costs
    assert (dense.parameters, local.parameters, shared.parameters) == (31_467_520, 778_240, 760)
    assert saving_lines(walkthrough) == ("near by: 40 times fewer", "sharing: 1,024 times fewer")
    together = " ".join(text_of(formula) for formula in walkthrough.formulas)
    assert "(32·32·3 + 1)·10 = 30,730 parameters" in together
    assert "convolution to 32x32x10: (5·5·3 + 1)·10 = 760" in together
    assert "31,467,520 parameters instead of 760" in walkthrough[-1].caption


def test_a_filter_as_large_as_the_picture_is_a_dense_layer() -> None:
    walkthrough = SETUPS["whole"].build()
    assert [cost.parameters for cost in walkthrough.costs] == [48_120] * 3
    assert walkthrough.parameters == 48_120
    assert saving_lines(walkthrough)[1] == "sharing: saves nothing here"
    convolved = ops.conv2d(walkthrough.input[None], walkthrough.weight, walkthrough.bias)
    assert np.allclose(convolved.ravel(), walkthrough.output)


def test_templates_answer_to_the_nearest_average() -> None:
    """W = averages and b = −|average|²/2 make the layer a nearest-average classifier."""
    templates, biases = templates_of(14, 14)
    images, labels = bundled()
    pictures = fit((images / 255).astype(np.float32), 14, 14).reshape(len(images), -1)
    scores = ops.linear(pictures, templates.reshape(10, -1), biases)
    distances = ((pictures[:, None, :] - templates.reshape(1, 10, -1)) ** 2).sum(axis=2)
    nearest = distances.argmin(axis=1)
    assert (scores.argmax(axis=1) == nearest).mean() > 0.99
    assert 0.7 < (nearest == labels).mean() < 0.95, "good, but no match for a convolution"
    walkthrough = SETUPS["templates"].build()
    assert walkthrough.output.argmax() == 7
    assert "largest output is that of digit 7" in walkthrough[-1].caption


def test_sums_are_written_in_falling_detail() -> None:
    step = SETUPS["small"].build()[0]
    assert text_of(step.sums[0]).startswith("y[1] = 0·1  + 1·0  + 0·0  + 2·−1")
    assert text_of(step.sums[-1]) == "y[1] = 9 products: −4 + b  1 = −3"
    layer = SETUPS["layer"].build()[0]
    assert "3 slices of 1024 products" in text_of(layer.sums[0])
    total = layer.products.sum(axis=(1, 2)).sum()
    assert layer.value == pytest.approx(float(total))


@pytest.mark.parametrize("name", SETUPS)
def test_captions_are_short(name: str) -> None:
    for step in SETUPS[name].build():
        assert 20 < len(step.caption) <= 156
        assert "!" not in step.caption


def test_pointed_at_numbers_are_explained() -> None:
    walkthrough = SETUPS["small"].build()
    assert "goes into all 3 units" in input_caption(walkthrough, 0, 1, 0)
    assert "is used at 2·2 = 4 positions" in weight_caption(walkthrough, 0, 0, 0, 0)
    misfit = SETUPS["small"].changed(kernel_size=(9, 9)).build()
    assert weight_caption(misfit, 0, 0, 0, 0).endswith("this input alone.")


def test_a_convolution_that_does_not_fit_leaves_the_dense_layer_as_it_is() -> None:
    walkthrough = SETUPS["small"].changed(kernel_size=(9, 9)).build()
    assert "does not fit" in text_of(walkthrough.formulas[1])
    assert len(walkthrough) == 3
    assert all(step.caption for step in walkthrough)


def test_numbers_are_typed_one_by_one_and_kept_while_their_place_exists() -> None:
    setup = SETUPS["small"].with_input_cell((0, 2, 2), 9.0).with_weight((2, 0, 0, 0), 7.0)
    setup = setup.with_bias_of(1, -3.0)
    walkthrough = setup.build()
    assert walkthrough.input[0, 2, 2] == 9
    assert walkthrough.weight[2, 0, 0, 0] == 7
    assert walkthrough.bias is not None
    assert walkthrough.bias.tolist() == [1, -3, 1]
    smaller = setup.changed(size=(2, 2), units=2)
    assert not smaller.input_edits
    assert not smaller.weight_edits
    assert dict(smaller.bias_edits) == {1: -3.0}
    assert not setup.changed(bias=None).bias_edits


def test_fields_are_typed() -> None:
    setup = DENSE.set_up("small", {"N": "4x5", "U": "2", "b": "off", "F": "3", "K": "6", "P": "1"})
    walkthrough = setup.build()
    assert walkthrough.weight.shape == (2, 1, 4, 5)
    assert walkthrough.bias is None
    assert walkthrough.convolution_output == (4, 5, 6)
    assert "y = Wx: (4·5·1)·2 = 40" in text_of(walkthrough.formulas[0])
    assert DENSE.set_up("", {"weights": "templates", "size": "9"}).build().weight.shape[0] == 10
    bias = {field.option: field for field in DENSE.fields}["bias"]
    assert bias.text(SETUPS["templates"]) == "own"
    assert bias.nudged(SETUPS["small"].with_bias_of(0, 5.0), 1).bias == 2


def test_templates_take_pictures_of_one_channel() -> None:
    setup = SETUPS["templates"].with_source(input_named("picture"))
    assert setup.channels == 1
    assert SETUPS["layer"].with_weights("templates").channels == 1


@pytest.mark.parametrize(
    ("base", "choices", "said"),
    [
        ("small", {"units": 0}, "units U must be 1 to 4096"),
        ("small", {"size": (500, 3)}, "size N must be 1 to 128"),
        ("layer", {"units": 4000}, "more than the 4,000,000"),
        ("small", {"weights": "magic"}, "no weights “magic”"),
        ("templates", {"units": 11}, "at most 10 units"),
        ("templates", {"channels": 2}, "at most 10 units and C = 1"),
        ("small", {"padding": 1000}, "padding P must be 0 to 128"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    base: str, choices: dict[str, Any], said: str
) -> None:
    with pytest.raises(ShapeError, match=said):
        SETUPS[base].changed(**choices)


def test_arrays_that_do_not_belong_together_are_refused() -> None:
    picture, layer = np.zeros((1, 2, 2), np.float32), Convolution(1, 1, 1)
    with pytest.raises(ValueError, match="weight has shape"):
        DenseWalkthrough(picture, np.zeros((3, 4), np.float32), None, layer)
    weight = np.zeros((3, 1, 2, 2), np.float32)
    with pytest.raises(ValueError, match="bias has shape"):
        DenseWalkthrough(picture, weight, np.zeros(2, np.float32), layer)


def test_the_default_setup_of_a_source_is_a_whole_layer() -> None:
    walkthrough = DenseSetup(input_named("digit-3")).build()
    assert walkthrough.parameters == (28 * 28 + 1) * 10


def test_how_each_way_is_counted_is_written_out() -> None:
    walkthrough = SETUPS["layer"].build()
    assert [text_of(cost_sums(walkthrough, way)[0]) for way in range(3)] == [
        "dense: (32·32·3 + 1)·(32·32·10) = 31,467,520",
        "only near by: (5·5·3 + 1)·(32·32·10) = 778,240",
        "near by and shared: (5·5·3 + 1)·10 = 760",
    ]
    plain = SETUPS["layer"].changed(bias=None).build()
    assert text_of(cost_sums(plain, 2)[0]) == "near by and shared: 5·5·3·10 = 750"


def test_the_listing_ends_with_the_output() -> None:
    for name, lines in (("small", 1 + 9 + 1), ("layer", 1 + 3072 + 1)):
        step = SETUPS[name].build()[1]
        listed = listing_of(step)
        assert len(listed) == lines
        assert float(listed[-1].split()[-1].replace("−", "-")) == pytest.approx(
            step.value, abs=1e-3
        )
    large = DenseSetup(input_named("picture"), size=(64, 64), channels=2, units=1).build()[0]
    assert len(listing_of(large)) == 1 + 2 + 1
