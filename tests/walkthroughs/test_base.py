"""Lines of text keep their parts and their roles."""

from __future__ import annotations

from cnnviz_tui.walkthroughs.base import Piece, Role, line, text_of


def test_a_line_is_built_from_strings_pieces_and_pairs() -> None:
    built = line("a ", ("b", Role.INPUT), Piece(" c", Role.WRONG))
    assert built == (Piece("a ", Role.PLAIN), Piece("b", Role.INPUT), Piece(" c", Role.WRONG))
    assert text_of(built) == "a b c"


def test_an_empty_line_has_no_text() -> None:
    assert line() == ()
    assert text_of(()) == ""
