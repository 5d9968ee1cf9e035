"""Characters that trick a terminal: none of a lesson's reaches anybody, and each is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnnviz_tui.course.checking import check
from cnnviz_tui.course.library import Course, read_glossary
from cnnviz_tui.course.reading import read_heading, read_lesson
from cnnviz_tui.course.search import search
from cnnviz_tui.foreign_text import harmless, is_harmful
from tests.course.small import SMALL, small_folder

PATH = Path("01-small.md")
ESCAPE, TURNED, WIDE = "\x1b", "\u202e", "卷积"


def _harm(text: object) -> list[str]:
    return [mark for mark in repr(text) if is_harmful(mark)] + ["\\x1b"] * ("\\x1b" in repr(text))


@pytest.mark.parametrize("mark", ["\x1b", "\x9b", "\x00", "\u202e", "\u2066", "\u200b", "\u2028"])
def test_what_commands_or_hides_becomes_a_question_mark(mark: str) -> None:
    assert harmless(f"a{mark}b") == "a?b"


def test_all_scripts_tabs_and_ends_of_lines_stay() -> None:
    text = f"Größe\t{WIDE}\n7\u00a0× 7"
    assert harmless(text) == text


@pytest.mark.parametrize(
    ("good", "bad", "column"),
    [
        ("A small lesson", f"A {TURNED}small lesson", 12),
        ("count the", f"count {ESCAPE}[2Jthe", 15),
        ("A small lesson", "A \\u001b[31msmall lesson", 9),
        ("goal =", 'chapter = "\\u202eZ"\ngoal =', 11),
        ("## Guess first", f"## Guess {ESCAPE}]0;first", 10),
        ("After the picture.", f"After {TURNED}the picture.", 7),
        ('"faster"', f'"fast{ESCAPE}er"', 11),
        ('"more filters"', '"more \\u001b[1mfilters"', 8),
        ("And the last?", "And the \\u009blast?", 9),
        ("Let the room", f"Let{ESCAPE} the room", 4),
        ("Halved.", 'Halved {{ "\\\\x1b[5m" }}.', 0),
    ],
)  # fmt: skip
def test_a_lesson_never_holds_them_and_check_says_where_they_are(
    good: str, bad: str, column: int
) -> None:
    assert good in SMALL
    reading = read_lesson(SMALL.replace(good, bad.replace("\\\\", "\\"), 1), PATH)
    assert reading.lesson is not None
    assert _harm(reading.lesson) == []
    line = SMALL[: SMALL.index(good)].count("\n") + 1
    if column:
        places = [(p.line, p.column) for p in reading.problems if "cannot be seen" in p.message]
        assert places == [(line, column)]
    assert _harm([str(problem) for problem in reading.problems]) == []


def test_the_front_matter_alone_and_what_is_said_of_it_are_clean() -> None:
    text = SMALL.replace("A small", f"A {ESCAPE}small")
    assert read_heading(text, PATH).title == "A ?small lesson"
    unknown = SMALL.replace("minutes = 5", 'minutes = 5\n"\\u001b[31m" = 1')
    (problem,) = read_lesson(unknown, Path("01-\x1b.md")).problems
    assert "does not know “?[31m”" in str(problem)
    assert _harm(str(problem)) == []


def test_a_glossary_and_what_is_found_in_lessons_are_clean(tmp_path: Path) -> None:
    folder = small_folder(tmp_path)
    (folder / "glossary.md").write_text(f"## padding\n\nZeros {TURNED}around.\n", "utf-8")
    assert read_glossary(folder / "glossary.md")["padding"] == ("padding", "Zeros ?around.")
    (problem,) = check([folder]).problems
    assert (problem.path.name, problem.line, problem.column) == ("glossary.md", 3, 7)
    path = folder / "01-small.md"
    path.write_text(SMALL.replace("Halved.", f"Halved{ESCAPE}[2J."), "utf-8")
    (hit,) = [one for one in search(Course([folder]), "halved") if one.heading.id == "small"]
    assert ESCAPE not in hit.line


@pytest.mark.parametrize("name", ["Fast er", "\\u001b[31m", "x" * 61, "größer"])
def test_a_question_whose_id_cannot_be_kept_is_not_made(name: str) -> None:
    reading = read_lesson(SMALL.replace('"faster"', f'"{name}"'), PATH)
    assert reading.lesson is not None
    assert [question.id for question in reading.lesson.questions] == ["places"]
    said = [problem.message for problem in reading.problems if "must be small" in problem.message]
    assert len(said) == 1


def test_an_id_is_taken_even_by_a_question_that_is_broken() -> None:
    text = SMALL.replace('"faster"', '"places"').replace('"output_size(7, 3)"', '"output_sise(7)"')
    said = [problem.message for problem in read_lesson(text, PATH).problems]
    assert any("The id “places” is used in line 13 already" in one for one in said)


def test_other_scripts_are_welcome() -> None:
    reading = read_lesson(SMALL.replace("A small lesson", WIDE), PATH)
    assert reading.problems == ()
    assert reading.lesson is not None
    assert reading.lesson.heading.title == WIDE
