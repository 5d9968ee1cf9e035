"""`cnnviz play`: open an explorer directly, or print its steps as text or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnnviz_tui.cli.terminal import print_json

if TYPE_CHECKING:
    from cnnviz_tui.samples import InputSource
    from cnnviz_tui.walkthroughs.convolution_setup import ConvolutionSetup


@click.group(name="play")
def command() -> None:
    """Open an explorer: a mechanism that you can play, step and change."""


@command.command(name="conv")
@click.option("--preset", "preset", help="Begin with an example; --list names them.")
@click.option("--list", "listing", is_flag=True, help="List examples, inputs and kernels.")
@click.option("--input", "input_name", help="What to slide over, for example digit-3.")
@click.option(
    "--image", type=click.Path(path_type=Path), help="Slide over your own picture (PNG, JPEG ...)."
)
@click.option("--kernel", help="The filter, for example sobel-x.")
@click.option("-N", "--size", help="Input size: 7 or 7x9.")
@click.option("-F", "--filter", "kernel_size", help="Filter size: 3 or 3x5.")
@click.option("-S", "--stride", help="Stride: 2 or 2x1.")
@click.option("-P", "--padding", help="Padding: 1, 1x2, 1,2,0,1 (top,bottom,left,right), same.")
@click.option("-D", "--dilation", help="Dilation: 2 or 2x1.")
@click.option("-K", "--filters", help="Number of filters.")
@click.option("-C", "--channels", help="Number of input channels.")
@click.option("--groups", help="Number of groups.")
@click.option("--bias", help="A number, on or off.")
@click.option("--paused", is_flag=True, help="Do not play at once.")
@click.option("--plain", is_flag=True, help="Print the steps, one a line, instead of a screen.")
@click.option("--json", "as_json", is_flag=True, help="Print the steps as JSON, one a line.")
def conv(preset: str | None, listing: bool, paused: bool, plain: bool, as_json: bool,
         image: Path | None, input_name: str | None, kernel: str | None, **typed: str | None,
         ) -> None:  # fmt: skip
    """A filter slides over a picture, one output number a step."""
    if listing:
        _print_names()
        return
    setup, own = _setup(preset, input_name, image, kernel, typed)
    if as_json or plain:
        _print_steps(setup, as_json)
        return
    from cnnviz_tui.tui.app import run
    from cnnviz_tui.tui.screens.convolution import ConvolutionScreen

    run(ConvolutionScreen(setup, own_source=own, playing=not paused))


_LETTERS = {
    "channels": "C",
    "filters": "K",
    "groups": "G",
    "size": "N",
    "kernel_size": "F",
    "stride": "S",
    "padding": "P",
    "dilation": "D",
    "bias": "b",
}


def _setup(
    preset: str | None,
    input_name: str | None,
    image: Path | None,
    kernel: str | None,
    typed: dict[str, str | None],
) -> tuple[ConvolutionSetup, InputSource | None]:
    from cnnviz_tui.samples import input_from_file, input_named
    from cnnviz_tui.walkthroughs.convolution_fields import field_of
    from cnnviz_tui.walkthroughs.convolution_setup import preset_named

    if image is not None and input_name is not None:
        raise click.UsageError("--image and --input both name a picture: give one of them.")
    try:
        setup = preset_named(preset or "digit").setup
        own = input_from_file(image) if image is not None else None
        source = own or (input_named(input_name) if input_name is not None else None)
        if source is not None:
            setup = setup.with_source(source)
        if kernel is not None:
            setup = setup.with_kernel(kernel)
        for name, letter in _LETTERS.items():
            text = typed[name]
            if text is not None:
                setup = field_of(letter).typed(setup, text)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    changed = source is not None or kernel is not None or any(typed.values())
    return (setup.changed(title="") if changed else setup), own


def _print_names() -> None:
    from cnnviz_tui.samples import INPUTS, KERNELS
    from cnnviz_tui.walkthroughs.convolution_setup import presets

    groups: dict[str, dict[str, str]] = {
        "--preset": {p.name: p.about for p in presets()},
        "--input": {s.name: f"{s.title}, {s.size[0]}x{s.size[1]}x{s.channels}" for s in INPUTS},
        "--kernel": {k.name: k.about for k in KERNELS},
    }
    for option, names in groups.items():
        click.echo(option)
        width = max(map(len, names))
        for name, about in names.items():
            click.echo(f"  {name:<{width}}  {about}")


def _print_steps(setup: ConvolutionSetup, as_json: bool) -> None:
    from cnnviz_tui.render.plain import plain_header, plain_step

    walkthrough = setup.build()
    if walkthrough.problem:
        raise click.ClickException(walkthrough.problem)
    if not as_json:
        click.echo(plain_header(walkthrough))
    for step in walkthrough:
        if as_json:
            print_json(step.data)
        else:
            click.echo(plain_step(step, len(walkthrough)))
