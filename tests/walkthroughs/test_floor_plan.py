"""Networks taken apart: nothing is lost, depths are those of the names, branches are told apart."""

from __future__ import annotations

import re

import pytest

from cnnviz_tui.networks.zoo.catalogue import names
from cnnviz_tui.walkthroughs.floor_plan import floor_plan, positions_text, weights_text


@pytest.mark.parametrize("name", names())
def test_units_and_blocks_lose_nothing(name: str) -> None:
    plan = floor_plan(name)
    assert sum(unit.parameters for unit in plan.units) == plan.trace.total_parameters
    assert sum(unit.macs for unit in plan.units) == plan.trace.total_macs
    assert sum(unit.memory for unit in plan.units) == plan.trace.activation_bytes
    assert sorted(i for block in plan.blocks for i in block.units) == list(range(len(plan.units)))
    assert sum(share.parameters for share in plan.shares()) == plan.parameters
    assert sum(share.macs for share in plan.shares()) == plan.macs


@pytest.mark.parametrize(
    ("name", "depth"),
    [("vgg11", 11), ("vgg16", 16), ("vgg19", 19), ("resnet18", 18), ("resnet34", 34),
     ("resnet50", 50), ("densenet121", 121), ("alexnet", 8), ("googlenet", 22)],
)  # fmt: skip
def test_the_depth_is_the_number_that_a_network_is_named_after(name: str, depth: int) -> None:
    assert floor_plan(name).depth == depth


def test_vggs_dense_layers_hold_what_counting_by_hand_gives() -> None:
    dense = (512 * 7 * 7 + 1) * 4096 + (4096 + 1) * 4096 + (4096 + 1) * 1000
    shares = {share.family: share for share in floor_plan("vgg16").shares()}
    assert shares["dense layers"].parameters == dense == 123_642_856


def test_an_inception_module_has_four_branches_and_ends_in_their_concatenation() -> None:
    plan = floor_plan("googlenet")
    modules = [plan.blocks[i] for i in plan.modules()]
    assert [m.name[-2:] for m in modules] == ["3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b"]
    kinds = [[plan.units[i].kind for i in branch] for branch in modules[0].branches]
    assert kinds == [
        ["conv 1×1"],
        ["conv 1×1", "conv 3×3"],
        ["conv 1×1", "conv 5×5"],
        ["maxpool 3×3", "conv 1×1"],
    ]


def test_a_residual_block_has_the_input_itself_as_a_branch() -> None:
    plan = floor_plan("resnet18")
    block = next(b for b in plan.blocks if b.name == "layer1.1")
    assert block.branches[0] == ()
    assert len(block.branches[1]) == 2


def test_what_a_fire_module_squeezes_is_its_stem() -> None:
    plan = floor_plan("squeezenet")
    fire = next(b for b in plan.blocks if b.name == "fire2")
    assert [plan.units[i].kind for i in fire.stem] == ["conv 1×1"]
    assert [plan.units[b[0]].kind for b in fire.branches] == ["conv 1×1", "conv 3×3"]


@pytest.mark.parametrize("name", names())
def test_written_sums_give_the_numbers_behind_them(name: str) -> None:
    for unit in floor_plan(name).units:
        for text in filter(None, (weights_text(unit.main), positions_text(unit.main))):
            left, right = re.sub(r"[,a-z ]", "", text).rsplit("=", 1)
            product = 1
            for factor in left.replace("×", "·").replace("(", "").replace(")", "").split("·"):
                # A bias adds one to the product before it, the last one in the bracket.
                product = product * int(factor.split("+")[0]) + ("+" in factor)
            assert product == int(right), text
