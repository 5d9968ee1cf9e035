"""A one-off answers at once: measured against ``import click``, side by side in one run.

Run with ``pytest tests/benchmarks -n 0``; the test run proper leaves this folder out.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 15
LIMIT = 1.5


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """Return how long a process takes from start to end."""
    start = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def test_compute_shape_starts_nearly_as_fast_as_click(tmp_path: Path) -> None:
    # As after an ordinary installation: modules are compiled once, in the first of the runs.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(tmp_path)
    click_alone = [sys.executable, "-c", "import click"]
    one_off = [sys.executable, "-m", "cnnviz_tui", "compute-shape", "32x32x3", "-F", "5"]
    seconds(click_alone, environment)
    seconds(one_off, environment)
    pairs = [
        (seconds(one_off, environment), seconds(click_alone, environment)) for _ in range(RUNS)
    ]
    ours, clicks = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"compute-shape {ours * 1000:.1f} ms, import click {clicks * 1000:.1f} ms")
    assert ours / clicks <= LIMIT
