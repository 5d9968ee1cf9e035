"""Expressions: what they can say, how values stand in a text, and what an author is told."""

from __future__ import annotations

import string
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.course.values import (
    SPECS,
    ExpressionError,
    Record,
    Value,
    evaluate,
    fill,
    filled,
    functions,
    value_text,
)
from cnnviz_tui.questions import DOES_NOT_FIT, NoFit
from cnnviz_tui.shapes.errors import ShapeError

A_GRID = ((Fraction(6), Fraction(8)), (Fraction(3), Fraction(4)))


def outcome_of(expression: str) -> Value | ExpressionError:
    try:
        return evaluate(expression)
    except ExpressionError as error:
        return error


def refused(expression: str, **names: Fraction) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        evaluate(expression, names)
    assert str(caught.value).endswith((".", "?")), "a whole sentence"
    return caught.value


# -- what an expression can say -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("760", Fraction(760)),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("(7 - 3) / 3 + 1", Fraction(7, 3)),
        ("7 // 3 + 7 % 3", Fraction(3)),
        ("-7 // 2", Fraction(-4)),
        ("2 ** 10", Fraction(1024)),
        ("2 ** -1", Fraction(1, 2)),
        ("0" + " + 1" * 50, Fraction(50)),
        ("+3 - -3", Fraction(6)),
        ("1_000 * 1e3", Fraction(10**6)),
        ("'sobel-x'", "sobel-x"),
        ("True", True),
        ("3 < 4 <= 4 != 5", True),
        ("3 > 4", False),
        ("(28, 28, 6)", (28, 28, 6)),
        ("(28, 28, 6)[-1] * 2", Fraction(12)),
        ("[1, 0.5]", (Fraction(1), Fraction(1, 2))),
        ("[[6, 8], [3, 4]]", A_GRID),
        ("[[6, 8], [3, 4]][1][0]", Fraction(3)),
        ("[[6, 8], [3, 4]][1, 0]", Fraction(3)),
        ("[(0, 1), (2, 3)]", ((0, 1), (2, 3))),
        ("DOES_NOT_FIT", DOES_NOT_FIT),
        ("output_size(7, 3, S=3) == DOES_NOT_FIT", True),
        ("  output_size(7,\n  3)  ", Fraction(5)),
    ],
)
def test_expressions_are_exact(expression: str, value: object) -> None:
    found = evaluate(expression)
    assert found == value
    assert type(found) is type(value)


def test_names_stand_for_values_of_the_lesson() -> None:
    names: dict[str, Value] = {"N": Fraction(7), "letter": A_GRID}
    assert evaluate("output_size(N, 3) + largest(letter)", names) == 13


@given(
    st.fractions(-(10**6), 10**6, max_denominator=1000),
    st.fractions(-(10**6), 10**6, max_denominator=1000),
)
def test_arithmetic_is_that_of_fractions(a: Fraction, b: Fraction) -> None:
    names = {"a": a, "b": b}
    assert evaluate("(a + b) * (a - b)", names) == a * a - b * b
    if b:
        assert evaluate("a / b * b", names) == a
        assert evaluate("a // b * b + a % b", names) == a


