"""What people install is complete: the wheel outside the checkout, and the editable one."""

from __future__ import annotations

import zipfile
from pathlib import Path

from .conftest import ROOT, run_python

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
    shown = run_python("-c", OPEN_AND_READ, site=unpacked, cwd=tmp_path)
    assert "input 28x28" in shown
    assert "digits 500" in shown
    assert f"from {unpacked}" in shown


def test_from_the_wheel_the_commands_work(unpacked: Path, tmp_path: Path) -> None:
    shape = ("-m", "cnnviz_tui", "compute-shape", "32x32x3", "-F", "5", "-K", "10", "-P", "2")
    assert "= 760" in run_python(*shape, site=unpacked, cwd=tmp_path)
    steps = run_python(
        "-m", "cnnviz_tui", "play", "conv", "--input", "digit-3", "--plain",
        site=unpacked, cwd=tmp_path,
    )  # fmt: skip
    assert "step 676 of 676" in steps


def test_the_present_installation_finds_its_files_from_anywhere(tmp_path: Path) -> None:
    assert "digits 500" in run_python("-c", OPEN_AND_READ, cwd=tmp_path)
