"""A person walks through the gallery: filter by filter, pointing, changing numbers."""

from __future__ import annotations

import pytest

from cnnviz_tui.render.gallery import ANSWERS, INPUT, TILE
from cnnviz_tui.render.grid import CellTarget

from .conftest import OpenMechanism


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_every_preset_plays_to_its_end(
    open_mechanism: OpenMechanism, size: tuple[int, int]
) -> None:
    async with open_mechanism("gallery", size=size) as seen:
        async for walkthrough in seen.examples_at_their_end():
            assert f"▸{walkthrough.labels[-1]}" in seen.text
            assert "strongest answer" in seen.text


async def test_pointing_at_an_answer_shows_its_sum(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("gallery", "classic") as seen:
        await seen.hover(lambda t: t == CellTarget(ANSWERS, 0, 4, 5))
        assert "answer (4, 5): " in seen.text
        assert "strongest" not in seen.text


async def test_pointing_at_a_filter_shows_it_and_pressing_goes_there(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("gallery") as seen:
        await seen.hover(lambda t: t == CellTarget(TILE, 0, 4, 0))
        assert "vertical lines" in seen.text
        assert "step 1 of 8" in seen.text
        await seen.click(lambda t: t == CellTarget(TILE, 0, 4, 0))
        assert "step 5 of 8" in seen.text


async def test_pixels_and_weights_can_be_typed(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("gallery", "classic") as seen:
        await seen.press("right", "tab", "tab", "down", "7", "enter")
        assert seen.screen.walkthrough.filters[1].weights[1, 0] == 7
        await seen.click(lambda t: t == CellTarget(INPUT, 0, 2, 2))
        await seen.click(lambda t: t == CellTarget(INPUT, 0, 2, 2))
        await seen.type_into_dialog("0.25")
        assert seen.screen.walkthrough.picture[2, 2] == 0.25


async def test_another_bank_and_another_picture_are_chosen(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("gallery") as seen:
        await seen.press("k", "down", "enter")
        assert seen.screen.setup.bank == "lenet"
        assert "λ" not in seen.text.split("\n")[0]
        await seen.press("i", "down", "enter")
        assert seen.screen.setup.source.name != "digit-0"


async def test_settings_are_those_of_the_bank(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("gallery", "cells") as seen:
        await seen.press("shift+tab", "right", "right", "right", "up")
        assert seen.screen.setup.angle == 112.5
