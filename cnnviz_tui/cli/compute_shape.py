"""``cnnviz compute-shape``: what one layer makes of an input, and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import click

from cnnviz_tui.cli.shape_report import Report, largest_padding, text_report
from cnnviz_tui.cli.terminal import print_json, print_text
from cnnviz_tui.shapes.axis import Axis, per_axis
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.layers import (
    AdaptivePooling,
    Convolution,
    Pooling,
    PoolingKind,
    TransposedConvolution,
)
from cnnviz_tui.shapes.notation import parse_lengths, parse_number, parse_padding
from cnnviz_tui.shapes.snippets import Snippable
from cnnviz_tui.shapes.transposed import TransposedAxis

if TYPE_CHECKING:
    from cnnviz_tui.shapes.inverse import Choice

Layout = Literal["hwc", "chw"]
T = TypeVar("T")

_SLIDING = {"filter", "stride", "padding", "want"}
_FILTERS = _SLIDING | {"dilation", "filters", "groups", "no_bias"}
_OPTIONS = {
    "conv": _FILTERS,
    "conv-transpose": _FILTERS | {"output_padding"},
    "max-pool": _SLIDING | {"dilation", "ceil"},
    "avg-pool": _SLIDING | {"ceil"},
    "adaptive-pool": {"output_size", "kind"},
}
"""Which options mean something for which operation, beyond those that always do."""

_ALWAYS = {"input", "op", "layout", "strict", "as_json"}


_HELP = """Compute the output size, parameters and MACs of one layer.

INPUT is 7 (one axis), 32x32 (height x width) or 32x32x3 (with channels). Without channels it has
one, and the output is written like the input, except that several filters add their number.

\b
Examples:
  cnnviz compute-shape 32x32x3 -F 5 -K 10 -P 2
  cnnviz compute-shape 7 -F 3 -S 3
  cnnviz compute-shape 3x224x224 --layout chw -F 7 -S 2 -K 64
  cnnviz compute-shape 28x28x6 --op max-pool -F 2
"""


class _Sizes(click.Command):
    """A command whose argument may look like an option when it is negative."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; -3 is a size below 1, not an unknown option."""
        # Before click takes -F for a short option it looks for long ones that resemble it, which
        # imports difflib; that is a thirtieth of the time that this command takes.
        longer = {o: p.opts[-1] for p in self.params for o in p.opts if o[1:2] != "-"}
        try:
            return super().parse_args(ctx, [longer.get(arg, arg) for arg in args])
        except click.NoSuchOption as error:
            if error.option_name[1:2].isdecimal():
                raise click.UsageError("An input size must be at least 1, not negative.") from None
            raise


