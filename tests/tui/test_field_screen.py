"""A person explores receptive fields: stacks layers, moves the unit, compares."""

from __future__ import annotations

import pytest

from cnnviz_tui.render.field import LAYER, PICTURE
from cnnviz_tui.render.grid import CellTarget

from .conftest import OpenMechanism


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_every_preset_plays_to_its_end(
    open_mechanism: OpenMechanism, size: tuple[int, int]
) -> None:
    async with open_mechanism("field", size=size) as seen:
        async for walkthrough in seen.examples_at_their_end():
            field = walkthrough.fields[-1].size
            assert f"{field}x{field}" in seen.text
            assert "parameters" in seen.text
            if walkthrough.rival:
                assert "nonlinearities" in seen.text
                assert " · " not in seen.line("nonlinearities")


async def test_fields_appear_layer_by_layer(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("field") as seen:
        assert "5x5    1" not in seen.text
        assert seen.text.count("■") == 1
        await seen.press("right")
        assert seen.text.count("■") == 1 + 3
        await seen.press("right")
        assert seen.text.count("■") == 1 + 3 + 5
        assert "5x5    1" in seen.text
        assert "·" in seen.line("nonlinearities"), "the comparison comes last"


async def test_the_unit_is_moved_by_keys_and_by_mouse(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("field") as seen:
        await seen.press("tab", "down", "right", "right")
        assert seen.screen.walkthrough.unit == (15, 16)
        assert "two 3x3 against one 5x5" in seen.text, "it is still the same example"
        await seen.click(lambda t: t == CellTarget(PICTURE, 0, 0, 3))
        assert seen.screen.walkthrough.unit == (0, 3)


async def test_pointing_at_a_pixel_tells_how_many_units_see_it(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("field") as seen:
        await seen.press("end")
        await seen.hover(lambda t: t == CellTarget(PICTURE, 0, 10, 10))
        assert "is seen by 5·5 = 25 of the 28·28 units" in seen.text
        await seen.hover(lambda t: t == CellTarget(PICTURE, 0, 0, 0))
        assert "is seen by 3·3 = 9" in seen.text


async def test_pressing_a_layer_goes_there(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("field", "lenet") as seen:
        await seen.click(lambda t: t == CellTarget(LAYER, 0, 3, 0))
        assert "step 4 of 5" in seen.text


async def test_layers_are_stacked_with_the_arrow_keys_and_typed(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("field") as seen:
        await seen.press("shift+tab", "right", "up", "end")
        assert "L 3" in seen.text
        assert "7x7" in seen.text
        await seen.press("escape", "e")
        await seen.type_into_dialog("7s2, pool2")
        assert "7x7 conv S 2" in seen.text
        await seen.press("o")
        await seen.type_into_dialog("9")
        assert "9x9" in seen.text


async def test_a_stack_that_does_not_fit_is_explained(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("field", "lenet") as seen:
        seen.screen.use(seen.screen.setup.changed(size=(8, 8)))
        await seen.press("end", "tab", "down")
        assert "does not fit" in seen.text
        assert "5x5 conv" in seen.text
