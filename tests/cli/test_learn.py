"""`cnnviz learn` from the shell: lessons as plain text, answered through a pipe."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cnnviz_tui.cli import main
from cnnviz_tui.cli.plain_demonstration import demonstration_lines
from cnnviz_tui.course.lesson import Prose
from cnnviz_tui.course.library import Course, lesson_folders
from cnnviz_tui.progress import Answer, open_progress
from cnnviz_tui.render.prose import plain_prose
from tests.course.learner import right_answer
from tests.course.small import SMALL, small_folder

COURSE = Course(lesson_folders())
NAMES = [heading.id for heading in COURSE.headings]
WIDTH = 78


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with a small lesson and one after it."""
    return small_folder(tmp_path / "lessons")


def learn(*arguments: str | Path, typed: str = "") -> Result:
    """Run `cnnviz learn` with arguments and lines on stdin."""
    return CliRunner().invoke(main, ["learn", *map(str, arguments)], input=typed)


def kept(lesson: str) -> list[Answer]:
    """The answers that are on the record."""
    with open_progress() as progress:
        return progress.answers(source="lesson", lesson=lesson)


def finished(lesson: str) -> bool:
    """Whether the record says that the lesson was taken to its end."""
    with open_progress() as progress:
        place = progress.place(lesson)
    return place is not None and place.finished is not None


# -- every lesson ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_can_be_taken_through_a_pipe(name: str) -> None:
    lesson = COURSE.lesson(name)
    answers = [right_answer(question) for question in lesson.questions]
    result = learn(name, "--plain", typed="".join(f"{answer}\n" for answer in answers))
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    asked = [question.id for question in lesson.questions]
    assert [(answer.question, answer.outcome) for answer in kept(name)] == [
        (one, "right") for one in asked
    ]
    assert finished(name)
    count = len(asked)
    assert f"{count} of {count} questions answered rightly" in result.stdout
    assert result.stdout.count("✓ Right") == count
    assert "✗ Not right" not in result.stdout


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_prints_everything_when_nobody_answers(name: str) -> None:
    lesson = COURSE.lesson(name)
    result = learn(name, "--plain")
    assert result.exit_code == 0, result.output
    said = result.stdout
    for number, step in enumerate(lesson.steps, 1):
        assert f"Step {number} of {len(lesson.steps)}: {step.title}" in said
        for part in step.parts:
            if isinstance(part, Prose):
                lines = [line.rstrip() for line in plain_prose(part.markdown, WIDTH)]
                assert "\n".join(lines) in said
                assert max(map(len, lines)) <= WIDTH
    assert said.count("(no answer) The answer:") == len(lesson.questions)
    assert "{{" not in said
    assert kept(name) == []
    assert not finished(name)


@pytest.mark.parametrize("name", NAMES)
def test_the_demonstrations_of_a_lesson_fit_the_lines(name: str) -> None:
    for show in COURSE.lesson(name).shows():
        if show.demonstration.is_mechanism:
            lines = demonstration_lines(show.demonstration, show.printed, WIDTH)
            # A command on one line can be copied.
            long = [line for line in lines if len(line) > WIDTH and "cnnviz play" not in line]
            assert long == []


# -- one small lesson -----------------------------------------------------------------------------


def test_wrong_answers_hints_and_skips_in_a_dialogue(small: Path) -> None:
    typed = "7\nh\nh\nh\nmany\n\n5\nb\nn\n"
    result = learn("small", "--plain", "--lessons", small, typed=typed)
    said = result.stdout
    order = [
        "Lesson 1: A small lesson",
        "You will be able to count the places of a filter.",
        "Step 1 of 3: Guess first",
        "How many places are there side by side?",
        "your answer (h hint, n skips, q quits): 7",
        "✗ Not right: 7",
        "That is the width of the picture.",
        "Where does the first window begin?",
        "And the last?",
        "There is no further hint.",
        "? “many” cannot be read",
        "✓ Right: 5",
        "(7 − 3)/1 + 1 = 5.",
        "step 1 of 25",
        "All 25 steps: cnnviz play conv",
        "What makes the output smaller?",
        "your answer (n skips, q quits): b",
        "They make it deeper.",
        "(skipped) The answer: a) a longer stride",
        "Step 2 of 3: Only text",
        "You can now count the places of a filter.",
        "1 of 2 questions answered rightly",
        "Next: cnnviz learn after (Afterwards)",
    ]
    places = [said.find(words) for words in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)
    assert [(a.question, a.outcome) for a in kept("small")] == [
        ("places", "wrong"),
        ("places", "right"),
        ("faster", "wrong"),
        ("faster", "skipped"),
    ]
    assert finished("small")


def test_the_demonstration_comes_after_the_prediction(small: Path) -> None:
    said = learn("small", "--plain", "--lessons", small, typed="q\n").stdout
    assert "How many places are there side by side?" in said
    assert "step 1 of 25" not in said


@pytest.mark.parametrize("word", ["q", "quit", "EXIT"])
def test_one_can_leave_and_go_on_later(small: Path, word: str) -> None:
    result = learn("small", "--plain", "--lessons", small, typed=f"5\n{word}\n")
    assert result.exit_code == 0
    assert result.stdout.endswith("the lesson remembers your place.\n")
    assert [answer.outcome for answer in kept("small")] == ["right"]
    assert not finished("small")


