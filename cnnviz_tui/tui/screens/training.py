"""The training lab: watch a LeNet learn from random weights, stop it, go back, try again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.worker import get_current_worker

from cnnviz_tui.digits import Digits, bundled, bundled_training
from cnnviz_tui.nn.training import Recipe
from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.explorer import ActionTarget, Frame, KeyHint, Setting, Timeline
from cnnviz_tui.render.palette import Palette
from cnnviz_tui.render.training import EpochTarget, Pace, paint_training
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.tui.screens.dialogs import AskScreen
from cnnviz_tui.tui.screens.painted import PaintedScreen
from cnnviz_tui.tui.widgets.canvas_view import CanvasView
from cnnviz_tui.walkthroughs.numbers import parse_value, short
from cnnviz_tui.walkthroughs.training import Progress, TrainingError, TrainingSession

UPDATES_PER_SECOND = 5
"""More would only take time from training."""

RECIPE = Recipe(epochs=8)
"""What the lab begins with: short enough to watch to its end."""


class TrainingScreen(PaintedScreen):
    """The lab for one run.

    Args:
        recipe: how to train.
        training: digits to learn from; the bundled ones without.
        test: digits to measure with; the bundled ones without.
        playing: whether to begin at once.
    """

    lowest: ClassVar[int] = 21
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "toggle_play", "train or pause", priority=True),
        Binding("right", "single", "train on one batch"),
        Binding("left", "rewind(-1)", "back to the end of the epoch before"),
        Binding("home", "rewind_to(0)", "back to the random weights"),
        Binding("l", "ask_rate", "another learning rate"),
        Binding("plus,equals_sign", "rate(2)", "twice the learning rate", key_display="+"),
        Binding("minus", "rate(0.5)", "half the learning rate", key_display="-"),
        Binding("r", "restart", "the same run from the beginning"),
        Binding("n", "reseed", "a new run from other random weights"),
        *PaintedScreen.BINDINGS,
    ]

    mouse_help = "With the mouse: press a ● of the line at the bottom to go back to that epoch."
    keys: ClassVar[tuple[KeyHint, ...]] = (
        KeyHint("space", "train", "toggle_play"),
        KeyHint("→", "one batch", "single"),
        KeyHint("←", "epoch back", "rewind(-1)"),
        KeyHint("l", "rate", "ask_rate"),
        KeyHint("r", "again", "restart"),
        KeyHint("?", "help", "show_help"),
    )

    @dataclass
    class Moved(Message):
        """The run has gone on."""

        progress: Progress
        images_per_second: float
        running: bool

        def can_replace(self, message: Message) -> bool:
            """Only the latest standing counts."""
            return isinstance(message, TrainingScreen.Moved)

    def __init__(
        self,
        recipe: Recipe = RECIPE,
        training: Digits | None = None,
        test: Digits | None = None,
        *,
        playing: bool = True,
    ) -> None:
        super().__init__(name="training")
        self.session = TrainingSession(recipe, training or bundled_training(), test or bundled())
        self.progress = self.session.progress()
        self.running = False
        self._images_per_second = 0.0
        self.plays_at_start = playing

    def on_mount(self) -> None:
        """Begin at once, unless the person asked for calm."""
        if self.plays_at_start and self.app.animation_level != "none":
            self.action_toggle_play()

    def on_unmount(self) -> None:
        """Stop the worker and give the session's thread back."""
        self.running = False
        self.session.close()

    # -- training ---------------------------------------------------------------------------------

    @work(thread=True, exclusive=True)
    def _train(self) -> None:
        """Train until paused; the screen hears of it a few times a second."""
        worker = get_current_worker()
        told, trained_at_telling = monotonic(), self.session.progress().step
        speed = 0.0
        while self.running and not worker.is_cancelled and not self.session.done:
            self.session.step()
            now = monotonic()
            if now - told >= 1 / UPDATES_PER_SECOND:
                progress = self.session.progress()
                images = (progress.step - trained_at_telling) * self.session.recipe.batch_size
                speed = images / (now - told)
                told, trained_at_telling = now, progress.step
                self.post_message(self.Moved(progress, speed, True))
        if not worker.is_cancelled:
            self.post_message(self.Moved(self.session.progress(), speed, False))

    @on(Moved)
    def _moved(self, message: Moved) -> None:
        self.progress = message.progress
        self._images_per_second = message.images_per_second
        if not message.running:
            self.running = False
        self.redraw()

    def _stop(self) -> None:
        """Pause, and wait for the batch that is being learnt from."""
        self.running = False
        self.workers.cancel_node(self)

    def _show_now(self) -> None:
        self.progress = self.session.progress()
        self.redraw()

    def action_toggle_play(self) -> None:
        """Train, or pause after the present batch."""
        if self.running:
            self._stop()
            self._show_now()
        elif not self.session.done:
            self.running = True
            self._train()
            self.redraw()

    def action_single(self) -> None:
        """Train on one batch."""
        self._stop()
        self.session.step()
        self._show_now()

    def action_rewind(self, epochs: int) -> None:
        """Back by so many epochs; first to the beginning of the one that is under way."""
        begun = self.progress.step > int(self.progress.test_steps[-1])
        last = self.progress.epochs - 1
        self.action_rewind_to(max(last + epochs + (1 if begun else 0), 0))

    def action_rewind_to(self, epoch: int) -> None:
        """Back to the end of an epoch; 0 is the beginning."""
        self._stop()
        try:
            self.session.rewind(epoch)
        except TrainingError as error:
            self.notify(str(error), severity="warning", markup=False)
        self._show_now()

    def action_restart(self) -> None:
        """The same run again: same weights, same order, same numbers."""
        self._stop()
        self.session.restart()
        self._show_now()

    def action_reseed(self) -> None:
        """Another run, from other random weights."""
        self._stop()
        recipe = self.session.recipe
        self.session.restart(replace(recipe, seed=recipe.seed + 1))
        self._show_now()

    # -- the learning rate ------------------------------------------------------------------------

    def action_rate(self, factor: float) -> None:
        """Multiply the learning rate."""
        self._try_rate(self.session.recipe.learning_rate * factor)

    def _try_rate(self, rate: float) -> str:
        try:
            self.session.change_rate(rate)
        except ShapeError as error:
            return str(error)
        self._show_now()
        return ""

    def action_ask_rate(self) -> None:
        """Type a learning rate."""
        before = self.session.recipe.learning_rate

        def attempt(text: str) -> str:
            try:
                return self._try_rate(parse_value(text, "learning rate"))
            except ShapeError as error:
                return str(error)

        def restore(kept: bool | None) -> None:
            if not kept:
                self._try_rate(before)

        hint = "a number above 0"
        self.app.push_screen(AskScreen("learning rate", hint, f"{before:g}", attempt), restore)

    # -- what is shown ----------------------------------------------------------------------------

    def painted(self, width: int, height: int, palette: Palette) -> Canvas:
        """The lab at a size."""
        canvas = Canvas(width, height, palette)
        if self.cramped(canvas):
            return canvas
        recipe = self.session.recipe
        frame = Frame(
            breadcrumb=("cnnviz", "training lab"),
            settings=(
                Setting("η", short(recipe.learning_rate, 6)),
                Setting("batch", str(recipe.batch_size)),
                Setting("epochs", str(recipe.epochs)),
                Setting("seed", str(recipe.seed)),
            ),
            selected=None,
            changed="",
            formulas=(),
            before=(),
            sums=(),
            caption=self._caption(),
            timeline=Timeline(0, 0, playing=self.running, speed=0),
            keys=self.keys,
        )
        pace = Pace(self.running, self._images_per_second)
        return paint_training(
            width, height, palette, frame, self.progress, self.session.shown, pace
        )

    def _caption(self) -> str:
        progress = self.progress
        if progress.step == 0:
            return "Random weights: every answer is a guess. Press space and watch it learn."
        if progress.done:
            return "The run is over. Go back with ←, change the rate with l, or try again with r."
        if self.running:
            return "Each batch moves all weights a little downhill; test digits are never learnt."
        return "Paused. → learns from one batch, ← goes back an epoch, l changes the rate."

    @on(CanvasView.Pressed)
    async def _pressed(self, event: CanvasView.Pressed) -> None:
        match event.target:
            case ActionTarget(action):
                await self.run_action(action)
            case EpochTarget(epoch):
                self.action_rewind_to(epoch)
            case _:
                pass
