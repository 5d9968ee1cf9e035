"""The lessons are found in the checkout, in an editable installation and in the wheel."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

WHERE = "from cnnviz_tui.course.library import own_folder; print(own_folder())"


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content alone, as an installer lays it out."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def python(*arguments: str, cwd: Path, site: Path | None = None) -> str:
    """Run this Python elsewhere, with `site` before everything that is installed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if site is not None:
        environment["PYTHONPATH"] = str(site)
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_has_every_lesson_the_glossary_and_the_template(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        shipped = set(archive.namelist())
    ours = {path.relative_to(ROOT).as_posix() for path in (ROOT / "lessons").rglob("*.md")}
    assert "lessons/en/glossary.md" in ours
    assert {f"cnnviz_tui/{name}" for name in ours} <= shipped
    assert "cnnviz_tui/course/template.md" in shipped


def test_an_installed_wheel_finds_its_own_lessons(installed: Path, tmp_path: Path) -> None:
    found = python("-c", WHERE, cwd=tmp_path, site=installed).strip()
    assert found == str(installed / "cnnviz_tui" / "lessons")


def test_an_installed_wheel_can_check_list_and_teach_them(installed: Path, tmp_path: Path) -> None:
    cnnviz = ("-m", "cnnviz_tui")
    checked = python(*cnnviz, "lessons", "check", cwd=tmp_path, site=installed)
    assert "lessons checked: nothing is wrong." in checked
    said = python(*cnnviz, "learn", "stride", "--plain", cwd=tmp_path, site=installed)
    assert "Must it stop everywhere?" in said
    assert "You can now compute a layer's output size" in said


def test_the_checkouts_lessons_come_before_a_stale_copy_in_the_package(
    installed: Path, tmp_path: Path
) -> None:
    # What an editable installation looks like: pyproject.toml and lessons/ beside the package.
    checkout = tmp_path / "checkout"
    (checkout / "lessons").mkdir(parents=True)
    (checkout / "pyproject.toml").write_text("[project]\nname = 'cnnviz-tui'\n", "utf-8")
    (checkout / "cnnviz_tui").symlink_to(installed / "cnnviz_tui")
    assert (checkout / "cnnviz_tui" / "lessons").is_dir()
    found = python("-c", WHERE, cwd=tmp_path, site=checkout).strip()
    assert found == str(checkout / "lessons")


def test_the_present_installation_finds_the_checkouts_from_anywhere(tmp_path: Path) -> None:
    assert python("-c", WHERE, cwd=tmp_path).strip() == str(ROOT / "lessons")
