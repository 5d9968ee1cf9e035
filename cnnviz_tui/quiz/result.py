"""What came of a round: as text, as data, as a table; and papers to print."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cnnviz_tui.files import write_atomically
from cnnviz_tui.quiz.exam import TimedRound
from cnnviz_tui.quiz.misconceptions import MISCONCEPTIONS
from cnnviz_tui.quiz.rounds import Draw, Entry, Round
from cnnviz_tui.quiz.skill import Exercise
from cnnviz_tui.quiz.wording import unmarked, wrapped

_INDENT = " " * 4
"""What Markdown takes for lines that stay as they are."""

_COLUMNS = (
    "number", "skill", "level", "seed", "question", "given", "answer", "outcome", "roads",
    "seconds",
)  # fmt: skip


def exercise_data(exercise: Exercise, *, answers: bool = True) -> dict[str, Any]:
    """A question object for other tools.

    Args:
        exercise: the exercise.
        answers: whether it tells its answer.
    """
    question = exercise.question
    data: dict[str, Any] = {
        "id": question.id, "skill": exercise.skill, "level": exercise.level,
        "seed": exercise.seed, "kind": question.kind, "question": question.prompt,
        "lines": list(question.lines), "how": question.how, "hints": list(question.hints),
    }  # fmt: skip
    if answers:
        data["answer"] = question.answer_text
        data["solution"] = list(exercise.solution)
        if exercise.demonstration is not None:
            data["explorer"] = exercise.demonstration.command
    return data


def result_data(round_: Round) -> dict[str, Any]:
    """A round as one object."""
    timed = round_ if isinstance(round_, TimedRound) else None
    count = round_.count or len(round_.entries)
    return {
        "title": round_.title,
        "kind": timed.kind if timed else round_.title,
        "seed": timed.seed if timed else None,
        "count": count,
        "started": round_.started.isoformat() if round_.started else None,
        "finished": timed.finished.isoformat() if timed and timed.finished else None,
        "limit_seconds": round_.limit,
        "right": round_.right,
        "share": round(round_.right / count, 4) if count else None,
        "questions": [_row(i, entry) for i, entry in enumerate(round_.entries, 1)],
    }


def _row(number: int, entry: Entry) -> dict[str, Any]:
    exercise = entry.exercise()
    return {
        "number": number, "skill": entry.draw[0], "level": entry.draw[1], "seed": entry.draw[2],
        "question": exercise.question.prompt, "given": entry.given,
        "answer": exercise.question.answer_text, "outcome": entry.outcome or "skipped",
        "roads": list(entry.roads), "seconds": round(entry.seconds, 1),
    }  # fmt: skip


def result_json(round_: Round) -> str:
    """A round as JSON."""
    return json.dumps(result_data(round_), ensure_ascii=False, indent=2) + "\n"


def result_csv(round_: Round) -> str:
    """A round as a table with a question a row."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(_COLUMNS)
    for row in result_data(round_)["questions"]:
        row["roads"] = " ".join(row["roads"])
        table.writerow([_harmless(row[column]) for column in _COLUMNS])
    return out.getvalue()


def _harmless(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(cell, str) and cell.lstrip()[:1] in {"=", "+", "-", "@"}:
        return "'" + cell
    return cell


def result_lines(round_: Round, *, answers: bool = True) -> list[str]:
    """A round for people: the score, what went wrong and why, at most 78 characters wide.

    Args:
        round_: the round.
        answers: whether to tell the answers to what went wrong.
    """
    if not round_.answered:
        return ["Nothing was answered."]
    count = round_.count or round_.answered
    taken = sum(entry.seconds for entry in round_.entries)
    lines = [f"{round_.right} of {count} right, {taken / round_.answered:.0f} s a question"]
    roads = Counter(road for entry in round_.entries for road in entry.roads)
    for road, times in roads.most_common(3):
        if road in MISCONCEPTIONS:
            often = "once" if times == 1 else f"{times} times"
            lines += wrapped(f"You {MISCONCEPTIONS[road]} ({often}).")
    if answers:
        for number, entry in enumerate(round_.entries, 1):
            if entry.outcome in {"wrong", "skipped"}:
                lines += ["", *_told(number, entry)]
    return lines


def _told(number: int, entry: Entry) -> list[str]:
    """What went wrong with a question: the answer that was given, its road, the right road."""
    exercise = entry.exercise()
    question = exercise.question
    lines = _prompt_lines(f"{number}. ", question.prompt)
    lines += [f"   {unmarked(line) if not question.verbatim else line}" for line in question.lines]
    lines += wrapped(f"yours: {unmarked(entry.given) or 'skipped'}", "   ✗ ")
    named = [f"You {MISCONCEPTIONS[road]}." for road in entry.roads if road in MISCONCEPTIONS]
    lines += wrapped(" Or: ".join(named), "     ") if named else []
    lines += wrapped(f"right: {unmarked(question.answer_text)}", "   ✓ ")
    return lines + [part for line in exercise.solution for part in wrapped(line, "     ")]


def _prompt_lines(head: str, prompt: str) -> list[str]:
    """A question wrapped behind its number; grids in it, indented by four, stay as they are."""
    lines: list[str] = []
    for paragraph in prompt.split("\n\n"):
        if paragraph.startswith(_INDENT):
            lines += paragraph.split("\n")
        else:
            lines += wrapped(unmarked(paragraph), " " * len(head) if lines else head)
    return lines


def paper_markdown(draws: Sequence[Draw], seed: int, *, answers: bool) -> str:
    """A paper for class in Markdown.

    Args:
        draws: what its questions are made of.
        seed: the paper's seed, printed so that it can be made again.
        answers: whether answers and solutions follow each question.
    """
    lines = [f"# Convolutional networks: {len(draws)} questions", "", f"Seed {seed}", ""]
    for number, draw in enumerate(draws, 1):
        exercise = Entry(draw).exercise()
        question = exercise.question
        lines += [f"## {number}", "", question.prompt, ""]
        if question.lines:
            lines += ["```text", *question.lines, "```", ""]
        if answers:
            lines += [f"**Answer: {question.answer_text}**", ""]
            lines += ["```text", *exercise.solution, "```", ""]
        else:
            lines += ["Answer: ____________________", ""]
    return "\n".join(lines)


def write_result(round_: Round, path: Path) -> None:
    """Write a result as its file's ending says: .json, .csv or text.

    Raises:
        OSError: the file cannot be written; what was there before is untouched.
    """
    kind = path.suffix.lower()
    if kind == ".json":
        text = result_json(round_)
    elif kind == ".csv":
        text = result_csv(round_)
    else:
        text = "\n".join([round_.title, *result_lines(round_)]) + "\n"
    write_atomically(path, text.encode())
