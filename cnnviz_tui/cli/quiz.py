"""`cnnviz quiz`: questions with fresh numbers, on a screen, as text, as a paper, as an exam."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnnviz_tui.cli.course_options import opened_progress
from cnnviz_tui.cli.terminal import print_json, print_text

if TYPE_CHECKING:
    from cnnviz_tui.progress import Progress
    from cnnviz_tui.quiz.rounds import Round

_PAPER = 10
_MODES = ("review", "exam", "sprint", "duel")


@dataclass(frozen=True)
class _Wish:
    """What was asked for."""

    mode: str
    topics: tuple[str, ...]
    skills: tuple[str, ...]
    level: int | None
    seed: int | None
    count: int | None
    minutes: float | None
    out: Path | None


_HELP = """Practise with questions that never end; a wrong answer is met with its reason.

\b
Examples:
  cnnviz quiz                     choose on a screen
  cnnviz quiz --topic sizes       practise one topic
  cnnviz quiz --exam --seed 42 --count 20 --out result.json
  cnnviz quiz --print --seed 7 --count 10 --answers
"""


@click.command(name="quiz", help=_HELP)
@click.option("--topic", "topics", multiple=True, metavar="NAME", help="Only this topic's skills.")
@click.option("--skill", "names", multiple=True, metavar="NAME", help="Only this skill.")
@click.option("--level", type=click.IntRange(1, 3), help="How hard. [default: as you are]")
@click.option("--review", "mode", flag_value="review", help="What is due today.")
@click.option("--exam", "mode", flag_value="exam", help="No word until the end; then a result.")
@click.option("--sprint", "mode", flag_value="sprint", help="As many as you can in 60 seconds.")
@click.option("--duel", "mode", flag_value="duel", help="Ten questions against your last ten.")
@click.option("--seed", type=click.IntRange(0, 10**9), help="The same questions for everybody.")
@click.option("--count", type=click.IntRange(1, 200), help="How many questions.")
@click.option("--minutes", type=click.FloatRange(0.1, 600), help="The exam's time limit.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the result into a .json, .csv or .txt file.",
)
@click.option("--plain", is_flag=True, help="Ask line by line, for screen readers and pipes.")
@click.option("--print", "printed", is_flag=True, help="Print a paper in Markdown.")
@click.option("--answers", is_flag=True, help="With --print: answers and solutions too.")
@click.option("--json", "as_json", is_flag=True, help="Print questions as JSON, one a line.")
@click.option("--list", "listing", is_flag=True, help="List topics and skills.")
@click.option("--strict", is_flag=True, help="With --plain: exit code 1 after a wrong answer.")
@click.pass_context
def command(
    ctx: click.Context,
    topics: tuple[str, ...],
    names: tuple[str, ...],
    level: int | None,
    mode: str | None,
    seed: int | None,
    count: int | None,
    minutes: float | None,
    out: Path | None,
    plain: bool,
    printed: bool,
    answers: bool,
    as_json: bool,
    listing: bool,
    strict: bool,
) -> None:
    """Print, ask or open what the options say."""
    wish = _Wish(mode or "", topics, names, level, seed, count, minutes, out)
    _check(wish, plain=plain, answers=answers, printed=printed, strict=strict)
    if listing:
        _list()
    elif printed or as_json:
        _paper(wish, answers=answers, as_json=as_json)
    elif plain:
        with opened_progress() as progress:
            from cnnviz_tui.cli.quiz_plain import ask_round

            round_ = _round(wish, progress)
            wrong = ask_round(round_, count if not wish.mode else None)
            _write(round_, out)
        if strict and wrong:
            ctx.exit(1)
    else:
        _open(wish)


def _check(wish: _Wish, *, plain: bool, answers: bool, printed: bool, strict: bool) -> None:
    """Refuse options that say nothing together."""
    if answers and not printed:
        raise click.UsageError("--answers belongs to --print: add --print.")
    if strict and not plain:
        raise click.UsageError("--strict belongs to --plain: add --plain.")
    if wish.minutes is not None and wish.mode != "exam":
        raise click.UsageError("--minutes belongs to --exam: add --exam.")
    if wish.out is not None:
        if wish.mode != "exam":
            raise click.UsageError("--out belongs to --exam: add --exam.")
        if wish.out.suffix.lower() not in {".json", ".csv", ".txt"}:
            raise click.UsageError(f"--out {wish.out} must end with .json, .csv or .txt.")
        if not wish.out.absolute().parent.is_dir():
            raise click.UsageError(f"There is no folder '{wish.out.parent}' for --out: make it.")


def _list() -> None:
    from cnnviz_tui.quiz.topics import TOPICS

    for topic in TOPICS:
        print_text(f"{topic.name}: {topic.title}")
        for skill in topic.skills:
            print_text(f"  {skill.name:<28} {skill.about}")


def _paper(wish: _Wish, *, answers: bool, as_json: bool) -> None:
    from random import Random

    from cnnviz_tui.quiz.exam import paper
    from cnnviz_tui.quiz.result import exercise_data, paper_markdown
    from cnnviz_tui.quiz.rounds import Entry, skill_names

    seed = wish.seed if wish.seed is not None else Random().randrange(10**6)  # noqa: S311
    names = skill_names(wish.topics, wish.skills)
    draws = paper(seed, wish.count or _PAPER, names, wish.level)
    if not as_json:
        print_text(paper_markdown(draws, seed, answers=answers))
        return
    for draw in draws:
        print_json(exercise_data(Entry(draw).exercise()))


def _round(wish: _Wish, progress: Progress) -> Round:
    """The round that was asked for."""
    from cnnviz_tui.quiz import exam, rounds

    chosen = bool(wish.topics or wish.skills)
    names = rounds.skill_names(wish.topics, wish.skills)
    if wish.mode == "review":
        return rounds.review_round(progress)
    if wish.mode == "exam":
        return exam.exam_round(
            progress, seed=wish.seed, count=wish.count, minutes=wish.minutes,
            names=names if chosen else (), level=wish.level,
        )  # fmt: skip
    if wish.mode == "sprint":
        return exam.sprint_round(progress, seed=wish.seed, names=names if chosen else ())
    if wish.mode == "duel":
        return exam.duel_round(progress, names=names if chosen else ())[0]
    return rounds.practice_round(progress, names, seed=wish.seed, level=wish.level)


def _write(round_: Round, out: Path | None) -> None:
    """Write an exam's result once it is handed in."""
    from cnnviz_tui.quiz.exam import TimedRound

    if out is None or not isinstance(round_, TimedRound) or round_.finished is None:
        return
    from cnnviz_tui.quiz.result import write_result

    try:
        write_result(round_, out)
    except OSError as error:
        raise click.ClickException(f"Cannot write '{out}': {error.strerror}.") from None
    print_text(f"Wrote {out}.", error=True)


def _open(wish: _Wish) -> None:
    from cnnviz_tui.tui.app import run

    with opened_progress() as progress:
        if not (wish.mode or wish.topics or wish.skills or wish.level or wish.seed is not None):
            from cnnviz_tui.tui.screens.quiz_home import QuizHomeScreen

            run(QuizHomeScreen(progress))
            return
        from cnnviz_tui.tui.screens.quiz import QuizScreen

        if wish.mode == "duel":
            from cnnviz_tui.quiz.exam import duel_round
            from cnnviz_tui.quiz.rounds import skill_names

            chosen = wish.topics or wish.skills
            names = skill_names(wish.topics, wish.skills) if chosen else ()
            round_, rival = duel_round(progress, names=names)
            run(QuizScreen(round_, rival=rival))
            return
        asked = _round(wish, progress)
        run(QuizScreen(asked, count=None if wish.mode else wish.count))
        _write(asked, wish.out)
