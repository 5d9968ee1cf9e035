"""Every picture can be had in any size and with any number of channels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cnnviz_tui.digits import bundled
from cnnviz_tui.samples import INPUTS, InputSource, input_from_file, input_named
from cnnviz_tui.samples.inputs import LETTERS, cycle, fit, grey

DIGITS = [source for source in INPUTS if source.name.startswith("digit-")]


@settings(max_examples=150)
@given(
    st.sampled_from(INPUTS),
    st.integers(1, 45),
    st.integers(1, 45),
    st.integers(1, 12),
)
def test_any_size_and_number_of_channels_gives_finite_float32(
    source: InputSource, height: int, width: int, channels: int
) -> None:
    picture = source.make(height, width, channels)
    assert picture.shape == (channels, height, width)
    assert picture.dtype == np.float32
    assert np.isfinite(picture).all()


@pytest.mark.parametrize("source", INPUTS, ids=lambda source: str(source.name))
def test_the_natural_picture_is_its_own_each_time(source: InputSource) -> None:
    """The explorer writes typed numbers into the picture; that must not spoil the next one."""
    first = source.make(*source.size, source.channels)
    kept = first.copy()
    first[...] = 99
    assert np.array_equal(source.make(*source.size, source.channels), kept)
    assert np.ptp(kept) > 0


@pytest.mark.parametrize("source", INPUTS, ids=lambda source: str(source.name))
def test_sixty_four_channels_can_be_asked_for(source: InputSource) -> None:
    assert source.make(9, 9, 64).shape == (64, 9, 9)


def test_digits_are_the_bundled_ones_from_0_to_1() -> None:
    images, labels = bundled()
    assert len(DIGITS) == 10
    for source in DIGITS:
        digit = int(source.name.removeprefix("digit-"))
        picture = source.make(28, 28, 1)[0]
        original = images[labels == digit][0] / 255
        np.testing.assert_allclose(picture, original, atol=0.005 + 1e-6)
        assert picture.min() == 0
        assert 0.9 < picture.max() <= 1


def test_channels_of_a_digit_are_the_digits_that_follow() -> None:
    stack = input_named("digit-8").make(28, 28, 4)
    for plane, digit in zip(stack, (8, 9, 0, 1), strict=True):
        assert np.array_equal(plane, input_named(f"digit-{digit}").make(28, 28, 1)[0])


def test_a_shrunken_digit_keeps_its_ink() -> None:
    large, small = (input_named("digit-7").make(n, n, 1) for n in (28, 14))
    assert small.mean() == pytest.approx(large.mean(), abs=0.005)


def test_the_colour_picture_has_three_different_channels_and_one_grey_one() -> None:
    colour = input_named("picture").make(32, 32, 3)
    assert colour.min() >= 0
    assert colour.max() <= 1
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert (colour[one] != colour[other]).mean() > 0.9
    single = input_named("picture").make(32, 32, 1)
    np.testing.assert_allclose(single, grey(colour), atol=0.011)


def test_small_numbers_are_whole_and_stay_the_same() -> None:
    numbers = input_named("numbers").make(7, 7, 3)
    assert set(numbers.ravel().tolist()) == {0, 1, 2}
    assert np.array_equal(numbers, input_named("numbers").make(7, 7, 3))


@pytest.mark.parametrize("name", sorted(LETTERS))
def test_letters_are_ink_on_a_border_of_paper(name: str) -> None:
    picture = input_named(f"letter-{name}").make(7, 7, 1)[0]
    drawn = ["".join("#" if cell else "." for cell in row) for row in picture[:, 1:6]]
    assert tuple(drawn) == LETTERS[name]
    assert not picture[:, [0, 6]].any()


def test_shapes_show_what_their_names_say() -> None:
    edge = input_named("shape-edge").make(6, 6, 1)[0]
    assert not edge[:, :3].any()
    assert edge[:, 3:].all()
    dot = input_named("shape-dot").make(7, 7, 1)[0]
    assert dot[3, 3] == dot.sum() == 1
    diagonal = input_named("shape-diagonal").make(8, 8, 1)[0]
    assert diagonal.diagonal().all()
    assert not diagonal[0, 3:].any()
    for name in ("square", "ring"):
        picture = input_named(f"shape-{name}").make(9, 9, 1)[0]
        assert np.array_equal(picture, picture[::-1])
        assert np.array_equal(picture, picture.T)
        assert bool(picture[4, 4]) == (name == "square")


def test_names_are_unique_and_the_explorer_opens_on_a_real_digit() -> None:
    assert len({source.name for source in INPUTS}) == len(INPUTS)
    assert INPUTS[0].name == "digit-7"


def test_an_unknown_input_is_one_sentence_that_lists_the_choices() -> None:
    with pytest.raises(ValueError, match="no input called 'digit-10'") as caught:
        input_named("digit-10")
    text = str(caught.value)
    assert "\n" not in text
    assert all(source.name in text for source in INPUTS)


def test_fitting_to_the_same_size_copies() -> None:
    picture = np.ones((4, 5), dtype=np.float32)
    fitted = fit(picture, 4, 5)
    fitted[0, 0] = 7
    assert picture[0, 0] == 1


def test_fitting_averages_when_it_shrinks_and_repeats_when_it_grows() -> None:
    picture = np.array([[0, 1], [2, 3]], dtype=np.float32)
    assert fit(picture, 1, 1).tolist() == [[1.5]]
    assert fit(picture, 4, 4).tolist() == np.kron(picture, np.ones((2, 2))).tolist()


def test_channels_begin_again_where_a_picture_has_no_more() -> None:
    planes = np.arange(3, dtype=np.float32)[:, None, None]
    assert cycle(planes, 7).ravel().tolist() == [0, 1, 2, 0, 1, 2, 0]


def save(path: Path, size: tuple[int, int], colour: tuple[int, int, int]) -> Path:
    """Write a picture of one colour; `size` is (width, height)."""
    Image.new("RGB", size, colour).save(path)
    return path


def test_a_picture_of_ones_own_keeps_its_shape_and_is_at_most_64_a_side(tmp_path: Path) -> None:
    source = input_from_file(save(tmp_path / "cat.png", (300, 150), (255, 0, 51)))
    assert (source.size, source.channels) == ((32, 64), 3)
    assert (source.name, source.title) == ("file:cat.png", "cat.png")
    picture = source.make(*source.size, 3)
    assert picture.shape == (3, 32, 64)
    np.testing.assert_allclose(picture[:, 5, 5], [1, 0, 0.2], atol=1e-6)


def test_a_small_picture_of_ones_own_keeps_its_size(tmp_path: Path) -> None:
    source = input_from_file(save(tmp_path / "icon.png", (16, 12), (10, 20, 30)))
    assert source.size == (12, 16)


def test_a_sliver_still_has_a_row(tmp_path: Path) -> None:
    source = input_from_file(save(tmp_path / "line.png", (500, 1), (9, 9, 9)))
    assert source.size == (1, 64)


def test_one_channel_of_a_colour_picture_is_its_luma(tmp_path: Path) -> None:
    source = input_from_file(save(tmp_path / "green.png", (8, 8), (0, 255, 0)))
    assert source.make(8, 8, 1).ravel() == pytest.approx(0.59, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "title"),
    [("a\x1b[31mb.png", "a?[31mb.png"), ("猫.png", "?.png"), ("tab\there.png", "tab?here.png")],
)
def test_a_file_name_cannot_spoil_the_screen(tmp_path: Path, name: str, title: str) -> None:
    """A title takes one cell a character and sends no commands to the terminal."""
    source = input_from_file(save(tmp_path / name, (8, 8), (1, 2, 3)))
    assert source.title == title
