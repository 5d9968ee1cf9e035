"""Topics and skills are found by name, and no more is imported than needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cnnviz_tui.quiz.skill import QuizError
from cnnviz_tui.quiz.topics import TOPICS, skill, skills, topic, topic_of


def test_every_topic_is_found_and_has_skills() -> None:
    assert len({one.name for one in TOPICS}) == len(TOPICS)
    for one in TOPICS:
        assert topic(one.name) is one
        assert one.skills


def test_every_skill_is_found_in_its_topic() -> None:
    for one in skills():
        assert skill(one.name) is one
        assert one in topic_of(one.name).skills


def test_a_slip_gets_the_nearest_name() -> None:
    with pytest.raises(QuizError, match="no skill “output-sise-stride”: did you mean output-size"):
        skill("output-sise-stride")
    with pytest.raises(QuizError, match="no topic “size”: did you mean sizes"):
        topic("size")
    with pytest.raises(QuizError, match="did you mean does-it-fit"):
        topic_of("does-it-fits")


def test_a_name_like_no_other_gets_the_list() -> None:
    with pytest.raises(QuizError, match="take one of activations, "):
        topic("???")
    with pytest.raises(QuizError) as told:
        skill("?" * 500)
    assert len(str(told.value).partition(":")[0]) < 80


def test_the_first_topic_comes_without_the_others_and_without_numpy_of_its_own() -> None:
    # The walkthroughs' room brings numpy along; a skill must not add to what that loads.
    code = (
        "import sys; import cnnviz_tui.quiz.skill; before = set(sys.modules);"
        "from cnnviz_tui.quiz.topics import skill; skill('output-size').exercise(1);"
        "print(sorted(n for n in set(sys.modules) - before if n.count('.') < 3))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = run.stdout
    assert "cnnviz_tui.quiz.topics" in loaded
    assert "numpy" not in loaded
    assert "cnnviz_tui.quiz.skills.missing_numbers" not in loaded
