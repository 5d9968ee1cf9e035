"""`cnnviz play`: open an explorer directly, or print its steps as text or JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from cnnviz_tui.cli.terminal import print_json


class PlayGroup(click.Group):
    """One command a mechanism, made of its fields when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all mechanisms."""
        from cnnviz_tui.walkthroughs.mechanism import MECHANISMS

        return list(MECHANISMS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of one mechanism."""
        from cnnviz_tui.walkthroughs.mechanism import MECHANISMS, mechanism

        if cmd_name not in MECHANISMS:
            return None
        return _command_of(mechanism(cmd_name))


@click.command(name="play", cls=PlayGroup)
def command() -> None:
    """Open an explorer: a mechanism that you can play, step and change."""


def _command_of(mechanism: Any) -> click.Command:
    """A command with an option for every field."""
    options: list[click.Parameter] = [
        click.Option(["--preset"], metavar="NAME", help="Begin with an example; --list names them.")
    ]
    for field in mechanism.fields:
        names = [f"--{field.option}", f"field_{field.option}"]
        if field.symbol:
            names.insert(0, f"-{field.symbol}")
        options.append(click.Option(names, metavar="VALUE", help=f"{field.name}: {field.hint}."))
    options += [
        click.Option(["--paused"], is_flag=True, help="Do not play at once."),
        click.Option(["--plain"], is_flag=True, help="Print the steps as text, one a line."),
        click.Option(["--json", "as_json"], is_flag=True, help="Print the steps as JSON lines."),
        click.Option(["--list", "listing"], is_flag=True, help="List the names one can give."),
    ]

    def play(
        preset: str | None,
        paused: bool,
        plain: bool,
        as_json: bool,
        listing: bool,
        **given: str | None,
    ) -> None:
        if listing:
            _print_names(mechanism)
            return
        typed = {
            name.removeprefix("field_"): text for name, text in given.items() if text is not None
        }
        setup = mechanism.set_up(preset or "", typed)
        if as_json or plain:
            _print_steps(setup.build(), as_json)
            return
        from cnnviz_tui.tui.app import run
        from cnnviz_tui.tui.catalogue import explorer_of

        run(explorer_of(mechanism.name, setup, playing=not paused))

    return click.Command(
        mechanism.name, callback=play, params=options, help=mechanism.about, no_args_is_help=False
    )


def _print_names(mechanism: Any) -> None:
    from cnnviz_tui.walkthroughs.mechanism import ChoiceField

    tables: dict[str, Mapping[str, str]] = {
        "--preset": {preset.name: preset.about for preset in mechanism.presets()}
    }
    for field in mechanism.fields:
        if isinstance(field, ChoiceField):
            tables[f"--{field.option}"] = field.names()
    for option, names in tables.items():
        click.echo(option)
        width = max(map(len, names))
        for name, about in names.items():
            click.echo(f"  {name:<{width}}  {about}")


def _print_steps(walkthrough: Any, as_json: bool) -> None:
    from cnnviz_tui.render.plain import plain_header, plain_step

    if walkthrough.problem:
        raise click.ClickException(walkthrough.problem)
    if not as_json:
        click.echo(plain_header(walkthrough))
    for step in walkthrough:
        if as_json:
            print_json(step.data)
        else:
            click.echo(plain_step(step, len(walkthrough)))
