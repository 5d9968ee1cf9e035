"""The steps along an activation function: numbers against ops and slow differences, and words."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui import ops
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.walkthroughs.activation import FLAT, ActivationWalkthrough
from cnnviz_tui.walkthroughs.activation_functions import FUNCTIONS
from cnnviz_tui.walkthroughs.activation_setup import ACTIVATION, ActivationSetup, presets
from cnnviz_tui.walkthroughs.activation_text import listing_of, map_caption
from cnnviz_tui.walkthroughs.base import text_of

NAMES = [function.name for function in FUNCTIONS]


def walk(name: str, **choices: Any) -> ActivationWalkthrough:
    """The walkthrough of a function with other choices."""
    return ActivationSetup(name).changed(**choices).build()


REFERENCES: dict[str, Callable[[float], float]] = {
    "sigmoid": lambda a: 1 / (1 + math.exp(-a)),
    "tanh": lambda a: (math.exp(a) - math.exp(-a)) / (math.exp(a) + math.exp(-a)),
    "relu": lambda a: max(0.0, a),
    "softplus": lambda a: math.log(1 + math.exp(a)),
    "leaky-relu": lambda a: a if a > 0 else 0.01 * a,
    "elu": lambda a: a if a > 0 else math.exp(a) - 1,
    "gelu": lambda a: a * (1 + math.erf(a / math.sqrt(2))) / 2,
}
"""The definitions, as the lecture and the papers write them."""


@pytest.mark.parametrize("name", NAMES)
@given(x=st.floats(-8, 8).filter(lambda x: abs(x) > 1e-3))
def test_a_step_has_the_value_of_the_definition_and_the_slope_of_a_difference(
    name: str, x: float
) -> None:
    step = walk(name).at(x, 0)
    define = REFERENCES[name]
    assert step.value == pytest.approx(define(x), abs=1e-9)
    h = 1e-5
    assert step.slope == pytest.approx((define(x + h) - define(x - h)) / (2 * h), abs=1e-6)


@pytest.mark.parametrize("name", NAMES)
@given(x=st.floats(-3, 3).filter(lambda x: abs(x) > 0.05), weight=st.sampled_from([0.5, 1.0, -1.5]))
def test_the_product_of_the_chain_is_the_slope_of_all_layers_together(
    name: str, x: float, weight: float
) -> None:
    walkthrough = walk(name, weight=weight, layers=4)
    define = REFERENCES[name]

    def through(number: float) -> float:
        for layer in range(4):
            number = define(number if layer == 0 else weight * number)
        return number

    h = 1e-5
    measured = (through(x + h) - through(x - h)) / (2 * h)
    step = walkthrough.at(x, 0)
    assert step.product == pytest.approx(measured, rel=1e-4, abs=1e-6)
    assert step.product == pytest.approx(math.prod(link.factor for link in step.chain))


def test_ten_sigmoids_pass_on_at_most_a_quarter_to_the_tenth() -> None:
    walkthrough = walk("sigmoid")
    assert walkthrough.steepest == pytest.approx(0.25)
    assert "0.25^10 = 9.5·10⁻⁷" in text_of(walkthrough.formulas[2])
    assert all(abs(step.product) <= 0.25**10 + 1e-12 for step in walkthrough)
    relu = walk("relu")
    assert relu[-1].product == 1, "ReLU lets the whole gradient through where a > 0"
    assert relu[0].product == 0, "and nothing where a < 0"
    assert walk("relu", weight=2.0)[-1].product == 2**9


def test_steps_go_along_x_in_equal_paces_and_meet_zero() -> None:
    walkthrough = walk("tanh")
    xs = [step.x for step in walkthrough]
    assert (xs[0], xs[24], xs[-1]) == (-6, 0, 6)
    assert np.allclose(np.diff(xs), 0.25)
    assert [walkthrough.index_of(x) for x in xs] == list(range(49))
    assert (walkthrough.index_of(-100), walkthrough.index_of(100)) == (0, 48)


@pytest.mark.parametrize("name", NAMES)
def test_flat_zones_are_where_less_than_a_hundredth_gets_through(name: str) -> None:
    walkthrough = walk(name)
    for step in walkthrough:
        inside = any(low <= step.x <= high for low, high in walkthrough.flat)
        assert inside == (abs(step.slope) < FLAT) == step.saturated
    assert bool(walkthrough.flat) == (name != "leaky-relu")


def test_the_map_goes_through_the_function_cell_by_cell() -> None:
    for name in NAMES:
        walkthrough = walk(name)
        for row, column in ((0, 0), (3, 7), (13, 13)):
            before = float(walkthrough.before[row, column])
            assert walkthrough.after[row, column] == pytest.approx(
                REFERENCES[name](before), abs=1e-6
            )
    assert np.array_equal(walk("relu").after, ops.relu(walk("relu").before))


def test_every_number_of_the_map_is_near_exactly_one_step() -> None:
    walkthrough = walk("relu")
    found = [cell for i in range(49) for cell in zip(*walkthrough.near(i), strict=True)]
    assert len(found) == len(set(found)) == walkthrough.before.size


def test_sums_have_the_numbers_filled_in() -> None:
    said = {
        "sigmoid": "σ(1.5) = 1/(1 + e^−1.5) = 0.818     slope 0.818·(1 − 0.818) = 0.149",
        "tanh": "tanh(1.5) = (e^1.5 − e^−1.5)/(e^1.5 + e^−1.5) = 0.905"
        "     slope 1 − 0.905² = 0.181",
        "relu": "ReLU(1.5) = max(0, 1.5) = 1.5     slope 1.5 > 0: 1",
        "softplus": "softplus(1.5) = log(1 + e^1.5) = 1.701     slope σ(1.5) = 0.818",
        "leaky-relu": "leaky(1.5) = 1.5     slope 1.5 > 0: 1",
        "elu": "ELU(1.5) = 1.5     slope 1.5 > 0: 1",
        "gelu": "GELU(1.5) = 1.5·0.933 = 1.4     slope 0.933 + 1.5·0.13 = 1.127",
    }
    for name, text in said.items():
        assert text_of(walk(name)[30].sums[-1]) == text
    assert text_of(walk("leaky-relu")[18].sums[-1]).startswith("leaky(−1.5) = 0.01·(−1.5) = −0.015")
    assert text_of(walk("elu")[18].sums[-1]).startswith("ELU(−1.5) = 1·(e^−1.5 − 1) = −0.777")


def test_the_chain_is_written_out_and_never_says_0_for_what_is_not() -> None:
    written = text_of(walk("sigmoid")[24].sums[0]).split("\n")[1]
    assert written.startswith("10 layers: .25·.235·")
    assert "·0·" not in text_of(walk("tanh", reach=20)[0].sums[0]).split("\n")[1]
    assert "…" in text_of(walk("sigmoid", layers=20)[0].sums[0])


def test_captions_name_what_happens_on_the_curve() -> None:
    assert walk("sigmoid")[0].caption.startswith("Saturated")
    assert "steepest place, and even here the slope is only 0.25" in walk("sigmoid")[24].caption
    assert walk("relu")[0].caption.startswith("Switched off")
    assert "The slope is 1" in walk("relu")[-1].caption
    assert "vanished" in walk("sigmoid")[24].caption
    assert "exploded" in walk("relu", weight=2.0)[-1].caption
    assert "falls here" in walk("gelu")[18].caption
    for name in NAMES:
        for step in walk(name):
            assert len(step.caption) <= 156, "two lines of the smallest terminal"
            assert "!" not in step.caption


def test_a_cell_of_the_map_tells_its_own_story() -> None:
    walkthrough = ACTIVATION.preset("map").setup.build()
    step = walkthrough.at(float(walkthrough.before[0, 2]), 0)
    assert map_caption(step, 0, 2).startswith("Cell (0, 2) of the map held −3 and now holds 0:")


def test_the_listing_has_one_line_a_layer() -> None:
    lines = listing_of(walk("sigmoid", layers=7)[24])
    assert [line.split()[0] for line in lines[1:8]] == [str(n) for n in range(1, 8)]


def test_plain_values_hold_the_whole_step() -> None:
    data: dict[str, Any] = dict(walk("sigmoid")[24].data)
    assert (data["x"], data["value"], data["slope"]) == (0, 0.5, 0.25)
    assert data["product"] == pytest.approx(math.prod(data["factors"]))
    assert len(data["layer_inputs"]) == 10


def test_the_scale_of_the_bars_holds_what_every_step_has_left() -> None:
    walkthrough = walk("gelu", weight=2.0)
    every = [abs(link.left) for step in walkthrough for link in step.chain]
    least, most = walkthrough.left_between
    assert most == pytest.approx(max(every))
    assert least == pytest.approx(min(left for left in every if left > 1e-30))


def test_every_preset_walks_from_end_to_end() -> None:
    for preset in presets():
        walkthrough = preset.setup.build()
        assert [step.index for step in walkthrough] == list(range(49))


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"function": "magic"}, "no activation function “magic”"),
        ({"shape": 0.5}, "sigmoid has no α"),
        ({"layers": 0}, "number of layers L must be 1 to 100"),
        ({"layers": 10**6}, "number of layers L must be 1 to 100"),
        ({"reach": 0.0}, "reach R must be 0.1 to 100"),
        ({"weight": 99.0}, "weight w must be −10 to 10"),
        ({"size": (300, 3)}, "size N must be 1 to 256"),
        ({"function": "softplus", "shape": 0.0}, "sharpness β must be 0.1 to 20"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(choices: dict[str, object], said: str) -> None:
    with pytest.raises(ShapeError, match=said.replace("(", r"\(")):
        ActivationSetup().changed(**choices)


def test_fields_are_typed_and_nudged() -> None:
    setup = ACTIVATION.set_up("leaky-relu", {"alpha": "0.2", "L": "3", "w": "-1", "R": "2"})
    assert (setup.bend, setup.layers, setup.weight, setup.reach) == (0.2, 3, -1, 2)
    alpha = ACTIVATION.fields[1]
    assert alpha.nudged(setup, 1).bend == pytest.approx(0.205)
    assert alpha.text(setup.changed(function="relu")) == "–"
    assert alpha.nudged(setup.changed(function="relu"), 1) == setup.changed(function="relu")


def test_typed_numbers_of_the_map_stay_while_their_cell_exists() -> None:
    setup = ActivationSetup(size=(7, 7)).with_cell((6, 6), 9.0).with_cell((0, 0), -4.0)
    assert setup.build().before[6, 6] == 9
    smaller = setup.changed(size=(5, 5))
    assert smaller.build().before[0, 0] == -4
    assert dict(smaller.edits) == {(0, 0): -4.0}


def test_extreme_choices_stay_finite() -> None:
    for name in NAMES:
        walkthrough = walk(name, reach=100, layers=100, weight=10.0)
        for index in (0, 24, 48):
            assert math.isfinite(walkthrough[index].value)
            assert walkthrough[index].caption
        least, most = walkthrough.left_between
        assert 0 < least <= 1 <= most < math.inf
