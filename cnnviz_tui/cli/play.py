"""`cnnviz play`: open an explorer directly, or print its steps as text or JSON."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz_tui.cli.play_trace import trace_screen
from cnnviz_tui.cli.play_zoo import museum
from cnnviz_tui.cli.terminal import print_json, print_text

if TYPE_CHECKING:
    from cnnviz_tui.digits import Digits


class PlayGroup(click.Group):
    """One command a mechanism, made of its fields when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all mechanisms."""
        from cnnviz_tui.walkthroughs.mechanism import MECHANISMS

        return [*MECHANISMS, *_LABS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of one mechanism."""
        from cnnviz_tui.walkthroughs.mechanism import MECHANISMS, mechanism

        if cmd_name in _LABS:
            return _LABS[cmd_name]
        if cmd_name not in MECHANISMS:
            return None
        return _command_of(mechanism(cmd_name))


@click.command(name="train")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Folder with MNIST's four IDX files. [default: the bundled digits]",
)
@click.option("--epochs", type=click.IntRange(1, 200), default=8, show_default=True)
@click.option("--learning-rate", type=click.FloatRange(0, 10, min_open=True), default=0.004,
              show_default=True)  # fmt: skip
@click.option("--batch-size", type=click.IntRange(1, 4096), default=64, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--paused", is_flag=True, help="Do not train at once.")
def training_lab(
    data: Path | None,
    epochs: int,
    learning_rate: float,
    batch_size: int,
    seed: int,
    paused: bool,
) -> None:
    """Watch a LeNet learn from random weights; cnnviz train does it without a screen."""
    from cnnviz_tui.nn.training import Recipe
    from cnnviz_tui.tui.app import run
    from cnnviz_tui.tui.screens.training import TrainingScreen

    training, test = _read_digits(data) if data is not None else (None, None)
    recipe = Recipe(epochs=epochs, learning_rate=learning_rate, batch_size=batch_size, seed=seed)
    run(TrainingScreen(recipe, training, test, playing=not paused))


_LABS = {"train": training_lab, "trace": trace_screen, "zoo": museum}
"""What can be played besides mechanisms."""


def _read_digits(folder: Path) -> tuple[Digits, Digits]:
    from cnnviz_tui.digits.idx import IdxError, read_mnist

    try:
        data = read_mnist(folder)
    except IdxError as error:
        raise click.UsageError(str(error)) from None
    return data.training, data.test


@click.command(name="play", cls=PlayGroup)
def command() -> None:
    """Open an explorer: a mechanism that you can play, step and change."""


def _command_of(mechanism: Any) -> click.Command:
    """A command with an option for every field."""
    options: list[click.Parameter] = [
        click.Option(["--preset"], metavar="NAME", help="Begin with an example; --list names them.")
    ]
    for field in mechanism.fields:
        names = [f"--{field.option}", f"field_{field.option}".replace("-", "_")]
        if len(field.symbol) == 1:
            names.insert(0, f"-{field.symbol}")
        options.append(click.Option(names, metavar="VALUE", help=f"{field.name}: {field.hint}."))
    options += [
        click.Option(["--paused"], is_flag=True, help="Do not play at once."),
        click.Option(["--plain"], is_flag=True, help="Print the steps as text, one a line."),
        click.Option(["--json", "as_json"], is_flag=True, help="Print the steps as JSON lines."),
        click.Option(["--list", "listing"], is_flag=True, help="List the names one can give."),
        click.Option(
            ["--svg"],
            type=click.Path(dir_okay=False, path_type=Path),
            help="Write one step as a picture instead of opening a screen.",
        ),
        click.Option(
            ["--step"], type=click.IntRange(min=1), help="Begin with this step, counted from 1."
        ),
        click.Option(
            ["--room"], default="100x30", help="The picture's size: columns x lines.", metavar="WxH"
        ),
        click.Option(["--light"], is_flag=True, help="The picture in light colours."),
    ]

    def play(
        preset: str | None,
        paused: bool,
        plain: bool,
        as_json: bool,
        listing: bool,
        svg: Path | None,
        step: int | None,
        room: str,
        light: bool,
        **given: str | None,
    ) -> None:
        if listing:
            _print_names(mechanism)
            return
        typed = {
            name.removeprefix("field_").replace("_", "-"): text
            for name, text in given.items()
            if text is not None
        }
        setup = mechanism.set_up(preset or "", typed)
        if as_json or plain:
            _print_steps(setup.build(), as_json, step or 1)
            return
        from cnnviz_tui.tui.catalogue import explorer_of

        explorer = explorer_of(mechanism.name, setup, playing=not (paused or svg))
        if step is not None:
            explorer.player.seek(step - 1)
        if svg is not None:
            _write_picture(explorer, svg, room, light)
            return
        from cnnviz_tui.tui.app import run

        run(explorer)

    return click.Command(
        mechanism.name, callback=play, params=options, help=mechanism.about, no_args_is_help=False
    )


def _write_picture(explorer: Any, path: Path, room: str, light: bool) -> None:
    """Write what an explorer shows as an SVG picture."""
    from cnnviz_tui.files import write_atomically
    from cnnviz_tui.render.explorer import SMALLEST
    from cnnviz_tui.render.palette import DARK, LIGHT
    from cnnviz_tui.render.svg import svg_of
    from cnnviz_tui.shapes.notation import parse_lengths

    size = parse_lengths(room, "room")
    if len(size) != 2 or size[0] < SMALLEST[0] or size[1] < SMALLEST[1] or max(size) > 1000:
        least = "x".join(map(str, SMALLEST))
        raise click.UsageError(f"--room {room} must be columns x lines from {least} to 1000x1000.")
    canvas = explorer.painted(*size, LIGHT if light else DARK)
    try:
        write_atomically(path, svg_of(canvas, f"cnnviz: {explorer.name}").encode())
    except OSError as error:
        raise click.UsageError(f"Cannot write '{path}': {error.strerror}.") from error


def _print_names(mechanism: Any) -> None:
    from cnnviz_tui.walkthroughs.mechanism import ChoiceField

    tables: dict[str, Mapping[str, str]] = {
        "--preset": {preset.name: preset.about for preset in mechanism.presets()}
    }
    for field in mechanism.fields:
        if isinstance(field, ChoiceField):
            tables[f"--{field.option}"] = field.names()
    for option, names in tables.items():
        print_text(option)
        width = max(map(len, names))
        for name, about in names.items():
            print_text(f"  {name:<{width}}  {about}")


def _print_steps(walkthrough: Any, as_json: bool, first: int) -> None:
    from cnnviz_tui.render.plain import plain_header, plain_step

    if walkthrough.problem:
        raise click.UsageError(walkthrough.problem)
    length = len(walkthrough)
    if first > length:
        raise click.UsageError(f"--step {first} is beyond the last step, {length}.")
    if not as_json:
        print_text(plain_header(walkthrough))
    for index in range(first - 1, length):
        step = walkthrough[index]
        if as_json:
            print_json(step.data)
        else:
            print_text(plain_step(step, length))
