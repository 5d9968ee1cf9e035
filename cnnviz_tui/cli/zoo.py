"""``cnnviz zoo``: famous networks, layer by layer, with their sizes and costs computed."""

from __future__ import annotations

import textwrap

import click

from cnnviz_tui.cli.network_report import Column, as_json, table, terminal_width, text_report
from cnnviz_tui.cli.terminal import print_json
from cnnviz_tui.networks.zoo.catalogue import ZooNetwork, load, load_all
from cnnviz_tui.shapes.notation import parse_lengths, parse_number

_HELP = """List the famous networks, or show NAME layer by layer.

Every number is computed from the network's description. Exit code 1: the input does not fit.

\b
Examples:
  cnnviz zoo
  cnnviz zoo vgg16 --batch 64
  cnnviz zoo resnet18 --input 3x96x96 --json
"""


@click.command(
    "zoo",
    help=_HELP,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.argument("name", required=False)
@click.option("--input", "size", metavar="SIZE", help="Another input, C x H x W, such as 3x96x96.")
@click.option("--batch", metavar="NUMBER", default="1", help="Pictures at a time, for the memory.")
@click.option("--json", "as_object", is_flag=True, help="Print one JSON object.")
@click.pass_context
def command(
    ctx: click.Context, name: str | None, size: str | None, batch: str, as_object: bool
) -> None:
    """Print the list, or one network's table; exit with 1 if the input does not fit."""
    pictures = parse_number(batch, "batch")
    if name is None:
        if size is not None:
            raise click.UsageError("--input goes with the name of a network.")
        _list(as_object)
        return
    network = load(name)
    trace = network.trace(None if size is None else parse_lengths(size, "input size"))
    if as_object:
        print_json(_head(network) | as_json(trace, pictures))
    else:
        click.echo("\n".join(_intro(network)) + "\n\n" + text_report(trace, pictures))
    if not trace.ok:
        ctx.exit(1)


def _head(network: ZooNetwork) -> dict[str, object]:
    """Return what there is to know of a network without measuring it."""
    return {
        "name": network.name,
        "title": network.title,
        "year": network.year,
        "source": network.source,
        "about": network.about,
        "published_parameters": network.parameters,
        "published_gigamacs": float(network.gigamacs) if network.gigamacs else None,
    }


def _intro(network: ZooNetwork) -> list[str]:
    """Return the lines above the table."""
    width = terminal_width()
    lines = [f"{network.title} ({network.year})"]
    for text in (network.about, network.source):
        lines += textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="  ")
    return lines


def _list(as_object: bool) -> None:
    """List all networks, the oldest first."""
    networks = load_all()
    traces = [network.trace() for network in networks]
    if as_object:
        rows = [
            _head(network)
            | {
                "input": list(network.input),
                "total_parameters": trace.total_parameters,
                "total_macs": trace.total_macs,
                "layers": len(trace.layers),
            }
            for network, trace in zip(networks, traces, strict=True)
        ]
        print_json({"networks": rows})
        return
    columns = [
        Column("network", [network.name for network in networks]),
        Column("year", [str(network.year) for network in networks]),
        Column("input", ["×".join(map(str, network.input)) for network in networks]),
        Column("parameters", [f"{trace.total_parameters:,}" for trace in traces], right=True),
        Column("MACs", [f"{trace.total_macs:,}" for trace in traces], right=True),
    ]
    wide = terminal_width()
    titles = Column("title", [network.title for network in networks])
    if sum(one.width + 2 for one in (*columns, titles)) - 2 <= wide:
        columns.append(titles)
    click.echo("\n".join(table(columns, wide, [""] * len(networks))))
    click.echo("\ncnnviz zoo NAME shows one layer by layer; 1 MAC = 2 FLOPs.")
