"""A person explores a dense layer: steps through units, points, edits, compares."""

from __future__ import annotations

import pytest

from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.tui.screens.dialogs import ReadScreen

from .conftest import OpenMechanism


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (200, 60)])
async def test_every_preset_is_complete_at_every_size(
    open_mechanism: OpenMechanism, size: tuple[int, int]
) -> None:
    async with open_mechanism("dense", "", size) as seen:
        async for walkthrough in seen.examples_at_their_end():
            seen.assert_words_are_complete()
            for part in ("near by and shared", "MACs", "sharing:"):
                assert part in seen.text
            assert f"{walkthrough.costs[0].parameters:,}" in seen.text
            assert walkthrough.formats[2](walkthrough[-1].value) in seen.text


async def test_a_small_layer_is_shown_as_its_matrix(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("dense", "small") as seen:
        assert "W 3x9" in seen.text
        await seen.press("right", "right")
        assert seen.line("[ 6]")
        await seen.hover(lambda t: t == CellTarget("W", 0, 0, 4))
        assert seen.screen.step.unit == 0, "a row of W is a unit"
        assert "is used once" in seen.text
        assert seen.screen.player.position == 2


async def test_numbers_of_the_matrix_are_edited(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("dense", "small") as seen:
        await seen.click(lambda t: t == CellTarget("x", 0, 0, 4))
        assert seen.screen.cursor == CellTarget("input", 0, 1, 1)
        await seen.press("enter")
        await seen.type_into_dialog("5")
        assert float(seen.screen.walkthrough.input[0, 1, 1]) == 5
        await seen.press("tab", "right", "enter")
        await seen.type_into_dialog("-2")
        assert float(seen.screen.walkthrough.weight[0, 0, 0, 1]) == -2
        await seen.press("down", "down", "down", "enter")
        await seen.type_into_dialog("4")
        assert seen.screen.walkthrough.bias[0] == 4


async def test_outputs_can_be_pressed_and_pointed_at(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("dense", "templates") as seen:
        await seen.hover(lambda t: t == CellTarget("output", 0, 7, 0))
        assert "w of digit 7" in seen.text
        await seen.click(lambda t: t == CellTarget("output", 0, 7, 0))
        assert seen.screen.player.position == 7
        await seen.hover(lambda t: t == CellTarget("input", 0, 4, 5))
        assert "goes into all 10 units" in seen.text


async def test_many_units_pan_with_the_step(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("dense", "whole") as seen:
        for position in (0, 60, 119):
            seen.screen.player.seek(position)
            seen.screen.after_moving()
            assert seen.line("▸").split("▸")[1].split()[0] == str(position + 1)


async def test_slices_and_weights_are_chosen(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("dense", "layer", (160, 50)) as seen:
        assert "slice 1" in seen.text
        await seen.press("right_square_bracket")
        assert "slice 2" in seen.text
        before = seen.screen.walkthrough.output.tolist()
        await seen.press("r")
        assert seen.screen.walkthrough.output.tolist() != before
        await seen.press("k", "down", "enter")
        assert seen.screen.setup.weights == "templates"
        assert "w of digit" in seen.text


async def test_a_convolution_that_does_not_fit_is_explained(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("dense", "small") as seen:
        await seen.press("shift+tab", "right", "right", "right", "right", "enter")
        await seen.type_into_dialog("7")
        assert "A filter of 7 does not fit into an input of 3" in seen.prose
        assert "no convolution to compare" in seen.text


async def test_the_code_names_the_sizes(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("dense", "templates") as seen:
        await seen.press("c")
        assert isinstance(seen.pilot.app.screen, ReadScreen)
        assert "layers.Dense(10)" in seen.pilot.app.screen.text
        assert seen.pilot.app.clipboard == "nn.Sequential(nn.Flatten(), nn.Linear(196, 10))"


async def test_a_cost_can_be_pointed_at_and_a_unit_opened(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("dense", "layer") as seen:
        await seen.hover(lambda t: t == CellTarget("cost", 0, 0, 0))
        assert "dense: (32·32·3 + 1)·(32·32·10) = 31,467,520" in seen.text
        await seen.hover(lambda t: t == CellTarget("cost", 0, 2, 0))
        assert "All outputs of a map use the same filter" in seen.text
        await seen.press("enter")
        assert isinstance(seen.pilot.app.screen, ReadScreen)
        assert "product" in seen.pilot.app.screen.text
