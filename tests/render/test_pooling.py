"""The stage of the pooling explorer: winners, padding, and panels that keep their places."""

from __future__ import annotations

import pytest

from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.grid import CellMode
from cnnviz_tui.render.palette import DARK, LIGHT, Palette
from cnnviz_tui.render.panels import Look
from cnnviz_tui.render.pooling import PoolingScene
from cnnviz_tui.walkthroughs.pooling_setup import PoolingSetup, presets

SETUPS = {preset.name: preset.setup for preset in presets()}


def painted(
    setup: PoolingSetup,
    index: int,
    size: tuple[int, int] = (78, 15),
    mode: CellMode | None = None,
    palette: Palette = DARK,
) -> Canvas:
    """The stage of a step."""
    walkthrough = setup.build()
    canvas = Canvas(*size, palette)
    scene = PoolingScene(walkthrough, walkthrough[index], Look(mode=mode))
    scene.paint(canvas, 0, 0, *size)
    return canvas


@pytest.mark.parametrize("palette", [DARK, LIGHT])
def test_the_winner_stands_in_round_brackets_and_in_the_outputs_colour(palette: Palette) -> None:
    canvas = painted(SETUPS["overlap"], 0, palette=palette)
    lines = canvas.text.split("\n")
    row = next(y for y, text in enumerate(lines) if "(" in text)
    at = lines[row].index("(") + 1
    assert int(canvas.ink[row, at]) >> 24 & 0xFFFFFF == palette.output


def test_the_winner_of_a_gradient_has_the_gradients_colour() -> None:
    canvas = painted(SETUPS["max"], 4)
    lines = canvas.text.split("\n")
    row = next(y for y, text in enumerate(lines) if text.count("(") == 2)
    at = lines[row].rindex("(") + 1
    assert int(canvas.ink[row, at]) >> 24 & 0xFFFFFF == DARK.gradient


def test_shaded_winners_have_round_brackets_too() -> None:
    assert "()" in painted(SETUPS["overlap"], 0, mode=CellMode.SHADES).text


def test_cells_that_no_window_sees_are_hatched_and_padding_is_dotted() -> None:
    assert "░" in painted(SETUPS["does-not-fit"], 0).text
    assert "·" in painted(SETUPS["ceil"], 0).text
    assert "░" not in painted(SETUPS["ceil"], 0).text


def test_four_panels_where_there_is_room_else_two_that_change_places() -> None:
    both = painted(SETUPS["digit"], 0, (150, 40)).text
    assert "∂input" in both
    assert "output 14x14" in both
    assert "∂" not in painted(SETUPS["digit"], 0).text
    assert "∂output" in painted(SETUPS["digit"], 200).text


@pytest.mark.parametrize("name", SETUPS)
@pytest.mark.parametrize("size", [(78, 15), (158, 38), (30, 6)])
def test_every_example_paints_into_any_room(name: str, size: tuple[int, int]) -> None:
    steps = len(SETUPS[name].build())
    for index in (0, steps // 2, steps - 1):
        canvas = painted(SETUPS[name], index, size)
        assert "input" in canvas.text or "∂" in canvas.text
