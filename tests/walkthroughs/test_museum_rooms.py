"""The side rooms' numbers, counted again by hand."""

from __future__ import annotations

import re

import pytest

from cnnviz_tui.walkthroughs.floor_plan import floor_plan
from cnnviz_tui.walkthroughs.museum_rooms import Room, rooms, saving_of


def room(network: str, key: str) -> Room:
    """A room of a network."""
    return next(each for each in rooms(network) if each.key == key)


def bars(of: Room, unit: str) -> dict[str, int]:
    """The values of a room's first chart of a unit."""
    chart = next(chart for chart in of.charts if chart.unit == unit)
    return {bar.label: bar.value for bar in chart.bars}


def test_what_the_reductions_of_the_first_inception_module_save() -> None:
    reduced = (
        (192 + 1) * 64
        + (192 + 1) * 96 + (96 * 9 + 1) * 128
        + (192 + 1) * 16 + (16 * 25 + 1) * 32
        + (192 + 1) * 32
    )  # fmt: skip
    naive = (192 + 1) * 64 + (192 * 9 + 1) * 128 + (192 * 25 + 1) * 32
    found = room("googlenet", "inception3a")
    assert bars(found, "parameters") == {"with 1×1": reduced, "without": naive}
    places = 28 * 28
    macs = places * (192 * 64 + 192 * 96 + 96 * 9 * 128 + 192 * 16 + 16 * 25 * 32 + 192 * 32)
    assert bars(found, "MACs")["with 1×1"] == macs
    assert f"save {naive - reduced:,} parameters" in found.texts[1]
    assert "416×28×28 instead of 256×28×28" in found.texts[1]


@pytest.mark.parametrize("name", ["googlenet", "googlenet-aux", "googlenet-torchvision"])
def test_a_module_written_anew_is_the_module_of_the_network(name: str) -> None:
    plan = floor_plan(name)
    for index in plan.modules():
        block = plan.blocks[index]
        reduced = saving_of(plan, block).reduced
        assert reduced.total_parameters == sum(plan.units[i].parameters for i in block.units)
        assert reduced.total_macs == sum(plan.units[i].macs for i in block.units)


@pytest.mark.parametrize(("key", "count", "side"), [("two-3x3", 2, 5), ("three-3x3", 3, 7)])
def test_small_filters_see_as_much_with_less(key: str, count: int, side: int) -> None:
    found = room("vgg16", key)
    small, large = bars(found, "parameters").values()
    assert small == count * (9 * 256 + 1) * 256
    assert large == (side * side * 256 + 1) * 256
    assert f"one {side}×{side}" in found.title


def test_the_two_cards_halve_the_weights_of_three_layers() -> None:
    found = bars(room("alexnet", "cards"), "parameters")
    for name, filters in (("conv2", 256), ("conv4", 384), ("conv5", 256)):
        halved, whole = (found[f"{name} {how}"] - filters for how in ("in two", "whole"))
        assert 2 * halved == whole


def test_the_cards_exchange_maps_before_the_third_layer_and_before_the_dense_ones() -> None:
    names, first, second = room("alexnet", "cards").drawing
    assert names.split() == ["conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7"]
    maps = ["48", "128", "192", "192", "128", "2048", "2048"]
    for line in (first, second):
        assert re.findall(r"\d+", line)[1:] == maps
    crossings = [i for i, link in enumerate(re.findall("─(..)─", first)) if link == "╲╱"]
    assert crossings == [1, 4, 5]
    assert len({len(first), len(second)}) == 1


def test_alexnet_has_eight_layers_or_seven() -> None:
    found = room("alexnet", "counting")
    assert found.title == "7 layers or 8?"
    assert len(found.charts[0].bars) == 8
    assert "23 rows" in found.texts[2]


def test_vggs_parameters_and_memory() -> None:
    text = " ".join(room("vgg16", "parameters").texts)
    assert "123,642,856 are in the dense layers: 89.4 %" in text
    memory = bars(room("vgg16", "memory"), "bytes")
    weights, picture = 4 * 138_357_544, 4 * 3 * 224 * 224
    one = memory["  1 train"] - 2 * weights
    assert memory[" 64 train"] - 2 * weights == 64 * one
    assert one == picture + floor_plan("vgg16").memory


def test_c3_sees_sixty_maps_in_all() -> None:
    found = room("lenet5-1998", "table")
    assert "25·60 + 16 = 1,516" in found.texts[0]
    assert bars(found, "parameters") == {"as published": 1516, "all see all": (6 * 25 + 1) * 16}


def test_a_convolution_taken_apart_needs_a_ninth_and_a_little() -> None:
    apart, full = bars(room("mobilenet_v1", "separable"), "MACs").values()
    assert apart / full == pytest.approx(1 / 9 + 1 / 512)
