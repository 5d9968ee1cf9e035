"""What a key press costs: painting any step of the explorers of this kind, at every preset.

Run with `pytest tests/benchmarks -n 0 -s`; the test run proper leaves this folder out.
"""

from __future__ import annotations

import time

import pytest

from cnnviz_tui.render.palette import DARK
from cnnviz_tui.tui.catalogue import explorer_of
from cnnviz_tui.walkthroughs.mechanism import mechanism

FRAME = 0.033


@pytest.mark.parametrize("name", ["activation", "matrix", "signal", "dense"])
def test_a_key_press_is_painted_within_a_frame(name: str) -> None:
    worst = 0.0
    for preset in mechanism(name).presets():
        screen = explorer_of(name, preset.setup, playing=False)
        for size in ((80, 24), (200, 60)):
            screen.painted(*size, DARK)
            for share in (0.0, 0.3, 0.6, 1.0):
                screen.player.seek(round(share * (len(screen.walkthrough) - 1)))
                seconds = []
                for _ in range(3):
                    start = time.process_time()
                    screen.painted(*size, DARK)
                    seconds.append(time.process_time() - start)
                worst = max(worst, min(seconds))
    print(f"{name}: the slowest step paints in {worst * 1e3:.1f} ms")
    assert worst < FRAME


def test_a_step_of_a_large_matrix_costs_no_more_than_one_of_a_digit() -> None:
    def seconds(preset: str) -> float:
        walkthrough = mechanism("matrix").preset(preset).setup.build()
        index = len(walkthrough) - 2
        best = 1.0
        for _ in range(20):
            start = time.process_time()
            walkthrough.step(index)
            best = min(best, time.process_time() - start)
        return best

    ratio = seconds("layer") / seconds("digit")
    print(f"a step of 10240x3072 takes {ratio:.1f} times one of 676x784")
    assert ratio < 4
