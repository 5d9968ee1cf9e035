"""Small changes to a source text, proposed for a layer that does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from cnnviz_tui.networks.graph import Site, Span
from cnnviz_tui.networks.operations.joins import Concat
from cnnviz_tui.networks.operations.rearrange import Flatten, Reshape
from cnnviz_tui.networks.operations.windows import Conv, Pool
from cnnviz_tui.networks.result import Framework, Reading
from cnnviz_tui.networks.sizes import count, has_batch
from cnnviz_tui.networks.tracing import LayerError, LayerTrace
from cnnviz_tui.shapes.axis import per_axis

_LAYERS_TRIED = 8


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of text that takes the place of another.

    Args:
        span: what is replaced; an empty one for an insertion.
        text: what is written there.
        shown: the piece of code that is shown to people, the edit in it.
        leads: whether further edits may follow from this one.
        reach: 0 if a typed number is replaced or one is added, 1 for an expression, 2 for a
            number that was typed elsewhere and may serve other layers too.
    """

    span: Span
    text: str
    shown: Span
    leads: bool = True
    reach: int = 0

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
        words: whether paddings are words.
    """

    flatten: str
    wrap: str
    words: bool = False

    def value(self, argument: str, number: int) -> str:
        """Return how a setting's value is written."""
        if self.words and argument == "padding":
            return '"same"' if number else '"valid"'
        return str(number)


_DIALECTS: Mapping[Framework, Dialect] = {
    "notation": Dialect("flatten | ", ""),
    "pytorch": Dialect("{prefix}Flatten(), ", "torch.flatten({fed}, 1)"),
    "keras": Dialect("{prefix}Flatten(), ", "{prefix}Flatten()({fed})", words=True),
}


def proposals(reading: Reading, stop: LayerError, source: str) -> Iterator[Edit]:
    """Yield edits that might mend a misfit, the smallest and most direct first.

    Args:
        reading: the trace up to the misfit.
        stop: the misfit.
        source: the text.
    """
    dialect = _DIALECTS.get(reading.framework)
    if dialect is not None:
        yield from _Proposer(reading, stop, source, dialect).edits()


