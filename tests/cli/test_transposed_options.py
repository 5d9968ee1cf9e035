"""Options of more than one word reach their field."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from cnnviz_tui.cli import main


@pytest.mark.parametrize("option", ["-A", "--output-padding"])
def test_the_output_padding_is_typed_as_in_compute_shape(option: str) -> None:
    result = CliRunner().invoke(main, ["play", "transposed", option, "1", "--plain"])
    assert result.exit_code == 0
    assert result.output.startswith("transposed convolution, 36 steps")


def test_a_value_that_cannot_be_is_one_sentence_and_a_usage_error() -> None:
    result = CliRunner().invoke(main, ["play", "transposed", "-A", "2", "--plain"])
    assert result.exit_code == 2
    assert "must be smaller than the stride 2" in result.output
    assert "Traceback" not in result.output
