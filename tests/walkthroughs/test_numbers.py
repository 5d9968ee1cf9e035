"""Numbers are short, keep their column, and can be typed the way people type them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.walkthroughs.numbers import (
    NumberFormat,
    format_number,
    parse_value,
    power_of_ten,
    scientific,
    short,
)


def read_back(text: str) -> float:
    """The number that a text shows."""
    return float(text.strip().replace("−", "-"))


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (3, 0, "3"),
        (-3, 0, "−3"),
        (0.25, 2, ".25"),
        (-0.25, 2, "−.25"),
        (1.5, 2, "1.50"),
        (0, 2, ".00"),
        (-0.001, 2, ".00"),
        (-0.0, 0, "0"),
        (-0.4, 0, "0"),
        (10.25, 1, "10.2"),
        (math.nan, 2, "nan"),
        (math.inf, 0, "inf"),
        (-math.inf, 0, "−inf"),
    ],
)
def test_one_number_with_given_decimals(value: float, decimals: int, text: str) -> None:
    assert format_number(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"), [(2e9, "2e9"), (-3e12, "−3e12"), (4e-7, "4e−7"), (0.0, "0e0")]
)
def test_huge_numbers_are_powers_of_ten(value: float, text: str) -> None:
    assert format_number(value, 0, exponent=True) == text


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0, 1, 2], ["0", "1", "2"]),
        ([-1, 0, 1], ["−1", " 0", " 1"]),
        ([0.35, 1.0, 0.0], [".35", "1.0", ".00"]),
        ([0.5, 0.25], [".50", ".25"]),
        ([0.5, 1.5], [" .5", "1.5"]),
        ([-1.5, 10.0], ["−1.5", "10.0"]),
        ([1 / 3, 1.0], [".33", "1.0"]),
        ([1 / 3, 1.5], [" .33", "1.50"]),
        ([123.456, 0.5], ["123.5", "   .5"]),
        ([1234.5, 0.5], ["1234", "   0"]),
        ([2e6, 1.0], ["  2e6", "  1e0"]),
        ([-2e6, 1.0], ["  −2e6", "   1e0"]),
    ],
)
def test_a_table_has_one_width_and_as_many_decimals_as_it_needs(
    values: list[float], texts: list[str]
) -> None:
    written = NumberFormat.of(values)
    assert [written.padded(value) for value in values] == texts


TABLES = st.lists(
    st.one_of(
        st.integers(-300, 300).map(float),
        st.floats(0, 1, width=32),
        st.floats(-1e5, 1e5, width=32),
        st.floats(allow_nan=False, allow_infinity=False, width=32),
    ),
    min_size=1,
    max_size=12,
)


@given(TABLES)
def test_no_number_of_a_table_leaves_its_column(values: list[float]) -> None:
    written = NumberFormat.of(values)
    for value in values:
        text = written.padded(value)
        assert len(text) == written.width
        assert "-" not in text
        assert read_back(text) == pytest.approx(value, rel=0.51, abs=0.51)


@given(st.lists(st.integers(-99, 99).map(lambda n: n / 100), min_size=1, max_size=12))
def test_hundredths_below_one_lose_nothing(values: list[float]) -> None:
    written = NumberFormat.of(values)
    assert [read_back(written(value)) for value in values] == values


@given(st.lists(st.integers(-9999, 9999), min_size=1, max_size=12))
def test_whole_numbers_get_no_point(values: list[int]) -> None:
    written = NumberFormat.of(values)
    assert written.decimals == 0
    assert [int(written(value).replace("−", "-")) for value in values] == values


def test_float32_noise_is_no_reason_for_decimals() -> None:
    tenth = np.float32(0.1) * np.arange(5, dtype=np.float32)
    assert NumberFormat.of(tenth).decimals == 1


def test_several_arrays_share_a_format() -> None:
    small, large = np.array([0.5, 0.25]), np.array([[-10.0], [3.0]])
    assert NumberFormat.of(small, large) == NumberFormat.of(np.append(small, large))
    assert NumberFormat.of(large, 0.25).decimals == 2, "a single number is an array too"


def test_holes_do_not_widen_a_table() -> None:
    assert NumberFormat.of([1.0, math.nan, math.inf]) == NumberFormat.of([1.0])
    assert NumberFormat.of([math.nan]) == NumberFormat(0, 1)
    assert NumberFormat.of(np.zeros((0, 3))) == NumberFormat(0, 1)
    assert NumberFormat.of([1.0])(math.nan) == "nan"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (2.0, 3, "2"),
        (-0.5, 3, "−0.5"),
        (1 / 3, 3, "0.333"),
        (-0.0001, 3, "0"),
        (100.0, 2, "100"),
        (12.3456, 4, "12.3456"),
        (1000000, 0, "1000000"),
        (math.nan, 3, "nan"),
        (-math.inf, 3, "−inf"),
    ],
)
def test_a_single_number_is_written_as_by_hand(value: float, decimals: int, text: str) -> None:
    assert short(value, decimals) == text


@given(st.floats(-1e6, 1e6, allow_nan=False))
def test_what_is_written_by_hand_can_be_typed_again(value: float) -> None:
    assert parse_value(short(value, 4), "weight") == pytest.approx(value, abs=0.51e-4)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2", 2.0),
        (" -1.5 ", -1.5),
        ("−1.5", -1.5),
        (".5", 0.5),
        ("0,5", 0.5),
        ("1/4", 0.25),
        ("-1/3", -1 / 3),
        ("−3/−6", 0.5),
        ("1e3", 1000.0),
        ("+7", 7.0),
        ("1000000", 1e6),
    ],
)
def test_numbers_can_be_typed_as_people_type_them(typed: str, value: float) -> None:
    assert parse_value(typed, "weight") == pytest.approx(value)


@pytest.mark.parametrize(
    "typed", ["", " ", "two", "1/0", "1/", "/2", "1/2/3", "1 2", "--1", "0x10", "1.2.3", "‰"]
)
def test_what_is_no_number_is_told_in_one_sentence(typed: str) -> None:
    with pytest.raises(ShapeError) as caught:
        parse_value(typed, "bias")
    text = str(caught.value)
    assert text == f"The bias must be a number such as 2, −0.5 or 1/3, not “{typed}”."


@pytest.mark.parametrize("typed", ["1000001", "-1e9", "inf", "-inf", "nan", "1e400", "1e308/1e-9"])
def test_what_float32_cannot_carry_is_refused(typed: str) -> None:
    with pytest.raises(ShapeError) as caught:
        parse_value(typed, "weight")
    assert str(caught.value) == "The weight must be between −1,000,000 and 1,000,000."


def test_a_flood_of_characters_is_not_repeated() -> None:
    with pytest.raises(ShapeError) as caught:
        parse_value("x" * 5000, "weight")
    assert len(str(caught.value)) < 120


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.25**10, "9.5·10⁻⁷"),
        (-(0.25**10), "−9.5·10⁻⁷"),
        (1.23e9, "1.2·10⁹"),
        (512.0, "512"),
        (0.25, "0.25"),
        (-1.5, "−1.5"),
        (0.0, "0"),
        (math.inf, "inf"),
    ],
)
def test_numbers_of_any_size_have_two_leading_digits(value: float, text: str) -> None:
    assert scientific(value) == text


def test_powers_of_ten_are_written_as_on_paper() -> None:
    assert [power_of_ten(n) for n in (-7, -1, 0, 1, 12)] == ["10⁻⁷", "0.1", "1", "10", "10¹²"]
