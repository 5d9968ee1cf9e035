"""`cnnviz compute-shape`: the answer as JSON and as text, the exit code, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cnnviz_tui.cli import main


def run(line: str) -> Result:
    """Run compute-shape with a command line in one string."""
    return CliRunner().invoke(main, ["compute-shape", *line.split()])


def answer(line: str) -> dict[str, Any]:
    """Return the JSON answer."""
    result = run(f"{line} --json")
    assert result.stderr == ""
    assert result.stdout.count("\n") == 1
    data: dict[str, Any] = json.loads(result.stdout)
    return data


def test_the_lectures_layer() -> None:
    found = answer("32x32x3 -F 5 -K 10 -P 2")
    assert found == {
        "op": "conv",
        "input": [32, 32, 3],
        "output": [32, 32, 10],
        "exact": ["32", "32"],
        "fits": True,
        "parameters": 760,
        "weights": 750,
        "biases": 10,
        "macs": 768_000,
        "formula": "(32 − 5 + 2·2)/1 + 1 = 32",
        "torch": "nn.Conv2d(3, 10, kernel_size=5, padding=2)",
        "keras": 'layers.Conv2D(10, 5, padding="same")',
        "activation_bytes": 4 * 32 * 32 * 10,
        "unvisited": [[], []],
    }


def test_a_filter_that_does_not_fit() -> None:
    found = answer("7 -F 3 -S 3")
    assert found["exact"] == ["7/3"]
    assert found["fits"] is False
    assert found["output"] == [2]
    assert found["unvisited"] == [[[6, 6]]]
    assert [(near["padding"], near["stride"], near["output"]) for near in found["nearby"]] == [
        ([[0, 0]], [2], [3]),
        ([[1, 1]], [3], [3]),
    ]


@pytest.mark.parametrize(
    ("line", "output"),
    [
        ("7 -F 3 -P 1", [7]),
        ("7 -F 3 -K 4", [5, 4]),
        ("7x7 -F 3", [5, 5]),
        ("7x7 -F 3 -K 4", [5, 5, 4]),
        ("7x9 -F 3x5 -S 2x1", [3, 5]),
        ("3x32x32 --layout chw -F 5 -K 6", [6, 28, 28]),
        ("32x32 --layout chw -F 5 -K 6", [6, 28, 28]),
        ("32x32x3 -F 5", [28, 28, 1]),
        ("32x32x3 -F 5 -P same", [32, 32, 1]),
        ("32x32x3 -F 5 -P 0,1,2,3", [29, 33, 1]),
        ("28x28x6 --op max-pool -F 2", [14, 14, 6]),
        ("28x28x6 --op max-pool -F 3 -S 2 --ceil", [14, 14, 6]),
        ("28x28x6 --op avg-pool --filter 3 --stride 2", [13, 13, 6]),
        ("7x7x6 --op conv-transpose -F 3 -S 2 -P 1 --output-padding 1 -K 2", [14, 14, 2]),
        ("31x33x8 --op adaptive-pool --output-size 7x5", [7, 5, 8]),
    ],
)
def test_the_output_is_written_like_the_input(line: str, output: list[int]) -> None:
    assert answer(line)["output"] == output


def test_words_and_letters_are_the_same_options() -> None:
    letters = answer("32x32x4 -F 3x5 -S 2 -P 1 -D 2 -K 8")
    words = answer("32x32x4 --filter 3x5 --stride 2 --padding 1 --dilation 2 --filters 8")
    assert letters == words


def test_costs_follow_groups_and_bias() -> None:
    found = answer("8x8x4 -F 3 -K 8 --groups 2 --no-bias")
    assert (found["weights"], found["biases"], found["parameters"]) == (144, 0, 144)
    assert found["macs"] == 144 * 6 * 6
    assert answer("28x28x6 --op max-pool -F 2")["parameters"] == 0


def test_which_adaptive_pooling_shows_in_the_code_alone() -> None:
    average = answer("8x8 --op adaptive-pool --output-size 3")
    largest = answer("8x8 --op adaptive-pool --output-size 3 --kind max")
    assert average["torch"] == "nn.AdaptiveAvgPool2d(3)"
    assert largest["torch"] == "nn.AdaptiveMaxPool2d(3)"
    assert average["output"] == largest["output"] == [3, 3]


def test_text_for_people() -> None:
    result = run("32x32x3 -F 5 -K 10 -P 2")
    assert result.exit_code == 0
    assert (
        result.stdout
        == """\
