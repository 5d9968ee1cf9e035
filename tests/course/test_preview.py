"""A lesson file that is being written: read again when it is saved, at the same place."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

import pytest

from cnnviz_tui.course.preview import Preview
from cnnviz_tui.course.problem import CourseError
from tests.course.small import SMALL

_seconds = count(1_800_000_000)


def save(path: Path, text: str) -> None:
    """Save a text; file systems with coarse clocks must not hide it."""
    path.write_text(text, "utf-8")
    now = next(_seconds)
    os.utime(path, (now, now))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A lesson file."""
    path = tmp_path / "01-small.md"
    save(path, SMALL)
    return path


def test_a_file_that_was_not_saved_is_not_read_again(path: Path) -> None:
    preview = Preview(path)
    session = preview.session()
    before = session.lesson
    assert not preview.refresh(session)
    assert session.lesson is before


def test_the_text_changes_and_the_place_stays(path: Path) -> None:
    preview = Preview(path)
    session = preview.session()
    session.go(1)
    save(path, SMALL.replace("Nothing to do here.", "Now there is more."))
    assert preview.refresh(session)
    assert session.step_index == 1
    assert session.step is not None
    assert session.step.parts[0].markdown == "Now there is more."  # type: ignore[union-attr]
    assert session.complaints == ()


def test_a_step_that_moved_is_followed_by_its_title(path: Path) -> None:
    preview = Preview(path)
    session = preview.session()
    session.go(1)
    save(path, SMALL.replace("## Guess first", "## Something new\n\nHello.\n\n## Guess first"))
    assert preview.refresh(session)
    assert session.step_index == 2


def test_when_the_step_is_gone_one_stays_at_its_number_or_the_end(path: Path) -> None:
    preview = Preview(path)
    session = preview.session()
    session.go(2)
    save(path, SMALL.replace("## Pooling", "## Pooling, renamed"))
    preview.refresh(session)
    assert session.step_index == 2
    save(path, SMALL.partition("## Only text")[0])
    preview.refresh(session)
    assert session.step_index == 1
    assert session.at_end


def test_a_broken_file_complains_and_keeps_what_was_shown(path: Path) -> None:
    preview = Preview(path)
    session = preview.session()
    session.go(1)
    for broken, complaint in (
        (SMALL.replace("+++\n", "", 1), "1:1: The file does not begin with “+++”"),
        (SMALL.replace("kind = ", "knid = "), "has no “kind”"),
    ):
        save(path, broken)
        assert preview.refresh(session)
        assert any(complaint in shown for shown in session.complaints)
        assert session.step is not None
        assert session.step.title == "Only text"
    save(path, SMALL)
    assert preview.refresh(session)
    assert session.complaints == ()
    assert session.step_index == 1


def test_a_file_that_goes_away_complains_until_it_is_back(path: Path) -> None:
    preview = Preview(path)
    session = preview.session()
    path.unlink()
    assert preview.refresh(session)
    assert "cannot be read" in session.complaints[0]
    assert not preview.refresh(session)
    save(path, SMALL)
    assert preview.refresh(session)
    assert session.complaints == ()


def test_few_complaints_are_shown_and_the_others_counted(path: Path) -> None:
    save(path, SMALL + "".join(f"\n## Step {i}\n" for i in range(7)))
    shown = Preview(path).session().complaints
    assert len(shown) == 5
    assert shown[-1] == "and 3 more: cnnviz lessons check"


def test_a_file_of_which_nothing_can_be_shown_is_refused(path: Path) -> None:
    save(path, "Nothing.")
    with pytest.raises(CourseError, match="does not begin with"):
        Preview(path).session()
