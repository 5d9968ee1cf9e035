"""`cnnviz play zoo`: the museum of networks, on a screen, as text or as data."""

from __future__ import annotations

import click

from cnnviz_tui.cli.terminal import print_json, print_text

_GRADIENTS = "gradients"


@click.command(name="zoo")
@click.argument("name", required=False)
@click.option("--plain", is_flag=True, help="Print it as text.")
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON object.")
@click.option("--depth", type=click.IntRange(2, 60), default=20, show_default=True,
              help="Layers of the experiment on gradients.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True,
              help="Of the experiment's random weights.")  # fmt: skip
def museum(name: str | None, plain: bool, as_json: bool, depth: int, seed: int) -> None:
    """Walk through the famous networks; cnnviz zoo lists them without a screen.

    NAME is an exhibit (lenet, alexnet, vgg, googlenet, resnet ...), a network of cnnviz zoo, or
    gradients for the experiment on vanishing gradients.
    """
    if plain or as_json:
        _print(name, as_json, depth, seed)
        return
    from cnnviz_tui.tui.app import run
    from cnnviz_tui.tui.screens.gradients import GradientsScreen
    from cnnviz_tui.tui.screens.museum import MuseumScreen
    from cnnviz_tui.tui.screens.museum_exhibit import ExhibitScreen
    from cnnviz_tui.walkthroughs.museum import EXHIBITS, exhibit_named

    if name is None:
        run(MuseumScreen())
    elif name == _GRADIENTS:
        run(GradientsScreen(depth, seed))
    else:
        exhibit, network = exhibit_named(name)
        if network:
            run(ExhibitScreen(exhibit, network))
        else:
            run(MuseumScreen(EXHIBITS.index(exhibit)))


def _print(name: str | None, as_json: bool, depth: int, seed: int) -> None:
    from cnnviz_tui.render import museum_text
    from cnnviz_tui.walkthroughs.gradients import Setup, measure
    from cnnviz_tui.walkthroughs.museum import exhibit_named

    if name is None:
        data, lines = museum_text.museum_data(), museum_text.museum_lines()
    elif name == _GRADIENTS:
        setup = Setup(depth, seed)
        measured = measure(setup)
        data = museum_text.gradients_data(setup, measured)
        lines = museum_text.gradients_lines(setup, measured)
    else:
        found = exhibit_named(name)
        data, lines = museum_text.exhibit_data(*found), museum_text.exhibit_lines(*found)
    if as_json:
        print_json(data)
    else:
        print_text("\n".join(lines))
