"""`cnnviz train`: train a LeNet in numpy, stop it, go on with it, keep its weights."""

from __future__ import annotations

import shlex
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz_tui.cli.group import INTERRUPTED
from cnnviz_tui.cli.terminal import print_json

if TYPE_CHECKING:
    from cnnviz_tui.cli.train_display import Display
    from cnnviz_tui.digits import Digits
    from cnnviz_tui.nn.checkpoint import Checkpoint
    from cnnviz_tui.nn.training import Recipe, Step, Trainer

DEFAULTS: dict[str, Any] = {
    "model": "lenet5",
    "epochs": 36,
    "batch_size": 64,
    "optimiser": None,
    "learning_rate": None,
    "schedule": "one-cycle",
    "weight_decay": None,
    "smoothing": 0.0,
    "averaging": 0.999,
    "sharpness": 0.0,
    "no_augment": False,
    "seed": 0,
    "data": None,
    "drawn": 0,
    "validation": None,
}
"""What each option means when it is not given; together they determine a run."""
OPTIMISERS = {"lenet5": "sgd", "lenet5-1998": "adamw"}
"""The default optimiser of each model."""
RATES = {
    "sgd": {"learning_rate": 0.06, "weight_decay": 0.0005},
    "adamw": {"learning_rate": 0.002, "weight_decay": 0.01},
}
"""The defaults that go with an optimiser."""
VALIDATION = 2_000
"""Training pictures held back by default, to watch the run by; a tenth where that is less."""
CHECKPOINT_STEPS = 250
"""A checkpoint is written after this many steps, a second or two, and after each epoch."""


@dataclass(frozen=True)
class Material:
    """What a run trains on, watches itself by, and is finally measured with."""

    training: Digits
    validation: Digits
    test: Digits


def _help(text: str, name: str) -> str:
    return f"{text} [default: {DEFAULTS[name]}]"


