"""What a lesson is, once it has been read: steps made of prose, demonstrations and questions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.questions import Question
from cnnviz_tui.walkthroughs.demonstration import Demonstration

FORMAT_VERSION = 1
"""The version of the lesson format that this program reads."""


class Prose(Frozen):
    """Text in Markdown, its computed numbers filled in.

    Attributes:
        markdown: the text.
        line: where it begins in its file, from 1.
    """

    markdown: str
    line: int = 1


class Highlight(Frozen):
    """A cell of a demonstration that lights up, with its sum, until someone points elsewhere."""

    part: str
    row: int
    column: int
    channel: int = 0


class Show(Frozen):
    """A demonstration.

    Attributes:
        demonstration: what is shown.
        playing: whether it plays at once.
        printed: the steps that plain text prints, counted from 1; empty for a few of the first.
        highlight: a cell to light up.
        line: where it begins in its file, from 1.
    """

    demonstration: Demonstration
    playing: bool = True
    printed: tuple[int, ...] = ()
    highlight: Highlight | None = None
    line: int = 1


class Ask(Frozen):
    """A question.

    Attributes:
        question: what is asked.
        predicts: whether the demonstration after it stays hidden until it is answered or skipped.
        line: where it begins in its file, from 1.
        in_quiz: whether it can be asked outside of its lesson too.
    """

    question: Question
    predicts: bool = False
    line: int = 1
    in_quiz: bool = True


Part = Prose | Show | Ask


class LessonStep(Frozen):
    """One step of a lesson.

    Attributes:
        title: its heading.
        parts: what it consists of, in order.
        notes: what only the lecturer sees, in Markdown.
        line: where its heading stands in its file, from 1.
    """

    title: str
    parts: tuple[Part, ...]
    notes: str = ""
    line: int = 1

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions of this step."""
        return tuple(part.question for part in self.parts if isinstance(part, Ask))


class Heading(Frozen):
    """What stands above a lesson: enough to list it.

    Attributes:
        id: its name in commands, in `needs` and in the learner's record.
        title: what people read.
        goal: what one can do afterwards; it follows on “You can”.
        minutes: how long it takes.
        needs: ids of lessons to take before.
        path: its file.
        chapter: the heading under which it is listed.
    """

    id: str
    title: str
    goal: str
    minutes: int
    needs: tuple[str, ...]
    path: Path
    chapter: str = ""


class Lesson(Frozen):
    """A lesson.

    Attributes:
        heading: what stands above it.
        steps: its steps.
        terms: the glossary's terms that it links to, in lower case.
    """

    heading: Heading
    steps: tuple[LessonStep, ...]
    terms: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its name in commands and in the learner's record."""
        return self.heading.id

    @property
    def questions(self) -> tuple[Question, ...]:
        """All its questions, in order."""
        return tuple(question for step in self.steps for question in step.questions)

    def shows(self) -> Iterator[Show]:
        """All its demonstrations, in order."""
        for step in self.steps:
            yield from (part for part in step.parts if isinstance(part, Show))
