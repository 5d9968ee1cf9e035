"""A digit goes through LeNet: every layer appears, every unit can be opened down to the pixels."""

from __future__ import annotations

import json

import numpy as np
import pytest

from cnnviz_tui.digits import bundled
from cnnviz_tui.nn import load_lenet
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.walkthroughs.base import text_of
from cnnviz_tui.walkthroughs.lenet import ForwardWalkthrough, as_picture, stage_walkthrough
from cnnviz_tui.walkthroughs.lenet_setup import (
    LENET,
    LenetSetup,
    bundled_digit,
    mistakes,
    network_with,
)

STAGES = ("c1", "s2", "c3", "s4", "c5", "f6", "output")


@pytest.fixture(scope="module")
def forward() -> ForwardWalkthrough:
    """A three on its way through the network."""
    return LENET.preset("three").setup.build()


def test_all_layers_appear_in_order_and_completely(forward: ForwardWalkthrough) -> None:
    assert forward.stages == ("input", *STAGES)
    seen: dict[str, int] = {}
    for step in forward:
        assert step.done > seen.get(step.stage, 0)
        seen[step.stage] = step.done
        assert step.caption
        assert text_of(step.sums[0]).startswith(step.stage)
        json.dumps(step.data)
    assert list(seen) == ["input", *STAGES]
    assert seen == {name: len(forward.activations[name]) for name in seen}


def test_the_formula_line_counts_parameters_by_the_network_itself(
    forward: ForwardWalkthrough,
) -> None:
    assert "61,706 parameters" in text_of(forward.formulas[0])


@pytest.mark.parametrize("stage", STAGES)
def test_each_unit_opened_shows_a_sum_that_is_its_activation(
    forward: ForwardWalkthrough, stage: str
) -> None:
    opened = stage_walkthrough(forward, stage)
    maps = forward.activations[stage].reshape(-1, *opened.map_size)
    activated = any(kind in {"ReLU"} for kind in _kinds(forward, stage))
    generator = np.random.default_rng(5)
    assert len(opened) == forward.activations[stage].size
    for index in generator.integers(0, len(opened), 60):
        step = opened[int(index)]
        result = max(step.value, 0.0) if activated else step.value
        assert result == pytest.approx(float(maps[step.output]), abs=1e-6, rel=1e-5)


def _kinds(forward: ForwardWalkthrough, stage: str) -> tuple[str, ...]:
    return next(info.kinds for info in forward.network.summary() if info.name == stage)


def test_the_input_cannot_be_opened(forward: ForwardWalkthrough) -> None:
    with pytest.raises(ValueError, match="take one of c1, s2"):
        stage_walkthrough(forward, "input")


@pytest.mark.parametrize(("stage", "kind"), [("s2", "Subsampling"), ("output", "RadialBasis")])
def test_layers_without_an_explorer_say_so(stage: str, kind: str) -> None:
    early = ForwardWalkthrough(load_lenet("lenet5-1998"), np.zeros((28, 28), dtype=np.float32))
    with pytest.raises(ValueError, match=f"{stage} is a {kind} layer"):
        stage_walkthrough(early, stage)


def test_a_layer_without_maps_becomes_as_square_a_picture_as_it_can() -> None:
    assert as_picture(np.arange(84, dtype=np.float32)).shape == (1, 7, 12)
    assert as_picture(np.arange(120, dtype=np.float32)).shape == (1, 10, 12)
    assert as_picture(np.arange(7, dtype=np.float32)).shape == (1, 1, 7)


def test_nothing_drawn_is_said_and_not_guessed() -> None:
    empty = LENET.preset("draw").setup.build()
    assert len(empty) == 0
    assert empty.problem == "Nothing is drawn yet."
    blank = LenetSetup(None, "drawn").with_drawing(np.zeros((28, 28), np.float32), "drawn")
    assert blank.image() is None


def test_what_is_done_to_the_picture_can_be_undone() -> None:
    setup = LENET.preset("three").setup
    before = setup.image()
    assert before is not None
    changed = setup.changed(angle=90.0, shift=(2, -3), noise=0.2, hidden=8)
    after = changed.image()
    assert after is not None
    assert not np.array_equal(before, after)
    assert 0 <= float(after.min()) <= float(after.max()) <= 1
    back = changed.changed(angle=0.0, shift=(0, 0), noise=0.0, hidden=0).image()
    np.testing.assert_array_equal(back, before)


def test_a_shift_moves_ink_and_loses_what_leaves_the_picture() -> None:
    setup = LENET.preset("three").setup
    before, after = setup.image(), setup.changed(shift=(3, -2)).image()
    assert before is not None
    assert after is not None
    np.testing.assert_array_equal(after[3:, :-2], before[:-3, 2:])
    assert not after[:3].any()
    assert not after[:, -2:].any()


@pytest.mark.parametrize(
    ("option", "text", "words"),
    [
        ("noise", "3", "noise must be 0 to 2"),
        ("shift", "1", "shift “1” is not known"),
        ("shift", "20,0", "at most 14 cells"),
        ("hidden", "99", "0 to 36"),
        ("input", "digit-x", "no digit “digit-x”"),
        ("activation", "gelu", "take one of relu, tanh, sigmoid"),
        ("image", "/nowhere.png", "cannot open"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(option: str, text: str, words: str) -> None:
    with pytest.raises(ShapeError, match=words):
        LENET.set_up("three", {option: text})


def test_another_activation_or_pooling_keeps_the_weights() -> None:
    trained, changed = network_with("relu", "max"), network_with("tanh", "avg")
    np.testing.assert_array_equal(trained.vector, changed.vector)
    digit = bundled_digit("digit-0")
    assert not np.allclose(trained.predict_proba(digit), changed.predict_proba(digit))


def test_the_mistakes_are_the_networks_own() -> None:
    images, labels = bundled()
    answers = load_lenet().predict(images)
    upright = [index for index, angle in mistakes() if angle == 0]
    assert upright == [i for i in range(len(labels)) if answers[i] != labels[i]]
    index, angle = mistakes()[-1]
    setup = LENET.set_up("draw", {"input": f"sample-{index}", "angle": str(angle)})
    assert int(setup.build().probabilities.argmax()) != labels[index]
