"""Marking a number, a size, or that it does not fit."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cnnviz_tui.questions import (
    DOES_NOT_FIT,
    NumberQuestion,
    Road,
    Shape,
    UnclearAnswerError,
    Value,
    Verdict,
)

from .typing_people import ANY_TEXT, NUMBERS, SIZES, assert_marked_or_asked_back


def _question(
    answer: Value, *roads: Road, decimals: int = 2, otherwise: str = ""
) -> NumberQuestion:
    return NumberQuestion(
        id="q",
        prompt="How much?",
        answer=answer,
        roads=roads,
        decimals=decimals,
        otherwise=otherwise,
        explanation="because",
    )


@given(value=st.one_of(NUMBERS, SIZES, st.just(DOES_NOT_FIT)), decimals=st.integers(0, 6))
def test_the_answer_as_it_is_written_is_right(value: Value, decimals: int) -> None:
    question = _question(value, decimals=decimals)
    assert question.mark(question.answer_text).right
    assert question.mark(f"  {question.answer_text.upper()} ").right


def test_a_right_answer_gets_the_explanation() -> None:
    assert _question(Fraction(61706)).mark("61 706") == Verdict(True, "because", "61,706")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("7/3", "2.33"),
        ("7/3", "2,333"),
        ("7/3", "14/6"),
        ("4.25", "4.25"),
        ("4.25", "4.250"),
        ("4.125", "4.13"),
        ("61706", "61.706"),
        ("61.706", "61,706"),
        ("0.00000095367", "9.5e-7"),
        ("0.00000095367", "0.00000095"),
        ("0.5", "50 %"),
        ("50", "50 %"),
        ("-7/3", "−2.33"),
    ],
)
def test_right_answers(answer: str, text: str) -> None:
    assert _question(Fraction(answer)).mark(text).right


@pytest.mark.parametrize(
    ("answer", "text", "said"),
    [
        ("7/3", "2.34", "That is too much."),
        ("7/3", "2.32", "That is too little."),
        ("7/3", "2", "That is too little."),
        ("7/3", "-2.33", "That is too little."),
        ("4.25", "4", "That is too little."),
        ("0.4", "0", "That is too little."),
        ("0.04", "0.0", "That is too little."),
        ("61706", "61707", "That is too much."),
        ("0.00000095367", "9.6e-7", "That is too much."),
        ("28", "does not fit", "It does fit: work it out."),
    ],
)
def test_wrong_answers_hear_the_direction(answer: str, text: str, said: str) -> None:
    verdict = _question(Fraction(answer)).mark(text)
    assert (verdict.right, verdict.feedback) == (False, said)


@pytest.mark.parametrize(
    ("answer", "text", "said"),
    [
        ("7/3", "2.3", "give 2 digits behind the point, or a fraction"),
        ("4.25", "4.3", "give 2 digits behind the point"),
        ("1001/3", "334", "give 2 digits behind the point"),
        ("0.00000095367", "1e-6", "give 2 digits after the leading zeros"),
        ("0.0123", "0.01", "give 2 digits after the leading zeros"),
    ],
)
def test_a_number_rounded_too_much_is_asked_back(answer: str, text: str, said: str) -> None:
    with pytest.raises(UnclearAnswerError, match=said):
        _question(Fraction(answer)).mark(text)


@given(
    value=st.fractions(-99, 99, max_denominator=97),
    places=st.integers(0, 6),
    off=st.integers(-2, 2),
)
def test_a_rounded_number_is_right_with_enough_digits_and_only_then(
    value: Fraction, places: int, off: int
) -> None:
    assume(value.denominator != 1 and abs(value) >= 1)
    with localcontext() as context:
        context.rounding = ROUND_HALF_UP
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        unit = Decimal(1).scaleb(-places)
        typed = exact.quantize(unit) + off * unit
    question = _question(value)
    try:
        right = question.mark(f"{typed:f}").right
    except UnclearAnswerError:
        assert off == 0 or abs(typed - exact) == unit / 2
        assert places < 2
        return
    is_value = Fraction(typed) == value
    has_more_digits = 10**places % value.denominator != 0
    tie = abs(Fraction(typed) - value) == Fraction(1, 2 * 10**places)
    assert right == (is_value or (places >= 2 and has_more_digits and (off == 0 or tie)))


def test_more_digits_can_be_asked_for() -> None:
    question = _question(Fraction(7, 3), decimals=4)
    assert question.mark("2.3333").right
    with pytest.raises(UnclearAnswerError, match="give 4 digits"):
        question.mark("2.333")
    with pytest.raises(UnclearAnswerError, match="give 1 digit behind"):
        _question(Fraction(1001, 3), decimals=1).mark("334")


def test_a_wrong_answer_on_a_road_hears_about_it() -> None:
    question = _question(
        Fraction(28),
        Road(Fraction(24), "You left the padding out.", "forgot-padding"),
        Road(Fraction(7, 3), "You did not round."),
    )
    assert question.mark("24") == Verdict(
        False, "You left the padding out.", "24", ("forgot-padding",)
    )
    assert question.mark("2.33") == Verdict(False, "You did not round.", "2.33")


def test_two_roads_to_one_number_are_both_said_and_named() -> None:
    question = _question(
        Fraction(7),
        Road(Fraction(5), "You left the padding out.", "forgot-padding"),
        Road(Fraction(5), "You padded one side.", "padded-one-side"),
        Road(Fraction(5), "You padded one side.", "padded-one-side"),
    )
    verdict = question.mark("5")
    assert verdict.feedback == "You left the padding out. Or: You padded one side."
    assert verdict.roads == ("forgot-padding", "padded-one-side")


def test_any_other_wrong_answer_hears_what_the_author_says() -> None:
    question = _question(Fraction(7), otherwise="Count again.")
    assert question.mark("8") == Verdict(False, "Count again.", "8")


@given(size=st.tuples(*[st.integers(1, 500)] * 3))
def test_a_size_may_have_its_channels_first(size: Shape) -> None:
    height, width, channels = size
    assert _question(size).mark(f"{channels}x{height}x{width}").right


def test_only_three_numbers_can_have_the_channels_first() -> None:
    assert not _question((5, 7)).mark("7x5").right


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("28x28x16", "The first and the second number are right. That is not it."),
        ("16x28x28", "The second and the third number are right. That is not it."),
        ("5x28x7", "The second number is right. That is not it."),
        ("1x2x3", "That is not it."),
    ],
)
def test_what_is_right_of_a_size_is_said_first(text: str, said: str) -> None:
    assert _question((28, 28, 6)).mark(text).feedback == said


def test_a_number_is_asked_back_where_a_size_is_wanted() -> None:
    with pytest.raises(UnclearAnswerError, match="give a size of 3 numbers such as 40x40x7"):
        _question((28, 28, 6)).mark("28")
    with pytest.raises(UnclearAnswerError, match="give a size of 3 numbers"):
        _question((28, 28, 6)).mark("28x28")


def test_a_size_is_asked_back_where_a_number_is_wanted() -> None:
    with pytest.raises(UnclearAnswerError, match="give one number such as 28"):
        _question(Fraction(28)).mark("28x28")


def test_a_number_may_be_given_where_a_road_leads_to_one() -> None:
    question = _question((28, 28, 6), Road(Fraction(4704), "You multiplied them."))
    assert question.mark("4704").feedback == "You multiplied them."
    assert question.mark("4705").feedback == "That is not it."


def test_that_it_does_not_fit_is_an_answer_like_any_other() -> None:
    question = _question(DOES_NOT_FIT, Road(Fraction(2), "It does not divide."))
    assert question.mark("doesn't fit").right
    assert question.mark("2").feedback == "It does not divide."
    assert question.mark("3").feedback == "It does not fit: try the formula."


@pytest.mark.parametrize("text", ["3", "3x3"])
def test_without_roads_any_value_is_wrong_where_nothing_fits(text: str) -> None:
    assert not _question(DOES_NOT_FIT).mark(text).right


@pytest.mark.parametrize(
    ("question", "instruction"),
    [
        (_question(Fraction(3)), "Type a number such as 28, 2.33 or 7/3."),
        (_question((3, 3)), "Type a size such as 28x28."),
        (_question(DOES_NOT_FIT), "Type a number such as 28, 2.33 or 7/3."),
        (
            _question((3, 3, 1), Road(Fraction(9), "no")),
            "Type a size such as 28x28x6, or a number such as 28, 2.33 or 7/3.",
        ),
    ],
)
def test_the_instruction_is_that_of_the_asked_kind(
    question: NumberQuestion, instruction: str
) -> None:
    assert question.instruction == instruction


def test_a_road_must_not_lead_to_the_answer() -> None:
    with pytest.raises(ValueError, match="“q” calls 5 wrong, but that is its answer"):
        _question(Fraction(5), Road(Fraction(5), "no"))


def test_an_enormous_answer_is_repeated_in_short() -> None:
    verdict = _question(Fraction(5)).mark("1e999")
    assert not verdict.right
    assert verdict.given.endswith("…")
    assert not _question(Fraction(5)).mark("1e-999").right


@given(text=ANY_TEXT, answer=st.one_of(NUMBERS, SIZES, st.just(DOES_NOT_FIT)))
def test_any_text_is_marked_or_asked_back(text: str, answer: Value) -> None:
    road = Road((1, 2, 3), "No.") if answer != (1, 2, 3) else Road((1, 2), "No.")
    assert_marked_or_asked_back(_question(answer, road), text)


def test_the_example_of_how_to_type_is_never_the_answer_or_on_a_road() -> None:
    sized = NumberQuestion(id="a", prompt="?", answer=(28, 28, 6))
    assert sized.instruction == "Type a size such as 40x40x7."
    counted = NumberQuestion(
        id="b", prompt="?", answer=Fraction(28), roads=(Road(Fraction(17), "No."),)
    )
    assert counted.instruction == "Type a number such as 41, 2.33 or 7/3."


def test_a_rounded_wrong_answer_is_quoted_as_it_was_typed() -> None:
    question = NumberQuestion(
        id="a", prompt="?", answer=Fraction(1, 3), roads=(Road(Fraction(2, 3), "Twice."),)
    )
    assert question.mark("0.67").given == "0.67"
