"""What generators share: roads that lead to the answer are dropped, paragraphs stay whole."""

from __future__ import annotations

from random import Random

from cnnviz_tui.questions import ChoiceQuestion, Option
from cnnviz_tui.quiz.skills.asking import choice_exercise, number_exercise, numbered, road
from tests.quiz.exercises import number_asked


def test_a_road_to_the_answer_is_dropped_and_several_to_one_number_stay() -> None:
    roads = [
        road("forgot-bias", 7, "a"),
        road("forgot-depth", 6, "b"),
        road("forgot-stride", 6, "c"),
    ]
    exercise = number_exercise("How many?", 7, roads=roads, solution=("3 + 4 = 7",))
    assert [each.name for each in number_asked(exercise).roads] == ["forgot-depth", "forgot-stride"]
    assert exercise.question.mark("6").roads == ("forgot-depth", "forgot-stride")
    assert exercise.question.mark("7").feedback == "3 + 4 = 7"


def test_a_wrong_volume_that_reads_as_the_right_one_channels_first_is_dropped() -> None:
    roads = [road("kept-size", (6, 28, 14), "a"), road("kept-channels", (28, 14, 3), "b")]
    exercise = number_exercise("How large?", (28, 14, 6), roads=roads, solution=("28x14x6",))
    assert [each.name for each in number_asked(exercise).roads] == ["kept-channels"]
    assert exercise.question.mark("6x28x14").right


def test_a_paragraph_of_a_solution_stays_one_line_however_long() -> None:
    line = "one and another " * 12
    exercise = number_exercise("How many?", 1, roads=[], solution=(line, "so 1"))
    assert exercise.solution == (line, "so 1")


def test_options_keep_their_order_or_are_shuffled_by_chance() -> None:
    options = [Option("first", True), *(Option(f"wrong {i}", feedback="no") for i in range(6))]
    kept = choice_exercise(None, "Which?", options, solution=("the first",)).question
    assert isinstance(kept, ChoiceQuestion)
    assert kept.options == tuple(options)
    orders = {
        choice_exercise(Random(seed), "Which?", options, solution=("the first",)).question.lines
        for seed in range(10)
    }
    assert len(orders) == 10


def test_one_is_not_many() -> None:
    assert [numbered(count, "filter") for count in (1, 2, 1200)] == [
        "1 filter",
        "2 filters",
        "1,200 filters",
    ]
