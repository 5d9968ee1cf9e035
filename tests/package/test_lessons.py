"""The lessons are found in the checkout, in an editable installation and in the wheel."""

from __future__ import annotations

import zipfile
from pathlib import Path

from .conftest import ROOT, run_python

WHERE = "from cnnviz_tui.course.library import own_folder; print(own_folder())"


def test_the_wheel_has_every_lesson_the_glossary_and_the_template(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        shipped = set(archive.namelist())
    ours = {path.relative_to(ROOT).as_posix() for path in (ROOT / "lessons").rglob("*.md")}
    assert "lessons/en/glossary.md" in ours
    assert {f"cnnviz_tui/{name}" for name in ours} <= shipped
    assert "cnnviz_tui/course/template.md" in shipped


def test_an_installed_wheel_finds_its_own_lessons(unpacked: Path, tmp_path: Path) -> None:
    found = run_python("-c", WHERE, cwd=tmp_path, site=unpacked).strip()
    assert found == str(unpacked / "cnnviz_tui" / "lessons")


def test_an_installed_wheel_can_check_list_and_teach_them(unpacked: Path, tmp_path: Path) -> None:
    cnnviz = ("-m", "cnnviz_tui")
    checked = run_python(*cnnviz, "lessons", "check", cwd=tmp_path, site=unpacked)
    assert "lessons checked: nothing is wrong." in checked
    said = run_python(*cnnviz, "learn", "stride", "--plain", cwd=tmp_path, site=unpacked)
    assert "Must it stop everywhere?" in said
    assert "You can now compute a layer's output size" in said


def test_the_checkouts_lessons_come_before_a_stale_copy_in_the_package(
    unpacked: Path, tmp_path: Path
) -> None:
    # What an editable installation looks like: pyproject.toml and lessons/ beside the package.
    checkout = tmp_path / "checkout"
    (checkout / "lessons").mkdir(parents=True)
    (checkout / "pyproject.toml").write_text("[project]\nname = 'cnnviz-tui'\n", "utf-8")
    (checkout / "cnnviz_tui").symlink_to(unpacked / "cnnviz_tui")
    assert (checkout / "cnnviz_tui" / "lessons").is_dir()
    found = run_python("-c", WHERE, cwd=tmp_path, site=checkout).strip()
    assert found == str(checkout / "lessons")


def test_the_present_installation_finds_the_checkouts_from_anywhere(tmp_path: Path) -> None:
    assert run_python("-c", WHERE, cwd=tmp_path).strip() == str(ROOT / "lessons")
