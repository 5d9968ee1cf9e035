"""A person walks through the museum: by keys, by mouse, in small and large terminals."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from cnnviz_tui.networks.zoo.catalogue import names
from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.floor_plan import UnitTarget
from cnnviz_tui.render.gradients import LayerTarget
from cnnviz_tui.render.museum import ExhibitTarget
from cnnviz_tui.render.museum_rooms import value_text
from cnnviz_tui.render.palette import LIGHT
from cnnviz_tui.tui.app import CnnvizApp
from cnnviz_tui.tui.catalogue import catalogue
from cnnviz_tui.tui.screens.convolution import ConvolutionScreen
from cnnviz_tui.tui.screens.dialogs import ReadScreen
from cnnviz_tui.tui.screens.field import FieldScreen
from cnnviz_tui.tui.screens.gradients import GradientsScreen
from cnnviz_tui.tui.screens.museum import MuseumScreen
from cnnviz_tui.tui.screens.museum_base import MuseumBase
from cnnviz_tui.tui.screens.museum_exhibit import ExhibitScreen
from cnnviz_tui.tui.screens.museum_rooms import ComparisonScreen, RoomScreen
from cnnviz_tui.walkthroughs.floor_plan import floor_plan
from cnnviz_tui.walkthroughs.museum import EXHIBITS, exhibit_named
from cnnviz_tui.walkthroughs.museum_rooms import rooms

SIZES = ((80, 24), (80, 38), (160, 50), (200, 60))


@asynccontextmanager
async def opened(
    screen: Screen[None], size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Pilot[None], CnnvizApp]]:
    """The application with a screen of the museum in front."""
    app = CnnvizApp(screen)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot, app


def shown(app: CnnvizApp) -> Canvas:
    """What the screen in front shows."""
    screen = app.screen
    assert isinstance(screen, MuseumBase)
    canvas = screen.view.canvas
    assert canvas is not None
    return canvas


def exhibit(name: str) -> ExhibitScreen:
    """The screen of a network."""
    return ExhibitScreen(*exhibit_named(name))


async def click(pilot: Pilot[None], app: CnnvizApp, target: object) -> None:
    """Press the mouse on a target."""
    canvas = shown(app)
    x, y = next(
        (x, y)
        for y in range(canvas.height)
        for x in range(canvas.width)
        if canvas.target_at(x, y) == target
    )
    screen = app.screen
    assert isinstance(screen, MuseumBase)
    await pilot.mouse_down(screen.view, offset=(x, y))
    await pilot.mouse_up(screen.view)
    await pilot.pause()


def painted(screen: MuseumBase, size: tuple[int, int]) -> Canvas:
    """A screen at a size, without a terminal."""
    return screen.painted(*size, LIGHT)


# -- every place, every size ----------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("index", range(len(EXHIBITS)))
def test_the_card_of_every_exhibit_is_whole(index: int, size: tuple[int, int]) -> None:
    text = " ".join(painted(MuseumScreen(index), size).text.split())
    found = EXHIBITS[index]
    assert f"▸{found.name}" in text
    assert found.source in text
    assert found.brought in text
    for error in ("28.2", "25.8", "16.4", "15.3", "11.7", "7.3", "6.7", "3.57", "5.1"):
        assert error in text


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", names())
def test_every_network_opens_with_title_drawing_table_and_totals(
    name: str, size: tuple[int, int]
) -> None:
    canvas = painted(exhibit(name), size)
    lines = canvas.text.split("\n")
    plan = floor_plan(name)
    assert plan.network.title in lines[0]
    first, last = plan.units[0], plan.units[-1]
    assert any(line.startswith("▸ █") and f"{first.parameters:,}" in line for line in lines)
    assert f"{plan.parameters:,} parameters" in canvas.text
    assert canvas.spots_of(UnitTarget)
    assert all(len(line) <= size[0] for line in lines)
    start = next(i for i, line in enumerate(lines) if "height: size" in line) + 1
    end = next(i for i, line in enumerate(lines) if line.startswith("    layer"))
    assert len([line for line in lines[start:end] if re.search("[█▓░]", line)]) >= 4
    if size[1] > 24:
        assert exhibit(name).exhibit.brought in " ".join(canvas.text.split())
    assert last.name != first.name


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", [name for name in names() if rooms(name)])
def test_every_side_room_says_something_and_shows_its_numbers(
    name: str, size: tuple[int, int]
) -> None:
    for index, room in enumerate(rooms(name)):
        canvas = painted(RoomScreen(name, index), size)
        assert room.title in canvas.text.split("\n")[0]
        chart = room.charts[0]
        assert value_text(chart.unit, chart.bars[0].value) in canvas.text
        assert " ".join(room.texts[0].split()[:6]) in canvas.text
        assert "█" in canvas.text


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("rival", [name for name in names() if name != "vgg16"])
def test_any_network_can_stand_beside_another(rival: str, size: tuple[int, int]) -> None:
    text = painted(ComparisonScreen("vgg16", rival), size).text
    for name in ("vgg16", rival):
        plan = floor_plan(name)
        assert plan.network.title in text
        assert f"{plan.parameters:,}" in text
        assert f"{plan.macs:,}" in text
    ratio = floor_plan("vgg16").parameters / floor_plan(rival).parameters
    assert f"{ratio:.2f}" in next(row for row in text.split("\n") if row.startswith(" parameters"))


@pytest.mark.parametrize(
    "screen",
    [MuseumScreen, lambda: exhibit("vgg"), lambda: RoomScreen("alexnet"), GradientsScreen,
     lambda: ComparisonScreen("vgg16", "nin")],
)  # fmt: skip
async def test_a_small_terminal_gets_a_sentence(screen: type[MuseumScreen]) -> None:
    async with opened(screen()) as (pilot, app):
        await pilot.resize_terminal(60, 15)
        await pilot.pause()
        assert "cnnviz needs at least 80x24" in " ".join(shown(app).text.split())


# -- walking --------------------------------------------------------------------------------------


async def test_the_museum_is_on_the_home_screen() -> None:
    entry = next(entry for entry in catalogue() if entry.name == "zoo")
    assert isinstance(entry.open(), MuseumScreen)


async def test_walking_along_the_years_and_into_an_exhibit() -> None:
    async with opened(MuseumScreen()) as (pilot, app):
        await pilot.press("right", "right", "left")
        assert "▸LeNet-5" in shown(app).text
        await pilot.press("end")
        assert "▸MobileNet" in shown(app).text
        await pilot.press("home", "right", "enter")
        assert isinstance(app.screen, ExhibitScreen)
        assert "LeNet-5 as published" in shown(app).text
        await pilot.press("escape")
        assert isinstance(app.screen, MuseumScreen)


async def test_a_stop_that_is_no_network_is_told_about() -> None:
    async with opened(MuseumScreen(2)) as (pilot, app):
        await pilot.press("enter")
        assert isinstance(app.screen, ReadScreen)
        assert "98.914 %" in app.screen.text
        await pilot.press("escape", "d")
        assert isinstance(app.screen, ReadScreen)
        assert "14,200,000 pictures" in app.screen.text
        assert "1 chance in 54,000" in app.screen.text


async def test_the_mouse_alone_walks_and_enters() -> None:
    vgg = next(i for i, each in enumerate(EXHIBITS) if each.key == "vgg")
    async with opened(MuseumScreen()) as (pilot, app):
        await click(pilot, app, ExhibitTarget(vgg))
        assert "▸VGG" in shown(app).text
        await click(pilot, app, ExhibitTarget(vgg))
        assert isinstance(app.screen, ExhibitScreen)
        await click(pilot, app, UnitTarget(3))
        assert app.screen.unit == 3
        await click(pilot, app, UnitTarget(3))
        assert isinstance(app.screen, ConvolutionScreen)


# -- an exhibit -----------------------------------------------------------------------------------


async def test_stepping_shows_each_layers_formula() -> None:
    async with opened(exhibit("vgg")) as (pilot, app):
        assert "(224 − 3 + 2·1)/1 + 1 = 224" in shown(app).text
        await pilot.press("right", "right")
        assert "pool1: maxpool 2×2/2, 64×224×224 → 64×112×112" in shown(app).text
        await pilot.press("end")
        assert "(4096 + 1)·1000 = 4,097,000" in shown(app).text
        await pilot.press("home")
        assert "parameters: (3·3·3 + 1)·64 = 1,792" in shown(app).text


async def test_tab_goes_from_block_to_block_and_n_to_the_next_variant() -> None:
    async with opened(exhibit("googlenet")) as (pilot, app):
        screen = app.screen
        assert isinstance(screen, ExhibitScreen)
        await pilot.press(*["tab"] * 5)
        assert "inception3a.conv1" in shown(app).text
        await pilot.press("tab", "shift+tab", "shift+tab")
        assert "▲ pool2" in shown(app).text
        await pilot.press("n")
        assert screen.network == "googlenet-aux"
        assert "13,378,280 parameters" in shown(app).text
        await pilot.press("n", "n")
        assert screen.network == "googlenet"


async def test_enter_opens_the_layer_in_its_explorer() -> None:
    async with opened(exhibit("lenet5")) as (pilot, app):
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, ConvolutionScreen)


async def test_the_exhibit_leads_to_its_rooms_to_the_paper_and_to_a_comparison() -> None:
    async with opened(exhibit("vgg")) as (pilot, app):
        await pilot.press("b")
        assert isinstance(app.screen, ReadScreen)
        assert "Simonyan, Zisserman" in app.screen.text
        await pilot.press("escape", "i")
        assert isinstance(app.screen, RoomScreen)
        await pilot.press("escape", "x", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ComparisonScreen)
        rival = app.screen.rival
        assert rival == "resnet18", "the next in time is offered first"
        await pilot.press("escape", "x", "down", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ComparisonScreen)
        assert app.screen.rival == "resnet34"
        await pilot.press("right")
        assert app.screen.rival != rival
        await pilot.press("tab")
        assert app.screen.rival == "vgg16"


async def test_a_comparison_that_is_not_chosen_leads_nowhere() -> None:
    async with opened(exhibit("vgg")) as (pilot, app):
        await pilot.press("x", "down", "escape")
        await pilot.pause()
        assert isinstance(app.screen, ExhibitScreen)


async def test_an_exhibit_without_rooms_says_so_and_names_no_such_key() -> None:
    async with opened(exhibit("nin")) as (pilot, app):
        await pilot.press("i", "g")
        assert isinstance(app.screen, ExhibitScreen)
        assert "inside" not in shown(app).text.split("\n")[-1]


# -- rooms ----------------------------------------------------------------------------------------


async def test_an_inception_module_is_entered_from_where_one_stands() -> None:
    async with opened(exhibit("googlenet")) as (pilot, app):
        await pilot.press(*["tab"] * 6, "i")
        screen = app.screen
        assert isinstance(screen, RoomScreen)
        text = shown(app).text
        assert "inside inception3b (2 of 9)" in text
        assert "128 + 192 + 96 + 64 = 480" in text
        assert "1,089,952" in text
        for kind in ("▸conv 1×1", "conv 3×3", "conv 5×5", "maxpool 3×3"):
            assert kind in text
        await pilot.press("tab", "tab")
        assert "▸conv 3×3" in shown(app).text
        assert "(3·3·128 + 1)·192 = 221,376" in shown(app).text
        await pilot.press("left")
        assert "inside inception3a" in shown(app).text
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, ConvolutionScreen)


async def test_a_long_room_scrolls_to_its_last_line() -> None:
    async with opened(RoomScreen("vgg16", 3)) as (pilot, app):
        assert "fc8" not in shown(app).text
        await pilot.press(*["pagedown"] * 4)
        assert "fc8" in shown(app).text
        await pilot.press(*["pageup"] * 4)
        assert "The forward pass of one picture" in shown(app).text


async def test_two_small_filters_lead_to_the_explorer_of_receptive_fields() -> None:
    async with opened(RoomScreen("vgg16")) as (pilot, app):
        assert "two 3×3 against one 5×5" in shown(app).text
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, FieldScreen)


# -- gradients ------------------------------------------------------------------------------------


async def test_the_experiment_is_as_deep_as_the_network_and_can_be_changed() -> None:
    async with opened(exhibit("vgg")) as (pilot, app):
        await pilot.press("g")
        screen = app.screen
        assert isinstance(screen, GradientsScreen)
        assert "depth 16  seed 0" in shown(app).text
        first = screen.measured[0].sizes
        await pilot.press("up", "down")
        assert (screen.measured[0].sizes == first).all()
        await pilot.press("n")
        assert "seed 1" in shown(app).text
        assert not (screen.measured[0].sizes == first).all()
        await pilot.press("pageup", "pageup", "pageup", "pageup", "pageup", "end")
        assert "layer 60 of 60" in shown(app).text


async def test_pointing_at_the_plot_chooses_a_layer() -> None:
    async with opened(GradientsScreen(20)) as (pilot, app):
        assert "layer 1 of 20" in shown(app).text
        await click(pilot, app, LayerTarget(9))
        assert "layer 10 of 20" in shown(app).text


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("depth", [2, 20, 60])
def test_all_four_variants_are_named_with_their_numbers(depth: int, size: tuple[int, int]) -> None:
    text = painted(GradientsScreen(depth), size).text
    for name in ("sigmoid, plain", "ReLU, plain", "sigmoid, residual", "ReLU, residual"):
        assert text.count(name) == 2
    assert text.count("of the last layer's, in itself") == 4


async def test_what_one_sees_can_be_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(exhibit("vgg19")) as (pilot, app):
        await pilot.press("s")
        await pilot.pause()
        assert isinstance(app.screen, ExhibitScreen)
    assert "VGG" in (tmp_path / "cnnviz-museum-vgg19.svg").read_text()
