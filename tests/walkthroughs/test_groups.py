"""Who reads whom: maps against slow loops, costs, and what is said of them."""

from __future__ import annotations

from math import gcd

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.walkthroughs.base import text_of
from cnnviz_tui.walkthroughs.groups import GroupsWalkthrough
from cnnviz_tui.walkthroughs.groups_setup import GROUPS, GroupsSetup, presets
from cnnviz_tui.walkthroughs.groups_text import cost_lines, read_sums, share_of

SETUPS = {preset.name: preset.setup for preset in presets()}


@st.composite
def setups(draw: st.DrawFn) -> GroupsSetup:
    """Any small grouped convolution with odd filters, with or without a pointwise layer."""
    channels, filters = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    common = gcd(channels, filters)
    return GroupsSetup.of(
        "numbers",
        kernel="random",
        size=draw(st.tuples(st.integers(1, 5), st.integers(1, 5))),
        kernel_size=draw(st.sampled_from([(1, 1), (3, 3), (1, 3)])),
        channels=channels,
        filters=filters,
        groups=draw(st.sampled_from([g for g in range(1, common + 1) if common % g == 0])),
        mixed=draw(st.integers(0, 3)),
    )


def slow_maps(walkthrough: GroupsWalkthrough) -> NDArray[np.float64]:
    """The grouped layer by loops: each filter over the slices that the connections name."""
    grouped = walkthrough.grouped
    _, _, rows, columns = grouped.weight.shape
    padded = np.pad(
        grouped.input.astype(np.float64), ((0, 0), (rows // 2,) * 2, (columns // 2,) * 2)
    )
    maps = np.zeros((grouped.filters, *grouped.map_size))
    for k, i, j in np.ndindex(*maps.shape):
        reads = np.flatnonzero(walkthrough.connections[k])
        for place, c in enumerate(reads):
            window = padded[c, i : i + rows, j : j + columns]
            maps[k, i, j] += (window * grouped.weight[k, place]).sum()
    return maps


@given(setups())
def test_every_map_is_made_of_the_slices_it_is_connected_to(setup: GroupsSetup) -> None:
    walkthrough = setup.build()
    maps = slow_maps(walkthrough)
    assert walkthrough.grouped.output == pytest.approx(maps, abs=1e-4)
    for step in walkthrough:
        _, row, column = step.number.output
        values = maps if not step.pointwise else np.tensordot(
            walkthrough.mixing.weight[:, :, 0, 0], maps, axes=1  # type: ignore[union-attr]
        )  # fmt: skip
        assert step.number.value == pytest.approx(values[step.map, row, column], abs=1e-4)


@given(setups())
def test_each_slice_is_read_by_the_filters_of_its_group(setup: GroupsSetup) -> None:
    walkthrough = setup.build()
    for c in range(walkthrough.channels):
        readers = {step.map for step in walkthrough if not step.pointwise and c in step.reads}
        assert set(walkthrough.readers_of(c)) == readers
        assert readers == set(np.flatnonzero(walkthrough.connections[:, c]))


@given(setups())
def test_groups_divide_parameters_and_macs(setup: GroupsSetup) -> None:
    walkthrough = setup.build()
    full = walkthrough.costs[0]
    present = next(cost for cost in walkthrough.costs if cost.present)
    assert present.parameters * setup.groups == full.parameters
    assert present.macs * setup.groups == full.macs
    assert present.parameters == walkthrough.grouped.weight.size


def test_depthwise_and_pointwise_together_cost_a_fraction() -> None:
    walkthrough = SETUPS["eight"].build()
    full, total = walkthrough.costs[0], walkthrough.costs[-1]
    assert (full.parameters, total.parameters) == (3 * 3 * 8 * 8, 3 * 3 * 8 + 8 * 8)
    assert total.macs / full.macs == pytest.approx(1 / 8 + 1 / 9), "1/K + 1/F²"


def test_the_table_of_costs_marks_the_present_grouping() -> None:
    texts = [text_of(each) for each in cost_lines(SETUPS["grouped"].build())]
    assert [text.split("  ")[0] for text in texts if text.startswith("▸")] == ["▸ grouped, G = 2"]
    assert any("3·3·4/2·4 = 72" in text and "50 %" in text for text in texts)
    assert "72 + 16 = 88" in texts[-1]
    assert len({len(text) for text in texts[1:]}) == 1, "columns are aligned"
    assert (share_of(1, 11), share_of(1, 4)) == ("9.1 %", "25 %")


def test_captions_say_who_reads_whom() -> None:
    assert "reads all 4 slices" in SETUPS["full"].build()[0].caption
    assert "slices 3 and 4 and never sees" in SETUPS["grouped"].build()[2].caption
    assert "reads slice 3 alone" in SETUPS["depthwise"].build()[2].caption
    assert SETUPS["depthwise"].build()[-1].caption == (
        "Done: G = 4 and 1x1 together have 52 parameters, one full layer has 144."
    )
    wide = GROUPS.set_up("eight", {"G": "2"}).build()
    assert "slices 1 to 4" in wide[0].caption


def test_a_slice_says_who_reads_it() -> None:
    assert text_of(read_sums(SETUPS["two-each"].build(), 1)[0]) == (
        "slice 2 is read by 2 of 6 filters: 3 and 4"
    )


@pytest.mark.parametrize("name", SETUPS)
def test_captions_are_short_and_data_is_plain(name: str) -> None:
    walkthrough = SETUPS[name].build()
    for step in walkthrough:
        assert 0 < len(step.caption) <= 156, "two lines of 78"
        assert step.data["layer"] == ("pointwise" if step.pointwise else "grouped")
        assert np.array(step.data["values"]).shape == walkthrough.grouped.map_size


def test_the_slider_goes_through_the_divisors_and_round() -> None:
    setup = SETUPS["full"]
    seen = []
    for _ in range(3):
        setup = setup.with_next_groups()
        seen.append(setup.groups)
    assert seen == [2, 4, 1]


def test_without_a_pointwise_layer_there_are_only_the_filters() -> None:
    walkthrough = GROUPS.set_up("grouped", {"E": "0"}).build()
    assert len(walkthrough) == walkthrough.filters
    assert walkthrough.mixing is None
    assert walkthrough.costs[-1].name.startswith("depthwise")


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"G": "3"}, "3 groups cannot share C = 4 slices and K = 4 filters"),
        ({"C": "17"}, "number of slices C must be 1 to 16"),
        ({"N": "17"}, "map size N must be 1 to 16"),
        ({"kernel": "nothing"}, "sobel-x"),
    ],
)
def test_choices_that_cannot_be_are_one_sentence(typed: dict[str, str], complaint: str) -> None:
    with pytest.raises(ShapeError, match=complaint):
        GROUPS.set_up("full", typed)


def test_typed_numbers_stay_as_long_as_their_cell_exists() -> None:
    typed = SETUPS["full"].with_input_cell((3, 5, 5), 9).with_weight((0, 3, 0, 0), 5)
    typed = typed.with_mixing((3, 3), 7)
    walkthrough = typed.build()
    assert walkthrough.grouped.input[3, 5, 5] == 9
    assert walkthrough.grouped.weight[0, 3, 0, 0] == 5
    assert walkthrough.mixing is not None
    assert walkthrough.mixing.weight[3, 3, 0, 0] == 7
    fewer = typed.changed(groups=2, mixed=2, size=(4, 4))
    assert not any((fewer.input_edits, fewer.weight_edits, fewer.mixing_edits))
