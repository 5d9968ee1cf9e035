"""What people type, and every way to read it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.questions import DOES_NOT_FIT, Shape, UnclearAnswerError, Value
from cnnviz_tui.questions.typed import LONGEST, number_readings, quoted, readings

from .typing_people import ANY_TEXT, NUMBERS, SIZES


def _values(text: str) -> list[Value]:
    return [typed.value for typed in readings(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("760", 760),
        (" 28. ", 28),
        ("+5", 5),
        ("= 5", 5),
        ("-3", -3),
        ("− 3", -3),
        ("–3", -3),
        ("4.25", "4.25"),
        (".5", "0.5"),
        ("-,5", "-0.5"),
        ("0,500", "0.5"),
        ("9.5e-7", "0.00000095"),
        ("9.5E-07", "0.00000095"),
        ("2e+3", 2000),
        ("9.5·10^-7", "0.00000095"),
        ("9.5 x 10^−7", "0.00000095"),
        ("-2*10**3", -2000),
        ("10^6", 1_000_000),
        ("7/3", "7/3"),
        ("−7 / 3", "-7/3"),
        ("7⁄3", "7/3"),
        ("2 1/3", "7/3"),
        ("-2 1/3", "-7/3"),
        ("7/3 ≈ 2.33", "7/3"),
        ("2.33 = 7/3", "7/3"),
        ("≈ 2.33", "2.33"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("-1 234,5", "-1234.5"),
        ("٢٨", 28),
    ],
)
def test_numbers_are_read_in_the_ways_people_type_them(text: str, value: int | str) -> None:
    assert _values(text)[0] == Fraction(value)


@pytest.mark.parametrize("mark", [" ", "\u00a0", "\u2009", "\u202f", ",", "'", "’", ".", "_"])
@given(number=st.integers(1000, 10**15), negative=st.booleans())
def test_thousands_have_any_of_the_usual_marks(mark: str, number: int, negative: bool) -> None:
    text = ("−" if negative else "") + f"{number:,}".replace(",", mark)
    assert Fraction(-number if negative else number) in _values(text)


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [("61,706", "61706", "61.706"), ("61.706", "61.706", "61706"), ("50 %", "0.5", "50")],
)
def test_what_has_two_meanings_has_two_readings(text: str, first: str, second: str) -> None:
    assert _values(text)[:2] == [Fraction(first), Fraction(second)]


@pytest.mark.parametrize("text", ["0,123,456", "1,23,456", "1,234 567", "1.2.3.4.", "1,234,5"])
def test_marks_that_do_not_part_thousands_make_no_number(text: str) -> None:
    with pytest.raises(UnclearAnswerError):
        number_readings(text)


@pytest.mark.parametrize(
    ("text", "decimals"),
    [("2.33", 2), ("2,3", 1), ("2", 0), ("2.", 0), ("9.5e-7", 8), ("1.5e3", 0), ("7/3", None),
     ("12.5 %", 3), ("1,234.50", 2)],
)  # fmt: skip
def test_the_digits_behind_the_point_are_counted(text: str, decimals: int | None) -> None:
    assert readings(text)[0].decimals == decimals


@pytest.mark.parametrize(
    "pattern",
    ["{}x{}x{}", "{}×{}×{}", "{} x {} x {}", "{}*{}*{}", "{}, {}, {}", "{},{},{}", "{} {} {}",
     "({}, {}, {})", "[{}, {}, {}]", "{} by {} by {}", "{}@{}x{}", "{}X{}X{}", "{}·{}·{}"],
)  # fmt: skip
@given(size=st.tuples(*[st.integers(0, 999)] * 3))
def test_sizes_have_any_of_the_usual_signs(pattern: str, size: Shape) -> None:
    assert size in _values(pattern.format(*size))


@pytest.mark.parametrize(
    "text",
    ["does not fit", "Does not fit.", "doesn't fit", "doesn’t fit", "doesnt fit", "dont fit",
     "it does not fit", "does-not-fit", "does_not_fit", "won't fit", "no fit", "not possible",
     "impossible", "is invalid", "not", "NO", "n/a", "never", "It doesn't work", "not an integer"],
)  # fmt: skip
def test_that_it_does_not_fit_can_be_said_in_many_ways(text: str) -> None:
    assert _values(text) == [DOES_NOT_FIT]


@pytest.mark.parametrize("text", ["fits", "it does fit", "yes", "note", "none of them", "nofits"])
def test_other_words_do_not_say_so(text: str) -> None:
    with pytest.raises(UnclearAnswerError):
        readings(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Nothing was typed"),
        (" \t ", "Nothing was typed"),
        ("about five", "“about five” cannot be read"),
        ("1/0", "divides by 0"),
        ("7/3 = 5", "two different numbers"),
        ("5²", "cannot be read"),
        ("1e999999999", "cannot be read"),
        ("10^999999999", "cannot be read"),
        ("9" * 150 + "e9999", "cannot be read"),
        ("7" * (LONGEST + 1), "at most 200 characters, this one has 201"),
    ],
)
def test_what_is_unclear_is_asked_back(text: str, said: str) -> None:
    with pytest.raises(UnclearAnswerError, match=said):
        readings(text)


def test_a_size_is_no_number() -> None:
    with pytest.raises(UnclearAnswerError, match="“28x28” is not a number"):
        number_readings("28x28")


def test_what_is_repeated_is_short_and_harmless() -> None:
    assert quoted("\x1b[31m  red\n") == "?[31m red"
    assert quoted("a" * 100) == "a" * 39 + "…"


@given(ANY_TEXT)
def test_any_text_is_read_or_asked_back(text: str) -> None:
    refusal = ""
    try:
        found = readings(text)
    except UnclearAnswerError as error:
        found = ()
        refusal = str(error)
    assert found or refusal
    assert refusal.isprintable()
    assert len(refusal) < 200


@given(value=st.one_of(NUMBERS.map(str), SIZES.map(lambda size: "x".join(map(str, size)))))
def test_what_python_writes_is_read_back(value: str) -> None:
    expected: Value = (
        tuple(int(part) for part in value.split("x")) if "x" in value else Fraction(value)
    )
    if "/" not in value or len(value.partition("/")[2]) <= 12:
        assert expected in _values(value)
