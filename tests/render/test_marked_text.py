"""Marked text: which stretches are in which style, and how lines break."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.render.marked_text import (
    LINE_BREAK,
    Span,
    literal,
    plain,
    plain_lines,
    spans,
    wrapped,
)

MARKED = st.text(alphabet="ab `*_[](\\)<>&;\n\u00a0−ü", max_size=80)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("a plain text", (Span("a plain text"),)),
        ("`ceil_mode` is on", (Span("ceil_mode", code=True), Span(" is on"))),
        ("*one* **two**", (Span("one", emphasis=True), Span(" "), Span("two", strong=True))),
        ("***both***", (Span("both", emphasis=True, strong=True),)),
        (
            "**a *b* c**",
            (
                Span("a ", strong=True),
                Span("b", strong=True, emphasis=True),
                Span(" c", strong=True),
            ),
        ),
        (
            "see [the `relu`](ops#relu)",
            (
                Span("see "),
                Span("the ", target="ops#relu"),
                Span("relu", code=True, target="ops#relu"),
            ),
        ),
        (r"2\*3\*4 and \`a\`", (Span("2*3*4 and `a`"),)),
        ("snake_case_name", (Span("snake_case_name"),)),
        ("one\nline", (Span("one line"),)),
        ("two  \nlines", (Span("two"), Span(LINE_BREAK), Span("lines"))),
        (
            "*two\\\nlines*",
            (Span("two", emphasis=True), Span(LINE_BREAK), Span("lines", emphasis=True)),
        ),
    ],
)
def test_marks_become_styles(text: str, expected: tuple[Span, ...]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    "text", ["a <b> & c", "&amp; stays", "<http://a.b>", "a * b * c", "`open", "[no](link", "**"]
)
def test_what_is_no_mark_of_ours_reads_as_it_stands(text: str) -> None:
    assert spans(text) == (Span(text),)


def test_a_code_span_keeps_marks_and_double_spaces() -> None:
    assert spans("`**x**  [0]`") == (Span("**x**  [0]", code=True),)


def test_what_would_upset_a_terminal_is_shown_as_a_question_mark() -> None:
    assert spans("a\x1b[31mb `\x07`") == (Span("a?[31mb "), Span("?", code=True))
    assert plain("a\tb") == "a b"


def test_plain_text_has_no_marks() -> None:
    assert plain("**Take** `F` from [the *formula*](shapes), \\*not\\* P") == (
        "Take F from the formula, *not* P"
    )
    assert plain("61\u202f706  \nparameters") == "61 706 parameters"


def test_lines_break_at_spaces() -> None:
    assert plain_lines("the filter *slides over the* input", 12) == [
        "the filter",
        "slides over",
        "the input",
    ]


def test_a_style_goes_on_in_the_next_line() -> None:
    assert wrapped(spans("a **b c**"), 3) == (
        (Span("a "), Span("b", strong=True)),
        (Span("c", strong=True),),
    )


def test_code_that_fits_on_a_line_stays_whole() -> None:
    assert plain_lines("take `max_pool2d(x, 2)` here", 18) == ["take", "max_pool2d(x, 2)", "here"]
    assert plain_lines("(`a b`, `c d`), e", 6) == ["(a b,", "c d),", "e"]


def test_code_longer_than_a_line_is_broken_after_all() -> None:
    assert plain_lines("take `conv2d(x, weight)`", 12) == ["take", "conv2d(x,", "weight)"]


def test_a_word_longer_than_a_line_is_cut() -> None:
    assert plain_lines("an abcdefghij", 4) == ["an", "abcd", "efgh", "ij"]


def test_no_line_breaks_at_a_no_break_space() -> None:
    assert plain_lines("about 61\u00a0706 of them", 9) == ["about", "61 706 of", "them"]


def test_a_line_break_is_kept() -> None:
    assert plain_lines("one  \ntwo", 40) == ["one", "two"]


def test_no_text_is_one_empty_line() -> None:
    assert plain_lines("", 40) == [""]


@given(text=MARKED, width=st.integers(-1, 30))
def test_wrapping_keeps_every_character_and_the_width(text: str, width: int) -> None:
    lines = plain_lines(text, width)
    assert all(len(line) <= max(width, 1) for line in lines)
    assert "".join("".join(lines).split()) == "".join(plain(text).split())


@given(text=MARKED)
def test_neighbours_differ_in_style(text: str) -> None:
    found = spans(text)
    styles = [(span.code, span.emphasis, span.strong, span.target) for span in found]
    breaks = [span.text == LINE_BREAK for span in found]
    for place in range(1, len(found)):
        assert styles[place] != styles[place - 1] or breaks[place] or breaks[place - 1]


@given(text=st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    assert all(len(line) <= 20 for line in plain_lines(text, 20))


@pytest.mark.parametrize("text", ["2*3*4", "a_b_c", "[x](y", "back\\slash", "`"])
def test_a_literal_text_reads_as_it_was_typed(text: str) -> None:
    assert plain(literal(text)) == plain(text)
    assert all(not (span.strong or span.emphasis or span.code) for span in spans(literal(text)))


def test_an_option_loses_its_marks_before_it_is_quoted() -> None:
    assert plain(literal("take `conv 6` and *nothing* else")) == "take conv 6 and nothing else"