@click.command(
    "compute-shape",
    cls=_Sizes,
    help=_HELP,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.argument("input", metavar="INPUT")
@click.option("-F", "--filter", metavar="SIZE", help="Filter (window) size F, such as 5 or 3x5.")
@click.option("-S", "--stride", metavar="SIZE", help="Stride S. [default: 1; pooling: F]")
@click.option(
    "-P",
    "--padding",
    metavar="PADDING",
    help="Padding P: 1, 1x2, 1,2,0,1 (top,bottom,left,right), same or valid. [default: 0]",
)
@click.option("-D", "--dilation", metavar="SIZE", help="Dilation D. [default: 1]")
@click.option("-K", "--filters", metavar="NUMBER", help="Number of filters K. [default: 1]")
@click.option("--groups", metavar="NUMBER", help="Groups of channels. [default: 1]")
@click.option("--no-bias", is_flag=True, help="Filters without a bias.")
@click.option(
    "--op", type=click.Choice(list(_OPTIONS)), default="conv", show_default=True, help="The layer."
)
@click.option("--output-size", metavar="SIZE", help="What adaptive pooling pools to.")
@click.option(
    "--kind", type=click.Choice(["avg", "max"]), help="Which adaptive pooling. [default: avg]"
)
@click.option("--output-padding", metavar="SIZE", help="Added to a transposed output's end.")
@click.option("--ceil", is_flag=True, help="Pooling that rounds up instead of down.")
@click.option(
    "--layout",
    type=click.Choice(["hwc", "chw"]),
    default="hwc",
    show_default=True,
    help="Where the channels stand; chw is PyTorch's order.",
)
@click.option("--want", metavar="OUT", help="List the paddings and strides that give OUT.")
@click.option("--strict", is_flag=True, help="Exit with 1 if the filter does not fit.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Print one layer's output size, parameters, MACs and code."""
    _refuse_what_does_not_apply(ctx, options)
    layout: Layout = options["layout"]
    numbers = parse_lengths(options["input"], "input size")
    channels, sizes = _volume(numbers, layout)
    layer = _layer(options, channels, len(sizes))
    out_channels, out_sizes = layer.output(channels, sizes)
    shows_channels = len(numbers) == 3 or out_channels > 1
    wanted, choices = _wanted(options, layer, sizes)
    report = Report(
        op=options["op"],
        layer=layer,
        channels=channels,
        sizes=sizes,
        input=numbers,
        output=_written(out_channels, out_sizes, layout) if shows_channels else out_sizes,
        wanted=wanted,
        choices=choices,
    )
    if options["as_json"]:
        print_json(report.as_json())
    else:
        print_text(text_report(report))
    misfit = options["strict"] and not report.fits
    if misfit or (wanted is not None and not choices):
        ctx.exit(1)


def _refuse_what_does_not_apply(ctx: click.Context, options: dict[str, Any]) -> None:
    """Raise a usage error for an option that the operation has no use for."""
    op = options["op"]
    allowed = _OPTIONS[op] | _ALWAYS
    for parameter in ctx.command.params:
        given = options.get(parameter.name or "")
        if given not in (None, False) and parameter.name not in allowed:
            option = "/".join(parameter.opts)
            meant = [name for name, names in _OPTIONS.items() if parameter.name in names]
            raise click.UsageError(
                f"{option} means nothing for {op}, only for {' and '.join(meant)}; leave it out."
            )


def _volume(numbers: tuple[int, ...], layout: Layout) -> tuple[int, tuple[int, ...]]:
    """Return the channels and spatial sizes of an input as it was written."""
    if len(numbers) > 3:
        raise ShapeError(
            f"The input has {len(numbers)} numbers; give one (7), two (32x32) or three (32x32x3)."
        )
    if len(numbers) < 3:
        return 1, numbers
    return (numbers[0], numbers[1:]) if layout == "chw" else (numbers[2], numbers[:2])


def _written(channels: int, sizes: tuple[int, ...], layout: Layout) -> tuple[int, ...]:
    """Return a volume in the order of the layout."""
    return (channels, *sizes) if layout == "chw" else (*sizes, channels)


def _layer(options: dict[str, Any], channels: int, rank: int) -> Snippable:
    """Return the layer that the options describe."""
    op = options["op"]
    if op == "adaptive-pool":
        if options["output_size"] is None:
            raise click.UsageError(
                "Give the size that adaptive pooling pools to, for example --output-size 7."
            )
        kind = cast(PoolingKind, options["kind"] or "avg")
        size = _lengths(options, "output_size", rank)
        return AdaptivePooling(kind, size, rank=rank)
    if options["filter"] is None:
        example = 2 if op.endswith("pool") else 3
        raise click.UsageError(f"Give the filter size, for example -F {example}.")
    window = _lengths(options, "filter", rank)
    stride = _lengths(options, "stride", rank, 1)
    padding = parse_padding(options["padding"] or "0")
    dilation = _lengths(options, "dilation", rank, 1)
    if op.endswith("pool"):
        return Pooling(
            "max" if op == "max-pool" else "avg",
            window,
            stride if options["stride"] is not None else None,
            padding,
            dilation,
            ceil_mode=options["ceil"],
            rank=rank,
        )
    filters = parse_number(options["filters"] or "1", "number of filters")
    groups = parse_number(options["groups"] or "1", "number of groups")
    bias = not options["no_bias"]
    if op == "conv":
        return Convolution(channels, filters, window, stride, padding, dilation, groups, bias, rank)
    return TransposedConvolution(
        channels,
        filters,
        window,
        stride,
        padding,
        dilation,
        groups,
        bias,
        rank,
        output_padding=_lengths(options, "output_padding", rank, 0, least=0),
    )


def _lengths(
    options: dict[str, Any], option: str, rank: int, default: int = 1, *, least: int = 1
) -> tuple[int, ...]:
    """Return an option's numbers, one per axis."""
    name = option.replace("_", " ")
    text = options[option]
    numbers = (default,) if text is None else parse_lengths(text, name, least)
    return per_axis(numbers, rank, name)


def _wanted(
    options: dict[str, Any], layer: Snippable, sizes: tuple[int, ...]
) -> tuple[tuple[int, ...] | None, tuple[Choice, ...]]:
    """Return what --want asks for and what gives it; what was typed stays as it is."""
    if options["want"] is None or isinstance(layer, AdaptivePooling):
        return None, ()
    from cnnviz_tui.shapes.inverse import choices_for

    if layer.padding == "same":
        raise click.UsageError(
            "--want looks for paddings itself; give -P in numbers to keep it, or leave it out."
        )
    wanted = per_axis(parse_lengths(options["want"], "wanted output"), len(sizes), "wanted output")
    axes: tuple[Axis | TransposedAxis, ...] = layer.axes(sizes)
    choices = choices_for(
        axes,
        wanted,
        padding=_if_given(options, "padding", tuple((axis.before, axis.after) for axis in axes)),
        stride=_if_given(options, "stride", tuple(axis.stride for axis in axes)),
        largest_padding=largest_padding(layer),
    )
    return wanted, choices


def _if_given(options: dict[str, Any], option: str, value: T) -> T | None:
    """Return the value if the option was typed."""
    return None if options[option] is None else value
