"""The stage of backpropagation: a graph whose nodes never overlap, and a list beside it."""

from __future__ import annotations

import pytest

from cnnviz_tui.render.backprop import NODE, BackpropScene, BackpropView
from cnnviz_tui.render.backprop_convolution import (
    ConvolutionGradientScene,
    ConvolutionGradientView,
)
from cnnviz_tui.render.backprop_layout import laid_out
from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.render.palette import DARK
from cnnviz_tui.walkthroughs.backprop_setup import BACKPROP, ExpressionSetup, presets

EXPRESSIONS = [p.name for p in presets() if isinstance(p.setup, ExpressionSetup)]


def painted(
    setup: ExpressionSetup, index: int, size: tuple[int, int], view: BackpropView | None = None
) -> Canvas:
    walkthrough = setup.build()
    canvas = Canvas(*size, DARK)
    step = walkthrough[index]
    BackpropScene(walkthrough, step, view or BackpropView()).paint(canvas, 0, 0, *size)
    return canvas


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_nodes_lie_in_the_rows_of_their_own_leaves(name: str) -> None:
    """That is why no two lines cross."""
    root, leaves = laid_out(BACKPROP.preset(name).setup.build().expression)
    for item in root.walk():
        slots = [each.slot for each in item.walk() if not each.operands]
        assert min(slots) <= item.slot <= max(slots)
        assert all(operand.column < item.column for operand in item.operands)
    slots = [each.slot for each in root.walk() if not each.operands]
    assert slots == sorted(slots) == list(range(leaves))


@pytest.mark.parametrize("name", ["neuron", "two-layers", "softmax", "training"])
def test_the_graph_fits_a_small_terminal(name: str) -> None:
    setup = BACKPROP.preset(name).setup
    canvas = painted(setup, -1, (78, 15))
    assert "┐" in canvas.text
    pointed = {target for _, _, target in canvas.spots_of(CellTarget)}
    places = {target.row for target in pointed if isinstance(target, CellTarget)}
    assert set(setup.build().expression.variables) <= places


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_no_name_or_number_is_overwritten(name: str) -> None:
    """All values of the list stand in the graph as well."""
    setup = BACKPROP.preset(name).setup
    walkthrough = setup.build()
    canvas = painted(setup, walkthrough.round_length - 2, (120, 40), BackpropView())
    values = walkthrough.passes[0].values
    for place, node in enumerate(walkthrough.expression.nodes):
        assert node.name in canvas.text
        assert walkthrough.value_format(values[place]) in canvas.text


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_the_layout_does_not_depend_on_the_step(name: str) -> None:
    setup = BACKPROP.preset(name).setup
    length = setup.build().round_length
    spots = {
        tuple((x, y) for x, y, _ in painted(setup, index, (120, 20)).spots_of(CellTarget))
        for index in range(length)
    }
    assert len(spots) == 1


def test_the_direction_of_a_step_is_a_sign_and_not_only_a_colour() -> None:
    setup = BACKPROP.preset("neuron").setup
    assert "▶" in painted(setup, 0, (78, 15)).text
    backward = painted(setup, 12, (78, 15)).text
    assert "◀" in backward
    assert "∂" in backward


def test_what_is_not_known_yet_is_not_shown() -> None:
    setup = BACKPROP.preset("neuron").setup
    first = painted(setup, 0, (78, 15)).text
    assert "∂" not in first
    assert "1.00" in first
    assert ".55" not in first, "the sigmoid has not been computed"


def test_an_expression_too_large_for_the_room_becomes_a_list_that_follows() -> None:
    setup = ExpressionSetup("; ".join(f"h{i} = w{i}*x" for i in range(12)) + "; "
                            + " + ".join(f"h{i}" for i in range(12)))  # fmt: skip
    walkthrough = setup.build()
    for index in (0, 11, len(walkthrough) - 2):
        canvas = painted(setup, index, (78, 15))
        assert "computed as" in canvas.text
        node = walkthrough.expression.nodes[walkthrough[index].node].name
        assert node in canvas.text


def test_a_node_that_is_used_twice_is_only_mentioned_the_second_time() -> None:
    canvas = painted(BACKPROP.preset("hidden-layer").setup, 0, (100, 40))
    assert "(x)" in canvas.text
    assert canvas.target_at(0, 0) is None or isinstance(canvas.target_at(0, 0), CellTarget)


def test_nodes_can_be_pointed_at() -> None:
    setup = BACKPROP.preset("neuron").setup
    canvas = painted(setup, 0, (78, 15))
    w1 = setup.build().expression.place("w1")
    assert canvas.target_at(1, 0) == CellTarget(NODE, 0, w1, 0)


@pytest.mark.parametrize("name", ["convolution", "strided-convolution"])
@pytest.mark.parametrize("size", [(78, 15), (158, 38), (30, 6)])
def test_a_convolution_shows_each_gradient_below_what_it_belongs_to(
    name: str, size: tuple[int, int]
) -> None:
    walkthrough = BACKPROP.preset(name).setup.build()
    canvas = Canvas(*size, DARK)
    step = walkthrough[len(walkthrough) - 3]
    ConvolutionGradientScene(walkthrough, step, ConvolutionGradientView()).paint(
        canvas, 0, 0, *size
    )
    assert "x 5x5" in canvas.text
    if size[0] > 70:
        lines = canvas.text.split("\n")
        for value, gradient in (("x 5x5", "∂L/∂x"), ("w 3x3", "∂L/∂w"), ("y 3x3", "∂L/∂y")):
            above = next(line for line in lines if value in line)
            below = next(line for line in lines if gradient in line)
            assert above.index(value) == below.index(gradient)
            assert lines.index(above) < lines.index(below)


def test_the_largest_convolution_is_panned_instead_of_clipped() -> None:
    setup = BACKPROP.preset("convolution").setup.changed(size=(12, 12), kernel_size=(5, 5))
    walkthrough = setup.build()
    canvas = Canvas(78, 15, DARK)
    ConvolutionGradientScene(walkthrough, walkthrough[200], ConvolutionGradientView()).paint(
        canvas, 0, 0, 78, 15
    )
    assert "w turned" in canvas.text
    assert "∂L/∂y" in canvas.text
