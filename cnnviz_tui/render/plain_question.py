"""Questions and verdicts as plain lines, for screen readers, pipes and `--plain`."""

from __future__ import annotations

import re

from cnnviz_tui.questions import Question, Verdict
from cnnviz_tui.render.marked_text import plain_lines
from cnnviz_tui.render.prose import plain_prose

_LETTER = re.compile(r"[a-z]\) ")


def ask_lines(question: Question, width: int = 78) -> list[str]:
    """The question, what there is to choose, order or fill in, and how to answer.

    Args:
        question: what is asked.
        width: the longest line, in cells; a grid is shown as it is, however wide.
    """
    lines = plain_prose(question.prompt, width)
    for line in question.lines:
        if question.verbatim:
            lines.append(line)
        elif letter := _LETTER.match(line):
            lines += _hanging(letter[0], line[letter.end() :], width)
        else:
            lines += plain_lines(line, width)
    return [*lines, *plain_lines(question.instruction, width)]


def verdict_lines(verdict: Verdict, width: int = 78) -> list[str]:
    """✓ or ✗ with the answer as it was understood, then the reason.

    Args:
        verdict: what is said to an answer.
        width: the longest line, in cells.
    """
    mark, said = ("✓ ", "Right") if verdict.right else ("✗ ", "Not right")
    lines = _hanging(mark, f"{said}: {verdict.given}" if verdict.given else f"{said}.", width)
    return lines + plain_prose(verdict.feedback, width)


def _hanging(label: str, text: str, width: int) -> list[str]:
    """A text behind a label, its further lines below its first."""
    first, *rest = plain_lines(text, width - len(label))
    return [label + first, *(" " * len(label) + line for line in rest)]
