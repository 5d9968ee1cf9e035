"""Numbers that floats stand for, and which of them look alike."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.questions import Road
from cnnviz_tui.questions.typed import readings
from cnnviz_tui.quiz.skills.reals import exact, roughly_apart, rounding


def test_short_decimals_are_what_they_look_like() -> None:
    assert exact(0.1 + 0.2) == Fraction(3, 10)
    assert exact(-2.0) == -2
    assert exact(2e-05, decimals=12) == Fraction(1, 50_000)


def test_what_only_begins_like_a_short_decimal_keeps_its_digits() -> None:
    assert exact(0.5978370007556204) != Fraction("0.597837")


@given(st.floats(-500, 500))
def test_every_number_can_be_typed_and_agrees_in_all_digits(value: float) -> None:
    found = exact(value)
    assert readings(str(found))[0].value == found
    assert math.isclose(float(found), value, rel_tol=1e-12, abs_tol=1e-12)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Fraction(1, 4), ""),
        (Fraction(3), ""),
        (exact(0.880797077977), " Two decimals will do."),
        (exact(0.0179862), " Three decimals will do."),
        (exact(-0.00123456), " Four decimals will do."),
    ],
)
def test_small_numbers_need_more_decimals(answer: Fraction, words: str) -> None:
    assert rounding(answer) == words


def test_roads_that_round_to_the_answer_are_dropped() -> None:
    near, far = Road(Fraction("0.885"), "near"), Road(Fraction("0.5"), "far")
    assert roughly_apart(Fraction("0.88"), [near, far]) == [far]
    small = Road(Fraction("0.005"), "small")
    assert roughly_apart(Fraction(0), [small, far]) == [far]


def test_roads_with_unwieldy_fractions_become_ones_that_can_be_typed() -> None:
    unwieldy = Road(exact(math.pi) * exact(math.e), "both")
    (kept,) = roughly_apart(Fraction(1), [unwieldy])
    assert isinstance(kept.value, Fraction)
    assert readings(str(kept.value))[0].value == kept.value
    assert float(kept.value) == pytest.approx(math.pi * math.e)