# -- what an author is told -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "column", "said"),
    [
        ("", 1, "empty"),
        ("1 + output_sise(7, 3)", 5, "did you mean “output_size”?"),
        ("1 + NN", 5, "There is no “NN” here"),
        ("output_size + 1", 1, "write output_size(N, F, S=1, P=0, D=1, ceil=False)"),
        ("output_size(7)", 1, "F is missing"),
        ("output_size(7, 3, sorm=2)", 24, "no argument “sorm”"),
        ("output_size(7, 3, N=2)", 21, "N is given twice"),
        ("output_size(7, 3, S=[1, 2])", 21, "S must be a whole number such as 3 or a size"),
        ("same_padding(3, 1, 1)", 20, "one argument too many"),
        ("exact_size(7, 3.5)", 15, "F must be a whole number such as 3, not the number 3.5."),
        ("max_pool([[1, 2], [3]], 2)", 10, "rows of numbers that are all equally long"),
        ("max_pool([1, 2], 2)", 10, "grid must be a grid"),
        ("output_size(3, 7)", 1, "a padding of 2 would make it fit"),
        ('network("alexnet").parms', 20, "did you mean “parameters”?"),
        ('network("alexnet").layer("conv9").output', 20, "did you mean “conv"),
        ('network("alexnet").layer', 20, "write .layer(name)"),
        ('network("alexnet").title()', 20, "leave ( ) out"),
        ('network("alexnet").lair("conv1")', 20, "did you mean “layer”?"),
        ('network("alexnot").macs', 1, "did you mean “alexnet”?"),
        ('"é" == relu(2).x', 16, "The number 2 has no parts"),
        ("(7).x()", 5, "The number 7 has no function x."),
        ("(7)(1)", 2, "Only a function can be called"),
        ("[1, 2, 3][3]", 11, "take 0 to 2"),
        ("[1, 2][0:1]", 8, "no slices"),
        ("7[0]", 3, "has no entries"),
        ("1 / (3 - 3)", 6, "This is 0"),
        ("2 ** 65", 1, "Exponents are at most 64"),
        ("(-2) ** 0.5", 1, "only whole powers"),
        ("10 ** 31", 1, "larger than 10^30"),
        ("9" * 40, 1, "at most 10^30"),
        ("0.1234567890123456789", 1, "at most 15"),
        ("1e-400", 1, "at most 15"),
        ("1 + 'a'", 5, "A number is needed here, not the text “a”."),
        ("not 1", 1, "Only + and -"),
        ("2 & 3", 5, "Only + - * / // % **"),
        ("2 < 'a'", 5, "Only numbers are larger or smaller"),
        ("2 in [2]", 6, "Compare with"),
        ('2 == network("alexnet")', 6, "Compare one part of each"),
        ("None", 1, "True or False"),
        ("[]", 1, "needs an entry"),
        ("(1, 0.5)", 1, "take [ ]"),
        ("[1, 'a']", 1, "A list has numbers"),
        ("3 − 1", 3, "“−” is not read here: write - instead."),
        ("3 ^ 2", 3, "write ** instead"),
        ("output_size(7,, 3)", 15, "cannot be read from here"),
        ("(1", 1, "cannot be read"),
        ("1 if 2 else 3", 1, "Only numbers, texts"),
        ("max(*[1, 2])", 5, "without *"),
        ("max(**{})", 7, "without **"),
        ("__import__('os')", 1, "There is no “__import__” here"),
        ("(1).__class__", 5, "has no parts"),
        ("lambda: 1", 1, "Only numbers, texts"),
        ("[x for x in [1]]", 1, "Only numbers, texts"),
        ("f'{1}'", 1, "Only numbers, texts"),
        ("(y := 1)", 2, "Only numbers, texts"),
        ("-" * 70 + "1", 61, "nested deeper than 60"),
        ("1" + " + 1" * 200, 501, "at most 500"),
    ],
)
def test_an_error_says_what_and_where(expression: str, column: int, said: str) -> None:
    error = refused(expression)
    assert said in str(error)
    assert error.column == column


def test_columns_count_characters_also_behind_letters_of_many_bytes() -> None:
    assert refused('  "ß×" == nix').column == 11


def test_a_trace_that_does_not_fit_says_so_where_its_totals_are_wanted() -> None:
    error = refused('trace("conv 6 5 | linear 3", "3x32x32").parameters')
    assert "does not fit at linear1" in str(error)


PIECES = (
    *functions(),
    *"()[]{}.,:=+-*/%<>!\"' \n",
    "**",
    "//",
    "1",
    "0.5",
    "999999999",
    "(28, 28, 6)",
    "[[1, 2], [3, 4]]",
    "'32x32x3'",
    "'alexnet'",
    ".parameters",
    "N=",
    "F=",
    "DOES_NOT_FIT",
)


@given(
    st.one_of(
        st.text(max_size=40),
        st.text(string.printable, max_size=40),
        st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
        st.tuples(
            st.sampled_from(sorted(functions())),
            st.lists(
                st.sampled_from(
                    ("0", "-1", "1", "3", "1/3", "1e9", "10**9", "10**30", "'2x2'", "'conv'",
                     "[1, 2]", "[[1, 2], [3, 4]]", "(5, 5, 2)", "(10**6, 10**6)", "True")
                ),
                max_size=4,
            ),
        ).map(lambda call: f"{call[0]}({', '.join(call[1])})"),
    )
)  # fmt: skip
def test_any_text_has_a_value_or_an_error_with_a_place(text: str) -> None:
    outcome = outcome_of(text)
    if isinstance(outcome, ExpressionError):
        assert 1 <= outcome.column <= len(text) + 1
    else:
        assert isinstance(outcome, (Fraction, str, bool, NoFit, Record, tuple))


