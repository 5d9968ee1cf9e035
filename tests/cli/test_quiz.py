"""`cnnviz quiz` without a screen: papers, questions as JSON, rounds through a pipe, exams."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pexpect
import pytest
from click.testing import CliRunner, Result
from pexpect.popen_spawn import PopenSpawn

from cnnviz_tui.cli import main
from cnnviz_tui.progress import Answer, Exam, open_progress
from cnnviz_tui.quiz.exam import paper
from cnnviz_tui.quiz.rounds import Entry, practice_round, skill_names
from cnnviz_tui.quiz.skill import Exercise
from cnnviz_tui.quiz.topics import TOPICS, skills
from tests.quiz.taking import right_answer, wrong_answer

GOLDEN = Path(__file__).parents[1] / "golden"
EXAM = ("quiz", "--plain", "--exam", "--seed", "42", "--count", "3", "--skill", "output-size")


def quiz(*arguments: str, typed: str = "") -> Result:
    """Run `cnnviz quiz` in this process."""
    return CliRunner().invoke(main, ["quiz", *arguments], input=typed)


def exam_questions(count: int = 3) -> list[Exercise]:
    """The questions of `EXAM`."""
    return [Entry(draw).exercise() for draw in paper(42, count, ["output-size"])]


def answers() -> list[Answer]:
    """What is kept."""
    with open_progress() as progress:
        return progress.answers()


def exams() -> list[Exam]:
    """The exams that are kept."""
    with open_progress() as progress:
        return progress.exams()


# -- papers and questions for other tools -----------------------------------------------------


def test_a_paper_is_the_same_for_all_who_have_its_seed() -> None:
    chosen = ("--skill", "output-size", "--skill", "does-it-fit", "--skill", "output-size-stride")
    printed = quiz("--print", "--seed", "7", "--count", "3", "--answers", *chosen)
    assert printed.exit_code == 0
    assert printed.stdout == (GOLDEN / "quiz-paper.md").read_text(encoding="utf-8")
    assert quiz("--print", "--seed", "8", "--count", "3", "--answers", *chosen).stdout != (
        printed.stdout
    )


def test_a_paper_without_answers_has_room_for_them() -> None:
    printed = quiz("--print", "--seed", "7", "--count", "4", "--topic", "sizes").stdout
    assert printed.count("Answer: ____") == 4
    assert "**Answer" not in printed


def test_a_paper_without_a_seed_says_which_it_has() -> None:
    printed = quiz("--print", "--count", "2", "--topic", "sizes").stdout
    seed = printed.splitlines()[2].removeprefix("Seed ")
    assert quiz("--print", "--count", "2", "--topic", "sizes", "--seed", seed).stdout == printed


def test_questions_as_json_hold_everything() -> None:
    result = quiz("--json", "--seed", "7", "--count", "25")
    objects = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(objects) == 25
    for data, draw in zip(objects, paper(7, 25, skill_names(shared=True)), strict=True):
        exercise = Entry(draw).exercise()
        assert data["id"] == exercise.question.id
        assert data["kind"] == exercise.question.kind
        assert data["question"] == exercise.question.prompt
        assert data["lines"] == list(exercise.question.lines)
        assert data["answer"] == exercise.question.answer_text
        assert data["solution"] == list(exercise.solution)
        assert (data["skill"], data["level"], data["seed"]) == draw


def test_topics_and_skills_are_listed() -> None:
    listed = quiz("--list").stdout
    objects = [json.loads(line) for line in quiz("--list", "--json").stdout.splitlines()]
    assert [data["skill"] for data in objects] == [skill.name for skill in skills()]
    assert {data["topic"] for data in objects} <= {topic.name for topic in TOPICS}
    for data in objects:
        assert data["skill"] in listed
        assert data["about"] in listed


# -- rounds through a pipe --------------------------------------------------------------------


def practice(count: int, seed: int = 3) -> list[Exercise]:
    """The questions of a practice of output sizes for one who answers rightly."""
    round_ = practice_round(None, ["output-size"], seed=seed)
    found = []
    exercise = round_.begin()
    for _ in range(count):
        assert exercise is not None
        found.append(exercise)
        round_.answer(right_answer(exercise.question))
        exercise = round_.advance()
    return found


SIZES = ("--plain", "--skill", "output-size", "--seed", "3")


def test_practice_through_a_pipe_to_its_end() -> None:
    first, second, _ = practice(3)
    typed = f"{right_answer(first.question)}\n\nhm\n{right_answer(second.question)}\n"
    result = quiz(*SIZES, "--count", "2", typed=typed)
    assert result.exit_code == 0
    assert result.stderr == ""
    said = result.stdout
    assert said.startswith("Practice: h hint, n skips, q quits.\n\n1. (output-size, level 1)\n")
    assert said.count("✓ Right") == 2
    assert "? “hm”" in said, "what cannot be read is asked back"
    assert said.endswith("2 of 2 right, 0 s a question\n")
    assert max(map(len, said.splitlines())) <= 80
    assert [answer.outcome for answer in answers()] == ["right", "right"]


def test_a_wrong_answer_gets_the_answer_the_solution_and_the_explorer() -> None:
    first = practice(1)[0]
    said = quiz(*SIZES, "--count", "1", typed=f"{wrong_answer(first.question)}\n").stdout
    assert "✗ Not right: 123,457" in said
    assert f"The answer: {first.question.answer_text}" in said
    for line in first.solution:
        assert line in said
    assert first.demonstration is not None
    assert f"See it: {first.demonstration.command}" in said


def test_hints_and_skipping() -> None:
    first = practice(1)[0]
    said = quiz(*SIZES, "--count", "1", typed="h\nH\nh\nh\nh\nn\n").stdout
    for hint in first.question.hints:
        assert hint.split()[0] in said
    assert "There is no hint." in said
    assert f"The answer: {first.question.answer_text}" in said
    assert [answer.outcome for answer in answers()] == ["skipped"]


@pytest.mark.parametrize("typed", ["", "q\n", "quit\n", "\n\n"])
def test_the_input_may_end_at_any_time(typed: str) -> None:
    result = quiz(*SIZES, typed=typed)
    assert result.exit_code == 0
    assert result.stdout.endswith("Nothing was answered.\n")
    assert answers() == []


def test_strict_ends_with_1_after_a_wrong_answer() -> None:
    first = practice(1)[0]
    wrong, right = wrong_answer(first.question), right_answer(first.question)
    assert quiz(*SIZES, "--count", "1", "--strict", typed=f"{wrong}\n").exit_code == 1
    assert quiz(*SIZES, "--count", "1", typed=f"{wrong}\n").exit_code == 0
    assert quiz(*SIZES, "--count", "1", "--strict", typed=f"{right}\n").exit_code == 0


def test_a_review_brings_new_skills_at_first_and_nothing_twice() -> None:
    first = quiz("--plain", "--review", typed="n\n" * 5)
    assert first.stdout.count("level 1)") == 5
    assert "5. (" in first.stdout
    skipped = {answer.skill for answer in answers()}
    assert len(skipped) == 5
    second = quiz("--plain", "--review", typed="")
    assert not any(f"({name}, " in second.stdout for name in skipped)


def test_when_everything_is_practised_and_nothing_is_due_a_review_says_so() -> None:
    from cnnviz_tui.progress.records import utc_now
    from cnnviz_tui.quiz.memory import Memory

    with open_progress() as progress:
        memory = Memory(progress)
        for name in skill_names():
            memory.review(name, utc_now(), right=True)
    assert "Nothing is due. Come back later" in quiz("--plain", "--review").stdout


def test_a_sprint_or_a_duel_that_one_leaves_sets_no_record() -> None:
    for mode in ("--sprint", "--duel"):
        result = quiz("--plain", mode, "--skill", "output-size", typed="n\nq\n")
        assert result.exit_code == 0
    assert [exam.finished for exam in exams()] == [None, None]


def test_a_duel_against_oneself_asks_the_same_kinds_with_other_numbers() -> None:
    said = [quiz("--plain", "--duel", "--topic", "sizes", typed="n\n" * 10) for _ in range(2)]
    last = ["Last time: 0 of 10 right" in result.stdout for result in said]
    assert last == [False, True]
    assert all(result.stdout.count("✗ yours: skipped") == 10 for result in said)
    kept = [json.loads(exam.state)["entries"] for exam in exams()]
    first, second = ([(e["skill"], e["level"]) for e in entries] for entries in kept)
    assert len(first) == 10
    assert first == second
    assert kept[0] != kept[1]


# -- exams ------------------------------------------------------------------------------------


def test_an_exam_says_nothing_until_the_end_and_writes_its_result(tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    questions = exam_questions()
    typed = [
        right_answer(questions[0].question), wrong_answer(questions[1].question), "n",
    ]  # fmt: skip
    result = quiz(*EXAM[1:], "--out", str(out), typed="\n".join(typed) + "\n")
    assert result.exit_code == 0
    before, _, after = result.stdout.partition("1 of 3 right")
    assert "✓" not in before
    assert "✗" not in before
    assert "right: " in after
    assert result.stderr == f"Wrote {out}.\n"
    data = json.loads(out.read_text(encoding="utf-8"))
    assert (data["seed"], data["right"], data["count"]) == (42, 1, 3)
    assert [row["outcome"] for row in data["questions"]] == ["right", "wrong", "skipped"]
    assert exams()[0].finished is not None


def test_an_exam_gives_no_hint() -> None:
    said = quiz(*EXAM[1:], typed="h\n").stdout
    assert said.startswith("Exam, seed 42: n skips, q quits.\n")
    assert "An exam gives no hints." in said


def test_an_exam_that_one_leaves_goes_on_and_writes_nothing_yet(tmp_path: Path) -> None:
    out = tmp_path / "result.csv"
    first = exam_questions()[0]
    left = quiz(*EXAM[1:], "--out", str(out), typed=f"{right_answer(first.question)}\nq\n")
    assert "The exam is kept; the same command goes on with it." in left.stdout
    assert not out.exists()
    done = quiz(*EXAM[1:], "--out", str(out), typed="n\nn\n")
    assert "2 of 3. (" in done.stdout
    assert "1 of 3. (" not in done.stdout
    assert "1 of 3 right" in done.stdout
    assert len(out.read_text(encoding="utf-8").splitlines()) == 4


@contextmanager
def full_disk() -> Iterator[None]:
    """No result can be written."""

    def refused(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cnnviz_tui.quiz.result.write_atomically", refused)
        yield


def test_a_result_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    out = tmp_path / "r.json"
    with full_disk():
        result = quiz(*EXAM[1:], "--out", str(out), typed="n\n" * 3)
    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: Cannot write '{out}': No space left on device. "
        "The exam is kept: the same command writes it.\n"
    )
    assert "0 of 3 right" in result.stdout
    again = quiz(*EXAM[1:], "--out", str(out), typed="7\n")
    assert (again.exit_code, again.stderr) == (0, f"Wrote {out}.\n")
    assert "You handed in the exam of seed 42 before: this is its result." in again.stdout
    assert "your answer" not in again.stdout
    assert [row["outcome"] for row in json.loads(out.read_text(encoding="utf-8"))["questions"]] == [
        "skipped"
    ] * 3
    assert len(exams()) == 1


def test_without_a_seed_the_sentence_names_the_one_that_leads_back(tmp_path: Path) -> None:
    out = tmp_path / "r.json"
    command = ("--plain", "--exam", "--count", "1", "--skill", "output-size", "--out", str(out))
    out.write_text("{}")
    refused = quiz(*command, typed="n\n")
    assert refused.exit_code == 2
    assert exams() == []
    out.unlink()
    with full_disk():
        failed = quiz(*command, typed="n\n")
    seed = exams()[0].seed
    assert f"the same command with --seed {seed} writes it." in failed.stderr
    assert quiz(*command, "--seed", str(seed)).stderr == f"Wrote {out}.\n"


def test_new_begins_an_exam_anew_that_was_handed_in() -> None:
    quiz(*EXAM[1:], typed="n\n" * 3)
    assert quiz(*EXAM[1:], "--new", typed="n\n" * 3).stdout.count("your answer: ") == 3
    assert len(exams()) == 2


@pytest.mark.parametrize("ending", ["json", "csv", "txt"])
def test_a_result_of_another_exam_is_not_written_over(tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"result.{ending}"
    command = (*EXAM[1:], "--out", str(out))
    out.touch()
    assert quiz(*command, typed="n\n" * 3).exit_code == 0, "an empty file is nothing"
    first = out.read_bytes()
    assert quiz(*command).exit_code == 0, "its own result may be written again"
    other = (*command, "--new")
    refused = quiz(*other, typed="n\n" * 3)
    assert refused.exit_code == 2
    assert refused.stdout == ""
    assert refused.stderr.splitlines()[-1] == (
        f"Error: '{out}' exists and is no result of this exam: name another file, or add "
        "--force to write over it."
    )
    assert out.read_bytes() == first
    assert len(exams()) == 1
    right = "\n".join(right_answer(one.question) for one in exam_questions())
    assert quiz(*other, "--force", typed=right).exit_code == 0
    assert out.read_bytes() != first


def test_list_with_a_topic_lists_that_topic() -> None:
    listed = quiz("--list", "--topic", "sizes").stdout
    assert listed.startswith("sizes: ")
    assert "output-size-stride" in listed
    assert "softmax" not in listed


def test_a_skill_of_a_topic_is_asked_alone() -> None:
    both = ("--topic", "sizes", "--skill", "output-size")
    listed = quiz("--json", "--seed", "1", "--count", "6", *both).stdout.splitlines()
    assert {json.loads(line)["skill"] for line in listed} == {"output-size"}


# -- kill -9 ----------------------------------------------------------------------------------

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")


@contextmanager
def asked(*arguments: str) -> Iterator[PopenSpawn]:
    """A process that has asked its first question."""
    child = PopenSpawn(
        [sys.executable, "-m", "cnnviz_tui", *arguments],
        timeout=60,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    try:
        child.expect_exact("your answer: ")
        yield child
    finally:
        child.kill(signal.SIGKILL)
        child.wait()
        child.proc.stdin.close()
        child.proc.stdout.close()


@posix
def test_an_exam_goes_on_after_kill_9_with_the_same_command(tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    command = (*EXAM, "--minutes", "5", "--out", str(out))
    questions = exam_questions()
    with asked(*command) as child:
        child.sendline(right_answer(questions[0].question))
        child.expect_exact("your answer: ")
    assert answers() == [], "no feedback until the end"
    (crashed,) = exams()
    # A minute passes.
    with open_progress() as progress:
        started = crashed.started - timedelta(minutes=1)
        progress.keep_exam(replace(crashed, started=started))
    result = quiz(*command[1:], typed=f"{wrong_answer(questions[1].question)}\nn\n")
    assert result.exit_code == 0
    assert result.stdout.count("your answer: ") == 2
    data = json.loads(out.read_text(encoding="utf-8"))
    assert [row["outcome"] for row in data["questions"]] == ["right", "wrong", "skipped"]
    assert data["started"] == started.isoformat()
    assert [answer.outcome for answer in answers()] == ["right", "wrong", "skipped"]


@posix
def test_an_exam_whose_time_ran_out_after_kill_9_is_handed_in(tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    command = (*EXAM, "--minutes", "5", "--out", str(out))
    with asked(*command) as child:
        child.sendline(right_answer(exam_questions()[0].question))
        child.expect_exact("your answer: ")
    (crashed,) = exams()
    with open_progress() as progress:
        progress.keep_exam(replace(crashed, started=crashed.started - timedelta(minutes=6)))
    result = quiz(*command[1:], typed="7\n7\n7\n")
    assert "your answer: " not in result.stdout
    assert "1 of 3 right" in result.stdout
    data = json.loads(out.read_text(encoding="utf-8"))
    outcomes = [row["outcome"] for row in data["questions"]]
    assert outcomes == ["right", "not reached", "not reached"]
    assert data["finished"] == (crashed.started - timedelta(minutes=1)).isoformat()
    assert len(answers()) == 1


@posix
def test_the_end_of_an_exam_does_not_wait_for_a_line(tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    command = (*EXAM, "--minutes", "5", "--out", str(out))
    with asked(*command):
        pass
    (crashed,) = exams()
    with open_progress() as progress:
        almost = crashed.started - timedelta(seconds=299)
        progress.keep_exam(replace(crashed, started=almost))
    child = pexpect.spawn(sys.executable, ["-m", "cnnviz_tui", *command], timeout=60)
    child.expect_exact("your answer: ")
    child.expect_exact("The time is over.")
    child.expect_exact("0 of 3 right")
    child.expect(pexpect.EOF)
    child.close()
    assert json.loads(out.read_text(encoding="utf-8"))["finished"] is not None


@posix
def test_no_answer_is_lost_to_kill_9_whenever_it_comes() -> None:
    questions = practice(3)
    for kept in (1, 2, 3):
        before = len(answers())
        with asked("quiz", *SIZES) as child:
            for exercise in questions[:kept]:
                child.sendline(right_answer(exercise.question))
                child.expect_exact("your answer: ")
        # Levels rise from round to round, so that only the first question is as before.
        assert len(answers()) == before + kept


# -- what makes no sense ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--answers"], "--answers belongs to --print: add --print."),
        (["--strict"], "--strict belongs to --plain: add --plain."),
        (["--minutes", "3"], "--minutes belongs to --exam: add --exam."),
        (["--out", "r.json"], "--out belongs to --exam: add --exam."),
        (["--exam", "--out", "r.pdf"], "--out r.pdf must end with .json, .csv or .txt."),
        (["--exam", "--out", "nowhere/r.csv"], "There is no folder 'nowhere' for --out: make it."),
        (["--plain", "--print"], "--plain and --print exclude each other: give one of them."),
        (["--plain", "--json"], "--json prints questions, --plain asks them: give one of them."),
        (["--sprint", "--duel"], "--sprint and --duel exclude each other: give one of them."),
        (["--review", "--exam"], "--review and --exam exclude each other: give one of them."),
        (["--print", "--json"], "--print and --json exclude each other: give one of them."),
        (["--list", "--skill", "softmax"], "--list takes no --skill: leave it out."),
        (["--exam", "--force"], "--force belongs to --out: add --out FILE."),
        (["--plain", "--new"], "--new belongs to --exam: add --exam."),
        (
            ["--plain", "--topic", "sizes", "--skill", "softmax"],
            "The skill softmax is of the topic activations, not of sizes: leave --topic out.",
        ),
        (["--print", "--exam"], "--print asks nobody: leave --exam out."),
        (["--json", "--sprint"], "--json asks nobody: leave --sprint out."),
        (["--plain", "--review", "--count", "3"], "--review takes no --count: leave it out."),
        (["--plain", "--sprint", "--level", "2"], "--sprint takes no --level: leave it out."),
        (["--plain", "--duel", "--seed", "2"], "--duel takes no --seed: leave it out."),
        (["--plain", "--topic", "size"], "There is no topic “size”: did you mean sizes?"),
        (["--print", "--skill", "sofmax"], "There is no skill “sofmax”: did you mean softmax?"),
    ],
)
def test_options_that_make_no_sense_get_one_sentence(arguments: list[str], sentence: str) -> None:
    result = quiz(*arguments)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == f"Error: {sentence}"
    assert result.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["--count", "0"], ["--count", "201"], ["--level", "4"], ["--seed", "-1"],
        ["--exam", "--minutes", "0"], ["--exam", "--minutes", "nan"], ["--seed", "seven"],
    ],
)  # fmt: skip
def test_numbers_out_of_range_are_usage_errors(arguments: list[str]) -> None:
    result = quiz("--plain", *arguments)
    assert result.exit_code == 2
    assert arguments[-1] in result.stderr


def test_without_a_terminal_the_screen_is_refused_in_a_sentence() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "cnnviz_tui", "quiz"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert run.returncode == 2
    assert "needs a terminal; --plain, --print and --json do not." in run.stderr