@dataclass(frozen=True, slots=True)
class _Proposer:
    """Thinks of edits for one misfit.

    Args:
        reading: the trace up to it.
        stop: the misfit.
        source: the text.
        dialect: how the framework writes things.
    """

    reading: Reading
    stop: LayerError
    source: str
    dialect: Dialect

    @property
    def _rows(self) -> list[LayerTrace]:
        """The layers that fit."""
        return self.reading.tracer.rows

    def edits(self) -> Iterator[Edit]:
        """Yield all edits, the most direct first."""
        misfit, site = self.stop.misfit, self.stop.node.site
        if misfit.reason == "not flat":
            yield from self._flattened()
        if misfit.argument and misfit.wanted is not None:
            yield from self._set(site, misfit.argument, misfit.wanted)
        if misfit.reason == "batch":
            yield from self._whole_rows()
        if misfit.reason == "groups":
            yield from self._regrouped()
        if misfit.reason in ("channels", "features") and isinstance(misfit.expected, int):
            yield from self._producer(misfit.expected)
        if misfit.reason in ("features", "view", "batch", "not flat"):
            yield from map(_alone, self._paddings())
        if misfit.reason == "join":
            yield from sorted(self._joined(), key=lambda edit: edit.reach)
        if misfit.reason == "vanishes" and isinstance(misfit.got, tuple):
            largest = min(size or 1 for size in misfit.got)
            yield from map(_alone, self._set(site, "kernel_size", largest))

    def _set(self, site: Site | None, argument: str, value: int) -> Iterator[Edit]:
        """Give an argument of a layer another value, where it was written."""
        if site is None:
            return
        text = self.dialect.value(argument, value)
        written = site.arguments.get(argument)
        if written is None:
            if argument in site.append:
                at = Span(site.end, site.end)
                yield Edit(at, f"{site.append[argument]}{text}", site.span)
            return
        if written.origin is not None:
            line = line_span(self.source, written.origin)
            yield Edit(written.origin, text, line, reach=2)
        typed = self.source[written.span.start : written.span.end].isdecimal()
        yield Edit(written.span, text, site.span, reach=0 if typed else 1)

    def _flattened(self) -> Iterator[Edit]:
        """Put a flatten in front of the layer."""
        node, source = self.stop.node, self.source
        if node.site is None:
            return
        span = node.site.span
        function = source[span.start : span.end].split("(")[0]
        prefix = function.rpartition(".")[0]
        prefix = f"{prefix}." if prefix else ""
        if node.fed is not None and self.dialect.wrap:
            fed = source[node.fed.start : node.fed.end]
            wrapped = self.dialect.wrap.format(fed=fed, prefix=prefix)
            yield Edit(node.fed, wrapped, line_span(source, node.fed))
        text = self.dialect.flatten.format(prefix=prefix)
        yield Edit(Span(span.start, span.start), text, span)

    def _whole_rows(self) -> Iterator[Edit]:
        """Let a view that cut pictures apart make one row of each."""
        for index in self._path(self.stop.node.inputs[:1]):
            row = self._rows[index]
            numbers = count(row.input)
            if isinstance(row.node.operation, Reshape) and not has_batch(row.output) and numbers:
                yield from self._set(row.node.site, "sizes", numbers)
                return

    def _regrouped(self) -> Iterator[Edit]:
        """Choose groups that divide the channels, or filters that the groups divide."""
        operation, site = self.stop.node.operation, self.stop.node.site
        channels = self.stop.misfit.got
        if not isinstance(operation, Conv) or not isinstance(channels, int):
            return
        fitting = [
            groups
            for groups in range(1, min(channels, operation.groups, operation.out_channels) + 1)
            if channels % groups == 0 and operation.out_channels % groups == 0
        ]
        if fitting:
            yield from self._set(site, "groups", fitting[-1])
        if channels % operation.groups == 0:
            filters = -(-operation.out_channels // operation.groups) * operation.groups
            yield from self._set(site, "out_channels", filters)

    def _producer(self, wanted: int) -> Iterator[Edit]:
        """Let the layer before put out as many channels as are expected."""
        for index in self._path(self.stop.node.inputs[:1]):
            row = self._rows[index]
            for argument in ("out_channels", "out_features"):
                if row.node.site is not None and argument in row.node.site.arguments:
                    yield from self._set(row.node.site, argument, wanted)
                    return
            if isinstance(row.node.operation, (Flatten, Reshape, Concat)):
                return

    def _path(self, inputs: tuple[int, ...]) -> list[int]:
        """Return the nodes that lead to an input, the last one first, along first inputs."""
        path = []
        index = inputs[0] if inputs else -1
        while index >= 0:
            path.append(index)
            before = self._rows[index].node.inputs
            index = before[0] if before else -1
        return path

    def _paddings(self) -> Iterator[Edit]:
        """Try other paddings in the convolutions on the way, the first ones first."""
        path = reversed(self._path(self.stop.node.inputs[:1]))
        nodes = [self._rows[index].node for index in path]
        for node in [node for node in nodes if isinstance(node.operation, Conv)][:_LAYERS_TRIED]:
            operation = node.operation
            if not isinstance(operation, Conv) or isinstance(operation.padding, str):
                continue
            window = max(per_axis(operation.kernel_size, operation.rank, "filter"))
            for padding in sorted({(window - 1) // 2, 0, 1, 2}, reverse=True):
                if padding != operation.padding and padding < window:
                    yield from self._set(node.site, "padding", padding)

    def _joined(self) -> Iterator[Edit]:
        """Change what the layers on the branches do so that their ends agree."""
        branches = [self._path((index,)) for index in self.stop.node.inputs]
        shared = set.intersection(*map(set, branches)) if branches else set()
        place = -1 if self.reading.tracer.channels_last else 1
        channels = {shape[place] for shape in self.stop.shapes if shape and len(shape) > 1}
        for branch in branches:
            nodes = [self._rows[index].node for index in branch if index not in shared]
            filters = [node for node in nodes if isinstance(node.operation, Conv)]
            for node in nodes[:_LAYERS_TRIED]:
                if isinstance(node.operation, (Conv, Pool)):
                    yield from map(_alone, self._resized(node.operation, node.site))
            for node in filters[:1]:
                for number in channels - {None}:
                    yield from self._set(node.site, "out_channels", number or 1)

    def _resized(self, operation: Conv | Pool, site: Site | None) -> Iterator[Edit]:
        """Give a layer the padding that keeps the size, or another stride."""
        window = max(per_axis(operation.kernel_size, operation.rank, "filter"))
        if operation.padding != (window - 1) // 2:
            yield from self._set(site, "padding", (window - 1) // 2)
        for stride in (1, 2):
            if operation.stride != stride:
                yield from self._set(site, "stride", stride)


def _alone(edit: Edit) -> Edit:
    """Return an edit that is of use only if nothing else has to follow."""
    return replace(edit, leads=False)


def line_span(source: str, span: Span) -> Span:
    """Return the line in which a piece of the text stands, without its indentation."""
    start = source.rfind("\n", 0, span.start) + 1
    end = source.find("\n", span.end)
    line = source[start : end if end >= 0 else len(source)]
    return Span(start + len(line) - len(line.lstrip()), start + len(line.rstrip()))
