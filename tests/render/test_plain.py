"""What screen readers and pipes get: one line a step, complete and without colours."""

from __future__ import annotations

import pytest

from cnnviz_tui.render.plain import plain_header, plain_step
from cnnviz_tui.walkthroughs.mechanism import mechanism
from tests.walkthroughs.convolutions import PRESETS, SETUPS, case


def test_the_header_says_what_comes_and_by_which_formulas() -> None:
    lines = plain_header(SETUPS["parameters"].build()).split("\n")
    assert lines[0] == "convolution, 10240 steps"
    assert lines[1].endswith("= (32 − 5 + 2·2)/1 + 1 = 32 ✓")
    assert "(5·5·3 + 1)·10 = 760" in lines[2]


def test_a_step_is_one_line_with_its_sum_and_its_caption() -> None:
    walkthrough = SETUPS["no-padding-no-strides"].build()
    assert plain_step(walkthrough[2], 25) == (
        "step 3 of 25: 0·−1 + 0·0 + 0·1 + 0·−2 + 0·0 + 0·2 + 1·−1 + 0·0 + 1·1 + bias 0 = 0. "
        + walkthrough[2].caption
    )


@pytest.mark.parametrize("name", PRESETS)
def test_no_step_breaks_its_line_or_has_gaps(name: str) -> None:
    walkthrough = SETUPS[name].build()
    for index in (0, len(walkthrough) // 2, len(walkthrough) - 1):
        text = plain_step(walkthrough[index], len(walkthrough))
        assert text.startswith(f"step {index + 1} of {len(walkthrough)}: ")
        assert "\n" not in text
        assert "  " not in text
        assert text.endswith(walkthrough[index].caption)


def test_where_nothing_fits_the_header_says_why() -> None:
    text = plain_header(case((2, 2)).walkthrough())
    assert text.startswith("convolution, 0 steps\n✗ A filter of 3 does not fit")


def test_a_sum_of_two_lines_stays_one_line_with_its_parts_apart() -> None:
    step = mechanism("activation").preset("relu").setup.build()[-1]
    assert plain_step(step, 49).startswith(
        "step 49 of 49: ReLU(6) = max(0, 6) = 6 slope 6 > 0: 1; 10 layers: 1·1·"
    )
