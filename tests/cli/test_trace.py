"""``cnnviz trace`` as people and scripts see it: table, error, JSON, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cnnviz_tui.cli import main
from tests.networks.sources import CIFAR_CLASS, KERAS_LENET, LENET_LINE, RESIDUAL


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["trace", *arguments], input=stdin)


@pytest.fixture
def cifar(tmp_path: Path) -> str:
    path = tmp_path / "cifar.py"
    path.write_text(CIFAR_CLASS)
    return str(path)


def test_a_file_that_fits(cifar: str) -> None:
    result = run(cifar, "--input", "3x32x32")
    assert result.exit_code == 0
    assert "Net   PyTorch   3×32×32 → 10" in result.stdout
    assert "62,006" in result.stdout
    assert "(32 − 5)/1 + 1 = 28" in result.stdout


def test_a_file_that_does_not_fit_ends_with_1_and_a_lesson(cifar: str) -> None:
    result = run(cifar, "--input", "3x28x28")
    assert result.exit_code == 1
    for piece in (
        "conv2",
        "✗ fc1 (Linear) does not fit   made in line 13, used in line 21",
        "The layer takes 400 features, but 256 arrive.",
        "400 would be 16×5×5; what arrives is 16×4×4.",
        "line 13   nn.Linear(256, 120)",
        "--input 3x32x32",
    ):
        assert piece in result.stdout


def test_json_has_the_promised_keys(cifar: str) -> None:
    answer = json.loads(run(cifar, "--input", "3x32x32", "--json").stdout)
    assert answer["ok"] is True
    assert answer["input"] == [3, 32, 32]
    assert answer["output"] == [10]
    assert answer["total_parameters"] == 62_006
    assert answer["total_macs"] == 651_720
    assert answer["error"] is None
    assert answer["layers"][0] == {
        "name": "conv1",
        "type": "Conv2d",
        "line": 10,
        "call_line": 18,
        "inputs": [-1],
        "input": [3, 32, 32],
        "output": [6, 28, 28],
        "formula": "(32 − 5)/1 + 1 = 28",
        "parameters": 456,
        "shared": False,
        "macs": 352_800,
        "activation_bytes": 18_816,
        "receptive_field": [5, 5],
    }


def test_json_of_an_error(cifar: str) -> None:
    result = run(cifar, "--input", "3x28x28", "--json")
    error = json.loads(result.stdout)["error"]
    assert result.exit_code == 1
    assert {
        key: error[key] for key in ("layer", "line", "call_line", "expected", "got", "fix")
    } == {
        "layer": "fc1",
        "line": 13,
        "call_line": 21,
        "expected": 400,
        "got": 256,
        "fix": "nn.Linear(256, 120)",
    }
    assert [fix["input"] for fix in error["fixes"]] == [None, None, [3, 32, 32]]


def test_the_source_may_come_from_the_terminal_or_be_the_argument() -> None:
    for result in (
        run("-", "--input", "1x28x28", stdin=LENET_LINE),
        run("--input", "1x28x28", stdin=LENET_LINE),
        run(LENET_LINE, "--input", "1x28x28"),
    ):
        assert result.exit_code == 0
        assert "51,902" in result.stdout


def test_keras_needs_no_input() -> None:
    result = run("-", stdin=KERAS_LENET)
    assert result.exit_code == 0
    assert "Keras   28×28×1 → 10" in result.stdout


def test_the_batch_counts_for_the_memory() -> None:
    sizes = []
    for batch in ("1", "65"):
        answer = json.loads(
            run(LENET_LINE, "--input", "1x28x28", "--json", "--batch", batch).stdout
        )
        sizes.append(answer["memory"]["training"])
    activations = sum(row["activation_bytes"] for row in answer["layers"])
    assert sizes[1] - sizes[0] == 64 * (4 * 784 + activations)


@pytest.mark.parametrize("width", [80, 100, 160])
def test_nothing_is_wider_than_the_terminal(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for arguments, text in (
        (("--input", "3x32x32"), RESIDUAL),
        (("--input", "3x31x29"), CIFAR_CLASS),
    ):
        lines = run("-", *arguments, stdin=text).stdout.splitlines()
        assert lines
        assert max(map(len, lines)) <= width
    wide = run("-", "--input", "3x32x32", stdin=CIFAR_CLASS).stdout
    # With more room every layer is one line, its arithmetic beside it.
    assert ("arithmetic" in wide) == (width >= 100)


@pytest.mark.parametrize(
    ("arguments", "stdin", "sentence"),
    [
        (["nowhere.py", "--input", "3x3x3"], None, "cannot be read"),
        (["-"], LENET_LINE, "--input 1x28x28"),
        (["-", "--input", "0x3"], LENET_LINE, "at least 1"),
        (["-", "--input", "axb"], LENET_LINE, "whole number"),
        (["-", "--input", "1x2", "--batch", "0"], LENET_LINE, "at least 1"),
        (["-", "--input", "1x28x28", "--input", "1x2x2"], LENET_LINE, "one input"),
        (["-", "--input", "1x28x28", "--model", "Net"], LENET_LINE, "no models to name"),
        (["net.onnx", "--model", "Net"], None, "one network"),
        (["."], None, "cannot be read"),
        (["-", "--input", "1x28x28"], "x = 1", "no model"),
        (["-", "--input", "1x28x28"], "def (", "no valid Python"),
        (["-", "--input", "1x28x28"], "\udcff", "no UTF-8"),
        (["-", "--input", "3x32x32", "--model", "X"], CIFAR_CLASS, "There is no “X”"),
    ],
)
def test_what_makes_no_sense_ends_in_one_sentence_and_2(
    arguments: list[str], stdin: str | None, sentence: str
) -> None:
    data = None if stdin is None else stdin.encode("utf-8", "surrogateescape")
    result = CliRunner().invoke(main, ["trace", *arguments], input=data)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_tracing_loads_neither_numpy_nor_rich_nor_textual() -> None:
    code = (
        "import sys\n"
        "from cnnviz_tui.cli import main\n"
        f"sys.argv = ['cnnviz', 'trace', {LENET_LINE!r}, '--input', '1x28x28']\n"
        "try:\n    main()\n"
        "finally:\n"
        "    loaded = [m for m in ('numpy', 'rich', 'textual', 'PIL') if m in sys.modules]\n"
        "    print('LOADED', loaded)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_the_help_lists_examples_on_lines_of_their_own() -> None:
    for name in ("trace", "zoo"):
        lines = CliRunner().invoke(main, [name, "--help"]).stdout.splitlines()
        assert any(line.startswith(f"    cnnviz {name}") for line in lines)
        assert max(map(len, lines)) <= 80
