"""Backpropagation step by step: forward, back, downhill, and what the steps say."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.walkthroughs.backprop import BackpropStep, BackpropWalkthrough, Phase
from cnnviz_tui.walkthroughs.backprop_setup import BACKPROP, ExpressionSetup, presets
from cnnviz_tui.walkthroughs.backprop_text import gradient_rule
from cnnviz_tui.walkthroughs.base import text_of

EXPRESSIONS = [p.name for p in presets() if isinstance(p.setup, ExpressionSetup)]


def walk(name: str) -> BackpropWalkthrough:
    found = BACKPROP.preset(name).setup.build()
    assert isinstance(found, BackpropWalkthrough)
    return found


def of_phase(walkthrough: BackpropWalkthrough, phase: Phase) -> list[BackpropStep]:
    return [step for step in walkthrough if step.phase is phase]


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_every_preset_goes_forward_back_and_downhill_to_a_smaller_loss(name: str) -> None:
    walkthrough = walk(name)
    order = [step.phase for step in walkthrough]
    expression = walkthrough.expression
    one_round = [
        *[Phase.FORWARD] * len(expression.operations),
        Phase.SEED,
        *[Phase.BACKWARD] * len(expression.edges),
        Phase.UPDATE,
    ]
    assert order == one_round * walkthrough.rounds + [Phase.RESULT]
    losses = walkthrough.losses
    assert all(after < before for before, after in pairwise(losses))
    assert "✓ smaller" in text_of(walkthrough[-1].sums[0])


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_contributions_of_the_steps_add_up_to_the_gradients(name: str) -> None:
    """An independent addition: what the steps bring is what the graph computed at once."""
    walkthrough = walk(name)
    sums = dict.fromkeys(range(len(walkthrough.expression)), 0.0)
    sums[walkthrough.expression.result] = 1.0
    for step in walkthrough[: walkthrough.round_length]:
        if step.edge is not None:
            sums[step.edge.target] += step.contribution
            assert step.gradients[step.edge.target] == pytest.approx(sums[step.edge.target])
    for place, gradient in enumerate(walkthrough.passes[0].gradients):
        assert sums[place] == pytest.approx(gradient)


def test_a_node_hands_its_gradient_on_only_when_it_is_complete() -> None:
    walkthrough = walk("hidden-layer")
    complete = walkthrough.passes[0].gradients
    for step in of_phase(walkthrough, Phase.BACKWARD):
        assert step.gradients[step.node] == pytest.approx(complete[step.node])


def test_softmax_and_cross_entropy_give_p_minus_one_and_p() -> None:
    walkthrough = walk("softmax")
    found, expression = walkthrough.passes[0], walkthrough.expression
    p = found.values[expression.place("p")]
    assert found.gradients[expression.place("z1")] == pytest.approx(p - 1)
    scores = [found.gradients[expression.place(f"z{i}")] for i in (1, 2, 3)]
    assert sum(scores) == pytest.approx(0, abs=1e-12)


def test_every_step_downhill_is_the_learning_rate_times_the_gradient() -> None:
    walkthrough = walk("training")
    w, t = -1.0, 2.0
    for done in range(walkthrough.rounds):
        assert walkthrough.passes[done].values[0] == pytest.approx(w)
        w -= 0.1 * 2 * (w - t)
    assert walkthrough.passes[-1].values[0] == pytest.approx(w)


def test_inputs_and_targets_stay_and_everything_else_learns() -> None:
    neuron = BACKPROP.preset("neuron").setup
    assert neuron.learned == ("w1", "w2", "b")
    assert neuron.changed(learn=("x1",)).learned == ("x1",)
    only_data = ExpressionSetup("x*t")
    assert only_data.learned == ("x", "t"), "where nothing else is there, all learn"


# -- what is said ---------------------------------------------------------------------------------


def test_sums_are_written_with_names_and_with_numbers() -> None:
    walkthrough = walk("neuron")
    assert text_of(walkthrough[2].sums[0]) == "a = q1 + q2 + b = 1 + (−1) + 0.2 = 0.2"
    step = next(s for s in walkthrough if s.edge is not None and "∂y/∂a" in text_of(s.sums[0]))
    assert text_of(step.sums[0]) == (
        "∂L/∂a = ∂L/∂y·∂y/∂a = −0.9·0.248 = −0.223"
        "   with ∂y/∂a = y·(1 − y) = 0.55·(1 − 0.55) = 0.248"
    )


def test_a_second_way_to_a_node_says_that_gradients_add_up() -> None:
    walkthrough = walk("hidden-layer")
    said = [s for s in walkthrough if "add up" in s.caption]
    assert len(said) == 1
    assert "0.24 so far" in text_of(said[0].sums[0])


@pytest.mark.parametrize("name", [preset.name for preset in presets()])
def test_captions_are_one_or_two_short_sentences(name: str) -> None:
    for step in BACKPROP.preset(name).setup.build():
        assert step.caption.endswith(".")
        assert len(re.findall(r"[.:?] [A-Z]", step.caption)) <= 2
        assert len(step.caption) <= 156, "two lines of 78 characters"
        assert "!" not in step.caption


def test_a_step_as_json_names_its_nodes() -> None:
    walkthrough = walk("neuron")
    data = walkthrough[7].data
    assert data["phase"] == "backward"
    assert data["node"] == "L"
    assert data["to"] == "q3"
    assert data["contribution"] == pytest.approx(-0.9, abs=0.01)


def test_a_rate_that_is_too_large_is_named_as_the_reason() -> None:
    setup = BACKPROP.preset("training").setup.changed(rate=1.5, rounds=1)
    step = setup.build()[-1]
    assert "✗ not smaller" in text_of(step.sums[0])
    assert "smaller η" in step.caption


def test_a_descent_that_leaves_what_can_be_computed_is_explained() -> None:
    with pytest.raises(ShapeError, match=r"After 1 step downhill.*learning rate"):
        ExpressionSetup("log(w)", {"w": 0.5}, rate=10.0)


def test_where_all_gradients_are_zero_nothing_moves() -> None:
    step = ExpressionSetup("relu(w)", {"w": -1.0}).build()[-1]
    assert "stuck" in step.caption


# -- choosing -------------------------------------------------------------------------------------


def test_everything_can_be_typed_on_the_command_line() -> None:
    setup = BACKPROP.set_up(
        "", {"expression": "(w*x)**2", "values": "w=3, x=1/2", "learn": "all", "rate": "0.01"}
    )
    walkthrough = setup.build()
    assert walkthrough.losses[0] == pytest.approx(2.25)
    assert walkthrough.learned == ("w", "x")
    assert BACKPROP.set_up("", {"R": "3"}).build().rounds == 3


@pytest.mark.parametrize(
    ("preset", "typed", "complaint"),
    [
        ("neuron", {"values": "z=1"}, "no variable z"),
        ("neuron", {"values": "w1"}, "is not a value"),
        ("neuron", {"learn": "q"}, "no variable q"),
        ("neuron", {"rate": "0"}, "must be above 0"),
        ("neuron", {"rounds": "51"}, "1 to 50"),
        ("neuron", {"stride": "2"}, "An expression has no stride"),
        ("neuron", {"expression": "2*3"}, "no variable"),
        ("convolution", {"rounds": "2"}, "A convolution has no rounds"),
        ("convolution", {"size": "40"}, "input size N must be 1 to 12"),
        ("convolution", {"padding": "3"}, "padding P must be 0 to 2"),
    ],
)
def test_choices_that_cannot_be_are_sentences(
    preset: str, typed: dict[str, str], complaint: str
) -> None:
    with pytest.raises(ShapeError, match=complaint):
        BACKPROP.set_up(preset, typed)


def test_values_of_names_that_stay_are_kept_while_one_types() -> None:
    setup = BACKPROP.preset("neuron").setup.changed(expression="w1*x1 + new")
    assert setup.all_values["w1"] == 0.5
    assert "new" in setup.all_values


@pytest.mark.parametrize("count", [1, 4, 7, 12])
def test_formulas_find_room_however_long_the_expression_is(count: int) -> None:
    """Three lines of 78 characters; the list of nodes shows what is cut off."""
    text = " + ".join(f"w{i}*x{i}" for i in range(count))
    formulas = [text_of(each) for each in ExpressionSetup(text).build().formulas]
    assert sum(-(-len(each) // 70) for each in formulas) <= 3
    assert any("∂L/∂u = ∂L/∂v · ∂v/∂u" in each for each in formulas)
    assert any("u ← u − 0.5·∂L/∂u" in each for each in formulas)


@pytest.mark.parametrize(
    ("name", "node", "rule"),
    [
        ("neuron", "L", "1"),
        ("neuron", "w1", "∂q1·x1"),
        ("neuron", "b", "∂a"),
        ("neuron", "a", "∂y·y·(1 − y)"),
        ("neuron", "t", "∂q3·(−1)"),
        ("two-layers", "q2", "∂h·(1 − h²)"),
        ("hidden-layer", "x", "∂q3·w2 + ∂q1·w1"),
    ],
)
def test_the_list_says_what_a_gradient_is_the_sum_of(name: str, node: str, rule: str) -> None:
    walkthrough = walk(name)
    assert gradient_rule(walkthrough, walkthrough.expression.place(node), 0) == rule
