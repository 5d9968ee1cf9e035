"""What people install is complete: the wheel outside the checkout, and the editable one."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

OPEN_AND_READ = """
import asyncio
import cnnviz_tui
from cnnviz_tui.digits import bundled
from cnnviz_tui.tui.app import CnnvizApp

async def main():
    app = CnnvizApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "down", "enter")
        await pilot.pause()
        print(app.screen.view.canvas.text)

asyncio.run(main())
print("digits", len(bundled()[0]))
print("from", cnnviz_tui.__file__)
"""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content alone, as an installer lays it out."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(*arguments: str, site: Path | None, cwd: Path) -> str:
    """Run this Python outside of the checkout, with `site` before everything that is installed."""
    env = {**os.environ, "PYTHONPATH": str(site)} if site else dict(os.environ)
    done = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_has_all_that_the_program_reads(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        shipped = set(archive.namelist())
    ours = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "cnnviz_tui").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert ours <= shipped
    assert any(name.endswith("entry_points.txt") for name in shipped)


def test_from_the_wheel_outside_the_checkout_the_program_opens(
    unpacked: Path, tmp_path: Path
) -> None:
    shown = run("-c", OPEN_AND_READ, site=unpacked, cwd=tmp_path)
    assert "input 28x28" in shown
    assert "digits 500" in shown
    assert f"from {unpacked}" in shown


def test_from_the_wheel_the_commands_work(unpacked: Path, tmp_path: Path) -> None:
    shape = ("-m", "cnnviz_tui", "compute-shape", "32x32x3", "-F", "5", "-K", "10", "-P", "2")
    assert "= 760" in run(*shape, site=unpacked, cwd=tmp_path)
    steps = run(
        "-m", "cnnviz_tui", "play", "conv", "--input", "digit-3", "--plain",
        site=unpacked, cwd=tmp_path,
    )  # fmt: skip
    assert "step 676 of 676" in steps


def test_the_present_installation_finds_its_files_from_anywhere(tmp_path: Path) -> None:
    assert "digits 500" in run("-c", OPEN_AND_READ, site=None, cwd=tmp_path)
