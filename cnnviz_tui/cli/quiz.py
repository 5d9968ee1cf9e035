"""`cnnviz quiz`: questions with fresh numbers, on a screen, as text, as a paper, as an exam."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnnviz_tui.cli.course_options import opened_progress
from cnnviz_tui.cli.starting import importing
from cnnviz_tui.cli.terminal import print_json, print_text

if TYPE_CHECKING:
    from cnnviz_tui.progress import Progress
    from cnnviz_tui.quiz.exam import Rival
    from cnnviz_tui.quiz.rounds import Round

_PAPER = 10
_TAKES = {
    "review": (),
    "sprint": ("--topic", "--skill", "--seed"),
    "duel": ("--topic", "--skill"),
}
"""The options that a mode takes of those that choose questions; practice and exams take all."""


@dataclass(frozen=True)
class _Wish:
    """What was asked for."""

    mode: str
    topics: tuple[str, ...]
    names: tuple[str, ...]
    level: int | None
    seed: int | None
    count: int | None
    minutes: float | None
    out: Path | None

    @property
    def narrowing(self) -> tuple[tuple[str, bool], ...]:
        """Which of the options that choose questions were given."""
        return (
            ("--topic", bool(self.topics)),
            ("--skill", bool(self.names)),
            ("--level", self.level is not None),
            ("--seed", self.seed is not None),
            ("--count", self.count is not None),
        )


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
    face = [
        option
        for option, given in (("--plain", plain), ("--print", printed), ("--list", listing))
        if given
    ]
    _check(wish, face, answers=answers, as_json=as_json, strict=strict)
    if listing:
        _list(as_json=as_json)
    elif printed or as_json:
        _paper(wish, answers=answers, as_json=as_json)
    elif plain:
        with opened_progress() as progress:
            from cnnviz_tui.cli.quiz_plain import ask_round

            round_ = _round(wish, progress)[0]
            wrong = ask_round(round_, count if not wish.mode else None)
            _write(round_, out)
        if strict and wrong:
            ctx.exit(1)
    else:
        _open(wish)


def _check(wish: _Wish, face: list[str], *, answers: bool, as_json: bool, strict: bool) -> None:
    """Refuse options that say nothing together."""
    if len(face) > 1:
        raise click.UsageError(f"{' and '.join(face)} exclude each other: give one of them.")
    if as_json and face == ["--plain"]:
        raise click.UsageError("--json prints questions, --plain asks them: give one of them.")
    if answers and face != ["--print"]:
        raise click.UsageError("--answers belongs to --print: add --print.")
    if strict and face != ["--plain"]:
        raise click.UsageError("--strict belongs to --plain: add --plain.")
    if wish.mode and (as_json or face in (["--print"], ["--list"])):
        given = "--json" if as_json else face[0]
        raise click.UsageError(f"{given} asks nobody: leave --{wish.mode} out.")
    for option, value in (("--minutes", wish.minutes), ("--out", wish.out)):
        if value is not None and wish.mode != "exam":
            raise click.UsageError(f"{option} belongs to --exam: add --exam.")
    for option, value in wish.narrowing:
        if value and option not in _TAKES.get(wish.mode, tuple(dict(wish.narrowing))):
            raise click.UsageError(f"--{wish.mode} takes no {option}: leave it out.")
    if wish.out is not None:
        if wish.out.suffix.lower() not in {".json", ".csv", ".txt"}:
            raise click.UsageError(f"--out {wish.out} must end with .json, .csv or .txt.")
        if not wish.out.absolute().parent.is_dir():
            raise click.UsageError(f"There is no folder '{wish.out.parent}' for --out: make it.")


def _list(*, as_json: bool) -> None:
    from cnnviz_tui.quiz.topics import TOPICS

    for topic in TOPICS:
        skills = topic.skills
        if as_json:
            for skill in skills:
                about = {"title": skill.title, "about": skill.about}
                print_json({"skill": skill.name, "topic": topic.name, **about})
        elif skills:
            print_text(f"{topic.name}: {topic.title}")
            for skill in skills:
                print_text(f"  {skill.name:<28} {skill.about}")


def _paper(wish: _Wish, *, answers: bool, as_json: bool) -> None:
    from random import Random

    from cnnviz_tui.quiz.exam import paper
    from cnnviz_tui.quiz.result import exercise_data, paper_markdown
    from cnnviz_tui.quiz.rounds import Entry, skill_names

    seed = wish.seed if wish.seed is not None else Random().randrange(10**6)  # noqa: S311
    names = skill_names(wish.topics, wish.names, shared=True)
    draws = paper(seed, wish.count or _PAPER, names, wish.level)
    if not as_json:
        print_text(paper_markdown(draws, seed, answers=answers))
        return
    for draw in draws:
        print_json(exercise_data(Entry(draw).exercise()))


def _round(wish: _Wish, progress: Progress) -> tuple[Round, Rival | None]:
    """The round that was asked for, and in a duel oneself of last time."""
    from cnnviz_tui.quiz import exam, rounds

    chosen = bool(wish.topics or wish.names)
    names = rounds.skill_names(wish.topics, wish.names) if chosen else []
    if wish.mode == "review":
        return rounds.review_round(progress), None
    if wish.mode == "exam":
        return exam.exam_round(
            progress, seed=wish.seed, count=wish.count, minutes=wish.minutes, names=names,
            level=wish.level,
        ), None  # fmt: skip
    if wish.mode == "sprint":
        return exam.sprint_round(progress, seed=wish.seed, names=names), None
    if wish.mode == "duel":
        return exam.duel_round(progress, names=names)
    names = names or rounds.skill_names()
    return rounds.practice_round(progress, names, seed=wish.seed, level=wish.level), None


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
    with importing():
        from cnnviz_tui.tui.app import run

        home = not wish.mode and not any(given for _, given in wish.narrowing)
        if home:
            from cnnviz_tui.tui.screens.quiz_home import QuizHomeScreen
        else:
            from cnnviz_tui.tui.screens.quiz import QuizScreen

    with opened_progress() as progress:
        if home:
            run(QuizHomeScreen(progress))
            return
        with importing():
            asked, rival = _round(wish, progress)
        run(QuizScreen(asked, count=None if wish.mode else wish.count, rival=rival))
        _write(asked, wish.out)
        if _is_kept(asked):
            print_text("The exam is kept; the same command goes on with it.", error=True)


def _is_kept(round_: Round) -> bool:
    """Whether it is an exam that was left before its end."""
    from cnnviz_tui.quiz.exam import EXAM, TimedRound

    return isinstance(round_, TimedRound) and round_.kind == EXAM and round_.finished is None
