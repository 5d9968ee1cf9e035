"""What every test stands on: a terminal without surprises, one BLAS thread, a home of its own."""

from __future__ import annotations

import os
from pathlib import Path

# Textual and numpy read these when they are imported, which is before any fixture runs.
_READ_AT_IMPORT = ("NO_COLOR", "COLUMNS", "LINES", "TEXTUAL")
for _name in [name for name in os.environ if name.startswith(_READ_AT_IMPORT)]:
    del os.environ[_name]
os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", COLORTERM="truecolor")

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

# Two busy cores make any deadline a coin toss; speed is measured in tests/benchmarks.
settings.register_profile("cnnviz", deadline=None, max_examples=60, derandomize=True)
settings.load_profile("cnnviz")


@pytest.fixture(autouse=True)
def home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point everything that cnnviz writes at a fresh folder."""
    home = tmp_path / "cnnviz-home"
    monkeypatch.setenv("CNNVIZ_HOME", str(home))
    return home
