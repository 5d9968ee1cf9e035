"""`cnnviz lessons` from the shell: list, show, check, new; lecturers' own folders."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cnnviz_tui.cli import main
from cnnviz_tui.course.library import VARIABLE, own_folder
from cnnviz_tui.progress import open_progress

BROKEN = Path(__file__).parent.parent / "golden" / "lessons-broken"


def lessons(*arguments: str | Path) -> Result:
    """Run `cnnviz lessons` with arguments."""
    return CliRunner().invoke(main, ["lessons", *map(str, arguments)])


def listed(*arguments: str | Path) -> list[dict[str, object]]:
    """What `cnnviz lessons list --json` tells."""
    result = lessons("list", "--json", *arguments)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A lecturer's folder with one lesson, made from the template."""
    folder = tmp_path / "mine"
    assert lessons("new", "my-lesson", "--out", folder).exit_code == 0
    return folder


# -- list and show --------------------------------------------------------------------------------


def test_the_list_has_all_lessons_by_chapters_and_how_far_one_is() -> None:
    with open_progress() as progress:
        progress.keep_place("padding", 2)
        progress.finish("stride")
    shown = lessons("list").stdout
    assert shown.index("Convolution\n") < shown.index("Pooling\n")
    line = {name: next(one for one in shown.splitlines() if f" {name} " in one) for name in
            ("stride", "padding", "max-pooling")}  # fmt: skip
    assert line["stride"].startswith(" ✓")
    assert line["padding"].startswith(" ◐")
    assert line["max-pooling"].startswith("   ")
    states = {one["id"]: one["state"] for one in listed()}
    assert (states["stride"], states["padding"], states["max-pooling"]) == (
        "finished",
        "begun",
        "new",
    )


def test_a_lesson_is_shown_by_id_and_by_number() -> None:
    number = next(one["number"] for one in listed() if one["id"] == "stride")
    by_id, by_number = lessons("show", "stride"), lessons("show", str(number))
    assert by_id.exit_code == 0
    assert by_id.stdout == by_number.stdout
    assert "Afterwards you can compute a layer's output size for any stride" in by_id.stdout
    assert "Builds on: sliding-filter" in by_id.stdout
    assert "  1. Must it stop everywhere?, 1 question" in by_id.stdout
    told = json.loads(lessons("show", "stride", "--json").stdout)
    assert told["steps"][0]["questions"][0]["id"] == "first-jump"
    assert Path(told["file"]).name == "10-stride.md"


def test_the_command_that_opens_a_lesson_finds_it_where_it_was_found(
    own: Path, tmp_path: Path
) -> None:
    spaced = tmp_path / "my lessons"
    lessons("new", "zweite", "--out", spaced / "de")
    cases: list[list[str | Path]] = [
        ["my-lesson", "--lessons", own],
        ["stride", "--lessons", own, "--with-ours"],
        ["zweite", "--lessons", spaced, "--language", "de"],
        ["stride"],
    ]
    for case in cases:
        *_, last = lessons("show", *case).stdout.splitlines()
        words = shlex.split(last.removeprefix("Open it: "))
        assert words == ["cnnviz", "learn", *map(str, case)]
        opened = CliRunner().invoke(main, [*words[1:], "--plain", "--notes"])
        assert opened.exit_code == 0, opened.output


def test_an_unknown_lesson_is_met_with_the_nearest() -> None:
    result = lessons("show", "strides")
    assert result.exit_code == 2
    assert result.stderr == "Error: There is no lesson “strides”: did you mean “stride”?\n"


# -- check ----------------------------------------------------------------------------------------


def test_check_gives_file_line_and_column_on_stdout_and_fails() -> None:
    result = lessons("check", BROKEN)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert (
        f"{BROKEN}/20-unknown-block.md:14:4: There is no block “quizz”: did you mean “quiz”?"
        in (lines)
    )
    assert any("16-step-too-long.md:31:1: The step “Too much” has 19 lines" in one for one in lines)
    assert result.stderr == f"{len(lines)} problems in 45 lessons.\n"


def test_check_as_json_tells_the_same() -> None:
    lines = lessons("check", BROKEN).stdout.splitlines()
    result = lessons("check", BROKEN, "--json")
    assert result.exit_code == 1
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert [f"{p['file']}:{p['line']}:{p['column']}: {p['message']}" for p in told] == lines


def test_check_finds_what_is_too_wide_but_measures_no_number_that_is_missing(own: Path) -> None:
    path = own / "01-my-lesson.md"
    whole = path.read_text("utf-8")
    start = whole.count("\n") + 1
    path.write_text(f"{whole}\n## Wide\n\n    {'x' * 120}\n", "utf-8")
    assert lessons("check", path).stdout == (
        f"{path}:{start + 3}:80: This line of code has 120 characters, and on 80x24 there is room "
        "for 75: write it on several lines.\n"
    )
    path.write_text(f"{whole}\n## Wide\n\n    {{{{ {' + '.join(['one'] * 30)} }}}}\n", "utf-8")
    (line,) = lessons("check", path).stdout.splitlines()
    assert line.startswith(f"{path}:{start + 3}:8: There is no “one” here")


def test_check_of_our_own_lessons_is_content() -> None:
    result = lessons("check")
    assert result.exit_code == 0
    assert result.stdout == f"{len(listed())} lessons checked: nothing is wrong.\n"
    as_json = lessons("check", "--json")
    assert as_json.stdout == ""
    assert as_json.stderr == result.stdout


