"""Learners with one fixed misconception are recognised by their wrong answers.

They work from the words of the prompt with arithmetic of their own, wrong in one way; they never
see the quiz's list of wrong roads.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from cnnviz_tui.questions import NumberQuestion
from cnnviz_tui.quiz.topics import skill
from tests.quiz.counting import Told, chain, layers, places, sees, sliding, volume
from tests.quiz.exercises import drawn


@dataclass(frozen=True)
class Learner:
    """Somebody with one wrong idea.

    Attributes:
        misconception: its name.
        skills: where it matters.
        answers: what they type to a prompt.
    """

    misconception: str
    skills: tuple[str, ...]
    answers: Callable[[str], str]


def widths(count: Callable[[int, int, int, int, int], int]) -> Callable[[str], str]:
    """Answers out of the size, window, stride, padding and dilation that a prompt tells."""

    def answer(prompt: str) -> str:
        told = sliding(prompt)
        return str(
            count(told.size[0], told.window[0], told.stride[0], told.padding[0], told.dilation[0])
        )

    return answer


def counts(count: Callable[[Told, tuple[int, ...]], int]) -> Callable[[str], str]:
    """Answers out of the one layer and the input that a prompt tells."""
    return lambda prompt: str(count(next(layers(prompt)), volume(prompt)))


def without_strides(prompt: str) -> str:
    return str(sees([(int(window), 1, 1) for window in re.findall(r"(\d+)x\d+", prompt)]))


def maps_as_inputs(prompt: str) -> str:
    units = re.search(r"of (\d+) units", prompt)
    assert units
    return str((chain(prompt)[-1][2] + 1) * int(units[1]))


SIZES = ("output-size-stride", "output-size-padding", "output-size-dilation", "output-size-pooling")

LEARNERS = (
    Learner("forgot-padding", SIZES[1:], widths(lambda n, f, s, p, d: places(n, f, s, 0, d)[0])),
    Learner("forgot-stride", SIZES, widths(lambda n, f, s, p, d: places(n, f, 1, p, d)[0])),
    Learner("forgot-dilation", SIZES[2:3], widths(lambda n, f, s, p, d: places(n, f, s, p)[0])),
    Learner("forgot-plus-one", SIZES, widths(lambda n, f, s, p, d: places(n, f, s, p, d)[0] - 1)),
    Learner(
        "ceil-for-floor",
        ("output-size-stride",),
        widths(lambda n, f, s, p, d: -(-(n - f + 2 * p) // s) + 1),
    ),
    Learner(
        "forgot-minus-one",
        ("output-size-transposed",),
        widths(lambda n, f, s, p, d: n * s - 2 * p + f),
    ),
    Learner("forgot-bias", ("conv-parameters",), counts(lambda a, v: a.weights(v[2]))),
    Learner(
        "took-k-for-c",
        ("conv-parameters",),
        counts(lambda a, v: a.weights(a.filters) + a.filters),
    ),
    Learner("forgot-depth", ("conv-parameters-no-bias",), counts(lambda a, v: a.weights(1))),
    Learner(
        "macs-for-parameters", ("conv-parameters-no-bias",), counts(lambda a, v: a.products(v))
    ),
    Learner("forgot-positions", ("conv-macs",), counts(lambda a, v: a.weights(v[2]))),
    Learner(
        "kept-channels",
        ("output-volume", "volume-after-layers"),
        lambda prompt: "x".join(map(str, (*chain(prompt)[-1][:2], volume(prompt)[2]))),
    ),
    Learner("forgot-jump", ("receptive-field-strides",), without_strides),
    Learner("forgot-flatten", ("dense-parameters",), maps_as_inputs),
)


@pytest.mark.parametrize("learner", LEARNERS, ids=[each.misconception for each in LEARNERS])
def test_a_fixed_misconception_is_diagnosed(learner: Learner) -> None:
    wrong = diagnosed = 0
    for name in learner.skills:
        for exercise in drawn(skill(name), 20):
            assert isinstance(exercise.question, NumberQuestion)
            if learner.misconception == "forgot-minus-one" and exercise.level == 3:
                continue  # This learner knows neither dilation nor output padding.
            verdict = exercise.question.mark(learner.answers(exercise.question.prompt))
            if not verdict.right:
                wrong += 1
                diagnosed += learner.misconception in verdict.roads
    assert wrong >= 20
    assert diagnosed >= 0.95 * wrong, f"{diagnosed} of {wrong}"
