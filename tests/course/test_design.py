"""Any design that fits the limits is right; else the first limit that it breaks is named."""

from __future__ import annotations

from typing import Any

import pytest

from cnnviz_tui.course.design import DesignQuestion
from cnnviz_tui.questions import UnclearAnswerError

EXAMPLE = "conv 4 3 | relu | conv 4 3 | relu | conv 8 3 | flatten | linear 10"


def question(**limits: Any) -> DesignQuestion:
    """A question on 1x8x8 pictures and ten scores."""
    given: dict[str, Any] = {"input": "1x8x8", "output": "10", "example": EXAMPLE}
    return DesignQuestion(id="q", prompt="?", explanation="Well done.", **{**given, **limits})


@pytest.mark.parametrize(
    "design", [EXAMPLE, "flatten | linear 10", "conv 2 8 | flatten | linear 10"]
)
def test_any_design_that_fits_is_right(design: str) -> None:
    verdict = question().mark(design)
    assert verdict.right
    assert verdict.feedback.startswith("It fits: ")
    assert verdict.feedback.endswith("Well done.")


@pytest.mark.parametrize(
    ("limits", "design", "complaint"),
    [
        ({}, "conv 4 9 | flatten | linear 10", "conv1: "),
        ({}, "flatten | linear 11", "Every layer fits, but 11 comes out instead of 10."),
        ({"needs": ("conv",)}, "flatten | linear 10", "there is no conv in it."),
        ({"needs": ("3 conv",)}, "conv 4 3 | conv 4 3 | flatten | linear 10",
         "it has 2 conv instead of 3."),
        ({"most_parameters": 1000}, "conv 8 3 | flatten | linear 10",
         "it has 2,970 parameters, 1,970 too many; linear1 alone has 2,890."),
        ({"most_macs": 10000}, "conv 16 3 | globalavgpool | flatten | linear 10 | linear 10 "
         "| linear 900 | linear 10", "MACs, "),
    ],
)  # fmt: skip
def test_the_first_limit_that_breaks_is_named(
    limits: dict[str, Any], design: str, complaint: str
) -> None:
    verdict = question(**limits).mark(design)
    assert not verdict.right
    assert complaint in verdict.feedback


def test_the_limits_are_shown() -> None:
    shown = question(most_parameters=2000, most_macs=20000, needs=("2 conv", "relu")).lines
    assert shown == (
        "input 1x8x8, output 10",
        "at most 2,000 parameters",
        "at most 20,000 MACs for one picture",
        "with 2 conv, relu",
    )


@pytest.mark.parametrize("text", ["", "   ", "convolute 3", "conv 1 " * 1000])
def test_what_is_no_design_does_not_count(text: str) -> None:
    with pytest.raises(UnclearAnswerError):
        question().mark(text)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"example": "flatten | linear 9"}, "its example is wrong"),
        ({"example": "convolute"}, "its example cannot be read"),
        ({"needs": ("three conv",)}, "is no type of layer"),
        ({"needs": ("0 conv",)}, "is no type of layer"),
        ({"needs": ("",)}, "is no type of layer"),
    ],
)
def test_an_author_s_mistake_is_named(wrong: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        question(**wrong)
