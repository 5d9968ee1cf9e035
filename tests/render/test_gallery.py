"""The stage of the gallery: nothing is left out, nothing jumps."""

from __future__ import annotations

import pytest

from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.gallery import ANSWERS, INPUT, TILE, GalleryScene
from cnnviz_tui.render.grid import CellMode, CellTarget
from cnnviz_tui.render.palette import DARK
from cnnviz_tui.render.panels import Look
from cnnviz_tui.walkthroughs.gallery_setup import GALLERY, GallerySetup, presets

NAMES = [preset.name for preset in presets()]


def painted(
    setup: GallerySetup, index: int, size: tuple[int, int], look: Look | None = None
) -> Canvas:
    walkthrough = setup.build()
    canvas = Canvas(*size, DARK)
    GalleryScene(walkthrough, walkthrough[index], look or Look()).paint(canvas, 1, 0, *size)
    return canvas


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [(79, 16), (159, 40), (199, 50)])
def test_all_filters_and_the_chosen_one_at_work_are_shown(name: str, size: tuple[int, int]) -> None:
    setup = GALLERY.preset(name).setup
    walkthrough = setup.build()
    for index in (0, len(walkthrough) - 1):
        canvas = painted(setup, index, size)
        assert all(label in canvas.text for label in walkthrough.labels)
        assert "picture 20x20" in canvas.text
        assert "answers" in canvas.text
        pointed = {
            (t.grid, t.row, t.column)
            for x in range(canvas.width)
            for y in range(canvas.height)
            if isinstance(t := canvas.target_at(x, y), CellTarget)
        }
        assert {(TILE, k, 0) for k in range(len(walkthrough))} <= pointed
        for grid in (INPUT, ANSWERS):
            assert (grid, 0, 0) in pointed
            assert (grid, 18, 19) in pointed, "to the last column, two rows a line"


@pytest.mark.parametrize("name", ["gabor", "classic", "learned"])
def test_places_do_not_depend_on_the_step(name: str) -> None:
    setup = GALLERY.preset(name).setup
    places = {
        tuple((x, y) for x, y, _ in painted(setup, index, (79, 16)).spots_of(CellTarget))
        for index in range(len(setup.build()))
    }
    assert len(places) == 1


def test_the_chosen_filter_is_marked_by_a_sign() -> None:
    setup = GALLERY.preset("gabor").setup
    assert "▸45°" in painted(setup, 2, (79, 16)).text


def test_learned_filters_stand_beside_gabor_filters_with_their_direction() -> None:
    setup = GALLERY.preset("gabor").setup
    assert "LeNet c1, learned" in painted(setup, 0, (79, 16)).text
    assert "nearest Gabor" in painted(GALLERY.preset("learned").setup, 0, (79, 16)).text


def test_small_filters_are_written_out() -> None:
    text = painted(GALLERY.preset("classic").setup, 0, (79, 16)).text
    assert "−1" in text
    assert "−2" in text


@pytest.mark.parametrize("mode", list(CellMode))
def test_large_pictures_and_filters_are_panned_in_every_mode(mode: CellMode) -> None:
    setup = GALLERY.preset("gabor").setup.changed(size=(64, 64), kernel=15, count=12)
    canvas = painted(setup, 11, (79, 16), Look(mode=mode))
    assert "165°" in canvas.text
    assert "filter 15x15" in canvas.text
