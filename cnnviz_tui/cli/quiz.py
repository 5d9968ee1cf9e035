"""`cnnviz quiz`: questions with fresh numbers, on a screen, as text, as a paper, as an exam."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz_tui.cli.course_options import opened_progress
from cnnviz_tui.cli.starting import importing
from cnnviz_tui.cli.terminal import print_json, print_text

if TYPE_CHECKING:
    from cnnviz_tui.progress import Progress
    from cnnviz_tui.quiz.exam import Rival
    from cnnviz_tui.quiz.result_file import ResultFile
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
    anew: bool
    force: bool

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


class _Minutes(click.FloatRange):
    """A range that holds no NaN: every comparison with one is false, so that it slips through."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """A number of the range."""
        minutes: float = super().convert(value, param, ctx)
        if isnan(minutes):
            self.fail(f"{value} is no number of minutes: give one such as 30.", param, ctx)
        return minutes


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
@click.option("--review", is_flag=True, help="What is due today.")
@click.option("--exam", is_flag=True, help="No word until the end; then a result.")
@click.option("--sprint", is_flag=True, help="As many as you can in 60 seconds.")
@click.option("--duel", is_flag=True, help="Ten questions against your last ten.")
@click.option(
    "--seed",
    type=click.IntRange(0, 10**9),
    help="The same exam or paper for everybody; practice also goes by the answers.",
)
@click.option("--count", type=click.IntRange(1, 200), help="How many questions.")
@click.option("--minutes", type=_Minutes(0.1, 600), help="The exam's time limit.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the result into a .json, .csv or .txt file.",
)
@click.option("--force", is_flag=True, help="Write over what is in the file of --out.")
@click.option("--new", "anew", is_flag=True, help="Begin the exam anew, whatever is kept of it.")
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
    review: bool,
    exam: bool,
    sprint: bool,
    duel: bool,
    seed: int | None,
    count: int | None,
    minutes: float | None,
    out: Path | None,
    force: bool,
    anew: bool,
    plain: bool,
    printed: bool,
    answers: bool,
    as_json: bool,
    listing: bool,
    strict: bool,
) -> None:
    """Print, ask or open what the options say."""
    flags = {"review": review, "exam": exam, "sprint": sprint, "duel": duel}
    modes = [mode for mode, given in flags.items() if given]
    if len(modes) > 1:
        both = " and ".join(f"--{mode}" for mode in modes)
        raise click.UsageError(f"{both} exclude each other: give one of them.")
    wish = _Wish("".join(modes), topics, names, level, seed, count, minutes, out, anew, force)
    face = [
        option
        for option, given in (("--plain", plain), ("--print", printed), ("--list", listing))
        if given
    ]
    _check(wish, face, answers=answers, as_json=as_json, strict=strict)
    if listing:
        _list(topics, as_json=as_json)
    elif printed or as_json:
        _paper(wish, answers=answers, as_json=as_json)
    elif plain:
        with opened_progress() as progress:
            from cnnviz_tui.cli.quiz_plain import ask_round

            round_, rival = _round(wish, progress)
            file = _result_file(wish, round_)
            wrong = ask_round(round_, count if not wish.mode else None, file, rival)
        _tell_written(file)
        if strict and wrong:
            ctx.exit(1)
    else:
        _open(wish)


def _check(wish: _Wish, face: list[str], *, answers: bool, as_json: bool, strict: bool) -> None:
    """Refuse options that say nothing together."""
    if len(face) > 1:
        raise click.UsageError(f"{' and '.join(face)} exclude each other: give one of them.")
    if as_json and face == ["--print"]:
        raise click.UsageError("--print and --json exclude each other: give one of them.")
    if face == ["--list"]:
        for option, given in wish.narrowing:
            if given and option != "--topic":
                raise click.UsageError(f"--list takes no {option}: leave it out.")
    if as_json and face == ["--plain"]:
        raise click.UsageError("--json prints questions, --plain asks them: give one of them.")
    if answers and face != ["--print"]:
        raise click.UsageError("--answers belongs to --print: add --print.")
    if strict and face != ["--plain"]:
        raise click.UsageError("--strict belongs to --plain: add --plain.")
    if wish.mode and (as_json or face in (["--print"], ["--list"])):
        shown = "--json" if as_json else face[0]
        raise click.UsageError(f"{shown} asks nobody: leave --{wish.mode} out.")
    for option, value in (("--minutes", wish.minutes), ("--out", wish.out)):
        if value is not None and wish.mode != "exam":
            raise click.UsageError(f"{option} belongs to --exam: add --exam.")
    if wish.force and wish.out is None:
        raise click.UsageError("--force belongs to --out: add --out FILE.")
    if wish.anew and wish.mode != "exam":
        raise click.UsageError("--new belongs to --exam: add --exam.")
    for option, given in wish.narrowing:
        if given and option not in _TAKES.get(wish.mode, tuple(dict(wish.narrowing))):
            raise click.UsageError(f"--{wish.mode} takes no {option}: leave it out.")
    if wish.out is not None:
        if wish.out.suffix.lower() not in {".json", ".csv", ".txt"}:
            raise click.UsageError(f"--out {wish.out} must end with .json, .csv or .txt.")
        if not wish.out.absolute().parent.is_dir():
            raise click.UsageError(f"There is no folder '{wish.out.parent}' for --out: make it.")


def _list(names: tuple[str, ...], *, as_json: bool) -> None:
    from cnnviz_tui.quiz.topics import TOPICS, topic

    for one in [topic(name) for name in names] or TOPICS:
        skills = one.skills
        if as_json:
            for skill in skills:
                about = {"title": skill.title, "about": skill.about}
                print_json({"skill": skill.name, "topic": one.name, **about})
        elif skills:
            print_text(f"{one.name}: {one.title}")
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
            level=wish.level, anew=wish.anew,
        ), None  # fmt: skip
    if wish.mode == "sprint":
        return exam.sprint_round(progress, seed=wish.seed, names=names), None
    if wish.mode == "duel":
        return exam.duel_round(progress, names=names)
    names = names or rounds.skill_names()
    return rounds.practice_round(progress, names, seed=wish.seed, level=wish.level), None


def _result_file(wish: _Wish, round_: Round) -> ResultFile | None:
    """Where an exam's result goes; refused where it would go over something else."""
    from cnnviz_tui.quiz.exam import TimedRound

    if wish.out is None or not isinstance(round_, TimedRound):
        return None
    from cnnviz_tui.quiz.result_file import ResultFile

    file = ResultFile(wish.out, seeded=wish.seed is not None)
    if not wish.force:
        file.check(round_)
    return file


def _tell_written(file: ResultFile | None) -> None:
    """Say whether the result was written; exit code 1 where it could not be."""
    if file is None:
        return
    if file.problem:
        raise click.ClickException(file.problem)
    if file.written:
        print_text(file.sentence, error=True)


_INSTEAD = "--plain, --print and --json do"


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
            run(QuizHomeScreen(progress), instead=_INSTEAD)
            return
        with importing():
            asked, rival = _round(wish, progress)
            file = _result_file(wish, asked)
        count = None if wish.mode else wish.count
        run(QuizScreen(asked, count=count, rival=rival, out=file), instead=_INSTEAD)
        _tell_written(file)
        if _is_kept(asked):
            print_text("The exam is kept; the same command goes on with it.", error=True)


def _is_kept(round_: Round) -> bool:
    """Whether it is an exam that was left before its end."""
    from cnnviz_tui.quiz.exam import EXAM, TimedRound

    return isinstance(round_, TimedRound) and round_.kind == EXAM and round_.finished is None
