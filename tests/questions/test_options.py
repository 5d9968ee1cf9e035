"""Choosing one option, choosing several, putting things in order."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.questions import (
    ChoiceQuestion,
    Option,
    OrderQuestion,
    SeveralQuestion,
    UnclearAnswerError,
    Verdict,
)

from .typing_people import ANY_TEXT

CHOICE = ChoiceQuestion(
    id="q",
    prompt="What does it keep?",
    explanation="because",
    options=(
        Option("the `mean`", feedback="That is average pooling.", name="average-for-max"),
        Option("the largest value", right=True),
        Option("the sum", feedback="Nothing is added up."),
    ),
)
SEVERAL = SeveralQuestion(
    id="q",
    prompt="Which have weights?",
    explanation="because",
    options=(
        Option("conv", right=True, feedback="Filters are weights."),
        Option("max pool", feedback="Pooling has none.", name="pooling-has-weights"),
        Option("dense", right=True, feedback="Every connection is a weight."),
        Option("relu", feedback="A function without parameters."),
        Option("batch norm", right=True, feedback="It scales."),
    ),
)
ORDER = OrderQuestion(
    id="q",
    prompt="In which order?",
    explanation="because",
    items=("conv", "relu", "max pool", "dense"),
    shown=(2, 0, 3, 1),
    feedback="Data flow from conv to dense.",
)


def _choice(*texts: str) -> ChoiceQuestion:
    """The last option is right."""
    options = [*(Option(text) for text in texts[:-1]), Option(texts[-1], right=True)]
    return ChoiceQuestion(id="q", prompt="Which?", options=tuple(options))


def test_options_have_letters() -> None:
    assert CHOICE.lines == ("a) the `mean`", "b) the largest value", "c) the sum")
    assert CHOICE.instruction == "Type the letter of an option."


@pytest.mark.parametrize(
    "text",
    ["b", "B", " b ", "b)", "(b)", "b.", "option b", "2", "the largest value",
     "The  Largest value", "b) the largest value"],
)  # fmt: skip
def test_an_option_is_taken_by_letter_number_or_text(text: str) -> None:
    assert CHOICE.mark(text) == Verdict(True, "because", "the largest value")


@pytest.mark.parametrize("text", ["a", "the mean", "the `mean`", "a) the mean"])
def test_a_wrong_option_says_why(text: str) -> None:
    assert CHOICE.mark(text) == Verdict(
        False, "That is average pooling.", "the `mean`", ("average-for-max",)
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Nothing was given: give letters from a to c"),
        ("d", "“d” is none of the options: give letters from a to c"),
        ("0", "is none of the options"),
        ("4", "is none of the options"),
        ("b) the sum", "is none of the options"),
        ("the", "is none of the options"),
        ("a b", "One option is asked for, not 2"),
        ("b b", "b stands there twice"),
        ("b" * 201, "at most 200 characters"),
    ],
)
def test_an_unclear_choice_is_asked_back(text: str, said: str) -> None:
    with pytest.raises(UnclearAnswerError, match=said):
        CHOICE.mark(text)


def test_a_number_is_the_text_of_an_option_before_it_is_its_place() -> None:
    question = _choice("3", "5", "−2", "1")
    assert question.mark("1").right
    assert question.mark("-2").given == "−2"
    with pytest.raises(UnclearAnswerError):
        question.mark("4")


def test_a_letter_that_is_the_text_of_another_option_is_asked_back() -> None:
    question = _choice("`C`", "`K`", "`F`")
    with pytest.raises(UnclearAnswerError, match=r"type c\) for the one with this letter, a\)"):
        question.mark("C")
    assert question.mark("c)").right
    assert question.mark("a)").given == "`C`"
    assert question.mark("K").given == "`K`"


@pytest.mark.parametrize(
    "text",
    ["a c e", "a, c, e", "ace", "e c a", "a and c and e", "1 3 5", "a) c) e)", "(a) (c) (e)",
     "a+c+e", "conv, dense, batch norm"],
)  # fmt: skip
def test_all_and_only_the_right_ones_are_right(text: str) -> None:
    assert SEVERAL.mark(text).right
    assert SEVERAL.mark(text).given == "conv, dense, batch norm"


@pytest.mark.parametrize(
    ("text", "feedback", "names"),
    [
        ("a b", "a is right, b is not. Pooling has none.", ("pooling-has-weights",)),
        ("a c d", "a and c are right, d is not. A function without parameters.", ()),
        ("b d", "Pooling has none.", ("pooling-has-weights",)),
        ("c a", "What you took is right; 1 more belongs to it. It scales.", ()),
        ("a", "What you took is right; 2 more belong to it. Every connection is a weight.", ()),
    ],
)
def test_what_was_right_is_said_before_what_was_not(
    text: str, feedback: str, names: tuple[str, ...]
) -> None:
    verdict = SEVERAL.mark(text)
    assert (verdict.right, verdict.feedback, verdict.roads) == (False, feedback, names)


@given(taken=st.sets(st.integers(0, 4), min_size=1))
def test_exactly_one_set_of_options_is_right(taken: set[int]) -> None:
    letters = " ".join("abcde"[place] for place in taken)
    assert SEVERAL.mark(letters).right == (taken == {0, 2, 4})


def test_things_are_shown_in_another_order_than_the_right_one() -> None:
    assert ORDER.lines == ("a) max pool", "b) conv", "c) dense", "d) relu")


@pytest.mark.parametrize(
    "text",
    ["b d a c", "bdac", "b -> d -> a -> c", "b → d → a → c", "b, d, a, c", "b > d > a > c",
     "b->d->a->c", "b then d then a then c", "conv, relu, max pool, dense"],
)  # fmt: skip
def test_an_order_is_typed_in_many_ways(text: str) -> None:
    assert ORDER.mark(text) == Verdict(True, "because", "conv → relu → max pool → dense")


def test_only_one_order_is_right() -> None:
    right = ["".join(order) for order in permutations("abcd") if ORDER.mark("".join(order)).right]
    assert right == ["bdac"]


@pytest.mark.parametrize(
    ("text", "begun"),
    [("b d c a", "The first 2 are right. "), ("b a d c", "The first is right. "), ("a b c d", "")],
)
def test_a_wrong_order_hears_how_far_it_is_right(text: str, begun: str) -> None:
    assert ORDER.mark(text).feedback == f"{begun}Data flow from conv to dense."


def test_every_thing_has_its_place() -> None:
    with pytest.raises(UnclearAnswerError, match="4 things to order, not 3"):
        ORDER.mark("b d a")


@pytest.mark.parametrize("question", [CHOICE, SEVERAL, ORDER])
def test_the_answer_as_it_is_written_is_right(
    question: ChoiceQuestion | SeveralQuestion | OrderQuestion,
) -> None:
    assert question.mark(question.answer_text).right


@pytest.mark.parametrize("question", [CHOICE, SEVERAL, ORDER, _choice("C", "K", "1", "-2.5")])
@given(text=ANY_TEXT)
def test_any_text_is_marked_or_asked_back(
    question: ChoiceQuestion | SeveralQuestion | OrderQuestion, text: str
) -> None:
    try:
        verdict = question.mark(text)
    except UnclearAnswerError as error:
        said = str(error)
    else:
        said = verdict.given
    assert said
    assert said.isprintable()


def test_a_choice_has_exactly_one_right_option() -> None:
    with pytest.raises(ValueError, match="“q” needs exactly one right option"):
        ChoiceQuestion(id="q", prompt="?", options=(Option("a", True), Option("b", True)))
    with pytest.raises(ValueError, match="at least one right option"):
        SeveralQuestion(id="q", prompt="?", options=(Option("a"), Option("b")))


def test_no_two_options_read_the_same() -> None:
    with pytest.raises(ValueError, match="“`Mean`” twice"):
        _choice("mean", "`Mean`")
    with pytest.raises(ValueError, match="twice"):
        OrderQuestion(id="q", prompt="?", items=("a b", "A  b"), shown=(1, 0))


def test_there_is_a_letter_for_every_option() -> None:
    with pytest.raises(ValueError, match="27 options: at most 26"):
        _choice(*(f"option {number}" for number in range(27)))


@pytest.mark.parametrize(
    ("shown", "said"), [((0, 0), "every item once"), ((0, 1), "in the right order already")]
)
def test_what_is_shown_to_order_is_a_mess_of_all_things(shown: tuple[int, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        OrderQuestion(id="q", prompt="?", items=("a", "b"), shown=shown)


def test_an_answer_in_words_needs_no_letters() -> None:
    one = Option("one", right=True, feedback="f")
    two = Option("two", right=True, feedback="f")
    other = Option("other", feedback="f")
    assert ChoiceQuestion(id="a", prompt="?", options=(other, one)).answer_words == "one"
    several = SeveralQuestion(id="b", prompt="?", options=(one, other, two))
    assert several.answer_words == "one, two"
    order = OrderQuestion(id="c", prompt="?", items=("x", "y", "z"), shown=(2, 0, 1))
    assert order.answer_words == "x → y → z"


def test_options_that_are_sentences_are_told_apart() -> None:
    sentences = SeveralQuestion(
        id="s",
        prompt="?",
        options=(
            Option("It is cheaper.", right=True),
            Option("It has fewer weights, and no bias.", right=True),
            Option("It is deeper."),
        ),
    )
    assert sentences.answer_words == "It is cheaper; It has fewer weights, and no bias"