@click.command(
    "train",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Folder with MNIST's four IDX files, plain or gzipped. [default: the bundled digits]",
)
@click.option("--model", help=_help("lenet5, or lenet5-1998 as it was published.", "model"))
@click.option("--epochs", type=int, help=_help("How often each picture is seen.", "epochs"))
@click.option("--batch-size", type=int, help=_help("Pictures per step.", "batch_size"))
@click.option("--optimiser", help="sgd or adamw. [default: sgd; adamw for lenet5-1998]")
@click.option(
    "--learning-rate",
    type=float,
    help="Peak learning rate. [default: 0.06 with sgd, 0.002 with adamw]",
)
@click.option("--schedule", help=_help("one-cycle, step or constant.", "schedule"))
@click.option(
    "--weight-decay", type=float, help="Weight decay. [default: 0.0005 with sgd, 0.01 with adamw]"
)
@click.option("--smoothing", type=float, help=_help("Label smoothing.", "smoothing"))
@click.option("--averaging", type=float, help=_help("Weight averaging.", "averaging"))
@click.option(
    "--sharpness",
    type=float,
    help=_help("Sharpness-aware steps of this length, at twice the time.", "sharpness"),
)
@click.option("--no-augment", is_flag=True, default=None, help="Show every picture as it is.")
@click.option(
    "--drawn", type=int, help="Add this many digits drawn by an imagined hand. [default: 0]"
)
@click.option(
    "--validation",
    type=int,
    help=f"Training pictures to hold back. [default: {VALIDATION}, at most a tenth]",
)
@click.option("--seed", type=int, help=_help("Equal seeds give equal networks.", "seed"))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("lenet.npz"),
    show_default=True,
    help="Where the weights go; the checkpoint is kept beside it.",
)
@click.option("--resume", is_flag=True, help="Go on from the checkpoint beside --out.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Train a network to read digits.

    Without --data it trains on 5,000 bundled digits of MNIST's training set and is tested on 500
    of its test set. Ctrl+C stops after the batch, saves, and says how to go on.
    """
    from cnnviz_tui.nn import StorageError

    given = {name: options[name] for name in DEFAULTS if options[name] is not None}
    try:
        result = _run(given, options["out"], resume=options["resume"])
    except (StorageError, ValueError) as problem:
        raise click.UsageError(str(problem)) from None
    except OSError as problem:
        raise click.ClickException(f"{problem.filename}: {problem.strerror}") from None
    if result is None:
        ctx.exit(INTERRUPTED)
    if options["as_json"]:
        print_json(result)
    else:
        click.echo(_sentence(result))


def _run(given: dict[str, Any], out: Path, *, resume: bool) -> dict[str, object] | None:
    """Train, or go on training, and write the weights; None if Ctrl+C came first."""
    from cnnviz_tui.cli.train_display import display
    from cnnviz_tui.nn import MODELS
    from cnnviz_tui.nn.checkpoint import fingerprint, load_checkpoint
    from cnnviz_tui.nn.training import Trainer

    path = out.with_name(out.name + ".checkpoint")
    checkpoint = None
    if resume:
        if not path.exists():
            raise ValueError(f"there is no checkpoint {path}, so there is nothing to resume")
        checkpoint = load_checkpoint(path)
        settings = _agree(checkpoint.notes["settings"], given)
    else:
        if path.exists():
            click.echo(f"Starting over; {path} will be replaced (--resume goes on).", err=True)
        settings = _complete(given)
    recipe = _recipe(settings)
    material = _material(settings)
    network = MODELS[settings["model"]]()
    network.initialise(recipe.seed)
    with Trainer(network, *material.training, recipe) as trainer:
        data = fingerprint(*material.training)
        if checkpoint is not None and checkpoint.data != data:
            raise ValueError(f"{path} was trained on other data than it would go on with")
        run = _Run(trainer, material, settings, path, data)
        if checkpoint is not None:
            run.go_on(checkpoint)
        with display(trainer, settings["model"]) as show:
            finished = run.to_the_end(show)
        if not finished:
            click.echo(
                f"Stopped after step {trainer.step_number:,} of {trainer.total_steps:,}. Go on "
                f"with: cnnviz train --resume --out {shlex.quote(str(out))}",
                err=True,
            )
            return None
        return run.finish(out)


class _Run:
    """One training run: its trainer, its diary, and where it is kept."""

    def __init__(
        self,
        trainer: Trainer,
        material: Material,
        settings: dict[str, Any],
        path: Path,
        data: str,
    ) -> None:
        self.trainer, self.material, self.settings = trainer, material, settings
        self.path, self.data = path, data
        self.epochs: list[dict[str, float]] = []
        self.seconds = 0.0
        self._forget()

    def go_on(self, checkpoint: Checkpoint) -> None:
        """Take up a run where its checkpoint left it."""
        self.trainer.restore(checkpoint.state)
        notes = checkpoint.notes
        self.epochs, self.seconds = list(notes["epochs"]), float(notes["seconds"])
        self.loss, self.correct, self.images = notes["sums"]

    def to_the_end(self, show: Display) -> bool:
        """Make all steps; return False when Ctrl+C came first. What was done is saved."""
        import numpy as np

        per_epoch = self.trainer.steps_per_epoch
        show.past(self.epochs)
        self._save()  # so that a run killed at any moment can be resumed
        # Numbers that overflow are noticed by their loss, and said in a sentence.
        quiet = np.errstate(over="ignore", invalid="ignore")
        with quiet, _interruptible() as asked_to_stop:
            for step in self._timed_steps():
                show.step(step)
                if step.number % per_epoch == 0:
                    self._close_epoch(step.epoch)
                    show.epoch(self.epochs[-1])
                if step.number % per_epoch == 0 or step.number % CHECKPOINT_STEPS == 0:
                    self._save()
                if asked_to_stop and not self.trainer.done:
                    self._save()
                    return False
        return True

    def finish(self, out: Path) -> dict[str, object]:
        """Measure the network on the test digits, write its weights, and say how it did."""
        from cnnviz_tui.nn import save_weights
        from cnnviz_tui.nn.training import evaluate

        network, test = self.trainer.evaluated_network(), self.material.test
        measured = evaluate(network, *test)
        save_weights(network, out)
        self.path.unlink(missing_ok=True)
        images = self.trainer.step_number / self.trainer.steps_per_epoch
        return {
            "model": network.name,
            "parameters": network.parameter_count,
            "out": str(out),
            **{name: self.settings[name] for name in ("data", "drawn", "epochs", "seed")},
            "training_images": len(self.trainer.images),
            "validation_images": len(self.material.validation.images),
            "test_images": len(test.images),
            "history": self.epochs,
            "validation_accuracy": self.epochs[-1].get("validation_accuracy"),
            "test_accuracy": measured.accuracy,
            "test_loss": measured.loss,
            "test_errors": len(test.images) - int(measured.confusion.trace()),
            "seconds": round(self.seconds, 1),
            "images_per_second": round(images * len(self.trainer.images) / self.seconds),
        }

    def _timed_steps(self) -> Iterator[Step]:
        begin, before = time.monotonic(), self.seconds
        for step in self.trainer:
            if not isfinite(step.loss):
                raise click.ClickException(
                    f"training went astray at step {step.number:,}: the loss is no longer a "
                    "number; start over with a lower --learning-rate"
                )
            self.loss += step.loss * step.images
            self.correct += step.correct
            self.images += step.images
            self.seconds = before + time.monotonic() - begin
            yield step

    def _close_epoch(self, epoch: int) -> None:
        from cnnviz_tui.nn.training import evaluate

        record = {
            "epoch": epoch,
            "loss": self.loss / self.images,
            "accuracy": self.correct / self.images,
        }
        if len(self.material.validation.images):
            held = evaluate(self.trainer.evaluated_network(), *self.material.validation)
            record |= {"validation_loss": held.loss, "validation_accuracy": held.accuracy}
        self.epochs.append(record)
        self._forget()

    def _forget(self) -> None:
        self.loss, self.correct, self.images = 0.0, 0, 0

    def _save(self) -> None:
        from cnnviz_tui.nn.checkpoint import Checkpoint, save_checkpoint

        notes = {
            "settings": self.settings,
            "epochs": self.epochs,
            "seconds": self.seconds,
            "sums": [self.loss, self.correct, self.images],
        }
        trainer = self.trainer
        save_checkpoint(
            Checkpoint(trainer.network.name, trainer.recipe, self.data, trainer.state(), notes),
            self.path,
        )


def _complete(given: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a new run: what was given, and the defaults that go with it."""
    settings = DEFAULTS | given | {"data": _absolute(given.get("data"))}
    if settings["model"] not in OPTIMISERS:
        raise ValueError(f"there is no model {settings['model']!r}; use {' or '.join(OPTIMISERS)}")
    settings["optimiser"] = settings["optimiser"] or OPTIMISERS[settings["model"]]
    if settings["optimiser"] not in RATES:
        raise ValueError(f"there is no optimiser {settings['optimiser']!r}; use sgd or adamw")
    for name, value in RATES[settings["optimiser"]].items():
        settings[name] = value if settings[name] is None else settings[name]
    return settings


def _agree(began: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that a run began with, if nothing else was asked for now."""
    given = given | ({"data": _absolute(given["data"])} if "data" in given else {})
    for name, value in given.items():
        if began[name] != value:
            option = "--" + name.replace("_", "-")
            raise ValueError(
                f"the run began with {option} {began[name]}, so it cannot go on with {value}; "
                "leave the option out, or start over without --resume"
            )
    return began


def _absolute(folder: Path | None) -> str | None:
    return None if folder is None else str(folder.resolve())


def _recipe(settings: dict[str, Any]) -> Recipe:
    from cnnviz_tui.nn.augmentation import Augmentation
    from cnnviz_tui.nn.training import Recipe

    names = [field.name for field in fields(Recipe) if field.name in settings]
    augmentation = None if settings["no_augment"] else Augmentation()
    return Recipe(**{name: settings[name] for name in names}, augmentation=augmentation)


def _material(settings: dict[str, Any]) -> Material:
    """Read the pictures, hold some back, add drawn ones."""
    import numpy as np

    from cnnviz_tui.digits import Digits, bundled, bundled_training
    from cnnviz_tui.digits.handwriting import handwriting
    from cnnviz_tui.digits.idx import read_mnist

    if settings["data"] is None:
        training, test = bundled_training(), bundled()
    else:
        training, test = read_mnist(Path(settings["data"]))
    count = len(training.images)
    held = settings["validation"]
    held = min(VALIDATION, count // 10) if held is None else held
    if not 0 <= held < count:
        raise ValueError(f"--validation must be at least 0 and below {count:,}, but is {held:,}")
    if settings["drawn"] < 0:
        raise ValueError(f"--drawn must be at least 0, but is {settings['drawn']}")
    # The same pictures whatever the seed, so that runs can be compared.
    order = np.random.default_rng(0).permutation(count)
    kept, back = np.sort(order[held:]), np.sort(order[:held])
    images, labels = training.images[kept], training.labels[kept]
    if settings["drawn"]:
        drawn = handwriting(settings["drawn"], settings["seed"])
        images = np.concatenate([images, drawn.images])
        labels = np.concatenate([labels, drawn.labels])
    validation = Digits(training.images[back], training.labels[back])
    return Material(Digits(images, labels), validation, test)


@contextmanager
def _interruptible() -> Iterator[list[bool]]:
    """Turn the first Ctrl+C (or SIGTERM) into a wish; a second one ends the program at once."""
    wishes: list[bool] = []

    def ask(number: int, _: object) -> None:
        wishes.append(True)
        signal.signal(number, former[signal.Signals(number)])

    former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in former:
        signal.signal(number, ask)
    try:
        yield wishes
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _sentence(result: dict[str, Any]) -> str:
    lines = [
        f"{result['model']} ({result['parameters']:,} parameters) reads "
        f"{result['test_accuracy']:.2%} of {result['test_images']:,} test pictures "
        f"({result['test_errors']:,} errors) after {result['seconds']:,.0f} s "
        f"at {result['images_per_second']:,} pictures a second.",
        f"Its weights are in {result['out']}; read your own pictures with:",
        f"  cnnviz predict --weights {shlex.quote(result['out'])} FILE...",
    ]
    return "\n".join(lines)