def test_check_of_nothing_is_misuse(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.md"):
        result = lessons("check", path)
        assert result.exit_code == 2
        assert result.stderr.startswith("Error: There is no ")
        assert result.stderr.count("\n") == 1


def test_check_of_one_file_knows_the_other_lessons(own: Path) -> None:
    path = own / "01-my-lesson.md"
    text = path.read_text("utf-8")
    path.write_text(text.replace("needs = []", 'needs = ["stride"]'), "utf-8")
    assert lessons("check", path).exit_code == 0
    path.write_text(text.replace("needs = []", 'needs = ["strides"]'), "utf-8")
    result = lessons("check", path)
    assert result.exit_code == 1
    assert f"{path}:8:10: There is no lesson “strides”: did you mean “stride”?\n" == result.stdout


# -- new ------------------------------------------------------------------------------------------


def test_a_new_lesson_is_whole_and_appears(own: Path) -> None:
    assert lessons("check", own).exit_code == 0
    assert [one["id"] for one in listed("--lessons", own)] == ["my-lesson"]
    assert lessons("show", "my-lesson", "--lessons", own).exit_code == 0
    assert lessons("new", "second", "--out", own).stdout.startswith(f"Wrote {own}/02-second.md.")
    assert [one["id"] for one in listed("--lessons", own)] == ["my-lesson", "second"]


def test_new_refuses_what_is_no_id_and_what_is_there(own: Path) -> None:
    for name in ("My lesson", "../x", "a--b", ""):
        result = lessons("new", name, "--out", own)
        assert result.exit_code == 2
        assert "is no id: take small letters, digits and hyphens" in result.stderr
    again = lessons("new", "my-lesson", "--out", own)
    assert again.exit_code == 2
    assert again.stderr == f"Error: There is '{own}/01-my-lesson.md' already: take another id.\n"
    assert len(list(own.iterdir())) == 1


def test_new_into_a_file_is_said_in_a_sentence(own: Path) -> None:
    result = lessons("new", "third", "--out", own / "01-my-lesson.md")
    assert result.exit_code == 2
    assert result.stderr.count("\n") <= 3
    assert "01-my-lesson.md" in result.stderr


# -- folders --------------------------------------------------------------------------------------


def test_a_folder_stands_instead_of_ours_or_before_ours(own: Path) -> None:
    ours = [one["id"] for one in listed()]
    assert [one["id"] for one in listed("--lessons", own)] == ["my-lesson"]
    both = [one["id"] for one in listed("--lessons", own, "--with-ours")]
    assert sorted(map(str, both)) == sorted(["my-lesson", *map(str, ours)])


def test_the_environment_names_folders_as_a_path_does(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    lessons("new", "another", "--out", other)
    monkeypatch.setenv(VARIABLE, f"{own}{os.pathsep}{other}")
    assert sorted(str(one["id"]) for one in listed()) == ["another", "my-lesson"]
    assert [one["id"] for one in listed("--lessons", other)] == ["another"]


def test_a_lesson_of_ones_own_stands_in_for_ours_of_that_id(own: Path) -> None:
    path = own / "01-my-lesson.md"
    text = path.read_text("utf-8").replace('id = "my-lesson"', 'id = "stride"')
    path.write_text(text.replace('title = "My lesson"', 'title = "Strides, my way"'), "utf-8")
    titles = {one["id"]: one["title"] for one in listed("--lessons", own, "--with-ours")}
    assert titles["stride"] == "Strides, my way"
    assert len(titles) == len(listed())


def test_a_folder_for_each_language(own: Path) -> None:
    german = own / "de"
    lessons("new", "schrittweite", "--out", german)
    assert [one["id"] for one in listed("--lessons", own)] == ["my-lesson"]
    assert [one["id"] for one in listed("--lessons", own, "--language", "de")] == ["schrittweite"]
    assert lessons("check", own, "--language", "de").exit_code == 0


def test_a_broken_lesson_is_named_and_the_others_appear(own: Path) -> None:
    (own / "02-broken.md").write_text("No front matter.\n", "utf-8")
    result = lessons("list", "--lessons", own)
    assert result.exit_code == 0
    assert "my-lesson" in result.stdout
    assert result.stderr == (
        f"Warning: {own}/02-broken.md:1:1: The file does not begin with “+++”: "
        "the front matter goes there.\n"
    )


def test_folders_that_hold_no_lesson_are_said_in_a_sentence(tmp_path: Path) -> None:
    missing = lessons("list", "--lessons", tmp_path / "none")
    assert missing.exit_code == 2
    assert missing.stderr == (
        f"Error: There is no folder of lessons '{tmp_path}/none': check --lessons.\n"
    )
    empty = tmp_path / "empty"
    empty.mkdir()
    result = lessons("list", "--lessons", empty)
    assert result.exit_code == 2
    assert result.stderr == (
        f"Error: There is no lesson in '{empty}'. Lesson files are called NN-name.md.\n"
    )


def test_our_own_folder_is_the_checkouts() -> None:
    assert own_folder() == Path(__file__).parent.parent.parent / "lessons"


# -- preview --------------------------------------------------------------------------------------


def test_preview_needs_a_terminal_and_a_lesson(own: Path) -> None:
    piped = lessons("preview", own / "01-my-lesson.md")
    assert piped.exit_code == 2
    assert "needs a terminal; cnnviz lessons check" in piped.stderr
    missing = lessons("preview", own / "none.md")
    assert missing.exit_code == 2
    assert "none.md: cannot be read: No such file or directory." in missing.stderr
