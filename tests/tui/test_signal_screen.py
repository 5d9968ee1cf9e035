"""A person explores convolution by its definition: flips, slides, points, edits."""

from __future__ import annotations

import pytest

from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.tui.screens.dialogs import ReadScreen
from cnnviz_tui.walkthroughs.signal_setup import SignalSetup

from .conftest import OpenMechanism


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (200, 60)])
async def test_every_preset_is_complete_at_every_size(
    open_mechanism: OpenMechanism, size: tuple[int, int]
) -> None:
    async with open_mechanism("signal", "", size) as seen:
        async for _ in seen.examples_at_their_end():
            seen.assert_words_are_complete()
            for part in ("f ∗ g", "f ⋆ g, no flip", "products"):
                assert part in seen.text


async def test_the_kernel_is_flipped_then_slides(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("signal", "impulse") as seen:
        assert seen.line("g as it is").split()[-3:] == ["3", "2", "1"]
        await seen.press("right")
        assert seen.line("g flipped").split()[-3:] == ["1", "2", "3"]
        await seen.press("right")
        place = seen.line("g[0 − m]").index("1")
        await seen.press("right")
        assert seen.line("g[1 − m]").index("1", 12) == place + 2, "one place to the right"


async def test_numbers_stand_below_their_place(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("signal", "half-echo") as seen:
        await seen.press("end")
        places = seen.line("place")
        row = seen.line("f ∗ g ")
        ends = [row.index(text) + len(text) for text in ("2.5", "1.5")]
        assert [places[end - 2 : end].strip() for end in ends] == ["2", "4"]


async def test_pointing_at_a_number_of_the_signal_lights_what_it_feeds(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("signal", "impulse") as seen:
        await seen.press("end")
        await seen.hover(lambda t: t == CellTarget("signal", 0, 0, 3))
        assert "[3 2 1]" in seen.line("f ∗ g ")
        assert "leaves a copy of g there" in seen.prose


async def test_pressing_a_result_goes_there(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("signal", "impulse") as seen:
        await seen.press("end")
        await seen.click(lambda t: t == CellTarget("correlation", 0, 0, 4))
        assert seen.screen.step.position == (0, 4)


async def test_signal_and_kernel_are_edited_and_a_flipped_number_is_the_same_number(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("signal", "impulse") as seen:
        await seen.press("tab", "enter")
        await seen.type_into_dialog("5")
        assert seen.screen.setup.signal[0][0] == 5
        await seen.press("escape", "right", "right", "right")
        await seen.click(lambda t: t == CellTarget("moving", 0, 0, 0))
        assert seen.screen.cursor == CellTarget("kernel", 0, 0, 2), "g[2] comes first"
        await seen.press("enter")
        await seen.type_into_dialog("7")
        assert seen.screen.setup.kernel == ((3, 2, 7),)


async def test_pressing_a_number_of_a_turned_kernel_takes_the_right_one(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("signal", "dot") as seen:
        await seen.press("right", "right")
        await seen.click(lambda t: t == CellTarget("moving", 0, 0, 1))
        assert seen.screen.cursor == CellTarget("kernel", 0, 2, 1)
        await seen.press("escape", "left")
        await seen.click(lambda t: t == CellTarget("moving", 0, 0, 0))
        assert seen.screen.cursor == CellTarget("kernel", 0, 0, 2)


async def test_a_kernel_is_chosen_and_the_verdict_follows(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("signal", "impulse") as seen:
        await seen.press("k", "down", "enter")
        assert "g is symmetric" in seen.text
        await seen.press("i", "down", "enter")
        assert "own" not in seen.screen.mechanism.fields[0].text(seen.screen.setup)


async def test_a_long_signal_pans_with_the_step(open_mechanism: OpenMechanism) -> None:
    setup = SignalSetup((tuple(float(i % 7) for i in range(100)),), ((1.0, 2.0, 3.0),))
    async with open_mechanism("signal", setup) as seen:
        for share in (0, 0.5, 1):
            seen.screen.action_seek_share(share)
            await seen.pilot.pause()
            step = seen.screen.step
            if step.position is None:
                continue
            found = seen.place_of(
                lambda t, step=step: (  # type: ignore[misc]
                    isinstance(t, CellTarget)
                    and (t.grid, t.column) == ("convolution", step.position[1])
                )
            )
            window = seen.place_of(
                lambda t, step=step: (  # type: ignore[misc]
                    isinstance(t, CellTarget) and (t.grid, t.column) == ("signal", step.columns[-1])
                )
            )
            assert found[0] == window[0], "the result stands below the end of the window"


async def test_valid_without_a_position_is_refused(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("signal", "half-echo") as seen:
        await seen.press("shift+tab", "right", "enter")
        await seen.type_into_dialog("5")
        complaint = seen.screen.attempt(lambda: seen.screen.setup.changed(mode="valid"))
        assert "take the mode full or same" in complaint


async def test_the_products_of_a_position_can_be_opened(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("signal", "impulse") as seen:
        await seen.press("right", "right", "right", "enter")
        assert isinstance(seen.pilot.app.screen, ReadScreen)
        assert "sum f ⋆ g" in seen.pilot.app.screen.text
