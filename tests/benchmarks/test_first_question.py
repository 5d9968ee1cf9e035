"""The first question and the first lesson step come soon after a bare Textual app's first frame.

Measured in a pseudo-terminal from the start of the process until the text stands in what the
terminal was sent, side by side in one run. Run with ``pytest tests/benchmarks -n 0 -s``.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

import pytest

pexpect = pytest.importorskip("pexpect")
if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals of this kind", allow_module_level=True)

RUNS = 15
LIMIT = 1.5

BARE = """
from textual.app import App
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("ready")

Bare().run()
"""
CASES = {
    "the first question": (["quiz", "--topic", "sizes", "--seed", "1", "--level", "1"], b"Input"),
    "the first lesson step": (["learn", "stride"], b"everywhere"),
    # It needs numpy: its first words come before that, its question after.
    "the first words of a step that computes": (["learn", "learned-features"], b"telephone"),
}


def seconds_until(text: bytes, arguments: list[str], environment: dict[str, str]) -> float:
    """Return how long a program in a terminal takes until it shows a text."""
    start = time.perf_counter()
    child = pexpect.spawn(
        sys.executable, arguments, dimensions=(24, 80), env=environment, timeout=20
    )
    child.expect_exact(text)
    taken = time.perf_counter() - start
    child.close(force=True)
    return taken


@pytest.mark.parametrize("case", CASES)
def test_it_is_there_nearly_as_soon_as_a_bare_app(case: str, tmp_path: Path) -> None:
    # As after an ordinary installation: modules are compiled once, in the first of the runs.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPYCACHEPREFIX": str(tmp_path / "pyc"), "TERM": "xterm-256color"}
    arguments, text = CASES[case]
    ours, bare = ["-m", "cnnviz_tui", *arguments], ["-c", BARE]
    seconds_until(text, ours, environment)
    seconds_until(b"ready", bare, environment)
    pairs = [
        (seconds_until(text, ours, environment), seconds_until(b"ready", bare, environment))
        for _ in range(RUNS)
    ]
    mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{case} {mine * 1000:.0f} ms, a bare app {theirs * 1000:.0f} ms: {mine / theirs:.2f}")
    assert mine / theirs <= LIMIT
