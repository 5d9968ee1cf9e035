"""`cnnviz train` trains, stops, goes on bit for bit, and says what it did."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from cnnviz_tui.cli import train as module
from cnnviz_tui.cli.train import command
from cnnviz_tui.cli.train_display import bar, curve, epoch_line
from cnnviz_tui.digits import Digits, bundled
from cnnviz_tui.nn import MODELS, lenet5, load_weights
from cnnviz_tui.nn.checkpoint import load_checkpoint
from tests.digits.test_idx import write_set

SMALL = ("--batch-size", "16", "--validation", "20")


@pytest.fixture
def few_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Train on 150 digits, so that a run takes a fraction of a second."""
    images, labels = bundled()
    training, test = (Digits(images[a:b], labels[a:b]) for a, b in ((0, 150), (150, 250)))
    monkeypatch.setattr("cnnviz_tui.digits.bundled_training", lambda: training)
    monkeypatch.setattr("cnnviz_tui.digits.bundled", lambda: test)


def run(*arguments: str | int | Path) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in (*arguments, *SMALL)])


def arrays(path: Path) -> dict[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as file:
        return dict(file)


@pytest.mark.usefixtures("few_digits")
def test_a_run_writes_weights_and_tells_how_it_did(tmp_path: Path) -> None:
    out = tmp_path / "w.npz"
    result = run("--epochs", "2", "--out", out, "--json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert answer["model"] == "lenet5"
    assert answer["parameters"] == 61_706
    assert (answer["training_images"], answer["validation_images"]) == (130, 20)
    assert answer["test_images"] == 100
    assert answer["test_errors"] == round(100 * (1 - answer["test_accuracy"]))
    assert [record["epoch"] for record in answer["history"]] == [1, 2]
    assert answer["images_per_second"] > 0
    load_weights(lenet5(), out)
    assert os.listdir(tmp_path) == ["w.npz"]
    assert result.stderr.splitlines()[0].startswith("epoch 1/2: loss ")


@pytest.mark.usefixtures("few_digits")
def test_equal_seeds_give_equal_weights(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        assert run("--epochs", 1, "--seed", seed, "--out", tmp_path / name).exit_code == 0
    a, b, c = (arrays(tmp_path / name) for name in "abc")
    assert all((a[name] == b[name]).all() for name in a)
    assert (a["c5.weight"] != c["c5.weight"]).any()


@pytest.mark.usefixtures("few_digits")
@pytest.mark.parametrize("stop_after", [1, 9, 12])
def test_ctrl_c_stops_after_the_batch_and_resume_goes_on_bit_for_bit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop_after: int
) -> None:
    straight, resumed = tmp_path / "straight.npz", tmp_path / "resumed.npz"
    run("--epochs", 2, "--out", straight, "--drawn", 5)
    timed_steps = module._Run._timed_steps

    def interrupted(self: Any) -> Any:
        for step in timed_steps(self):
            if step.number == stop_after:
                os.kill(os.getpid(), signal.SIGINT)
            yield step

    with monkeypatch.context() as patch:
        patch.setattr(module._Run, "_timed_steps", interrupted)
        stopped = run("--epochs", 2, "--out", resumed, "--drawn", 5)
    assert stopped.exit_code == 130
    assert f"Stopped after step {stop_after} of 18." in stopped.stderr
    assert f"cnnviz train --resume --out {resumed}" in stopped.stderr
    assert not resumed.exists()
    again = CliRunner().invoke(command, ["--resume", "--out", str(resumed), "--json"])
    assert again.exit_code == 0
    a, b = arrays(straight), arrays(resumed)
    assert all((a[name] == b[name]).all() for name in a)
    assert len(json.loads(again.stdout)["history"]) == 2


def test_a_killed_run_resumes_bit_for_bit(tmp_path: Path) -> None:
    """Kill -9 a real process in the middle; what it wrote before is enough."""
    program = (
        "import sys\n"
        "import cnnviz_tui.cli.train as train\n"
        "train.CHECKPOINT_STEPS = 7\n"
        "save = train._Run._save\n"
        "train._Run._save = lambda run: (save(run), print('saved', flush=True))\n"
        "train.command(sys.argv[1:])\n"
    )
    options = ("--epochs", "1", "--batch-size", "25", "--seed", "1", "--out")
    killed, straight = tmp_path / "killed.npz", tmp_path / "straight.npz"
    start = [sys.executable, "-c", program, *options]
    checkpoint = Path(f"{killed}.checkpoint")
    with subprocess.Popen([*start, str(killed)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(3):
            assert process.stdout.readline() == b"saved\n"
        process.kill()
    assert 0 < load_checkpoint(checkpoint).state.step < 180
    assert not killed.exists()
    for arguments in ([*start, str(straight)], [*start, str(killed), "--resume"]):
        subprocess.run(arguments, check=True, capture_output=True)
    a, b = arrays(straight), arrays(killed)
    assert all((a[name] == b[name]).all() for name in a)
    assert not checkpoint.exists()


@pytest.mark.usefixtures("few_digits")
def test_a_run_that_goes_astray_says_so(tmp_path: Path) -> None:
    result = run("--learning-rate", "1e30", "--epochs", 2, "--out", tmp_path / "w.npz")
    assert result.exit_code == 1
    assert "start over with a lower --learning-rate" in result.stderr


def test_each_model_has_defaults_that_train_it() -> None:
    assert set(module.OPTIMISERS) == set(MODELS)
    modern, old = ({"model": model} for model in ("lenet5", "lenet5-1998"))
    assert module._complete(modern)["learning_rate"] == 0.06
    assert module._complete(old)["learning_rate"] == 0.002
    assert module._complete(modern | {"optimiser": "adamw"})["weight_decay"] == 0.01
    assert module._complete(old | {"learning_rate": 0.5})["learning_rate"] == 0.5


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
def test_a_terminal_shows_a_bar_numbers_and_a_curve(tmp_path: Path) -> None:
    import pexpect
    import pyte

    arguments = ["-m", "cnnviz_tui", "train", "--epochs", "1", "--out", str(tmp_path / "w.npz")]
    child = pexpect.spawn(sys.executable, arguments, dimensions=(24, 80), timeout=60)
    child.expect(pexpect.EOF)
    screen = pyte.Screen(80, 24)
    pyte.ByteStream(screen).feed(child.before)
    lines = [line.rstrip() for line in screen.display]
    assert any(line.startswith("epoch 1/1: loss ") for line in lines)
    assert any(line.endswith("█ 100%") for line in lines)
    assert "lenet5, epoch 1/1, step 71/71" in lines
    assert any("images/s" in line for line in lines)
    assert any(line.endswith("  loss") for line in lines)
    assert "Ctrl+C stops after this batch and saves." in lines


def test_own_files_are_trained_on(tmp_path: Path) -> None:
    write_set(tmp_path, 60, packed=True)
    out = tmp_path / "w.npz"
    result = run("--data", tmp_path, "--epochs", 1, "--out", out, "--model", "lenet5-1998")
    assert result.exit_code == 0
    assert "lenet5-1998 (60,000 parameters) reads" in result.stdout
    assert "of 60 test pictures" in result.stdout
    assert f"cnnviz predict --weights {out}" in result.stdout


@pytest.mark.usefixtures("few_digits")
def test_a_run_cannot_go_on_as_another_run(tmp_path: Path) -> None:
    out = tmp_path / "w.npz"
    nothing = run("--resume", "--out", out)
    assert nothing.exit_code == 2
    assert "nothing to resume" in nothing.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_interruptible", interrupt_at_once)
        assert run("--epochs", 3, "--out", out).exit_code == 130
    other = run("--resume", "--out", out, "--epochs", 5)
    assert other.exit_code == 2
    assert "the run began with --epochs 3, so it cannot go on with 5" in other.stderr
    with pytest.MonkeyPatch.context() as patch:
        images, labels = bundled()
        patch.setattr(
            "cnnviz_tui.digits.bundled_training", lambda: Digits(images[1:151], labels[1:151])
        )
        data = run("--resume", "--out", out)
    assert data.exit_code == 2
    assert "other data" in data.stderr


def interrupt_at_once() -> Any:
    from contextlib import nullcontext

    return nullcontext([True])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "vgg"], "no model 'vgg'; use lenet5 or lenet5-1998"),
        (["--epochs", "0"], "epochs and batch_size must be at least 1"),
        (["--optimiser", "lion"], "no optimiser 'lion'"),
        (["--schedule", "cosine"], "no schedule 'cosine'"),
        (["--drawn", "-1"], "--drawn must be at least 0"),
        (["--data", "/nowhere"], "/nowhere is not a folder"),
        (["--epochs", "many"], "not a valid integer"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(
    arguments: list[str], message: str, tmp_path: Path
) -> None:
    result = run(*arguments, "--out", tmp_path / "w.npz")
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_the_curve_is_one_row_of_bars() -> None:
    assert curve([]) == ""
    assert curve([8, 4, 2, 1, 0.1]) == "█▅▃▂▁"
    falling = curve([1000 - step for step in range(1000)])
    assert len(falling) == 60
    assert list(falling) == sorted(falling, reverse=True)


def test_the_bar_fills_from_nothing_to_everything() -> None:
    assert bar(0, 50, 10) == "░░░░░░░░░░ 0%"
    assert bar(24, 50, 10) == "████░░░░░░ 48%"
    assert bar(50, 50, 10) == "██████████ 100%"


def test_an_epoch_is_told_in_a_line() -> None:
    record = {"epoch": 2, "loss": 0.25, "accuracy": 0.9, "validation_accuracy": 0.95}
    expected = "epoch 2/7: loss 0.2500, accuracy 90.00%, held-back pictures 95.00%"
    assert epoch_line(record, 7) == expected
