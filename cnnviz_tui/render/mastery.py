"""The map of all skills as lines: a topic a line, a sign for each of its skills."""

from __future__ import annotations

from cnnviz_tui.quiz.mastery import Mastery
from cnnviz_tui.quiz.topics import TOPICS
from cnnviz_tui.walkthroughs.base import Line, Piece, Role

LEGEND = "· not yet  ○ ◐ ● at level 1, 2, 3  ! due"


def mastery_lines(found: Mastery, width: int) -> list[Line]:
    """The map on lines of at most `width` cells; where it is narrow, signs stand closer."""
    lines: list[Line] = []
    for topic in TOPICS:
        marks = found.topics[topic.name]
        gap = " " if len(topic.title) + 2 * len(marks) + 1 <= width else ""
        room = max(width - (1 + len(gap)) * len(marks) - 1, 8)
        title = topic.title if len(topic.title) <= room else f"{topic.title[: room - 1]}…"
        pieces = [Piece(f"{title:<{room}} ")]
        for mark in marks:
            role = Role.STRONG if mark.due else Role.RIGHT if mark.level else Role.DIM
            pieces.append(Piece(f"{mark.shown}{gap}", role))
        lines.append(tuple(pieces))
    return lines
