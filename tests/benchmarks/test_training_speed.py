"""Speed beside PyTorch's CPU build, with equal threads, in one run.

Not collected by default: `pip install -e .[test,bench]`, then
`OPENBLAS_NUM_THREADS=1 pytest tests/benchmarks/test_training_speed.py -n 0 -s`, or with 2.
Both sides are timed by turns, so that a busy machine slows them alike, and the medians are
compared.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cnnviz_tui.digits import bundled_training
from cnnviz_tui.nn import lenet5
from cnnviz_tui.nn.training import Recipe, Trainer

torch = pytest.importorskip("torch", reason="the bench extra is not installed")

THREADS = int(os.environ.get("OPENBLAS_NUM_THREADS", "1"))
ROUNDS = 40


def torch_lenet() -> Any:
    """Build the same network."""
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 120, 5), nn.ReLU(), nn.Flatten(),
        nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip


def ratio(name: str, ours: Callable[[], object], theirs: Callable[[], object], times: int) -> float:
    """Return how many times faster ours is; print both medians in microseconds."""
    torch.set_num_threads(THREADS)
    seconds: list[list[float]] = [[], []]
    for run in (ours, theirs):
        for _ in range(5):
            run()
    for _ in range(ROUNDS):
        for run, record in zip((ours, theirs), seconds, strict=True):
            start = time.perf_counter()
            for _ in range(times):
                run()
            record.append((time.perf_counter() - start) / times)
    a, b = (statistics.median(record) for record in seconds)
    print(
        f"\n{name}: cnnviz {a * 1e6:,.0f} us, torch {b * 1e6:,.0f} us, {b / a:.2f} times "
        f"({THREADS} thread{'s' if THREADS > 1 else ''} each)"
    )
    return b / a


def test_one_picture_forward_is_three_times_as_fast() -> None:
    network, model = lenet5(), torch_lenet()
    network.initialise(0)
    pixels = np.random.default_rng(0).random((1, 1, 28, 28), np.float32)
    tensor = torch.from_numpy(pixels)

    def theirs() -> object:
        with torch.inference_mode():
            return model(tensor)

    assert ratio("forward, 1 picture", lambda: network.outputs(pixels), theirs, 100) >= 3


@pytest.mark.parametrize(("batch", "target"), [(64, 1.0), (16, 1.5)])
def test_a_training_step_is_as_fast(batch: int, target: float) -> None:
    network, model = lenet5(), torch_lenet()
    network.initialise(0)
    images, labels = bundled_training()
    tensor = torch.from_numpy(images[:batch, None].astype(np.float32) / 255)
    answers = torch.from_numpy(labels[:batch].copy())
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3)

    def theirs() -> None:
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(model(tensor), answers).backward()
        optimiser.step()

    recipe = Recipe(batch_size=batch, augmentation=None, schedule="constant", learning_rate=1e-3)
    with Trainer(network, images[:batch], labels[:batch], recipe) as trainer:
        assert ratio(f"training step, batch {batch}", trainer.step, theirs, 5) >= target


def test_loading_the_network_costs_little_beyond_numpy() -> None:
    program = (
        "import time, numpy; start = time.perf_counter();"
        "from cnnviz_tui.nn import load_lenet; load_lenet();"
        "print(time.perf_counter() - start)"
    )
    seconds = [
        float(
            subprocess.run([sys.executable, "-c", program], check=True, capture_output=True).stdout
        )
        for _ in range(9)
    ]
    median = statistics.median(seconds)
    print(f"\nload_lenet over importing numpy: {median * 1e3:.0f} ms")
    assert median < 0.06
