"""The stage of the receptive field keeps its places and uses its room."""

from __future__ import annotations

import pytest

from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.field import LAYER, FieldScene
from cnnviz_tui.render.grid import CellMode, CellTarget
from cnnviz_tui.render.palette import DARK
from cnnviz_tui.render.panels import Look
from cnnviz_tui.walkthroughs.field_setup import FIELD, presets

NAMES = [preset.name for preset in presets()]


def painted(name: str, index: int, size: tuple[int, int], mode: CellMode | None = None) -> Canvas:
    walkthrough = FIELD.preset(name).setup.build()
    canvas = Canvas(*size, DARK)
    FieldScene(walkthrough, walkthrough[index], Look(mode=mode)).paint(canvas, 0, 0, *size)
    return canvas


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [(78, 14), (158, 40)])
def test_every_layer_has_its_line_at_its_place_in_all_steps(
    name: str, size: tuple[int, int]
) -> None:
    walkthrough = FIELD.preset(name).setup.build()
    places = {
        tuple(
            (x, y)
            for x, y, target in painted(name, index, size).spots_of(CellTarget)
            if isinstance(target, CellTarget) and target.grid == LAYER
        )
        for index in range(len(walkthrough))
    }
    assert len(places) == 1
    assert len(places.pop()) == len(walkthrough.stack) + 1


def test_a_roomy_terminal_shows_the_window_with_brackets() -> None:
    assert painted("two-3x3", -1, (158, 40)).text.count("[") == 5


def test_numbers_are_shown_on_request() -> None:
    assert "1.0" in painted("two-3x3", 0, (158, 40), CellMode.DIGITS).text


def test_in_little_room_the_table_of_layers_stays() -> None:
    text = painted("deep", -1, (78, 11)).text
    assert "8 3x3 conv" in text
    assert "17x17" in text
    assert "■" not in text
