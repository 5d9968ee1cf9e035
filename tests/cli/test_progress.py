"""`cnnviz progress` shows the record, takes it along, reads it in and forgets it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cnnviz_tui.cli.group import LazyGroup
from cnnviz_tui.progress import Answer, Card, Exam, database_file, open_progress
from cnnviz_tui.progress.records import utc_now

GROUP = LazyGroup("cnnviz", lazy_commands={"progress": ("cnnviz_tui.cli.progress:command", "")})


def run(*arguments: str, typed: str = "") -> Result:
    """Run ``cnnviz progress`` with the arguments."""
    return CliRunner().invoke(GROUP, ["progress", *arguments], input=typed)


@pytest.fixture
def recorded() -> None:
    """A learner who has begun."""
    now = utc_now()
    with open_progress() as progress:
        progress.record(Answer("q1", "right", "lesson", lesson="stride", given="=3"))
        progress.record(Answer("q2", "wrong", "lesson", lesson="stride", given="−3"))
        progress.record(Answer("q3", "right", "quiz", skill="output-size", level=2, seed=7))
        progress.record(Answer("q4", "skipped", "lesson", lesson="padding"))
        progress.keep_place("stride", 3)
        progress.finish("stride")
        progress.keep_place("a-lesson-with-a-name-as-long-as-only-a-lecturer-would-write-it", 0)
        progress.keep_card(Card("output-size", "{}", due=now - timedelta(hours=1)))
        progress.keep_card(Card("macs", "{}", due=now + timedelta(days=3)))
        progress.keep_exam(Exam("e", 42, 20, now))


def test_an_empty_record_says_how_to_begin() -> None:
    result = run("show")
    assert result.exit_code == 0
    assert "cnnviz learn" in result.stdout
    assert "cnnviz quiz" in result.stdout
    assert json.loads(run("show", "--json").stdout)["lessons"] == []


@pytest.mark.usefixtures("recorded")
def test_show_tells_people_how_it_went() -> None:
    result = run("show")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[:2] == ["4 answers: 2 right, 1 wrong, 1 skipped", "1 exam begun, 0 handed in"]
    today = rf"{utc_now().astimezone():%Y}-\d\d-\d\d"
    assert re.search(rf"^stride +1 +1 +1 +0 +{today} +{today}$", result.stdout, re.MULTILINE)
    assert re.search(r"^padding +0 +0 +0 +1$", result.stdout, re.MULTILINE)
    assert re.search(r"^output-size +1 +1 +0 +0 +100% +now$", result.stdout, re.MULTILINE)
    assert re.search(r"^macs +0 +0 +0 +0 +\d{4}-\d\d-\d\d$", result.stdout, re.MULTILINE)


def test_one_answer_is_singular() -> None:
    with open_progress() as progress:
        progress.record(Answer("q1", "right", "lesson", lesson="stride"))
    assert run("show").stdout.startswith("1 answer: 1 right, 0 wrong, 0 skipped\n")


@pytest.mark.usefixtures("recorded")
def test_show_tells_scripts_the_same() -> None:
    shown = json.loads(run("show", "--json").stdout)
    assert shown["path"] == str(database_file())
    assert (shown["answers"], shown["right"], shown["wrong"], shown["skipped"]) == (4, 2, 1, 1)
    (stride,) = [row for row in shown["lessons"] if row["lesson"] == "stride"]
    assert (stride["steps_seen"], stride["share_right"]) == (1, 0.5)
    assert stride["finished"].endswith("Z")
    assert [(row["skill"], row["answers"]) for row in shown["skills"]] == [
        ("macs", 0),
        ("output-size", 1),
    ]
    assert (shown["exams"], shown["exams_finished"], shown["problem"]) == (1, 0, "")


@pytest.mark.usefixtures("recorded")
def test_an_exported_record_moves_to_another_computer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "record.json"
    before = json.loads(run("export").stdout)
    written = run("export", "--json", "--out", str(file))
    assert written.stdout == f"Wrote 4 answers to {file}.\n"
    monkeypatch.setenv("CNNVIZ_HOME", str(tmp_path / "elsewhere"))
    result = run("import", str(file))
    assert result.stdout == "New or changed: 4 answers, 2 places, 2 cards, 1 exam.\n"
    again = json.loads(run("import", str(file), "--json").stdout)
    assert again["kept"] is True
    assert set(again["changed"].values()) == {0}
    after = json.loads(run("export", "--json").stdout)
    assert after | {"exported": ""} == before | {"exported": ""}


@pytest.mark.usefixtures("recorded")
def test_a_lecturer_gets_one_answer_a_row(tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("export", "--csv").stdout)))
    assert [row["given"] for row in rows] == ["'=3", "−3", "", ""]
    file = tmp_path / "answers.csv"
    run("export", "--csv", "--out", str(file))
    assert file.read_bytes().startswith(b"\xef\xbb\xbfquestion,")
    assert list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig")))) == rows


def test_json_and_csv_exclude_each_other() -> None:
    result = run("export", "--json", "--csv")
    assert (result.exit_code, result.stderr) == (2, "Error: Choose one of --json and --csv.\n")


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    result = run("export", "--out", str(tmp_path / "no" / "x.json"))
    assert result.exit_code == 1
    assert "x.json cannot be written: No such file or directory." in result.stderr


@pytest.mark.usefixtures("recorded")
def test_a_bad_file_changes_nothing(tmp_path: Path) -> None:
    data = json.loads(run("export").stdout)
    data["answers"][0]["given"] = "new"
    data["answers"][3]["outcome"] = "rihgt"
    file = tmp_path / "record.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    result = run("import", str(file))
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: answers[3]: outcome: one of right, wrong, skipped")
    assert json.loads(run("show", "--json").stdout)["answers"] == 4


@pytest.mark.usefixtures("recorded")
def test_a_reset_needs_a_terminal_or_yes() -> None:
    result = run("reset")
    assert result.exit_code == 2
    assert result.stderr == "Error: Without a terminal to ask on, a reset needs --yes.\n"
    assert json.loads(run("show", "--json").stdout)["answers"] == 4


@pytest.mark.usefixtures("recorded")
def test_a_lesson_is_forgotten_and_brought_back() -> None:
    result = run("reset", "--lesson", "stride", "--yes", "--json")
    backup = Path(json.loads(result.stdout)["backup"])
    assert backup.parent == database_file().parent
    shown = json.loads(run("show", "--json").stdout)
    assert (shown["answers"], "stride" in str(shown["lessons"])) == (2, False)
    run("import", str(backup))
    assert json.loads(run("show", "--json").stdout)["answers"] == 4


@pytest.mark.usefixtures("recorded")
def test_everything_is_forgotten_with_a_backup() -> None:
    result = run("reset", "--yes")
    assert "Done. What was there is kept in " in result.stdout
    assert run("show").stdout.startswith("Nothing is recorded yet.")


@pytest.mark.usefixtures("recorded")
def test_a_lesson_without_a_record_is_not_reset() -> None:
    result = run("reset", "--lesson", "strude", "--yes")
    assert result.exit_code == 2
    assert "Nothing is recorded of a lesson “strude”; did you mean “stride”?" in result.stderr


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let stdin count as a terminal."""
    monkeypatch.setattr("cnnviz_tui.cli.progress._can_ask", lambda: True)


