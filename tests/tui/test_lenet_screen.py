"""A person draws a digit, watches the layers, opens a unit and follows it down to the pixels."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest
from textual.pilot import Pilot

from cnnviz_tui.render.lenet import SheetTarget, UnitTarget
from cnnviz_tui.tui.app import CnnvizApp
from cnnviz_tui.tui.screens.dialogs import ReadScreen
from cnnviz_tui.tui.screens.lenet import LenetScreen
from cnnviz_tui.tui.screens.unit import UnitScreen
from cnnviz_tui.walkthroughs.lenet_setup import LENET


@asynccontextmanager
async def lab(
    preset: str = "three", size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Pilot[None], LenetScreen]]:
    """The lab on an example."""
    screen = LenetScreen(LENET.preset(preset).setup)
    app = CnnvizApp(screen)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot, screen


def shown(pilot: Pilot[None]) -> str:
    """What the present screen shows, as text."""
    screen = pilot.app.screen
    assert isinstance(screen, LenetScreen | UnitScreen)
    canvas = screen.view.canvas
    assert canvas is not None
    return canvas.text


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (200, 60)])
async def test_all_layers_and_the_answer_are_on_one_screen(size: tuple[int, int]) -> None:
    async with lab("three", size) as (pilot, _):
        text = shown(pilot)
        for stage in ("input", "c1", "s2", "c3", "s4", "c5", "f6"):
            assert f" {stage} " in text, stage
        assert "it reads 3" in text
        assert "0 " in text.split("\n")[-4] or "0" in text


async def test_an_empty_sheet_says_so_and_guesses_nothing() -> None:
    async with lab("draw") as (pilot, _):
        assert "Nothing is drawn yet." in shown(pilot)
        assert "it reads" not in shown(pilot)


async def test_every_stroke_reaches_the_network_at_once() -> None:
    async with lab("draw") as (pilot, screen):
        screen.draw(14, 5, 14, 15)
        first = screen.walkthrough.probabilities.copy()
        assert "it reads" in shown(pilot)
        screen.draw(14, 15, 14, 23)
        assert not np.array_equal(first, screen.walkthrough.probabilities)
        assert "it reads 1" in shown(pilot)


async def test_the_keyboard_alone_draws() -> None:
    async with lab("draw") as (pilot, screen):
        await pilot.press("tab", *["up"] * 9, "space", *["down"] * 18, "space")
        assert "it reads 1" in shown(pilot)
        await pilot.press("u")
        assert screen.sheet.empty
        assert "Nothing is drawn yet." in shown(pilot)
        await pilot.press("y")
        assert "it reads 1" in shown(pilot)
        await pilot.press("x")
        assert "Nothing is drawn yet." in shown(pilot)


async def test_the_forward_pass_can_be_played_layer_by_layer() -> None:
    async with lab() as (pilot, screen):
        await pilot.press("home")
        assert "step  1 of 57" in shown(pilot)
        assert "The picture as the network gets it" in shown(pilot)
        await pilot.press("right")
        assert "c1 map 1 of 6: one 5x5x1 filter over input, then ReLU" in shown(pilot)
        await pilot.press("end")
        assert "The answer: 3" in shown(pilot)
        assert screen.player.at_end


async def test_a_unit_opens_and_leads_down_to_the_pixels() -> None:
    async with lab() as (pilot, screen):
        await pilot.press("tab", "tab", "down", "down", "right", "enter")
        opened = pilot.app.screen
        assert isinstance(opened, UnitScreen)
        assert opened.stage == "c3"
        value = screen.walkthrough.value_of("c3", *opened.step.output)
        assert max(opened.step.value, 0.0) == pytest.approx(value, abs=1e-6)
        assert "→ ReLU →" in " ".join(shown(pilot).split())
        assert "LeNet › c3 map 2" in shown(pilot)
        await pilot.press("tab", "enter")
        assert isinstance(pilot.app.screen, UnitScreen)
        assert pilot.app.screen.stage == "s2"
        await pilot.press("tab", "enter")
        assert isinstance(pilot.app.screen, UnitScreen)
        assert pilot.app.screen.stage == "c1"
        assert " › s2 map " in shown(pilot)
        await pilot.press("tab", "enter")
        assert pilot.app.screen.stage == "c1", "below it there are only pixels"
        assert "pixel (" in shown(pilot)
        # Once out of the layer below, once back to the unit that one came from.
        await pilot.press("escape", "escape")
        assert isinstance(pilot.app.screen, UnitScreen)
        assert pilot.app.screen.stage == "s2"
        await pilot.press("escape", "escape", "escape", "escape")
        back: object = pilot.app.screen
        assert back is screen


@pytest.mark.parametrize("stage", ["c1", "s2", "c3", "s4", "c5", "f6", "output"])
@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_every_layer_opens_at_every_size(stage: str, size: tuple[int, int]) -> None:
    async with lab("three", size) as (pilot, screen):
        screen.open_unit(UnitTarget(stage, 3, *screen.walkthrough.strongest(stage, 3)))
        await pilot.pause()
        text = shown(pilot)
        assert stage in text.split("\n")[0]
        assert " = " in text
        await pilot.press("pagedown", "right", "v", "v", "v", "v", "tab", "down", "right")
        if stage not in {"s2", "s4"}:
            await pilot.press("escape", "enter")
            assert isinstance(pilot.app.screen, ReadScreen)
            assert "output (" in pilot.app.screen.text


async def test_bundled_digits_and_mistakes_can_be_called_up() -> None:
    async with lab("draw") as (pilot, screen):
        await pilot.press("8")
        assert "it reads 8" in shown(pilot)
        first = screen.setup.source
        await pilot.press("8")
        assert screen.setup.source != first
        await pilot.press("m")
        message = next(iter(pilot.app._notifications)).message
        meant = message.removeprefix("This is meant to be a ")[0]
        assert meant.isdigit()
        assert f"it reads {meant}" not in shown(pilot)
        assert "it reads" in shown(pilot)


async def test_disturbing_the_picture_moves_the_probabilities() -> None:
    async with lab() as (pilot, screen):
        before = screen.walkthrough.probabilities.copy()
        for keys in (["comma"] * 4, ["n"] * 3, ["h"] * 15, ["shift+right"] * 5, ["a"], ["o"]):
            await pilot.press(*keys)
            after = screen.walkthrough.probabilities
            assert not np.array_equal(before, after), keys
            before = after.copy()
        assert "turn 20" in shown(pilot)
        assert "noise 0.3" in shown(pilot)
        assert "f tanh" in shown(pilot)
        assert "pool avg" in shown(pilot)


async def test_the_mouse_finds_the_sheet_and_every_layer() -> None:
    async with lab() as (_, screen):
        canvas = screen.view.canvas
        assert canvas is not None
        targets = [
            canvas.target_at(x, y) for y in range(canvas.height) for x in range(canvas.width)
        ]
        assert any(isinstance(target, SheetTarget) for target in targets)
        stages = {target.stage for target in targets if isinstance(target, UnitTarget)}
        assert stages == set(screen.walkthrough.stages)


async def test_a_layer_can_be_written_as_numbers() -> None:
    async with lab() as (pilot, screen):
        await pilot.press("tab", "tab", "v")
        value = screen.walkthrough.value_of("c1", 0, screen.unit.row, screen.unit.column)
        assert f"{value:.2f}".lstrip("0") in shown(pilot)
        await pilot.press("v")
        assert f"› {value:.2f}" not in shown(pilot)


async def test_eraser_and_brush() -> None:
    async with lab("draw") as (pilot, screen):
        screen.draw(5, 5, 20, 20)
        ink = float(screen.sheet.pixels.sum())
        await pilot.press("e")
        screen.draw(5, 5, 12, 12)
        assert float(screen.sheet.pixels.sum()) < ink
        width = screen.sheet.brush
        await pilot.press("b")
        assert screen.sheet.brush != width
