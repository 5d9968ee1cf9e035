"""The stage of the activation explorer: nothing jumps, and what it shows is true."""

from __future__ import annotations

import pytest

from cnnviz_tui.render.activation import ActivationScene
from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.render.palette import DARK, LIGHT
from cnnviz_tui.render.panels import Look
from cnnviz_tui.walkthroughs.activation_setup import ActivationSetup, presets

ROOMS = [(78, 14), (158, 38), (198, 48)]
SETUPS = {preset.name: preset.setup for preset in presets()}


def painted(setup: ActivationSetup, index: int, room: tuple[int, int]) -> Canvas:
    """The stage of one step."""
    walkthrough = setup.build()
    canvas = Canvas(*room, DARK)
    ActivationScene(walkthrough, walkthrough[index], Look()).paint(canvas, 0, 0, *room)
    return canvas


def places(canvas: Canvas) -> list[tuple[int, int]]:
    """Where the headings stand."""
    lines = [canvas.line_text(y) for y in range(canvas.height)]
    return [
        (y, line.index(heading))
        for heading in ("before", "after", "gradient through", "layer")
        for y, line in enumerate(lines)
        if heading in line
    ]


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("name", SETUPS)
def test_headings_stand_still_while_it_plays(name: str, room: tuple[int, int]) -> None:
    first, *others = (places(painted(SETUPS[name], index, room)) for index in (0, 17, 24, 48))
    assert len(first) >= 3
    assert all(other == first for other in others)


def test_saturated_places_are_hatched_and_no_others_are() -> None:
    hatched = {name: "░░" in painted(SETUPS[name], 24, (78, 14)).text for name in SETUPS}
    assert hatched["sigmoid"]
    assert hatched["relu"]
    assert not hatched["leaky-relu"]


def test_bars_sink_as_the_gradient_vanishes_and_grow_as_it_explodes() -> None:
    def heights(name: str) -> list[int]:
        canvas = painted(SETUPS[name], 48, (158, 38))
        top = next(y for y in range(38) if "gradient through" in canvas.line_text(y))
        rows = [canvas.line_text(y)[95:] for y in range(top + 1, 38)]
        filled = [sum(row[x] in "▁▂▃▄▅▆▇█" for row in rows) for x in range(len(rows[0]))]
        return [height for height in filled if height]

    vanishing, exploding = heights("sigmoid"), heights("exploding")
    assert vanishing == sorted(vanishing, reverse=True)
    assert exploding == sorted(exploding)
    assert len(set(vanishing)) > 2
    assert len(set(exploding)) > 2


def test_a_pointed_at_cell_is_marked_in_both_maps() -> None:
    walkthrough = SETUPS["map"].build()
    canvas = Canvas(158, 38, LIGHT)
    x = float(walkthrough.before[0, 2])
    look = Look(pointed=CellTarget("before", 0, 0, 2))
    ActivationScene(walkthrough, walkthrough.at(x, 12), look).paint(canvas, 0, 0, 158, 38)
    assert "›" in canvas.text
    assert "[" in canvas.text