@pytest.mark.usefixtures("recorded", "terminal")
def test_on_a_terminal_it_asks() -> None:
    no = run("reset", typed="n\n")
    assert no.exit_code == 1
    question = "Forget everything (4 answers, 3 lessons, 2 skills, 1 exam)? [y/N]"
    assert question in no.stderr
    assert "Nothing was reset." in no.stderr
    one = run("reset", "--lesson", "padding", typed="n\n")
    assert "Forget 1 answer and your place in “padding”? [y/N]" in one.stderr
    yes = run("reset", typed="y\n")
    assert yes.exit_code == 0
    assert json.loads(run("show", "--json").stdout)["answers"] == 0


def test_a_record_that_cannot_be_used_is_told_on_stderr(tmp_path: Path) -> None:
    with open_progress() as progress:
        progress.record(Answer("q", "right", "quiz"))
        file = tmp_path / "record.json"
        file.write_text(json.dumps(progress.export()), encoding="utf-8")
    database_file().unlink()
    database_file().mkdir()
    shown = run("show", "--json")
    assert shown.exit_code == 0
    assert json.loads(shown.stdout)["problem"] == shown.stderr.strip()
    assert "cannot be used now" in shown.stderr
    result = run("import", str(file), "--json")
    assert (result.exit_code, json.loads(result.stdout)["kept"]) == (1, False)
    assert "Nothing was imported." in result.stderr
    reset = run("reset", "--yes")
    assert reset.exit_code == 1
    assert "Error: Nothing was reset." in reset.stderr


def test_it_loads_nothing_heavy() -> None:
    script = (
        "import sys\n"
        "from cnnviz_tui.cli.progress import command\n"
        "assert 'sqlite3' not in sys.modules\n"
        "command(['show'], standalone_mode=False)\n"
        "heavy = ['numpy', 'rich', 'textual', 'PIL', 'platformdirs']\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=os.environ
    )
    assert result.stdout.splitlines()[-1] == "[]"


def test_a_record_that_is_no_file_is_said_first_and_nothing_waits(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "progress.db")
    result = subprocess.run(
        [sys.executable, "-m", "cnnviz_tui", "progress", "show"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env={**os.environ, "CNNVIZ_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        check=False,
        timeout=60,
    )
    assert result.returncode == 0
    problem, *shown = result.stdout.splitlines()
    assert "it is no regular file" in problem
    assert shown == ["Nothing is recorded yet. Begin with cnnviz learn, or with cnnviz quiz."]
