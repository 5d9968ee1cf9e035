"""Small changes to a source text, proposed for a layer that does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cnnviz_tui.networks.graph import Node, Site, Span
from cnnviz_tui.networks.operations.rearrange import Reshape
from cnnviz_tui.networks.operations.windows import Conv, Pool
from cnnviz_tui.networks.result import Framework, Reading
from cnnviz_tui.networks.sizes import Shape, count, has_batch
from cnnviz_tui.networks.tracing import LayerError, LayerTrace
from cnnviz_tui.shapes.axis import per_axis


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of text that takes the place of another.

    Args:
        span: what is replaced; an empty one for an insertion.
        text: what is written there.
        shown: the piece of code that is shown to people, the edit in it.
    """

    span: Span
    text: str
    shown: Span

    def apply(self, source: str) -> str:
        """Return the edited source."""
        return source[: self.span.start] + self.text + source[self.span.end :]

    def label(self, source: str) -> tuple[int, str]:
        """Return the line and the corrected code, on one line."""
        start = min(self.shown.start, self.span.start)
        end = max(self.shown.end, self.span.end)
        code = source[start : self.span.start] + self.text + source[self.span.end : end]
        return source.count("\n", 0, self.span.start) + 1, " ".join(code.split())


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a framework writes what is missing.

    Args:
        flatten: a layer in front of another in a list, with ``{prefix}`` for ``nn.``.
        wrap: a flattened expression.
    """

    flatten: str
    wrap: str


_DIALECTS: Mapping[Framework, Dialect] = {
    "notation": Dialect("flatten | ", ""),
    "pytorch": Dialect("{prefix}Flatten(), ", "torch.flatten({fed}, 1)"),
    "keras": Dialect("{prefix}Flatten(), ", "{prefix}Flatten()({fed})"),
}


def proposals(reading: Reading, stop: LayerError, source: str) -> Iterator[Edit]:
    """Yield edits that might mend a misfit, the smallest and most direct first.

    Args:
        reading: the trace up to the misfit.
        stop: the misfit.
        source: the text.
    """
    misfit = stop.misfit
    if misfit.reason == "not flat":
        yield from _flattened(reading.framework, stop.node, source)
    if misfit.argument and misfit.wanted is not None:
        yield from _set(stop.node.site, misfit.argument, misfit.wanted, source)
    rows = reading.tracer.rows
    if misfit.reason == "batch":
        yield from _whole_rows(rows, stop, source)
    if misfit.reason == "groups":
        yield from _regrouped(stop, source)
    if misfit.reason in ("channels", "features") and isinstance(misfit.expected, int):
        yield from _producer(rows, stop.node, misfit.expected, source)
    if misfit.reason in ("features", "view", "batch", "not flat"):
        yield from _paddings(rows, _path(rows, stop.node.inputs[:1]), source)
    if misfit.reason == "join":
        yield from _joined(rows, stop, source)


def line_span(source: str, span: Span) -> Span:
    """Return the line in which a piece of the text stands, without its indentation."""
    start = source.rfind("\n", 0, span.start) + 1
    end = source.find("\n", span.end)
    line = source[start : end if end >= 0 else len(source)]
    return Span(start + len(line) - len(line.lstrip()), start + len(line.rstrip()))


def _set(site: Site | None, argument: str, value: int, source: str) -> Iterator[Edit]:
    """Give an argument of a layer another value, where it was written."""
    if site is None:
        return
    written = site.arguments.get(argument)
    if written is None:
        if argument in site.append:
            yield Edit(Span(site.end, site.end), f"{site.append[argument]}{value}", site.span)
        return
    if written.origin is not None:
        yield Edit(written.origin, str(value), line_span(source, written.origin))
    yield Edit(written.span, str(value), site.span)


def _flattened(framework: Framework, node: Node, source: str) -> Iterator[Edit]:
    """Put a flatten in front of a layer."""
    dialect = _DIALECTS.get(framework)
    if dialect is None or node.site is None:
        return
    span = node.site.span
    function = source[span.start : span.end].split("(")[0]
    prefix = function.rpartition(".")[0]
    prefix = f"{prefix}." if prefix else ""
    if node.fed is not None and dialect.wrap:
        fed = source[node.fed.start : node.fed.end]
        wrapped = dialect.wrap.format(fed=fed, prefix=prefix)
        yield Edit(node.fed, wrapped, line_span(source, node.fed))
    text = dialect.flatten.format(prefix=prefix)
    yield Edit(Span(span.start, span.start), text, span)


def _whole_rows(rows: list[LayerTrace], stop: LayerError, source: str) -> Iterator[Edit]:
    """Let a view that cut pictures apart make one row of each."""
    for index in _path(rows, stop.node.inputs[:1]):
        row = rows[index]
        numbers = count(row.input)
        if isinstance(row.node.operation, Reshape) and not has_batch(row.output) and numbers:
            yield from _set(row.node.site, "sizes", numbers, source)
            return


def _regrouped(stop: LayerError, source: str) -> Iterator[Edit]:
    """Choose groups that divide the channels, or filters that the groups divide."""
    operation = stop.node.operation
    if not isinstance(operation, Conv) or not isinstance(stop.misfit.got, int):
        return
    channels, filters = stop.misfit.got, operation.out_channels
    fitting = [
        g
        for g in range(1, min(channels, operation.groups) + 1)
        if channels % g == 0 and filters % g == 0
    ]
    if fitting:
        yield from _set(stop.node.site, "groups", fitting[-1], source)
    if channels % operation.groups == 0:
        more = -(-filters // operation.groups) * operation.groups
        yield from _set(stop.node.site, "out_channels", more, source)


def _producer(rows: list[LayerTrace], node: Node, wanted: int, source: str) -> Iterator[Edit]:
    """Let the layer before put out as many channels as are expected."""
    for index in _path(rows, node.inputs[:1]):
        site = rows[index].node.site
        for argument in ("out_channels", "out_features"):
            if site is not None and argument in site.arguments:
                yield from _set(site, argument, wanted, source)
                return
        if rows[index].input != rows[index].output and not rows[index].formula:
            return


def _path(rows: list[LayerTrace], inputs: tuple[int, ...]) -> list[int]:
    """Return the nodes that lead to an input, the last one first, along first inputs."""
    path = []
    index = inputs[0] if inputs else -1
    while index >= 0:
        path.append(index)
        before = rows[index].node.inputs
        index = before[0] if before else -1
    return path


def _paddings(rows: list[LayerTrace], path: list[int], source: str) -> Iterator[Edit]:
    """Try other paddings in the convolutions on the way, the first ones first."""
    windows = [i for i in reversed(path) if isinstance(rows[i].node.operation, Conv)]
    for index in windows[:6]:
        operation = rows[index].node.operation
        if not isinstance(operation, Conv) or isinstance(operation.padding, str):
            continue
        reach = max(per_axis(operation.kernel_size, operation.rank, "filter"))
        now = operation.padding if isinstance(operation.padding, int) else None
        for padding in sorted({(reach - 1) // 2, 0, 1, 2}, reverse=True):
            if padding != now and padding < reach:
                yield from _set(rows[index].node.site, "padding", padding, source)


def _joined(rows: list[LayerTrace], stop: LayerError, source: str) -> Iterator[Edit]:
    """Change what the layers on the branches do so that their ends agree."""
    branches = [_path(rows, (index,)) for index in stop.node.inputs]
    shared = set.intersection(*map(set, branches)) if branches else set()
    ends = [shape for shape in stop.shapes if shape is not None]
    channels = {_channels(shape) for shape in ends} - {None}
    for branch in branches:
        own = [index for index in branch if index not in shared]
        filters = [i for i in own if isinstance(rows[i].node.operation, Conv)]
        for index in own:
            operation = rows[index].node.operation
            if isinstance(operation, (Conv, Pool)):
                yield from _resized(operation, rows[index].node.site, source)
        for index in filters[:1]:
            operation = rows[index].node.operation
            for number in channels:
                if isinstance(operation, Conv) and number != operation.out_channels and number:
                    yield from _set(rows[index].node.site, "out_channels", number, source)


def _resized(operation: Conv | Pool, site: Site | None, source: str) -> Iterator[Edit]:
    """Give a layer the padding that keeps the size, or another stride."""
    window = max(per_axis(operation.kernel_size, operation.rank, "filter"))
    if operation.padding != (window - 1) // 2:
        yield from _set(site, "padding", (window - 1) // 2, source)
    for stride in (1, 2):
        if operation.stride != stride:
            yield from _set(site, "stride", stride, source)


def _channels(shape: Shape) -> int | None:
    """Return the channels of a batch of volumes, channels first."""
    return shape[1] if len(shape) > 1 else None
