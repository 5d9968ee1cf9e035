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
from cnnviz_tui.questions import ChoiceQuestion, OrderQuestion, Question, SeveralQuestion
from cnnviz_tui.quiz.exam import EXAM, Rival, TimedRound
from cnnviz_tui.quiz.misconceptions import MISCONCEPTIONS
from cnnviz_tui.quiz.rounds import Draw, Entry, Round
from cnnviz_tui.quiz.skill import Exercise
from cnnviz_tui.quiz.wording import (
    INDENT,
    WIDTH,
    counted,
    plain_paragraphs,
    solution_lines,
    unmarked,
    wrapped,
)
from cnnviz_tui.walkthroughs.demonstration import Demonstration

_NOT_REACHED = "not reached"
"""What came of a question that was neither answered nor skipped before the time ended."""

_COLUMNS = (
    "number", "skill", "level", "seed", "question", "options", "given", "answer", "outcome",
    "roads", "seconds", "time_over",
)  # fmt: skip


def exercise_data(exercise: Exercise, *, answers: bool = True) -> dict[str, Any]:
    """A question object for other tools.

    `question` is Markdown, `text` the same in plain text with grids, code and tables indented;
    `lines` stand below it as people see them, `options` are those of them that have letters. With
    answers, `explorer` is the command that shows it, or None; `explorer_input` is what that
    command reads from the standard input, or None.

    Args:
        exercise: the exercise.
        answers: whether it tells its answer.
    """
    question = exercise.question
    data: dict[str, Any] = {
        "id": question.id, "skill": exercise.skill, "level": exercise.level,
        "seed": exercise.seed, "kind": question.kind, "question": question.prompt,
        "text": "\n\n".join(plain_paragraphs(question.prompt)), "lines": list(question.lines),
        "options": _options(question), "how": question.instruction,
        "hints": list(question.hints),
    }  # fmt: skip
    if answers:
        data["answer"] = question.answer_text
        data["solution"] = list(exercise.solution)
        data["explorer"], data["explorer_input"] = _explorer(exercise.demonstration)
    return data


def _options(question: Question) -> list[dict[str, str]]:
    """What one chooses from or puts in order, each with its letter; nothing for other kinds."""
    if not isinstance(question, ChoiceQuestion | SeveralQuestion | OrderQuestion):
        return []
    pairs = (line.split(") ", 1) for line in question.lines)
    return [{"letter": letter, "text": unmarked(text)} for letter, text in pairs]


def _explorer(shown: Demonstration | None) -> tuple[str | None, str | None]:
    """The command that opens a demonstration and what it reads; a trace reads its model."""
    if shown is None:
        return None, None
    if shown.model and not shown.command:
        return f"cnnviz trace - --input {shown.input}", shown.model
    return shown.command or None, None


def result_data(round_: Round) -> dict[str, Any]:
    """A round as one object.

    `time_over` says whether the clock ended it. Of each question `given` and `answer` are in the
    same form: the words of options, not their letters.
    """
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
        "time_over": _clock_ended(round_),
        "right": round_.right,
        "share": round(round_.right / count, 4) if count else None,
        "questions": [_row(i, entry) for i, entry in enumerate(round_.entries, 1)],
    }


