"""Formulas: the signs of teaching, and arithmetic that comes out right."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given

from cnnviz_tui.shapes.adaptive import AdaptiveAxis
from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.formulas import (
    exact_size,
    layer_formula,
    mac_formula,
    padding_note,
    parameter_formula,
    size_formula,
    size_symbols,
)
from cnnviz_tui.shapes.layers import AnyAxis, Convolution, TransposedConvolution
from cnnviz_tui.shapes.transposed import TransposedAxis
from tests.shapes.strategies import axes, convolutions


@pytest.mark.parametrize(
    ("axis", "symbols", "formula"),
    [
        (Axis(7, 3), "(N − F)/S + 1", "(7 − 3)/1 + 1 = 5"),
        (Axis(7, 3, 1, 1, 1), "(N − F + 2P)/S + 1", "(7 − 3 + 2·1)/1 + 1 = 7"),
        (Axis(7, 3, 3), "⌊(N − F)/S + 1⌋", "⌊(7 − 3)/3 + 1⌋ = ⌊7/3⌋ = 2"),
        (
            Axis(7, 3, 3, ceil_mode=True),
            "⌈(N − F)/S + 1⌉",
            "⌈(7 − 3)/3 + 1⌉ = ⌈7/3⌉ = 3",
        ),
        (
            Axis(5, 2, 2, 1, 1, ceil_mode=True),
            "⌈(N − F + 2P)/S + 1⌉ − 1",
            "⌈(5 − 2 + 2·1)/2 + 1⌉ − 1 = ⌈7/2⌉ − 1 = 3",
        ),
        (
            Axis(7, 3, 1, 1, 1, dilation=2),
            "(N − D·(F − 1) − 1 + 2P)/S + 1",
            "(7 − 2·(3 − 1) − 1 + 2·1)/1 + 1 = 5",
        ),
        (
            Axis(32, 5, 1, 1, 2),
            "(N − F + P₀ + P₁)/S + 1",
            "(32 − 5 + 1 + 2)/1 + 1 = 31",
        ),
        (
            TransposedAxis(4, 3, 2, 1, 1, 1, 1),
            "(N − 1)·S − 2P + F + output padding",
            "(4 − 1)·2 − 2·1 + 3 + 1 = 8",
        ),
        (
            TransposedAxis(4, 3, 1, 0, 1, 2),
            "(N − 1)·S − P₀ − P₁ + D·(F − 1) + 1",
            "(4 − 1)·1 − 0 − 1 + 2·(3 − 1) + 1 = 7",
        ),
        (
            AdaptiveAxis(32, 8),
            "output i pools ⌊i·N/O⌋ up to ⌈(i + 1)·N/O⌉",
            "32/8 = 4 a region: 0–3, 4–7, 8–11, 12–15, …",
        ),
        (
            AdaptiveAxis(5, 3),
            "output i pools ⌊i·N/O⌋ up to ⌈(i + 1)·N/O⌉",
            "5/3 is not whole, so regions vary: 0–1, 1–3, 3–4",
        ),
    ],
)
def test_sizes_in_letters_and_in_numbers(axis: AnyAxis, symbols: str, formula: str) -> None:
    assert size_symbols(axis) == symbols
    assert size_formula(axis) == formula


def calculated(formula: str) -> float:
    """Work out one side of a formula as it stands, signs and brackets included."""
    plain = (
        formula.replace("−", "-")
        .replace("·", "*")
        .replace("⌊", "math.floor(")
        .replace("⌈", "math.ceil(")
    )
    plain = re.sub("[⌋⌉]", ")", plain)
    return float(eval(plain, {"math": math}))  # noqa: S307


@given(axes())
def test_every_equals_sign_in_a_size_formula_is_true(axis: Axis) -> None:
    sides = [calculated(side) for side in size_formula(axis).split(" = ")]
    assert sides == pytest.approx([axis.output] * len(sides))


@given(axes())
def test_the_exact_size_is_the_fraction_in_lowest_terms(axis: Axis) -> None:
    assert exact_size(axis) == str(axis.exact)


@given(convolutions())
def test_every_equals_sign_in_a_cost_formula_is_true(
    case: tuple[Convolution, tuple[int, ...]],
) -> None:
    layer, sizes = case
    for formula, value in (
        (parameter_formula(layer), layer.parameters),
        (mac_formula(layer, sizes), layer.macs(sizes)),
    ):
        product, result = formula.split(" = ")
        assert calculated(product) == value
        assert int(result.replace(",", "")) == value


def test_parameters_with_groups_and_without_bias() -> None:
    assert parameter_formula(Convolution(4, 8, 3, groups=2)) == "(3·3·4/2 + 1)·8 = 152"
    assert parameter_formula(Convolution(3, 10, 5, bias=False)) == "5·5·3·10 = 750"
    assert parameter_formula(Convolution(1, 2, (3,), rank=1)) == "(3·1 + 1)·2 = 8"
    assert parameter_formula(TransposedConvolution(3, 10, 5)) == "(5·5·3 + 1)·10 = 760"


def test_a_transposed_convolutions_macs_are_counted_at_its_input() -> None:
    layer = TransposedConvolution(2, 3, 4, stride=2)
    assert mac_formula(layer, (7, 5)) == "96 · 7·5 = 3,360"


def test_axes_that_differ_are_named() -> None:
    same = Convolution(1, 1, 3).axes((7, 7))
    assert layer_formula(same) == "(7 − 3)/1 + 1 = 5"
    different = Convolution(1, 1, (3, 5)).axes((7, 7))
    assert layer_formula(different) == "height (7 − 3)/1 + 1 = 5; width (7 − 5)/1 + 1 = 3"


def test_paddings_that_differ_are_explained() -> None:
    assert padding_note(Axis(7, 3, 1, 1, 2)) == "P₀ = 1 before, P₁ = 2 after"
    assert padding_note(Axis(7, 3, 1, 1, 1)) == ""
    assert padding_note(AdaptiveAxis(7, 3)) == ""
