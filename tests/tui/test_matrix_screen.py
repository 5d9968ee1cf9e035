"""A person explores a convolution as a matrix: steps, points, edits, pans."""

from __future__ import annotations

import pytest

from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.tui.screens.dialogs import ReadScreen

from .conftest import OpenMechanism


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (200, 60)])
async def test_every_preset_is_complete_at_every_size(
    open_mechanism: OpenMechanism, size: tuple[int, int]
) -> None:
    async with open_mechanism("matrix", "", size) as seen:
        async for _ in seen.examples_at_their_end():
            seen.assert_words_are_complete()
            for part in ("x ", "filter w", "y ", "Toeplitz T", "im2col", "✓"):
                assert part in seen.text
            assert seen.text.count("▸") == 2, "both matrices point at their row"


async def test_the_step_lights_the_same_result_three_times(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("matrix", "small") as seen:
        await seen.press("right", "right")
        assert seen.text.count("[3]") == 3
        assert "row 3" in seen.text


async def test_pointing_at_a_weight_finds_all_its_copies(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("matrix", "small") as seen:
        await seen.hover(lambda t: t == CellTarget("filter", 0, 1, 0))
        assert "The weight −2 stands 4 times in T" in seen.prose
        assert seen.text.count("[−2]") == 4
        await seen.hover(lambda t: t == CellTarget("im2col-above", 0, 0, 3))
        assert seen.text.count("[−2]") == 4


async def test_pointing_at_an_input_finds_its_column_and_its_copies(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("matrix", "small") as seen:
        await seen.hover(lambda t: t == CellTarget("input", 0, 0, 1))
        assert "Input (0, 1) lies in 2 of 4 windows" in seen.prose


async def test_matrix_cells_explain_themselves_and_lead_to_their_step(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("matrix", "small") as seen:
        await seen.hover(lambda t: t == CellTarget("toeplitz", 0, 2, 0))
        assert "so T holds 0" in seen.text
        await seen.click(lambda t: t == CellTarget("toeplitz", 0, 2, 0))
        assert seen.screen.player.position == 2
        await seen.click(lambda t: t == CellTarget("im2col", 0, 1, 5))
        assert seen.screen.player.position == 1
        await seen.click(lambda t: t == CellTarget("toeplitz-result", 0, 3, 0))
        assert seen.screen.player.position == 3


async def test_numbers_above_the_matrices_are_the_inputs_and_weights(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("matrix", "small") as seen:
        await seen.click(lambda t: t == CellTarget("toeplitz-above", 0, 0, 5))
        assert seen.screen.cursor == CellTarget("input", 0, 1, 1)
        await seen.press("enter")
        await seen.type_into_dialog("7")
        assert float(seen.screen.walkthrough.input[0, 1, 1]) == 7
        await seen.click(lambda t: t == CellTarget("im2col-above", 0, 0, 8))
        await seen.press("enter")
        await seen.type_into_dialog("5")
        assert float(seen.screen.walkthrough.weight[0, 0, 2, 2]) == 5
        assert "✓" in seen.text


async def test_large_matrices_pan_with_the_step(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("matrix", "digit") as seen:
        for key in ("home", "end"):
            await seen.press(key)
            row = seen.screen.player.position
            canvas = seen.canvas
            targets = [
                canvas.target_at(x, y) for y in range(canvas.height) for x in range(canvas.width)
            ]
            rows = [t.row for t in targets if isinstance(t, CellTarget) and t.grid == "toeplitz"]
            assert row // 2 * 2 in rows


async def test_a_filter_that_does_not_fit_is_explained(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("matrix", "small") as seen:
        await seen.press("shift+tab", "right", "enter")
        await seen.type_into_dialog("9")
        assert "A filter of 9 does not fit into an input of 4" in seen.prose


async def test_cells_can_be_drawn_in_every_way(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("matrix", "small") as seen:
        shown = set()
        for _ in range(4):
            await seen.press("v")
            assert "Toeplitz T" in seen.text
            shown.add(seen.text)
        assert len(shown) >= 3


async def test_a_row_and_the_memory_can_be_opened(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("matrix", "small") as seen:
        await seen.press("enter")
        assert isinstance(seen.pilot.app.screen, ReadScreen)
        assert "4·16 = 256 bytes" in seen.pilot.app.screen.text
