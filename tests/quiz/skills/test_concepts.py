"""Concept questions come from the lessons that there are, in an order of their own each time."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from cnnviz_tui.course.library import Course, lesson_folders
from cnnviz_tui.course.reading import read_lesson
from cnnviz_tui.questions import ChoiceQuestion, OrderQuestion, SeveralQuestion
from cnnviz_tui.quiz.mastery import mastery
from cnnviz_tui.quiz.rounds import skill_names
from cnnviz_tui.quiz.skill import QuizError
from cnnviz_tui.quiz.topics import topic
from tests.quiz.taking import MONDAY, right_answer

LESSON = """+++
format_version = 1
id = "mine"
title = "Mine"
goal = "say what a kernel is"
minutes = 5
chapter = "My own chapter"
+++

## A step

Text.

{quiz}
"""
CHOICE = """```quiz
id = "what"
kind = "choice"
question = "What is a kernel?"
explanation = "A kernel is a [filter](term:filter)."
[[options]]
text = "A filter"
right = true
[[options]]
text = "A picture"
feedback = "A picture is what it slides over."
```

```viz
show = "conv"
```
"""


@pytest.fixture
def own_lessons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lecturer's folder, empty as yet."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    monkeypatch.setenv("CNNVIZ_LESSONS", str(folder))
    return folder


def put(folder: Path, *blocks: str) -> None:
    """Write the one lesson of a folder."""
    text = LESSON.format(quiz="\n".join(blocks))
    (folder / "01-mine.md").write_text(text, encoding="utf-8")


def own_prompts() -> set[str]:
    """What is asked of the one chapter there is."""
    (skill,) = topic("concepts").skills
    return {skill.exercise(seed, 1).question.prompt for seed in range(20)}


def choice(name: str, question: str, *keys: str) -> str:
    """A quiz block with two options."""
    block = CHOICE.partition("```viz")[0].replace('id = "what"', f'id = "{name}"')
    return block.replace("What is a kernel?", question).replace(
        "explanation", "\n".join([*keys, "explanation"]), 1
    )


def test_every_chapter_is_a_skill_and_every_question_is_one_of_its_lessons() -> None:
    course = Course(lesson_folders())
    chapters = {heading.chapter for heading in course.headings}
    assert {skill.title for skill in topic("concepts").skills} == {
        f"Concepts: {c}" for c in chapters
    }
    for skill in topic("concepts").skills:
        prompts = {
            question.prompt
            for heading in course.headings
            if skill.title == f"Concepts: {heading.chapter}"
            for question in course.lesson(heading.id).questions
        }
        for level in (1, 2, 3):
            for seed in range(9):
                asked = skill.exercise(seed, level).question.prompt.rpartition("\n\n")[2]
                assert any(prompt.startswith(asked) for prompt in prompts), asked


def test_harder_levels_ask_harder_kinds() -> None:
    for skill in topic("concepts").skills:
        counts = [
            Counter(type(skill.exercise(seed, level).question) for seed in range(60))
            for level in (1, 2, 3)
        ]
        choices = [count[ChoiceQuestion] for count in counts]
        several = [count[SeveralQuestion] for count in counts]
        assert choices[0] > choices[1] > choices[2] or choices[1:] == [0, 0]
        assert several[0] == 0 <= several[1] < several[2]


def test_every_level_of_every_chapter_has_questions_enough_to_choose_from() -> None:
    for skill in topic("concepts").skills:
        asked = [
            {skill.exercise(seed, level).question.prompt for seed in range(80)}
            for level in (1, 2, 3)
        ]
        assert min(map(len, asked)) >= 5, skill.name
        assert len(asked[0] & asked[2]) <= 1, "the easy and the hard ones are different questions"


def test_no_question_names_a_key_or_a_demonstration() -> None:
    told = re.compile(r"\b(?:press|tab|escape|demonstration|hatched|explorer)\b|\bF5\b", re.I)
    for skill in topic("concepts").skills:
        for level in (1, 2, 3):
            for seed in range(60):
                question = skill.exercise(seed, level).question
                for text in (question.prompt, *question.lines, *question.hints):
                    assert not told.search(text), text


@pytest.mark.parametrize(
    ("skill", "begins", "needs"),
    [
        ("concepts-pooling", "Max pooling 2x2", "5  6 | 7  8"),
        ("concepts-pooling", "Fuse them", "coarse   5  3"),
        ("concepts-convolution", "Write the second window", "in the columns 1 to 3:"),
        ("concepts-practice", "What do the numbers say?", "(8x256 and 400x10)"),
        ("concepts-practice", "28x28 comes in. Which single", "nn.Linear(400, 10)"),
        ("concepts-architectures", "How is this picture counted?", "| chihuahua | 2 |"),
    ],
)
def test_a_question_brings_the_grid_the_code_or_the_table_that_it_is_about(
    skill: str, begins: str, needs: str
) -> None:
    (one,) = (each for each in topic("concepts").skills if each.name == skill)
    prompts = {
        one.exercise(seed, level).question.prompt for level in (1, 2, 3) for seed in range(300)
    }
    found = [text for text in prompts if text.rpartition("\n\n")[2].startswith(begins)]
    assert len(found) == 1
    assert needs in found[0]


# -- what of a lecturer's own lesson is asked -------------------------------------------------


def test_an_author_keeps_a_question_in_its_lesson(own_lessons: Path) -> None:
    only = choice("only-here", "What does it say now?", "in_quiz = false")
    put(own_lessons, only, choice("anywhere", "What is a kernel?", "in_quiz = true"))
    assert own_prompts() == {"From “Mine”:\n\nText.\n\nWhat is a kernel?"}


def test_a_chapter_whose_questions_stay_in_their_lessons_is_no_skill(own_lessons: Path) -> None:
    put(own_lessons, choice("only-here", "What does it say now?", "in_quiz = false"))
    assert topic("concepts").skills == ()


def test_whether_it_is_for_the_quiz_is_true_or_false(own_lessons: Path) -> None:
    put(own_lessons, choice("what", "What is a kernel?", 'in_quiz = "never"'))
    path = own_lessons / "01-mine.md"
    (problem,) = read_lesson(path.read_text(encoding="utf-8"), path).problems
    assert "“in_quiz” must be true or false" in str(problem)


def test_a_question_that_sends_to_a_key_stays_in_its_lesson(own_lessons: Path) -> None:
    put(own_lessons, choice("press", "Press → twice: what moves?"), choice("what", "And here?"))
    assert own_prompts() == {"From “Mine”:\n\nText.\n\nAnd here?"}


def test_remarks_and_hints_that_name_keys_are_left_out(own_lessons: Path) -> None:
    hints = 'hints = ["Press k.", "It slides."]'
    put(own_lessons, choice("what", "What is it (of 3x3)? (To see it press tab.)", hints))
    (skill,) = topic("concepts").skills
    question = skill.exercise(1, 1).question
    assert question.prompt.endswith("\n\nWhat is it (of 3x3)?")
    assert question.hints == ("It slides.",)


VIZ = '```viz\nshow = "conv"\n```\n'


@pytest.mark.parametrize(
    ("above", "shown"),
    [
        ("One.\n\nPress → to go on.\n\nTwo.\n", ["One.", "Two."]),
        (f"One.\n\n{VIZ}\nPress tab and look.\n", ["One."]),
        (f"One.\n\n{VIZ}\nOf another thing.\n", ["Of another thing."]),
        (f"One.\n\n{VIZ}\nIt is red.\n\n{VIZ}\nPress tab.\n", ["One."]),
        ("A [stride](term:stride).\n\n```text\n1 2\n\n[a](b)\n```\n",
         ["A stride.", "```text\n1 2\n\n[a](b)\n```"]),
    ],
)  # fmt: skip
def test_the_text_above_a_question_comes_with_it_without_what_is_about_keys(
    own_lessons: Path, above: str, shown: list[str]
) -> None:
    put(own_lessons, "\n## Another\n", above, choice("what", "So?"))
    assert own_prompts() == {"\n\n".join(["From “Mine”:", *shown, "So?"])}


def test_of_a_long_text_the_end_comes_with_the_question(own_lessons: Path) -> None:
    text = "\n\n".join(f"Paragraph {i}." for i in range(30))
    put(own_lessons, text, choice("what", "So?"))
    (prompt,) = own_prompts()
    assert prompt.count("\n") < 24
    assert prompt.endswith("Paragraph 28.\n\nParagraph 29.\n\nSo?")


# -- how they are asked -----------------------------------------------------------------------


def test_the_right_option_stands_in_every_place() -> None:
    skill = topic("concepts").skills[0]
    places: Counter[str] = Counter()
    for seed in range(90):
        question = skill.exercise(seed, 1).question
        assert isinstance(question, ChoiceQuestion)
        if len(question.options) == 3:
            places[question.answer_text[0]] += 1
    assert set(places) == {"a", "b", "c"}
    assert min(places.values()) > sum(places.values()) / 6


def test_what_is_shown_is_never_in_order_already_and_still_marked_rightly() -> None:
    for skill in topic("concepts").skills:
        for seed in range(30):
            question = skill.exercise(seed, 2).question
            assert question.mark(right_answer(question)).right
            if isinstance(question, OrderQuestion):
                assert list(question.shown) != sorted(question.shown)


def test_a_lecturers_own_questions_are_asked_with_what_their_step_shows(own_lessons: Path) -> None:
    (own_lessons / "01-mine.md").write_text(LESSON.format(quiz=CHOICE), encoding="utf-8")
    (skill,) = topic("concepts").skills
    assert skill.name == "concepts-my-own-chapter"
    for level in (1, 2, 3):
        exercise = skill.exercise(4, level)
        assert exercise.question.prompt == "From “Mine”:\n\nText.\n\nWhat is a kernel?"
        assert exercise.solution == ("A kernel is a filter.",)
        assert exercise.demonstration is not None
        assert exercise.demonstration.name == "conv"


def test_a_chapter_without_concept_questions_is_no_skill(own_lessons: Path) -> None:
    (own_lessons / "01-mine.md").write_text(LESSON.format(quiz=""), encoding="utf-8")
    assert topic("concepts").skills == ()


def test_a_question_that_cannot_be_read_is_not_asked(own_lessons: Path) -> None:
    broken = CHOICE.replace("right = true", "right = perhaps")
    (own_lessons / "01-mine.md").write_text(LESSON.format(quiz=broken), encoding="utf-8")
    (skill,) = topic("concepts").skills
    with pytest.raises(QuizError, match="The lessons mine have no concept question"):
        skill.exercise(1, 1)


def test_without_lessons_there_is_no_concept_to_practise(own_lessons: Path) -> None:
    assert topic("concepts").skills == ()
    assert not any(name.startswith("concepts-") for name in skill_names())
    assert mastery(None, MONDAY).topics["concepts"] == ()
    own_lessons.rmdir()
    assert topic("concepts").skills == ()


def test_listing_the_skills_reads_no_lesson_to_its_end() -> None:
    code = (
        "import cnnviz_tui.quiz.skills.concepts as concepts;"
        "concepts.read_lesson = None;"
        "print(len(concepts.SKILLS) > 1)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "True\n"
