"""Every letter of a convolution can be read, typed, and moved up and down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from cnnviz_tui.samples import INPUTS, KERNELS
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.walkthroughs.convolution_fields import FIELDS
from cnnviz_tui.walkthroughs.convolution_setup import ConvolutionSetup
from tests.walkthroughs.convolutions import SETUPS, field_of

SYMBOLS = [field.symbol for field in FIELDS if field.symbol]


def setup(name: str = "no-padding-no-strides") -> ConvolutionSetup:
    """The setup of a preset."""
    return SETUPS[name]


def wide() -> ConvolutionSetup:
    """A setup with many channels and filters."""
    return setup().changed(channels=12, filters=12)


def shown(of: ConvolutionSetup, symbol: str) -> str:
    """The text of one field."""
    return field_of(symbol).text(of)


def nudges(of: ConvolutionSetup, symbol: str, direction: int, times: int) -> list[str]:
    """The texts of a field that is moved again and again."""
    texts = []
    for _ in range(times):
        of = field_of(symbol).nudged(of, direction)
        texts.append(shown(of, symbol))
    return texts


def test_the_letters_are_those_of_the_field() -> None:
    assert SYMBOLS == ["N", "F", "S", "P", "D", "K", "C", "G", "b"]
    assert all(field.name and field.hint for field in FIELDS)


def test_every_field_has_a_word_for_the_command_line() -> None:
    options = [field.option for field in FIELDS]
    assert len(set(options)) == len(options)
    assert {"input", "image", "kernel", "size", "filter", "padding"} <= set(options)


def test_what_a_field_shows_can_be_typed_again() -> None:
    for each in SETUPS.values():
        for symbol in (*SYMBOLS, "kernel"):
            assert field_of(symbol).typed(each, shown(each, symbol)) == replace(each, title="")


@pytest.mark.parametrize(
    ("symbol", "typed", "text"),
    [
        ("N", "9", "9"),
        ("N", "7x9", "7x9"),
        ("N", " 7 × 9 ", "7x9"),
        ("N", "8x8", "8"),
        ("F", "1x5", "1x5"),
        ("S", "2x1", "2x1"),
        ("D", "2", "2"),
        ("P", "1", "1"),
        ("P", "1x2", "1x2"),
        ("P", "1,2,0,1", "1,2,0,1"),
        ("P", "same", "same"),
        ("P", "Valid", "valid"),
        ("K", "4", "4"),
        ("C", "3", "3"),
        ("G", "1", "1"),
        ("b", "-0.5", "−0.5"),
        ("b", "1/4", "0.25"),
        ("b", "off", "off"),
        ("b", "none", "off"),
        ("b", "on", "0"),
    ],
)
def test_a_field_takes_what_is_typed(symbol: str, typed: str, text: str) -> None:
    changed = field_of(symbol).typed(setup(), typed)
    assert shown(changed, symbol) == text
    assert [shown(changed, s) for s in SYMBOLS if s != symbol] == [
        shown(setup(), s) for s in SYMBOLS if s != symbol
    ]


def test_typed_numbers_reach_the_walkthrough() -> None:
    changed = field_of("P").typed(setup(), "1,2,0,1")
    assert changed.build().pads == ((1, 2), (0, 1))
    changed = field_of("b").typed(setup(), "1/4")
    assert changed.build()[0].bias == 0.25
    changed = field_of("N").typed(setup(), "7x9")
    assert changed.build().input.shape == (1, 7, 9)


BAD = {
    "N": ["", "big", "3x", "x3", "1x2x3", "0", "-1", "1025", "1" + "0" * 30, "1.5", "٣x"],
    "F": ["", "0", "33", "3,3", "−2"],
    "S": ["", "0", "1x0", "fast", "1025"],
    "P": ["", "-1", "1x2x3", "1,2", "1,2,3", "1,2,3,-1", "full", "2000", "x"],
    "D": ["", "0", "2x2x2", "wide"],
    "K": ["", "0", "65", "3x3", "many", "1" + "0" * 30],
    "C": ["", "0", "65", "rgb"],
    "G": ["", "0", "5", "two"],
    "b": ["", "small", "nan", "inf", "1e9", "1/0"],
}


@pytest.mark.parametrize(
    ("symbol", "typed"), [(symbol, typed) for symbol, all_ in BAD.items() for typed in all_]
)
def test_what_a_field_cannot_take_is_told_in_one_sentence(symbol: str, typed: str) -> None:
    with pytest.raises(ShapeError) as caught:
        field_of(symbol).typed(setup(), typed)
    text = str(caught.value)
    assert len(text) > 20
    assert "\n" not in text
    assert len(text) < 200


@pytest.mark.parametrize(
    ("symbol", "direction", "texts"),
    [
        ("N", 1, ["8", "9", "10"]),
        ("F", 1, ["4", "5", "6"]),
        ("F", -1, ["2", "1", "1"]),
        ("S", 1, ["2", "3", "4"]),
        ("S", -1, ["1", "1", "1"]),
        ("P", 1, ["1", "2", "3"]),
        ("P", -1, ["0", "0", "0"]),
        ("D", 1, ["2", "3", "4"]),
        ("K", 1, ["2", "3", "4"]),
        ("C", -1, ["1", "1", "1"]),
        ("G", 1, ["1", "1", "1"]),
        ("b", 1, ["1", "2", "3"]),
        ("b", -1, ["−1", "−2", "−3"]),
    ],
)
def test_a_field_moves_one_at_a_time_and_stops_at_its_smallest_value(
    symbol: str, direction: int, texts: list[str]
) -> None:
    assert nudges(setup(), symbol, direction, 3) == texts


def test_groups_step_through_the_divisors_of_both_counts() -> None:
    assert nudges(wide(), "G", 1, 6) == ["2", "3", "4", "6", "12", "12"]
    assert nudges(wide().changed(groups=12), "G", -1, 6) == ["6", "4", "3", "2", "1", "1"]
    assert nudges(setup().changed(channels=6, filters=9), "G", 1, 2) == ["3", "3"]


def test_counts_step_over_what_the_groups_forbid() -> None:
    grouped = wide().changed(groups=4)
    assert nudges(grouped, "K", 1, 2) == ["16", "20"]
    assert nudges(grouped, "C", -1, 3) == ["8", "4", "4"]


@pytest.mark.parametrize(
    ("symbol", "choices", "words"),
    [
        ("N", {"size": (1024, 1024)}, "1 to 1024 here, not 1025"),
        ("F", {"kernel_size": (32, 32)}, "1 to 32 here, not 33"),
        ("K", {"filters": 64}, "1 to 64 here, not 65"),
        ("C", {"channels": 64}, "1 to 64 here, not 65"),
        ("P", {"padding": 1024}, "0 to 1024 here, not 1025"),
    ],
)
def test_above_the_largest_value_there_is_a_sentence(
    symbol: str, choices: dict[str, object], words: str
) -> None:
    with pytest.raises(ShapeError, match=words):
        field_of(symbol).nudged(setup().changed(**choices), 1)


def test_both_sides_of_a_rectangle_move_together() -> None:
    base = setup().changed(size=(7, 9), kernel_size=(1, 3))
    assert nudges(base, "N", 1, 2) == ["8x10", "9x11"]
    assert nudges(base, "F", -1, 2) == ["1x3", "1x3"]


@pytest.mark.parametrize(
    ("padding", "up", "down"),
    [
        ("valid", "1", "valid"),
        ("same", "2", "0"),
        (((2, 0), (0, 0)), "3", "1"),
        ((1, 2), "2", "0"),
    ],
)
def test_other_paddings_become_the_ring_most_like_them(padding: object, up: str, down: str) -> None:
    base = setup().changed(padding=padding)
    assert nudges(base, "P", 1, 1) == [up]
    assert nudges(base, "P", -1, 1) == [down]


def test_a_bias_that_is_off_comes_back_as_zero() -> None:
    off = setup().changed(bias=None)
    assert nudges(off, "b", 1, 2) == ["0", "1"]
    assert nudges(off, "b", -1, 1) == ["0"]


def test_biases_typed_one_by_one_are_called_own_until_one_number_replaces_them() -> None:
    own = setup().changed(filters=2).with_bias_of(1, 3.0)
    assert shown(own, "b") == "own"
    common = field_of("b").typed(own, "2")
    assert common.bias_edits == {}
    bias = common.build().bias
    assert bias is not None
    assert bias.tolist() == [2, 2]


def test_input_and_kernel_are_chosen_by_name_and_go_round_in_a_circle() -> None:
    assert shown(setup(), "input") == "letter-X"
    assert shown(field_of("input").typed(setup(), "digit-3"), "input") == "digit-3"
    assert shown(field_of("kernel").typed(setup(), "box"), "kernel") == "box"
    assert nudges(setup(), "kernel", -1, 2) == ["random", "identity"]
    assert nudges(setup(), "kernel", 1, len(KERNELS))[-1] == "sobel-x"


@pytest.mark.parametrize("option", ["input", "kernel"])
def test_an_unknown_name_is_one_sentence_that_lists_the_choices(option: str) -> None:
    with pytest.raises(ShapeError) as caught:
        field_of(option).typed(setup(), "cat")
    names = {"input": [s.name for s in INPUTS], "kernel": [k.name for k in KERNELS]}[option]
    assert f"no {option} “cat”" in str(caught.value)
    assert all(name in str(caught.value) for name in names)


def test_a_picture_of_ones_own_is_chosen_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "cat.png"
    Image.new("RGB", (12, 9), (0, 0, 255)).save(path)
    changed = field_of("image").typed(setup(), str(path))
    assert (changed.size, changed.channels) == ((9, 12), 3)
    assert shown(changed, "image") == "cat.png"
    assert shown(setup(), "image") == ""
    assert field_of("image").nudged(changed, 1) == changed


def test_a_path_without_a_picture_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ShapeError, match="No such file or directory") as caught:
        field_of("image").typed(setup(), str(tmp_path / "cat.png"))
    assert "\n" not in str(caught.value)