convolution   32×32×3 → 32×32×10

output size      (N − F + 2P)/S + 1
                 (32 − 5 + 2·2)/1 + 1 = 32   ✓ fits

parameters       (5·5·3 + 1)·10 = 760   (750 weights, 10 biases)
MACs             750 · 32·32 = 768,000
                 1 MAC = 2 FLOPs, so 1,536,000 FLOPs
memory           32·32·10 · 4 bytes = 40,960 bytes (float32)

PyTorch          nn.Conv2d(3, 10, kernel_size=5, padding=2)
Keras            layers.Conv2D(10, 5, padding="same")
"""
    )


def test_text_of_a_misfit_says_what_is_lost_and_what_would_fit() -> None:
    text = run("7x7 -F 3 -S 3").stdout
    assert "⌊(7 − 3)/3 + 1⌋ = ⌊7/3⌋ = 2   ✗ does not fit" in text
    assert "7/3 ≈ 2.33, not a whole number" in text
    assert "round down (floor) to 2×2 without a warning" in text
    assert "row 6 and column 6, counted from 0" in text
    assert "-S 2           → 3×3" in text
    assert "-P 1           → 3×3" in text


def test_text_says_what_a_fitting_filter_leaves_out() -> None:
    text = run("9x9 -F 1 -S 4").stdout
    assert "✓ fits" in text
    assert "rows 1–3, 5–7 and columns 1–3, 5–7, counted from 0" in text
    many = run("100 -F 1 -S 3").stdout
    assert "positions 1–2, 4–5, 7–8, 10–11, … (66 in all), counted from 0" in many


def test_a_misfit_in_the_padding_loses_nothing() -> None:
    assert "only padding; every input number is read" in run("8 -F 3 -S 2 -P 1").stdout


@pytest.mark.parametrize(
    "line",
    [
        "1000000x1000000 -F 1000 -S 999 -D 999 -P 1000,999,998,997",
        "224x224x3 -F 3x5 -S 2 -P 1,2,0,1 -D 2x3 -K 64",
        "224x224x64 --op conv-transpose -F 3x5 -S 2 -P 1,2,0,1 -K 64 --groups 64",
        "224x224 --op max-pool -F 3 -P 1,0,1,0",
        "1000000x999999 --op adaptive-pool --output-size 999998x999997",
        "1000x1000 -F 3 --want 10",
    ],
)
def test_no_line_is_wider_than_a_terminal(line: str) -> None:
    result = run(line)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    # Code stands on one line, so that it can be copied.
    assert max(len(each) for each in lines if not each.startswith(("PyTorch", "Keras"))) <= 80


def test_code_that_is_broken_into_lines_is_still_python() -> None:
    text = run("224x224x3 -F 3x5 -S 2 -P 1,2,0,1 -D 2x3 -K 64").stdout
    code = text.split("Keras")[1]
    joined = " ".join(line.strip() for line in code.splitlines())
    expected = answer("224x224x3 -F 3x5 -S 2 -P 1,2,0,1 -D 2x3 -K 64")["keras"]
    assert joined.strip() == expected


def test_strict_turns_a_misfit_into_exit_code_1() -> None:
    assert run("7 -F 3 -S 3").exit_code == 0
    assert run("7 -F 3 -S 3 --strict").exit_code == 1
    assert run("7 -F 3 -S 3 --strict --json").exit_code == 1
    assert run("7 -F 3 -S 2 --strict").exit_code == 0


def test_want_lists_what_gives_the_output() -> None:
    found = answer("32x32x3 -F 5 --want 16")["want"]
    assert found == [
        {"padding": [[2, 2], [2, 2]], "stride": [2, 2], "output": [16, 16], "fits": False}
    ]
    text = run("7 -F 3 --want 3").stdout
    assert "wanted           3 comes from\n                 -P 0     -S 2       ✓ fits" in text
    assert run("7 -F 3 --want 3").exit_code == 0


def test_want_keeps_what_was_typed() -> None:
    strides = {tuple(choice["stride"]) for choice in answer("32 -F 5 --want 10 -S 3")["want"]}
    assert strides == {(3,)}
    paddings = {str(choice["padding"]) for choice in answer("32 -F 5 --want 10 -P 1")["want"]}
    assert paddings == {"[[1, 1]]"}


def test_want_without_a_way_is_exit_code_1() -> None:
    result = run("7 -F 3 --want 100")
    assert result.exit_code == 1
    assert "no padding and stride of this layer give 100" in result.stdout
    assert answer("7 -F 3 --want 100")["want"] == []


@pytest.mark.parametrize("choice", ["max-pool", "conv", "conv-transpose"])
def test_everything_that_want_lists_can_be_typed(choice: str) -> None:
    line = f"12x12 -F 4 --op {choice}"
    wanted = 24 if choice == "conv-transpose" else 5
    choices = answer(f"{line} --want {wanted}")["want"]
    assert choices
    for each in choices:
        sides = ",".join(str(side) for pair in each["padding"] for side in pair)
        typed = f"{line} -P {sides} -S {each['stride'][0]}"
        assert answer(typed)["output"] == [wanted, wanted]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("seven -F 3", "The input size must be a whole number, not “seven”."),
        ("0x7 -F 3", "The input size must be at least 1, not 0."),
        ("-3 -F 5", "An input size must be at least 1, not negative."),
        ("7 -F -3", "The filter must be at least 1, not −3."),
        ("7 -F 3 -S 0", "The stride must be at least 1, not 0."),
        ("7 -F 3 -P -1", "The padding must be at least 0, not −1."),
        ("7 -F 3 -P full", "The padding “full” is not known; give a number"),
        ("7 -F 3 -K 0", "The number of filters must be at least 1, not 0."),
        (
            "3 -F 5",
            "A filter of 5 does not fit into an input of 3; a padding of 1 would make it fit.",
        ),
        ("32x32x3 -F 3 -K 4 --groups 2", "3 channels cannot be split into 2 equal groups"),
        ("7 -F 1" + "0" * 30, "is larger than 1000000, the limit."),
        ("7x7x7x7 -F 3", "The input has 4 numbers; give one (7), two (32x32) or three (32x32x3)."),
        ("7 -F 3x3", "The filter 3x3 has 2 numbers, but the input has 1 spatial axis"),
        ("7x7 -F 3 -P 1,2", "needs 4 numbers for this input: top,bottom,left,right."),
        ("7", "Give the filter size, for example -F 3."),
        ("7 --op max-pool", "Give the filter size, for example -F 2."),
        ("7 --op adaptive-pool", "Give the size that adaptive pooling pools to"),
        ("7 -F 3 --op max-pool -K 3", "-K/--filters means nothing for max-pool, only for conv and"),
        (
            "7 -F 3 --op avg-pool -D 2",
            "-D/--dilation means nothing for avg-pool, only for conv and",
        ),
        ("7 -F 3 --ceil", "--ceil means nothing for conv, only for max-pool and avg-pool"),
        ("7 -F 3 --output-size 3", "--output-size means nothing for conv, only for adaptive-pool;"),
        ("7 -F 3 --op max-pool --no-bias", "--no-bias means nothing for max-pool"),
        ("7x7 --op max-pool -F 3 -P 2", "at most 1, half of its window of 3."),
        ("7 -F 3 --op conv-transpose --output-padding 1", "must be smaller than the stride 1"),
        ("7 -F 3 --op conv-transpose -P same", "give it in numbers."),
        ("7 -F 3 --want 3 -P same", "--want looks for paddings itself"),
        ("7 -F 3 --want 0", "The wanted output must be at least 1, not 0."),
        ("7 -F 3 --want 3x3", "The wanted output 3x3 has 2 numbers"),
        ("7 -F 3 --op pool", "Invalid value for '--op': 'pool' is not one of"),
        ("7 -F 3 --fliter 3", "No such option '--fliter'"),
        ("7 8 -F 3", "Got unexpected extra argument (8)"),
        ("", "Missing argument 'INPUT'."),
        ("7 -F", "requires an argument"),
    ],
)
def test_bad_input_ends_in_one_sentence_and_exit_code_2(line: str, sentence: str) -> None:
    for suffix in ("", " --json"):
        result = run(line + suffix if not line.endswith("-F") else line)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr.startswith("Error: ")
        assert result.stderr.count("\n") == 1
        assert sentence in result.stderr


def test_help_explains_the_notation() -> None:
    text = run("--help").stdout
    assert "  cnnviz compute-shape 32x32x3 -F 5 -K 10 -P 2\n" in text
    assert "except that several filters add their number" in " ".join(text.split())
    assert "top,bottom,left,right" in text
    assert max(map(len, text.splitlines())) <= 80
