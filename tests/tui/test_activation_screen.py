"""A person explores activation functions: moves the point, points at the map, edits, chooses."""

from __future__ import annotations

import pytest
from textual.widgets import OptionList

from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.tui.screens.dialogs import ReadScreen

from .conftest import OpenMechanism


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (200, 60)])
async def test_every_preset_is_complete_at_every_size(
    open_mechanism: OpenMechanism, size: tuple[int, int]
) -> None:
    async with open_mechanism("activation", "", size) as seen:
        async for _ in seen.examples_at_their_end():
            seen.assert_words_are_complete()
            rows, columns = seen.screen.setup.size
            assert f"map {rows}x{columns} before" in seen.text
            assert "gradient through" in seen.text
            assert "●" in seen.text


async def test_nothing_but_the_point_and_numbers_moves_while_it_plays(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("activation", "gelu") as seen:
        places = []
        for _ in range(49):
            line = seen.line("map 14x14 before")
            places.append((line.index("map"), line.index("after")))
            places.append((seen.text.split("\n").index(seen.line("gradient through")),) * 2)
            await seen.press("right")
        assert len(set(places)) == 2


async def test_the_point_is_dragged_along_the_curve(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("activation", "sigmoid") as seen:
        start = seen.place_of(lambda t: t == CellTarget("curve", 0, 0, 12))
        end = seen.place_of(lambda t: t == CellTarget("curve", 0, 0, 36))
        await seen.pilot.hover(seen.screen.view, offset=start)
        assert seen.screen.step.x == -3, "pointing shows the place"
        await seen.pilot.mouse_down(seen.screen.view, offset=start)
        assert seen.screen.player.position == 12
        seen.screen._drag_point(seen.screen.view.Dragged(seen.canvas.target_at(*end)))
        await seen.pilot.mouse_up(seen.screen.view, offset=end)
        assert seen.screen.player.position == 36
        assert "σ(3) = 1/(1 + e^−3) = 0.953" in seen.text


async def test_a_cell_of_the_map_shows_its_own_sum(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("activation", "map") as seen:
        await seen.hover(lambda t: t == CellTarget("after", 0, 0, 2))
        assert "ReLU(−3) = max(0, −3) = 0" in seen.text
        assert "held −3 and now holds 0" in seen.prose
        assert seen.screen.player.position == 0, "pointing does not move the player"


async def test_cells_and_settings_are_edited(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("activation", "map") as seen:
        await seen.press("tab", "right", "enter")
        await seen.type_into_dialog("-2.5")
        assert float(seen.screen.walkthrough.before[0, 1]) == -2.5
        assert float(seen.screen.walkthrough.after[0, 1]) == 0
        await seen.press("tab", "right", "right", "right", "up")
        assert "◂L 11▸" in seen.text
        assert "gradient through 11 layers" in seen.text


async def test_functions_are_chosen_and_seen_at_once(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("activation", "sigmoid") as seen:
        await seen.press("f")
        count = seen.pilot.app.screen.query_one(OptionList).option_count
        assert count == 7
        for _ in range(count - 1):
            await seen.press("down")
        assert "GELU(a) = a·Φ(a)" in seen.text
        await seen.press("escape")
        assert "σ(a) = 1/(1 + e^−a)" in seen.text


async def test_a_number_that_a_function_has_not_is_refused(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("activation", "relu") as seen:
        await seen.press("shift+tab", "right", "enter")
        await seen.pilot.press("ctrl+u", "1")
        await seen.pilot.pause()
        complaint = str(seen.pilot.app.screen.query_one("#complaint").render())
        assert "ReLU has no α" in complaint


async def test_the_chain_and_the_code_can_be_read(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("activation", "leaky-relu") as seen:
        await seen.press("enter")
        assert isinstance(seen.pilot.app.screen, ReadScreen)
        assert "product" in seen.pilot.app.screen.text
        await seen.press("escape", "c")
        assert "nn.LeakyReLU(0.01)" in seen.pilot.app.screen.text
