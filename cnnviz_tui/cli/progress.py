"""``cnnviz progress``: what the learner has done; to show, take along, read in and forget."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnnviz_tui.cli.terminal import print_json, print_text

if TYPE_CHECKING:
    from datetime import datetime

    from cnnviz_tui.cli.network_report import Column
    from cnnviz_tui.progress import Progress
    from cnnviz_tui.progress.summary import LessonSummary, Marks, SkillSummary, Summary

_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 80}
_HELP = """Show, export, import or reset what you have done in lessons and quizzes.

The record lies on this computer only, in CNNVIZ_HOME if that is set, and holds no names.

\b
Examples:
  cnnviz progress show
  cnnviz progress export --out progress.json
  cnnviz progress export --csv --out answers.csv
  cnnviz progress import progress.json
  cnnviz progress reset --lesson stride
"""


@click.group("progress", help=_HELP, context_settings=_SETTINGS)
def command() -> None:
    """Show, export, import or reset the record."""


@command.command("show")
@click.option("--json", "as_object", is_flag=True, help="Print one JSON object.")
def show(as_object: bool) -> None:
    """Show lessons and skills with how they went."""
    from cnnviz_tui.progress.summary import summarise

    with _opened() as progress:
        summary = summarise(progress)
        if as_object:
            print_json(_summary_json(summary, progress))
        else:
            print_text("\n".join(_summary_text(summary)))


@command.command("export")
@click.option("--json", "as_object", is_flag=True, help="Everything, as JSON (the default).")
@click.option("--csv", "as_csv", is_flag=True, help="The answers as CSV, one a row.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file instead of the terminal.",
)
def export(as_object: bool, as_csv: bool, out: Path | None) -> None:
    """Write the record as JSON, or its answers as CSV.

    In CSV a text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    if as_object and as_csv:
        raise click.UsageError("Choose one of --json and --csv.")
    from cnnviz_tui.progress.exchange import answers_csv, export_text

    with _opened() as progress:
        if out is None:
            if as_csv:
                print_text(answers_csv(progress.answers()).removesuffix("\n"))
            else:
                print_json(progress.export())
            return
        if as_csv:
            answers = progress.answers()
            count = len(answers)
            # Spreadsheets need the mark at the beginning to read UTF-8.
            content = answers_csv(answers).encode("utf-8-sig")
        else:
            data = progress.export()
            count = len(data["answers"])
            content = export_text(data).encode()
    _write(out, content)
    print_text(f"Wrote {_counted(count, 'answer')} to {out}.")


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_object", is_flag=True, help="Print one JSON object.")
@click.pass_context
def import_(ctx: click.Context, file: Path, as_object: bool) -> None:
    """Unite the record with an exported FILE.

    Nothing is lost: equal answers count once, and of two places in a lesson the later one stays.
    """
    from cnnviz_tui.progress.exchange import read_export

    data = read_export(file)
    with _opened() as progress:
        changed = progress.import_(data)
        kept = not progress.in_memory
    if as_object:
        print_json({"file": str(file), "kept": kept, "changed": changed})
    elif kept:
        parts = [_counted(changed[name], name.removesuffix("s")) for name in changed]
        print_text(f"New or changed: {', '.join(parts)}.")
    if not kept:
        print_text("Nothing was imported.", error=True)
        ctx.exit(1)


@command.command("reset")
@click.option("--lesson", metavar="ID", help="Forget only this lesson's answers and place.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_object", is_flag=True, help="Print one JSON object.")
@click.pass_context
def reset(ctx: click.Context, lesson: str | None, yes: bool, as_object: bool) -> None:
    """Forget everything, or one lesson; a backup is written first."""
    from cnnviz_tui.progress import ProgressError
    from cnnviz_tui.progress.summary import summarise

    if not yes and not _can_ask():
        raise click.UsageError("Without a terminal to ask on, a reset needs --yes.")
    with _opened() as progress:
        summary = summarise(progress)
        if lesson is not None:
            _check_lesson(lesson, [row.lesson for row in summary.lessons])
        if not yes and not click.confirm(_question(summary, lesson), err=True):
            print_text("Nothing was reset.", error=True)
            ctx.exit(1)
        try:
            backup = progress.reset(lesson)
        except ProgressError as problem:
            raise click.ClickException(str(problem)) from None
    if as_object:
        print_json({"lesson": lesson, "backup": str(backup)})
    else:
        print_text(f"Done. What was there is kept in {backup}; cnnviz progress import reads it in.")


@contextmanager
def _opened() -> Iterator[Progress]:
    """Open the record; what is wrong with it is said on stderr."""
    from cnnviz_tui.progress import open_progress

    with open_progress() as progress:
        # What the command says makes sense only to those who know that the record does not work.
        said = progress.problem
        if said:
            print_text(said, error=True)
        try:
            yield progress
        finally:
            if progress.problem and progress.problem != said:
                print_text(progress.problem, error=True)


def _can_ask() -> bool:
    """Tell whether somebody sits at the other end of stdin."""
    return sys.stdin.isatty()


def _write(path: Path, content: bytes) -> None:
    """Write a file that the learner named."""
    from cnnviz_tui.files import write_atomically

    try:
        write_atomically(path, content)
    except OSError as problem:
        raise click.ClickException(f"{path} cannot be written: {problem.strerror}.") from None


