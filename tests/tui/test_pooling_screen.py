"""A person explores pooling: plays forth and back, points, edits, switches."""

from __future__ import annotations

import pytest

from cnnviz_tui.tui.screens.dialogs import AskScreen, ReadScreen
from cnnviz_tui.walkthroughs.mechanism import mechanism

from .conftest import OpenMechanism, cell


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_every_example_is_played_to_its_end(
    open_mechanism: OpenMechanism, size: tuple[int, int]
) -> None:
    async with open_mechanism("pool", "", size) as seen:
        async for walkthrough in seen.examples_at_their_end():
            seen.assert_words_are_complete()
            rows, columns = walkthrough.map_size
            assert f"output {rows}x{columns}" in seen.text


async def test_nothing_moves_while_one_plays(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("pool", "overlap") as seen:
        frames = []
        for _ in range(len(seen.screen.walkthrough)):
            lines = seen.text.split("\n")[3:11]
            frames.append([[i for i, mark in enumerate(line) if mark in "│┌┐∂"] for line in lines])
            await seen.press("right")
        assert all(frame == frames[0] for frame in frames)


async def test_the_winner_is_marked_and_its_window_has_brackets(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("pool", "max") as seen:
        row = seen.line("( 6 )")
        assert "[ 5 ( 6 )" in row
        await seen.press("end")
        assert "( −4 )" in seen.line("( 4 )")


async def test_pointing_shows_where_numbers_and_gradients_come_from(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("pool", "overlap") as seen:
        await seen.hover(cell("output", 1, 1))
        assert seen.screen.step is not None
        assert seen.screen.step.output == (0, 1, 1)
        await seen.hover(cell("input", 2, 2))
        assert "is seen by 2·2 = 4 of 9 windows" in seen.text
        await seen.hover(cell("gradient", 1, 5))
        assert "∂input (1, 5) = 3 from (0, 2) = 3" in seen.text
        await seen.hover(cell("upstream", 0, 2))
        assert "∂output (0, 2) =" in seen.text


async def test_inputs_and_arriving_gradients_can_be_edited(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("pool", "max") as seen:
        await seen.press("tab", "9", "enter")
        assert seen.screen.walkthrough[0].value == 9
        await seen.press("tab", "enter")
        assert isinstance(seen.pilot.app.screen, AskScreen)
        await seen.type_into_dialog("7")
        assert seen.screen.walkthrough[4].upstream == 7
        await seen.hover(cell("upstream", 0, 1))
        await seen.click(cell("upstream", 0, 1))
        await seen.click(cell("upstream", 0, 1))
        assert isinstance(seen.pilot.app.screen, AskScreen)


async def test_keys_switch_kind_and_gradient(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("pool", "max") as seen:
        await seen.press("m")
        assert "M average" in seen.text
        assert "/4 =" in seen.text
        await seen.press("g")
        assert "of 4 " in seen.line("step")
        assert "∂" not in seen.text
        await seen.press("tab", "tab")
        assert seen.screen.part == "settings", "there is no gradient to edit"


async def test_regions_are_drawn_beside_the_input(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("pool", "adaptive") as seen:
        assert "┣━━━━━━━━━━━━┫" in seen.text
        assert "├────────────┤" in seen.text
        await seen.press("right")
        assert "rows 0–1, columns 2–4" in seen.text
        await seen.press("pagedown", "up", "home")
        assert "◂" not in seen.text


async def test_a_window_that_does_not_fit_is_explained(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("pool", "max") as seen:
        seen.screen.use(seen.screen.setup.changed(kernel_size=(5, 5)))
        await seen.press("end", "space", "enter", "tab", "down", "escape")
        assert "does not fit" in seen.text
        assert "input 4x4" in seen.text


async def test_enter_lists_the_numbers_of_a_window(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("pool", "global") as seen:
        await seen.press("enter")
        dialog = seen.pilot.app.screen
        assert isinstance(dialog, ReadScreen)
        assert len(dialog.text.split("\n")) == 1 + 49 + 2
        total = float(seen.screen.walkthrough.input[0].sum())
        assert f"output (0, 0, 0) = {total:.0f}/49 = " in dialog.text


async def test_the_code_is_shown(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("pool", "adaptive") as seen:
        await seen.press("c")
        dialog = seen.pilot.app.screen
        assert isinstance(dialog, ReadScreen)
        assert "nn.AdaptiveAvgPool2d(3)" in dialog.text


async def test_channels_are_gone_through_one_by_one(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("pool", "channels") as seen:
        assert "input 32x32 1 of 3" in seen.text
        await seen.press("pagedown")
        assert "input 32x32 2 of 3" in seen.text
        await seen.press("i", "down", "enter", "v", "v", "v")
        assert "step" in seen.text


async def test_cells_of_the_lens_that_lie_outside_are_dots(open_mechanism: OpenMechanism) -> None:
    setup = mechanism("pool").set_up("digit", {"filter": "5", "padding": "2"})
    async with open_mechanism("pool", setup, (100, 30)) as seen:
        await seen.press("home")
        assert "nan" not in seen.text
        assert "·   ·   ·   ·   ·" in seen.text