# -- how values stand in a text -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "spec", "text"),
    [
        ("61706", "", "61,706"),
        ("-7/2", "", "−3.5"),
        ("7/3", "", "7/3 ≈ 2.33"),
        ("7/3", ".2f", "2.33"),
        ("7/3", "exact", "7/3"),
        ("-17/4", "exact", "−17/4"),
        ("2.125", ".2f", "2.13"),
        ("-2.125", ".2f", "−2.13"),
        ("-0.001", ".2f", "0.00"),
        ("0.05", ".0f", "0"),
        ("1234567.891", ".1f", "1,234,567.9"),
        ("0.9959", "%", "99.6 %"),
        ("0.9959", ".2%", "99.59 %"),
        ("9216", "plain", "9216"),
        ("(28, 28, 6)", "", "28x28x6"),
        ("(28, 28, 6)", "shape", "28x28x6"),
        ("[28, 28, 6]", "shape", "28x28x6"),
        ("[1, 0.5, 1/3]", "", "1, 0.5, 1/3"),
        ("[1, 0.5, 1/3]", ".1f", "1.0, 0.5, 0.3"),
        ("[[6, 8], [3, 4]]", "", "6 8; 3 4"),
        ("[[6, 8], [3, 4]]", "rows", "6 8; 3 4"),
        ("[[6, 8], [3, 4]]", ".1f", "6.0 8.0; 3.0 4.0"),
        ("place_of_largest([[1, 2], [3, 0]])", "", "(1, 0)"),
        ("DOES_NOT_FIT", "", "does not fit"),
        ("2 < 3", "", "yes"),
        ("2 > 3", "", "no"),
        ("'sobel-x'", "", "sobel-x"),
    ],
)
def test_a_value_as_text(expression: str, spec: str, text: str) -> None:
    assert value_text(evaluate(expression), spec) == text


@given(st.fractions(-(10**6), 10**6, max_denominator=999), st.integers(0, 6))
def test_decimals_are_right_to_the_last_digit(number: Fraction, decimals: int) -> None:
    text = value_text(number, f".{decimals}f")
    read = Fraction(text.replace(",", "").replace("−", "-"))
    assert abs(read - number) <= Fraction(1, 2 * 10**decimals)
    assert len(text.partition(".")[2]) == decimals


@pytest.mark.parametrize(
    ("expression", "spec", "said"),
    [
        ("1", ".2", "There is no way of writing “.2”"),
        ("1", ".99f", "At most 15 decimals"),
        ("(28, 28)", ".2f", "“.2f” cannot write the size 28x28"),
        ("'a'", "%", "cannot write the text “a”"),
        ("[[1]]", "shape", "cannot write a grid of 1x1"),
        ("7", "rows", "cannot write the number 7"),
        ('network("alexnet")', "", "Network alexnet has several parts: write one, such as .title."),
        ('step("conv", 1).inputs', "", "take one of its entries"),
    ],
)
def test_a_spec_that_does_not_suit_is_refused(expression: str, spec: str, said: str) -> None:
    with pytest.raises(ShapeError) as caught:
        value_text(evaluate(expression), spec)
    assert said in str(caught.value)


def test_every_spec_is_explained() -> None:
    assert all(SPECS.values())


# -- texts with numbers in them -------------------------------------------------------------------


def test_a_text_is_filled() -> None:
    text = "A {{F}}x{{F}} filter: {{ exact_size(7, F, S=3) | .2f }}, {{output_size(7,F)|exact}}."
    assert fill(text, {"F": Fraction(3)}) == "A 3x3 filter: 2.33, 5."


def test_a_text_without_expressions_stays() -> None:
    assert fill("f(x) = {a} | b }} \n") == "f(x) = {a} | b }} \n"


def test_brackets_and_bars_in_quotes_do_not_end_an_expression() -> None:
    assert fill('{{ "{{" }}a{{ "}}" }}') == "{{a}}"
    assert fill('{{ trace("conv 6 5 | relu", "3x32x32").output | shape }}') == "28x28x6"
    assert fill("""{{ "it's" }}""") == "it's"


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("ab {{ 1 + nix }}", 11),
        ("ab\n{{ 7 }} {{ nix }}", 15),
        ("ab {{ 7 | nix }}", 10),
        ("ab {{ 7", 4),
        ("ab {{ '7 }}", 4),
        ("ab {{ }}", 6),
        ('{{  network("alexnet") }}', 5),
    ],
)
def test_an_error_says_where_in_the_text(text: str, column: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        fill(text)
    assert caught.value.column == column


def test_every_expression_without_a_value_is_told_and_the_others_are_filled() -> None:
    text = "{{ F }}: {{ F / 0 }} {{ wid }} {{ output_siz(3, 2) }} {{ F | .2q }} {{ F + 1 }} {{ F "
    found = filled(text, {"F": Fraction(3)})
    assert [text[error.column - 1 :].split(" ")[0] for error in found.errors] == [
        "0",
        "wid",
        "output_siz(3,",
        "",
        "{{",
    ]
    assert "did you mean “output_size”?" in str(found.errors[2])
    assert "The }} behind an expression is missing" in str(found.errors[-1])
    assert found.text == text.replace("{{ F }}", "3").replace("{{ F + 1 }}", "4")
    with pytest.raises(ExpressionError) as caught:
        fill(text, {"F": Fraction(3)})
    assert str(caught.value) == str(found.errors[0])
