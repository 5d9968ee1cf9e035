"""The course that folders make: its order, its glossary, what stands in for what; search."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnnviz_tui.course.library import Course, lesson_folders, read_glossary
from cnnviz_tui.course.presenting import announce, announced, announcement_file
from cnnviz_tui.course.problem import CourseError
from cnnviz_tui.course.search import search
from cnnviz_tui.course.session import LessonSession
from tests.course.small import SMALL, lesson, small_folder


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """Two small lessons."""
    return Course([small_folder(tmp_path / "lessons")])


def test_lessons_are_named_by_id_or_place_and_know_their_neighbours(course: Course) -> None:
    assert [heading.id for heading in course.headings] == ["small", "after"]
    assert course.heading("2").id == "after"
    assert course.number("after") == 2
    assert course.number("elsewhere") == 0
    following, before = course.beside("small", 1), course.beside("after", -1)
    assert following is course.headings[1]
    assert before is course.headings[0]
    assert course.beside("after", 1) is None
    assert course.beside("small", -1) is None
    for name in ("0", "3", "-1", "²", "sma"):
        with pytest.raises(CourseError, match="There is no lesson"):
            course.heading(name)


def test_lessons_stand_in_the_order_of_their_files_over_all_folders(
    course: Course, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "015-between.md").write_text(SMALL.replace('"small"', '"between"'), "utf-8")
    (mine / "readme.md").write_text("No lesson.", "utf-8")
    together = Course([mine, tmp_path / "lessons"])
    assert [heading.id for heading in together.headings] == ["small", "between", "after"]


def test_a_term_is_found_however_it_is_written(course: Course) -> None:
    assert course.definition(" Padding ") == ("padding", "Zeros around a picture.")
    assert course.definition("stride") is None


def test_a_glossary_has_a_heading_for_each_term(tmp_path: Path) -> None:
    path = tmp_path / "glossary.md"
    assert read_glossary(path) == {}
    path.write_text("# Words\n\nIntro.\n\n## Feature map\nOne\nline.\n\n## F\n\nWidth.\n", "utf-8")
    assert read_glossary(path) == {
        "feature map": ("Feature map", "One line."),
        "f": ("F", "Width."),
    }


def test_search_finds_all_words_in_texts_but_not_in_answers(course: Course) -> None:
    hits = search(course, "FILTER picture")
    assert [(hit.heading.id, hit.step) for hit in hits] == [("small", 0), ("after", 0)]
    assert hits[0].line == "A 3x3 filter, a 7x7 picture, and padding of none."
    assert search(course, "explanation") == []
    assert search(course, "stride") == [], "it stands in an answer only"
    assert [hit.title for hit in search(course, "pooling")][:1] == ["Pooling"]


def test_search_for_nothing_finds_nothing(course: Course) -> None:
    assert search(course, "  ") == []


def test_what_search_shows_has_its_numbers_computed(tmp_path: Path) -> None:
    text = SMALL.replace("minutes = 5\n", 'minutes = 5\n\n[values]\nwide = "output_size(7, 3)"\n')
    text = text.replace("Nothing to do here.", "Of *wide* maps: {{ wide * 2 }} of {{ wide }}.")
    (tmp_path / "01-small.md").write_text(text, "utf-8")
    (hit,) = search(Course([tmp_path]), "wide maps")
    assert hit.line == "Of wide maps: 10 of 5."


def test_a_presentation_is_announced_to_the_second_terminal() -> None:
    assert announced() is None
    session = LessonSession(lesson())
    begun = announce(session)
    told = announced()
    assert told is not None
    assert (told.lesson, told.step, told.waiting, told.begun) == ("small", 0, True, begun)
    session.go(1)
    assert announce(session, begun) == begun
    told = announced()
    assert told is not None
    assert (told.step, told.waiting) == (1, False)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"lesson": "small"}', b"\xff"])
def test_an_announcement_that_makes_no_sense_is_none(content: bytes) -> None:
    path = announcement_file()
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert announced() is None


def test_one_lesson_is_found_without_reading_the_others(tmp_path: Path) -> None:
    folder = small_folder(tmp_path)
    (folder / "00-broken.md").write_text("No lesson.", "utf-8")
    course = Course([folder])
    assert course.heading("after").id == "after"
    assert course.heading("2").id == "after", "asked for by number, the others are read"
    assert course.number("after") == 2, "what cannot be read is not counted"


def test_a_file_of_that_name_with_another_id_is_not_taken_for_it(tmp_path: Path) -> None:
    folder = small_folder(tmp_path)
    (folder / "50-decoy.md").write_text(SMALL, "utf-8")
    (folder / "60-other.md").write_text(SMALL.replace('"small"', '"decoy"'), "utf-8")
    assert Course([folder]).heading("decoy").path.name == "60-other.md"


def test_a_glossary_that_cannot_be_read_is_named_and_the_lessons_stay(tmp_path: Path) -> None:
    folder = small_folder(tmp_path)
    (folder / "glossary.md").write_bytes(b"## padding\n\n\xff\n")
    course = Course([folder])
    (sentence,) = course.unreadable
    assert "glossary.md" in sentence
    assert course.definition("padding") is None
    assert course.heading("small").id == "small"


def test_chapters_stay_together_and_ours_come_before_a_lecturer_s_own(tmp_path: Path) -> None:
    own = 'chapter = "Mine"\nminutes = 5'
    for name, title in (("01-first", "first"), ("99-last", "last")):
        text = SMALL.replace('"small"', f'"{title}"').replace("minutes = 5", own)
        (tmp_path / f"{name}.md").write_text(text, "utf-8")
    ours = Course(lesson_folders())
    both = Course([tmp_path, *lesson_folders()])
    assert both.headings[: len(ours.headings)] == ours.headings
    assert [one.id for one in both.headings[len(ours.headings) :]] == ["first", "last"]
