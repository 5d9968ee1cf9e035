"""The frame around every explorer: all of it is on the screen, and nothing in it moves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.explorer import (
    SMALLEST,
    ActionTarget,
    Frame,
    Setting,
    SettingTarget,
    Timeline,
    TimelineTarget,
    mark_changes,
    paint_box,
    paint_frame,
    paint_timeline,
    paint_title,
    too_small,
    wrap_pieces,
)
from cnnviz_tui.render.palette import DARK, LIGHT, Palette, contrast
from cnnviz_tui.walkthroughs.base import BREAK, Line, Piece, Role, line, text_of
from tests.render.frames import frame_of, painted
from tests.walkthroughs.convolutions import SETUPS


class EmptyStage:
    """Paints nothing, and remembers where it was asked to."""

    rectangle: tuple[int, int, int, int] = (0, 0, 0, 0)

    def paint(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> None:
        """Take note of the rectangle."""
        self.rectangle = x, y, width, height


def frame() -> Frame:
    """A frame of a small convolution."""
    return frame_of(SETUPS["padding-no-strides"], 7)


def with_frame(
    each: Frame, size: tuple[int, int] = (80, 24), palette: Palette = DARK
) -> tuple[Canvas, EmptyStage]:
    """A frame around nothing."""
    canvas, stage = Canvas(*size, palette), EmptyStage()
    paint_frame(canvas, each, stage)
    return canvas, stage


@pytest.mark.parametrize("size", [(80, 24), (100, 33), (100, 34), (200, 60)])
def test_the_stage_touches_nothing_else(size: tuple[int, int]) -> None:
    canvas, stage = with_frame(frame(), size)
    x, y, width, height = stage.rectangle
    assert (x, width) == (1, size[0] - 2)
    occupied = [row for row in range(size[1]) if canvas.line_text(row).strip()]
    assert not [row for row in occupied if y <= row < y + height]
    assert occupied[-2:] == [size[1] - 2, size[1] - 1]
    assert height >= 14


def test_the_stage_is_as_large_in_every_step() -> None:
    setup = SETUPS["padding-no-strides"]
    rectangles = {with_frame(frame_of(setup, index))[1].rectangle for index in range(49)}
    assert len(rectangles) == 1


def test_the_title_says_where_one_is_and_all_that_is_set() -> None:
    canvas, _ = with_frame(frame(), (110, 24))
    top = canvas.line_text(0)
    assert top.startswith(" cnnviz › convolution › padding, no strides")
    assert top.rstrip().endswith("N 7  F 3  S 1  P 1  D 1  K 1  C 1  G 1  b 0")


def test_where_the_title_is_narrow_the_outer_names_go_first_and_no_setting_does() -> None:
    top = with_frame(frame(), (80, 24))[0].line_text(0)
    assert top.startswith(" padding, no strides ")
    assert top.rstrip().endswith("N 7  F 3  S 1  P 1  D 1  K 1  C 1  G 1  b 0")


def test_the_longest_settings_still_stand_in_the_title() -> None:
    values = {"N": "1024x1000", "F": "32x31", "S": "2x1", "P": "1,2,0,1", "D": "2x1",
              "K": "64", "C": "64", "G": "64", "b": "−0.333"}  # fmt: skip
    each = replace(frame(), settings=tuple(Setting(s, v) for s, v in values.items()))
    top = with_frame(each)[0].line_text(0)
    for symbol, value in values.items():
        assert f"{symbol} {value}" in top


def test_a_setting_can_be_pointed_at_and_the_chosen_one_has_arrows() -> None:
    canvas = Canvas(80, 24, DARK)
    paint_title(canvas, replace(frame(), selected=2))
    top = canvas.line_text(0)
    assert "◂S 1▸" in top
    place = top.index("◂")
    assert canvas.target_at(place, 0) == SettingTarget(2, -1)
    assert canvas.target_at(place + 1, 0) == SettingTarget(2)
    assert canvas.target_at(place + 4, 0) == SettingTarget(2, 1)
    assert canvas.target_at(top.index("K"), 0) == SettingTarget(5)


def test_choosing_a_setting_moves_none() -> None:
    tops = []
    for selected in (None, 0, 4, 8):
        canvas = Canvas(80, 24, DARK)
        paint_title(canvas, replace(frame(), selected=selected))
        tops.append(canvas.line_text(0).replace("◂", " ").replace("▸", " "))
    assert len(set(tops)) == 1


def test_the_setting_that_was_changed_last_is_underlined() -> None:
    canvas = Canvas(80, 24, DARK)
    paint_title(canvas, replace(frame(), changed="P"))
    assert [run.text for run in canvas.runs(0) if run.underline] == ["1"]


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
def test_whatever_is_chosen_the_title_can_be_read(palette: Palette) -> None:
    for selected, changed in ((None, "P"), (3, ""), (0, "N")):
        canvas = Canvas(80, 24, palette)
        paint_title(canvas, replace(frame(), selected=selected, changed=changed))
        for run in canvas.runs(0):
            if run.text.strip():
                assert contrast(run.foreground, run.background) >= 4.5


FORMULA = line(("(N − F)/S + 1 = ", Role.DIM), "(7 − 3)/1 + 1 = 5 ", ("✓", Role.RIGHT))


def marked(pieces: Line) -> list[str]:
    """What is highlighted."""
    return [piece.text for piece in pieces if piece.role is Role.CHANGED]


def test_numbers_that_changed_are_marked_in_their_places() -> None:
    before = "(N − F)/S + 1 = (9 − 3)/1 + 1 = 7 ✓"
    assert marked(mark_changes(FORMULA, before)) == ["7", "5"]
    assert text_of(mark_changes(FORMULA, before)) == text_of(FORMULA)


def test_an_unchanged_line_has_no_marks() -> None:
    assert marked(mark_changes(FORMULA, text_of(FORMULA))) == []


@pytest.mark.parametrize("before", ["", "(N − F + 2P)/S + 1 = (7 − 3 + 2·1)/1 + 1 = 7 ✓", "7"])
def test_a_line_that_is_built_differently_is_left_as_it_is(before: str) -> None:
    assert mark_changes(FORMULA, before) == FORMULA


def test_numbers_with_thousands_are_one_number() -> None:
    now = line("750 · 32·32 = 768,000")
    assert marked(mark_changes(now, "456 · 28·28 = 357,504")) == ["750", "32", "32", "768,000"]
    assert marked(mark_changes(now, "750 · 32·32 = 768,001")) == ["768,000"]


def test_marks_reach_the_screen_underlined() -> None:
    each = replace(frame(), formulas=(FORMULA,), before=("(N − F)/S + 1 = (7 − 3)/2 + 1 = 3 ✓",))
    canvas, _ = with_frame(each)
    assert [run.text for run in canvas.runs(1) if run.underline] == ["1", "5"]


WORDS = st.text("ab·1 ", min_size=1, max_size=40)
PIECES = st.lists(st.builds(Piece, WORDS, st.sampled_from(Role)), max_size=8)


@given(PIECES, st.integers(1, 30))
def test_wrapping_keeps_the_width_and_every_letter_with_its_role(
    pieces: list[Piece], width: int
) -> None:
    lines = wrap_pieces(pieces, width)
    assert all(len(text_of(each).rstrip()) <= width for each in lines)

    def letters(of: list[Piece]) -> list[tuple[str, Role]]:
        return [(mark, piece.role) for piece in of for mark in piece.text if mark != " "]

    assert letters([piece for each in lines for piece in each]) == letters(pieces)


def test_lines_break_at_spaces_where_there_are_any() -> None:
    pieces = [Piece("one two "), Piece("three", Role.INPUT), Piece(" four")]
    assert [text_of(each).strip() for each in wrap_pieces(pieces, 9)] == [
        "one two",
        "three",
        "four",
    ]


def test_a_line_that_fits_stays_as_it_is() -> None:
    assert wrap_pieces(list(FORMULA), 80) == [list(FORMULA)]


def test_a_long_sum_gives_way_to_a_shorter_one_that_fits() -> None:
    sums = (line("1·1 + " * 60 + "0 = 60"), line("60 products: 60 = 60"))
    text = with_frame(replace(frame(), sums=sums))[0].text
    assert "60 products: 60 = 60" in text
    assert "1·1" not in text
    assert "1·1" in with_frame(replace(frame(), sums=sums), (200, 60))[0].text


def at(timeline: Timeline, width: int = 80) -> Canvas:
    """A timeline on a line of its own."""
    canvas = Canvas(width, 1, DARK)
    paint_timeline(canvas, timeline, 0)
    return canvas


def test_the_timeline_tells_place_state_and_speed() -> None:
    assert at(Timeline(3, 49, playing=True, speed=8)).text.startswith(" ▶ step  4 of 49  ├")
    assert at(Timeline(3, 49, playing=True, speed=8)).text.endswith("┤     8/s")
    assert at(Timeline(48, 49, playing=False, speed=0.5)).text.startswith(" ‖ step 49 of 49")
    assert at(Timeline(48, 49, playing=False, speed=0.5)).text.endswith("┤   0.5/s")


@pytest.mark.parametrize("length", [1, 2, 49, 4704, 1_000_000])
def test_the_knob_runs_from_end_to_end_and_nothing_else_moves(length: int) -> None:
    knobs = []
    for position in sorted({0, length // 3, length // 2, length - 1}):
        text = at(Timeline(position, length, playing=False, speed=8)).line_text(0)
        ends = text.index("├"), text.index("┤")
        knobs.append((text.index("●") - ends[0], ends))
    assert len({ends for _, ends in knobs}) == 1
    assert knobs[0][0] == 1
    places = [knob for knob, _ in knobs]
    assert places == sorted(places)
    if length > 1:
        assert places[-1] == knobs[0][1][1] - knobs[0][1][0] - 1


def test_the_timeline_can_be_pointed_at_from_first_to_last_step() -> None:
    canvas = at(Timeline(10, 49, playing=False, speed=8))
    text = canvas.line_text(0)
    first, last = text.index("├") + 1, text.index("┤") - 1
    assert canvas.target_at(first, 0) == TimelineTarget(0.0)
    assert canvas.target_at(last, 0) == TimelineTarget(1.0)
    shares = [canvas.target_at(x, 0) for x in range(first, last + 1)]
    values = [target.share for target in shares if isinstance(target, TimelineTarget)]
    assert values == sorted(values)
    assert len(values) == last - first + 1
    assert canvas.target_at(text.index("‖"), 0) == ActionTarget("toggle_play")


def test_without_steps_the_timeline_says_so() -> None:
    assert at(Timeline(0, 0, playing=False, speed=8)).text == " no step to show"


def test_keys_are_named_and_can_be_pressed_with_the_mouse() -> None:
    canvas, _ = with_frame(frame())
    text = canvas.line_text(23)
    assert text.startswith(" space play  ? help")
    assert canvas.target_at(text.index("play"), 23) == ActionTarget("toggle_play")
    assert canvas.target_at(text.index("?"), 23) == ActionTarget("show_help")


def test_a_box_has_four_corners_and_no_box_is_smaller_than_two() -> None:
    canvas = Canvas(6, 4, DARK)
    paint_box(canvas, 1, 0, 4, 3, "╔═╗║╚╝", DARK.filter)
    assert canvas.text == " ╔══╗\n ║  ║\n ╚══╝\n"
    small = Canvas(6, 4, DARK)
    paint_box(small, 0, 0, 1, 3, "╔═╗║╚╝", DARK.filter)
    assert small.text.strip() == ""


@pytest.mark.parametrize(("size", "small"), [((80, 24), False), ((79, 24), True), ((80, 23), True)])
def test_below_the_smallest_size_there_is_a_sentence(size: tuple[int, int], small: bool) -> None:
    canvas = Canvas(*size, DARK)
    assert too_small(canvas) is small
    text = " ".join(canvas.text.split())
    if small:
        assert text.startswith(f"This terminal has {size[0]}x{size[1]} characters.")
        assert f"{SMALLEST[0]}x{SMALLEST[1]}" in text
    else:
        assert text == ""


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (10, 3), (79, 1)])
def test_even_the_tiniest_terminal_is_no_error(size: tuple[int, int]) -> None:
    canvas = Canvas(*size, DARK)
    assert too_small(canvas)
    assert canvas.text.strip()


def test_a_part_of_the_terminal_can_be_asked_about_the_whole() -> None:
    assert not too_small(Canvas(40, 20, DARK), 80, 24)
    assert too_small(Canvas(90, 30, DARK), 70, 24)


@pytest.mark.parametrize("size", [(5, 5), (30, 8), (60, 15)])
def test_a_frame_in_too_little_room_is_no_error(size: tuple[int, int]) -> None:
    assert painted(SETUPS["depth"], 3, size).height == size[1]


def test_a_product_of_several_pieces_is_not_torn_apart() -> None:
    pieces = [Piece("1·2 + "), Piece("(−7)", Role.INPUT), Piece("·"), Piece("(−1)", Role.FILTER)]
    assert [text_of(each) for each in wrap_pieces(pieces, 12)] == ["1·2 + ", "(−7)·(−1)"]


def test_a_superscript_is_no_number_that_could_have_changed() -> None:
    """`"²".isdigit()` is true, but nobody types a new exponent into a formula."""
    formula = (Piece("(y − 2)² + 1"),)
    marked = mark_changes(formula, "(y − 2)² + 3")
    assert [piece.text for piece in marked if piece.role is Role.CHANGED] == ["1"]


def test_a_break_begins_a_new_line_wherever_it_stands() -> None:
    pieces = line("1 + 1 = 2", BREAK, "2 + 2 = 4")
    assert [text_of(each) for each in wrap_pieces(pieces, 40)] == ["1 + 1 = 2", "2 + 2 = 4"]
    assert [text_of(each).strip() for each in wrap_pieces(pieces, 6)] == [
        "1 + 1", "= 2", "2 + 2", "= 4",
    ]  # fmt: skip
