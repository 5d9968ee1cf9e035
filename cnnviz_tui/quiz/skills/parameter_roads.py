"""The wrong roads to the number of parameters of a convolution, and dense layers measured.

Every road is the core's count of another layer: one without its bias, with one channel, with all
groups joined.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from cnnviz_tui.questions import Road
from cnnviz_tui.quiz.skills.asking import numbered, road
from cnnviz_tui.shapes.formulas import mac_formula, parameter_formula
from cnnviz_tui.shapes.layers import Convolution


def parameter_roads(layer: Convolution, sizes: Sequence[int]) -> tuple[Road, ...]:
    """The wrong roads to a convolution's parameters.

    Args:
        layer: what is counted.
        sizes: height and width of its input, which do not matter; MACs would need them.
    """
    right = parameter_formula(layer)
    filters, depth = layer.out_channels, layer.in_channels // layer.groups
    window = layer.window
    roads = [
        _instead(layer, name, did, instead, change, right)
        for name, did, instead, change in _changes(layer)
    ]
    if layer.bias and depth > 1:
        flat = layer.changed(in_channels=1, groups=1, bias=False)
        feedback = (
            f"You left the depth and the bias out: {parameter_formula(flat)}. A filter reaches "
            f"through all that it reads, and each has a bias: {right}."
        )
        # One number, two mistakes: both are remembered.
        roads += [road(name, flat.parameters, feedback) for name in ("forgot-depth", "forgot-bias")]
    if layer.bias:
        each = (prod(window) + 1) * depth * filters
        roads.append(
            road(
                "bias-per-weight",
                each,
                f"You counted a bias for every slice of a filter: ({'·'.join(map(str, window))} + "
                f"1)·{depth}·{filters} = {each:,}. A filter has one bias: {right}.",
            )
        )
    one = layer.parameters // filters
    roads.append(
        road(
            "forgot-filters",
            one,
            f"You counted one filter: {one:,}. There are {filters}: {right}.",
        )
    )
    if layer.groups > 1:
        twice = layer.weights // layer.groups + layer.biases
        roads.append(
            road(
                "groups-twice",
                twice,
                f"You divided by the groups twice, which gives {twice:,}. Each filter reads "
                f"{numbered(depth, 'channel')}, and all {filters} filters are there: {right}.",
            )
        )
    macs = layer.macs(sizes)
    roads.append(
        road(
            "macs-for-parameters",
            macs,
            f"You counted multiplications: {mac_formula(layer, sizes)}. The filters are shared by "
            f"all positions: {right} parameters.",
        )
    )
    return tuple(roads)


def _changes(layer: Convolution) -> list[tuple[str, str, str, dict[str, object]]]:
    """The mistakes that are the right count of another layer: name, what, instead, change."""
    filters, channels = layer.out_channels, layer.in_channels
    found: list[tuple[str, str, str, dict[str, object]]] = []
    if layer.bias:
        found.append(
            ("forgot-bias", "You left the bias out", "One for each filter", {"bias": False})
        )
    else:
        found.append(("counted-bias", "You counted biases", "There are none here", {"bias": True}))
    if channels > 1:
        found.append(
            (
                "forgot-depth",
                "You left the depth out",
                "A filter reaches through all that it reads",
                {"in_channels": 1, "groups": 1},
            )
        )
    if filters != channels and layer.groups == 1:
        found.append(
            (
                "took-k-for-c",
                f"You took the {numbered(filters, 'filter')} for the channels",
                f"The input has {channels}",
                {"in_channels": filters},
            )
        )
    if layer.groups > 1:
        found.append(
            (
                "forgot-groups",
                "You left the groups out",
                f"A filter reads {channels}/{layer.groups} channels",
                {"groups": 1},
            )
        )
    if min(layer.window) > 1:
        found.append(
            (
                "forgot-square",
                "You took one side of the filter only",
                "It has height and width",
                {"kernel_size": (layer.window[0], 1)},
            )
        )
    return found


def _instead(
    layer: Convolution, name: str, did: str, instead: str, change: dict[str, object], right: str
) -> Road:
    wrong = layer.changed(**change)
    feedback = f"{did}: {parameter_formula(wrong)}. {instead}: {right}."
    return road(name, wrong.parameters, feedback)


def dense_counts(inputs: int, units: int, *, bias: bool = True) -> tuple[int, int]:
    """The parameters and the multiply-accumulates of a dense layer."""
    # The first question does not wait for the room of networks.
    from cnnviz_tui.networks.operations.dense import Linear
    from cnnviz_tui.networks.sizes import BATCH

    measured = Linear(out_features=units, bias=bias).measure((BATCH, inputs))
    # Both are known where the number of inputs is.
    return measured.parameters or 0, measured.macs or 0
