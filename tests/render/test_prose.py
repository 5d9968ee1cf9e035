"""Markdown on lines of a width: nothing lost, nothing too wide, its marks as styles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cnnviz_tui.render.prose import plain_prose, prose_lines


def test_paragraphs_wrap_with_an_empty_line_between_them() -> None:
    assert plain_prose("one two three\n\nfour", 9) == ["one two", "three", "", "four"]


def test_lines_of_the_source_run_together() -> None:
    assert plain_prose("one\ntwo", 20) == ["one two"]


def test_marks_become_styles_and_do_not_show() -> None:
    (line,) = prose_lines("*a* **b** `c` [d](term:stride)", 40)
    assert "".join(span.text for span in line) == "a b c d"
    styled = {span.text: span for span in line}
    assert styled["a"].emphasis
    assert styled["b"].strong
    assert styled["c"].code
    assert styled["d"].target == "term:stride"


def test_lists_hang_behind_their_signs() -> None:
    assert plain_prose("- one two three\n- four", 11) == ["• one two", "  three", "• four"]
    assert plain_prose("8. one two\n9. three\n10. four", 9) == [
        "8. one",
        "   two",
        "9. three",
        "10. four",
    ]


def test_a_list_in_a_list_is_indented() -> None:
    assert plain_prose("- one\n  - two\n  - three\n- four", 20) == [
        "• one",
        "  • two",
        "  • three",
        "• four",
    ]


def test_tables_align_their_columns() -> None:
    table = "| layer | size |\n|---|---:|\n| conv1 | 55 |\n| p | 5 |"
    assert plain_prose(table, 40) == [
        "layer  size",
        "───────────",
        "conv1    55",
        "p         5",
    ]


def test_a_table_that_is_too_wide_wraps_its_widest_cells() -> None:
    table = "| a | b |\n|---|---|\n| one two three four five | six |"
    lines = plain_prose(table, 20)
    assert max(map(len, lines)) <= 20
    assert " ".join(" ".join(lines).split()).count("five") == 1


def test_a_table_of_many_columns_fits_too() -> None:
    row = "| a long cell " * 9 + "|"
    lines = plain_prose(f"{row}\n{'|---' * 9}|\n{row}", 40)
    assert max(map(len, lines)) <= 40
    assert "".join(lines).count("a") == 2 * 9


def test_code_keeps_its_lines_and_blanks() -> None:
    assert plain_prose("```python\nif x:\n    y = 1\n```", 40) == ["  if x:", "      y = 1"]


def test_headings_quotes_and_rules() -> None:
    (heading,) = prose_lines("### Head", 20)
    assert all(span.strong for span in heading)
    assert plain_prose("> quoted", 20) == ["│ quoted"]
    assert plain_prose("---", 10) == ["─" * 10]


@pytest.mark.parametrize("width", [8, 20, 74])
@given(st.lists(st.text("abc *`_[]()|-#>\\é−·", max_size=30), max_size=6).map("\n".join))
def test_any_text_fits_its_lines(width: int, text: str) -> None:
    for line in plain_prose(text, width):
        assert cell_len(line) <= width


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=6), min_size=1, max_size=40))
def test_no_word_is_lost(words: list[str]) -> None:
    assert " ".join(plain_prose(" ".join(words), 12)).split() == words
