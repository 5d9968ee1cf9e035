"""Whether the steps of a lesson have room on the smallest terminal: text, questions, feedback."""

from __future__ import annotations

from collections.abc import Iterator

from cnnviz_tui.course.lesson import Ask, Lesson, LessonStep, Prose, Show
from cnnviz_tui.course.problem import Problem
from cnnviz_tui.questions import (
    CellQuestion,
    ChoiceQuestion,
    GridQuestion,
    NumberQuestion,
    OrderQuestion,
    Question,
    SeveralQuestion,
)
from cnnviz_tui.render.marked_text import plain_lines
from cnnviz_tui.render.prose import prose_lines

MOST_LINES = 18
"""Lines of prose that a step may have: the smallest terminal without title, keys and borders."""

WIDTH = 74

ALONE = 77
"""Columns of text on 80x24, where nothing stands beside it."""

FRAME = 4
"""Columns that the frame of a question takes."""

MOST_ASKING = 22
"""Lines of 80x24 for a question and the text that it is about: all but the title and the keys."""

MOST_ASKING_BELOW = 15
"""The same where a demonstration keeps the other lines."""

MOST_SCROLLED = 3
"""Lines of the text that leads to a question which may have scrolled away when it is answered."""

MOST_SAID = 7
"""Lines of an explanation or a feedback: above a demonstration on 80x24, 8 with the answer."""

_MOST_CHOICES = 20
_FEWEST_COLUMNS = 12


def too_long(lesson: Lesson) -> Iterator[Problem]:
    """A problem for everything in a step that does not fit 80x24."""
    for step in lesson.steps:
        for line, message in _complaints(step):
            yield Problem(lesson.heading.path, line, 1, message)


def _complaints(step: LessonStep) -> Iterator[tuple[int, str]]:
    """Line of the file and message of what does not fit."""
    lines = step_lines(step)
    if lines > MOST_LINES:
        message = (
            f"The step “{step.title}” has {lines} lines of text, and 80x24 has room for "
            f"{MOST_LINES}: shorten it or make it two steps."
        )
        yield step.line, message
    text = 0
    shown = False
    for part in step.parts:
        if isinstance(part, Prose):
            text += _height(part.markdown, ALONE) + 1
            continue
        if isinstance(part, Ask):
            room = MOST_ASKING_BELOW if shown and not part.predicts else MOST_ASKING
            # Too long a text was blamed already.
            before = text if lines <= MOST_LINES else 0
            for message in _too_long_to_ask(part.question, before, room):
                yield part.line, message
        shown = shown or isinstance(part, Show)
        text = 0


def _too_long_to_ask(question: Question, text: int, room: int) -> Iterator[str]:
    """What is wrong with a question behind so many lines of text, with room for `room` in all."""
    height = question_lines(question)
    if height > room:
        yield (
            f"The question has {height} lines with its frame, and 80x24 has room for {room} here: "
            "shorten it."
        )
    elif text + height > room + MOST_SCROLLED:
        yield (
            f"The question and the text that leads to it have {text + height} lines, and 80x24 has "
            f"room for {room} here, with {MOST_SCROLLED} more to scroll: shorten one of them, or "
            "put the question into a step of its own."
        )
    said = {"explanation": (question.explanation,), "feedback": feedbacks(question)}
    for name, texts in said.items():
        longest = max((_height(one, ALONE - FRAME) for one in texts), default=0)
        if longest > MOST_SAID:
            yield (
                f"The question has {name} of {longest} lines, and 80x24 has room for {MOST_SAID}: "
                "shorten it, and put into the step what all should read."
            )


def step_lines(step: LessonStep) -> int:
    """How many lines the prose of a step takes."""
    blocks = [
        len(prose_lines(part.markdown, WIDTH)) for part in step.parts if isinstance(part, Prose)
    ]
    return sum(blocks) + max(len(blocks) - 1, 0)


def question_lines(question: Question) -> int:
    """How many lines a question takes on 80x24 with its frame, before anything is said to it."""
    width = ALONE - FRAME
    frame, gap = 2, 1
    if options := choices(question):
        single = isinstance(question, ChoiceQuestion)
        # A letter before each, a box where several are taken, and a line that ends it.
        room = max(width - (6 if single else 10), _FEWEST_COLUMNS)
        lines = sum(len(plain_lines(one, room)) for one in options) + (not single)
        field = min(lines, _MOST_CHOICES)
    elif isinstance(question, CellQuestion):
        field = len(question.grid)
    elif isinstance(question, GridQuestion):
        field = len(question.answer)
    else:
        field = len(question.lines) + 1
    return frame + _height(question.prompt, width) + gap + field


def choices(question: Question) -> tuple[str, ...]:
    """The texts that one chooses from, or puts into order."""
    if isinstance(question, OrderQuestion):
        return question.items
    if isinstance(question, (ChoiceQuestion, SeveralQuestion)):
        return tuple(option.text for option in question.options)
    return ()


def feedbacks(question: Question) -> tuple[str, ...]:
    """Everything that may be said to answers."""
    match question:
        case NumberQuestion():
            return (*(road.feedback for road in question.roads), question.otherwise)
        case ChoiceQuestion() | SeveralQuestion():
            return tuple(option.feedback for option in question.options)
        case OrderQuestion():
            return (question.feedback,)
        case CellQuestion():
            return (*(text for _, text in question.wrong), question.feedback)
        case GridQuestion():
            return (*(text for _, text, _ in question.roads), question.feedback)
    return ()


def _height(text: str, width: int) -> int:
    return len(prose_lines(text, width)) if text else 0
