"""A person explores transposed convolutions: both ways, pointing, editing."""

from __future__ import annotations

import pytest

from cnnviz_tui.tui.screens.dialogs import AskScreen, ReadScreen

from .conftest import OpenMechanism, cell


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_every_example_is_played_to_its_end(
    open_mechanism: OpenMechanism, size: tuple[int, int]
) -> None:
    async with open_mechanism("transposed", "", size) as seen:
        async for walkthrough in seen.examples_at_their_end():
            seen.assert_words_are_complete()
            rows, columns = walkthrough.map_size
            assert f"output {rows}x{columns}" in seen.text
            panel = "Cᵀ" if seen.screen.setup.way == "matrix" else "with zeros"
            assert panel in seen.text


async def test_both_ways_stand_side_by_side_where_there_is_room(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("transposed", "undo", (160, 50)) as seen:
        assert all(part in seen.line("before 5x5") for part in ("with zeros", "Cᵀ 25x9", "output"))


async def test_nothing_moves_while_one_plays(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("transposed", "stride") as seen:
        frames = []
        for _ in range(len(seen.screen.walkthrough)):
            lines = seen.text.split("\n")[4:12]
            frames.append(
                [[i for i, mark in enumerate(line) if mark in "│┌┐║╔╗"] for line in lines]
            )
            await seen.press("right")
        assert all(frame == frames[0] for frame in frames)


async def test_pointing_shows_stamps_windows_and_rows(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("transposed", "matrix") as seen:
        await seen.hover(cell("input", 1, 1))
        assert "stamps 1 times the filter onto 3·3 = 9 of 25" in seen.text
        await seen.hover(cell("matrix", 3, 1))
        assert "count in output (0, 3)" in seen.text
        assert seen.screen.step is not None
        assert seen.screen.step.output == (0, 3)
        await seen.click(cell("output", 2, 2))
        assert "step 13 of 25" in seen.text


async def test_a_weight_is_edited_where_it_is_shown(open_mechanism: OpenMechanism) -> None:
    """The top left cell of the turned filter is the last weight of the stored one."""
    async with open_mechanism("transposed", "stride") as seen:
        await seen.press("tab", "tab", "7", "enter")
        assert seen.screen.walkthrough.weight[2, 2] == 7
        await seen.press("m")
        assert "filter 3x3" in seen.text
        await seen.click(cell("filter", 0, 1))
        await seen.click(cell("filter", 0, 1))
        assert isinstance(seen.pilot.app.screen, AskScreen)
        await seen.type_into_dialog("4")
        assert seen.screen.walkthrough.weight[0, 1] == 4


async def test_inputs_are_edited_and_undo_is_switched(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("transposed", "stride") as seen:
        await seen.press("tab", "9", "enter")
        assert seen.screen.walkthrough.input[0, 0] == 9
        await seen.press("escape", "u")
        assert "before 5x5" in seen.text
        await seen.press("end")
        assert "The shape is back" in seen.text


async def test_a_padding_that_leaves_nothing_is_explained(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("transposed", "stride") as seen:
        seen.screen.use(seen.screen.setup.changed(padding=4))
        await seen.press("end", "space", "enter", "tab", "down", "escape")
        assert "cuts off the whole output" in seen.prose
        assert "input 3x3" in seen.text


async def test_enter_lists_the_products_of_an_output_number(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("transposed", "stride") as seen:
        await seen.press("right", "enter")
        dialog = seen.pilot.app.screen
        assert isinstance(dialog, ReadScreen)
        assert dialog.text.count(" · ") == len(seen.screen.step.terms)
        assert "7 products with zeros" in dialog.text
        assert "output (0, 1) = −1" in dialog.text


async def test_inputs_kernels_modes_and_code(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("transposed", "stride") as seen:
        await seen.press("i", "down", "enter", "k", "down", "enter", "v", "v", "v", "v")
        assert "step" in seen.text
        await seen.press("c")
        dialog = seen.pilot.app.screen
        assert isinstance(dialog, ReadScreen)
        assert "nn.ConvTranspose2d(1, 1, kernel_size=3, stride=2, padding=1" in dialog.text
