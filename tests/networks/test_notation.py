"""The one-line notation: what it says, where it may be broken, and what it refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.result import Trace
from cnnviz_tui.networks.sizes import shape_list
from cnnviz_tui.networks.trace import trace
from tests.networks.sources import LENET_LINE


def traced(text: str, *sizes: int) -> Trace:
    return trace(text, [sizes])


def shapes(text: str, *sizes: int) -> list[object]:
    return [shape_list(row.output) for row in traced(text, *sizes).layers]


def test_a_line_is_a_network() -> None:
    result = traced(LENET_LINE, 1, 28, 28)
    assert result.ok
    assert [shape_list(row.output) for row in result.layers] == [
        [6, 28, 28],
        [6, 28, 28],
        [6, 14, 14],
        [16, 10, 10],
        [16, 10, 10],
        [16, 5, 5],
        [400],
        [120],
        [120],
        [10],
    ]
    assert [row.parameters for row in result.layers if row.parameters] == [156, 2416, 48120, 1210]
    # Every weight is used once at each position: 5·5·1·6 · 28·28 and so on.
    assert result.total_macs == 150 * 784 + 2400 * 100 + 400 * 120 + 120 * 10


def test_layers_are_numbered_by_kind_unless_they_have_a_name() -> None:
    names = [row.name for row in traced("a: conv 2 1 | conv 2 1 | conv 2 1", 1, 4, 4).layers]
    assert names == ["a", "conv1", "conv2"]


def test_lines_may_be_broken_and_commented() -> None:
    text = """
    # a small network
    conv 4 3   # the first layer
      | relu
    maxpool 2 |

    flatten | linear 2
    """
    assert shapes(text, 1, 8, 8) == [[4, 6, 6], [4, 6, 6], [4, 3, 3], [36], [2]]


def test_branches_take_the_same_input_and_are_joined_along_the_channels() -> None:
    text = "concat(conv 4 1, conv 8 3 pad=1 | relu, identity)"
    result = traced(text, 3, 6, 6)
    assert shape_list(result.outputs[0]) == [15, 6, 6]
    assert result.layers[-1].formula == "4 + 8 + 3 = 15"


def test_a_side_branch_leads_out_and_changes_nothing() -> None:
    result = traced("conv 4 1 | side(flatten | linear 7) | relu", 1, 2, 2)
    assert shape_list(result.outputs[0]) == [4, 2, 2]
    assert result.total_parameters == 4 * 2 + (16 + 1) * 7


def test_definitions_take_numbers_and_products() -> None:
    text = """
    def wide(k, s) = conv 4*k 1 stride=s | relu
    def twice(k) = wide k 1 | wide k 2
    twice 3
    """
    assert shapes(text, 1, 8, 8) == [[12, 8, 8], [12, 8, 8], [12, 4, 4], [12, 4, 4]]


def test_a_repetition_makes_new_layers_each_time() -> None:
    result = traced("stage: repeat 3 (conv 2 3 pad=1)", 2, 5, 5)
    assert [row.name for row in result.layers] == [
        "stage.1.conv1",
        "stage.2.conv1",
        "stage.3.conv1",
    ]
    assert result.total_parameters == 3 * (2 * 2 * 9 + 2)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("cnv 6 5", "did you mean “conv”"),
        ("conv 6", "conv OUT CHANNELS KERNEL SIZE"),
        ("conv 6 5 padd=2", "no setting “padd”"),
        ("relu 1 2 3", "0 numbers"),
        ("maxpool 2 groups=2", "has no setting “groups”"),
        ("conv six 5", "whole number"),
        ("concat(conv 1 1, relu", "is not closed"),
        ("conv 1 1 | | relu", "A layer was expected"),
        ("relu )", "A layer was expected"),
        ("repeat (relu)", "repeat 3"),
        ("add", "needs branches"),
        ("relu (relu)", "takes no brackets"),
        ("def a(k) = conv k 1\na", "Write “a k”"),
        ("conv 6 5 bias=perhaps", "yes or no"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(SourceError) as caught:
        traced("relu |" + text if text.startswith("cnv") else text, 1, 8, 8)
    assert "line 1" in str(caught.value).lower() or "Line 2" in str(caught.value)
    assert sentence in str(caught.value)


def test_a_definition_cannot_stand_for_itself() -> None:
    with pytest.raises(SourceError, match="There is no layer “a”"):
        traced("def a = relu | a\na", 1, 2, 2)


@given(st.text(alphabet="conv relu(),|=#:\n123 add", max_size=60))
def test_any_text_is_a_network_or_a_sentence(text: str) -> None:
    try:
        result: Trace | None = traced("relu\n" + text, 1, 8, 8)
    except SourceError:
        result = None
    assert result is None or result.layers
