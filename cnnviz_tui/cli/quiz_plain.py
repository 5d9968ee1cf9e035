"""A round of the quiz on stdin and stdout."""

from __future__ import annotations

from collections.abc import Sequence

from cnnviz_tui.cli.asking import NoMoreInputError, TooLateError, read_answer
from cnnviz_tui.cli.terminal import print_text
from cnnviz_tui.questions import UnclearAnswerError
from cnnviz_tui.quiz.exam import EXAM, Rival, TimedRound, came_back_sentence
from cnnviz_tui.quiz.result import result_lines
from cnnviz_tui.quiz.result_file import ResultFile
from cnnviz_tui.quiz.rounds import Round
from cnnviz_tui.quiz.skill import Exercise, QuizError
from cnnviz_tui.quiz.wording import solution_lines
from cnnviz_tui.render.marked_text import plain_lines
from cnnviz_tui.render.plain_question import ask_lines, verdict_lines

WIDTH = 78


def ask_round(
    round_: Round,
    count: int | None = None,
    out: ResultFile | None = None,
    rival: Rival | None = None,
) -> int:
    """Ask until the round is over, the input ends or the learner leaves.

    Args:
        round_: the round.
        count: end after so many questions; None for no such end.
        out: where an exam's result is written.
        rival: in a duel, oneself of last time.

    Returns:
        How many first answers were wrong.
    """
    if isinstance(round_, TimedRound) and round_.finished is not None:
        print_text(came_back_sentence(round_))
        _end(round_, out, rival, left=False)
        return sum(entry.outcome == "wrong" for entry in round_.entries)
    hint = "h hint, " if round_.tells else ""
    print_text(f"{round_.title.capitalize()}: {hint}n skips, q quits.")
    if round_.answered:
        print_text(f"It goes on: {round_.answered} answered before.")
    exercise = round_.begin()
    if exercise is None and not round_.entries:
        print_text("Nothing is due. Come back later, or practise: cnnviz quiz --plain")
        return 0
    left = False
    while exercise is not None:
        number = len(round_.entries)
        total = f" of {round_.count}" if round_.count else ""
        told = filter(None, (exercise.skill, f"level {exercise.level}", round_.clock))
        print_text(f"\n{number}{total}. ({', '.join(told)})")
        _print(ask_lines(exercise.question, WIDTH))
        try:
            if not _ask_one(round_):
                left = True
                break
        except NoMoreInputError:
            left = True
            break
        if count is not None and number >= count:
            break
        exercise = round_.advance()
    _end(round_, out, rival, left=left)
    return sum(entry.outcome == "wrong" for entry in round_.entries)


def _ask_one(round_: Round) -> bool:
    """Ask until there is an answer that counts; False when the learner leaves."""
    exercise = round_.exercise
    assert exercise is not None  # noqa: S101 - for the type checker
    while True:
        try:
            text = read_answer("your answer: ", left=lambda: round_.left)
        except TooLateError:
            print_text("The time is over.")
            return True
        word = text.lower()
        if word in {"q", "quit", "exit"}:
            return False
        try:
            if word == "h":
                none = "There is no hint." if round_.tells else "An exam gives no hints."
                _print(plain_lines(round_.take_hint() or none, WIDTH))
                continue
            if word == "n":
                round_.skip()
                if round_.tells:
                    _tell_answer(exercise)
                return True
            verdict = round_.answer(text)
        except UnclearAnswerError as error:
            _print(plain_lines(f"? {error}", WIDTH))
            continue
        except QuizError as error:
            print_text(str(error))
            return True
        if round_.tells:
            _print(verdict_lines(verdict, WIDTH))
            if not verdict.right:
                _tell_answer(exercise)
                if exercise.demonstration is not None and exercise.demonstration.command:
                    print_text(f"See it: {exercise.demonstration.command}")
        return True


def _tell_answer(exercise: Exercise) -> None:
    _print(plain_lines(f"The answer: {exercise.question.answer_words}", WIDTH))
    _print(solution_lines(exercise.solution, width=WIDTH))


def _end(round_: Round, out: ResultFile | None, rival: Rival | None, *, left: bool) -> None:
    """Hand in what is over; say how to go on with what is not."""
    timed = round_ if isinstance(round_, TimedRound) else None
    left = left and not round_.time_is_over
    print_text("")
    if timed is not None and left and timed.kind == EXAM:
        print_text("The exam is kept; the same command goes on with it. Its clock runs on.")
        return
    if timed is not None and not left:
        # A sprint or a duel that one leaves sets no record.
        timed.finish()
        if out is not None:
            out.write(timed)
    _print(result_lines(round_, answers=not round_.tells, rival=rival))


def _print(lines: Sequence[str]) -> None:
    for line in lines:
        print_text(line.rstrip())
