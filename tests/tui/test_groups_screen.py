"""A person explores groups: slides from full to depthwise, points, edits."""

from __future__ import annotations

import pytest

from cnnviz_tui.tui.screens.dialogs import AskScreen, ReadScreen
from cnnviz_tui.walkthroughs.base import text_of
from cnnviz_tui.walkthroughs.groups_text import cost_lines

from .conftest import OpenMechanism, cell


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_every_example_is_played_to_its_end(
    open_mechanism: OpenMechanism, size: tuple[int, int]
) -> None:
    async with open_mechanism("groups", "", size) as seen:
        async for walkthrough in seen.examples_at_their_end():
            assert text_of(walkthrough.formulas[0]) in seen.text, "the formula is not clipped"
            for each in cost_lines(walkthrough):
                assert text_of(each).rstrip() in seen.text, "the costs are complete"
            assert all(f"x{n}" in seen.text for n in (walkthrough.channels, walkthrough.mixed))
            for grid, count in (
                ("input", walkthrough.channels),
                ("maps", walkthrough.filters),
                ("mixed", walkthrough.mixed),
            ):
                assert seen.place_of(cell(grid, 0, 0, count - 1)), "all maps are there"


async def test_g_slides_from_full_to_depthwise(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("groups", "full") as seen:
        for groups, parameters in ((2, 72), (4, 36), (1, 144)):
            await seen.press("g")
            assert f"G {groups}" in seen.text
            assert f"= {parameters}" in seen.line("each filter reads")


async def test_who_reads_whom_is_a_pattern_of_blocks(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("groups", "grouped") as seen:
        assert "[1 1]· ·" in seen.text
        assert "· · 2 2" in seen.text
        await seen.press("right", "right")
        assert "· ·[2 2]" in seen.text
        assert "[3]     [4]" in seen.text


async def test_pointing_shows_sums_and_readers(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("groups", "two-each") as seen:
        await seen.press("end")
        await seen.hover(cell("maps", 2, 2, 3))
        assert seen.screen.step.map == 3
        assert seen.screen.step.number.output == (3, 2, 2)
        await seen.hover(cell("input", 0, 0, 2))
        assert "slice 3 is read by 2 of 6 filters: 5 and 6" in seen.text
        await seen.click(cell("mixed", 0, 0, 1))
        assert "step 8 of 9" in seen.text


async def test_slices_filters_and_mixing_can_be_edited(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("groups", "depthwise") as seen:
        await seen.press("tab", *["right"] * 6, "9", "enter")
        assert seen.screen.walkthrough.grouped.input[1, 0, 0] == 9, "beyond the edge: slice 2"
        await seen.press("left", "8", "enter")
        assert seen.screen.walkthrough.grouped.input[0, 0, 5] == 8
        await seen.press("tab", "enter")
        assert isinstance(seen.pilot.app.screen, AskScreen)
        await seen.type_into_dialog("7")
        assert seen.screen.walkthrough.grouped.weight[0, 0, 0, 0] == 7
        await seen.press("tab", "6", "enter")
        assert seen.screen.walkthrough.mixing.weight[0, 0, 0, 0] == 6
        await seen.press("tab")
        assert seen.screen.part == "settings"


async def test_without_pointwise_layer_its_part_is_left_out(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("groups", "full") as seen:
        seen.screen.use(seen.screen.setup.changed(mixed=0))
        await seen.press("tab", "tab", "tab")
        assert seen.screen.part == "settings"
        assert "mixed" not in seen.text


async def test_enter_lists_the_products_of_a_number(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("groups", "full") as seen:
        await seen.press("enter")
        dialog = seen.pilot.app.screen
        assert isinstance(dialog, ReadScreen)
        assert dialog.text.count(" · ") == 4 * 9


async def test_inputs_kernels_modes_and_code(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("groups", "grouped") as seen:
        await seen.press("i", "down", "enter", "k", "down", "enter", "v", "v", "v", "v")
        assert "step" in seen.text
        await seen.press("c")
        dialog = seen.pilot.app.screen
        assert isinstance(dialog, ReadScreen)
        assert "groups=2" in dialog.text


async def test_more_maps_than_fit_are_said_to_go_on(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("groups", "eight") as seen:
        seen.screen.use(seen.screen.setup.changed(size=(16, 16)))
        await seen.press("end")
        assert "slices 16x16x8 …" in seen.text
