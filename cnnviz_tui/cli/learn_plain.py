"""A lesson as plain text: everything in one column, its questions asked on stdin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cnnviz_tui.cli.asking import NoMoreInputError, read_answer
from cnnviz_tui.cli.plain_demonstration import demonstration_lines
from cnnviz_tui.cli.terminal import print_text
from cnnviz_tui.course.lesson import Ask, Lesson, Prose, Show
from cnnviz_tui.course.library import Course
from cnnviz_tui.course.session import LessonSession
from cnnviz_tui.progress import Progress
from cnnviz_tui.questions import Question, UnclearAnswerError
from cnnviz_tui.render.marked_text import plain_lines
from cnnviz_tui.render.plain_question import ask_lines, verdict_lines
from cnnviz_tui.render.prose import plain_prose

WIDTH = 78

_TO_NOTHING = "Type an answer, or n to skip the question."

_QUIT = {"q", "quit", "exit"}


class _LeaveError(Exception):
    """The learner leaves the lesson."""


@dataclass
class _Asker:
    """Asks questions as long as somebody answers.

    Attributes:
        session: takes the answers.
        listening: whether an answer may come; if none ever did, all answers are printed.
        heard: whether anything was typed.
    """

    session: LessonSession
    listening: bool = True
    heard: bool = False

    def ask(self, question: Question) -> None:
        """Ask until the answer is right or skipped.

        Raises:
            NoMoreInputError: the input ended after the first answer.
        """
        _print(ask_lines(question, WIDTH))
        if not self.listening:
            self._give_answer(question, "no answer")
            return
        hint = "h hint, " if question.hints else ""
        prompt = f"your answer ({hint}n skips, q quits): "
        while True:
            try:
                text = read_answer(prompt, _TO_NOTHING)
            except NoMoreInputError:
                if self.heard:
                    raise
                self.listening = False
                # What is printed from here on was not seen step by step by anybody.
                self.session.progress = None
                self._give_answer(question, "no answer")
                return
            self.heard = True
            if text.lower() in _QUIT:
                raise _LeaveError
            if text.lower() == "h":
                taken = self.session.take_hint(question) or "There is no further hint."
                _print(plain_lines(taken, WIDTH))
            elif text.lower() == "n":
                self.session.skip(question)
                self._give_answer(question, "skipped")
                return
            else:
                try:
                    verdict = self.session.answer(question, text)
                except UnclearAnswerError as error:
                    _print(plain_lines(f"? {error}", WIDTH))
                    continue
                _print(verdict_lines(verdict, WIDTH))
                if verdict.right:
                    return

    def _give_answer(self, question: Question, reason: str) -> None:
        _print(plain_lines(f"({reason}) The answer: {question.answer_text}", WIDTH))
        if question.explanation:
            _print(plain_lines(question.explanation, WIDTH))


def print_lesson(
    lesson: Lesson, course: Course, progress: Progress | None, first_step: int = 0
) -> None:
    """Print a lesson from a step on, and ask its questions.

    Args:
        lesson: the lesson.
        course: the course, for what comes next.
        progress: where answers are kept.
        first_step: the step to begin with, from 0.
    """
    session = LessonSession(lesson, progress)
    asker = _Asker(session)
    heading = lesson.heading
    number = course.number(lesson.id)
    print_text(f"Lesson {number}: {heading.title}" if number else heading.title)
    _print(plain_lines(f"You will be able to {heading.goal.rstrip('.')}.", WIDTH))
    screen = f"Keys that the text names are those of the screen: cnnviz learn {lesson.id}."
    _print(plain_lines(screen, WIDTH))
    try:
        for index in range(first_step, session.length):
            session.go(index)
            _print_step(session, asker, index)
        if asker.listening:
            session.go(session.length)
    except _LeaveError:
        print_text("You can go on here any time: the lesson remembers your place.")
        return
    except NoMoreInputError:
        place = f"--step {session.step_index + 1}"
        _print(plain_lines(f"The input has ended. Your place is kept: go on with {place}.", WIDTH))
        return
    _print_end(session, course)


def _print_step(session: LessonSession, asker: _Asker, index: int) -> None:
    step = session.lesson.steps[index]
    print_text(f"\nStep {index + 1} of {session.length}: {step.title}")
    for part in step.parts:
        print_text("")
        if isinstance(part, Prose):
            _print(plain_prose(part.markdown, WIDTH))
        elif isinstance(part, Ask):
            asker.ask(part.question)
        elif isinstance(part, Show):
            _print(demonstration_lines(part.demonstration, part.printed, WIDTH))


def _print_end(session: LessonSession, course: Course) -> None:
    heading = session.lesson.heading
    tally = session.tally
    print_text("")
    _print(plain_lines(f"You can now {heading.goal.rstrip('.')}.", WIDTH))
    if tally.asked:
        print_text(tally.sentence)
    following = course.beside(session.lesson.id, 1)
    if following is not None:
        print_text(f"Next: cnnviz learn {following.id} ({following.title})")


def print_notes(lesson: Lesson, first_step: int = 0) -> None:
    """Print the lecturer's notes, step by step."""
    _print(_note_lines(lesson, first_step))


def _note_lines(lesson: Lesson, first_step: int) -> Iterator[str]:
    yield f"{lesson.heading.title}: notes"
    for index, step in enumerate(lesson.steps[first_step:], first_step):
        yield f"\nStep {index + 1} of {len(lesson.steps)}: {step.title}"
        yield from plain_prose(step.notes, WIDTH) if step.notes else ["(no notes)"]


def _print(lines: Iterator[str] | list[str]) -> None:
    for line in lines:
        print_text(line.rstrip())
