"""`check` on broken lessons, each with one thing wrong: where it is, and how to mend it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.course.checking import check
from cnnviz_tui.course.library import lesson_files, own_folder
from cnnviz_tui.course.problem import CourseError, Problem
from cnnviz_tui.course.reading import LARGEST, read_lesson
from cnnviz_tui.render.lesson_length import too_long
from tests.course.small import SMALL, small_folder

BROKEN = Path(__file__).parent.parent / "golden" / "lessons-broken"

# The file, its line, what stands where the problem is, and what is said.
EXPECTED = [
    ("no-front-matter", 1, "## A step", "does not begin with “+++”"),
    ("front-matter-not-closed", 1, "+++", "close it with a line “+++”"),
    ("unknown-front-key", 6, "5", "does not know “minuets”: did you mean “minutes”?"),
    ("no-title", 2, "format_version", "no “title”: add title ="),
    ("unknown-format", 2, "7", "reads format 1, not 7: get a newer one"),
    ("id-with-capitals", 3, '"My Lesson"', "“My Lesson” must be small letters"),
    ("minutes-as-text", 6, '"five"', "a whole number from 1 on, not the text “five”"),
    ("front-not-toml", 4, "Broken", "The front matter is not TOML: Invalid value."),
    ("value-without-answer", 10, "output_sise", "did you mean “output_size”?"),
    ("dangling-needs", 7, '"no-such-lesson"]', "There is no lesson “no-such-lesson”"),
    ("needs-later", 7, '"the-last-one"]', "does not come before this lesson"),
    ("text-before-first-step", 10, "Welcome.", "put “## Title” above it"),
    ("big-heading", 10, "# The lesson", "begin steps with “##”"),
    ("empty-step", 31, "## Nothing", "The step is empty"),
    ("no-step", 9, "", "begin each with a line “## Title”"),
    ("step-too-long", 31, "## Too much", "has 19 lines of text, and 80x24 has room for 18"),
    ("unknown-term", 12, "paddding", "no term “paddding”: did you mean “padding”?"),
    ("sum-in-text", 12, "2) }}", "output_size has no argument “T”"),
    ("expression-not-closed", 12, "{{ output_size", "The }} behind an expression is missing"),
    ("unknown-block", 14, "quizz", "no block “quizz”: did you mean “quiz”?"),
    ("block-not-closed", 26, "```viz", "The viz block has no end: close it"),
    ("quiz-not-toml", 16, "number", "The quiz block is not TOML: Invalid value."),
    ("block-before-first-step", 10, "```viz", "a block before the first step"),
    ("nothing-to-show", 27, '"convv"', "called “convv”: did you mean “conv”?"),
    ("viz-does-not-open", 27, '"conv"', "does not open: The input size must be a whole number"),
    ("viz-unknown-field", 28, "{ N", "“conv” has no “stryde”: did you mean “stride”?"),
    ("viz-step-beyond", 28, "[1, 99]", "There is no step 99: there are 1 to 25."),
    ("trace-without-model", 27, "show", "A trace needs a “model”"),
    ("trace-of-nonsense", 27, '"trace"', "There is no layer “blur”"),
    ("unknown-quiz-key", 20, '"x"', "“otherwize”: did you mean “otherwise”?"),
    ("unknown-kind", 16, '"nubmer"', "no kind “nubmer”: did you mean “number”?"),
    ("missing-feedback", 15, "id", "says nothing to wrong answers: add [[wrong]]"),
    ("wrong-without-feedback", 21, "wrong", "The [[wrong]] has no “feedback”"),
    ("no-explanation", 15, "id", "no “explanation”: say how one gets there"),
    ("answer-does-not-compute", 18, "output_size", "A filter of 7 does not fit"),
    ("answer-is-no-number", 18, '"[[1, 2]]"', "must give a number, a size or DOES_NOT_FIT"),
    ("wrong-answer-is-right", 22, '"4 + 1"', "This wrong answer is the right one"),
    ("id-twice-in-a-lesson", 31, "```quiz", "“places” is used in line 14 already"),
    ("prediction-without-viz", 10, "## A step", "has no viz block after it"),
    ("two-predictions-one-viz", 25, "```quiz", "Two questions predict one viz block"),
    ("option-without-feedback", 20, "options", "no “feedback”: say why it is wrong"),
    ("option-twins", 13, "id", "has “The first” twice: make them different"),
    ("no-right-option", 13, "id", "“which” needs exactly one right option"),
    ("two-right-options", 13, "id", "“which” needs exactly one right option"),
    ("grid-not-rectangular", 16, "[[1, 2], [3]]", "rows of numbers that are all equally long"),
    ("cell-outside", 13, "id", "(2, 2) is not in its 2x2 grid"),
    ("design-example-too-large", 13, "id", "7,850 parameters, 7,750 too many"),
    ("order-of-one", 16, '["one"]', "at least two texts, in the right order"),
    ("same-id-again", 3, '"sliding"', "“sliding” is that of 49-id-of-another-lesson.md too"),
]

GOOD = (own_folder() / "en" / "10-stride.md").read_text("utf-8")


@pytest.fixture(scope="module")
def found() -> list[Problem]:
    """Everything that is wrong in the folder of broken lessons."""
    checked = check([BROKEN])
    long = [problem for lesson in checked.lessons for problem in too_long(lesson)]
    return [*checked.problems, *long]


@pytest.mark.parametrize(("name", "line", "at", "message"), EXPECTED, ids=[e[0] for e in EXPECTED])
def test_a_broken_lesson_has_one_problem_with_place_and_remedy(
    found: list[Problem], name: str, line: int, at: str, message: str
) -> None:
    path = next(BROKEN.glob(f"??-{name}.md"))
    (problem,) = (problem for problem in found if problem.path == path)
    assert problem.line == line
    assert path.read_text("utf-8").split("\n")[line - 1][problem.column - 1 :].startswith(at)
    assert message in problem.message
    assert str(problem) == f"{path}:{line}:{problem.column}: {problem.message}"
    assert "\n" not in problem.message


def test_every_broken_lesson_is_expected_and_no_whole_one_is_blamed(found: list[Problem]) -> None:
    names = {path.stem[3:] for path in lesson_files(BROKEN)}
    assert names - {name for name, *_ in EXPECTED} == {"id-of-another-lesson", "the-last-one"}
    assert len(found) == len(EXPECTED)


def test_our_own_lessons_are_whole() -> None:
    checked = check([own_folder() / "en"])
    assert checked.problems == ()
    assert len(checked.lessons) == len(lesson_files(own_folder() / "en"))


def test_front_matter_that_is_no_toml_is_the_only_problem(tmp_path: Path) -> None:
    path = tmp_path / "01-values.md"
    values = (
        'width = "output_size(7, 3)"  # of the map',
        "height = output_size(9, 3)",
        'area = "width * height',
    )
    front = SMALL.split("\n+++\n")[0]
    text = "\n".join((front, "", "[values]", *values, "+++", "", "## Sizes", ""))
    text += "\n{{ width * height / area }} numbers, and {{ wid }}."
    said = [(problem.line, problem.message) for problem in read_lesson(text, path).problems]
    assert [line for line, _ in said] == [10, 16]
    assert said[0][1].startswith("The front matter is not TOML")
    assert said[1][1] == "There is no “wid” here: did you mean “width”?"


def test_each_of_several_needs_is_blamed_where_it_stands(tmp_path: Path) -> None:
    path = small_folder(tmp_path) / "01-small.md"
    needs = 'minutes = 5\nneeds = ["nowhere",\n  "smal", \'after\']'
    text = SMALL.replace("minutes = 5", needs)
    path.write_text(text, "utf-8")
    lines = text.split("\n")
    found = check([tmp_path]).problems
    assert [lines[problem.line - 1][problem.column - 1 :] for problem in found] == [
        '"nowhere",',
        "\"smal\", 'after']",
        "'after']",
    ]
    assert "did you mean “small”?" in found[1].message
    assert "“after” does not come before this lesson" in found[2].message


def test_a_file_that_is_not_utf_8_is_named_with_the_place(tmp_path: Path) -> None:
    path = tmp_path / "01-latin.md"
    path.write_bytes("+++\nid = 'café'\n+++\n".encode("latin-1"))
    assert [str(problem) for problem in check([path]).problems] == [
        f"{path}:2:10: The file is not UTF-8: save it in that encoding."
    ]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "01-large.md"
    path.write_bytes(b"x" * (LARGEST + 1))
    (problem,) = check([path]).problems
    assert problem.message == "The file has over 200,000 bytes: split the lesson."


def test_ends_of_lines_and_a_byte_order_mark_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "10-stride.md"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    problems = check([path], known=["sliding-filter"]).problems
    assert {problem.message.partition(":")[0] for problem in problems} == {
        "The glossary has no term “stride”",
        "The glossary has no term “ImageNet”",
    }


def test_a_term_without_a_definition_is_blamed_on_the_glossary(tmp_path: Path) -> None:
    (tmp_path / "10-stride.md").write_text(GOOD, "utf-8")
    (tmp_path / "glossary.md").write_text("## stride\n\n## ImageNet\n\nMany pictures.\n", "utf-8")
    (problem,) = check([tmp_path], known=["sliding-filter"]).problems
    assert problem.path.name == "glossary.md"
    assert "The term “stride” has no definition" in problem.message


def test_what_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="lesson files are called NN-name"):
        check([tmp_path])
    with pytest.raises(CourseError, match="There is no file or folder"):
        check([tmp_path / "none.md"])


def test_what_looks_like_a_lesson_and_is_not_read_is_named(tmp_path: Path) -> None:
    small_folder(tmp_path)
    (tmp_path / "README.md").write_text("About this folder.", "utf-8")
    (tmp_path / "notes.txt").write_text("Mine.", "utf-8")
    for name in ("pooling.md", "03-pooling.MD", "04-pooling.markdown"):
        (tmp_path / name).write_text(SMALL, "utf-8")
    (tmp_path / "05-folder.md").mkdir()
    (tmp_path / "06-loop.md").symlink_to("06-loop.md")
    os.mkfifo(tmp_path / "07-pipe.md")
    said = {problem.path.name: problem.message for problem in check([tmp_path]).problems}
    unnamed = "This file is not read: lesson files are called NN-name.md. Rename it."
    no_file = "This is no file that can be read: put a file in its place, or remove it."
    assert said == {
        "pooling.md": unnamed,
        "03-pooling.MD": unnamed,
        "04-pooling.markdown": unnamed,
        "05-folder.md": no_file,
        "06-loop.md": no_file,
        "07-pipe.md": no_file,
    }
    with pytest.raises(CourseError, match="is neither a file nor a folder"):
        check([tmp_path / "07-pipe.md"])


def test_without_a_glossary_the_remedy_is_to_write_one(tmp_path: Path) -> None:
    (small_folder(tmp_path) / "glossary.md").unlink()
    (problem, _) = check([tmp_path]).problems
    assert problem.message == (
        "The glossary has no term “padding”: write glossary.md beside the lesson, with "
        "“## padding” and what it means."
    )


def test_without_a_glossary_a_slip_is_told_from_the_words_of_ours(tmp_path: Path) -> None:
    folder = small_folder(tmp_path)
    (folder / "glossary.md").unlink()
    (folder / "02-after.md").unlink()
    (folder / "01-small.md").write_text(SMALL.replace("term:padding", "term:filtre"), "utf-8")
    (problem,) = check([folder]).problems
    assert problem.message == (
        "The glossary has no term “filtre”: did you mean “filter”? Then write glossary.md beside "
        "the lesson, with “## filter” and what it means."
    )


@given(st.text())
def test_any_text_is_read_without_a_traceback(text: str) -> None:
    reading = read_lesson(text, Path("01-any.md"))
    assert reading.problems, "nothing that anybody types by chance is a lesson"


@given(st.data())
def test_a_lesson_with_a_hole_is_read_without_a_traceback(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    stop = data.draw(st.integers(start, min(start + 300, len(GOOD))))
    filled = data.draw(st.text('"[]{}=+#`\n| 0aµ\x00', max_size=6))
    text = GOOD[:start] + filled + GOOD[stop:]
    lines = text.split("\n")
    for problem in read_lesson(text, Path("01-any.md")).problems:
        assert 1 <= problem.line <= len(lines) + 1
        assert problem.column >= 1
        assert problem.message


def test_every_expression_of_a_question_that_has_no_value_is_told_at_once() -> None:
    asked = "{{ 1 / 0 }} and {{ output_siz(3, 2) }}?"
    text = SMALL.replace("How many places are there side by side?", asked)
    said = [problem.message for problem in read_lesson(text, Path("small.md")).problems]
    assert any("zero" in one or "0" in one for one in said)
    assert any("did you mean “output_size”?" in one for one in said)
