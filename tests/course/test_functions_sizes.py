"""Sizes and counts in expressions against formulas by hand and windows laid out one by one."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.course.values import ExpressionError, Value, evaluate
from cnnviz_tui.questions import DOES_NOT_FIT


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        # The lecture's numbers.
        ("output_size(7, 3)", Fraction(5)),
        ("output_size(7, 3, S=2)", Fraction(3)),
        ("output_size(7, 3, S=3)", DOES_NOT_FIT),
        ("exact_size(7, 3, S=3)", Fraction(7, 3)),
        ("output_size(7, 3, P=1)", Fraction(7)),
        ("same_padding(3)", Fraction(1)),
        ("same_padding(5)", Fraction(2)),
        ("same_padding(7)", Fraction(3)),
        ('conv_size("32x32x3", F=5, K=6)', (28, 28, 6)),
        ("conv_size((28, 28, 6), F=5, K=10)", (24, 24, 10)),
        ('conv_size("32×32×3", F=5, K=10, P=2)', (32, 32, 10)),
        ("conv_parameters(F=5, C=3, K=10)", Fraction(760)),
        # Both axes at once, and each way to say a size.
        ("output_size((7, 9), 3)", (5, 7)),
        ('output_size("7x9", (3, 5), S=(2, 1))', (3, 5)),
        ("output_size(7, (3, 4), S=(1, 2))", DOES_NOT_FIT),
        ("output_size(7, 3, S=3, ceil=True)", Fraction(3)),
        ('output_size(7, 4, P="same")', Fraction(7)),
        ('output_size(7, 3, P="valid")', Fraction(5)),
        ("output_size(7, 3, P=(0, 1))", (5, 7)),
        ("same_padding(4)", (1, 2)),
        ("same_padding(3, D=2)", Fraction(2)),
        ("transposed_size(3, 3, S=2)", Fraction(7)),
        ("transposed_size((3, 4), 3, S=2, A=1)", (8, 10)),
        ("conv_size((7, 7, 1), F=3, K=2, S=3)", DOES_NOT_FIT),
        ("pool_size((28, 28, 6), 2)", (14, 14, 6)),
        ("pool_size((55, 55, 96), 3, S=2)", (27, 27, 96)),
        ("pool_size((7, 7, 1), 2)", DOES_NOT_FIT),
        ("pool_size((7, 7, 1), 2, ceil=True)", (4, 4, 1)),
        ("conv_parameters(F=5, C=3, K=10, bias=False)", Fraction(750)),
        ("conv_parameters(F=3, C=4, K=8, groups=2)", Fraction((3 * 3 * 2 + 1) * 8)),
        ("conv_parameters(F=(1, 7), C=4, K=8)", Fraction((7 * 4 + 1) * 8)),
        ('conv_macs("32x32x3", F=5, K=10, P=2)', Fraction(32 * 32 * 10 * 75)),
        ('conv_macs("8x8x4", F=3, K=8, S=1, P=1, groups=2)', Fraction(8 * 8 * 8 * 9 * 2)),
        ("dense_parameters(400, 120)", Fraction(401 * 120)),
        ("dense_parameters(400, 120, bias=False)", Fraction(48000)),
        ("dense_macs(400, 120)", Fraction(48000)),
        ('flat("5x5x16")', Fraction(400)),
        ("flat((6, 6, 256))", Fraction(9216)),
        ('receptive_field("3, 3")', Fraction(5)),
        ('receptive_field("3", "3", "3")', Fraction(7)),
        ('receptive_field("3s2", "3")', Fraction(7)),
        ('receptive_field("3d2")', Fraction(5)),
        ('receptive_field("5, pool2, 5, pool2")', Fraction(5 + 1 + 4 * 2 + 2)),
    ],
)
def test_numbers_known_by_hand(expression: str, value: Value) -> None:
    assert evaluate(expression) == value


@given(
    st.integers(1, 40),
    st.integers(1, 7),
    st.integers(1, 4),
    st.integers(0, 3),
    st.integers(1, 3),
)
def test_an_output_is_a_place_of_the_window(N: int, F: int, S: int, P: int, D: int) -> None:
    reach = D * (F - 1) + 1
    starts = [start for start in range(N + 2 * P) if start + reach <= N + 2 * P and start % S == 0]
    call = f"({N}, {F}, S={S}, P={P}, D={D})"
    if not starts:
        with pytest.raises(ExpressionError, match="does not fit into an input"):
            evaluate(f"output_size{call}")
        return
    exact = Fraction(N + 2 * P - reach, S) + 1
    assert evaluate(f"exact_size{call}") == exact
    assert floor(exact) == len(starts)
    fits = starts[-1] + reach == N + 2 * P
    assert evaluate(f"output_size{call}") == (len(starts) if fits else DOES_NOT_FIT)


@given(st.integers(1, 12), st.integers(1, 5), st.integers(1, 4), st.integers(0, 2))
def test_a_transposed_convolution_undoes_the_size_of_one(N: int, F: int, S: int, P: int) -> None:
    size = (N - 1) * S + F - 2 * P
    if size < 1:
        with pytest.raises(ExpressionError, match="cuts off the whole output"):
            evaluate(f"transposed_size({N}, {F}, S={S}, P={P})")
        return
    assert evaluate(f"transposed_size({N}, {F}, S={S}, P={P})") == size
    assert evaluate(f"output_size({size}, {F}, S={S}, P={P})") == N


@given(st.integers(1, 30), st.integers(1, 30))
def test_adaptive_regions_cover_their_share_of_the_axis(N: int, O: int) -> None:  # noqa: E741
    expected = [[floor(Fraction(i * N, O)), ceil(Fraction((i + 1) * N, O))] for i in range(O)]
    found = evaluate(f"adaptive_regions({N}, {O})")
    assert isinstance(found, tuple)
    assert [list(region) for region in found if isinstance(region, tuple)] == expected


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ('conv_size("32x32", F=5, K=6)', "height x width x channels such as 28x28x6, not 2 numb"),
        ("conv_size((7, 7, 0), F=3, K=1)", "number of channels must be at least 1, not 0"),
        ("conv_parameters(F=3, C=3, K=8, groups=2)", "cannot be split into 2 equal groups"),
        ("dense_parameters(0, 10)", "number of inputs must be at least 1"),
        ("output_size(7, 3, S=0)", "stride must be at least 1"),
        ("output_size(7, 3, P=-1)", "padding must be at least 0"),
        ("output_size((7, 7, 3), 3)", "N must be a whole number such as 3 or a size"),
        ('pool_size("8x8x1", 2, P=2)', "must be at most 1, half of its window"),
        ("adaptive_regions(5000, 2000)", "At most 1,000 regions"),
        ('receptive_field("3x")', "“3x” is no layer of the stack"),
    ],
)
def test_what_cannot_be_is_said(expression: str, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(expression)
    assert said in str(caught.value)
