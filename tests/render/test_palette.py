"""Everything can be read in both themes, and shades say size and sign in luminance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.render.palette import (
    DARK,
    LIGHT,
    Palette,
    Scale,
    blend,
    channels_of,
    contrast,
    luminance,
    mix,
    shades,
    text_on,
    true_colours,
)
from cnnviz_tui.walkthroughs.base import Role

ENOUGH = 4.5
"""WCAG 2.2's contrast for text, level AA."""

PALETTES = pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
COLOURS = st.integers(0, 0xFFFFFF)


@PALETTES
@pytest.mark.parametrize("role", Role)
def test_every_role_can_be_read_on_background_and_surface(palette: Palette, role: Role) -> None:
    colour = palette.of_role(role)
    assert contrast(colour, palette.background) >= ENOUGH
    assert contrast(colour, palette.surface) >= ENOUGH


@PALETTES
def test_the_cursor_s_text_can_be_read(palette: Palette) -> None:
    assert contrast(palette.background, palette.cursor) >= ENOUGH


def test_what_the_dark_theme_writes_in_the_window_s_colour_can_be_read() -> None:
    assert contrast(DARK.window, DARK.background) >= ENOUGH
    assert contrast(DARK.window, DARK.surface) >= ENOUGH


@PALETTES
def test_states_of_cells_differ_from_the_background_in_luminance(palette: Palette) -> None:
    for colour in (palette.window, palette.cursor, palette.output):
        assert contrast(colour, palette.background) > 1.3


@given(COLOURS)
def test_text_on_any_colour_can_be_read(colour: int) -> None:
    assert text_on(colour) in {0x000000, 0xFFFFFF}
    assert contrast(text_on(colour), colour) >= ENOUGH


@pytest.mark.parametrize("grey", range(256))
def test_text_on_any_grey_can_be_read(grey: int) -> None:
    colour = grey << 16 | grey << 8 | grey
    assert contrast(text_on(colour), colour) >= ENOUGH


def test_luminance_and_contrast_are_wcag_s() -> None:
    assert luminance(0x000000) == 0
    assert luminance(0xFFFFFF) == pytest.approx(1)
    assert contrast(0x000000, 0xFFFFFF) == pytest.approx(21)
    assert contrast(0xFFFFFF, 0x767676) == pytest.approx(4.54, abs=0.005)
    assert luminance(0xFF0000) == pytest.approx(0.2126)


@given(COLOURS, COLOURS)
def test_contrast_has_no_order(one: int, other: int) -> None:
    assert contrast(one, other) == contrast(other, one) >= 1
    assert contrast(one, one) == 1


@given(COLOURS, COLOURS, st.floats(0, 1))
def test_mixing_goes_from_one_colour_to_the_other(one: int, other: int, share: float) -> None:
    assert mix(one, other, 0) == one
    assert mix(one, other, 1) == other
    between = channels_of(mix(one, other, share))
    parts = zip(channels_of(one), between, channels_of(other), strict=True)
    assert all(min(a, c) <= b <= max(a, c) for a, b, c in parts)
    array = np.array([one], dtype=np.int64)
    assert int(blend(array, other, share)[0]) == mix(one, other, share)


def scale_of(*values: float) -> Scale:
    """The scale of some values."""
    return Scale.of(np.array(values, dtype=np.float32))


def test_pixels_always_get_the_whole_range() -> None:
    assert scale_of(0.2, 0.4) == Scale(0, 1)
    assert scale_of(0, 0) == Scale(0, 1)
    assert scale_of(1, 3) == Scale(0, 3)


def test_signed_values_reach_as_far_on_both_sides() -> None:
    assert scale_of(-1, 4) == Scale(-4, 4)
    assert scale_of(-5, 0) == Scale(-5, 5)
    assert scale_of(-1, 4).signed
    assert not scale_of(0, 4).signed


def test_weights_are_signed_even_where_none_is_below_0() -> None:
    weights = np.array([0, 4], dtype=np.float32)
    assert Scale.of(weights, signed=True) == Scale(-4, 4)
    assert Scale.of(-weights, signed=True) == Scale(-4, 4)
    nothing = Scale.of(weights * 0, signed=True)
    assert nothing.signed
    assert shaded(DARK, nothing, 0) == [DARK.background]


def test_holes_do_not_count_for_the_scale() -> None:
    assert scale_of(np.nan, 2, np.inf) == Scale(0, 2)
    assert scale_of(np.nan) == Scale(0, 1)
    assert Scale.of(np.zeros((0, 3), dtype=np.float32)) == Scale(0, 1)


def shaded(palette: Palette, scale: Scale, *values: float) -> list[int]:
    """The colours of some values."""
    return [int(c) for c in shades(np.array(values, dtype=np.float32), scale, palette)]


@PALETTES
def test_pixels_run_from_black_to_white(palette: Palette) -> None:
    ramp = shaded(palette, Scale(0, 1), *np.linspace(0, 1, 11))
    assert (ramp[0], ramp[-1]) == (palette.black, palette.white)
    assert ramp == sorted(ramp, key=luminance)
    assert len(set(ramp)) == 11


@PALETTES
def test_signed_zero_is_the_background_and_both_ends_have_their_colours(palette: Palette) -> None:
    low, zero, high = shaded(palette, Scale(-2, 2), -2, 0, 2)
    assert (low, zero, high) == (palette.negative, palette.background, palette.positive)


@PALETTES
@pytest.mark.parametrize("sign", [-1, 1])
def test_larger_signed_values_stand_out_more_in_luminance(palette: Palette, sign: int) -> None:
    ramp = shaded(palette, Scale(-1, 1), *(sign * np.linspace(0, 1, 9)))
    distances = [contrast(colour, palette.background) for colour in ramp]
    assert distances == sorted(distances)
    assert distances[-1] > 3


@PALETTES
def test_values_beyond_the_scale_take_its_ends_and_holes_are_dim(palette: Palette) -> None:
    assert shaded(palette, Scale(0, 1), 7, -7) == [palette.white, palette.black]
    assert shaded(palette, Scale(-1, 1), 7, -7) == [palette.positive, palette.negative]
    assert shaded(palette, Scale(0, 1), np.nan, np.inf) == [palette.dim, palette.dim]


def test_a_tint_replaces_white() -> None:
    colours = shades(np.array([0, 1], dtype=np.float32), Scale(0, 1), DARK, tint=0xFF7B72)
    assert colours.tolist() == [DARK.black, 0xFF7B72]


def test_true_colours_are_those_of_the_picture() -> None:
    picture = np.array([[[1.0, 0.0, 2.0]], [[0.0, 0.5, -1.0]], [[0.2, 1.0, 0.0]]])
    assert true_colours(picture.astype(np.float32)).tolist() == [[0xFF0033, 0x0080FF, 0xFF0000]]
