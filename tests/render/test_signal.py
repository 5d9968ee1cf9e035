"""The stage of convolution by its definition: aligned rows, cuts, and nothing that jumps."""

from __future__ import annotations

import pytest

from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.grid import CellMode, CellTarget
from cnnviz_tui.render.palette import DARK
from cnnviz_tui.render.panels import Look
from cnnviz_tui.render.signal import SignalScene
from cnnviz_tui.walkthroughs.signal import SignalWalkthrough
from cnnviz_tui.walkthroughs.signal_setup import SignalSetup, presets

ROOMS = [(78, 14), (158, 38), (198, 48)]
SETUPS = {preset.name: preset.setup for preset in presets()}
LONG = SignalSetup((tuple(float(i % 9) for i in range(120)),), ((1.0, 2.0, 3.0, 4.0, 5.0),))


def painted(
    walkthrough: SignalWalkthrough,
    index: int,
    room: tuple[int, int],
    mode: CellMode | None = None,
) -> Canvas:
    """The stage of one step."""
    canvas = Canvas(*room, DARK)
    SignalScene(walkthrough, walkthrough[index], Look(mode=mode)).paint(canvas, 0, 0, *room)
    return canvas


def column_of(canvas: Canvas, grid: str, column: int) -> int | None:
    """Where a number of a row begins on the screen; None where it is out of sight."""
    for y in range(canvas.height):
        for x in range(canvas.width):
            target = canvas.target_at(x, y)
            if isinstance(target, CellTarget) and (target.grid, target.column) == (grid, column):
                return x
    return None


@pytest.mark.parametrize("mode", list(CellMode))
@pytest.mark.parametrize("setup", [SETUPS["impulse"], LONG], ids=["short", "long"])
def test_results_stand_below_the_end_of_their_window(setup: SignalSetup, mode: CellMode) -> None:
    walkthrough = setup.build()
    for index in (3, len(walkthrough) // 2, len(walkthrough) - 4):
        step = walkthrough[index]
        assert step.position is not None
        canvas = painted(walkthrough, index, (78, 14), mode)
        end = column_of(canvas, "signal", step.position[1])
        kernel = column_of(canvas, "moving", len(step.columns) - 1)
        result = column_of(canvas, "convolution", step.position[1])
        assert end is not None
        assert end == kernel == result == column_of(canvas, "correlation", step.position[1])


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("name", SETUPS)
def test_headings_stand_still_while_it_plays(name: str, room: tuple[int, int]) -> None:
    walkthrough = SETUPS[name].build()
    seen = set()
    for index in (0, 1, 2, len(walkthrough) // 2, len(walkthrough) - 1):
        canvas = painted(walkthrough, index, room)
        place = []
        for heading in ("products", "f ∗ g", "f ⋆ g, no flip"):
            y = next(y for y in range(canvas.height) if heading in canvas.line_text(y))
            place.append((y, canvas.line_text(y).index(heading)))
        seen.add(tuple(place))
    assert len(seen) == 1


@pytest.mark.parametrize("name", ["impulse", "dot"])
def test_every_kernel_and_result_is_in_the_picture(name: str) -> None:
    canvas = painted(SETUPS[name].build(), 5, (78, 14))
    found = {
        target.grid
        for y in range(canvas.height)
        for x in range(canvas.width)
        if isinstance(target := canvas.target_at(x, y), CellTarget)
    }
    assert found == {"signal", "kernel", "moving", "products", "convolution", "correlation"}
