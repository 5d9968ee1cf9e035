"""A person explores backpropagation: steps, points, changes values, types an expression."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cnnviz_tui.render.backprop import NODE
from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.walkthroughs.backprop_setup import BACKPROP, presets

from .conftest import OpenMechanism


def node(name: str, preset: str = "neuron") -> Callable[[object], bool]:
    """Match a node of a preset's expression by its name."""
    place = BACKPROP.preset(preset).setup.build().expression.place(name)
    return lambda target: target == CellTarget(NODE, 0, place, 0)


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_every_preset_plays_to_its_end(
    open_mechanism: OpenMechanism, size: tuple[int, int]
) -> None:
    async with open_mechanism("backprop", size=size) as seen:
        for preset in presets():
            seen.screen.use(preset.setup)
            await seen.press("home")
            assert f"of {len(preset.setup.build())}" in seen.text
            await seen.press("end")
            assert "✓ smaller" in seen.text
            assert seen.text.count("\n") == size[1] - 1


async def test_values_appear_forward_and_gradients_on_the_way_back(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("backprop") as seen:
        assert "q1 = w1·x1 = 0.5·2 = 1" in seen.text
        assert "∂L/∂L = 1" not in seen.text
        await seen.press(*["right"] * 6)
        assert "∂L/∂L = 1" in seen.text
        await seen.press("right")
        assert "∂L/∂q3 = ∂L/∂L·∂L/∂q3" in seen.text


async def test_pointing_at_a_node_shows_where_its_number_comes_from(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("backprop") as seen:
        await seen.press("end", "left")
        await seen.hover(node("w1"))
        assert "∂L/∂w1 = ∂L/∂q1·∂q1/∂w1" in seen.text
        await seen.press("home")
        await seen.hover(node("y"))
        assert "y = σ(a)" in seen.text


async def test_pressing_a_computed_node_goes_there(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("backprop") as seen:
        await seen.click(node("a"))
        assert "step  3 of 20" in seen.text


async def test_a_value_can_be_typed_over_and_taken_back(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("backprop") as seen:
        await seen.press("tab", "3")
        await seen.press("enter")
        assert seen.screen.setup.all_values["w1"] == 3
        assert "w1·x1 = 3·2 = 6" in seen.text
        await seen.press("down", "7", "escape")
        assert seen.screen.setup.all_values["x1"] == 2


async def test_a_variable_is_changed_with_the_mouse(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("backprop") as seen:
        await seen.click(node("b"))
        await seen.click(node("b"))
        await seen.type_into_dialog("-4")
        assert seen.screen.setup.all_values["b"] == -4


async def test_ones_own_expression_is_typed_and_mistakes_are_explained(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("backprop") as seen:
        await seen.press("e")
        await seen.pilot.press("ctrl+u", *"relu(u*v)*")
        complaint = seen.pilot.app.screen.query_one("#complaint").render()
        assert "ends too early" in str(complaint)
        await seen.press(*"u", "enter")
        assert seen.screen.setup.expression == "relu(u*v)*u"
        assert "relu(u·v)·u" in seen.text


async def test_the_learning_rate_is_halved_and_doubled(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("backprop") as seen:
        await seen.press("shift+tab", "up")
        assert seen.screen.setup.rate == 1
        await seen.press("down", "down")
        assert seen.screen.setup.rate == 0.25


async def test_the_graph_can_be_read_as_a_list(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("backprop") as seen:
        assert "computed as" not in seen.text
        await seen.press("v")
        assert "computed as" in seen.text


async def test_a_convolution_has_cells_to_point_at_and_to_change(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("backprop", "convolution") as seen:
        assert seen.screen.parts == ("player", "input", "filter", "goal", "settings")
        await seen.hover(lambda t: t == CellTarget("grad_weight", 0, 2, 2))
        assert "∂L/∂w[2, 2] =" in seen.text
        await seen.click(lambda t: t == CellTarget("grad_input", 0, 0, 0))
        assert "step 20 of 46" in seen.text
        await seen.press("home", "tab", "5", "enter")
        assert seen.screen.walkthrough.picture[0, 0] == 5


async def test_going_from_a_convolution_to_an_expression_changes_the_parts(
    open_mechanism: OpenMechanism,
) -> None:
    async with open_mechanism("backprop", "convolution") as seen:
        await seen.press("tab", "tab")
        seen.screen.use(BACKPROP.preset("neuron").setup)
        await seen.pilot.pause()
        assert seen.screen.part == "player"
        assert seen.screen.parts == ("player", NODE, "settings")
        assert "η 0.5" in seen.text
        assert " N " not in seen.line("η 0.5")


async def test_sizes_that_do_not_fit_are_explained(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("backprop", "convolution") as seen:
        seen.screen.use(seen.screen.setup.changed(size=(2, 2)))
        await seen.press("end")
        assert "does not fit" in seen.text
        assert "x 2x2" in seen.text


async def test_resizing_while_playing_is_safe(open_mechanism: OpenMechanism) -> None:
    async with open_mechanism("backprop", "training") as seen:
        await seen.press("space")
        for size in ((200, 60), (80, 24), (60, 20), (10, 3), (120, 40)):
            await seen.pilot.resize_terminal(*size)
            await seen.pilot.pause()
            assert (seen.canvas.width, seen.canvas.height) == size
        assert seen.screen.player.playing
