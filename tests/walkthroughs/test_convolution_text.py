"""What a student reads is true: sums add up, counts count, captions fit under the picture."""

from __future__ import annotations

import re
from textwrap import wrap

import numpy as np
import pytest
from hypothesis import given

from cnnviz_tui.walkthroughs.base import Role, text_of
from cnnviz_tui.walkthroughs.convolution import ConvolutionStep, ConvolutionWalkthrough
from cnnviz_tui.walkthroughs.convolution_setup import ConvolutionSetup
from cnnviz_tui.walkthroughs.convolution_text import (
    MOST_LISTED,
    fed_caption,
    fed_sums,
    listing_of,
    weight_caption,
)
from tests.walkthroughs.convolutions import PRESETS, SETUPS, Case, case, cases, field_of

NUMBER = r"[-.\d]+"


def built(name: str) -> ConvolutionWalkthrough:
    """The walkthrough of a preset."""
    return SETUPS[name].build()


def some_steps(walkthrough: ConvolutionWalkthrough) -> list[ConvolutionStep]:
    """First, last, and up to thirty between."""
    stride = max(len(walkthrough) // 30, 1)
    return [*walkthrough[::stride], *walkthrough[-1:]]


def sides(text: str) -> tuple[str, float]:
    """What stands before the last equals sign, and the number after it."""
    left, right = text.replace("−", "-").rsplit(" = ", 1)
    return left, float(right)


def bias_in(text: str) -> float:
    """The bias that a sum names, 0 without one."""
    found = re.search(rf"bias\s+({NUMBER})", text)
    return float(found[1]) if found else 0.0


def product_sum(text: str) -> float:
    """A sum of products, worked out as one would on paper."""
    left, _ = sides(text)
    products = re.findall(rf"({NUMBER})·({NUMBER})", left)
    return sum(float(a) * float(b) for a, b in products) + bias_in(left)


def partial_sum(text: str) -> float:
    """A sum of the slices' numbers, or the one number after a count of products."""
    left, _ = sides(text)
    terms = left.split(": ", 1)[1].split(" + bias")[0].split(" + ")
    return sum(float(term.split()[-1]) for term in terms) + bias_in(left)


@given(cases())
def test_sums_of_whole_numbers_add_up_exactly(of: Case) -> None:
    for step in some_steps(of.walkthrough()):
        *detailed, counted = (text_of(each) for each in step.sums)
        assert sides(counted)[1] == step.value == partial_sum(counted)
        assert f"{step.products.size} products" in counted
        for text in detailed:
            by_slice = "products each" in text or "other slices" in text
            value = partial_sum(text) if by_slice else product_sum(text)
            assert value == sides(text)[1] == step.value


@pytest.mark.parametrize("name", PRESETS)
def test_sums_of_every_preset_add_up_to_the_last_decimal_shown(name: str) -> None:
    walkthrough = built(name)
    last_decimal = 10.0**-walkthrough.formats.results.decimals
    for step in some_steps(walkthrough):
        for text in map(text_of, step.sums):
            value = product_sum(text) if "·" in text else partial_sum(text)
            # Every term may have been rounded by half of the last decimal.
            terms = text.count(" + ") + 1
            assert value == pytest.approx(sides(text)[1], abs=last_decimal * terms / 2 + 1e-9)
            assert sides(text)[1] == pytest.approx(step.value, abs=last_decimal / 2 + 1e-9)


def test_products_are_in_reading_order_and_named_by_their_roles() -> None:
    step = case((3, 3), bias=False).walkthrough()[0]
    line = step.sums[0]
    inputs = [float(p.text.replace("−", "-")) for p in line if p.role is Role.INPUT]
    weights = [float(p.text.replace("−", "-")) for p in line if p.role is Role.FILTER]
    assert inputs == step.patch.ravel().tolist()
    assert weights == step.weights.ravel().tolist()
    assert [p.role for p in line].count(Role.OUTPUT) == 1
    assert "bias" not in text_of(line)


@pytest.mark.parametrize(
    ("channels", "kernel", "kinds"),
    [
        (1, (3, 3), ["products one by one", "count"]),
        (3, (3, 3), ["products one by one", "slice by slice", "count"]),
        (3, (5, 5), ["slice by slice", "count"]),
        (1, (9, 9), ["count"]),
    ],
)
def test_a_sum_is_written_in_all_details_that_one_can_still_read(
    channels: int, kernel: tuple[int, int], kinds: list[str]
) -> None:
    step = case((9, 9), channels=channels, kernel=kernel).walkthrough()[0]
    found = [
        "products one by one"
        if "·" in text
        else "slice by slice"
        if "products each" in text
        else "count"
        for text in map(text_of, step.sums)
    ]
    assert found == kinds


def test_slices_are_called_by_their_colours_or_by_their_numbers() -> None:
    assert re.search(r"red .* \+ green .* \+ blue", text_of(built("colour")[0].sums[0]))
    by_slice = text_of(built("depth")[0].sums[1])
    assert "3 slices, 9 products each: slice 1" in by_slice
    assert "+ bias 1 =" in by_slice


@pytest.mark.parametrize("name", PRESETS)
def test_a_sum_is_as_wide_in_every_step(name: str) -> None:
    walkthrough = built(name)
    widths = {tuple(len(text_of(s)) for s in step.sums) for step in some_steps(walkthrough)}
    assert len(widths) == 1


@pytest.mark.parametrize("name", PRESETS)
def test_a_caption_is_there_and_fits_on_two_lines_of_78(name: str) -> None:
    for step in some_steps(built(name)):
        assert len(step.caption) > 30
        assert step.caption.endswith(".")
        assert "  " not in step.caption
        assert len(wrap(step.caption, 78)) <= 2


@given(cases())
def test_any_caption_is_there_and_has_no_holes(of: Case) -> None:
    for step in some_steps(of.walkthrough()):
        assert step.caption.endswith(".")
        assert "  " not in step.caption
        assert len(wrap(step.caption, 78)) <= 2


def test_captions_follow_the_filter() -> None:
    walkthrough = case((5, 5), filters=2, channels=2, stride=(1, 2)).walkthrough()
    captions = [step.caption for step in walkthrough]
    assert captions[0].startswith("The filter starts at the top left through all 2 slices: 18 p")
    assert captions[1].startswith("The filter moves 2 to the right")
    assert captions[2].startswith("Back to the left edge and 1 down")
    assert captions[6].startswith("Filter 2 starts at the top left")
    assert captions[-1].startswith("The last position")


@pytest.mark.parametrize(
    ("padding", "words"),
    [
        (1, "5 of its 9 cells lie in the padding and count as 0."),
        (((1, 0), (0, 0)), "3 of its 9 cells lie in the padding and count as 0."),
        (2, "8 of its 9 cells lie in the padding and count as 0."),
    ],
)
def test_captions_count_the_cells_in_the_padding(padding: object, words: str) -> None:
    assert words in case(padding=padding).walkthrough()[0].caption


def test_one_cell_in_the_padding_is_told_in_the_singular() -> None:
    caption = case(kernel=(1, 3), padding=((0, 0), (1, 0))).walkthrough()[0].caption
    assert "1 of its 3 cells lies in the padding and counts as 0." in caption


def test_captions_say_what_the_sign_of_the_answer_means_without_the_bias() -> None:
    setup = ConvolutionSetup.of("shape-edge", bias=-50.0)
    captions = [step.caption for step in setup.build()[:3]]
    assert "Zero: left and right weigh the same" in captions[0]
    assert "Positive: brighter on the right" in captions[1]
    light_to_dark = ConvolutionSetup.of("shape-edge", bias=50.0).with_weight((0, 0, 1, 0), 2.0)
    assert "brighter" not in light_to_dark.build()[1].caption


def test_lost_rows_and_columns_are_told_with_what_would_help() -> None:
    lost = built("does-not-fit").lost
    assert lost.startswith("It never reaches 1 row and 1 column (░); ")
    assert lost.endswith(" would fit.")
    assert lost in built("does-not-fit")[0].caption
    assert "2 rows" in case((6, 5), stride=(4, 2), kernel=(2, 1)).walkthrough().lost
    assert built("no-padding-no-strides").lost == ""
    assert case((2, 2)).walkthrough().lost == ""


def test_every_remedy_that_is_named_does_help() -> None:
    """What the sentence proposes is typed into the setup and looked at."""
    base = SETUPS["does-not-fit"]
    remedies = re.findall(r"([SP]) ([\dx,]+)", built("does-not-fit").lost)
    assert remedies
    for symbol, typed in remedies:
        walkthrough = field_of(symbol).typed(base, typed).build()
        assert all(axis.fits for axis in walkthrough.axes)


def test_an_input_cell_tells_how_many_numbers_it_goes_into() -> None:
    walkthrough = case((5, 5), filters=2, padding=1, seed=5).walkthrough()
    value = int(walkthrough.input[0, 2, 2])
    text = text_of(fed_sums(walkthrough, 0, 2, 2)[0]).replace("−", "-")
    assert text == f"input (2, 2) = {value} feeds 3·3·2 = 18 of 50 output numbers"
    assert fed_caption(walkthrough, 0, 2, 2).startswith("Every output number that is lit up")


def test_a_cell_at_the_border_counts_less_and_is_told_so() -> None:
    walkthrough = built("no-padding-no-strides")
    assert "1·1 = 1 of 25" in text_of(fed_sums(walkthrough, 0, 0, 0)[0])
    assert "numbers at the border count less" in fed_caption(walkthrough, 0, 0, 0)
    assert "lit up" in fed_caption(walkthrough, 0, 3, 3)


def test_a_cell_of_the_padding_is_a_zero_that_feeds_too() -> None:
    text = text_of(fed_sums(built("padding-no-strides"), 0, -1, 0)[0])
    assert text.startswith("padding = 0 feeds 1·2 = 2")


def test_a_cell_that_no_window_touches_is_lost() -> None:
    walkthrough = built("does-not-fit")
    assert "0·0 = 0 of 4" in text_of(fed_sums(walkthrough, 0, 6, 6)[0])
    assert "its number is lost" in fed_caption(walkthrough, 0, 6, 6)


def test_with_groups_a_cell_feeds_only_the_maps_that_read_its_slice() -> None:
    text = text_of(fed_sums(built("depthwise"), 1, 8, 8)[0])
    assert "3·3 = 9 of 588" in text


def test_a_weight_tells_that_it_is_shared() -> None:
    walkthrough = built("depthwise")
    caption = weight_caption(walkthrough, 1, 1, 1, 1)
    weight = int(walkthrough.weight[1, 0, 1, 1])
    assert caption.startswith(f"This weight, {weight}, is used at all 14·14 = 196 positions")


@given(cases())
def test_a_listing_runs_to_the_output_number(of: Case) -> None:
    for step in some_steps(of.walkthrough())[:3]:
        lines = [line.replace("−", "-") for line in listing_of(step)]
        rows = [line for line in lines if "·" in line]
        assert len(rows) == step.products.size
        running = 0.0
        for row, product in zip(rows, step.products.ravel(), strict=True):
            value, weight, result, total = (
                float(n) for n in re.search(
                    rf"\)\s+({NUMBER})\s+·\s+({NUMBER})\s+=\s+({NUMBER})\s+({NUMBER})", row
                ).groups()  # type: ignore[union-attr]
            )  # fmt: skip
            running += product
            assert (value * weight, result, total) == (product, product, running)
        place = ", ".join(map(str, step.output))
        assert lines[-1] == f"output ({place}) = {step.value:g}"
        assert len({len(line) for line in lines[: len(rows) + 1]}) == 1


def test_a_listing_uses_the_real_minus_and_ends_with_the_bias() -> None:
    lines = listing_of(built("depth")[0])
    assert not any("-" in line for line in lines)
    assert "bias" in lines[-3]
    assert lines[-3].split()[1] == "1"


def test_a_very_long_sum_is_listed_slice_by_slice() -> None:
    of = case((32, 32), channels=5, kernel=(32, 32))
    step = of.walkthrough()[0]
    assert step.products.size > MOST_LISTED
    lines = listing_of(step)
    assert len(lines) < 12
    slices = [line.replace("−", "-").split() for line in lines if "1024 products" in line]
    totals = [float(words[-1]) for words in slices]
    np.testing.assert_allclose(totals, np.cumsum(step.partial_sums), atol=1e-4)