def _row(number: int, entry: Entry) -> dict[str, Any]:
    exercise = entry.exercise()
    return {
        "number": number, "skill": entry.draw[0], "level": entry.draw[1], "seed": entry.draw[2],
        "question": exercise.question.prompt, "options": _options(exercise.question),
        "given": unmarked(entry.given), "answer": unmarked(exercise.question.answer_words),
        "outcome": entry.outcome or _NOT_REACHED,
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
    data = result_data(round_)
    for row in data["questions"]:
        row["roads"] = " ".join(row["roads"])
        row["options"] = "\n".join(f"{one['letter']}) {one['text']}" for one in row["options"])
        row["time_over"] = "yes" if data["time_over"] else "no"
        table.writerow([_harmless(row[column]) for column in _COLUMNS])
    return out.getvalue()


def _harmless(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(cell, str) and cell.lstrip()[:1] in {"=", "+", "-", "@"}:
        return "'" + cell
    return cell


def result_lines(
    round_: Round, *, answers: bool = True, width: int = WIDTH, rival: Rival | None = None
) -> list[str]:
    """A round for people: the score, what went wrong and why.

    Args:
        round_: the round.
        answers: whether to tell the answers to what went wrong; after a sprint or a duel, where
            the next question follows at once, they are told in any case.
        width: the longest line; grids in questions stay as they are.
        rival: in a duel, oneself of last time.
    """
    over = isinstance(round_, TimedRound) and round_.finished is not None
    if not round_.answered and not (over and round_.entries):
        return ["Nothing was answered."]
    lines = [_score(round_, len(round_.entries) if over else round_.answered)]
    if rival is not None and rival.marks:
        count = len(rival.marks)
        pace = f"{rival.time(count) / count:.0f} s a question"
        lines.append(f"Last time: {rival.score(count)} of {count} right, {pace}")
    roads = Counter(road for entry in round_.entries for road in entry.roads)
    for road, times in roads.most_common(3):
        if road in MISCONCEPTIONS:
            often = "once" if times == 1 else f"{times} times"
            lines += wrapped(f"You {MISCONCEPTIONS[road]} ({often}).", width=width)
    if answers or (isinstance(round_, TimedRound) and round_.kind != EXAM):
        for number, entry in enumerate(round_.entries, 1):
            if entry.outcome != "right" and (over or entry.outcome is not None):
                lines += ["", *_told(number, entry, width)]
    return lines


def _score(round_: Round, asked: int) -> str:
    """How many were right, how long one took, what the time was too short for."""
    parts = [f"{round_.right} of {round_.count or asked} right"]
    if round_.answered:
        taken = sum(entry.seconds for entry in round_.entries if entry.outcome is not None)
        parts.append(f"{taken / round_.answered:.0f} s a question")
    if asked > round_.answered:
        parts.append(f"{asked - round_.answered} {_NOT_REACHED}")
    if isinstance(round_, TimedRound) and round_.kind == EXAM and _clock_ended(round_):
        minutes, seconds = divmod(round(round_.limit or 0), 60)
        parts.append(f"the time was over after {minutes}:{seconds:02}")
    return ", ".join(parts)


def _clock_ended(round_: Round) -> bool:
    """Whether a round was handed in because its time was over."""
    if not isinstance(round_, TimedRound) or round_.limit is None:
        return False
    if round_.started is None or round_.finished is None:
        return False
    return (round_.finished - round_.started).total_seconds() >= round_.limit


def _told(number: int, entry: Entry, width: int) -> list[str]:
    """What went wrong with a question: the answer that was given, its road, the right road."""
    exercise = entry.exercise()
    question = exercise.question
    lines = _prompt_lines(f"{number}. ", question.prompt, width)
    for line in question.lines:
        lines += [f"   {line}"] if question.verbatim else wrapped(unmarked(line), "   ", width)
    given = unmarked(entry.given) or entry.outcome or _NOT_REACHED
    lines += wrapped(f"yours: {given}", "   ✗ ", width)
    named = [f"You {MISCONCEPTIONS[road]}." for road in entry.roads if road in MISCONCEPTIONS]
    lines += wrapped(" Or: ".join(named), "     ", width) if named else []
    lines += wrapped(f"right: {unmarked(question.answer_words)}", "   ✓ ", width)
    return lines + solution_lines(exercise.solution, "     ", width)


def _prompt_lines(head: str, prompt: str, width: int) -> list[str]:
    """A question wrapped behind its number; grids in it, indented by four, stay as they are."""
    lines: list[str] = []
    for paragraph in plain_paragraphs(prompt):
        if paragraph.startswith(INDENT):
            lines += paragraph.split("\n")
        else:
            lines += wrapped(paragraph, " " * len(head) if lines else head, width)
    return lines


def paper_markdown(draws: Sequence[Draw], seed: int, *, answers: bool) -> str:
    """A paper for class in Markdown.

    Args:
        draws: what its questions are made of.
        seed: the paper's seed, printed so that it can be made again.
        answers: whether answers and solutions follow each question.
    """
    lines = [f"# Convolutional networks: {counted(len(draws), 'question')}", "", f"Seed {seed}", ""]
    for number, draw in enumerate(draws, 1):
        exercise = Entry(draw).exercise()
        question = exercise.question
        lines += [f"## {number}", "", question.prompt, ""]
        if question.lines:
            lines += ["```text", *question.lines, "```", ""]
        if answers:
            lines += [f"**Answer: {question.answer_text}**", ""]
            lines += ["```text", *solution_lines(exercise.solution), "```", ""]
        else:
            lines += ["Answer: ____________________", ""]
    return "\n".join(lines)


def result_text(round_: Round, ending: str) -> str:
    """A result as the ending of its file says: .json, .csv or text."""
    kind = ending.lower()
    if kind == ".json":
        return result_json(round_)
    if kind == ".csv":
        return result_csv(round_)
    return "\n".join([round_.title, *result_lines(round_)]) + "\n"


def write_result(round_: Round, path: Path) -> None:
    """Write a result as its file's ending says.

    Raises:
        OSError: the file cannot be written; what was there before is untouched.
    """
    write_atomically(path, result_text(round_, path.suffix).encode())
