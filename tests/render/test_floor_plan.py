"""Networks in proportion: larger pictures are taller, more channels wider, branches apart."""

from __future__ import annotations

import pytest

from cnnviz_tui.networks.zoo.catalogue import names
from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.floor_plan import UnitTarget, paint_plan
from cnnviz_tui.render.gradients import power_text
from cnnviz_tui.render.museum_exhibit import bar
from cnnviz_tui.render.palette import DARK
from cnnviz_tui.walkthroughs.floor_plan import floor_plan


def drawn(name: str, width: int = 78, height: int = 12, chosen: int | None = None) -> Canvas:
    """A network's drawing."""
    canvas = Canvas(width + 2, height, DARK)
    paint_plan(canvas, 1, 0, width, height, floor_plan(name), chosen)
    return canvas


def box(canvas: Canvas, index: int) -> tuple[int, int]:
    """The width and height of a unit's box."""
    cells = [
        (x, y)
        for y in range(canvas.height)
        for x in range(canvas.width)
        if canvas.target_at(x, y) == UnitTarget(index)
    ]
    xs, ys = {x for x, _ in cells}, {y for _, y in cells}
    return len(xs), len(ys)


def test_boxes_shrink_with_the_picture_and_grow_with_the_channels() -> None:
    plan = floor_plan("vgg16")
    boxes = [box(drawn("vgg16", 200), i) for i in range(len(plan.units))]
    heights = [height for _, height in boxes]
    assert heights == sorted(heights, reverse=True)
    assert heights[0] == 10
    assert heights[-1] == 1
    assert boxes[0][0] < boxes[10][0] < boxes[-2][0]


@pytest.mark.parametrize("name", names())
def test_the_whole_network_is_drawn_where_there_is_room(name: str) -> None:
    found = {target for _, _, target in drawn(name, 600).spots_of(UnitTarget)}
    plan = floor_plan(name)
    assert found == {UnitTarget(i) for i in range(len(plan.units))}


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("height", [8, 16])
def test_the_chosen_layer_is_always_in_sight_and_named(name: str, height: int) -> None:
    plan = floor_plan(name)
    for chosen in range(0, len(plan.units), 3):
        canvas = drawn(name, 78, height, chosen)
        assert UnitTarget(chosen) in {target for _, _, target in canvas.spots_of(UnitTarget)}
        assert "▲" in canvas.text.split("\n")[-1]
        assert plan.label(chosen) in canvas.text.split("\n")[-1]


def test_the_four_branches_of_a_module_stand_above_each_other() -> None:
    plan = floor_plan("googlenet")
    canvas = drawn("googlenet", 200)
    block = plan.blocks[plan.modules()[0]]
    places = {target: (x, y) for x, y, target in canvas.spots_of(UnitTarget)}
    starts = [places[UnitTarget(branch[0])] for branch in block.branches]
    assert len({x for x, _ in starts}) == 1
    assert len({y for _, y in starts}) == 4


def test_bars_show_that_there_is_something_and_never_run_over() -> None:
    assert bar(0, 5) == "     "
    assert bar(1e-9, 5) == "▏    "
    assert bar(0.5, 4) == "██  "
    assert bar(2, 3) == "███"


def test_small_numbers_are_written_with_their_power() -> None:
    assert power_text(4.27e-15) == "4.3·10^−15"
    assert power_text(0.566) == "0.566"
    assert power_text(0) == "0"
