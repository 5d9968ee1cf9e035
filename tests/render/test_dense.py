"""The stage of the dense explorer: every part in sight, true bars, and nothing that jumps."""

from __future__ import annotations

import pytest

from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.dense import DenseScene
from cnnviz_tui.render.palette import DARK
from cnnviz_tui.render.panels import Look
from cnnviz_tui.walkthroughs.dense import DenseWalkthrough
from cnnviz_tui.walkthroughs.dense_setup import presets

ROOMS = [(78, 14), (158, 38), (198, 48)]
SETUPS = {preset.name: preset.setup for preset in presets()}


def painted(walkthrough: DenseWalkthrough, index: int, room: tuple[int, int]) -> Canvas:
    """The stage of one unit."""
    canvas = Canvas(*room, DARK)
    DenseScene(walkthrough, walkthrough[index], Look()).paint(canvas, 0, 0, *room)
    return canvas


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("name", SETUPS)
def test_headings_stand_still_while_it_plays(name: str, room: tuple[int, int]) -> None:
    walkthrough = SETUPS[name].build()
    seen = set()
    for index in (0, len(walkthrough) // 2, len(walkthrough) - 1):
        canvas = painted(walkthrough, index, room)
        place = []
        for heading in ("parameters for", "only near by", "near by and shared", "MACs"):
            y = next(y for y in range(canvas.height) if heading in canvas.line_text(y))
            place.append((y, canvas.line_text(y).index(heading)))
        seen.add(tuple(place))
    assert len(seen) == 1


def bar_below(canvas: Canvas, heading: str) -> int:
    """The length of the bar under a heading."""
    y = next(y for y in range(canvas.height) if heading in canvas.line_text(y))
    left = canvas.line_text(y).index(heading)
    return canvas.line_text(y + 1)[left:].split(" ")[0].count("█")


def test_bars_are_as_long_as_the_powers_of_ten() -> None:
    canvas = painted(SETUPS["layer"].build(), 0, (158, 38))
    dense = bar_below(canvas, "dense")
    assert bar_below(canvas, "only near by") == pytest.approx(dense * 5.89 / 7.50, abs=1)
    assert bar_below(canvas, "near by and shared") == pytest.approx(dense * 2.88 / 7.50, abs=1)


def test_negative_outputs_have_another_bar() -> None:
    canvas = painted(SETUPS["templates"].build(), 9, (78, 14))
    walkthrough = SETUPS["templates"].build()
    for unit, value in enumerate(walkthrough.output):
        line = next(
            canvas.line_text(y)
            for y in range(14)
            if walkthrough.formats[2].padded(float(value)) in canvas.line_text(y)
        )
        shown = line.split(walkthrough.formats[2](float(value)))[1].strip()
        assert shown[0] == ("▒" if value < 0 else "█"), f"unit {unit}"


def test_units_that_are_not_computed_yet_have_no_number() -> None:
    walkthrough = SETUPS["templates"].build()
    text = painted(walkthrough, 2, (78, 14)).text
    shown = [walkthrough.formats[2](float(value)) in text for value in walkthrough.output]
    assert shown == [True] * 3 + [False] * 7


def test_a_convolution_that_does_not_fit_leaves_a_sentence() -> None:
    walkthrough = SETUPS["small"].changed(kernel_size=(9, 9)).build()
    assert "no convolution to compare" in painted(walkthrough, 0, (78, 14)).text
