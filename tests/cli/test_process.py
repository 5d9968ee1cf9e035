"""`cnnviz` as a process of its own: what it loads, how it ends, what reaches a pipe."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ["numpy", "rich", "textual", "PIL", "platformdirs", "fractions", "dataclasses"]


def cnnviz(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m cnnviz_tui`` with the arguments."""
    command = [sys.executable, "-m", "cnnviz_tui", *arguments]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        check=False,
        timeout=60,
    )


def test_compute_shape_loads_nothing_heavy() -> None:
    script = (
        "import sys\n"
        "from cnnviz_tui.cli import main\n"
        "try:\n"
        "    main(['compute-shape', '7', '-F', '3', '-S', '3', '--want', '3', '--json'])\n"
        "except SystemExit as end:\n"
        f"    print([name for name in {HEAVY} if name in sys.modules], end.code, file=sys.stderr)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert result.stderr == "[] 0\n"
    assert json.loads(result.stdout)["exact"] == ["7/3"]


def test_help_loads_no_command() -> None:
    script = (
        "import sys\n"
        "from cnnviz_tui.cli import main\n"
        "try:\n"
        "    main(['--help'])\n"
        "except SystemExit:\n"
        "    print([m for m in sys.modules if m.startswith('cnnviz_tui.cli.')], file=sys.stderr)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert result.stderr == "['cnnviz_tui.cli.terminal', 'cnnviz_tui.cli.group']\n"


def test_the_module_is_the_command() -> None:
    result = cnnviz("compute-shape", "32x32x3", "-F", "5", "-K", "10", "-P", "2", "--json")
    assert (result.returncode, result.stderr) == (0, "")
    assert json.loads(result.stdout)["macs"] == 768_000
    assert cnnviz("--version").stdout.startswith("cnnviz ")


def test_a_sentence_on_stderr_and_nothing_on_stdout() -> None:
    result = cnnviz("compute-shape", "3", "-F", "5")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "Error: A filter of 5 does not fit into an input of 3; a padding of 1 would make it fit.\n"
    )


def test_an_ascii_terminal_gets_ascii() -> None:
    result = cnnviz("compute-shape", "7", "-F", "3", "-S", "3", PYTHONIOENCODING="ascii")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.isascii()
    refused = cnnviz("compute-shape", "seven", "-F", "3", PYTHONIOENCODING="ascii")
    assert refused.returncode == 2
    assert refused.stderr == 'Error: The input size must be a whole number, not "seven".\n'


def test_a_reader_that_goes_away_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        result = subprocess.run(
            [sys.executable, "-m", "cnnviz_tui", "compute-shape", "7", "-F", "3"],
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    finally:
        os.close(writing)
    assert (result.returncode, result.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["compute-shape", "7", "-F", "3", "--json"],
        ["lessons", "list"],
        ["learn", "stride", "--plain"],
    ],
    ids=" ".join,
)
def test_an_output_without_room_is_a_sentence(arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [sys.executable, "-m", "cnnviz_tui", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    assert result.returncode == 1
    assert result.stderr == (b"Error: The output cannot be written: No space left on device.\n")


def test_without_any_output_a_command_still_ends_well() -> None:
    command = f"'{sys.executable}' -m cnnviz_tui compute-shape 7 -F 3 --json >&-"
    result = subprocess.run(
        ["/bin/sh", "-c", command], stderr=subprocess.PIPE, check=False, timeout=60
    )
    assert (result.returncode, result.stderr) == (0, b"")
