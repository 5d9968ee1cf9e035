"""Whether every line of a lesson stays in one piece where its text has the least room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from cnnviz_tui.course.lesson import Ask, Lesson, LessonStep, Prose, Show
from cnnviz_tui.course.problem import Problem
from cnnviz_tui.questions import Question
from cnnviz_tui.render.lesson_length import ALONE, FRAME, choices, feedbacks
from cnnviz_tui.render.prose import plain_prose

BESIDE = 62
"""Columns of text beside a demonstration, on every terminal where they stand side by side."""

_CODE_INDENT = 2
_CHOICE_INDENT = 10
_UNBROKEN = 10_000
_LONGEST_QUOTED = 30


def too_wide(lesson: Lesson) -> Iterator[Problem]:
    """A problem for each line of code, and each word, that would be broken in its midst."""
    for step in lesson.steps:
        beside = any(isinstance(part, Show) for part in step.parts)
        width = BESIDE if beside else ALONE
        where = "beside the demonstration" if beside else "on 80x24"
        for line, column, message in _broken(step, width, where):
            yield Problem(lesson.heading.path, line, column, message)


def _broken(step: LessonStep, width: int, where: str) -> Iterator[tuple[int, int, str]]:
    for part in step.parts:
        if isinstance(part, Prose):
            for row, column, message in _broken_in(part.markdown, width, where):
                yield part.line + row, column, message
        elif isinstance(part, Ask):
            for name, text, room in _texts(part.question, width):
                for _, _, message in _broken_in(text, room, where):
                    yield part.line, 1, f"In the question's {name}: {message}"


def _texts(question: Question, width: int) -> Iterator[tuple[str, str, int]]:
    """What each text of a question is called, the text, and the columns that it has."""
    inside = width - FRAME
    yield "text", question.prompt, inside
    yield "explanation", question.explanation, width
    for hint in question.hints:
        yield "hints", hint, inside
    for text in feedbacks(question):
        yield "feedback", text, inside
    for text in choices(question):
        yield "options", text, inside - _CHOICE_INDENT


def _broken_in(text: str, width: int, where: str) -> Iterator[tuple[int, int, str]]:
    """Row from 0, column from 1 and message of what is broken in a text of so many columns."""
    lines = text.split("\n")
    tokens = MarkdownIt("commonmark").enable("table").disable("html_block").parse(text)
    code = list(_long_code(tokens, lines, width, where))
    yield from code
    rows_of_code = {row for row, _, _ in code}
    for token in tokens:
        if token.level or not token.map:
            continue
        start, stop = token.map
        # What is broken as code was said above.
        if token.type not in {"fence", "code_block"} and rows_of_code.isdisjoint(range(*token.map)):
            yield from _long_words(token, lines, range(start, stop), width, where)


def _long_code(
    tokens: list[Token], lines: list[str], width: int, where: str
) -> Iterator[tuple[int, int, str]]:
    """Lines of code that are longer than there is room for where they stand."""
    indents = [0]
    for token in tokens:
        if token.nesting == 1:
            indents.append(indents[-1] + _indent(token))
        elif token.nesting == -1:
            indents.pop()
        elif token.type in {"fence", "code_block"} and token.map:
            room = width - indents[-1] - _CODE_INDENT
            first = token.map[0] + (token.type == "fence")
            for row, line in enumerate(token.content.split("\n"), first):
                shown = line.expandtabs(4)
                if len(shown) > room:
                    column = max(lines[row].find(line), 0) + room + 1
                    message = (
                        f"This line of code has {len(shown)} characters, and {where} there is "
                        f"room for {room}: write it on several lines."
                    )
                    yield row, column, message


def _indent(token: Token) -> int:
    """Columns that a list or a quotation takes from what stands in it."""
    if token.type == "ordered_list_open":
        return len(f"{token.attrGet('start') or 1}. ")
    return 2 * (token.type in {"bullet_list_open", "blockquote_open"})


def _long_words(
    token: Token, lines: list[str], rows: range, width: int, where: str
) -> Iterator[tuple[int, int, str]]:
    """Words that come out in pieces: those that stand there only as long as there is room."""
    block = "\n".join(lines[row] for row in rows)
    for word in _words(block, _UNBROKEN) - _words(block, width):
        row = next((row for row in rows if word in lines[row]), rows[0])
        quoted = word if len(word) <= _LONGEST_QUOTED else f"{word[: _LONGEST_QUOTED - 1]}…"
        in_table = token.type == "table_open"
        remedy = "shorten the row or take fewer columns" if in_table else "write it shorter"
        message = (
            f"“{quoted}” would be broken: {where} there is room for {width} columns of text: "
            f"{remedy}."
        )
        yield row, max(lines[row].find(word), 0) + 1, message


def _words(text: str, width: int) -> Counter[str]:
    """The words of a text as it is shown, without the rules of its tables."""
    shown = " ".join(plain_prose(text, width)).split(" ")
    return Counter(word for word in shown if word.strip("─"))
