"""Answers as people write them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.questions import DOES_NOT_FIT, Value, number_text, value_text
from cnnviz_tui.questions.written import cell_text, leading_zeros


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(28), "28"),
        (Fraction(-61706), "−61,706"),
        (Fraction(0), "0"),
        (Fraction(17, 4), "4.25"),
        (Fraction(5001, 4), "1,250.25"),
        (Fraction(-1, 16), "−0.0625"),
        (Fraction(7, 3), "7/3 ≈ 2.33"),
        (Fraction(-7, 3), "−7/3 ≈ −2.33"),
        (Fraction(1, 30), "1/30 ≈ 0.0333"),
        (Fraction(1001, 3), "333.67"),
        (Fraction(10**9, 7), "142,857,142.86"),
        (Fraction(12345, 10**6), "0.0123"),
        (Fraction(1245, 10**5), "0.0125"),  # a half is rounded up
        (Fraction(1, 1048576), "9.54e-7"),
        (Fraction(99999, 10**11), "1.00e-6"),
        ((28, 28, 6), "28x28x6"),
        (DOES_NOT_FIT, "does not fit"),
    ],
)
def test_values_are_written_as_people_write_them(value: Value, text: str) -> None:
    assert value_text(value) == text


def test_more_digits_are_written_where_more_are_asked_for() -> None:
    assert number_text(Fraction(7, 3), 4) == "7/3 ≈ 2.3333"
    assert number_text(Fraction(10001, 300), 5) == "33.33667"
    assert number_text(Fraction(1, 1048576), 5) == "9.5367e-7"


def test_among_other_numbers_there_are_no_spaces_and_no_thousands() -> None:
    assert cell_text(Fraction(7, 3)) == "7/3"
    assert cell_text(Fraction(-12345)) == "−12345"


@given(st.integers(1, 10**9), st.integers(1, 10**4))
def test_rounding_is_that_of_the_decimal_module(top: int, bottom: int) -> None:
    value = Fraction(top, bottom)
    text = number_text(value).rpartition("≈ ")[2].replace(",", "")
    places = len(text.partition(".")[2])
    if "e" not in text:
        exact = Decimal(top) / Decimal(bottom)
        assert Decimal(text) == exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("text", "zeros"), [("0", 0), ("3.5", 0), ("0.5", 0), ("0.1", 0), ("-0.05", 1), ("9.5e-7", 6)]
)
def test_leading_zeros_stand_between_the_point_and_the_first_digit(text: str, zeros: int) -> None:
    assert leading_zeros(Fraction(text)) == zeros
