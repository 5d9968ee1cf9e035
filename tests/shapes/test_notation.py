"""What is typed on the command line, and what is refused with a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.notation import (
    LARGEST,
    format_lengths,
    format_padding,
    parse_lengths,
    parse_number,
    parse_padding,
)
from cnnviz_tui.shapes.padding import Padding

numbers = st.integers(0, LARGEST)


@given(st.lists(st.integers(1, LARGEST), min_size=1, max_size=3))
def test_lengths_are_read_as_they_are_written(lengths: list[int]) -> None:
    assert parse_lengths(format_lengths(lengths)) == tuple(lengths)
    assert parse_lengths(format_lengths(lengths, "×")) == tuple(lengths)


pairs = st.tuples(numbers, numbers)


@given(
    st.one_of(
        numbers,
        pairs,
        st.tuples(pairs),
        st.tuples(pairs, pairs),
        st.sampled_from(["same", "valid"]),
    )
)
def test_paddings_are_read_as_they_are_written(padding: Padding) -> None:
    assert parse_padding(format_padding(padding)) == padding


def test_spaces_and_capitals_do_not_matter() -> None:
    assert parse_lengths(" 3X5 ") == (3, 5)
    assert parse_padding(" SAME ") == "same"
    assert parse_padding("1, 2, 0, 1") == ((1, 2), (0, 1))
    assert parse_lengths("007") == (7,)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "not “”."),
        ("three", "The stride must be a whole number, not “three”."),
        ("3x", "not “3x”."),
        ("3.5", "The stride must be a whole number, not “3.5”."),
        ("1e3", "The stride must be a whole number, not “1e3”."),
        ("³", "The stride must be a whole number, not “³”."),
        ("0", "The stride must be at least 1, not 0."),
        ("-2", "The stride must be at least 1, not −2."),
        ("−2", "The stride must be at least 1, not −2."),
        ("1000001", "The stride 1000001 is larger than 1000000, the limit."),
        ("1" + "0" * 30, "The stride 10000000000000000000… is larger than 1000000, the limit."),
        ("9" * 9999, "is larger than 1000000, the limit."),
        ("-" + "9" * 9999, "The stride must be at least 1, not -999"),
    ],
)
def test_what_is_no_length(text: str, sentence: str) -> None:
    with pytest.raises(ShapeError) as error:
        parse_lengths(text, "stride")
    assert sentence in str(error.value)
    assert len(str(error.value)) < 100


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("full", "The padding “full” is not known"),
        ("", "The padding “” is not known"),
        ("-1", "The padding must be at least 0, not −1."),
        ("1,2,3", "The padding “1,2,3” has 3 sides"),
        ("1,2,3,x", "The padding must be a whole number, not “x”."),
    ],
)
def test_what_is_no_padding(text: str, sentence: str) -> None:
    with pytest.raises(ShapeError) as error:
        parse_padding(text)
    assert sentence in str(error.value)


def test_the_smallest_number_can_be_chosen() -> None:
    assert parse_number("0", "padding", 0) == 0
    with pytest.raises(ShapeError, match="The group must be at least 2, not 1"):
        parse_number("1", "group", 2)
