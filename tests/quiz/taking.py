"""A learner who takes rounds of the quiz, and a clock that goes as one tells it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cnnviz_tui.questions import (
    LETTERS,
    CellQuestion,
    ChoiceQuestion,
    GridQuestion,
    NumberQuestion,
    OrderQuestion,
    Question,
    SeveralQuestion,
    UnclearAnswerError,
    number_text,
)
from cnnviz_tui.quiz.rounds import Round

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that stands until one moves it."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """The time now."""
        return self.at

    def wait(self, seconds: float = 0.0, *, days: float = 0.0) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds, days=days)


def right_answer(question: Question) -> str:
    """The right answer as one types it."""
    return question.answer_text.partition(" ≈")[0]


def wrong_answer(question: Question) -> str:
    """An answer that can be read and is wrong."""
    for text in _tries(question):
        try:
            if not question.mark(text).right:
                return text
        except UnclearAnswerError:
            continue
    raise AssertionError(f"no wrong answer is known to {question}")


def _tries(question: Question) -> list[str]:
    match question:
        case NumberQuestion():
            return ["123457", "123457x3", "123457x3x3", "0", "does not fit"]
        case ChoiceQuestion() | SeveralQuestion():
            return list(LETTERS[: len(question.options)])
        case OrderQuestion():
            return [LETTERS[: len(question.items)]]
        case CellQuestion():
            return ["0 0", "0 1"]
        case GridQuestion():
            rows = [" ".join(number_text(v + 1) for v in row) for row in question.answer]
            return ["; ".join(rows).replace(",", "").replace("−", "-")]
        case _:
            raise AssertionError(f"{question} is of no known kind")


def answer(round_: Round, *, rightly: bool) -> None:
    """Answer the question that is asked, without going on."""
    assert round_.exercise is not None
    question = round_.exercise.question
    verdict = round_.answer(right_answer(question) if rightly else wrong_answer(question))
    assert verdict.right == rightly


def asked_now(round_: Round) -> str:
    """The skill that is asked."""
    assert round_.exercise is not None
    return round_.exercise.skill
