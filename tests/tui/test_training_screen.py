"""A person watches a network learn: starts, pauses, steps, goes back, changes the rate."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
from textual.pilot import Pilot

from cnnviz_tui.digits import Digits, bundled, bundled_training
from cnnviz_tui.nn.training import Recipe
from cnnviz_tui.render.training import EpochTarget
from cnnviz_tui.tui.app import CnnvizApp
from cnnviz_tui.tui.screens.training import TrainingScreen


@asynccontextmanager
async def lab(
    size: tuple[int, int] = (80, 24),
) -> AsyncIterator[tuple[Pilot[None], TrainingScreen]]:
    """The lab on a short run: 3 epochs of 4 steps, not begun."""
    images, labels = bundled_training()
    chosen = np.arange(0, len(labels), 40)
    recipe = Recipe(epochs=3, batch_size=32, augmentation=None)
    screen = TrainingScreen(
        recipe, Digits(images[chosen], labels[chosen]), bundled(), playing=False
    )
    app = CnnvizApp(screen)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot, screen


def shown(screen: TrainingScreen) -> str:
    """What the lab shows, as text."""
    canvas = screen.view.canvas
    assert canvas is not None
    return canvas.text


async def test_it_begins_with_random_weights_and_explains_itself() -> None:
    async with lab() as (_, screen):
        assert "Random weights: every answer is a guess." in shown(screen)
        for part in ("loss", "accuracy", "C1 filters", "read as", "step 0 of 12"):
            assert part in shown(screen)


async def test_space_trains_to_the_end() -> None:
    async with lab() as (pilot, screen):
        await pilot.press("space")
        for _ in range(400):
            await pilot.pause(0.02)
            if screen.progress.done and not screen.running:
                break
        assert "step 12 of 12" in shown(screen)
        assert "epoch 3" in shown(screen)
        assert "The run is over." in shown(screen)


async def test_single_batches_going_back_and_another_rate() -> None:
    async with lab() as (pilot, screen):
        await pilot.press(*["right"] * 6)
        assert "step 6 of 12" in shown(screen)
        await pilot.press("left")
        assert "step 4 of 12" in shown(screen)
        await pilot.press("left")
        assert "step 0 of 12" in shown(screen)
        await pilot.press("plus")
        assert "η 0.008" in shown(screen)
        await pilot.press("l", "ctrl+u", *"0.001", "enter")
        assert "η 0.001" in shown(screen)


async def test_a_click_on_an_epoch_goes_back_to_it() -> None:
    async with lab() as (pilot, screen):
        await pilot.press(*["right"] * 9)
        canvas = screen.view.canvas
        assert canvas is not None
        y = canvas.height - 2
        x = next(x for x in range(canvas.width) if canvas.target_at(x, y) == EpochTarget(1))
        await pilot.click(screen.view, offset=(x, y))
        assert "step 4 of 12" in shown(screen)


async def test_restarted_it_is_the_same_run() -> None:
    async with lab() as (pilot, screen):
        await pilot.press(*["right"] * 5)
        first = screen.progress.losses
        await pilot.press("r", *["right"] * 5)
        np.testing.assert_array_equal(screen.progress.losses, first)
        await pilot.press("n", *["right"] * 5)
        assert not np.array_equal(screen.progress.losses, first)


async def test_the_lab_uses_large_terminals_and_survives_small_ones() -> None:
    async with lab((200, 60)) as (pilot, screen):
        await pilot.press("right")
        assert "C1 filters" in shown(screen)
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        assert "cnnviz needs" in " ".join(shown(screen).split())