def _check_lesson(lesson: str, known: list[str]) -> None:
    """Refuse a lesson of which nothing is recorded, and name the nearest."""
    if lesson in known:
        return
    from difflib import get_close_matches

    nearest = get_close_matches(lesson, known, n=1, cutoff=0.5)
    advice = f"did you mean “{nearest[0]}”?" if nearest else "see cnnviz progress show."
    raise click.UsageError(f"Nothing is recorded of a lesson “{lesson}”; {advice}")


def _question(summary: Summary, lesson: str | None) -> str:
    """Return what is asked before a reset."""
    if lesson is None:
        what = ", ".join(
            [
                _counted(summary.marks.answers, "answer"),
                _counted(len(summary.lessons), "lesson"),
                _counted(len(summary.skills), "skill"),
                _counted(summary.exams, "exam"),
            ]
        )
        return f"Forget everything ({what})?"
    row = next(row for row in summary.lessons if row.lesson == lesson)
    return f"Forget {_counted(row.marks.answers, 'answer')} and your place in “{lesson}”?"


def _summary_json(summary: Summary, progress: Progress) -> dict[str, object]:
    """Return the summary for scripts: keys are never renamed, new ones may come."""
    return {
        "path": str(progress.path),
        "problem": progress.problem,
        **_marks_json(summary.marks),
        "lessons": [_lesson_json(row) for row in summary.lessons],
        "skills": [_skill_json(row) for row in summary.skills],
        "exams": summary.exams,
        "exams_finished": summary.exams_finished,
    }


def _lesson_json(row: LessonSummary) -> dict[str, object]:
    """Return a lesson for scripts."""
    return {
        "lesson": row.lesson,
        "steps_seen": row.steps_seen,
        **_marks_json(row.marks),
        "seen": _time_json(row.seen),
        "finished": _time_json(row.finished),
    }


def _skill_json(row: SkillSummary) -> dict[str, object]:
    """Return a skill for scripts."""
    return {"skill": row.skill, **_marks_json(row.marks), "due": _time_json(row.due)}


def _marks_json(marks: Marks) -> dict[str, object]:
    """Return marks for scripts."""
    return {
        "answers": marks.answers,
        "right": marks.right,
        "wrong": marks.wrong,
        "skipped": marks.skipped,
        "share_right": marks.share_right,
    }


def _time_json(moment: datetime | None) -> str | None:
    """Return a time for scripts."""
    from cnnviz_tui.progress.rows import time_text

    return None if moment is None else time_text(moment)


def _summary_text(summary: Summary) -> list[str]:
    """Return the summary for people, at most 80 columns wide."""
    if summary.empty:
        return ["Nothing is recorded yet. Begin with cnnviz learn, or with cnnviz quiz."]
    marks = summary.marks
    lines = [
        f"{_counted(marks.answers, 'answer')}: "
        f"{marks.right} right, {marks.wrong} wrong, {marks.skipped} skipped"
    ]
    if summary.exams:
        lines.append(f"{_counted(summary.exams, 'exam')} begun, {summary.exams_finished} handed in")
    if summary.lessons:
        lines += ["", *_lesson_table(summary.lessons)]
    if summary.skills:
        lines += ["", *_skill_table(summary.skills)]
    return lines


def _lesson_table(rows: tuple[LessonSummary, ...]) -> list[str]:
    """Return one line a lesson."""
    from cnnviz_tui.cli.network_report import Column, table, terminal_width
    from cnnviz_tui.foreign_text import one_cell_each

    columns = [
        Column("lesson", [one_cell_each(row.lesson) for row in rows]),
        Column("steps seen", [str(row.steps_seen) for row in rows], right=True),
        *_marks_columns([row.marks for row in rows]),
        Column("last open", [_day(row.seen) for row in rows]),
        Column("finished", [_day(row.finished) for row in rows]),
    ]
    return table(columns, terminal_width(), [""] * len(rows))


def _skill_table(rows: tuple[SkillSummary, ...]) -> list[str]:
    """Return one line a skill."""
    from cnnviz_tui.cli.network_report import Column, table, terminal_width
    from cnnviz_tui.foreign_text import one_cell_each

    shares = [row.marks.share_right for row in rows]
    columns = [
        Column("skill", [one_cell_each(row.skill) for row in rows]),
        Column("answers", [str(row.marks.answers) for row in rows], right=True),
        *_marks_columns([row.marks for row in rows]),
        Column("share right", ["" if one is None else f"{one:.0%}" for one in shares], right=True),
        Column("due", [_due(row.due) for row in rows]),
    ]
    return table(columns, terminal_width(), [""] * len(rows))


def _marks_columns(marks: list[Marks]) -> list[Column]:
    """Return the columns of right, wrong and skipped."""
    from cnnviz_tui.cli.network_report import Column

    return [
        Column("right", [str(one.right) for one in marks], right=True),
        Column("wrong", [str(one.wrong) for one in marks], right=True),
        Column("skipped", [str(one.skipped) for one in marks], right=True),
    ]


def _day(moment: datetime | None) -> str:
    """Return the day of a time where the learner is."""
    return "" if moment is None else f"{moment.astimezone():%Y-%m-%d}"


def _due(moment: datetime | None) -> str:
    """Return when a review is due: now, or from which day on."""
    from cnnviz_tui.progress.records import utc_now

    return "now" if moment is not None and moment <= utc_now() else _day(moment)


def _counted(count: int, noun: str) -> str:
    """Return a number with its noun, singular or plural."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
