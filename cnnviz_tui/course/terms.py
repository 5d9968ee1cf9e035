"""Links to the glossary inside texts: `[stride](term:stride)`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cnnviz_tui.course.lesson import LessonStep, Prose, Show

_LINK = re.compile(r"\]\(<?term:([^)>]+)>?\)")
_SPACED = re.compile(r"\]\(term:([^)<>]* [^)<>]*)\)")


def bracketed(text: str) -> str:
    """The text with every term of several words in the angle brackets that Markdown wants."""
    return _SPACED.sub(r"](<term:\1>)", text)


def links(text: str) -> Iterator[tuple[int, str]]:
    """Each term that a text links to, with the place where it begins."""
    for found in _LINK.finditer(text):
        yield found.start(1), found[1].strip()


def texts_of(step: LessonStep) -> Iterator[tuple[int, str]]:
    """Every text of a step, line by line, with its line in the file."""
    for part in step.parts:
        if isinstance(part, Prose):
            for offset, line in enumerate(part.markdown.split("\n")):
                yield part.line + offset, line
        elif not isinstance(part, Show):
            question = part.question
            for text in (question.prompt, *question.hints, question.explanation):
                yield part.line, text
