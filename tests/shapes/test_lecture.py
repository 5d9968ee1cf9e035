"""The lecture's numbers, one by one."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.formulas import mac_formula, parameter_formula, size_formula
from cnnviz_tui.shapes.inverse import size_keeping_padding
from cnnviz_tui.shapes.layers import Convolution, Pooling
from cnnviz_tui.shapes.receptive import receptive_fields


def test_one_filter_makes_one_map_and_six_make_a_new_image() -> None:
    one = Convolution(3, 1, 5)
    assert one.weights == 75
    assert one.output(3, (32, 32)) == (1, (28, 28))
    assert Convolution(3, 6, 5).output(3, (32, 32)) == (6, (28, 28))


def test_a_sequence_of_convolutions() -> None:
    channels, sizes = Convolution(3, 6, 5).output(3, (32, 32))
    assert Convolution(6, 10, 5).output(channels, sizes) == (10, (24, 24))


@pytest.mark.parametrize(
    ("stride", "exact"), [(1, Fraction(5)), (2, Fraction(3)), (3, Fraction(7, 3))]
)
def test_a_7x7_input_under_a_3x3_filter(stride: int, exact: Fraction) -> None:
    axis = Axis(7, 3, stride)
    assert axis.exact == exact
    assert axis.fits == (exact.denominator == 1)
    assert round(float(Axis(7, 3, 3).exact), 2) == 2.33


def test_padding_by_one_keeps_7x7() -> None:
    assert size_formula(Axis(7, 3, 1, 1, 1)) == "(7 − 3 + 2·1)/1 + 1 = 7"


@pytest.mark.parametrize(("window", "padding"), [(3, 1), (5, 2), (7, 3)])
def test_half_the_filter_keeps_the_size(window: int, padding: int) -> None:
    assert size_keeping_padding(window) == (padding, padding)


def test_ten_5x5_filters_on_32x32x3() -> None:
    layer = Convolution(3, 10, 5, padding=2)
    assert layer.output(3, (32, 32)) == (10, (32, 32))
    assert parameter_formula(layer) == "(5·5·3 + 1)·10 = 760"
    assert mac_formula(layer, (32, 32)) == "750 · 32·32 = 768,000"


def test_pooling_a_4x4_input_gives_2x2() -> None:
    assert Pooling("max", 2, stride=2).output(1, (4, 4)) == (1, (2, 2))


def test_alexnets_first_layer() -> None:
    layer = Convolution(3, 96, 11, stride=4)
    assert layer.output(3, (227, 227)) == (96, (55, 55))
    assert not Convolution(3, 96, 11, stride=4).axes((224, 224))[0].fits


@pytest.mark.parametrize(("many", "one"), [(2, 5), (3, 7)])
def test_stacked_3x3_filters_see_as_much_as_a_larger_one_with_fewer_weights(
    many: int, one: int
) -> None:
    small = Convolution(8, 8, 3, bias=False)
    (field, _) = receptive_fields([small] * many, (32, 32))
    assert field.size == one
    assert many * small.parameters < Convolution(8, 8, one, bias=False).parameters
