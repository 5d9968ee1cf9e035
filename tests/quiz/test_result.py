"""What came of a round, for people, for programs, for spreadsheets; and papers for class."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from cnnviz_tui.cli import main
from cnnviz_tui.progress import open_progress
from cnnviz_tui.quiz.exam import TimedRound, duel_round, exam_round, paper, sprint_round
from cnnviz_tui.quiz.result import (
    exercise_data,
    paper_markdown,
    result_csv,
    result_data,
    result_json,
    result_lines,
    write_result,
)
from cnnviz_tui.quiz.rounds import Entry, practice_round, skill_names
from cnnviz_tui.quiz.topics import skill
from cnnviz_tui.quiz.wording import WIDTH, solution_lines, unmarked
from tests.quiz.taking import MONDAY, Clock, answer

SKILLS = ("output-size-padding", "does-it-fit", "pooling-gradient")


@pytest.fixture
def taken() -> TimedRound:
    """An exam of three questions: one right, one wrong on a named road, one skipped."""
    clock = Clock()
    round_ = exam_round(None, seed=5, count=3, minutes=10, names=SKILLS, level=1, now=clock)
    round_.begin()
    while round_.exercise is not None:
        clock.wait(20)
        if round_.exercise.skill == "output-size-padding":
            roads = round_.exercise.question.roads  # type: ignore[attr-defined]
            round_.answer(str(next(r.value for r in roads if r.name == "forgot-padding")))
        elif round_.exercise.skill == "does-it-fit":
            answer(round_, rightly=True)
        else:
            round_.skip()
        round_.advance()
    round_.finish()
    return round_


def test_people_see_the_score_the_road_and_the_right_road(taken: TimedRound) -> None:
    lines = result_lines(taken)
    assert lines[0] == "1 of 3 right, 20 s a question"
    assert lines[1] == "You left the padding out (once)."
    text = "\n".join(lines)
    entry = next(one for one in taken.entries if one.outcome == "wrong")
    assert f"✗ yours: {entry.given}" in text
    assert "You left the padding out." in text
    assert f"✓ right: {entry.exercise().question.answer_text}" in text
    for line in solution_lines(entry.exercise().solution, "     "):
        assert line in lines
    assert max(map(len, lines)) <= WIDTH


def test_grids_in_a_question_keep_their_rows(taken: TimedRound) -> None:
    entry = next(one for one in taken.entries if one.outcome == "skipped")
    grid = [line for line in entry.exercise().question.prompt.split("\n") if line[:4] == "    "]
    assert len(grid) > 2
    text = "\n".join(result_lines(taken))
    assert "\n".join(grid) in text
    assert "✗ yours: skipped" in text


def test_code_in_a_question_keeps_its_lines_and_loses_its_fences() -> None:
    round_ = practice_round(None, ("concepts-practice",), seed=1)
    round_.begin()
    while True:
        exercise = round_.exercise
        assert exercise is not None
        if "```" in exercise.question.prompt:
            break
        round_.skip()
        round_.advance()
    code = exercise.question.prompt.split("```")[1].split("\n")[1:-1]
    round_.skip()
    lines = result_lines(round_)
    assert all(f"    {line}" in lines for line in code)
    assert not any("```" in line for line in lines)


def test_what_was_right_needs_no_words(taken: TimedRound) -> None:
    right = next(one for one in taken.entries if one.outcome == "right")
    assert right.exercise().question.prompt[:40] not in "\n".join(result_lines(taken))
    assert len(result_lines(taken, answers=False)) == 2


def test_a_round_without_an_answer_says_so() -> None:
    round_ = practice_round(None, ["output-size"], now=Clock())
    round_.begin()
    assert result_lines(round_) == ["Nothing was answered."]


def test_programs_get_everything(taken: TimedRound) -> None:
    data = json.loads(result_json(taken))
    assert data == result_data(taken)
    assert data["kind"] == "exam"
    assert (data["seed"], data["count"], data["right"], data["share"]) == (5, 3, 1, 0.3333)
    assert data["started"] == MONDAY.isoformat()
    assert data["finished"] == "2026-03-02T09:01:00+00:00"
    assert data["limit_seconds"] == 600
    assert data["time_over"] is False
    rows = data["questions"]
    assert [row["number"] for row in rows] == [1, 2, 3]
    assert {row["outcome"] for row in rows} == {"right", "wrong", "skipped"}
    wrong = next(row for row in rows if row["outcome"] == "wrong")
    assert "forgot-padding" in wrong["roads"]
    for row in rows:
        exercise = skill(row["skill"]).exercise(row["seed"], row["level"])
        assert (row["question"], row["answer"]) == (
            exercise.question.prompt,
            unmarked(exercise.question.answer_words),
        )
        assert row["options"] == exercise_data(exercise)["options"]
        assert row["seconds"] == 20


@pytest.mark.parametrize("name", ["does-it-fit", "which-came-first", "concepts-pooling"])
def test_a_right_answer_reads_as_the_answer_does(name: str) -> None:
    round_ = exam_round(None, seed=5, count=6, names=[name], now=Clock())
    round_.begin()
    while round_.exercise is not None:
        answer(round_, rightly=True)
        round_.advance()
    round_.finish()
    rows = list(csv.DictReader(io.StringIO(result_csv(round_))))
    assert [row["given"] for row in rows] == [row["answer"] for row in rows]
    for row, kept in zip(rows, result_data(round_)["questions"], strict=True):
        assert row["options"].splitlines() == [
            f"{option['letter']}) {option['text']}" for option in kept["options"]
        ]


def test_an_exam_that_the_clock_ended_says_so_in_every_form() -> None:
    clock = Clock()
    round_ = exam_round(None, seed=5, count=3, minutes=1.5, names=SKILLS, level=1, now=clock)
    round_.begin()
    answer(round_, rightly=True)
    round_.advance()
    clock.wait(200)
    round_.finish()
    assert result_lines(round_)[0] == (
        "1 of 3 right, 0 s a question, 2 not reached, the time was over after 1:30"
    )
    assert result_data(round_)["time_over"] is True
    rows = list(csv.DictReader(io.StringIO(result_csv(round_))))
    assert [row["time_over"] for row in rows] == ["yes"] * 3


def test_an_exam_that_was_handed_in_in_time_does_not_speak_of_the_clock(taken: TimedRound) -> None:
    assert "time" not in result_lines(taken)[0]
    assert {row["time_over"] for row in csv.DictReader(io.StringIO(result_csv(taken)))} == {"no"}


def test_a_sprint_counts_what_was_asked() -> None:
    clock = Clock()
    round_ = sprint_round(None, seed=1, names=["output-size"], now=clock)
    round_.begin()
    answer(round_, rightly=True)
    round_.advance()
    clock.wait(60)
    round_.finish()
    assert (result_data(round_)["count"], result_data(round_)["share"]) == (1, 1.0)
    assert result_lines(round_)[0] == "1 of 1 right, 0 s a question"


@pytest.mark.parametrize("kind", ["sprint", "duel"])
def test_after_a_sprint_or_a_duel_one_reads_what_went_wrong(kind: str) -> None:
    clock = Clock()
    names = ["output-size"]
    round_ = (
        sprint_round(None, seed=1, names=names, now=clock)
        if kind == "sprint"
        else duel_round(None, names=names, now=clock)[0]
    )
    round_.begin()
    answer(round_, rightly=False)
    missed = round_.entries[0].exercise()
    round_.advance()
    answer(round_, rightly=True)
    round_.advance()
    clock.wait(60)
    round_.finish()
    text = "\n".join(result_lines(round_, answers=False))
    assert "✗ yours: " in text
    assert f"✓ right: {missed.question.answer_words}" in text


def test_a_duel_says_how_one_did_last_time(tmp_path: Path) -> None:
    clock = Clock()
    with open_progress(tmp_path / "kept") as progress:
        for time in range(2):
            round_, rival = duel_round(progress, names=["output-size"], now=clock)
            round_.begin()
            for number in range(10):
                clock.wait(6 if time == 0 else 3)
                answer(round_, rightly=number < 7)
                round_.advance()
            round_.finish()
            lines = result_lines(round_, rival=rival)
            assert lines[0].startswith("7 of 10 right")
            assert ("Last time: 7 of 10 right, 6 s a question" in lines) == (time == 1)


def test_a_table_has_a_question_a_row(taken: TimedRound) -> None:
    rows = list(csv.DictReader(io.StringIO(result_csv(taken))))
    data = result_data(taken)["questions"]
    assert len(rows) == 3
    for row, kept in zip(rows, data, strict=True):
        assert row["question"] == kept["question"]
        assert row["seed"] == str(kept["seed"])
        assert row["roads"].split() == kept["roads"]


@pytest.mark.parametrize(
    "given", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", '=HYPERLINK("http://a","b")']
)
def test_no_cell_is_a_formula(taken: TimedRound, given: str) -> None:
    taken.entries[0].given = given
    rows = list(csv.DictReader(io.StringIO(result_csv(taken))))
    assert rows[0]["given"] == f"'{given}"
    for row in rows:
        assert not any(cell.lstrip()[:1] in {"=", "+", "-", "@"} for cell in row.values())


@pytest.mark.parametrize("ending", [".json", ".csv", ".txt", ".JSON"])
def test_the_ending_says_what_is_written(taken: TimedRound, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"result{ending}"
    write_result(taken, path)
    text = path.read_text(encoding="utf-8")
    if ending.lower() == ".json":
        assert text == result_json(taken)
    elif ending == ".csv":
        assert text == result_csv(taken)
    else:
        assert text.splitlines() == ["exam, seed 5", *result_lines(taken)]


def test_a_result_that_cannot_be_written_leaves_the_old_one(
    taken: TimedRound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "result.json"
    path.write_text("the old one")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_result(taken, path)
    assert path.read_text() == "the old one"
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["result.json"]


# -- papers -----------------------------------------------------------------------------------


def test_a_paper_holds_every_question_and_no_answer() -> None:
    drawn = paper(7, 10, skill_names(shared=True))
    text = paper_markdown(drawn, 7, answers=False)
    assert text.startswith("# Convolutional networks: 10 questions\n\nSeed 7\n")
    for number, draw in enumerate(drawn, 1):
        exercise = Entry(draw).exercise()
        assert f"## {number}\n\n{exercise.question.prompt}" in text
        assert exercise.solution[-1] not in text
        for line in exercise.question.lines:
            assert line in text
    assert text.count("Answer: ____") == 10


def test_a_paper_with_answers_holds_every_solution() -> None:
    drawn = paper(7, 10, skill_names(shared=True))
    text = paper_markdown(drawn, 7, answers=True)
    for draw in drawn:
        exercise = Entry(draw).exercise()
        assert f"**Answer: {exercise.question.answer_text}**" in text
        assert "\n".join(solution_lines(exercise.solution)) in text
    assert "____" not in text


def test_question_objects_hold_everything_a_tool_needs() -> None:
    exercise = skill("output-size-stride").exercise(3, 2)
    data = exercise_data(exercise)
    assert data["id"] == "output-size-stride/2/3"
    assert (data["skill"], data["level"], data["seed"]) == ("output-size-stride", 2, 3)
    assert data["kind"] == "number"
    assert data["question"] == exercise.question.prompt
    assert data["answer"] == exercise.question.answer_text
    assert data["solution"] == list(exercise.solution)
    assert exercise.demonstration is not None
    assert data["explorer"] == exercise.demonstration.command
    assert data["how"] == exercise.question.instruction
    assert data["options"] == []
    secret = {"answer", "solution", "explorer", "explorer_input"}
    assert not secret & set(exercise_data(exercise, answers=False))
    choice = exercise_data(skill("does-it-fit").exercise(1, 1))
    assert json.loads(json.dumps(choice)) == choice


def test_an_answer_can_be_typed_as_a_question_object_says() -> None:
    data = exercise_data(skill("output-volume").exercise(1, 1))
    assert data["how"].startswith("Type a size such as ")
    several = exercise_data(skill("concepts-architectures").exercise(1, 3))
    assert several["kind"] == "several"
    assert "the letters of all that are right" in several["how"]


def test_options_and_things_to_order_are_a_list_beside_their_lines() -> None:
    kinds = set()
    for seed in range(40):
        exercise = skill("concepts-architectures").exercise(seed, 2)
        data = exercise_data(exercise)
        lines = [f"{option['letter']}) {option['text']}" for option in data["options"]]
        if exercise.question.verbatim:
            assert lines == []
            continue
        kinds.add(data["kind"])
        assert lines == [unmarked(line) for line in data["lines"]]
        assert exercise.question.mark(
            data["options"][0]["letter"] if data["kind"] != "order" else data["answer"]
        ).given
    assert {"choice", "order"} <= kinds


def test_the_plain_text_of_a_question_has_no_marks_and_keeps_code_and_tables() -> None:
    found = {}
    for seed in range(200):
        data = exercise_data(skill("concepts-practice").exercise(seed, 1))
        found[data["id"]] = data
        assert "```" not in data["text"]
        assert "**" not in data["text"]
    with_code = next(data for data in found.values() if "```" in data["question"])
    code = with_code["question"].split("```")[1].split("\n")[1:-1]
    assert "\n".join(f"    {line}" for line in code) in with_code["text"]


def test_every_object_has_the_command_that_shows_it_or_none() -> None:
    data = exercise_data(skill("broken-layer").exercise(3, 1))
    assert data["explorer"].startswith("cnnviz trace - --input ")
    words = data["explorer"].split()[2:]
    traced = CliRunner().invoke(main, ["trace", *words], input=data["explorer_input"])
    assert "does not fit" in traced.output
    plain = exercise_data(skill("output-size-stride").exercise(3, 2))
    assert plain["explorer"].startswith("cnnviz play ")
    assert plain["explorer_input"] is None
    bare = replace(skill("output-size").exercise(1, 1), demonstration=None)
    assert exercise_data(bare)["explorer"] is None
