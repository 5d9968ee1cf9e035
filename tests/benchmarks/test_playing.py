"""What moving pictures cost: a playing explorer, and the training lab beside training alone.

Run with `pytest tests/benchmarks -n 0 -s`; the test run proper leaves this folder out.
"""

from __future__ import annotations

import asyncio
import time

from cnnviz_tui.digits import bundled, bundled_training
from cnnviz_tui.nn import lenet5
from cnnviz_tui.nn.training import Recipe, Trainer
from cnnviz_tui.tui.app import CnnvizApp
from cnnviz_tui.tui.screens.convolution import ConvolutionScreen
from cnnviz_tui.tui.screens.lenet import LenetScreen
from cnnviz_tui.tui.screens.training import TrainingScreen
from cnnviz_tui.walkthroughs.convolution_setup import CONVOLUTION
from cnnviz_tui.walkthroughs.lenet_setup import LENET

SECONDS = 5.0


def test_playing_32x32_at_30_steps_a_second_leaves_a_core_half_idle() -> None:
    async def share_of_a_core(size: tuple[int, int]) -> float:
        screen = ConvolutionScreen(CONVOLUTION.preset("parameters").setup, playing=False)
        async with CnnvizApp(screen).run_test(size=size) as pilot:
            await pilot.press("plus", "plus", "space")
            assert screen.player.speed == 30
            wall, cpu = time.perf_counter(), time.process_time()
            await asyncio.sleep(SECONDS)
            used = (time.process_time() - cpu) / (time.perf_counter() - wall)
            assert screen.player.position > 20 * SECONDS, "it really played"
            return used

    for size in ((80, 24), (160, 50)):
        share = asyncio.run(share_of_a_core(size))
        print(f"playing 32x32x3 at 30 steps/s in {size[0]}x{size[1]}: {share:.0%} of a core")
        assert share < 0.5


def test_a_stroke_in_the_lab_is_painted_within_a_frame() -> None:
    async def seconds_per_stroke(size: tuple[int, int]) -> float:
        screen = LenetScreen(LENET.preset("three").setup)
        async with CnnvizApp(screen).run_test(size=size) as pilot:
            await pilot.pause()
            screen.draw(5, 5, 6, 6)
            start = time.process_time()
            for i in range(100):
                screen.draw(5 + i * 0.15, 20, 5.3 + i * 0.15, 20)
            return (time.process_time() - start) / 100

    for size in ((80, 24), (160, 50)):
        seconds = asyncio.run(seconds_per_stroke(size))
        print(f"stroke, network and picture in {size[0]}x{size[1]}: {seconds * 1e3:.1f} ms")
        assert seconds < 0.016


def test_the_training_lab_trains_nearly_as_fast_as_training_alone() -> None:
    recipe = Recipe(epochs=50)

    def alone() -> float:
        network = lenet5()
        network.initialise(0)
        with Trainer(network, *bundled_training(), recipe) as trainer:
            trainer.step()
            start = time.perf_counter()
            while time.perf_counter() - start < SECONDS:
                trainer.step()
            return (trainer.step_number - 1) / (time.perf_counter() - start)

    async def watched() -> float:
        screen = TrainingScreen(recipe, bundled_training(), bundled(), playing=False)
        async with CnnvizApp(screen).run_test(size=(80, 24)) as pilot:
            await pilot.press("space")
            await asyncio.sleep(0.5)
            begun, start = screen.session.progress().step, time.perf_counter()
            await asyncio.sleep(SECONDS)
            made = screen.session.progress().step - begun
            speed = made / (time.perf_counter() - start)
            await pilot.press("space")
            return speed

    # By turns, so that a busy machine slows both alike.
    ratios = []
    for _ in range(3):
        single = alone()
        ratios.append(asyncio.run(watched()) / single)
    middle = sorted(ratios)[1]
    print(f"the lab makes {middle:.0%} of the steps of training alone")
    assert middle > 0.75