def test_when_the_answers_end_the_lesson_stops_and_gives_nothing_away(small: Path) -> None:
    result = learn("small", "--plain", "--lessons", small, typed="5\n")
    assert result.exit_code == 0
    assert result.stdout.endswith("The input has ended. Your place is kept: go on with --step 1.\n")
    assert "The answer:" not in result.stdout
    assert "Step 2 of 3" not in result.stdout
    assert [answer.outcome for answer in kept("small")] == ["right"]
    assert not finished("small")


def test_an_empty_line_is_told_once_what_to_type(small: Path) -> None:
    said = learn("small", "--plain", "--lessons", small, typed="\n\n\nn\n").stdout
    assert said.count("Type an answer, or n to skip the question.") == 1


def test_it_says_whose_keys_the_text_names(small: Path) -> None:
    said = learn("small", "--plain", "--lessons", small).stdout
    assert said.split("\n")[2] == (
        "Keys that the text names are those of the screen: cnnviz learn small."
    )


# -- lessons with mistakes ------------------------------------------------------------------------


@pytest.mark.parametrize("printed", ["[0]", "[26, 1]", "[-5]", '"all"'])
def test_a_wrong_list_of_steps_is_a_warning_and_the_lesson_goes_on(
    small: Path, printed: str
) -> None:
    path = small / "01-small.md"
    path.write_text(SMALL.replace("print = [1, 25]", f"print = {printed}"), "utf-8")
    result = learn("small", "--plain", "--lessons", small, typed="5\na\n")
    assert result.exit_code == 0
    assert result.stderr.startswith(f"Warning: {path}:33:9: ")
    assert result.stderr.count("\n") == 1
    assert "step 1 of 25" in result.stdout
    assert finished("small")


def test_at_most_five_mistakes_are_named(small: Path) -> None:
    path = small / "01-small.md"
    wrong = "\n".join(["{{ output_sise(7) }}"] * 7)
    path.write_text(SMALL.replace("Halved.", wrong), "utf-8")
    lines = learn("small", "--plain", "--lessons", small).stderr.splitlines()
    assert len(lines) == 6
    assert all(line.startswith(f"Warning: {path}:") for line in lines[:5])
    assert lines[5] == f"Warning: 2 more: cnnviz lessons check {path}"


def test_mistakes_are_named_before_a_screen_opens(small: Path) -> None:
    path = small / "01-small.md"
    path.write_text(SMALL.replace("Halved.", "{{ output_sise(7) }}"), "utf-8")
    said = learn("small", "--lessons", small).stderr
    assert said.startswith(f"Warning: {path}:66:4: ")
    assert "output_sise" in said


def test_one_can_begin_with_a_step(small: Path) -> None:
    said = learn("small", "--plain", "--step", "2", "--lessons", small).stdout
    assert "Step 1 of 3" not in said
    assert "Step 2 of 3: Only text" in said
    beyond = learn("small", "--plain", "--step", "4", "--lessons", small)
    assert beyond.exit_code == 2
    assert "--step 4 is beyond the last step, 3." in beyond.stderr


def test_notes_are_printed_for_the_lecturer_alone(small: Path) -> None:
    notes = learn("small", "--plain", "--notes", "--lessons", small).stdout
    assert "Step 1 of 3: Guess first\nLet the room guess aloud.\n" in notes
    assert "Step 2 of 3: Only text\n(no notes)\n" in notes
    assert "guess aloud" not in learn("small", "--plain", "--lessons", small).stdout


# -- misuse ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["strides", "--plain"], "There is no lesson “strides”: did you mean “stride”?"),
        (["99", "--plain"], "There is no lesson “99”"),
        (["--plain"], "Name a lesson: cnnviz lessons list shows them."),
        (["--present"], "Name a lesson"),
        (["stride"], "needs a terminal; cnnviz learn stride --plain does not."),
        (["stride", "--plain", "--present"], "Choose one of --present and --plain."),
        (["stride", "--present", "--notes"], "Choose one of --present and --notes."),
        (["stride", "--plain", "--language", "de"], "no lessons in the language “de”"),
        (["stride", "--plain", "--language", "de"], "take --language en."),
        ([], "needs a terminal"),
        (["stride", "--present"], "needs a terminal"),
        (["stride", "--plain", "--lessons", "nowhere"], "There is no folder of lessons 'nowhere'"),
    ],
)
def test_misuse_is_met_with_a_sentence(arguments: list[str], sentence: str) -> None:
    result = learn(*arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("name", ["SMALL", " small ", "Small"])
def test_capitals_and_blanks_around_an_id_do_not_matter(small: Path, name: str) -> None:
    result = learn(name, "--plain", "--lessons", small, typed="5\na\n")
    assert result.exit_code == 0
    assert finished("small")


def test_a_folder_that_the_environment_names_wrongly_is_blamed_on_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CNNVIZ_LESSONS", "/nowhere")
    result = learn("stride", "--plain")
    assert result.exit_code == 2
    assert "There is no folder of lessons '/nowhere': check CNNVIZ_LESSONS." in result.stderr


def test_as_a_process_of_its_own_through_a_pipe(small: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cnnviz_tui", "learn", "small", "--plain", "--lessons", str(small)],
        input="5\na\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert done.returncode == 0
    assert done.stderr == ""
    assert "2 of 2 questions answered rightly" in done.stdout
    assert finished("small")
