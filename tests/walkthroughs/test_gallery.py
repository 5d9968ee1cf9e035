"""The gallery: filters are what they claim to be, and their answers are sums of products."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.samples import KERNELS
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.walkthroughs.base import text_of
from cnnviz_tui.walkthroughs.gallery import GalleryWalkthrough
from cnnviz_tui.walkthroughs.gallery_filters import (
    EVEN,
    ODD,
    Filter,
    gabor,
    gabor_filters,
    lenet_filters,
    likeness,
)
from cnnviz_tui.walkthroughs.gallery_setup import GALLERY, presets

NAMES = [preset.name for preset in presets()]


def walk(name: str) -> GalleryWalkthrough:
    return GALLERY.preset(name).setup.build()


# -- filters --------------------------------------------------------------------------------------


@given(
    st.integers(3, 15), st.floats(0, 360), st.floats(2.5, 12), st.sampled_from([EVEN, ODD, 45.0])
)
def test_a_gabor_filter_has_no_mean_and_a_largest_weight_of_one(
    size: int, angle: float, wave: float, phase: float
) -> None:
    weights = gabor(size, angle, wave, phase)
    assert weights.shape == (size, size)
    assert abs(float(weights.mean())) < 1e-6
    assert float(np.abs(weights).max()) == pytest.approx(1, abs=1e-5)


@given(st.sampled_from([5, 7, 9]), st.floats(3, 8))
def test_half_a_turn_is_the_same_filter_and_a_quarter_is_the_transposed(
    size: int, wave: float
) -> None:
    level = gabor(size, 0, wave)
    np.testing.assert_allclose(gabor(size, 180, wave), level, atol=1e-5)
    np.testing.assert_allclose(gabor(size, 90, wave), level.T, atol=1e-5)


@given(st.sampled_from([5, 7, 9]), st.floats(0, 180), st.floats(3, 8))
def test_even_filters_are_symmetric_and_odd_ones_antisymmetric(
    size: int, angle: float, wave: float
) -> None:
    even, odd = gabor(size, angle, wave, EVEN), gabor(size, angle, wave, ODD)
    np.testing.assert_allclose(even, even[::-1, ::-1], atol=1e-5)
    np.testing.assert_allclose(odd, -odd[::-1, ::-1], atol=1e-5)


@pytest.mark.parametrize("angle", [0, 22.5, 45, 67.5, 90, 112.5, 135, 157.5])
def test_a_line_excites_the_filter_of_its_own_direction_most(angle: float) -> None:
    """A slow obvious check of what every caption of the gallery claims."""
    place = np.arange(21) - 10
    turn = np.radians(angle)
    distance = np.abs(place[None, :] * np.sin(turn) + place[:, None] * np.cos(turn))
    picture = np.clip(1.5 - distance, 0, 1).astype(np.float32)
    answers = GalleryWalkthrough(picture, gabor_filters(7, 4, EVEN, 8), formula="").answers
    strongest = int(np.argmax(answers[:, 10, 10]))
    assert strongest == round(angle / 22.5)


def test_a_gabor_filter_is_most_like_itself_whatever_its_phase() -> None:
    for phase in (EVEN, 30.0, ODD):
        found = likeness(gabor(9, 67.5, 5, phase) * 3 + 0.2)
        assert (found.angle, found.wave) == (67.5, 5)
        assert found.share > 0.97


def test_a_flat_filter_is_like_no_gabor_filter() -> None:
    assert likeness(np.ones((5, 5), dtype=np.float32)).share == 0


def test_the_learned_filters_are_those_of_the_trained_network() -> None:
    from cnnviz_tui.nn import load_lenet

    weights = load_lenet().parameters()[0]
    filters = lenet_filters()
    assert len(filters) == 6
    for k, each in enumerate(filters):
        np.testing.assert_array_equal(each.weights, weights[k, 0])


# -- answers --------------------------------------------------------------------------------------


@given(st.integers(0, 5), st.integers(3, 9), st.integers(3, 9), st.sampled_from([3, 4, 5]))
def test_answers_are_sums_of_products_with_the_border_going_on(
    seed: int, height: int, width: int, size: int
) -> None:
    """Against a slow loop."""
    generator = np.random.default_rng(seed)
    picture = generator.random((height, width)).astype(np.float32)
    weights = generator.normal(size=(size, size)).astype(np.float32)
    walkthrough = GalleryWalkthrough(picture, (Filter("f", "f", "f", weights),), formula="")
    step = walkthrough[0]
    for row in range(height):
        for column in range(width):
            total = 0.0
            for a in range(size):
                for b in range(size):
                    i = min(max(row - (size - 1) // 2 + a, 0), height - 1)
                    j = min(max(column - (size - 1) // 2 + b, 0), width - 1)
                    total += float(picture[i, j]) * float(weights[a, b])
            assert float(step.answers[row, column]) == pytest.approx(total, abs=1e-4)
            patch = walkthrough.patch(*step.window(row, column))
            assert float((patch * weights).sum()) == pytest.approx(total, abs=1e-4)


def test_classic_filters_are_all_there_but_the_random_one() -> None:
    assert walk("classic").labels == tuple(k.name for k in KERNELS if k.name != "random")


def test_the_identity_leaves_the_picture_as_it_is() -> None:
    walkthrough = walk("classic")
    place = walkthrough.labels.index("identity")
    np.testing.assert_allclose(walkthrough.answers[place], walkthrough.picture)


def test_a_complex_cell_is_the_root_of_two_squares_and_cares_less_where_a_line_lies() -> None:
    walkthrough = walk("cells")
    even, odd, energy = walkthrough.answers
    np.testing.assert_allclose(energy, np.sqrt(even**2 + odd**2), rtol=1e-5)
    changes = [walkthrough.change_when_moved(i) for i in range(3)]
    assert changes[2] < 0.5 * min(changes[:2])
    assert f"{changes[2]:.0%}" in walkthrough[2].caption
    assert text_of(walkthrough[2].sums[0]).startswith("strongest answer")
    assert "√(" in text_of(walkthrough[2].sums[0])


def test_the_strongest_answer_is_the_one_farthest_from_zero() -> None:
    for step in walk("gabor"):
        assert abs(step.answers[step.strongest]) == np.abs(step.answers).max()


def test_a_sum_is_written_product_by_product_where_it_is_short() -> None:
    written = text_of(walk("classic")[0].sums[0])
    assert written.count("·") == 9
    numbers = re.findall(r"([\d.]+)·\(?(−?[\d.]+)\)?", written)
    total = sum(float(a) * float(b.replace("−", "-")) for a, b in numbers)
    shown = float(written.rsplit("= ", 1)[1].replace("−", "-"))
    assert shown == pytest.approx(total, abs=0.02)


@pytest.mark.parametrize("name", NAMES)
def test_captions_are_short_sentences(name: str) -> None:
    for step in walk(name):
        assert step.caption.endswith(".")
        assert len(step.caption) <= 156
        assert "!" not in step.caption
        assert step.data["filter"] == walk(name).labels[step.index]


# -- choosing -------------------------------------------------------------------------------------


def test_everything_can_be_typed_on_the_command_line() -> None:
    typed = {"bank": "gabor", "K": "4", "F": "9", "λ": "6", "phase": "90", "input": "digit-3"}
    walkthrough = GALLERY.set_up("classic", typed).build()
    assert walkthrough.labels == ("0°", "45°", "90°", "135°")
    np.testing.assert_allclose(walkthrough.filters[1].weights, gabor(9, 45, 6, 90), atol=1e-6)
    assert GALLERY.set_up("cells", {"θ": "0", "N": "12x14"}).build().picture.shape == (12, 14)


@pytest.mark.parametrize(
    ("preset", "typed", "complaint"),
    [
        ("gabor", {"K": "13"}, "number of filters K must be 1 to 12"),
        ("gabor", {"F": "2"}, "filter size F must be 3 to 15"),
        ("gabor", {"N": "65"}, "input size N must be 3 to 64"),
        ("gabor", {"wave": "1"}, "wavelength λ"),
        ("gabor", {"phase": "400"}, "Angles must be"),
        ("gabor", {"bank": "nice"}, "no bank of filters “nice”"),
        ("learned", {"F": "3"}, "filters of LeNet are 5x5"),
    ],
)
def test_choices_that_cannot_be_are_sentences(
    preset: str, typed: dict[str, str], complaint: str
) -> None:
    with pytest.raises(ShapeError, match=complaint):
        GALLERY.set_up(preset, typed)


def test_typed_numbers_stay_until_the_filter_is_another() -> None:
    setup = GALLERY.preset("classic").setup.with_weight((1, 0, 0), 9.0)
    setup = setup.with_input_cell((2, 3), 0.5)
    walkthrough = setup.build()
    assert walkthrough.filters[1].weights[0, 0] == 9
    assert walkthrough.picture[2, 3] == 0.5
    assert setup.changed(size=(15, 15)).build().filters[1].weights[0, 0] == 9
    assert not setup.changed(kernel=5).weight_edits
