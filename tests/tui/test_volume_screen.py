"""A person walks through volumes: slices, maps, the next layer; points and changes."""

from __future__ import annotations

import pytest

from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.render.volume import FILTER, OUTPUT, PATCH
from cnnviz_tui.tui.screens.dialogs import ReadScreen

from .conftest import OpenMechanism


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_every_preset_plays_to_its_end(
    open_mechanism: OpenMechanism, size: tuple[int, int]
) -> None:
    async with open_mechanism("volume", size=size) as seen:
        async for walkthrough in seen.examples_at_their_end():
            maps, height, width = walkthrough.shapes[-1]
            assert f"output {height}x{width}x{maps}" in seen.text
            assert "all maps" in seen.text
            assert "a chain of such layers" in seen.prose


async def test_slices_come_one_by_one_and_then_their_sum(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("volume") as seen:
        for number in (1, 2, 3):
            assert f"Slice {number} of 3: 25 products" in seen.text
            await seen.press("right")
        assert "All 75 products and the bias" in seen.text
        assert "3 slices, 25 products each" in seen.text


async def test_pointing_at_a_map_shows_the_sum_of_that_number(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("volume", "small") as seen:
        await seen.press(*["right"] * 7)
        await seen.hover(lambda t: t == CellTarget(OUTPUT, 1, 2, 2))
        assert "Number (2, 2) of map 2" in seen.text
        value = seen.screen.walkthrough.layers[0].output[1, 2, 2]
        shown = seen.screen.walkthrough.layers[0].formats.results(float(value))
        assert f"= {shown}" in seen.prose


async def test_pressing_a_map_goes_to_the_step_that_makes_it(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("volume") as seen:
        await seen.click(
            lambda t: isinstance(t, CellTarget) and t.grid == OUTPUT and t.channel == 3
        )
        assert "map 4 of 6" in seen.text


async def test_the_lens_shows_another_slice(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("volume") as seen:
        await seen.press("right", "right", "right", "right_square_bracket")
        assert "green" in seen.text.split("\n")[4]
        await seen.press("left_square_bracket", "left_square_bracket")
        assert "blue" in seen.text.split("\n")[4]


async def test_weights_and_pixels_can_be_typed(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("volume") as seen:
        await seen.press("tab", "right", "8", "enter")
        assert seen.screen.walkthrough.picture[0, 0, 1] == 8
        await seen.press("tab", "down", "-", "3", "enter")
        assert seen.screen.walkthrough.weights[0][0, 0, 1, 0] == -3
        await seen.click(lambda t: t == CellTarget(FILTER, 0, 2, 2))
        await seen.click(lambda t: t == CellTarget(FILTER, 0, 2, 2))
        await seen.type_into_dialog("6")
        assert seen.screen.walkthrough.weights[0][0, 0, 2, 2] == 6


async def test_what_a_layer_below_computed_is_not_typed_over(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("volume") as seen:
        await seen.press("end")
        assert seen.screen.editable(CellTarget(PATCH, 0, 0, 0)) is None
        assert seen.screen.editable(CellTarget(FILTER, 0, 0, 0)) is not None


async def test_enter_lists_all_products(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("volume") as seen:
        await seen.press("enter")
        dialog = seen.pilot.app.screen
        assert isinstance(dialog, ReadScreen)
        assert dialog.text.count(" · ") == 75


async def test_layers_are_typed_and_what_does_not_fit_is_explained(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("volume") as seen:
        await seen.press("e")
        await seen.type_into_dialog("2@3, 3@3, 4@3")
        assert "26x26x4" in seen.text
        seen.screen.use(seen.screen.setup.changed(size=(4, 4)))
        await seen.press("end", "tab", "down", "right_square_bracket", "enter")
        assert "does not fit" in seen.text
        assert "input 4x4x3" in seen.text
