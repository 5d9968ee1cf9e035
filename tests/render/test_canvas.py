"""A canvas keeps what is written inside its edges, and knows what lies where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.render.canvas import BOLD, UNDERLINE, Canvas, Whole, code_points, pack
from cnnviz_tui.render.palette import DARK, LIGHT

RED, BLUE = 0xFF0000, 0x0000FF


def blank(width: int = 10, height: int = 3) -> Canvas:
    """An empty canvas."""
    return Canvas(width, height, DARK)


def test_an_empty_canvas_is_spaces_on_the_background() -> None:
    canvas = blank(4, 2)
    assert canvas.text == "\n"
    assert canvas.line_text(1) == "    "
    (run,) = canvas.runs(0)
    assert (run.text, run.foreground, run.background) == ("    ", DARK.text, DARK.background)


@pytest.mark.parametrize(
    ("x", "shown"),
    [(0, "abcdef    "), (2, "  abcdef  "), (7, "       abc"), (-2, "cdef      "), (10, " " * 10)],
)
def test_text_is_cut_off_at_the_edges(x: int, shown: str) -> None:
    canvas = blank()
    assert canvas.write(x, 1, "abcdef") == x + 6
    assert canvas.line_text(1) == shown
    assert canvas.line_text(0) == canvas.line_text(2) == " " * 10


def test_text_wider_than_the_canvas_is_cut_on_both_sides() -> None:
    canvas = blank(4)
    canvas.write(-3, 0, "0123456789")
    assert canvas.line_text(0) == "3456"


@pytest.mark.parametrize("y", [-1, 3, 99])
def test_lines_above_and_below_are_not_there(y: int) -> None:
    canvas = blank()
    assert canvas.write(0, y, "abc") == 3
    assert canvas.text.strip() == ""


@given(st.integers(-30, 30), st.integers(-5, 5), st.text("ab─▀", max_size=20))
def test_writing_anywhere_changes_only_where_the_text_lies(x: int, y: int, text: str) -> None:
    canvas = blank(12, 4)
    canvas.write(x, y, text)
    for row in range(4):
        for column in range(12):
            inside = row == y and x <= column < x + len(text)
            expected = text[column - x] if inside else " "
            assert canvas.line_text(row)[column] == expected


def test_without_a_background_the_one_that_is_there_stays() -> None:
    canvas = blank()
    canvas.fill(0, 0, 5, 1, RED)
    canvas.write(3, 0, "abcd", BLUE)
    backgrounds = [(run.text, run.background) for run in canvas.runs(0)]
    assert backgrounds[1:3] == [("ab", RED), ("cd", DARK.background)]


def test_lines_are_cut_where_the_style_changes() -> None:
    canvas = blank(8)
    canvas.write(0, 0, "ab", RED, BLUE, BOLD)
    canvas.write(2, 0, "cd", RED, BLUE, BOLD | UNDERLINE)
    canvas.write(4, 0, "ef", RED, None)
    runs = list(canvas.runs(0))
    assert [(r.text, r.foreground, r.background, r.bold, r.underline) for r in runs] == [
        ("ab", RED, BLUE, True, False),
        ("cd", RED, BLUE, True, True),
        ("ef", RED, DARK.background, False, False),
        ("  ", DARK.text, DARK.background, False, False),
    ]


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 0xFFFFFF), st.integers(0, 3))))
def test_the_runs_of_a_line_are_the_whole_line(writes: list[tuple[int, int, int]]) -> None:
    canvas = blank(12, 1)
    for x, colour, attributes in writes:
        canvas.write(x, 0, "x", colour, None, attributes)
    runs = list(canvas.runs(0))
    assert "".join(run.text for run in runs) == canvas.line_text(0)
    assert all(run.text for run in runs)
    for x, colour, attributes in {write[0]: write for write in writes}.values():
        style = pack(colour, DARK.background, attributes)
        assert canvas.ink[0, x] == style


def test_filling_blanks_a_rectangle_as_far_as_it_lies_inside() -> None:
    canvas = blank(6, 3)
    for y in range(3):
        canvas.write(0, y, "xxxxxx")
    canvas.fill(4, 1, 10, 10, RED)
    assert canvas.text == "xxxxxx\nxxxx\nxxxx"
    assert [run.background for run in canvas.runs(1)] == [DARK.background, RED]


def test_pasting_is_cut_off_at_all_four_edges() -> None:
    block = blank(8, 5)
    for y in range(5):
        block.write(0, y, f"{y}2345678"[:8])
    canvas = blank(4, 3)
    canvas.paste(-2, -1, block.points, block.ink)
    assert canvas.text == "3456\n3456\n3456"
    canvas = blank(4, 3)
    canvas.paste(3, 2, block.points, block.ink)
    assert canvas.text == "\n\n   0"
    canvas.paste(50, 50, block.points, block.ink)
    assert canvas.text == "\n\n   0"


def test_only_lines_that_differ_are_changed() -> None:
    one, other = blank(), blank()
    assert one.changed_lines(other) == []
    other.write(0, 1, "a")
    assert one.changed_lines(other) == [1]
    one.write(0, 1, "a")
    assert one.changed_lines(other) == []
    one.write(0, 2, " ", RED)
    assert one.changed_lines(other) == [2]
    assert one.changed_lines(blank(11)) == [0, 1, 2]


def test_the_topmost_spot_is_what_one_points_at() -> None:
    canvas = blank()
    canvas.spot(0, 0, 6, 2, Whole("below"))
    canvas.spot(2, 1, 6, 2, Whole("above"))
    assert canvas.target_at(1, 1) == "below"
    assert canvas.target_at(2, 1) == "above"
    assert canvas.target_at(7, 2) == "above"
    assert canvas.target_at(8, 2) is None
    assert canvas.target_at(6, 0) is None


def test_a_spot_that_answers_nothing_lets_the_one_below_answer() -> None:
    class Hole:
        """Answers on even columns only."""

        def at(self, x: int, y: int) -> object | None:
            """Something or nothing."""
            return "hole" if x % 2 == 0 else None

    canvas = blank()
    canvas.spot(0, 0, 4, 1, Whole("ground"))
    canvas.spot(0, 0, 4, 1, Hole())
    assert [canvas.target_at(x, 0) for x in range(4)] == ["hole", "ground", "hole", "ground"]


def test_spots_of_a_kind_are_found_with_their_corners() -> None:
    canvas = blank()
    canvas.spot(1, 2, 3, 1, Whole("name"))
    canvas.spot(4, 0, 3, 1, Whole(7))
    assert canvas.spots_of(str) == [(1, 2, "name")]
    assert canvas.spots_of(int) == [(4, 0, 7)]


def test_a_canvas_has_at_least_one_cell() -> None:
    canvas = Canvas(0, -3, LIGHT)
    assert (canvas.width, canvas.height) == (1, 1)


def test_code_points_are_characters_beyond_the_first_plane_too() -> None:
    assert code_points("a−🂡").tolist() == [ord("a"), ord("−"), ord("🂡")]
