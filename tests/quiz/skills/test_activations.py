"""Activation functions, chains and losses, computed again by hand formulas and small changes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction

import pytest

from cnnviz_tui.questions import number_text
from cnnviz_tui.quiz.skill import Exercise
from tests.quiz.exercises import answer_of, number_asked, roads_by_name
from tests.quiz.skills.arithmetic import equations
from tests.quiz.skills.reading import (
    MANY_SEEDS,
    all_drawn,
    block,
    number,
    right_option,
    wrong_options,
)


def leaky(slope: float) -> Callable[[float], float]:
    """A leaky ReLU."""
    return lambda a: a if a > 0 else slope * a


FUNCTIONS: dict[str, Callable[[float], float]] = {
    "sigmoid": lambda a: 1 / (1 + math.exp(-a)),
    "tanh": lambda a: (math.exp(a) - math.exp(-a)) / (math.exp(a) + math.exp(-a)),
    "ReLU": lambda a: max(0.0, a),
    "softplus": lambda a: math.log(1 + math.exp(a)),
    "leaky ReLU": leaky(0.01),
    "ELU": lambda a: a if a > 0 else math.exp(a) - 1,
    "GELU": lambda a: a * 0.5 * (1 + math.erf(a / math.sqrt(2))),
}


def slope(function: Callable[[float], float], a: float) -> float:
    """A derivative by a small step to both sides."""
    return (function(a + 1e-5) - function(a - 1e-5)) / 2e-5


def function_asked(prompt: str) -> Callable[[float], float]:
    """The function that a prompt names, with its α."""
    named = re.search(r"function is ([A-Za-z ]+),", prompt)
    assert named
    if alpha := re.search(r"α = (\d\.\d+)", prompt):
        return leaky(float(alpha[1]))
    return FUNCTIONS[named[1]]


def real_answer(exercise: Exercise) -> float:
    answer = answer_of(exercise)
    assert isinstance(answer, Fraction)
    return float(answer)


def argument(prompt: str) -> float:
    found = re.search(r"What is .*\(([−\d.]+)\)\?", prompt)
    assert found
    return float(number(found[1]))


def test_values_are_those_of_the_formulas() -> None:
    for exercise in all_drawn("activations", "activation-value", MANY_SEEDS):
        prompt = exercise.question.prompt
        expected = function_asked(prompt)(argument(prompt))
        assert real_answer(exercise) == pytest.approx(expected, abs=1e-12)


def test_slopes_are_those_of_small_steps() -> None:
    for exercise in all_drawn("activations", "activation-slope", MANY_SEEDS):
        prompt = exercise.question.prompt
        expected = slope(function_asked(prompt), argument(prompt))
        assert real_answer(exercise) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("name", ["activation-value", "activation-slope", "softmax"])
def test_as_many_decimals_as_the_question_asks_for_are_enough(name: str) -> None:
    words = {"Two": 2, "Three": 3, "Four": 4, "Five": 5, "Six": 6, "Seven": 7}
    met = 0
    for exercise in all_drawn("activations", name, MANY_SEEDS):
        if asked := re.search(r"(\w+) decimals will do", exercise.question.prompt):
            met += 1
            typed = f"{real_answer(exercise):.{words[asked[1]]}f}"
            assert exercise.question.mark(typed).right, (exercise.question.prompt, typed)
    assert met > 20


@pytest.mark.parametrize("name", ["activation-value", "activation-slope", "softmax", "chain-rule"])
def test_all_digits_of_a_calculator_are_right_as_well(name: str) -> None:
    for exercise in all_drawn("activations", name, MANY_SEEDS):
        for digits in (8, 12):
            typed = f"{real_answer(exercise):.{digits}f}"
            assert exercise.question.mark(typed).right, (exercise.question.prompt, typed)


def test_the_value_is_recognised_where_the_slope_is_asked() -> None:
    met = 0
    for exercise in all_drawn("activations", "activation-slope", MANY_SEEDS):
        prompt = exercise.question.prompt
        value = function_asked(prompt)(argument(prompt))
        if "value-for-slope" in roads_by_name(exercise):
            met += 1
            verdict = exercise.question.mark(f"{value:.6f}")
            assert "value-for-slope" in verdict.roads
    assert met > 300


def test_a_table_fits_one_function_alone() -> None:
    for exercise in all_drawn("activations", "which-activation"):
        head, row = (line.split() for line in block(exercise.question.prompt))
        places = [float(number(text)) for text in head[1:]]
        printed = [float(number(text)) for text in row[1:]]

        def table(
            name: str,
            at: tuple[float, ...] = tuple(places),
            slopes: bool = row[0].startswith("f′"),
        ) -> list[float]:
            function = FUNCTIONS[name]
            return [slope(function, a) if slopes else function(a) for a in at]

        assert table(right_option(exercise)) == pytest.approx(printed, abs=6e-4)
        for name in wrong_options(exercise):
            assert table(name) != pytest.approx(printed, abs=6e-4)


def test_no_place_is_steeper_than_the_largest_slope() -> None:
    for exercise in all_drawn("activations", "largest-slope", MANY_SEEDS):
        told = re.search(
            r"f\(a\) = (?:(\d+)·)?(σ|tanh|ReLU)\((?:([\d./]+)·)?a(?: ([+−]) (\d+))?\)",
            exercise.question.prompt,
        )
        assert told, exercise.question.prompt
        outer, inner = float(told[1] or 1), float(told[3] or 1)
        shift = float(told[5] or 0) * (-1 if told[4] == "−" else 1)
        function = FUNCTIONS["sigmoid" if told[2] == "σ" else told[2]]

        def whole(
            a: float,
            outer: float = outer,
            inner: float = inner,
            shift: float = shift,
            function: Callable[[float], float] = function,
        ) -> float:
            return outer * function(inner * a + shift)

        steepest = max(slope(whole, (n / 100 - shift) / inner) for n in range(-300, 301))
        assert real_answer(exercise) == pytest.approx(steepest, rel=1e-4)


def test_the_gradient_of_a_chain_is_that_of_small_steps() -> None:
    for exercise in all_drawn("activations", "vanishing-gradient", MANY_SEEDS):
        prompt = exercise.question.prompt
        told = re.search(r"through (\d+) layers of (sigmoid|tanh|ReLU|leaky ReLU)", prompt)
        weighted = re.search(r"weight of ([\d.]+)", prompt)
        bend = re.search(r"slope ([\d.]+) below 0", prompt)
        assert told
        layers, weight = int(told[1]), float(weighted[1]) if weighted else 1.0
        function = leaky(float(bend[1])) if bend else FUNCTIONS[told[2]]
        given = re.search(r"gets a = ([−\d.]+)\.", prompt)
        product = 1.0
        a = float(number(given[1])) if given else 0.0
        for layer in range(layers):
            # At most: every layer where it is steepest, at 0.
            product *= slope(function, a if given else 0.0) * (weight if layer else 1.0)
            a = weight * function(a)
        if arriving := re.search(r"its gradient is (\d+)\.", prompt):
            assert "all weights are 1" in prompt
            product *= int(arriving[1])
        else:
            assert weighted
        assert real_answer(exercise) == pytest.approx(product, rel=1e-5)


def test_gradients_are_those_of_small_steps() -> None:
    met = set()
    for exercise in all_drawn("activations", "chain-rule", MANY_SEEDS):
        prompt = exercise.question.prompt
        values = {
            name: float(number(n)) for name, n in re.findall(r"([wxbtvc]) = ([−\d]+)", prompt)
        }
        asked = re.search(r"dL/d([wbx])\?", prompt)
        assert asked

        def loss(
            change: float,
            values: dict[str, float] = values,
            name: str = asked[1],
            text: str = prompt,
        ) -> float:
            v = {**values, name: values[name] + change}
            a = v["w"] * v["x"] + v["b"]
            if "sigmoid" in text:
                y = FUNCTIONS["sigmoid"](a)
            elif "h = relu" in text:
                y = v["v"] * max(0.0, a) + v["c"]
            else:
                y = max(0.0, a) if "relu" in text else a
            return (y - v["t"]) ** 2

        if "relu" in prompt and values["w"] * values["x"] + values["b"] == 0:
            continue  # At the kink both sides differ; PyTorch takes the slope 0.
        step = 1e-5
        expected = (loss(step) - loss(-step)) / (2 * step)
        assert real_answer(exercise) == pytest.approx(expected, rel=1e-5, abs=1e-7)
        met |= set(roads_by_name(exercise))
    assert {"forgot-square-slope", "forgot-inner-derivative"} <= met


def given(prompt: str) -> tuple[list[float], list[float]]:
    """The logits of a prompt (logarithms of what is given) and their probabilities."""
    listed = re.search(r"(?:logits|gives) ([−\d., ]+) for the classes", prompt)
    assert listed
    shown = [float(number(text)) for text in listed[1].split(", ")]
    logits = shown if "logits" in prompt else [math.log(p) for p in shown]
    powers = [math.exp(z) for z in logits]
    return logits, [power / sum(powers) for power in powers]


def cross_entropy(logits: list[float], target: int) -> float:
    return math.log(sum(math.exp(z) for z in logits)) - logits[target]


def the_class(prompt: str, pattern: str) -> int:
    found = re.search(pattern, prompt)
    assert found
    return int(found[1])


def test_softmax_divides_by_the_sum_of_all_exponentials() -> None:
    for exercise in all_drawn("activations", "softmax", MANY_SEEDS):
        prompt = exercise.question.prompt
        asked = the_class(prompt, r"give class (\d)")
        logits, shares = given(prompt)
        assert real_answer(exercise) == pytest.approx(shares[asked], rel=1e-9)
        for road in roads_by_name(exercise).get("forgot-normalising", []):
            assert isinstance(road, Fraction)
            assert float(road) == pytest.approx(math.exp(logits[asked]), rel=1e-6)


def test_cross_entropy_is_minus_the_logarithm_of_one_probability() -> None:
    for exercise in all_drawn("activations", "cross-entropy", MANY_SEEDS):
        prompt = exercise.question.prompt
        target = the_class(prompt, r"class (\d) is right")
        logits, shares = given(prompt)
        assert real_answer(exercise) == pytest.approx(cross_entropy(logits, target), rel=1e-9)
        # Near 0.567 the loss and the probability are too much alike to tell them apart.
        if "probability-for-loss" in roads_by_name(exercise):
            verdict = exercise.question.mark(f"{shares[target]:.8f}")
            assert "probability-for-loss" in verdict.roads
        else:
            assert shares[target] == pytest.approx(0.567, abs=0.02)


def test_the_loss_changes_with_a_logit_as_its_gradient_says() -> None:
    for exercise in all_drawn("activations", "loss-gradient", MANY_SEEDS):
        prompt = exercise.question.prompt
        target = the_class(prompt, r"class (\d) is right")
        asked = the_class(prompt, r"logit of class (\d)")
        logits, _ = given(prompt)
        up = [z + 1e-5 * (i == asked) for i, z in enumerate(logits)]
        down = [z - 1e-5 * (i == asked) for i, z in enumerate(logits)]
        expected = (cross_entropy(up, target) - cross_entropy(down, target)) / 2e-5
        assert real_answer(exercise) == pytest.approx(expected, rel=1e-4, abs=1e-8)


@pytest.mark.parametrize(
    "name", ["activation-value", "softmax", "cross-entropy", "chain-rule", "loss-gradient"]
)
def test_no_road_rounds_to_the_answer(name: str) -> None:
    for exercise in all_drawn("activations", name, MANY_SEEDS):
        question = number_asked(exercise)
        shown = question.answer_text
        for road in question.roads:
            assert isinstance(road.value, Fraction)
            assert number_text(road.value) != shown


def test_levels_grow_from_straight_lines_to_curves() -> None:
    named: dict[int, set[str]] = {1: set(), 2: set(), 3: set()}
    for exercise in all_drawn("activations", "activation-value", MANY_SEEDS):
        found = re.search(r"function is ([A-Za-z ]+),", exercise.question.prompt)
        assert found
        named[exercise.level].add(found[1])
    assert named[1] == {"ReLU", "leaky ReLU"}
    assert named[2] == {"sigmoid", "tanh", "softplus"}
    assert {"ELU", "GELU"} <= named[3]


def test_the_explorer_has_the_largest_slope_as_its_gradient() -> None:
    for exercise in all_drawn("activations", "largest-slope", MANY_SEEDS)[::3]:
        shown = exercise.demonstration
        assert shown is not None
        walk = shown.walkthrough()
        names = [node.name for node in walk.expression.nodes]  # type: ignore[attr-defined]
        found = walk.passes[0].gradients[names.index("a")]  # type: ignore[attr-defined]
        assert found == pytest.approx(real_answer(exercise))


@pytest.mark.parametrize("name", ["activation-value", "activation-slope"])
def test_a_letter_of_the_formula_has_a_value(name: str) -> None:
    prompts = [exercise.question.prompt for exercise in all_drawn("activations", name, MANY_SEEDS)]
    for letter in "αβ":
        bent = [text for text in prompts if letter in text]
        assert bent
        assert all(re.search(rf" with {letter} = \d", text) for text in bent)


@pytest.mark.parametrize(
    "name", ["activation-value", "activation-slope", "softmax", "cross-entropy", "loss-gradient"]
)
def test_a_result_that_a_solution_shows_is_accepted(name: str) -> None:
    met = 0
    for exercise in all_drawn("activations", name, MANY_SEEDS):
        found = list(equations(" ".join(exercise.solution)))
        words = {"Two": 2, "Three": 3, "Four": 4, "Five": 5, "Six": 6}
        asked = re.search(r"(\w+) decimals will do", exercise.question.prompt)
        if asked and found:
            met += 1
            calculation, value, result = found[-1]
            typed = f"{value:.{words[asked[1]]}f}"
            assert exercise.question.mark(result).right, (exercise.question.id, calculation)
            assert exercise.question.mark(typed).right, (exercise.question.id, calculation)
    assert met > 30


def test_three_figures_of_what_a_slope_takes_are_enough() -> None:
    for exercise in all_drawn("activations", "activation-slope", MANY_SEEDS):
        for figure in re.findall(r"0\.(\d+)·\(1 − |1 − \(?−?0\.(\d+)", exercise.solution[-1]):
            assert len("".join(figure).lstrip("0")) <= 3


def test_nobody_needs_a_table_of_the_normal_distribution() -> None:
    met = 0
    for exercise in all_drawn("activations", "activation-value", MANY_SEEDS):
        prompt = exercise.question.prompt
        if "GELU" in prompt:
            met += 1
            below = re.search(r"where Φ\(([−\d.]+)\) = (0\.\d+)", prompt)
            assert below
            share = 0.5 * (1 + math.erf(float(number(below[1])) / math.sqrt(2)))
            assert float(below[2]) == pytest.approx(share, rel=5e-3)
    assert met > 10


def test_no_equation_says_the_same_twice() -> None:
    for exercise in all_drawn("activations", "activation-value", MANY_SEEDS):
        sides = exercise.solution[-1].removesuffix(".").split(" = ")
        assert len(set(sides)) == len(sides)
