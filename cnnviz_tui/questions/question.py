"""What every kind of question is: an answer is text, a verdict says why."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from cnnviz_tui.frozen import Frozen


class Verdict(Frozen):
    """What is said to an answer.

    Attributes:
        right: whether it is right.
        feedback: the reason, for this very answer.
        given: the answer as it was understood.
        roads: the names of the misconceptions that lead to it.
    """

    right: bool
    feedback: str
    given: str
    roads: tuple[str, ...] = ()


class Question(Frozen, ABC, kw_only=True):
    """Something that is asked.

    Texts may have `code`, *emphasis* and **strong** marks as in Markdown.

    Attributes:
        id: its name, unique where it stands; answers are kept under it.
        prompt: the question.
        hints: from a nudge to half the solution.
        explanation: the way to the answer, for everybody who has answered.
    """

    kind: ClassVar[str]
    how: ClassVar[str]
    """How to type an answer."""
    verbatim: ClassVar[bool] = False
    """Whether `lines` stand as they are, such as a grid's; else each is a text with marks."""

    id: str
    prompt: str
    hints: tuple[str, ...] = ()
    explanation: str = ""

    @abstractmethod
    def mark(self, text: str) -> Verdict:
        """What is to be said to an answer.

        Raises:
            UnclearAnswerError: it cannot be read; it does not count.
        """

    @property
    @abstractmethod
    def answer_text(self) -> str:
        """The right answer, as `mark` reads it and as people write it."""

    @property
    def answer_words(self) -> str:
        """The right answer in words, where options stood beside letters."""
        return self.answer_text

    @property
    def lines(self) -> tuple[str, ...]:
        """What is shown below the prompt: options, things to order, a grid."""
        return ()

    @property
    def instruction(self) -> str:
        """How to type an answer to this very question, as a sentence."""
        return f"Type {self.how}."
