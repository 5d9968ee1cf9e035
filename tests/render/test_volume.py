"""The stage of volumes: cards that never cover what the step is about."""

from __future__ import annotations

import pytest

from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.render.palette import DARK, channels_of
from cnnviz_tui.render.panels import Look
from cnnviz_tui.render.volume import CHAIN, FILTER, INPUT, OUTPUT, PATCH, VolumeScene
from cnnviz_tui.walkthroughs.volume import Scope
from cnnviz_tui.walkthroughs.volume_setup import VOLUME, VolumeSetup, presets

NAMES = [preset.name for preset in presets()]


def painted(setup: VolumeSetup, index: int, size: tuple[int, int], channel: int = 0) -> Canvas:
    walkthrough = setup.build()
    canvas = Canvas(*size, DARK)
    VolumeScene(walkthrough, walkthrough[index], Look(), channel).paint(canvas, 0, 0, *size)
    return canvas


def targets(canvas: Canvas) -> set[CellTarget]:
    found = (canvas.target_at(x, y) for x in range(canvas.width) for y in range(canvas.height))
    return {target for target in found if isinstance(target, CellTarget)}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [(78, 15), (158, 40), (198, 50)])
def test_input_lens_and_output_are_shown_whole_in_every_layer(
    name: str, size: tuple[int, int]
) -> None:
    setup = VOLUME.preset(name).setup
    walkthrough = setup.build()
    for layer in range(len(walkthrough.weights)):
        canvas = painted(setup, walkthrough.index_of(layer, Scope.STACK), size)
        maps, height, width = walkthrough.shapes[layer + 1]
        assert f"output {height}x{width}x{maps}" in canvas.text
        assert "window" in canvas.text
        found = targets(canvas)
        channels = walkthrough.shapes[layer][0]
        assert {t.channel for t in found if t.grid == INPUT} == set(range(channels))
        assert {t.channel for t in found if t.grid == OUTPUT} == set(range(maps))
        rows, columns = walkthrough.layers[layer].kernel_size
        for grid in (PATCH, FILTER):
            cells = {(t.row, t.column) for t in found if t.grid == grid}
            assert len(cells) == rows * columns
        top = {t.row for t in found if t.grid == OUTPUT and t.channel == maps - 1}
        assert 0 in top
        assert max(top) >= height - 4, "the last map lies on top, from its first row to its last"


@pytest.mark.parametrize("name", NAMES)
def test_places_do_not_depend_on_the_step_of_a_layer(name: str) -> None:
    setup = VOLUME.preset(name).setup
    walkthrough = setup.build()
    lines = {
        tuple(painted(setup, index, (78, 15)).text.split("\n")[0].split())
        for index in range(walkthrough.layer_length(0))
    }
    assert len(lines) == 1


def test_the_slice_of_the_step_lies_on_top_and_is_named() -> None:
    setup = VOLUME.preset("chain").setup
    for channel, name in enumerate(("red", "green", "blue")):
        canvas = painted(setup, channel, (78, 15), channel)
        assert name in canvas.text
        cells = [t for t in targets(canvas) if t.grid == INPUT and t.channel == channel]
        assert len(cells) == 16 * 8, "16 columns and 8 lines, none of them covered"


def test_partial_sums_appear_slice_by_slice_where_there_is_room() -> None:
    setup = VOLUME.preset("chain").setup
    first = painted(setup, 0, (158, 40)).text
    assert "slice  adds" in first
    assert sum("·" in line for line in first.split("\n")) == 4, "two slices, bias and sum to come"
    assert "·" not in painted(setup, 3, (158, 40)).text


def test_the_whole_chain_stands_below_where_there_is_room() -> None:
    canvas = painted(VOLUME.preset("chain").setup, -1, (158, 40))
    assert canvas.text.count("──▶") == 2
    assert any(t.grid == CHAIN for t in targets(canvas))
    assert "──▶" not in painted(VOLUME.preset("chain").setup, -1, (78, 15)).text


def test_the_largest_chain_fits_a_small_terminal() -> None:
    setup = VOLUME.set_up(
        "", {"layers": "16@9, 16@9, 16@9", "N": "64", "C": "16", "input": "digit-3"}
    )
    canvas = painted(setup, 0, (78, 15))
    assert "output 56x56x16" in canvas.text


def test_small_volumes_are_written_out() -> None:
    setup = VOLUME.preset("small").setup
    walkthrough = setup.build()
    text = painted(setup, walkthrough.index_of(0, Scope.STACK), (78, 15)).text
    written = walkthrough.layers[0].formats.results
    for value in walkthrough.layers[0].output.ravel():
        assert written(float(value)) in text
    assert "2 1[2 1 2]" in text, "the window on the input"


def test_a_map_without_negative_numbers_has_the_colours_of_the_others() -> None:
    """The second filter is the identity: its map is the picture, but it is still a map."""
    setup = VOLUME.preset("chain").setup
    walkthrough = setup.build()
    assert walkthrough.layers[0].output[1].min() > 0
    canvas = painted(setup, walkthrough.index_of(0, Scope.MAP, 0), (78, 15))
    x, y = next(
        (x, y)
        for x in range(canvas.width)
        for y in range(canvas.height)
        if canvas.target_at(x, y) == CellTarget(OUTPUT, 1, 8, 8)
    )
    red, _, blue = channels_of(int(canvas.ink[y, x]) & 0xFFFFFF)
    assert blue > red + 20, "a positive number is blue"
