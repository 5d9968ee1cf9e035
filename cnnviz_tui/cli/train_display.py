"""What `cnnviz train` shows while it trains: a bar, numbers and a curve, or plain lines."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import click

if TYPE_CHECKING:
    from rich.console import Group

    from cnnviz_tui.nn.training import Step, Trainer

BARS = "▁▂▃▄▅▆▇█"
CURVE_WIDTH = 60
"""Columns of the loss curve."""
SPEED_STEPS = 200
"""Images a second are measured over this many steps."""


class Display(Protocol):
    """Follows a run; every call may draw."""

    def past(self, epochs: Sequence[Mapping[str, float]]) -> None:
        """Take note of epochs that were trained before."""

    def step(self, step: Step) -> None:
        """Take note of a step."""

    def epoch(self, record: Mapping[str, float]) -> None:
        """Take note of the end of an epoch."""


@contextmanager
def display(trainer: Trainer, model: str) -> Iterator[Display]:
    """Show a live display on a terminal, and one line per epoch anywhere else, on stderr."""
    if not sys.stderr.isatty():
        yield _Lines(trainer.recipe.epochs)
        return
    from rich.console import Console
    from rich.live import Live

    panel = _Panel(trainer, model)
    with Live(get_renderable=panel.render, console=Console(stderr=True), refresh_per_second=4):
        yield panel


def curve(values: Sequence[float], width: int = CURVE_WIDTH) -> str:
    """Draw values as a row of bars, the largest full, each bar the mean of its share of them."""
    if not values:
        return ""
    count = min(width, len(values))
    edges = [len(values) * k // count for k in range(count + 1)]
    means = [sum(values[a:b]) / (b - a) for a, b in pairwise(edges)]
    top = max(means) or 1.0
    return "".join(BARS[min(len(BARS) - 1, int(mean / top * len(BARS)))] for mean in means)


def bar(done: int, total: int, width: int = CURVE_WIDTH) -> str:
    """Draw how much is done, with the part in numbers behind it."""
    full = width * done // max(total, 1)
    return f"{'█' * full}{'░' * (width - full)} {done / max(total, 1):.0%}"


def epoch_line(record: Mapping[str, float], epochs: int) -> str:
    """Say in one line how an epoch went."""
    line = (
        f"epoch {record['epoch']:.0f}/{epochs}: loss {record['loss']:.4f}, "
        f"accuracy {record['accuracy']:.2%}"
    )
    if "validation_accuracy" in record:
        line += f", held-back pictures {record['validation_accuracy']:.2%}"
    return line


class _Lines:
    def __init__(self, epochs: int) -> None:
        self.epochs = epochs

    def past(self, epochs: Sequence[Mapping[str, float]]) -> None:
        """Say where the run goes on."""
        if epochs:
            click.echo(f"going on after epoch {epochs[-1]['epoch']:.0f}", err=True)

    def step(self, step: Step) -> None:
        """Say nothing: a line a step would be a flood."""

    def epoch(self, record: Mapping[str, float]) -> None:
        """Say how the epoch went."""
        click.echo(epoch_line(record, self.epochs), err=True)


class _Panel:
    def __init__(self, trainer: Trainer, model: str) -> None:
        self.trainer, self.model = trainer, model
        self.losses: list[float] = []
        self.lines: list[str] = []
        self.last: Step | None = None
        self.recent: deque[tuple[float, int]] = deque(maxlen=SPEED_STEPS)

    def past(self, epochs: Sequence[Mapping[str, float]]) -> None:
        """Show what was trained before."""
        for record in epochs:
            self.epoch(record)

    def step(self, step: Step) -> None:
        """Remember the step; the screen follows in its own rhythm."""
        self.last = step
        self.losses.append(step.loss)
        self.recent.append((time.monotonic(), step.images))

    def epoch(self, record: Mapping[str, float]) -> None:
        """Add a line."""
        self.lines.append(epoch_line(record, self.trainer.recipe.epochs))

    def render(self) -> Group:
        """Build what is on the screen now."""
        from rich.console import Group
        from rich.text import Text

        trainer = self.trainer
        parts = [Text(line) for line in self.lines[-8:]]
        parts.append(Text(bar(trainer.step_number, trainer.total_steps), style="green"))
        if self.last is not None:
            speed = self._speed()
            left = (trainer.total_steps - trainer.step_number) * trainer.recipe.batch_size
            waiting = f"  {_clock(left / speed)} left" if speed else ""
            parts += [
                Text(
                    f"{self.model}, epoch {self.last.epoch}/{trainer.recipe.epochs}, "
                    f"step {trainer.step_number:,}/{trainer.total_steps:,}"
                ),
                Text(
                    f"loss {self.last.loss:.4f}  "
                    f"accuracy {self.last.correct / self.last.images:.0%}  "
                    f"{speed:,.0f} images/s{waiting}"
                ),
                Text(f"{curve(self.losses)}  loss", style="cyan"),
                Text("Ctrl+C stops after this batch and saves.", style="dim"),
            ]
        return Group(*parts)

    def _speed(self) -> float:
        if len(self.recent) < 2:
            return 0.0
        seconds = self.recent[-1][0] - self.recent[0][0]
        return sum(images for _, images in list(self.recent)[1:]) / max(seconds, 1e-9)


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes}:{seconds:02d}"
