"""Typed expressions: what can be read, what they are worth, and that their gradients are right."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cnnviz_tui.walkthroughs.expression import Expression, ExpressionError
from cnnviz_tui.walkthroughs.expression_operations import FUNCTIONS
from cnnviz_tui.walkthroughs.expression_parser import (
    MOST_CHARACTERS,
    MOST_NODES,
    parse_expression,
)

VALUES = {"a": 0.7, "b": -1.3, "c": 2.1, "x": 0.4}
STEP = 1e-6


def value_of(text: str, **values: float) -> float:
    return parse_expression(text).evaluate({**VALUES, **values})[-1]


# -- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b*c", 0.7 - 1.3 * 2.1),
        ("(a + b)*c", (0.7 - 1.3) * 2.1),
        ("a - b - c", 0.7 + 1.3 - 2.1),
        ("a/b/c", 0.7 / -1.3 / 2.1),
        ("-a**2", -(0.7**2)),
        ("c**-1", 1 / 2.1),
        ("c**2**3", 2.1**8),
        ("c**a", 2.1**0.7),
        ("2*-a", -1.4),
        ("- - a", 0.7),
        (".5*a + 1.", 1.35),
        ("max(a, b) - min(a, b)", 2.0),
        ("sigmoid(a)", 1 / (1 + math.exp(-0.7))),
        ("relu(b) + softplus(b)", math.log1p(math.exp(-1.3))),
        ("h = a*b; y = h + c; y*y", (2.1 - 0.91) ** 2),
        ("a·b − c²", -0.91 - 2.1**2),
        ("a^2 × c ÷ 2", 0.49 * 2.1 / 2),
        ("σ(a);", 1 / (1 + math.exp(-0.7))),
    ],
)
def test_an_expression_is_worth_what_it_is_on_paper(text: str, expected: float) -> None:
    assert value_of(text) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is empty"),
        ("a +", "ends too early"),
        ("a b", "“b” is not expected"),
        ("(a + b", "“\\)” is missing"),
        ("a + b)", "bracket too many"),
        ("a $ b", "“\\$” means nothing"),
        ("__import__", "“_” means nothing"),
        ("open.read", "means nothing|not expected"),
        ("a[0]", "“\\[” means nothing"),
        ("a", "nothing to compute"),
        ("exp", "exp is a function"),
        ("exp(a, b)", "takes 1 number, not 2"),
        ("max(a)", "takes 2 numbers, not 1"),
        ("y = a*b; c*x", "never used"),
        ("y = a; y*2", "computes nothing"),
        ("y = a*b; y = y*2; y", "y has a value already"),
        ("exp = a*b; exp", "cannot be a name"),
        ("longname1*a", "too long"),
        ("1e9*a", "is not expected|never|too long|means nothing"),
        ("99999999*a", "at most 1,000,000"),
        ("(" * 30 + "a" + ")" * 30, "nested more than"),
        ("-" * 40 + "a", "signs in a row"),
        ("a*" * MOST_NODES + "b", f"more than {MOST_NODES} parts"),
        ("a + " * MOST_CHARACTERS + "b", "characters"),
    ],
)
def test_what_cannot_be_read_is_explained_in_a_sentence(text: str, complaint: str) -> None:
    with pytest.raises(ExpressionError, match=complaint):
        parse_expression(text)


TOKENS = [
    "a",
    "b",
    "q1",
    "exp",
    "max",
    "2",
    ".5",
    "+",
    "-",
    "*",
    "**",
    "/",
    "(",
    ")",
    ",",
    "=",
    ";",
]


@given(st.text(max_size=60) | st.lists(st.sampled_from(TOKENS), max_size=20).map(" ".join))
def test_no_text_does_anything_but_parse_or_be_explained(text: str) -> None:
    with suppress(ExpressionError):
        assert parse_expression(text).operations


def test_names_that_nobody_gave_are_numbered_and_avoid_those_given() -> None:
    names = [node.name for node in parse_expression("p = q1*a; (p + b)**2").nodes]
    assert names == ["q1", "a", "p", "b", "q2", "L"]


def test_a_name_stands_for_one_node_however_often_it_is_used() -> None:
    expression = parse_expression("h = a*b; h*h + h")
    assert [node.name for node in expression.nodes].count("h") == 1
    assert len(expression.variables) == 2


# -- gradients ------------------------------------------------------------------------------------


def atoms() -> st.SearchStrategy[str]:
    numbers = st.integers(1, 30).map(lambda n: f"{n / 10}")
    return st.sampled_from(sorted(VALUES)) | numbers


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, st.sampled_from(["+", "-", "*", "/"]), inner)
    return (
        two.map(lambda t: f"({t[0]} {t[1]} {t[2]})")
        | st.tuples(st.sampled_from(sorted(FUNCTIONS)), inner, inner).map(
            lambda t: f"{t[0]}({t[1]}, {t[2]})" if t[0] in {"max", "min"} else f"{t[0]}({t[1]})"
        )
        | st.tuples(inner, st.sampled_from(["2", "3", "0.5", "-1"])).map(
            lambda t: f"({t[0]})**{t[1]}"
        )
        | st.tuples(inner, inner).map(lambda t: f"softplus({t[0]})**({t[1]})")
        | inner.map(lambda text: f"(-{text})")
    )


EXPRESSIONS = st.recursive(atoms(), larger, max_leaves=8).map(lambda text: f"a*b + {text}")


def numerical_gradient(expression: Expression, name: str, step: float) -> float:
    """The central difference quotient."""
    ahead, behind = (
        expression.evaluate({**VALUES, name: VALUES[name] + sign * step})[-1] for sign in (1, -1)
    )
    return (ahead - behind) / (2 * step)


@given(EXPRESSIONS)
def test_gradients_of_made_up_expressions_are_those_of_difference_quotients(text: str) -> None:
    try:
        expression = parse_expression(text)
        values = expression.evaluate(VALUES)
        gradients = expression.gradients(values)
        for place in expression.variables:
            name = expression.nodes[place].name
            fine, coarse = (
                numerical_gradient(expression, name, step) for step in (STEP, 10 * STEP)
            )
            # Where the quotients themselves disagree there is a kink, a pole or rounding.
            scale = 1 + abs(fine) + abs(values[-1])
            assume(abs(fine - coarse) < 1e-5 * scale)
            assert gradients[place] == pytest.approx(fine, abs=1e-4 * scale), name
    except ExpressionError:
        assume(False)


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_every_function_has_the_derivative_that_it_claims(function: str) -> None:
    arguments = "a + 0.1, c" if function in {"max", "min"} else "a + 0.1"
    expression = parse_expression(f"x*{function}({arguments})")
    gradients = expression.gradients(expression.evaluate(VALUES))
    for place in expression.variables:
        name = expression.nodes[place].name
        assert gradients[place] == pytest.approx(
            numerical_gradient(expression, name, STEP), abs=1e-6
        )


def test_a_wrong_derivative_would_be_noticed() -> None:
    """The comparison above means something only if it can fail."""
    expression = parse_expression("sin(a)")
    assert math.sin(VALUES["a"]) != pytest.approx(
        numerical_gradient(expression, "a", STEP), abs=1e-2
    )


def test_gradients_of_all_uses_of_a_name_add_up() -> None:
    expression = parse_expression("a*a*a")
    gradients = expression.gradients(expression.evaluate({"a": 3.0}))
    assert gradients[expression.place("a")] == pytest.approx(27)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("log(b)", "needs a number above 0, but gets −1.3"),
        ("a/(x - 0.4)", "a denominator other than 0"),
        ("sqrt(b)", "needs a number above 0"),
        ("b**0.5", "power is real"),
        ("b**a", "a base above 0"),
        ("exp(exp(c*c))", "gets larger than"),
        ("(x - 0.4)**-1", "power is real"),
    ],
)
def test_what_has_no_value_is_explained_with_its_numbers(text: str, complaint: str) -> None:
    with pytest.raises(ExpressionError, match=complaint):
        parse_expression(text).evaluate(VALUES)


def test_what_has_a_value_but_no_slope_is_explained() -> None:
    expression = parse_expression("sqrt(a)")
    values = expression.evaluate({"a": 0.0})
    with pytest.raises(ExpressionError, match="no slope"):
        expression.gradients(values)
